//! The words of cipher lists (`cipher_aliases` in `ssl/ssl_ciph.c`) and what they ask of a suite.

use super::{Build, ranking::classes_match};
use crate::tls::cipher_suite::{self, Authentication, CipherSuite, Encryption, KeyExchange, Mac};
use crate::tls::openssl::OpenSslVersion;
use crate::tls::protocol::ProtocolVersion;

/// What a word asks for, or what a suite is: a bit for each algorithm, 0 where nothing is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Pattern {
    /// One suite and no other.
    pub id: Option<u16>,
    pub kx: u64,
    pub auth: u64,
    pub enc: u64,
    pub mac: u64,
    /// The first version of the suites, exactly.
    pub min: Option<ProtocolVersion>,
    /// Bits of [`class`].
    pub class: u8,
}

/// The `TLSv1.2` in patterns.
pub(super) const TLS12: Option<ProtocolVersion> = Some(ProtocolVersion::Tls12);

/// Strength classes and marks (`algo_strength`).
pub(super) mod class {
    pub const NONE: u8 = 1;
    pub const LOW: u8 = 2;
    pub const MEDIUM: u8 = 4;
    pub const HIGH: u8 = 8;
    pub const FIPS: u8 = 16;
    /// OpenSSL keeps FIPS among the strengths, so `FIPS+HIGH` excludes itself.
    pub const STRENGTHS: u8 = NONE | LOW | MEDIUM | HIGH | FIPS;
    pub const NOT_DEFAULT: u8 = 32;
}

/// Bits of key exchanges.
pub(super) mod kx {
    use super::KeyExchange as K;
    pub const RSA: u64 = 1 << K::Rsa as u8;
    pub const DHE: u64 = 1 << K::Dhe as u8;
    pub const ECDHE: u64 = 1 << K::Ecdhe as u8;
    pub const PSK: u64 = 1 << K::Psk as u8;
    pub const RSA_PSK: u64 = 1 << K::RsaPsk as u8;
    pub const DHE_PSK: u64 = 1 << K::DhePsk as u8;
    pub const ECDHE_PSK: u64 = 1 << K::EcdhePsk as u8;
    pub const SRP: u64 = 1 << K::Srp as u8;
    pub const KRB5: u64 = 1 << K::Krb5 as u8;
    pub const DH_RSA: u64 = 1 << K::DhRsa as u8;
    pub const DH_DSS: u64 = 1 << K::DhDss as u8;
    pub const ECDH_RSA: u64 = 1 << K::EcdhRsa as u8;
    pub const ECDH_ECDSA: u64 = 1 << K::EcdhEcdsa as u8;
}

/// Bits of authentications.
pub(super) mod auth {
    use super::Authentication as A;
    pub const NULL: u64 = 1 << A::Null as u8;
    pub const RSA: u64 = 1 << A::Rsa as u8;
    pub const DSS: u64 = 1 << A::Dss as u8;
    pub const ECDSA: u64 = 1 << A::Ecdsa as u8;
    pub const PSK: u64 = 1 << A::Psk as u8;
    pub const SRP: u64 = 1 << A::Srp as u8;
    pub const DH: u64 = 1 << A::Dh as u8;
    pub const ECDH: u64 = 1 << A::Ecdh as u8;
}

