//! Paths to entry points: which files begin a configuration, and in what language.
//!
//! A file on the command line is always read. In a directory, names select who is looked at
//! ([`walk`]) and the content decides: files that a server could be started with are entry points;
//! files that are certainly parts of such a configuration are read by themselves unless an entry
//! point, or another part, includes them. Certificates are entry points of their own where their file is
//! named, and never in a directory: there they belong to a configuration, or to nothing.
//!
//! So reading takes two rounds, and [`Discovery`] keeps what the second round needs to know.

mod above;
mod walk;

use crate::files::{Files, Identity, tidy};
use crate::globs::Globs;
use crate::model::Platform;
use crate::pki::{Certificate, Wrapping, pem};
use crate::platforms::{self, EntryPoint, Shape};
use crate::source::FileId;
use std::collections::HashSet;
use std::fmt;
use std::path::{Path, PathBuf};

/// An input that could not be read, or that holds nothing to lint: the run itself failed on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The input as it was given or found.
    pub path: PathBuf,
    /// What is wrong with it.
    pub message: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.message)
    }
}

/// What was found, and how the inputs hang together.
#[derive(Debug, Default)]
pub struct Discovery {
    /// Files that begin a configuration, as far as their content tells.
    pub mains: Vec<EntryPoint>,
    /// Parts that were found by walking, or given where no main file could be found above.
    pub parts: Vec<EntryPoint>,
    /// Parts that were given by themselves, each with main files above it, nearest first.
    pub asked: Vec<(EntryPoint, Vec<EntryPoint>)>,
    /// Files found by walking that begin no configuration and may be parts of one; whether they are is
    /// looked into only where no main file includes them.
    pub unread: Vec<FileId>,
    /// Files of certificates that were given by themselves.
    pub certificates: Vec<FileId>,
    /// What could not be read.
    pub failures: Vec<Failure>,
    /// Configuration files of this tool that were come across below the directories that were given.
    pub configurations: Vec<PathBuf>,
    /// How many files and directories were left out because somebody says so.
    excluded: usize,
    seen: HashSet<Identity>,
}

/// Files that begin a configuration because somebody says so, whatever they look like.
pub type Entries = Vec<(Platform, PathBuf)>;

/// What is looked for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// Files and directories.
    pub paths: &'a [PathBuf],
    /// The kind of every input, when it is forced.
    pub kind: Option<Platform>,
    /// What is not looked into, unless it is named itself.
    pub exclude: &'a Globs,
    /// Main files; they count below the directories that are given, and above the parts.
    pub entries: &'a [(Platform, PathBuf)],
}

/// Finds the entry points among what is wanted.
pub fn discover(wanted: Wanted, files: &mut Files) -> Discovery {
    let mut found = Discovery::default();
    for path in wanted.paths {
        let path = tidy(path);
        if path.is_dir() && !files.is_buffer(&path) {
            found.add_directory(&path, wanted, files);
        } else {
            found.add_file(&path, wanted, files);
        }
    }
    if found.mains.is_empty() {
        let unread = std::mem::take(&mut found.unread);
        found.parts.extend(unread.into_iter().filter_map(|file| part(file, wanted.kind, files)));
    }
    let empty = found.mains.is_empty() && found.parts.is_empty() && found.asked.is_empty();
    // What is linted under another configuration file is no loss.
    let empty = empty && !wanted.exclude.has_whole();
    if empty && found.certificates.is_empty() && found.failures.is_empty() {
        let why = match found.excluded {
            0 => String::new(),
            n => format!(" (`exclude` leaves out {n} of what would be looked at)"),
        };
        for path in wanted.paths {
            let message = "no nginx configuration found here";
            found.fail(path, &format!("{message}{why}; a file that is named itself is always read"));
        }
    }
    found
}

/// A file as a part of a configuration, if it looks like one.
pub fn part(file: FileId, kind: Option<Platform>, files: &Files) -> Option<EntryPoint> {
    let (platform, shape) = platforms::recognise(file, files, kind)?;
    (shape == Shape::Part).then_some(EntryPoint { platform, file, fragment: true })
}

/// Whether somebody says that a file begins a configuration, and of what kind.
fn entry_at(path: &Path, wanted: Wanted, files: &Files) -> Option<Platform> {
    let own = || files.behind_links(path);
    let mut entries = wanted.entries.iter();
    entries.find(|(_, entry)| files.behind_links(entry) == own()).map(|(platform, _)| *platform)
}

