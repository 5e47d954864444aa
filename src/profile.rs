//! Profiles: what a document of a standards body or a company allows a TLS server to negotiate.
//!
//! A profile is data: a TOML file below `profiles/`, compiled in, or one of the user's own of the same
//! shape. Whatever it does not speak about is not looked at.

mod catalogue;
mod choice;
mod read;
mod values;

pub use catalogue::{all, find};
pub use choice::{Choice, UnknownProfile};
pub use read::{Unreadable, read};
pub use values::{KeyType, SuiteClass};

use crate::pki::Key;
use crate::tls::cipher_string::{self, Build};
use crate::tls::cipher_suite::CipherSuite;
use crate::tls::group::NamedGroup;
use crate::tls::openssl::OpenSslVersion;
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};
use crate::tls::security_level::Digest;
use serde::Deserialize;

/// What a document allows.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Profile {
    /// What it is chosen by: `intermediate`; the file's name where a user's file says nothing else.
    #[serde(default)]
    pub name: String,
    /// Which version of it; the newest is meant where none is asked for.
    pub version: Option<String>,
    /// Other names it is known by, all of this version.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// How messages call it: `Mozilla intermediate 6.0`.
    #[serde(default)]
    pub title: String,
    /// The document that its values are taken from.
    pub document: Option<String>,
    /// When that was published.
    pub date: Option<String>,
    /// Where it is to be had.
    pub url: Option<String>,
    /// How sure it is that the document says so.
    #[serde(default)]
    pub confidence: Confidence,
    /// What to keep in mind when it is applied.
    pub caveat: Option<String>,
    /// Protocol versions.
    pub protocols: Option<Protocols>,
    /// Suites up to TLS 1.2.
    pub suites: Option<Suites>,
    /// Suites of TLS 1.3.
    pub tls13_suites: Option<Suites>,
    /// Groups for the key exchange.
    pub groups: Option<Groups>,
    /// Parameters for DHE.
    pub dh: Option<DhParameters>,
    /// Certificates.
    pub certificates: Option<Certificates>,
    /// HSTS.
    pub hsts: Option<HstsAge>,
    /// Whose order of suites rules.
    pub server_preference: Option<ServerPreference>,
}

/// How sure it is that a document says what the profile says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Copied from values published for machines, or a profile of the user's own.
    #[default]
    Exact,
    /// Read from the document or from a program that implements it.
    High,
    /// From what is generally known of the document.
    MediumHigh,
    /// As before, with details that are open.
    Medium,
}

impl Confidence {
    /// The word in profile files.
    pub fn name(self) -> &'static str {
        match self {
            Confidence::Exact => "exact",
            Confidence::High => "high",
            Confidence::MediumHigh => "medium-high",
            Confidence::Medium => "medium",
        }
    }
}

/// Protocol versions.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Protocols {
    /// Where the document says so.
    pub source: Option<String>,
    /// The versions that may be negotiated.
    #[serde(deserialize_with = "values::set")]
    pub allow: ProtocolSet,
}

/// Suites: those listed in either way, or all where none are, without what is weaker or denied.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Suites {
    /// Where the document says so.
    pub source: Option<String>,
    /// The suites that may be negotiated, by name.
    #[serde(default, deserialize_with = "values::some_list")]
    allow: Option<Vec<&'static CipherSuite>>,
    /// The suites that may be negotiated, as a cipher list of OpenSSL's.
    #[serde(default, deserialize_with = "values::cipher_list")]
    openssl: Option<CipherList>,
    /// The least bits of strength.
    #[serde(default)]
    min_bits: u16,
    /// What may not be negotiated.
    #[serde(default, deserialize_with = "values::list")]
    deny: Vec<SuiteClass>,
}

/// A cipher list of OpenSSL's, and what it selects.
#[derive(Debug, Clone)]
pub struct CipherList {
    text: String,
    suites: Vec<&'static CipherSuite>,
}

