//! How TLS clients compare the names of a certificate with the host they want, each as its source has it.

use super::Identity;
use std::fmt;
use std::net::IpAddr;

/// A client, or the library it is made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Client {
    /// OpenSSL 1.1.1 to 4.0: `X509_check_host` without flags.
    OpenSsl,
    /// Node.js 20: `tls.checkServerIdentity`.
    Node,
    /// Go 1.27: `x509.Certificate.VerifyHostname`.
    Go,
    /// Java 17: `sun.security.util.HostnameChecker`, for certificates of private CAs.
    Java,
    /// rustls: `rustls-webpki` 0.103.
    Rustls,
}

impl fmt::Display for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Client::OpenSsl => "OpenSSL",
            Client::Node => "Node.js",
            Client::Go => "Go",
            Client::Java => "Java",
            Client::Rustls => "rustls",
        })
    }
}

impl Client {
    /// All of them.
    pub const ALL: [Client; 5] = [Client::OpenSsl, Client::Node, Client::Go, Client::Java, Client::Rustls];

    /// Whether this client takes the identity for the host.
    pub fn accepts(self, identity: &Identity<'_>, host: &str) -> bool {
        // In brackets an address stands in URLs, not in handshakes.
        if let Ok(address) = host.parse::<IpAddr>() {
            return identity.addresses.contains(&address);
        }
        let accepts = |pattern: &str| match self {
            Client::OpenSsl => openssl(pattern, host),
            Client::Node => node(pattern, host),
            Client::Go => go(pattern, host),
            Client::Java => java(pattern, host),
            Client::Rustls => rustls(pattern, host),
        };
        match identity.common_name {
            Some(name) if identity.dns.is_empty() && self.looks_at_common_names() => accepts(name),
            _ => identity.dns.iter().any(|pattern| accepts(pattern)),
        }
    }

    /// Whether it looks at the common name where there is no DNS name.
    fn looks_at_common_names(self) -> bool {
        matches!(self, Client::OpenSsl | Client::Node | Client::Java)
    }
}

fn lower(text: &str) -> String {
    text.to_ascii_lowercase()
}

