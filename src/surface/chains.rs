//! The chains that clients can build from what is sent, looked at once for each file.

use crate::pki::chain::End;
use crate::pki::{Anchors, CertificateFile, Chain, Signatures};
use crate::source::FileId;
use crate::threads;
use std::collections::HashMap;
use std::sync::Arc;

/// Files that are worth a thread of their own.
const FILES_A_THREAD: usize = 64;

/// Chains by the file that they are sent from.
#[derive(Debug, Default)]
pub struct Chains {
    by_file: HashMap<FileId, Chain>,
    signatures: Signatures,
}

/// What becomes of a chain with clients that know the public roots and the linted ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It leads to a root that is known: public, or an authority's of the linted files.
    Complete,
    /// The leaf's issuer is neither sent nor known as a root.
    Incomplete,
    /// The leaf signed itself, and nobody is known to trust it.
    SelfSigned,
    /// It leads to an authority that nobody is known to trust: clients may have its root or not.
    UnknownRoot,
    /// There are too many certificates of like names to tell.
    Unknown,
}

impl Verdict {
    /// The word in every format.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Complete => "complete",
            Verdict::Incomplete => "incomplete",
            Verdict::SelfSigned => "self-signed",
            Verdict::UnknownRoot => "unknown-root",
            Verdict::Unknown => "unknown",
        }
    }

    fn of(chain: &Chain) -> Verdict {
        match &chain.path.end {
            End::PublicRoot(_) | End::Private(_) => Verdict::Complete,
            End::SelfSigned => Verdict::SelfSigned,
            End::IssuerNotSent if chain.path.certificates.len() <= 1 => Verdict::Incomplete,
            End::IssuerNotSent | End::UnknownRoot => Verdict::UnknownRoot,
            End::Unchecked => Verdict::Unknown,
        }
    }
}

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
        Chains { by_file: parts.into_iter().flatten().collect(), signatures }
    }

    /// What clients can make of a file; none for files without certificates and those that nobody presents.
    pub fn get(&self, file: FileId) -> Option<&Chain> {
        self.by_file.get(&file)
    }

    /// What becomes of the chain that is sent from a file.
    pub fn verdict(&self, file: FileId) -> Verdict {
        self.get(file).map_or(Verdict::Unknown, Verdict::of)
    }

    /// Whether one certificate signed another, each pair looked at once.
    pub fn signatures(&self) -> &Signatures {
        &self.signatures
    }
}
