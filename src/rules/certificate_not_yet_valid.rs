//! A certificate whose time has not come.

use super::sent;
use crate::clock;
use crate::finding::Findings;
use crate::surface::Surface;

/// Reports each certificate that is sent, that clients need, and that is not valid yet.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let now = surface.now;
    for file in sent::files(surface) {
        for (index, certificate) in file.certificates() {
            if certificate.valid_from <= now.0 || !file.counts(index, now) {
                continue;
            }
            let message = format!(
                "{} is not valid before {}, in {}",
                file.subject(index),
                sent::date(&certificate.not_before),
                clock::length(certificate.valid_from - now.0)
            );
            let why = "clients refuse a certificate before its time (RFC 5280 section 6.1.3)";
            file.report(findings, index, message, why)
                .help("serve the one that is valid now until then, and see that the clock of who issued it is right")
                .symptom("ERR_CERT_DATE_INVALID, MOZILLA_PKIX_ERROR_NOT_YET_VALID_CERTIFICATE, \"certificate is not yet valid\"");
        }
    }
}