/// Groups for the key exchange.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Groups {
    /// Where the document says so.
    pub source: Option<String>,
    /// The groups that may be negotiated.
    #[serde(deserialize_with = "values::list")]
    pub allow: Vec<&'static NamedGroup>,
}

/// Parameters for DHE.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct DhParameters {
    /// Where the document says so.
    pub source: Option<String>,
    /// The least bits of the prime.
    pub min_bits: u32,
}

/// Certificates.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Certificates {
    /// Where the document says so.
    pub source: Option<String>,
    /// The kinds of key.
    #[serde(default, deserialize_with = "values::some_list")]
    pub keys: Option<Vec<KeyType>>,
    /// The curves of ECDSA keys.
    #[serde(default, deserialize_with = "values::some_list")]
    pub curves: Option<Vec<&'static NamedGroup>>,
    /// The least bits of an RSA key.
    pub rsa_min_bits: Option<u32>,
    /// The least bits of an ECDSA key.
    pub ec_min_bits: Option<u32>,
    /// The hashes that the issuer may have signed.
    #[serde(default, deserialize_with = "values::some_list")]
    pub hashes: Option<Vec<Digest>>,
}

/// HSTS.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HstsAge {
    /// Where the document says so.
    pub source: Option<String>,
    /// The least `max-age` in seconds.
    pub min_age: u64,
}

/// Whose order of suites rules, up to TLS 1.2.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ServerPreference {
    /// Where the document says so.
    pub source: Option<String>,
    /// Whether it has to be the server's; where it need not, either may.
    pub required: bool,
}

/// How strength is counted: of the releases that give RC4 its 80 bits, and do not take a short tag for
/// a weak key.
const COUNTED_BY: OpenSslVersion = OpenSslVersion::new(3, 0, 0);

/// What cipher lists are expanded by: a build that leaves nothing out, so that nothing which is allowed
/// is taken for unknown.
const EXPANDED_BY: (OpenSslVersion, Build) = (
    OpenSslVersion::new(3, 5, 7),
    Build { idea: true, seed: true, weak_suites: true, legacy_algorithms: true },
);

impl CipherList {
    fn expand(text: &str) -> Option<Self> {
        let (openssl, build) = EXPANDED_BY;
        let expansion = cipher_string::expand_with(text, openssl, build).ok()?;
        let suites = expansion.suites.iter().map(|admitted| admitted.suite).collect();
        Some(CipherList { text: text.to_owned(), suites })
    }
}

impl Suites {
    /// Whether a suite may be negotiated.
    pub fn allows(&self, suite: &CipherSuite) -> bool {
        self.objection(suite).is_none()
    }

    /// Why a suite may not be negotiated; none if it may.
    pub fn objection(&self, suite: &CipherSuite) -> Option<String> {
        let bits = suite.strength_bits(COUNTED_BY);
        if self.is_list() && !self.listed().any(|listed| listed == suite) {
            let count = self.listed().filter(|listed| self.allows(listed)).count();
            return Some(format!("not among the {count} suites that it lists"));
        }
        if bits < self.min_bits {
            return Some(format!("{bits} bits of strength, less than {}", self.min_bits));
        }
        self.deny.iter().find(|class| class.has(suite)).map(|class| format!("`{}` is denied", class.name()))
    }

    /// Whether suites are named one by one.
    pub fn is_list(&self) -> bool {
        self.allow.is_some() || self.openssl.is_some()
    }

    /// A list to paste, in the language of OpenSSL; none where no suites are named, or none are left.
    pub fn list(&self) -> Option<String> {
        if let Some(list) = &self.openssl {
            return Some(list.text.clone());
        }
        let names: Vec<&str> = self.listed().filter(|s| self.allows(s)).filter_map(|s| s.openssl).collect();
        (!names.is_empty()).then(|| names.join(":"))
    }

