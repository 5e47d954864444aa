//! A suite of TLS 1.3 in a list for older versions, or the reverse: it has no effect there.

use super::lists::{self, Expansions, Written};
use crate::finding::{Applicability, Findings};
use crate::surface::Surface;
use crate::tls::cipher_string;
use crate::tls::cipher_suite::{self, CipherSuite};
use std::ops::Range;

/// Reports lists with names of the other kind. Where nothing else is in them, the library refuses them,
/// which is `cipher-string-error`, or no version is left, which is `no-usable-cipher`.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut expansions = Expansions::new(surface);
    for list in lists::written(surface) {
        let text = &*list.text.text;
        let mut words: Vec<Range<usize>> = match list.tls13 {
            true => match cipher_string::ciphersuites(text, surface.target.openssl) {
                Ok(suites) if !suites.is_empty() => older_names(text),
                _ => continue,
            },
            false => {
                let Some(expansion) = expansions.of(&list.text.text) else { continue };
                let skipped = expansion.tls13_names.iter().chain(&expansion.ignored).cloned();
                skipped.filter(|word| lists::is_tls13_name(&text[word.clone()])).collect()
            }
        };
        words.sort_by_key(|word| word.start);
        report(surface, &list, &words, findings);
    }
}

/// The names of older suites in a list for TLS 1.3.
fn older_names(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let elements = text.split(':').map(|element| {
        let name = element.trim();
        let at = start + element.len() - element.trim_start().len();
        start += element.len() + 1;
        at..at + name.len()
    });
    let is_older = |name: &str| cipher_suite::by_name(name).is_some_and(|suite: &CipherSuite| !suite.tls13());
    elements.filter(|word| is_older(&text[word.clone()])).collect()
}

/// The TLS 1.3 suites that whoever wrote a list wanted: those named, or all but those excluded.
fn wanted(surface: &Surface, text: &str, words: &[Range<usize>]) -> String {
    let is_out = |word: &&Range<usize>| text[..word.start].ends_with(['!', '-']);
    let name = |word: &Range<usize>| text[word.clone()].replace("TLS13-", "TLS_").replace('-', "_");
    let named: Vec<String> = words.iter().filter(|word| !is_out(word)).map(name).collect();
    if !named.is_empty() {
        return named.join(":");
    }
    let excluded: Vec<String> = words.iter().map(name).collect();
    let all = surface.target.openssl.default_ciphersuites();
    let left = all.iter().map(|suite| suite.iana).filter(|suite| excluded.iter().all(|name| name != suite));
    left.collect::<Vec<_>>().join(":")
}

fn report(surface: &Surface, list: &Written, words: &[Range<usize>], findings: &mut Findings) {
    let text = &*list.text.text;
    let Some((first, others)) = words.split_first() else { return };
    let Some(span) = list.text.part(first.clone()) else { return };
    let name = &text[first.clone()];
    let (names, verb) = match others {
        [] => (format!("`{name}`"), "has"),
        [other] => (format!("`{name}` and `{}`", &text[other.clone()]), "have"),
        _ => (format!("`{name}` and {} more", others.len()), "have"),
    };
    let (place, what) = match list.tls13 {
        true => ("a list of TLS 1.3 suites", "a suite for TLS 1.2 and older"),
        false => ("a list of suites up to TLS 1.2", "a suite of TLS 1.3"),
    };
    let finding = findings.report(span, format!("{names} {verb} no effect in {place}"));
    let effect = match text[..first.start].ends_with(['!', '-']) {
        true => "excludes nothing",
        false => "adds nothing",
    };
    finding.because(format!("{what}: skipped without a word, so that it {effect}"));
    for other in others.iter().take(3) {
        finding.also_if(list.text.part(other.clone()), "skipped as well");
    }
    let (older, newer) = list.settings;
    finding.help(match list.tls13 {
        true => format!("take it out; suites up to TLS 1.2 are set with `{older}`"),
        false => format!(
            "take it out: the library's own TLS 1.3 suites are good; to choose among them, `{newer} {};`",
            wanted(surface, text, words)
        ),
    });
    // What is attached to other words is not for taking out.
    let is_item = |word: &Range<usize>| {
        let (before, after) = (&text[..word.start], &text[word.end..]);
        let before = before.strip_suffix(['!', '-', '+']).unwrap_or(before);
        let ends = |c: char| matches!(c, ':' | ',' | ' ' | ';');
        (before.is_empty() || before.ends_with(ends)) && (after.is_empty() || after.starts_with(ends))
    };
    if words.iter().all(is_item)
        && let Some((span, text)) = lists::edit(list.text, &lists::without(text, words))
    {
        finding.replace(Applicability::Safe, span, text);
    }
}
