//! A backend's certificate may be signed by any CA that browsers trust.

use super::hops::{self, Cause};
use crate::finding::{Findings, Severity};
use crate::model::Trust;
use crate::surface::{Surface, UpstreamSurface, Verify};

/// Reports each place that trusts the whole system store for backends.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let cause = |hop: &UpstreamSurface| {
        let verifies = matches!(hop.verify.known(), Some(Verify::Chain | Verify::ChainAndName));
        let is_broad = hop.is_tls() && verifies && system_store(hop).is_some();
        is_broad.then(|| Cause::of(&hop.upstream.trust, hop))
    };
    for hops in hops::by_cause(surface, cause) {
        let hop = hops.first();
        let upstream = &hop.upstream;
        let Some(store) = system_store(hop) else { continue };
        let message =
            format!("{} trusts every CA of the system to sign for {}", upstream.from, hops::backend(hop));
        let finding = findings.report(upstream.trust.span().unwrap_or(upstream.span), message);
        finding
            .severity(hops.severity(Severity::Warning))
            .because(format!(
                "`{store}` holds more than a hundred public CAs, and each can sign for any name"
            ))
            .help(format!(
                "trust only the CA that signs the backend's certificate:\n{}",
                upstream.words.trust
            ));
        hops.point_at(finding, "a hop that it applies to");
    }
}

fn system_store(hop: &UpstreamSurface) -> Option<&str> {
    match hop.upstream.trust.known()? {
        Trust::System(file) => Some(&file.text),
        _ => None,
    }
}
