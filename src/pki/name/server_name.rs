//! Whether a certificate is good for all that a `server_name` stands for.

use super::{Client, Match, matches, to_ascii};
use crate::pki::Certificate;

/// How much of what a listener's name stands for a certificate is good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Coverage {
    /// All of it. Of `*.example.com` that is what clients can be served with: one label. nginx takes the
    /// asterisk for several, for which there is no certificate but one that lists them.
    Covered,
    /// Some of it.
    Partly {
        /// What is missing: a name, or a pattern that no alternative name equals.
        missing: String,
    },
    /// Nothing.
    NotCovered,
    /// All of it to these clients, less to others.
    Differs(Vec<Client>),
    /// A pattern stands for names that nobody can list, or the text is no name.
    Unknown,
}

/// A label that no certificate names, to ask for what only a wildcard covers.
const ANY: &str = "tlslint-any-label";

/// How much of a listener's name a certificate is good for. Names are written as in nginx's
/// `server_name`: `www.example.com`, `*.example.com`, `.example.com` (the domain and all below it),
/// `www.*`, `~regex`.
pub fn covers(certificate: &Certificate, server_name: &str) -> Coverage {
    if server_name.is_empty() || server_name.starts_with(['~', '!']) || server_name.contains('$') {
        return Coverage::Unknown;
    }
    let Some(name) = to_ascii(server_name) else { return Coverage::Unknown };
    if let Some(start) = name.strip_suffix('*').filter(|start| start.ends_with('.')) {
        return starting_with(certificate, start);
    }
    if let Some(domain) = name.strip_prefix("*.") {
        return below(certificate, domain);
    }
    if let Some(domain) = name.strip_prefix('.') {
        return both(literal(certificate, domain), below(certificate, domain), domain);
    }
    if name.contains('*') || name == "_" {
        return Coverage::Unknown;
    }
    literal(certificate, &name)
}

fn literal(certificate: &Certificate, name: &str) -> Coverage {
    match matches(certificate, name) {
        Match::Match => Coverage::Covered,
        Match::NoMatch => Coverage::NotCovered,
        Match::Differs(clients) => Coverage::Differs(clients),
    }
}

/// `*.domain`.
fn below(certificate: &Certificate, domain: &str) -> Coverage {
    match matches(certificate, &format!("{ANY}.{domain}")) {
        Match::Match => Coverage::Covered,
        Match::Differs(clients) => Coverage::Differs(clients),
        Match::NoMatch => {
            let below = |name: &str| {
                let name = name.to_ascii_lowercase();
                name.strip_suffix(domain).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
            };
            match certificate.dns_names().any(below) || certificate.common_name.as_deref().is_some_and(below)
            {
                true => Coverage::Partly { missing: format!("*.{domain}") },
                false => Coverage::NotCovered,
            }
        }
    }
}

/// `.domain`: the domain, and all below it.
fn both(domain: Coverage, below: Coverage, name: &str) -> Coverage {
    use Coverage::{Covered, Differs, NotCovered, Partly};
    match (domain, below) {
        (Covered, Covered) => Covered,
        (NotCovered, NotCovered) => NotCovered,
        (Differs(clients), Covered) | (Covered, Differs(clients)) => Differs(clients),
        (Differs(one), Differs(other)) => Differs(one.into_iter().filter(|c| other.contains(c)).collect()),
        (NotCovered, _) => Partly { missing: name.to_owned() },
        _ => Partly { missing: format!("*.{name}") },
    }
}

/// `www.*`: a certificate cannot cover it, but may be good for none of it.
fn starting_with(certificate: &Certificate, start: &str) -> Coverage {
    let may = |name: &str| {
        let name = name.to_ascii_lowercase();
        let label = name.split('.').next().unwrap_or_default();
        let rest = name.get(label.len()..).unwrap_or_default();
        let asked = start.split_once('.').map_or("", |(_, rest)| rest);
        // A wildcard is good for the first label of what is asked for, whatever it is.
        name.starts_with(start) || (label.contains('*') && rest.trim_start_matches('.').starts_with(asked))
    };
    match certificate.dns_names().any(may) || certificate.common_name.as_deref().is_some_and(may) {
        true => Coverage::Unknown,
        false => Coverage::NotCovered,
    }
}
