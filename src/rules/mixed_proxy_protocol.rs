//! One server of a socket asks for the PROXY protocol, and its neighbours get it too.

use super::prose;
use crate::finding::Findings;
use crate::surface::{ListenerSurface, ServerSurface, Surface};

/// Reports sockets where some `listen` asks for the PROXY protocol and another one does not.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut groups: Vec<(Vec<&ServerSurface>, Vec<&ListenerSurface>)> = Vec::new();
    let settled = |l: &&ListenerSurface| surface.deployment(l.deployment).templates.is_empty();
    for listener in surface.listeners.iter().filter(settled).filter(|l| l.listener.proxy_protocol.is_some()) {
        let lacks = |s: &&ServerSurface| s.binding.proxy_protocol.is(&false);
        let lacking: Vec<&ServerSurface> = listener.servers.iter().filter(lacks).collect();
        let blocks = |servers: &[&ServerSurface]| servers.iter().map(|s| s.server.block).collect::<Vec<_>>();
        match groups.iter_mut().find(|(known, _)| blocks(known) == blocks(&lacking)) {
            Some((_, listeners)) => listeners.push(listener),
            None => groups.push((lacking, vec![listener])),
        }
    }
    for (lacking, listeners) in groups {
        let ([first, ..], Some(asks)) = (lacking.as_slice(), listeners[0].listener.proxy_protocol) else {
            continue;
        };
        let more = if lacking.len() > 1 { " and others" } else { "" };
        let name = prose::server(&first.server);
        let place = prose::sockets(listeners);
        let finding =
            findings.report(asks, format!("`proxy_protocol` on {place} counts for {name}{more}, too"));
        finding
            .because("whoever connects to this socket has to send a PROXY header, whatever the name")
            .help("write it in every `listen` of the socket, or give the others a socket of their own")
            .symptom("connection reset; the log says \"broken header … while reading PROXY protocol\"");
        for server in lacking.iter().take(3) {
            finding.also(server.binding.listen, "clients of this server have to send it, too");
        }
    }
}
