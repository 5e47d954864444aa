//! Names in profile files, each read into what it means; what is none is answered with the nearest.

use super::CipherList;
use crate::nearest::nearest;
use crate::pki::Key;
use crate::tls::cipher_suite::{self, CipherSuite, Encryption, Mac};
use crate::tls::group::{self, NamedGroup};
use crate::tls::negotiable::KeyKind;
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};
use crate::tls::security_level::Digest;
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// A value that goes by a name.
pub(super) trait FromName: Sized {
    /// What it is, with an article.
    const WHAT: &'static str;
    /// The value of a name.
    fn from_name(name: &str) -> Option<Self>;
    /// The names there are.
    fn names() -> Vec<&'static str>;
}

/// Reads one name. The error is raised while the text itself is read, so that it points at it.
struct Name<T>(T);

impl<'de, T: FromName> Deserialize<'de> for Name<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader<T>(PhantomData<T>);
        impl<T: FromName> Visitor<'_> for Reader<T> {
            type Value = Name<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "the name of {}", T::WHAT)
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Name<T>, E> {
                T::from_name(name).map(Name).ok_or_else(|| {
                    let near = nearest(name, T::names());
                    let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
                    E::custom(format!("`{name}` is not the name of {}{near}", T::WHAT))
                })
            }
        }
        deserializer.deserialize_str(Reader(PhantomData))
    }
}

/// A list of names.
pub(super) fn list<'de, D: Deserializer<'de>, T: FromName>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Ok(Vec::<Name<T>>::deserialize(deserializer)?.into_iter().map(|name| name.0).collect())
}

/// A list of names that may be absent.
pub(super) fn some_list<'de, D: Deserializer<'de>, T: FromName>(
    deserializer: D,
) -> Result<Option<Vec<T>>, D::Error> {
    list(deserializer).map(Some)
}

/// Versions.
pub(super) fn set<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ProtocolSet, D::Error> {
    Ok(list(deserializer)?.into_iter().collect())
}

/// A cipher list of OpenSSL's.
pub(super) fn cipher_list<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<CipherList>, D::Error> {
    struct Reader;
    impl Visitor<'_> for Reader {
        type Value = CipherList;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a cipher list of OpenSSL's")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<CipherList, E> {
            CipherList::expand(text).ok_or_else(|| E::custom("OpenSSL refuses this list of suites"))
        }
    }
    deserializer.deserialize_str(Reader).map(Some)
}

/// `a`, `a or b`, `a, b or c`.
pub(super) fn names(items: impl Iterator<Item = &'static str>) -> String {
    let mut items: Vec<&str> = items.collect();
    match (items.pop(), items.is_empty()) {
        (None, _) => "none".to_owned(),
        (Some(last), true) => last.to_owned(),
        (Some(last), false) => format!("{} or {last}", items.join(", ")),
    }
}

impl FromName for ProtocolVersion {
    const WHAT: &'static str = "a protocol version";

    fn from_name(name: &str) -> Option<Self> {
        ProtocolVersion::parse(name)
    }

    fn names() -> Vec<&'static str> {
        ProtocolVersion::ALL.iter().map(|version| version.name()).collect()
    }
}

impl FromName for &'static CipherSuite {
    const WHAT: &'static str = "a cipher suite";

    fn from_name(name: &str) -> Option<Self> {
        cipher_suite::by_name(name)
    }

    fn names() -> Vec<&'static str> {
        cipher_suite::all().flat_map(|suite| suite.openssl.into_iter().chain([suite.iana])).collect()
    }
}

impl FromName for &'static NamedGroup {
    const WHAT: &'static str = "a group";

    fn from_name(name: &str) -> Option<Self> {
        group::by_name(name)
    }

    fn names() -> Vec<&'static str> {
        group::all().map(|group| group.name).collect()
    }
}

impl FromName for Digest {
    const WHAT: &'static str = "a hash";

    fn from_name(name: &str) -> Option<Self> {
        Digest::ALL.into_iter().find(|digest| digest.name() == name)
    }

    fn names() -> Vec<&'static str> {
        Digest::ALL.iter().map(|digest| digest.name()).collect()
    }
}

/// The kind of a certificate's key, as profiles tell them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyType {
    /// RSA, restricted to PSS or not.
    Rsa,
    /// ECDSA.
    Ecdsa,
    /// Ed25519.
    Ed25519,
    /// Ed448.
    Ed448,
    /// DSA.
    Dsa,
    /// ML-DSA-44.
    MlDsa44,
    /// ML-DSA-65.
    MlDsa65,
    /// ML-DSA-87.
    MlDsa87,
}

