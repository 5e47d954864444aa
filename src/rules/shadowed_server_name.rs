//! A name that another server of the same socket owns already.

mod claims;

use super::prose;
use crate::finding::{Finding, Findings, Severity};
use crate::model::ServerName;
use crate::surface::names::{Claim, Claims};
use crate::surface::{ListenerSurface, ServerSurface, Surface};

pub(super) use claims::unanswering;

/// Reports names that are never answered by the server that lists them, and servers that no name leads to.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut conflicts: Vec<Conflict> = Vec::new();
    let mut unreachable: Vec<Unnamed> = Vec::new();
    // Two branches of a template may well name the same servers.
    let settled = |l: &&ListenerSurface| surface.deployment(l.deployment).templates.is_empty();
    for listener in surface.listeners.iter().filter(settled).filter(|l| l.servers.len() > 1) {
        for conflict in conflicts_on(listener) {
            match conflicts.iter_mut().find(|c| c.joins(&conflict)) {
                Some(known) => known.merge(conflict),
                None => conflicts.push(conflict),
            }
        }
        let is_whole = |s: &ServerSurface| surface.deployment(listener.deployment).is_whole_for(&s.server);
        let without_host = claims::nameless(listener);
        for server in listener.servers.iter().filter(|s| is_unnamed(s) && is_whole(s)) {
            // No name at all is the empty name, which a request without `Host` asks for.
            let first = without_host.filter(|_| claims::is_nameless(server));
            if first.is_some_and(|first| first.binding.server == server.binding.server) {
                continue;
            }
            match unreachable.iter_mut().find(|u| u.server.server.block == server.server.block) {
                Some(known) => known.listeners.push(listener),
                None => unreachable.push(Unnamed { server, first, listeners: vec![listener] }),
            }
        }
    }
    conflicts.iter().for_each(|conflict| conflict.report(findings));
    unreachable.iter().for_each(|unnamed| unnamed.report(findings));
}

/// A server that is not the default and lists no name that a client asks for.
fn is_unnamed(server: &ServerSurface) -> bool {
    !server.binding.default && server.server.names.iter().all(|name| matches!(name.text.as_str(), "" | "_"))
}

/// A server that nothing leads to.
struct Unnamed<'s> {
    server: &'s ServerSurface,
    /// For a server without a name, the one before it that takes the requests without a name.
    first: Option<&'s ServerSurface>,
    listeners: Vec<&'s ListenerSurface>,
}

impl Unnamed<'_> {
    fn report(&self, findings: &mut Findings) {
        let server = &self.server.server;
        let default = self.listeners[0].default_server().filter(|d| d.server.block != server.block);
        let Some(default) = default else { return };
        let place = prose::sockets(self.listeners.iter().copied());
        let name = prose::server(server);
        let message = format!("{name} is never chosen on {place}: another server is the default");
        let finding = findings.report(server.names.first().map_or(server.span, |n| n.span), message);
        finding
            .because(match self.first {
                None => "it names nothing that a client asks for: unclaimed names go to the default server",
                Some(_) => "unclaimed names go to the default server, and of several servers without a name the first answers requests without `Host`",
            })
            .also(default.binding.listen, "the default server answers instead")
            .help(
                "give it the names it shall answer for, or make it the default server and the other one not",
            );
        if let Some(first) = self.first.filter(|first| first.server.block != default.server.block) {
            finding.also(first.server.span, "this one answers requests without `Host`");
        }
    }
}

/// Names that one server takes from another.
struct Conflict<'s> {
    loser: &'s ServerSurface,
    winner: &'s ServerSurface,
    /// Each name with the one that was first.
    names: Vec<(&'s ServerName, &'s ServerName)>,
    /// Whether the first one is ignored itself, but still in the way.
    hollow: bool,
    listeners: Vec<&'s ListenerSurface>,
}

impl<'s> Conflict<'s> {
    fn joins(&self, other: &Conflict) -> bool {
        self.loser.server.block == other.loser.server.block
            && self.winner.server.block == other.winner.server.block
    }

    fn merge(&mut self, other: Conflict<'s>) {
        for pair in other.names {
            if self.names.iter().all(|(name, _)| name.span != pair.0.span) {
                self.names.push(pair);
            }
        }
        self.listeners.extend(other.listeners);
    }

