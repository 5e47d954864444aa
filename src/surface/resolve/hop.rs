//! Hops to backends: what the proxy offers, sends and checks.

use super::super::{UpstreamSurface, Verify};
use super::bounded;
use super::handshake::Handshakes;
use crate::model::{Setting, Upstream};
use crate::tls::openssl::OpenSslVersion;
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};
use crate::tls::security_level;

/// Resolves one hop.
pub(super) fn resolve(
    deployment: usize,
    upstream: Box<Upstream>,
    handshakes: &mut Handshakes,
) -> UpstreamSurface {
    let enabled =
        bounded(upstream.protocols.clone(), upstream.min_protocol.clone(), upstream.max_protocol.clone());
    let level = handshakes.level(&upstream.ciphers).known().copied().unwrap_or_default();
    let openssl = handshakes.openssl();
    let offered = enabled.clone().map(|set| begun(set, level, openssl).lowest_run());
    let handshake = handshakes.client(&offered, &upstream.ciphers, upstream.ciphersuites.as_ref());
    UpstreamSurface {
        deployment,
        enabled,
        begun: offered,
        protocols: handshake.protocols,
        suites: handshake.suites,
        suites_error: handshake.suites_error,
        verify: verify(&upstream),
        sni: sni(&upstream),
        upstream,
    }
}

/// The versions that a client of this library begins a handshake with. 3.0 and 3.1 begin with TLS 1.0
/// and 1.1 at levels where they must fail (measured), so that these count where a hole is looked for.
fn begun(enabled: ProtocolSet, level: u8, openssl: OpenSslVersion) -> ProtocolSet {
    let begins = |v: &ProtocolVersion| security_level::version_selectable(*v, level, openssl);
    enabled.intersect(openssl.protocols()).iter().filter(begins).collect()
}

fn verify(upstream: &Upstream) -> Setting<Verify> {
    if let Some(span) = upstream.scripted {
        return Setting::unknown("code may verify instead", span);
    }
    let on = if upstream.verifies_name { Verify::ChainAndName } else { Verify::Chain };
    upstream.verify.clone().map(|verify| if verify { on } else { Verify::None })
}

/// The name sent: the one that is checked, unless it is an address (RFC 6066 section 3).
fn sni(upstream: &Upstream) -> Setting<Option<String>> {
    match upstream.sends_sni.known() {
        Some(false) => upstream.sends_sni.clone().map(|_| None),
        Some(true) => upstream.name.clone().map(|name| name.filter(|name| !is_address(name))),
        None => upstream.sends_sni.clone().map(|_| None),
    }
}

fn is_address(name: &str) -> bool {
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    name.is_empty() || name.starts_with("unix:") || bare.parse::<std::net::IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ProtocolVersion::{Tls10, Tls12, Tls13};

    #[test]
    fn versions_that_are_never_begun_leave_no_hole() {
        let offered = |level, openssl| {
            begun(ProtocolSet::of(&[Tls10, Tls12, Tls13]), level, openssl).lowest_run().to_string()
        };
        assert_eq!(offered(2, OpenSslVersion::new(3, 5, 7)), "TLSv1.2, TLSv1.3");
        assert_eq!(offered(0, OpenSslVersion::new(3, 5, 7)), "TLSv1.0");
        assert_eq!(offered(2, OpenSslVersion::new(3, 0, 22)), "TLSv1.0");
        assert_eq!(offered(2, OpenSslVersion::new(1, 1, 1)), "TLSv1.0");
    }
}
