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
    /// Whether the names in `ca` are read in a way that passes certificates with trust settings over.
    pub ca_names_plain: bool,
    /// Whether `ca` is the file of the authorities that browsers trust.
    pub ca_is_public: bool,
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
    /// What the log says, and nothing starts, since clients shall be verified and no CA is there to do
    /// it; `None` where it starts.
    pub refuses_without_ca: Option<&'static str>,
    /// Where the outcome of the verification is read in a way that tells a verified certificate from what
    /// else comes as far, or the whole certificate for someone else to verify: a condition, a header to
    /// the backend. Empty when nothing reads it.
    pub result_read: Vec<Span>,
    /// Where what the certificate says is read, such as its subject. Unless the certificate is
    /// verified, anyone can make that up.
    pub contents_read: Vec<Span>,
    /// Where a request that is refused for want of a verified certificate is answered with the very
    /// content that it asked for.
    pub softened: Option<Span>,
}
