//! `ssl_certificate` and `ssl_certificate_key`: two lists that are paired by position.

use super::Lowering;
use super::pass::Names;
use crate::model::{CertificateRef, FileRef, Problem, ProblemKind, Setting};
use crate::platforms::nginx::level::{Found, Level};
use crate::platforms::nginx::syntax::Word;
use crate::platforms::nginx::variables::first_variable;
use crate::source::Span;

/// The certificates of a server with their keys. The two lists are inherited apart from each other.
pub(super) fn pairs(lowering: &mut Lowering, level: &Level) -> Vec<CertificateRef> {
    let certificates = files(lowering, level, "ssl_certificate");
    let mut keys = files(lowering, level, "ssl_certificate_key").into_iter();
    let pair = |certificate| CertificateRef::new(certificate, keys.next());
    let pairs: Vec<CertificateRef> = certificates.into_iter().map(pair).collect();
    if !level.is_partial() && level.hole().is_none() {
        pairs.iter().filter(|pair| pair.key.is_none()).for_each(|pair| without_key(lowering, pair));
    }
    pairs
}

/// A certificate that no key is paired with; once, however many servers inherit it.
fn without_key(lowering: &mut Lowering, pair: &CertificateRef) {
    let (Some(span), Some(file)) = (pair.certificate.span(), pair.certificate.known()) else { return };
    no_key(lowering, span, &file.text, "ssl_certificate_key");
}

/// Tells of a certificate whose key no directive names, as `ngx_ssl_certificates` and its kin do.
pub(super) fn no_key(lowering: &mut Lowering, span: Span, certificate: &str, setting: &str) {
    let is_told = |p: &Problem| p.span == span && matches!(p.kind, ProblemKind::KeyMissing { .. });
    if lowering.deployment.problems.iter().any(is_told) {
        return;
    }
    let message = format!("no key is named for the certificate `{certificate}`");
    lowering.problem(span, message, true, ProblemKind::KeyMissing { setting: setting.to_owned() });
    lowering.says(span, format!("no \"{setting}\" is defined for certificate \"{certificate}\""));
}

/// The certificate that a hop shows to its backend, with its key; a path with variables is opened for
/// each request.
pub(super) fn of_hop(lowering: &mut Lowering, level: &Level, names: &Names) -> Option<CertificateRef> {
    let certificate = files(lowering, level, names.certificate).into_iter().next()?;
    let key = files(lowering, level, names.certificate_key).into_iter().next();
    let is_cancelled = certificate.known().is_some_and(|file| file.text.is_empty());
    (!is_cancelled).then_some(CertificateRef::new(certificate, key))
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
