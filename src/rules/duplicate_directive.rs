//! A directive that may stand once stands twice.

use crate::finding::Findings;
use crate::model::ProblemKind;
use crate::surface::Surface;

/// Reports each repetition that the server refuses to start on.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for problem in surface.problems() {
        let ProblemKind::Duplicate { name, first } = &problem.kind else { continue };
        findings
            .problem(problem)
            .because(format!("the server refuses a second `{name}`"))
            .also(*first, "first set here")
            .help("keep one of the two");
    }
}
