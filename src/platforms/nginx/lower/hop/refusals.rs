//! Hops that nginx refuses to start with.

use super::super::Lowering;
use super::super::certificates::no_key;
use super::super::pass::{Family, Pass};
use super::Group;
use crate::platforms::nginx::level::Level;
use crate::source::Span;

/// An address that gives a port to a group, whose servers have their own (`ngx_http_upstream_add`).
pub(super) fn port_of_group(lowering: &mut Lowering, pass: &Pass, group: &Group, span: Span) {
    let Some(port) = pass.target.known().and_then(|target| target.port) else { return };
    let message = format!("upstream `{}` may not have a port, such as {port} here", group.name);
    once(lowering, span, message, "leave the port out, and write it in the `server` lines of the group");
}

/// A client certificate without its key, where the hop is TLS (`ngx_http_proxy_set_ssl`).
pub(super) fn certificate_without_key(lowering: &mut Lowering, level: &Level, family: Family, pass: &Pass) {
    // An address with variables may turn out to be TLS, except where a directive decides.
    let is_active = pass.secure.is(&true) || (pass.has_variable && !family.secure.is_empty());
    if !is_active || level.is_partial() || level.hole().is_some() {
        return;
    }
    let (certificate, key) =
        (format!("{}_certificate", family.prefix), format!("{}_certificate_key", family.prefix));
    let Some(found) = level.find(&certificate).filter(|_| level.find(&key).is_none()) else { return };
    let Some((statement, word)) = found.statements.first().and_then(|s| Some((s, s.arg()?))) else { return };
    if word.opaque || word.value.is_empty() {
        return;
    }
    no_key(lowering, statement.span(), &word.text(), &key);
}

/// A statement that several servers inherit or include is refused once.
fn once(lowering: &mut Lowering, span: Span, message: String, help: &str) {
    if lowering.deployment.problems.iter().all(|p| p.span != span || p.message != message) {
        lowering.invalid(span, message, help);
    }
}
