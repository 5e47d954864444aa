//! The version: the highest that both have, as far as the server's level lets it.

use super::{Alert, ClientHello, Missing, Refusal, ServerSide, Side, Step, Stop};
use crate::tls::cipher_suite::CipherSuite;
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};
use crate::tls::security_level;

/// What keeps a server from reading any ClientHello (`tls_setup_handshake` in `ssl/statem/statem_lib.c`):
/// there is no version left, or since 1.1.1 no suite for the highest of them below a hole.
pub(super) fn can_speak(server: &ServerSide) -> Result<(), Stop> {
    let speaks = speaks(server)?;
    let Some(highest) = speaks.lowest_run().max() else {
        let (alert, logged) = match server.openssl.at_least(3, 0, 0) {
            true => (Alert::ProtocolVersion, "no protocols available"),
            false => (Alert::InternalError, "internal error"),
        };
        return Err(Refusal::of(Step::Version, alert, logged).into());
    };
    if server.openssl.at_least(1, 1, 1) {
        let tls13 = highest == ProtocolVersion::Tls13;
        let list = if tls13 { &server.suites13 } else { &server.suites };
        let usable = |s: &&'static CipherSuite| s.min_protocol <= highest && highest <= s.max_protocol;
        if !list.as_ref().map_err(Missing::clone)?.iter().any(usable) {
            return Err(Refusal::of(Step::Suite, Alert::HandshakeFailure, "no ciphers available").into());
        }
    }
    Ok(())
}

/// The version that the server takes (`ssl_choose_server_version`, RFC 8446 section 4.2.1).
pub(super) fn choose(hello: &ClientHello, server: &ServerSide) -> Result<ProtocolVersion, Stop> {
    let speaks = speaks(server)?;
    let one_by_one = hello.versions.contains(ProtocolVersion::Tls13) && server.openssl.tls13();
    let highest = hello.versions.max();
    let fits = |v: &ProtocolVersion| match one_by_one {
        true => hello.versions.contains(*v),
        false => highest.is_some_and(|highest| *v <= highest),
    };
    let Some(version) = speaks.iter().rfind(fits) else {
        return Err(nothing_in_common(highest, server).into());
    };
    // `ssl_check_version_downgrade`
    if hello.fallback && Some(version) != speaks.max() {
        let alert = Alert::InappropriateFallback;
        return Err(Refusal::of(Step::Version, alert, "inappropriate fallback").into());
    }
    Ok(version)
}

/// Where the client's versions have ended before the library's begin, the alert is that of SSL 3.0, which
/// has none for versions; 4.0 forgot about SSL 3.0.
fn nothing_in_common(highest: Option<ProtocolVersion>, server: &ServerSide) -> Refusal {
    let ancient = highest.is_some_and(|v| v <= ProtocolVersion::Ssl3) && server.openssl.at_least(1, 1, 0);
    let (alert, logged) = match ancient {
        true if server.openssl.at_least(4, 0, 0) => (Alert::ProtocolVersion, "version too low"),
        true => (Alert::HandshakeFailure, "version too low"),
        false => (Alert::ProtocolVersion, "unsupported protocol"),
    };
    Refusal::of(Step::Version, alert, logged)
}

/// Whether the client goes on with the version: one that it did not offer, but that lay below its highest, it
/// refuses, and one that its own level keeps it from finishing.
pub(super) fn client_accepts(hello: &ClientHello, version: ProtocolVersion) -> Result<(), Stop> {
    let (alert, logged) = match () {
        () if !hello.versions.contains(version) => (Alert::ProtocolVersion, "tlsv1 alert protocol version"),
        () if hello.unfinished.contains(version) => (Alert::InternalError, "tlsv1 alert internal error"),
        () => return Ok(()),
    };
    Err(Refusal { step: Step::Version, by: Side::Client, alert, logged }.into())
}

/// The versions that the library would speak at its level.
fn speaks(server: &ServerSide) -> Result<ProtocolSet, Missing> {
    let enabled = server.versions.clone()?.intersect(server.openssl.protocols());
    if enabled.iter().all(|v| v >= ProtocolVersion::Tls12) {
        return Ok(enabled);
    }
    let level = server.first.level()?;
    let highest_level = match server.old_versions_up_to {
        Some(_) => level.max(server.then.level()?),
        None => level,
    };
    let patched = server.old_versions_up_to.is_some_and(|up_to| highest_level > up_to);
    let speaks = |v: &ProtocolVersion| {
        security_level::version_selectable(*v, level, server.openssl)
            && (*v >= ProtocolVersion::Tls12 || !patched)
    };
    Ok(enabled.iter().filter(speaks).collect())
}
