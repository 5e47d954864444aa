//! A TLS server without a certificate presents the one of its socket's default server.

use super::prose;
use crate::finding::{Findings, Severity};
use crate::model::ServerName;
use crate::surface::{ListenerSurface, ServerSurface, Surface};

/// Reports each server whose clients get another server's certificate.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut groups: Vec<(&ServerSurface, Vec<&ListenerSurface>)> = Vec::new();
    for (listener, server) in surface.tls_servers().filter(|(_, s)| s.borrows_from.is_some()) {
        let is_whole = surface.deployment(listener.deployment).is_whole_for(&server.server);
        let is_asked_for = server.server.names.iter().any(|n| !matches!(n.text.as_str(), "" | "_"));
        if !is_whole || !is_asked_for || covers(server) == Covers::All {
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
        let finding = findings.report(server.server.span, message);
        finding
            .because("a server without a certificate presents that of its socket's default server")
            .also(lender.span, "the default server of the socket")
            .also_if(certificate, "this is what clients of both names get")
            .help(format!("name one in this server: `{}`", words.certificate))
            .symptom("ERR_CERT_COMMON_NAME_INVALID, SSL_ERROR_BAD_CERT_DOMAIN");
        if covers(server) == Covers::Unseen {
            let name = prose::server(&server.server);
            finding.severity(Severity::Warning).because(format!(
                "it presents that of its socket's default server; whether it covers {name} cannot be seen here"
            ));
        }
    }
}

/// What the borrowed certificate carries of a server's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Covers {
    All,
    /// A name is missing in a file at hand.
    Lacks,
    /// The file is not at hand, or a pattern stands for names that nobody can list.
    Unseen,
}

fn covers(server: &ServerSurface) -> Covers {
    let names = server.server.names.iter().filter(|n| !matches!(n.text.as_str(), "" | "_"));
    let (patterns, names): (Vec<&ServerName>, Vec<&ServerName>) = names.partition(|n| is_pattern(n));
    let files = || server.certificates.iter().map(|c| c.file.as_deref().and_then(|file| file.leaf()));
    let lacks = |leaf: &crate::pki::Certificate| names.iter().any(|n| !carries(leaf, &n.text));
    if files().flatten().any(lacks) {
        Covers::Lacks
    } else if server.certificates.is_empty() || !patterns.is_empty() || files().any(|leaf| leaf.is_none()) {
        Covers::Unseen
    } else {
        Covers::All
    }
}

fn is_pattern(name: &ServerName) -> bool {
    name.opaque || name.text.starts_with('~') || name.text.ends_with(".*")
}

fn carries(leaf: &crate::pki::Certificate, name: &str) -> bool {
    // `.x` is both `x` and all names below it.
    if let Some(domain) = name.strip_prefix('.') {
        return carries(leaf, domain) && carries(leaf, &format!("*.{domain}"));
    }
    let covers = |san: &str| {
        let wildcard = || name.split_once('.').map(|(_, parent)| parent) == san.strip_prefix("*.");
        san.eq_ignore_ascii_case(name) || (!name.starts_with('*') && wildcard())
    };
    leaf.names.iter().any(|san| covers(&san.to_ascii_lowercase()))
}
