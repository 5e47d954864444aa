//! Servers that nobody is led to, in the order in which a server's software registers names.

use crate::model::ServerId;
use crate::surface::names::Claims;
use crate::surface::{ListenerSurface, ServerSurface, Surface};
use std::collections::HashSet;

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
