//! `ciphers --format json`: one object a line.

use super::ciphers::Answer;
use serde::{Serialize, Serializer};
use std::ops::Range;

#[derive(Serialize)]
struct Line<'a> {
    string: &'a str,
    openssl: String,
    ciphers: Vec<&'static str>,
    error: Option<&'static str>,
    seclevel: Option<u8>,
    ignored: Vec<&'a str>,
    why: Words<'a>,
    removed: Words<'a>,
    tls13: Vec<&'a str>,
    level: u8,
    refused_at_level: Vec<&'static str>,
    dialect: Option<&'static str>,
    promised: bool,
}

/// The answer as one line.
pub fn line(answer: &Answer) -> String {
    let read = answer.read();
    let words = |all: Vec<(&'static str, &Range<usize>)>| {
        Words(all.into_iter().map(|(suite, word)| (suite, answer.word(word))).collect())
    };
    // What `DEFAULT` and its like leave out is nobody's word.
    let asked_for = read.removed.iter().filter(|r| answer.word(&r.word).starts_with(['!', '-']));
    let line = Line {
        string: answer.string,
        openssl: answer.target.openssl.to_string(),
        ciphers: answer.suites().map(|s| s.name()).collect(),
        error: answer.error().map(|error| error.kind.reason()),
        seclevel: read.security_level.filter(|_| answer.error().is_none()),
        ignored: answer.ignored(),
        why: words(read.suites.iter().map(|a| (a.suite.name(), &a.word)).collect()),
        removed: words(asked_for.map(|r| (r.suite.name(), &r.word)).collect()),
        tls13: read.tls13_names.iter().map(|word| answer.word(word)).collect(),
        level: answer.level(),
        refused_at_level: answer.suites().filter(|s| answer.refused_at_level(s)).map(|s| s.name()).collect(),
        dialect: answer.dialect().map(|dialect| dialect.name()),
        promised: answer.is_promised(),
    };
    // Maps with keys of text and no custom code: this cannot fail.
    let mut text = serde_json::to_string(&line).unwrap_or_default();
    text.push('\n');
    text
}

/// Suites with a word for each, in the order of the list.
struct Words<'a>(Vec<(&'static str, &'a str)>);

impl Serialize for Words<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}
