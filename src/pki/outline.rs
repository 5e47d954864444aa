//! What content must look like at the outside for OpenSSL to read it, where that is beyond doubt.
//!
//! What the parsers here do not understand, OpenSSL may: it takes BER for DER and looks into few values. But
//! a field of the wrong type, or one that is longer than what it stands in, stops it, too
//! (`asn1_item_embed_d2i`).

use Field::{Optional, Sequence, Value};

/// A field of a sequence.
pub(super) enum Field {
    /// A sequence whose content begins with these fields.
    Sequence(&'static [Field]),
    /// A value with one of these tags.
    Value(&'static [u8]),
    /// A value with this tag, or none.
    Optional(u8),
}

const BIT_STRING: Field = Value(&[0x03, 0x23]);
const OCTET_STRING: Field = Value(&[0x04, 0x24]);
const INTEGER: Field = Value(&[0x02]);
const ALGORITHM: Field = Sequence(&[Value(&[0x06])]);
const TIME: Field = Value(&[0x17, 0x18, 0x37, 0x38]);

/// `Certificate` (RFC 5280 section 4.1).
pub(super) const CERTIFICATE: &[Field] = &[Sequence(&[
    Sequence(&[
        Optional(0xA0),
        INTEGER,
        ALGORITHM,
        Sequence(&[]),
        Sequence(&[TIME, TIME]),
        Sequence(&[]),
        Sequence(&[ALGORITHM, BIT_STRING]),
    ]),
    ALGORITHM,
    BIT_STRING,
])];
/// `CertificateList` (RFC 5280 section 5.1).
pub(super) const REVOCATION_LIST: &[Field] =
    &[Sequence(&[Sequence(&[Optional(0x02), ALGORITHM, Sequence(&[]), TIME]), ALGORITHM, BIT_STRING])];
/// A private key, in whatever form: each begins with its version.
pub(super) const KEY: &[Field] = &[Sequence(&[INTEGER])];
/// `EncryptedPrivateKeyInfo` (RFC 5958 section 3), which OpenSSL 3 takes under any label.
pub(super) const ENCRYPTED_KEY: &[Field] = &[Sequence(&[ALGORITHM, OCTET_STRING])];
/// `X509_CERT_AUX`, the trust settings that OpenSSL's own tools put behind a certificate.
pub(super) const TRUST_SETTINGS: &[Field] = &[Sequence(&[])];

/// Whether content of which the beginning is at hand is no sequence that begins with another.
pub(super) fn begins_otherwise(beginning: &[u8]) -> bool {
    let inner = match beginning {
        [0x30, length @ 0x81..=0xFF, rest @ ..] => rest.get(usize::from(length & 0x7F)),
        [0x30, _, first, ..] => Some(first),
        [0x30] | [0x30, _] | [] => None,
        [other, ..] => Some(other),
    };
    inner.is_some_and(|tag| *tag != 0x30)
}

/// What a SEQUENCE at the very beginning holds, where it is there as a whole or says not how long it is; with
/// what follows it.
pub(super) fn sequence(der: &[u8]) -> Option<&[u8]> {
    let [0x30, length, rest @ ..] = der else { return None };
    let (length, content) = match length {
        0..=0x7F => (usize::from(*length), rest),
        0x80 => (0, rest),
        _ => {
            let (digits, content) = rest.split_at_checked(usize::from(length & 0x7F))?;
            let add = |sum: usize, b: &u8| sum.saturating_mul(256).saturating_add(usize::from(*b));
            (digits.iter().fold(0, add), content)
        }
    };
    (length <= content.len()).then_some(content)
}

/// How many bytes are missing of a value that says how long it is.
pub(super) fn missing(content: &[u8]) -> Option<usize> {
    let [_, length @ 0x81..=0x84, rest @ ..] = content else { return None };
    let (digits, value) = rest.split_at_checked(usize::from(length & 0x7F))?;
    let said = digits.iter().fold(0usize, |sum, b| sum.saturating_mul(256).saturating_add(usize::from(*b)));
    said.checked_sub(value.len()).filter(|missing| *missing > 0)
}

/// Whether content begins as PKCS#12 does (`PFX`, RFC 7292 section 4).
pub(super) fn is_pkcs12(content: &[u8]) -> bool {
    let version = match content {
        [0x30, length @ 0x81..=0x84, rest @ ..] => rest.get(usize::from(length & 0x7F)..),
        [0x30, 0x80, rest @ ..] => Some(rest),
        _ => None,
    };
    version.is_some_and(|version| version.starts_with(&[0x02, 1, 3]))
}

/// How content compares to an outline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    Fits,
    Fails,
    /// A value does not say how long it is, so what follows it is not looked at.
    Open,
}

/// Whether content cannot begin with these fields, for certain.
pub(super) fn fails(content: &[u8], fields: &[Field]) -> bool {
    compare(content, fields) == Fit::Fails
}

fn compare(mut content: &[u8], fields: &[Field]) -> Fit {
    for field in fields {
        let first = content.first();
        if let Optional(tag) = field
            && first != Some(tag)
        {
            continue;
        }
        let fits = match field {
            Sequence(_) => first == Some(&0x30),
            Value(tags) => first.is_some_and(|tag| tags.contains(tag)),
            Optional(_) => true,
        };
        let Some((value, rest)) = value(content).filter(|_| fits) else { return Fit::Fails };
        let inside: &[Field] = if let Sequence(inside) = field { inside } else { &[] };
        match (compare(value, inside), rest) {
            (Fit::Fits, Some(rest)) => content = rest,
            (Fit::Fails, _) => return Fit::Fails,
            (Fit::Open, _) | (_, None) => return Fit::Open,
        }
    }
    Fit::Fits
}

/// The content of the first value, and what follows it, which is not known where the value does not say how
/// long it is; none where the value is not there as a whole.
fn value(bytes: &[u8]) -> Option<(&[u8], Option<&[u8]>)> {
    let (length, rest) = bytes.get(1..)?.split_first()?;
    let (length, content) = match length {
        0..=0x7F => (usize::from(*length), rest),
        0x80 => return Some((rest, None)),
        _ => {
            let (digits, content) = rest.split_at_checked(usize::from(length & 0x7F))?;
            let add = |sum: usize, b: &u8| sum.saturating_mul(256).saturating_add(usize::from(*b));
            (digits.iter().fold(0, add), content)
        }
    };
    content.split_at_checked(length).map(|(content, rest)| (content, Some(rest)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(name: &str) -> Vec<u8> {
        let text = std::fs::read(format!("testdata/pki/{name}")).expect("it is there");
        ::pem::parse_many(text).expect("it is PEM")[0].contents().to_vec()
    }

    #[test]
    fn certificates_fit_and_no_beginning_of_one_does() {
        for name in ["www.fullchain.pem", "ed.combined.pem", "p521.crt", "cnonly.crt"] {
            let der = certificate(name);
            assert!(!fails(&der, CERTIFICATE), "{name}");
            assert!((0..der.len()).all(|length| fails(&der[..length], CERTIFICATE)), "{name}");
            // What follows is another's business.
            assert!(!fails(&[&der[..], b"abc"].concat(), CERTIFICATE), "{name}");
        }
        assert!(!fails(&certificate("crl.pem"), REVOCATION_LIST));
        assert!(fails(&certificate("crl.pem"), CERTIFICATE));
        assert!(fails(&certificate("www.fullchain.pem"), REVOCATION_LIST));
    }

    #[test]
    fn nesting_is_no_certificate_and_unsaid_lengths_leave_it_open() {
        assert!(fails(&[0x30, 0x80].repeat(50_000), CERTIFICATE));
        assert!(fails(&[0; 64], CERTIFICATE));
        assert!(fails(&[0x30, 0x80], CERTIFICATE));
        assert!(begins_otherwise(&[0, 0x30, 0, 0]) && begins_otherwise(&[0x30, 0x83, 9, 9, 9, 2]));
        assert!(!begins_otherwise(&[0x30, 0x83, 9, 9, 9, 0x30]) && !begins_otherwise(&[0x30, 0x83]));
        // SEQUENCE { SEQUENCE { [0] { …, of unknown length.
        assert!(!fails(&[0x30, 0x80, 0x30, 0x80, 0xA0, 0x80], CERTIFICATE));
        assert!(!fails(&[0x30, 3, 0x02, 1, 0], KEY));
        assert!(fails(&[0x30, 2, 0x30, 0], KEY));
    }
}
