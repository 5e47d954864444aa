//! What a handshake can end on: the cipher list expanded, levels applied, keys and groups considered.

mod client;
mod groups;
mod suite_b;
mod suites;

use super::super::expansions::Expansions;
use super::super::{DhParams, Expanded, Presented, Shortfalls, Suites, SuitesByKey};
use super::presented::key_kinds;
use crate::model::{FileRef, GroupList, LibraryText, Origin, Setting, TlsSettings};
use crate::pki::Store;
use crate::target::Target;
use crate::tls::group::NamedGroup;
use crate::tls::negotiable::KeyKind;
use crate::tls::openssl::OpenSslVersion;
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};
use crate::tls::security_level;
use foldhash::HashMap;
use std::sync::Arc;
pub(in super::super) use suites::FOREIGN_LIST;
use suites::Key;
pub(super) use suites::SUITE_B;

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
            Some(level)
                if tls.builtin_dh_replaces
                    && tls.builtin_dh_bits.is_some_and(|own| own >= security_level::dh_min_bits(level)) =>
            {
                DhParams::Used(tls.builtin_dh_bits)
            }
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
            Setting::Known { value, origin } => match value
                .and_before()
                .find_map(|list| Some((list, self.level_of(&list.text)?)))
            {
                Some((list, level)) => {
                    let earlier = list.span.filter(|_| list.span != value.span);
                    Setting::Known { value: level, origin: earlier.map_or(origin.clone(), Origin::Written) }
                }
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
