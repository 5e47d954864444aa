//! A certificate whose signature can be forged.

use super::refused::{self, has_weak_signature};
use super::sent;
use crate::finding::Findings;
use crate::model::Weakness;
use crate::pki::Certificate;
use crate::surface::Surface;
use crate::tls::security_level::Digest;
use std::collections::HashSet;

const HELP: &str = "have the certificate issued anew: every CA signs with SHA-256 or better today";

/// Reports each certificate that is signed so, whether the server loads it or not even starts.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut told = HashSet::new();
    let is_digest = |weakness| matches!(weakness, Weakness::LeafDigest | Weakness::ChainDigest);
    for refused in refused::refused(surface).iter().filter(|r| is_digest(r.weakness) && r.is_weak_anyway()) {
        told.insert((refused.holds.file, refused.index));
        let message = format!(
            "{} is signed with {}: OpenSSL {} does not load it",
            refused.subject(),
            digest(refused.certificate),
            surface.target.openssl
        );
        let finding = findings.report(refused.file.span, message);
        finding.because(format!("security level {} forbids it: {}", refused.level, why(refused.certificate)));
        finding.also(sent::begin(refused.certificate.span), sent::facts(refused.certificate)).help(HELP);
        refused.refuse(surface, finding);
    }
    for file in sent::files(surface) {
        for (index, certificate) in file.certificates().filter(|(_, c)| has_weak_signature(c)) {
            if !told.insert((file.file.file, index)) || !file.counts(index, surface.now) {
                continue;
            }
            let message = format!("{} is signed with {}", file.subject(index), digest(certificate));
            file.report(findings, index, message, why(certificate)).help(HELP).symptom(
                "ERR_CERT_WEAK_SIGNATURE_ALGORITHM, SEC_ERROR_CERT_SIGNATURE_ALGORITHM_DISABLED, \"CA signature digest algorithm too weak\"",
            );
        }
    }
}

fn digest(certificate: &Certificate) -> &'static str {
    if certificate.signature_digest == Some(Digest::Md5) { "MD5" } else { "SHA-1" }
}

fn why(certificate: &Certificate) -> &'static str {
    match certificate.signature_digest {
        Some(Digest::Md5) => "certificates have been forged by way of MD5 since 2008 (RFC 6151)",
        _ => {
            "collisions of SHA-1 can be bought since 2020 (RFC 9155), and browsers have refused it since 2017"
        }
    }
}
