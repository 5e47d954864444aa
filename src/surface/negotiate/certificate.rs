//! The certificate, and the scheme it signs with.

use super::{Alert, ClientHello, Fact, HeldKey, Missing, Refusal, ServerSide, Step, Stop};
use crate::tls::cipher_suite::{Authentication, CipherSuite, KeyExchange};
use crate::tls::negotiable::KeyKind;
use crate::tls::openssl::OpenSslVersion;
use crate::tls::protocol::ProtocolVersion;
use crate::tls::security_level;
use crate::tls::signature::{SignatureAlgorithm, SignatureScheme, scheme};

/// What OpenSSL says where no certificate can sign.
const NONE_FITS: &str = "no suitable signature algorithm";

/// The server's certificates and the schemes that it shares with the client, for one version.
pub(super) struct Signing<'s> {
    held: Vec<(usize, &'s Fact<HeldKey>)>,
    /// In the order of the side that rules (`tls1_set_shared_sigalgs`).
    shared: Vec<&'static SignatureScheme>,
    /// The server's own.
    own: &'s [&'static SignatureScheme],
    /// Whether the client sent a list, which counts from TLS 1.2 on.
    listed: bool,
    client_groups: &'s [u16],
    version: ProtocolVersion,
    level: u8,
    openssl: OpenSslVersion,
}

