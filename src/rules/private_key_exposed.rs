//! A private key that others on the machine can read.

use super::loads;
use crate::finding::Findings;
use crate::model::FileRole;
use crate::surface::Surface;
use std::collections::HashSet;
use std::path::Path;

/// Reports each unencrypted key whose file its group or everybody can read.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut seen = HashSet::new();
    for load in loads::loads(surface).iter().filter(|load| load.role == FileRole::Key) {
        let Some(path) = load.file.path.as_deref().filter(|path| !is_example(path)) else { continue };
        let (Some(exposure), Some(file)) = (surface.store.exposure(path), surface.store.key(path)) else {
            continue;
        };
        let Some(key) = file.key() else { continue };
        if !seen.insert(path) {
            continue;
        }
        let who = if exposure.others() { "everybody on the machine" } else { "its group" };
        findings
            .report(load.file.span, format!("{who} can read the private key `{}`", load.file.text))
            .because(format!("its mode is {:04o}; whoever reads it can pose as {}", exposure.mode, load.loader().name()))
            .also(key.span, format!("an unencrypted key, {}", key.key.label))
            .help(format!(
                "let its owner alone read it: `chmod 600 {}`; where many had the chance to read it, replace key and certificate",
                load.file.text
            ));
    }
}

/// Whether a key is there to be tried out: those of this tool's own tests.
fn is_example(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str() == "testdata")
}
