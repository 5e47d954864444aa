//! TLS 1.0 or 1.1, or worse, can be negotiated with a backend.

use super::commands;
use super::hops::{self, Cause};
use super::lists;
use super::upstream_weak_cipher::LETS_IN;
use crate::finding::{Findings, Severity};
use crate::surface::{Surface, UpstreamSurface};
use crate::tls::cipher_suite::KeyExchange;
use crate::tls::protocol::ProtocolVersion;
use crate::tls::security_level::protocol_allowed;

/// Reports each hop whose ClientHello offers a deprecated version.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let cause = |hop: &UpstreamSurface| {
        let is_weak = hop.is_tls() && !weak(hop).is_empty();
        is_weak.then(|| hop.protocols.span().map_or(Cause::Default, Cause::Line))
    };
    for hops in hops::by_cause(surface, cause) {
        let hop = hops.first();
        let upstream = &hop.upstream;
        let names: Vec<_> = weak(hop).into_iter().map(ProtocolVersion::prose).collect();
        let message =
            format!("{} would speak {} with {}", upstream.from, names.join(" and "), hops::backend(hop));
        let by = match hop.protocols.span() {
            Some(_) => String::new(),
            None => format!("; {} offers them by default", surface.deployment(hop.deployment).software),
        };
        let finding = findings.report(hop.protocols.span().unwrap_or(upstream.span), message);
        finding
            .severity(hops.severity(Severity::Warning))
            .because(format!("deprecated by RFC 8996 (TLS 1.0, 1.1) and RFC 7568 (SSL 3.0){by}"))
            .help(format!("offer TLS 1.2 and 1.3 only: {}", commands::hop_protocols(hop)));
        let list = upstream.ciphers.known().filter(|_| is_let_in(surface, hop));
        if let Some(list) = list
            && let Some(level) = surface.target.expand(&list.text).ok().and_then(|e| e.security_level)
        {
            finding.also_if(lists::level_word(list, level), LETS_IN);
        }
        hops.point_at(finding, "a hop that offers them");
    }
}

/// Whether a version is offered that the library's own security level would keep back.
pub(super) fn is_let_in(surface: &Surface, hop: &UpstreamSurface) -> bool {
    let target = &surface.target;
    // Where the backend signs nothing, whatever it chooses, no level forbids its signature.
    let signs_nothing = |v: &ProtocolVersion| {
        let suites = hop.suites.known().and_then(|suites| suites.get(v));
        suites.is_some_and(|suites| suites.iter().all(|suite| suite.kx == KeyExchange::Rsa))
    };
    let allowed = |v: &ProtocolVersion| protocol_allowed(*v, target.security_level, target.openssl);
    weak(hop).iter().any(|v| !allowed(v) && !signs_nothing(v))
}

fn weak(hop: &UpstreamSurface) -> Vec<ProtocolVersion> {
    let versions = hop.protocols.known().into_iter().flat_map(|set| set.iter());
    versions.filter(|version| *version < ProtocolVersion::Tls12).collect()
}
