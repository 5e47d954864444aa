//! What a handshake can end on: the cipher list expanded, levels applied, keys and groups considered.

mod groups;
mod suite_b;

use super::super::expansions::Expansions;
use super::super::{DhParams, Expanded, Presented, Shortfalls, Suites, SuitesByKey};
use super::presented::key_kinds;
use crate::model::{FileRef, GroupList, LibraryText, Origin, Setting, TlsSettings};
use crate::pki::Store;
use crate::target::Target;
use crate::tls::cipher_string;
use crate::tls::cipher_suite::{CipherSuite, KeyExchange};
use crate::tls::group::NamedGroup;
use crate::tls::negotiable::{KeyKind, ServerOffer, Shortfall, negotiable, shortfall};
use crate::tls::openssl::OpenSslVersion;
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};
use crate::tls::security_level;
use foldhash::HashMap;
use std::sync::Arc;

/// Why a handshake under Suite B cannot be foretold: it may be refused for the chain's signatures.
pub(super) const SUITE_B: &str = "Suite B also restricts the certificate chain";

/// Why nothing is known of a list for BoringSSL, LibreSSL or Red Hat's OpenSSL.
pub(in super::super) const FOREIGN_LIST: &str = "the cipher list is in another library's dialect";

/// Suites in the server's order.
type SuiteList = Vec<&'static CipherSuite>;

/// Works handshakes out, remembering what it has expanded before.
pub(super) struct Handshakes<'t> {
    target: &'t Target,
    /// How messages call the library, and the whole target.
    openssl_name: Arc<str>,
    system: Arc<str>,
    store: &'t Store,
    expansions: Expansions,
    suites: HashMap<Key, Arc<Suites>>,
}

/// What the suites of a handshake depend on.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    ciphers: Arc<str>,
    ciphersuites: Option<Arc<str>>,
    enabled: ProtocolSet,
    level: u8,
    keys: Option<Vec<KeyKind>>,
    dh_params: bool,
    /// The list is one of Suite B, which takes none of the certificates.
    outside_suite_b: bool,
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
    /// Whose parameters for DHE count.
    pub(super) dh_params: &'o TlsSettings,
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
    pub(super) suites_by_key: Option<SuitesByKey>,
    pub(super) suites_error: Option<Arc<str>>,
    pub(super) shortfalls: Shortfalls,
    pub(super) dh_params: DhParams,
    pub(super) groups: Setting<Vec<&'static str>>,
}

/// What a list of versions comes to.
struct Negotiated {
    protocols: Setting<ProtocolSet>,
    suites: Setting<Arc<Suites>>,
    suites_by_key: Option<SuitesByKey>,
    shortfalls: Shortfalls,
}

impl Negotiated {
    fn nothing(protocols: Setting<ProtocolSet>, suites: Setting<Arc<Suites>>) -> Self {
        Negotiated { protocols, suites, suites_by_key: None, shortfalls: Shortfalls::new() }
    }
}

impl<'t> Handshakes<'t> {
    pub(super) fn new(target: &'t Target, store: &'t Store) -> Self {
        Handshakes {
            target,
            openssl_name: format!("OpenSSL {}", target.openssl).into(),
            system: target.to_string().into(),
            store,
            expansions: Expansions::default(),
            suites: HashMap::default(),
        }
    }

