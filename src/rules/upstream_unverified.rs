//! TLS to a backend whose certificate is not verified.

use super::hops::{self, Cause};
use super::{upstream_name_mismatch, upstream_sni_missing};
use crate::finding::{Applicability, Findings, Severity};
use crate::model::{Origin, Trust, UpstreamTarget};
use crate::surface::{Surface, UpstreamSurface, Verify};

/// Reports each hop that is encrypted to whoever answers.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let cause = |hop: &UpstreamSurface| {
        let is_unverified = hop.is_tls() && hop.verify.is(&Verify::None);
        is_unverified.then(|| Cause::of(&hop.upstream.verify, hop))
    };
    for hops in hops::by_cause(surface, cause) {
        let hop = hops.first();
        let upstream = &hop.upstream;
        let message = format!("{} does not verify the certificate of {}", upstream.from, hops::backend(hop));
        let why = match upstream.verify.origin() {
            Origin::Default(software) => {
                format!(
                    "{software} verifies no backend unless told to: whoever answers in its place is believed"
                )
            }
            _ => "switched off here: whoever answers in the backend's place is believed".to_owned(),
        };
        let finding = findings.report(upstream.verify.span().unwrap_or(upstream.span), message);
        finding.severity(hops.severity(Severity::Error)).because(why).help(help(hop)).also_if(
            upstream.trust_written,
            "CA configured but verification is off: the file is not even opened",
        );
        if let (Some(span), Some(Trust::File(_))) = (upstream.verify.span(), upstream.trust.known())
            && hops::has_checkable_name(hop)
        {
            finding.replace(Applicability::Unsafe, span, upstream.words.verify);
        }
        hops.point_at(finding, "a hop that is not verified");
    }
}

/// Every line that is missing, but for those that other rules propose for the same hop.
fn help(hop: &UpstreamSurface) -> String {
    let (upstream, words) = (&hop.upstream, hop.upstream.words);
    let needs_name = !hops::has_checkable_name(hop) && !upstream_name_mismatch::is_reported(hop);
    let mut how = "verify it".to_owned();
    if needs_name && hops::is_several(hop) {
        how += &format!(", for {}", hops::SHARED_NAME);
    }
    let mut targets = upstream.targets.known().into_iter().flatten();
    if upstream.trust_written.is_none() && targets.any(UpstreamTarget::looks_public) {
        how += &format!("; public names need the system's CAs, `{}`", words.public_trust);
    }
    how.push(':');
    let name = upstream.name_statement();
    let mut lines = vec![how.as_str(), words.verify];
    if upstream.trust_written.is_none() {
        lines.push(words.trust);
    }
    if needs_name {
        lines.push(&name);
    }
    if upstream.sends_sni.is(&false) && upstream_sni_missing::named(hop).is_none() {
        lines.push(words.sni);
    }
    lines.join("\n")
}
