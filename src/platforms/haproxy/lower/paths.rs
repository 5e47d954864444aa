//! Where the files of a configuration lie here, which need not be the machine that it is for.

use super::globals::Globals;
use super::value::Value;
use crate::files::{Files, tidy};
use crate::model::FileRef;
use crate::platforms::haproxy::config::DefaultPath;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Directories that hold the configuration where HAProxy is installed; paths below them are looked for beside the
/// file that is linted.
const HOMES: &[&str] = &["/etc/haproxy", "/usr/local/etc/haproxy"];

/// Where paths of a line lead.
pub(super) struct Paths<'f> {
    pub(super) files: &'f Files,
    /// The directory of the first file, which stands for the one that HAProxy is started in.
    pub(super) home: &'f Path,
}

impl Paths<'_> {
    /// The file that a word names; a relative path lies below `base`, if there is one, and both where
    /// `default-path` says.
    pub(super) fn file(&self, word: &Value, base: Option<&Value>, globals: &Globals) -> FileRef {
        let written = Path::new(&word.text);
        let based = match base {
            Some(base) if written.is_relative() => Path::new(&base.text).join(written),
            _ => written.to_path_buf(),
        };
        let is_open =
            word.open.is_some() || (written.is_relative() && base.is_some_and(|b| b.open.is_some()));
        let directory = self.directory(globals).filter(|_| !is_open);
        let (path, certain) = match directory {
            Some(directory) => self.place(&directory, &based),
            None if based.is_absolute() && !is_open => self.place(self.home, &based),
            None => (None, false),
        };
        FileRef { text: based.to_string_lossy().into(), span: word.span, path, certain }
    }

    /// The directory that relative paths begin at.
    fn directory(&self, globals: &Globals) -> Option<PathBuf> {
        let of_file = |file| Some(self.files.sources.get(file).path.parent()?.to_path_buf());
        match globals.directory.as_ref()? {
            DefaultPath::Current => Some(self.home.to_path_buf()),
            DefaultPath::Config(file) => of_file(*file),
            DefaultPath::Parent(file) => of_file(*file).map(|directory| directory.join("..")),
            DefaultPath::Origin(directory) => {
                self.place(self.home, directory).0.map(|path| path.to_path_buf())
            }
            DefaultPath::Unknown => None,
        }
    }

    /// Where a path lies here, and whether it must lie there, so that its absence means something.
    fn place(&self, directory: &Path, written: &Path) -> (Option<Arc<Path>>, bool) {
        let located = self.files.paths.locate(directory, written);
        let exists = |path: &Path| path.exists() || self.files.is_buffer(path);
        let path = if located.certain {
            located.path
        } else {
            let home =
                self.files.home(if self.home.as_os_str().is_empty() { Path::new(".") } else { self.home });
            let is_home = |home: &PathBuf| {
                HOMES.iter().any(|dir| home.starts_with(dir))
                    || (home != Path::new("/") && written.starts_with(home))
            };
            let beside = || HOMES.iter().find_map(|dir| written.strip_prefix(dir).ok());
            match (home.is_some_and(|home| is_home(&home)), beside()) {
                (true, _) => located.path,
                (false, Some(rest)) => tidy(&self.home.join(rest)),
                (false, None) => return (None, false),
            }
        };
        if exists(&path) {
            return (Some(path.into()), true);
        }
        let is_mapped = located.certain && written.is_absolute();
        let certain =
            is_mapped || (located.certain && path.parent().is_some_and(|dir| self.files.holds_pem(dir)));
        (Some(path.into()), certain)
    }
}
