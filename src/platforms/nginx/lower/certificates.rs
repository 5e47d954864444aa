//! `ssl_certificate` and `ssl_certificate_key`: two lists that are paired by position.

use super::Lowering;
use crate::model::{CertificateRef, FileRef, Setting};
use crate::platforms::nginx::level::{Found, Level};
use crate::platforms::nginx::syntax::Word;
use crate::platforms::nginx::variables::first_variable;

/// The certificates of a server with their keys. The two lists are inherited apart from each other.
pub(super) fn pairs(lowering: &mut Lowering, level: &Level) -> Vec<CertificateRef> {
    let certificates = files(lowering, level, "ssl_certificate");
    let mut keys = files(lowering, level, "ssl_certificate_key").into_iter();
    let pair = |certificate| CertificateRef { certificate, key: keys.next() };
    let pairs: Vec<CertificateRef> = certificates.into_iter().map(pair).collect();
    if !level.is_partial() && level.hole().is_none() {
        pairs.iter().filter(|pair| pair.key.is_none()).for_each(|pair| without_key(lowering, pair));
    }
    pairs
}

/// A certificate that no key is paired with; once, however many servers inherit it.
fn without_key(lowering: &mut Lowering, pair: &CertificateRef) {
    let Some(span) = pair.certificate.span() else { return };
    if lowering.deployment.problems.iter().any(|p| p.span == span && p.message.starts_with(NO_KEY)) {
        return;
    }
    let file = pair.certificate.known().map(|file| format!(" `{}`", file.text)).unwrap_or_default();
    let help = "name the key beside it: `ssl_certificate_key …;`; the lists are paired by position, and \
                inherited apart from each other";
    lowering.invalid(span, format!("{NO_KEY} the certificate{file}"), help);
}

const NO_KEY: &str = "no key is named for";

/// Every file of a directive that may be repeated.
pub(super) fn files(lowering: &mut Lowering, level: &Level, name: &str) -> Vec<Setting<FileRef>> {
    let Some(found) = level.find(name) else { return Vec::new() };
    let mut files = Vec::new();
    for statement in &found.statements {
        if let Some(word) = statement.arg() {
            files.push(file(lowering, &found, statement, word, name));
        }
    }
    files
}

fn file(
    lowering: &mut Lowering,
    found: &Found,
    statement: &crate::platforms::nginx::config::Statement,
    word: &Word,
    name: &str,
) -> Setting<FileRef> {
    let why = if word.opaque {
        Some("the path is filled in by a template".to_owned())
    } else {
        first_variable(&word.text()).map(|variable| format!("path holds the variable {variable}"))
    };
    match why {
        Some(why) => {
            lowering.unknown(word.span, name, why.clone());
            found.unknown(why, statement)
        }
        None => found.setting(lowering.file_ref(word), statement),
    }
}
