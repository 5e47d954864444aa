//! What relative paths are relative to (configuration manual, section 3.1, "default-path"; since 2.4).

use super::Config;
use crate::source::{FileId, lossy};
use std::path::{Path, PathBuf};

/// What relative paths of a line are relative to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DefaultPath {
    /// The directory that HAProxy was started in.
    Current,
    /// The directory of the file that the line stands in.
    Config(FileId),
    /// The directory above that.
    Parent(FileId),
    /// This directory.
    Origin(PathBuf),
    /// It depends on a condition or a variable whose value is not known.
    Unknown,
}

impl Config<'_> {
    /// What relative paths are relative to at a place in the order of reading: the last `default-path` above it.
    pub fn default_path(&self, place: usize) -> DefaultPath {
        let Some(here) = self.reading.statements.get(place) else { return DefaultPath::Unknown };
        let found = self
            .global_before(place)
            .rev()
            .find(|(_, line)| line.is("default-path") && !self.reading.exclude(here.arm, line.arm));
        let Some((_, line)) = found else { return DefaultPath::Current };
        let args = line.args();
        if !self.reading.implies(here.arm, line.arm) || args.iter().any(|word| word.opaque) {
            return DefaultPath::Unknown;
        }
        match args {
            [word] if word.is("current") => DefaultPath::Current,
            [word] if word.is("config") => DefaultPath::Config(here.span.file),
            [word] if word.is("parent") => DefaultPath::Parent(here.span.file),
            [word, directory] if word.is("origin") => {
                DefaultPath::Origin(Path::new(&*lossy(&directory.value)).to_path_buf())
            }
            _ => DefaultPath::Unknown,
        }
    }
}
