//! Words of cipher lists that no release knows, and what was meant.

use super::Build;
use super::keywords::{self, Vocabulary};
use crate::nearest::nearest;
use crate::tls::cipher_suite;
use crate::tls::openssl::OpenSslVersion;

/// Releases that between them know every word in this spelling; IANA names came later.
const RELEASES: [OpenSslVersion; 3] =
    [OpenSslVersion::new(1, 0, 2), OpenSslVersion::new(1, 1, 1), OpenSslVersion::new(3, 0, 0)];

/// Words of releases before 1.0.2, of builds with Kerberos, GOST or FORTEZZA.
const LEGACY: &[&str] = &["KRB5", "GOST", "FZA", "EXP-", "EXP1024-", "SSL-"];

/// Whether some release or build of OpenSSL knows a word, so that a list made for many of them may
/// well hold it.
pub fn is_real(word: &str) -> bool {
    let build = Build { idea: true, seed: true, weak_suites: true, legacy_algorithms: true };
    let named = |name: &str| {
        cipher_suite::by_name(name).is_some_and(|s| s.openssl == Some(name) || s.aliases.contains(&name))
    };
    named(word)
        || RELEASES.iter().any(|release| Vocabulary::new(*release, build).find(word).is_some())
        || LEGACY.iter().any(|part| word.contains(part))
}

/// The word that was meant by one that this release does not know.
pub fn suggest(word: &str, openssl: OpenSslVersion) -> Option<&'static str> {
    if let Some(name) = cipher_suite::by_name(word).filter(|s| s.in_openssl(openssl)).and_then(|s| s.openssl)
    {
        return Some(name);
    }
    let vocabulary = Vocabulary::new(openssl, Build::usual(openssl));
    let suites = cipher_suite::all().filter(|s| vocabulary.has(s)).filter_map(|s| s.openssl);
    let known = keywords::names().filter(|k| vocabulary.find(k).is_some());
    let words: Vec<&'static str> = known.chain(suites).collect();
    // Other programs write the names with underscores.
    let word = word.replace('_', "-");
    let same = words.iter().copied().find(|known| known.eq_ignore_ascii_case(&word));
    same.or_else(|| nearest(&word, words))
}

/// The name of a TLS 1.3 suite that was meant by one that this release does not know.
pub fn suggest13(word: &str, openssl: OpenSslVersion) -> Option<&'static str> {
    let known = cipher_suite::all().filter(|s| s.tls13() && s.in_openssl(openssl));
    nearest(word, known.map(|suite| suite.iana))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_words_of_other_releases() {
        for real in [
            "HIGH",
            "EXPORT",
            "RC4",
            "SEED",
            "IDEA",
            "CBC",
            "KRB5-DES-CBC3-SHA",
            "kDHd",
            "EDH-RSA-DES-CBC3-SHA",
            "aGOST",
        ] {
            assert!(is_real(real), "{real}");
        }
        for slip in ["High", "aNUL", "ECDHE-RSA-AES256-GCM-SHA512", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"] {
            assert!(!is_real(slip), "{slip}");
        }
    }

    #[test]
    fn what_was_meant_is_found() {
        let suggested = |word| suggest(word, OpenSslVersion::new(3, 0, 22));
        assert_eq!(suggested("High"), Some("HIGH"));
        assert_eq!(suggested("aNUL"), Some("aNULL"));
        assert_eq!(suggested("ECDHE-RSA-AES256-GCM-SHA512"), Some("ECDHE-RSA-AES256-GCM-SHA384"));
        assert_eq!(suggested("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"), Some("ECDHE-RSA-AES128-GCM-SHA256"));
        assert_eq!(suggested("ECDHE_RSA_AES128_GCM_SHA256"), Some("ECDHE-RSA-AES128-GCM-SHA256"));
        assert_eq!(suggested("frobnicate"), None);
    }
}
