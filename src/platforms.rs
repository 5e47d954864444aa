//! The configuration languages: one folder each. Adding one is a folder and a line here.

pub mod nginx;

use crate::discover::EntryPoint;
use crate::files::Files;
use crate::model::{Deployment, Platform};
use crate::target::Target;

/// Reads an entry point and everything it names into the common model.
pub fn read(entry: &EntryPoint, files: &mut Files, target: &Target) -> Deployment {
    match entry.platform {
        Platform::Nginx => nginx::read(entry, files, target),
    }
}
