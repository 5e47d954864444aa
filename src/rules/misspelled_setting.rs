//! An unknown word, one slip away from one that decides about TLS.

use crate::finding::{Applicability, Findings};
use crate::model::ProblemKind;
use crate::surface::Surface;

/// Reports the word and offers the one that was meant.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for problem in surface.problems() {
        let ProblemKind::Misspelled { nearest, word } = &problem.kind else { continue };
        findings
            .problem(problem)
            .because("the server knows no such word and does not start")
            .help(format!("write `{nearest}`"))
            .replace(Applicability::Unsafe, *word, nearest.as_str());
    }
}
