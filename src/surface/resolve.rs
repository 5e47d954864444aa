//! The model seen through a target: socket and SNI rules, the TLS library's algebra and its levels.

mod handshake;
mod hop;
mod overridden;
mod presented;

use super::{Chains, ListenerSurface, Mode, ServerSurface, Surface};
use crate::clock::Timestamp;
use crate::model::{Binding, Decides, Deployment, Listener, NameScope, Setting, Transport, VirtualServer};
use crate::pki::Store;
use crate::target::Target;
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};
use crate::tls::security_level;
pub(super) use handshake::FOREIGN_LIST;
use handshake::{Handshakes, Offer};
pub(super) use presented::key_kinds;
use std::sync::Arc;

/// Resolves everything that was read.
pub fn resolve(mut deployments: Vec<Deployment>, store: Store, target: Target, now: Timestamp) -> Surface {
    let mut handshakes = Handshakes::new(&target, &store);
    let mut listeners = Vec::new();
    let mut upstreams = Vec::new();
    for (index, deployment) in deployments.iter_mut().enumerate() {
        for listener in std::mem::take(&mut deployment.listeners) {
            listeners.push(self::listener(index, listener, deployment, &mut handshakes));
        }
        for upstream in std::mem::take(&mut deployment.upstreams) {
            upstreams.push(hop::resolve(index, upstream, &mut handshakes));
        }
    }
    let expansions = handshakes.expansions();
    Surface {
        expansions,
        target,
        now,
        profile: None,
        roots: Vec::new(),
        rule_options: Default::default(),
        deployments,
        places: super::places(&listeners),
        listeners,
        upstreams,
        given: Vec::new(),
        chains: Chains::default(),
        store,
    }
}

fn listener(
    deployment: usize,
    listener: Listener,
    from: &Deployment,
    handshakes: &mut Handshakes,
) -> ListenerSurface {
    let mode = match (listener.passthrough, listener.tls.known()) {
        (_, Some(true)) => listener.tls.clone().map(|_| Mode::Tls),
        (Some(span), _) => Setting::written(Mode::Passthrough, span),
        _ => listener.tls.clone().map(|_| Mode::Plaintext),
    };
    let default = listener.default_binding().map(|b| from.server(b.server).clone());
    let servers = listener.bindings.iter();
    let servers = servers.map(|b| server(&listener, b, from, default.as_ref(), handshakes)).collect();
    ListenerSurface { deployment, mode, servers, listener }
}

fn server(
    listener: &Listener,
    binding: &Binding,
    from: &Deployment,
    default: Option<&Arc<VirtualServer>>,
    handshakes: &mut Handshakes,
) -> ServerSurface {
    let server = from.server(binding.server).clone();
    let own = &server.tls;
    let rejects = own.reject_handshake.clone();
    let has_certificate = !own.certificates.is_empty() || own.scripted.is_some();
    let lender =
        default.filter(|d| !binding.default && listener.lends_certificates && !Arc::ptr_eq(d, &server));
    let borrows_from =
        lender.filter(|d| !has_certificate && rejects.is(&false) && !d.tls.certificates.is_empty());
    // Without a certificate there is no TLS context of its own: everything is the default server's.
    let source = borrows_from.unwrap_or(&server);
    let tls = &source.tls;
    let socket = &default.unwrap_or(&server).tls;
    let is_default = binding.default || Arc::ptr_eq(default.unwrap_or(&server), source);
    let scope = &listener.name_scope;

    let mut enabled = enabled(scope, tls, socket, is_default);
    if listener.transport == Transport::Quic {
        // QUIC knows TLS 1.3 and nothing else (RFC 9001 section 4.2).
        enabled = enabled.map(|set| set.intersect(ProtocolSet::of(&[ProtocolVersion::Tls13])));
    }
    let groups = pick(scope.groups, is_default, &tls.groups, &socket.groups);
    let session_tickets = match (scope.session_tickets, is_default) {
        (Decides::Socket, false) if socket.session_tickets.is(&false) => {
            socket.session_tickets.clone().from_socket()
        }
        _ => tls.session_tickets.clone(),
    };
    let ciphersuites = pick(scope.tls13_suites, is_default, &tls.ciphersuites, &socket.ciphersuites);
    let mut certificates = presented::present(handshakes.store(), &tls.certificates);
    let mut offered = enabled.clone();
    if let Some(list) = tls.signatures.as_ref().and_then(Setting::known) {
        certificates.retain(|c| presented::signs(c, &list.text, ProtocolVersion::Tls12));
        if !certificates.iter().any(|c| presented::signs(c, &list.text, ProtocolVersion::Tls13)) {
            offered = offered.map(|set| set.difference(ProtocolSet::of(&[ProtocolVersion::Tls13])));
        }
    }
    let openssl = handshakes.openssl();
    if !certificates.is_empty() && !certificates.iter().any(|c| c.signs_in_tls13(openssl)) {
        offered = offered.map(|set| set.difference(ProtocolSet::of(&[ProtocolVersion::Tls13])));
    }
    let handshake = handshakes.server(&Offer {
        enabled: &offered,
        ciphers: &tls.ciphers,
        ciphersuites: ciphersuites.as_ref(),
        groups: &groups,
        certificates: &certificates,
        dh_params: tls,
        scripted: tls.scripted.is_some() || socket.scripted.is_some(),
        first_level: (scope.protocols == Decides::Socket && !is_default).then_some(&socket.ciphers),
    });
    let session_tickets = match &handshake.security_level {
        // The library issues none from this level on.
        Setting::Known { value, origin } if *value >= security_level::NO_TICKETS => {
            Setting::Known { value: false, origin: origin.clone() }
        }
        _ => session_tickets,
    };
    let rejects = match handshake.suites.why_unknown() {
        Some(why) if why == handshake::SUITE_B && rejects.is(&false) => {
            Setting::Unknown { why: why.into(), origin: tls.ciphers.origin().clone() }
        }
        _ => rejects,
    };
    ServerSurface {
        overridden: overridden::find(listener, binding, &server, default),
        enabled,
        protocols: handshake.protocols,
        security_level: handshake.security_level,
        suites: handshake.suites,
        suites_by_key: handshake.suites_by_key,
        suites_error: handshake.suites_error,
        shortfalls: handshake.shortfalls,
        dh_params: handshake.dh_params,
        groups: handshake.groups,
        groups_error: handshakes.refused_group(own),
        certificates,
        server_preference: tls.server_preference.clone(),
        server_preference13: pick(
            scope.tls13_suites,
            is_default,
            &tls.server_preference,
            &socket.server_preference,
        ),
        alpn: binding.alpn.clone(),
        borrows_from: borrows_from.cloned(),
        client_auth: tls.client_auth.mode.clone(),
        session_tickets,
        early_data: pick(scope.early_data, is_default, &tls.early_data, &socket.early_data),
        rejects_handshake: rejects,
        hsts: hsts(&server, from),
        binding: binding.clone(),
        server,
    }
}

