//! What holds: the command line's word, else the configuration file's, else the default; and who says so.

use crate::cli::{FileArgs, Levels, SettingsArgs};
use crate::config::{ConfigFile, Fault, Found, Level, Places, find};
use crate::discover::Entries;
use crate::document::Step::{self, Index, Key};
use crate::files::{Files, PathMap};
use crate::globs::{Glob, Globs};
use crate::model::Platform;
use crate::pki::{Certificate, CertificateFile};
use crate::profile::Choice;
use crate::rules::Rule;
use crate::rules::options::{OPTIONS, RuleOption, RuleOptions};
use crate::target::Target;
use std::io;
use std::path::{Path, PathBuf};

/// Who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// A flag.
    CommandLine,
    /// The configuration file, on this line.
    File(usize),
    /// Nobody.
    Default,
}

/// A value, and who says so.
#[derive(Debug, Clone)]
pub(super) struct Said<T> {
    pub(super) value: T,
    pub(super) source: Source,
}

/// A finding that is known: where, and why that is right.
#[derive(Debug, Clone)]
pub(super) struct Ignore {
    pub(super) rule: &'static Rule,
    pub(super) path: Option<Glob>,
    pub(super) reason: Option<String>,
    pub(super) line: usize,
    /// The pattern with the directory that it is relative to.
    pub(super) files: Globs,
}

