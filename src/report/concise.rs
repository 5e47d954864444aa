//! One line for each finding, as compilers print them: editors and scripts know how to read it.

use super::{Report, place, printable};
use crate::finding::Finding;
use crate::source::Sources;

/// `path:line:column: severity[rule] message`.
pub fn render(report: &Report) -> String {
    report.findings.iter().map(|finding| line(report.sources(), finding) + "\n").collect()
}

/// One finding.
pub fn line(sources: &Sources, finding: &Finding) -> String {
    let place = place(sources, finding.primary.span);
    let Finding { severity, rule, message, .. } = finding;
    format!("{place}: {}[{}] {}", severity.name(), rule.name, printable(message))
}
