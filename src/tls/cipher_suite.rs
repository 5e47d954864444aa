//! Cipher suites: their two names, what they are made of, and who has them.

use super::openssl::OpenSslVersion;
use super::protocol::ProtocolVersion;
use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

mod names;
#[rustfmt::skip]
mod table;

/// A cipher suite. TLS 1.3 suites fix neither key exchange nor authentication ([`KeyExchange::Any`]).
#[derive(Debug)]
pub struct CipherSuite {
    /// Its number on the wire.
    pub id: u16,
    /// Its name in the IANA registry, or the customary `TLS_…` name where IANA lists none.
    pub iana: &'static str,
    /// Its name in OpenSSL, where that has or had it.
    pub openssl: Option<&'static str>,
    /// Further names OpenSSL takes for it.
    pub aliases: &'static [&'static str],
    /// How the keys are agreed upon.
    pub kx: KeyExchange,
    /// What proves the server's identity.
    pub auth: Authentication,
    /// How records are encrypted.
    pub enc: Encryption,
    /// How records are authenticated.
    pub mac: Mac,
    /// First version it may be used with, by OpenSSL's tables (`min_tls`).
    pub min_protocol: ProtocolVersion,
    /// Last version it may be used with.
    pub max_protocol: ProtocolVersion,
    /// The IANA registry's "Recommended" column, with the changes of RFC 9847.
    pub recommended: Recommended,
    bits: u16,
    flags: u8,
}

/// The "Recommended" column of the IANA registry (RFC 8447, RFC 9847).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Recommended {
    /// `Y`.
    Yes,
    /// `N`: not evaluated or of limited use.
    No,
    /// `D`: discouraged.
    Discouraged,
    /// Not in the registry.
    Unlisted,
}

/// Key exchange of a suite; the grain is that of OpenSSL's `algorithm_mkey`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[rustfmt::skip]
#[allow(missing_docs)] // the registry's words
pub enum KeyExchange {
    Null, Rsa, Dhe, Ecdhe, Psk, RsaPsk, DhePsk, EcdhePsk, Srp, Gost, Krb5, EccPwd,
    /// Static Diffie-Hellman with a certificate signed by DSS.
    DhDss,
    /// Static Diffie-Hellman with a certificate signed by RSA.
    DhRsa,
    EcdhEcdsa, EcdhRsa,
    /// Negotiated apart from the suite: TLS 1.3.
    Any,
}

/// Authentication of a suite; the grain is that of OpenSSL's `algorithm_auth`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the registry's words
#[rustfmt::skip]
pub enum Authentication {
    /// None: anonymous.
    Null,
    Rsa, Dss, Ecdsa, Psk, Srp, Gost, Krb5, EccPwd,
    /// A certificate that itself carries a Diffie-Hellman key.
    Dh,
    /// A certificate whose EC key is used for key agreement.
    Ecdh,
    /// Negotiated apart from the suite: TLS 1.3.
    Any,
}

/// Encryption of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[rustfmt::skip]
#[allow(missing_docs)] // the registry's words
pub enum Encryption {
    Null, Rc4, Rc2, Des, TripleDes, Idea, Seed,
    Aes128Cbc, Aes256Cbc, Aes128Gcm, Aes256Gcm, Aes128Ccm, Aes256Ccm, Aes128Ccm8, Aes256Ccm8,
    Camellia128Cbc, Camellia256Cbc, Camellia128Gcm, Camellia256Gcm,
    Aria128Cbc, Aria256Cbc, Aria128Gcm, Aria256Gcm, Chacha20Poly1305,
    Gost28147, KuznyechikCtr, KuznyechikMgm, MagmaCtr, MagmaMgm, Sm4Gcm, Sm4Ccm, Aegis256, Aegis128L,
}

/// Authentication of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[rustfmt::skip]
#[allow(missing_docs)] // the registry's words
pub enum Mac { Null, Md5, Sha1, Sha256, Sha384, Gost, /** Part of the encryption. */ Aead }

/// Finds a suite by its OpenSSL name, an OpenSSL alias or its IANA name, in exactly this case.
pub fn by_name(name: &str) -> Option<&'static CipherSuite> {
    static NAMES: LazyLock<HashMap<&str, &CipherSuite>> = LazyLock::new(|| {
        let names =
            |s: &'static CipherSuite| s.openssl.into_iter().chain([s.iana]).chain(s.aliases.iter().copied());
        table::SUITES.iter().flat_map(|s| names(s).map(move |n| (n, s))).collect()
    });
    NAMES.get(name).copied()
}

/// Finds a suite by its number.
pub fn by_id(id: u16) -> Option<&'static CipherSuite> {
    table::SUITES.binary_search_by_key(&id, |s| s.id).ok().and_then(|i| table::SUITES.get(i))
}

/// Every suite known here, by ascending number.
pub fn all() -> impl DoubleEndedIterator<Item = &'static CipherSuite> {
    table::SUITES.iter()
}

