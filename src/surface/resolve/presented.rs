//! The certificates that a server holds, as far as handshakes depend on them.

use super::super::Presented;
use crate::model::CertificateRef;
use crate::pki::{Certificate, CertificateFile, Key, Store};
use crate::tls::negotiable::KeyKind;
use crate::tls::openssl::OpenSslVersion;
use crate::tls::protocol::ProtocolVersion;
use crate::tls::{security_level, signature};
use std::sync::Arc;

/// The certificates that a server holds: of one kind of key, the last that is loaded counts.
pub(super) fn present(store: &Store, written: &[CertificateRef]) -> Vec<Presented> {
    let file = |c: &CertificateRef| sent(store, c);
    let mut all: Vec<Presented> =
        written.iter().map(|c| Presented { written: c.clone(), file: file(c) }).collect();
    let kind = |p: &Presented| p.file.as_ref()?.leaf()?.key.kind;
    let kinds: Vec<_> = all.iter().map(kind).collect();
    let mut index = 0;
    all.retain(|_| {
        index += 1;
        let replaced = kinds[index - 1].is_some() && kinds[index..].contains(&kinds[index - 1]);
        !replaced
    });
    all
}

/// What is sent of a certificate's file, and with it.
fn sent(store: &Store, written: &CertificateRef) -> Option<Arc<CertificateFile>> {
    let file = store.get(written.certificate.known()?.path.as_deref()?)?;
    let behind = written.completed_by.as_ref().filter(|_| file.certificates.len() == 1);
    let is_left_out =
        |(place, c): (usize, &Certificate)| place > 0 && c.self_issued && written.skips_self_issued;
    if behind.is_none() && !file.certificates.iter().enumerate().any(is_left_out) {
        return Some(file.clone());
    }
    let mut file = CertificateFile::clone(file);
    if let Some(behind) = behind {
        file.certificates.extend(store.get(behind.path.as_deref()?)?.certificates.iter().cloned());
    }
    let all = std::mem::take(&mut file.certificates);
    let kept = all.into_iter().enumerate().filter(|(place, c)| !is_left_out((*place, c)));
    file.certificates = kept.map(|(_, certificate)| certificate).collect();
    Some(file.into())
}

/// The kinds of the certificates' keys that the level accepts; `None` where one cannot be read.
pub(in super::super) fn key_kinds(
    certificates: &[Presented],
    level: u8,
    openssl: OpenSslVersion,
) -> Option<Vec<KeyKind>> {
    let mut kinds = Vec::new();
    for presented in certificates {
        let key = &presented.file.as_ref()?.leaf()?.key;
        let kind = key.kind?;
        // Suites ask for a curve that both sides have as a group (`tls1_check_cert_param`).
        let is_known = kind != KeyKind::Ecdsa || key.curve().is_none_or(|curve| curve.in_openssl(openssl));
        if is_known && security_level::key_allowed(kind, key.bits, level, openssl) {
            kinds.push(kind);
        }
    }
    Some(kinds)
}

/// Whether a list of signature algorithms lets a certificate's key sign; what cannot be read may.
pub(super) fn signs(presented: &Presented, list: &str, version: ProtocolVersion) -> bool {
    let key = presented.file.as_ref().and_then(|file| file.leaf()).map(|leaf| &leaf.key);
    let signs = |key: &Key| key.kind.is_none_or(|kind| signature::signs(list, kind, key.bits, version));
    key.is_none_or(signs)
}

impl Presented {
    /// Whether the library has a scheme by which the certificate's key signs in TLS 1.3, which ties ECDSA to
    /// curves (RFC 8446 section 4.2.3); what cannot be read may.
    pub fn signs_in_tls13(&self, openssl: OpenSslVersion) -> bool {
        let key = self.file.as_ref().and_then(|file| file.leaf()).map(|leaf| &leaf.key);
        let Some(curve) = key.filter(|key| key.kind == Some(KeyKind::Ecdsa)).and_then(Key::curve) else {
            return true;
        };
        let mut schemes = signature::scheme::default_list(openssl).into_iter();
        schemes.any(|scheme| scheme.tls13() && scheme.curve == Some(curve.id))
    }
}

/// Whether a certificate that is sent has a key of another kind than ECDSA.
pub(super) fn has_foreign_chain(presented: &Presented) -> bool {
    let chain = presented.file.as_ref().map(|file| file.certificates.as_slice()).unwrap_or_default();
    chain.iter().any(|c| c.key.kind.is_some_and(|kind| kind != KeyKind::Ecdsa))
}
