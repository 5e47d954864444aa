//! A certificate that only the library's security level forbids.

use super::gather::{self, Place};
use super::refused::{self, is_weak_anyway, weakness};
use crate::finding::Findings;
use crate::model::Weakness;
use crate::pki::Certificate;
use crate::source::Span;
use crate::surface::Surface;
use std::collections::HashSet;

/// Reports each certificate that is refused when it is loaded, or in every handshake, and that would do at a
/// lower level: what is too weak for everyone is a matter of `weak-key` and `weak-signature`.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let refused = refused::refused(surface);
    let told: HashSet<Span> = refused.iter().map(|refused| refused.file.span).collect();
    for refused in refused.iter().filter(|refused| !refused.is_weak_anyway()) {
        let (what, wanted) = words(refused.certificate, refused.weakness);
        let message = format!(
            "OpenSSL {} refuses the certificate `{}` of {}: {what}",
            surface.target.openssl,
            refused.file.text,
            refused.loader.name()
        );
        let level = refused.level;
        let finding = findings.report(refused.file.span, message);
        finding
            .because(format!("security level {level} counts when certificates are loaded, and forbids it"))
            .also(refused.certificate.span, what)
            .help(wanted);
        refused.refuse(surface, finding);
    }
    in_handshakes(surface, &told, findings);
}

/// A level that is set only when the certificates are loaded counts in handshakes (`ssl_add_cert_chain`).
fn in_handshakes(surface: &Surface, told: &HashSet<Span>, findings: &mut Findings) {
    let failing = gather::served(surface).filter(|place| !place.is_scripted()).flat_map(|place| {
        let presented = place.server.certificates.iter();
        presented.filter_map(move |presented| {
            let file = presented.written.certificate.known()?;
            let level = *place.server.security_level.known()?;
            let holds = presented.file.as_deref().filter(|holds| holds.error.is_none())?;
            let weak = |(index, c)| Some((weakness(c, index == 0, level, &surface.target)?, c));
            let (weakness, certificate) = holds.certificates.iter().enumerate().find_map(weak)?;
            let only_here = !is_weak_anyway(certificate, weakness);
            only_here.then_some((file.span, (place, level, weakness, certificate)))
        })
    });
    let failing =
        failing.filter(|(span, _)| surface.target.openssl.security_levels() && !told.contains(span));
    for (span, found) in gather::by_cause(failing) {
        let places: Vec<Place> = found.iter().map(|(place, ..)| *place).collect();
        let (place, level, weakness, certificate) = found[0];
        let (what, wanted) = words(certificate, weakness);
        let message =
            format!("every handshake with this certificate of {} fails: {what}", gather::servers(&places));
        findings
            .report(span, message)
            .because(format!("security level {level} counts in handshakes, and forbids it"))
            .also(certificate.span, what)
            .also_if(place.server.security_level.span(), "this decides the level")
            .help(wanted)
            .symptom("\"tlsv1 alert internal error\" (alert 80), ERR_SSL_PROTOCOL_ERROR");
    }
}

/// What is wrong, and what to do.
fn words(certificate: &Certificate, weakness: Weakness) -> (String, &'static str) {
    match weakness {
        Weakness::LeafKey | Weakness::ChainKey => (
            format!("the key of `{}`, {}, is too short", certificate.subject, certificate.key.label),
            "request a certificate for a longer key: `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`",
        ),
        Weakness::LeafDigest | Weakness::ChainDigest => (
            format!("the signature of `{}` uses too weak a hash", certificate.subject),
            "use certificates that are signed with SHA-256 or better",
        ),
    }
}
