//! Findings and surfaces as text: one renderer a file, each from the same [`Report`] or the same
//! [`Analysis`].

pub mod ciphers;
pub mod ciphers_json;
pub mod ciphers_text;
pub mod concise;
pub mod json;
pub mod show_json;
pub mod show_text;
pub mod text;

mod appearance;
mod excerpt;
mod fault;
mod plain;
mod show_certificate;
mod show_rows;
mod summary;
mod table;
#[cfg(test)]
mod tests;

pub use appearance::Appearance;
pub use fault::fault;
pub use plain::printable;
pub use summary::Summary;

use crate::analysis::Analysis;
use crate::files::Files;
use crate::finding::Finding;
use crate::model::UnknownFact;
use crate::source::{Sources, Span};
use std::sync::Arc;

/// The name of the rule that reports text that cannot be read.
pub const SYNTAX_ERROR: &str = "syntax-error";

/// What `check` has to say.
#[derive(Debug)]
pub struct Report<'a> {
    /// What was read, in as many parts as there are configurations of this tool; over one set of files.
    pub analyses: &'a [Analysis],
    /// What is wrong, sorted.
    pub findings: Vec<Finding>,
    /// What could not be known, sorted.
    pub unknowns: Vec<UnknownFact>,
    /// The numbers.
    pub summary: Summary,
    files: Arc<Files>,
}

impl<'a> Report<'a> {
    /// A report of these findings.
    pub fn new(analysis: &'a Analysis, findings: Vec<Finding>) -> Self {
        Report::of(std::slice::from_ref(analysis), findings)
    }

    /// A report of the findings in all of these.
    pub fn of(analyses: &'a [Analysis], findings: Vec<Finding>) -> Self {
        let summary = Summary::of(analyses, &findings);
        let mut unknowns: Vec<UnknownFact> = analyses.iter().flat_map(Analysis::unknowns).collect();
        if let [first, _, ..] = analyses {
            first.sort_unknowns(&mut unknowns);
        }
        let files = analyses.first().map(|a| a.files.clone()).unwrap_or_default();
        Report { analyses, findings, unknowns, summary, files }
    }

    fn sources(&self) -> &Sources {
        &self.files.sources
    }
}

/// `path:line:column`, fit to be printed.
pub fn place(sources: &Sources, span: Span) -> String {
    let source = sources.get(span.file);
    let start = source.position(span.start);
    format!("{}:{}:{}", printable(&source.name()), start.line, start.column)
}

/// `path:line`, fit to be printed.
fn line(sources: &Sources, span: Span) -> String {
    let source = sources.get(span.file);
    format!("{}:{}", printable(&source.name()), source.position(span.start).line)
}

/// A document as indented JSON with a line feed at its end.
fn to_json(document: &impl serde::Serialize) -> String {
    // Maps with keys of text and no custom code: this cannot fail.
    let mut text = serde_json::to_string_pretty(document).unwrap_or_default();
    text.push('\n');
    text
}
