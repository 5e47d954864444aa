//! A backend's certificate shall be verified, but nobody is trusted to sign it.

use super::hops::{self, Cause};
use super::loads;
use crate::finding::Findings;
use crate::model::Trust;
use crate::surface::{Surface, UpstreamSurface};

/// Reports each place that switches verification on without an authority to verify against.
pub fn check(surface: &Surface, findings: &mut Findings) {
    unnamed(surface, findings);
    for load in loads::loads(surface).iter().filter(|load| !load.loader().is_server()) {
        loads::without_authorities(surface, load, "the backend", findings);
    }
}

/// No authority is named.
fn unnamed(surface: &Surface, findings: &mut Findings) {
    let cause = |hop: &UpstreamSurface| {
        let upstream = &hop.upstream;
        let trusts_nobody = hop.is_tls() && upstream.verify.is(&true) && upstream.trust.is(&Trust::None);
        (trusts_nobody || upstream.refuses_without_trust).then(|| Cause::of(&upstream.verify, hop))
    };
    for hops in hops::by_cause(surface, cause) {
        let hop = hops.first();
        let upstream = &hop.upstream;
        let message = format!(
            "{} shall verify {}, but no CA is trusted to sign for it",
            upstream.from,
            hops::backend(hop)
        );
        let finding = findings.report(upstream.verify.span().unwrap_or(upstream.span), message);
        finding
            .because("the system's CAs are never fallen back to: no certificate could be verified")
            .also_if(upstream.trust.span(), "the trusted CAs are cancelled here")
            .help(format!("name the CA that signs the backend's certificate:\n{}", upstream.words.trust))
            .symptom(upstream.words.no_trust);
        if upstream.refuses_without_trust && !surface.deployment(hop.deployment).fragment {
            finding.fatal();
        }
        hops.point_at(finding, "a hop that it applies to");
    }
}
