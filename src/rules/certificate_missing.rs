//! A certificate, a CA file or a revocation list is named, and nothing lies where it must lie.

use super::loads;
use crate::finding::Findings;
use crate::model::{FileRole, Refusal};
use crate::surface::Surface;

/// Reports each file that is missing from the tree that is linted.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let loaders = loads::loaders(surface);
    for load in loads::loads(&loaders).iter().filter(|load| load.role != FileRole::Key) {
        let Some(fault) = load.fault(surface).filter(|fault| fault.refusal == Refusal::Missing) else {
            continue;
        };
        let what = load.role.prose();
        let message =
            format!("{} names the {what} `{}`, which does not exist", load.loader().name, load.file.text);
        let finding = findings.report(load.file.span, message);
        finding.because(load.place()).help(
            "put the file there, or correct the path: a relative one begins at the directory of the main file",
        );
        load.refuse(surface, fault, finding);
    }
}
