//! OpenSSL's cipher lists: `HIGH:!aNULL:@STRENGTH` and what each release makes of them.
//!
//! A port of the behaviour of `ssl_create_cipher_list` (`ssl/ssl_ciph.c`), release by release, held
//! against recordings of the real libraries (`testdata/truth/ciphers`).
//!
//! The algebra lives in three places: the words in `keywords`, the list they act upon in `ranking`,
//! the reading of a string in `reader`.

use super::CipherSuite;
use super::openssl::OpenSslVersion;
use std::ops::Range;

mod ciphersuites;
mod dialect;
mod keywords;
mod ranking;
mod reader;
mod spelling;

pub use ciphersuites::{ciphersuites, expand_ciphersuites};
pub use dialect::Dialect;
use keywords::Vocabulary;
use reader::Reader;
pub use spelling::{is_real, suggest, suggest13};

/// What a cipher list selects, before any security level is applied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expansion {
    /// The suites, most preferred first: those below TLS 1.3, or those of TLS 1.3 where the list is one
    /// of these.
    pub suites: Vec<Admitted>,
    /// The level set by `@SECLEVEL`, the last one if there are several.
    pub security_level: Option<u8>,
    /// Words this OpenSSL does not know and skips in silence.
    pub ignored: Vec<Range<usize>>,
    /// Names of TLS 1.3 suites, skipped as well: they are configured elsewhere.
    pub tls13_names: Vec<Range<usize>>,
    /// Suites the string forbids or takes out again, and does not let in later.
    pub removed: Vec<Removed>,
    /// Whether the string is one of the `SUITEB…` words: OpenSSL then also refuses certificates and
    /// versions outside Suite B (RFC 6460), so that the list alone does not say what works.
    pub suite_b: bool,
    /// False where the string is in a dialect of another library or a vendor's patch, so that the
    /// real server may well answer differently from the stock OpenSSL this models.
    pub promised: bool,
}

/// A suite and the part of the string that let it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Admitted {
    /// The suite.
    pub suite: &'static CipherSuite,
    /// The words, without operator; a sum like `ECDHE+AESGCM` is one.
    pub word: Range<usize>,
}

/// A suite and the part of the string that threw it out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    /// The suite.
    pub suite: &'static CipherSuite,
    /// The words with their operator: `!aNULL`.
    pub word: Range<usize>,
    /// Whether it had been let in; else it is only kept out.
    pub was_in: bool,
}

/// Why OpenSSL refuses a list; servers do not start then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CipherStringError {
    /// OpenSSL's reason.
    pub kind: CipherStringErrorKind,
    /// The part it rests on.
    pub at: Range<usize>,
    /// As in [`Expansion::promised`]: false for `PROFILE=SYSTEM`, which some vendors' OpenSSL takes.
    pub promised: bool,
    /// What was read of it until then: words passed over, suites thrown out; none is left in.
    pub read: Box<Expansion>,
}

/// OpenSSL's reasons to refuse a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CipherStringErrorKind {
    /// `no cipher match`: nothing is left, or nothing of it is known.
    NoMatch,
    /// `invalid command`: the syntax is wrong somewhere, or an `@` command unknown.
    InvalidCommand,
}

impl CipherStringErrorKind {
    /// OpenSSL's own words.
    pub fn reason(self) -> &'static str {
        match self {
            Self::NoMatch => "no cipher match",
            Self::InvalidCommand => "invalid command",
        }
    }
}

/// Which algorithms a build of OpenSSL has, where builds differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Build {
    /// Suites with IDEA.
    pub idea: bool,
    /// Suites with SEED.
    pub seed: bool,
    /// Suites with RC4 and 3DES: `enable-weak-ssl-ciphers`, always there before 1.1.0.
    pub weak_suites: bool,
    /// RC4 and RC2 in libcrypto: their keywords are known, even if they select nothing. With 3.x this
    /// takes the legacy provider.
    pub legacy_algorithms: bool,
}

