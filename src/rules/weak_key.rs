//! A certificate whose key is too short for anyone.

use super::refused::{self, has_weak_key};
use super::sent;
use crate::finding::Findings;
use crate::model::Weakness;
use crate::pki::Certificate;
use crate::surface::Surface;
use std::collections::HashSet;

/// Reports each certificate with such a key, whether the server loads it or not even starts.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut told = HashSet::new();
    let is_key = |weakness| matches!(weakness, Weakness::LeafKey | Weakness::ChainKey);
    for refused in refused::refused(surface).iter().filter(|r| is_key(r.weakness) && r.is_weak_anyway()) {
        told.insert((refused.holds.file, refused.index));
        let message = format!(
            "{} has too short a key, {}: OpenSSL {} does not load it",
            refused.subject(),
            refused.certificate.key.label,
            surface.target.openssl
        );
        let finding = findings.report(refused.file.span, message);
        finding.because(format!("security level {} forbids it: {}", refused.level, why(refused.certificate)));
        finding
            .also(sent::begin(refused.certificate.span), sent::facts(refused.certificate))
            .help(help(refused.index));
        refused.refuse(surface, finding);
    }
    for file in sent::files(surface) {
        for (index, certificate) in file.certificates().filter(|(_, c)| has_weak_key(c)) {
            // What is sent of roots, clients have or do not believe.
            if (index > 0 && certificate.self_issued) || !told.insert((file.file.file, index)) {
                continue;
            }
            let message = format!("{} has too short a key, {}", file.subject(index), certificate.key.label);
            file.report(findings, index, message, why(certificate)).help(help(index)).symptom(
                "ERR_CERT_WEAK_KEY, \"EE certificate key too weak\", \"CA certificate key too weak\"",
            );
        }
    }
}

fn help(index: usize) -> &'static str {
    match index {
        0 => {
            "make a new key and have it certified: `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`"
        }
        _ => "have the certificate issued anew, by an issuer with a longer key",
    }
}

fn why(certificate: &Certificate) -> &'static str {
    match certificate.key.label.starts_with("ECDSA") {
        true => "curves of less than 224 bits are disallowed since 2014 (NIST SP 800-131A)",
        false => "keys of less than 2048 bits are disallowed since 2014 (NIST SP 800-131A)",
    }
}
