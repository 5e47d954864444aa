//! `tlslint check`: what is wrong.

use super::{Outcome, input, output};
use crate::cli::{CheckArgs, CheckFormat, Level};
use crate::finding::{Finding, Severity};
use crate::report::{Appearance, Report, SYNTAX_ERROR, concise, json, text};
use crate::rules::Rule;
use std::io;

/// Lints.
pub(super) fn run(args: CheckArgs) -> io::Result<Outcome> {
    let CheckArgs { input, format, output, .. } = &args;
    let analysis = input::analyse(input)?;
    let mut findings = analysis.findings(args.pedantic, |rule| is_wanted(rule, &args));
    findings.iter_mut().for_each(|finding| set_severity(finding, &args));
    let failed = !analysis.syntax_errors().is_empty() || !analysis.failures.is_empty();
    let found = findings.iter().any(|finding| finding.severity >= Severity::from(args.fail_on));

    let report = Report::new(&analysis, findings);
    let file = output.output.as_deref();
    match format {
        CheckFormat::Text => {
            let appearance = Appearance::detect(output.color, file.is_some());
            output::write_parts(text::parts(&report, appearance, output.quiet), file)?;
        }
        CheckFormat::Concise => {
            output::write(&concise::render(&report), file)?;
            // The lines are for programs; that a tree was not seen as a whole is for whoever runs them.
            let unknown = analysis.unknowns().len();
            if unknown > 0 && !output.quiet {
                let things = if unknown == 1 { "1 thing".to_owned() } else { format!("{unknown} things") };
                output::complain(&format!("{things} could not be known offline; `--format text` says which"));
            }
        }
        CheckFormat::Json => output::write(&json::render(&report), file)?,
    }
    drop(report);
    // The process ends here, and to free a large tree piece by piece takes longer than to read it.
    std::mem::forget(analysis);
    Ok(match (failed, found) {
        (true, _) => Outcome::Failed,
        (false, true) => Outcome::Findings,
        (false, false) => Outcome::Fine,
    })
}

/// Text that cannot be read is always told: the run fails on it, and nobody should have to guess why.
fn is_wanted(rule: &Rule, args: &CheckArgs) -> bool {
    if rule.name == SYNTAX_ERROR {
        return true;
    }
    if !args.only.is_empty() {
        return args.only.iter().any(|only| only.name == rule.name);
    }
    match args.levels.of(rule) {
        Some(Level::Allow) => false,
        Some(Level::Report(_)) => true,
        None => !rule.pedantic || args.pedantic,
    }
}

fn set_severity(finding: &mut Finding, args: &CheckArgs) {
    if let Some(Level::Report(severity)) = args.levels.of(finding.rule) {
        finding.severity = severity;
    }
}
