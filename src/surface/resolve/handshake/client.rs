//! What a proxy's own ClientHello offers to a backend.

use super::super::super::{DhParams, Shortfalls, Suites};
use super::suites::Key;
use super::{Handshake, Handshakes, Refused, known};
use crate::model::{LibraryText, Setting};
use crate::tls::cipher_suite::{CipherSuite, KeyExchange};
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};
use crate::tls::security_level;
use std::sync::Arc;

impl Handshakes<'_> {
    /// What a proxy's own ClientHello offers, by version.
    pub(in super::super) fn client(
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
