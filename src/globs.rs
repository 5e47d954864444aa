//! Patterns of paths, as a configuration file has them: relative to the directory that it lies in.
//!
//! They are read as in a `.gitignore`: one without `/` means a name at any depth, and one that matches a
//! directory means everything in it.

use crate::files::tidy;
use glob::{MatchOptions, Pattern};
use std::path::{Path, PathBuf};

/// `*` stays within a name; hidden files are like others.
const HOW: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

/// One pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glob {
    /// As it is written.
    pub text: String,
    pattern: Pattern,
}

impl Glob {
    /// Reads a pattern.
    ///
    /// # Errors
    /// A sentence that says why it is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        let bare = text.strip_prefix("./").unwrap_or(text).trim_end_matches('/');
        if bare.is_empty() || bare.starts_with('/') || bare.split('/').any(|part| part == "..") {
            return Err(format!(
                "`{text}` leads out of the directory of this file, to which patterns are relative"
            ));
        }
        let anywhere = if bare.contains('/') || bare == "**" { "" } else { "**/" };
        // `a/**` means everything in `a`, and so does `a`.
        let bare = bare.strip_suffix("/**").unwrap_or(bare);
        let pattern = Pattern::new(&format!("{anywhere}{bare}"));
        let pattern = pattern.map_err(|error| format!("`{text}` is no pattern; {}", error.msg))?;
        Ok(Glob { text: text.to_owned(), pattern })
    }

    /// Whether it means a path, or a directory above it.
    fn matches(&self, relative: &Path) -> bool {
        let above = relative.ancestors().filter(|path| !path.as_os_str().is_empty());
        above.into_iter().any(|path| self.pattern.matches_path_with(path, HOW))
    }
}

/// Patterns with the directory to which they are relative.
#[derive(Debug, Clone, Default)]
pub struct Globs {
    /// The directory by the name that led to it, and behind all links.
    bases: Vec<PathBuf>,
    patterns: Vec<Glob>,
    /// Directories that are meant with everything in them, by their full paths.
    whole: Vec<PathBuf>,
}

impl Globs {
    /// Patterns that are relative to `base`.
    pub fn new(base: &Path, patterns: Vec<Glob>) -> Self {
        let mut bases: Vec<PathBuf> =
            absolute(base).into_iter().chain(base_or_here(base).canonicalize()).collect();
        bases.dedup();
        Globs { bases, patterns, whole: Vec::new() }
    }

    /// Means a directory, too, with everything in it.
    pub fn add(&mut self, directory: &Path) {
        self.whole.extend(absolute(directory));
    }

    /// Whether directories are meant that have nothing to do with the patterns.
    pub fn has_whole(&self) -> bool {
        !self.whole.is_empty()
    }

    /// Whether one of them means a path, by the name that led to it or behind all links.
    pub fn matches(&self, path: &Path) -> bool {
        let is_below = |name: PathBuf| self.whole.iter().any(|directory| name.starts_with(directory));
        if self.has_whole() && absolute(path).is_some_and(is_below) {
            return true;
        }
        if self.patterns.is_empty() {
            return false;
        }
        let names = absolute(path).into_iter().chain(path.canonicalize());
        names.into_iter().any(|name| {
            let relative = self.bases.iter().filter_map(|base| name.strip_prefix(base).ok());
            relative.into_iter().any(|path| self.patterns.iter().any(|glob| glob.matches(path)))
        })
    }
}

fn base_or_here(base: &Path) -> &Path {
    if base.as_os_str().is_empty() { Path::new(".") } else { base }
}

/// The path from the root on, links left as they are.
pub fn absolute(path: &Path) -> Option<PathBuf> {
    std::path::absolute(base_or_here(path)).ok().map(|path| tidy(&path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_what_they_mean_in_a_gitignore() {
        let means = |pattern: &str, path: &str| {
            let globs = Globs::new(Path::new("conf"), vec![Glob::parse(pattern).expect("a pattern")]);
            globs.matches(&Path::new("conf").join(path))
        };
        for (pattern, path, yes) in [
            ("vendor/**", "vendor/a/b.conf", true),
            ("vendor/*", "vendor/a/b.conf", true),
            ("vendor", "vendor/a.conf", true),
            ("vendor/", "x/vendor/a.conf", true),
            ("./vendor/a.conf", "vendor/a.conf", true),
            ("vendor/**", "x/vendor/a.conf", false),
            ("*.tmpl", "x/y/a.tmpl", true),
            ("x/*.tmpl", "x/y/a.tmpl", false),
            ("x/**/*.tmpl", "x/y/a.tmpl", true),
            ("**", "a.conf", true),
            ("vendor", "vendored/a.conf", false),
            ("A.conf", "a.conf", false),
            ("*", ".hidden/a.conf", true),
        ] {
            assert_eq!(means(pattern, path), yes, "{pattern} {path}");
        }
        assert!(!Globs::default().matches(Path::new("a")));
    }

    #[test]
    fn patterns_stay_below_their_file() {
        for wrong in ["", "/", "/etc", "../x", "a/../../x", "a[", "a**"] {
            assert!(Glob::parse(wrong).is_err(), "{wrong}");
        }
    }
}
