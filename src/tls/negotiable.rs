//! What a handshake can really end on: the configured list seen through protocol, level and key.

use super::cipher_suite::{Authentication, CipherSuite, KeyExchange};
use super::group::NamedGroup;
use super::openssl::OpenSslVersion;
use super::protocol::{ProtocolSet, ProtocolVersion};
use super::security_level;

/// What a server offers.
#[derive(Debug, Clone, Copy)]
pub struct ServerOffer<'a> {
    /// The protocol versions its configuration enables.
    pub enabled: ProtocolSet,
    /// The suites below TLS 1.3 in its order, as the cipher list expands.
    pub suites: &'a [&'static CipherSuite],
    /// The TLS 1.3 suites in its order.
    pub suites13: &'a [&'static CipherSuite],
    /// The security level in force.
    pub level: u8,
    /// Its TLS library.
    pub openssl: OpenSslVersion,
    /// The kinds of its certificates' keys; `None` where they cannot be known. Keys that are too short
    /// for the level serve nothing and are not to be listed.
    pub auths: Option<&'a [KeyKind]>,
    /// Whether it has Diffie-Hellman parameters; `None` where that cannot be known.
    pub dh_params: Option<bool>,
    /// Whether it is a client's: that signs nothing, so that it offers old versions at levels where
    /// servers cannot have them.
    pub client: bool,
    /// Its groups; `None` for those of the library or where they cannot be known.
    pub groups: Option<&'a [&'static NamedGroup]>,
}

/// The kind of a certificate's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// RSA (`rsaEncryption`).
    Rsa,
    /// RSA restricted to PSS signatures (`id-RSASSA-PSS`).
    RsaPss,
    /// Elliptic curve.
    Ecdsa,
    /// Ed25519 or Ed448.
    EdDsa,
    /// DSA.
    Dsa,
}

/// The suites that handshakes can end on, for each version that really works, oldest first.
///
/// A version for which no suite is left is not there at all. What is unknown (`None` in the offer)
/// leaves in what depends on it.
pub fn negotiable(offer: &ServerOffer<'_>) -> Vec<(ProtocolVersion, Vec<&'static CipherSuite>)> {
    spoken(offer).map(|v| (v, suites_of(offer, v))).filter(|(_, suites)| !suites.is_empty()).collect()
}

/// The versions that really work.
pub fn working_protocols(offer: &ServerOffer<'_>) -> ProtocolSet {
    negotiable(offer).into_iter().map(|(version, _)| version).collect()
}

/// Why no suite is left for a version.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Shortfall {
    /// None of those listed can be used with the version.
    Version,
    /// The security level refuses all that could be used.
    Level,
    /// What is left wants keys of other kinds than the certificates have.
    Key(Vec<Authentication>),
    /// The list is one of Suite B, which takes none of the certificates; the curves it allows, in bits.
    SuiteB(&'static [u32]),
    /// What is left wants a key exchange for which something is missing: parameters, groups, a secret.
    Exchange(Vec<KeyExchange>),
}

impl Shortfall {
    /// Whether groups are all that is missing.
    pub fn is_of_groups(&self) -> bool {
        let by_group = |kx: &KeyExchange| matches!(kx, KeyExchange::Ecdhe | KeyExchange::Any);
        matches!(self, Shortfall::Exchange(kinds) if kinds.iter().all(by_group))
    }
}

