//! `check --format json`: the schema `tlslint.check/1`, described in the documentation. Fields may be
//! added, none is renamed.

use super::Report;
use crate::analysis::Analysis;
use crate::finding::{Applicability, Finding};
use crate::source::{Sources, Span};
use crate::target::Target;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    version: &'static str,
    /// Absent where inputs are taken to run on different ones.
    target: Option<TargetJson>,
    findings: Vec<FindingJson<'a>>,
    errors: Vec<ErrorJson>,
    unknown: Vec<UnknownJson<'a>>,
    summary: &'a super::Summary,
}

/// What the configuration is taken to run on.
#[derive(Serialize)]
pub(super) struct TargetJson {
    stated: Option<String>,
    nginx: String,
    openssl: String,
    security_level: u8,
    min_protocol: Option<&'static str>,
}

impl TargetJson {
    /// The one of all of them, if there is one.
    pub(super) fn of_all(analyses: &[Analysis]) -> Option<Self> {
        let (first, rest) = analyses.split_first()?;
        let target = &first.surface.target;
        rest.iter().all(|a| a.surface.target == *target).then(|| TargetJson::of(target))
    }

    pub(super) fn of(target: &Target) -> Self {
        TargetJson {
            stated: target.stated.clone(),
            nginx: target.nginx.to_string(),
            openssl: target.openssl.to_string(),
            security_level: target.security_level,
            min_protocol: target.min_protocol.map(|version| version.name()),
        }
    }
}

#[derive(Serialize)]
struct FindingJson<'a> {
    rule: &'static str,
    severity: &'static str,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    symptom: Option<String>,
    #[serde(flatten)]
    place: Place,
    reason: &'a str,
    labels: Vec<LabelJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<FixJson<'a>>,
    fingerprint: String,
    suppressed: bool,
    /// Why it is suppressed, in the user's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<&'a str>,
    fatal: bool,
}

#[derive(Serialize)]
struct LabelJson<'a> {
    #[serde(flatten)]
    place: Place,
    message: &'a str,
}

#[derive(Serialize)]
struct FixJson<'a> {
    applicability: &'static str,
    edits: Vec<EditJson<'a>>,
}

#[derive(Serialize)]
struct EditJson<'a> {
    file: String,
    start: u32,
    end: u32,
    text: &'a str,
}

#[derive(Serialize)]
struct ErrorJson {
    file: String,
    line: usize,
    column: usize,
    message: String,
}

#[derive(Serialize)]
struct UnknownJson<'a> {
    file: String,
    line: usize,
    column: usize,
    what: &'a str,
    why: &'a str,
}

#[derive(Serialize)]
struct Place {
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

impl Place {
    fn of(sources: &Sources, span: Span) -> Self {
        let source = sources.get(span.file);
        let (start, end) = (source.position(span.start), source.position(span.end));
        Place {
            file: source.name().into_owned(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    }
}

/// One JSON object.
pub fn render(report: &Report) -> String {
    let sources = report.sources();
    let mut seen = HashMap::new();
    let document = Document {
        schema: "tlslint.check/1",
        version: env!("CARGO_PKG_VERSION"),
        target: TargetJson::of_all(report.analyses),
        findings: report.findings.iter().map(|f| finding(sources, f, &mut seen)).collect(),
        errors: errors(report),
        unknown: report
            .unknowns
            .iter()
            .map(|u| {
                let Place { file, line, column, .. } = Place::of(sources, u.span);
                UnknownJson { file, line, column, what: &u.what, why: &u.why }
            })
            .collect(),
        summary: &report.summary,
    };
    super::to_json(&document)
}

fn finding<'a>(sources: &Sources, f: &'a Finding, seen: &mut HashMap<String, usize>) -> FindingJson<'a> {
    let labels =
        f.labels.iter().map(|l| LabelJson { place: Place::of(sources, l.span), message: &l.message });
    let fix = f.fix.as_ref().map(|fix| FixJson {
        applicability: match fix.applicability {
            Applicability::Safe => "safe",
            Applicability::Unsafe => "unsafe",
        },
        edits: fix.edits.iter().map(|e| edit(sources, e)).collect(),
    });
    FindingJson {
        rule: f.rule.name,
        severity: f.severity.name(),
        message: &f.message,
        help: f.help.as_deref(),
        url: format!("rules/{}.md", f.rule.name),
        symptom: f.symptom.as_deref().map(str::to_owned),
        place: Place::of(sources, f.primary.span),
        reason: &f.primary.message,
        labels: labels.collect(),
        fix,
        fingerprint: fingerprint(sources, f, seen),
        suppressed: f.suppressed.is_some(),
        justification: f.suppressed.as_ref().and_then(|s| s.reason.as_deref()),
        fatal: f.fatal,
    }
}

fn edit<'a>(sources: &Sources, edit: &'a crate::finding::Edit) -> EditJson<'a> {
    let file = sources.get(edit.span.file).name().into_owned();
    EditJson { file, start: edit.span.start, end: edit.span.end, text: &edit.text }
}

/// What stays the same while lines are added elsewhere: rule, file, the statement without its
/// layout, and a number for equal ones.
fn fingerprint(sources: &Sources, f: &Finding, seen: &mut HashMap<String, usize>) -> String {
    let source = sources.get(f.primary.span.file);
    let text = source.text(f.primary.span);
    let words: Vec<&str> = text.split_whitespace().collect();
    let key = [f.rule.name, &source.name(), &words.join(" ")].join("\0");
    let ordinal = seen.entry(key.clone()).or_insert(0);
    *ordinal += 1;
    let digest = Sha256::digest(format!("{key}\0{ordinal}"));
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// What made the run fail: text that cannot be read, and inputs that cannot.
fn errors(report: &Report) -> Vec<ErrorJson> {
    let syntax = report.analyses.iter().flat_map(Analysis::syntax_errors).map(|problem| {
        let Place { file, line, column, .. } = Place::of(report.sources(), problem.span);
        ErrorJson { file, line, column, message: problem.message.clone() }
    });
    let failures = report.analyses.iter().flat_map(|a| &a.failures).map(|failure| ErrorJson {
        file: failure.path.to_string_lossy().into_owned(),
        line: 1,
        column: 1,
        message: failure.message.clone(),
    });
    syntax.chain(failures).collect()
}
