//! `listen`: addresses and the parameters that make a socket TLS.

use super::Lowering;
use crate::model::{SocketAddress, Transport};
use crate::platforms::nginx::config::Statement;
use crate::platforms::nginx::defaults;
use crate::source::Span;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Which module reads the directive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layer {
    Http,
    Stream,
    Mail,
}

/// One `listen` directive.
#[derive(Debug, Clone)]
pub(super) struct Listen {
    /// The statement; for a server without one, the line that opens the server.
    pub(super) span: Span,
    /// The empty place where another word can be added, if there is one.
    pub(super) append: Option<Span>,
    pub(super) sockets: Vec<SocketAddress>,
    pub(super) transport: Transport,
    pub(super) ssl: Option<Span>,
    pub(super) http2: Option<Span>,
    pub(super) proxy_protocol: Option<Span>,
    pub(super) default: Option<Span>,
    /// A parameter that may be given once for a socket.
    pub(super) options: Option<Span>,
    /// A placeholder that may bring any parameter.
    pub(super) opaque: Option<Span>,
    /// A parameter that nginx refuses, so that what was meant is not known.
    pub(super) refused: Option<Span>,
}

impl Listen {
    fn at(span: Span, sockets: Vec<SocketAddress>) -> Self {
        Listen {
            span,
            append: None,
            sockets,
            transport: Transport::Tcp,
            ssl: None,
            http2: None,
            proxy_protocol: None,
            default: None,
            options: None,
            opaque: None,
            refused: None,
        }
    }

    /// What a server without `listen` gets when nginx is started as root.
    pub(super) fn implied(span: Span) -> Self {
        Listen::at(span, vec![wildcard(80)])
    }
}

/// Reads a `listen` directive; `None` when nginx would refuse it.
pub(super) fn read(lowering: &mut Lowering, statement: &Statement, layer: Layer) -> Option<Listen> {
    let address = statement.arg()?;
    let text = address.text();
    if address.opaque || text.contains('$') {
        let why = format!("`{text}` is filled in later");
        lowering.unknown(address.span, "listen", why);
        let mut listen = Listen::at(statement.span(), vec![SocketAddress::Opaque(text.into_owned())]);
        parameters(lowering, statement, layer, &mut listen);
        return Some(listen);
    }
    let default_port = (layer == Layer::Http).then_some(80);
    match addresses(&text, default_port) {
        Ok(sockets) => {
            let mut listen = Listen::at(statement.span(), sockets);
            parameters(lowering, statement, layer, &mut listen);
            Some(listen)
        }
        Err(why) => {
            lowering.invalid(address.span, format!("{why} in `listen {text}`"), "write `listen 443 ssl;`");
            None
        }
    }
}

fn wildcard(port: u16) -> SocketAddress {
    SocketAddress::Ip(SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), port))
}

/// The sockets of an address as `ngx_parse_url` reads it with a port range.
fn addresses(text: &str, default_port: Option<u16>) -> Result<Vec<SocketAddress>, &'static str> {
    if let Some(path) = text.strip_prefix("unix:") {
        return if path.is_empty() { Err("no path") } else { Ok(vec![SocketAddress::Unix(path.to_owned())]) };
    }
    let (host, ports) = match text.strip_prefix('[') {
        Some(rest) => {
            let (host, after) = rest.split_once(']').ok_or("invalid host")?;
            let port = match after {
                "" => None,
                _ => Some(after.strip_prefix(':').ok_or("invalid host")?),
            };
            (Host::Ip(host.parse::<Ipv6Addr>().map_err(|_| "invalid IPv6 address")?.into()), port)
        }
        None => match text.split_once(':') {
            Some((host, port)) => (host_of(host)?, Some(port)),
            None if text.bytes().all(|b| b.is_ascii_digit() || b == b'-') => (host_of("*")?, Some(text)),
            None => (host_of(text)?, None),
        },
    };
    let ports = match ports {
        Some(ports) => port_range(ports)?,
        None => {
            let port = default_port.ok_or("no port")?;
            port..=port
        }
    };
    Ok(ports.map(|port| host.at(port)).collect())
}

enum Host {
    Ip(IpAddr),
    Name(String),
}

impl Host {
    fn at(&self, port: u16) -> SocketAddress {
        match self {
            Host::Ip(ip) => SocketAddress::Ip(SocketAddr::new(*ip, port)),
            Host::Name(name) => SocketAddress::Host(name.clone(), port),
        }
    }
}

fn host_of(text: &str) -> Result<Host, &'static str> {
    match text {
        "" => Err("no host"),
        "*" => Ok(Host::Ip(IpAddr::V4(Ipv4Addr::UNSPECIFIED))),
        _ => Ok(text.parse().map(Host::Ip).unwrap_or_else(|_| Host::Name(text.to_owned()))),
    }
}

fn port_range(text: &str) -> Result<std::ops::RangeInclusive<u16>, &'static str> {
    let number = |text: &str| text.parse::<u16>().ok().filter(|port| *port > 0).ok_or("invalid port");
    match text.split_once('-') {
        Some((from, to)) => {
            let (from, to) = (number(from)?, number(to)?);
            if from > to { Err("invalid port range") } else { Ok(from..=to) }
        }
        None => number(text).map(|port| port..=port),
    }
}

