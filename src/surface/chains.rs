//! The chains that clients can build from what is sent, looked at once for each file.

use crate::clock::Timestamp;
use crate::pki::chain::{End, Fault, Refusal};
use crate::pki::{Anchors, Certificate, CertificateFile, Chain, Signatures};
use crate::source::FileId;
use crate::threads;
use std::collections::HashMap;
use std::sync::Arc;

/// Files that are worth a thread of their own.
const FILES_A_THREAD: usize = 64;

/// What the chain that is sent comes to, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It leads to a root that is known.
    Complete,
    /// The issuer of the server's own certificate is neither sent nor a root that is known.
    Incomplete,
    /// The certificate signed itself.
    SelfSigned,
    /// It leads to a root, sent or not, that is not known: a private one, or one newer than those bundled.
    UnknownRoot,
    /// No client believes it, or none that knows its root.
    Refused(Refusal),
}

impl Verdict {
    /// What can be said of the chain that is sent; none where there are too many certificates to tell.
    pub fn of(chain: &Chain, sent: &[Certificate], now: Timestamp) -> Option<Verdict> {
        if let Some(refusal) = refusal(chain, sent, now) {
            return Some(Verdict::Refused(refusal));
        }
        Some(match &chain.path.end {
            End::PublicRoot(_) | End::Private(_) => Verdict::Complete,
            End::SelfSigned => Verdict::SelfSigned,
            End::IssuerNotSent if chain.path.certificates.len() == 1 => Verdict::Incomplete,
            End::IssuerNotSent | End::UnknownRoot => Verdict::UnknownRoot,
            End::Unchecked => return None,
        })
    }

    /// The name in every format.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Complete => "complete",
            Verdict::Incomplete => "incomplete",
            Verdict::SelfSigned => "self-signed",
            Verdict::UnknownRoot => "unknown-root",
            Verdict::Refused(_) => "refused",
        }
    }
}

/// What keeps clients from believing a chain that is there. The server's own dates and purpose are left
/// out: they are shown by themselves.
fn refusal(chain: &Chain, sent: &[Certificate], now: Timestamp) -> Option<Refusal> {
    let counts = |fault: &Fault| match fault {
        Fault::UnclearConstraints(_) | Fault::Damaged(_) => false,
        Fault::Expired(place) | Fault::NotYetValid(place) | Fault::NotForServers(place) => *place != Some(0),
        _ => true,
    };
    let always = || {
        let mut first = None;
        for path in chain.complete_paths() {
            first = first.or(Some(path.faults(sent, now.0).into_iter().find(counts)?));
        }
        first.map(Refusal::Fault)
    };
    chain.refusal(sent).or_else(always)
}

/// Chains by the file that they are sent from.
#[derive(Debug, Default)]
pub struct Chains {
    by_file: HashMap<FileId, Chain>,
    anchors: Anchors,
    signatures: Signatures,
}

impl Chains {
    /// Looks at files of certificates, many of them on several threads.
    pub fn of(files: &[Arc<CertificateFile>], anchors: Anchors, threads: usize) -> Chains {
        let signatures = Signatures::default();
        let look = |file: &Arc<CertificateFile>| {
            Some((file.file, Chain::of(&file.certificates, &anchors, &signatures)?))
        };
        let parts = threads::in_parts(files, threads, FILES_A_THREAD, |part| {
            part.iter().filter_map(look).collect::<Vec<_>>()
        });
        Chains { by_file: parts.into_iter().flatten().collect(), anchors, signatures }
    }

    /// What clients can make of a file; none for files without certificates and those that nobody presents.
    pub fn get(&self, file: FileId) -> Option<&Chain> {
        self.by_file.get(&file)
    }

    /// Whether a certificate is of a root that is known, or issued by one.
    pub fn ends_at(&self, certificate: &Certificate) -> bool {
        let chain = Chain::of(std::slice::from_ref(certificate), &self.anchors, &self.signatures);
        chain.is_some_and(|chain| chain.is_complete())
    }

    /// Whether one certificate signed another, each pair looked at once.
    pub fn signatures(&self) -> &Signatures {
        &self.signatures
    }
}
