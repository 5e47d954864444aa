//! A ClientHello on a socket: the name leads to a server, the server negotiates.

use super::{ClientHello, Outcome, negotiate, server_side, unknown};
use crate::surface::names::Names;
use crate::surface::{ListenerSurface, ServerSurface};
use crate::target::Target;

/// What a client meets on a socket.
#[derive(Debug)]
pub struct Met<'s> {
    /// The server that answers for the name; none where that is not known.
    pub server: Option<&'s ServerSurface>,
    /// What comes of it.
    pub outcome: Outcome,
}

/// What a client meets on a socket where TLS ends; none where it does not.
pub fn on_listener<'s>(
    hello: &ClientHello,
    listener: &'s ListenerSurface,
    target: &Target,
) -> Option<Met<'s>> {
    if let (Some(why), None) = (listener.mode.why_unknown(), listener.listener.starttls) {
        return Some(Met { server: None, outcome: Outcome::Unknown { why: why.to_owned() } });
    }
    if !listener.is_tls() {
        return None;
    }
    let servers = Names::of(listener).find(hello.name.as_deref());
    let outcomes = servers.iter().map(|server| negotiate(hello, &server_side(listener, server, target)));
    let why = match servers.is_empty() {
        true => "no server listens here",
        false => "a template or a variable hides which server answers for the name",
    };
    Some(Met {
        outcome: unknown::in_common(outcomes, why),
        server: match servers.as_slice() {
            [only] => Some(only),
            _ => None,
        },
    })
}
