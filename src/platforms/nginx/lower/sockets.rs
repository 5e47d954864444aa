//! Sockets: who shares an address, who is the default, and what one server's `listen` does to all.
//!
//! The key of a group is the address with its transport: `443`, `*:443` and `0.0.0.0:443` are one,
//! `[::]:443` is another with a default server of its own. `ssl`, `http2` and `proxy_protocol` are
//! properties of the group: the OR of every `listen` that names it.

use super::Lowering;
use super::listen::{Layer, Listen};
use crate::model::{
    Alpn, Binding, Decides, Listener, NameScope, Origin, ProblemKind, ServerId, Setting, SocketAddress,
    Transport,
};
use crate::platforms::nginx::defaults;
use crate::platforms::nginx::version::NginxVersion;
use crate::source::Span;
use foldhash::{HashMap, HashSet};

/// Sockets of one layer that are looked at; a range of ports can ask for tens of thousands.
const MAX_SOCKETS: usize = 1024;

/// What a server speaks once a connection is its own.
#[derive(Clone)]
pub(super) struct Speaks {
    /// `http2 on`.
    pub(super) http2: Setting<bool>,
    /// `http3 on`.
    pub(super) http3: Setting<bool>,
    /// `ssl on`.
    pub(super) ssl_on: Option<Span>,
    /// A list of protocols by name (`ssl_alpn` of stream).
    pub(super) alpn: Option<Setting<Alpn>>,
}

/// The sockets of one layer, in the making.
pub(super) struct Sockets {
    layer: Layer,
    groups: Vec<Group>,
    by_key: HashMap<(SocketAddress, Transport), usize>,
}

struct Group {
    address: SocketAddress,
    transport: Transport,
    span: Span,
    ssl: Option<Span>,
    http2: Option<Span>,
    proxy_protocol: Option<Span>,
    options: Option<Span>,
    opaque: Option<Span>,
    refused: Option<Span>,
    default: Option<Span>,
    members: Vec<Member>,
    passthrough: Option<Span>,
    starttls: Option<Span>,
}

struct Member {
    server: ServerId,
    listen: Span,
    append: Option<Span>,
    proxy_protocol: Setting<bool>,
    default: bool,
    /// Whether nginx refuses this `listen` for a parameter.
    refused: bool,
    speaks: Speaks,
}

impl Sockets {
    pub(super) fn new(layer: Layer) -> Self {
        Sockets { layer, groups: Vec::new(), by_key: HashMap::default() }
    }

    /// Adds a server with its `listen` directives.
    pub(super) fn add(
        &mut self,
        lowering: &mut Lowering,
        server: ServerId,
        listens: Vec<Listen>,
        speaks: Speaks,
    ) {
        for listen in listens {
            for address in &listen.sockets {
                self.join(lowering, server, address.clone(), &listen, &speaks);
            }
        }
    }

    /// Marks every socket of a server as passing TLS through.
    pub(super) fn pass_through(&mut self, server: ServerId, span: Span) {
        for group in self.groups.iter_mut().filter(|g| g.members.iter().any(|m| m.server == server)) {
            group.passthrough = Some(span);
        }
    }

    /// Marks every socket of a server as offering STARTTLS.
    pub(super) fn starttls(&mut self, server: ServerId, span: Span) {
        for group in self.groups.iter_mut().filter(|g| g.members.iter().any(|m| m.server == server)) {
            group.starttls = Some(span);
        }
    }

