//! What the rules about DHE share: where it is used, and where it could be.

use super::gather::Place;
use crate::surface::{Suites, Surface};
use crate::tls::CipherSuite;
use crate::tls::cipher_string::Admitted;
use crate::tls::cipher_suite::{Authentication, KeyExchange};
use crate::tls::negotiable::KeyKind;
use crate::tls::protocol::ProtocolVersion;
use crate::tls::security_level::{protocol_allowed, suite_allowed};

/// How to come by good parameters.
pub(super) const MAKE: &str = "`openssl dhparam -out dhparam.pem 2048` makes such a file";

/// Whether handshakes can end on a key exchange: for certain, or only with a certificate of which nothing
/// is known; none if they cannot.
pub(super) fn negotiated(place: Place, exchange: KeyExchange) -> Option<bool> {
    let has = |suites: &Suites| suites.values().flatten().any(|suite| suite.kx == exchange);
    match (place.server.suites.known(), &place.server.suites_by_key) {
        (Some(suites), _) => has(suites).then_some(true),
        (None, Some(by_key)) => match (has(&by_key.rsa), has(&by_key.ecdsa), rsa_key(place)) {
            (true, true, _) | (true, _, Some(true)) => Some(true),
            (true, false, None) | (false, true, _) => Some(false),
            _ => None,
        },
        (None, None) => None,
    }
}

/// Whether a handshake could end on a suite that an RSA key signs for, given the key and parameters.
pub(super) fn would_work(surface: &Surface, place: Place, suite: &CipherSuite) -> bool {
    let (Some(level), Some(enabled)) = (place.server.security_level.known(), place.server.enabled.known())
    else {
        return false;
    };
    let openssl = surface.target.openssl;
    let fits = |v: ProtocolVersion| {
        let spoken = openssl.protocols().contains(v) && protocol_allowed(v, *level, openssl);
        spoken && suite.min_protocol <= v && v <= suite.max_protocol
    };
    suite.auth == Authentication::Rsa && suite_allowed(suite, *level, openssl) && enabled.iter().any(fits)
}

/// Whether suites of a key exchange among these could be used with a place, given parameters and an RSA
/// key.
pub(super) fn any_would_work(
    surface: &Surface,
    place: Place,
    admitted: &[Admitted],
    exchange: KeyExchange,
) -> bool {
    let suites = admitted.iter().map(|a| a.suite).filter(|suite| suite.kx == exchange);
    suites.into_iter().any(|suite| would_work(surface, place, suite))
}

/// Whether a place has an RSA key; `None` where the files do not tell.
pub(super) fn rsa_key(place: Place) -> Option<bool> {
    let kind = |p: &crate::surface::Presented| p.file.as_ref()?.leaf()?.key.kind;
    let kinds: Vec<Option<KeyKind>> = place.server.certificates.iter().map(kind).collect();
    let is_rsa = |kind: &Option<KeyKind>| matches!(kind, Some(KeyKind::Rsa | KeyKind::RsaPss));
    match kinds.iter().any(is_rsa) {
        true => Some(true),
        false if kinds.contains(&None) || kinds.is_empty() => None,
        false => Some(false),
    }
}
