//! Whether a certificate's signature is that of a key, each pair looked at once.

use crate::pki::Certificate;
use crate::pki::certificate::SignatureAlgorithm;
use crate::tls::negotiable::KeyKind;
use crate::tls::security_level::Digest;
use ring::signature as ring;
use std::collections::HashMap;
use std::sync::Mutex;
use x509_parser::asn1_rs::FromDer;
use x509_parser::public_key::RSAPublicKey;

/// What is known of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Signature {
    /// The key made it.
    Valid,
    /// The key did not make it, or cannot make such signatures.
    Invalid,
    /// Algorithm, curve or size of key are not known here: DSA, P-521, Ed448, MD5, RSA over 8192 bits and
    /// under 1024, or with an exponent that is 1, even or of more than 33 bits.
    Unchecked,
}

/// The signatures of a run by SHA-256 of the certificate and of its issuer's.
#[derive(Debug, Default)]
pub struct Signatures {
    known: Mutex<HashMap<Pair, Signature>>,
}

type Pair = ([u8; 32], [u8; 32]);

impl Signatures {
    /// Whether `issuer`'s key signed `certificate`.
    pub fn look(&self, certificate: &Certificate, issuer: &Certificate) -> Signature {
        let pair = (certificate.fingerprint, issuer.fingerprint);
        let known = |signatures: &Signatures| signatures.known.lock().ok()?.get(&pair).copied();
        if let Some(signature) = known(self) {
            return signature;
        }
        // Two threads may come here with one pair. Both find the same, and nobody waits.
        let signature = verify(certificate, issuer);
        if let Ok(mut known) = self.known.lock() {
            known.insert(pair, signature);
        }
        signature
    }
}

fn verify(certificate: &Certificate, issuer: &Certificate) -> Signature {
    use Digest::{Sha1, Sha256, Sha384, Sha512};
    use SignatureAlgorithm::{Ecdsa, Ed25519, Other, RsaPkcs1, RsaPss, RsaPssUnusual};
    let key = &issuer.key;
    let small = key.bits < 2048;
    let curve = |label: &str| key.label == label;
    let algorithm: &dyn ring::VerificationAlgorithm = match (&certificate.signature, key.kind) {
        (RsaPkcs1(digest), Some(KeyKind::Rsa)) => match digest {
            _ if !(1024..=8192).contains(&key.bits) => return Signature::Unchecked,
            Sha1 => &ring::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
            Sha256 if small => &ring::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
            Sha512 if small => &ring::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
            Sha256 => &ring::RSA_PKCS1_2048_8192_SHA256,
            Sha384 if !small => &ring::RSA_PKCS1_2048_8192_SHA384,
            Sha512 => &ring::RSA_PKCS1_2048_8192_SHA512,
            _ => return Signature::Unchecked,
        },
        (RsaPss(digest), Some(KeyKind::Rsa | KeyKind::RsaPss)) => match digest {
            _ if !(2048..=8192).contains(&key.bits) => return Signature::Unchecked,
            Sha256 => &ring::RSA_PSS_2048_8192_SHA256,
            Sha384 => &ring::RSA_PSS_2048_8192_SHA384,
            Sha512 => &ring::RSA_PSS_2048_8192_SHA512,
            _ => return Signature::Unchecked,
        },
        (Ecdsa(Sha256), Some(KeyKind::Ecdsa)) if curve("ECDSA-P-256") => &ring::ECDSA_P256_SHA256_ASN1,
        (Ecdsa(Sha384), Some(KeyKind::Ecdsa)) if curve("ECDSA-P-256") => &ring::ECDSA_P256_SHA384_ASN1,
        (Ecdsa(Sha256), Some(KeyKind::Ecdsa)) if curve("ECDSA-P-384") => &ring::ECDSA_P384_SHA256_ASN1,
        (Ecdsa(Sha384), Some(KeyKind::Ecdsa)) if curve("ECDSA-P-384") => &ring::ECDSA_P384_SHA384_ASN1,
        (Ed25519, Some(KeyKind::EdDsa)) if curve("Ed25519") => &ring::ED25519,
        (Other(_), _) | (_, None) => return Signature::Unchecked,
        (RsaPkcs1(_) | RsaPssUnusual(_), Some(KeyKind::Rsa | KeyKind::RsaPss))
        | (Ecdsa(_), Some(KeyKind::Ecdsa))
        | (SignatureAlgorithm::Dsa(_), Some(KeyKind::Dsa)) => return Signature::Unchecked,
        // A key of another kind cannot have made it.
        _ => return Signature::Invalid,
    };
    if matches!(key.kind, Some(KeyKind::Rsa | KeyKind::RsaPss)) && !is_computed_with(issuer.key_bits()) {
        return Signature::Unchecked;
    }
    let key = ring::UnparsedPublicKey::new(algorithm, issuer.key_bits());
    match key.verify(certificate.signed_part(), certificate.signature_bits()) {
        Ok(()) => Signature::Valid,
        Err(_) => Signature::Invalid,
    }
}

/// Whether an RSA key has a public exponent that `ring` computes with: odd, from 3 to 33 bits.
fn is_computed_with(key: &[u8]) -> bool {
    let Ok((_, key)) = RSAPublicKey::from_der(key) else { return false };
    let digits = key.exponent.iter().skip_while(|digit| **digit == 0);
    let exponent = digits.take(6).fold(0u64, |number, digit| number << 8 | u64::from(*digit));
    exponent % 2 == 1 && (3..1 << 33).contains(&exponent)
}
