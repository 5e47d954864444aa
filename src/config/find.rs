//! Which configuration file counts for an input: the nearest, in its directory or above.

use crate::globs::absolute;
use std::path::{Path, PathBuf};

/// The names of a configuration file; of two in one directory the first counts.
pub const NAMES: [&str; 2] = ["tlslint.toml", ".tlslint.toml"];

/// A configuration file that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it lies, as it is told to people.
    pub path: PathBuf,
    /// Another beside it, which is not read.
    pub passed_over: Option<PathBuf>,
}

/// The configuration file of an input, found upward from it. The input need not exist.
pub fn find(input: &Path) -> Option<Found> {
    let input = absolute(input)?;
    let first = if input.is_dir() { &*input } else { input.parent()? };
    let here = std::env::current_dir().ok();
    for directory in first.ancestors() {
        let mut files = NAMES.iter().map(|name| directory.join(name)).filter(|path| path.is_file());
        if let Some(path) = files.next() {
            let told = |path: PathBuf| here.as_deref().map_or_else(|| path.clone(), |here| from(here, &path));
            return Some(Found { passed_over: files.next().map(told), path: told(path) });
        }
    }
    None
}

/// A path as it is seen from a directory, where it lies in it or above it.
fn from(here: &Path, path: &Path) -> PathBuf {
    if let Ok(below) = path.strip_prefix(here) {
        return below.to_path_buf();
    }
    let mut up = PathBuf::new();
    for above in here.ancestors().skip(1) {
        up.push("..");
        // What lies elsewhere under the root of all has nothing to do with here.
        if above.parent().is_none() {
            break;
        }
        if let Ok(rest) = path.strip_prefix(above)
            && rest.components().count() == 1
        {
            return up.join(rest);
        }
    }
    path.to_path_buf()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_told_from_here() {
        let told = |path: &str| from(Path::new("/srv/app/conf"), Path::new(path));
        assert_eq!(told("/srv/app/conf/tlslint.toml"), Path::new("tlslint.toml"));
        assert_eq!(told("/srv/app/tlslint.toml"), Path::new("../tlslint.toml"));
        assert_eq!(told("/srv/tlslint.toml"), Path::new("../../tlslint.toml"));
        assert_eq!(told("/srv/other/tlslint.toml"), Path::new("/srv/other/tlslint.toml"));
        assert_eq!(told("/tlslint.toml"), Path::new("/tlslint.toml"));
    }
}
