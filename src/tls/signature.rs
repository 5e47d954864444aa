//! Signature algorithms, and lists of them as `SSL_CTX_set1_sigalgs_list` reads them.

pub mod scheme;

pub use scheme::{SignatureAlgorithm, SignatureScheme};

use super::negotiable::KeyKind;
use super::protocol::ProtocolVersion;

/// Whether a list lets a key sign in a version of TLS, 1.2 or later. Names that are not known here
/// are taken to let any.
pub fn signs(list: &str, kind: KeyKind, bits: u32, version: ProtocolVersion) -> bool {
    let names = list.split(':').map(|name| name.trim_start_matches('?').to_ascii_lowercase());
    names.into_iter().any(|name| fits(&name, kind, bits, version >= ProtocolVersion::Tls13).unwrap_or(true))
}

/// `None` for a name that is not known.
fn fits(name: &str, kind: KeyKind, bits: u32, tls13: bool) -> Option<bool> {
    if let Some((algorithm, hash)) = name.split_once('+') {
        // SHA-1 is too weak from level 1 on.
        let strong = matches!(hash, "sha224" | "sha256" | "sha384" | "sha512");
        return Some(match algorithm {
            "rsa" => strong && kind == KeyKind::Rsa && !tls13,
            "rsa-pss" | "pss" => strong && matches!(kind, KeyKind::Rsa | KeyKind::RsaPss),
            "ecdsa" => strong && kind == KeyKind::Ecdsa && (!tls13 || of_curve(hash) == Some(bits)),
            "dsa" => strong && kind == KeyKind::Dsa && !tls13,
            _ => return None,
        });
    }
    let ecdsa = |curve| kind == KeyKind::Ecdsa && (!tls13 || bits == curve);
    Some(match name {
        "ecdsa_secp256r1_sha256" => ecdsa(256),
        "ecdsa_secp384r1_sha384" => ecdsa(384),
        "ecdsa_secp521r1_sha512" => ecdsa(521),
        "ed25519" | "ed448" => kind == KeyKind::EdDsa,
        "rsa_pss_rsae_sha256" | "rsa_pss_rsae_sha384" | "rsa_pss_rsae_sha512" => kind == KeyKind::Rsa,
        "rsa_pss_pss_sha256" | "rsa_pss_pss_sha384" | "rsa_pss_pss_sha512" => kind == KeyKind::RsaPss,
        "rsa_pkcs1_sha256" | "rsa_pkcs1_sha384" | "rsa_pkcs1_sha512" => kind == KeyKind::Rsa && !tls13,
        _ => return None,
    })
}

/// The curve that TLS 1.3 ties to a hash.
fn of_curve(hash: &str) -> Option<u32> {
    match hash {
        "sha256" => Some(256),
        "sha384" => Some(384),
        "sha512" => Some(521),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use KeyKind::{Ecdsa, Rsa};
    use ProtocolVersion::{Tls12, Tls13};

    #[test]
    fn tls13_wants_pss_and_the_curve_of_the_hash() {
        assert!(signs("RSA+SHA256", Rsa, 2048, Tls12));
        assert!(!signs("RSA+SHA256", Rsa, 2048, Tls13));
        assert!(signs("RSA-PSS+SHA512", Rsa, 2048, Tls13));
        assert!(signs("ECDSA+SHA384", Ecdsa, 256, Tls12));
        assert!(!signs("ECDSA+SHA384", Ecdsa, 256, Tls13));
        assert!(!signs("ECDSA+SHA256:ed25519", Rsa, 2048, Tls12));
        assert!(signs("ECDSA+SHA256:something_new", Rsa, 2048, Tls12));
        assert!(!signs("RSA+SHA1", Rsa, 2048, Tls12));
    }
}
