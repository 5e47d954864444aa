//! The suite: the first of the one side's list that the other has and that can be used.

use super::certificate::Signing;
use super::{Alert, ClientHello, Phase, Refusal, ServerSide, Step, Stop, group};
use crate::tls::cipher_suite::{self, CipherSuite, Encryption, KeyExchange};
use crate::tls::openssl::OpenSslVersion;
use crate::tls::protocol::ProtocolVersion;
use crate::tls::security_level;

/// The suite of TLS 1.3, which fits any certificate and any group (`ssl3_choose_cipher` in `ssl/s3_lib.c`).
pub(super) fn choose13(hello: &ClientHello, server: &ServerSide) -> Result<&'static CipherSuite, Stop> {
    let listed = server.suites13.as_ref().map_err(Clone::clone)?;
    let level = server.first.level()?;
    for suite in in_order(hello, listed, &server.first, server.openssl)? {
        if suite.tls13() && security_level::suite_allowed(suite, level, server.openssl) {
            return Ok(suite);
        }
    }
    Err(none_shared())
}

/// The suite up to TLS 1.2: what certificates, parameters and groups can carry.
pub(super) fn choose(
    hello: &ClientHello,
    server: &ServerSide,
    version: ProtocolVersion,
    signing: &Signing,
) -> Result<&'static CipherSuite, Stop> {
    let listed = server.suites.as_ref().map_err(Clone::clone)?;
    let level = server.then.level()?;
    for suite in in_order(hello, listed, &server.then, server.openssl)? {
        let usable = suite.min_protocol <= version
            && version <= suite.max_protocol
            && security_level::suite_allowed(suite, level, server.openssl);
        if usable && exchanges(hello, server, suite)? && signing.serves(suite)? {
            return Ok(suite);
        }
    }
    Err(none_shared())
}

fn none_shared() -> Stop {
    Refusal::of(Step::Suite, Alert::HandshakeFailure, "no shared cipher").into()
}

/// Whether the keys can be agreed upon. Servers that speak HTTP set no callbacks for PSK and SRP, and no
/// OpenSSL since 1.1.0 has static Diffie-Hellman.
fn exchanges(hello: &ClientHello, server: &ServerSide, suite: &CipherSuite) -> Result<bool, Stop> {
    Ok(match suite.kx {
        KeyExchange::Rsa => true,
        KeyExchange::Dhe if group::negotiates_fields(hello, server) => {
            group::shared(hello, server, suite.kx)?.is_some()
        }
        KeyExchange::Dhe => *server.dh_params.as_ref().map_err(Clone::clone)?,
        KeyExchange::Ecdhe => group::shared(hello, server, suite.kx)?.is_some(),
        _ => false,
    })
}

/// The suites that both have, in the order of the side that rules.
fn in_order(
    hello: &ClientHello,
    listed: &[&'static CipherSuite],
    phase: &Phase,
    openssl: OpenSslVersion,
) -> Result<Vec<&'static CipherSuite>, Stop> {
    let mut common: Vec<&'static CipherSuite> =
        listed.iter().copied().filter(|suite| hello.suites.contains(&suite.id)).collect();
    if common.len() > 1 {
        if !phase.server_rules()? {
            common.sort_by_key(|suite| hello.suites.iter().position(|id| *id == suite.id));
        } else if phase.prioritize_chacha && wants_chacha(hello, openssl) {
            common.sort_by_key(|suite| !is_chacha(suite));
        }
    }
    Ok(common)
}

/// Whether ChaCha20 is the first that the client wants, of what the library knows.
fn wants_chacha(hello: &ClientHello, openssl: OpenSslVersion) -> bool {
    // Builds leave out RC4 and 3DES (`no-weak-ssl-ciphers`), and what they do not know they skip.
    let is_weak = |s: &CipherSuite| matches!(s.enc, Encryption::Rc4 | Encryption::TripleDes);
    let known = |id: &u16| cipher_suite::by_id(*id).filter(|s| s.in_openssl(openssl) && !is_weak(s));
    openssl.at_least(1, 1, 1) && hello.suites.iter().find_map(known).is_some_and(is_chacha)
}

fn is_chacha(suite: &CipherSuite) -> bool {
    suite.enc == Encryption::Chacha20Poly1305
}
