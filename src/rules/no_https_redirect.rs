//! Names that TLS serves are served in plaintext, too.

use super::prose;
use crate::finding::Findings;
use crate::model::{Answer, ServerName, Transport};
use crate::surface::{ListenerSurface, ServerSurface, Surface};

/// Reports each server that answers over plain HTTP for a name that TLS serves, without redirecting.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut groups: Vec<(&ServerSurface, Vec<&ListenerSurface>, Secure)> = Vec::new();
    for listener in surface.listeners.iter().filter(|l| is_public_plaintext(surface, l)) {
        for server in listener.servers.iter().filter(|s| serves(s)) {
            if let Some(group) = groups.iter_mut().find(|(s, ..)| s.server.block == server.server.block) {
                group.1.push(listener);
            } else if surface.deployment(listener.deployment).is_whole_for(&server.server)
                && let Some(secure) = secure_twin(surface, listener, server)
            {
                groups.push((server, vec![listener], secure));
            }
        }
    }
    for (server, listeners, secure) in groups {
        let words = surface.words(listeners[0].deployment);
        let name = &secure.name.text;
        let is_same = secure.server.server.block == server.server.block;
        let proxied = matches!(server.answer(), Some(Answer::Proxied(_)));
        let place = prose::sockets(listeners);
        let message = format!("`{name}` is served in plaintext on {place} and not redirected to TLS");
        let finding = findings.report(server.binding.listen, message);
        finding
            .because("whoever types the bare name gets it in plaintext, to be read and changed on the way")
            .also(secure.server.binding.listen, "the same name is served with TLS here")
            .symptom("the browser says \"Not secure\"");
        if proxied {
            finding.pedantic();
        }
        finding.help(match is_same {
            true => {
                format!("move this line to a server of its own that only redirects: `{}`", words.redirect)
            }
            false => format!("let this server only redirect: `{}`", words.redirect),
        });
    }
}

/// The TLS side of a name.
struct Secure<'s> {
    name: &'s ServerName,
    server: &'s ServerSurface,
}

/// Port 80 for everyone, or 8080 where 8443 plays the part of 443.
fn is_public_plaintext(surface: &Surface, listener: &ListenerSurface) -> bool {
    let l = &listener.listener;
    // A hop of this very instance that leads back here must not be redirected.
    let is_own_backend = surface.upstreams.iter().filter(|u| u.deployment == listener.deployment).any(|u| {
        let targets = u.upstream.targets.known().into_iter().flatten();
        !u.is_tls() && targets.into_iter().any(|t| t.is_local() && t.port.or(Some(80)) == l.address.port())
    });
    let plain = l.http && l.transport == Transport::Tcp && listener.is_plaintext();
    plain
        && matches!(l.address.port(), Some(80 | 8080))
        && !l.address.is_local()
        && l.proxy_protocol.is_none()
        && !is_own_backend
}

/// Whether it answers with content.
fn serves(server: &ServerSurface) -> bool {
    let Some(site) = &server.server.site else { return false };
    site.conditional_redirect.is_none() && matches!(site.answer, Answer::Local | Answer::Proxied(_))
}

/// A server that answers over TLS for a name that this one really gets.
fn secure_twin<'s>(
    surface: &'s Surface,
    listener: &'s ListenerSurface,
    server: &'s ServerSurface,
) -> Option<Secure<'s>> {
    let before = listener.servers.iter().take_while(|s| s.binding.server != server.binding.server);
    let taken: Vec<&str> = before.flat_map(|s| s.server.names.iter()).map(|n| n.text.as_str()).collect();
    let mut names = server.server.literal_names().filter(|n| !taken.contains(&n.text.as_str()));
    let plain_port = listener.listener.address.port();
    names.find_map(|name| {
        let tls = surface.tls_servers().filter(|(l, s)| {
            l.deployment == listener.deployment
                && l.listener.http
                && !l.listener.address.is_local()
                && l.listener.address.port() == Some(if plain_port == Some(80) { 443 } else { 8443 })
                && s.rejects_handshake.is(&false)
                && !leads_back(s)
                && s.server.names.iter().any(|other| answers_for(&other.text, &name.text))
        });
        let mut tls = tls.map(|(_, s)| s);
        tls.next().map(|server| Secure { name, server })
    })
}

/// Whether a name of the TLS side, wildcards included, stands for a literal one.
fn answers_for(pattern: &str, name: &str) -> bool {
    let below = |domain: &str| name.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
    match (pattern.strip_prefix("*."), pattern.strip_prefix('.')) {
        (Some(domain), _) => below(domain),
        (_, Some(domain)) => name == domain || below(domain),
        _ => pattern == name,
    }
}

/// Whether the TLS side sends clients to plaintext, so that a redirect would run in a circle.
fn leads_back(server: &ServerSurface) -> bool {
    match server.answer() {
        Some(Answer::Redirect { to, .. }) => to.text.starts_with("http://"),
        Some(Answer::Refused) => true,
        _ => false,
    }
}
