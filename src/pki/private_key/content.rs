//! What stands in a block of PEM with the label of a private key.

use crate::pki::key::{self, Key, KeyId};
use crate::pki::outline;
use crate::tls::negotiable::KeyKind;
use crate::tls::openssl::OpenSslVersion;
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    Ed25519KeyPair, KeyPair,
};
use x509_parser::asn1_rs::{Any, Class, FromDer, Tag};
use zeroize::Zeroizing;

/// The outcome of reading a key's DER.
pub(super) enum Content {
    /// A key; where it does not say which, the public keys that it was held against in vain.
    Key { key: Key, strangers: Vec<KeyId> },
    /// OpenSSL cannot read it either.
    Broken,
    /// OpenSSL may be able to read it.
    NotUnderstood,
}

/// Reads the DER of a block. What follows the outermost sequence is not looked at.
pub(super) fn read(label: &str, der: &[u8], openssl: OpenSslVersion, partners: &[&Key]) -> Content {
    if outline::sequence(der).is_none() {
        return Content::Broken;
    }
    let read = match label {
        "PRIVATE KEY" => pkcs8(der, openssl, partners),
        // OpenSSL takes PKCS#8 under these labels, too (`d2i_PrivateKey`).
        "RSA PRIVATE KEY" => pkcs1(der, KeyKind::Rsa).or_else(|| pkcs8(der, openssl, partners)),
        "EC PRIVATE KEY" => sec1(der, None, partners).or_else(|| pkcs8(der, openssl, partners)),
        _ => None,
    };
    read.unwrap_or_else(|| {
        let fails = [outline::KEY, outline::ENCRYPTED_KEY].iter().all(|outline| outline::fails(der, outline));
        if fails { Content::Broken } else { Content::NotUnderstood }
    })
}

fn certain(key: Key) -> Option<Content> {
    Some(Content::Key { key, strangers: Vec::new() })
}

/// The elements of a sequence, in order.
struct Elements<'a>(&'a [u8]);

impl<'a> Elements<'a> {
    fn of(der: &'a [u8]) -> Option<Elements<'a>> {
        let (_, sequence) = Any::from_der(der).ok()?;
        (sequence.tag() == Tag::Sequence).then_some(Elements(sequence.data))
    }

    fn next(&mut self) -> Option<Any<'a>> {
        let (rest, any) = Any::from_der(self.0).ok()?;
        self.0 = rest;
        Some(any)
    }

    fn universal(&mut self, tag: Tag) -> Option<&'a [u8]> {
        self.next().filter(|any| any.class() == Class::Universal && any.tag() == tag).map(|any| any.data)
    }

    /// The content of an optional element `[tag]`.
    fn tagged(&mut self, tag: u32) -> Option<&'a [u8]> {
        let (rest, any) = Any::from_der(self.0).ok()?;
        let is_it = any.class() == Class::ContextSpecific && any.tag() == Tag(tag);
        is_it.then(|| {
            self.0 = rest;
            any.data
        })
    }
}

fn oid_of(any: &Any<'_>) -> Option<String> {
    let is_oid = any.class() == Class::Universal && any.tag() == Tag::Oid;
    is_oid.then(|| any.as_oid().ok().map(|oid| oid.to_id_string())).flatten()
}

/// `RSAPrivateKey` (RFC 8017 appendix A.1.2): the public key stands in it.
fn pkcs1(der: &[u8], kind: KeyKind) -> Option<Content> {
    let mut elements = Elements::of(der)?;
    let mut integers = [&[][..]; 9];
    for integer in &mut integers {
        *integer = elements.universal(Tag::Integer)?;
    }
    certain(Key::rsa(kind, integers[1], integers[2]))
}