impl Build {
    /// Debian's builds of 1.1.1 and later; before, the default configuration of the sources.
    pub fn usual(openssl: OpenSslVersion) -> Self {
        let old = !openssl.at_least(1, 1, 0);
        let legacy = !openssl.at_least(3, 0, 0);
        Build { idea: old, seed: legacy, weak_suites: old, legacy_algorithms: legacy }
    }

    /// The default configuration of the sources, without the legacy provider.
    pub fn upstream(openssl: OpenSslVersion) -> Self {
        Build { idea: !openssl.at_least(3, 0, 0), ..Build::usual(openssl) }
    }
}

/// What `string` selects, as `openssl ciphers -ciphersuites '' STRING` lists it.
pub fn expand(string: &str, openssl: OpenSslVersion) -> Result<Expansion, CipherStringError> {
    expand_with(string, openssl, Build::usual(openssl))
}

/// [`expand`] for a build with other algorithms than the usual.
pub fn expand_with(
    string: &str,
    openssl: OpenSslVersion,
    build: Build,
) -> Result<Expansion, CipherStringError> {
    let mut reader = Reader::new(Vocabulary::new(openssl, build));
    let promised = Dialect::of(string).is_none_or(|dialect| !dialect.replaces_openssl());
    let refused = reader.list(string).err().map(|at| (CipherStringErrorKind::InvalidCommand, at));
    let (suites, removed) = reader.ranking.result();
    let refused = match refused {
        None if suites.is_empty() => Some((CipherStringErrorKind::NoMatch, 0..string.len())),
        refused => refused,
    };
    let Reader { security_level, ignored, tls13_names, suite_b, .. } = reader;
    let expansion = Expansion { suites, security_level, ignored, tls13_names, removed, suite_b, promised };
    match refused {
        None => Ok(expansion),
        Some((kind, at)) => Err(CipherStringError::new(kind, at, expansion)),
    }
}

