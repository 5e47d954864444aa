//! Two servers claim to be the default of one socket.

use crate::finding::Findings;
use crate::model::ProblemKind;
use crate::surface::Surface;

/// Reports the second server that is written down as the default.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for problem in surface.problems() {
        let ProblemKind::DuplicateDefault { address, first } = &problem.kind else { continue };
        findings
            .problem(problem)
            .because("a socket has one default server")
            .also(*first, format!("the default of {address} already"))
            .help("leave `default_server` with one of the two");
    }
}