    /// The suites that are named, in its order.
    pub fn listed(&self) -> impl Iterator<Item = &'static CipherSuite> {
        let expanded = self.openssl.iter().flat_map(|list| &list.suites);
        self.allow.iter().flatten().chain(expanded).copied()
    }
}

impl Certificates {
    /// What of a key lies outside: what it is, and what is asked for instead.
    pub fn objection(&self, key: &Key) -> Option<(String, String)> {
        let kind = KeyType::of(key)?;
        let bits = |least: &Option<u32>| least.filter(|least| key.bits > 0 && key.bits < *least);
        let curve = key.curve().filter(|curve| self.curves.as_ref().is_some_and(|c| !c.contains(curve)));
        if let Some(keys) = self.keys.as_ref().filter(|keys| !keys.contains(&kind)) {
            return Some((
                key.label.clone(),
                format!("a key for {}", values::names(keys.iter().map(|k| k.name()))),
            ));
        }
        if let (KeyType::Rsa, Some(least)) = (kind, bits(&self.rsa_min_bits)) {
            return Some((key.label.clone(), format!("an RSA key of at least {least} bits")));
        }
        match (kind, bits(&self.ec_min_bits), curve) {
            (KeyType::Ecdsa, _, Some(_)) => {
                let curves = self.curves.iter().flatten().map(|curve| curve.name);
                Some((key.label.clone(), format!("a key on {}", values::names(curves))))
            }
            (KeyType::Ecdsa, Some(least), None) => {
                Some((key.label.clone(), format!("an ECDSA key of at least {least} bits")))
            }
            _ => None,
        }
    }
}

impl Profile {
    /// Where a value is from, for messages: ``Mozilla modern 6.0, `tls_versions` ``. Says so where it is
    /// not certain that the document has it exactly so.
    pub fn cite(&self, source: &Option<String>) -> String {
        let source = source.as_ref().map(|source| format!(", {source}")).unwrap_or_default();
        let unsure = match self.confidence {
            Confidence::Exact | Confidence::High => String::new(),
            unsure => format!(" ({} confidence)", unsure.name()),
        };
        format!("{}{source}{unsure}", self.title)
    }

    /// The section about the suites of a version.
    pub fn suites_of(&self, version: ProtocolVersion) -> Option<&Suites> {
        match version {
            ProtocolVersion::Tls13 => self.tls13_suites.as_ref(),
            _ => self.suites.as_ref(),
        }
    }

    /// Whether it says in so many words that a version may be negotiated.
    pub fn accepts_protocol(&self, version: ProtocolVersion) -> bool {
        self.protocols.as_ref().is_some_and(|protocols| protocols.allow.contains(version))
    }

    /// Whether it says that a version may not be negotiated.
    pub fn excludes_protocol(&self, version: ProtocolVersion) -> bool {
        self.protocols.as_ref().is_some_and(|protocols| !protocols.allow.contains(version))
    }

    /// Whether it says in so many words that a suite may be negotiated: it names it.
    pub fn accepts_suite(&self, suite: &CipherSuite) -> bool {
        let section = if suite.tls13() { &self.tls13_suites } else { &self.suites };
        section.as_ref().is_some_and(|suites| suites.is_list() && suites.allows(suite))
    }

    /// Whether it says in so many words that a group may be negotiated.
    pub fn accepts_group(&self, group: &NamedGroup) -> bool {
        self.groups.as_ref().is_some_and(|groups| groups.allow.contains(&group))
    }

    /// Whether it says anything.
    fn is_empty(&self) -> bool {
        let Profile {
            protocols,
            suites,
            tls13_suites,
            groups,
            dh,
            certificates,
            hsts,
            server_preference,
            ..
        } = self;
        protocols.is_none()
            && suites.is_none()
            && tls13_suites.is_none()
            && groups.is_none()
            && dh.is_none()
            && certificates.is_none()
            && hsts.is_none()
            && server_preference.is_none()
    }
}
