//! Settings that a command to the library overrides: what to write then, and what to take out.

use super::gather::Place;
use super::prose;
use crate::model::{LibraryCommands, Setting};
use crate::source::Span;
use crate::surface::{Surface, UpstreamSurface};
use crate::tls::protocol::ProtocolVersion::{self, Tls12, Tls13};

/// How the setting is called by which the list of suites counts that a server has.
pub(super) fn ciphers<'s>(surface: &'s Surface, place: Place<'s>) -> &'s str {
    let tls = &place.listener.deciding(place.server, crate::model::Decides::Name).tls;
    tls.commands.setting(tls.ciphers.span(), surface.words(place.listener.deployment).ciphers)
}

/// How the setting is called by which the list of groups counts that a server has.
pub(super) fn groups<'s>(surface: &'s Surface, place: Place<'s>) -> &'s str {
    let tls = &place.listener.deciding(place.server, place.listener.listener.name_scope.groups).tls;
    tls.commands.setting(tls.groups.span(), surface.words(place.listener.deployment).groups)
}

/// A statement that sets a server's versions to TLS 1.2 and 1.3, and what must go for it to do so.
pub(super) fn modern_protocols(surface: &Surface, place: Place) -> String {
    protocols(place, surface.words(place.listener.deployment).modern_protocols)
}

/// A statement that sets a server's versions, and what must go for it to do so.
pub(super) fn protocols(place: Place, statement: &str) -> String {
    let scope = &place.listener.listener.name_scope;
    let list = &place.listener.deciding(place.server, scope.protocols).tls;
    let bounds = &place.listener.deciding(place.server, scope.protocol_bounds).tls;
    let bounds = (&bounds.commands, &bounds.min_protocol, &bounds.max_protocol);
    alone(statement, list.commands.at(list.protocols.span()), bounds)
}

/// The same for a hop.
pub(super) fn hop_protocols(hop: &UpstreamSurface) -> String {
    let upstream = &hop.upstream;
    let bounds = (&upstream.commands, &upstream.min_protocol, &upstream.max_protocol);
    let by = upstream.commands.at(upstream.protocols.span());
    alone(upstream.words.modern_protocols, by, bounds)
}

type Bound = Option<Setting<ProtocolVersion>>;

fn alone(
    statement: &str,
    list: Option<&str>,
    (commands, min, max): (&LibraryCommands, &Bound, &Bound),
) -> String {
    let cuts = |bound: &Bound, is_in_the_way: fn(ProtocolVersion) -> bool| -> Option<Span> {
        let bound = bound.as_ref().filter(|bound| bound.known().is_some_and(|v| is_in_the_way(*v)))?;
        bound.span()
    };
    let min = commands.at(cuts(min, |v| v > Tls12));
    let max = commands.at(cuts(max, |v| v < Tls13));
    let in_the_way: Vec<String> = [list, min, max].iter().flatten().map(|name| format!("`{name}`")).collect();
    match in_the_way.len() {
        0 => format!("`{statement}`"),
        1 => format!("`{statement}`, and take out {}, which overrides it", in_the_way[0]),
        _ => format!("`{statement}`, and take out {}, which override it", prose::list(in_the_way)),
    }
}
