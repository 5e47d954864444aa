//! Certificates, where they are at hand: keys and signatures other than the profile allows.

use super::{Audit, gather};
use crate::model::Setting;
use crate::pki::Certificate;
use crate::profile::Certificates;
use crate::rules::prose;

pub(super) fn check(audit: &mut Audit) {
    let Some(section) = &audit.profile.certificates else { return };
    let presented = gather::served(audit.surface)
        .flat_map(|place| place.server.certificates.iter().map(move |presented| (presented, place)));
    let outside = presented.filter_map(|(presented, place)| {
        let objections = objections(section, presented.file.as_ref()?.leaf()?);
        let span = presented.written.certificate.span()?;
        let is_known = matches!(presented.written.certificate, Setting::Known { .. });
        (is_known && !objections.is_empty()).then_some(((span, objections), place))
    });
    for ((span, objections), places) in gather::by_cause(outside) {
        for (what, instead) in objections {
            let does = format!(
                "{} {} {what}",
                gather::servers(&places),
                gather::verb(&places, "presents", "present")
            );
            audit
                .report(span, does, &section.source, &instead)
                .help(format!("get a certificate with {instead}"));
        }
    }
}

/// What is outside, and what is asked for instead.
fn objections(section: &Certificates, leaf: &Certificate) -> Vec<(String, String)> {
    let key = section
        .objection(&leaf.key)
        .map(|(label, instead)| (format!("a certificate with the key {label}"), instead));
    // Nobody checks how a certificate has signed itself.
    let digest = leaf.signature_digest.filter(|_| !leaf.self_issued);
    let hashes = section.hashes.as_ref().zip(digest).filter(|(hashes, digest)| !hashes.contains(digest));
    let signature = hashes.map(|(hashes, digest)| {
        let allowed = prose::list(hashes.iter().map(|hash| hash.name()));
        (format!("a certificate signed with {}", digest.name()), format!("a signature with {allowed}"))
    });
    key.into_iter().chain(signature).collect()
}
