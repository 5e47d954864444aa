//! What makes a suite weak whatever the client, and how a list of suites forbids it.

use crate::tls::cipher_suite::{CipherSuite, Encryption, Mac};

/// Kinds of weak suites, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weakness {
    Null,
    Anonymous,
    Export,
    Des,
    Rc4,
    TripleDes,
    Idea,
    Seed,
    Md5,
}

impl Weakness {
    /// The worst about a suite.
    pub(super) fn of(suite: &CipherSuite) -> Option<Self> {
        Some(match suite.enc {
            Encryption::Null => Weakness::Null,
            _ if suite.anonymous() => Weakness::Anonymous,
            // RC2 was never in a suite other than those for export.
            Encryption::Rc2 => Weakness::Export,
            _ if suite.export() => Weakness::Export,
            Encryption::Des => Weakness::Des,
            Encryption::Rc4 => Weakness::Rc4,
            Encryption::TripleDes => Weakness::TripleDes,
            Encryption::Idea => Weakness::Idea,
            Encryption::Seed => Weakness::Seed,
            _ if suite.mac == Mac::Md5 => Weakness::Md5,
            _ => return None,
        })
    }

    /// Every kind among some suites, the worst first.
    pub(super) fn among(suites: &[&CipherSuite]) -> Vec<Self> {
        let mut kinds: Vec<_> = suites.iter().filter_map(|suite| Weakness::of(suite)).collect();
        kinds.sort();
        kinds.dedup();
        kinds
    }

    /// What such suites are called.
    pub(super) fn adjective(self) -> &'static str {
        match self {
            Weakness::Null => "NULL",
            Weakness::Anonymous => "anonymous",
            Weakness::Export => "export-grade",
            Weakness::Des => "DES",
            Weakness::Rc4 => "RC4",
            Weakness::TripleDes => "3DES",
            Weakness::Idea => "IDEA",
            Weakness::Seed => "SEED",
            Weakness::Md5 => "MD5",
        }
    }

    /// The word that selects them in a list of suites.
    pub(super) fn keyword(self) -> &'static str {
        match self {
            Weakness::Null => "eNULL",
            Weakness::Anonymous => "aNULL",
            Weakness::Export => "EXPORT",
            named => named.adjective(),
        }
    }

    /// What is wrong with them, with the authority.
    pub(super) fn why(self) -> &'static str {
        match self {
            Weakness::Null => "nothing is encrypted (forbidden by RFC 9325 section 4.1)",
            Weakness::Anonymous => {
                "no certificate proves who answers, so that anyone in between can (RFC 5246 appendix F.1.1.1)"
            }
            Weakness::Export => "keys of 40 or 56 bits (forbidden by RFC 9325 section 4.1)",
            Weakness::Des => "keys of 56 bits (DES is no part of TLS 1.2, RFC 5469)",
            Weakness::Rc4 => "RC4 is prohibited by RFC 7465",
            Weakness::TripleDes => "3DES leaks what long connections carry (Sweet32, CVE-2016-2183)",
            Weakness::Idea => "IDEA has blocks of 64 bits as 3DES has, and is no part of TLS 1.2 (RFC 5469)",
            Weakness::Seed => "SEED is abandoned: OpenSSL 3 keeps it among its legacy ciphers",
            Weakness::Md5 => "MD5 is broken (RFC 6151)",
        }
    }

    /// What scanners say of it.
    pub(super) fn symptom(self) -> Option<&'static str> {
        Some(match self {
            Weakness::Null => "\"SSL Null Cipher Suites Supported\" in a scanner's report",
            Weakness::Anonymous => "\"SSL Anonymous Cipher Suites Supported\" in a scanner's report",
            Weakness::Export | Weakness::Des => "\"SSL Weak Cipher Suites Supported\" in a scanner's report",
            Weakness::Rc4 => "\"SSL RC4 Cipher Suites Supported (Bar Mitzvah)\" in a scanner's report",
            Weakness::TripleDes => {
                "\"SSL Medium Strength Cipher Suites Supported (SWEET32)\" in a scanner's report"
            }
            Weakness::Idea | Weakness::Seed | Weakness::Md5 => return None,
        })
    }
}

/// Whether a suite is weak.
pub(super) fn is_weak(suite: &CipherSuite) -> bool {
    Weakness::of(suite).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tls::cipher_suite::by_name;

    #[test]
    fn the_worst_is_told() {
        let of = |name| by_name(name).and_then(Weakness::of);
        assert_eq!(of("NULL-SHA256"), Some(Weakness::Null));
        assert_eq!(of("AECDH-NULL-SHA"), Some(Weakness::Null));
        assert_eq!(of("ADH-AES128-SHA"), Some(Weakness::Anonymous));
        assert_eq!(of("EXP-RC4-MD5"), Some(Weakness::Export));
        assert_eq!(of("RC4-MD5"), Some(Weakness::Rc4));
        assert_eq!(of("ECDHE-RSA-DES-CBC3-SHA"), Some(Weakness::TripleDes));
        assert_eq!(of("AES128-SHA"), None);
        assert_eq!(of("TLS_AES_128_GCM_SHA256"), None);
    }
}
