//! The `http` block: its servers, on their sockets.

use super::listen::{self, Layer, Listen};
use super::sockets::{Sockets, Speaks};
use super::{Lowering, hop, names, site, tls};
use crate::model::{BlockName, ProblemKind, ServerId, VirtualServer};
use crate::platforms::nginx::config::Statement;
use crate::platforms::nginx::defaults;
use crate::platforms::nginx::level::{Level, flag};
use crate::platforms::nginx::variables::Variables;
use std::collections::HashMap;
use std::sync::Arc;

/// Lowers the statements of an `http` block.
pub(super) fn block(lowering: &mut Lowering, statements: &[Statement]) {
    let level = Level::new(&"http", statements, None, lowering.defaults);
    let variables = Variables::of(statements);
    let groups = hop::groups(statements);
    let mut sockets = Sockets::new(Layer::Http);
    let servers: Vec<_> = statements.iter().filter(|s| s.is("server") && s.is_block()).collect();
    let lowered = lowering.servers(&servers, |lowering, id, statement| {
        server(lowering, id, statement, &level, &variables, &groups)
    });
    for (id, listens, speaks) in lowered {
        sockets.add(lowering, id, listens, speaks);
    }
    sockets.finish(lowering);
}

fn server(
    lowering: &mut Lowering,
    id: ServerId,
    statement: &Statement,
    http: &Level,
    variables: &Variables,
    groups: &HashMap<String, hop::Group>,
) -> (ServerId, Vec<Listen>, Speaks) {
    let level = Level::new(&"server", &statement.children, Some(http), lowering.defaults);
    let names = names::read(lowering, level.own("server_name"));
    let listens = listens(lowering, statement, &level);
    listen_http2(lowering, &listens);
    let mut server = VirtualServer {
        names,
        called: None,
        span: statement.span(),
        block: statement.full_span(),
        tls: tls::settings(lowering, &level, &statement.children, Layer::Http),
        site: None,
    };
    let hops = hop::Hops {
        variables,
        groups,
        server: Some(id),
        server_label: server.label(),
        server_name: server.names.iter().find(|n| n.literal).map(|n| n.text.clone()),
        listeners: listens.iter().flat_map(|l| l.sockets.clone()).collect(),
    };
    server.site = Some(site::read(lowering, &hops, &level, statement));
    let http2 = match lowering.target.nginx >= defaults::HTTP2_DIRECTIVE {
        true => level.value("http2", false, flag),
        false => level.default(false),
    };
    let http3 = level.value("http3", true, flag);
    // Where `ssl on` is gone nothing starts with it, so that no socket of its is ever plaintext.
    let ssl_on = level.value("ssl", false, flag);
    let ssl_on = ssl_on.is(&true).then(|| ssl_on.span()).flatten();
    lowering.deployment.servers.push(Arc::new(server));
    (id, listens, Speaks { http2, http3, ssl_on, alpn: None })
}

/// The `listen` directives of a server; a server without one listens on port 80.
fn listens(lowering: &mut Lowering, server: &Statement, level: &Level) -> Vec<Listen> {
    let statements: Vec<_> = level.own("listen").collect();
    if statements.is_empty() {
        // In a part of a configuration, an include that is not at hand may bring it.
        return if level.is_partial() { Vec::new() } else { vec![Listen::implied(server.span())] };
    }
    statements.into_iter().filter_map(|s| listen::read(lowering, s, Layer::Http)).collect()
}

/// `listen … http2`, which still works but is on its way out; once for a server.
fn listen_http2(lowering: &mut Lowering, listens: &[Listen]) {
    if lowering.target.nginx < defaults::HTTP2_DIRECTIVE {
        return;
    }
    if let Some(span) = listens.iter().find_map(|l| l.http2) {
        let kind = ProblemKind::Deprecated {
            why: format!("nginx warns about it since {}", defaults::HTTP2_DIRECTIVE),
            help: Some(format!(
                "write `http2 on;` (nginx {} and later) in the server and leave `http2` out of its `listen`",
                defaults::HTTP2_DIRECTIVE
            )),
            still_works: true,
        };
        lowering.problem(span, "`http2` in `listen` is deprecated", false, kind);
    }
}

/// Lowers a file that belongs into a `server` block.
pub(super) fn server_part(lowering: &mut Lowering, statements: &[Statement]) {
    part(lowering, statements, &"server");
}

/// Lowers a file that belongs into a `location` block.
pub(super) fn location_part(lowering: &mut Lowering, statements: &[Statement]) {
    part(lowering, statements, &"location");
}

/// Of a part without a server, the hops to backends can be judged.
fn part(lowering: &mut Lowering, statements: &[Statement], block: BlockName) {
    let level = Level::new(block, statements, None, lowering.defaults);
    let variables = Variables::of(&[]);
    let groups = HashMap::new();
    let hops = hop::Hops {
        variables: &variables,
        groups: &groups,
        server: None,
        server_label: "this part of a configuration".to_owned(),
        server_name: None,
        listeners: Vec::new(),
    };
    hop::read(lowering, &hops, &level, block, None);
    nested(lowering, &hops, statements, &level);
}

fn nested(lowering: &mut Lowering, hops: &hop::Hops, statements: &[Statement], outer: &Level) {
    for statement in statements.iter().filter(|s| s.is_block() && (s.is("location") || s.is("if"))) {
        let level = Level::new(&"location", &statement.children, Some(outer), lowering.defaults);
        hop::read(lowering, hops, &level, &statement.text(), None);
        nested(lowering, hops, &statement.children, &level);
    }
}
