//! What a server brings to a handshake.

use super::{Fact, Missing};
use crate::pki::Key;
use crate::tls::cipher_suite::CipherSuite;
use crate::tls::group::{self, NamedGroup};
use crate::tls::negotiable::KeyKind;
use crate::tls::openssl::OpenSslVersion;
use crate::tls::protocol::ProtocolSet;
use crate::tls::signature::{SignatureScheme, scheme};

/// One server as a handshake meets it. [`ServerSide::new`] has the library's defaults.
#[derive(Debug, Clone)]
pub struct ServerSide {
    /// Its TLS library.
    pub openssl: OpenSslVersion,
    /// The versions switched on, whether or not the library speaks them at its level.
    pub versions: Fact<ProtocolSet>,
    /// The highest level at which the build speaks versions below TLS 1.2, where a vendor's patch says so.
    pub old_versions_up_to: Option<u8>,
    /// The suites up to TLS 1.2, in its order.
    pub suites: Fact<Vec<&'static CipherSuite>>,
    /// The suites of TLS 1.3, in its order.
    pub suites13: Fact<Vec<&'static CipherSuite>>,
    /// The groups, in its order and tuples.
    pub groups: Fact<Vec<Vec<&'static NamedGroup>>>,
    /// The certificates that it can present.
    pub certificates: Vec<Held>,
    /// The signature schemes, in its order.
    pub signatures: Fact<Vec<&'static SignatureScheme>>,
    /// Whether it has parameters for DHE.
    pub dh_params: Fact<bool>,
    /// What is in force before the name leads to another server: while the version is chosen, and the
    /// suite and the group of TLS 1.3.
    pub first: Phase,
    /// What is in force from then on.
    pub then: Phase,
    /// The application protocols, most wanted first; empty for none.
    pub alpn: Fact<Vec<String>>,
    /// Whether a client is refused whose application protocols are all foreign.
    pub insists_on_alpn: bool,
    /// Whether everyone is turned away.
    pub rejects: Fact<bool>,
    /// Whether that happens before anything else is looked at.
    pub rejects_first: bool,
}

/// What counts for a part of the handshake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// The library's security level.
    pub level: Fact<u8>,
    /// Whether the server's order rules (`SSL_OP_SERVER_PREFERENCE`).
    pub server_preference: Fact<bool>,
    /// Whether ChaCha20 moves up for clients that put it first (`SSL_OP_PRIORITIZE_CHACHA`).
    pub prioritize_chacha: bool,
}

/// A certificate that a server holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its place among the server's certificates.
    pub index: usize,
    /// Its key.
    pub key: Fact<HeldKey>,
}

/// The key of a certificate, as far as handshakes depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldKey {
    /// The kind.
    pub kind: KeyKind,
    /// The size in bits; 0 where it is not known.
    pub bits: u32,
    /// The curve of an ECDSA key; none where it has no name.
    pub curve: Option<&'static NamedGroup>,
}

impl HeldKey {
    /// An RSA key.
    pub fn rsa(bits: u32) -> Self {
        HeldKey { kind: KeyKind::Rsa, bits, curve: None }
    }

    /// An RSA key that signs by PSS alone.
    pub fn rsa_pss(bits: u32) -> Self {
        HeldKey { kind: KeyKind::RsaPss, bits, curve: None }
    }

    /// An Ed25519 key.
    pub fn ed25519() -> Self {
        HeldKey { kind: KeyKind::EdDsa, bits: 256, curve: None }
    }

    /// An Ed448 key.
    pub fn ed448() -> Self {
        HeldKey { kind: KeyKind::EdDsa, bits: 456, curve: None }
    }

    /// An ECDSA key on a curve by its name: `P-256`.
    pub fn ecdsa(curve: &str) -> Self {
        let curve = group::by_name(curve);
        let bits = curve.map_or(0, |curve| match curve.id {
            24 => 384,
            25 => 521,
            _ => 256,
        });
        HeldKey { kind: KeyKind::Ecdsa, bits, curve }
    }

    /// The key of a certificate that was read; none where no suite knows its kind.
    pub fn of(key: &Key) -> Option<Self> {
        let curve = key.label.strip_prefix("ECDSA-").and_then(group::by_name);
        Some(HeldKey { kind: key.kind?, bits: key.bits, curve })
    }
}

impl ServerSide {
    /// A server of this library with its defaults: client's order, no parameters, no ALPN, no certificate,
    /// and no suite below TLS 1.3.
    pub fn new(openssl: OpenSslVersion, level: u8) -> Self {
        let phase = Phase { level: Ok(level), server_preference: Ok(false), prioritize_chacha: false };
        ServerSide {
            openssl,
            versions: Ok(openssl.protocols()),
            old_versions_up_to: None,
            suites: Ok(Vec::new()),
            suites13: Ok(openssl.default_ciphersuites()),
            groups: Ok(group::default_tuples(openssl)),
            certificates: Vec::new(),
            signatures: Ok(scheme::default_list(openssl)),
            dh_params: Ok(false),
            first: phase.clone(),
            then: phase,
            alpn: Ok(Vec::new()),
            insists_on_alpn: true,
            rejects: Ok(false),
            rejects_first: false,
        }
    }
}

impl Phase {
    /// The level, once it is known.
    pub(super) fn level(&self) -> Result<u8, Missing> {
        self.level.clone()
    }

    /// Whose order rules, once it is known.
    pub(super) fn server_rules(&self) -> Result<bool, Missing> {
        self.server_preference.clone()
    }
}
