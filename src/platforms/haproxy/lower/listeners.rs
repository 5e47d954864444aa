//! The sockets of a `bind` line, with a virtual server for each set of names that get the same certificates.

use super::Lines;
use super::binds::Bind;
use super::choice::{self, Group};
use super::load::Loader;
use super::loaded::{Loaded, Name};
use super::refusals;
use super::tls::{self, Source};
use crate::model::{
    Alpn, Answer, Binding, Decides, Deployment, Listener, NameScope, ServerId, ServerName, Setting, Site,
    TlsSettings, Transport, UnknownFact, VirtualServer,
};
use crate::target::Target;
use std::sync::Arc;

/// Everything follows the name: HAProxy changes the whole context before a version is chosen (source:
/// `ssl_sock_switchctx_cbk`).
const BY_NAME: NameScope = NameScope {
    protocols: Decides::Name,
    protocol_bounds: Decides::Name,
    tls13_suites: Decides::Name,
    groups: Decides::Name,
    session_tickets: Decides::Name,
    session_cache: Decides::Name,
    early_data: Decides::Name,
    protocols_follow_from: None,
};

/// `generate-certificates`: what comes with such a certificate is not what the line says.
const MADE: &str = "HAProxy makes a certificate for the name";

/// Adds the listeners of a line.
pub(super) fn add(
    bind: &Bind,
    lines: &Lines,
    loader: &mut Loader<'_>,
    target: &Target,
    deployment: &mut Deployment,
) {
    if let Some(condition) = bind.condition {
        let why = "whether it is there depends on this condition".to_owned();
        deployment.unknowns.push(UnknownFact { span: condition, what: "bind".to_owned(), why });
    }
    let has_quic = bind.sockets.iter().any(|(_, transport)| *transport == Transport::Quic);
    let is_tls = bind.options.ssl.is_some() || has_quic;
    let loaded = if is_tls { loader.load(bind) } else { Vec::new() };
    // A socket of TCP and one of QUIC differ in more than the transport.
    for transport in [Transport::Tcp, Transport::Quic, Transport::Udp] {
        let sockets = bind.sockets.iter().filter(|(_, own)| *own == transport);
        let mut bindings: Option<Vec<Binding>> = None;
        for (address, _) in sockets {
            let software = deployment.software.clone();
            let source = Source { bind, transport, target, software: &software };
            let bindings =
                bindings.get_or_insert_with(|| servers(&source, lines, &loaded, loader, deployment));
            let tls = match (bind.options.ssl, transport, &bind.options.open) {
                _ if bind.condition.is_some() => {
                    Setting::unknown("whether it is there depends on a condition", bind.span)
                }
                (Some(span), ..) => Setting::written(true, span),
                (None, Transport::Quic, _) => Setting::written(true, bind.span),
                (None, _, Some(open)) => Setting::unknown("a word of the line is not known", open.span),
                (None, _, None) => Setting::default_of(false, &software),
            };
            deployment.listeners.push(Listener {
                address: address.clone(),
                transport,
                span: bind.span,
                passthrough: bind.looks_into.filter(|_| bind.http == Some(false) && tls.is(&false)),
                tls,
                proxy_protocol: bind.options.accept_proxy,
                http: bind.http == Some(true),
                tls_ports: if bind.http == Some(true) { &[443, 8443] } else { &[] },
                starttls: None,
                name_scope: BY_NAME,
                insists_on_alpn: transport == Transport::Quic,
                lends_certificates: false,
                wildcards_span_labels: false,
                refuses_without_certificate: bind.options.strict_sni.is_none(),
                bindings: bindings.clone(),
            });
        }
    }
}

