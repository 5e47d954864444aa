//! OpenSSL's security levels 0 to 5 (`ssl_security_default_callback` in `ssl/ssl_cert.c`).

use super::CipherSuite;
use super::cipher_suite::{Encryption, KeyExchange, Mac};
use super::group::NamedGroup;
use super::negotiable::KeyKind;
use super::openssl::OpenSslVersion;
use super::protocol::ProtocolVersion;

/// The highest level there is.
pub const HIGHEST: u8 = 5;

/// The level from which on no session tickets are issued up to TLS 1.2.
pub const NO_TICKETS: u8 = 3;

/// Bits of security that a level asks of every algorithm (SSL_CTX_set_security_level(3)).
pub fn bits(level: u8) -> u16 {
    match level {
        0 => 0,
        1 => 80,
        2 => 112,
        3 => 128,
        4 => 192,
        _ => 256,
    }
}

/// Whether a suite may be negotiated at a level.
pub fn suite_allowed(suite: &CipherSuite, level: u8, openssl: OpenSslVersion) -> bool {
    if level == 0 || !openssl.security_levels() {
        return true;
    }
    use KeyExchange::{Any, Dhe, DhePsk, Ecdhe, EcdhePsk};
    let forward_secret = matches!(suite.kx, Dhe | Ecdhe | DhePsk | EcdhePsk | Any);
    suite.strength_bits(openssl) >= bits(level)
        && !suite.anonymous()
        && suite.mac != Mac::Md5
        && !(bits(level) > 160 && suite.mac == Mac::Sha1)
        && !(level >= 2 && suite.enc == Encryption::Rc4)
        && (level < 3 || forward_secret)
}

/// Whether a version really works at a level.
///
/// Up to 1.1.1 level 2 excludes SSL 3.0, 3 also TLS 1.0, 4 also TLS 1.1. With 3.0 all of them work at
/// level 0 only: their handshake signs with SHA-1, which is too weak from level 1 on, so 3.0 and 3.1
/// fail with an internal error where 3.2 and later do not begin (measured with real servers).
pub fn protocol_allowed(version: ProtocolVersion, level: u8, openssl: OpenSslVersion) -> bool {
    use ProtocolVersion::*;
    if level == 0 || !openssl.security_levels() {
        return true;
    }
    let signs = !openssl.at_least(3, 0, 0) || version >= Tls12;
    signs && version_selectable(version, level, openssl)
}

/// Whether a handshake gets as far as a version at a level: the level is asked when the version is
/// chosen, before SNI leads to another server with a level of its own.
pub fn version_selectable(version: ProtocolVersion, level: u8, openssl: OpenSslVersion) -> bool {
    use ProtocolVersion::*;
    if level == 0 || !openssl.security_levels() {
        return true;
    }
    if openssl.at_least(3, 2, 0) {
        return version >= Tls12;
    }
    match level {
        0 | 1 => true,
        2 => version >= Tls10,
        3 => version >= Tls11,
        _ => version >= Tls12,
    }
}

/// Whether a group may be negotiated at a level: at level 3 ffdhe2048 goes, at 4 X25519 and P-256.
pub fn group_allowed(group: &NamedGroup, level: u8, openssl: OpenSslVersion) -> bool {
    !openssl.security_levels() || group.strength_bits() >= bits(level)
}

/// The shortest RSA, DSA or Diffie-Hellman key a level stands for, in bits (SP 800-57; `BN_security_bits`).
pub fn rsa_min_bits(level: u8) -> u32 {
    match level {
        0 => 0,
        1 => 1024,
        2 => 2048,
        3 => 3072,
        4 => 7680,
        _ => 15360,
    }
}

/// The shortest RSA key that passes: since 3.0 a formula decides, which rounds to the next level up
/// (`ossl_ifc_ffc_compute_security_bits`; measured).
fn rsa_passes_from(level: u8, openssl: OpenSslVersion) -> u32 {
    match level {
        1 if openssl.at_least(3, 0, 0) => 920,
        2 if openssl.at_least(3, 0, 0) => 1963,
        3 if openssl.at_least(3, 0, 0) => 2671,
        4 if openssl.at_least(3, 0, 0) => 6947,
        5.. if openssl.at_least(3, 0, 0) => 13914,
        _ => rsa_min_bits(level),
    }
}

/// Whether a level accepts a certificate with such a key, the server's own or one that is sent with it
/// ("ee key too small", "ca key too small"). A size of 0 is not known and passes.
pub fn key_allowed(kind: KeyKind, bits: u32, level: u8, openssl: OpenSslVersion) -> bool {
    let least = match kind {
        _ if !openssl.security_levels() => 0,
        KeyKind::Rsa | KeyKind::RsaPss => rsa_passes_from(level, openssl),
        KeyKind::Dsa => rsa_min_bits(level),
        KeyKind::Ecdsa | KeyKind::EdDsa => ec_min_bits(level),
    };
    bits == 0 || bits >= least
}

