//! From the certificates that are sent, the chains that clients can build (RFC 5280 §6.1, RFC 8446
//! §4.4.2): what completes them, what is missing, what is too much.
//!
//! Facts without a clock: whether a path is in force at some time, and whether it keeps the constraints
//! of its CAs, is asked of [`Path`]s (`faults`).

mod constraints;
mod faults;
mod links;
pub mod openssl;
mod signature;

pub use faults::{Fault, Refusal};
pub use signature::{Signature, Signatures};

use super::{Certificate, roots};
use links::{Links, same_authority};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Roots beside the public ones, by the subject's text.
#[derive(Debug, Clone, Default)]
pub struct Anchors {
    by_subject: HashMap<String, Vec<Arc<Anchor>>>,
    alone: bool,
}

/// A certificate that is trusted although it is no public root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// The certificate.
    pub certificate: Certificate,
    /// Who says that it is one.
    pub origin: Origin,
}

/// Who says that a certificate is a root.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// The user (`[trust] roots`).
    Configured,
    /// It stands as a trust anchor in what is linted, so its issuer is somebody at home here.
    Linted,
}

impl Anchors {
    /// For one who trusts nobody but whom it is told to, public or not.
    pub fn alone() -> Anchors {
        Anchors { alone: true, ..Anchors::default() }
    }

    /// The public roots of a name, as far as they count.
    fn public(&self, subject: &[u8]) -> &'static [Certificate] {
        if self.alone { &[] } else { roots::named(subject) }
    }

    /// The public root of a certificate's name and key, as far as it counts.
    fn public_twin(&self, certificate: &Certificate) -> Option<&'static Certificate> {
        if self.alone { None } else { roots::same_authority(certificate) }
    }

    /// Adds a trusted certificate.
    pub fn add(&mut self, certificate: Certificate, origin: Origin) {
        let known = self.by_subject.entry(links::name_key(&certificate.subject)).or_default();
        if known.iter().all(|anchor| anchor.certificate.fingerprint != certificate.fingerprint) {
            known.push(Arc::new(Anchor { certificate, origin }));
        }
    }

    fn named(&self, name: &str) -> &[Arc<Anchor>] {
        self.by_subject.get(&links::name_key(name)).map(Vec::as_slice).unwrap_or_default()
    }
}

/// What a client can make of the certificates that are sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// The best path: the shortest that is complete, else one that ends at a root that is sent, else the
    /// longest.
    pub path: Path,
    /// Other complete paths: over other roots, over cross-signed certificates.
    pub others: Vec<Path>,
    /// Ways that are not complete, beside the best path.
    pub dead_ends: Vec<Path>,
    /// The one at which the best path ends, if its issuer is at hand, by name and by key identifier, and yet
    /// that issuer's key did not make the signature: the certificate was altered.
    pub broken: Option<usize>,
    /// Whether no root of the name and key of [`Chain::broken`] can stand for it, as far as is known.
    broken_for_all: bool,
    /// What each certificate that is sent is to the leaf, in their order.
    pub roles: Vec<Role>,
    /// Those that issued some of the others, yet stand before all that they issued.
    pub misplaced: Vec<usize>,
    /// Whether all was looked at. Where there are too many certificates of like names, one that is said to be
    /// unrelated may not be.
    pub searched: bool,
}

/// A way from the leaf to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// Which of those sent it runs through, leaf first, without the root that completes it.
    pub certificates: Vec<usize>,
    /// Where it ends.
    pub end: End,
    /// Whether all of its signatures are [`Signature::Valid`]; where not, some are [`Signature::Unchecked`].
    pub verified: bool,
}

/// Where a path ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// At a public root, sent or not.
    PublicRoot(&'static Certificate),
    /// At one of the other roots, sent or not.
    Private(Arc<Anchor>),
    /// At the leaf, which signed itself and which nobody is known to trust.
    SelfSigned,
    /// At a root that is sent and that nobody is known to trust: private, or newer than the bundled set.
    UnknownRoot,
    /// At a certificate whose issuer is neither sent nor known as a root.
    IssuerNotSent,
    /// There are so many certificates of like names that not all paths were tried.
    Unchecked,
}

/// What a certificate that is sent is to the leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The first.
    Leaf,
    /// On the best path, signed by another.
    Issuer,
    /// Issued, directly or not, the leaf, and signed itself: clients either have it or do not believe it.
    Root,
    /// Of the name and key of a root that is known or of another certificate on the way: there for
    /// clients that lack that root.
    CrossSigned,
    /// Issued, directly or not, the leaf, beside the best path.
    Alternative,
    /// Byte for byte one that stands before it.
    Duplicate,
    /// Issued, directly or not, by the first: the file does not begin with its leaf.
    BelowLeaf,
    /// No part of any path.
    Unrelated,
}

