//! The list of TLS 1.3 suites: names and colons, nothing else (`set_ciphersuites`).

use super::keywords::Vocabulary;
use super::{Admitted, Build, CipherStringError, CipherStringErrorKind, Expansion};
use crate::tls::CipherSuite;
use crate::tls::cipher_suite;
use crate::tls::openssl::OpenSslVersion;
use std::ops::Range;

/// The TLS 1.3 suites a list names, most preferred first. The empty list is legal and means none.
///
/// 1.1.1 refuses a list with an unknown name or an empty element, 3.0 and later only one in which
/// nothing is known. Up to 3.6 IANA names of older suites count as known and have no effect.
pub fn ciphersuites(
    string: &str,
    openssl: OpenSslVersion,
) -> Result<Vec<&'static CipherSuite>, CipherStringError> {
    expand_ciphersuites(string, openssl).map(|x| x.suites.into_iter().map(|a| a.suite).collect())
}

/// [`ciphersuites`] with the name that let each suite in, and the names that let none in.
pub fn expand_ciphersuites(string: &str, openssl: OpenSslVersion) -> Result<Expansion, CipherStringError> {
    let mut list = Expansion { promised: true, ..Expansion::default() };
    let refuse = |at, list| Err(CipherStringError::new(CipherStringErrorKind::NoMatch, at, list));
    let mut known = false;
    if string.is_empty() {
        return Ok(list);
    }
    for (name, word) in elements(string) {
        let Some(suite) = find(name, openssl) else {
            if !openssl.at_least(3, 0, 0) {
                return refuse(word, list);
            }
            if !name.is_empty() {
                list.ignored.push(word);
            }
            continue;
        };
        known = true;
        // Before 4.0 a name given twice stays twice, to no effect on a handshake.
        if !suite.tls13() {
            list.ignored.push(word);
        } else if !list.suites.iter().any(|a| a.suite == suite) {
            list.suites.push(Admitted { suite, word });
        }
    }
    if known { Ok(list) } else { refuse(0..string.len(), list) }
}

fn elements(string: &str) -> impl Iterator<Item = (&str, Range<usize>)> {
    let mut next = 0;
    string.split(':').map(move |element| {
        let start = next;
        next += element.len() + 1;
        let space = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c');
        let name = element.trim_start_matches(space);
        let start = start + element.len() - name.len();
        let name = name.trim_end_matches(space);
        (name, start..start + name.len())
    })
}

/// Up to 3.6 the search goes through all suites, so that names of older ones are known too.
fn find(name: &str, openssl: OpenSslVersion) -> Option<&'static CipherSuite> {
    let listed = |s: &&CipherSuite| s.iana == name && s.tls13() && s.in_openssl(openssl);
    if openssl.case_insensitive_suite_names() {
        return cipher_suite::all()
            .find(|s| s.iana.eq_ignore_ascii_case(name) && s.tls13() && s.in_openssl(openssl));
    }
    let vocabulary = Vocabulary::new(openssl, Build::usual(openssl));
    let older = |s: &&CipherSuite| s.iana == name && vocabulary.has(s);
    cipher_suite::by_name(name).filter(|s| listed(s) || older(s))
}
