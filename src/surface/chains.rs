//! The chains that clients can build from what is sent, looked at once for each file.

use crate::pki::{Anchors, CertificateFile, Chain, Signatures};
use crate::source::FileId;
use crate::threads;
use std::collections::HashMap;
use std::sync::Arc;

/// Files that are worth a thread of their own.
const FILES_A_THREAD: usize = 64;

/// Chains by the file that they are sent from.
#[derive(Debug, Default)]
pub struct Chains(HashMap<FileId, Chain>);

impl Chains {
    /// Looks at files of certificates, many of them on several threads.
    pub fn of(files: &[Arc<CertificateFile>], anchors: &Anchors, threads: usize) -> Chains {
        let signatures = Signatures::default();
        let look = |file: &Arc<CertificateFile>| {
            Some((file.file, Chain::of(&file.certificates, anchors, &signatures)?))
        };
        let parts = threads::in_parts(files, threads, FILES_A_THREAD, |part| {
            part.iter().filter_map(look).collect::<Vec<_>>()
        });
        Chains(parts.into_iter().flatten().collect())
    }

    /// What clients can make of a file; none for files without certificates and those that nobody presents.
    pub fn get(&self, file: FileId) -> Option<&Chain> {
        self.0.get(&file)
    }
}
