//! What the rules about DHE share: which suites a list lets in, and which of them could be used.

use super::gather::Place;
use crate::model::{Decides, LibraryText};
use crate::surface::Surface;
use crate::tls::CipherSuite;
use crate::tls::cipher_string::Admitted;
use crate::tls::cipher_suite::{Authentication, KeyExchange};
use crate::tls::negotiable::KeyKind;
use crate::tls::protocol::ProtocolVersion;
use crate::tls::security_level::{protocol_allowed, suite_allowed};
use std::collections::HashMap;
use std::rc::Rc;

/// How to come by good parameters.
pub(super) const MAKE: &str = "`openssl dhparam -out dhparam.pem 2048` makes such a file";

/// Lists of suites expanded, each text once: sites repeat each other's.
pub(super) struct Lists<'s> {
    surface: &'s Surface,
    known: HashMap<&'s str, Rc<[Admitted]>>,
}

impl<'s> Lists<'s> {
    /// None yet.
    pub(super) fn new(surface: &'s Surface) -> Self {
        Lists { surface, known: HashMap::new() }
    }

    /// The list of a place and the suites that it lets in; none where that cannot be known, or where
    /// code decides.
    pub(super) fn of(&mut self, place: Place<'s>) -> Option<(&'s LibraryText, Rc<[Admitted]>)> {
        let list = place.listener.deciding(place.server, Decides::Name).tls.ciphers.known()?;
        if place.is_scripted() || place.server.suites_error.is_some() {
            return None;
        }
        let target = &self.surface.target;
        let admitted = self.known.entry(&list.text).or_insert_with(|| match target.expand(&list.text) {
            Ok(expansion) if expansion.promised && !expansion.suite_b => expansion.suites.into(),
            _ => Rc::default(),
        });
        Some((list, Rc::clone(admitted)))
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

/// Whether DHE suites among these could be used with a place, given parameters and an RSA key.
pub(super) fn any_would_work(surface: &Surface, place: Place, admitted: &[Admitted]) -> bool {
    let dhe = admitted.iter().map(|a| a.suite).filter(|suite| suite.kx == KeyExchange::Dhe);
    dhe.into_iter().any(|suite| would_work(surface, place, suite))
}

/// Whether a place has an RSA key; `None` where the files do not tell.
pub(super) fn has_rsa_key(place: Place) -> Option<bool> {
    let kind = |p: &crate::surface::Presented| p.file.as_ref()?.leaf()?.key.kind;
    let kinds: Vec<Option<KeyKind>> = place.server.certificates.iter().map(kind).collect();
    let is_rsa = |kind: &Option<KeyKind>| matches!(kind, Some(KeyKind::Rsa | KeyKind::RsaPss));
    match kinds.iter().any(is_rsa) {
        true => Some(true),
        false if kinds.contains(&None) || kinds.is_empty() => None,
        false => Some(false),
    }
}
