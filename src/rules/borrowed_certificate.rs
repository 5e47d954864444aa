//! A TLS server without a certificate presents the one of its socket's default server.

use super::prose;
use crate::finding::Findings;
use crate::surface::{ListenerSurface, ServerSurface, Surface};

/// Reports each server whose clients get another server's certificate.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut groups: Vec<(&ServerSurface, Vec<&ListenerSurface>)> = Vec::new();
    for (listener, server) in surface.tls_servers().filter(|(_, s)| s.borrows_from.is_some()) {
        let is_whole = surface.deployment(listener.deployment).is_whole_for(&server.server);
        let is_asked_for = server.server.names.iter().any(|n| !matches!(n.text.as_str(), "" | "_"));
        if !is_whole || !is_asked_for || fits(server) {
            continue;
        }
        match groups.iter_mut().find(|(other, _)| other.server.block == server.server.block) {
            Some((_, listeners)) => listeners.push(listener),
            None => groups.push((server, vec![listener])),
        }
    }
    for (server, listeners) in groups {
        let Some(lender) = &server.borrows_from else { continue };
        let words = surface.words(listeners[0].deployment);
        let place = prose::sockets(listeners.iter().copied());
        let message = format!(
            "{} has no certificate: on {place} its clients get the one of {}",
            prose::server(&server.server),
            prose::server(lender)
        );
        let certificate = server.certificates.first().and_then(|c| c.written.certificate.span());
        findings
            .report(server.server.span, message)
            .because("a server without a certificate presents that of its socket's default server")
            .also(lender.span, "the default server of the socket")
            .also_if(certificate, "this is what clients of both names get")
            .help(format!("name one in this server: `{}`", words.certificate))
            .symptom("ERR_CERT_COMMON_NAME_INVALID, SSL_ERROR_BAD_CERT_DOMAIN");
    }
}

/// Whether the certificate is at hand and carries every name of the server.
fn fits(server: &ServerSurface) -> bool {
    let covers = |san: &str, name: &str| {
        let wildcard = || name.split_once('.').map(|(_, parent)| parent) == san.strip_prefix("*.");
        san.eq_ignore_ascii_case(name) || (!name.starts_with('*') && wildcard())
    };
    let carries = |file: &crate::pki::CertificateFile, name: &str| {
        file.leaf().is_some_and(|leaf| leaf.names.iter().any(|san| covers(&san.to_ascii_lowercase(), name)))
    };
    let mut files = server.certificates.iter().map(|c| c.file.as_deref());
    let names = &server.server.names;
    !server.certificates.is_empty()
        && files.all(|file| file.is_some_and(|f| names.iter().all(|n| carries(f, &n.text))))
}
