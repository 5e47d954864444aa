//! Client certificates are verified where they are sent, and nobody asks whether one was.

use super::prose;
use crate::finding::Findings;
use crate::model::{ClientAuth, ClientAuthMode, VirtualServer};
use crate::source::Span;
use crate::surface::Surface;
use std::sync::Arc;

/// Reports each optional verification whose outcome nothing reads.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let reads = |auth: &ClientAuth| !auth.result_read.is_empty() || !auth.contents_read.is_empty();
    for unread in unread(surface, ClientAuthMode::Optional, reads) {
        let words = surface.words(unread.deployment);
        let server = &unread.servers[0];
        let message = format!(
            "{} takes client certificates, but nothing asks whether one was sent",
            prose::server(server)
        );
        findings
            .report(unread.span, message)
            .because("optional: who sends none is served like who sends a verified one")
            .also_if((!server.block.contains(unread.span)).then_some(server.span), "for this server")
            .help(format!(
                "demand one, or refuse requests without:\n{}\n{}",
                words.client_verify, words.client_check
            ));
    }
}

/// A place that asks for client certificates, and the servers it holds for; at least one.
pub(super) struct Unread<'s> {
    /// Index of the deployment.
    pub(super) deployment: usize,
    /// The place.
    pub(super) span: Span,
    /// The servers.
    pub(super) servers: Vec<&'s Arc<VirtualServer>>,
}

/// The places that set this mode, where none of the servers they hold for reads what comes of it. An
/// outer setting is read for all once one server reads it: the others need no certificates.
pub(super) fn unread<'s>(
    surface: &'s Surface,
    mode: ClientAuthMode,
    reads: impl Fn(&ClientAuth) -> bool,
) -> impl Iterator<Item = Unread<'s>> {
    let mut places: Vec<Unread> = Vec::new();
    for (listener, server) in surface.tls_servers().filter(|(_, s)| s.may_serve_tls()) {
        let server = &server.server;
        let auth = &server.tls.client_auth;
        let is_partial = surface.deployment(listener.deployment).fragment;
        let Some(span) = auth.mode.span().filter(|_| auth.mode.is(&mode) && !is_partial) else { continue };
        let place = places.iter_mut().find(|p| p.span == span && p.deployment == listener.deployment);
        match place {
            Some(place) if place.servers.iter().all(|other| !Arc::ptr_eq(other, server)) => {
                place.servers.push(server)
            }
            Some(_) => {}
            None => places.push(Unread { deployment: listener.deployment, span, servers: vec![server] }),
        }
    }
    places.into_iter().filter(move |place| place.servers.iter().all(|s| !reads(&s.tls.client_auth)))
}
