//! The certificates, keys and their like that configurations name.

use crate::files::Files;
use crate::model::{CertificateRef, Deployment, FileRef, Setting, Trust};
use crate::pki::Store;
use crate::tls::openssl::OpenSslVersion;
use std::path::Path;
use std::sync::Arc;

/// Reads what the configurations name, each file once.
pub(super) fn read(deployments: &[Deployment], files: &mut Files, openssl: OpenSslVersion) -> Store {
    let mut store = Store::read(certificates(deployments), files, openssl);
    store.read_keys(pairs(deployments), files, openssl);
    store.read_dh(dh_params(deployments), files);
    store.look_for(others(deployments).into_iter().chain(ticket_keys(deployments)), files);
    store.measure(ticket_keys(deployments), files);
    store
}

/// Certificates, authorities and revocation lists.
fn certificates(deployments: &[Deployment]) -> Vec<Arc<Path>> {
    let servers = deployments.iter().flat_map(|d| &d.servers).flat_map(|server| {
        let auth = &server.tls.client_auth;
        let own = server.tls.certificates.iter().map(|c| &c.certificate);
        let behind = server.tls.certificates.iter().filter_map(|c| c.completed_by.as_ref()?.path.clone());
        own.chain([&auth.ca, &auth.trusted, &auth.crl].into_iter().flatten()).filter_map(path).chain(behind)
    });
    let hops = deployments.iter().flat_map(|d| &d.upstreams).flat_map(|hop| {
        let trust = match hop.trust.known() {
            Some(Trust::File(file) | Trust::System(file)) => file.path.clone(),
            _ => None,
        };
        let own = hop.certificate.iter().map(|c| &c.certificate);
        own.chain(&hop.crl).filter_map(path).chain(trust).collect::<Vec<_>>()
    });
    servers.chain(hops).collect()
}

/// Keys, each with a certificate that it is to belong to.
fn pairs(deployments: &[Deployment]) -> Vec<(Arc<Path>, Option<Arc<Path>>)> {
    let servers = deployments.iter().flat_map(|d| &d.servers).flat_map(|server| &server.tls.certificates);
    let hops = deployments.iter().flat_map(|d| &d.upstreams).filter_map(|hop| hop.certificate.as_ref());
    let pair = |c: &CertificateRef| Some((path(c.key.as_ref()?)?, path(&c.certificate)));
    servers.chain(hops).filter_map(pair).collect()
}

/// What is opened at start, and need not be read here: pass phrases must not, responses to staple are dated.
fn others(deployments: &[Deployment]) -> Vec<Arc<Path>> {
    let servers = deployments.iter().flat_map(|d| &d.servers).map(|server| &server.tls);
    let servers = servers.flat_map(|tls| [&tls.pass_phrases, &tls.stapling_file].into_iter().flatten());
    let hops = deployments.iter().flat_map(|d| &d.upstreams).filter_map(|hop| hop.pass_phrases.as_ref());
    servers.chain(hops).filter_map(path).collect()
}

/// Keys for session tickets.
fn ticket_keys(deployments: &[Deployment]) -> Vec<Arc<Path>> {
    let servers = deployments.iter().flat_map(|d| &d.servers);
    servers.flat_map(|server| &server.tls.ticket_keys).filter_map(path).collect()
}

/// Parameters for DHE.
fn dh_params(deployments: &[Deployment]) -> Vec<Arc<Path>> {
    let servers = deployments.iter().flat_map(|d| &d.servers);
    servers.filter_map(|s| path(s.tls.dh_params.as_ref()?)).collect()
}

fn path(file: &Setting<FileRef>) -> Option<Arc<Path>> {
    file.known()?.path.clone()
}
