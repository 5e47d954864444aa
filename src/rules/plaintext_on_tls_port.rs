//! A port that clients take for TLS answers in plaintext.

use super::prose;
use crate::finding::{Applicability, Findings};
use crate::model::{Setting, Transport, VirtualServer, WordKind};
use crate::source::Span;
use crate::surface::{ListenerSurface, ServerSurface, Surface};

/// Reports ports of HTTP and of mail without TLS where the configuration itself shows that TLS is meant.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut groups: Vec<(Evidence, Vec<&ListenerSurface>)> = Vec::new();
    for listener in surface.listeners.iter().filter(|l| is_suspect(l)) {
        let shown = listener.servers.iter().find_map(|s| evidence(surface, listener, s));
        let Some(evidence) = shown else { continue };
        match groups.iter_mut().find(|(other, _)| other.server.server.block == evidence.server.server.block) {
            Some((_, listeners)) => listeners.push(listener),
            None => groups.push((evidence, vec![listener])),
        }
    }
    for (Evidence { server, span, label }, listeners) in groups {
        let switch = surface.words(listeners[0].deployment).tls_switch;
        let place = prose::sockets(listeners.iter().copied());
        let message = format!("{} speaks plaintext on {place}", prose::server(&server.server));
        let finding = findings.report(server.binding.listen, message);
        finding
            .because(format!("without `{switch}` nothing here speaks TLS, whatever the port number"))
            .also(span, label)
            .help(format!("add `{switch}` before the `;`"))
            .symptom("SSL_ERROR_RX_RECORD_TOO_LONG, ERR_SSL_PROTOCOL_ERROR, \"wrong version number\"");
        let bindings = listeners.iter().flat_map(|l| &l.servers);
        let own = bindings.filter(|s| s.binding.server == server.binding.server);
        let mut listens: Vec<_> = own.map(|s| &s.binding).collect();
        listens.dedup_by_key(|binding| binding.listen);
        for other in listens.iter().skip(1) {
            finding.also(other.listen, format!("without `{switch}`, too"));
        }
        if listeners.iter().all(|l| l.default_server().is_some_and(has_certificate)) {
            for place in listens.iter().filter_map(|binding| binding.append) {
                finding.replace(Applicability::Unsafe, place, format!(" {switch}"));
            }
        } else {
            finding.help(format!(
                "add `{switch}` before the `;`, and give the default server of {place} a certificate"
            ));
        }
    }
}

/// What shows that TLS is meant.
struct Evidence<'s> {
    server: &'s ServerSurface,
    span: Span,
    label: String,
}

fn is_suspect(listener: &ListenerSurface) -> bool {
    let l = &listener.listener;
    l.is_tls_port() && l.transport == Transport::Tcp && listener.is_plaintext()
}

fn evidence<'s>(
    surface: &Surface,
    listener: &ListenerSurface,
    server: &'s ServerSurface,
) -> Option<Evidence<'s>> {
    let has_tls_sibling =
        surface.sockets_of(listener.deployment, server.binding.server).any(|(l, _)| !l.is_plaintext());
    if has_tls_sibling || !surface.deployment(listener.deployment).is_whole_for(&server.server) {
        return None;
    }
    let found = |span, label: &str| Some(Evidence { server, span, label: label.to_owned() });
    let written = &server.server.tls.written;
    if let Some(word) = written.iter().find(|w| w.kind == WordKind::Certificate) {
        return found(word.span, "this certificate is presented to nobody");
    }
    // What follows may stand behind something that ends TLS.
    if listener.listener.address.is_local() || listener.listener.proxy_protocol.is_some() {
        return None;
    }
    if let Some(word) = written.first() {
        return found(word.span, "TLS is set up in this server");
    }
    let inherited = server.server.tls.certificates.first().and_then(|c| c.certificate.span());
    if let Some(span) = inherited {
        return found(span, "this certificate is inherited, and presented to nobody");
    }
    let other = tls_twin(surface, listener.deployment, &server.server)?;
    found(other.span, "the same name is served with TLS here")
}

/// A server that answers over TLS for one of these names.
fn tls_twin<'s>(
    surface: &'s Surface,
    deployment: usize,
    server: &VirtualServer,
) -> Option<&'s VirtualServer> {
    let tls = surface.tls_servers().filter(|(l, _)| l.deployment == deployment && l.listener.http);
    let mut public = tls.filter(|(l, s)| !l.listener.address.is_local() && s.may_serve_tls());
    public.find_map(|(_, s)| {
        let shared = |n: &crate::model::ServerName| server.literal_names().any(|own| own.text == n.text);
        s.server.literal_names().any(shared).then_some(&*s.server)
    })
}

fn has_certificate(server: &ServerSurface) -> bool {
    !server.certificates.is_empty() || matches!(server.rejects_handshake, Setting::Known { value: true, .. })
}
