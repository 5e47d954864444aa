//! TLS 1.3 cannot be negotiated although the target can do it.

use super::commands;
use super::gather::{self, Place};
use crate::finding::{Applicability, Findings, Severity};
use crate::model::{GroupList, Setting, Transport, WordKind};
use crate::source::Span;
use crate::surface::{Presented, Surface};
use crate::tls::protocol::ProtocolVersion::{self, Tls13};

/// What excludes TLS 1.3.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Why {
    NotListed,
    Default,
    Maximum(ProtocolVersion),
    NoSuite,
    NoGroup,
    NoScheme,
}

/// Reports each setting that keeps TLS 1.3 from the servers it applies to.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let excluded = gather::served(surface).filter_map(|place| {
        let (why, span) = cause(surface, place)?;
        Some(((place.listener.deployment, why, span), place))
    });
    for ((deployment, why, span), places) in gather::by_cause(excluded) {
        report(surface, deployment, why, span, &places, findings);
    }
}

fn cause(surface: &Surface, place: Place) -> Option<(Why, Option<Span>)> {
    let (listener, server) = (place.listener, place.server);
    let possible = surface.target.openssl.tls13() && surface.deployment(listener.deployment).knows_tls13;
    let protocols = server.protocols.known();
    let is_quic = listener.listener.transport == Transport::Quic;
    let unwanted = surface.profile.as_ref().is_some_and(|profile| profile.excludes_protocol(Tls13));
    if !possible || unwanted || place.is_scripted() {
        return None;
    }
    if let Some(span) =
        unsigned(surface, place).filter(|_| server.enabled.known().is_some_and(|e| e.contains(Tls13)))
    {
        return Some((Why::NoScheme, Some(span)));
    }
    // Where nothing at all is left, that is the matter.
    if !is_quic && protocols.is_some_and(|p| p.is_empty()) {
        return None;
    }
    let scope = &listener.listener.name_scope;
    let list = &listener.deciding(server, scope.protocols).tls.protocols;
    if !list.known()?.contains(Tls13) {
        let why = if list.origin().is_default() { Why::Default } else { Why::NotListed };
        return Some((why, list.span()));
    }
    let bound = &listener.deciding(server, scope.protocol_bounds).tls.max_protocol;
    if let Some(bound) = bound
        && *bound.known()? < Tls13
    {
        return Some((Why::Maximum(*bound.known()?), bound.span()));
    }
    if protocols?.contains(Tls13) || server.suites_error.is_some() {
        return None;
    }
    let suites = &listener.deciding(server, scope.tls13_suites).tls.ciphersuites;
    let groups = &listener.deciding(server, scope.groups).tls.groups;
    match (suites, groups) {
        (Some(Setting::Known { value, .. }), _) if value.text.is_empty() => Some((Why::NoSuite, value.span)),
        (_, Setting::Known { value: GroupList::List(list), .. }) if server.groups.known().is_some() => {
            Some((Why::NoGroup, list.span))
        }
        _ => None,
    }
}

/// The line that names a certificate, where no key can sign in TLS 1.3.
fn unsigned(surface: &Surface, place: Place) -> Option<Span> {
    let certificates = &place.server.certificates;
    let signs = |presented: &Presented| presented.signs_in_tls13(surface.target.openssl);
    // A key that is too short is a fault of its own.
    let is_short = |presented: &Presented| {
        presented.file.as_ref().and_then(|file| file.leaf()).is_some_and(|leaf| leaf.key.bits < 224)
    };
    let none = !certificates.iter().any(|presented| signs(presented) || is_short(presented));
    let first = certificates.first().filter(|_| none)?;
    first.written.certificate.span()
}

/// Whether a maximum would go on excluding TLS 1.3.
fn is_capped(place: Place) -> bool {
    let scope = &place.listener.listener.name_scope;
    let max = &place.listener.deciding(place.server, scope.protocol_bounds).tls.max_protocol;
    max.as_ref().is_some_and(|max| max.known().is_none_or(|max| *max < Tls13))
}

fn report(
    surface: &Surface,
    deployment: usize,
    why: Why,
    span: Option<Span>,
    places: &[Place],
    findings: &mut Findings,
) {
    let words = surface.words(deployment);
    let from = surface.deployment(deployment);
    let first = places[0].server;
    let message = format!("TLS 1.3 cannot be negotiated with {}", gather::servers(places));
    let finding = findings.report(span.unwrap_or(first.binding.listen), message);
    let allow = format!("allow it: {}", commands::modern_protocols(surface, places[0]));
    match why {
        Why::NotListed => finding.because("TLS 1.3 (RFC 8446) is not among these versions").help(allow),
        Why::Default => finding
            .because(format!("{} leaves TLS 1.3 off unless `{}` names it", from.software, words.protocols))
            .help(allow),
        Why::Maximum(bound) => finding
            .because(format!("the maximum given to the TLS library is {}", bound.prose()))
            .help("take the maximum out"),
        Why::NoSuite => finding
            .because("this list of TLS 1.3 suites is empty")
            .help("take the line out: the library's own list is good"),
        // The version is chosen before the certificate (`is_tls13_capable`: whoever looks at names may still change it).
        Why::NoScheme => {
            let leaf = first.certificates.first().and_then(|c| c.file.as_ref()?.leaf());
            let key = leaf.map(|leaf| leaf.key.label.as_str()).unwrap_or_default();
            finding
                .because(format!("no signature scheme of TLS 1.3 in OpenSSL {} goes with its key, {key}", surface.target.openssl))
                .help("get a certificate for a key that all clients know: `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`")
                .symptom("ERR_SSL_VERSION_OR_CIPHER_MISMATCH, handshake failure (alert 40): clients that offer TLS 1.3 do not fall back, and the others must offer the curve")
                .severity(Severity::Error)
        }
        Why::NoGroup => {
            finding.because("none of these groups carries TLS 1.3").help("add X25519 or P-256 to the list")
        }
    };
    if span.is_none() {
        gather::point_at(finding, places, "the same holds here");
    }
    for place in gather::overruled(places) {
        let wanted = place.server.server.tls.protocols.known().is_some_and(|list| list.contains(Tls13));
        let written = place.server.overridden.iter().find(|o| o.kind == WordKind::Protocols);
        let socket = &place.listener.listener.address;
        if let (true, Some(written)) = (wanted, written) {
            finding.also(written.written, format!("without effect: the default server of {socket} decides"));
        }
    }
    let mut own = first.server.tls.written.iter().filter(|word| word.kind == WordKind::Protocols);
    if let (Why::NotListed, Some(word), None) = (why, own.next(), own.next())
        && Some(word.span) == span
        && word.name == words.protocols
        && !is_capped(places[0])
    {
        finding.replace(Applicability::Unsafe, word.span, words.modern_protocols);
    }
    let mut quic = places.iter().filter(|p| p.listener.listener.transport == Transport::Quic);
    if let Some(place) = quic.find(|p| p.server.binding.default) {
        let label = "QUIC knows no other version (RFC 9001 section 4.2)";
        finding.severity(Severity::Error).also(place.server.binding.listen, label);
        finding.fatal = !from.fragment && matches!(why, Why::NotListed | Why::Default);
    }
}
