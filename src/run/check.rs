//! `tlslint check`: what is wrong.

use super::input::{self, Linted};
use super::settings::Settings;
use super::{Outcome, output};
use crate::analysis::Analysis;
use crate::cli::{CheckArgs, CheckFormat};
use crate::config::Level;
use crate::finding::{Finding, Severity, Suppression};
use crate::report::{Appearance, Report, SYNTAX_ERROR, concise, json, text};
use crate::rules::Rule;
use std::io;

/// Lints.
pub(super) fn run(args: CheckArgs) -> io::Result<Outcome> {
    let CheckArgs { input, format, output, .. } = &args;
    let linted = input::analyse(input, &args.levels)?;
    let findings = findings(&linted, &args);
    let analyses = &linted.analyses;
    let failed = analyses.iter().any(|a| !a.syntax_errors().is_empty() || !a.failures.is_empty());
    let reported = |finding: &&Finding| finding.suppressed.is_none();
    let found = findings.iter().filter(reported).any(|f| f.severity >= Severity::from(args.fail_on));

    let mut report = Report::of(analyses, findings);
    if *format != CheckFormat::Json {
        report.findings.retain(|finding| finding.suppressed.is_none());
    }
    let file = output.output.as_deref();
    match format {
        CheckFormat::Text => {
            let appearance = Appearance::detect(output.color, file.is_some());
            output::write_parts(text::parts(&report, appearance, output.quiet), file)?;
        }
        CheckFormat::Concise => {
            output::write(&concise::render(&report), file)?;
            // The lines are for programs; that a tree was not seen as a whole is for whoever runs them.
            let unknown = report.unknowns.len();
            if unknown > 0 && !output.quiet {
                let things = if unknown == 1 { "1 thing".to_owned() } else { format!("{unknown} things") };
                output::complain(&format!("{things} could not be known offline; `--format text` says which"));
            }
        }
        CheckFormat::Json => output::write(&json::render(&report), file)?,
    }
    drop(report);
    // The process ends here, and to free a large tree piece by piece takes longer than to read it.
    std::mem::forget(linted);
    Ok(match (failed, found) {
        (true, _) => Outcome::Failed,
        (false, true) => Outcome::Findings,
        (false, false) => Outcome::Fine,
    })
}

/// What is wrong in any of the inputs, each held to what is set for it.
fn findings(linted: &Linted, args: &CheckArgs) -> Vec<Finding> {
    let mut all = Vec::new();
    for (analysis, settings) in linted.analyses.iter().zip(&linted.settings) {
        let mut findings = analysis.findings(args.pedantic, |rule| is_wanted(rule, args, settings));
        for finding in &mut findings {
            if let Some(Level::Report(severity)) = settings.level(finding.rule) {
                finding.severity = severity;
            }
            finding.suppressed = suppression(finding, analysis, settings);
        }
        all.append(&mut findings);
    }
    if let [first, _, ..] = linted.analyses.as_slice() {
        first.sort(&mut all);
    }
    all
}

/// Text that cannot be read is always told: the run fails on it, and nobody should have to guess why.
fn is_wanted(rule: &Rule, args: &CheckArgs, settings: &Settings) -> bool {
    if rule.name == SYNTAX_ERROR {
        return true;
    }
    if !args.only.is_empty() {
        return args.only.iter().any(|only| only.name == rule.name);
    }
    match settings.level(rule) {
        Some(Level::Allow) => false,
        Some(Level::Report(_)) => true,
        None => !rule.pedantic || args.pedantic,
    }
}

/// The configuration file's word that a finding is known.
fn suppression(finding: &Finding, analysis: &Analysis, settings: &Settings) -> Option<Suppression> {
    let mut ignores = settings.ignores.iter().filter(|ignore| ignore.rule.name == finding.rule.name);
    let path = || &analysis.files.sources.get(finding.primary.span.file).path;
    let ignore = ignores.find(|ignore| ignore.path.is_none() || ignore.files.matches(path()))?;
    Some(Suppression { reason: ignore.reason.clone() })
}
