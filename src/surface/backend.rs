//! Whom a hop meets, where that is a listener at hand.

use super::{ListenerSurface, ServerSurface, Surface, UpstreamSurface};
use crate::model::{SocketAddress, Transport, UpstreamTarget};
use crate::pki::CertificateFile;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// A server of the same deployment that a hop leads to, and what it may present there.
#[derive(Debug)]
pub struct Backend<'s> {
    /// Where the hop leads.
    pub target: &'s UpstreamTarget,
    /// The socket.
    pub listener: &'s ListenerSurface,
    /// The server that the hop's SNI selects.
    pub server: &'s ServerSurface,
    /// The files of its certificates, each of them at hand and sound.
    pub files: Vec<&'s Arc<CertificateFile>>,
}

impl Surface {
    /// The servers that a hop certainly leads to, with certificates that are at hand. Addresses that other
    /// machines may have as well are only taken where a socket is bound to the very same.
    pub fn backends<'s>(&'s self, hop: &'s UpstreamSurface) -> Vec<Backend<'s>> {
        let targets = hop.upstream.targets.known().map(Vec::as_slice).unwrap_or_default();
        targets.iter().filter_map(|target| self.backend(hop, target)).collect()
    }

    fn backend<'s>(&'s self, hop: &'s UpstreamSurface, target: &'s UpstreamTarget) -> Option<Backend<'s>> {
        let sockets = self
            .listeners
            .iter()
            .filter(|l| l.deployment == hop.deployment && l.listener.transport == Transport::Tcp);
        let fit = |l: &&ListenerSurface| fit(&l.listener.address, target);
        let listener = sockets.filter(|l| fit(l).is_some()).max_by_key(fit)?;
        let is_plain = listener.listener.proxy_protocol.is_none() && listener.listener.starttls.is_none();
        if !listener.is_tls() || !is_plain || self.deployment(hop.deployment).fragment {
            return None;
        }
        let server = selected(listener, hop.sni.known()?.as_deref())?;
        let tls = &server.borrows_from.as_ref().unwrap_or(&server.server).tls;
        let scripted = tls.scripted.is_some()
            || listener.default_server().is_some_and(|default| default.server.tls.scripted.is_some());
        if !server.rejects_handshake.is(&false) || scripted || tls.incomplete.is_some() {
            return None;
        }
        let sound = |file: &&Arc<CertificateFile>| file.error.is_none() && !file.certificates.is_empty();
        let files: Option<Vec<_>> =
            server.certificates.iter().map(|c| c.file.as_ref().filter(sound)).collect();
        let files = files.filter(|files| !files.is_empty())?;
        Some(Backend { target, listener, server, files })
    }
}

/// How well a socket fits a target: bound to its very address, or to all of this machine's.
fn fit(address: &SocketAddress, target: &UpstreamTarget) -> Option<u8> {
    match address {
        SocketAddress::Unix(path) => {
            let asked = target.host.strip_prefix("unix:")?;
            (asked.trim_end_matches(':') == path).then_some(2)
        }
        SocketAddress::Ip(address) => {
            let host: IpAddr = target.host.trim_start_matches('[').trim_end_matches(']').parse().ok()?;
            let asked = SocketAddr::new(host, target.port?);
            let is_any = address.ip().is_unspecified()
                && host.is_loopback()
                && address.port() == asked.port()
                && address.is_ipv4() == host.is_ipv4();
            match *address == asked {
                true => Some(2),
                false => is_any.then_some(1),
            }
        }
        SocketAddress::Host(..) | SocketAddress::Opaque(_) => None,
    }
}

/// The server that answers a handshake with this SNI, if that can be told.
fn selected<'s>(listener: &'s ListenerSurface, sni: Option<&str>) -> Option<&'s ServerSurface> {
    if let [only] = listener.servers.as_slice() {
        return Some(only);
    }
    let Some(sni) = sni else { return listener.default_server() };
    let asked = sni.trim_end_matches('.');
    let names = || listener.servers.iter().flat_map(|s| s.server.names.iter().map(move |name| (s, name)));
    let exact = names().find(|(_, name)| !name.opaque && name.text.eq_ignore_ascii_case(asked));
    let is_pattern = |name: &str| name.starts_with(['*', '.', '~']) || name.ends_with('*');
    match exact {
        Some((server, _)) => Some(server),
        // Which pattern wins is not looked at.
        None if names().any(|(_, name)| name.opaque || is_pattern(&name.text)) => None,
        None => listener.default_server(),
    }
}
