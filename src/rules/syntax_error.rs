//! The text of a configuration cannot be read.

use crate::finding::Findings;
use crate::model::ProblemKind;
use crate::surface::Surface;

/// Reports each place where the server would stop reading.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for problem in surface.problems() {
        let ProblemKind::Syntax { label, says, help } = &problem.kind else { continue };
        let finding = findings.problem(problem);
        finding.because(label.as_str()).symptom(says.clone());
        if let Some(help) = help {
            finding.help(help.as_str());
        }
    }
}
