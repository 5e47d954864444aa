//! Signature schemes (RFC 8446 section 4.2.3): what they sign with, and what OpenSSL thinks of them.

use super::super::negotiable::KeyKind;
use super::super::openssl::OpenSslVersion;
use super::super::security_level;
use std::fmt;

/// A signature scheme.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct SignatureScheme {
    /// Its number on the wire.
    pub id: u16,
    /// Its name in the IANA registry, or the customary one.
    pub name: &'static str,
    /// The algorithm.
    pub algorithm: SignatureAlgorithm,
    /// Bits of the hash; 0 for algorithms that hash by themselves.
    pub hash: u16,
    /// The curve that TLS 1.3 ties it to, as a group's number.
    pub curve: Option<u16>,
    since: (u8, u8, u8),
}

/// How a scheme signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5, for TLS 1.2 and older.
    RsaPkcs1,
    /// RSASSA-PSS with a key of type `rsaEncryption`.
    RsaPssRsae,
    /// RSASSA-PSS with a key of type `id-RSASSA-PSS`.
    RsaPssPss,
    /// ECDSA.
    Ecdsa,
    /// Ed25519 (RFC 8032).
    Ed25519,
    /// Ed448 (RFC 8032).
    Ed448,
    /// DSA, for TLS 1.2 and older.
    Dsa,
    /// ML-DSA, for TLS 1.3.
    MlDsa,
}

impl SignatureAlgorithm {
    /// Whether a certificate's key signs so: the slots of `SSL_PKEY_*`. Ed25519 and Ed448 differ in size.
    pub fn fits(self, kind: KeyKind, bits: u32) -> bool {
        match self {
            Self::RsaPkcs1 | Self::RsaPssRsae => kind == KeyKind::Rsa,
            Self::RsaPssPss => kind == KeyKind::RsaPss,
            Self::Ecdsa => kind == KeyKind::Ecdsa,
            Self::Ed25519 => kind == KeyKind::EdDsa && bits == 256,
            Self::Ed448 => kind == KeyKind::EdDsa && bits == 456,
            Self::Dsa => kind == KeyKind::Dsa,
            Self::MlDsa => false,
        }
    }

    /// Whether it pads by PSS, which short keys leave no room for.
    pub fn pss(self) -> bool {
        matches!(self, Self::RsaPssRsae | Self::RsaPssPss)
    }
}

impl SignatureScheme {
    /// Whether a level lets it sign (`sigalg_security_bits` in `ssl/t1_lib.c`): half of the hash's bits,
    /// and for SHA-1 less than 80 since 3.0.
    pub fn allowed(&self, level: u8, openssl: OpenSslVersion) -> bool {
        let bits = match (self.algorithm, self.hash) {
            (SignatureAlgorithm::Ed25519, _) => 128,
            (SignatureAlgorithm::Ed448, _) => 224,
            (SignatureAlgorithm::MlDsa, _) => 128,
            (_, 160) if openssl.at_least(3, 0, 0) => 64,
            (_, hash) => hash / 2,
        };
        !openssl.security_levels() || bits >= security_level::bits(level)
    }

    /// Whether a release has it.
    pub fn in_openssl(&self, openssl: OpenSslVersion) -> bool {
        let (a, b, c) = self.since;
        openssl.at_least(a, b, c)
    }

    /// Whether TLS 1.2 signs with it: all but those of later standards (RFC 8734, ML-DSA).
    pub fn tls12(&self) -> bool {
        self.algorithm != SignatureAlgorithm::MlDsa && !matches!(self.curve, Some(26..=28))
    }

    /// Whether TLS 1.3 signs handshakes with it (`find_sig_alg`): neither PKCS#1 v1.5, nor DSA, nor short hashes.
    pub fn tls13(&self) -> bool {
        use SignatureAlgorithm::{Dsa, RsaPkcs1};
        !matches!(self.algorithm, RsaPkcs1 | Dsa) && !matches!(self.hash, 160 | 224)
    }
}

impl fmt::Display for SignatureScheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}

