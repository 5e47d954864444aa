//! The versions allowed leave a gap: none at all, or a hole where clients fall through.

use super::commands;
use super::gather::{self, Place};
use crate::finding::Findings;
use crate::model::{Setting, TlsSettings, Transport};
use crate::source::Span;
use crate::surface::{Surface, UpstreamSurface};
use crate::target::Target;
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};
use crate::tls::security_level::protocol_allowed;

const REFUSED: &str = "tlsv1 alert protocol version, ERR_SSL_VERSION_OR_CIPHER_MISMATCH";

/// Reports listeners and hops whose versions leave nothing, or a hole.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let gaps = gather::served(surface)
        .filter(|p| !p.is_scripted() && p.listener.listener.transport != Transport::Quic)
        .filter_map(|p| Some(((p.listener.deployment, gap(surface, p)?, p.server.enabled.span()), p)));
    for ((_, gap, span), places) in gather::by_cause(gaps) {
        let names = gather::servers(&places);
        let message = match gap {
            Gap::Hole { listed, .. } => {
                format!(
                    "{names} {} {} but not TLS 1.2",
                    gather::verb(&places, "allows", "allow"),
                    gather::versions(listed)
                )
            }
            _ => format!("no TLS version is left that {names} could negotiate"),
        };
        let finding = findings.report(span.unwrap_or(places[0].server.binding.listen), message);
        finding.because(gap.why(&surface.target));
        finding.help(format!("allow TLS 1.2 and 1.3: {}", commands::modern_protocols(surface, places[0])));
        if !matches!(gap, Gap::Hole { falls_to: Some(_), .. }) {
            finding.symptom(REFUSED);
        }
        for other in others(places[0], span) {
            finding.also(other, "leaves no version in common with it");
        }
    }
    upstreams(surface, findings);
}

/// What is wrong with a set of versions.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Gap {
    /// The bounds and the list exclude each other.
    Empty,
    /// The library refuses every one of them.
    Refused { listed: ProtocolSet, level: u8 },
    /// Clients of TLS 1.2 are left between an older and a newer version.
    Hole { listed: ProtocolSet, falls_to: Option<ProtocolVersion> },
}

impl Gap {
    fn why(self, target: &Target) -> String {
        match self {
            Gap::Empty => "the versions listed, the minimum and the maximum have none in common".to_owned(),
            Gap::Refused { listed, level } => {
                let known = listed.intersect(target.openssl.protocols());
                match known.is_empty() {
                    true => format!("OpenSSL {} has no {}", target.openssl, gather::versions(listed)),
                    false => format!(
                        "OpenSSL {} at security level {level} refuses {}",
                        target.openssl,
                        gather::versions(listed)
                    ),
                }
            }
            Gap::Hole { falls_to: Some(older), .. } => {
                format!("clients whose newest version is TLS 1.2 end on {}", older.prose())
            }
            Gap::Hole { .. } => "clients whose newest version is TLS 1.2 are refused".to_owned(),
        }
    }
}

fn gap(surface: &Surface, place: Place) -> Option<Gap> {
    use ProtocolVersion::{Tls12, Tls13};
    let listed = *place.server.enabled.known()?;
    if listed.is_empty() {
        return Some(Gap::Empty);
    }
    let negotiated = place.server.protocols.known();
    if negotiated.is_some_and(|set| set.is_empty()) {
        let level = *place.server.security_level.known()?;
        return is_refused(listed, level, &surface.target).then_some(Gap::Refused { listed, level });
    }
    let hole = listed.contains(Tls13) && !listed.contains(Tls12) && listed.min() < Some(Tls12);
    let falls_to = negotiated.and_then(|set| set.iter().rfind(|v| *v < Tls12));
    hole.then_some(Gap::Hole { listed, falls_to })
}