/// Bits of encryptions.
pub(super) mod enc {
    use super::Encryption as E;
    pub const fn bit(e: E) -> u64 {
        1 << e as u8
    }
    pub const NULL: u64 = bit(E::Null);
    pub const RC4: u64 = bit(E::Rc4);
    pub const RC2: u64 = bit(E::Rc2);
    pub const DES: u64 = bit(E::Des);
    pub const TRIPLE_DES: u64 = bit(E::TripleDes);
    pub const IDEA: u64 = bit(E::Idea);
    pub const SEED: u64 = bit(E::Seed);
    pub const AESGCM: u64 = bit(E::Aes128Gcm) | bit(E::Aes256Gcm);
    pub const AESCCM8: u64 = bit(E::Aes128Ccm8) | bit(E::Aes256Ccm8);
    pub const AESCCM: u64 = bit(E::Aes128Ccm) | bit(E::Aes256Ccm) | AESCCM8;
    pub const AESCBC: u64 = bit(E::Aes128Cbc) | bit(E::Aes256Cbc);
    pub const AES128: u64 = bit(E::Aes128Cbc) | bit(E::Aes128Gcm) | bit(E::Aes128Ccm) | bit(E::Aes128Ccm8);
    pub const AES256: u64 = bit(E::Aes256Cbc) | bit(E::Aes256Gcm) | bit(E::Aes256Ccm) | bit(E::Aes256Ccm8);
    pub const AES: u64 = AES128 | AES256;
    pub const CAMELLIA128: u64 = bit(E::Camellia128Cbc);
    pub const CAMELLIA256: u64 = bit(E::Camellia256Cbc);
    pub const CAMELLIA: u64 = CAMELLIA128 | CAMELLIA256;
    pub const ARIA128: u64 = bit(E::Aria128Gcm);
    pub const ARIA256: u64 = bit(E::Aria256Gcm);
    pub const ARIA: u64 = ARIA128 | ARIA256;
    pub const CHACHA20: u64 = bit(E::Chacha20Poly1305);
    pub const CBC: u64 = DES | TRIPLE_DES | RC2 | IDEA | SEED | AESCBC | CAMELLIA;
}

/// Bits of record authentications.
pub(super) mod mac {
    use super::Mac as M;
    pub const MD5: u64 = 1 << M::Md5 as u8;
    pub const SHA1: u64 = 1 << M::Sha1 as u8;
    pub const SHA256: u64 = 1 << M::Sha256 as u8;
    pub const SHA384: u64 = 1 << M::Sha384 as u8;
    pub const AEAD: u64 = 1 << M::Aead as u8;
}

impl Pattern {
    /// Narrows the pattern by one more word of a sum; false if the two exclude each other.
    pub(super) fn narrow(&mut self, term: &Pattern) -> bool {
        let both = |mine: &mut u64, theirs: u64| {
            *mine = if *mine == 0 || theirs == 0 { *mine | theirs } else { *mine & theirs };
            theirs == 0 || *mine != 0
        };
        let algorithms = both(&mut self.kx, term.kx)
            && both(&mut self.auth, term.auth)
            && both(&mut self.enc, term.enc)
            && both(&mut self.mac, term.mac);
        if !algorithms {
            return false;
        }
        for group in [class::STRENGTHS, class::NOT_DEFAULT] {
            let (mine, theirs) = (self.class & group, term.class & group);
            let kept = match (mine, theirs) {
                (_, 0) => continue,
                // The first strength forgets `COMPLEMENTOFDEFAULT` before it: a slip of 1.1.0 to this day.
                (0, _) if group == class::STRENGTHS => {
                    self.class = theirs;
                    continue;
                }
                (0, _) => theirs,
                _ => mine & theirs,
            };
            if kept == 0 {
                return false;
            }
            self.class = self.class & !group | kept;
        }
        // Only the last word of a sum decides whether one suite is meant, and a suite's own first
        // version is no part of the search.
        self.id = term.id;
        if term.id.is_none() && term.min.is_some() {
            if self.min.is_some() && self.min != term.min {
                return false;
            }
            self.min = term.min;
        }
        true
    }

    /// Whether a suite with these traits is meant.
    pub(super) fn matches(&self, suite: &Pattern) -> bool {
        let asks = |wanted: u64, has: u64| wanted == 0 || wanted & has != 0;
        (self.id.is_none() || self.id == suite.id)
            && asks(self.kx, suite.kx)
            && asks(self.auth, suite.auth)
            && asks(self.enc, suite.enc)
            && asks(self.mac, suite.mac)
            && (self.min.is_none() || self.min == suite.min)
            && classes_match(self.class, suite.class)
    }
}