impl Chain {
    /// Looks at certificates in the order in which they are sent; none where there are none.
    pub fn of(sent: &[Certificate], anchors: &Anchors, signatures: &Signatures) -> Option<Chain> {
        sent.first()?;
        let mut links = Links::new(sent, anchors, signatures);
        let (mut complete, broken): (Vec<Path>, Vec<Path>) =
            links.paths().into_iter().partition(Path::is_complete);
        // One that ends at a root that is sent serves whoever has that root, a longer one nobody.
        let ends_somewhere = |path: &Path| path.end != End::IssuerNotSent;
        let best = |path: &Path| (ends_somewhere(path), path.certificates.len());
        let (mut dead_ends, mut path) = (broken, None);
        if complete.is_empty() {
            let best = dead_ends.iter().enumerate().rev().max_by_key(|(_, path)| best(path));
            let best = best.map(|(index, _)| index);
            path = best.map(|index| dead_ends.remove(index));
        }
        let mut path = match path {
            Some(path) => path,
            None => complete.drain(..1.min(complete.len())).next()?,
        };
        if links.exhausted() && !path.is_complete() {
            path.end = End::Unchecked;
        }
        let roles = roles(sent, &path, &mut links);
        let misplaced = links.misplaced();
        let searched = !links.exhausted();
        let ends_open = path.end == End::IssuerNotSent;
        let broken = path.certificates.last().copied().filter(|last| ends_open && links.is_broken(*last));
        let broken_for_all = broken
            .is_some_and(|last| last == 0 || links.is_broken_below_known(last, path.certificates.len() == 2));
        Some(Chain { path, others: complete, dead_ends, broken, broken_for_all, roles, misplaced, searched })
    }

    /// Whether clients that have the root need nothing more than what is sent.
    pub fn is_complete(&self) -> bool {
        self.path.is_complete()
    }

    /// All complete paths, the best first.
    pub fn complete_paths(&self) -> impl Iterator<Item = &Path> {
        std::iter::once(&self.path).chain(&self.others).filter(|path| path.is_complete())
    }

    /// The certificate whose issuer is missing: [`Certificate::issuer`] names that issuer,
    /// [`Extensions::ca_issuers`](super::certificate::Extensions::ca_issuers) says where to get it.
    pub fn lacks_issuer_of<'a>(&self, sent: &'a [Certificate]) -> Option<&'a Certificate> {
        (self.path.end == End::IssuerNotSent).then(|| sent.get(*self.path.certificates.last()?)).flatten()
    }

    /// Whether a certificate may be one for a CA that is a root itself, to clients that have that root: they
    /// never look at it, nor at what stands above it. Whoever cross-signs a root makes such certificates.
    ///
    /// Not where the root above is known. Otherwise all that is known to be no root is the direct issuer of the
    /// leaf with another intermediate above it.
    pub fn may_be_root(&self, index: usize, sent: &[Certificate]) -> bool {
        let mut ways = std::iter::once(&self.path).chain(&self.others).chain(&self.dead_ends);
        index > 0
            && ways.any(|way| way.ends_at_unknown(index, sent))
            && !self.complete_paths().any(|path| path.certificates.contains(&index))
    }

    /// Those that are sent and have this role.
    pub fn with_role(&self, role: Role) -> impl Iterator<Item = usize> {
        self.roles.iter().enumerate().filter(move |(_, r)| **r == role).map(|(index, _)| index)
    }
}

impl Path {
    /// Whether it ends at a root that is known.
    pub fn is_complete(&self) -> bool {
        self.root().is_some()
    }

    /// Whether a certificate on it, other than the leaf, may be replaced by a root of its name and key that is
    /// not known here.
    fn ends_at_unknown(&self, index: usize, sent: &[Certificate]) -> bool {
        let Some(place) = self.certificates.iter().position(|i| *i == index) else { return false };
        let above = self.certificates.get(place + 1..).unwrap_or_default();
        let is_intermediate = |above: &usize| sent.get(*above).is_some_and(|c| !c.self_issued);
        place > 0 && !self.is_complete() && !(place == 1 && above.first().is_some_and(is_intermediate))
    }

    /// How many intermediates it runs through, as `ssl_verify_depth` counts them since OpenSSL 1.1.0.
    pub fn intermediates(&self) -> usize {
        let root_is_sent = matches!(self.end, End::UnknownRoot);
        self.certificates.len().saturating_sub(if root_is_sent { 2 } else { 1 })
    }

    /// The root that is known and completes it.
    pub fn root(&self) -> Option<&Certificate> {
        match &self.end {
            End::PublicRoot(root) => Some(root),
            End::Private(anchor) => Some(&anchor.certificate),
            End::SelfSigned | End::UnknownRoot | End::IssuerNotSent | End::Unchecked => None,
        }
    }
}

fn roles(sent: &[Certificate], path: &Path, links: &mut Links<'_>) -> Vec<Role> {
    let below = links.below_leaf();
    let mut seen = HashSet::new();
    let mut roles = Vec::with_capacity(sent.len());
    for (index, certificate) in sent.iter().enumerate() {
        let twin =
            |other: usize| other != index && sent.get(other).is_some_and(|c| same_authority(c, certificate));
        let role = if !seen.insert(certificate.fingerprint) {
            Role::Duplicate
        } else if index == 0 {
            Role::Leaf
        } else if !links.is_above_leaf(index) {
            if below.contains(&index) { Role::BelowLeaf } else { Role::Unrelated }
        } else if links.is_self_signed(index) {
            Role::Root
        } else if path.certificates.contains(&index) {
            Role::Issuer
        } else if links.is_public(index) || links.is_anchor(index) || links.above_leaf().any(twin) {
            Role::CrossSigned
        } else {
            Role::Alternative
        };
        roles.push(role);
    }
    roles
}
