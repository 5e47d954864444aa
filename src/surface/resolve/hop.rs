//! Hops to backends: what the proxy offers, sends and checks.

use super::super::{UpstreamSurface, Verify};
use super::bounded;
use super::handshake::Handshakes;
use crate::model::{Setting, Upstream};
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};

/// Resolves one hop.
pub(super) fn resolve(deployment: usize, upstream: Upstream, handshakes: &mut Handshakes) -> UpstreamSurface {
    let enabled =
        bounded(upstream.protocols.clone(), upstream.min_protocol.clone(), upstream.max_protocol.clone());
    let enabled = enabled.map(without_gap);
    let handshake = handshakes.client(&enabled, &upstream.ciphers, upstream.ciphersuites.as_ref());
    UpstreamSurface {
        deployment,
        protocols: handshake.protocols,
        suites: handshake.suites,
        suites_error: handshake.suites_error,
        verify: verify(&upstream),
        sni: sni(&upstream),
        upstream,
    }
}

/// OpenSSL's clients offer one unbroken range: what lies above a hole is lost
/// (`ssl_get_min_max_version` in `ssl/statem/statem_lib.c`).
fn without_gap(enabled: ProtocolSet) -> ProtocolSet {
    let from = enabled.min();
    let unbroken = ProtocolVersion::ALL.into_iter().skip_while(|v| Some(*v) != from);
    unbroken.take_while(|v| enabled.contains(*v)).collect()
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
    use ProtocolVersion::{Tls11, Tls12, Tls13};

    #[test]
    fn a_hole_takes_the_versions_above_it_away() {
        assert_eq!(without_gap(ProtocolSet::of(&[Tls11, Tls13])), ProtocolSet::of(&[Tls11]));
        assert_eq!(without_gap(ProtocolSet::of(&[Tls12, Tls13])), ProtocolSet::of(&[Tls12, Tls13]));
        assert_eq!(without_gap(ProtocolSet::empty()), ProtocolSet::empty());
    }
}
