//! What a handshake can end on: the cipher list expanded, levels applied, keys and groups considered.

use super::super::{Presented, Suites};
use super::presented::{has_foreign_chain, key_kinds};
use crate::model::{FileRef, GroupList, LibraryText, Origin, Setting, Spanned, TlsSettings};
use crate::pki::Store;
use crate::target::Target;
use crate::tls::cipher_string::{self, CipherStringError, Expansion};
use crate::tls::cipher_suite::{CipherSuite, KeyExchange};
use crate::tls::group::{self, GroupListErrorKind, NamedGroup};
use crate::tls::negotiable::{KeyKind, ServerOffer, negotiable};
use crate::tls::openssl::OpenSslVersion;
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};
use crate::tls::security_level;
use std::collections::HashMap;
use std::sync::Arc;

/// Why a handshake under Suite B cannot be foretold: it may be refused for the chain's signatures.
pub(super) const SUITE_B: &str = "Suite B also restricts the certificate chain";

/// Why nothing is known of a list for BoringSSL, LibreSSL or Red Hat's OpenSSL.
pub(in super::super) const FOREIGN_LIST: &str = "the cipher list is in another library's dialect";

/// Works handshakes out, remembering what it has expanded before.
pub(super) struct Handshakes<'t> {
    target: &'t Target,
    store: &'t Store,
    expansions: HashMap<String, Arc<Result<Expansion, CipherStringError>>>,
    suites: HashMap<Key, Arc<Suites>>,
}

/// What the suites of a handshake depend on.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    ciphers: String,
    ciphersuites: Option<String>,
    enabled: ProtocolSet,
    level: u8,
    keys: Option<Vec<KeyKind>>,
    dh_params: bool,
    /// No chain is of ECDSA certificates throughout.
    foreign_chain: bool,
    groups: Vec<u16>,
    client: bool,
}

/// What a server offers to a client of one name.
pub(super) struct Offer<'o> {
    pub(super) enabled: &'o Setting<ProtocolSet>,
    pub(super) ciphers: &'o Setting<LibraryText>,
    pub(super) ciphersuites: Option<&'o Setting<LibraryText>>,
    pub(super) groups: &'o Setting<GroupList>,
    pub(super) certificates: &'o [Presented],
    pub(super) dh_params: Option<&'o Setting<FileRef>>,
    /// Code decides at run time.
    pub(super) scripted: bool,
    /// The cipher list whose level counts while the version is chosen, before SNI switches over.
    pub(super) first_level: Option<&'o Setting<LibraryText>>,
}

/// What a handshake meets.
pub(super) struct Handshake {
    pub(super) protocols: Setting<ProtocolSet>,
    pub(super) security_level: Setting<u8>,
    pub(super) suites: Setting<Arc<Suites>>,
    pub(super) suites_error: Option<String>,
    pub(super) groups: Setting<Vec<&'static str>>,
}

impl<'t> Handshakes<'t> {
    pub(super) fn new(target: &'t Target, store: &'t Store) -> Self {
        Handshakes { target, store, expansions: HashMap::new(), suites: HashMap::new() }
    }

