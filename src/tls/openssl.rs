//! OpenSSL's releases and what each of them does.

use super::group::{self, NamedGroup};
use super::protocol::{ProtocolSet, ProtocolVersion};
use super::{CipherSuite, cipher_suite};
use std::fmt;
use std::str::FromStr;

/// A release of OpenSSL: `1.1.1w`, `3.5.7`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpenSslVersion {
    /// First number.
    pub major: u8,
    /// Second number.
    pub minor: u8,
    /// Third number; 0 where only `3.5` was said.
    pub patch: u8,
    /// The letter of releases before 3.0 as a number: none 0, `a` 1, `z` 26, `za` 27.
    pub letter: u8,
}

impl OpenSslVersion {
    /// A release without a letter.
    pub const fn new(major: u8, minor: u8, patch: u8) -> Self {
        OpenSslVersion { major, minor, patch, letter: 0 }
    }

    /// Whether this is `major.minor.patch` or later, whatever the letter.
    pub const fn at_least(self, major: u8, minor: u8, patch: u8) -> bool {
        if self.major != major {
            return self.major > major;
        }
        if self.minor != minor {
            return self.minor > minor;
        }
        self.patch >= patch
    }

    /// Whether TLS 1.3 exists: since 1.1.1 (CHANGES, "Support for TLSv1.3 added").
    pub const fn tls13(self) -> bool {
        self.at_least(1, 1, 1)
    }

    /// Versions a default build can speak. SSL 2.0 went with 1.1.0 and was off since 1.0.2g; SSL 3.0
    /// is `no-ssl3` by default since 1.1.0 and its code went with 4.0 (CHANGES).
    pub fn protocols(self) -> ProtocolSet {
        use ProtocolVersion::*;
        let mut all = ProtocolSet::of(&[Tls10, Tls11, Tls12]);
        if self.tls13() {
            all.insert(Tls13);
        }
        if !self.at_least(1, 1, 0) {
            all.insert(Ssl3);
        }
        all
    }

    /// Whether `@SECLEVEL` and security levels exist: since 1.1.0.
    pub const fn security_levels(self) -> bool {
        self.at_least(1, 1, 0)
    }

    /// Security level of the upstream build: 1, since 3.2 it is 2 (CHANGES). Before 1.1.0 there was
    /// none, which is what level 0 does. Debian and Ubuntu build 1.1.1 and 3.x with 2.
    pub const fn default_security_level(self) -> u8 {
        match () {
            () if !self.security_levels() => 0,
            () if self.at_least(3, 2, 0) => 2,
            () => 1,
        }
    }

    /// Whether servers agree on finite fields for DHE up to TLS 1.2, as RFC 7919 has it: since 4.0 (CHANGES;
    /// measured). Parameters are not needed then, and serve only clients that offer no such group.
    pub const fn finite_fields_before_tls13(self) -> bool {
        self.at_least(4, 0, 0)
    }

    /// Whether cipher lists know suites by their IANA names: since 3.2 (CHANGES).
    pub const fn iana_names_in_cipher_lists(self) -> bool {
        self.at_least(3, 2, 0)
    }

    /// Whether names in cipher lists and TLS 1.3 lists match in any case: since 4.0 (measured).
    pub const fn case_insensitive_suite_names(self) -> bool {
        self.at_least(4, 0, 0)
    }

    /// The TLS 1.3 suites offered when nothing is configured (`OSSL_default_ciphersuites`); empty
    /// before 1.1.1.
    pub fn default_ciphersuites(self) -> Vec<&'static CipherSuite> {
        let ids: &[u16] = if self.tls13() { &[0x1302, 0x1303, 0x1301] } else { &[] };
        ids.iter().filter_map(|id| cipher_suite::by_id(*id)).collect()
    }

    /// The cipher list used when nothing is configured (`OSSL_default_cipher_list`).
    pub const fn default_cipher_list(self) -> &'static str {
        if self.at_least(1, 1, 0) {
            "ALL:!COMPLEMENTOFDEFAULT:!eNULL"
        } else {
            "ALL:!EXPORT:!LOW:!aNULL:!eNULL:!SSLv2"
        }
    }

    /// The groups offered when nothing is configured, most preferred first.
    pub fn default_groups(self) -> Vec<&'static NamedGroup> {
        group::default_list(self)
    }
}

impl FromStr for OpenSslVersion {
    type Err = ();

    /// Reads `1.1.1w`, `3.0.22` or `3.5`.
    fn from_str(text: &str) -> Result<Self, ()> {
        let digits = text.trim_end_matches(|c: char| c.is_ascii_lowercase());
        let letter = match &text.as_bytes()[digits.len()..] {
            [] => 0,
            [c] => c - b'a' + 1,
            [b'z', c] => 26 + c - b'a' + 1,
            _ => return Err(()),
        };
        let mut numbers = digits.split('.').map(|n| match n.as_bytes().first() {
            Some(c) if c.is_ascii_digit() => n.parse::<u8>().map_err(|_| ()),
            _ => Err(()),
        });
        let version = OpenSslVersion {
            major: numbers.next().ok_or(())??,
            minor: numbers.next().ok_or(())??,
            patch: numbers.next().unwrap_or(Ok(0))?,
            letter,
        };
        if numbers.next().is_some() { Err(()) } else { Ok(version) }
    }
}

impl fmt::Display for OpenSslVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)?;
        match self.letter {
            0 => Ok(()),
            n @ 1..=26 => write!(f, "{}", (b'a' + n - 1) as char),
            n => write!(f, "z{}", (b'a' + (n - 27) % 26) as char),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_compared_and_written() {
        let v = |s: &str| s.parse::<OpenSslVersion>();
        for text in ["1.0.2u", "1.1.1", "1.1.1w", "3.0.22", "1.0.2zk"] {
            assert_eq!(v(text).map(|v| v.to_string()), Ok(text.to_string()));
        }
        assert_eq!(v("3.5"), Ok(OpenSslVersion::new(3, 5, 0)));
        assert!(v("1.0.2zk") > v("1.0.2u") && v("1.1.1") < v("1.1.1a") && v("3.0.22") < v("3.2.0"));
        for wrong in ["", "3", "3.x", "3.0.1.2", "+3.0", "3.0.300", "1.1.1abc", "é.1"] {
            assert_eq!(v(wrong), Err(()), "{wrong}");
        }
    }
}
