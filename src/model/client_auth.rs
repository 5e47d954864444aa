//! Client certificates (mTLS) on a listener.

use super::{FileRef, Setting};
use crate::source::Span;

/// What is asked of the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientAuthMode {
    /// No certificate is requested.
    None,
    /// One is requested, and verified if it is sent.
    Optional,
    /// One is requested and accepted from whatever issuer (`optional_no_ca`).
    OptionalUnverified,
    /// Nothing is served without a verified one.
    Required,
}

/// How a server treats client certificates.
#[derive(Debug, Clone)]
pub struct ClientAuth {
    /// What is asked of the client.
    pub mode: Setting<ClientAuthMode>,
    /// CAs whose names are sent to the client.
    pub ca: Option<Setting<FileRef>>,
    /// CAs that are trusted without being named.
    pub trusted: Option<Setting<FileRef>>,
    /// Whether `trusted` alone is enough to verify clients; without `ca` nothing starts otherwise.
    pub trusted_suffices: bool,
    /// Revocation lists.
    pub crl: Option<Setting<FileRef>>,
    /// Whether client certificates are checked by OCSP.
    pub ocsp: bool,
    /// How many intermediates are allowed.
    pub depth: Setting<u32>,
    /// Where the outcome of an optional verification is read: a condition, a map, a header to the
    /// backend. Empty when nothing reads it.
    pub result_read: Vec<Span>,
    /// Where a refusal for want of a certificate is turned into an ordinary answer.
    pub softened: Option<Span>,
}