/// Why no suite is left for a version; none if one is, or if the library does not speak the version.
pub fn shortfall(offer: &ServerOffer<'_>, version: ProtocolVersion) -> Option<Shortfall> {
    let speaks = offer.openssl.protocols().contains(version)
        && security_level::protocol_allowed(version, offer.level, offer.openssl);
    if !speaks || !suites_of(offer, version).is_empty() {
        return None;
    }
    let listed = if version == ProtocolVersion::Tls13 { offer.suites13 } else { offer.suites };
    let mut suites: Vec<&CipherSuite> = listed.to_vec();
    suites.retain(|s| s.min_protocol <= version && version <= s.max_protocol);
    if suites.is_empty() {
        return Some(Shortfall::Version);
    }
    suites.retain(|s| security_level::suite_allowed(s, offer.level, offer.openssl));
    if suites.is_empty() {
        return Some(Shortfall::Level);
    }
    use KeyExchange::{Any, Dhe, Ecdhe, Rsa};
    let exchanges = once(suites.iter().map(|s| s.kx));
    suites.retain(|s| matches!(s.kx, Rsa | Dhe | Ecdhe | Any));
    if suites.is_empty() {
        return Some(Shortfall::Exchange(exchanges));
    }
    let keys = once(suites.iter().map(|s| s.auth));
    suites.retain(|s| authentication_works(offer, version, s));
    if suites.is_empty() {
        return Some(Shortfall::Key(keys));
    }
    Some(Shortfall::Exchange(once(suites.iter().map(|s| s.kx))))
}

/// Why no handshake ends on a suite that is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Obstacle {
    /// The security level refuses it.
    Level,
    /// It takes a shared secret, for which servers do not call back.
    Secret,
    /// It takes a key exchange that no certificate or build serves.
    Exchange,
    /// No version that works can be used with it.
    Version,
    /// No certificate has a key of its kind.
    Key(Authentication),
    /// There are no Diffie-Hellman parameters.
    Parameters,
    /// There is no group for its key exchange.
    Group,
}

impl Obstacle {
    /// What is in the way, in words.
    pub fn describe(self, level: u8) -> String {
        use Authentication as A;
        match self {
            Obstacle::Level => return format!("below security level {level}"),
            Obstacle::Secret => "no pre-shared key or SRP",
            Obstacle::Exchange => "no certificate for such a key exchange",
            Obstacle::Version => "no version for it",
            Obstacle::Key(A::Rsa) => "no certificate with an RSA key",
            Obstacle::Key(A::Ecdsa) => "no certificate with an ECDSA key",
            Obstacle::Key(A::Dss) => "no certificate with a DSA key",
            Obstacle::Key(_) => "no certificate for it",
            Obstacle::Parameters => "no Diffie-Hellman parameters",
            Obstacle::Group => "no group for it",
        }
        .to_owned()
    }
}

/// Why no handshake ends on a suite, whatever the client; none if one can, as far as is known.
pub fn obstacle(offer: &ServerOffer<'_>, suite: &CipherSuite) -> Option<Obstacle> {
    use KeyExchange::{Any, Dhe, Ecdhe, Rsa};
    if !security_level::suite_allowed(suite, offer.level, offer.openssl) {
        return Some(Obstacle::Level);
    }
    if suite.preshared() {
        return Some(Obstacle::Secret);
    }
    if !matches!(suite.kx, Rsa | Dhe | Ecdhe | Any) {
        return Some(Obstacle::Exchange);
    }
    let fits = |v: &ProtocolVersion| suite.min_protocol <= *v && *v <= suite.max_protocol;
    let versions: Vec<ProtocolVersion> = spoken(offer).filter(fits).collect();
    if versions.is_empty() {
        return Some(Obstacle::Version);
    }
    if !versions.iter().any(|v| authentication_works(offer, *v, suite)) {
        return Some(Obstacle::Key(suite.auth));
    }
    if versions.iter().any(|v| usable(offer, *v, suite)) {
        return None;
    }
    Some(if suite.kx == Dhe { Obstacle::Parameters } else { Obstacle::Group })
}

/// The versions switched on that the library speaks at the level.
fn spoken(offer: &ServerOffer<'_>) -> impl Iterator<Item = ProtocolVersion> {
    let (client, level, openssl) = (offer.client, offer.level, offer.openssl);
    let versions = offer.enabled.intersect(openssl.protocols());
    let speaks = move |v: &ProtocolVersion| match client {
        true => security_level::version_selectable(*v, level, openssl),
        false => security_level::protocol_allowed(*v, level, openssl),
    };
    versions.iter().collect::<Vec<_>>().into_iter().filter(speaks)
}