    fn join(
        &mut self,
        lowering: &mut Lowering,
        server: ServerId,
        address: SocketAddress,
        listen: &Listen,
        speaks: &Speaks,
    ) {
        let key = (address, listen.transport);
        if self.groups.len() >= MAX_SOCKETS && !self.by_key.contains_key(&key) {
            let why = format!("more than {MAX_SOCKETS} sockets; the rest is not looked at");
            return lowering.unknown(listen.span, "listen", why);
        }
        let index = *self.by_key.entry(key.clone()).or_insert_with(|| {
            self.groups.push(Group::new(key.0.clone(), key.1, listen.span));
            self.groups.len() - 1
        });
        let group = &mut self.groups[index];
        group.refused = group.refused.or(listen.refused);
        let again = group.members.iter().position(|m| m.server == server);
        let again = again.map(|at| (at, &group.members[at]));
        if let Some((at, _)) = again.filter(|(_, first)| first.refused || listen.refused.is_some()) {
            // What the refused one was meant to be is not known; one fault is enough.
            if listen.refused.is_none() {
                group.members.remove(at);
            } else {
                return;
            }
        } else if let Some(first) = again.map(|(_, first)| first.listen) {
            let message = format!("this server listens on {} twice", key.0);
            lowering.problem(
                listen.span,
                message,
                true,
                ProblemKind::Duplicate { name: "listen".to_owned(), first },
            );
            lowering.says(listen.span, format!("a duplicate listen {}", key.0));
            return;
        }
        let one_server_each = match self.layer {
            Layer::Http => false,
            Layer::Stream => lowering.target.nginx < defaults::STREAM_SERVER_NAME,
            Layer::Mail => true,
        };
        if let (true, Some(first)) = (one_server_each, group.members.first().map(|m| m.listen)) {
            let message = format!("another server listens on {} already", key.0);
            lowering.problem(
                listen.span,
                message,
                true,
                ProblemKind::Duplicate { name: "listen".to_owned(), first },
            );
            lowering.says(listen.span, format!("duplicate \"{}\" address and port pair", key.0));
            return;
        }
        if let (Some(span), Some(first)) = (listen.options, group.options) {
            let message = format!("socket options for {} are given twice", key.0);
            lowering.problem(
                span,
                message,
                true,
                ProblemKind::Duplicate { name: "listen".to_owned(), first },
            );
            lowering.says(span, format!("duplicate listen options for {}", key.0));
        }
        if let (Some(span), Some(first)) = (listen.default, group.default) {
            let message = format!("a second default server for {}", key.0);
            let kind = ProblemKind::DuplicateDefault { address: key.0.to_string(), first };
            lowering.problem(span, message, true, kind);
            lowering.says(span, format!("a duplicate default server for {}", key.0));
        }
        group.ssl = group.ssl.or(listen.ssl);
        group.http2 = group.http2.or(listen.http2);
        group.proxy_protocol = group.proxy_protocol.or(listen.proxy_protocol);
        group.options = group.options.or(listen.options);
        group.opaque = group.opaque.or(listen.opaque);
        let default = listen.default.is_some() && group.default.is_none();
        group.default = group.default.or(listen.default);
        let refused = listen.refused.is_some();
        let speaks = speaks.clone();
        group.members.push(Member {
            server,
            listen: listen.span,
            append: listen.append,
            proxy_protocol: match (listen.proxy_protocol, listen.opaque.or(listen.refused)) {
                (None, Some(span)) => Setting::unknown("a parameter of `listen` is not known", span),
                (written, _) => Setting::written(written.is_some(), written.unwrap_or(listen.span)),
            },
            default,
            refused,
            speaks,
        });
    }

    /// Hands the sockets over to the deployment.
    pub(super) fn finish(self, lowering: &mut Lowering) {
        let layer = self.layer;
        for group in self.groups {
            let listener = group.listener(layer, lowering);
            let is_tls = listener.tls.is(&true) || listener.starttls.is_some();
            let servers: HashSet<ServerId> = listener.bindings.iter().map(|b| b.server).collect();
            if is_tls {
                let hops = lowering.deployment.upstreams.iter_mut();
                hops.filter(|h| h.from_server.is_some_and(|s| servers.contains(&s)))
                    .for_each(|h| h.behind_tls = true);
            }
            lowering.deployment.listeners.push(listener);
        }
    }
}

impl Group {
    fn new(address: SocketAddress, transport: Transport, span: Span) -> Self {
        Group {
            address,
            transport,
            span,
            ssl: None,
            http2: None,
            proxy_protocol: None,
            options: None,
            opaque: None,
            refused: None,
            default: None,
            members: Vec::new(),
            passthrough: None,
            starttls: None,
        }
    }

