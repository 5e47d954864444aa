//! A directive or parameter that the stated version does not know.

use crate::finding::Findings;
use crate::model::ProblemKind;
use crate::surface::Surface;

/// Reports each word that the stated version refuses to start with.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for problem in surface.problems() {
        let ProblemKind::Unsupported { help } = &problem.kind else { continue };
        let finding = findings.problem(problem).because("this version refuses to start with it");
        if let Some(help) = help {
            finding.help(help.as_str());
        }
    }
}