impl CipherStringError {
    fn new(kind: CipherStringErrorKind, at: Range<usize>, read: Expansion) -> Self {
        let promised = read.promised;
        CipherStringError { kind, at, promised, read: Box::new(Expansion { suites: Vec::new(), ..read }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const V35: OpenSslVersion = OpenSslVersion::new(3, 5, 7);

    fn word_for<'a>(string: &'a str, name: &str) -> Option<&'a str> {
        let expansion = expand(string, V35).ok()?;
        let admitted = expansion.suites.iter().find(|a| a.suite.name() == name)?;
        string.get(admitted.word.clone())
    }

    #[test]
    fn each_suite_knows_the_word_that_let_it_in() {
        let string = "DEFAULT:!ECDHE+AESGCM:NULL-SHA";
        assert_eq!(word_for(string, "ECDHE-RSA-AES128-SHA"), Some("DEFAULT"));
        // DEFAULT has killed it for good.
        assert_eq!(word_for(string, "NULL-SHA"), None);
        let string = "AES128-SHA:-AES128-SHA:ECDHE+AESGCM kRSA+AES128";
        assert_eq!(word_for(string, "AES128-SHA"), Some("kRSA+AES128"));
        assert_eq!(word_for(string, "ECDHE-RSA-AES128-GCM-SHA256"), Some("ECDHE+AESGCM"));
    }

    #[test]
    fn each_absent_suite_knows_the_word_that_threw_it_out() {
        let string = "HIGH:!aNULL:-kRSA:AES128-SHA";
        let expansion = expand(string, V35).unwrap();
        let cause = |name: &str| {
            let removed = expansion.removed.iter().find(|r| r.suite.name() == name);
            removed.map(|r| (&string[r.word.clone()], r.was_in))
        };
        assert_eq!(cause("ADH-AES128-SHA"), Some(("!aNULL", true)));
        assert_eq!(cause("AECDH-NULL-SHA"), Some(("!aNULL", false)));
        assert_eq!(cause("AES256-SHA"), Some(("-kRSA", true)));
        assert_eq!(cause("AES128-SHA"), None);
        assert_eq!(cause("NULL-SHA"), None);
    }

    #[test]
    fn words_without_effect_are_named() {
        let string = "TLS_AES_128_GCM_SHA256:AES128-SHA:!RC4:FOO+AES@STRENGTH:@SECLEVEL=1";
        let expansion = expand(string, V35).unwrap();
        fn words<'s>(string: &'s str, ranges: &[Range<usize>]) -> Vec<&'s str> {
            ranges.iter().map(|r| &string[r.clone()]).collect()
        }
        assert_eq!(words(string, &expansion.ignored), ["RC4", "FOO"]);
        assert_eq!(words(string, &expansion.tls13_names), ["TLS_AES_128_GCM_SHA256"]);
        assert_eq!((expansion.security_level, expansion.promised), (Some(1), true));
        let string = "TLS_AES_128_GCM_SHA256:TLS_RSA_WITH_AES_128_CBC_SHA:AES128-SHA";
        let expansion = expand(string, OpenSslVersion::new(3, 0, 22)).unwrap();
        assert_eq!(words(string, &expansion.ignored), ["TLS_RSA_WITH_AES_128_CBC_SHA"]);
        assert_eq!(words(string, &expansion.tls13_names), ["TLS_AES_128_GCM_SHA256"]);
    }

    /// Found by asking 1.1.1 to 4.0 for random strings.
    #[test]
    fn the_first_strength_of_a_sum_forgets_the_mark_before_it() {
        for version in ["1.1.1w", "3.0.19", "3.5.7", "4.0.3"] {
            let count = |string| expand(string, version.parse().unwrap()).map_or(0, |x| x.suites.len());
            assert_eq!(count("COMPLEMENTOFDEFAULT+HIGH"), count("HIGH"), "{version}");
            assert!(count("HIGH+COMPLEMENTOFDEFAULT") < count("HIGH"), "{version}");
            assert_eq!(count("COMPLEMENTOFDEFAULT+ECDHE-ECDSA-CHACHA20-POLY1305"), 1, "{version}");
        }
    }

    #[test]
    fn a_refusal_says_where() {
        let refused =
            |string: &'static str| expand(string, V35).map_err(|e| (e.kind, &string[e.at], e.promised)).err();
        use CipherStringErrorKind::*;
        assert_eq!(refused("HIGH:!!aNULL"), Some((InvalidCommand, "!!", true)));
        assert_eq!(refused("HIGH:@SECLEVEL=6"), Some((InvalidCommand, "@SECLEVEL=6", true)));
        assert_eq!(refused("AES+é"), Some((InvalidCommand, "AES+é", true)));
        assert_eq!(refused("PROFILE=SYSTEM"), Some((NoMatch, "PROFILE=SYSTEM", false)));
        assert_eq!(refused("[AES128-SHA|AES256-SHA]"), Some((InvalidCommand, "[", false)));
        assert_eq!(refused(""), Some((NoMatch, "", true)));
        let error = expand("RC4:AES128-SHA:!SHA1", V35).unwrap_err();
        assert_eq!(error.read.ignored, vec![0..3]);
        assert!(error.read.removed.iter().any(|r| r.suite.name() == "AES128-SHA" && r.word == (15..20)));
    }

    #[test]
    fn no_prefix_of_anything_panics() {
        for string in
            ["DEFAULT:!é+kRSA:@SECLEVEL=0", "SUITEB128é", "+:-;!@", "default\u{10ffff}", "ALL:+HIGH+é"]
        {
            for end in (0..=string.len()).filter(|n| string.is_char_boundary(*n)) {
                for version in [
                    OpenSslVersion::new(1, 0, 2),
                    OpenSslVersion::new(1, 1, 1),
                    V35,
                    OpenSslVersion::new(4, 0, 3),
                ] {
                    if let Err(e) = expand(&string[..end], version) {
                        assert!(string.get(e.at).is_some());
                    }
                    let _ = ciphersuites(&string[..end], version);
                    let _ = crate::tls::group::parse_list(&string[..end], version);
                }
            }
        }
    }
}
