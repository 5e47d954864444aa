//! `include`: from one file to everything nginx would read with it.
//!
//! Paths resolve against the conf prefix, the directory of the *main* file; patterns are glob(3) with
//! no match being fine; the order is bytewise (nginx 1.3.10 and later). nginx has no guard against a
//! file that includes itself and overflows its stack; here cycles are reported and cut.

use super::paths::{self, Home};
use super::syntax::{self, Body, Directive, Tree};
use crate::files::{Files, GLOB, ReadError};
use crate::platforms::EntryPoint;
use crate::source::{FileId, Source, Span};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

/// Files that come with nginx and hold no TLS settings; configurations kept in a repository seldom
/// bring them along.
const STOCK_FILES: &[&str] = &[
    "mime.types",
    "fastcgi_params",
    "fastcgi.conf",
    "fastcgi-php.conf",
    "grpc_params",
    "uwsgi_params",
    "scgi_params",
    "proxy_params",
    "koi-utf",
    "koi-win",
    "win-utf",
];

/// What an `include` leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Include {
    /// These files, in order; none where a pattern matches nothing.
    Files(Vec<FileId>),
    /// Nothing that could be read, and nginx would refuse.
    Missing(PathBuf, ReadError),
    /// It lies outside the tree or is filled in later.
    Unknown(String),
}

/// Everything that is read for one entry.
#[derive(Debug)]
pub(super) struct Loaded {
    /// Every file, the entry first, in the order of first use.
    pub(super) files: Vec<FileId>,
    /// The main file; for a dump its first section.
    pub(super) main: FileId,
    /// The conf prefix.
    pub(super) prefix: PathBuf,
    /// What each `include` leads to, by the span of the statement.
    pub(super) includes: HashMap<Span, Include>,
}

/// Reads an entry and all that it includes.
pub(super) fn load(entry: &EntryPoint, files: &mut Files) -> Loaded {
    let dump = syntax::split_dump(&files.sources.get(entry.file).bytes);
    let sections = dump.map(|sections| add_sections(entry.file, sections, files));
    let main = sections.as_ref().and_then(|s| s.first()).map_or(entry.file, |(_, file)| *file);
    let path = files.sources.get(main).path.clone();
    let prefix = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let mut loaded = Loaded { files: vec![main], main, prefix, includes: HashMap::new() };
    let mut seen = HashSet::from([main]);
    let mut next = 0;
    while let Some(file) = loaded.files.get(next).copied() {
        next += 1;
        let (template, statements) = statements(file, files);
        for (span, pattern) in statements {
            let finder = Finder {
                files,
                prefix: &loaded.prefix,
                // Where a template will be put, and so where its paths begin, is not known either.
                fragment: entry.fragment || template,
                sections: sections.as_deref(),
            };
            let include = match pattern {
                Some(pattern) => finder.find(&pattern),
                None => Include::Unknown("the path is filled in by a template".to_owned()),
            };
            if let Include::Files(found) = &include {
                loaded.files.extend(found.iter().filter(|f| seen.insert(**f)));
            }
            loaded.includes.insert(span, include);
        }
    }
    if sections.is_some() {
        loaded.files.push(entry.file);
    }
    loaded
}

/// The files of a dump become sources of their own, under the names they have on the server.
fn add_sections(
    dump: FileId,
    sections: Vec<(PathBuf, std::ops::Range<usize>)>,
    files: &mut Files,
) -> Vec<(PathBuf, FileId)> {
    let bytes = files.sources.get(dump).bytes.clone();
    let mut add = |(path, range): (PathBuf, std::ops::Range<usize>)| {
        let text = bytes.get(range).unwrap_or_default().to_vec();
        let file = files.sources.add(Source::new(path.clone(), text));
        (path, file)
    };
    sections.into_iter().map(&mut add).collect()
}

/// Whether a file is a template, and its `include` statements with their paths; `None` where the path
/// is a placeholder.
fn statements(file: FileId, files: &Files) -> (bool, Vec<(Span, Option<PathBuf>)>) {
    // Most files of a large tree include nothing, and need not be parsed to know it.
    if !contains(&files.sources.get(file).bytes, b"include") {
        return (false, Vec::new());
    }
    let Tree { directives, template, .. } = syntax::parse(file, files.sources.get(file));
    let mut found = Vec::new();
    let mut open: Vec<&Directive> = directives.iter().collect();
    while let Some(directive) = open.pop() {
        if let (true, Body::Simple, [path]) =
            (directive.is("include"), &directive.body, directive.args.as_slice())
        {
            let path = (!path.opaque).then(|| PathBuf::from(path.text().into_owned()));
            found.push((directive.span, path));
        }
        open.extend(directive.children());
    }
    found.sort_by_key(|(span, _)| span.start);
    (template, found)
}

