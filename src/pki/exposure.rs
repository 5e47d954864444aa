//! Who can read a private key on the machine at hand.

use std::path::{Path, PathBuf};

/// Who besides its owner can read a file, by its mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exposure {
    /// The permission bits: 0o644.
    pub mode: u32,
}

impl Exposure {
    /// Whether its group can read it.
    pub fn group(self) -> bool {
        self.mode & 0o040 != 0
    }

    /// Whether everybody can.
    pub fn others(self) -> bool {
        self.mode & 0o004 != 0
    }

    /// Who can read a file besides its owner; `None` where nobody can, where the system has no such
    /// modes, and under version control, whose working copies say nothing about what is deployed.
    pub fn of(path: &Path) -> Option<Exposure> {
        let exposure = Exposure { mode: mode(path)? };
        ((exposure.group() || exposure.others()) && !is_under_version_control(path)).then_some(exposure)
    }
}

#[cfg(unix)]
fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    Some(std::fs::metadata(path).ok()?.permissions().mode() & 0o777)
}

#[cfg(not(unix))]
fn mode(_: &Path) -> Option<u32> {
    None
}

/// Whether a working copy of Git, Mercurial or Subversion holds the file, behind all links.
fn is_under_version_control(path: &Path) -> bool {
    let path = path.canonicalize().unwrap_or_else(|_| PathBuf::from(path));
    let holds = |directory: &Path| [".git", ".hg", ".svn"].iter().any(|name| directory.join(name).exists());
    path.ancestors().skip(1).any(holds)
}
