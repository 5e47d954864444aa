//! A certificate that is valid for longer than public CAs may make them.

use super::sent::{self, Sent};
use crate::clock::{self, DAY, Timestamp};
use crate::finding::Findings;
use crate::pki::Certificate;
use crate::pki::chain::End;
use crate::surface::Surface;

/// When a limit came into force, and the limit in days (CA/Browser Forum Baseline Requirements section
/// 6.3.2, ballots 193, SC31 and SC-081v3).
const LIMITS: [(&str, i64); 5] = [
    ("2029-03-15T00:00:00Z", 47),
    ("2027-03-15T00:00:00Z", 100),
    ("2026-03-15T00:00:00Z", 200),
    ("2020-09-01T00:00:00Z", 398),
    ("2018-03-01T00:00:00Z", 825),
];

/// Reports each leaf of a public CA that outlives the limit of the day on which it was issued.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for file in sent::files(surface) {
        let Some(leaf) = file.leaf().filter(|leaf| is_public(&file, leaf)) else { continue };
        // Both ends belong to it.
        let seconds = leaf.valid_until.saturating_sub(leaf.valid_from).saturating_add(1);
        let Some((since, days)) = limit(leaf.valid_from).filter(|(_, days)| seconds > days * DAY) else {
            continue;
        };
        let message = format!("{} is valid for {}", file.subject(0), clock::length(seconds + DAY - 1));
        let why = format!("public CAs may not issue certificates for more than {days} days since {since}");
        file.report(findings, 0, message, &why)
            .help(format!("have it issued anew for at most {days} days, and let a program renew it"))
            .symptom("ERR_CERT_VALIDITY_TOO_LONG");
    }
}

/// Whether a public CA issued a leaf: its chain says so, or logs that take no other's vouch for it (RFC 6962
/// section 3.1) and no private root is known to have issued it.
fn is_public(file: &Sent, leaf: &Certificate) -> bool {
    let end = file.chain.map(|chain| &chain.path.end);
    match end {
        Some(End::PublicRoot(_)) => !sent::is_ca(leaf),
        Some(End::Private(_)) => false,
        _ => leaf.extensions.has_timestamps,
    }
}

/// The limit in force at a time: since which day, and how many days.
fn limit(issued: i64) -> Option<(&'static str, i64)> {
    let since =
        |(text, _): &&(&'static str, i64)| Timestamp::parse(text).is_some_and(|since| since.0 <= issued);
    LIMITS.iter().find(since).map(|(text, days)| (sent::date(text), *days))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_shrink_by_day_of_issue() {
        let at = |text: &str| limit(Timestamp::parse(text).expect("a time").0).map(|(_, days)| days);
        assert_eq!(at("2018-02-28T23:59:59Z"), None);
        assert_eq!(at("2020-08-31T23:59:59Z"), Some(825));
        assert_eq!(at("2020-09-01T00:00:00Z"), Some(398));
        assert_eq!(at("2026-03-14T23:59:59Z"), Some(398));
        assert_eq!(at("2026-03-15T00:00:00Z"), Some(200));
        assert_eq!(at("2027-03-15T00:00:00Z"), Some(100));
        assert_eq!(at("2029-03-14T23:59:59Z"), Some(100));
        assert_eq!(at("2029-03-15T00:00:00Z"), Some(47));
    }
}
