//! Which server of a socket answers for a name: who claims which names, and who wins.
//!
//! As nginx does it (`ngx_http_server_names`, `ngx_http_find_virtual_server`): an exact name, else the longest
//! `*.x`, else the longest `x.*`, else the first regex that matches, else the default server.

use super::{ListenerSurface, ServerSurface};
use crate::model::ServerName;
use fancy_regex::Regex;
use foldhash::HashMap;

/// What names claim, and who was first: exact names, `*.x`, `x.*` and regexes apart from each other.
#[derive(Debug, Default)]
pub struct Claims<'s>(HashMap<(Kind, &'s str), Claim<'s>>);

/// Who lists a name, and where.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'s> {
    /// The server.
    pub server: &'s ServerSurface,
    /// The name as listed.
    pub name: &'s ServerName,
    /// Ignored itself, but in the way of others.
    pub hollow: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Exact,
    Leading,
    Trailing,
    Regex,
}

impl<'s> Claims<'s> {
    /// The first claim that stands against a name; none where it is new.
    pub fn claim(&mut self, server: &'s ServerSurface, name: &'s ServerName) -> Option<Claim<'s>> {
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

    fn owner(&self, kind: Kind, text: &str) -> Option<&'s ServerSurface> {
        self.0.get(&(kind, text)).filter(|claim| !claim.hollow).map(|claim| claim.server)
    }
}

/// The names of a socket, ready to be asked for.
#[derive(Debug)]
pub struct Names<'s> {
    listener: &'s ListenerSurface,
    claims: Claims<'s>,
    /// In the order written; none for one that cannot be read here.
    regexes: Vec<(&'s ServerSurface, Option<Regex>)>,
    /// Servers with names that are not known.
    hidden: Vec<&'s ServerSurface>,
}

impl<'s> Names<'s> {
    /// The names of a socket.
    pub fn of(listener: &'s ListenerSurface) -> Self {
        let mut names =
            Names { listener, claims: Claims::default(), regexes: Vec::new(), hidden: Vec::new() };
        for server in &listener.servers {
            for name in &server.server.names {
                if name.opaque {
                    names.hidden.push(server);
                } else if let Some(pattern) = name.text.strip_prefix('~') {
                    names.regexes.push((server, regex(pattern)));
                } else if !name.text.is_empty() && !name.text.starts_with('!') {
                    names.claims.claim(server, name);
                }
            }
        }
        names
    }

    /// The server that a client meets who asks for a name, or for none; several where it is one of these, and
    /// none where nobody listens.
    pub fn find(&self, name: Option<&str>) -> Vec<&'s ServerSurface> {
        let default = || self.listener.default_server().into_iter().collect();
        // Of a single server, nobody asks for the names.
        let Some(name) = name.and_then(normal).filter(|_| self.listener.servers.len() > 1) else {
            return default();
        };
        if let Some(server) = self.claims.owner(Kind::Exact, &name) {
            return vec![server];
        }
        let mut possible: Vec<&ServerSurface> = self.hidden.clone();
        if let Some(server) = self.by_wildcard(&name) {
            possible.push(server);
            return once(possible);
        }
        for (server, regex) in &self.regexes {
            match regex.as_ref().map(|regex| regex.is_match(&name)) {
                Some(Ok(false)) => {}
                Some(Ok(true)) => {
                    possible.push(server);
                    return once(possible);
                }
                None | Some(Err(_)) => possible.push(server),
            }
        }
        possible.extend(default());
        once(possible)
    }

    fn by_wildcard(&self, name: &str) -> Option<&'s ServerSurface> {
        let dots: Vec<usize> = name.match_indices('.').map(|(at, _)| at).collect();
        let most = if self.listener.listener.wildcards_span_labels { dots.len() } else { 1 };
        let excludes = |server: &ServerSurface| {
            server.server.names.iter().any(|own| own.text.strip_prefix('!') == Some(name))
        };
        let leading = dots.iter().take(most).find_map(|at| self.claims.owner(Kind::Leading, &name[at + 1..]));
        let leading = leading.filter(|server| !excludes(server));
        leading.or_else(|| dots.iter().rev().find_map(|at| self.claims.owner(Kind::Trailing, &name[..*at])))
    }
}

fn once(servers: Vec<&ServerSurface>) -> Vec<&ServerSurface> {
    let mut seen = Vec::new();
    let mut servers = servers;
    servers.retain(|server| {
        let new = !seen.contains(&server.binding.server);
        seen.push(server.binding.server);
        new
    });
    servers
}

/// A regex of `server_name`: with an upper-case letter in it, case does not matter
/// (`ngx_http_core_server_name`).
fn regex(pattern: &str) -> Option<Regex> {
    let any_case = pattern.bytes().any(|b| b.is_ascii_uppercase());
    Regex::new(&if any_case { format!("(?i){pattern}") } else { pattern.to_owned() }).ok()
}

/// A name as it is looked up: lower case, without the dot at its end; none where it is no host name, which
/// counts as if it were not sent (`ngx_http_validate_host`).
fn normal(name: &str) -> Option<String> {
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_host = |b: u8| b.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=%".contains(&b);
    let sound = !name.is_empty() && name.bytes().all(is_host) && !name.contains("..");
    sound.then(|| name.to_ascii_lowercase())
}
