//! Lists that speak to another library than OpenSSL, or to a vendor's patch of it.

use super::reader::is_separator;

/// Whose language a list is in, where it is not stock OpenSSL's alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// `PROFILE=SYSTEM`, which Red Hat patches into OpenSSL.
    CryptoPolicy,
    /// Groups of equal preference, `[A|B]`: BoringSSL, AWS-LC.
    BoringSsl,
    /// The keywords `AEAD` and `TLSv1.3`: LibreSSL.
    LibreSsl,
    /// A priority string: GnuTLS.
    GnuTls,
}

impl Dialect {
    /// Whose language a list is in; `None` for OpenSSL's own.
    pub fn of(list: &str) -> Option<Self> {
        if list.starts_with("PROFILE=") {
            return Some(Dialect::CryptoPolicy);
        }
        if list.contains('[') && list.contains('|') {
            return Some(Dialect::BoringSsl);
        }
        let items = || list.split(|c: char| u8::try_from(c).is_ok_and(is_separator));
        if items().flat_map(|item| item.split(['+', '-', '!'])).any(is_libressl) {
            return Some(Dialect::LibreSsl);
        }
        items().any(is_priority).then_some(Dialect::GnuTls)
    }

    /// Whether a word that OpenSSL does not know is one of this dialect.
    pub fn owns(self, word: &str) -> bool {
        match self {
            Dialect::CryptoPolicy => word.starts_with("PROFILE="),
            Dialect::BoringSsl => false,
            Dialect::LibreSsl => is_libressl(word),
            // Most of its words are made of parts that look like others.
            Dialect::GnuTls => true,
        }
    }

    /// The name in machine formats.
    pub fn name(self) -> &'static str {
        match self {
            Dialect::CryptoPolicy => "crypto-policy",
            Dialect::BoringSsl => "boringssl",
            Dialect::LibreSsl => "libressl",
            Dialect::GnuTls => "gnutls",
        }
    }

    /// Whether servers that usually link OpenSSL are also built with a library of this dialect.
    pub fn replaces_openssl(self) -> bool {
        self != Dialect::GnuTls
    }
}

fn is_libressl(word: &str) -> bool {
    matches!(word, "AEAD" | "TLSv1.3")
}

/// Words of priority strings, none of which OpenSSL knows.
fn is_priority(item: &str) -> bool {
    const SETS: [&str; 6] = ["NORMAL", "PERFORMANCE", "PFS", "SECURE128", "SECURE192", "SECURE256"];
    let bare = item.trim_start_matches(['+', '-', '!']);
    SETS.contains(&item) || bare.starts_with("VERS-") || item.starts_with("%SERVER_PRECEDENCE")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dialects_are_told_apart() {
        assert_eq!(Dialect::of("HIGH:!aNULL:@SECLEVEL=1"), None);
        assert_eq!(Dialect::of("PROFILE=SYSTEM"), Some(Dialect::CryptoPolicy));
        assert_eq!(Dialect::of("[AES128-SHA|AES256-SHA]"), Some(Dialect::BoringSsl));
        assert_eq!(Dialect::of("TLSv1.3:TLSv1.2+AEAD+ECDHE"), Some(Dialect::LibreSsl));
        assert_eq!(Dialect::of("NORMAL:-VERS-ALL:+VERS-TLS1.2"), Some(Dialect::GnuTls));
        assert_eq!(Dialect::of("HIGH:-VERS-SSL3.0"), Some(Dialect::GnuTls));
    }
}