/// `PrivateKeyInfo` (RFC 5208), and `OneAsymmetricKey` (RFC 5958) since OpenSSL 3.5.
fn pkcs8(der: &[u8], openssl: OpenSslVersion, partners: &[&Key]) -> Option<Content> {
    let mut elements = Elements::of(der)?;
    elements.universal(Tag::Integer)?;
    let mut algorithm = Elements(elements.universal(Tag::Sequence)?);
    let oid = oid_of(&algorithm.next()?)?;
    let key = elements.universal(Tag::OctetString)?;
    elements.tagged(0);
    if !elements.0.is_empty() && !openssl.at_least(3, 5, 0) {
        return None;
    }
    match oid.as_str() {
        key::RSA => pkcs1(key, KeyKind::Rsa),
        key::RSA_PSS => pkcs1(key, KeyKind::RsaPss),
        key::ELLIPTIC => sec1(key, Some(oid_of(&algorithm.next()?)?), partners),
        key::ED25519 => {
            let (_, seed) = Any::from_der(key).ok()?;
            let pair = Ed25519KeyPair::from_seed_unchecked(seed.data).ok()?;
            certain(Key::ed25519(pair.public_key().as_ref()))
        }
        _ => None,
    }
}

/// `ECPrivateKey` (RFC 5915). Where a point stands beside the key, OpenSSL takes it for the public one
/// and does not ask whether it is (`d2i_ECPrivateKey`; measured).
fn sec1(der: &[u8], curve: Option<String>, partners: &[&Key]) -> Option<Content> {
    let mut elements = Elements::of(der)?;
    elements.universal(Tag::Integer)?;
    let scalar = elements.universal(Tag::OctetString)?;
    let named = elements.tagged(0).map(|parameters| oid_of(&Any::from_der(parameters).ok()?.1));
    let curve = match named {
        // Explicit parameters may describe a named curve.
        Some(None) => return None,
        Some(Some(named)) => named,
        None => curve?,
    };
    let point = elements.tagged(1).map(|bits| Any::from_der(bits).ok()?.1.data.strip_prefix(&[0]));
    match point {
        Some(point) => certain(Key::elliptic(&curve, Some(point?))),
        None => Some(without_point(&curve, scalar, partners)),
    }
}

/// A key that does not say which public key is its own: the one that its scalar leads to.
fn without_point(curve: &str, scalar: &[u8], partners: &[&Key]) -> Content {
    let key = Key::elliptic(curve, None);
    let mut strangers = Vec::new();
    let Some((algorithm, length)) = signing(&key.label) else { return Content::Key { key, strangers } };
    let Some(scalar) = of_length(scalar, length) else { return Content::Key { key, strangers } };
    for partner in partners.iter().filter(|partner| partner.label == key.label) {
        let (Some(point), Some(id)) = (partner.point(), partner.id) else { continue };
        if point.first() != Some(&4) {
            continue;
        }
        match EcdsaKeyPair::from_private_key_and_public_key(algorithm, &scalar, point, &SystemRandom::new()) {
            Ok(_) => return Content::Key { key: Key::elliptic(curve, Some(point)), strangers: Vec::new() },
            // Anything else is no word about whether they belong together.
            Err(rejected) if rejected.to_string() == "InconsistentComponents" => strangers.push(id),
            Err(_) => {}
        }
    }
    Content::Key { key, strangers }
}

/// A curve's algorithm and how many bytes its scalars have.
fn signing(label: &str) -> Option<(&'static EcdsaSigningAlgorithm, usize)> {
    match label {
        "ECDSA-P-256" => Some((&ECDSA_P256_SHA256_ASN1_SIGNING, 32)),
        "ECDSA-P-384" => Some((&ECDSA_P384_SHA384_ASN1_SIGNING, 48)),
        _ => None,
    }
}

/// The number in so many bytes, which writers cut or fill up as they like.
fn of_length(number: &[u8], length: usize) -> Option<Zeroizing<Vec<u8>>> {
    let zeros = number.iter().take_while(|b| **b == 0).count();
    let digits = number.get(zeros..)?;
    let fill = length.checked_sub(digits.len())?;
    let mut padded = Zeroizing::new(vec![0; length]);
    padded.get_mut(fill..)?.copy_from_slice(digits);
    Some(padded)
}
