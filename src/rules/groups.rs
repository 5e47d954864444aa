//! What the rules about lists of groups share: which groups of a list are weak, whether one is missing, and what
//! to write instead, so that no two of them propose different lists for one line.

use super::dhe;
use super::gather::Place;
use crate::model::LibraryText;
use crate::source::Span;
use crate::surface::Surface;
use crate::tls::cipher_suite::KeyExchange;
use crate::tls::group::{self, NamedGroup};
use crate::tls::protocol::ProtocolVersion;
use std::ops::Range;

/// The hybrid that browsers offer.
pub(super) const HYBRID: &str = "X25519MLKEM768";

/// The least that NIST SP 800-131A and RFC 9325 allow, in bits.
const LEAST: u16 = 112;

/// The weak groups that handshakes can end on: groups this small are for ECDHE up to TLS 1.2 alone.
pub(super) fn weak(surface: &Surface, place: Place) -> Vec<&'static str> {
    let counts = |group: &NamedGroup| group.strength_bits() < LEAST && !surface.accepts_group(group);
    let is_weak = |name: &&&str| group::by_name(name).is_some_and(counts);
    let weak: Vec<_> = place.server.groups.known().into_iter().flatten().filter(is_weak).copied().collect();
    match weak.is_empty() || dhe::negotiated(place, KeyExchange::Ecdhe) != Some(true) {
        true => Vec::new(),
        false => weak,
    }
}

/// The elements of a list with the groups that they stand for.
fn elements(text: &str) -> impl Iterator<Item = (Range<usize>, Option<&'static NamedGroup>)> {
    let mut next = 0;
    text.split([':', '/']).map(move |element| {
        let start = next + element.len() - element.trim_start().len();
        next += element.len() + 1;
        let name = element.trim().trim_start_matches(['?', '*']);
        (start..start + element.trim().len(), group::by_name(name))
    })
}

/// Where these groups stand.
pub(super) fn words<'l>(list: &'l LibraryText, weak: &'l [&str]) -> impl Iterator<Item = Span> + 'l {
    let named = elements(&list.text).filter(|(_, group)| group.is_some_and(|g| weak.contains(&g.name)));
    named.filter_map(|(at, _)| list.part(at))
}

/// A list without these groups; what is usual where nothing is left.
pub(super) fn without(surface: &Surface, text: &str, weak: &[&str]) -> String {
    let kept = elements(text).filter(|(_, group)| !group.is_some_and(|g| weak.contains(&g.name)));
    let kept: Vec<&str> = kept.map(|(at, _)| &text[at]).collect();
    if kept.is_empty() { usual(surface) } else { kept.join(":") }
}

/// What every client has, of what the library has.
fn usual(surface: &Surface) -> String {
    let openssl = surface.target.openssl;
    let has = |name: &&str| group::by_name(name).is_some_and(|group| group.in_openssl(openssl));
    ["X25519", "P-256", "P-384"].into_iter().filter(has).collect::<Vec<_>>().join(":")
}

/// A list with the hybrid in front.
pub(super) fn with_hybrid(list: &str) -> String {
    format!("{HYBRID}:{list}")
}

/// Whether a written list of groups leaves out what the library would offer of its own accord.
pub(super) fn wants_hybrid(surface: &Surface, place: Place) -> bool {
    is_hybrid_possible(surface) && is_classical(place)
}

/// Whether the library offers such a group, which the chosen profile does not exclude.
pub(super) fn is_hybrid_possible(surface: &Surface) -> bool {
    let profile = surface.profile.as_ref().and_then(|profile| profile.groups.as_ref());
    let is_within = |group: &&NamedGroup| profile.is_none_or(|groups| groups.allow.contains(group));
    surface.target.openssl.default_groups().iter().any(|group| group.post_quantum && is_within(group))
}

/// Whether handshakes with TLS 1.3, which alone has such groups, end on none of them.
pub(super) fn is_classical(place: Place) -> bool {
    let tls13 = place.server.protocols.known().is_some_and(|p| p.contains(ProtocolVersion::Tls13));
    let holds = |name: &&str| group::by_name(name).is_some_and(|group| group.post_quantum);
    tls13 && place.server.groups.known().is_some_and(|groups| !groups.is_empty() && !groups.iter().any(holds))
}
