//! A directive that the target has removed or is about to remove.

use crate::finding::{Findings, Severity};
use crate::model::ProblemKind;
use crate::surface::Surface;

/// Reports what works no more, or works with a warning.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for problem in surface.problems() {
        let ProblemKind::Deprecated { why, help, still_works } = &problem.kind else { continue };
        let finding = findings.problem(problem).because(why.as_str());
        if let Some(help) = help {
            finding.help(help.as_str());
        }
        // What works everywhere today is worth knowing, and no more than that, until a target is stated.
        if *still_works && !surface.target.is_stated() {
            finding.severity(Severity::Note);
        }
    }
}