fn is_refused(listed: ProtocolSet, level: u8, target: &Target) -> bool {
    let works = |v: &ProtocolVersion| protocol_allowed(*v, level, target.openssl);
    listed.intersect(target.openssl.protocols()).iter().all(|v| !works(&v))
}

/// The other settings that have a part in which versions are left.
fn others(place: Place, primary: Option<Span>) -> Vec<Span> {
    if place.server.enabled.known().is_none_or(|set| !set.is_empty()) {
        return Vec::new();
    }
    let scope = &place.listener.listener.name_scope;
    let bounds = &place.listener.deciding(place.server, scope.protocol_bounds).tls;
    let list = &place.listener.deciding(place.server, scope.protocols).tls;
    parts(list, bounds).into_iter().filter(|span| Some(*span) != primary).collect()
}

fn parts(list: &TlsSettings, bounds: &TlsSettings) -> Vec<Span> {
    let bounds = [&bounds.min_protocol, &bounds.max_protocol].into_iter().flatten().filter_map(Setting::span);
    list.protocols.span().into_iter().chain(bounds).collect()
}

/// Hops on which nothing is offered, or the versions above a hole are not. Where it is for want of suites,
/// that is the matter (`no-usable-cipher`).
fn upstreams(surface: &Surface, findings: &mut Findings) {
    let has_suites = |hop: &UpstreamSurface| hop.suites.known().is_none_or(|suites| !suites.is_empty());
    let nothing_begins = |hop: &UpstreamSurface| hop.begun.known().is_some_and(|set| set.is_empty());
    let hops = surface.upstreams.iter().filter(|hop| hop.is_tls() && hop.suites_error.is_none());
    let hops = hops.filter(|hop| has_suites(hop) || nothing_begins(hop));
    let gaps = hops.filter_map(|hop| Some(((hop.enabled.span()?, lost(hop)?), hop)));
    for ((span, lost), hops) in gather::by_cause(gaps) {
        let hop = hops[0];
        let offered = hop.protocols.known().copied().unwrap_or_default();
        let begun = hop.begun.known().copied().unwrap_or_default();
        let listed = hop.enabled.known().copied().unwrap_or_default();
        let more = if hops.len() > 1 { format!(" and {} more", hops.len() - 1) } else { String::new() };
        let from = &hop.upstream.from;
        let openssl = surface.target.openssl;
        let message = match offered.is_empty() {
            true => format!("no TLS version is left that {from}{more} could agree on with the backend"),
            false => format!("{from}{more} never offers {} to the backend", gather::versions(lost)),
        };
        let why = match () {
            () if listed.is_empty() => Gap::Empty.why(&surface.target),
            () if begun.is_empty() => format!("OpenSSL {openssl} begins no handshake with these"),
            () if begun.max() < listed.max() && has_hole(listed) => format!(
                "OpenSSL's clients offer one unbroken range, here {}, and nothing above a hole in it",
                gather::versions(begun)
            ),
            () => format!("OpenSSL {openssl} offers these, and breaks off when the backend takes one"),
        };
        let finding = findings.report(span, message);
        finding.because(why).help(format!("allow TLS 1.2 and 1.3: {}", commands::hop_protocols(hop)));
        finding.symptom(match begun.is_empty() {
            true => "502, \"no protocols available\" in the log: nothing is sent to the backend",
            false => "502, tlsv1 alert protocol version",
        });
    }
}

/// The versions that are listed in vain.
fn lost(hop: &UpstreamSurface) -> Option<ProtocolSet> {
    let (listed, offered) = (*hop.enabled.known()?, *hop.protocols.known()?);
    let lost = listed.difference(offered);
    let hidden = offered.max() < listed.max() && has_hole(listed);
    (offered.is_empty() || hidden).then_some(lost)
}

fn has_hole(set: ProtocolSet) -> bool {
    let between = ProtocolVersion::ALL.into_iter().filter(|v| Some(*v) > set.min() && Some(*v) < set.max());
    between.into_iter().any(|v| !set.contains(v))
}
