//! HSTS that lasts too short a time, or not at all.

use super::{prose, shadowed_server_name};
use crate::finding::Findings;
use crate::model::Hsts;
use crate::surface::Surface;
use std::collections::HashSet;

/// 180 days.
const ENOUGH: u64 = 15_552_000;

/// Reports each HSTS header, sent over TLS, whose `max-age` is short, zero, or not valid. Where a profile
/// says how long is long enough, `profile-mismatch` tells of what is shorter.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let enough = match surface.profile.as_ref().is_some_and(|profile| profile.hsts.is_some()) {
        true => 1,
        false => ENOUGH,
    };
    let mut seen = HashSet::new();
    let unanswering = shadowed_server_name::unanswering(surface);
    for (listener, server) in surface.tls_servers().filter(|(_, s)| s.may_serve_tls()) {
        if unanswering.contains(&(listener.deployment, server.binding.server)) {
            continue;
        }
        let scopes = server.server.site.iter().flat_map(|site| &site.scopes);
        for hsts in scopes.filter_map(|scope| scope.hsts.known()?.as_ref()) {
            if seen.insert(hsts.span) && hsts.max_age().is_none_or(|age| age < enough) {
                report(
                    hsts,
                    &prose::server(&server.server),
                    surface.words(listener.deployment).hsts,
                    findings,
                );
            }
        }
    }
}

fn report(hsts: &Hsts, server: &str, word: &str, findings: &mut Findings) {
    let value = &hsts.value;
    let (message, why) = match hsts.max_age() {
        None => (
            format!("browsers ignore the HSTS header of {server}: `{value}` has no valid `max-age`"),
            "directives are separated by `;`, each stands once, and `max-age` is a number (RFC 6797 section 6.1)"
                .to_owned(),
        ),
        Some(0) => (
            format!("`max-age=0` makes browsers forget HSTS for {server}"),
            "zero takes back what the host has said before (RFC 6797 section 6.1.1)".to_owned(),
        ),
        Some(age) => (
            format!("HSTS of {server} lasts {}, less than {}", duration(age), duration(ENOUGH)),
            "whoever stays away longer starts the next visit in plaintext".to_owned(),
        ),
    };
    let finding = findings.report(hsts.span, message);
    finding.because(why).help(match hsts.max_age() {
        Some(0) => format!("once HSTS is wanted again: `{word}`"),
        _ => format!("two years, the common value: `{word}`"),
    });
    if hsts.max_age() != Some(0) {
        finding.symptom("scanners report HSTS as missing or too short");
    }
}

fn duration(seconds: u64) -> String {
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let (size, unit) = units.into_iter().find(|(size, _)| seconds >= *size).unwrap_or((1, "second"));
    let count = seconds / size;
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural}")
}
