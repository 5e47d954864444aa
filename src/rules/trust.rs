//! What a hop that verifies makes of the certificates of a backend at hand.

use super::loads;
use crate::model::{FileRef, Trust};
use crate::pki::chain::openssl::{self, Attempt, Conditions, Stock};
use crate::pki::{Certificate, CertificateFile};
use crate::source::FileId;
use crate::surface::{Backend, Surface, UpstreamSurface, Verify};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// The authorities in the file that a hop trusts.
#[derive(Debug, Clone)]
pub(super) struct Trusted<'s> {
    /// The word that names the file.
    pub(super) file: &'s FileRef,
    /// What it holds.
    pub(super) holds: &'s CertificateFile,
    stock: Rc<Stock<'s>>,
}

/// Verifies backends at hand, each file of certificates by each file of authorities once.
#[derive(Debug)]
pub(super) struct Verifier<'s> {
    surface: &'s Surface,
    stocks: RefCell<HashMap<FileId, Rc<Stock<'s>>>>,
    attempts: RefCell<HashMap<Question, Tried<'s>>>,
}

/// A file of certificates, the one of the authorities, and the depth allowed.
type Question = (FileId, FileId, Option<usize>);

/// What came of a verification; none where that cannot be told.
type Tried<'s> = Option<Rc<Attempt<'s>>>;

impl<'s> Verifier<'s> {
    pub(super) fn new(surface: &'s Surface) -> Self {
        Verifier { surface, stocks: RefCell::default(), attempts: RefCell::default() }
    }

    /// The authorities that a hop verifies its backend by, where all of them are at hand.
    pub(super) fn trusted(&self, hop: &'s UpstreamSurface) -> Option<Trusted<'s>> {
        let verifies = matches!(hop.verify.known()?, Verify::Chain | Verify::ChainAndName);
        let (Trust::File(file) | Trust::System(file)) =
            hop.upstream.trust.known().filter(|_| verifies && hop.is_tls())?
        else {
            return None;
        };
        let holds = loads::certificates(self.surface, file)?;
        // Trust settings may make an end of anything.
        if holds.error.is_some() || holds.has_trust_settings || holds.certificates.is_empty() {
            return None;
        }
        // The system's store that is here need not be the one that will count: where a root is said to be
        // trusted, it is taken to stand there.
        let is_system = matches!(hop.upstream.trust.known(), Some(Trust::System(_)));
        let added = if is_system { self.surface.roots.as_slice() } else { &[] };
        let all = || holds.certificates.iter().chain(added);
        let mut stocks = self.stocks.borrow_mut();
        let stock = stocks.entry(holds.file).or_insert_with(|| Rc::new(Stock::of(all())));
        Some(Trusted { file, holds, stock: stock.clone() })
    }

    /// The backends at hand that a hop verifies, with what comes of each of the certificates that they may
    /// present when so many intermediates are allowed.
    pub(super) fn backends(
        &self,
        hop: &'s UpstreamSurface,
        trusted: &Trusted<'s>,
        depth: Option<usize>,
    ) -> Vec<(Backend<'s>, Vec<Rc<Attempt<'s>>>)> {
        let backends = self.surface.backends(hop).into_iter().filter_map(|backend| {
            let attempts = backend.files.iter().map(|file| self.attempt(file, trusted, depth));
            let attempts: Option<Vec<_>> = attempts.collect();
            Some((backend, attempts?))
        });
        backends.collect()
    }

    fn attempt(&self, file: &'s CertificateFile, trusted: &Trusted<'s>, depth: Option<usize>) -> Tried<'s> {
        let target = &self.surface.target;
        let (at, openssl, in_order) = (self.surface.now.0, target.openssl, target.sorts_stably);
        let conditions = Conditions { depth, at, openssl, in_order };
        let signatures = self.surface.chains.signatures();
        let verify = || openssl::verify(&file.certificates, &trusted.stock, conditions, signatures);
        let key = (file.file, trusted.holds.file, depth);
        self.attempts.borrow_mut().entry(key).or_insert_with(|| verify().map(Rc::new)).clone()
    }
}

impl Trusted<'_> {
    /// Whether the file has any certificate that signed itself.
    pub(super) fn has_roots(&self) -> bool {
        self.holds.certificates.iter().any(openssl::is_self_signed)
    }

    /// Whether a root of a certificate's name and key is in the file.
    pub(super) fn has_root_like(&self, certificate: &Certificate) -> bool {
        let is_like = |held: &&Certificate| {
            held.subject_der() == certificate.subject_der() && held.key_info() == certificate.key_info()
        };
        self.holds.certificates.iter().filter(is_like).any(openssl::is_self_signed)
    }

    /// Whether a certificate is one of those in the file.
    pub(super) fn has(&self, certificate: &Certificate) -> bool {
        self.holds.certificates.iter().any(|held| held.fingerprint == certificate.fingerprint)
    }
}
