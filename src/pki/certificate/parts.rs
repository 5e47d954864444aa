//! A certificate's DER, and where in it the parts stand that chains are made of.

use std::ops::Range;
use x509_parser::certificate::X509Certificate;

/// The DER and its parts: one allocation however many parts there are.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Parts {
    der: Box<[u8]>,
    signed: Range<usize>,
    issuer: Range<usize>,
    subject: Range<usize>,
    key_info: Range<usize>,
    key_bits: Range<usize>,
    signature: Range<usize>,
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes of DER", self.der.len())
    }
}

impl Parts {
    /// Finds the parts; `None` where one is not a piece of the DER.
    pub(super) fn of(x509: &X509Certificate<'_>) -> Option<Parts> {
        let der = x509.as_raw();
        let key = x509.public_key();
        Some(Parts {
            signed: place(der, x509.tbs_certificate.as_ref())?,
            issuer: place(der, x509.issuer().as_raw())?,
            subject: place(der, x509.subject().as_raw())?,
            key_info: place(der, key.raw)?,
            key_bits: place(der, &key.subject_public_key.data)?,
            signature: place(der, &x509.signature_value.data)?,
            der: der.into(),
        })
    }

    pub(super) fn der(&self) -> &[u8] {
        &self.der
    }

    pub(super) fn signed(&self) -> &[u8] {
        self.at(&self.signed)
    }

    pub(super) fn issuer(&self) -> &[u8] {
        self.at(&self.issuer)
    }

    pub(super) fn subject(&self) -> &[u8] {
        self.at(&self.subject)
    }

    pub(super) fn key_info(&self) -> &[u8] {
        self.at(&self.key_info)
    }

    pub(super) fn key_bits(&self) -> &[u8] {
        self.at(&self.key_bits)
    }

    pub(super) fn signature(&self) -> &[u8] {
        self.at(&self.signature)
    }

    fn at(&self, range: &Range<usize>) -> &[u8] {
        self.der.get(range.clone()).unwrap_or_default()
    }
}

/// Where a slice of `der` stands in it.
fn place(der: &[u8], part: &[u8]) -> Option<Range<usize>> {
    let start = (part.as_ptr() as usize).checked_sub(der.as_ptr() as usize)?;
    let range = start..start.checked_add(part.len())?;
    (der.get(range.clone())? == part).then_some(range)
}
