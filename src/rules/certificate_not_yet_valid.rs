//! A certificate whose time has not come.

use super::client_cas::{self, Judges};
use super::{prose, sent};
use crate::clock;
use crate::finding::{Findings, Severity};
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
            let why = match file.may_be_root(index) {
                true => {
                    "clients refuse a certificate before its time, unless they have a root of that name and key themselves"
                }
                false => "clients refuse a certificate before its time (RFC 5280 section 6.1.3)",
            };
            let finding = file.report(findings, index, message, why);
            if file.may_be_root(index) {
                finding.severity(Severity::Warning);
            }
            finding
                .help("serve the one that is valid now until then, and see that the clock of who issued it is right")
                .symptom("ERR_CERT_DATE_INVALID, MOZILLA_PKIX_ERROR_NOT_YET_VALID_CERTIFICATE, \"certificate is not yet valid\"");
        }
    }
    for judges in client_cas::all(surface) {
        judge(surface, &judges, findings);
    }
}

/// Reports authorities by which clients are verified, where none of them is valid yet.
fn judge(surface: &Surface, judges: &Judges, findings: &mut Findings) {
    let now = surface.now.0;
    let first = judges.roots().min_by_key(|(_, root)| root.valid_from);
    let Some((file, root)) = first.filter(|(_, root)| root.valid_from > now) else { return };
    let message = format!(
        "`{}`, by which {} verifies clients, is not valid before {}, in {}: every client certificate is refused",
        sent::title(root),
        prose::server(judges.server),
        sent::date(&root.not_before),
        clock::length(root.valid_from - now)
    );
    findings
        .report(file.span, message)
        .because("no root there is valid yet, nor is what a root has issued")
        .also(sent::begin(root.span), sent::facts(root))
        .help("name the certificate of the CA that is valid now, and see that the clock of who issued it is right")
        .symptom("400 \"The SSL certificate error\"; in the log: client SSL certificate verify error: (9:certificate is not yet valid)");
}
