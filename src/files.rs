//! Reading inputs from disk: each file once, nothing but regular files, and absolute paths of a
//! configuration mapped into the tree that is linted.

use crate::source::{FileId, Source, Sources};
use crate::threads;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

/// The largest file that is read, in bytes: 64 MiB.
pub const MAX_FILE: u64 = 64 << 20;

/// The files of a run.
#[derive(Debug, Default)]
pub struct Files {
    /// What was read so far.
    pub sources: Sources,
    /// How absolute paths of configurations lead into the tree.
    pub paths: PathMap,
    /// How many threads may work; `None` for as many as the machine has, up to eight.
    pub threads: Option<usize>,
    homes: std::sync::Mutex<HashMap<PathBuf, Option<PathBuf>>>,
    /// Directories that were asked for certificates.
    pem_homes: std::sync::Mutex<HashMap<PathBuf, bool>>,
    read: HashMap<PathBuf, Result<FileId, ReadError>>,
    /// What is behind all links of the path that a file was read by.
    real: HashMap<FileId, PathBuf>,
    overlay: HashMap<PathBuf, Vec<u8>>,
}

/// Files that are worth a thread of their own.
const FILES_A_THREAD: usize = 128;

impl Files {
    /// Nothing read yet.
    pub fn new(paths: PathMap) -> Self {
        Files { paths, ..Files::default() }
    }

