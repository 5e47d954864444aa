//! What a server of `stream` or `mail` cannot be without: nginx refuses to start.

use super::Lowering;
use super::listen::Listen;
use crate::platforms::nginx::config::Statement;
use crate::platforms::nginx::directives;
use crate::platforms::nginx::level::Level;

/// Directives that make a stream server do something with a connection
/// (`ngx_stream_core_merge_srv_conf`).
const STREAM_HANDLERS: &[&str] = &["proxy_pass", "return", "pass"];

/// Ports that tell the protocol of a mail server (`ngx_mail_smtp_protocol`, `…_pop3_…`, `…_imap_…`).
const MAIL_PORTS: &[u16] = &[25, 465, 587, 110, 995, 143, 993];

/// A server of `stream`.
pub(super) fn stream(lowering: &mut Lowering, server: &Statement, level: &Level) {
    if !is_judged(server, level) {
        return;
    }
    if level.own("listen").next().is_none() {
        return without_listen(lowering, server);
    }
    let has_code = level.code().next().is_some() || level.statements().any(|s| s.name().contains("_by_lua"));
    if !has_code && !STREAM_HANDLERS.iter().any(|name| level.own(name).next().is_some()) {
        let help = "say what becomes of a connection: `proxy_pass backend:443;`";
        lowering.invalid(server.span(), "this server does nothing with its connections", help);
        lowering.says(server.span(), "no handler for server");
    }
}

/// A server of `mail`.
pub(super) fn mail(lowering: &mut Lowering, server: &Statement, level: &Level, listens: &[Listen]) {
    if !is_judged(server, level) {
        return;
    }
    if level.own("listen").next().is_none() {
        return without_listen(lowering, server);
    }
    let mut ports = listens.iter().flat_map(|l| &l.sockets).map(|address| address.port());
    let is_told = level.own("protocol").next().is_some()
        || ports.any(|port| port.is_none_or(|port| MAIL_PORTS.contains(&port)))
        || listens.is_empty();
    if !is_told {
        let message = "the ports of this server do not tell its mail protocol";
        lowering.invalid(server.span(), message, "name it: `protocol imap;`, `pop3` or `smtp`");
        lowering.says(server.span(), "unknown mail protocol for server");
    } else if level.find("auth_http").is_none() {
        let help = "name who authenticates: `auth_http 127.0.0.1:9000/auth;`";
        lowering.invalid(server.span(), "this mail server has no `auth_http`", help);
        lowering.says(server.span(), "no \"auth_http\" is defined for server");
    }
}

/// Whether everything in it is at hand and known: a module from elsewhere may handle connections, too.
fn is_judged(server: &Statement, level: &Level) -> bool {
    let is_known = |s: &Statement| !directives::lookup(&s.name()).is_empty();
    !level.is_partial() && level.hole().is_none() && server.children.iter().all(is_known)
}

fn without_listen(lowering: &mut Lowering, server: &Statement) {
    let help = "say where it listens: `listen 443;`";
    lowering.invalid(server.span(), "this server has no `listen`", help);
    lowering.says(server.span(), "no \"listen\" is defined for server");
}