/// Parameters that may be given once for a socket, whoever shares it.
const OPTIONS: &[&str] = &["bind", "deferred", "reuseport", "multipath"];
const OPTIONS_WITH_VALUE: &[&str] = &[
    "backlog=",
    "rcvbuf=",
    "sndbuf=",
    "accept_filter=",
    "ipv6only=",
    "so_keepalive=",
    "fastopen=",
    "setfib=",
];

fn parameters(lowering: &mut Lowering, statement: &Statement, layer: Layer, listen: &mut Listen) {
    let version = lowering.target.nginx;
    listen.append = statement.append();
    listen.opaque = statement.args().iter().find(|w| w.opaque || w.has_variable()).map(|w| w.span);
    for word in statement.args().iter().skip(1).filter(|word| !word.opaque) {
        let span = Some(word.span);
        let text = word.text();
        match (&*text, layer) {
            ("ssl", _) => listen.ssl = span,
            ("proxy_protocol", _) => listen.proxy_protocol = span,
            ("default_server" | "default", Layer::Http) => listen.default = span,
            ("default_server", Layer::Stream) if version >= defaults::STREAM_SERVER_NAME => {
                listen.default = span
            }
            ("http2", Layer::Http) if version >= defaults::LISTEN_HTTP2 => listen.http2 = span,
            ("spdy", Layer::Http) if version < defaults::SPDY_REFUSED => {}
            ("quic", Layer::Http) if version >= defaults::QUIC => listen.transport = Transport::Quic,
            ("udp", Layer::Stream) => listen.transport = Transport::Udp,
            (option, _)
                if OPTIONS.contains(&option) || OPTIONS_WITH_VALUE.iter().any(|o| option.starts_with(o)) =>
            {
                listen.options = span;
                let is_right = match option.split_once('=') {
                    Some(("ipv6only", value)) => matches!(value, "on" | "off"),
                    Some(("backlog", value)) => value.parse::<u32>().is_ok_and(|n| n > 0),
                    _ => true,
                };
                if !is_right {
                    listen.refused = span;
                    let message = format!("`{option}` has no value that `listen` takes");
                    lowering.invalid(word.span, message, "write `ipv6only=on` or `off`, `backlog=511`");
                }
            }
            (unknown, _) => {
                listen.refused = span;
                refuse(lowering, unknown, word.span, layer);
            }
        }
    }
    if let (Transport::Quic, Some(ssl)) = (listen.transport, listen.ssl) {
        lowering.invalid(
            ssl,
            "`ssl` cannot stand beside `quic` in one `listen`",
            "QUIC is always TLS: leave `ssl` out",
        );
    }
    if let (Transport::Udp, Some(ssl)) = (listen.transport, listen.ssl) {
        lowering.invalid(
            ssl,
            "`ssl` cannot stand beside `udp` in one `listen`",
            "TLS needs TCP: leave `udp` out",
        );
    }
}

fn refuse(lowering: &mut Lowering, parameter: &str, span: Span, layer: Layer) {
    use crate::model::ProblemKind;
    let stated = lowering.target.is_stated();
    let since = match (parameter, layer) {
        ("quic", Layer::Http) => Some(defaults::QUIC),
        ("http2", Layer::Http) => Some(defaults::LISTEN_HTTP2),
        ("default_server", Layer::Stream) => Some(defaults::STREAM_SERVER_NAME),
        _ => None,
    };
    let message = format!("`{parameter}` is no parameter of `listen`");
    let kind = match (since, parameter) {
        (Some(_), _) if !stated => return,
        (Some(version), _) => {
            ProblemKind::Unsupported { help: Some(format!("it works from nginx {version} on")) }
        }
        (None, "spdy") => {
            let why = format!("nginx {} and later refuse it", defaults::SPDY_REFUSED);
            let help = Some("write `http2 on;` in the server instead".to_owned());
            if stated {
                ProblemKind::Unsupported { help }
            } else {
                return lowering.problem(
                    span,
                    "`spdy` was removed from `listen`",
                    false,
                    ProblemKind::Deprecated { why, help, still_works: false },
                );
            }
        }
        (None, other) => match near(other) {
            Some(nearest) => ProblemKind::Misspelled { nearest: nearest.to_owned(), word: span },
            None => ProblemKind::Invalid {
                help: Some("parameters are case-sensitive; for TLS write `ssl`".to_owned()),
            },
        },
    };
    lowering.problem(span, message, true, kind);
    lowering.says(span, format!("invalid parameter \"{parameter}\""));
}

/// The TLS parameter that a word is a slip of.
fn near(word: &str) -> Option<&'static str> {
    ["ssl", "http2", "quic", "default_server", "proxy_protocol"].into_iter().find(|known| {
        known.eq_ignore_ascii_case(word) || crate::platforms::nginx::directives::within_one_edit(word, known)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        match addresses(text, Some(80)) {
            Ok(all) => all.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
            Err(why) => why.to_owned(),
        }
    }

    #[test]
    fn one_socket_has_many_spellings() {
        assert_eq!(shown("443"), "0.0.0.0:443");
        assert_eq!(shown("*:443"), "0.0.0.0:443");
        assert_eq!(shown("10.0.0.1"), "10.0.0.1:80");
        assert_eq!(shown("[::]:443"), "[::]:443");
        assert_eq!(shown("localhost:443"), "localhost:443");
        assert_eq!(shown("443-445"), "0.0.0.0:443 0.0.0.0:444 0.0.0.0:445");
        assert_eq!(shown("unix:/run/x.sock"), "unix:/run/x.sock");
        assert_eq!(shown("70000"), "invalid port");
        assert_eq!(shown("[::"), "invalid host");
    }
}
