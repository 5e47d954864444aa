//! The reading of a cipher list, item by item (`ssl_cipher_process_rulestr`).

use super::keywords::{Pattern, Vocabulary};
use super::ranking::{Action, Ranking};
use crate::tls::cipher_suite::{self, CipherSuite};
use crate::tls::openssl::OpenSslVersion;
use std::ops::Range;

/// The strings that select Suite B (RFC 6460) and throw away all that follows, in the order in which
/// they are tried as prefixes.
const SUITE_B: &[(&str, &str)] = &[
    ("SUITEB128ONLY", "ECDHE-ECDSA-AES128-GCM-SHA256"),
    ("SUITEB128C2", "ECDHE-ECDSA-AES256-GCM-SHA384"),
    ("SUITEB128", "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384"),
    ("SUITEB192", "ECDHE-ECDSA-AES256-GCM-SHA384"),
];

/// One list being read. Errors are the range they rest on.
pub(super) struct Reader {
    vocabulary: Vocabulary,
    pub(super) ranking: Ranking,
    openssl: OpenSslVersion,
    pub(super) security_level: Option<u8>,
    pub(super) ignored: Vec<Range<usize>>,
    pub(super) tls13_names: Vec<Range<usize>>,
    pub(super) suite_b: bool,
}

impl Reader {
    pub(super) fn new(vocabulary: Vocabulary) -> Self {
        Reader {
            ranking: Ranking::new(&vocabulary),
            openssl: vocabulary.openssl(),
            vocabulary,
            security_level: None,
            ignored: Vec::new(),
            tls13_names: Vec::new(),
            suite_b: false,
        }
    }

    /// Reads and applies the whole string.
    pub(super) fn list(&mut self, string: &str) -> Result<(), Range<usize>> {
        let begins = |word: &str| {
            let start = string.as_bytes().get(..word.len());
            start.is_some_and(|s| self.same(s, word.as_bytes()))
        };
        if let Some((word, rules)) = SUITE_B.iter().find(|(word, _)| begins(word)) {
            self.suite_b = true;
            return self.rules(rules, 0, Some(0..word.len()));
        }
        if !begins("DEFAULT") {
            return self.rules(string, 0, None);
        }
        let rest = &string[7..];
        self.rules(self.openssl.default_cipher_list(), 0, Some(0..7))?;
        match rest.strip_prefix(':') {
            Some(rest) => self.rules(rest, 8, None),
            None => self.rules(rest, 7, None),
        }
    }

    /// Applies the rules in `text`, which stands at `base` in the string. Rules that are built in
    /// stand nowhere: all of theirs is owed to the word `owner`.
    fn rules(&mut self, text: &str, base: usize, owner: Option<Range<usize>>) -> Result<(), Range<usize>> {
        let bytes = text.as_bytes();
        let place = |range: Range<usize>| match &owner {
            Some(owner) => owner.clone(),
            None => base + range.start..base + range.end,
        };
        let mut at = 0;
        while let Some(&c) = bytes.get(at) {
            if is_separator(c) {
                at += 1;
                continue;
            }
            let item = at;
            let operator = c;
            if b"-+!@".contains(&c) {
                at += 1;
            }
            let word = self.word(text, at);
            if word.is_empty() {
                let stuck = text[word.end..].chars().next().map_or(0, char::len_utf8);
                return Err(place(item..word.end + stuck));
            }
            if operator == b'@' {
                self.command(&text[word.clone()]).ok_or_else(|| place(item..word.end))?;
                at = skip_item(bytes, word.end);
                continue;
            }
            match self.sum(text, word)? {
                Sum::Pattern(pattern, words) => {
                    at = words.end;
                    let action = match operator {
                        b'-' => Action::Delete,
                        b'+' => Action::ToTail,
                        b'!' => Action::Kill,
                        _ => Action::Add,
                    };
                    let cause = if action == Action::Add { words } else { item..at };
                    self.ranking.apply(&pattern, action, place(cause));
                }
                Sum::Void(end) => at = skip_item(bytes, end),
                Sum::Unknown(word) => {
                    at = skip_item(bytes, word.end);
                    let word = whole(bytes, word);
                    let names = if self.is_tls13_name(&text[word.clone()]) {
                        &mut self.tls13_names
                    } else {
                        &mut self.ignored
                    };
                    names.push(place(word));
                }
                Sum::Broken(range) => return Err(place(item..range.end)),
            }
        }
        Ok(())
    }