/// The servers of a line: one for each set of names, and the default where it is none of them.
fn servers(
    source: &Source<'_>,
    lines: &Lines,
    loaded: &[Loaded],
    loader: &Loader<'_>,
    deployment: &mut Deployment,
) -> Vec<Binding> {
    let bind = source.bind;
    let strict = bind.options.strict_sni;
    let default = match strict {
        Some(_) => Vec::new(),
        None => choice::default(loaded, source.target.haproxy),
    };
    let mut groups = choice::groups(loaded);
    let is_default = |group: &Group| strict.is_none() && group.chosen == default && !default.is_empty();
    // `generate-certificates` makes one for a name that nobody has, which no certificate at hand stands for.
    let generates = bind.options.generates.is_some();
    // Up to 2.9 the versions are those of the line where no name is found, whatever a line of a crt-list says.
    let of_line =
        !source.target.haproxy.since(3, 0) && default.iter().any(|place| has_bounds(&loaded[*place]));
    let is_apart = generates || of_line;
    if is_apart || !groups.iter().any(is_default) {
        groups.push(Group { names: Vec::new(), hidden: false, chosen: default.clone() });
    }
    let last = groups.len() - 1;
    let default_at = if is_apart { last } else { groups.iter().position(is_default).unwrap_or(last) };
    if !deployment.fragment {
        let of_line = tls::settings(source, None, loader);
        let refused = refusals::find(source, &of_line, loaded);
        let new: Vec<_> = refused.into_iter().filter(|p| !deployment.problems.contains(p)).collect();
        deployment.problems.extend(new);
    }
    let mut bindings = Vec::new();
    for (at, group) in groups.into_iter().enumerate() {
        let is_default = at == default_at;
        let mut tls = settings(source, &group, loaded, loader);
        if of_line && is_default {
            tls.protocols = tls::protocols(source, None);
        }
        if let Some(span) = strict.filter(|_| is_default) {
            tls.reject_handshake = Setting::written(true, span);
        }
        if let Some(span) = bind.options.generates.filter(|_| is_default) {
            tls.certificates.iter_mut().for_each(|certificate| {
                certificate.certificate = Setting::unknown(MADE, span);
            });
            tls.scripted = Some(span);
            tls.client_auth.mode = Setting::unknown(MADE, span);
            tls.session_tickets = Setting::unknown(MADE, span);
        }
        let entry = group.chosen.first().and_then(|place| loaded[*place].entry.as_deref());
        let alpn = match bind.options.generates.filter(|_| is_default) {
            Some(span) => Setting::unknown(MADE, span),
            None => alpn(source, lines, entry),
        };
        let span =
            group.chosen.first().filter(|_| !is_default).map_or(bind.span, |place| loaded[*place].span);
        let server = VirtualServer {
            names: names(&group, loaded),
            called: Some(format!("`bind` of {}", bind.section)),
            span,
            block: span,
            tls,
            site: Some(site(source)),
        };
        let id = ServerId(deployment.servers.len());
        deployment.servers.push(Arc::new(server));
        bindings.push(Binding {
            server: id,
            listen: bind.span,
            append: None,
            proxy_protocol: Setting::written(bind.options.accept_proxy.is_some(), bind.span),
            default: is_default,
            default_written: false,
            alpn,
        });
    }
    bindings
}

/// Whether the line of a crt-list names versions.
fn has_bounds(certificate: &Loaded) -> bool {
    certificate.entry.as_ref().is_some_and(|entry| entry.limits.min.is_some() || entry.limits.max.is_some())
}

fn settings(source: &Source<'_>, group: &Group, loaded: &[Loaded], loader: &Loader<'_>) -> TlsSettings {
    let each = group.chosen.iter().map(|place| tls::settings(source, Some(&loaded[*place]), loader));
    tls::in_common(each.collect()).unwrap_or_else(|| tls::settings(source, None, loader))
}

fn names(group: &Group, loaded: &[Loaded]) -> Vec<ServerName> {
    let name = |name: &Name| {
        let literal = !name.text.starts_with(['*', '!']);
        ServerName { text: name.text.clone(), span: name.span, literal, opaque: false }
    };
    let hidden = group.chosen.iter().filter(|_| group.hidden).map(|place| ServerName {
        text: "(the names of a certificate that cannot be read here)".to_owned(),
        span: loaded[*place].span,
        literal: false,
        opaque: true,
    });
    group.names.iter().map(name).chain(hidden).collect()
}

/// What ALPN offers: since 2.8 HTTP/2 by default where HTTP is spoken.
fn alpn(source: &Source<'_>, lines: &Lines, entry: Option<&super::options::Options>) -> Setting<Alpn> {
    let Source { bind, transport, target, software } = *source;
    let own = &bind.options;
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Alpn>();
    let written = |text: &str| text.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
    if let Some(value) = entry.and_then(|entry| entry.alpn.as_ref()).or(own.alpn.as_ref()) {
        return value.setting(|value| written(&value.text));
    }
    if own.npn.is_some() || !target.haproxy.since(2, 8) || bind.http == Some(false) {
        return Setting::default_of(Alpn::new(), software);
    }
    let unknown = |why, span| Setting::unknown(why, span);
    match (bind.http, &own.proto, &lines.buffer_size) {
        (None, ..) => unknown("whether HTTP is spoken depends on what is not known", bind.span),
        (_, Some(proto), _) => unknown("what `proto` makes of it is not known", proto.span),
        (.., Some(size)) => unknown("it depends on the size of buffers", size.span),
        _ if transport == Transport::Quic => Setting::default_of(names(&["h3"]), software),
        _ => Setting::default_of(names(&["h2", "http/1.1"]), software),
    }
}

/// Nothing is known of what is answered: rules about HTTP are not looked at.
fn site(source: &Source<'_>) -> Site {
    let why = "the HTTP rules of HAProxy are not looked at";
    Site {
        scopes: Vec::new(),
        index: None,
        hsts: Setting::unknown(why, source.bind.span),
        answer: Answer::Unknown(why.to_owned()),
        hides_backend_hsts: None,
        astray: None,
        redirects_all: None,
        conditional_redirect: None,
    }
}