/// What a suite is to the rules of one release.
pub(super) fn traits(suite: &CipherSuite, openssl: OpenSslVersion) -> Pattern {
    use Encryption::*;
    let strength = match suite.enc {
        Null => class::NONE,
        Rc4 | TripleDes | Idea | Seed => class::MEDIUM,
        Aes128Ccm8 | Aes256Ccm8 if openssl.at_least(3, 2, 0) => class::MEDIUM,
        _ => class::HIGH,
    };
    let fips = match () {
        () if openssl.at_least(4, 0, 0) => false,
        () if openssl.at_least(1, 1, 0) => suite.fips(),
        // The table marks the suites that 1.1.0 kept; of 1.0.2's own the rule is simple.
        () => enc::bit(suite.enc) & (enc::AES | enc::TRIPLE_DES) != 0 && suite.kx != KeyExchange::Srp,
    };
    let fips = if fips { class::FIPS } else { 0 };
    let mark = if suite.not_default() { class::NOT_DEFAULT } else { 0 };
    let min = match suite.min_protocol {
        // 1.0.2 knows two sorts of suites: those since SSL 3.0 and those since TLS 1.2.
        v if v < ProtocolVersion::Tls12 && !openssl.at_least(1, 1, 0) => ProtocolVersion::Ssl3,
        v => v,
    };
    Pattern {
        id: Some(suite.id),
        kx: 1 << suite.kx as u8,
        auth: 1 << suite.auth as u8,
        enc: 1 << suite.enc as u8,
        mac: 1 << suite.mac as u8,
        min: Some(min),
        class: strength | fips | mark,
    }
}

/// The words one build of one release knows.
pub(super) struct Vocabulary {
    openssl: OpenSslVersion,
    build: Build,
}

impl Vocabulary {
    pub(super) fn new(openssl: OpenSslVersion, build: Build) -> Self {
        Vocabulary { openssl, build }
    }

    pub(super) fn openssl(&self) -> OpenSslVersion {
        self.openssl
    }

    pub(super) fn build(&self) -> Build {
        self.build
    }

    /// The suites a list can select from, in the order of the table that OpenSSL starts with.
    pub(super) fn candidates(&self) -> impl Iterator<Item = &'static CipherSuite> + '_ {
        cipher_suite::all().rev().filter(|s| self.has(s))
    }

    /// Whether this build can select a suite.
    pub(super) fn has(&self, suite: &CipherSuite) -> bool {
        use Encryption::*;
        let compiled_in = match suite.enc {
            Rc4 | TripleDes => self.build.weak_suites,
            Idea => self.build.idea,
            Seed => self.build.seed,
            Rc2 | Des | Gost28147 | KuznyechikCtr | MagmaCtr => false,
            _ => true,
        };
        let unusual = matches!(suite.kx, KeyExchange::Gost | KeyExchange::Krb5);
        compiled_in && !unusual && !suite.tls13() && suite.in_openssl(self.openssl)
    }

    /// What a word asks for; `None` if this release does not know it.
    pub(super) fn find(&self, word: &str) -> Option<Pattern> {
        let any_case = self.openssl.case_insensitive_suite_names();
        let same = |name: &str| if any_case { name.eq_ignore_ascii_case(word) } else { name == word };
        let old = !self.openssl.at_least(1, 1, 0);
        let named = |s: &&CipherSuite| {
            s.openssl.is_some_and(same)
                || (self.openssl.iana_names_in_cipher_lists() && same(s.iana))
                // Our aliases were names and names aliases then.
                || (old && s.aliases.iter().copied().any(same))
        };
        let suite = if any_case {
            self.candidates().find(named)
        } else {
            cipher_suite::by_name(word).filter(|s| self.has(s)).filter(named)
        };
        if let Some(suite) = suite {
            return Some(traits(suite, self.openssl));
        }
        let keyword = |k: &&Keyword| same(k.name) && k.known(self.openssl, self.build);
        let table = if self.openssl.at_least(1, 1, 0) { KEYWORDS } else { KEYWORDS_102 };
        table.iter().find(keyword).map(|k| k.pattern.clone())
    }
}

/// The keywords of the releases since 1.1.0.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    KEYWORDS.iter().map(|k| k.name)
}

/// One keyword and the releases that know it.
struct Keyword {
    name: &'static str,
    pattern: Pattern,
    since: (u8, u8, u8),
    gone: Option<(u8, u8, u8)>,
}

