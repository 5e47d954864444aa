//! What a hop that verifies makes of the certificates of a backend at hand.

use super::loads;
use crate::model::{FileRef, Trust};
use crate::pki::chain::{Anchors, End, Origin, Signature};
use crate::pki::{Certificate, CertificateFile, Chain, Signatures};
use crate::surface::{Surface, UpstreamSurface, Verify};

/// The authorities in the file that a hop trusts.
#[derive(Debug)]
pub(super) struct Trusted<'s> {
    /// The word that names the file.
    pub(super) file: &'s FileRef,
    /// What it holds.
    pub(super) holds: &'s CertificateFile,
    anchors: Anchors,
    intermediates: Vec<&'s Certificate>,
    signatures: &'s Signatures,
}

/// The authorities that a hop verifies its backend by, where all of them are at hand.
///
/// Like nginx's, which ends paths at nothing but certificates that signed themselves.
pub(super) fn of<'s>(surface: &'s Surface, hop: &'s UpstreamSurface) -> Option<Trusted<'s>> {
    let verifies = matches!(hop.verify.known()?, Verify::Chain | Verify::ChainAndName);
    let Trust::File(file) = hop.upstream.trust.known().filter(|_| verifies && hop.is_tls())? else {
        return None;
    };
    let holds = loads::certificates(surface, file)?;
    // Trust settings may make an end of anything.
    if holds.error.is_some() || holds.has_trust_settings || holds.certificates.is_empty() {
        return None;
    }
    let (mut anchors, signatures) = (Anchors::alone(), surface.chains.signatures());
    let signed = |c: &&Certificate| c.self_issued && signatures.look(c, c) != Signature::Invalid;
    let (roots, intermediates): (Vec<&Certificate>, Vec<&Certificate>) =
        holds.certificates.iter().partition(signed);
    for root in roots {
        anchors.add(root.clone(), Origin::Configured);
    }
    Some(Trusted { file, holds, anchors, intermediates, signatures })
}

impl Trusted<'_> {
    /// The chain of a backend, with all that the proxy can complete it by; none where not all was looked at.
    pub(super) fn chain(&self, backend: &CertificateFile) -> Option<(Vec<Certificate>, Chain)> {
        let mut all = backend.certificates.clone();
        all.extend(self.intermediates.iter().copied().cloned());
        let chain = Chain::of(&all, &self.anchors, self.signatures)?;
        (chain.searched && chain.path.end != End::Unchecked).then_some((all, chain))
    }

    /// Whether the file has any certificate that signed itself.
    pub(super) fn has_roots(&self) -> bool {
        self.intermediates.len() < self.holds.certificates.len()
    }
}