fn contains(text: &[u8], needle: &[u8]) -> bool {
    text.windows(needle.len()).any(|window| window == needle)
}

struct Finder<'a> {
    files: &'a mut Files,
    prefix: &'a Path,
    fragment: bool,
    sections: Option<&'a [(PathBuf, FileId)]>,
}

impl Finder<'_> {
    fn find(self, path: &Path) -> Include {
        let is_pattern = path.to_string_lossy().contains(['*', '?', '[']);
        let found = match self.sections {
            Some(sections) => find_in_dump(sections, &self.prefix.join(path), is_pattern),
            None if is_pattern => self.find_all(path),
            None => self.find_one(path),
        };
        let is_stock = path.file_name().is_some_and(|name| STOCK_FILES.iter().any(|stock| name == *stock))
            || path.ends_with("modules-enabled/*.conf");
        match found {
            Include::Missing(..) | Include::Unknown(_) if is_stock => Include::Files(Vec::new()),
            found => found,
        }
    }

    fn find_one(self, path: &Path) -> Include {
        if path.starts_with("/dev") {
            // A device is one everywhere.
            return Include::Missing(path.to_path_buf(), ReadError::NotRegular);
        }
        let candidates = paths::candidates(self.files, self.prefix, path);
        if let Some(found) = paths::find(self.files, self.prefix, path) {
            return match self.files.read(&found) {
                Ok(file) => Include::Files(vec![file]),
                Err(error) if candidates.certain => Include::Missing(found, error),
                Err(error) => Include::Unknown(format!("{}: {error} here", path.display())),
            };
        }
        let elsewhere = || Include::Unknown(format!("{} is not in this tree", path.display()));
        match candidates.paths.into_iter().next().and_then(|path| paths::end_of_links(self.files, path)) {
            None => elsewhere(),
            _ if !candidates.certain && candidates.home != Home::Below => elsewhere(),
            _ if self.fragment => self.find_above(path),
            Some(here) => Include::Missing(here, ReadError::Missing),
        }
    }

    /// The conf prefix of a part of a configuration is some directory above it.
    fn find_above(self, path: &Path) -> Include {
        let above = self.prefix.ancestors().map(|dir| dir.join(path)).find(|p| self.files.exists(p));
        match above.map(|p| self.files.read(&p)) {
            Some(Ok(file)) => Include::Files(vec![file]),
            _ => Include::Unknown(format!("{}: not found near this part of a configuration", path.display())),
        }
    }

    fn find_all(self, path: &Path) -> Include {
        let candidates = paths::candidates(self.files, self.prefix, path);
        let found = candidates.paths.iter().map(|p| self.files.glob(p)).find(|found| !found.is_empty());
        let Some(found) = found else {
            // On the machine that the configuration is for, what is not there is not included.
            let certain = candidates.certain || candidates.home != Home::Elsewhere;
            let unseen = candidates.paths.iter().find_map(|pattern| self.files.unseen(pattern));
            return match unseen {
                Some(why) => Include::Unknown(format!("{}: {why}", path.display())),
                None if certain && !self.fragment => Include::Files(Vec::new()),
                None => Include::Unknown(format!("{}: nothing matches here", path.display())),
            };
        };
        let mut files = Vec::new();
        for path in found {
            let Some(here) = paths::behind_links(self.files, self.prefix, &path) else {
                return Include::Unknown(format!("{} leads out of this tree", path.display()));
            };
            match self.files.read(&here) {
                Ok(file) => files.push(file),
                Err(error) => return Include::Missing(path, error),
            }
        }
        Include::Files(files)
    }
}

fn find_in_dump(sections: &[(PathBuf, FileId)], path: &Path, is_pattern: bool) -> Include {
    let pattern = is_pattern.then(|| glob::Pattern::new(&path.to_string_lossy()).ok()).flatten();
    let fits = |candidate: &Path| match &pattern {
        Some(pattern) => pattern.matches_path_with(candidate, GLOB),
        None => candidate == path,
    };
    let mut found: Vec<_> = sections.iter().filter(|(path, _)| fits(path)).collect();
    found.sort_by(|a, b| a.0.as_os_str().as_encoded_bytes().cmp(b.0.as_os_str().as_encoded_bytes()));
    if found.is_empty() && !is_pattern {
        return Include::Unknown(format!("{}: not in this dump", path.display()));
    }
    Include::Files(found.into_iter().map(|(_, file)| *file).collect())
}
