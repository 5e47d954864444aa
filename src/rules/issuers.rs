//! What rules about chains share: whose certificate is missing behind what is sent, and where it stands.

use super::gather::Place;
use super::loads;
use super::sent::{self, Sent};
use crate::model::FileRef;
use crate::pki::chain::{End, Role, Signature};
use crate::pki::{Certificate, Signatures};
use crate::surface::{Presented, Surface};
use std::collections::HashMap;
use std::path::Path;

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
/// clients are given it in other ways.
pub(super) fn gaps(surface: &Surface) -> Vec<Gap<'_>> {
    let signatures = surface.chains.signatures();
    let at_hand = by_subject(surface);
    let broken = sent::files(surface).into_iter().filter_map(|sent| Some((broken_at(surface, &sent)?, sent)));
    let mut gaps = Vec::new();
    for (index, sent) in broken {
        let Some(certificate) = sent.file.certificates.get(index) else { continue };
        let issued = |issuer: &Certificate| has_issued(issuer, certificate, signatures);
        let named = at_hand.get(certificate.issuer_der()).map(Vec::as_slice).unwrap_or_default();
        let at_hand = named.iter().copied().find(|(_, issuer)| issued(issuer));
        if at_hand.is_some_and(|(_, issuer)| issuer.self_issued) {
            continue;
        }
        let unsent = sent.places.iter().flat_map(|place| authorities(place)).find_map(|file| {
            let held = &surface.certificates_in(file)?.certificates;
            Some((file, held.iter().find(|issuer| issued(issuer))?))
        });
        // Behind an intermediate there may be somebody's own root, unless it is known to be none.
        if index == 0 || at_hand.is_some() || unsent.is_some() {
            gaps.push(Gap { sent, index, certificate, unsent, at_hand });
        }
    }
    gaps
}

fn broken_at(surface: &Surface, sent: &Sent) -> Option<usize> {
    let chain = sent.chain.filter(|chain| chain.path.end == End::IssuerNotSent)?;
    let begins_with_leaf = chain.with_role(Role::BelowLeaf).next().is_none();
    let counts = begins_with_leaf && sent.is_for_servers() && is_loaded(surface, sent);
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
    presentations(sent).find_map(|presented| Some(presented.written.certificate.known()?.text.as_str()))
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

/// All certificates in all files that were read, by subject.
fn by_subject(surface: &Surface) -> HashMap<&[u8], Vec<(&Path, &Certificate)>> {
    let mut all: HashMap<&[u8], Vec<(&Path, &Certificate)>> = HashMap::new();
    for (path, file) in surface.store.iter() {
        for certificate in file.certificates.iter().filter(|c| sent::is_ca(c)) {
            all.entry(certificate.subject_der()).or_default().push((path, certificate));
        }
    }
    all
}

fn has_issued(issuer: &Certificate, certificate: &Certificate, signatures: &Signatures) -> bool {
    sent::may_have_issued(issuer, certificate) && signatures.look(certificate, issuer) != Signature::Invalid
}