impl CipherSuite {
    /// The name to show: OpenSSL's where it has one, else IANA's.
    pub fn name(&self) -> &'static str {
        self.openssl.unwrap_or(self.iana)
    }

    /// Whether it belongs to TLS 1.3.
    pub fn tls13(&self) -> bool {
        self.min_protocol == ProtocolVersion::Tls13
    }

    /// Whether encryption and integrity are one (GCM, CCM, ChaCha20-Poly1305).
    pub fn aead(&self) -> bool {
        self.mac == Mac::Aead
    }

    /// Whether a stolen long-term key leaves past sessions closed.
    pub fn forward_secrecy(&self) -> bool {
        use KeyExchange::*;
        matches!(self.kx, Dhe | Ecdhe | DhePsk | EcdhePsk | EccPwd | Any)
    }

    /// Whether nothing proves the server's identity.
    pub fn anonymous(&self) -> bool {
        self.auth == Authentication::Null
    }

    /// Whether nothing is encrypted.
    pub fn null_encryption(&self) -> bool {
        self.enc == Encryption::Null
    }

    /// Whether it was weakened on purpose for export.
    pub fn export(&self) -> bool {
        self.iana.contains("_EXPORT")
    }

    /// Whether it wants a shared secret besides certificates (PSK, SRP).
    pub fn preshared(&self) -> bool {
        use KeyExchange::*;
        matches!(self.kx, Psk | RsaPsk | DhePsk | EcdhePsk | Srp | EccPwd)
    }

    /// Whether it is a block cipher in CBC mode.
    pub fn cbc(&self) -> bool {
        use Encryption::*;
        matches!(
            self.enc,
            Rc2 | Des
                | TripleDes
                | Idea
                | Seed
                | Aes128Cbc
                | Aes256Cbc
                | Camellia128Cbc
                | Camellia256Cbc
                | Aria128Cbc
                | Aria256Cbc
        )
    }

    /// Whether its blocks are 64 bits wide (Sweet32, CVE-2016-2183).
    pub fn small_blocks(&self) -> bool {
        use Encryption::*;
        matches!(self.enc, Rc2 | Des | TripleDes | Idea | Gost28147)
    }

    /// Whether HTTP/2 prohibits it: RFC 9113, Appendix A.
    pub fn http2_prohibited(&self) -> bool {
        self.flags & table_flags::NO_H2 != 0
    }

    /// OpenSSL's `strength_bits`, which `@STRENGTH` sorts by and security levels compare.
    ///
    /// CCM with the short tag counts 64 bits and RC4 80 since 3.2; both counted as much as their keys
    /// before. (`s3_lib.c` of these releases.)
    pub fn strength_bits(&self, openssl: OpenSslVersion) -> u16 {
        use Encryption::*;
        match self.enc {
            Aes128Ccm8 if !openssl.at_least(3, 2, 0) => 128,
            Aes256Ccm8 if !openssl.at_least(3, 2, 0) => 256,
            Rc4 if !openssl.at_least(3, 2, 0) && !self.export() => 128,
            _ => self.bits,
        }
    }

    /// Whether OpenSSL's own table has it in this release, compiled in or not.
    pub(crate) fn in_openssl(&self, openssl: OpenSslVersion) -> bool {
        use Encryption::*;
        if !openssl.at_least(1, 1, 0) {
            return self.flags & table_flags::OLD != 0;
        }
        let since = match self.enc {
            Sm4Gcm | Sm4Ccm => openssl.at_least(4, 0, 0),
            Aria128Gcm | Aria256Gcm => openssl.at_least(1, 1, 1),
            Null if self.tls13() => openssl.at_least(3, 4, 0),
            _ => !self.tls13() || openssl.tls13(),
        };
        since && self.flags & table_flags::NEW != 0
    }

    /// OpenSSL's `SSL_FIPS`: a mark in the table that the keyword FIPS selects, no certificate.
    pub(super) fn fips(&self) -> bool {
        self.flags & table_flags::FIPS != 0
    }

    /// OpenSSL's `SSL_NOT_DEFAULT`: outside DEFAULT though in ALL.
    pub(super) fn not_default(&self) -> bool {
        self.flags & table_flags::EXTRA != 0
    }
}

impl fmt::Display for CipherSuite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// There is one `CipherSuite` for each number.
impl PartialEq for CipherSuite {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for CipherSuite {}

impl std::hash::Hash for CipherSuite {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

/// The marks used in the table.
mod table_flags {
    /// In the table of OpenSSL 1.0.2.
    pub const OLD: u8 = 1;
    /// In the tables of OpenSSL since 1.1.0 (or later, see `in_openssl`).
    pub const NEW: u8 = 2;
    /// `SSL_FIPS`.
    pub const FIPS: u8 = 4;
    /// `SSL_NOT_DEFAULT`.
    pub const EXTRA: u8 = 8;
    /// In Appendix A of RFC 9113.
    pub const NO_H2: u8 = 16;
    /// None of these.
    pub const NONE: u8 = 0;
}

/// One row of the table.
#[allow(clippy::too_many_arguments)] // columns
const fn suite(
    id: u16,
    iana: &'static str,
    openssl: Option<&'static str>,
    aliases: &'static [&'static str],
    kx: KeyExchange,
    auth: Authentication,
    enc: Encryption,
    mac: Mac,
    bits: u16,
    min_protocol: ProtocolVersion,
    max_protocol: ProtocolVersion,
    recommended: Recommended,
    flags: u8,
) -> CipherSuite {
    CipherSuite {
        id,
        iana,
        openssl,
        aliases,
        kx,
        auth,
        enc,
        mac,
        min_protocol,
        max_protocol,
        recommended,
        bits,
        flags,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_ordered_and_every_name_leads_back() {
        assert!(table::SUITES.is_sorted_by(|a, b| a.id < b.id));
        for suite in all() {
            assert_eq!(by_id(suite.id), Some(suite));
            assert_eq!(by_name(suite.name()), Some(suite));
            assert_eq!(by_name(suite.iana), Some(suite));
        }
    }

    #[test]
    fn both_spellings_name_one_suite() {
        let suite = by_name("ECDHE-RSA-AES128-GCM-SHA256");
        assert_eq!(suite, by_name("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"));
        assert_eq!(
            suite.map(|s| (s.id, s.aead(), s.forward_secrecy(), s.http2_prohibited())),
            Some((0xc02f, true, true, false))
        );
    }
}
