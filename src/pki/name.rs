//! Whether a certificate is good for a name: by RFC 9525, and as TLS clients really decide it.
//!
//! Clients differ at the edges: a wildcard in part of a label, one right below a top-level domain, a
//! trailing dot, a common name without alternative names. [`matches()`] asks five of them, whose answers
//! are held against recordings, and says where they are of one mind. Browsers go by RFC 9525 without its
//! liberties; in addition they refuse a wildcard for a whole public suffix (`*.co.uk`), which no library
//! does and which is not known here.

mod clients;
mod plain;
mod server_name;

pub use clients::Client;
pub use server_name::{Coverage, covers};

use super::Certificate;
use std::net::IpAddr;

/// Whether a certificate is good for a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Match {
    /// All clients accept it.
    Match,
    /// No client does.
    NoMatch,
    /// These clients accept it, the others do not.
    Differs(Vec<Client>),
}

/// What a certificate says of who it is for.
#[derive(Debug, Clone, Copy)]
pub struct Identity<'a> {
    /// The DNS names among its alternative names.
    pub dns: &'a [&'a str],
    /// The addresses among them.
    pub addresses: &'a [IpAddr],
    /// The common name of the subject, at which old clients look where there is no DNS name.
    pub common_name: Option<&'a str>,
}

/// Whether a certificate is good for a host as clients ask for it: a DNS name in ASCII, or an address.
pub fn matches(certificate: &Certificate, host: &str) -> Match {
    let dns: Vec<&str> = certificate.dns_names().collect();
    let common_name = certificate.common_name.as_deref();
    matches_identity(&Identity { dns: &dns, addresses: &certificate.addresses, common_name }, host)
}

/// Whether one who says this of itself is good for a host.
pub fn matches_identity(identity: &Identity<'_>, host: &str) -> Match {
    match plain::matches(identity, host) {
        Some(true) => Match::Match,
        Some(false) => Match::NoMatch,
        None => ask_clients(identity, host),
    }
}

fn ask_clients(identity: &Identity<'_>, host: &str) -> Match {
    let accepting: Vec<Client> = Client::ALL.into_iter().filter(|c| c.accepts(identity, host)).collect();
    match accepting.len() {
        0 => Match::NoMatch,
        n if n == Client::ALL.len() => Match::Match,
        _ => Match::Differs(accepting),
    }
}

/// A DNS name in ASCII, as it stands in certificates and is sent by clients (UTS #46; RFC 5890 §2.3.2.1),
/// without a trailing dot, which SNI never has (RFC 6066 §3). `None` where it has no such form.
pub fn to_ascii(name: &str) -> Option<String> {
    let name = name.strip_suffix('.').unwrap_or(name);
    if name.is_ascii() {
        return Some(name.to_ascii_lowercase());
    }
    // The asterisk is no letter to IDNA, but it is to patterns.
    match name.strip_prefix("*.") {
        Some(rest) => idna::domain_to_ascii(rest).ok().map(|rest| format!("*.{rest}")),
        None => idna::domain_to_ascii(name).ok(),
    }
}
