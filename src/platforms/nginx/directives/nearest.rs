//! The directive somebody meant who wrote another name.

use super::is_known_elsewhere;
use super::lookup;
use super::table::TABLE;

/// The TLS-relevant directive that `name` was probably meant to be, if `name` is not one itself.
///
/// One edit away (a letter missing, added, replaced, or two neighbours swapped), or two for names of eight
/// letters and more; the nearest, and of equally near ones the first.
pub fn nearest(name: &str) -> Option<&'static str> {
    if !lookup(name).is_empty() || is_known_elsewhere(name) {
        return None;
    }
    let most = if name.len() >= 8 { 2 } else { 1 };
    let candidates = TABLE.iter().map(|row| row.name).filter(|candidate| is_about_tls(candidate));
    candidates
        .filter(|candidate| candidate.len().abs_diff(name.len()) <= most)
        .map(|candidate| (edits(candidate.as_bytes(), name.as_bytes()), candidate))
        .filter(|(edits, _)| *edits <= most)
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, candidate)| candidate)
}

/// Directives without `ssl` in their name that decide about TLS.
const ABOUT_TLS: &[&str] = &[
    "add_header",
    "add_header_inherit",
    "grpc_pass",
    "http2",
    "http3",
    "include",
    "listen",
    "proxy_pass",
    "proxy_protocol",
    "resolver",
    "server",
    "server_name",
    "starttls",
    "uwsgi_pass",
];

fn is_about_tls(name: &str) -> bool {
    name.starts_with("ssl") || name.contains("_ssl") || ABOUT_TLS.contains(&name)
}

/// The number of edits between two names, a swap of neighbours being one (optimal string alignment).
pub(super) fn edits(a: &[u8], b: &[u8]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut least = (above[j] + usize::from(x != y)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i - 1] == *y && b[j - 1] == *x {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_directive() {
        for (slip, meant) in [
            ("ssl_protocol", "ssl_protocols"),
            ("ssl_cipher", "ssl_ciphers"),
            ("ssl_certficate_key", "ssl_certificate_key"),
            ("ssl_perfer_server_cihpers", "ssl_prefer_server_ciphers"),
            ("proxy_ssl_verfiy", "proxy_ssl_verify"),
            ("lsiten", "listen"),
            ("servername", "server_name"),
            ("add_heder", "add_header"),
            ("htp2", "http2"),
        ] {
            assert_eq!(nearest(slip), Some(meant), "{slip}");
        }
    }

    #[test]
    fn what_is_a_directive_or_far_from_one_is_left_alone() {
        for name in
            ["", "x", "ssl_ciphers", "root", "ssl_ntls", "listening", "more_set_headers", "tls_versions"]
        {
            assert_eq!(nearest(name), None, "{name}");
        }
    }
}
