//! Sockets, and the virtual servers that share them.

use super::{Setting, Site, TlsSettings};
use crate::source::Span;
use std::fmt;

/// Index of a virtual server in its deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerId(pub usize);

/// What carries the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// TCP, or a stream socket of the file system.
    Tcp,
    /// QUIC, where TLS 1.3 is part of the transport (RFC 9001).
    Quic,
    /// Plain UDP.
    Udp,
}

/// Where a socket is bound.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SocketAddress {
    /// An IP address and a port.
    Ip(std::net::SocketAddr),
    /// A host name that is resolved at start, and a port.
    Host(String, u16),
    /// A socket in the file system.
    Unix(String),
    /// Written with a variable or a template.
    Opaque(String),
}

impl SocketAddress {
    /// The port, where there is one.
    pub fn port(&self) -> Option<u16> {
        match self {
            SocketAddress::Ip(address) => Some(address.port()),
            SocketAddress::Host(_, port) => Some(*port),
            _ => None,
        }
    }

    /// Whether only this machine can connect.
    pub fn is_local(&self) -> bool {
        match self {
            SocketAddress::Ip(address) => address.ip().is_loopback(),
            SocketAddress::Host(name, _) => name == "localhost",
            SocketAddress::Unix(_) => true,
            SocketAddress::Opaque(_) => false,
        }
    }
}

impl fmt::Display for SocketAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SocketAddress::Ip(address) => write!(f, "{address}"),
            SocketAddress::Host(name, port) => write!(f, "{name}:{port}"),
            SocketAddress::Unix(path) => write!(f, "unix:{path}"),
            SocketAddress::Opaque(text) => f.write_str(text),
        }
    }
}

/// Whose value counts for a name that is not the default server's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decides {
    /// The socket's default server, whatever name the client asks for.
    Socket,
    /// The server that the client's SNI selects.
    Name,
}

/// Which settings follow the client's SNI on this software and version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NameScope {
    /// Protocol versions.
    pub protocols: Decides,
    /// A minimum and a maximum version given to the TLS library by themselves.
    pub protocol_bounds: Decides,
    /// Suites of TLS 1.3.
    pub tls13_suites: Decides,
    /// Groups for the key exchange.
    pub groups: Decides,
    /// Whether session tickets are switched on by the name's server. `Socket`: off there is off
    /// for all, and a name's own server can only switch them off.
    pub session_tickets: Decides,
    /// Session cache and ticket keys.
    pub session_cache: Decides,
    /// 0-RTT data.
    pub early_data: Decides,
    /// The version from which protocol versions and TLS 1.3 suites follow the name: `nginx 1.29.2`.
    pub protocols_follow_from: Option<&'static str>,
}

/// The application protocols offered by ALPN (RFC 7301), most wanted first; empty for none.
pub type Alpn = Vec<String>;

/// One virtual server on one socket.
#[derive(Debug, Clone)]
pub struct Binding {
    /// The server.
    pub server: ServerId,
    /// Where it says that it listens here.
    pub listen: Span,
    /// The empty place where another word can be added to that; `None` where nothing is written.
    pub append: Option<Span>,
    /// Whether it says by itself that clients begin with the PROXY protocol.
    pub proxy_protocol: Setting<bool>,
    /// Whether it answers for names that nobody claims.
    pub default: bool,
    /// Whether it is written down as the default, rather than merely first.
    pub default_written: bool,
    /// What ALPN offers for its names.
    pub alpn: Setting<Alpn>,
}

/// A socket and who shares it.
#[derive(Debug, Clone)]
pub struct Listener {
    /// Where it is bound.
    pub address: SocketAddress,
    /// What carries it.
    pub transport: Transport,
    /// The first place that names it.
    pub span: Span,
    /// Whether connections begin with TLS that ends here; the origin is the place that says so.
    pub tls: Setting<bool>,
    /// Whether TLS passes through to a backend that is chosen by looking into the ClientHello.
    pub passthrough: Option<Span>,
    /// Whether clients must begin with the PROXY protocol; the place that says so.
    pub proxy_protocol: Option<Span>,
    /// Whether it speaks HTTP once TLS is set up.
    pub http: bool,
    /// The ports on which clients of what is spoken here begin with TLS; none where bytes are only handed on.
    pub tls_ports: &'static [u16],
    /// Whether a plaintext connection may be upgraded to TLS (STARTTLS); the place that says so.
    pub starttls: Option<Span>,
    /// Which settings follow the client's SNI.
    pub name_scope: NameScope,
    /// Whether clients are refused whose application protocols (ALPN) are all foreign to the server.
    pub insists_on_alpn: bool,
    /// Whether a name without a certificate of its own gets the default server's.
    pub lends_certificates: bool,
    /// Whether `*` at the beginning of a name stands for several labels, as in `a.b.example.com`.
    pub wildcards_span_labels: bool,
    /// Whether the software refuses to start when TLS is on and no certificate is there to present.
    pub refuses_without_certificate: bool,
    /// Everyone who listens here, in the order written. One of them is the default.
    pub bindings: Vec<Binding>,
}

impl Listener {
    /// Whether clients of this port begin with TLS.
    pub fn is_tls_port(&self) -> bool {
        self.address.port().is_some_and(|port| self.tls_ports.contains(&port))
    }

    /// The binding that answers for names that nobody claims.
    pub fn default_binding(&self) -> Option<&Binding> {
        self.bindings.iter().find(|b| b.default)
    }
}

/// A name a server answers for, as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerName {
    /// `www.example.com`, `*.example.com`, `.example.com`, `www.*`, `~regex`, or empty.
    pub text: String,
    /// Where it stands.
    pub span: Span,
    /// Whether it is a literal name, neither pattern nor template nor catch-all.
    pub literal: bool,
    /// Whether a template or a variable hides the name.
    pub opaque: bool,
}

/// A set of names served alike.
#[derive(Debug, Clone)]
pub struct VirtualServer {
    /// The names, as written; none for the catch-all.
    pub names: Vec<ServerName>,
    /// How messages call it if it has none, where servers are not told apart by names:
    /// `the mail server on 0.0.0.0:993`.
    pub called: Option<String>,
    /// The line that opens it.
    pub span: Span,
    /// All of it.
    pub block: Span,
    /// Its TLS settings after inheritance.
    pub tls: TlsSettings,
    /// What it answers over HTTP.
    pub site: Option<Site>,
}

impl VirtualServer {
    /// How messages call it: its first name, or what stands in for one.
    pub fn label(&self) -> String {
        match self.names.iter().find(|n| !n.text.is_empty()) {
            Some(name) => name.text.clone(),
            None => self.called.clone().unwrap_or_else(|| "the server without a name".to_owned()),
        }
    }

    /// Whether messages have nothing to tell it from others by.
    pub fn is_anonymous(&self) -> bool {
        self.called.is_none() && self.names.iter().all(|name| name.text.is_empty())
    }

    /// The names that a person could type into a browser, lower case.
    pub fn literal_names(&self) -> impl Iterator<Item = &ServerName> {
        self.names.iter().filter(|n| n.literal)
    }
}
