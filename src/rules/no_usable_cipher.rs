//! A version is switched on, and no suite is left that the certificates, groups and parameters carry.

mod signatures;
mod upstreams;

use super::gather::{self, Place};
use super::{commands, prose};
use crate::finding::Findings;
use crate::model::{GroupList, Setting, Transport};
use crate::source::Span;
use crate::surface::negotiate::{BROWSERS, Outcome, negotiate, server_side};
use crate::surface::{ServerSurface, Surface};
use crate::tls::cipher_suite::{Authentication, KeyExchange};
use crate::tls::negotiable::Shortfall;
use crate::tls::openssl::OpenSslVersion;
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};
use crate::tls::security_level;

/// What one edit would mend.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Cause {
    deployment: usize,
    /// Where the list of suites, or of groups, is written.
    written: Option<Span>,
    /// The versions without a suite.
    idle: ProtocolSet,
    /// Nothing else works either.
    nothing_left: bool,
    shortfall: Shortfall,
}

/// Reports each list of suites that leaves TLS 1.2, or everything, without any that can be used.
///
/// Versions that the library refuses are no matter of suites (`protocol-gap`); where something else
/// works, TLS 1.3 belongs to `missing-tls13` and older versions to `ineffective-setting`.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let idle = gather::served(surface).filter_map(|place| Some((cause(surface, place)?, place)));
    for (cause, places) in gather::by_cause(idle) {
        report(surface, &cause, &places, findings);
    }
    signatures::check(surface, findings);
    upstreams::check(surface, findings);
}

fn cause(surface: &Surface, place: Place) -> Option<Cause> {
    let (listener, server) = (place.listener, place.server);
    let is_quic = listener.listener.transport == Transport::Quic;
    if is_quic || place.is_scripted() || server.certificates.is_empty() || server.suites_error.is_some() {
        return None;
    }
    let nothing_left = server.protocols.known()?.is_empty();
    let idle: ProtocolSet =
        server.shortfalls.keys().copied().filter(|v| nothing_left || *v == ProtocolVersion::Tls12).collect();
    // The newest but TLS 1.3 is what the list of suites is written for.
    let newest = idle.iter().rfind(|v| *v < ProtocolVersion::Tls13).or(idle.max())?;
    let shortfall = server.shortfalls.get(&newest)?.clone();
    let deployment = surface.deployment(listener.deployment);
    let open = deployment.fragment || server.server.tls.incomplete.is_some();
    if (open && wants_parameters(&shortfall)) || has_short_key(place, surface.target.openssl) {
        return None;
    }
    let scope = &listener.listener.name_scope;
    let tls = |decides| &listener.deciding(server, decides).tls;
    let written = match &shortfall {
        shortfall if shortfall.is_of_groups() => match &tls(scope.groups).groups {
            Setting::Known { value: GroupList::List(list), .. } => list.span,
            _ => None,
        },
        _ if newest == ProtocolVersion::Tls13 => {
            tls(scope.tls13_suites).ciphersuites.as_ref().and_then(Setting::span)
        }
        _ => server.suites.span(),
    };
    Some(Cause { deployment: listener.deployment, written, idle, nothing_left, shortfall })
}

/// Whether all hangs on parameters, which another file may name.
fn wants_parameters(shortfall: &Shortfall) -> bool {
    matches!(shortfall, Shortfall::Exchange(kinds) if kinds.contains(&KeyExchange::Dhe))
}

/// A key that is too short for the level is a fault of its own, and keeps the server from starting.
fn has_short_key(place: Place, openssl: OpenSslVersion) -> bool {
    let Some(level) = place.server.security_level.known() else { return true };
    let mut leaves = place.server.certificates.iter().filter_map(|presented| presented.file.as_ref()?.leaf());
    leaves.any(|leaf| {
        let allowed = |kind| security_level::key_allowed(kind, leaf.key.bits, *level, openssl);
        leaf.key.kind.is_some_and(|kind| !allowed(kind))
    })
}