    /// How many threads may work at once.
    pub fn threads(&self) -> usize {
        self.threads
            .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from).min(8))
            .max(1)
    }

    /// The directory as the system calls it, behind all links; asked for once.
    pub fn home(&self, directory: &Path) -> Option<PathBuf> {
        let mut homes = self.homes.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(known) = homes.get(directory) {
            return known.clone();
        }
        let home = std::path::absolute(directory).ok().map(|p| p.canonicalize().unwrap_or(p));
        homes.insert(directory.to_path_buf(), home.clone());
        home
    }

    /// Whether certificates or keys lie in a directory, by their names; asked for once.
    pub fn holds_pem(&self, directory: &Path) -> bool {
        let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
        let mut homes = self.pem_homes.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(known) = homes.get(directory) {
            return *known;
        }
        let is_pem = |path: &Path| {
            let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
            matches!(extension, "pem" | "crt" | "cer" | "key") && path.is_file()
        };
        let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
        let holds = entries.map(|entry| entry.path()).any(|path| is_pem(&path));
        homes.insert(directory.to_path_buf(), holds);
        holds
    }

    /// The path behind all links, as far as there is one.
    pub fn behind_links(&self, path: &Path) -> PathBuf {
        let is_link = || path.symlink_metadata().map_or(true, |meta| meta.is_symlink());
        match (path.parent(), path.file_name()) {
            // A large directory is asked for once, not with each of its files.
            (Some(directory), Some(name)) if !is_link() => {
                let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
                self.home(directory).map_or_else(|| path.to_path_buf(), |home| home.join(name))
            }
            _ => path.canonicalize().unwrap_or_else(|_| path.to_path_buf()),
        }
    }

    /// Puts `bytes` in the place of what is on disk at `path`: standard input, an editor's buffer.
    pub fn overlay(&mut self, path: impl Into<PathBuf>, bytes: Vec<u8>) {
        let path = tidy(&path.into());
        self.read.remove(&path);
        self.overlay.insert(path, bytes);
    }

    /// Reads a file, once in a run.
    ///
    /// # Errors
    /// Where it is missing, no regular file, too large or unreadable.
    pub fn read(&mut self, path: &Path) -> Result<FileId, ReadError> {
        let path = tidy(path);
        if let Some(known) = self.read.get(&path) {
            return known.clone();
        }
        let bytes = match self.overlay.get(&path) {
            Some(bytes) => Ok(bytes.clone()),
            None => read_regular(&path),
        };
        self.keep(path, bytes)
    }

    /// Reads many files at once.
    ///
    /// # Errors
    /// For each as [`Files::read`].
    pub fn read_all(&mut self, paths: &[PathBuf]) -> Vec<Result<FileId, ReadError>> {
        let this = &*self;
        let read = |path: &PathBuf| {
            let path = tidy(path);
            let is_new = !this.overlay.contains_key(&path) && !this.read.contains_key(&path);
            is_new.then(|| (read_regular(&path), path))
        };
        let ahead = threads::in_parts(paths, self.threads(), FILES_A_THREAD, |part| {
            part.iter().filter_map(read).collect::<Vec<_>>()
        });
        for (bytes, path) in ahead.into_iter().flatten() {
            if !self.read.contains_key(&path) {
                let _ = self.keep(path, bytes);
            }
        }
        paths.iter().map(|path| self.read(path)).collect()
    }

    fn keep(&mut self, path: PathBuf, bytes: Result<Vec<u8>, ReadError>) -> Result<FileId, ReadError> {
        let result = bytes.map(|bytes| self.sources.add(Source::new(&path, bytes)));
        if let Ok(file) = result {
            self.real.insert(file, self.behind_links(&path));
        }
        self.read.insert(path, result.clone());
        result
    }

    /// What makes two sources the same file, whatever links led there.
    pub fn identity(&self, file: FileId) -> Identity {
        match (self.read.get(&self.sources.get(file).path), self.real.get(&file)) {
            (Some(Ok(read)), Some(real)) if *read == file => Identity::Path(real.clone()),
            // A section of a dump has only the name of a file elsewhere.
            _ => Identity::Source(file),
        }
    }

    /// The first byte of a file that is not read any further; none where it is empty.
    ///
    /// # Errors
    /// As [`Files::read`].
    pub fn peek(&self, path: &Path) -> Result<Option<u8>, ReadError> {
        let path = tidy(path);
        if let Some(bytes) = self.overlay.get(&path) {
            return Ok(bytes.first().copied());
        }
        let mut first = [0];
        let read = open_regular(&path)?.read(&mut first).map_err(|error| ReadError::of(&error))?;
        Ok((read > 0).then_some(first[0]))
    }

    /// Whether a buffer stands in the place of `path`.
    pub fn is_buffer(&self, path: &Path) -> bool {
        self.overlay.contains_key(&tidy(path))
    }

    /// Whether there is something at `path`, buffers included.
    pub fn exists(&self, path: &Path) -> bool {
        self.is_buffer(path) || path.exists()
    }

    /// The size of a regular file, buffers included; none where that cannot be known.
    pub fn size(&self, path: &Path) -> Option<u64> {
        if let Some(buffer) = self.overlay.get(path) {
            return u64::try_from(buffer.len()).ok();
        }
        path.metadata().ok().filter(std::fs::Metadata::is_file).map(|file| file.len())
    }

    /// The paths that match a pattern as glob(3) with flags 0 does: `*`, `?`, `[…]`, no leading
    /// dot by `*`, no `**`, no braces; sorted bytewise.
    pub fn glob(&self, pattern: &Path) -> Vec<PathBuf> {
        let Some(pattern) = without_double_stars(pattern) else { return Vec::new() };
        let mut found: Vec<PathBuf> =
            glob::glob_with(&pattern, GLOB).map(|paths| paths.flatten().collect()).unwrap_or_default();
        if let Ok(pattern) = glob::Pattern::new(&pattern) {
            let buffers = self.overlay.keys().filter(|p| pattern.matches_path_with(p, GLOB));
            found.extend(buffers.cloned());
        }
        found.sort_by(|a, b| a.as_os_str().as_encoded_bytes().cmp(b.as_os_str().as_encoded_bytes()));
        found.dedup();
        found
    }

    /// A directory in which a pattern may match, and that cannot be looked into.
    pub fn unseen(&self, pattern: &Path) -> Option<String> {
        let pattern = without_double_stars(pattern)?;
        let mut errors = glob::glob_with(&pattern, GLOB).ok()?.filter_map(Result::err);
        errors.next().map(|error| format!("{} cannot be looked into", error.path().display()))
    }
}

/// glob(3) does not know `**`.
fn without_double_stars(pattern: &Path) -> Option<String> {
    let mut pattern = pattern.to_str()?.to_owned();
    while pattern.contains("**") {
        pattern = pattern.replace("**", "*");
    }
    Some(pattern)
}

/// What makes two sources the same file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Identity {
    /// The path behind all links.
    Path(PathBuf),
    /// It is not on this machine.
    Source(FileId),
}

/// How glob(3) matches.
pub const GLOB: glob::MatchOptions = glob::MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: true,
};

fn read_regular(path: &Path) -> Result<Vec<u8>, ReadError> {
    let mut file = open_regular(path)?;
    let length = file.metadata().map(|meta| meta.len()).unwrap_or_default();
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default() + 1);
    file.read_to_end(&mut bytes).map_err(|error| ReadError::of(&error))?;
    Ok(bytes)
}

