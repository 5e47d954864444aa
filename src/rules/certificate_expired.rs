//! A certificate whose time is over.

use super::sent::{self, Sent};
use crate::clock;
use crate::finding::{Findings, Severity};
use crate::pki::Certificate;
use crate::surface::Surface;

/// Reports each certificate that is sent and no longer valid.
///
/// What clients can do without, such as an old root's certificate for a new root, breaks only old ones.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let now = surface.now;
    for file in sent::files(surface) {
        let over = file.certificates().filter(|(_, certificate)| certificate.valid_until < now.0);
        for (index, certificate) in over {
            let needed = file.counts(index, now);
            if needed || file.issued_the_leaf(index) {
                report(&file, index, certificate, needed, now.0 - certificate.valid_until, findings);
            }
        }
    }
}

fn report(
    file: &Sent,
    index: usize,
    certificate: &Certificate,
    needed: bool,
    ago: i64,
    findings: &mut Findings,
) {
    let message = format!(
        "{} expired {} ago, on {}",
        file.subject(index),
        clock::length(ago),
        sent::date(&certificate.not_after)
    );
    let why = match (index, needed) {
        (0, _) => "clients refuse a certificate whose time is over (RFC 5280 section 6.1.3)",
        (_, true) => {
            "clients need it to get from the certificate to a root, and refuse it (RFC 5280 section 6.1.3)"
        }
        (_, false) => "clients go another way, but OpenSSL 1.0.2 and GnuTLS before 3.6.14 stop here",
    };
    let finding = file.report(findings, index, message, why);
    match (index, needed) {
        (0, _) => finding.help("renew it, and see why it was not renewed in time"),
        (_, true) => finding.help("take the current chain from the CA that issued the certificate"),
        (_, false) => finding.severity(Severity::Warning).help("take it out of the file"),
    };
    if file.given && sent::is_ca(certificate) && certificate.self_issued {
        // Nobody has to send roots, and bundles of them have old ones.
        finding.severity(Severity::Note);
    }
    if !needed {
        finding.symptom("\"certificate has expired\" on old clients only");
    } else {
        finding.symptom("ERR_CERT_DATE_INVALID, SEC_ERROR_EXPIRED_CERTIFICATE, \"certificate has expired\"");
    }
}
