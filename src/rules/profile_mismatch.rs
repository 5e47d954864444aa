//! What can be negotiated lies outside the chosen profile.

mod certificates;
mod groups;
mod suites;

use super::commands;
use super::gather::{self, Place};
use super::shadowed_server_name;
use crate::finding::{Finding, Findings};
use crate::model::{Decides, Setting, Words};
use crate::profile::Profile;
use crate::source::Span;
use crate::surface::{DhParams, Suites, Surface};
use crate::tls::cipher_suite::KeyExchange;
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};
use std::fmt::Display;

/// Reports each setting by which a listener goes beyond the profile. Less than the profile allows is no
/// matter, and so is what the profile does not speak about.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let Some(profile) = surface.profile.as_deref() else { return };
    let mut audit = Audit { surface, profile, findings };
    protocols(&mut audit);
    suites::check(&mut audit);
    groups::check(&mut audit);
    certificates::check(&mut audit);
    dh_parameters(&mut audit);
    hsts(&mut audit);
    server_preference(&mut audit);
}

/// A profile, what is held against it, and what comes of that.
struct Audit<'s, 'f> {
    surface: &'s Surface,
    profile: &'s Profile,
    findings: &'f mut Findings,
}

impl<'s> Audit<'s, '_> {
    /// Reports that some servers do something outside the profile; `says` is the profile's own value.
    fn report(
        &mut self,
        span: Span,
        does: impl Display,
        source: &Option<String>,
        says: impl Display,
    ) -> &mut Finding {
        let message = format!("{does}, outside {}", self.profile.title);
        let finding = self.findings.report(span, message);
        finding.because(format!("{}: {says}", self.profile.cite(source)));
        finding.symptom("an audit against the profile fails")
    }

    fn words(&self, deployment: usize) -> &'static Words {
        self.surface.words(deployment)
    }

    /// Whether a setting is known for certain: in a part of a configuration another file may set it.
    fn is_certain<T>(&self, place: &Place, setting: &Setting<T>) -> bool {
        setting.known().is_some() && (!setting.origin().is_default() || self.is_whole(place))
    }

    /// Whether what is not written is not set anywhere.
    fn is_whole(&self, place: &Place) -> bool {
        let deployment = self.surface.deployment(place.listener.deployment);
        place.server.server.tls.incomplete.is_none()
            && deployment.is_whole_for(&place.server.server)
            && !place.is_scripted()
    }
}

/// Versions that are negotiable, other than those the profile allows.
fn protocols(audit: &mut Audit) {
    let Some(section) = &audit.profile.protocols else { return };
    let outside = gather::served(audit.surface).filter_map(|place| {
        let outside = place.server.protocols.known()?.difference(section.allow);
        let counts = !outside.is_empty() && audit.is_certain(&place, &place.server.enabled);
        counts.then_some(((place.listener.deployment, place.server.enabled.span(), outside), place))
    });
    for ((deployment, span, outside), places) in gather::by_cause(outside) {
        let does = format!(
            "{} {} {} on {}",
            gather::servers(&places),
            gather::verb(&places, "accepts", "accept"),
            gather::versions(outside),
            gather::sockets(&places)
        );
        let span = span.unwrap_or(places[0].server.binding.listen);
        let possible = section.allow.intersect(audit.surface.target.openssl.protocols());
        let only = audit.words(deployment).only_protocols;
        let finding = audit.report(span, does, &section.source, gather::versions(section.allow));
        for place in gather::overruled(&places) {
            let name = gather::title(&place.server.server);
            let label =
                format!("the default server of {} decides for {name}", place.listener.listener.address);
            finding.also(place.server.server.span, label);
        }
        if !possible.is_empty() {
            finding.help(format!("write {}", commands::protocols(places[0], &only(possible))));
        }
    }
}

/// Versions in which suites and groups are looked at; the others are reported themselves.
fn versions_within(audit: &Audit, place: &Place) -> ProtocolSet {
    let negotiable = place.server.protocols.known().copied().unwrap_or_default();
    negotiable.iter().filter(|version| !audit.profile.excludes_protocol(*version)).collect()
}

