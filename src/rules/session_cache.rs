//! Neither tickets nor a cache let clients resume sessions.

use super::gather::{self, Place};
use crate::finding::Findings;
use crate::model::{SessionCache, Setting};
use crate::source::Span;
use crate::surface::Surface;
use crate::tls::security_level::NO_TICKETS;

/// What one edit would mend.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Cause {
    deployment: usize,
    /// Where tickets are switched off.
    tickets: Span,
    /// Where the cache is; none for a default.
    cache: Option<Span>,
}

/// Reports each place that switches tickets off where nothing keeps sessions.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let without = gather::served(surface).filter_map(|place| Some((cause(place)?, place)));
    for (cause, places) in gather::by_cause(without) {
        let message = format!(
            "no client can resume a session with {} on {}",
            gather::servers(&places),
            gather::sockets(&places)
        );
        let finding = findings.report(cause.tickets, message);
        finding
            .because("without tickets only a session cache could keep sessions, and there is none")
            .also_if(cause.cache, "none is kept")
            .help(format!("keep sessions: `{}`", surface.words(cause.deployment).session_cache))
            .symptom("slow handshakes: every connection costs a full one");
        // Sessions are looked up before the name is, in the context that the connection began with.
        let own = places.iter().map(|place| &place.server.server.tls.session_cache);
        let ignored = own.filter(|cache| cache.known().is_some_and(|kept| *kept != SessionCache::None));
        if let Some(span) = ignored.filter_map(Setting::span).find(|span| Some(*span) != cause.cache) {
            finding.also(span, "without effect: the cache of the socket's default server counts");
        }
    }
}

fn cause(place: Place) -> Option<Cause> {
    let (listener, server) = (place.listener, place.server);
    let scope = &listener.listener.name_scope;
    let cache = &listener.deciding(server, scope.session_cache).tls.session_cache;
    // There the level takes the tickets away, up to TLS 1.2.
    let by_level = server.security_level.known().is_none_or(|level| *level >= NO_TICKETS);
    let handshakes = server.protocols.known().is_none_or(|p| !p.is_empty());
    match &server.session_tickets {
        Setting::Known { value: false, origin }
            if !by_level && handshakes && cache.is(&SessionCache::None) =>
        {
            Some(Cause { deployment: listener.deployment, tickets: origin.span()?, cache: cache.span() })
        }
        _ => None,
    }
}
