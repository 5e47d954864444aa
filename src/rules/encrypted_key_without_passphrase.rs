//! A private key that takes a pass phrase, which nothing gives.

use super::loads;
use crate::finding::Findings;
use crate::model::FileRole;
use crate::pki::Held;
use crate::surface::Surface;

/// Reports each encrypted key for which no file of pass phrases is named.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for load in loads::loads(surface).iter().filter(|load| load.role == FileRole::Key) {
        // What is absent from a part of a configuration may stand elsewhere.
        let loader = load
            .loaders
            .iter()
            .find(|l| l.pass_phrases().is_none() && !surface.deployment(l.deployment).fragment);
        let (Some(loader), Some(file)) = (loader, loads::private_key(surface, load.file)) else { continue };
        let Held::Encrypted(span) = file.held else { continue };
        let text = &load.file.text;
        let finding = findings.report(
            load.file.span,
            format!(
                "the private key `{text}` of {} is encrypted, and no pass phrase is given",
                loader.name()
            ),
        );
        finding
            .because("it is asked for on the terminal at each start; without a terminal nothing starts: \"problems getting password\"")
            .also(span, "this key takes a pass phrase")
            .help(surface.words(loader.deployment).pass_phrases);
        load.point_at_loaders(finding);
    }
}
