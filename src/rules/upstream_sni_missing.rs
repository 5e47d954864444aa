//! TLS to a backend that goes by a name, without telling it the name.

use super::hops::{self, Cause};
use super::upstream_name_mismatch;
use crate::finding::{Applicability, Findings, Severity};
use crate::model::{Origin, UpstreamTarget};
use crate::surface::{Surface, UpstreamSurface, Verify};

/// Reports each hop to a named backend whose ClientHello carries no name.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let cause = |hop: &UpstreamSurface| {
        let is_missing = hop.is_tls() && hop.upstream.sends_sni.is(&false) && named(hop).is_some();
        is_missing.then(|| Cause::of(&hop.upstream.sends_sni, hop))
    };
    for hops in hops::by_cause(surface, cause) {
        let hop = hops.first();
        let (upstream, words) = (&hop.upstream, &hop.upstream.words);
        let Some(target) = named(hop) else { continue };
        let reason = match upstream.sends_sni.origin() {
            Origin::Default(software) => format!("{software} sends no SNI unless told to"),
            _ => "switched off here".to_owned(),
        };
        let is_bare_label = hops::is_bare_label(hop);
        // Each line is proposed once for a hop, so that all that is proposed can be pasted.
        let is_named_elsewhere = upstream_name_mismatch::is_reported(hop) || hop.verify.is(&Verify::None);
        let help = match &upstream.label {
            Some(label) if is_bare_label && is_named_elsewhere => {
                format!("send a name, and another than `{}`:\n{}", label.name, words.sni)
            }
            Some(_) if is_bare_label => {
                let what = if hops::is_several(hop) { hops::SHARED_NAME } else { "the name" };
                format!("send {what}:\n{}\n{}", words.sni, upstream.name_statement())
            }
            _ => format!("send the name:\n{}", words.sni),
        };
        let message = format!("{} sends no SNI to `{}`", upstream.from, target.display());
        let finding = findings.report(upstream.sends_sni.span().unwrap_or(upstream.span), message);
        finding
            .severity(hops.severity(Severity::Warning))
            .because(format!("{reason}: a backend that serves several names answers for another, or not at all"))
            .also_if((target.span.file != upstream.span.file || !upstream.span.contains(target.span)).then_some(target.span), "the backend's name")
            .help(help)
            .symptom("502 Bad Gateway; the server logs: SSL_do_handshake() failed (SSL: … alert handshake failure:SSL alert number 40)");
        if let (Some(span), false) = (upstream.sends_sni.span(), is_bare_label) {
            finding.replace(Applicability::Unsafe, span, words.sni);
        }
        hops.point_at(finding, "a hop without SNI");
    }
}

/// The first target that goes by a DNS name.
pub(super) fn named(hop: &UpstreamSurface) -> Option<&UpstreamTarget> {
    hop.upstream.targets.known()?.iter().find(|target| target.is_named())
}