fn once<T: PartialEq>(items: impl Iterator<Item = T>) -> Vec<T> {
    items.fold(Vec::new(), |mut all, item| {
        if !all.contains(&item) {
            all.push(item);
        }
        all
    })
}

fn suites_of(offer: &ServerOffer<'_>, version: ProtocolVersion) -> Vec<&'static CipherSuite> {
    let listed = if version == ProtocolVersion::Tls13 { offer.suites13 } else { offer.suites };
    listed.iter().copied().filter(|s| usable(offer, version, s)).collect()
}

fn usable(offer: &ServerOffer<'_>, version: ProtocolVersion, suite: &CipherSuite) -> bool {
    suite.min_protocol <= version
        && version <= suite.max_protocol
        && security_level::suite_allowed(suite, offer.level, offer.openssl)
        && key_exchange_works(offer, version, suite)
        && authentication_works(offer, version, suite)
}

/// Neither nginx nor HAProxy sets the callbacks that PSK and SRP need.
fn key_exchange_works(offer: &ServerOffer<'_>, version: ProtocolVersion, suite: &CipherSuite) -> bool {
    use KeyExchange::*;
    let allowed = |g: &NamedGroup| security_level::group_allowed(g, offer.level, offer.openssl);
    let group = |fits: fn(&NamedGroup) -> bool| {
        offer.groups.is_none_or(|groups| groups.iter().any(|g| fits(g) && allowed(g)))
    };
    match suite.kx {
        Rsa => true,
        Dhe if offer.dh_params != Some(false) => true,
        Dhe => offer.openssl.finite_fields_before_tls13() && group(NamedGroup::finite_field),
        Ecdhe => group(|g| g.tls12),
        Any => version == ProtocolVersion::Tls13 && group(|g| g.tls13),
        // Static (EC)DH needs certificates with such keys, which no public CA ever sold.
        DhDss | DhRsa | EcdhEcdsa | EcdhRsa => false,
        Null | Psk | RsaPsk | DhePsk | EcdhePsk | Srp | Gost | Krb5 | EccPwd => false,
    }
}

/// Which certificates serve a suite: `ssl_set_masks` in `ssl/ssl_lib.c`. EdDSA and RSA-PSS keys came
/// with 1.1.1 and need TLS 1.2, where the client's signature algorithms name them; RSA-PSS keys
/// cannot decrypt.
///
/// Before TLS 1.2 ECDSA and DSA sign with SHA-1 alone, which 1.1 allows up to level 1 only, while RSA
/// signs with MD5 and SHA-1 together, which 1.1 lets pass. (Measured. A 1.1 that has both kinds of key
/// even breaks off with an internal error where the client prefers ECDSA.)
fn authentication_works(offer: &ServerOffer<'_>, version: ProtocolVersion, suite: &CipherSuite) -> bool {
    use Authentication as A;
    let Some(keys) = offer.auths else { return true };
    let tls12 = version >= ProtocolVersion::Tls12;
    let modern = tls12 && offer.openssl.at_least(1, 1, 1);
    let sha1_signs = tls12 || offer.level < 2 || !offer.openssl.security_levels();
    let serves = |key: &KeyKind| match (suite.auth, key) {
        (A::Rsa, KeyKind::Rsa) => true,
        (A::Rsa, KeyKind::RsaPss) => modern && suite.kx != KeyExchange::Rsa,
        (A::Ecdsa, KeyKind::Ecdsa) => sha1_signs,
        (A::Ecdsa, KeyKind::EdDsa) => modern,
        (A::Dss, KeyKind::Dsa) => sha1_signs,
        (A::Any, KeyKind::Dsa) => false,
        (A::Any, _) => true,
        _ => false,
    };
    suite.auth == A::Null || keys.iter().any(serves)
}
