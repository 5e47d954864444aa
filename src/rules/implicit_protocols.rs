//! Which versions are accepted rests on a default that differs among versions still in use.

use super::commands;
use super::gather::{self, Place};
use crate::finding::{Findings, Severity};
use crate::surface::Surface;
use crate::tls::cipher_string;
use crate::tls::negotiable::{ServerOffer, working_protocols};
use crate::tls::openssl::OpenSslVersion;
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};

/// Reports what another version of the software or of its TLS library would decide otherwise. Whoever
/// states the target knows.
pub fn check(surface: &Surface, findings: &mut Findings) {
    if surface.target.is_stated() {
        return;
    }
    unwritten(surface, findings);
    left_to_the_library(surface, findings);
}

/// No version is named at all.
fn unwritten(surface: &Surface, findings: &mut Findings) {
    let unwritten = gather::served(surface)
        .filter(|p| !p.is_scripted() && p.server.enabled.known().is_some())
        .filter(|p| p.server.enabled.origin().is_default())
        .map(|p| ((p.listener.deployment, p.listener.listener.http), p));
    for ((deployment, _), places) in gather::by_cause(unwritten) {
        let words = surface.words(deployment);
        let message = format!(
            "no `{}` says which TLS versions {} {}",
            words.protocols,
            gather::servers(&places),
            gather::verb(&places, "accepts", "accept"),
        );
        findings
            .report(places[0].server.binding.listen, message)
            .because("the default of the version that runs this applies")
            .help(format!("write `{}`: {}", words.modern_protocols, words.protocol_defaults));
    }
}

/// The library that OpenSSL 3 replaced, as Debian and Ubuntu built it; old systems still run it.
const OLD: (OpenSslVersion, u8) = (OpenSslVersion::new(1, 1, 1), 2);

/// Old versions are listed, and only today's library keeps them from being negotiated.
fn left_to_the_library(surface: &Surface, findings: &mut Findings) {
    let listed = gather::served(surface).filter_map(|p| Some((p.server.enabled.span()?, p)));
    for (span, places) in gather::by_cause(listed) {
        let negotiated = |p: &Place| p.server.protocols.known().copied();
        let Some(now) =
            places.iter().map(negotiated).try_fold(ProtocolSet::empty(), |all, p| Some(all.union(p?)))
        else {
            continue;
        };
        let old = places.iter().map(with_old_library).fold(ProtocolSet::empty(), ProtocolSet::union);
        let differs =
            old.difference(now).iter().filter(|v| !surface.accepts_protocol(*v)).collect::<ProtocolSet>();
        if differs.is_empty() {
            continue;
        }
        let message = format!(
            "{} {} {} where the TLS library is older than OpenSSL 3.0",
            gather::servers(&places),
            gather::verb(&places, "accepts", "accept"),
            gather::versions(differs)
        );
        let target = &surface.target;
        findings
            .report(span, message)
            .severity(Severity::Note)
            .because(format!(
                "OpenSSL {} refuses them by its security level, OpenSSL 1.1.1 does not",
                target.openssl
            ))
            .help(format!(
                "leave them out: {}; or state what this will run on with `--target`",
                commands::modern_protocols(surface, places[0])
            ));
    }
}

/// The deprecated versions that the same configuration would negotiate there.
pub(super) fn with_old_library(place: &Place) -> ProtocolSet {
    let tls = &place.listener.deciding(place.server, crate::model::Decides::Name).tls;
    let (Some(enabled), Some(ciphers)) = (place.server.enabled.known(), tls.ciphers.known()) else {
        return ProtocolSet::empty();
    };
    let enabled: ProtocolSet = enabled.iter().filter(|v| *v < ProtocolVersion::Tls12).collect();
    if enabled.is_empty() {
        return enabled;
    }
    let (openssl, level) = OLD;
    let Ok(list) = cipher_string::expand(&ciphers.text, openssl) else { return ProtocolSet::empty() };
    let kind = |c: &crate::surface::Presented| c.file.as_ref()?.leaf()?.key.kind;
    let keys: Option<Vec<_>> = place.server.certificates.iter().map(kind).collect();
    // In a part of a configuration there may be no certificate to look at.
    let keys = keys.filter(|keys| !keys.is_empty());
    let suites: Vec<_> = list.suites.iter().map(|admitted| admitted.suite).collect();
    working_protocols(&ServerOffer {
        enabled,
        suites: &suites,
        suites13: &[],
        level: list.security_level.unwrap_or(level),
        openssl,
        auths: keys.as_deref(),
        dh_params: Some(tls.dh_params.is_some() || tls.builtin_dh_bits.is_some()),
        client: false,
        groups: None,
    })
}
