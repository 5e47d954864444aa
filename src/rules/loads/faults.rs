//! What keeps a file of each kind from being loaded.

use super::Fault;
use crate::model::Refusal;
use crate::pki::{CertificateFile, FileErrorKind, Held, PrivateKeyFile};

pub(super) fn of_key(file: &PrivateKeyFile) -> Option<Fault> {
    let Held::Nothing(error) = &file.held else { return None };
    use crate::pki::KeyErrorKind::{Asn1, Header, NoStartLine, Pem};
    let reason = match error.kind {
        NoStartLine => return Some(Fault { refusal: Refusal::Empty, at: None }),
        Pem(error) => error.words(),
        Header => "not proc type",
        Asn1 => "ASN1 lib",
    };
    Some(Fault { refusal: Refusal::Broken { first: true, reason }, at: Some(error.span) })
}

pub(super) fn of_certificate(file: &CertificateFile) -> Option<Fault> {
    let error = file.error.filter(|error| error.kind.certain())?;
    let first = file.certificates.is_empty() || file.is_followed_by_other();
    Some(match reason(error.kind) {
        Some(reason) => Fault { refusal: Refusal::Broken { first, reason }, at: Some(error.span) },
        None => Fault { refusal: Refusal::Empty, at: None },
    })
}

pub(super) fn of_revocations(file: &CertificateFile) -> Option<Fault> {
    if let Some(error) = file.revocations_error {
        let reason = reason(error.kind).filter(|_| error.kind.certain())?;
        let first = file.revocations.is_empty();
        return Some(Fault { refusal: Refusal::Broken { first, reason }, at: Some(error.span) });
    }
    // Up to nginx 1.27.1 a certificate will do.
    let holds_nothing = file.error.is_some_and(|error| error.kind == FileErrorKind::NoStartLine);
    let is_empty = file.revocations.is_empty() && holds_nothing && !file.has_trust_settings;
    is_empty.then_some(Fault { refusal: Refusal::Empty, at: None })
}

/// OpenSSL's reason; none where there is nothing in the file.
fn reason(kind: FileErrorKind) -> Option<&'static str> {
    match kind {
        FileErrorKind::NoStartLine => None,
        FileErrorKind::Pem(error) => Some(error.words()),
        FileErrorKind::Header => Some("not proc type"),
        _ => Some("ASN1 lib"),
    }
}
