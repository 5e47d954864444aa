//! Certificates that the library's security level keeps a server from loading (`ssl_security_cert` in
//! `ssl/t1_lib.c`). Three rules share them: what is weak for everyone is told as such, with what the
//! library makes of it; what only the level forbids is told as that.

use super::loads::{self, Loader};
use super::sent;
use crate::finding::Finding;
use crate::model::{FileRef, FileRole, Refusal, Weakness};
use crate::pki::{Certificate, CertificateFile};
use crate::source::Span;
use crate::surface::Surface;
use crate::target::Target;
use crate::tls::negotiable::KeyKind;
use crate::tls::security_level::{self, Digest};
use std::collections::HashSet;
use std::sync::Arc;

/// A certificate over which someone does not start.
#[derive(Debug)]
pub(super) struct Refused<'s> {
    /// Who loads it.
    pub(super) loader: Loader<'s>,
    /// The word that names the file.
    pub(super) file: &'s FileRef,
    /// What the file holds.
    pub(super) holds: &'s Arc<CertificateFile>,
    /// Which of the file's.
    pub(super) index: usize,
    /// The certificate.
    pub(super) certificate: &'s Certificate,
    /// What is wrong with it.
    pub(super) weakness: Weakness,
    /// The level that forbids it.
    pub(super) level: u8,
    level_at: Option<Span>,
}

/// The first certificate of each file that is refused, once for each word that names the file.
pub(super) fn refused(surface: &Surface) -> Vec<Refused<'_>> {
    let target = &surface.target;
    if !target.openssl.security_levels() {
        return Vec::new();
    }
    let mut refused = Vec::new();
    let mut seen = HashSet::new();
    for loader in loads::loaders(surface) {
        let Some((level, level_at)) = loader.level(surface) else { continue };
        for file in loader.pairs().filter_map(|pair| pair.certificate.known()) {
            let sound = loads::certificates(surface, file).filter(|holds| holds.error.is_none());
            let Some(holds) = sound else { continue };
            let weak = |(index, c)| Some((index, c, weakness(c, index == 0, level, target)?));
            let Some((index, certificate, weakness)) =
                holds.certificates.iter().enumerate().find_map(weak).filter(|_| seen.insert(file.span))
            else {
                continue;
            };
            refused.push(Refused { loader, file, holds, index, certificate, weakness, level, level_at });
        }
    }
    refused
}

impl Refused<'_> {
    /// Whether clients would refuse it, too, whatever the level.
    pub(super) fn is_weak_anyway(&self) -> bool {
        is_weak_anyway(self.certificate, self.weakness)
    }

    /// How a headline begins: whose certificate it is.
    pub(super) fn subject(&self) -> String {
        let loader = self.loader.name();
        match self.index {
            0 => format!("the certificate of {loader}"),
            _ => format!("{} of {loader}", sent::part(self.holds, self.index)),
        }
    }

    /// Says that the software does not start over it, in its own words.
    pub(super) fn refuse(&self, surface: &Surface, finding: &mut Finding) {
        let refusal = Refusal::Weak(self.weakness);
        let says = surface.says(self.loader.deployment, FileRole::Certificate, &self.file.text, refusal);
        finding.also_if(self.level_at, "this decides the level").symptom(says);
        if !surface.deployment(self.loader.deployment).fragment {
            finding.fatal();
        }
    }
}

/// Whether what a level forbids of a certificate is refused by clients, too, whatever the level.
pub(super) fn is_weak_anyway(certificate: &Certificate, weakness: Weakness) -> bool {
    match weakness {
        Weakness::LeafKey | Weakness::ChainKey => has_weak_key(certificate),
        Weakness::LeafDigest | Weakness::ChainDigest => has_weak_signature(certificate),
    }
}

/// What the level forbids of a certificate, for certain. Signatures of certificates that sign themselves
/// are not looked at.
pub(super) fn weakness(
    certificate: &Certificate,
    leaf: bool,
    level: u8,
    target: &Target,
) -> Option<Weakness> {
    let key = &certificate.key;
    let allowed = |kind| security_level::key_allowed(kind, key.bits, level, target.openssl);
    if key.kind.is_some_and(|kind| !allowed(kind)) {
        return Some(if leaf { Weakness::LeafKey } else { Weakness::ChainKey });
    }
    let digest = certificate.signature_digest.filter(|_| !certificate.self_issued)?;
    let allowed = security_level::certificate_digest_allowed(digest, level, target.openssl);
    (!allowed).then_some(if leaf { Weakness::LeafDigest } else { Weakness::ChainDigest })
}

/// Whether a key is too short for anyone: below 112 bits of strength (NIST SP 800-131A).
pub(super) fn has_weak_key(certificate: &Certificate) -> bool {
    let least = match certificate.key.kind {
        Some(KeyKind::Rsa | KeyKind::RsaPss | KeyKind::Dsa) => 2048,
        Some(KeyKind::Ecdsa | KeyKind::EdDsa) => 224,
        None => 0,
    };
    (1..least).contains(&certificate.key.bits)
}

/// Whether a signature can be forged. Nobody looks at what a certificate signed for itself.
pub(super) fn has_weak_signature(certificate: &Certificate) -> bool {
    let weak = matches!(certificate.signature_digest, Some(Digest::Md5 | Digest::Sha1));
    weak && !certificate.self_issued
}
