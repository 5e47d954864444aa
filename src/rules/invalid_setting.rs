//! A value, a place or a number of arguments that the server refuses.

use crate::finding::Findings;
use crate::model::ProblemKind;
use crate::surface::Surface;

/// Reports each directive that the server refuses to start with.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for problem in surface.problems() {
        let ProblemKind::Invalid { help } = &problem.kind else { continue };
        let finding = findings.problem(problem).because("the server refuses to start with it");
        if let Some(help) = help {
            finding.help(help.as_str());
        }
    }
}