    /// Reads `first` and the words joined to it by `+`.
    fn sum(&self, text: &str, first: Range<usize>) -> Result<Sum, Range<usize>> {
        let start = first.start;
        let mut pattern = Pattern::default();
        let mut word = first;
        loop {
            let joined = text.as_bytes().get(word.end) == Some(&b'+');
            let Some(term) = self.vocabulary.find(&text[word.clone()]) else { return Ok(Sum::Unknown(word)) };
            if !pattern.narrow(&term) {
                return Ok(Sum::Void(word.end + usize::from(joined)));
            }
            if !joined {
                return Ok(Sum::Pattern(pattern, start..word.end));
            }
            let next = self.word(text, word.end + 1);
            if next.is_empty() {
                let stuck = text[next.end..].chars().next().map_or(0, char::len_utf8);
                return Ok(Sum::Broken(next.start..next.end + stuck));
            }
            word = next;
        }
    }

    /// The word that starts at `at`, possibly empty.
    fn word(&self, text: &str, at: usize) -> Range<usize> {
        let belongs = |c: &u8| {
            c.is_ascii_alphanumeric()
                || matches!(c, b'-' | b'.')
                || (*c == b'=' && self.openssl.at_least(1, 1, 0))
                || (*c == b'_' && self.openssl.iana_names_in_cipher_lists())
        };
        at..at + text.as_bytes()[at..].iter().take_while(|c| belongs(c)).count()
    }

    fn command(&mut self, word: &str) -> Option<()> {
        if self.same(word.as_bytes(), b"STRENGTH") {
            self.ranking.sort_by_strength();
            return Some(());
        }
        let level = match word.as_bytes() {
            [name @ .., d @ b'0'..=b'5']
                if self.openssl.security_levels() && self.same(name, b"SECLEVEL=") =>
            {
                d - b'0'
            }
            _ => return None,
        };
        self.security_level = Some(level);
        Some(())
    }

    /// Whether two words are one to this release.
    fn same(&self, a: &[u8], b: &[u8]) -> bool {
        if self.openssl.case_insensitive_suite_names() { a.eq_ignore_ascii_case(b) } else { a == b }
    }

    fn is_tls13_name(&self, word: &str) -> bool {
        cipher_suite::by_name(word).is_some_and(CipherSuite::tls13)
            || (self.openssl.case_insensitive_suite_names()
                && cipher_suite::by_name(&word.to_ascii_uppercase()).is_some_and(CipherSuite::tls13))
    }
}

/// What became of words joined by `+`.
enum Sum {
    /// A pattern, and where its words stand.
    Pattern(Pattern, Range<usize>),
    /// Words that exclude each other, up to where they were read.
    Void(usize),
    /// The word that is not known.
    Unknown(Range<usize>),
    /// Where a word should be and none is.
    Broken(Range<usize>),
}

/// What stands between the items of a list.
pub(super) fn is_separator(c: u8) -> bool {
    matches!(c, b':' | b' ' | b';' | b',')
}

/// A word that is not known with what follows in one piece: an underscore ends words before OpenSSL 3.2.
fn whole(bytes: &[u8], word: Range<usize>) -> Range<usize> {
    let belongs = |c: &u8| c.is_ascii_alphanumeric() || b"-_.".contains(c);
    match bytes.get(word.end) {
        Some(b'_') => word.start..word.end + bytes[word.end..].iter().take_while(|c| belongs(c)).count(),
        _ => word,
    }
}

/// From `at` to the next separator.
fn skip_item(bytes: &[u8], at: usize) -> usize {
    at + bytes[at..].iter().take_while(|c| !is_separator(**c)).count()
}
