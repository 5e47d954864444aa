//! Diffie-Hellman parameters under 2048 bits that handshakes use, or that the server cannot start with.

use super::dhe;
use super::gather::{self, Place};
use crate::finding::{Findings, Severity};
use crate::model::{Decides, Setting};
use crate::source::Span;
use crate::surface::{DhParams, Surface};
use crate::tls::cipher_suite::KeyExchange;
use crate::tls::security_level;

/// The least that RFC 9325 allows, in bits.
const LEAST: u32 = 2048;

/// What one edit would mend.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Cause {
    deployment: usize,
    /// Where the parameters are named; `None` for those that the software brings along.
    named: Option<Span>,
    bits: u32,
    /// The level at which the library refuses them, so that the server does not start.
    refused_at: Option<u8>,
    /// Whether a key that makes use of them is at hand.
    certain: bool,
}

/// Reports each file of parameters that is too short, and old defaults that are.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let weak = gather::served(surface).filter_map(|place| Some((cause(surface, place)?, place)));
    for (cause, places) in gather::by_cause(weak) {
        match cause.refused_at {
            Some(level) => refused(surface, &cause, level, &places, findings),
            None => used(surface, &cause, &places, findings),
        }
    }
}

fn cause(surface: &Surface, place: Place) -> Option<Cause> {
    let (listener, server) = (place.listener, place.server);
    let deployment = listener.deployment;
    let tls = &listener.deciding(server, Decides::Name).tls;
    let named = tls.dh_params.as_ref().and_then(Setting::span);
    match server.dh_params {
        DhParams::Refused { bits, level } if !server.certificates.is_empty() => {
            let refused_at = Some(level);
            Some(Cause { deployment, named, bits, refused_at, certain: true })
        }
        DhParams::Used(Some(bits)) if bits < LEAST && !surface.accepts_dh_bits(bits) => {
            // In a part of a configuration, others may be named elsewhere.
            let open = surface.deployment(deployment).fragment || tls.incomplete.is_some();
            let certain = dhe::negotiated(place, KeyExchange::Dhe).filter(|_| named.is_some() || !open)?;
            Some(Cause { deployment, named, bits, refused_at: None, certain })
        }
        _ => None,
    }
}

fn refused(surface: &Surface, cause: &Cause, level: u8, places: &[Place], findings: &mut Findings) {
    let Some(span) = cause.named else { return };
    let (bits, openssl) = (cause.bits, surface.target.openssl);
    let message = format!(
        "OpenSSL {openssl} at security level {level} refuses the {bits}-bit Diffie-Hellman parameters of {}",
        gather::servers(places)
    );
    let least = security_level::dh_min_bits(level);
    let finding = findings
        .report(span, message)
        .because(format!("the server does not start: this level asks for {least} bits at least"))
        .help(help(surface, cause))
        .symptom("dh key too small");
    finding.fatal = !surface.deployment(cause.deployment).fragment;
}

fn used(surface: &Surface, cause: &Cause, places: &[Place], findings: &mut Findings) {
    let software = &surface.deployment(cause.deployment).software;
    let bits = cause.bits;
    let servers = gather::servers(places);
    let message = match cause.certain {
        true => format!(
            "{servers} {} Diffie-Hellman parameters of {bits} bits on {}",
            gather::verb(places, "uses", "use"),
            gather::sockets(places)
        ),
        false => format!(
            "DHE with an RSA certificate for {servers} takes Diffie-Hellman parameters of {bits} bits"
        ),
    };
    let why = "RFC 9325 section 4.5 asks for 2048 bits: a prime of 1024 is within reach of large attackers (Logjam)";
    let finding = findings.report(cause.named.unwrap_or(places[0].server.binding.listen), message);
    finding
        .because(match cause.named {
            Some(_) => why.to_owned(),
            None => format!("{software} brings these along where none are named; {why}"),
        })
        .help(help(surface, cause))
        .symptom("ERR_SSL_WEAK_SERVER_EPHEMERAL_DH_KEY, \"dh key too small\"; scanners cap the grade at B");
    if !cause.certain {
        finding.severity(Severity::Warning);
    }
}

fn help(surface: &Surface, cause: &Cause) -> String {
    let words = surface.words(cause.deployment);
    format!("name parameters of 2048 bits: `{}`; {}", words.dh_params, dhe::MAKE)
}
