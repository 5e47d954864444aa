//! A ClientHello against a server: what the two agree on, or who breaks off, with which alert, and why.
//!
//! The steps and their order are OpenSSL's, so that of several reasons to refuse the one is found that a
//! real server gives (`tls_early_post_process_client_hello` and `tls_post_process_client_hello` in
//! `ssl/statem/statem_srvr.c`):
//!
//! 1. nothing to speak at all (`tls_setup_handshake`);
//! 2. since nginx 1.29.2: a name that is refused, from the callback that sees the ClientHello first;
//! 3. the version (RFC 8446 section 4.2.1), and whether the client has fallen back to it (RFC 7507);
//! 4. TLS 1.3: the suite; the group, with or without a HelloRetryRequest; a name that is refused; ALPN;
//!    the certificate, by the signature schemes;
//! 5. up to TLS 1.2: a name that is refused; the suite, as far as certificates, parameters and groups carry
//!    it; the signature algorithm; ALPN.
//!
//! The core is [`negotiate`], between a [`ClientHello`] and a [`ServerSide`]. A `ServerSide` is made from a
//! surface by [`server_side`], and [`on_listener`] chooses the server by the name first.
//!
//! Clients are taken to accept what they offer: certificates, their signatures (the extension
//! `signature_algorithms_cert`) and the size of Diffie-Hellman parameters are not looked at here.

mod browser;
mod certificate;
mod from_surface;
mod group;
mod hello;
mod listener;
mod refusal;
mod server;
mod suite;
mod unknown;
mod version;

pub use browser::{BROWSERS, Browser};
pub use from_surface::server_side;
pub use hello::ClientHello;
pub use listener::{Met, on_listener};
pub use refusal::{Alert, Program, Refusal, Side, Step};
pub use server::{Held, HeldKey, Phase, ServerSide};
pub use unknown::{Fact, Missing, What};

use crate::tls::cipher_suite::{CipherSuite, KeyExchange};
use crate::tls::group::NamedGroup;
use crate::tls::protocol::ProtocolVersion;
use crate::tls::signature::SignatureScheme;
use certificate::Signing;

/// What comes of a ClientHello.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The handshake goes on with this.
    Agreed(Agreed),
    /// One side breaks off.
    Refused(Refusal),
    /// It depends on what cannot be known offline.
    Unknown {
        /// Why that is not known.
        why: String,
    },
}

/// What both sides agree on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreed {
    /// The version.
    pub version: ProtocolVersion,
    /// The suite.
    pub suite: &'static CipherSuite,
    /// The group of the key exchange; none where it is by RSA, or by the server's parameters for DHE.
    pub group: Option<&'static NamedGroup>,
    /// Whether the client is asked for another key share first (HelloRetryRequest).
    pub retried: bool,
    /// The certificate, as an index into what the server holds; none where nothing is proven, and where
    /// it depends on a key that is not known.
    pub certificate: Option<usize>,
    /// The scheme that the server signs with; none where it signs nothing, before TLS 1.2, where the suite
    /// says it all, and where it depends on a key that is not known.
    pub signature: Option<&'static SignatureScheme>,
    /// The application protocol; none where no protocol is chosen.
    pub alpn: Option<String>,
}

/// What ends an attempt early.
enum Stop {
    Refused(Refusal),
    Missing(Missing),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Stop::Refused(refusal)
    }
}

impl From<Missing> for Stop {
    fn from(missing: Missing) -> Self {
        Stop::Missing(missing)
    }
}

/// Negotiates, as far as what is known of the server decides it.
///
/// Where something is not known that comes down to a few possibilities, all of them are tried, and what they
/// have in common is the outcome.
pub fn negotiate(hello: &ClientHello, server: &ServerSide) -> Outcome {
    match attempt(hello, server) {
        Ok(agreed) => Outcome::Agreed(agreed),
        Err(Stop::Refused(refusal)) => Outcome::Refused(refusal),
        Err(Stop::Missing(missing)) => unknown::settle(server, &missing, |server| negotiate(hello, server)),
    }
}

fn attempt(hello: &ClientHello, server: &ServerSide) -> Result<Agreed, Stop> {
    version::can_speak(server)?;
    if server.rejects_first {
        not_rejected(server)?;
    }
    let version = version::choose(hello, server)?;
    let agreed = match version {
        ProtocolVersion::Tls13 => tls13(hello, server)?,
        _ => older(hello, server, version)?,
    };
    version::client_accepts(hello, version)?;
    Ok(agreed)
}

fn tls13(hello: &ClientHello, server: &ServerSide) -> Result<Agreed, Stop> {
    let version = ProtocolVersion::Tls13;
    let suite = suite::choose13(hello, server)?;
    let share = group::choose13(hello, server)?;
    not_rejected(server)?;
    let alpn = application_protocol(hello, server)?;
    if hello.signatures.is_empty() {
        return Err(
            Refusal::of(Step::Certificate, Alert::MissingExtension, "missing sigalgs extension").into()
        );
    }
    let share = share?;
    let signing = Signing::of(hello, server, version)?;
    signing.has_something_shared()?;
    let (certificate, scheme) = signing.choose13()?;
    Ok(Agreed {
        version,
        suite,
        group: Some(share.group),
        retried: share.retried,
        certificate: Some(certificate),
        signature: Some(scheme),
        alpn,
    })
}

/// TLS 1.2 and what came before.
fn older(hello: &ClientHello, server: &ServerSide, version: ProtocolVersion) -> Result<Agreed, Stop> {
    not_rejected(server)?;
    let signing = Signing::of(hello, server, version)?;
    signing.has_something_shared()?;
    let suite = suite::choose(hello, server, version, &signing)?;
    let chosen = signing.choose(suite)?;
    let alpn = application_protocol(hello, server)?;
    let ephemeral = suite.kx != KeyExchange::Rsa;
    Ok(Agreed {
        version,
        suite,
        group: match suite.kx {
            KeyExchange::Ecdhe => group::shared(hello, server, suite.kx)?,
            KeyExchange::Dhe if group::negotiates_fields(hello, server) => {
                group::shared(hello, server, suite.kx)?
            }
            _ => None,
        },
        retried: false,
        certificate: chosen.map(|(index, _)| index),
        signature: chosen.and_then(|(_, scheme)| scheme).filter(|_| ephemeral),
        alpn,
    })
}

/// `ssl_reject_handshake` and its like: the alert `unrecognized_name` (RFC 6066 section 3).
fn not_rejected(server: &ServerSide) -> Result<(), Stop> {
    match server.rejects.as_ref() {
        Err(missing) => Err(missing.clone().into()),
        Ok(false) => Ok(()),
        Ok(true) => Err(Refusal::of(
            Step::Name,
            Alert::UnrecognizedName,
            if server.rejects_first { "callback failed" } else { "" },
        )
        .into()),
    }
}

/// ALPN (RFC 7301): the first protocol of the server's that the client names (`tls_handle_alpn`,
/// `SSL_select_next_proto`). Without any in common it is left out, or all is refused.
fn application_protocol(hello: &ClientHello, server: &ServerSide) -> Result<Option<String>, Stop> {
    if hello.alpn.is_empty() {
        return Ok(None);
    }
    let offered = server.alpn.as_ref().map_err(Missing::clone)?;
    let chosen = offered.iter().find(|protocol| hello.alpn.contains(protocol));
    if chosen.is_none() && !offered.is_empty() && server.insists_on_alpn {
        return Err(Refusal::of(Step::Alpn, Alert::NoApplicationProtocol, "no application protocol").into());
    }
    Ok(chosen.cloned())
}
