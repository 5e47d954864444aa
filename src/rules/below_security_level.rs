//! A certificate that the library's security level forbids to load.

use super::loads;
use crate::finding::Findings;
use crate::model::{FileRole, Refusal, Weakness};
use crate::pki::Certificate;
use crate::surface::Surface;
use crate::target::Target;
use crate::tls::negotiable::KeyKind;
use crate::tls::security_level;
use std::collections::HashSet;

/// Reports each certificate that is refused when it is loaded (`ssl_security_cert` in `ssl/t1_lib.c`).
pub fn check(surface: &Surface, findings: &mut Findings) {
    let target = &surface.target;
    if !target.openssl.security_levels() {
        return;
    }
    let mut seen = HashSet::new();
    for loader in loads::loaders(surface) {
        let Some((level, level_at)) = loader.level(surface) else { continue };
        for file in loader.pairs.iter().filter_map(|pair| pair.certificate.known()) {
            let Some(holds) = loads::certificates(surface, file).filter(|holds| holds.error.is_none()) else {
                continue;
            };
            let weak = |(index, c)| Some((weakness(c, index == 0, level, target)?, c));
            let Some((weakness, certificate)) = holds.certificates.iter().enumerate().find_map(weak) else {
                continue;
            };
            if !seen.insert(file.span) {
                continue;
            }
            let (what, wanted) = match weakness {
                Weakness::LeafKey | Weakness::ChainKey => (
                    format!("the key of `{}`, {}, is too short", certificate.subject, certificate.key.label),
                    "request a certificate for a longer key: `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`",
                ),
                Weakness::LeafDigest | Weakness::ChainDigest => (
                    format!("the signature of `{}` uses too weak a hash", certificate.subject),
                    "use certificates that are signed with SHA-256 or better",
                ),
            };
            let message = format!(
                "OpenSSL {} refuses the certificate `{}` of {}: {what}",
                target.openssl, file.text, loader.name
            );
            let finding = findings.report(file.span, message);
            finding
                .because(format!(
                    "security level {level} counts when certificates are loaded, and forbids it"
                ))
                .also(certificate.span, what)
                .also_if(level_at, "this decides the level")
                .help(wanted)
                .symptom(surface.says(
                    loader.deployment,
                    FileRole::Certificate,
                    &file.text,
                    Refusal::Weak(weakness),
                ));
            if !surface.deployment(loader.deployment).fragment {
                finding.fatal();
            }
        }
    }
}

/// What the level forbids of a certificate, for certain. Signatures of certificates that sign themselves
/// are not looked at.
fn weakness(certificate: &Certificate, leaf: bool, level: u8, target: &Target) -> Option<Weakness> {
    if is_short(certificate, level, target) {
        return Some(if leaf { Weakness::LeafKey } else { Weakness::ChainKey });
    }
    let digest = certificate.signature_digest.filter(|_| !certificate.self_issued)?;
    let allowed = security_level::certificate_digest_allowed(digest, level, target.openssl);
    (!allowed).then_some(if leaf { Weakness::LeafDigest } else { Weakness::ChainDigest })
}

fn is_short(certificate: &Certificate, level: u8, target: &Target) -> bool {
    let key = &certificate.key;
    let least = match key.kind {
        // Since 3.0 the strength of lengths in between is rounded: level 2 takes 2032 bits (measured).
        Some(KeyKind::Rsa | KeyKind::RsaPss | KeyKind::Dsa) if target.openssl.at_least(3, 0, 0) => {
            security_level::rsa_min_bits(level) / 100 * 95
        }
        Some(KeyKind::Rsa | KeyKind::RsaPss | KeyKind::Dsa) => security_level::rsa_min_bits(level),
        Some(KeyKind::Ecdsa | KeyKind::EdDsa) => security_level::ec_min_bits(level),
        None => 0,
    };
    key.bits > 0 && key.bits < least
}
