//! A key exchange can take place in a group with less than 112 bits of strength.

use super::{commands, gather, groups, lists, prose};
use crate::finding::{Applicability, Findings};
use crate::surface::Surface;

/// Reports each list by which a handshake can end on such a group.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let weak = gather::served(surface).filter_map(|place| {
        let weak = groups::weak(surface, place);
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
        let rest = groups::without(surface, &list.text, &weak);
        let setting = commands::groups(surface, places[0]);
        let (help, new) = match groups::wants_hybrid(surface, places[0]) {
            true => {
                let new = groups::with_hybrid(&rest);
                (format!("leave them out, and put a post-quantum group first: `{setting} {new};`"), new)
            }
            false => (format!("leave them out: `{setting} {rest};`"), rest),
        };
        let mut spans = groups::words(list, &weak);
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
