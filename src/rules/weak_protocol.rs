//! SSL 2.0, SSL 3.0, TLS 1.0 or TLS 1.1 can really be negotiated.

use super::commands;
use super::gather::{self, Place};
use crate::finding::Findings;
use crate::source::Span;
use crate::surface::Surface;
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};
use crate::tls::security_level::protocol_allowed;

/// What one edit would mend.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Cause {
    deployment: usize,
    /// Where the versions are listed; `None` for a default.
    listed: Option<Span>,
    /// Where the library's own floor is lowered, if they could not be negotiated otherwise.
    lowered: Option<Span>,
    weak: ProtocolSet,
}

/// Reports each setting by which a handshake can end on a deprecated version.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let weak = gather::served(surface).filter_map(|place| Some((cause(surface, place)?, place)));
    for (cause, places) in gather::by_cause(weak) {
        let words = surface.words(cause.deployment);
        let span = cause.listed.unwrap_or(places[0].server.binding.listen);
        let message = format!(
            "{} {} {} on {}",
            gather::servers(&places),
            gather::verb(&places, "accepts", "accept"),
            gather::versions(cause.weak),
            gather::sockets(&places)
        );
        let finding = findings.report(span, message).because(match cause.listed {
            Some(_) => deprecated_by(cause.weak).to_owned(),
            None => format!(
                "without `{}`, {} accepts what is {}",
                words.protocols,
                surface.deployment(cause.deployment).software,
                deprecated_by(cause.weak)
            ),
        });
        finding.also_if(cause.lowered, "lets them in: the TLS library would refuse them otherwise");
        for place in gather::overruled(&places) {
            let socket = &place.listener.listener.address;
            let label =
                format!("the default server of {socket} decides for {}", gather::title(&place.server.server));
            finding.also(place.server.server.span, label);
        }
        finding
            .help(format!("allow TLS 1.2 and 1.3 only: {}", commands::modern_protocols(surface, places[0])))
            .symptom("TLS 1.0/1.1 enabled: scanners cap the grade, PCI DSS 4.0.1 fails the site");
    }
}

fn cause(surface: &Surface, place: Place) -> Option<Cause> {
    let server = place.server;
    let is_weak = |v: &ProtocolVersion| *v < ProtocolVersion::Tls12 && !surface.accepts_protocol(*v);
    let weak: ProtocolSet = server.protocols.known()?.iter().filter(is_weak).collect();
    if weak.is_empty() {
        return None;
    }
    let lowered = server.security_level.span().filter(|_| is_let_in(surface, place));
    Some(Cause { deployment: place.listener.deployment, listed: server.enabled.span(), lowered, weak })
}

/// Whether versions are negotiated that the library's own security level would refuse.
pub(super) fn is_let_in(surface: &Surface, place: Place) -> bool {
    let target = &surface.target;
    let refused = |v: ProtocolVersion| {
        v < ProtocolVersion::Tls12 && !protocol_allowed(v, target.security_level, target.openssl)
    };
    place.server.protocols.known().is_some_and(|works| works.iter().any(refused))
}

fn deprecated_by(weak: ProtocolSet) -> &'static str {
    match (weak.min() < Some(ProtocolVersion::Tls10), weak.max() > Some(ProtocolVersion::Ssl3)) {
        (true, true) => "deprecated by RFC 8996 (TLS 1.0, 1.1) and RFC 7568 (SSL 3.0)",
        (true, false) => "prohibited by RFC 7568 (SSL 3.0) and RFC 6176 (SSL 2.0)",
        _ => "deprecated by RFC 8996",
    }
}
