//! From the choice of a profile to a [`Profile`].

use super::output;
use crate::files::{Files, PathMap};
use crate::profile::{Choice, Profile, read};
use crate::report::{Appearance, fault};
use crate::source::Span;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// The profile that is asked for; a file of the user's own is read now.
pub(super) fn load(choice: &Choice) -> io::Result<Arc<Profile>> {
    match choice {
        Choice::Known(profile) => Ok(profile.clone()),
        Choice::File(path) => own(path).map(Arc::new),
    }
}

fn own(path: &Path) -> io::Result<Profile> {
    let fail = |what: &str| io::Error::other(format!("{}: {what}", path.display()));
    let mut files = Files::new(PathMap::default());
    let file = files.read(path).map_err(|error| fail(&error.to_string()))?;
    let text = std::str::from_utf8(&files.sources.get(file).bytes).map_err(|_| fail("not UTF-8"))?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    read(text, &name).map_err(|error| {
        let span = Span::new(file, error.at);
        output::explain(&fault(&files.sources, span, &error.message, error.help, Appearance::default()));
        fail("cannot be read as a profile")
    })
}