/// The shortest elliptic-curve key a level accepts, in bits. Level 3 takes P-256 and Ed25519.
pub fn ec_min_bits(level: u8) -> u32 {
    match level {
        0 => 0,
        n => 2 * u32::from(bits(n)),
    }
}

/// The shortest Diffie-Hellman parameters a level accepts: below 1024 bits none does.
pub fn dh_min_bits(level: u8) -> u32 {
    rsa_min_bits(level).max(1024)
}

/// The hash of a certificate's signature, where levels tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Digest {
    /// MD5.
    Md5,
    /// SHA-1.
    Sha1,
    /// RIPEMD-160, with which no handshake is signed.
    Ripemd160,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Digest {
    /// All of them, weakest first.
    pub const ALL: [Digest; 6] =
        [Digest::Md5, Digest::Sha1, Digest::Sha224, Digest::Sha256, Digest::Sha384, Digest::Sha512];

    /// As the standards write it: `SHA-256`.
    pub fn name(self) -> &'static str {
        match self {
            Digest::Md5 => "MD5",
            Digest::Sha1 => "SHA-1",
            Digest::Sha224 => "SHA-224",
            Digest::Ripemd160 => "RIPEMD-160",
            Digest::Sha256 => "SHA-256",
            Digest::Sha384 => "SHA-384",
            Digest::Sha512 => "SHA-512",
        }
    }
}

/// Whether a server loads a certificate, not self-signed, whose signature uses this hash.
///
/// Up to 1.1.1 MD5 goes at level 1 and SHA-1 at 2, with 3.0 to 3.5 both at 1 ("ca md too weak"); 3.6
/// and later no longer ask when they load their own certificate (measured).
pub fn certificate_digest_allowed(digest: Digest, level: u8, openssl: OpenSslVersion) -> bool {
    if level == 0 || !openssl.security_levels() || openssl.at_least(3, 6, 0) {
        return true;
    }
    // Collision resistance in bits, with what is known about MD5 and SHA-1 since 3.0.
    let strength = match digest {
        Digest::Md5 if openssl.at_least(3, 0, 0) => 39,
        Digest::Sha1 if openssl.at_least(3, 0, 0) => 63,
        Digest::Md5 => 64,
        Digest::Sha1 | Digest::Ripemd160 => 80,
        Digest::Sha224 => 112,
        Digest::Sha256 => 128,
        Digest::Sha384 => 192,
        Digest::Sha512 => 256,
    };
    strength >= bits(level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ripemd_160_is_taken_for_as_strong_as_it_is_long() {
        let loads = |level, openssl| certificate_digest_allowed(Digest::Ripemd160, level, openssl);
        let (old, new) = (OpenSslVersion::new(3, 0, 22), OpenSslVersion::new(3, 6, 0));
        assert!(loads(1, old) && !loads(2, old) && loads(2, new));
    }

    #[test]
    fn keys_are_held_to_the_level_as_openssl_counts_their_bits() {
        const V111: OpenSslVersion = OpenSslVersion::new(1, 1, 1);
        const V3: OpenSslVersion = OpenSslVersion::new(3, 0, 0);
        let rsa = |bits, level, openssl| key_allowed(KeyKind::Rsa, bits, level, openssl);
        // Measured by loading certificates: from 1963 bits on OpenSSL 3 counts 112, 1.1.1 from 2048.
        assert!(!rsa(1962, 2, V3) && rsa(1963, 2, V3));
        assert!(!rsa(2047, 2, V111) && rsa(2048, 2, V111));
        assert!(!rsa(919, 1, V3) && rsa(920, 1, V3));
        assert!(!rsa(2670, 3, V3) && rsa(3072, 3, V3));
        assert!(rsa(512, 0, V3) && rsa(0, 5, V3));
        let ec = |bits, level| key_allowed(KeyKind::Ecdsa, bits, level, V3);
        assert!(!ec(192, 2) && ec(224, 2) && ec(256, 3) && !ec(256, 4) && ec(521, 5));
    }

    /// How many suites `openssl ciphers -s -psk -srp` left of all there are, at levels 0 to 5.
    #[test]
    fn levels_leave_as_many_suites_as_real_libraries_do() {
        use crate::tls::cipher_string::expand;
        for (version, left) in [
            ("1.1.1w", [159, 128, 128, 79, 33, 33]),
            ("3.0.22", [155, 125, 125, 77, 33, 33]),
            ("3.5.7", [155, 115, 115, 71, 30, 30]),
            ("3.6.5", [155, 115, 115, 71, 30, 30]),
            ("4.0.3", [155, 115, 115, 71, 30, 30]),
        ] {
            let openssl = version.parse().unwrap();
            let all = expand("ALL:COMPLEMENTOFALL", openssl).unwrap().suites;
            let allowed = |level| all.iter().filter(|a| suite_allowed(a.suite, level, openssl)).count();
            assert_eq!([0, 1, 2, 3, 4, 5].map(allowed), left, "{version}");
        }
    }
}
