//! A list of suites lowers the security level of the TLS library.

use super::gather::{self, Place};
use super::hops::{self, Cause};
use super::lists::{self, Expansions};
use super::{refused, upstream_weak_cipher, upstream_weak_protocol, weak_cipher, weak_protocol};
use crate::finding::{Applicability, Finding, Findings, Severity};
use crate::model::{Decides, FileRef, LibraryText, Weakness};
use crate::pki::CertificateFile;
use crate::source::Span;
use crate::surface::{Surface, UpstreamSurface};
use crate::tls::security_level;

/// Reports each `@SECLEVEL` below the level that the target has by itself.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut expansions = Expansions::new(surface);
    servers(surface, &mut expansions, findings);
    upstreams(surface, &mut expansions, findings);
}

/// Where `weak-protocol` or `weak-cipher`, or those of hops, point at the level already, they say the worst of it.
fn servers(surface: &Surface, expansions: &mut Expansions, findings: &mut Findings) {
    if surface.accepts_lowered_level() {
        return;
    }
    let own = surface.target.security_level;
    let lowered = gather::served(surface).filter_map(|place| {
        let level = *place.server.security_level.known()?;
        let list = lists::setting_level(lists::list(place)?);
        (level < own).then_some(((list.span?, level), (place, list)))
    });
    for ((_, level), found) in gather::by_cause(lowered) {
        let places: Vec<_> = found.iter().map(|(place, _)| *place).collect();
        let is_told = |place: &Place| {
            weak_protocol::is_let_in(surface, *place) || weak_cipher::is_let_in(surface, *place)
        };
        if places.iter().any(is_told) {
            continue;
        }
        let list = found[0].1;
        let Some(span) = lists::level_word(list, level) else { continue };
        let message = format!(
            "{} {} OpenSSL's security level from {own} to {level}",
            gather::servers(&places),
            gather::verb(&places, "lowers", "lower")
        );
        let finding = findings.report(span, message);
        finding.because(passes(surface, level, "in its own certificate and in those of clients"));
        let needs = needs(surface, &places);
        raise(surface, expansions, finding, list, level, needs);
    }
}

/// What a server or a hop loads and the library's own level refuses.
struct Needs {
    span: Span,
    what: String,
    /// OpenSSL's reason.
    reason: &'static str,
}

/// The first thing at hand that servers could not load without the lower level.
fn needs(surface: &Surface, places: &[Place]) -> Option<Needs> {
    let held = places.iter().flat_map(|place| &place.server.certificates);
    let mut weak = held.filter_map(|presented| {
        let file = presented.written.certificate.known()?;
        needs_certificate(surface, file, presented.file.as_deref()?)
    });
    weak.next().or_else(|| places.iter().find_map(|place| needs_parameters(surface, *place)))
}

fn needs_certificate(surface: &Surface, file: &FileRef, holds: &CertificateFile) -> Option<Needs> {
    let (own, target) = (surface.target.security_level, &surface.target);
    let mut certificates = holds.certificates.iter().enumerate().filter(|_| holds.error.is_none());
    let weakness = certificates.find_map(|(i, c)| refused::weakness(c, i == 0, own, target))?;
    let reason = match weakness {
        Weakness::LeafKey => "ee key too small",
        Weakness::ChainKey => "ca key too small",
        Weakness::LeafDigest | Weakness::ChainDigest => "ca md too weak",
    };
    Some(Needs { span: file.span, what: format!("the certificate `{}`", file.text), reason })
}

fn needs_parameters(surface: &Surface, place: Place) -> Option<Needs> {
    let tls = &place.listener.deciding(place.server, Decides::Name).tls;
    let file = tls.dh_params.as_ref()?.known().filter(|_| tls.dh_params_must_load)?;
    let bits = surface.store.dh_bits(file.path.as_deref()?)?;
    let is_short = bits < security_level::dh_min_bits(surface.target.security_level);
    let what = format!("the parameters of {bits} bits in `{}`", file.text);
    is_short.then_some(Needs { span: file.span, what, reason: "dh key too small" })
}

fn upstreams(surface: &Surface, expansions: &mut Expansions, findings: &mut Findings) {
    let own = surface.target.security_level;
    let lowers = |hop: &UpstreamSurface| {
        let list = lists::setting_level(hop.upstream.ciphers.known().filter(|_| hop.is_tls())?);
        // Only such lists are worth expanding.
        let is_set = list.text.to_ascii_uppercase().contains("@SECLEVEL=");
        list.span.filter(|_| is_set).map(Cause::Line)
    };
    for hops in hops::by_cause(surface, lowers) {
        let hop = hops.first();
        let Some(list) = hop.upstream.ciphers.known().map(lists::setting_level) else { continue };
        let level = expansions.of(&list.text).and_then(|e| e.security_level).filter(|level| *level < own);
        let Some((level, span)) = level.and_then(|level| Some((level, lists::level_word(list, level)?)))
        else {
            continue;
        };
        if upstream_weak_cipher::is_let_in(surface, hop) || upstream_weak_protocol::is_let_in(surface, hop) {
            continue;
        }
        let message = format!(
            "{} lowers OpenSSL's security level from {own} to {level} for {}",
            hop.upstream.from,
            hops::backend(hop)
        );
        let finding = findings.report(span, message);
        finding.severity(hops.severity(Severity::Warning));
        finding.because(passes(surface, level, "in the backend's certificate"));
        let needs = hop.upstream.certificate.as_ref().and_then(|certificate| {
            let file = certificate.certificate.known()?;
            needs_certificate(surface, file, surface.certificates_in(file)?)
        });
        raise(surface, expansions, finding, list, level, needs);
        hops.point_at(finding, "a hop that it applies to");
    }
}

/// What passes at a level that the next would refuse (SSL_CTX_set_security_level(3)).
fn passes(surface: &Surface, level: u8, place: &str) -> String {
    let sha1 = if surface.target.openssl.at_least(3, 0, 0) { "" } else { " and signatures with SHA-1" };
    match level {
        0 => format!("lets keys of any length and signatures with MD5 and SHA-1 pass {place}"),
        1 => format!("lets RSA keys of 1024 bits{sha1} pass {place}"),
        _ => format!("lets keys of {} bits of security pass {place}", security_level::bits(level)),
    }
}

fn raise(
    surface: &Surface,
    expansions: &mut Expansions,
    finding: &mut Finding,
    list: &LibraryText,
    level: u8,
    needs: Option<Needs>,
) {
    let word = format!("@SECLEVEL={level}");
    if let Some(Needs { span, what, reason }) = needs {
        let own = surface.target.security_level;
        finding.also(span, format!("level {own} refuses this: \"{reason}\""));
        finding.help(format!("replace {what} first, as the server does not start with it at level {own}; then take `{word}` out"));
        return;
    }
    finding.help(format!("take `{word}` out; what needs it is a key or a signature to be replaced"));
    let text = &list.text;
    let Some(start) = text.to_ascii_uppercase().rfind(&word) else { return };
    let range = start..start + word.len();
    let is_item = |text: &str| text.is_empty() || text.ends_with(':');
    let new = match is_item(&text[..start]) {
        true => lists::without(text, &[range]),
        false => format!("{}{}", &text[..start], &text[range.end..]),
    };
    let is_good = expansions.of(&new.as_str().into()).is_some_and(|left| left.security_level.is_none());
    if let Some((span, text)) = lists::edit(list, &new).filter(|_| is_good) {
        finding.replace(Applicability::Unsafe, span, text);
    }
}
