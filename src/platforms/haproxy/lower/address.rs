//! Where a `bind` line listens (configuration manual, section 4.2, "bind", and section 11, "Address formats";
//! source: `str2sa_range`).

use super::value::Value;
use crate::model::{SocketAddress, Transport};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// A range of more ports than these is one listener.
const MOST_PORTS: u16 = 64;

/// The family that a prefix names.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Any,
    V4,
    V6,
    Unix,
    /// Something that has no address to connect to: a descriptor, an abstract name, a reverse connection.
    Other,
}

/// Prefixes that say what a socket is: the word, the family, what carries it.
const PREFIXES: &[(&str, Family, Transport)] = &[
    ("ipv4", Family::V4, Transport::Tcp),
    ("ipv6", Family::V6, Transport::Tcp),
    ("tcp", Family::Any, Transport::Tcp),
    ("tcp4", Family::V4, Transport::Tcp),
    ("tcp6", Family::V6, Transport::Tcp),
    ("mptcp", Family::Any, Transport::Tcp),
    ("mptcp4", Family::V4, Transport::Tcp),
    ("mptcp6", Family::V6, Transport::Tcp),
    ("quic4", Family::V4, Transport::Quic),
    ("quic6", Family::V6, Transport::Quic),
    ("udp", Family::Any, Transport::Udp),
    ("udp4", Family::V4, Transport::Udp),
    ("udp6", Family::V6, Transport::Udp),
    ("unix", Family::Unix, Transport::Tcp),
    ("uxst", Family::Unix, Transport::Tcp),
    ("abns", Family::Other, Transport::Tcp),
    ("abnsz", Family::Other, Transport::Tcp),
    ("fd", Family::Other, Transport::Tcp),
    ("sockpair", Family::Other, Transport::Tcp),
    ("rhttp", Family::Other, Transport::Tcp),
    ("rev", Family::Other, Transport::Tcp),
];

/// The sockets of the first word of a `bind` line: addresses between commas, each with a port or a range of them.
pub(super) fn sockets(word: &Value) -> Vec<(SocketAddress, Transport)> {
    if word.open.is_some() {
        let transport = if word.text.starts_with("quic") { Transport::Quic } else { Transport::Tcp };
        return vec![(SocketAddress::Opaque(word.text.clone()), transport)];
    }
    word.text.split(',').flat_map(one).collect()
}

fn one(text: &str) -> Vec<(SocketAddress, Transport)> {
    let (mut family, mut transport, mut rest) = (Family::Any, Transport::Tcp, text);
    if let Some((prefix, behind)) = text.split_once('@') {
        // `quic+ipv4@`, `stream+ipv4@`, `dgram+…`
        let (kind, name) = prefix.split_once('+').map_or((None, prefix), |(kind, name)| (Some(kind), name));
        let known = PREFIXES.iter().find(|(known, ..)| *known == name);
        if let Some((_, of_prefix, carried)) = known {
            (family, transport, rest) = (*of_prefix, *carried, behind);
            if kind == Some("quic") {
                transport = Transport::Quic;
            }
        }
    }
    match family {
        Family::Unix => return vec![(SocketAddress::Unix(rest.to_owned()), transport)],
        Family::Other => return vec![(SocketAddress::Unix(text.to_owned()), transport)],
        Family::Any if rest.starts_with('/') => {
            return vec![(SocketAddress::Unix(rest.to_owned()), transport)];
        }
        _ => {}
    }
    let opaque = || vec![(SocketAddress::Opaque(text.to_owned()), transport)];
    let Some((host, ports)) = rest.rsplit_once(':') else { return opaque() };
    let Some((first, last)) = range(ports) else { return opaque() };
    if last < first || last - first >= MOST_PORTS {
        return opaque();
    }
    (first..=last).map(|port| (address(host, port, family), transport)).collect()
}

fn range(ports: &str) -> Option<(u16, u16)> {
    match ports.split_once('-') {
        Some((first, last)) => Some((first.parse().ok()?, last.parse().ok()?)),
        None => ports.parse().ok().map(|port| (port, port)),
    }
}

fn address(host: &str, port: u16, family: Family) -> SocketAddress {
    let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    let ip = match (bare, family) {
        ("" | "*", Family::V6) => Some(IpAddr::V6(Ipv6Addr::UNSPECIFIED)),
        ("" | "*", _) => Some(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
        (bare, _) => bare.parse().ok(),
    };
    match ip {
        Some(ip) => SocketAddress::Ip(SocketAddr::new(ip, port)),
        None => SocketAddress::Host(host.to_owned(), port),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, Span};

    fn shown(text: &str) -> String {
        let span = Span::new(FileId(0), 0..0);
        let word = Value { text: text.to_owned(), span, open: None, several: false };
        let show = |(address, transport): &(SocketAddress, Transport)| match transport {
            Transport::Tcp => address.to_string(),
            other => format!("{address}/{other:?}"),
        };
        sockets(&word).iter().map(show).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn an_address_has_a_family_and_a_port() {
        assert_eq!(shown(":443"), "0.0.0.0:443");
        assert_eq!(shown("*:443,[::1]:8443"), "0.0.0.0:443 [::1]:8443");
        assert_eq!(shown(":::443"), "[::]:443");
        assert_eq!(shown("ipv6@:443"), "[::]:443");
        assert_eq!(shown("localhost:443"), "localhost:443");
        assert_eq!(shown("10.0.0.1:8443-8444"), "10.0.0.1:8443 10.0.0.1:8444");
    }

    #[test]
    fn a_prefix_says_what_carries_the_connection() {
        assert_eq!(shown("quic4@:443"), "0.0.0.0:443/Quic");
        assert_eq!(shown("quic+ipv6@:443"), "[::]:443/Quic");
        assert_eq!(shown("/run/a.sock"), "unix:/run/a.sock");
        assert_eq!(shown("unix@a.sock"), "unix:a.sock");
        assert_eq!(shown("abns@name"), "unix:abns@name");
        assert_eq!(shown(":1-65535"), ":1-65535");
        assert_eq!(shown("nonsense"), "nonsense");
    }
}
