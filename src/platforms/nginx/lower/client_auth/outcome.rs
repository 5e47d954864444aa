//! Whether a condition or a `map` over `$ssl_client_verify` tells a verified certificate from what else
//! gets as far: none at all, or with `optional_no_ca` one that did not verify.

use super::super::location::compile;
use crate::model::{ClientAuthMode, Setting};
use crate::platforms::nginx::config::Statement;

/// Values that come as far as the condition although no certificate was verified. nginx itself refuses
/// `FAILED:…`, but not these reasons with `optional_no_ca` (`ngx_ssl_verify_error_optional`).
fn unverified(mode: &Setting<ClientAuthMode>) -> &'static [&'static str] {
    const ALL: [&str; 6] = [
        "NONE",
        "FAILED:self-signed certificate",
        "FAILED:self signed certificate",
        "FAILED:self-signed certificate in certificate chain",
        "FAILED:unable to get local issuer certificate",
        "FAILED:unable to verify the first certificate",
    ];
    match mode.known() {
        Some(ClientAuthMode::Optional) => &ALL[..1],
        Some(ClientAuthMode::OptionalUnverified) => &ALL[1..],
        _ => &ALL,
    }
}

/// Whether a word is the outcome and nothing else.
pub(super) fn is_outcome(word: &[u8]) -> bool {
    matches!(word, b"$ssl_client_verify" | b"${ssl_client_verify}")
}

/// Whether an `if` decides differently; true where it is not about the outcome, or cannot be read.
pub(super) fn condition_tells(condition: &Statement, mode: &Setting<ClientAuthMode>) -> bool {
    let words: Vec<String> = condition.args().iter().map(|w| w.text().into_owned()).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).filter(|w| !matches!(*w, "(" | ")")).collect();
    if condition.args().iter().any(|w| w.opaque) {
        return true;
    }
    let (variable, operator, value) = match words.as_slice() {
        [one] => (inner(one, true, true), "", ""),
        [variable, operator, value] => (inner(variable, true, false), *operator, inner(value, false, true)),
        _ => return true,
    };
    // `if` knows variables without braces only, and compares with the value as it is.
    if variable != "$ssl_client_verify" || value.contains('$') && matches!(operator, "=" | "!=") {
        return true;
    }
    let (regex, ignore_case) = match operator {
        // Every outcome is a text, and none is empty or `0`.
        "" => return false,
        "=" | "!=" => return unverified(mode).contains(&value) || value == "SUCCESS",
        "~" | "!~" => (value, false),
        "~*" | "!~*" => (value, true),
        _ => return true,
    };
    let Ok(regex) = compile(regex, ignore_case) else { return true };
    let matches = |text: &str| regex.is_match(text).unwrap_or(false);
    unverified(mode).iter().any(|value| matches(value) != matches("SUCCESS"))
}

/// A word of a condition without the parentheses that may stick to it.
fn inner(word: &str, first: bool, last: bool) -> &str {
    let word = if first { word.strip_prefix('(').unwrap_or(word) } else { word };
    if last { word.strip_suffix(')').unwrap_or(word) } else { word }
}

/// Whether a `map` of the outcome gives different values; true where it cannot be read.
pub(super) fn map_tells(map: &Statement, mode: &Setting<ClientAuthMode>) -> bool {
    if !map.is("map") || map.children.iter().any(|s| s.is_hole() || s.is_opaque() || s.is("include")) {
        return true;
    }
    let Some(verified) = mapped(map, "SUCCESS") else { return true };
    unverified(mode).iter().any(|outcome| mapped(map, outcome).is_none_or(|value| value != verified))
}

/// What a map gives for an outcome; `None` where that cannot be told.
fn mapped(map: &Statement, outcome: &str) -> Option<String> {
    let entries = || map.children.iter().filter(|entry| entry.args().len() == 1);
    let value = |entry: &Statement| entry.arg().map(|w| w.text().into_owned());
    let key = |entry: &Statement| entry.name().trim_start_matches('\\').to_owned();
    if let Some(exact) = entries().find(|entry| key(entry).eq_ignore_ascii_case(outcome)) {
        return value(exact);
    }
    for entry in entries() {
        let name = entry.name();
        let Some(pattern) = name.strip_prefix('~') else { continue };
        let (pattern, ignore_case) = match pattern.strip_prefix('*') {
            Some(pattern) => (pattern, true),
            None => (pattern, false),
        };
        if compile(pattern, ignore_case).ok()?.is_match(outcome).ok()? {
            return value(entry);
        }
    }
    match entries().find(|entry| entry.is("default")) {
        Some(entry) => value(entry),
        None => Some(String::new()),
    }
}
