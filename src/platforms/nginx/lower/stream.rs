//! The `stream` block: TLS that ends here or passes through, and TLS towards backends.

use super::listen::{self, Layer, Listen};
use super::sockets::{Sockets, Speaks};
use super::{Lowering, hop, names, pass, required, tls};
use crate::model::{ServerId, VirtualServer};
use crate::platforms::nginx::config::Statement;
use crate::platforms::nginx::defaults;
use crate::platforms::nginx::level::{Level, flag};
use crate::platforms::nginx::variables::Variables;
use crate::source::Span;
use std::collections::HashMap;
use std::sync::Arc;

/// Lowers the statements of a `stream` block.
pub(super) fn block(lowering: &mut Lowering, statements: &[Statement]) {
    let level = Level::new(&"stream", statements, None, lowering.defaults);
    let variables = Variables::of(statements);
    let groups = hop::groups(statements);
    let mut sockets = Sockets::new(Layer::Stream);
    let servers: Vec<_> = statements.iter().filter(|s| s.is("server") && s.is_block()).collect();
    let lowered = lowering.servers(&servers, |lowering, id, statement| {
        server(lowering, id, statement, &level, &variables, &groups)
    });
    for (id, listens, speaks, passes_through) in lowered {
        sockets.add(lowering, id, listens, speaks);
        if let Some(span) = passes_through {
            sockets.pass_through(id, span);
        }
    }
    sockets.finish(lowering);
}

fn server(
    lowering: &mut Lowering,
    id: ServerId,
    statement: &Statement,
    stream: &Level,
    variables: &Variables,
    groups: &HashMap<String, hop::Group>,
) -> (ServerId, Vec<Listen>, Speaks, Option<Span>) {
    let level = Level::new(&"server", &statement.children, Some(stream), lowering.defaults);
    let names = match lowering.target.nginx >= defaults::STREAM_SERVER_NAME {
        true => names::read(lowering, level.own("server_name")),
        false => Vec::new(),
    };
    let listens: Vec<Listen> =
        level.own("listen").filter_map(|s| listen::read(lowering, s, Layer::Stream)).collect();
    required::stream(lowering, statement, &level);
    let server = VirtualServer {
        names,
        called: called("stream", &listens),
        span: statement.span(),
        block: statement.full_span(),
        tls: tls::settings(lowering, &level, &statement.children, Layer::Stream),
        site: None,
    };
    let hops = hop::Hops {
        variables,
        groups,
        server: Some(id),
        server_label: server.label(),
        server_name: None,
        listeners: listens.iter().flat_map(|l| l.sockets.clone()).collect(),
    };
    passes(lowering, &hops, &level);
    let alpn = level.find("ssl_alpn").and_then(|found| {
        let last = found.statements.last()?;
        Some(found.setting(last.args().iter().map(|w| w.text().into_owned()).collect(), last))
    });
    let speaks = Speaks { http2: level.default(false), http3: level.default(false), ssl_on: None, alpn };
    lowering.deployment.servers.push(Arc::new(server));
    (id, listens, speaks, preread(&level))
}

/// How messages call a server of a layer where most have no name: by the first socket.
pub(super) fn called(layer: &str, listens: &[Listen]) -> Option<String> {
    let socket = listens.iter().flat_map(|listen| &listen.sockets).next()?;
    Some(format!("the {layer} server on {socket}"))
}

/// `ssl_preread on`: the ClientHello is read and handed on.
fn preread(level: &Level) -> Option<Span> {
    let preread = level.value("ssl_preread", false, flag);
    if preread.is(&true) { preread.span() } else { None }
}

fn passes(lowering: &mut Lowering, hops: &hop::Hops, level: &Level) {
    let Some(statement) = level.own("proxy_pass").next() else { return };
    let Some(word) = statement.arg() else { return };
    let mut pass = pass::read(word, pass::STREAM, level, hops.variables);
    pass.secure = level.flag("proxy_ssl", false);
    let address = hops.listeners.first().map(|a| format!("stream server on {a}"));
    let from = address.unwrap_or_else(|| "stream server".to_owned());
    let upstream = hop::upstream(lowering, hops, level, statement, pass::STREAM, pass, from);
    lowering.deployment.upstreams.push(Box::new(upstream));
}
