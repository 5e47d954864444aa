//! From paths to findings: what every subcommand begins with.

use crate::discover::{EntryPoint, discover};
use crate::files::{Files, PathMap};
use crate::finding::{Finding, Findings};
use crate::model::{Deployment, UnknownFact};
use crate::platforms;
use crate::rules::{RULES, Rule};
use crate::surface::{Surface, resolve};
use crate::target::Target;
use std::path::PathBuf;

/// What is asked for, whatever the subcommand.
#[derive(Debug)]
pub struct Options {
    /// Files and directories.
    pub paths: Vec<PathBuf>,
    /// What the configuration will run on.
    pub target: Target,
    /// How absolute paths lead into the tree.
    pub paths_map: PathMap,
    /// The kind of every input, when it is forced.
    pub kind: Option<crate::model::Platform>,
    /// Standard input with the name it goes by.
    pub stdin: Option<(PathBuf, Vec<u8>)>,
}

/// What was read, and what a handshake would meet.
#[derive(Debug)]
pub struct Analysis {
    /// The files.
    pub files: Files,
    /// What a handshake would meet.
    pub surface: Surface,
    /// Inputs that could not be read at all: the run itself failed on them.
    pub failures: Vec<String>,
}

impl Analysis {
    /// Reads every input and resolves it.
    pub fn of(options: Options) -> Self {
        let mut files = Files::new(options.paths_map);
        let mut failures = Vec::new();
        let mut paths = options.paths;
        if let Some((name, bytes)) = options.stdin {
            files.overlay(&name, bytes);
            paths.push(name);
        }
        let entries = discover(&paths, options.kind, &mut files, &mut failures);
        let deployments = read_all(&entries, &mut files, &options.target);
        Analysis { surface: resolve(deployments, options.target), files, failures }
    }

    /// Runs the rules that `wanted` selects; sorted by file, position and rule, without repetition.
    pub fn findings(&self, wanted: impl Fn(&Rule) -> bool) -> Vec<Finding> {
        let rules = RULES.iter().filter(|rule| wanted(rule));
        let mut all: Vec<Finding> = rules.flat_map(|rule| Findings::of(rule, &self.surface)).collect();
        let name = |f: &Finding| self.files.sources.get(f.primary.span.file).path.clone();
        all.sort_by_cached_key(|f| (name(f), f.primary.span.start, f.primary.span.end, f.rule.name, f.message.clone()));
        all.dedup_by(|a, b| a.primary.span == b.primary.span && a.rule.name == b.rule.name && a.message == b.message);
        all
    }

    /// What could not be known offline, in the order of the files.
    pub fn unknowns(&self) -> Vec<UnknownFact> {
        let mut all: Vec<UnknownFact> = self.surface.deployments.iter().flat_map(|d| d.unknowns.clone()).collect();
        let name = |u: &UnknownFact| self.files.sources.get(u.span.file).path.clone();
        all.sort_by_cached_key(|u| (name(u), u.span.start, u.what.clone()));
        all.dedup();
        all
    }
}

fn read_all(entries: &[EntryPoint], files: &mut Files, target: &Target) -> Vec<Deployment> {
    entries.iter().map(|entry| platforms::read(entry, files, target)).collect()
}