fn open_regular(path: &Path) -> Result<File, ReadError> {
    let meta = std::fs::metadata(path).map_err(|error| ReadError::of(&error))?;
    if meta.is_dir() {
        return Err(ReadError::Directory);
    }
    if !meta.is_file() {
        return Err(ReadError::NotRegular);
    }
    if meta.len() > MAX_FILE {
        return Err(ReadError::TooLarge);
    }
    File::open(path).map_err(|error| ReadError::of(&error))
}

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadError {
    /// There is nothing at this path.
    Missing,
    /// It is a directory.
    Directory,
    /// It is a device, a socket or a pipe.
    NotRegular,
    /// It is larger than [`MAX_FILE`].
    TooLarge,
    /// The system says so.
    Other(String),
}

impl ReadError {
    fn of(error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => ReadError::Missing,
            _ => ReadError::Other(error.to_string()),
        }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Missing => f.write_str("no such file"),
            ReadError::Directory => f.write_str("is a directory"),
            ReadError::NotRegular => f.write_str("is no regular file"),
            ReadError::TooLarge => f.write_str("is larger than 64 MiB"),
            ReadError::Other(text) => f.write_str(text),
        }
    }
}

/// How absolute paths of a configuration lead into the tree that is linted.
#[derive(Debug, Clone, Default)]
pub struct PathMap {
    /// `--root DIR`: every absolute path lies below it.
    pub root: Option<PathBuf>,
    /// `--map /etc/ssl=certs`: paths below the first lie below the second; the longest wins.
    pub maps: Vec<(PathBuf, PathBuf)>,
}

impl PathMap {
    /// Where a path of a configuration lies here. Relative paths lie below `base`.
    pub fn locate(&self, base: &Path, path: &Path) -> Located {
        if path.is_relative() {
            return Located { path: tidy(&base.join(path)), certain: true };
        }
        let maps = self.maps.iter().filter(|(from, _)| path.starts_with(from));
        if let Some((from, to)) = maps.max_by_key(|(from, _)| from.components().count()) {
            let rest = path.strip_prefix(from).unwrap_or(path);
            return Located { path: tidy(&to.join(rest)), certain: true };
        }
        if let Some(root) = &self.root {
            let rest = path.strip_prefix("/").unwrap_or(path);
            return Located { path: tidy(&root.join(rest)), certain: true };
        }
        Located { path: tidy(path), certain: false }
    }
}

/// Where a path of a configuration lies on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The path here.
    pub path: PathBuf,
    /// Whether its absence means anything: an absolute path that nothing maps into the tree may
    /// well exist where the configuration will run.
    pub certain: bool,
}

/// The path without `.` and without `a/..` as far as that can be told from the text.
pub fn tidy(path: &Path) -> PathBuf {
    tidied(path).into_owned()
}

/// [`tidy`], where the path may be so already.
pub fn tidied(path: &Path) -> Cow<'_, Path> {
    if is_tidy(path) {
        return Cow::Borrowed(path);
    }
    let mut tidy = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if tidy.file_name().is_some() => {
                // A directory may be a link, and then `..` leads elsewhere.
                if tidy.is_symlink() {
                    tidy.push("..");
                } else {
                    tidy.pop();
                }
            }
            other => tidy.push(other),
        }
    }
    Cow::Owned(if tidy.as_os_str().is_empty() { PathBuf::from(".") } else { tidy })
}

/// Whether a path is plainly made of names alone, as nearly all are.
fn is_tidy(path: &Path) -> bool {
    let text = path.as_os_str().as_encoded_bytes();
    let mut names = text.strip_prefix(b"/").unwrap_or(text).split(|b| *b == b'/');
    !text.contains(&b'\\') && names.all(|name| !matches!(name, b"" | b"." | b".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_map_wins_over_the_root() {
        let map = PathMap {
            root: Some("rootfs".into()),
            maps: vec![("/etc".into(), "a".into()), ("/etc/ssl".into(), "b".into())],
        };
        let at = |p: &str| map.locate(Path::new("conf"), Path::new(p)).path;
        assert_eq!(at("/etc/ssl/x.pem"), Path::new("b/x.pem"));
        assert_eq!(at("/etc/x.pem"), Path::new("a/x.pem"));
        assert_eq!(at("/srv/x.pem"), Path::new("rootfs/srv/x.pem"));
        assert_eq!(at("../x.pem"), Path::new("x.pem"));
        assert!(!PathMap::default().locate(Path::new(""), Path::new("/x")).certain);
    }

    #[test]
    fn devices_and_directories_are_not_read() {
        assert_eq!(Files::default().read(Path::new("/dev/null")), Err(ReadError::NotRegular));
        assert_eq!(Files::default().read(Path::new("src")), Err(ReadError::Directory));
    }
}
