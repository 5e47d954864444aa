//! The public key of a certificate: its kind and size.

use crate::tls::group::{self, NamedGroup};
use crate::tls::negotiable::KeyKind;
use x509_parser::asn1_rs::{Any, FromDer, Integer};
use x509_parser::public_key::RSAPublicKey;
use x509_parser::x509::SubjectPublicKeyInfo;

/// A certificate's public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// What suites it can serve; `None` for kinds of key that no suite names one by one, such as
    /// ML-DSA, and for those not known here.
    pub kind: Option<KeyKind>,
    /// Kind and size as people write them: `RSA-2048`, `ECDSA-P-256`, `Ed25519`; the object identifier
    /// of what is not known.
    pub label: String,
    /// Its size in bits: of the modulus, of the curve's order; 0 where it is not known.
    pub bits: u32,
}

impl Key {
    /// The curve of an ECDSA key, where it has a name.
    pub fn curve(&self) -> Option<&'static NamedGroup> {
        group::by_name(self.label.strip_prefix("ECDSA-")?)
    }

    /// The key of a certificate; none where it contradicts itself.
    pub(super) fn of(spki: &SubjectPublicKeyInfo<'_>) -> Option<Key> {
        let oid = spki.algorithm.algorithm.to_id_string();
        let key = |kind, label: &str, bits| Key { kind, label: label.to_owned(), bits };
        let sized = |kind, name: &str, bits| Key { kind: Some(kind), label: format!("{name}-{bits}"), bits };
        Some(match oid.as_str() {
            "1.2.840.113549.1.1.1" => sized(KeyKind::Rsa, "RSA", modulus_bits(spki)?),
            "1.2.840.113549.1.1.10" => sized(KeyKind::RsaPss, "RSA-PSS", modulus_bits(spki)?),
            "1.2.840.10040.4.1" => sized(KeyKind::Dsa, "DSA", prime_bits(spki)),
            "1.2.840.10045.2.1" => return elliptic(spki),
            "1.3.101.112" => key(Some(KeyKind::EdDsa), "Ed25519", 256),
            "1.3.101.113" => key(Some(KeyKind::EdDsa), "Ed448", 456),
            "2.16.840.1.101.3.4.3.17" => key(None, "ML-DSA-44", 0),
            "2.16.840.1.101.3.4.3.18" => key(None, "ML-DSA-65", 0),
            "2.16.840.1.101.3.4.3.19" => key(None, "ML-DSA-87", 0),
            _ => key(None, &oid, 0),
        })
    }
}

/// Curves by object identifier: name and bits of the order.
const CURVES: [(&str, &str, u32); 9] = [
    ("1.2.840.10045.3.1.7", "P-256", 256),
    ("1.3.132.0.34", "P-384", 384),
    ("1.3.132.0.35", "P-521", 521),
    ("1.2.840.10045.3.1.1", "P-192", 192),
    ("1.3.132.0.33", "P-224", 224),
    ("1.3.132.0.10", "secp256k1", 256),
    ("1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1", 256),
    ("1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1", 384),
    ("1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1", 512),
];

/// A key on SM2's curve is no ECDSA key to OpenSSL.
const SM2: &str = "1.2.156.10197.1.301";

fn elliptic(spki: &SubjectPublicKeyInfo<'_>) -> Option<Key> {
    let parameters = spki.algorithm.parameters.as_ref()?;
    let Ok(oid) = parameters.as_oid() else {
        return Some(Key { kind: Some(KeyKind::Ecdsa), label: "ECDSA-explicit".to_owned(), bits: 0 });
    };
    let oid = oid.to_id_string();
    if oid == SM2 {
        return Some(Key { kind: None, label: "SM2".to_owned(), bits: 256 });
    }
    let known = CURVES.iter().find(|(id, ..)| *id == oid);
    let (name, bits) = known.map_or((oid.as_str(), 0), |(_, name, bits)| (*name, *bits));
    Some(Key { kind: Some(KeyKind::Ecdsa), label: format!("ECDSA-{name}"), bits })
}

fn modulus_bits(spki: &SubjectPublicKeyInfo<'_>) -> Option<u32> {
    let (_, key) = RSAPublicKey::from_der(&spki.subject_public_key.data).ok()?;
    Some(bit_length(key.modulus))
}

/// The prime is the first of DSA's parameters; where they are left to the issuer, 0.
fn prime_bits(spki: &SubjectPublicKeyInfo<'_>) -> u32 {
    let first = |any: &Any<'_>| Integer::from_der(any.data).ok().map(|(_, p)| bit_length(p.as_ref()));
    spki.algorithm.parameters.as_ref().and_then(first).unwrap_or(0)
}

pub(super) fn bit_length(number: &[u8]) -> u32 {
    let mut digits = number.iter().skip_while(|b| **b == 0);
    let top = digits.next().map_or(0, |b| 8 - b.leading_zeros());
    u32::try_from(digits.count()).unwrap_or(0).saturating_mul(8).saturating_add(top)
}
