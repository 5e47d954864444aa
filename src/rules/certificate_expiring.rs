//! A certificate whose time is nearly over.

use super::sent;
use crate::clock::{self, DAY};
use crate::finding::Findings;
use crate::pki::Certificate;
use crate::surface::Surface;

/// Days before the end from which on a certificate is reported.
pub const DAYS: i64 = 30;

/// Reports each certificate that is sent, that clients need, and that expires soon.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let now = surface.now;
    for file in sent::files(surface) {
        for (index, certificate) in file.certificates() {
            let left = certificate.valid_until - now.0;
            let soon = (0..warned(certificate)).contains(&left) && certificate.valid_from <= now.0;
            let is_root = certificate.self_issued && sent::is_ca(certificate);
            if !soon || is_root || !file.counts(index, now) {
                continue;
            }
            let message = format!(
                "{} expires in {}, on {}",
                file.subject(index),
                clock::length(left),
                sent::date(&certificate.not_after)
            );
            let finding = file.report(findings, index, message, "clients will refuse it from then on");
            match index {
                0 => finding.help("renew it: by now, what renews it should have done so"),
                _ => finding.help("take the current chain from the CA that issued the certificate"),
            };
            finding.symptom("ERR_CERT_DATE_INVALID from that day on");
        }
    }
}

/// Seconds before the end from which on a certificate is reported: of a short life, only the last third,
/// after which whoever renews it is late.
fn warned(certificate: &Certificate) -> i64 {
    let life = certificate.valid_until.saturating_sub(certificate.valid_from);
    (DAYS * DAY).min(life / 3)
}
