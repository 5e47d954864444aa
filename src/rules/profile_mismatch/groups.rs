//! Groups that are negotiable, other than those the profile allows.

use super::{Audit, gather};
use crate::model::{GroupList, LibraryText};
use crate::rules::{commands, prose};
use crate::source::Span;
use crate::tls::group::{self, NamedGroup};

pub(super) fn check(audit: &mut Audit) {
    let Some(section) = &audit.profile.groups else { return };
    let outside = gather::served(audit.surface).filter_map(|place| {
        if super::versions_within(audit, &place).is_empty() {
            return None;
        }
        let known = place.server.groups.known()?.iter().filter_map(|name| group::by_name(name));
        let outside: Vec<&NamedGroup> = known.filter(|group| !section.allow.contains(group)).collect();
        let scope = &place.listener.listener.name_scope;
        let written = &place.listener.deciding(place.server, scope.groups).tls.groups;
        let list = match written.known()? {
            GroupList::List(list) => Some(list),
            GroupList::Auto => None,
        };
        let counts = !outside.is_empty() && audit.is_certain(&place, written);
        counts.then_some(((place.listener.deployment, list.and_then(|l| l.span), outside), (place, list)))
    });
    for ((deployment, span, outside), found) in gather::by_cause(outside) {
        let list = found[0].1;
        let places: Vec<_> = found.into_iter().map(|(place, _)| place).collect();
        let named = |group: &&NamedGroup| list.and_then(|list| list.part(word(&list.text, group)?));
        let spans: Vec<Span> = outside.iter().filter_map(named).collect();
        let does = format!(
            "{} {} the {} {}",
            gather::servers(&places),
            gather::verb(&places, "accepts", "accept"),
            if outside.len() == 1 { "group" } else { "groups" },
            prose::list(&outside)
        );
        let words = audit.words(deployment);
        let setting = commands::groups(audit.surface, places[0]);
        let primary = spans.first().copied().or(span).unwrap_or(places[0].server.binding.listen);
        let mut says = allowed(&section.allow);
        if list.is_none() {
            let openssl = audit.surface.target.openssl;
            says.push_str(&format!("; without `{}`, the list of OpenSSL {openssl} counts", setting));
        }
        let left = left(audit, &section.allow, list);
        let finding = audit.report(primary, does, &section.source, says);
        // Generators of these documents' own configurations left the groups to the library for years.
        if list.is_none() {
            finding.pedantic();
        }
        for span in spans.iter().skip(1).take(SHOWN).filter(|span| **span != primary) {
            finding.also(*span, "lies outside, too");
        }
        if !left.is_empty() {
            finding.help(format!("write `{}`", (words.set)(setting, &left)));
        }
    }
}

/// More labels than these would hide what matters.
const SHOWN: usize = 4;

/// What the profile allows, in short.
fn allowed(groups: &[&NamedGroup]) -> String {
    match groups.len() {
        0..=6 => prose::list(groups),
        count => format!("{}, {} and {} more", groups[0], groups[1], count - 2),
    }
}

/// What is left of a list, or of the library's own; where nothing is, what the profile has.
fn left(audit: &Audit, allow: &[&'static NamedGroup], list: Option<&LibraryText>) -> String {
    let openssl = audit.surface.target.openssl;
    let now = match list {
        Some(list) => group::parse_list(&list.text, openssl).unwrap_or_default(),
        None => openssl.default_groups(),
    };
    let mut left: Vec<&NamedGroup> = now.into_iter().filter(|group| allow.contains(group)).collect();
    if left.is_empty() {
        left.extend(allow.iter().filter(|group| group.in_openssl(openssl)));
    }
    left.iter().map(|group| group.name).collect::<Vec<_>>().join(":")
}

/// Where a list names a group.
fn word(text: &str, group: &NamedGroup) -> Option<std::ops::Range<usize>> {
    let mut start = 0;
    text.split([':', '/']).find_map(|element| {
        let name = element.trim().trim_start_matches(['?', '*', '-']);
        let at = start + element.rfind(name).unwrap_or(0);
        start += element.len() + 1;
        (group::by_name(name) == Some(group)).then_some(at..at + name.len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_found_by_any_of_its_names() {
        let place = |text, name| group::by_name(name).and_then(|group| word(text, group));
        assert_eq!(place("X25519:prime256v1", "P-256"), Some(7..17));
        assert_eq!(place("*X25519 / ?P-256", "P-256"), Some(11..16));
        assert_eq!(place("DEFAULT", "P-256"), None);
    }
}