impl Keyword {
    fn known(&self, openssl: OpenSslVersion, build: Build) -> bool {
        let at_least = |(a, b, c): (u8, u8, u8)| openssl.at_least(a, b, c);
        let enabled = match self.pattern.enc {
            enc::RC4 | enc::RC2 => build.legacy_algorithms,
            enc::IDEA => build.idea,
            enc::SEED => build.seed,
            _ => true,
        };
        enabled && at_least(self.since) && !self.gone.is_some_and(at_least)
    }
}

const ANYTHING: Pattern = Pattern { id: None, kx: 0, auth: 0, enc: 0, mac: 0, min: None, class: 0 };

const fn word(name: &'static str, kx: u64, auth: u64, enc: u64, mac: u64) -> Keyword {
    let pattern = Pattern { kx, auth, enc, mac, ..ANYTHING };
    Keyword { name, pattern, since: (0, 0, 0), gone: None }
}

const fn class(name: &'static str, class: u8) -> Keyword {
    Keyword { name, pattern: Pattern { class, ..ANYTHING }, since: (0, 0, 0), gone: None }
}

const fn version(name: &'static str, min: ProtocolVersion) -> Keyword {
    Keyword { name, pattern: Pattern { min: Some(min), ..ANYTHING }, since: (0, 0, 0), gone: None }
}

/// Suites without encryption bear the mark, but the word leaves them out.
const FIPS: Keyword = Keyword {
    name: "FIPS",
    pattern: Pattern { enc: !enc::NULL, class: class::FIPS, ..ANYTHING },
    since: (0, 0, 0),
    gone: None,
};

const fn since(since: (u8, u8, u8), keyword: Keyword) -> Keyword {
    Keyword { since, ..keyword }
}

const fn until(gone: (u8, u8, u8), keyword: Keyword) -> Keyword {
    Keyword { gone: Some(gone), ..keyword }
}