    fn listener(self, layer: Layer, lowering: &Lowering) -> Listener {
        let version = lowering.target.nginx;
        let default = self.members.iter().position(|m| m.default).or((!self.members.is_empty()).then_some(0));
        // `ssl on` of the default server makes the whole group TLS.
        let ssl_on = default.and_then(|i| self.members[i].speaks.ssl_on);
        let quic = (self.transport == Transport::Quic).then_some(self.span);
        let tls = match (self.ssl.or(ssl_on).or(quic), self.opaque, self.refused) {
            (Some(span), ..) => Setting::written(true, span),
            (None, Some(span), _) => Setting::unknown("`listen` is filled in later", span),
            (None, None, Some(span)) => Setting::unknown("nginx refuses a parameter of `listen`", span),
            (None, None, None) => {
                Setting::Known { value: false, origin: Origin::Default(lowering.deployment.software.clone()) }
            }
        };
        let bindings = self.members.iter().enumerate().map(|(index, member)| Binding {
            server: member.server,
            listen: member.listen,
            append: member.append,
            proxy_protocol: member.proxy_protocol.clone(),
            default: Some(index) == default,
            default_written: member.default,
            alpn: alpn(layer, self.transport, self.http2, &member.speaks),
        });
        Listener {
            bindings: bindings.collect(),
            address: self.address,
            transport: self.transport,
            span: self.span,
            tls,
            passthrough: self.passthrough,
            proxy_protocol: self.proxy_protocol,
            http: layer == Layer::Http,
            tls_ports: match layer {
                Layer::Http => &[443, 8443],
                // SMTP submission, IMAP and POP3 (RFC 8314).
                Layer::Mail => &[465, 993, 995],
                Layer::Stream => &[],
            },
            starttls: self.starttls,
            name_scope: name_scope(version),
            // `ssl_alpn` of stream is as old.
            insists_on_alpn: version >= defaults::ALPN_INSISTED_ON,
            lends_certificates: true,
            wildcards_span_labels: true,
            refuses_without_certificate: version >= defaults::CERTIFICATE_REQUIRED,
        }
    }
}

/// Which settings follow the SNI: live measurements on 1.22.1, 1.28.3, 1.29.1 and 1.31.4.
fn name_scope(version: NginxVersion) -> NameScope {
    let from_callback = match version >= defaults::CLIENT_HELLO_CALLBACK {
        true => Decides::Name,
        false => Decides::Socket,
    };
    NameScope {
        protocols: from_callback,
        protocol_bounds: Decides::Socket,
        tls13_suites: from_callback,
        groups: Decides::Socket,
        session_tickets: from_callback,
        session_cache: Decides::Socket,
        early_data: Decides::Socket,
        protocols_follow_from: Some("nginx 1.29.2"),
    }
}

/// The protocols that nginx offers by ALPN, in its order.
fn alpn(layer: Layer, transport: Transport, listen_http2: Option<Span>, speaks: &Speaks) -> Setting<Alpn> {
    let names = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Alpn>();
    const HTTP1: [&str; 3] = ["http/1.1", "http/1.0", "http/0.9"];
    match (layer, transport) {
        (Layer::Mail, _) => speaks.http2.clone().map(|_| Alpn::new()),
        (Layer::Stream, _) => {
            speaks.alpn.clone().unwrap_or_else(|| speaks.http2.clone().map(|_| Alpn::new()))
        }
        (Layer::Http, Transport::Quic) => {
            speaks.http3.clone().map(|on| if on { names(&["h3"]) } else { Alpn::new() })
        }
        (Layer::Http, _) => {
            let http2 = match listen_http2 {
                Some(span) => Setting::written(true, span),
                None => speaks.http2.clone(),
            };
            http2.map(|on| if on { [names(&["h2"]), names(&HTTP1)].concat() } else { names(&HTTP1) })
        }
    }
}
