//! A certificate whose time is nearly over.

use super::options::EXPIRING_DAYS;
use super::sent;
use crate::clock::{self, DAY};
use crate::finding::Findings;
use crate::pki::Certificate;
use crate::surface::Surface;

/// Certificates of a shorter life are renewed by programs, as late as in its last third.
const SHORT_LIFE: i64 = 90 * DAY;

/// Reports each certificate that is sent, that clients need, and that expires soon.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let now = surface.now;
    let days = surface.rule_options.get(&EXPIRING_DAYS);
    for file in sent::files(surface) {
        for (index, certificate) in file.certificates() {
            let left = certificate.valid_until - now.0;
            let soon = (0..warned(certificate, days)).contains(&left) && certificate.valid_from <= now.0;
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
fn warned(certificate: &Certificate, days: u32) -> i64 {
    // Both ends belong to it.
    let life = certificate.valid_until.saturating_sub(certificate.valid_from).saturating_add(1);
    let days = i64::from(days) * DAY;
    if life < SHORT_LIFE { days.min(life / 3) } else { days }
}