    /// What certificate files hold.
    pub(super) fn store(&self) -> &'t Store {
        self.store
    }

    /// The library of the target.
    pub(super) fn openssl(&self) -> OpenSslVersion {
        self.target.openssl
    }

    /// The expansion of a cipher list.
    pub(super) fn expand(&mut self, text: &str) -> Arc<Result<Expansion, CipherStringError>> {
        if let Some(known) = self.expansions.get(text) {
            return known.clone();
        }
        let expansion = Arc::new(self.target.expand(text));
        self.expansions.insert(text.to_owned(), expansion.clone());
        expansion
    }

    /// Whether DHE has parameters. Up to 1.1.1, a prime below the level is passed over in silence.
    fn has_dh(&self, written: Option<&Setting<FileRef>>, level: u8) -> bool {
        let Some(written) = written else { return false };
        let path = written.known().and_then(|file| file.path.as_deref());
        let bits = path.and_then(|path| self.store.dh_bits(path));
        let passes = |bits: u32| bits >= security_level::dh_min_bits(level);
        self.target.openssl.at_least(3, 0, 0) || bits.is_none_or(passes)
    }

    /// The security level that a cipher list leaves in force.
    pub(super) fn level(&mut self, ciphers: &Setting<LibraryText>) -> Setting<u8> {
        let system = self.target.security_level;
        match ciphers {
            Setting::Known { value, origin } => match self.expand(&value.text).as_ref() {
                Ok(Expansion { security_level: Some(level), .. }) => {
                    Setting::Known { value: *level, origin: origin.clone() }
                }
                _ => Setting::Known { value: system, origin: Origin::Default(self.target.to_string()) },
            },
            Setting::Unknown { why, origin } => Setting::Unknown { why: why.clone(), origin: origin.clone() },
        }
    }

    /// The handshake with a server.
    pub(super) fn server(&mut self, offer: &Offer) -> Handshake {
        let level = self.level(offer.ciphers);
        let groups = self.groups(offer.groups);
        let result = self.negotiated(offer, &level, groups.as_ref().ok());
        let (protocols, suites, suites_error) = match result {
            Ok((protocols, suites)) => (protocols, suites, None),
            Err(Refused::Unknown(why)) => {
                let origin = offer.enabled.origin().clone();
                let suites = Setting::Unknown { why: why.clone(), origin: origin.clone() };
                (Setting::Unknown { why, origin }, suites, None)
            }
            Err(Refused::Error(error)) => {
                let origin = offer.ciphers.origin().clone();
                let protocols = Setting::Known { value: ProtocolSet::empty(), origin: origin.clone() };
                (protocols, Setting::Known { value: Arc::default(), origin }, Some(error))
            }
        };
        let groups = self.usable_groups(offer.groups, groups, &protocols, &suites, &level);
        Handshake { protocols, security_level: level, suites, suites_error, groups }
    }

    fn negotiated(
        &mut self,
        offer: &Offer,
        level: &Setting<u8>,
        groups: Option<&Vec<&'static NamedGroup>>,
    ) -> Result<(Setting<ProtocolSet>, Setting<Arc<Suites>>), Refused> {
        if offer.scripted {
            return Err(Refused::Unknown("code decides at run time".to_owned()));
        }
        let enabled = known(offer.enabled)?;
        let ciphers = known(offer.ciphers)?;
        let level = *known(level)?;
        let first_level = match offer.first_level {
            Some(ciphers) => *known(&self.level(ciphers))?,
            None => level,
        };
        let ciphersuites = offer.ciphersuites.map(known).transpose()?;
        let patched = self.target.old_versions_up_to.is_some_and(|up_to| level.max(first_level) > up_to);
        let allowed = |v: &ProtocolVersion| {
            security_level::version_selectable(*v, first_level, self.target.openssl)
                && (*v >= ProtocolVersion::Tls12 || !patched)
        };
        let enabled: ProtocolSet = enabled.iter().filter(allowed).collect();
        let keys = key_kinds(offer.certificates, level);
        let key = Key {
            ciphers: ciphers.text.clone(),
            ciphersuites: ciphersuites.map(|c| c.text.clone()),
            enabled,
            level,
            keys: keys.clone(),
            dh_params: self.has_dh(offer.dh_params, level),
            foreign_chain: offer.certificates.iter().all(has_foreign_chain),
            groups: groups.map(|g| g.iter().map(|g| g.id).collect()).unwrap_or_default(),
            client: false,
        };
        let protocols_of = |suites: &Suites| -> ProtocolSet { suites.keys().copied().collect() };
        let origin = offer.enabled.origin().clone();
        let suites_origin = offer.ciphers.origin().clone();
        if keys.is_some() {
            let suites = self.suites(key, groups)?;
            let protocols = Setting::Known { value: protocols_of(&suites), origin };
            return Ok((protocols, Setting::Known { value: suites, origin: suites_origin }));
        }
        // Whatever the key turns out to be, versions that work with either kind work.
        let rsa = self.suites(key.with_keys(KeyKind::Rsa), groups)?;
        let ecdsa = self.suites(key.with_keys(KeyKind::Ecdsa), groups)?;
        let why = "the type of the certificate's key is not known".to_owned();
        let suites = Setting::Unknown { why: why.clone(), origin: suites_origin };
        let (with_rsa, with_ecdsa) = (protocols_of(&rsa), protocols_of(&ecdsa));
        Ok(match with_rsa == with_ecdsa {
            true => (Setting::Known { value: with_rsa, origin }, suites),
            false => (Setting::Unknown { why, origin }, suites),
        })
    }

    fn suites(
        &mut self,
        key: Key,
        groups: Option<&Vec<&'static NamedGroup>>,
    ) -> Result<Arc<Suites>, Refused> {
        if let Some(known) = self.suites.get(&key) {
            return Ok(known.clone());
        }
        let openssl = self.target.openssl;
        let expansion = self.expand(&key.ciphers);
        let listed: Vec<&'static CipherSuite> = match expansion.as_ref() {
            // Suite B takes chains of ECDSA certificates only (RFC 6460), and restricts them further.
            Ok(expansion) if expansion.suite_b => {
                if key.keys.as_ref().is_some_and(|keys| !keys.contains(&KeyKind::Ecdsa)) || key.foreign_chain
                {
                    return Ok(Arc::default());
                }
                return Err(Refused::Unknown(SUITE_B.to_owned()));
            }
            Ok(expansion) if expansion.promised => expansion.suites.iter().map(|a| a.suite).collect(),
            Ok(_) => {
                return Err(Refused::Unknown(FOREIGN_LIST.to_owned()));
            }
            Err(error) if !error.promised => {
                return Err(Refused::Unknown(FOREIGN_LIST.to_owned()));
            }
            Err(error) => return Err(Refused::Error(error.kind.reason().to_owned())),
        };
        let listed13 = match &key.ciphersuites {
            None => openssl.default_ciphersuites(),
            Some(text) => cipher_string::ciphersuites(text, openssl)
                .map_err(|error| Refused::Error(error.kind.reason().to_owned()))?,
        };
        // Without a suite for the highest version, a server refuses all (`tls_setup_handshake`).
        let serves = |v: ProtocolVersion| {
            listed.iter().chain(&listed13).any(|s| s.min_protocol <= v && v <= s.max_protocol)
        };
        let highest = key.enabled.intersect(openssl.protocols()).iter().last();
        if !key.client && openssl.at_least(1, 1, 1) && highest.is_some_and(|v| !serves(v)) {
            return Ok(Arc::default());
        }
        let offer = ServerOffer {
            enabled: key.enabled,
            suites: &listed,
            suites13: &listed13,
            level: key.level,
            openssl,
            auths: key.keys.as_deref(),
            dh_params: Some(key.dh_params),
            client: key.client,
            groups: groups.map(Vec::as_slice),
        };
        let suites: Arc<Suites> = Arc::new(negotiable(&offer).into_iter().collect());
        self.suites.insert(key, suites.clone());
        Ok(suites)
    }

    fn groups(&self, groups: &Setting<GroupList>) -> Result<Vec<&'static NamedGroup>, Refused> {
        match known(groups)? {
            GroupList::Auto => Ok(self.target.openssl.default_groups()),
            GroupList::List(list) => group::parse_list(&list.text, self.target.openssl)
                .map_err(|_| Refused::Error("the list of groups is refused".to_owned())),
        }
    }

    /// The word for which the library refuses a server's list of groups. Without a certificate there
    /// is nothing that loads the list, unless handshakes are refused.
    pub(super) fn refused_group(&self, tls: &TlsSettings) -> Option<Spanned> {
        if tls.certificates.is_empty() && !tls.reject_handshake.is(&true) {
            return None;
        }
        let GroupList::List(list) = tls.groups.known()? else { return None };
        let error = group::parse_list(&list.text, self.target.openssl).err()?;
        let text = list.text[error.at.clone()].to_owned();
        // Names that other libraries and providers bring are theirs to judge.
        let foreign = error.kind == GroupListErrorKind::Unknown && group::is_foreign(&text);
        let span = list.part(error.at).or_else(|| tls.groups.span())?;
        (!foreign).then_some(Spanned { text, span })
    }

    /// The groups that the versions and suites left over have a use for.
    fn usable_groups(
        &self,
        written: &Setting<GroupList>,
        groups: Result<Vec<&'static NamedGroup>, Refused>,
        protocols: &Setting<ProtocolSet>,
        suites: &Setting<Arc<Suites>>,
        level: &Setting<u8>,
    ) -> Setting<Vec<&'static str>> {
        let library = format!("OpenSSL {}", self.target.openssl);
        let origin = match written.known() {
            Some(GroupList::Auto) => written.origin().clone().defaulting_to(&library),
            _ => written.origin().clone(),
        };
        let groups = match groups {
            Ok(groups) => groups,
            Err(Refused::Unknown(why) | Refused::Error(why)) => return Setting::Unknown { why, origin },
        };
        let Some(protocols) = protocols.known() else {
            return Setting::Unknown { why: "the protocols are not known".to_owned(), origin };
        };
        let tls13 = protocols.contains(ProtocolVersion::Tls13);
        let older = match suites.known() {
            Some(suites) => suites
                .iter()
                .filter(|(version, _)| **version < ProtocolVersion::Tls13)
                .any(|(_, suites)| suites.iter().any(|s| s.kx == KeyExchange::Ecdhe)),
            None => protocols.iter().any(|v| v < ProtocolVersion::Tls13),
        };
        let level = level.known().copied().unwrap_or_default();
        let allowed = |g: &NamedGroup| security_level::group_allowed(g, level, self.target.openssl);
        let usable = groups.into_iter().filter(|g| (tls13 && g.tls13) || (older && g.tls12));
        let usable = usable.filter(|g| allowed(g));
        Setting::Known { value: usable.map(|g| g.name).collect(), origin }
    }

    /// What a proxy's own ClientHello offers, by version.
    pub(super) fn client(
        &mut self,
        enabled: &Setting<ProtocolSet>,
        ciphers: &Setting<LibraryText>,
        ciphersuites: Option<&Setting<LibraryText>>,
    ) -> Handshake {
        // A client knows nothing of keys, and DHE parameters are the server's.
        let level = self.level(ciphers);
        let origin = enabled.origin().clone();
        let result = (|| {
            let key = Key {
                ciphers: known(ciphers)?.text.clone(),
                ciphersuites: ciphersuites.map(known).transpose()?.map(|c| c.text.clone()),
                enabled: *known(enabled)?,
                level: *known(&level)?,
                keys: None,
                dh_params: true,
                foreign_chain: false,
                groups: Vec::new(),
                client: true,
            };
            self.suites(key, None)
        })();
        let groups = Setting::Unknown { why: "chosen by the library".to_owned(), origin: origin.clone() };
        match result {
            Ok(mut suites) => {
                let protocols = self.finished(&suites, &level);
                // What is offered is offered for the versions that work, if any do.
                if !protocols.is_empty() && suites.keys().any(|v| !protocols.contains(*v)) {
                    Arc::make_mut(&mut suites).retain(|version, _| protocols.contains(*version));
                }
                Handshake {
                    protocols: Setting::Known { value: protocols, origin },
                    security_level: level,
                    suites: Setting::Known { value: suites, origin: ciphers.origin().clone() },
                    suites_error: None,
                    groups,
                }
            }
            Err(Refused::Unknown(why)) => Handshake {
                protocols: Setting::Unknown { why: why.clone(), origin: origin.clone() },
                security_level: level,
                suites: Setting::Unknown { why, origin },
                suites_error: None,
                groups,
            },
            Err(Refused::Error(error)) => Handshake {
                protocols: Setting::Known { value: ProtocolSet::empty(), origin: origin.clone() },
                security_level: level,
                suites: Setting::Known { value: Arc::default(), origin },
                suites_error: Some(error),
                groups,
            },
        }
    }

    /// The versions that a client's handshakes can end on. Where old ones may not sign with SHA-1, they
    /// need a list in which the server signs nothing, whatever it chooses (measured with 3.0).
    fn finished(&self, suites: &Suites, level: &Setting<u8>) -> ProtocolSet {
        let level = level.known().copied().unwrap_or_default();
        let allowed = |v: &ProtocolVersion| security_level::protocol_allowed(*v, level, self.target.openssl);
        let signs_nothing = |suites: &[&CipherSuite]| suites.iter().all(|s| s.kx == KeyExchange::Rsa);
        let finishes = suites.iter().filter(|(version, suites)| allowed(version) || signs_nothing(suites));
        finishes.map(|(version, _)| *version).collect()
    }
}

impl Key {
    fn with_keys(&self, kind: KeyKind) -> Key {
        Key { keys: Some(vec![kind]), ..self.clone() }
    }
}

/// Why there is no answer.
enum Refused {
    /// It cannot be known.
    Unknown(String),
    /// The library refuses at start.
    Error(String),
}

fn known<T>(setting: &Setting<T>) -> Result<&T, Refused> {
    match setting {
        Setting::Known { value, .. } => Ok(value),
        Setting::Unknown { why, .. } => Err(Refused::Unknown(why.clone())),
    }
}