/// The value that counts: the name's own, or that of the socket's default server.
fn pick<T: Clone + SocketWide>(decides: Decides, is_default: bool, own: &T, socket: &T) -> T {
    match (decides, is_default) {
        (Decides::Socket, false) => socket.clone().socket_wide(),
        _ => own.clone(),
    }
}

/// Marks a value as the default server's.
trait SocketWide {
    fn socket_wide(self) -> Self;
}

impl<T> SocketWide for Setting<T> {
    fn socket_wide(self) -> Self {
        Setting::from_socket(self)
    }
}

impl<T> SocketWide for Option<Setting<T>> {
    fn socket_wide(self) -> Self {
        self.map(Setting::from_socket)
    }
}

/// The versions switched on: the list, cut by the bounds given to the library.
fn enabled(
    scope: &NameScope,
    tls: &crate::model::TlsSettings,
    socket: &crate::model::TlsSettings,
    is_default: bool,
) -> Setting<ProtocolSet> {
    let list = pick(scope.protocols, is_default, &tls.protocols, &socket.protocols);
    let min = pick(scope.protocol_bounds, is_default, &tls.min_protocol, &socket.min_protocol);
    let max = pick(scope.protocol_bounds, is_default, &tls.max_protocol, &socket.max_protocol);
    bounded(list, min, max)
}

/// A list of versions within bounds; the origin is that of the list unless a bound cuts it.
fn bounded(
    list: Setting<ProtocolSet>,
    min: Option<Setting<ProtocolVersion>>,
    max: Option<Setting<ProtocolVersion>>,
) -> Setting<ProtocolSet> {
    let mut bounded = list;
    for (bound, is_min) in [(min, true), (max, false)] {
        let Some(bound) = bound else { continue };
        bounded = match (bounded, bound) {
            (Setting::Known { value, origin }, Setting::Known { value: bound, origin: by }) => {
                let keeps = |v: &ProtocolVersion| if is_min { *v >= bound } else { *v <= bound };
                let kept: ProtocolSet = value.iter().filter(keeps).collect();
                Setting::Known { value: kept, origin: if kept == value { origin } else { by } }
            }
            (Setting::Known { .. }, Setting::Unknown { why, origin }) => Setting::Unknown { why, origin },
            (unknown, _) => unknown,
        };
    }
    bounded
}

/// The header of `GET /`.
fn hsts(server: &VirtualServer, from: &Deployment) -> Setting<Option<crate::model::Hsts>> {
    match &server.site {
        Some(site) => site.hsts.clone(),
        None => Setting::default_of(None, &from.software),
    }
}
