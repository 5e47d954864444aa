//! The suites of a handshake: what the lists name, and what is left of it for keys, groups and levels.

use super::super::super::{Shortfalls, Suites};
use super::{Handshakes, Refused, suite_b};
use crate::tls::cipher_string;
use crate::tls::cipher_suite::CipherSuite;
use crate::tls::group::NamedGroup;
use crate::tls::negotiable::{KeyKind, ServerOffer, Shortfall, negotiable, shortfall};
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};
use std::sync::Arc;

/// Why a handshake under Suite B cannot be foretold: it may be refused for the chain's signatures.
pub(in super::super) const SUITE_B: &str = "Suite B also restricts the certificate chain";

/// Why nothing is known of a list for BoringSSL, LibreSSL or Red Hat's OpenSSL.
pub(in super::super::super) const FOREIGN_LIST: &str = "the cipher list is in another library's dialect";

/// Suites in the server's order.
type SuiteList = Vec<&'static CipherSuite>;

/// What the suites of a handshake depend on.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) ciphers: Arc<str>,
    pub(super) ciphersuites: Option<Arc<str>>,
    pub(super) enabled: ProtocolSet,
    pub(super) level: u8,
    pub(super) keys: Option<Vec<KeyKind>>,
    pub(super) dh_params: bool,
    /// The list is one of Suite B, which takes none of the certificates.
    pub(super) outside_suite_b: bool,
    pub(super) groups: Vec<u16>,
    pub(super) client: bool,
}

impl Handshakes<'_> {
    pub(super) fn suites(
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
    pub(super) fn shortfalls(
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
}
