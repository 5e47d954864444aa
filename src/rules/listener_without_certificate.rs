//! A socket speaks TLS, but there is no certificate to present.

use super::prose;
use crate::finding::Findings;
use crate::model::{Listener, Transport};
use crate::surface::{ListenerSurface, ServerSurface, Surface};

/// Reports each server without a certificate that its socket cannot do without.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut groups: Vec<(&ServerSurface, Vec<&ListenerSurface>)> = Vec::new();
    for listener in surface.listeners.iter().filter(|l| l.is_tls()) {
        for server in lacking(listener) {
            if !surface.deployment(listener.deployment).is_whole_for(&server.server) {
                continue;
            }
            match groups.iter_mut().find(|(other, _)| other.server.block == server.server.block) {
                Some((_, listeners)) => listeners.push(listener),
                None => groups.push((server, vec![listener])),
            }
        }
    }
    for (server, listeners) in groups {
        let first = &listeners[0].listener;
        let words = surface.words(listeners[0].deployment);
        let place = prose::sockets(listeners.iter().copied());
        let message = format!("{} has no certificate to present on {place}", prose::server(&server.server));
        let finding = findings.report(server.binding.listen, message);
        let default = listeners[0]
            .default_server()
            .filter(|d| !server.binding.default && d.server.block != server.server.block);
        match default {
            Some(default) => finding
                .because("the default server of this socket has none to lend")
                .also(default.server.span, "the default server only rejects handshakes"),
            None => finding.because("every name that no other server claims ends here"),
        };
        let switch = first.tls.span().or(first.starttls);
        if let Some(span) = switch.filter(|span| !server.binding.listen.contains(*span)) {
            finding.also(span, "this makes the socket TLS for every server on it");
        }
        finding.also_if(server.server.tls.scripted, "code can only replace a certificate that is there");
        finding.help(format!(
            "name one in the server: `{}`; to serve no one here: `{}`",
            words.certificate, words.reject_handshake
        ));
        if first.refuses_without_certificate {
            finding.fatal().symptom(refusal(first, server));
        } else {
            finding.symptom(
                "ERR_SSL_VERSION_OR_CIPHER_MISMATCH, SSL_ERROR_NO_CYPHER_OVERLAP, \"handshake failure\"",
            );
        }
    }
}

/// What the log says when the server refuses to start.
fn refusal(listener: &Listener, server: &ServerSurface) -> &'static str {
    match listener.transport {
        _ if server.server.tls.scripted.is_some() => "no ssl configured for the server",
        Transport::Quic => "no \"ssl_certificate\" is defined for the \"listen ... quic\" directive",
        _ if !listener.tls.is(&true) => "no \"ssl_certificate\" is defined for the \"starttls\" directive",
        _ => "no \"ssl_certificate\" is defined for the \"listen ... ssl\" directive",
    }
}

/// The default server where it has no certificate; where it only rejects handshakes, any other without.
fn lacking(listener: &ListenerSurface) -> Vec<&ServerSurface> {
    let lacks = |s: &ServerSurface| s.server.tls.certificates.is_empty() && s.rejects_handshake.is(&false);
    match listener.default_server() {
        Some(default) if lacks(default) => vec![default],
        Some(default) if default.server.tls.certificates.is_empty() => {
            let refuses = default.rejects_handshake.is(&true);
            listener.servers.iter().filter(|s| refuses && lacks(s)).collect()
        }
        _ => Vec::new(),
    }
}