    /// What certificate files hold.
    pub(super) fn store(&self) -> &'t Store {
        self.store
    }

    /// The library of the target.
    pub(super) fn openssl(&self) -> OpenSslVersion {
        self.target.openssl
    }

    /// What the lists of suites expanded to.
    pub(super) fn expansions(self) -> Expansions {
        self.expansions
    }

    fn expand(&self, text: &Arc<str>) -> Expanded {
        self.expansions.of(text, self.target)
    }

    /// The parameters for DHE, at the level of handshakes where it is known, and at the one that is in force
    /// while they are loaded (`SSL_CTX_set_tmp_dh` refuses shorter ones).
    fn dh_params(&mut self, tls: &TlsSettings, level: Option<u8>) -> DhParams {
        let named = |file: &Setting<_>| self.prime_bits(file.known()?);
        let bits = match (&tls.dh_params, tls.builtin_dh_bits) {
            (None, None) => return DhParams::None,
            (None, builtin) => builtin,
            (Some(file), _) => named(file),
        };
        let (Some(bits), true) = (bits, self.target.openssl.security_levels()) else {
            return DhParams::Used(bits);
        };
        let too_short = |level: u8| bits < security_level::dh_min_bits(level);
        match self.level(&tls.ciphers_at_dh).known().copied().or(level).filter(|level| too_short(*level)) {
            Some(level) if tls.dh_params_must_load => DhParams::Refused { bits, level },
            Some(_) => DhParams::PassedOver(bits),
            None if level.is_some_and(too_short) => DhParams::Failing(bits),
            None => DhParams::Used(Some(bits)),
        }
    }

    fn prime_bits(&self, file: &FileRef) -> Option<u32> {
        self.store.dh_bits(file.path.as_deref()?)
    }

    /// The security level that a cipher list leaves in force.
    pub(super) fn level(&mut self, ciphers: &Setting<LibraryText>) -> Setting<u8> {
        let system = self.target.security_level;
        match ciphers {
            Setting::Known { value, origin } => match self.level_of(&value.text) {
                Some(level) => Setting::Known { value: level, origin: origin.clone() },
                None => Setting::Known { value: system, origin: Origin::Default(Arc::clone(&self.system)) },
            },
            Setting::Unknown { why, origin } => Setting::Unknown { why: why.clone(), origin: origin.clone() },
        }
    }

    /// The level that a list of suites sets.
    fn level_of(&self, list: &Arc<str>) -> Option<u8> {
        self.expand(list).ok()?.security_level
    }

    /// The handshake with a server.
    pub(super) fn server(&mut self, offer: &Offer) -> Handshake {
        let level = self.level(offer.ciphers);
        let groups = self.groups(offer.groups);
        let dh_params = self.dh_params(offer.dh_params, level.known().copied());
        let result = self.negotiated(offer, &level, groups.as_ref().ok());
        let (negotiated, suites_error) = match result {
            Ok(negotiated) => (negotiated, None),
            Err(Refused::Unknown(why)) => {
                let origin = offer.enabled.origin().clone();
                let suites = Setting::Unknown { why: why.clone(), origin: origin.clone() };
                let protocols = Setting::Unknown { why, origin };
                (Negotiated::nothing(protocols, suites), None)
            }
            Err(Refused::Error(error)) => {
                let origin = offer.ciphers.origin().clone();
                let protocols = Setting::Known { value: ProtocolSet::empty(), origin: origin.clone() };
                let suites = Setting::Known { value: Arc::default(), origin };
                (Negotiated::nothing(protocols, suites), Some(error))
            }
        };
        let Negotiated { protocols, suites, suites_by_key, shortfalls } = negotiated;
        let groups = self.usable_groups(offer.groups, groups, &protocols, &suites, &level);
        Handshake {
            protocols,
            security_level: level,
            suites,
            suites_by_key,
            suites_error,
            shortfalls,
            dh_params,
            groups,
        }
    }

    fn negotiated(
        &mut self,
        offer: &Offer,
        level: &Setting<u8>,
        groups: Option<&Vec<&'static NamedGroup>>,
    ) -> Result<Negotiated, Refused> {
        if offer.scripted {
            return Err(Refused::Unknown("code decides at run time".into()));
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
        let keys = key_kinds(offer.certificates, level, self.target.openssl);
        let key = Key {
            ciphers: ciphers.text.clone(),
            ciphersuites: ciphersuites.map(|c| c.text.clone()),
            enabled,
            level,
            keys: keys.clone(),
            dh_params: match self.dh_params(offer.dh_params, Some(level)) {
                DhParams::None | DhParams::PassedOver(_) | DhParams::Failing(_) => false,
                DhParams::Used(_) | DhParams::Refused { .. } => true,
            },
            outside_suite_b: suite_b::curves(&ciphers.text)
                .is_some_and(|curves| suite_b::takes_none(offer.certificates, curves, enabled)),
            groups: groups.map(|g| g.iter().map(|g| g.id).collect()).unwrap_or_default(),
            client: false,
        };
        let protocols_of = |suites: &Suites| -> ProtocolSet { suites.keys().copied().collect() };
        let origin = offer.enabled.origin().clone();
        let suites_origin = offer.ciphers.origin().clone();
        if keys.is_some() {
            let suites = self.suites(key.clone(), groups)?;
            let works = protocols_of(&suites);
            return Ok(Negotiated {
                protocols: Setting::Known { value: works, origin },
                suites: Setting::Known { value: suites, origin: suites_origin },
                suites_by_key: None,
                shortfalls: self.shortfalls(&key, works, groups)?,
            });
        }
        // Whatever the key turns out to be, versions that work with either kind work.
        let with = |kind: KeyKind| Key { keys: Some(vec![kind]), ..key.clone() };
        let rsa = self.suites(with(KeyKind::Rsa), groups)?;
        let ecdsa = self.suites(with(KeyKind::Ecdsa), groups)?;
        let (with_rsa, with_ecdsa) = (protocols_of(&rsa), protocols_of(&ecdsa));
        // A file at hand with a key of some other kind is another matter.
        let is_absent = offer.certificates.iter().any(|c| c.file.is_none());
        let suites_by_key = is_absent.then_some(SuitesByKey { rsa, ecdsa });
        let why: Arc<str> = "the type of the certificate's key is not known".into();
        let suites = Setting::Unknown { why: why.clone(), origin: suites_origin };
        Ok(match with_rsa == with_ecdsa {
            true => Negotiated {
                protocols: Setting::Known { value: with_rsa, origin },
                suites,
                suites_by_key,
                shortfalls: self.shortfalls(&key, with_rsa, groups)?,
            },
            false => Negotiated {
                protocols: Setting::Unknown { why, origin },
                suites,
                suites_by_key,
                shortfalls: Shortfalls::new(),
            },
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
        let (listed, listed13) = self.listed(&key)?;
        // Without a suite for the highest version below a hole, a server refuses all (`tls_setup_handshake`).
        let serves = |v: ProtocolVersion| {
            listed.iter().chain(&listed13).any(|s| s.min_protocol <= v && v <= s.max_protocol)
        };
        let openssl = self.target.openssl;
        let highest = key.enabled.intersect(openssl.protocols()).lowest_run().max();
        if !key.client && openssl.at_least(1, 1, 1) && highest.is_some_and(|v| !serves(v)) {
            return Ok(Arc::default());
        }
        let offer = self.offer(&key, &listed, &listed13, groups);
        let mut suites: Suites = negotiable(&offer).into_iter().collect();
        // A client says nothing without a suite for the newest version (`ssl_cipher_list_to_bytes`).
        if key.client && highest.is_some_and(|v| !suites.contains_key(&v)) {
            suites.clear();
        }
        let suites = Arc::new(suites);
        self.suites.insert(key, suites.clone());
        Ok(suites)
    }

    /// The suites that the lists name, up to TLS 1.2 and of TLS 1.3.
    fn listed(&mut self, key: &Key) -> Result<(SuiteList, SuiteList), Refused> {
        let openssl = self.target.openssl;
        let expansion = self.expand(&key.ciphers);
        let listed: Vec<&'static CipherSuite> = match expansion.as_ref() {
            // Suite B takes ECDSA certificates only (RFC 6460), and restricts their chains further.
            Ok(expansion) if expansion.suite_b => {
                if key.keys.as_ref().is_some_and(|keys| !keys.contains(&KeyKind::Ecdsa))
                    || key.outside_suite_b
                {
                    return Ok((Vec::new(), Vec::new()));
                }
                return Err(Refused::Unknown(SUITE_B.into()));
            }
            Ok(expansion) if expansion.promised => expansion.suites.iter().map(|a| a.suite).collect(),
            Ok(_) => {
                return Err(Refused::Unknown(FOREIGN_LIST.into()));
            }
            Err(error) if !error.promised => {
                return Err(Refused::Unknown(FOREIGN_LIST.into()));
            }
            Err(error) => return Err(Refused::Error(error.kind.reason().into())),
        };
        let listed13 = match &key.ciphersuites {
            None => openssl.default_ciphersuites(),
            Some(text) => cipher_string::ciphersuites(text, openssl)
                .map_err(|error| Refused::Error(error.kind.reason().into()))?,
        };
        Ok((listed, listed13))
    }

    fn offer<'o>(
        &self,
        key: &'o Key,
        listed: &'o [&'static CipherSuite],
        listed13: &'o [&'static CipherSuite],
        groups: Option<&'o Vec<&'static NamedGroup>>,
    ) -> ServerOffer<'o> {
        ServerOffer {
            enabled: key.enabled,
            suites: listed,
            suites13: listed13,
            level: key.level,
            openssl: self.target.openssl,
            auths: key.keys.as_deref(),
            dh_params: Some(key.dh_params),
            client: key.client,
            groups: groups.map(Vec::as_slice),
        }
    }

    /// Why the versions switched on that the library would speak, but that do not work, have no suite.
    fn shortfalls(
        &mut self,
        key: &Key,
        works: ProtocolSet,
        groups: Option<&Vec<&'static NamedGroup>>,
    ) -> Result<Shortfalls, Refused> {
        let idle = key.enabled.difference(works);
        if self.expand(&key.ciphers).is_ok_and(|expansion| expansion.suite_b) {
            let curves = suite_b::curves(&key.ciphers).filter(|_| key.outside_suite_b);
            let shortfall = |curves| move |version| (version, Shortfall::SuiteB(curves));
            return Ok(curves.map(|curves| idle.iter().map(shortfall(curves)).collect()).unwrap_or_default());
        }
        let (listed, listed13) = self.listed(key)?;
        let offer = self.offer(key, &listed, &listed13, groups);
        Ok(idle.iter().filter_map(|version| Some((version, shortfall(&offer, version)?))).collect())
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
                outside_suite_b: false,
                groups: Vec::new(),
                client: true,
            };
            self.suites(key, None)
        })();
        let groups = Setting::Unknown { why: "chosen by the library".into(), origin: origin.clone() };
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
                    suites_by_key: None,
                    suites_error: None,
                    shortfalls: Shortfalls::new(),
                    dh_params: DhParams::None,
                    groups,
                }
            }
            Err(Refused::Unknown(why)) => Handshake {
                protocols: Setting::Unknown { why: why.clone(), origin: origin.clone() },
                security_level: level,
                suites: Setting::Unknown { why, origin },
                suites_by_key: None,
                suites_error: None,
                shortfalls: Shortfalls::new(),
                dh_params: DhParams::None,
                groups,
            },
            Err(Refused::Error(error)) => Handshake {
                protocols: Setting::Known { value: ProtocolSet::empty(), origin: origin.clone() },
                security_level: level,
                suites: Setting::Known { value: Arc::default(), origin },
                suites_by_key: None,
                suites_error: Some(error),
                shortfalls: Shortfalls::new(),
                dh_params: DhParams::None,
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

/// Why there is no answer.
enum Refused {
    /// It cannot be known.
    Unknown(Arc<str>),
    /// The library refuses at start.
    Error(Arc<str>),
}

fn known<T>(setting: &Setting<T>) -> Result<&T, Refused> {
    match setting {
        Setting::Known { value, .. } => Ok(value),
        Setting::Unknown { why, .. } => Err(Refused::Unknown(why.clone())),
    }
}
