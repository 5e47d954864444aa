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
    if certificates.len() > keys.len() && !level.is_partial() {
        refuse_without_key(lowering, level, keys.len());
    }
    certificates.into_iter().map(|certificate| CertificateRef { certificate, key: keys.next() }).collect()
}

/// Each certificate needs a key, used or not.
fn refuse_without_key(lowering: &mut Lowering, level: &Level, keys: usize) {
    let found = level.find("ssl_certificate");
    let Some(statement) = found.and_then(|found| found.statements.get(keys).copied()) else { return };
    let message = "no `ssl_certificate_key` belongs to this certificate";
    // Many servers may inherit the same one.
    if lowering.deployment.problems.iter().all(|p| p.span != statement.span() || p.message != message) {
        lowering.invalid(statement.span(), message, "add its `ssl_certificate_key` beside it");
    }
}

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
