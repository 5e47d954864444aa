//! The `mail` block: IMAP, POP3 and SMTP proxies, with TLS from the start or by STARTTLS.

use super::listen::{self, Layer, Listen};
use super::sockets::{Sockets, Speaks};
use super::{Lowering, required, tls};
use crate::model::{ServerId, VirtualServer};
use crate::platforms::nginx::config::Statement;
use crate::platforms::nginx::level::{Level, flag};
use std::sync::Arc;

/// Lowers the statements of a `mail` block.
pub(super) fn block(lowering: &mut Lowering, statements: &[Statement]) {
    let mail = Level::new(&"mail", statements, None, lowering.defaults);
    let mut sockets = Sockets::new(Layer::Mail);
    for statement in statements.iter().filter(|s| s.is("server") && s.is_block()) {
        let level = Level::new(&"server", &statement.children, Some(&mail), lowering.defaults);
        server(lowering, statement, &level, &mut sockets);
    }
    sockets.finish(lowering);
}

fn server(lowering: &mut Lowering, statement: &Statement, level: &Level, sockets: &mut Sockets) {
    let id = ServerId(lowering.deployment.servers.len());
    let listens: Vec<Listen> =
        level.own("listen").filter_map(|s| listen::read(lowering, s, Layer::Mail)).collect();
    required::mail(lowering, statement, level, &listens);
    let ssl_on = level.value("ssl", false, flag);
    let speaks = Speaks {
        http2: level.default(false),
        http3: level.default(false),
        ssl_on: ssl_on.is(&true).then(|| ssl_on.span()).flatten(),
        alpn: None,
    };
    let called = super::stream::called("mail", &listens);
    sockets.add(lowering, id, listens, speaks);
    let starttls = level.find("starttls").and_then(|f| f.statements.first().copied());
    if let Some(statement) =
        starttls.filter(|s| s.arg().is_some_and(|w| !w.text().eq_ignore_ascii_case("off")))
    {
        sockets.starttls(id, statement.span());
    }
    let server = VirtualServer {
        names: Vec::new(),
        called,
        span: statement.span(),
        block: statement.full_span(),
        tls: tls::settings(lowering, level, &statement.children, Layer::Mail),
        site: None,
    };
    lowering.deployment.servers.push(Arc::new(server));
}
