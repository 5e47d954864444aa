//! The commands of `SSL_CONF_cmd` and the words of their values, and since which OpenSSL there are such.
//!
//! Measured with 1.1.1w, 3.0.22, 3.5.7, 3.6.5 and 4.0.3; in between, SSL_CONF_cmd(3) says when a word
//! came, and where it does not, the first release that may have it counts.

use crate::tls::openssl::OpenSslVersion;
use crate::tls::signature::scheme;

/// Whether an OpenSSL knows a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// It does.
    Here,
    /// Another release does.
    Elsewhere,
    /// None does, but another library or a provider might.
    Foreign,
    /// None does.
    Nowhere,
}

impl Known {
    /// The predicate of a message.
    pub(super) fn does_not_know(self, openssl: OpenSslVersion) -> String {
        match self {
            Known::Nowhere => "does not know".to_owned(),
            _ => format!("{openssl} does not know"),
        }
    }
}

/// A word and the first release that has it.
type Row = (&'static str, (u8, u8, u8));

/// Since `SSL_CONF_cmd` itself.
const ALWAYS: (u8, u8, u8) = (1, 0, 2);
const V110: (u8, u8, u8) = (1, 1, 0);
const V111: (u8, u8, u8) = (1, 1, 1);
const V30: (u8, u8, u8) = (3, 0, 0);
const V31: (u8, u8, u8) = (3, 1, 0);
const V32: (u8, u8, u8) = (3, 2, 0);
const V33: (u8, u8, u8) = (3, 3, 0);
const V36: (u8, u8, u8) = (3, 6, 0);
/// Not in 4.0.3 yet.
const NEXT: (u8, u8, u8) = (4, 1, 0);

/// The commands that files may hold.
const COMMANDS: &[Row] = &[
    ("Certificate", ALWAYS),
    ("ChainCAFile", ALWAYS),
    ("ChainCAPath", ALWAYS),
    ("ChainCAStore", V30),
    ("CipherString", ALWAYS),
    ("Ciphersuites", V111),
    ("ClientCAFile", ALWAYS),
    ("ClientCAPath", ALWAYS),
    ("ClientCAStore", V30),
    ("ClientSignatureAlgorithms", ALWAYS),
    ("Curves", ALWAYS),
    ("DHParameters", ALWAYS),
    ("ECDHParameters", ALWAYS),
    ("Groups", ALWAYS),
    ("MaxProtocol", V110),
    ("MinProtocol", V110),
    ("NumTickets", V111),
    ("Options", ALWAYS),
    ("PrivateKey", ALWAYS),
    ("Protocol", ALWAYS),
    ("RecordPadding", V111),
    ("RequestCAFile", ALWAYS),
    ("RequestCAPath", ALWAYS),
    ("RequestCAStore", V30),
    ("ServerInfoFile", ALWAYS),
    ("SetCertificateFlags", NEXT),
    ("SignatureAlgorithms", ALWAYS),
    ("VerifyCAFile", ALWAYS),
    ("VerifyCAPath", ALWAYS),
    ("VerifyCAStore", V30),
    ("VerifyMode", ALWAYS),
];

/// The words of `Options`.
const OPTIONS: &[Row] = &[
    ("AllowNoDHEKEX", V111),
    ("AntiReplay", V111),
    ("Bugs", ALWAYS),
    ("CANames", V30),
    ("ClientRenegotiation", V30),
    ("Compression", ALWAYS),
    ("DHSingle", ALWAYS),
    ("ECDHSingle", ALWAYS),
    ("EmptyFragments", ALWAYS),
    ("EncryptThenMac", ALWAYS),
    ("ExtendedMasterSecret", V30),
    ("IgnoreUnexpectedEOF", V31),
    ("KTLS", V30),
    ("KTLSTxZerocopySendfile", V31),
    ("LegacyECPointFormats", V36),
    ("MiddleboxCompat", V111),
    ("NoRenegotiation", ALWAYS),
    ("NoResumptionOnRenegotiation", ALWAYS),
    ("PreferNoDHEKEX", V33),
    ("PrioritizeChaCha", V111),
    ("RxCertificateCompression", V32),
    ("ServerPreference", ALWAYS),
    ("SessionTicket", ALWAYS),
    ("StrictCertCheck", V31),
    ("TxCertificateCompression", V32),
    ("UnsafeLegacyRenegotiation", ALWAYS),
    ("UnsafeLegacyServerConnect", V30),
];

/// The words of `VerifyMode`.
const VERIFY_MODES: &[Row] = &[
    ("Once", ALWAYS),
    ("Peer", ALWAYS),
    ("Request", ALWAYS),
    ("RequestPostHandshake", V111),
    ("Require", ALWAYS),
    ("RequirePostHandshake", V111),
];

/// The words of `Protocol` besides `ALL`, and of the bounds besides `None`.
const VERSIONS: &[&str] = &["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3", "DTLSv1", "DTLSv1.2"];

/// Whether an OpenSSL knows a command; names match in any case.
pub(super) fn command(name: &str, openssl: OpenSslVersion) -> Known {
    find(COMMANDS, name, openssl)
}

/// The first part of a value that an OpenSSL refuses, with who knows it; the command in lower case.
pub(super) fn value(command: &str, value: &str, openssl: OpenSslVersion) -> Option<(String, Known)> {
    let bare = |part: &str| part.strip_prefix(['+', '-']).unwrap_or(part).to_owned();
    let parts = || value.split(',').map(str::trim);
    let listed = |rows: &[Row]| {
        let judged = parts().map(|part| (part.to_owned(), find(rows, &bare(part), openssl)));
        judged.into_iter().find(|(_, known)| *known != Known::Here)
    };
    let unless = |part: Option<&str>| part.map(|part| (part.to_owned(), Known::Nowhere));
    match command {
        // Letter by letter, unlike the rest.
        "minprotocol" | "maxprotocol" => {
            unless(Some(value).filter(|value| *value != "None" && !VERSIONS.contains(value)))
        }
        "protocol" => {
            let is_version = |part: &str| {
                VERSIONS.iter().chain(&["ALL", "SSLv2"]).any(|name| name.eq_ignore_ascii_case(&bare(part)))
            };
            unless(parts().find(|part| !is_version(part)))
        }
        "options" => listed(OPTIONS),
        "verifymode" => listed(VERIFY_MODES),
        "signaturealgorithms" | "clientsignaturealgorithms" => {
            let judged = value.split(':').map(|part| (part.to_owned(), signature_algorithm(part, openssl)));
            judged.into_iter().find(|(_, known)| *known != Known::Here)
        }
        _ => None,
    }
}

/// Whether an OpenSSL knows an element of a list of signature algorithms; what was not measured is taken
/// to be known.
fn signature_algorithm(element: &str, openssl: OpenSslVersion) -> Known {
    const ALGORITHMS: [&str; 5] = ["RSA", "RSA-PSS", "PSS", "DSA", "ECDSA"];
    const HASHES: [&str; 6] = ["MD5", "SHA1", "SHA224", "SHA256", "SHA384", "SHA512"];
    if element.starts_with('?') {
        return if openssl.at_least(3, 3, 0) { Known::Here } else { Known::Elsewhere };
    }
    let is_one = |names: &[&str], name: &str| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    let lower = element.to_ascii_lowercase();
    match element.split_once('+') {
        _ if element.is_empty() => Known::Nowhere,
        _ if lower.contains("gost") || lower.contains("sm2") => Known::Here,
        Some((algorithm, hash)) if is_one(&ALGORITHMS, algorithm) && is_one(&HASHES, hash) => Known::Here,
        Some(_) => Known::Nowhere,
        None => match scheme::by_any_case(element) {
            None => Known::Foreign,
            Some(scheme) if !scheme.in_openssl(openssl) => Known::Elsewhere,
            // Later ones take names in any case.
            Some(scheme) if scheme.name != element && !openssl.at_least(3, 1, 0) => Known::Elsewhere,
            Some(_) => Known::Here,
        },
    }
}

fn find(rows: &[Row], name: &str, openssl: OpenSslVersion) -> Known {
    match rows.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
        None => Known::Nowhere,
        Some((_, (a, b, c))) if openssl.at_least(*a, *b, *c) => Known::Here,
        Some(_) => Known::Elsewhere,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What real libraries refused, of the words above.
    #[test]
    fn words_are_known_where_real_libraries_know_them() {
        let refused = |version: &str| -> Vec<&str> {
            let openssl = version.parse().unwrap_or(OpenSslVersion::new(0, 0, 0));
            let rows = COMMANDS.iter().chain(OPTIONS).chain(VERIFY_MODES);
            let lacks = |(_, (a, b, c)): &&Row| !openssl.at_least(*a, *b, *c);
            rows.filter(lacks).map(|(name, _)| *name).collect()
        };
        assert_eq!(refused("3.5.7"), ["SetCertificateFlags", "LegacyECPointFormats"]);
        for version in ["3.6.5", "4.0.3"] {
            assert_eq!(refused(version), ["SetCertificateFlags"]);
        }
        assert_eq!(
            refused("3.0.22"),
            [
                "SetCertificateFlags",
                "IgnoreUnexpectedEOF",
                "KTLSTxZerocopySendfile",
                "LegacyECPointFormats",
                "PreferNoDHEKEX",
                "RxCertificateCompression",
                "StrictCertCheck",
                "TxCertificateCompression",
            ]
        );
        for name in ["ChainCAStore", "VerifyCAStore", "CANames", "KTLS", "UnsafeLegacyServerConnect"] {
            assert!(refused("1.1.1w").contains(&name), "{name}");
        }
        assert!(!refused("1.1.1w").contains(&"NumTickets"));
    }

    /// What nginx started with, and what it refused.
    #[test]
    fn signature_algorithms_are_known_where_real_libraries_know_them() {
        let known = |element, openssl: (u8, u8, u8)| {
            signature_algorithm(element, OpenSslVersion::new(openssl.0, openssl.1, openssl.2)) == Known::Here
        };
        const V30: (u8, u8, u8) = (3, 0, 22);
        const V35: (u8, u8, u8) = (3, 5, 7);
        for element in ["RSA+SHA256", "ECDSA+sha256", "PSS+SHA256", "RSA+SHA1", "ed25519", "rsa_pkcs1_sha224"]
        {
            assert!(known(element, V30) && known(element, V35), "{element}");
        }
        for element in ["mldsa65", "?foo", "Ed25519", "MLDSA65", "ecdsa_brainpoolP256r1tls13_sha256"] {
            assert!(!known(element, V30) && known(element, V35), "{element}");
        }
        for element in ["foo", "", "dilithium3", "falcon512", "ECDSA+FOO", "EdDSA+SHA256", "ECDSA+SHA2-256"] {
            assert!(!known(element, V30) && !known(element, V35), "{element}");
        }
    }
}
