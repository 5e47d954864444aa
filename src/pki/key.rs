//! The public key of a certificate or of a private key: its kind and size, and which one it is.

use crate::tls::group::{self, NamedGroup};
use crate::tls::negotiable::KeyKind;
use sha2::{Digest, Sha256};
use x509_parser::asn1_rs::{Any, FromDer, Integer, Tag};
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
    /// Which key it is; `None` for kinds whose keys cannot be told apart here.
    pub id: Option<KeyId>,
    /// The point of a key on an elliptic curve, as it is written.
    point: Option<Box<[u8]>>,
}

/// Which public key it is, in whatever form it is written: a SHA-256 of its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 32]);

impl KeyId {
    fn of(parts: &[&[u8]]) -> KeyId {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        KeyId(hash.finalize().into())
    }
}

impl Key {
    /// The curve of an ECDSA key, where it has a name.
    pub fn curve(&self) -> Option<&'static NamedGroup> {
        group::by_name(self.label.strip_prefix("ECDSA-")?)
    }

    /// Whether its curve is written out in numbers, which TLS and all public CAs have given up (RFC 8422
    /// section 5.1.1, RFC 5480 section 2.1.1).
    pub fn has_explicit_curve(&self) -> bool {
        self.label == EXPLICIT
    }

    /// The key of a certificate; none where it contradicts itself.
    pub(super) fn of(spki: &SubjectPublicKeyInfo<'_>) -> Option<Key> {
        let oid = spki.algorithm.algorithm.to_id_string();
        let key = |kind, label: &str, bits| Key::bare(kind, label.to_owned(), bits);
        Some(match oid.as_str() {
            RSA => rsa(spki, KeyKind::Rsa)?,
            RSA_PSS => rsa(spki, KeyKind::RsaPss)?,
            "1.2.840.10040.4.1" => {
                let bits = prime_bits(spki);
                key(Some(KeyKind::Dsa), &format!("DSA-{bits}"), bits)
            }
            ELLIPTIC => return elliptic(spki),
            ED25519 => Key::ed25519(&spki.subject_public_key.data),
            "1.3.101.113" => key(Some(KeyKind::EdDsa), "Ed448", 456),
            "2.16.840.1.101.3.4.3.17" => key(None, "ML-DSA-44", 0),
            "2.16.840.1.101.3.4.3.18" => key(None, "ML-DSA-65", 0),
            "2.16.840.1.101.3.4.3.19" => key(None, "ML-DSA-87", 0),
            _ => key(None, &oid, 0),
        })
    }

    /// A key of which is known what it is, not which one.
    fn bare(kind: Option<KeyKind>, label: String, bits: u32) -> Key {
        Key { kind, label, bits, id: None, point: None }
    }

    /// An RSA key, for all uses or for PSS alone.
    pub(super) fn rsa(kind: KeyKind, modulus: &[u8], exponent: &[u8]) -> Key {
        let bits = bit_length(modulus);
        let name = if kind == KeyKind::RsaPss { "RSA-PSS" } else { "RSA" };
        let id = KeyId::of(&[b"RSA", number(modulus), number(exponent)]);
        Key { id: Some(id), ..Key::bare(Some(kind), format!("{name}-{bits}"), bits) }
    }

    /// A key on a named curve, with its point where that is known.
    pub(super) fn elliptic(curve: &str, point: Option<&[u8]>) -> Key {
        if curve == SM2 {
            return Key::bare(None, "SM2".to_owned(), 256);
        }
        let known = CURVES.iter().find(|(id, ..)| *id == curve);
        let (name, bits) = known.map_or((curve, 0), |(_, name, bits)| (*name, *bits));
        let id = point.and_then(point_parts).map(|(x, parity)| KeyId::of(&[curve.as_bytes(), x, &[parity]]));
        let key = Key::bare(Some(KeyKind::Ecdsa), format!("ECDSA-{name}"), bits);
        Key { id, point: point.map(Box::from), ..key }
    }

    /// An Ed25519 key.
    pub(super) fn ed25519(public: &[u8]) -> Key {
        let id = Some(KeyId::of(&[b"Ed25519", public]));
        Key { id, ..Key::bare(Some(KeyKind::EdDsa), "Ed25519".to_owned(), 256) }
    }

    /// The point of a key on an elliptic curve, as it is written.
    pub(super) fn point(&self) -> Option<&[u8]> {
        self.point.as_deref()
    }

    /// Whether OpenSSL keeps both in the same place, so that one replaces the other: it has one place for
    /// each kind (`ssl_cert_info` in `ssl/ssl_cert_table.h`). `None` for kinds not known here.
    pub fn shares_place(&self, other: &Key) -> Option<bool> {
        let edwards = |key: &Key| key.kind == Some(KeyKind::EdDsa);
        match (self.kind?, other.kind?) {
            _ if edwards(self) && edwards(other) => Some(self.label == other.label),
            (one, other) => Some(one == other),
        }
    }
}

