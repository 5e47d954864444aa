//! A backend's TLS port is spoken to in plaintext.

use super::hops::{self, Cause};
use crate::finding::{Applicability, Findings, Severity};
use crate::model::UpstreamTarget;
use crate::surface::{Surface, UpstreamSurface};

/// Reports each plaintext hop to port 443 or 8443.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for hops in hops::by_cause(surface, |hop| target(surface, hop).map(|_| Cause::backend(hop))) {
        let hop = hops.first();
        let upstream = &hop.upstream;
        let Some(target) = target(surface, hop) else { continue };
        let (what, severity) = match target.port {
            Some(CERTAIN) => ("a TLS port", Severity::Error),
            // Nothing but custom makes it one.
            _ => ("usually a TLS port", Severity::Note),
        };
        let message = format!("{} speaks plaintext to `{}`, {what}", upstream.from, target.display());
        let why = match (&upstream.scheme, upstream.relays_bytes) {
            (_, true) => "the listener takes TLS off, and nothing puts it on again".to_owned(),
            (Some(scheme), _) => format!("`{}` means plaintext, whatever the port", scheme.text),
            (None, _) => "without a scheme this means plaintext, whatever the port".to_owned(),
        };
        let finding = findings.report(upstream.span, message);
        finding
            .severity(hops.severity(severity))
            .because(why)
            .also_if((!upstream.span.contains(target.span)).then_some(target.span), "the port stands here")
            .help(format!("speak TLS: `{}`", upstream.words.switch))
            .symptom("400 The plain HTTP request was sent to HTTPS port, or 502 Bad Gateway");
        if let Some(scheme) = &upstream.scheme {
            finding.replace(Applicability::Unsafe, scheme.span, upstream.words.switch);
        }
        hops.point_at(finding, "the same backend in plaintext");
    }
}

/// The first target on a TLS port that gets plaintext.
pub(super) fn target<'s>(surface: &Surface, hop: &'s UpstreamSurface) -> Option<&'s UpstreamTarget> {
    let upstream = &hop.upstream;
    // Bytes that are relayed may be TLS already, unless the listener takes it off.
    let is_plain = upstream.tls.is(&false) && (!upstream.relays_bytes || upstream.behind_tls);
    let targets = || upstream.targets.known().into_iter().flatten().chain(&upstream.target_by_port);
    let on = |port| targets().find(|t| t.port == Some(port) && !is_plain_here(surface, hop, t));
    is_plain.then(|| on(CERTAIN).or_else(|| on(USUAL))).flatten()
}

/// The port that is registered for HTTP over TLS.
const CERTAIN: u16 = 443;

/// A port that is TLS by custom alone.
const USUAL: u16 = 8443;

/// Whether the port is one that this very configuration serves in plaintext.
fn is_plain_here(surface: &Surface, hop: &UpstreamSurface, target: &UpstreamTarget) -> bool {
    let mut listeners = surface.listeners.iter().filter(|l| l.deployment == hop.deployment);
    let may_be_local = target.is_local() || hop.upstream.targets.known().is_none();
    may_be_local && listeners.any(|l| l.listener.address.port() == target.port && !l.is_tls())
}
