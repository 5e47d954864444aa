//! What rules about chains share: whose certificate is missing behind what is sent, and where it stands.

use super::gather::Place;
use super::loads;
use super::sent::{self, Sent};
use crate::model::FileRef;
use crate::pki::Certificate;
use crate::pki::chain::{End, Role, Signature};
use crate::surface::{Presented, Surface};
use std::collections::HashMap;
use std::path::Path;

/// Ways to a root are followed so far.
const LONGEST: usize = 8;

/// A file that is sent without the issuer of one of its certificates.
#[derive(Debug)]
pub(super) struct Gap<'s> {
    /// The file.
    pub(super) sent: Sent<'s>,
    /// Whose issuer is missing, by its place in the file.
    pub(super) index: usize,
    /// The same.
    pub(super) certificate: &'s Certificate,
    /// A file of authorities of one of the servers that has the issuer and is never sent.
    pub(super) unsent: Option<(&'s FileRef, &'s Certificate)>,
    /// The issuer, and where it lies, if any file that was read has it.
    pub(super) at_hand: Option<(&'s Path, &'s Certificate)>,
}

/// Every file from which servers send chains that break off.
///
/// Not those that break off below somebody's own root: where the issuer is at hand and signed itself,
/// clients are given it in other ways. Behind an intermediate that may always be so, unless the issuer
/// is at hand and has a root above it.
pub(super) fn gaps(surface: &Surface) -> Vec<Gap<'_>> {
    let known = AtHand::of(surface);
    let broken = sent::files(surface).into_iter().filter_map(|sent| Some((broken_at(surface, &sent)?, sent)));
    let mut gaps = Vec::new();
    for (index, sent) in broken {
        let Some(certificate) = sent.file.certificates.get(index) else { continue };
        let at_hand = known.issuer_of(certificate);
        let is_below_root = at_hand.is_some_and(|(_, issuer)| issuer.self_issued);
        if is_below_root || index > 0 && !at_hand.is_some_and(|(_, issuer)| known.leads_to_root(issuer)) {
            continue;
        }
        let unsent = sent.places.iter().flat_map(authorities).find_map(|file| {
            let held = &surface.certificates_in(file)?.certificates;
            Some((file, held.iter().find(|issuer| known.has_issued(issuer, certificate))?))
        });
        gaps.push(Gap { sent, index, certificate, unsent, at_hand });
    }
    gaps
}

fn broken_at(surface: &Surface, sent: &Sent) -> Option<usize> {
    let chain = sent.chain.filter(|chain| chain.path.end == End::IssuerNotSent)?;
    let begins_with_leaf = chain.with_role(Role::BelowLeaf).next().is_none();
    // Its issuer is there, and there is something else wrong.
    let counts =
        begins_with_leaf && chain.broken.is_none() && sent.is_for_servers() && is_loaded(surface, sent);
    counts.then(|| chain.path.certificates.last().copied()).flatten()
}

/// Whether the software can load a file with the keys that are named for it, as far as is known.
pub(super) fn is_loaded(surface: &Surface, sent: &Sent) -> bool {
    let refused = |presented: &Presented| {
        let key = presented.written.key.as_ref()?.known()?;
        loads::private_key(surface, key)?.key()?.belongs_to(&sent.leaf()?.key)
    };
    !presentations(sent).any(|presented| refused(presented) == Some(false))
}

/// How the configuration calls the file, if it names it.
pub(super) fn name<'s>(sent: &Sent<'s>) -> Option<&'s str> {
    presentations(sent).find_map(|presented| Some(&*presented.written.certificate.known()?.text))
}

fn presentations<'a, 's>(sent: &'a Sent<'s>) -> impl Iterator<Item = &'s Presented> + use<'a, 's> {
    let file = sent.file.file;
    let all = sent.places.iter().flat_map(|place| &place.server.certificates);
    all.filter(move |presented| presented.file.as_ref().is_some_and(|held| held.file == file))
}

/// The files of authorities beside a server's certificates.
fn authorities<'s>(place: &Place<'s>) -> impl Iterator<Item = &'s FileRef> + use<'s> {
    let lender = place.server.borrows_from.as_ref();
    let auth = &lender.unwrap_or(&place.server.server).tls.client_auth;
    [&auth.trusted, &auth.ca].into_iter().flatten().filter_map(|file| file.known())
}

/// The certificates of authorities in all files that were read, by subject.
struct AtHand<'s> {
    surface: &'s Surface,
    by_subject: HashMap<&'s [u8], Vec<(&'s Path, &'s Certificate)>>,
}

impl<'s> AtHand<'s> {
    fn of(surface: &'s Surface) -> Self {
        let mut by_subject: HashMap<&[u8], Vec<(&Path, &Certificate)>> = HashMap::new();
        // A root that was given by itself is somebody's own, too.
        let given = surface.given.iter().map(|file| (Path::new(""), file));
        for (path, file) in surface.store.iter().chain(given) {
            let counts = |c: &&Certificate| sent::is_ca(c) && (c.self_issued || !path.as_os_str().is_empty());
            for certificate in file.certificates.iter().filter(counts) {
                by_subject.entry(certificate.subject_der()).or_default().push((path, certificate));
            }
        }
        AtHand { surface, by_subject }
    }

    /// A certificate's issuer, in a form that signed itself if there is one.
    fn issuer_of(&self, certificate: &Certificate) -> Option<(&'s Path, &'s Certificate)> {
        let named = self.by_subject.get(certificate.issuer_der()).map(Vec::as_slice).unwrap_or_default();
        let mut issuers = named.iter().copied().filter(|(_, issuer)| self.has_issued(issuer, certificate));
        let first = issuers.next()?;
        if first.1.self_issued { Some(first) } else { issuers.find(|(_, i)| i.self_issued).or(Some(first)) }
    }

    /// Whether the way from an authority upwards ends at a root that is known or at hand.
    fn leads_to_root(&self, authority: &'s Certificate) -> bool {
        let up = |certificate: &&'s Certificate| {
            Some(self.issuer_of(certificate)?.1).filter(|_| !certificate.self_issued)
        };
        let mut way = std::iter::successors(Some(authority), up).take(LONGEST);
        way.any(|certificate| certificate.self_issued || self.surface.chains.ends_at(certificate))
    }

    fn has_issued(&self, issuer: &Certificate, certificate: &Certificate) -> bool {
        sent::may_have_issued(issuer, certificate)
            && self.surface.chains.signatures().look(certificate, issuer) != Signature::Invalid
    }
}