/// Whether a file is a certificate without the clothes of PEM.
fn is_der(bytes: &[u8]) -> bool {
    bytes.first() == Some(&0x30) && Certificate::from_der(bytes).is_some()
}

/// Whether the name is one that certificates and keys have, and no configuration.
fn is_pki(path: &Path) -> bool {
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    matches!(&*extension, "pem" | "crt" | "cer" | "key" | "der" | "p12" | "pfx" | "p7b")
}

impl Discovery {
    /// A file that was named: whatever it looks like, it is read.
    fn add_file(&mut self, path: &Path, wanted: Wanted, files: &mut Files) {
        let kind = wanted.kind;
        let file = match files.read(path) {
            Ok(file) => file,
            Err(error) => return self.fail(path, &error.to_string()),
        };
        if !self.seen.insert(files.identity(file)) {
            return;
        }
        let is_pki = kind.is_none() && is_pki(path);
        if let Some(platform) = entry_at(path, wanted, files) {
            self.mains.push(EntryPoint { platform, file, fragment: false });
            return;
        }
        let known = platforms::recognise(file, files, kind).filter(|_| !is_pki);
        if known.is_none() && kind.is_none() && pem::begins_a_block(&files.sources.get(file).bytes) {
            self.certificates.push(file);
            return;
        }
        if known.is_none() && kind.is_none() && is_der(&files.sources.get(file).bytes) {
            return self.fail(
                path,
                "a certificate in DER, which servers do not read: `openssl x509 -inform der` makes PEM of it",
            );
        }
        if is_pki {
            let why = match files.sources.get(file).bytes.is_empty() {
                true => "the file is empty",
                false => "no line in it begins a certificate or a key in PEM",
            };
            return match Wrapping::of(&files.sources.get(file).bytes, &[]) {
                Some(wrapping) => {
                    let (why, command) = wrapping.remedy(&path.display().to_string());
                    self.fail(path, &format!("{why}; convert it: {command}"))
                }
                None => self.fail(path, why),
            };
        }
        let (platform, shape) = known.unwrap_or((kind.unwrap_or(Platform::Nginx), Shape::Foreign));
        let entry = EntryPoint { platform, file, fragment: !matches!(shape, Shape::Main { .. }) };
        let above = match shape {
            Shape::Main { complete: true } => Vec::new(),
            _ => above::mains(path, platform, wanted.entries, files),
        };
        match (above.is_empty(), entry.fragment) {
            (true, true) => self.parts.push(entry),
            (true, false) => self.mains.push(entry),
            (false, _) => self.asked.push((entry, above)),
        }
    }

    fn add_directory(&mut self, directory: &Path, wanted: Wanted, files: &mut Files) {
        let kind = wanted.kind;
        self.add_entries(directory, wanted, files);
        let walked = walk::candidates(directory, wanted.exclude);
        self.failures.extend(walked.failures);
        self.excluded += walked.excluded;
        self.configurations.extend(walked.configurations);
        let read = files.read_all(&walked.files);
        for (path, file) in walked.files.into_iter().zip(read) {
            let file = match file {
                Ok(file) => file,
                Err(error) => {
                    self.fail(&path, &error.to_string());
                    continue;
                }
            };
            if !self.seen.insert(files.identity(file)) {
                continue;
            }
            if !platforms::may_be_main(file, files) {
                self.unread.push(file);
                continue;
            }
            let Some((platform, shape)) = platforms::recognise(file, files, kind) else { continue };
            // `http { … }` alone may be put into a main file that is made elsewhere.
            let whole = shape == Shape::Main { complete: true } || path.ends_with("nginx.conf");
            let (list, fragment) = match shape {
                Shape::Main { .. } => (&mut self.mains, !whole),
                _ => (&mut self.parts, true),
            };
            list.push(EntryPoint { platform, file, fragment });
        }
    }

    /// The main files that somebody says lie below a directory.
    fn add_entries(&mut self, directory: &Path, wanted: Wanted, files: &mut Files) {
        let directory = files.behind_links(directory);
        for (platform, path) in wanted.entries {
            if !files.behind_links(path).starts_with(&directory) {
                continue;
            }
            match files.read(path) {
                Ok(file) if self.seen.insert(files.identity(file)) => {
                    self.mains.push(EntryPoint { platform: *platform, file, fragment: false });
                }
                Ok(_) => {}
                Err(error) => self.fail(path, &error.to_string()),
            }
        }
    }

    fn fail(&mut self, path: &Path, message: &str) {
        self.failures.push(Failure { path: path.to_path_buf(), message: message.to_owned() });
    }
}
