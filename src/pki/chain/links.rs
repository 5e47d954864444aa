//! Who issued whom among the certificates that are sent.

use super::{Anchors, End, Path, Signature, Signatures};
use crate::pki::Certificate;
use std::collections::{HashMap, HashSet, VecDeque};

/// How many pairs of like name are looked at in all, how many paths are followed, and how long they may
/// be. Real chains need a dozen, four and five; clients refuse far less than this.
const PAIRS: usize = 2_000;
const PATHS: usize = 64;
const LENGTH: usize = 16;

/// The certificates that are sent, and who issued whom.
pub(super) struct Links<'a> {
    sent: &'a [Certificate],
    anchors: &'a Anchors,
    signatures: &'a Signatures,
    by_subject: HashMap<String, Vec<usize>>,
    /// The issuers found so far, best first, each with whether the signature is checked.
    issuers: HashMap<usize, Vec<(usize, bool)>>,
    above: HashSet<usize>,
    pairs: usize,
    exhausted: bool,
}

impl<'a> Links<'a> {
    pub(super) fn new(sent: &'a [Certificate], anchors: &'a Anchors, signatures: &'a Signatures) -> Self {
        let mut by_subject: HashMap<String, Vec<usize>> = HashMap::new();
        let mut seen = HashSet::new();
        for (index, certificate) in sent.iter().enumerate() {
            if seen.insert(certificate.fingerprint) {
                by_subject.entry(name_key(&certificate.subject)).or_default().push(index);
            }
        }
        let (issuers, above) = (HashMap::new(), HashSet::new());
        let mut links =
            Links { sent, anchors, signatures, by_subject, issuers, above, pairs: 0, exhausted: false };
        links.climb();
        links
    }

    /// Whether not all was looked at.
    pub(super) fn exhausted(&self) -> bool {
        self.exhausted
    }

    /// Whether a certificate issued, directly or not, the leaf.
    pub(super) fn is_above_leaf(&self, index: usize) -> bool {
        self.above.contains(&index)
    }

    /// All that issued, directly or not, the leaf.
    pub(super) fn above_leaf(&self) -> impl Iterator<Item = usize> {
        self.above.iter().copied()
    }

    /// Whether a certificate is signed with its own key.
    pub(super) fn is_self_signed(&self, index: usize) -> bool {
        let signed = |c: &Certificate| c.self_issued && self.signatures.look(c, c) != Signature::Invalid;
        self.sent.get(index).is_some_and(signed)
    }

    /// Whether a certificate has name and key of a public root.
    pub(super) fn is_public(&self, index: usize) -> bool {
        self.sent.get(index).is_some_and(|certificate| self.anchors.public_twin(certificate).is_some())
    }

    /// Whether a certificate has name and key of a root beside the public ones.
    pub(super) fn is_anchor(&self, index: usize) -> bool {
        let Some(certificate) = self.sent.get(index) else { return false };
        let named = self.anchors.named(&certificate.subject);
        named.iter().any(|anchor| same_authority(&anchor.certificate, certificate))
    }

    /// Finds all that is above the leaf.
    fn climb(&mut self) {
        let mut open = vec![0];
        while let Some(index) = open.pop() {
            for (issuer, _) in self.issuers_of(index) {
                if issuer != 0 && self.above.insert(issuer) {
                    open.push(issuer);
                }
            }
        }
    }

    /// Those sent that issued this one, itself left out; those whose key is the one it names come first.
    fn issuers_of(&mut self, index: usize) -> Vec<(usize, bool)> {
        if let Some(known) = self.issuers.get(&index) {
            return known.clone();
        }
        let Some(certificate) = self.sent.get(index) else { return Vec::new() };
        // One of the same name and key, signed by another, did not issue it either.
        if self.is_self_signed(index) {
            return Vec::new();
        }
        let named =
            self.by_subject.get(&name_key(&certificate.issuer)).map(Vec::as_slice).unwrap_or_default();
        let mut issuers = Vec::new();
        for candidate in named {
            let Some(issuer) = self.sent.get(*candidate).filter(|c| c.fingerprint != certificate.fingerprint)
            else {
                continue;
            };
            self.pairs += 1;
            if self.pairs > PAIRS {
                self.exhausted = true;
                break;
            }
            if let Some(checked) = issued(certificate, issuer, self.signatures) {
                issuers.push((*candidate, checked));
            }
        }
        issuers.sort_by_key(|(issuer, _)| !self.sent.get(*issuer).is_some_and(|i| names_key(certificate, i)));
        self.issuers.insert(index, issuers.clone());
        issuers
    }

