//! A list of suites that the TLS library refuses, or a word in it that it does not know.

use super::gather;
use crate::finding::{Applicability, Findings, Severity};
use crate::model::LibraryText;
use crate::surface::Surface;
use crate::tls::cipher_string::{self, CipherStringError, CipherStringErrorKind, Expansion};
use crate::tls::cipher_suite::{self, CipherSuite};
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Reports lists that keep the server from starting, and words in other lists that do nothing.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut seen = HashSet::new();
    // Sites repeat each other's lists.
    let mut expansions = HashMap::new();
    for (deployment, list) in lists(surface) {
        if list.text.span.is_none_or(|span| seen.insert(span)) {
            judge(surface, deployment, &list, &mut expansions, findings);
        }
    }
}

/// What lists expand to, by their text.
type Expansions<'s> = HashMap<&'s str, Result<Expansion, CipherStringError>>;

/// A list and which language it is in.
struct List<'s> {
    text: &'s LibraryText,
    tls13: bool,
}

/// Every list that the library gets to read: those of servers with a certificate (the TLS settings of
/// others are not looked at), and those of hops.
fn lists(surface: &Surface) -> Vec<(usize, List<'_>)> {
    let mut lists = Vec::new();
    for listener in &surface.listeners {
        for server in &listener.servers {
            let tls = &server.server.tls;
            if tls.certificates.is_empty() && !tls.reject_handshake.is(&true) {
                continue;
            }
            let older = tls.ciphers.known().map(|text| List { text, tls13: false });
            let newer =
                tls.ciphersuites.iter().filter_map(|c| c.known()).map(|text| List { text, tls13: true });
            lists.extend(older.into_iter().chain(newer).map(|list| (listener.deployment, list)));
        }
    }
    for hop in surface.upstreams.iter().filter(|hop| hop.is_tls()) {
        let older = hop.upstream.ciphers.known().map(|text| List { text, tls13: false });
        let newer = hop.upstream.ciphersuites.iter().filter_map(|c| c.known());
        let newer = newer.map(|text| List { text, tls13: true });
        lists.extend(older.into_iter().chain(newer).map(|list| (hop.deployment, list)));
    }
    lists.retain(|(_, list)| list.text.span.is_some());
    lists
}

fn judge<'s>(
    surface: &Surface,
    deployment: usize,
    list: &List<'s>,
    expansions: &mut Expansions<'s>,
    findings: &mut Findings,
) {
    let openssl = surface.target.openssl;
    let text = &*list.text.text;
    let fragment = surface.deployment(deployment).fragment;
    if list.tls13 {
        return match cipher_string::ciphersuites(text, openssl) {
            Err(error) => refused(list, &error, fragment, findings),
            Ok(_) => unknown13(list, surface, findings),
        };
    }
    match expansions.entry(text).or_insert_with(|| surface.target.expand(text)) {
        Err(error) if error.promised => refused(list, error, fragment, findings),
        Ok(expansion) if expansion.promised => {
            let admitted = |suite: &CipherSuite| expansion.suites.iter().any(|a| a.suite.id == suite.id);
            for word in &expansion.ignored {
                let name = &text[word.clone()];
                // The same suite may stand there in both spellings.
                let named = cipher_suite::by_name(name);
                let is_there = named.is_some_and(|suite| suite.tls13() || admitted(suite));
                if !is_there && !cipher_string::is_real(name) {
                    unknown(list, word.clone(), cipher_string::suggest(name, openssl), surface, findings);
                }
            }
        }
        _ => {}
    }
}

fn refused(list: &List, error: &CipherStringError, fragment: bool, findings: &mut Findings) {
    let text = &list.text.text;
    let Some(span) = list.text.part(error.at.clone()).or(list.text.span) else { return };
    let reason = error.kind.reason();
    let list_text = format!("the list of suites `{text}`");
    let finding = findings
        .report(
            span,
            format!(
                "OpenSSL refuses {}: {reason}",
                match text.is_empty() {
                    true => "an empty list of suites",
                    false => gather::short(&list_text, "this list of suites"),
                }
            ),
        )
        .because(match error.kind {
            CipherStringErrorKind::InvalidCommand => "the list cannot be read any further from here",
            _ if text.is_empty() => "it selects nothing",
            _ if !list.tls13 && only_tls13(text) => {
                "suites of TLS 1.3 do not count here, and nothing else is named"
            }
            _ if list.tls13 => "names no suite of TLS 1.3",
            _ => "nothing in it selects a suite, or all that it selects is taken out again",
        })
        .symptom(reason);
    finding.fatal = !fragment;
    match list.tls13 {
        true => finding.help(
            "the suites are TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384 and TLS_CHACHA20_POLY1305_SHA256",
        ),
        false => finding.help("`ECDHE+AESGCM:ECDHE+CHACHA20` selects what today's clients want of TLS 1.2"),
    };
}

fn only_tls13(text: &str) -> bool {
    let mut words = text.split([':', ',', ' ', ';']).filter(|word| !word.is_empty());
    words.all(|word| cipher_suite::by_name(word).is_some_and(CipherSuite::tls13))
}

/// Since 3.0 names that are not known are skipped; suites of older versions are another matter.
fn unknown13(list: &List, surface: &Surface, findings: &mut Findings) {
    let mut start = 0;
    for element in list.text.text.split(':') {
        let name = element.trim();
        let at = start + element.len() - element.trim_start().len();
        start += element.len() + 1;
        if cipher_suite::by_name(name).is_none() && !name.is_empty() {
            let known = cipher_suite::all().filter(|suite| suite.tls13()).map(|suite| suite.iana);
            unknown(list, at..at + name.len(), crate::nearest::nearest(name, known), surface, findings);
        }
    }
}

fn unknown(
    list: &List,
    word: Range<usize>,
    suggestion: Option<&'static str>,
    surface: &Surface,
    findings: &mut Findings,
) {
    let Some(span) = list.text.part(word.clone()).or(list.text.span) else { return };
    let (text, openssl) = (&list.text.text, surface.target.openssl);
    let name = &text[word.clone()];
    let excludes = text[..word.start].ends_with(['!', '-']);
    let message = match name {
        "DEFAULT" => "`DEFAULT` does nothing within a list of suites".to_owned(),
        _ => format!("OpenSSL {openssl} does not know `{name}` in a list of suites"),
    };
    let suggestion = suggestion.filter(|suggestion| *suggestion != name);
    let finding = findings.report(span, message).severity(Severity::Warning).because(match excludes {
        _ if name == "DEFAULT" => "known at the beginning of a list only, skipped elsewhere",
        true => "skipped without a word, so that this excludes nothing",
        false => "skipped without a word, so that this adds nothing",
    });
    if let Some(suggestion) = suggestion {
        finding.help(format!("perhaps `{suggestion}` is meant"));
        let is_exact = usize::try_from(span.end - span.start) == Ok(name.len());
        if is_exact {
            finding.replace(Applicability::Unsafe, span, suggestion);
        }
    }
}
