//! Reads a configuration into the common model.

use super::config::Config;
use super::section::SectionKind;
use super::syntax::{self, Environment};
use super::{lower, problems};
use crate::files::Files;
use crate::model::{Deployment, FileRole, Platform, Refusal, UnknownFact};
use crate::platforms::{EntryPoint, Shape};
use crate::source::{Source, Span};
use crate::target::Target;

/// Reads a file and everything that it names.
pub fn read(entry: &EntryPoint, files: &mut Files, target: &Target) -> Deployment {
    let software = format!("HAProxy {}", target.haproxy).into();
    let mut deployment = Deployment::empty(Platform::Haproxy, software, entry.file);
    deployment.fragment = entry.fragment;
    deployment.judged = false;
    let why = "only the TLS of HAProxy's listeners is looked at so far, and no rule is applied to it";
    deployment.unknowns.push(UnknownFact {
        span: Span::new(entry.file, 0..0),
        what: "haproxy".to_owned(),
        why: why.to_owned(),
    });
    let lines = {
        let reading = syntax::read(&[entry.file], &files.sources, target, &Environment::unknown());
        deployment.templates.clone_from(&reading.templates);
        let config = Config::of(reading, target.haproxy);
        deployment.problems = problems::of(&config, target.haproxy, deployment.fragment);
        lower::Lines::of(&config)
    };
    lower::lower(&lines, files, target, &mut deployment);
    deployment
}

/// Whether a file is a configuration of HAProxy: the first line that says something begins a section. Where nobody
/// says so, its name must be one that such files have.
pub fn recognise(source: &Source, kind_is_given: bool) -> Shape {
    let has_name = source.path.extension().is_some_and(|extension| extension == "cfg");
    let mut lines = source.bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let says_nothing = |line: &&[u8]| line.is_empty() || matches!(line.first(), Some(b'#' | b'.'));
    let first = lines.find(|line| !says_nothing(line)).unwrap_or_default();
    let word = first.split(u8::is_ascii_whitespace).next().unwrap_or_default();
    let begins = SectionKind::parse(word).is_some() && !first.ends_with(b";") && !first.ends_with(b"{");
    match begins && (has_name || kind_is_given) {
        true => Shape::Main { complete: true },
        false => Shape::Foreign,
    }
}

/// What HAProxy's log says when it does not start over a file.
pub fn says(role: FileRole, file: &str, refusal: Refusal) -> String {
    match refusal {
        Refusal::Missing => {
            format!("unable to stat SSL certificate from file '{file}' : No such file or directory")
        }
        _ => format!("unable to load {} from file '{file}'", role.prose()),
    }
}
