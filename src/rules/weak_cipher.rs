//! NULL, anonymous, export-grade, DES, 3DES, RC4, IDEA, SEED or MD5 suites can really be negotiated.

use super::gather::{self, Place};
use super::lists::{self, Expansions, Words};
use super::weakness::{Weakness, is_weak};
use super::{commands, prose};
use crate::finding::Findings;
use crate::surface::Surface;
use crate::tls::CipherSuite;
use crate::tls::security_level::suite_allowed;

/// Reports each list of suites by which a handshake can end on a weak one.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut expansions = Expansions::new(surface);
    for culprit in lists::culprits(surface, Weakness::of) {
        let Some(expansion) = expansions.of(&culprit.list.text) else { continue };
        let kinds = Weakness::among(&culprit.suites);
        let Some(worst) = kinds.first() else { continue };
        let setting = commands::ciphers(surface, culprit.places[0]);
        let message = format!(
            "{}{} {} {} cipher suites on {}",
            culprit.condition(),
            gather::servers(&culprit.places),
            gather::verb(&culprit.places, "accepts", "accept"),
            prose::list(kinds.iter().map(|kind| kind.adjective())),
            gather::sockets(&culprit.places)
        );
        let words = lists::words(&expansion, &culprit.list.text, &culprit.suites);
        let finding = findings.report(culprit.places[0].server.binding.listen, message);
        match culprit.list.span {
            Some(_) => lists::explain(finding, culprit.list, &words, why),
            None => {
                finding.because(format!(
                    "without `{setting}`, {} takes `{}`: {}",
                    surface.deployment(culprit.deployment).software,
                    culprit.list.text,
                    worst.why()
                ));
            }
        }
        if let Some(level) = lists::level(&mut expansions, culprit.list)
            .filter(|_| needs_lower_level(surface, &culprit.suites))
        {
            let label = "lets them in: the TLS library would refuse them otherwise";
            finding.also_if(lists::level_word(culprit.list, level), label);
        }
        let forbidding: Vec<_> = kinds.iter().map(|kind| kind.keyword()).collect();
        let text = &culprit.list.text;
        lists::remedy(&mut expansions, text, &words, &forbidding, is_weak).offer(
            finding,
            culprit.list,
            setting,
        );
        if let Some(symptom) = worst.symptom() {
            finding.symptom(symptom);
        }
    }
}

/// What is worst about the suites that some words let in.
pub(super) fn why(words: &Words) -> String {
    Weakness::among(&words.suites).first().map(|kind| kind.why()).unwrap_or_default().to_owned()
}

/// Whether a weak suite is negotiated that the library's own security level would refuse.
pub(super) fn is_let_in(surface: &Surface, place: Place) -> bool {
    let suites = match (place.server.suites.known(), &place.server.suites_by_key) {
        (Some(suites), _) => lists::older(suites, is_weak),
        (None, Some(by_key)) => {
            [lists::older(&by_key.rsa, is_weak), lists::older(&by_key.ecdsa, is_weak)].concat()
        }
        (None, None) => return false,
    };
    needs_lower_level(surface, &suites)
}

/// Whether the library's own security level would refuse some of the suites.
pub(super) fn needs_lower_level(surface: &Surface, suites: &[&CipherSuite]) -> bool {
    let target = &surface.target;
    suites.iter().any(|suite| !suite_allowed(suite, target.security_level, target.openssl))
}
