//! OCSP stapling that is switched on and cannot work.

use super::gather::{self, Place};
use super::sent::{self, Sent};
use super::stapling::{Obstacle, obstacle, settings};
use crate::finding::{Findings, Severity};
use crate::source::Span;
use crate::surface::Surface;
use std::collections::HashSet;

/// Reports each line that switches stapling on for certificates to which nothing can be stapled.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let files = sent::files(surface);
    let on = files.iter().flat_map(|file| {
        let places = file.places.iter().filter(|place| settings(place).stapling.is(&true));
        places.filter_map(move |place| Some((settings(place).stapling.span()?, (file, place))))
    });
    let on: Vec<(Span, (&Sent, &Place))> = on.collect();
    let in_vain = on.iter().filter_map(|(span, (file, place))| {
        // A certificate that demands a response fails without: that is told of it.
        let demands = file.leaf().is_some_and(|leaf| leaf.extensions.must_staple);
        let obstacle = obstacle(surface, place, file.file).filter(|_| !demands)?;
        Some(((*span, obstacle), (*file, **place)))
    });
    let in_vain = gather::by_cause(in_vain);
    let useful: HashSet<Span> = {
        let works = |(file, place): &(&Sent, &Place)| obstacle(surface, place, file.file).is_none();
        on.iter().filter(|(_, at)| works(at)).map(|(span, _)| *span).collect()
    };
    for ((span, obstacle), found) in in_vain {
        report(surface, span, obstacle, &found, useful.contains(&span), findings);
    }
}

fn report(
    surface: &Surface,
    span: Span,
    obstacle: Obstacle,
    found: &[(&Sent, Place)],
    useful: bool,
    findings: &mut Findings,
) {
    let places: Vec<Place> = found.iter().map(|(_, place)| *place).collect();
    let words = surface.words(places[0].listener.deployment);
    let message = format!("OCSP stapling has no effect for {}", gather::servers(&places));
    let (log, label, help) = match obstacle {
        Obstacle::NoResponder => (
            "no OCSP responder URL in the certificate",
            "it names no OCSP responder",
            "take the line out: with such a certificate there is nothing to staple; Let's Encrypt, for one, ended OCSP in 2025",
        ),
        Obstacle::NotHttp => (
            "invalid URL prefix in OCSP responder",
            "the responder is not asked by plain HTTP",
            "name a responder that begins with `http://`, or take the line out",
        ),
        Obstacle::NoIssuer => (
            "issuer certificate not found for certificate",
            "the certificate of its issuer is not in the file",
            "append the issuer's certificate to the file: clients need it, too",
        ),
    };
    let why = format!("the log says `{}, {log}`, and nothing is stapled", words.stapling_ignored);
    let finding = findings.report(span, message).because(why);
    let mut seen = HashSet::new();
    for (file, _) in found.iter().filter(|(file, _)| seen.insert(file.file.file)).take(3) {
        finding.also_if(file.lines.first().copied(), label);
    }
    if useful {
        // Others need the line.
        finding
            .severity(Severity::Note)
            .help("this does no harm, as long as others that the line applies to are stapled");
    } else {
        finding.help(help);
    }
}
