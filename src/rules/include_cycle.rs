//! A file includes itself, directly or through others.

use crate::finding::Findings;
use crate::model::ProblemKind;
use crate::surface::Surface;

/// Reports each include that closes a circle.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for problem in surface.problems() {
        let ProblemKind::IncludeCycle { through } = &problem.kind else { continue };
        findings
            .problem(problem)
            .because("nginx follows it until its stack overflows")
            .help(format!("leave out one of these includes: {}", through.join(" → ")))
            .symptom("Segmentation fault");
    }
}