/// Finds a scheme by its number.
pub fn by_id(id: u16) -> Option<&'static SignatureScheme> {
    SCHEMES.iter().find(|scheme| scheme.id == id)
}

/// Finds a scheme by its name, in any case.
pub fn by_any_case(name: &str) -> Option<&'static SignatureScheme> {
    SCHEMES.iter().find(|scheme| scheme.name.eq_ignore_ascii_case(name))
}

/// Finds a scheme by its name, in exactly this case.
pub fn by_name(name: &str) -> Option<&'static SignatureScheme> {
    SCHEMES.iter().find(|scheme| scheme.name == name)
}

/// What a server signs with when nothing is configured, most wanted first (`tls12_sigalgs`).
pub fn default_list(openssl: OpenSslVersion) -> Vec<&'static SignatureScheme> {
    let old = !openssl.at_least(1, 1, 1);
    let mut list: Vec<_> = SCHEMES.iter().filter(|scheme| scheme.in_openssl(openssl)).collect();
    if old {
        // The longest hash first, and RSA, DSA, ECDSA of each.
        let rank = |s: &SignatureScheme| match s.algorithm {
            SignatureAlgorithm::RsaPkcs1 => 0,
            SignatureAlgorithm::Dsa => 1,
            _ => 2,
        };
        list.sort_by_key(|scheme| (std::cmp::Reverse(scheme.hash), rank(scheme)));
    }
    list
}

/// The schemes of a list as `SSL_CTX_set1_sigalgs_list` reads it; none where a name is not known here.
pub fn parse_list(list: &str) -> Option<Vec<&'static SignatureScheme>> {
    list.split(':').map(|name| find(name.trim_start_matches('?'))).collect()
}

/// `RSA+SHA256`, or a name of the registry; both in any case (since 3.5 all, before the registry's only as is).
fn find(name: &str) -> Option<&'static SignatureScheme> {
    let Some((algorithm, hash)) = name.split_once('+') else {
        return by_name(&name.to_ascii_lowercase());
    };
    use SignatureAlgorithm::{Dsa, Ecdsa, RsaPkcs1, RsaPssRsae};
    let algorithm = match algorithm.to_ascii_uppercase().as_str() {
        "RSA" => RsaPkcs1,
        "RSA-PSS" | "PSS" => RsaPssRsae,
        "DSA" => Dsa,
        "ECDSA" => Ecdsa,
        _ => return None,
    };
    let hash = match hash.to_ascii_uppercase().as_str() {
        "SHA1" | "SHA-1" => 160,
        "SHA224" | "SHA2-224" => 224,
        "SHA256" | "SHA2-256" => 256,
        "SHA384" | "SHA2-384" => 384,
        "SHA512" | "SHA2-512" => 512,
        _ => return None,
    };
    SCHEMES.iter().find(|scheme| scheme.algorithm == algorithm && scheme.hash == hash)
}

const fn row(
    id: u16,
    name: &'static str,
    algorithm: SignatureAlgorithm,
    hash: u16,
    curve: Option<u16>,
    since: (u8, u8, u8),
) -> SignatureScheme {
    SignatureScheme { id, name, algorithm, hash, curve, since }
}

use SignatureAlgorithm as S;

