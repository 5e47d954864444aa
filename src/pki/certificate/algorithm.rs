//! How a certificate is signed.

use crate::tls::security_level::Digest;
use x509_parser::signature_algorithm::{MaskGenAlgorithm, RsaSsaPssParams};
use x509_parser::x509::AlgorithmIdentifier;

/// A certificate's signature algorithm (RFC 3279, 4055, 5758, 8410).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignatureAlgorithm {
    /// RSA as in PKCS#1 1.5.
    RsaPkcs1(Digest),
    /// RSA-PSS where mask and digest are of one hash and the salt is as long as it.
    RsaPss(Digest),
    /// RSA-PSS with other parameters; the digest where it is known.
    RsaPssUnusual(Option<Digest>),
    /// ECDSA.
    Ecdsa(Digest),
    /// DSA.
    Dsa(Digest),
    /// Ed25519.
    Ed25519,
    /// Any other, by object identifier.
    Other(String),
}

impl SignatureAlgorithm {
    pub(super) fn of(algorithm: &AlgorithmIdentifier<'_>) -> SignatureAlgorithm {
        use SignatureAlgorithm::{Dsa, Ecdsa, Ed25519, Other, RsaPkcs1};
        let oid = algorithm.algorithm.to_id_string();
        match oid.as_str() {
            "1.2.840.113549.1.1.4" => RsaPkcs1(Digest::Md5),
            "1.2.840.113549.1.1.5" | "1.3.14.3.2.29" => RsaPkcs1(Digest::Sha1),
            "1.3.36.3.3.1.2" => RsaPkcs1(Digest::Ripemd160),
            "1.2.840.113549.1.1.14" => RsaPkcs1(Digest::Sha224),
            "1.2.840.113549.1.1.11" => RsaPkcs1(Digest::Sha256),
            "1.2.840.113549.1.1.12" => RsaPkcs1(Digest::Sha384),
            "1.2.840.113549.1.1.13" => RsaPkcs1(Digest::Sha512),
            "1.2.840.113549.1.1.10" => pss(algorithm),
            "1.2.840.10045.4.1" => Ecdsa(Digest::Sha1),
            "1.2.840.10045.4.3.1" => Ecdsa(Digest::Sha224),
            "1.2.840.10045.4.3.2" => Ecdsa(Digest::Sha256),
            "1.2.840.10045.4.3.3" => Ecdsa(Digest::Sha384),
            "1.2.840.10045.4.3.4" => Ecdsa(Digest::Sha512),
            "1.2.840.10040.4.3" => Dsa(Digest::Sha1),
            "2.16.840.1.101.3.4.3.1" => Dsa(Digest::Sha224),
            "2.16.840.1.101.3.4.3.2" => Dsa(Digest::Sha256),
            "2.16.840.1.101.3.4.3.3" => Dsa(Digest::Sha384),
            "2.16.840.1.101.3.4.3.4" => Dsa(Digest::Sha512),
            "1.3.101.112" => Ed25519,
            _ => Other(oid),
        }
    }

    /// The hash that is signed; `None` for signatures without one, such as Ed25519, and unknown ones.
    pub fn digest(&self) -> Option<Digest> {
        use SignatureAlgorithm::{Dsa, Ecdsa, Ed25519, Other, RsaPkcs1, RsaPss, RsaPssUnusual};
        match self {
            RsaPkcs1(digest) | RsaPss(digest) | Ecdsa(digest) | Dsa(digest) => Some(*digest),
            RsaPssUnusual(digest) => *digest,
            Ed25519 | Other(_) => None,
        }
    }
}

fn pss(algorithm: &AlgorithmIdentifier<'_>) -> SignatureAlgorithm {
    let parameters = algorithm.parameters.as_ref().and_then(|any| RsaSsaPssParams::try_from(any).ok());
    let Some(parameters) = parameters else { return SignatureAlgorithm::RsaPssUnusual(None) };
    let oid = parameters.hash_algorithm_oid().to_id_string();
    let (digest, length) = match oid.as_str() {
        "1.3.14.3.2.26" => (Digest::Sha1, 20),
        "2.16.840.1.101.3.4.2.4" => (Digest::Sha224, 28),
        "2.16.840.1.101.3.4.2.1" => (Digest::Sha256, 32),
        "2.16.840.1.101.3.4.2.2" => (Digest::Sha384, 48),
        "2.16.840.1.101.3.4.2.3" => (Digest::Sha512, 64),
        _ => return SignatureAlgorithm::RsaPssUnusual(None),
    };
    let mask = |mask: MaskGenAlgorithm<'_, '_>| mask.hash.to_id_string() == oid;
    if parameters.salt_length() == length && parameters.mask_gen_algorithm().is_ok_and(mask) {
        SignatureAlgorithm::RsaPss(digest)
    } else {
        SignatureAlgorithm::RsaPssUnusual(Some(digest))
    }
}
