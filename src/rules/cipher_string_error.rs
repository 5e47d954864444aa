//! A list of suites that the TLS library refuses, or a word in it that it does not know.

mod slips;

use super::gather;
use super::lists::{self, Written};
use crate::finding::{Applicability, Findings, Severity};
use crate::surface::Surface;
use crate::tls::cipher_string::{self, CipherStringError, CipherStringErrorKind};
use crate::tls::cipher_suite::{self, CipherSuite};
use std::ops::Range;

/// Reports lists that keep the server from starting, and words in other lists that do nothing.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for list in lists::written(surface) {
        judge(surface, &list, findings);
    }
}

/// Lists that are longer fill more lines than they help.
const MAX_SHOWN: usize = 200;

fn judge(surface: &Surface, list: &Written, findings: &mut Findings) {
    let openssl = surface.target.openssl;
    let text = &*list.text.text;
    if list.tls13 {
        return match cipher_string::ciphersuites(text, openssl) {
            Err(error) => refused(list, &error, surface, findings),
            Ok(_) => unknown13(list, surface, findings),
        };
    }
    match surface.expand(&list.text.text) {
        Err(error) if error.promised => refused(list, &error, surface, findings),
        Ok(expansion) if expansion.promised => {
            let admitted = |suite: &CipherSuite| expansion.suites.iter().any(|a| a.suite.id == suite.id);
            for word in &expansion.ignored {
                let name = &text[word.clone()];
                // The same suite may stand there in both spellings.
                let named = cipher_suite::by_name(name);
                let is_there = named.is_some_and(admitted);
                // Suites of TLS 1.3 are `tls13-suite-in-cipher-list`.
                if !is_there && !lists::is_tls13_name(name) && !cipher_string::is_real(name) {
                    unknown(list, word.clone(), cipher_string::suggest(name, openssl), surface, findings);
                }
            }
        }
        _ => {}
    }
}

fn refused(list: &Written, error: &CipherStringError, surface: &Surface, findings: &mut Findings) {
    let text = &list.text.text;
    let is_unreadable = error.kind == CipherStringErrorKind::InvalidCommand && !list.tls13;
    let slip = is_unreadable.then(|| slips::find(text, &error.at, surface.target.openssl)).flatten();
    let at = slip.as_ref().map_or(&error.at, |slip| &slip.at);
    let Some(span) = list.text.part(at.clone()).or(list.text.span) else { return };
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
    finding.fatal = !surface.deployment(list.deployment).fragment;
    if let Some(slip) = &slip {
        finding.because(slip.why.as_str());
        if let Some(meant) = &slip.meant {
            finding.help(format!("perhaps `{meant}` is meant"));
            if usize::try_from(span.end - span.start) == Ok(slip.at.len()) {
                finding.replace(Applicability::Unsafe, span, meant);
            }
            return;
        }
        if let Some(whole) = &slip.list {
            finding.help(match whole.len() {
                0..=MAX_SHOWN => format!("write it on one line: `{whole}`"),
                _ => "write it on one line".to_owned(),
            });
            if let Some((span, new)) = lists::edit(list.text, whole) {
                finding.replace(Applicability::Unsafe, span, new);
            }
            return;
        }
    }
    match list.tls13 {
        true => finding.help(
            "the suites are TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384 and TLS_CHACHA20_POLY1305_SHA256",
        ),
        false => finding.help("`ECDHE+AESGCM:ECDHE+CHACHA20` selects what today's clients want of TLS 1.2"),
    };
}

fn only_tls13(text: &str) -> bool {
    let mut words = text.split([':', ',', ' ', ';']).filter(|word| !word.is_empty());
    words.all(lists::is_tls13_name)
}

/// Since 3.0 names that are not known are skipped; suites of older versions are another matter.
fn unknown13(list: &Written, surface: &Surface, findings: &mut Findings) {
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
    list: &Written,
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
