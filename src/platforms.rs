//! The configuration languages: one folder each. Adding one is a folder and a line here.

pub mod haproxy;
pub mod nginx;
mod template;

use crate::files::Files;
use crate::model::{Deployment, FileRole, Platform, Refusal};
use crate::source::FileId;
use crate::target::Target;

/// A file that a server would be started with, or a part of a configuration that nothing includes.
#[derive(Debug, Clone)]
pub struct EntryPoint {
    /// The language.
    pub platform: Platform,
    /// The file.
    pub file: FileId,
    /// Whether it is only a part: no entry point includes it.
    pub fragment: bool,
}

/// Reads an entry point and everything it names into the common model.
pub fn read(entry: &EntryPoint, files: &mut Files, target: &Target) -> Deployment {
    match entry.platform {
        Platform::Nginx => nginx::read(entry, files, target),
    }
}

/// What the software's log says when it does not start over a file.
pub fn says(platform: Platform, role: FileRole, file: &str, refusal: Refusal, target: &Target) -> String {
    match platform {
        Platform::Nginx => nginx::says(role, file, refusal, target),
    }
}

/// What a file looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A server could be started with it.
    Main {
        /// Whether nothing around it is needed, so that it is certainly no part of another one.
        complete: bool,
    },
    /// A part of a configuration.
    Part,
    /// Nothing that is known for certain.
    Foreign,
}

/// Whether a file may be a main file in somebody's language, told without reading it in full.
pub fn may_be_main(file: FileId, files: &Files) -> bool {
    nginx::may_be_main(files.sources.get(file))
}

/// Whose language a file is written in, by its content; only languages of `kind` if that is given.
pub fn recognise(file: FileId, files: &Files, kind: Option<Platform>) -> Option<(Platform, Shape)> {
    let source = files.sources.get(file);
    let wanted = |platform| kind.is_none_or(|kind| kind == platform);
    if wanted(Platform::Nginx) {
        match nginx::recognise(file, source) {
            Shape::Foreign => {}
            shape => return Some((Platform::Nginx, shape)),
        }
    }
    None
}