/// Since 1.1.0.
#[rustfmt::skip]
static KEYWORDS: &[Keyword] = &[
    word("ALL", 0, 0, !enc::NULL, 0),
    word("COMPLEMENTOFALL", 0, 0, enc::NULL, 0),
    class("COMPLEMENTOFDEFAULT", class::NOT_DEFAULT),
    word("kRSA", kx::RSA, 0, 0, 0),
    word("kEDH", kx::DHE, 0, 0, 0),
    word("kDHE", kx::DHE, 0, 0, 0),
    word("DH", kx::DHE, 0, 0, 0),
    word("kEECDH", kx::ECDHE, 0, 0, 0),
    word("kECDHE", kx::ECDHE, 0, 0, 0),
    word("ECDH", kx::ECDHE, 0, 0, 0),
    word("kPSK", kx::PSK, 0, 0, 0),
    word("kRSAPSK", kx::RSA_PSK, 0, 0, 0),
    word("kECDHEPSK", kx::ECDHE_PSK, 0, 0, 0),
    word("kDHEPSK", kx::DHE_PSK, 0, 0, 0),
    word("kSRP", kx::SRP, 0, 0, 0),
    word("aRSA", 0, auth::RSA, 0, 0),
    word("aDSS", 0, auth::DSS, 0, 0),
    word("DSS", 0, auth::DSS, 0, 0),
    word("aNULL", 0, auth::NULL, 0, 0),
    word("aECDSA", 0, auth::ECDSA, 0, 0),
    word("ECDSA", 0, auth::ECDSA, 0, 0),
    word("aPSK", 0, auth::PSK, 0, 0),
    word("aSRP", 0, auth::SRP, 0, 0),
    word("EDH", kx::DHE, !auth::NULL, 0, 0),
    word("DHE", kx::DHE, !auth::NULL, 0, 0),
    word("EECDH", kx::ECDHE, !auth::NULL, 0, 0),
    word("ECDHE", kx::ECDHE, !auth::NULL, 0, 0),
    word("NULL", 0, 0, enc::NULL, 0),
    word("RSA", kx::RSA, auth::RSA, 0, 0),
    word("ADH", kx::DHE, auth::NULL, 0, 0),
    word("AECDH", kx::ECDHE, auth::NULL, 0, 0),
    word("PSK", kx::PSK | kx::RSA_PSK | kx::DHE_PSK | kx::ECDHE_PSK, 0, 0, 0),
    word("SRP", kx::SRP, 0, 0, 0),
    word("3DES", 0, 0, enc::TRIPLE_DES, 0),
    word("RC4", 0, 0, enc::RC4, 0),
    word("RC2", 0, 0, enc::RC2, 0),
    word("IDEA", 0, 0, enc::IDEA, 0),
    word("SEED", 0, 0, enc::SEED, 0),
    word("eNULL", 0, 0, enc::NULL, 0),
    word("AES128", 0, 0, enc::AES128, 0),
    word("AES256", 0, 0, enc::AES256, 0),
    word("AES", 0, 0, enc::AES, 0),
    word("AESGCM", 0, 0, enc::AESGCM, 0),
    word("AESCCM", 0, 0, enc::AESCCM, 0),
    word("AESCCM8", 0, 0, enc::AESCCM8, 0),
    word("CAMELLIA128", 0, 0, enc::CAMELLIA128, 0),
    word("CAMELLIA256", 0, 0, enc::CAMELLIA256, 0),
    word("CAMELLIA", 0, 0, enc::CAMELLIA, 0),
    word("CHACHA20", 0, 0, enc::CHACHA20, 0),
    since((1, 1, 1), word("ARIA", 0, 0, enc::ARIA, 0)),
    since((1, 1, 1), word("ARIAGCM", 0, 0, enc::ARIA, 0)),
    since((1, 1, 1), word("ARIA128", 0, 0, enc::ARIA128, 0)),
    since((1, 1, 1), word("ARIA256", 0, 0, enc::ARIA256, 0)),
    since((3, 0, 0), word("CBC", 0, 0, enc::CBC, 0)),
    word("MD5", 0, 0, 0, mac::MD5),
    word("SHA1", 0, 0, 0, mac::SHA1),
    word("SHA", 0, 0, 0, mac::SHA1),
    word("SHA256", 0, 0, 0, mac::SHA256),
    word("SHA384", 0, 0, 0, mac::SHA384),
    until((4, 0, 0), version("SSLv3", ProtocolVersion::Ssl3)),
    version("TLSv1", ProtocolVersion::Tls10),
    version("TLSv1.0", ProtocolVersion::Tls10),
    version("TLSv1.2", ProtocolVersion::Tls12),
    class("LOW", class::LOW),
    class("MEDIUM", class::MEDIUM),
    class("HIGH", class::HIGH),
    until((4, 0, 0), FIPS),
    Keyword { name: "EDH-DSS-DES-CBC3-SHA", pattern: EDH_DSS_3DES, since: (0, 0, 0), gone: None },
    Keyword { name: "EDH-RSA-DES-CBC3-SHA", pattern: EDH_RSA_3DES, since: (0, 0, 0), gone: None },
];

const EDH_DSS_3DES: Pattern = Pattern {
    kx: kx::DHE,
    auth: auth::DSS,
    enc: enc::TRIPLE_DES,
    mac: mac::SHA1,
    class: class::HIGH | class::FIPS,
    ..ANYTHING
};
const EDH_RSA_3DES: Pattern = Pattern { auth: auth::RSA, ..EDH_DSS_3DES };

