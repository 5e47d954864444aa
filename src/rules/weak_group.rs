//! A key exchange can take place in a group with less than 112 bits of strength.

use super::commands;
use super::dhe;
use super::gather::{self, Place};
use super::{lists, no_post_quantum_group, prose};
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
        let weak = agreed(surface, place);
        let span = place.listed_groups()?.span.filter(|_| !weak.is_empty())?;
        Some(((place.listener.deployment, span, weak), place))
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
        let rest = without(surface, &list.text, &weak);
        let setting = commands::groups(surface, places[0]);
        let (help, new) = match no_post_quantum_group::is_wanted(surface, places[0]) {
            true => {
                let new = no_post_quantum_group::before(&rest);
                (format!("leave them out, and put a post-quantum group first: `{setting} {new};`"), new)
            }
            false => (format!("leave them out: `{setting} {rest};`"), rest),
        };
        let mut spans = words(list, &weak);
        let finding = findings.report(spans.next().unwrap_or(span), message);
        finding
            .because("less than 112 bits of strength, the least that NIST SP 800-131A and RFC 9325 allow")
            .help(help);
        for other in spans.take(SHOWN) {
            finding.also(other, "the same holds for this");
        }
        if let Some((span, new)) = lists::edit(list, &new) {
            finding.replace(Applicability::Unsafe, span, new);
        }
    }
}

/// More labels than these would hide what matters.
const SHOWN: usize = 4;

/// The weak groups that handshakes can end on: groups this small are for ECDHE up to TLS 1.2 alone.
pub(super) fn agreed(surface: &Surface, place: Place) -> Vec<&'static str> {
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
fn words<'l>(list: &'l LibraryText, weak: &'l [&str]) -> impl Iterator<Item = Span> + 'l {
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
