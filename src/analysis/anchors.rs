//! Who is trusted beside the public roots.

use crate::model::Trust;
use crate::pki::chain::Origin;
use crate::pki::{Anchors, CertificateFile};
use crate::surface::Surface;
use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

/// The roots that the user names, and those that stand in files of authorities that the configurations
/// name: whoever writes such a file has a CA of his own, which his clients will know.
///
/// A certificate that is presented itself is trusted by whoever is told to, not by clients at large.
pub(super) fn of(surface: &Surface, presented: &[Arc<CertificateFile>]) -> Anchors {
    let mut anchors = Anchors::default();
    for root in &surface.roots {
        anchors.add(root.clone(), Origin::Configured);
    }
    let leaves: HashSet<_> = presented.iter().filter_map(|file| Some(file.leaf()?.fingerprint)).collect();
    let mut seen = HashSet::new();
    for path in paths(surface).filter(|path| seen.insert(*path)) {
        let Some(file) = surface.store.get(path) else { continue };
        let roots = file.certificates.iter().filter(|c| c.self_issued && !leaves.contains(&c.fingerprint));
        roots.for_each(|root| anchors.add(root.clone(), Origin::Linted));
    }
    anchors
}

/// Where the files of authorities lie.
fn paths(surface: &Surface) -> impl Iterator<Item = &Path> {
    let servers = surface.deployments.iter().flat_map(|d| &d.servers).flat_map(|server| {
        let auth = &server.tls.client_auth;
        [&auth.ca, &auth.trusted].into_iter().flatten().filter_map(|file| file.known())
    });
    let hops = surface.upstreams.iter().filter_map(|hop| match hop.upstream.trust.known() {
        Some(Trust::File(file) | Trust::System(file)) => Some(file),
        _ => None,
    });
    servers.chain(hops).filter_map(|file| file.path.as_deref())
}