/// `equal_wildcard` of `crypto/x509/v3_utl.c`.
fn openssl(pattern: &str, host: &str) -> bool {
    let (pattern, host) = (lower(pattern), lower(host));
    if host.len() > 1 && host.starts_with('.') {
        // A leading dot asks for any name below the domain.
        return pattern.ends_with(&host);
    }
    let Some(star) = openssl_star(&pattern) else { return !pattern.is_empty() && pattern == host };
    let (prefix, suffix) = (&pattern[..star], &pattern[star + 1..]);
    let matched = host.strip_prefix(prefix).and_then(|rest| rest.strip_suffix(suffix));
    let Some(matched) = matched else { return false };
    let whole_label = prefix.is_empty() && suffix.starts_with('.');
    if (whole_label && matched.is_empty()) || (!whole_label && matched.starts_with("xn--")) {
        return false;
    }
    matched == "*" || matched.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// `valid_star`: where the one asterisk stands that counts.
fn openssl_star(pattern: &str) -> Option<usize> {
    let mut star = None;
    let labels: Vec<&str> = pattern.split('.').collect();
    let mut at = 0;
    for (index, label) in labels.iter().enumerate() {
        let letters = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'*';
        if label.is_empty() || label.starts_with('-') || label.ends_with('-') || !label.bytes().all(letters) {
            return None;
        }
        for (offset, _) in label.match_indices('*') {
            let at_edge = offset == 0 || offset + 1 == label.len();
            if index > 0 || star.is_some() || label.starts_with("xn--") || !at_edge {
                return None;
            }
            star = Some(at + offset);
        }
        at += label.len() + 1;
    }
    star.filter(|_| labels.len() > 2)
}

/// `check` of `lib/tls.js`.
fn node(pattern: &str, host: &str) -> bool {
    let whole = |name: &str| lower(name.strip_suffix('.').unwrap_or(name));
    let (pattern, host) = (whole(pattern), whole(host));
    let pattern: Vec<&str> = pattern.split('.').collect();
    let host: Vec<&str> = host.split('.').collect();
    let printable = |label: &&str| !label.is_empty() && label.bytes().all(|b| (0x21..=0x7F).contains(&b));
    if pattern.len() != host.len() || pattern[1..] != host[1..] || !pattern.iter().all(printable) {
        return false;
    }
    let (first, label) = (pattern[0], host[0]);
    match first.split_once('*') {
        Some((prefix, suffix)) if !first.contains("xn--") => {
            pattern.len() > 2
                && !suffix.contains('*')
                && label.strip_prefix(prefix).is_some_and(|rest| rest.ends_with(suffix))
        }
        _ => first == label,
    }
}

/// `VerifyHostname` of `crypto/x509/verify.go`.
fn go(pattern: &str, host: &str) -> bool {
    let (pattern, host) = (lower(pattern), lower(host));
    if !go_valid(&host, false) || !go_valid(&pattern, true) {
        return pattern == host && !pattern.is_empty() && pattern != ".";
    }
    let host: Vec<&str> = host.strip_suffix('.').unwrap_or(&host).split('.').collect();
    let pattern: Vec<&str> = pattern.split('.').collect();
    let same = |(index, (p, h)): (usize, (&&str, &&str))| (index == 0 && *p == "*") || p == h;
    pattern.len() == host.len() && pattern.iter().zip(&host).enumerate().all(same)
}

fn go_valid(name: &str, pattern: bool) -> bool {
    let name = if pattern { name } else { name.strip_suffix('.').unwrap_or(name) };
    let valid = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    let wildcard = |index, label: &str| pattern && index == 0 && label == "*";
    name != "*" && name.split('.').enumerate().all(|(index, label)| wildcard(index, label) || valid(label))
}

/// `isMatched` and `matchAllWildcards`; labels are compared in Unicode.
fn java(pattern: &str, host: &str) -> bool {
    if !java_valid(host) || !java_valid(&pattern.replace('*', "z")) {
        return false;
    }
    let last_star = pattern.rfind('*');
    if last_star.is_some_and(|star| !pattern[star..].contains('.')) {
        return false;
    }
    let (pattern, host) = (java_unicode(pattern), java_unicode(host));
    pattern.len() == host.len() && pattern.iter().zip(&host).all(|(p, h)| java_label(p, h))
}

/// What `SNIHostName` takes.
fn java_valid(name: &str) -> bool {
    let name = if name.is_ascii() { Ok(name.to_owned()) } else { idna::domain_to_ascii(name) };
    name.is_ok_and(|name| name.split('.').all(|label| is_label(label, b"-")))
}

/// Whether a label is made of up to 63 letters, digits and `others`, with no hyphen at its ends.
fn is_label(label: &str, others: &[u8]) -> bool {
    (1..64).contains(&label.len())
        && label.bytes().all(|b| b.is_ascii_alphanumeric() || others.contains(&b))
        && !label.starts_with('-')
        && !label.ends_with('-')
}

fn java_unicode(name: &str) -> Vec<String> {
    let is_encoded = |label: &str| !label.is_ascii() || lower(label).contains("xn--");
    let unicode = |label: &str| match idna::domain_to_unicode(label) {
        _ if !is_encoded(label) => lower(label),
        (unicode, Ok(())) if !label.contains('*') => unicode,
        _ => lower(label),
    };
    name.split('.').map(unicode).collect()
}

/// Each asterisk of a label stands for as little as it can, but the last.
fn java_label(pattern: &str, label: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| label.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// `presented_id_matches_reference_id` of `subject_name/dns_name.rs`.
fn rustls(pattern: &str, host: &str) -> bool {
    let (pattern, host) = (lower(pattern), lower(host));
    let relative = host.strip_suffix('.').unwrap_or(&host);
    if !rustls_valid(relative) {
        return false;
    }
    match pattern.strip_prefix("*.") {
        Some(rest) => {
            rest.contains('.')
                && rustls_valid(rest)
                && relative.split_once('.').is_some_and(|(_, parent)| parent == rest)
        }
        None => rustls_valid(&pattern) && pattern == relative,
    }
}

fn rustls_valid(name: &str) -> bool {
    let numeric = name.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    name.len() <= 253 && !numeric && name.split('.').all(|label| is_label(label, b"-_"))
}
