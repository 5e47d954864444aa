//! A certificate that a `bind` holds, with what selects it.

use super::options::Options;
use crate::model::{CertificateRef, Setting};
use crate::source::Span;
use crate::tls::negotiable::KeyKind;
use std::sync::Arc;

/// A certificate that a `bind` holds.
#[derive(Debug, Clone)]
pub(super) struct Loaded {
    /// Certificate and key.
    pub(super) reference: CertificateRef,
    /// The kind of its key; `None` where the certificate cannot be read here.
    pub(super) kind: Option<KeyKind>,
    /// What names select it; `None` where the certificate would say, and cannot be read here.
    pub(super) names: Option<Vec<Name>>,
    /// Names that it is not selected for, although a wildcard would.
    pub(super) excluded: Vec<Name>,
    /// Whether it is written down as a default.
    pub(super) default: bool,
    /// Which of the words it comes with: those of a bundle have the same.
    pub(super) bundle: usize,
    /// The options of its line in a crt-list.
    pub(super) entry: Option<Arc<Options>>,
    /// Where it is named.
    pub(super) span: Span,
    /// Whether parameters for DHE stand in the file.
    pub(super) has_dh: bool,
    /// Whether an OCSP response is stapled.
    pub(super) stapling: Setting<bool>,
    /// Why HAProxy does not start over it.
    pub(super) fault: Option<Fault>,
}

/// Why HAProxy does not start over a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// It is not there.
    Missing,
    /// There is no key for it.
    NoKey,
    /// The key is another one's.
    Mismatch,
    /// The key has so few bits that the library refuses it at its level.
    WeakKey(u32),
}

/// A name that a client may ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// Lower case; `*.example.com` for every name with one label more.
    pub(super) text: String,
    /// Where it is written.
    pub(super) span: Span,
}
