//! A configuration file that was read, with its text, so that each value can be shown where it stands.

use super::Config;
use crate::document::{self, Step, Unreadable};
use crate::files::{Files, PathMap, tidy};
use crate::report::{Appearance, fault};
use crate::source::{FileId, Span};
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A configuration file.
#[derive(Debug)]
pub struct ConfigFile {
    /// Where it lies.
    pub path: PathBuf,
    /// Its keys.
    pub config: Config,
    files: Files,
    id: FileId,
}

/// What is wrong with a configuration file.
#[derive(Debug)]
pub struct Fault {
    /// The place with the line that is wrong, and the help; empty where there is no line to show.
    pub shown: String,
    /// What is wrong, in one line.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

impl ConfigFile {
    /// Reads a configuration file.
    ///
    /// # Errors
    /// Where it cannot be read, is no TOML, or has a key or a value that is not known.
    pub fn read(path: &Path) -> Result<Self, Fault> {
        let fail =
            |what: String| Fault { shown: String::new(), message: format!("{}: {what}", path.display()) };
        let mut files = Files::new(PathMap::default());
        let id = files.read(path).map_err(|error| fail(error.to_string()))?;
        let text =
            std::str::from_utf8(&files.sources.get(id).bytes).map_err(|_| fail("not UTF-8".to_owned()))?;
        match document::read(text, "the configuration") {
            Ok(config) => Ok(ConfigFile { path: path.to_owned(), config, files, id }),
            Err(Unreadable { message, at, help }) => {
                // Our own messages say behind the semicolon what to do.
                let (message, help) = match (message.split_once("; "), help) {
                    (Some((message, help)), None) => (message.to_owned(), Some(help.to_owned())),
                    (_, help) => (message, help),
                };
                Err(shown(&files, id, path, at, &message, help))
            }
        }
    }

    /// A path of it as it is from here.
    pub fn resolve(&self, path: &Path) -> PathBuf {
        tidy(&self.directory().join(path))
    }

    /// The directory that its paths are relative to.
    pub fn directory(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new(""))
    }

    /// Where its values stand.
    pub fn places(&self) -> Places<'_> {
        let text = std::str::from_utf8(&self.files.sources.get(self.id).bytes).unwrap_or_default();
        Places { file: self, places: document::Places::of(text) }
    }
}

/// Where the values of a configuration file stand.
#[derive(Debug)]
pub struct Places<'a> {
    file: &'a ConfigFile,
    places: document::Places<'a>,
}

impl Places<'_> {
    /// Whether a value stands there.
    pub fn has(&self, way: &[Step]) -> bool {
        self.places.locate(way).is_some()
    }

    /// The line of a value, counted from 1.
    pub fn line(&self, way: &[Step]) -> usize {
        let source = self.file.files.sources.get(self.file.id);
        source.position(Span::new(self.file.id, self.at(way)).start).line
    }

    /// Says what is wrong with a value.
    pub fn fault(&self, way: &[Step], message: &str, help: Option<String>) -> Fault {
        shown(&self.file.files, self.file.id, &self.file.path, self.at(way), message, help)
    }

    fn at(&self, way: &[Step]) -> Range<usize> {
        self.places.locate(way).unwrap_or(0..0)
    }
}

fn shown(
    files: &Files,
    id: FileId,
    path: &Path,
    at: Range<usize>,
    message: &str,
    help: Option<String>,
) -> Fault {
    Fault {
        shown: fault(&files.sources, Span::new(id, at), message, help, Appearance::default()),
        message: format!("{}: cannot be used as a configuration", path.display()),
    }
}
