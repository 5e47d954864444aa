//! Where the paths of a configuration lie on this machine, which need not be the one it is for.
//!
//! Relative paths begin at the conf prefix. Absolute ones lead out of the tree that is linted, and what
//! this machine happens to have there says nothing: they count where `--root` or `--map` leads them, or
//! below the directory of the main file, or where the main file is an installed one.

use crate::files::{Files, tidy};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Directories that hold the main file where nginx is installed; paths below them are looked for
/// beside the main file that is linted.
const CONF_PREFIXES: &[&str] =
    &["/etc/nginx", "/usr/local/nginx/conf", "/usr/local/etc/nginx", "/usr/local/openresty/nginx/conf"];

/// Links that lead to links; more are a circle.
const MAX_LINKS: usize = 16;

/// Where a path may lie here.
pub(super) struct Candidates {
    /// The places, the likeliest first.
    pub(super) paths: Vec<PathBuf>,
    /// Whether the path is known to lie there, so that its absence means something.
    pub(super) certain: bool,
}

/// Where a path that is written in a configuration may lie here.
pub(super) fn candidates(files: &Files, prefix: &Path, written: &Path) -> Candidates {
    let located = files.paths.locate(prefix, written);
    if located.certain {
        return Candidates { paths: vec![located.path], certain: true };
    }
    let beside = CONF_PREFIXES.iter().find_map(|dir| written.strip_prefix(dir).ok());
    let mut paths: Vec<PathBuf> = beside.map(|rest| tidy(&prefix.join(rest))).into_iter().collect();
    if is_at_home(files, prefix, written) {
        paths.push(located.path);
    }
    Candidates { paths, certain: false }
}

/// Where a certificate or a key lies here.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    /// The file, or where it would be looked for; `None` where a link leads out of the tree.
    pub(super) path: Option<Arc<Path>>,
    /// Whether it must lie there, so that its absence means something.
    pub(super) certain: bool,
}

/// Where a certificate or a key that a configuration names lies here. Keys, and certificates with them,
/// are often kept out of the tree: without `--root` or `--map` one is only missing where others lie.
pub(super) fn place(files: &Files, prefix: &Path, written: &Path) -> Place {
    if let Some(path) = find(files, prefix, written) {
        return Place { path: Some(path.into()), certain: true };
    }
    let candidates = candidates(files, prefix, written);
    let Some(path) = candidates.paths.into_iter().next().filter(|path| !path.is_symlink()) else {
        return Place::default();
    };
    let is_mapped = written.is_absolute() || files.paths.root.as_ref().is_some_and(|r| prefix.starts_with(r));
    let certain = candidates.certain && (is_mapped || path.parent().is_some_and(|p| files.holds_pem(p)));
    Place { path: Some(path.into()), certain }
}

/// The file of a path, as far as there is one here.
pub(super) fn find(files: &Files, prefix: &Path, written: &Path) -> Option<PathBuf> {
    let candidates = candidates(files, prefix, written).paths.into_iter();
    candidates.filter_map(|path| behind_links(files, prefix, &path)).find(|path| files.exists(path))
}

/// The file behind a link, whose absolute target lies where the configuration is installed; `None`
/// where that is not in the tree.
pub(super) fn behind_links(files: &Files, prefix: &Path, path: &Path) -> Option<PathBuf> {
    let mut path = path.to_path_buf();
    for _ in 0..MAX_LINKS {
        let Ok(target) = std::fs::read_link(&path) else { return Some(path) };
        if target.is_relative() {
            path = tidy(&path.parent().unwrap_or(Path::new("")).join(target));
            continue;
        }
        let targets = candidates(files, prefix, &target).paths.into_iter();
        path = targets.into_iter().find(|p| p.is_symlink() || files.exists(p))?;
    }
    None
}

/// Whether this machine's own files are meant: below the main file's directory, or all of them where
/// the main file is an installed one.
fn is_at_home(files: &Files, prefix: &Path, path: &Path) -> bool {
    let prefix = if prefix.as_os_str().is_empty() { Path::new(".") } else { prefix };
    let Some(home) = files.home(prefix) else { return false };
    let is_installed = CONF_PREFIXES.iter().any(|dir| home.starts_with(dir));
    is_installed || (home != Path::new("/") && path.starts_with(&home))
}