/// Parameters for DHE that are shorter than the profile asks for, where suites use them.
fn dh_parameters(audit: &mut Audit) {
    let Some(section) = &audit.profile.dh else { return };
    let uses = |suites: &Suites| suites.values().flatten().any(|suite| suite.kx == KeyExchange::Dhe);
    let short = gather::served(audit.surface).filter_map(|place| {
        let DhParams::Used(Some(bits)) = place.server.dh_params else { return None };
        let known = place.server.suites.known();
        let is_used =
            known.or(place.server.suites_by_key.as_ref().map(|by_key| &by_key.rsa)).is_some_and(|s| uses(s));
        let named = place.listener.deciding(place.server, Decides::Name).tls.dh_params.as_ref();
        let counts = bits < section.min_bits && is_used && (named.is_some() || audit.is_whole(&place));
        let span = named.and_then(Setting::span);
        counts.then_some(((place.listener.deployment, span, bits, known.is_some()), place))
    });
    for ((deployment, span, bits, certain), places) in gather::by_cause(short) {
        let condition = if certain { "" } else { "with an RSA certificate, " };
        let does = format!(
            "{condition}{} {} Diffie-Hellman parameters of {bits} bits",
            gather::servers(&places),
            gather::verb(&places, "uses", "use")
        );
        let word = audit.words(deployment).dh_params;
        let least = section.min_bits;
        audit
            .report(
                span.unwrap_or(places[0].server.binding.listen),
                does,
                &section.source,
                format!("at least {least} bits"),
            )
            .help(format!("name parameters of at least {least} bits: `{word}`"));
    }
}

/// HSTS that ends before the profile's age. What is no valid header is another rule's.
fn hsts(audit: &mut Audit) {
    let Some(section) = &audit.profile.hsts else { return };
    let unanswering = shadowed_server_name::unanswering(audit.surface);
    let answers =
        |place: &Place| !unanswering.contains(&(place.listener.deployment, place.server.binding.server));
    let headers = gather::served(audit.surface).filter(answers).flat_map(|place| {
        let scopes = place.server.server.site.iter().flat_map(|site| &site.scopes);
        scopes.filter_map(move |scope| Some((scope.hsts.known()?.as_ref()?, place)))
    });
    let short = headers.filter_map(|(hsts, place)| {
        let age = hsts.max_age().filter(|age| *age > 0 && *age < section.min_age)?;
        Some(((place.listener.deployment, hsts.span, age), place))
    });
    for ((deployment, span, age), places) in gather::by_cause(short) {
        let does = format!("HSTS of {} lasts {age} seconds", gather::servers(&places));
        let write = audit.words(deployment).hsts_for;
        audit
            .report(span, does, &section.source, format!("at least {} seconds", section.min_age))
            .help(format!("write `{}`", write(section.min_age)));
    }
}

/// The client's order of suites, where the profile asks for the server's.
fn server_preference(audit: &mut Audit) {
    let Some(section) = audit.profile.server_preference.as_ref().filter(|section| section.required) else {
        return;
    };
    let left = gather::served(audit.surface).filter(|place| {
        let older = versions_within(audit, place).iter().any(|version| version < ProtocolVersion::Tls13);
        older
            && place.server.server_preference.is(&false)
            && audit.is_certain(place, &place.server.server_preference)
    });
    let left = left.map(|place| ((place.listener.deployment, place.server.server_preference.span()), place));
    for ((deployment, span), places) in gather::by_cause(left) {
        let does = format!(
            "{} {} the choice of the suite to the client",
            gather::servers(&places),
            gather::verb(&places, "leaves", "leave")
        );
        let word = audit.words(deployment).server_preference;
        let tls = &places[0].listener.deciding(places[0].server, Decides::Name).tls;
        let by_command = tls.commands.at(span);
        let span = span.unwrap_or(places[0].server.binding.listen);
        audit.report(span, does, &section.source, "the server's order of suites rules").help(
            match by_command {
                // It may set other options besides.
                Some(command) => format!("write `ServerPreference` in `{command}`, which decides here"),
                None => format!("write `{word}`"),
            },
        );
    }
}