/// In OpenSSL's order of preference.
#[rustfmt::skip]
static SCHEMES: [SignatureScheme; 29] = [
    row(0x0905, "mldsa65", S::MlDsa, 0, None, (3, 5, 0)),
    row(0x0906, "mldsa87", S::MlDsa, 0, None, (3, 5, 0)),
    row(0x0904, "mldsa44", S::MlDsa, 0, None, (3, 5, 0)),
    row(0x0403, "ecdsa_secp256r1_sha256", S::Ecdsa, 256, Some(23), (0, 0, 0)),
    row(0x0503, "ecdsa_secp384r1_sha384", S::Ecdsa, 384, Some(24), (0, 0, 0)),
    row(0x0603, "ecdsa_secp521r1_sha512", S::Ecdsa, 512, Some(25), (0, 0, 0)),
    row(0x0807, "ed25519", S::Ed25519, 0, None, (1, 1, 1)),
    row(0x0808, "ed448", S::Ed448, 0, None, (1, 1, 1)),
    row(0x081a, "ecdsa_brainpoolP256r1tls13_sha256", S::Ecdsa, 256, Some(26), (3, 2, 0)),
    row(0x081b, "ecdsa_brainpoolP384r1tls13_sha384", S::Ecdsa, 384, Some(27), (3, 2, 0)),
    row(0x081c, "ecdsa_brainpoolP512r1tls13_sha512", S::Ecdsa, 512, Some(28), (3, 2, 0)),
    row(0x0809, "rsa_pss_pss_sha256", S::RsaPssPss, 256, None, (1, 1, 1)),
    row(0x080a, "rsa_pss_pss_sha384", S::RsaPssPss, 384, None, (1, 1, 1)),
    row(0x080b, "rsa_pss_pss_sha512", S::RsaPssPss, 512, None, (1, 1, 1)),
    row(0x0804, "rsa_pss_rsae_sha256", S::RsaPssRsae, 256, None, (1, 1, 1)),
    row(0x0805, "rsa_pss_rsae_sha384", S::RsaPssRsae, 384, None, (1, 1, 1)),
    row(0x0806, "rsa_pss_rsae_sha512", S::RsaPssRsae, 512, None, (1, 1, 1)),
    row(0x0401, "rsa_pkcs1_sha256", S::RsaPkcs1, 256, None, (0, 0, 0)),
    row(0x0501, "rsa_pkcs1_sha384", S::RsaPkcs1, 384, None, (0, 0, 0)),
    row(0x0601, "rsa_pkcs1_sha512", S::RsaPkcs1, 512, None, (0, 0, 0)),
    row(0x0303, "ecdsa_sha224", S::Ecdsa, 224, None, (0, 0, 0)),
    row(0x0203, "ecdsa_sha1", S::Ecdsa, 160, None, (0, 0, 0)),
    row(0x0301, "rsa_pkcs1_sha224", S::RsaPkcs1, 224, None, (0, 0, 0)),
    row(0x0201, "rsa_pkcs1_sha1", S::RsaPkcs1, 160, None, (0, 0, 0)),
    row(0x0302, "dsa_sha224", S::Dsa, 224, None, (0, 0, 0)),
    row(0x0202, "dsa_sha1", S::Dsa, 160, None, (0, 0, 0)),
    row(0x0402, "dsa_sha256", S::Dsa, 256, None, (0, 0, 0)),
    row(0x0502, "dsa_sha384", S::Dsa, 384, None, (0, 0, 0)),
    row(0x0602, "dsa_sha512", S::Dsa, 512, None, (0, 0, 0)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_read_in_both_spellings() {
        let names =
            |list: &str| parse_list(list).map(|l| l.iter().map(|s| s.name).collect::<Vec<_>>().join(" "));
        assert_eq!(names("RSA+SHA256:ed25519"), Some("rsa_pkcs1_sha256 ed25519".to_owned()));
        assert_eq!(
            names("RSA-PSS+SHA512:?ECDSA+SHA384"),
            Some("rsa_pss_rsae_sha512 ecdsa_secp384r1_sha384".to_owned())
        );
        assert_eq!(names("RSA+SHA256:something_new"), None);
    }

    #[test]
    fn old_releases_prefer_long_hashes() {
        let first =
            |version| default_list(version).iter().take(3).map(|s| s.name).collect::<Vec<_>>().join(" ");
        assert_eq!(first(OpenSslVersion::new(1, 1, 0)), "rsa_pkcs1_sha512 dsa_sha512 ecdsa_secp521r1_sha512");
        assert_eq!(first(OpenSslVersion::new(3, 5, 0)), "mldsa65 mldsa87 mldsa44");
        assert!(default_list(OpenSslVersion::new(1, 1, 1)).first().is_some_and(|s| s.id == 0x0403));
    }
}
