//! TLS ends at the proxy, and the rest of the way is plaintext.

use super::hops::{self, Cause};
use super::upstream_tls_port_plaintext;
use crate::finding::Findings;
use crate::surface::{Surface, UpstreamSurface};

/// Reports each plaintext hop that leaves the machine behind a TLS listener.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let cause = |hop: &UpstreamSurface| {
        let upstream = &hop.upstream;
        let leaves = upstream.targets.known().is_some_and(|targets| targets.iter().any(|t| !t.is_local()));
        let is_plain = upstream.behind_tls && upstream.tls.is(&false) && leaves;
        let is_reported = upstream_tls_port_plaintext::target(surface, hop).is_some();
        (is_plain && !is_reported).then(|| Cause::backend(hop))
    };
    for hops in hops::by_cause(surface, cause) {
        let hop = hops.first();
        let upstream = &hop.upstream;
        let message =
            format!("{} passes on in plaintext what came over TLS, to {}", upstream.from, hops::backend(hop));
        let finding = findings.report(upstream.span, message);
        finding
            .because("whoever is on the way reads and changes it, session cookies and passwords included")
            .help(format!("speak TLS to the backend, too: `{}`", upstream.words.switch));
        hops.point_at(finding, "the same backend in plaintext");
    }
}
