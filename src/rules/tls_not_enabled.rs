//! A server has a certificate, but a socket of its does not speak TLS.

use super::prose;
use crate::finding::{Applicability, Findings};
use crate::model::{Answer, ServerId, Transport, WordKind};
use crate::surface::{ListenerSurface, Mode, ServerSurface, Surface};

/// A socket with the server on it.
type Socket<'s> = (&'s ListenerSurface, &'s ServerSurface);

/// Reports sockets that were forgotten beside one that speaks TLS, and certificates that no socket
/// presents.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for (index, deployment) in surface.deployments.iter().enumerate() {
        let switch = deployment.platform.words().tls_switch;
        for (id, server) in deployment.servers.iter().enumerate() {
            let sockets: Vec<Socket> = surface.sockets_of(index, ServerId(id)).collect();
            let is_known = sockets.iter().all(|(l, _)| l.mode.known().is_some());
            if sockets.is_empty() || !is_known || !deployment.is_whole_for(server) {
                continue;
            }
            if sockets.iter().any(|(l, _)| l.is_tls()) {
                forgotten(&sockets, switch, findings);
            } else {
                unused(surface, &sockets, switch, findings);
            }
        }
    }
}

/// `listen [::]:443;` beside `listen 443 ssl;`.
fn forgotten(sockets: &[Socket], switch: &str, findings: &mut Findings) {
    for (listener, server) in sockets.iter().filter(|(l, _)| is_plain_tcp(l)) {
        let twin = sockets.iter().find(|(l, _)| l.is_tls() && are_twins(&listener.listener, &l.listener));
        let Some((twin, at_twin)) = twin else { continue };
        let place = &listener.listener.address;
        let message = format!(
            "{} speaks plaintext on {place}, but TLS on {}",
            prose::server(&server.server),
            twin.listener.address
        );
        let finding = findings.report(server.binding.listen, message);
        finding
            .because(format!("`{switch}` counts for one socket, and each address is a socket of its own"))
            .also(at_twin.binding.listen, "this socket speaks TLS")
            .help(format!("add `{switch}` before the `;`"))
            .symptom("SSL_ERROR_RX_RECORD_TOO_LONG, ERR_SSL_PROTOCOL_ERROR, \"wrong version number\"");
        let presents = listener.default_server().is_some_and(|s| !s.certificates.is_empty());
        if let Some(append) = server.binding.append.filter(|_| presents) {
            finding.replace(Applicability::Safe, append, format!(" {switch}"));
        }
    }
}

fn is_plain_tcp(listener: &ListenerSurface) -> bool {
    let l = &listener.listener;
    listener.is_plaintext() && l.transport == Transport::Tcp && l.proxy_protocol.is_none()
}

/// Whether clients expect the same of both sockets.
fn are_twins(plain: &crate::model::Listener, tls: &crate::model::Listener) -> bool {
    let same_port = plain.address.port().is_some() && plain.address.port() == tls.address.port();
    let expects_tls = plain.http && plain.address.port() == Some(443);
    (same_port || expects_tls) && (!plain.address.is_local() || tls.address.is_local())
}

/// A certificate in a server without TLS.
fn unused(surface: &Surface, sockets: &[Socket], switch: &str, findings: &mut Findings) {
    let (listener, server) = sockets[0];
    let Some(word) = server.server.tls.written.iter().find(|w| w.kind == WordKind::Certificate) else {
        return;
    };
    // On these another rule speaks.
    let is_plain = |l: &ListenerSurface| l.is_plaintext() && !l.listener.is_tls_port();
    let redirects = matches!(server.answer(), Some(Answer::Redirect { .. }));
    if !sockets.iter().all(|(l, _)| is_plain(l))
        || redirects
        || is_served_elsewhere(surface, listener, server)
    {
        return;
    }
    let place = prose::sockets(sockets.iter().map(|(l, _)| *l));
    let message = format!(
        "{} has a certificate but no TLS: it speaks plaintext on {place}",
        prose::server(&server.server)
    );
    let finding = findings.report(word.span, message);
    finding
        .because("this certificate is presented to nobody")
        .symptom("SSL_ERROR_RX_RECORD_TOO_LONG, ERR_SSL_PROTOCOL_ERROR, \"wrong version number\"");
    let starts_plain = |l: &ListenerSurface| {
        matches!(l.listener.address.port(), None | Some(25 | 80 | 110 | 143 | 587 | 8080))
    };
    let candidates: Vec<&Socket> = sockets.iter().filter(|(l, _)| !starts_plain(l)).collect();
    match candidates.as_slice() {
        [] => finding.help(format!("give it a socket with `{switch}`")),
        [(listener, server), ..] => {
            finding.also(server.binding.listen, format!("without `{switch}` this socket is plaintext"));
            finding.help(format!("add `{switch}` to the socket {}", listener.listener.address))
        }
    };
    for append in candidates.iter().filter_map(|(_, s)| s.binding.append) {
        finding.replace(Applicability::Unsafe, append, format!(" {switch}"));
    }
}

/// Whether TLS serves all names of a server by way of another one.
fn is_served_elsewhere(surface: &Surface, listener: &ListenerSurface, server: &ServerSurface) -> bool {
    let tls =
        || surface.listeners.iter().filter(|l| l.deployment == listener.deployment && l.mode.is(&Mode::Tls));
    let serves = |name: &str| {
        tls().flat_map(|l| &l.servers).any(|s| s.server.literal_names().any(|other| other.text == name))
    };
    let mut names = server.server.literal_names().peekable();
    names.peek().is_some() && names.all(|name| serves(&name.text))
}
