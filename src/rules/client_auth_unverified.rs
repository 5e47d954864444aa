//! Client certificates are asked for, and nothing verifies them.

use super::client_auth_optional_unchecked::unread;
use super::prose;
use crate::finding::Findings;
use crate::model::{ClientAuth, ClientAuthMode};
use crate::surface::Surface;

/// Reports each server where any client certificate is as good as another, or none at all.
pub fn check(surface: &Surface, findings: &mut Findings) {
    accepted(surface, findings);
    softened(surface, findings);
}

/// Whatever certificate a client sends is accepted.
fn accepted(surface: &Surface, findings: &mut Findings) {
    let reads = |auth: &ClientAuth| !auth.result_read.is_empty();
    for unread in unread(surface, ClientAuthMode::OptionalUnverified, reads) {
        let words = surface.words(unread.deployment);
        let server = unread.servers[0];
        let contents = unread.servers.iter().find_map(|s| s.tls.client_auth.contents_read.first().copied());
        findings
            .report(
                unread.span,
                format!("{} asks for client certificates, but nothing verifies them", prose::server(server)),
            )
            .because(
                "accepts any certificate, whoever signed it, and nothing asks whether verification succeeded",
            )
            .also_if(contents, "relies on what the certificate says, but anyone can make one that says so")
            .also_if((!server.block.contains(unread.span)).then_some(server.span), "for this server")
            .help(format!("demand a verified one:\n{}\n{}", words.client_ca, words.client_verify));
    }
}

/// Clients without a verified certificate are refused, and then served all the same.
fn softened(surface: &Surface, findings: &mut Findings) {
    let is_never_read = |auth: &ClientAuth| auth.softened.is_none() || !auth.result_read.is_empty();
    for unread in unread(surface, ClientAuthMode::Required, is_never_read) {
        let server = unread.servers[0];
        let Some(span) = server.tls.client_auth.softened else { continue };
        findings
            .report(
                span,
                format!("{} serves clients without a verified certificate after all", prose::server(server)),
            )
            .because("a refused request is answered with what it asked for")
            .also(unread.span, "client certificates are demanded here")
            .help("let the refusal stand, or answer it with a page that says what is missing");
    }
}
