//! From the flags and the configuration files to an [`Analysis`] of each group of inputs.

use super::settings::{Settings, file_of};
use super::{output, profile};
use crate::analysis::{Analysis, Options};
use crate::cli::{InputArgs, Levels, SettingsArgs};
use crate::clock::Timestamp;
use crate::config::Found;
use crate::discover::Failure;
use crate::files::MAX_FILE;
use crate::globs::absolute;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// The name of standard input, unless `--stdin-filename` says another.
const STDIN: &str = "<stdin>";

/// What was read, in as many parts as there are configuration files, and what holds for each.
pub(super) struct Linted {
    pub(super) analyses: Vec<Analysis>,
    pub(super) settings: Vec<Settings>,
}

/// Inputs for which the same configuration file counts.
struct Group {
    config: Option<Found>,
    paths: Vec<PathBuf>,
    stdin: Option<(PathBuf, Vec<u8>)>,
}

/// Reads everything that is asked for; failures on single inputs go to standard error.
pub(super) fn analyse(args: &InputArgs, levels: &Levels) -> io::Result<Linted> {
    let mut paths = args.paths.clone();
    let asked = paths.len();
    paths.retain(|path| path != Path::new("-"));
    let mut stdin = None;
    let mut is_empty = false;
    if paths.len() < asked {
        let bytes = read_stdin()?;
        // An editor may well have an empty buffer; a pipe from a command that failed must not pass.
        is_empty = args.stdin_filename.is_none() && bytes.trim_ascii().is_empty();
        stdin =
            Some((args.stdin_filename.clone().unwrap_or_else(|| STDIN.into()), bytes)).filter(|_| !is_empty);
    } else if args.stdin_filename.is_some() {
        return Err(io::Error::other(
            "--stdin-filename names standard input, which is read where PATH is `-`",
        ));
    }
    if asked == 0 {
        paths.push(PathBuf::from("."));
    }
    check_folders(&args.settings)?;
    let now = args.now.unwrap_or_else(present);
    let (mut all, mut settings) = (Vec::new(), Vec::new());
    let groups = grouped(paths, stdin, &args.settings);
    let others: Vec<Vec<PathBuf>> = groups.iter().map(|group| below(group, &groups)).collect();
    for (group, others) in groups.into_iter().zip(others) {
        let holds = Settings::read(group.config.as_ref(), &args.settings, levels)?;
        let mut exclude = holds.excluded();
        others.iter().for_each(|other| exclude.add(other));
        all.push(Options {
            paths: group.paths,
            profile: holds.profile.value.as_ref().map(profile::load).transpose()?,
            paths_map: holds.paths_map(),
            kind: args.kind.map(Into::into),
            stdin: group.stdin,
            roots: holds.anchors()?,
            exclude,
            entries: holds.main_files(),
            rule_options: holds.rule_options(),
            threads: args.threads.map(usize::from),
            ..Options::new(holds.target.value.clone(), now)
        });
        settings.push(holds);
    }
    let mut analyses = Analysis::each(all);
    if let Some(first) = analyses.first_mut().filter(|_| is_empty) {
        first.failures.push(Failure { path: STDIN.into(), message: "nothing came in".to_owned() });
    }
    for failure in analyses.iter().flat_map(|analysis| &analysis.failures) {
        output::complain(&failure.to_string());
    }
    tell_unheeded(&analyses, &settings, &args.settings);
    Ok(Linted { analyses, settings })
}

/// A configuration file below a directory that is linted looks as if it counted.
fn tell_unheeded(analyses: &[Analysis], settings: &[Settings], args: &SettingsArgs) {
    if args.file.no_config || args.file.config.is_some() {
        return;
    }
    let read: Vec<&Path> = settings.iter().filter_map(|s| Some(&*s.file.as_ref()?.path)).collect();
    for path in analyses.iter().flat_map(|analysis| &analysis.configurations) {
        if !read.contains(&&**path) {
            let directory = path.parent().unwrap_or(path).display();
            output::complain(&format!(
                "{} is not read: a configuration file counts for inputs in its directory or below; name `{directory}` too",
                path.display()
            ));
        }
    }
}

/// Inputs by their configuration files, in the order in which these turn up.
fn grouped(paths: Vec<PathBuf>, stdin: Option<(PathBuf, Vec<u8>)>, args: &SettingsArgs) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for path in paths {
        let config = file_of(&path, &args.file);
        match groups.iter_mut().find(|group| group.config == config) {
            Some(group) => group.paths.push(path),
            None => groups.push(Group { config, paths: vec![path], stdin: None }),
        }
    }
    if let Some((name, bytes)) = stdin {
        let config = file_of(&name, &args.file);
        let stdin = Some((name, bytes));
        match groups.iter_mut().find(|group| group.config == config) {
            Some(group) => group.stdin = stdin,
            None => groups.push(Group { config, paths: Vec::new(), stdin }),
        }
    }
    // A pipe that brings nothing is complained of all the same.
    if groups.is_empty() {
        let config = file_of(Path::new(STDIN), &args.file);
        groups.push(Group { config, paths: Vec::new(), stdin: None });
    }
    groups
}

/// Inputs that lie below those of a group, and for which another configuration file counts.
fn below(group: &Group, groups: &[Group]) -> Vec<PathBuf> {
    let others = groups.iter().filter(|other| other.config != group.config).flat_map(|other| &other.paths);
    let own: Vec<PathBuf> = group.paths.iter().filter_map(|path| absolute(path)).collect();
    let is_below = |other: &&PathBuf| {
        let Some(other) = absolute(other).filter(|other| other.is_dir()) else { return false };
        own.iter().any(|own| other.starts_with(own) && other != *own)
    };
    others.filter(is_below).cloned().collect()
}

/// Whether the directories that the command line names are there.
pub(super) fn check_folders(args: &SettingsArgs) -> io::Result<()> {
    let mut folders = args.root.iter().chain(args.map.iter().map(|(_, to)| to));
    match folders.find(|folder| !folder.exists()) {
        Some(missing) => {
            Err(io::Error::new(io::ErrorKind::NotFound, format!("{}: no such directory", missing.display())))
        }
        None => Ok(()),
    }
}

/// The machine's clock. A time before 1970 is taken for that year: whoever means it says `--now`.
fn present() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

fn read_stdin() -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    io::stdin().lock().take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(io::Error::other("standard input is larger than 64 MiB"));
    }
    Ok(bytes)
}