/// Before 1.1.0. The export keywords select nothing since 1.0.2g, where those suites left the build.
#[rustfmt::skip]
static KEYWORDS_102: &[Keyword] = &[
    word("ALL", 0, 0, !enc::NULL, 0),
    word("COMPLEMENTOFALL", 0, 0, enc::NULL, 0),
    word("COMPLEMENTOFDEFAULT", 0, auth::NULL, !enc::NULL, 0),
    word("kRSA", kx::RSA, 0, 0, 0),
    word("kDHr", kx::DH_RSA, 0, 0, 0),
    word("kDHd", kx::DH_DSS, 0, 0, 0),
    word("kDH", kx::DH_RSA | kx::DH_DSS, 0, 0, 0),
    word("kEDH", kx::DHE, 0, 0, 0),
    word("kDHE", kx::DHE, 0, 0, 0),
    word("DH", kx::DH_RSA | kx::DH_DSS | kx::DHE, 0, 0, 0),
    word("kECDHr", kx::ECDH_RSA, 0, 0, 0),
    word("kECDHe", kx::ECDH_ECDSA, 0, 0, 0),
    word("kECDH", kx::ECDH_RSA | kx::ECDH_ECDSA, 0, 0, 0),
    word("kEECDH", kx::ECDHE, 0, 0, 0),
    word("kECDHE", kx::ECDHE, 0, 0, 0),
    word("ECDH", kx::ECDH_RSA | kx::ECDH_ECDSA | kx::ECDHE, 0, 0, 0),
    word("kPSK", kx::PSK, 0, 0, 0),
    word("kSRP", kx::SRP, 0, 0, 0),
    word("aRSA", 0, auth::RSA, 0, 0),
    word("aDSS", 0, auth::DSS, 0, 0),
    word("DSS", 0, auth::DSS, 0, 0),
    word("aNULL", 0, auth::NULL, 0, 0),
    word("aDH", 0, auth::DH, 0, 0),
    word("aECDH", 0, auth::ECDH, 0, 0),
    word("aECDSA", 0, auth::ECDSA, 0, 0),
    word("ECDSA", 0, auth::ECDSA, 0, 0),
    word("aPSK", 0, auth::PSK, 0, 0),
    word("aSRP", 0, auth::SRP, 0, 0),
    word("EDH", kx::DHE, !auth::NULL, 0, 0),
    word("DHE", kx::DHE, !auth::NULL, 0, 0),
    word("EECDH", kx::ECDHE, !auth::NULL, 0, 0),
    word("ECDHE", kx::ECDHE, !auth::NULL, 0, 0),
    word("NULL", 0, 0, enc::NULL, 0),
    word("RSA", kx::RSA, auth::RSA, 0, 0),
    word("ADH", kx::DHE, auth::NULL, 0, 0),
    word("AECDH", kx::ECDHE, auth::NULL, 0, 0),
    word("PSK", kx::PSK, auth::PSK, 0, 0),
    word("SRP", kx::SRP, 0, 0, 0),
    word("DES", 0, 0, enc::DES, 0),
    word("3DES", 0, 0, enc::TRIPLE_DES, 0),
    word("RC4", 0, 0, enc::RC4, 0),
    word("RC2", 0, 0, enc::RC2, 0),
    word("IDEA", 0, 0, enc::IDEA, 0),
    word("SEED", 0, 0, enc::SEED, 0),
    word("eNULL", 0, 0, enc::NULL, 0),
    word("AES128", 0, 0, enc::AES128, 0),
    word("AES256", 0, 0, enc::AES256, 0),
    word("AES", 0, 0, enc::AES, 0),
    word("AESGCM", 0, 0, enc::AESGCM, 0),
    word("CAMELLIA128", 0, 0, enc::CAMELLIA128, 0),
    word("CAMELLIA256", 0, 0, enc::CAMELLIA256, 0),
    word("CAMELLIA", 0, 0, enc::CAMELLIA, 0),
    word("MD5", 0, 0, 0, mac::MD5),
    word("SHA1", 0, 0, 0, mac::SHA1),
    word("SHA", 0, 0, 0, mac::SHA1),
    word("SHA256", 0, 0, 0, mac::SHA256),
    word("SHA384", 0, 0, 0, mac::SHA384),
    version("SSLv2", ProtocolVersion::Ssl2),
    version("SSLv3", ProtocolVersion::Ssl3),
    version("TLSv1", ProtocolVersion::Ssl3),
    version("TLSv1.2", ProtocolVersion::Tls12),
    class("EXP", class::LOW),
    class("EXPORT", class::LOW),
    class("EXPORT40", class::LOW),
    class("EXPORT56", class::LOW),
    class("LOW", class::LOW),
    class("MEDIUM", class::MEDIUM),
    class("HIGH", class::HIGH),
    FIPS,
];
