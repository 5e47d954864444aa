//! Which files Git tracks, read from its index and without running it.
//!
//! The index of a repository lists every file that the next commit will hold; a file that is in it is, or
//! will be, with everyone who has a copy of the repository.

pub mod index;

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The largest index that is read, in bytes: 256 MiB, some two million files.
const MAX_INDEX: u64 = 256 << 20;

/// What keeps the versions of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keeper {
    /// Nothing: the file lies where it is used.
    Nobody,
    /// A working copy holds it, which may or may not track it.
    WorkingCopy,
    /// Git tracks it, by this path below the top of the working copy.
    Git(PathBuf),
}

/// The working copies of a run, each index read once.
#[derive(Debug, Default)]
pub struct WorkTrees {
    known: HashMap<PathBuf, Option<Arc<WorkTree>>>,
}

#[derive(Debug)]
struct WorkTree {
    top: PathBuf,
    /// The paths of the index; none where it cannot be read.
    tracked: HashSet<Vec<u8>>,
}

impl WorkTrees {
    /// Nothing read yet.
    pub fn new() -> WorkTrees {
        WorkTrees::default()
    }

    /// What keeps the versions of a file, behind all links.
    pub fn keeper(&mut self, path: &Path) -> Keeper {
        let path = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
        let Some(tree) = path.parent().and_then(|directory| self.tree(directory)) else {
            return Keeper::Nobody;
        };
        let Ok(below) = path.strip_prefix(&tree.top) else { return Keeper::WorkingCopy };
        match tree.tracked.contains(&name(below)) && !is_rewritten(&tree.top, below) {
            true => Keeper::Git(below.to_path_buf()),
            false => Keeper::WorkingCopy,
        }
    }

    /// The working copy that a directory belongs to: the innermost one.
    fn tree(&mut self, directory: &Path) -> Option<Arc<WorkTree>> {
        if let Some(known) = self.known.get(directory) {
            return known.clone();
        }
        let tree = match open(directory) {
            Found::Tree(tree) => Some(Arc::new(tree)),
            Found::Machine => None,
            Found::Nothing => directory.parent().and_then(|above| self.tree(above)),
        };
        self.known.insert(directory.to_path_buf(), tree.clone());
        tree
    }
}

enum Found {
    Nothing,
    /// A repository of the machine's own files, in their places (etckeeper's), that root alone can read.
    Machine,
    Tree(WorkTree),
}

/// The working copy whose top is this directory.
fn open(directory: &Path) -> Found {
    let git = directory.join(".git");
    let other = || [".hg", ".svn"].iter().any(|name| directory.join(name).exists());
    let tree = |tracked| Found::Tree(WorkTree { top: directory.to_path_buf(), tracked });
    match () {
        () if git.exists() && directory.join(".etckeeper").exists() => Found::Machine,
        () if git.exists() => tree(repository(directory, &git).map(|at| read(&at)).unwrap_or_default()),
        () if other() => tree(HashSet::new()),
        () => Found::Nothing,
    }
}

/// The directory of the repository: `.git`, or the one that a file of that name speaks of.
fn repository(top: &Path, git: &Path) -> Option<PathBuf> {
    if git.is_dir() {
        return Some(git.to_path_buf());
    }
    let text = small(git)?;
    let path = text.lines().next()?.strip_prefix("gitdir:")?.trim();
    Some(top.join(path))
}

fn read(repository: &Path) -> HashSet<Vec<u8>> {
    let path = repository.join("index");
    let fits = path.metadata().is_ok_and(|meta| meta.is_file() && meta.len() <= MAX_INDEX);
    let bytes = if fits { std::fs::read(path).unwrap_or_default() } else { Vec::new() };
    index::paths(&bytes).into_iter().collect()
}

/// Whether Git may keep something else than what lies in the working copy: a filter, such as git-crypt's,
/// applies to files in a directory above.
fn is_rewritten(top: &Path, below: &Path) -> bool {
    let directories = below.ancestors().skip(1).map(|directory| top.join(directory));
    let attributes = directories.map(|directory| directory.join(".gitattributes"));
    let more = [top.join(".git/info/attributes")];
    attributes.chain(more).filter_map(|path| small(&path)).any(|text| {
        let words =
            text.lines().filter(|line| !line.trim_start().starts_with('#')).flat_map(str::split_whitespace);
        words.filter_map(|word| word.strip_prefix("filter=")).any(|filter| filter != "lfs")
    })
}

/// A text of a few lines; none where it is missing, larger or no regular file.
fn small(path: &Path) -> Option<String> {
    const MOST: u64 = 1 << 20;
    let fits = path.metadata().is_ok_and(|meta| meta.is_file() && meta.len() <= MOST);
    let bytes = std::fs::read(path).ok().filter(|_| fits)?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// A path as the index has it.
fn name(below: &Path) -> Vec<u8> {
    let parts: Vec<&[u8]> = below.iter().map(|part| part.as_encoded_bytes()).collect();
    parts.join(&b'/')
}
