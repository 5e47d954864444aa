//! Which names are taken, in the order in which a server's software registers them.

use crate::model::ServerName;
use crate::surface::ServerSurface;
use std::collections::HashMap;

/// What names claim, and who was first: exact names, `*.x`, `x.*` and regexes apart from each other.
#[derive(Default)]
pub(super) struct Claims<'s>(HashMap<(Kind, &'s str), Claim<'s>>);

/// Who lists a name, and where.
#[derive(Clone, Copy)]
pub(super) struct Claim<'s> {
    pub(super) server: &'s ServerSurface,
    pub(super) name: &'s ServerName,
    /// Ignored itself, but in the way of others.
    pub(super) hollow: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Exact,
    Leading,
    Trailing,
    Regex,
}

impl<'s> Claims<'s> {
    /// The first claim that stands against a name; none where it is new.
    pub(super) fn claim(&mut self, server: &'s ServerSurface, name: &'s ServerName) -> Option<Claim<'s>> {
        let text = name.text.as_str();
        let mut keys = match (text.strip_prefix('.'), text.strip_prefix("*."), text.strip_suffix(".*")) {
            _ if text.starts_with('~') => vec![(Kind::Regex, text)],
            // Both `x` and `*.x`; where either is taken, the whole is ignored.
            (Some(domain), ..) => vec![(Kind::Leading, domain), (Kind::Exact, domain)],
            (_, Some(domain), _) => vec![(Kind::Leading, domain)],
            (.., Some(prefix)) => vec![(Kind::Trailing, prefix)],
            _ => vec![(Kind::Exact, text)],
        };
        let first = keys.iter().rev().find_map(|key| self.0.get(key)).copied();
        if first.is_some() {
            // An ignored `.x` keeps the name `x` from others all the same (ngx_hash_add_key).
            keys.retain(|(kind, _)| *kind == Kind::Exact && text.starts_with('.'));
        }
        let hollow = first.is_some();
        for key in keys {
            self.0.entry(key).or_insert(Claim { server, name, hollow });
        }
        first
    }
}
