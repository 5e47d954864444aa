//! An included file is not there.

use crate::finding::Findings;
use crate::model::ProblemKind;
use crate::surface::Surface;

/// Reports each include that the server would stop at.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for problem in surface.problems() {
        let ProblemKind::IncludeNotFound { looked_for, unreadable } = &problem.kind else { continue };
        let (help, symptom) = match unreadable {
            false => (
                format!(
                    "create `{looked_for}`, or say with `--root` or `--map` where the path lies in this tree"
                ),
                "open() failed (2: No such file or directory)",
            ),
            true => ("name a regular file, or a pattern such as `conf.d/*.conf`".to_owned(), "read() failed"),
        };
        findings.problem(problem).because("the server does not start without it").help(help).symptom(symptom);
    }
}
