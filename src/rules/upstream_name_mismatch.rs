//! The name that is checked or sent cannot be the backend's.

mod at_hand;

use super::hops::{self, Cause};
use super::upstream_sni_missing;
use crate::finding::{Findings, Severity};
use crate::surface::{Surface, UpstreamSurface, Verify};

/// Why a name fits no certificate.
enum Face {
    /// The label of a group of backends.
    Label,
    /// An IP address, where IP addresses in certificates are not consulted.
    Address,
    /// The path of a socket.
    Path,
    /// Nothing.
    Empty,
}

/// Reports each hop whose name is none that a certificate carries.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let cause = |hop: &UpstreamSurface| {
        // Whose certificate is at hand, is held against that.
        face(hop).filter(|face| !matches!(face, Face::Address) || !at_hand::is_judged(surface, hop))?;
        Some(if hop.upstream.name_written { Cause::of(&hop.upstream.name, hop) } else { Cause::name(hop) })
    };
    for hops in hops::by_cause(surface, cause) {
        let hop = hops.first();
        let (Some(face), Some(Some(name))) = (face(hop), hop.upstream.name.known()) else { continue };
        let (upstream, words, verifies) = (&hop.upstream, &hop.upstream.words, verifies(hop));
        let backend = hops::backend(hop);
        let message = match (&face, verifies) {
            (Face::Empty, _) => {
                format!("{} checks the certificate of {backend} for an empty name", upstream.from)
            }
            (_, true) => {
                format!("{} checks the certificate of {backend} for the name `{name}`", upstream.from)
            }
            (_, false) => format!("{} sends the SNI `{name}` to {backend}", upstream.from),
        };
        let why = match face {
            Face::Label => format!("`{name}` is only what this configuration calls a group of backends"),
            Face::Address => format!(
                "IP addresses in a certificate are not consulted: only a DNS name spelled `{name}` would match"
            ),
            Face::Path => {
                "the path of a socket, taken for a name since none is given; no certificate carries it"
                    .to_owned()
            }
            Face::Empty => "an empty name matches no certificate".to_owned(),
        };
        let severity = match face {
            // These fail wherever they lead.
            Face::Path | Face::Empty => Severity::Error,
            _ => hops.severity(if verifies { Severity::Error } else { Severity::Warning }),
        };
        let span = upstream.name.span().filter(|_| upstream.name_written).unwrap_or(upstream.span);
        // Each line is proposed once for a hop, so that all that is proposed can be pasted.
        let lacks_sni = upstream.sends_sni.is(&false) && upstream_sni_missing::named(hop).is_none();
        let sni = if lacks_sni { format!("\n{}", words.sni) } else { String::new() };
        let which = match hops::is_several(hop) {
            true => hops::SHARED_NAME,
            false => "which name the backend's certificate carries",
        };
        let finding = findings.report(span, message);
        finding
            .severity(severity)
            .because(why)
            .also_if(upstream.label.as_ref().map(|label| label.span), "the group is defined here")
            .also_if(upstream.verify.span().filter(|_| verifies), "verification is switched on here")
            .help(match at_hand::own_name(surface, hop) {
                Some(own) => format!("say {which}:\n{}{sni}", words.name.replace("NAME", own)),
                None => format!("say {which}:\n{}{sni}", upstream.name_statement()),
            })
            .symptom(match verifies {
                true => format!("502 Bad Gateway; the server logs: upstream SSL certificate does not match \"{name}\""),
                false => "502 Bad Gateway; the server logs: SSL_do_handshake() failed (SSL: … tlsv1 unrecognized name:SSL alert number 112)".to_owned(),
            });
        hops.point_at(finding, "a hop that goes by this name");
    }
    at_hand::check(surface, findings);
}

/// Whether the name of a hop is reported here.
pub(super) fn is_reported(hop: &UpstreamSurface) -> bool {
    face(hop).is_some()
}

fn face(hop: &UpstreamSurface) -> Option<Face> {
    let upstream = &hop.upstream;
    let name = upstream.name.known().filter(|_| hop.is_tls())?.as_deref()?;
    let is_address = || name.starts_with('[') || name.parse::<std::net::IpAddr>().is_ok();
    match verifies(hop) {
        true if name.is_empty() => Some(Face::Empty),
        true if name.starts_with('/') => Some(Face::Path),
        true if is_address() && !upstream.checks_ip_sans => Some(Face::Address),
        verifies => {
            let matters = verifies || upstream.sends_sni.is(&true);
            (matters && hops::is_bare_label(hop)).then_some(Face::Label)
        }
    }
}

fn verifies(hop: &UpstreamSurface) -> bool {
    hop.verify.is(&Verify::ChainAndName)
}
