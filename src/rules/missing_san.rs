//! A certificate that names no host.

use super::sent::{self, Sent};
use crate::finding::Findings;
use crate::surface::Surface;

/// Reports each leaf without an alternative name, where others than this machine meet it.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for file in sent::files(surface).into_iter().filter_map(Sent::for_others) {
        let Some(leaf) = file.leaf().filter(|leaf| !leaf.has_alternative_names()) else { continue };
        if !file.is_for_servers() {
            continue;
        }
        let message = match &leaf.common_name {
            Some(name) => format!("{} has the name `{name}` in its common name only", file.subject(0)),
            None => format!("{} names no host", file.subject(0)),
        };
        let why = "only subject alternative names count (RFC 9525 section 2); no browser has looked at common names since 2017";
        file.report(findings, 0, message, why)
            .help(format!("have it issued anew with its names: `subjectAltName = DNS:{}`", leaf.common_name.as_deref().unwrap_or("…")))
            .symptom("ERR_CERT_COMMON_NAME_INVALID, SSL_ERROR_BAD_CERT_DOMAIN, \"certificate relies on legacy Common Name field\"");
    }
}