    /// The roots that are known and that issued this certificate, and whether that is checked.
    fn ends(&self, certificate: &Certificate) -> Vec<(End, bool)> {
        let mut ends: Vec<(End, bool)> = Vec::new();
        for root in self.anchors.public(certificate.issuer_der()) {
            if let Some(checked) = issued(certificate, root, self.signatures) {
                ends.push((End::PublicRoot(root), checked));
            }
        }
        for anchor in self.anchors.named(&certificate.issuer) {
            if let Some(checked) = issued(certificate, &anchor.certificate, self.signatures) {
                ends.push((End::Private(anchor.clone()), checked));
            }
        }
        ends
    }

    /// Whether a certificate names, by name and by key identifier, an issuer that is at hand and whose key did
    /// not make its signature.
    pub(super) fn is_broken(&self, index: usize) -> bool {
        let Some(certificate) = self.sent.get(index) else { return false };
        let sent = self.by_subject.get(&name_key(&certificate.issuer)).into_iter().flatten();
        let sent = sent.filter_map(|index| self.sent.get(*index));
        let named = self.anchors.named(&certificate.issuer).iter().map(|anchor| &anchor.certificate);
        let public = self.anchors.public(certificate.issuer_der()).iter();
        self.is_broken_by(certificate, sent.chain(named).chain(public))
    }

    /// The same by an issuer that is a root that is known, or an intermediate where that will do.
    pub(super) fn is_broken_below_known(&self, index: usize, intermediate: bool) -> bool {
        let Some(certificate) = self.sent.get(index) else { return false };
        let sent = self.by_subject.get(&name_key(&certificate.issuer)).into_iter().flatten();
        let sent = sent.filter_map(|index| self.sent.get(*index)).filter(|c| intermediate && !c.self_issued);
        let named = self.anchors.named(&certificate.issuer).iter().map(|anchor| &anchor.certificate);
        let public = self.anchors.public(certificate.issuer_der()).iter();
        self.is_broken_by(certificate, sent.chain(named).chain(public))
    }

