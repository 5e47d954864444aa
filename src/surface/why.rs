//! Why suites are there, and why no handshake ends on others of the same lists.

use super::resolve::key_kinds;
use super::{ListenerSurface, ServerSurface, Suites, Surface, UpstreamSurface};
use crate::model::{Decides, LibraryText, Setting};
use crate::tls::cipher_string::{self, Expansion};
use crate::tls::cipher_suite::{CipherSuite, KeyExchange};
use crate::tls::negotiable::{Obstacle, ServerOffer, obstacle};
use crate::tls::protocol::ProtocolSet;
use std::collections::HashMap;

/// What is behind the suites of a server or a hop.
#[derive(Debug, Default)]
pub struct Why {
    /// By a suite's number, the word of the list that lets it in; `None` where the list is a default.
    words: HashMap<u16, Option<String>>,
    /// Suites that are listed and on which no handshake ends, in the order of the lists.
    pub never: Vec<(&'static CipherSuite, Obstacle)>,
    /// The security level in force.
    pub level: u8,
}

impl Why {
    /// The word that lets a suite in; `None` if it is not listed, or by default.
    pub fn word(&self, suite: &CipherSuite) -> Option<&str> {
        self.words.get(&suite.id)?.as_deref()
    }
}

impl Surface {
    /// Why a server has the suites it has; none where its lists cannot be known.
    pub fn why(&self, l: &ListenerSurface, s: &ServerSurface) -> Option<Why> {
        let scope = &l.listener.name_scope;
        let ciphers = &l.deciding(s, Decides::Name).tls.ciphers;
        let newer = l.deciding(s, scope.tls13_suites).tls.ciphersuites.as_ref();
        let level = *s.security_level.known()?;
        let keys = key_kinds(&s.certificates, level, self.target.openssl);
        let suites = match (s.suites.known(), &s.suites_by_key) {
            (Some(suites), _) => Some(vec![suites.as_ref()]),
            (None, Some(by_key)) => Some(vec![by_key.rsa.as_ref(), by_key.ecdsa.as_ref()]),
            (None, None) => None,
        };
        let mut offer = self.offer(*s.enabled.known()?, level);
        offer.auths = keys.as_deref();
        self.explained(ciphers, newer, suites.as_deref(), &offer)
    }

    /// Why a proxy offers the suites it offers.
    pub fn why_offered(&self, u: &UpstreamSurface) -> Option<Why> {
        let ciphers = &u.upstream.ciphers;
        let mut lists = ciphers.known()?.and_before();
        let level = lists.find_map(|list| self.expand(&list.text).ok()?.security_level);
        let mut offer = self.offer(*u.enabled.known()?, level.unwrap_or(self.target.security_level));
        offer.client = true;
        let suites = u.suites.known().map(|suites| vec![suites.as_ref()]);
        self.explained(ciphers, u.upstream.ciphersuites.as_ref(), suites.as_deref(), &offer)
    }

    /// An offer of which nothing is known but versions and level.
    fn offer(&self, enabled: ProtocolSet, level: u8) -> ServerOffer<'_> {
        ServerOffer {
            enabled,
            suites: &[],
            suites13: &[],
            level,
            openssl: self.target.openssl,
            auths: None,
            dh_params: None,
            client: false,
            groups: None,
        }
    }

    fn explained(
        &self,
        ciphers: &Setting<LibraryText>,
        newer: Option<&Setting<LibraryText>>,
        suites: Option<&[&Suites]>,
        offer: &ServerOffer<'_>,
    ) -> Option<Why> {
        let older = self.target.expand(&ciphers.known()?.text).ok().filter(|e| e.promised && !e.suite_b)?;
        let mut why = Why { level: offer.level, ..Why::default() };
        let mut listed = Vec::new();
        match newer {
            Some(newer) => {
                let text = newer.known()?;
                let expansion = cipher_string::expand_ciphersuites(&text.text, self.target.openssl).ok()?;
                listed.extend(why.take(text, &expansion));
            }
            None => {
                let usual = self.target.openssl.default_ciphersuites();
                why.words.extend(usual.iter().map(|s| (s.id, None)));
                listed.extend(usual);
            }
        }
        listed.extend(why.take(ciphers.known()?, &older));
        let ends = |suite: &&CipherSuite| {
            suites.is_none_or(|suites| suites.iter().any(|s| s.values().any(|all| all.contains(suite))))
        };
        let never = listed.into_iter().filter(|suite| !ends(suite));
        why.never = never.map(|suite| (suite, obstacle(offer, suite).unwrap_or(remaining(suite)))).collect();
        Some(why)
    }
}

impl Why {
    /// Notes what lets in the suites of a list.
    fn take(&mut self, list: &LibraryText, expansion: &Expansion) -> Vec<&'static CipherSuite> {
        let written = |word: &std::ops::Range<usize>| {
            list.span.is_some().then(|| list.text.get(word.clone()).unwrap_or_default().to_owned())
        };
        self.words.extend(expansion.suites.iter().map(|a| (a.suite.id, written(&a.word))));
        expansion.suites.iter().map(|a| a.suite).collect()
    }
}

/// What keeps handshakes from a suite that has all that is looked at otherwise.
fn remaining(suite: &CipherSuite) -> Obstacle {
    match suite.kx {
        KeyExchange::Dhe => Obstacle::Parameters,
        KeyExchange::Ecdhe => Obstacle::Group,
        _ => Obstacle::Version,
    }
}
