//! A part of a configuration that was named by itself, by an editor or a commit hook: the main file
//! that gives it its meaning stands in its directory or up to three above.

use crate::files::Files;
use crate::model::Platform;
use crate::platforms::{self, EntryPoint, Shape};
use std::path::{Path, PathBuf};

const LEVELS: usize = 3;

/// Main files that might include `path`, nearest first, and before them those of which somebody says that
/// they are main files. Repositories are not left.
pub(super) fn mains(
    path: &Path,
    platform: Platform,
    said: &[(Platform, PathBuf)],
    files: &mut Files,
) -> Vec<EntryPoint> {
    let own = files.behind_links(path);
    let mut directory = path.parent().map(Path::to_path_buf).unwrap_or_default();
    let said = said.iter().filter(|(said, _)| *said == platform);
    let said = said
        .filter_map(|(_, main)| Some(EntryPoint { platform, file: files.read(main).ok()?, fragment: false }));
    let mut found: Vec<_> = said.collect();
    for _ in 0..=LEVELS {
        let candidate = directory.join("nginx.conf");
        if candidate.is_file() && files.behind_links(&candidate) != own {
            found.extend(main_file(&candidate, platform, files));
        }
        if directory.join(".git").exists() {
            break;
        }
        match parent(&directory) {
            Some(above) => directory = above,
            None => break,
        }
    }
    found
}

fn main_file(path: &Path, platform: Platform, files: &mut Files) -> Option<EntryPoint> {
    let file = files.read(path).ok()?;
    let (platform, shape) = platforms::recognise(file, files, Some(platform))?;
    matches!(shape, Shape::Main { .. }).then_some(EntryPoint { platform, file, fragment: false })
}

/// The directory above, also above the one in which the run began.
fn parent(directory: &Path) -> Option<PathBuf> {
    match directory.components().next_back() {
        Some(std::path::Component::Normal(_)) => directory.parent().map(Path::to_path_buf),
        Some(std::path::Component::RootDir | std::path::Component::Prefix(_)) => None,
        _ => Some(directory.join("..")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_up_leads_out_of_the_working_directory() {
        let up = |p: &str| parent(Path::new(p));
        assert_eq!(up("a/b"), Some("a".into()));
        assert_eq!(up("a"), Some("".into()));
        assert_eq!(up(""), Some("..".into()));
        assert_eq!(up(".."), Some("../..".into()));
        assert_eq!(up("/"), None);
    }
}
