//! The certificates by which servers verify clients.

use crate::model::{ClientAuthMode, FileRef, Setting, VirtualServer};
use crate::pki::chain::openssl;
use crate::pki::{Certificate, CertificateFile};
use crate::source::Span;
use crate::surface::Surface;
use std::collections::HashSet;
use std::sync::Arc;

/// What a server verifies clients by; all of it is at hand and sound.
#[derive(Debug)]
pub(super) struct Judges<'s> {
    /// The server, or the first of several with the same files.
    pub(super) server: &'s VirtualServer,
    /// The file that is named for it.
    pub(super) file: &'s FileRef,
    /// What it trusts, with the files.
    pub(super) authorities: Vec<(&'s FileRef, &'s Certificate)>,
}

impl<'s> Judges<'s> {
    /// Those that a verification can end at.
    pub(super) fn roots(&self) -> impl Iterator<Item = (&'s FileRef, &'s Certificate)> {
        let all = self.authorities.iter().copied();
        all.filter(|(_, certificate)| openssl::is_self_signed(certificate))
    }
}

/// All servers that verify clients, those with the same files once. Not those that take certificates of whatever
/// issuer.
pub(super) fn all(surface: &Surface) -> Vec<Judges<'_>> {
    let servers = surface.deployments.iter().flat_map(|deployment| &deployment.servers);
    let mut seen = HashSet::new();
    servers.filter_map(|server| judges(surface, server, &mut seen)).collect()
}

fn judges<'s>(
    surface: &'s Surface,
    server: &'s VirtualServer,
    seen: &mut HashSet<(Option<Span>, Option<Span>)>,
) -> Option<Judges<'s>> {
    let auth = &server.tls.client_auth;
    let mode = auth.mode.known().filter(|_| server.tls.loads_files)?;
    if !matches!(mode, ClientAuthMode::Required | ClientAuthMode::Optional) {
        return None;
    }
    let mut files = Vec::new();
    for setting in [&auth.ca, &auth.trusted].into_iter().flatten() {
        files.push(setting.known()?);
    }
    let span = |setting: &Option<Setting<FileRef>>| Some(setting.as_ref()?.known()?.span);
    if !seen.insert((span(&auth.ca), span(&auth.trusted))) {
        return None;
    }
    files.retain(|file| !file.text.is_empty());
    let file = *files.first()?;
    let mut authorities = Vec::new();
    for file in files {
        let held: &Arc<CertificateFile> = surface.store.get(file.path.as_deref()?)?;
        // Trust settings may make an end of anything.
        if held.error.is_some() || held.has_trust_settings {
            return None;
        }
        authorities.extend(held.certificates.iter().map(|certificate| (file, certificate)));
    }
    (!authorities.is_empty()).then_some(Judges { server, file, authorities })
}
