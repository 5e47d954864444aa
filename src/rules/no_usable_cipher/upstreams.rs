//! Hops that send nothing to their backend, as there is no suite for the newest version that they offer.

use super::super::{gather, lists};
use crate::finding::Findings;
use crate::model::Setting;
use crate::source::Span;
use crate::surface::{Surface, UpstreamSurface};
use crate::tls::protocol::ProtocolVersion;

/// What one edit would mend.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Cause {
    /// The newest version that is offered.
    newest: ProtocolVersion,
    /// Whether newer ones are listed above a hole.
    is_below_hole: bool,
    written: Span,
}

/// Reports what keeps a hop from having a suite for the newest version.
pub(super) fn check(surface: &Surface, findings: &mut Findings) {
    let idle = surface.upstreams.iter().filter_map(|hop| Some((cause(hop)?, hop)));
    for (cause, hops) in gather::by_cause(idle) {
        let hop = hops[0];
        let (from, words) = (&hop.upstream.from, &hop.upstream.words);
        let more = if hops.len() > 1 { format!(" and {} more", hops.len() - 1) } else { String::new() };
        let newest = cause.newest.prose();
        let message =
            format!("{from}{more} can begin no handshake with the backend: no suite is left for {newest}");
        let finding = findings.report(cause.written, message);
        let versions = format!("`{} TLSv1.2 TLSv1.3;`", words.protocols);
        let any = format!("`{} {};` suits RSA and ECDSA keys alike", words.ciphers, lists::MODERN);
        if cause.is_below_hole {
            finding
                .because(format!("below the hole in the versions {newest} is the newest, and no suite in the list can be used with it"))
                .also_if(hop.upstream.ciphers.span(), "the list")
                .help(format!("allow TLS 1.2 and 1.3: {versions}"));
        } else if cause.newest == ProtocolVersion::Tls13 {
            finding
                .because("the list holds no suite of TLS 1.3, and without one for the newest version nothing is offered")
                .help("take the line out: the library's own list is good");
        } else {
            finding.because(format!("no suite in the list can be offered with {newest}"));
            finding.also_if(
                hop.enabled.span().filter(|span| *span != cause.written),
                format!("{newest} is the newest version"),
            );
            finding.help(match cause.newest {
                ProtocolVersion::Tls12 => any,
                _ => format!("allow TLS 1.2 and 1.3: {versions}"),
            });
        }
        finding.symptom("502, \"no ciphers available\" in the log: nothing is sent to the backend");
    }
}

fn cause(hop: &UpstreamSurface) -> Option<Cause> {
    let newest = hop.begun.known()?.max()?;
    if !hop.is_tls() || hop.suites_error.is_some() || !hop.suites.known()?.is_empty() {
        return None;
    }
    let is_below_hole = hop.enabled.known()?.max() > Some(newest);
    let upstream = &hop.upstream;
    let written = match newest {
        _ if is_below_hole => hop.enabled.span(),
        ProtocolVersion::Tls13 => upstream.ciphersuites.as_ref().and_then(Setting::span),
        _ => upstream.ciphers.span(),
    };
    Some(Cause { newest, is_below_hole, written: written.or(hop.enabled.span()).unwrap_or(upstream.span) })
}
