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
    /// How sure it is that this machine's own files are meant by an absolute path.
    pub(super) home: Home,
}

/// Whether this machine's own files are meant by an absolute path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Home {
    /// What lies here says nothing.
    Elsewhere,
    /// The main file is an installed one: other files are those of this machine.
    Installed,
    /// The path lies below the directory of the main file, where a relative one would lead, too.
    Below,
}

/// Where a path that is written in a configuration may lie here.
pub(super) fn candidates(files: &Files, prefix: &Path, written: &Path) -> Candidates {
    let located = files.paths.locate(prefix, written);
    if located.certain {
        return Candidates { paths: vec![located.path], certain: true, home: Home::Elsewhere };
    }
    let home = home(files, prefix, written);
    if home != Home::Elsewhere {
        return Candidates { paths: vec![located.path], certain: false, home };
    }
    let beside = CONF_PREFIXES.iter().find_map(|dir| written.strip_prefix(dir).ok());
    let paths = beside.map(|rest| tidy(&prefix.join(rest))).into_iter().collect();
    Candidates { paths, certain: false, home }
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
    let Some(path) = candidates.paths.into_iter().next().and_then(|path| end_of_links(files, path)) else {
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

/// Where links lead in a tree that has everything: to nothing, for certain. `None` where a link leads out of
/// what `--root` and `--map` bring.
pub(super) fn end_of_links(files: &Files, path: PathBuf) -> Option<PathBuf> {
    let mut path = path;
    for _ in 0..MAX_LINKS {
        let Ok(target) = std::fs::read_link(&path) else { break };
        let located = files.paths.locate(path.parent()?, &target);
        if !located.certain || !is_mapped(files, &located.path) {
            return None;
        }
        path = located.path;
    }
    // A folder may be a link that leads elsewhere, too, or be one of a circle.
    let leads_out = |part: &Path| std::fs::read_link(part).is_ok_and(|target| target.is_absolute());
    (!path.is_symlink() && !path.ancestors().any(leads_out)).then_some(path)
}

/// Whether a path lies in what `--root` and `--map` bring.
fn is_mapped(files: &Files, path: &Path) -> bool {
    let mut tops = files.paths.root.iter().chain(files.paths.maps.iter().map(|(_, to)| to));
    tops.any(|top| match tidy(top) {
        top if top == Path::new(".") => path.is_relative() && !path.starts_with(".."),
        top => path.starts_with(top),
    })
}

/// Whether this machine's own files are meant: below the main file's directory, or all of them where
/// the main file is an installed one.
fn home(files: &Files, prefix: &Path, path: &Path) -> Home {
    let prefix = if prefix.as_os_str().is_empty() { Path::new(".") } else { prefix };
    match files.home(prefix) {
        Some(home) if home != Path::new("/") && path.starts_with(&home) => Home::Below,
        Some(home) if CONF_PREFIXES.iter().any(|dir| home.starts_with(dir)) => Home::Installed,
        _ => Home::Elsewhere,
    }
}