/// RSA keys (RFC 8017 appendix A.1).
pub(super) const RSA: &str = "1.2.840.113549.1.1.1";
/// RSA keys for PSS alone.
pub(super) const RSA_PSS: &str = "1.2.840.113549.1.1.10";
/// Keys on elliptic curves (RFC 5480).
pub(super) const ELLIPTIC: &str = "1.2.840.10045.2.1";
/// Ed25519 (RFC 8410).
pub(super) const ED25519: &str = "1.3.101.112";

/// A number's digits without leading zeros.
fn number(digits: &[u8]) -> &[u8] {
    let zeros = digits.iter().take_while(|b| **b == 0).count();
    digits.get(zeros..).unwrap_or_default()
}

/// One coordinate of a point and whether the other is odd, which is all that tells points of a curve
/// apart (SEC 1 section 2.3.3).
fn point_parts(point: &[u8]) -> Option<(&[u8], u8)> {
    match point.split_first()? {
        (2 | 3, x) => Some((x, point[0] & 1)),
        (4 | 6 | 7, both) if both.len().is_multiple_of(2) && !both.is_empty() => {
            let (x, y) = both.split_at(both.len() / 2);
            Some((x, y.last()? & 1))
        }
        _ => None,
    }
}

/// Curves by object identifier: name and bits of the order.
const CURVES: [(&str, &str, u32); 25] = [
    ("1.2.840.10045.3.1.7", "P-256", 256),
    ("1.3.132.0.34", "P-384", 384),
    ("1.3.132.0.35", "P-521", 521),
    ("1.2.840.10045.3.1.1", "P-192", 192),
    ("1.3.132.0.33", "P-224", 224),
    ("1.3.132.0.10", "secp256k1", 256),
    ("1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1", 256),
    ("1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1", 384),
    ("1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1", 512),
    ("1.3.36.3.3.2.8.1.1.9", "brainpoolP320r1", 320),
    ("1.3.36.3.3.2.8.1.1.5", "brainpoolP224r1", 224),
    ("1.3.36.3.3.2.8.1.1.3", "brainpoolP192r1", 192),
    ("1.3.36.3.3.2.8.1.1.1", "brainpoolP160r1", 160),
    ("1.3.132.0.32", "secp224k1", 225),
    ("1.3.132.0.31", "secp192k1", 192),
    ("1.3.132.0.8", "secp160r1", 161),
    ("1.3.132.0.30", "secp160r2", 161),
    ("1.3.132.0.9", "secp160k1", 161),
    ("1.3.132.0.1", "sect163k1", 163),
    ("1.3.132.0.15", "sect163r2", 163),
    ("2.23.43.1.4.9", "wap-wsg-idm-ecid-wtls9", 161),
    ("1.3.132.0.28", "secp128r1", 128),
    ("1.3.132.0.29", "secp128r2", 126),
    ("1.3.132.0.6", "secp112r1", 112),
    ("1.3.132.0.7", "secp112r2", 110),
];

/// A key on a curve that is written out in numbers.
const EXPLICIT: &str = "ECDSA-explicit";

/// A key on SM2's curve is no ECDSA key to OpenSSL.
const SM2: &str = "1.2.156.10197.1.301";

fn elliptic(spki: &SubjectPublicKeyInfo<'_>) -> Option<Key> {
    let parameters = spki.algorithm.parameters.as_ref()?;
    let named = (parameters.tag() == Tag::Oid).then(|| parameters.as_oid().ok()).flatten();
    let Some(oid) = named else {
        return Some(Key::bare(Some(KeyKind::Ecdsa), EXPLICIT.to_owned(), 0));
    };
    Some(Key::elliptic(&oid.to_id_string(), Some(&spki.subject_public_key.data)))
}

fn rsa(spki: &SubjectPublicKeyInfo<'_>, kind: KeyKind) -> Option<Key> {
    let (_, key) = RSAPublicKey::from_der(&spki.subject_public_key.data).ok()?;
    Some(Key::rsa(kind, key.modulus, key.exponent))
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
