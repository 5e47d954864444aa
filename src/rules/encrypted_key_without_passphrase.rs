//! A private key that takes a pass phrase, which nothing gives.

use super::loads::{self, Load, Loader};
use crate::finding::{Findings, Severity};
use crate::model::{FileRole, Refusal, Setting};
use crate::pki::Held;
use crate::surface::Surface;

/// Reports each encrypted key for which no file of pass phrases is named.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for load in loads::loads(surface).iter().filter(|load| load.role == FileRole::Key) {
        if locked(surface, load, findings) {
            continue;
        }
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

/// Reports a key whose file of pass phrases is empty: it is tried with none, and nobody is asked.
fn locked(surface: &Surface, load: &Load, findings: &mut Findings) -> bool {
    let is_empty = |loader: &&Loader| {
        let path = loader.pass_phrases().and_then(Setting::known).and_then(|file| file.path.as_deref());
        path.and_then(|path| surface.store.begins_with(path)) == Some(None)
    };
    let Some(loader) = load.loaders.iter().find(is_empty) else { return false };
    let Some(Held::Encrypted(span)) = loads::private_key(surface, load.file).map(|file| &file.held) else {
        return false;
    };
    let text = &load.file.text;
    let message = format!(
        "the private key `{text}` of {} is encrypted, and its file of pass phrases is empty",
        loader.name()
    );
    let finding = findings.report(load.file.span, message);
    finding
        .severity(Severity::Error)
        .because("the server refuses to start: it does not ask for a pass phrase where such a file is named")
        .also(*span, "this key takes a pass phrase")
        .also_if(loader.pass_phrases().and_then(Setting::span), "an empty file")
        .help("write the pass phrase into the file, on a line of its own");
    load.refuse(surface, loads::Fault { refusal: Refusal::Locked, at: None }, finding);
    true
}
