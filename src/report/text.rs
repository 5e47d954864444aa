//! Findings for people: what is wrong, the lines it comes from, what to write instead, and what a
//! client sees.

use super::excerpt::Excerpt;
use super::{Appearance, Report, place, printable};
use crate::finding::{Finding, Severity};
use crate::source::Sources;
use crate::threads::in_parts;
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeCharacters, ThemeStyles,
};
use std::fmt;

/// Fewer findings are not worth a thread.
const FINDINGS_A_THREAD: usize = 64;

/// Findings whose text is held in memory at a time.
const FINDINGS_A_PART: usize = 512;

/// The findings, what is unknown, and the numbers. `quiet`: only the findings.
pub fn render(report: &Report, appearance: Appearance, quiet: bool) -> String {
    parts(report, appearance, quiet).collect()
}

/// The same, in parts.
pub fn parts(report: &Report, appearance: Appearance, quiet: bool) -> impl Iterator<Item = String> {
    let threads = report.files.threads();
    let render = move |findings: &[Finding]| {
        let (mut out, handler) = (String::new(), handler(appearance));
        for one in findings {
            render_one(&mut out, &handler, report.sources(), one, appearance);
            out.push('\n');
        }
        out
    };
    let findings = report.findings.chunks(FINDINGS_A_PART);
    let findings = findings.flat_map(move |part| in_parts(part, threads, FINDINGS_A_THREAD, render));
    let end = (!quiet).then(|| unknowns(report, appearance) + &ending(report, appearance));
    findings.chain(end)
}

/// One finding.
pub fn finding(sources: &Sources, finding: &Finding, appearance: Appearance) -> String {
    let mut out = String::new();
    render_one(&mut out, &handler(appearance), sources, finding, appearance);
    out
}

fn render_one(
    out: &mut String,
    handler: &GraphicalReportHandler,
    sources: &Sources,
    finding: &Finding,
    appearance: Appearance,
) {
    let diagnostic = Rendered { finding, excerpt: Excerpt::of(sources, &finding.primary, &finding.labels) };
    let before = out.len();
    // Writing to a string does not fail, and the excerpt answers for every label.
    if handler.render_report(out, &diagnostic).is_err() {
        out.truncate(before);
        out.push_str(&super::concise::line(sources, finding));
        out.push('\n');
    }
    if let Some(symptom) = &finding.symptom {
        let who = if finding.fatal { "the server says" } else { "a client sees" };
        out.push_str(&format!("  {} {}\n", appearance.paint("36", &format!("{who}:")), printable(symptom)));
    }
}

pub(super) fn handler(appearance: Appearance) -> GraphicalReportHandler {
    let theme = GraphicalTheme {
        characters: if appearance.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() },
        styles: if appearance.color { ThemeStyles::ansi() } else { ThemeStyles::none() },
    };
    GraphicalReportHandler::new_themed(theme)
        .with_links(false)
        .with_width(appearance.width)
        .with_break_words(false)
        // Lists to paste are broken neither at hyphens nor at colons.
        .with_word_separator(textwrap::WordSeparator::AsciiSpace)
        .with_word_splitter(textwrap::WordSplitter::NoHyphenation)
        .with_context_lines(1)
        .without_syntax_highlighting()
}

/// A finding in miette's terms.
#[derive(Debug)]
struct Rendered<'a> {
    finding: &'a Finding,
    excerpt: Excerpt,
}

impl fmt::Display for Rendered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&printable(&self.finding.message))
    }
}

impl std::error::Error for Rendered<'_> {}

impl Diagnostic for Rendered<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(format!("{}[{}]", self.finding.severity.name(), self.finding.rule.name)))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.finding.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Note => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let help = self.finding.help.as_ref()?;
        let lines: Vec<_> = help.lines().map(printable).collect();
        Some(Box::new(lines.join("\n")))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.excerpt.labels().into_iter()))
    }
}

/// How many unknown things are listed before the rest is only counted.
const UNKNOWNS_SHOWN: usize = 12;

fn unknowns(report: &Report, appearance: Appearance) -> String {
    let mut out = String::new();
    let shown = report.unknowns.iter().take(UNKNOWNS_SHOWN);
    for unknown in shown {
        let place = place(report.sources(), unknown.span);
        let what = format!("unknown: {}: {}", printable(&unknown.what), printable(&unknown.why));
        out.push_str(&format!("{} {what}\n", appearance.dim(&format!("{place}:"))));
    }
    let more = report.unknowns.len().saturating_sub(UNKNOWNS_SHOWN);
    if more > 0 {
        out.push_str(&appearance.dim(&format!("and {more} more; `--format json` lists them all\n")));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

fn ending(report: &Report, appearance: Appearance) -> String {
    let mut out = appearance.bold(&report.summary.to_string());
    match report.unknowns.len() {
        0 => {}
        1 => out.push_str("; 1 thing could not be known offline"),
        n => out.push_str(&format!("; {n} things could not be known offline")),
    }
    out.push('\n');
    if let Some(first) = report.findings.first() {
        out.push_str(
            &appearance.dim(&format!("`tlslint explain {}` says why and what to do", first.rule.name)),
        );
        out.push('\n');
    }
    out
}