/// What holds for some inputs.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) file: Option<ConfigFile>,
    pub(super) target: Said<Target>,
    pub(super) profile: Said<Option<Choice>>,
    pub(super) root: Said<Option<PathBuf>>,
    pub(super) maps: Vec<(PathBuf, Said<PathBuf>)>,
    pub(super) exclude: Vec<Said<Glob>>,
    pub(super) entries: Vec<Said<(Platform, PathBuf)>>,
    pub(super) levels: Vec<Said<(&'static Rule, Level)>>,
    pub(super) options: Vec<Said<(&'static RuleOption, u32)>>,
    pub(super) roots: Vec<Said<PathBuf>>,
    pub(super) ignores: Vec<Ignore>,
}

/// The configuration file of an input, if there is one.
pub(super) fn file_of(input: &Path, args: &FileArgs) -> Option<Found> {
    match (&args.config, args.no_config) {
        (_, true) => None,
        (Some(path), _) => Some(Found { path: path.clone(), passed_over: None }),
        (None, _) => find(input),
    }
}

impl Settings {
    /// What holds under a configuration file, where there is one.
    pub(super) fn read(found: Option<&Found>, args: &SettingsArgs, levels: &Levels) -> io::Result<Self> {
        if let Some(Found { path, passed_over: Some(other) }) = found {
            let (path, other) = (path.display(), other.display());
            super::output::complain(&format!("{other} is not read, for {path} lies beside it"));
        }
        let file = found.map(|found| ConfigFile::read(&found.path)).transpose().map_err(tell)?;
        Settings::of(file, args, levels).map_err(tell)
    }

    fn of(file: Option<ConfigFile>, args: &SettingsArgs, levels: &Levels) -> Result<Self, Fault> {
        let mut settings = Settings {
            target: Said { value: Target::assumed(), source: Source::Default },
            profile: Said { value: None, source: Source::Default },
            root: Said { value: None, source: Source::Default },
            maps: Vec::new(),
            exclude: Vec::new(),
            entries: Vec::new(),
            levels: Vec::new(),
            options: OPTIONS.map(|o| Said { value: (o, o.default), source: Source::Default }).into(),
            roots: Vec::new(),
            ignores: Vec::new(),
            file: None,
        };
        if let Some(file) = &file {
            settings.take_file(file, args)?;
        }
        settings.file = file;
        settings.take_arguments(args, levels);
        Ok(settings)
    }

    /// What the file says, where the command line does not say otherwise.
    fn take_file(&mut self, file: &ConfigFile, args: &SettingsArgs) -> Result<(), Fault> {
        let (config, places) = (&file.config, &file.places());
        let line = |way: &[Step]| Source::File(places.line(way));
        let present = |path: &Path, way: &[Step], what: &str, overridden: bool| {
            present(places, file.resolve(path), way, what, overridden)
        };
        if let Some(target) = &config.target {
            self.target = Said { value: target.clone(), source: line(&[Key("target")]) };
        }
        if let Some(profile) = &config.profile {
            let way = [Key("profile")];
            let value = match profile {
                Choice::File(path) => Choice::File(present(path, &way, "file", args.profile.is_some())?),
                known => known.clone(),
            };
            self.profile = Said { value: Some(value), source: line(&way) };
        }
        if let Some(root) = &config.root {
            let way = [Key("root")];
            let root = present(root, &way, "directory", args.root.is_some())?;
            self.root = Said { value: Some(root), source: line(&way) };
        }
        for (from, to) in &config.map {
            let name = from.to_string_lossy();
            let way = [Key("map"), Key(&name)];
            let overridden = args.map.iter().any(|(given, _)| given == from);
            let value = present(to, &way, "file or directory", overridden)?;
            self.maps.push((from.clone(), Said { value, source: line(&way) }));
        }
        for (n, glob) in config.exclude.iter().enumerate() {
            let source = line(&[Key("exclude"), Index(n)]);
            self.exclude.push(Said { value: glob.clone(), source });
        }
        for (n, path) in config.entry.nginx.iter().enumerate() {
            let way = [Key("entry"), Key("nginx"), Index(n)];
            let value = (Platform::Nginx, present(path, &way, "file", false)?);
            self.entries.push(Said { value, source: line(&way) });
        }
        for (rule, level) in &config.rules.levels {
            let way = [Key("rules"), Key(rule.name)];
            let inner = [Key("rules"), Key(rule.name), Key("level")];
            let at = if places.has(&inner) { &inner[..] } else { &way[..] };
            self.levels.push(Said { value: (*rule, *level), source: line(at) });
        }
        for (option, number) in &config.rules.options {
            let source = line(&[Key("rules"), Key(option.rule), Key(option.key)]);
            self.options.retain(|said| said.value.0 != *option);
            self.options.push(Said { value: (*option, *number), source });
        }
        for (n, path) in config.trust.roots.iter().enumerate() {
            let way = [Key("trust"), Key("roots"), Index(n)];
            self.roots.push(Said { value: file.resolve(path), source: line(&way) });
        }
        for (n, ignore) in config.ignore.iter().enumerate() {
            self.ignores.push(Ignore {
                rule: ignore.rule,
                path: ignore.path.clone(),
                reason: ignore.reason.clone(),
                line: places.line(&[Key("ignore"), Index(n)]),
                files: Globs::new(file.directory(), ignore.path.iter().cloned().collect()),
            });
        }
        Ok(())
    }

    fn take_arguments(&mut self, args: &SettingsArgs, levels: &Levels) {
        let source = Source::CommandLine;
        if let Some(target) = &args.target {
            self.target = Said { value: target.clone(), source };
        }
        if let Some(profile) = &args.profile {
            self.profile = Said { value: Some(profile.clone()), source };
        }
        if let Some(root) = &args.root {
            self.root = Said { value: Some(root.clone()), source };
        }
        for (from, to) in &args.map {
            self.maps.retain(|(known, _)| known != from);
            self.maps.push((from.clone(), Said { value: to.clone(), source }));
        }
        for (rule, level) in levels.given() {
            self.levels.retain(|said| said.value.0.name != rule.name);
            self.levels.push(Said { value: (*rule, *level), source });
        }
    }

    /// What is wanted of a rule, if anything is said.
    pub(super) fn level(&self, rule: &Rule) -> Option<Level> {
        self.levels.iter().map(|said| said.value).find(|(named, _)| named.name == rule.name).map(|(_, l)| l)
    }

    /// How absolute paths of a configuration lead into the tree.
    pub(super) fn paths_map(&self) -> PathMap {
        let maps = self.maps.iter().map(|(from, to)| (from.clone(), to.value.clone()));
        PathMap { root: self.root.value.clone(), maps: maps.collect() }
    }

    /// What is not looked into.
    pub(super) fn excluded(&self) -> Globs {
        let directory = self.file.as_ref().map(ConfigFile::directory).unwrap_or(Path::new(""));
        Globs::new(directory, self.exclude.iter().map(|said| said.value.clone()).collect())
    }

    /// Files that begin a configuration.
    pub(super) fn main_files(&self) -> Entries {
        self.entries.iter().map(|said| said.value.clone()).collect()
    }

    /// Numbers of rules.
    pub(super) fn rule_options(&self) -> RuleOptions {
        let mut options = RuleOptions::default();
        self.options.iter().for_each(|said| options.set(said.value.0, said.value.1));
        options
    }

    /// The certificates that are trusted beside the public ones.
    pub(super) fn anchors(&self) -> io::Result<Vec<Certificate>> {
        let Some(config) = &self.file else { return Ok(Vec::new()) };
        let mut files = Files::new(PathMap::default());
        let mut anchors = Vec::new();
        for (n, Said { value: path, .. }) in self.roots.iter().enumerate() {
            let fault = |what: &str, help: Option<String>| {
                let what = format!("{}: {what}", path.display());
                tell(config.places().fault(&[Key("trust"), Key("roots"), Index(n)], &what, help))
            };
            let file =
                files.read(path).map_err(|error| fault(&error.to_string(), Some(RELATIVE.to_owned())))?;
            let bytes = &files.sources.get(file).bytes;
            let read = CertificateFile::read(bytes, file, self.target.value.openssl);
            if read.certificates.is_empty() || read.error.is_some() {
                let remedy = read.wrapping.map(|w| w.remedy(&path.display().to_string()));
                return Err(match (remedy, read.error) {
                    (Some((why, command)), _) => fault(why, Some(format!("convert it: {command}"))),
                    (None, Some(error)) if !read.certificates.is_empty() => {
                        fault(&format!("a certificate in it cannot be read: {}", error.kind), None)
                    }
                    _ => fault(
                        "there is no certificate in it",
                        Some("roots are certificates in PEM".to_owned()),
                    ),
                });
            }
            anchors.extend(read.certificates);
        }
        Ok(anchors)
    }
}

const RELATIVE: &str = "paths are relative to the directory of this file";

/// A path of the file as it is from here; an error if nothing is there, unless nobody asks for it.
fn present(
    places: &Places,
    path: PathBuf,
    way: &[Step],
    what: &str,
    overridden: bool,
) -> Result<PathBuf, Fault> {
    if path.exists() || overridden {
        return Ok(path);
    }
    Err(places.fault(way, &format!("{}: no such {what}", path.display()), Some(RELATIVE.to_owned())))
}

/// Shows a person what is wrong with a configuration file.
fn tell(fault: Fault) -> io::Error {
    super::output::explain(&fault.shown);
    io::Error::other(fault.message)
}
