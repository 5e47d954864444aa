//! Which configurations there are: the entry points that were found, each read with all that it
//! includes, and every file in one of them only.

use crate::discover::{Discovery, part};
use crate::files::{Files, Identity};
use crate::model::Deployment;
use crate::platforms::{self, EntryPoint};
use crate::source::FileId;
use crate::target::Target;
use std::collections::{HashMap, HashSet};

/// Reads main files, then named parts by way of the main files above them, then parts that nothing
/// includes.
pub(super) fn read(found: Discovery, files: &mut Files, target: &Target) -> Vec<Deployment> {
    let Discovery { mut mains, mut parts, asked, unread, .. } = found;
    let mut reader = Reader { files, target };
    let mut main = reader.each(&mains);
    let mut covered = Coverage::of(&main, reader.files);
    let mut above = Above::default();
    mains.clear();
    for (entry, candidates) in asked {
        if covered.find(entry.file, reader.files).is_none() && !above.take(&entry, &candidates, &mut reader) {
            let list = if entry.fragment { &mut parts } else { &mut mains };
            list.push(entry);
        }
    }
    main.extend(reader.each(&mains));
    main = without_included(main, reader.files);
    covered = Coverage::of(&main, reader.files);
    let uncovered = unread.into_iter().filter(|file| covered.find(*file, reader.files).is_none());
    parts.extend(uncovered.filter_map(|file| part(file, None, reader.files)));
    parts.sort_by_cached_key(|part| reader.files.sources.get(part.file).path.clone());
    // A file that was both asked for and found is read by way of its main file, too.
    parts.retain(|part| {
        covered.find(part.file, reader.files).is_none() && !above.take_known(part, reader.files)
    });
    let parts = reader.each(&parts);
    main.extend(above.used());
    main.extend(without_included(parts, reader.files));
    main
}

struct Reader<'a> {
    files: &'a mut Files,
    target: &'a Target,
}

impl Reader<'_> {
    fn each(&mut self, entries: &[EntryPoint]) -> Vec<Deployment> {
        entries.iter().map(|entry| platforms::read(entry, self.files, self.target)).collect()
    }
}

/// Deployments that are read only because a part of them was asked for.
#[derive(Default)]
struct Above {
    deployments: Vec<Deployment>,
    /// Where each main file that was tried stands in `deployments`.
    tried: HashMap<FileId, usize>,
}

impl Above {
    /// Takes a part by way of the nearest main file that includes it; `false` where none does.
    fn take(&mut self, part: &EntryPoint, candidates: &[EntryPoint], reader: &mut Reader) -> bool {
        for main in candidates {
            let index = *self.tried.entry(main.file).or_insert_with(|| {
                self.deployments.extend(reader.each(std::slice::from_ref(main)));
                self.deployments.len() - 1
            });
            if let Some(deployment) = self.deployments.get_mut(index)
                && ask(deployment, part, reader.files)
            {
                return true;
            }
        }
        false
    }

    /// Takes a part by way of a deployment that is read anyway.
    fn take_known(&mut self, part: &EntryPoint, files: &Files) -> bool {
        self.deployments.iter_mut().any(|d| d.only.is_some() && ask(d, part, files))
    }

    /// The deployments that include what was asked for.
    fn used(self) -> impl Iterator<Item = Deployment> {
        self.deployments.into_iter().filter(|d| d.only.is_some())
    }
}

/// Asks a deployment for one of its files; `false` where it does not include it.
fn ask(deployment: &mut Deployment, part: &EntryPoint, files: &Files) -> bool {
    let found = Coverage::of([&*deployment], files).find(part.file, files);
    if let Some(file) = found {
        deployment.only.get_or_insert_default().push(file);
    }
    found.is_some()
}

/// Drops deployments that begin with a file that another one includes.
fn without_included(deployments: Vec<Deployment>, files: &Files) -> Vec<Deployment> {
    let entries: Vec<Identity> = deployments.iter().map(|d| files.identity(d.entry)).collect();
    let reads: Vec<HashSet<Identity>> =
        deployments.iter().map(|d| d.files.iter().map(|f| files.identity(*f)).collect()).collect();
    // Of two that include each other, the first stays.
    let wins = |j: usize, i: usize| j < i || !reads[i].contains(&entries[j]);
    let included =
        |i: usize| (0..entries.len()).any(|j| i != j && reads[j].contains(&entries[i]) && wins(j, i));
    let keep: Vec<bool> = (0..entries.len()).map(|i| !included(i)).collect();
    deployments.into_iter().zip(keep).filter_map(|(d, keep)| keep.then_some(d)).collect()
}

/// The files that some deployments read.
struct Coverage(HashMap<Identity, FileId>);

impl Coverage {
    fn of<'d>(deployments: impl IntoIterator<Item = &'d Deployment>, files: &Files) -> Self {
        let all = deployments.into_iter().flat_map(|d| d.files.iter());
        Coverage(all.map(|file| (files.identity(*file), *file)).collect())
    }

    /// The file as it was read: links may have led to it under another name.
    fn find(&self, file: FileId, files: &Files) -> Option<FileId> {
        self.0.get(&files.identity(file)).copied()
    }
}
