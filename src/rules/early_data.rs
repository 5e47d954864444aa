//! 0-RTT data is accepted, and nothing guards against requests sent again.

use super::gather::{self, Place};
use crate::finding::Findings;
use crate::model::{Answer, Origin, SessionCache};
use crate::source::Span;
use crate::surface::Surface;
use crate::tls::protocol::ProtocolVersion;

/// Reports each switch that lets 0-RTT requests through to backends that cannot tell them.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let unguarded =
        gather::served(surface).filter(|place| is_replayable(surface, *place)).filter_map(|place| {
            let switch = place.server.early_data.span()?;
            let backend = backend(place)?;
            (place.server.server.tls.replay_guard.is_none()).then_some((switch, (place, backend)))
        });
    for (switch, found) in gather::by_cause(unguarded) {
        let places: Vec<Place> = found.iter().map(|(place, _)| *place).collect();
        let (first, backend) = found[0];
        let words = surface.words(first.listener.deployment);
        let message = format!(
            "{} {} 0-RTT requests without a guard against replays",
            gather::servers(&places),
            gather::verb(&places, "accepts", "accept")
        );
        let finding = findings
            .report(switch, message)
            .because("whoever recorded 0-RTT data can send it again (RFC 8446 section 8)")
            .also(backend, "this backend cannot tell such a request from another");
        if let Origin::Socket(_) = first.server.early_data.origin() {
            let socket = &first.listener.listener.address;
            let label =
                format!("the default server of {socket} decides for {}", gather::title(&first.server.server));
            finding.also(first.server.server.span, label);
        }
        finding.help(format!(
            "tell the backend and let it answer 425 where a repetition does harm (RFC 8470): `{}`; or `{}`",
            words.early_data_header, words.no_early_data
        ));
    }
}

/// Whether a client can resume with 0-RTT data at all.
fn is_replayable(surface: &Surface, place: Place) -> bool {
    let (listener, server) = (place.listener, place.server);
    let keeper = listener.deciding(server, listener.listener.name_scope.session_cache);
    let resumes = !server.session_tickets.is(&false) || !keeper.tls.session_cache.is(&SessionCache::None);
    let tls13 = server.protocols.known().is_some_and(|p| p.contains(ProtocolVersion::Tls13));
    server.early_data.is(&true) && tls13 && resumes && !surface.deployment(listener.deployment).fragment
}

/// Where requests are handed on. What is answered here, files and redirects, bears repetition.
fn backend(place: Place) -> Option<Span> {
    let site = place.server.server.site.as_ref().filter(|site| site.redirects_all.is_none())?;
    site.scopes.iter().find_map(|scope| match scope.answer {
        Answer::Proxied(span) => Some(span),
        _ => None,
    })
}
