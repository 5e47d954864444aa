//! What HAProxy refuses to start over in the text itself.

use super::config::Config;
use super::keywords::{Absence, Effect, Line, Problem as Minded, Remark, check};
use super::syntax::{Arm, Statement};
use super::version::HaproxyVersion;
use crate::model::{Problem, ProblemKind};
use crate::source::{FileId, Span};

/// Every problem of the text, in the order of its kinds. Nothing is said of lines that may not be read, nor of files
/// that a template engine runs over first.
pub(super) fn of(config: &Config<'_>, version: HaproxyVersion, fragment: bool) -> Vec<Problem> {
    let templates = &config.reading.templates;
    let counts = |arm: Option<Arm>, file: FileId| arm.is_none() && !templates.contains(&file);
    let mut problems = Vec::new();
    for error in config.reading.errors.iter().filter(|e| e.fatal && counts(e.arm, e.span.file)) {
        let says = error.kind.to_string();
        let kind = ProblemKind::Syntax { label: "HAProxy does not start".to_owned(), says, help: None };
        problems.push(problem(
            error.span,
            kind,
            format!("the line cannot be read: {}", error.kind),
            fragment,
        ));
    }
    for error in config.errors.iter().filter(|e| e.fatal && counts(e.arm, e.span.file)) {
        let kind = ProblemKind::Invalid { help: None };
        problems.push(problem(error.span, kind, error.kind.to_string(), fragment));
    }
    for (_, section) in
        config.iter().filter(|(_, s)| counts(config.header(s).arm, config.header(s).span.file))
    {
        if !section.kind.exists_in(version) {
            continue;
        }
        let name = config.name(section).map(|name| name.text());
        for (_, line) in config.lines(section).filter(|(_, line)| counts(line.arm, line.span.file)) {
            if line.modifier.is_some() || line.words.iter().any(|word| word.opaque) {
                continue;
            }
            let words: Vec<_> = line.words.iter().map(|word| word.text()).collect();
            let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
            let minded = Line { section: section.kind, name: name.as_deref(), words: &words };
            let remarks = check(&minded, Some(version));
            let refused = remarks.iter().find(|remark| remark.effect == Effect::Refused);
            problems.extend(refused.map(|remark| of_words(remark, &minded, line, version, fragment)));
        }
    }
    problems
}

fn problem(span: Span, kind: ProblemKind, message: String, fragment: bool) -> Problem {
    Problem { kind, span, message, fatal: !fragment, says: None }
}

fn of_words(
    remark: &Remark,
    minded: &Line<'_>,
    line: &Statement<'_>,
    version: HaproxyVersion,
    fragment: bool,
) -> Problem {
    let span = line.words.get(remark.at).map_or(line.span, |word| word.span);
    let word = minded.words.get(remark.at).copied().unwrap_or_default();
    let absence = match remark.problem {
        Minded::Keyword(absence) | Minded::Word(_, absence) => Some(absence),
        _ => None,
    };
    let kind = match absence {
        Some(Absence::NotYet(since)) => ProblemKind::Unsupported {
            help: Some(format!("HAProxy {}.{} and later know it", since.major, since.minor)),
        },
        Some(Absence::Gone(until)) => ProblemKind::Unsupported {
            help: Some(format!("HAProxy {}.{} and later do not know it any more", until.major, until.minor)),
        },
        _ => ProblemKind::Invalid { help: None },
    };
    let message = match (absence, word) {
        (Some(_), word) => format!("HAProxy {version} does not know `{word}` here"),
        (None, "") => format!("HAProxy {version} misses a word at the end of `{}`", minded.words.join(" ")),
        (None, word) => format!("HAProxy {version} does not take `{word}` here"),
    };
    Problem { says: remark.message(minded, Some(version)), ..problem(span, kind, message, fragment) }
}