impl KeyType {
    const ALL: [(KeyType, &'static str, &'static str); 8] = [
        (KeyType::Rsa, "rsa", "RSA"),
        (KeyType::Ecdsa, "ecdsa", "ECDSA"),
        (KeyType::Ed25519, "ed25519", "Ed25519"),
        (KeyType::Ed448, "ed448", "Ed448"),
        (KeyType::Dsa, "dsa", "DSA"),
        (KeyType::MlDsa44, "mldsa44", "ML-DSA-44"),
        (KeyType::MlDsa65, "mldsa65", "ML-DSA-65"),
        (KeyType::MlDsa87, "mldsa87", "ML-DSA-87"),
    ];

    /// The kind of a key; none of those that are not known here.
    pub fn of(key: &Key) -> Option<Self> {
        match key.kind {
            Some(KeyKind::Rsa | KeyKind::RsaPss) => Some(KeyType::Rsa),
            Some(KeyKind::Ecdsa) => Some(KeyType::Ecdsa),
            Some(KeyKind::Dsa) => Some(KeyType::Dsa),
            _ => Self::ALL.iter().find(|(_, _, label)| *label == key.label).map(|(kind, ..)| *kind),
        }
    }

    /// As messages call it.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kind, ..)| *kind == self).map_or("", |(_, _, label)| label)
    }
}

impl FromName for KeyType {
    const WHAT: &'static str = "a kind of key";

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, word, _)| *word == name).map(|(kind, ..)| *kind)
    }

    fn names() -> Vec<&'static str> {
        Self::ALL.iter().map(|(_, word, _)| *word).collect()
    }
}

/// A property of suites that a profile may deny.
#[derive(Debug, Clone, Copy)]
pub struct SuiteClass {
    name: &'static str,
    has: fn(&CipherSuite) -> bool,
}

#[rustfmt::skip]
const CLASSES: [SuiteClass; 18] = {
    use Encryption::*;
    [
        SuiteClass { name: "null", has: |s| s.null_encryption() },
        SuiteClass { name: "anonymous", has: |s| s.anonymous() },
        SuiteClass { name: "export", has: |s| s.export() },
        SuiteClass { name: "rc2", has: |s| s.enc == Rc2 },
        SuiteClass { name: "rc4", has: |s| s.enc == Rc4 },
        SuiteClass { name: "des", has: |s| s.enc == Des },
        SuiteClass { name: "3des", has: |s| s.enc == TripleDes },
        SuiteClass { name: "idea", has: |s| s.enc == Idea },
        SuiteClass { name: "seed", has: |s| s.enc == Seed },
        SuiteClass { name: "camellia", has: |s| matches!(s.enc, Camellia128Cbc | Camellia256Cbc | Camellia128Gcm | Camellia256Gcm) },
        SuiteClass { name: "aria", has: |s| matches!(s.enc, Aria128Cbc | Aria256Cbc | Aria128Gcm | Aria256Gcm) },
        SuiteClass { name: "chacha20", has: |s| s.enc == Chacha20Poly1305 },
        SuiteClass { name: "gost", has: |s| matches!(s.enc, Gost28147 | KuznyechikCtr | KuznyechikMgm | MagmaCtr | MagmaMgm) },
        SuiteClass { name: "sm4", has: |s| matches!(s.enc, Sm4Gcm | Sm4Ccm) },
        SuiteClass { name: "md5", has: |s| s.mac == Mac::Md5 },
        SuiteClass { name: "sha1", has: |s| s.mac == Mac::Sha1 },
        SuiteClass { name: "cbc", has: |s| s.cbc() },
        // The key exchange rests on the certificate's key alone.
        SuiteClass { name: "static-key", has: |s| !s.forward_secrecy() },
    ]
};

impl SuiteClass {
    /// The word in profile files.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Whether a suite has the property.
    pub fn has(&self, suite: &CipherSuite) -> bool {
        (self.has)(suite)
    }
}

impl FromName for SuiteClass {
    const WHAT: &'static str = "a property of suites";

    fn from_name(name: &str) -> Option<Self> {
        CLASSES.into_iter().find(|class| class.name == name)
    }

    fn names() -> Vec<&'static str> {
        CLASSES.iter().map(|class| class.name).collect()
    }
}