    fn report(&self, findings: &mut Findings) {
        let [(name, first), ..] = self.names.as_slice() else { return };
        let is_own = self.loser.server.block == self.winner.server.block;
        let finding = match name.text.strip_prefix('.').filter(|_| name.text != first.text) {
            _ if name.span == first.span => self.read_twice(findings),
            Some(domain) => self.ignored_whole(domain, is_own, findings),
            None if is_own => self.listed_twice(findings),
            None => self.taken(findings),
        };
        for (other, _) in &self.names[1..] {
            finding.also(other.span, "ignored, too");
        }
        if !name.text.starts_with('~') {
            finding
                .symptom("the wrong site or certificate; the log says \"conflicting server name … ignored\"");
        }
    }

    fn place(&self) -> String {
        prose::sockets(self.listeners.iter().copied())
    }

    fn all_names(&self) -> String {
        prose::list(self.names.iter().map(|(name, _)| format!("`{}`", name.text)))
    }

    fn taken<'f>(&self, findings: &'f mut Findings) -> &'f mut Finding {
        let (name, first) = self.names[0];
        let (verb, it) = if self.names.len() == 1 { ("is", "it") } else { ("are", "them") };
        let message = format!(
            "{} on {} {verb} another server's: this one never answers for {it}",
            self.all_names(),
            self.place()
        );
        let who =
            if self.hollow { "ignored, too, but still in the way" } else { "this server answers for it" };
        findings
            .report(name.span, message)
            .because("of several servers on one socket, the first that lists a name answers for it")
            .also(first.span, who)
            .help("remove the name from one of the two servers")
    }

    /// `.x` where `x` or `*.x` is taken.
    fn ignored_whole<'f>(&self, domain: &str, is_own: bool, findings: &'f mut Findings) -> &'f mut Finding {
        let (name, first) = self.names[0];
        let (open, instead) = match first.text.starts_with("*.") {
            true => (format!("`{domain}` itself"), domain.to_owned()),
            false => (format!("other names below `{domain}`"), format!("*.{domain}")),
        };
        let message = format!("`{}` on {} is ignored: `{}` is taken", name.text, self.place(), first.text);
        findings
            .report(name.span, message)
            .because(format!("ignored as a whole: this server does not answer for {open} either"))
            .also(first.span, if is_own { "listed here first" } else { "another server lists it first" })
            .help(match is_own {
                true => format!("leave `{}` out: `{}` means it, too", first.text, name.text),
                false => format!("write `{instead}` instead"),
            })
    }

    fn listed_twice<'f>(&self, findings: &'f mut Findings) -> &'f mut Finding {
        let (name, first) = self.names[0];
        findings
            .report(name.span, format!("{} is listed twice in one server", self.all_names()))
            .because("the first one covers it")
            .also(first.span, "listed here first")
            .help("leave it out")
            .severity(Severity::Note)
    }

    fn read_twice<'f>(&self, findings: &'f mut Findings) -> &'f mut Finding {
        let message = format!("the server of {} is read twice for {}", self.all_names(), self.place());
        findings
            .report(self.names[0].0.span, message)
            .because("two includes lead here; the second copy never answers")
            .help("include the file once")
            .severity(Severity::Note)
    }
}

/// The conflicts among the servers of a socket, in the order written.
fn conflicts_on(listener: &ListenerSurface) -> Vec<Conflict<'_>> {
    let mut claims = Claims::default();
    let mut conflicts: Vec<Conflict> = Vec::new();
    for server in &listener.servers {
        let names = server.server.names.iter().filter(|n| !n.opaque && !matches!(n.text.as_str(), "" | "_"));
        for name in names {
            let Some(Claim { server: winner, name: first, hollow }) = claims.claim(server, name) else {
                continue;
            };
            let is_regex_again = name.text.starts_with('~') && winner.binding.server == server.binding.server;
            if is_regex_again {
                continue;
            }
            let names = vec![(name, first)];
            let conflict = Conflict { loser: server, winner, names, hollow, listeners: vec![listener] };
            match conflicts.iter_mut().find(|c| c.joins(&conflict)) {
                Some(known) => known.names.push((name, first)),
                None => conflicts.push(conflict),
            }
        }
    }
    conflicts
}
