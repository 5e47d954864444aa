//! Session tickets are encrypted with one key from a file, which nothing changes.

use super::gather::{self, Place};
use crate::finding::Findings;
use crate::model::FileRef;
use crate::source::Span;
use crate::surface::Surface;
use crate::tls::protocol::ProtocolVersion;

/// Reports each single key by which recorded connections could be read.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let fixed = gather::served(surface).filter_map(|place| {
        let (file, span) = only_key(place).filter(|_| matters(place))?;
        Some(((place.listener.deployment, span), (file, place)))
    });
    for ((deployment, span), found) in gather::by_cause(fixed) {
        let (files, places): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        findings
            .report(
                span,
                format!(
                    "the session tickets of {} are encrypted with one key that stays: `{}`",
                    gather::servers(&places),
                    files[0].text
                ),
            )
            .because("RFC 9325 section 3.4 has such keys change every week: whoever gets hold of one reads the recorded sessions of its time")
            .help(surface.words(deployment).ticket_keys);
    }
}

/// The key, where there is but one: a second one is there for a change.
fn only_key(place: Place<'_>) -> Option<(&FileRef, Span)> {
    let scope = &place.listener.listener.name_scope;
    match place.listener.deciding(place.server, scope.session_cache).tls.ticket_keys.as_slice() {
        [key] => Some((key.known()?, key.span()?)),
        _ => None,
    }
}

/// Whether tickets are issued that a key alone opens. TLS 1.3 resumes with a fresh key exchange, so that
/// only 0-RTT data depends on the ticket's key there (RFC 8446 section 2.3).
fn matters(place: Place) -> bool {
    let server = place.server;
    let older = server.protocols.known().is_some_and(|p| p.iter().any(|v| v < ProtocolVersion::Tls13));
    server.session_tickets.is(&true) && (older || server.early_data.is(&true))
}
