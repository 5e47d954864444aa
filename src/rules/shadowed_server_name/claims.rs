//! Which names are taken, in the order in which a server's software registers them.

use crate::model::{ServerId, ServerName};
use crate::surface::{ListenerSurface, ServerSurface, Surface};
use std::collections::{HashMap, HashSet};

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

/// Whether a server takes the requests without a name: no `server_name` at all means `server_name ""`.
pub(super) fn is_nameless(server: &ServerSurface) -> bool {
    server.server.names.is_empty() || server.server.names.iter().any(|name| name.text.is_empty())
}

/// The server of an HTTP socket that answers requests without `Host`, if one lists the empty name.
pub(super) fn nameless(listener: &ListenerSurface) -> Option<&ServerSurface> {
    listener.servers.iter().find(|server| listener.listener.http && is_nameless(server))
}

/// Servers that no request leads to on any TLS socket of theirs, with their deployments: all that they
/// would answer is taken.
pub(in crate::rules) fn unanswering(surface: &Surface) -> HashSet<(usize, ServerId)> {
    let (mut some, mut none) = (HashSet::new(), HashSet::new());
    for listener in surface.listeners.iter().filter(|l| l.is_tls()) {
        let mut claims = Claims::default();
        let without_host = nameless(listener).map(|first| first.binding.server);
        for server in &listener.servers {
            let id = server.binding.server;
            let asked_for = server.server.names.iter().filter(|n| !matches!(n.text.as_str(), "" | "_"));
            // Each name is claimed, whether or not the server is known to answer already.
            let owned = asked_for.filter(|n| n.opaque || claims.claim(server, n).is_none()).count();
            let answers = server.binding.default || without_host == Some(id) || owned > 0;
            if answers { &mut some } else { &mut none }.insert((listener.deployment, id));
        }
    }
    none.retain(|server| !some.contains(server));
    none
}