    fn is_broken_by<'c>(
        &self,
        certificate: &Certificate,
        issuers: impl Iterator<Item = &'c Certificate>,
    ) -> bool {
        issuers.take(PATHS).any(|issuer| {
            names_key(certificate, issuer) && self.signatures.look(certificate, issuer) == Signature::Invalid
        })
    }

    /// The root that this certificate is, whoever signed it.
    fn itself(&self, certificate: &Certificate) -> Option<End> {
        let named = self.anchors.named(&certificate.subject);
        let anchor = named.iter().find(|anchor| same_authority(&anchor.certificate, certificate));
        let public = || self.anchors.public_twin(certificate).map(End::PublicRoot);
        public().or_else(|| anchor.cloned().map(End::Private))
    }

    /// The paths from the leaf: complete ones from short to long, and all dead ends.
    pub(super) fn paths(&mut self) -> Vec<Path> {
        let mut found = Vec::new();
        let mut open = VecDeque::from([(vec![0usize], true)]);
        while let Some((path, verified)) = open.pop_front() {
            if found.len() >= PATHS {
                self.exhausted = true;
                break;
            }
            let Some(last) = path.last().copied() else { continue };
            let Some(certificate) = self.sent.get(last) else { continue };
            let mut ends = match self.itself(certificate) {
                Some(end) if last == 0 => vec![(end, true)],
                // What it issued has ended here. What lies behind is for clients without this public root.
                Some(End::PublicRoot(_)) => continue,
                _ => self.ends(certificate),
            };
            let known = !ends.is_empty();
            for (end, checked) in ends.drain(..) {
                found.push(Path { certificates: path.clone(), end, verified: verified && checked });
            }
            let mut goes_on = false;
            for (issuer, checked) in self.issuers_of(last) {
                if path.contains(&issuer) {
                    continue;
                }
                if path.len() >= LENGTH || open.len() >= PATHS {
                    self.exhausted = true;
                    break;
                }
                let mut longer = path.clone();
                longer.push(issuer);
                open.push_back((longer, verified && checked));
                goes_on = true;
            }
            if !goes_on && !known {
                let end = match (self.is_self_signed(last), last) {
                    (true, 0) => End::SelfSigned,
                    (true, _) => End::UnknownRoot,
                    (false, _) => End::IssuerNotSent,
                };
                found.push(Path { certificates: path, end, verified });
            }
        }
        found
    }

    /// Those above the leaf that stand before all that they issued.
    pub(super) fn misplaced(&self) -> Vec<usize> {
        let mut after = HashSet::new();
        for (index, issuers) in &self.issuers {
            if *index == 0 || self.above.contains(index) {
                after.extend(issuers.iter().map(|(issuer, _)| *issuer).filter(|issuer| issuer > index));
            }
        }
        let mut misplaced: Vec<usize> = self.above.iter().copied().filter(|i| !after.contains(i)).collect();
        misplaced.sort_unstable();
        misplaced
    }

    /// Those that the first issued, directly or not, as far as it matters which of many they are.
    pub(super) fn below_leaf(&mut self) -> HashSet<usize> {
        let mut below = HashSet::new();
        let others: Vec<usize> =
            (1..self.sent.len()).filter(|i| !self.above.contains(i)).take(PATHS).collect();
        loop {
            let before = below.len();
            for index in &others {
                if self.exhausted {
                    return below;
                }
                let by_first = |(issuer, _): &(usize, bool)| *issuer == 0 || below.contains(issuer);
                if !below.contains(index) && self.issuers_of(*index).iter().any(by_first) {
                    below.insert(*index);
                }
            }
            if below.len() == before {
                return below;
            }
        }
    }
}

/// Whether a certificate is issued by another, and if so whether the signature was checked. Names must be
/// equal as OpenSSL compares them (`X509_NAME_cmp`); where the signature cannot be checked, a key that
/// the certificate names must be the issuer's (`X509_check_issued`).
pub(super) fn issued(
    certificate: &Certificate,
    issuer: &Certificate,
    signatures: &Signatures,
) -> Option<bool> {
    let same_name = certificate.issuer_der() == issuer.subject_der()
        || name_key(&certificate.issuer) == name_key(&issuer.subject);
    if !same_name {
        return None;
    }
    match signatures.look(certificate, issuer) {
        Signature::Valid => Some(true),
        Signature::Invalid => None,
        Signature::Unchecked => (!names_other_key(certificate, issuer)).then_some(false),
    }
}

/// Whether a certificate names the issuer's key as the one that signed it.
fn names_key(certificate: &Certificate, issuer: &Certificate) -> bool {
    let named = certificate.extensions.authority_key_id.as_ref();
    named.is_some() && named == issuer.extensions.subject_key_id.as_ref()
}

pub(super) fn names_other_key(certificate: &Certificate, issuer: &Certificate) -> bool {
    let named = certificate.extensions.authority_key_id.as_ref();
    let own = issuer.extensions.subject_key_id.as_ref();
    named.zip(own).is_some_and(|(named, own)| named != own)
}

/// Whether two certificates are of one name and key.
pub(super) fn same_authority(one: &Certificate, other: &Certificate) -> bool {
    one.key_info() == other.key_info() && one.subject_der() == other.subject_der()
}

/// A name as OpenSSL compares it: without regard to case, to blanks at its ends and to how many there
/// are in a row (`x509_name_canon`).
pub(super) fn name_key(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for word in name.split_ascii_whitespace() {
        if !key.is_empty() {
            key.push(' ');
        }
        key.push_str(&word.to_ascii_lowercase());
    }
    key
}