fn report(surface: &Surface, cause: &Cause, places: &[Place], findings: &mut Findings) {
    let words = surface.words(cause.deployment);
    let names = gather::servers(places);
    let idle = gather::versions(cause.idle);
    let lacking = if cause.shortfall.is_of_groups() { "group for the key exchange" } else { "suite" };
    let message = match cause.nothing_left {
        true if matches!(cause.shortfall, Shortfall::SuiteB(_)) => {
            format!("no handshake with {names} can succeed: Suite B refuses the certificate")
        }
        true => format!("no handshake with {names} can succeed: no {lacking} is left for {idle}"),
        false => format!("no {lacking} is left for {idle} with {names}"),
    };
    let first = places[0].server;
    let finding = findings.report(cause.written.unwrap_or(first.binding.listen), message);
    let any = format!(
        "`{} ECDHE+AESGCM:ECDHE+CHACHA20;` suits RSA and ECDSA keys alike",
        commands::ciphers(surface, places[0])
    );
    match &cause.shortfall {
        Shortfall::Version if cause.idle.contains(ProtocolVersion::Tls13) => finding
            .because("the list holds no suite of TLS 1.3, and without one for the newest version the older ones are refused, too")
            .help("take the line out: the library's own list is good"),
        Shortfall::Version if newer_are_lost(cause, first) => finding
            .because("no suite in the list can be used with it, and below the hole in the versions it counts as the newest: without a suite for that, all are refused (\"no ciphers available\")")
            .help(format!("allow TLS 1.2 and 1.3: {}", commands::modern_protocols(surface, places[0]))),
        Shortfall::Version => finding.because("no suite in the list can be used with it").help(any),
        Shortfall::Level => {
            let level = first.security_level.known().copied().unwrap_or(surface.target.security_level);
            finding
                .because(format!("security level {level} refuses every suite in the list"))
                .help(any)
        }
        Shortfall::Key(_) | Shortfall::SuiteB(_) => {
            finding.because(match &cause.shortfall {
                Shortfall::SuiteB(curves) => format!(
                    "Suite B (RFC 6460) takes ECDSA keys on {} alone, in TLS 1.3 as well; up to TLS 1.2 in the whole chain",
                    prose::list(curves.iter().map(|bits| format!("P-{bits}"))),
                ),
                Shortfall::Key(wanted) => {
                    format!("every usable suite in the list wants {}", prose::list(keys(wanted)))
                }
                _ => String::new(),
            });
            let certificates = places.iter().flat_map(|p| &p.server.certificates);
            let held = certificates.filter_map(|c| {
                Some((c.written.certificate.span()?, &c.file.as_ref()?.leaf()?.key.label))
            });
            for ((span, label), _) in gather::by_cause(held.map(|held| (held, ()))).into_iter().take(3) {
                finding.also(span, format!("its key is {label}"));
            }
            finding.help(any)
        }
        Shortfall::Exchange(kinds) if kinds.contains(&KeyExchange::Dhe) => {
            let wants_groups = kinds.contains(&KeyExchange::Ecdhe);
            finding
                .because(match kinds.as_slice() {
                    [_] => "every usable suite in the list wants DHE parameters, and none are given",
                    _ if wants_groups => "DHE parameters are not given, and no group can be used for the ECDHE suites",
                    _ => "DHE parameters are not given, and nothing else in the list can be used either",
                })
                .help(match wants_groups {
                    true => format!("add X25519 or P-256 to the list of groups, or give parameters: `{}`", words.dh_params),
                    false => format!("add ECDHE suites ({any}), or give parameters: `{}`", words.dh_params),
                })
        }
        shortfall if shortfall.is_of_groups() => finding
            .because(format!("none of these can be used with {idle}, and no suite in the list works without one"))
            .help("add X25519 or P-256 to the list of groups"),
        Shortfall::Exchange(_) => finding
            .because(format!(
                "every suite in the list wants what {} cannot be given: a shared secret or a key for static Diffie-Hellman",
                surface.deployment(cause.deployment).software
            ))
            .help(any),
    };
    let newest = cause.idle.max() == Some(ProtocolVersion::Tls13);
    let only_older = !cause.nothing_left && places.iter().all(|place| lets_browsers_in(place, surface));
    finding.symptom(match cause.shortfall.is_of_groups() && newest {
        true => {
            "ssl_handshake_failure (alert 40), \"no suitable key share\", ERR_SSL_VERSION_OR_CIPHER_MISMATCH"
        }
        false if only_older => "ssl_handshake_failure (alert 40), in clients without TLS 1.3",
        false => "ssl_handshake_failure (alert 40), \"no shared cipher\", ERR_SSL_VERSION_OR_CIPHER_MISMATCH",
    });
}

/// Whether every browser that is up to date gets in all the same.
fn lets_browsers_in(place: &Place, surface: &Surface) -> bool {
    let side = server_side(place.listener, place.server, &surface.target);
    BROWSERS.iter().all(|browser| matches!(negotiate(&browser.hello(), &side), Outcome::Agreed(_)))
}

/// Whether versions above a hole would have suites (`tls_setup_handshake` asks for the lowest run only).
fn newer_are_lost(cause: &Cause, server: &ServerSurface) -> bool {
    cause.nothing_left && server.enabled.known().is_some_and(|enabled| enabled.max() > cause.idle.max())
}

/// The keys that suites want, in words.
fn keys(wanted: &[Authentication]) -> Vec<&'static str> {
    let word = |auth: &Authentication| match auth {
        Authentication::Rsa => Some("an RSA key"),
        Authentication::Ecdsa => Some("an ECDSA key"),
        Authentication::Dss => Some("a DSA key"),
        _ => None,
    };
    let words: Vec<_> = wanted.iter().filter_map(word).collect();
    if words.is_empty() { vec!["another kind of key"] } else { words }
}
