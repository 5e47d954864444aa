//! Who can read a private key besides its owner: on the machine at hand, or with a repository.

use crate::git::{Keeper, WorkTrees};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The group that Debian and its kin keep for those who may read keys.
const KEEPERS: &str = "ssl-cert";
/// Directories that hold what is there to be tried out.
const TRIALS: &[&str] = &[
    "test", "tests", "testing", "testdata", "fixture", "fixtures", "example", "examples", "sample",
    "samples", "spec", "specs", "mock", "mocks", "demo", "demos", "dummy", "snakeoil",
];

/// Who besides its owner can read a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Exposure {
    /// Those that its mode admits.
    Mode {
        /// The permission bits: 0o644.
        mode: u32,
    },
    /// Whoever has a copy of the repository in which Git tracks it, by this path.
    Tracked(PathBuf),
}

impl Exposure {
    /// Who can read a file besides its owner; `None` where nobody can, and where that cannot be told: the
    /// modes of a working copy say nothing about those where it is deployed. `owned` says whether owner and
    /// group are those of the machine that the file is for.
    pub fn of(path: &Path, trees: &mut WorkTrees, owned: bool) -> Option<Exposure> {
        match trees.keeper(path) {
            Keeper::Nobody => {
                let rights = Rights::of(path)?;
                let group = rights.mode & 0o040 != 0 && owned && !rights.is_for_keepers();
                let everybody = rights.mode & 0o004 != 0;
                (group || everybody).then_some(Exposure::Mode { mode: rights.mode })
            }
            Keeper::Git(below) => (!is_trial(&below)).then_some(Exposure::Tracked(below)),
            Keeper::WorkingCopy => None,
        }
    }

    /// Whether a mode admits everybody.
    pub fn is_for_everybody(&self) -> bool {
        matches!(self, Exposure::Mode { mode } if mode & 0o004 != 0)
    }
}

struct Rights {
    mode: u32,
    group: u32,
}

impl Rights {
    #[cfg(unix)]
    fn of(path: &Path) -> Option<Rights> {
        use std::os::unix::fs::MetadataExt;
        let meta = std::fs::metadata(path).ok()?;
        Some(Rights { mode: meta.mode() & 0o777, group: meta.gid() })
    }

    #[cfg(not(unix))]
    fn of(_: &Path) -> Option<Rights> {
        None
    }

    /// Whether its group is root's, or there to read keys: the mode 0640 is then as it should be.
    fn is_for_keepers(&self) -> bool {
        static GROUP: OnceLock<Option<u32>> = OnceLock::new();
        let group = |line: &str| {
            let mut fields = line.split(':');
            (fields.next() == Some(KEEPERS)).then(|| fields.nth(1)?.parse().ok()).flatten()
        };
        let find = || std::fs::read_to_string("/etc/group").ok()?.lines().find_map(group);
        self.group == 0 || *GROUP.get_or_init(find) == Some(self.group)
    }
}

/// Whether a file of a repository is there to be tried out, by the names of its directories and its own.
fn is_trial(below: &Path) -> bool {
    let is = |part: &str| part.split(['-', '_']).any(|word| TRIALS.contains(&word));
    let mut parts = below.iter().map(|part| part.to_string_lossy().to_ascii_lowercase());
    let file = parts.next_back().unwrap_or_default();
    file.contains("snakeoil") || parts.any(|part| is(&part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trials_are_known_by_their_directories() {
        for path in
            ["tests/a.key", "x/test-data/a.key", "e2e_fixtures/tls/a.key", "ssl/ssl-cert-snakeoil.key"]
        {
            assert!(is_trial(Path::new(path)), "{path}");
        }
        for path in ["a.key", "tls/test.key", "www.example.com/privkey.pem", "contest/a.key", "latest/a.key"]
        {
            assert!(!is_trial(Path::new(path)), "{path}");
        }
    }
}
