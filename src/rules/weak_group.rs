//! A key exchange can take place in a group with less than 112 bits of strength.

use super::commands;
use super::dhe;
use super::gather::{self, Place};
use super::{lists, prose};
use crate::finding::{Applicability, Findings};
use crate::model::LibraryText;
use crate::source::Span;
use crate::surface::Surface;
use crate::tls::cipher_suite::KeyExchange;
use crate::tls::group::{self, NamedGroup};
use std::ops::Range;

/// The least that NIST SP 800-131A and RFC 9325 allow, in bits.
const LEAST: u16 = 112;

/// Reports each list by which a handshake can end on such a group.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let weak = gather::served(surface).filter_map(|place| {
        // Groups this small are for ECDHE up to TLS 1.2 alone.
        let weak =
            weak(surface, place).filter(|_| dhe::negotiated(place, KeyExchange::Ecdhe) == Some(true))?;
        Some(((place.listener.deployment, place.listed_groups()?.span?, weak), place))
    });
    for ((_, span, weak), places) in gather::by_cause(weak) {
        let Some(list) = places[0].listed_groups() else { continue };
        let message = format!(
            "{} {} the {} {} on {}",
            gather::servers(&places),
            gather::verb(&places, "agrees on keys in", "agree on keys in"),
            if weak.len() == 1 { "group" } else { "groups" },
            prose::list(weak.iter().map(|name| format!("`{name}`"))),
            gather::sockets(&places)
        );
        let rest = without(&list.text, &weak);
        let rest = rest.unwrap_or_else(|| usual(surface));
        let finding = findings
            .report(word(list, &weak).unwrap_or(span), message)
            .because("less than 112 bits of strength, the least that NIST SP 800-131A and RFC 9325 allow")
            .help(format!("leave them out: `{} {rest};`", commands::groups(surface, places[0])));
        if let Some((span, new)) = lists::edit(list, &rest) {
            finding.replace(Applicability::Unsafe, span, new);
        }
    }
}

fn weak(surface: &Surface, place: Place) -> Option<Vec<&'static str>> {
    let counts = |group: &NamedGroup| group.strength_bits() < LEAST && !surface.accepts_group(group);
    let is_weak = |name: &&&str| group::by_name(name).is_some_and(counts);
    let weak: Vec<_> = place.server.groups.known()?.iter().filter(is_weak).copied().collect();
    (!weak.is_empty()).then_some(weak)
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

/// Where the first of these groups stands.
fn word(list: &LibraryText, weak: &[&str]) -> Option<Span> {
    let mut elements = elements(&list.text);
    let (at, _) = elements.find(|(_, group)| group.is_some_and(|g| weak.contains(&g.name)))?;
    list.part(at)
}

/// A list without these groups; none where nothing is left.
fn without(text: &str, weak: &[&str]) -> Option<String> {
    let kept = elements(text).filter(|(_, group)| !group.is_some_and(|g| weak.contains(&g.name)));
    let kept: Vec<&str> = kept.map(|(at, _)| &text[at]).collect();
    (!kept.is_empty()).then(|| kept.join(":"))
}

/// What every client has, of what the library has.
fn usual(surface: &Surface) -> String {
    let openssl = surface.target.openssl;
    let has = |name: &&str| group::by_name(name).is_some_and(|group| group.in_openssl(openssl));
    ["X25519", "P-256", "P-384"].into_iter().filter(has).collect::<Vec<_>>().join(":")
}
