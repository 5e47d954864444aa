//! Walking a directory: who is worth looking at, by name alone.
//!
//! Linked files are followed, as `sites-enabled/` consists of them; linked directories are not, so a
//! walk ends and stays in its tree. Hidden files and directories, `target` and `node_modules` are
//! skipped.

use super::Failure;
use crate::config;
use crate::globs::Globs;
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// What a walk found, in the order of the names.
#[derive(Default)]
pub(super) struct Walked {
    pub(super) files: Vec<PathBuf>,
    pub(super) failures: Vec<Failure>,
    /// Files and directories that are left out because somebody says so.
    pub(super) excluded: usize,
    /// Configuration files of this tool in the directories below.
    pub(super) configurations: Vec<PathBuf>,
}

/// Files below `directory` whose names allow for a configuration, and that nobody wants left out.
pub(super) fn candidates(directory: &Path, exclude: &Globs) -> Walked {
    let mut walked = Walked::default();
    let (mut excluded, mut configurations) = (0, Vec::new());
    let mut is_wanted = |entry: &DirEntry| {
        if entry.depth() > 1 && config::NAMES.iter().any(|name| entry.file_name() == *name) {
            configurations.push(crate::files::tidy(entry.path()));
        }
        if entry.depth() > 0 && !is_entered(entry) {
            return false;
        }
        let is_looked_at = entry.file_type().is_dir() || is_candidate(entry.path());
        let is_out = is_looked_at && exclude.matches(entry.path());
        excluded += usize::from(is_out);
        !is_out
    };
    let walk = WalkDir::new(directory).sort_by_file_name().into_iter();
    for entry in walk.filter_entry(|entry| is_wanted(entry)) {
        match entry {
            Ok(entry) if is_candidate(entry.path()) && !is_directory(&entry) => {
                // A link that leads nowhere is the business of whoever includes it.
                if !entry.path_is_symlink() || entry.path().exists() {
                    walked.files.push(crate::files::tidy(entry.path()));
                }
            }
            Ok(_) => {}
            Err(error) => walked.failures.push(failure(directory, &error)),
        }
    }
    Walked { excluded, configurations, ..walked }
}

fn failure(directory: &Path, error: &walkdir::Error) -> Failure {
    let message = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
    Failure { path: error.path().unwrap_or(directory).to_path_buf(), message }
}

fn is_entered(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    let is_foreign = entry.file_type().is_dir() && matches!(&*name, "target" | "node_modules");
    !is_foreign && !name.starts_with('.')
}

fn is_directory(entry: &DirEntry) -> bool {
    entry.file_type().is_dir() || entry.file_type().is_symlink() && entry.path().is_dir()
}

/// Extensions of configurations and of the templates that become one.
const EXTENSIONS: &[&str] = &[
    "conf", "nginx", "vhost", "inc", "j2", "jinja", "jinja2", "erb", "epp", "tmpl", "tpl", "template",
    "ctmpl", "mustache", "hbs",
];

/// Extensions of what is kept aside.
const KEPT_ASIDE: &[&str] =
    &["bak", "backup", "old", "orig", "save", "swp", "rpmnew", "rpmsave", "dpkg-dist", "dpkg-old"];

/// Extensions of what is copied and renamed before it is used.
const SHIPPED_AS: &[&str] = &["sample", "example", "dist"];

/// Directories whose files need no extension.
const DIRECTORIES: &[&str] = &[
    "sites-available",
    "sites-enabled",
    "sites",
    "conf.d",
    "snippets",
    "vhosts",
    "vhosts.d",
    "vhost.d",
    "servers",
    "http.d",
    "stream.d",
    "streams-available",
    "streams-enabled",
];

fn is_candidate(path: &Path) -> bool {
    // `shop.conf.sample` is a configuration as much as `shop.conf`.
    let shipped = path.extension().is_some_and(|e| SHIPPED_AS.iter().any(|s| e.eq_ignore_ascii_case(s)));
    let path = if shipped { &path.with_extension("") } else { path };
    let (Some(name), extension) = (path.file_name(), path.extension()) else { return false };
    let name = name.to_string_lossy().to_ascii_lowercase();
    let extension = extension.map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    if KEPT_ASIDE.contains(&extension.as_str()) || name.ends_with('~') {
        return false;
    }
    let folder = path.parent().and_then(Path::file_name).map(|f| f.to_string_lossy());
    // `nginx.conf.prod`, `nginx-dump.txt`
    name.starts_with("nginx")
        || EXTENSIONS.contains(&extension.as_str())
        || folder.is_some_and(|folder| DIRECTORIES.contains(&&*folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_who_is_looked_at() {
        for name in
            ["nginx.conf", "a/x.CONF", "sites-enabled/www.example.com", "t/nginx.conf.j2", "nginx.dump"]
        {
            assert!(is_candidate(Path::new(name)), "{name}");
        }
        for name in ["README.md", "a.conf.bak", "sites-enabled/default~", "main.rs", "conf.d/x.rpmnew"] {
            assert!(!is_candidate(Path::new(name)), "{name}");
        }
    }
}