/// A certificate by its index, and a scheme.
pub(super) type Signer = (usize, &'static SignatureScheme);

impl<'s> Signing<'s> {
    pub(super) fn of(
        hello: &'s ClientHello,
        server: &'s ServerSide,
        version: ProtocolVersion,
    ) -> Result<Self, Stop> {
        let own = server.signatures.as_ref().map_err(Missing::clone)?;
        let level = server.then.level()?;
        let dsa = |s: &SignatureScheme| s.algorithm == SignatureAlgorithm::Dsa;
        let usable = |s: &&&'static SignatureScheme| {
            hello.signatures.contains(&s.id)
                && s.allowed(level, server.openssl)
                && !(version >= ProtocolVersion::Tls13 && dsa(s))
        };
        let mut shared: Vec<_> = own.iter().filter(usable).copied().collect();
        if shared.len() > 1 && !server.then.server_rules()? {
            shared.sort_by_key(|s| hello.signatures.iter().position(|id| *id == s.id));
        }
        Ok(Signing {
            held: server.certificates.iter().map(|held| (held.index, &held.key)).collect(),
            shared,
            own,
            listed: !hello.signatures.is_empty() && version >= ProtocolVersion::Tls12,
            client_groups: &hello.groups,
            version,
            level,
            openssl: server.openssl,
        })
    }

    /// A list of the client's that has nothing of the server's is refused at once (`tls1_set_server_sigalgs`).
    pub(super) fn has_something_shared(&self) -> Result<(), Stop> {
        match self.listed && self.shared.is_empty() {
            true => Err(refused("no shared signature algorithms")),
            false => Ok(()),
        }
    }

    /// Which certificate signs in TLS 1.3, by the first scheme that fits one (`find_sig_alg`): ECDSA is bound
    /// to a curve, and RSA means PSS.
    pub(super) fn choose13(&self) -> Result<Signer, Stop> {
        for scheme in self.shared.iter().filter(|scheme| scheme.tls13()) {
            for (index, key) in &self.held {
                let key = known(key)?;
                let curve = |bound: u16| key.curve.is_some_and(|curve| curve.id == bound);
                if fits(scheme, key) && scheme.curve.is_none_or(curve) {
                    return Ok((*index, scheme));
                }
            }
        }
        Err(refused(NONE_FITS))
    }

    /// Whether a certificate carries a suite up to TLS 1.2 (`ssl_set_masks` in `ssl/ssl_lib.c`).
    ///
    /// An ECDSA key must lie on a curve of the client's (RFC 8422 section 5.1) and share a scheme with it; keys
    /// for PSS alone and EdDSA keys do for TLS 1.2 and clients that say so. That an RSA key shares a scheme is
    /// not asked here but later, when it is too late to take another suite.
    pub(super) fn serves(&self, suite: &CipherSuite) -> Result<bool, Stop> {
        if suite.auth == Authentication::Null {
            return Ok(true);
        }
        for (_, key) in &self.held {
            if self.serves_with(suite, known(key)?) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn serves_with(&self, suite: &CipherSuite, key: &HeldKey) -> bool {
        let modern = self.version == ProtocolVersion::Tls12 && self.openssl.at_least(1, 1, 1) && self.listed;
        match (suite.auth, key.kind) {
            (Authentication::Rsa, KeyKind::Rsa) => true,
            (Authentication::Rsa, KeyKind::RsaPss) => {
                modern && suite.kx != KeyExchange::Rsa && self.shares_for(key)
            }
            (Authentication::Ecdsa, KeyKind::Ecdsa) => self.on_shared_curve(key) && self.signs(key),
            (Authentication::Ecdsa, KeyKind::EdDsa) => modern && self.shares_for(key),
            (Authentication::Dss, KeyKind::Dsa) => true,
            _ => false,
        }
    }

    /// `CERT_PKEY_SIGN`: there is a scheme to sign with. Without a list of the client's that is SHA-1.
    fn signs(&self, key: &HeldKey) -> bool {
        match () {
            () if self.version < ProtocolVersion::Tls12 => true,
            () if self.listed => self.shares_for(key),
            () => self.legacy(key.kind).is_some_and(|scheme| self.own.contains(&scheme)),
        }
    }

    fn shares_for(&self, key: &HeldKey) -> bool {
        self.shared.iter().any(|scheme| scheme.algorithm.fits(key.kind, key.bits))
    }

    /// Whether the client has the key's curve, and the level as well (`tls1_check_cert_param`). Clients
    /// without a list have all.
    fn on_shared_curve(&self, key: &HeldKey) -> bool {
        key.curve.is_some_and(|curve| {
            curve.in_openssl(self.openssl)
                && (self.client_groups.is_empty() || self.client_groups.contains(&curve.id))
                && security_level::group_allowed(curve, self.level, self.openssl)
        })
    }

    /// The certificate and the scheme for a suite (`tls_choose_sigalg`); no certificate where it proves nothing.
    pub(super) fn choose(
        &self,
        suite: &CipherSuite,
    ) -> Result<Option<(usize, Option<&'static SignatureScheme>)>, Stop> {
        if suite.auth == Authentication::Null {
            return Ok(None);
        }
        match self.listed {
            true => {
                for scheme in &self.shared {
                    if let Some(index) = self.signer(suite, scheme)? {
                        return Ok(Some((index, Some(scheme))));
                    }
                }
                Err(refused(NONE_FITS))
            }
            false => self.choose_unlisted(suite).map(Some),
        }
    }

    /// The certificate that serves the suite and signs with the scheme.
    fn signer(&self, suite: &CipherSuite, scheme: &SignatureScheme) -> Result<Option<usize>, Stop> {
        for (index, key) in &self.held {
            let key = known(key)?;
            let curve = key.kind != KeyKind::Ecdsa || self.on_shared_curve(key);
            if authenticates(suite, key.kind) && curve && scheme.tls12() && fits(scheme, key) {
                return Ok(Some(*index));
            }
        }
        Ok(None)
    }

    /// Without a list of the client's: SHA-1, or below TLS 1.2 what the version prescribes, if the level lets
    /// it (`tls1_get_legacy_sigalg`).
    fn choose_unlisted(
        &self,
        suite: &CipherSuite,
    ) -> Result<(usize, Option<&'static SignatureScheme>), Stop> {
        let tls12 = self.version >= ProtocolVersion::Tls12;
        for (index, key) in &self.held {
            let key = known(key)?;
            if !self.serves_with(suite, key) {
                continue;
            }
            // MD5 and SHA-1 together, which 3.0 counts 67 bits.
            if !tls12 && key.kind == KeyKind::Rsa {
                let too_weak = self.openssl.at_least(3, 0, 0) && self.level > 0;
                return if too_weak { Err(self.too_weak()) } else { Ok((*index, None)) };
            }
            return match self.legacy(key.kind) {
                None => Err(self.too_weak()),
                Some(scheme) if tls12 && !self.own.contains(&scheme) => Err(self.wrong_type()),
                Some(scheme) => Ok((*index, tls12.then_some(scheme))),
            };
        }
        Err(refused(NONE_FITS))
    }

    fn too_weak(&self) -> Stop {
        let (alert, logged) = match () {
            () if !self.openssl.at_least(3, 0, 0) => (Alert::InternalError, "internal error"),
            () if self.version < ProtocolVersion::Tls12 => (Alert::InternalError, NONE_FITS),
            () => (Alert::HandshakeFailure, NONE_FITS),
        };
        Refusal::of(Step::Certificate, alert, logged).into()
    }

    fn wrong_type(&self) -> Stop {
        let alert = match self.openssl.at_least(3, 0, 0) {
            true => Alert::HandshakeFailure,
            false => Alert::IllegalParameter,
        };
        Refusal::of(Step::Certificate, alert, "wrong signature type").into()
    }

    /// The scheme with SHA-1 for a kind of key, if the level lets it sign.
    fn legacy(&self, kind: KeyKind) -> Option<&'static SignatureScheme> {
        let name = match kind {
            KeyKind::Rsa => "rsa_pkcs1_sha1",
            KeyKind::Ecdsa => "ecdsa_sha1",
            KeyKind::Dsa => "dsa_sha1",
            KeyKind::RsaPss | KeyKind::EdDsa => return None,
        };
        scheme::by_name(name).filter(|scheme| scheme.allowed(self.level, self.openssl))
    }
}

/// Whether a kind of key proves what a suite asks for (`ssl_cert_lookup`).
fn authenticates(suite: &CipherSuite, kind: KeyKind) -> bool {
    match suite.auth {
        Authentication::Rsa => {
            kind == KeyKind::Rsa || (kind == KeyKind::RsaPss && suite.kx != KeyExchange::Rsa)
        }
        Authentication::Ecdsa => matches!(kind, KeyKind::Ecdsa | KeyKind::EdDsa),
        Authentication::Dss => kind == KeyKind::Dsa,
        _ => false,
    }
}

/// Whether a key signs with a scheme. PSS wants two hashes and two bytes of room
/// (`rsa_pss_check_min_key_size`).
fn fits(scheme: &SignatureScheme, key: &HeldKey) -> bool {
    let room = key.bits == 0 || key.bits.div_ceil(8) >= u32::from(scheme.hash) / 4 + 2;
    scheme.algorithm.fits(key.kind, key.bits) && (room || !scheme.algorithm.pss())
}

fn known(key: &Fact<HeldKey>) -> Result<&HeldKey, Stop> {
    key.as_ref().map_err(|missing| missing.clone().into())
}

fn refused(logged: &'static str) -> Stop {
    Refusal::of(Step::Certificate, Alert::HandshakeFailure, logged).into()
}
