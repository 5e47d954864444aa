//! A list of suites written anew, without what a rule is about.

use super::{Expansions, MODERN, SuiteList, Words, is_separator};
use crate::finding::{Applicability, Finding};
use crate::model::LibraryText;
use crate::source::Span;
use crate::tls::cipher_suite::{Authentication, CipherSuite, KeyExchange};
use std::ops::Range;
use std::sync::Arc;

/// How to keep suites out of a list.
#[derive(Debug, PartialEq, Eq)]
pub(in super::super) enum Remedy {
    /// Take words out that let in nothing else; those, and the list without them.
    TakeOut(String, String),
    /// Append words that forbid them; those, and the list with them.
    Append(String, String),
    /// Nothing would be left that the same certificate can use.
    Anew,
}

/// What to do about words of a list; `forbidding` says which words forbid what they let in, and `is_bad`
/// what nobody wants back, negotiable or not.
pub(in super::super) fn remedy(
    expansions: &mut Expansions,
    text: &Arc<str>,
    words: &[Words],
    forbidding: &[&str],
    is_bad: fn(&CipherSuite) -> bool,
) -> Remedy {
    let Some(expansion) = expansions.of(text) else { return Remedy::Anew };
    let bad: SuiteList = words.iter().flat_map(|words| words.suites.iter().copied()).collect();
    let mut serves = |list: &str| {
        let Some(left) = expansions.of(&list.into()) else { return false };
        let has = |auth| left.suites.iter().any(|a| a.suite.auth == auth && a.suite.kx == KeyExchange::Ecdhe);
        left.suites.iter().all(|a| !bad.contains(&a.suite))
            && bad.iter().filter(|s| s.auth != Authentication::Null).all(|s| has(s.auth))
            && (has(Authentication::Rsa) || has(Authentication::Ecdsa))
    };
    let inside =
        |word: &Range<usize>| words.iter().any(|w| w.range.start <= word.start && word.end <= w.range.end);
    let ranges: Vec<_> = words.iter().map(|words| words.range.clone()).collect();
    let without = without(text, &ranges);
    let nothing_else = expansion.suites.iter().filter(|a| inside(&a.word)).all(|a| is_bad(a.suite));
    if nothing_else && serves(&without) {
        let what = match words {
            [only] if only.text.len() <= 40 => format!("`{}`", only.text),
            _ => "them".to_owned(),
        };
        return Remedy::TakeOut(what, without);
    }
    let appended = format!(":!{}", forbidding.join(":!"));
    let list = format!("{text}{appended}");
    if !forbidding.is_empty() && serves(&list) { Remedy::Append(appended, list) } else { Remedy::Anew }
}

impl Remedy {
    /// Says it, and offers the edit; `word` is the setting that holds the list.
    pub(in super::super) fn offer(self, finding: &mut Finding, list: &LibraryText, word: &str) {
        let modern = format!("`{word} {MODERN};`");
        let (help, new) = match self {
            _ if list.span.is_none() => (format!("write {modern}"), None),
            Remedy::TakeOut(what, new) => (format!("take {what} out, or write {modern}"), Some(new)),
            Remedy::Append(what, new) => (format!("append `{what}`, or write {modern}"), Some(new)),
            Remedy::Anew => (format!("write {modern}"), None),
        };
        finding.help(help);
        if let Some((span, text)) = new.and_then(|new| edit(list, &new)) {
            finding.replace(Applicability::Unsafe, span, text);
        }
    }
}

/// A list without some words, each with its operator and one separator.
pub(in super::super) fn without(text: &str, words: &[Range<usize>]) -> String {
    let mut kept = String::new();
    let mut start = 0;
    for part in text.split_inclusive(is_separator) {
        let range = start..start + part.len();
        start = range.end;
        let is_out = words.iter().any(|word| word.start < range.end && range.start < word.end);
        if !is_out {
            kept.push_str(part);
        }
    }
    match text.ends_with(is_separator) {
        true => kept,
        false => kept.trim_end_matches(is_separator).to_owned(),
    }
}

/// The edit that makes one list of another, as small as it can be; none where escapes hide the place.
pub(in super::super) fn edit(list: &LibraryText, new: &str) -> Option<(Span, String)> {
    let old = &*list.text;
    let common = |pairs: &mut dyn Iterator<Item = (char, char)>| -> usize {
        pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
    };
    let prefix = common(&mut old.chars().zip(new.chars()));
    let (old_rest, new_rest) = (&old[prefix..], &new[prefix..]);
    let suffix = common(&mut old_rest.chars().rev().zip(new_rest.chars().rev()));
    let range = prefix..old.len() - suffix;
    let span = list.part(range.clone())?;
    let is_exact = usize::try_from(span.end - span.start) == Ok(range.len());
    is_exact.then(|| (span, new_rest[..new_rest.len() - suffix].to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(text: &str, word: &str) -> String {
        let start = text.find(word).unwrap_or_default();
        without(text, std::slice::from_ref(&(start..start + word.len())))
    }

    #[test]
    fn a_word_goes_with_its_operator_and_one_separator() {
        assert_eq!(taken("A:B:C", "A"), "B:C");
        assert_eq!(taken("A:B:C", "B"), "A:C");
        assert_eq!(taken("A:B:C", "C"), "A:B");
        assert_eq!(taken("A:!B", "B"), "A");
        assert_eq!(taken("A, B C", "B"), "A, C");
        assert_eq!(taken("A:B:", "B"), "A:");
        assert_eq!(taken("A", "A"), "");
    }

    #[test]
    fn edits_touch_nothing_else() {
        let span = Span { file: crate::source::FileId(0), start: 10, end: 17 };
        let list = LibraryText { text: "A:B:C".into(), span: Some(span), before: None };
        let place = |new| edit(&list, new).map(|(span, text)| (span.start, span.end, text));
        assert_eq!(place("A:B:C:!D"), Some((16, 16, ":!D".to_owned())));
        assert_eq!(place("A:C"), Some((13, 15, String::new())));
        let escaped = LibraryText { text: "A:B".into(), ..list };
        assert_eq!(edit(&escaped, "A"), None);
    }
}
