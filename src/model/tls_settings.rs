//! TLS settings of one virtual server, after inheritance.

use super::{ClientAuth, LibraryCommands, Setting, Spanned};
use crate::source::Span;
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};
use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

/// A file named by a configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRef {
    /// As written.
    pub text: Arc<str>,
    /// Where it stands.
    pub span: Span,
    /// Where it lies on this machine after the configuration's own rules and `--root`/`--map`;
    /// `None` when it is no path (`data:`, `engine:`) or cannot be known.
    pub path: Option<Arc<Path>>,
    /// Whether it must lie there, so that its absence means something: the path leads into the tree that
    /// is linted, and other certificates and keys lie beside it.
    pub certain: bool,
}

/// A certificate with its chain, and the key that goes with it.
#[derive(Debug, Clone)]
pub struct CertificateRef {
    /// The certificate file.
    pub certificate: Setting<FileRef>,
    /// The key file; `None` when none is named.
    pub key: Option<Setting<FileRef>>,
    /// Whether a command to the library names them, which is obeyed after everything else.
    pub by_command: bool,
    /// A file whose certificates are sent behind it, where it stands alone in its own.
    pub completed_by: Option<FileRef>,
    /// Whether certificates that issued themselves are left out of what is sent behind it.
    pub skips_self_issued: bool,
}

impl CertificateRef {
    /// A certificate whose file is sent as it is.
    pub fn new(certificate: Setting<FileRef>, key: Option<Setting<FileRef>>) -> Self {
        CertificateRef { certificate, key, by_command: false, completed_by: None, skips_self_issued: false }
    }
}

/// A text in the TLS library's own language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LibraryText {
    /// The text as the library gets it.
    pub text: Arc<str>,
    /// Where it stands; `None` for a default.
    pub span: Option<Span>,
    /// The list that the library got before it: a security level that it sets stays in force where this one
    /// sets none.
    pub before: Option<Arc<LibraryText>>,
}

impl LibraryText {
    /// A text that was written down.
    pub fn written(word: Spanned) -> Self {
        LibraryText { text: word.text.into(), span: Some(word.span), before: None }
    }

    /// The same, handed to the library after another.
    pub fn after(self, before: Option<&LibraryText>) -> Self {
        LibraryText { before: before.cloned().map(Arc::new), ..self }
    }

    /// It, and what the library got before it, the last first.
    pub fn and_before(&self) -> impl Iterator<Item = &LibraryText> {
        std::iter::successors(Some(self), |list| list.before.as_deref())
    }

    /// Where a part of the text stands; all of it where escapes hide which part that is.
    pub fn part(&self, range: std::ops::Range<usize>) -> Option<Span> {
        let span = self.span?;
        let number = |n: usize| u32::try_from(n).ok();
        let quote = match (span.end - span.start).checked_sub(number(self.text.len())?) {
            Some(0) => 0,
            Some(2) => 1,
            _ => return Some(span),
        };
        let (start, end) = (number(range.start)?, number(range.end)?);
        Some(Span { start: span.start + quote + start, end: span.start + quote + end, ..span })
    }

    /// A default of the software.
    pub fn default_of(text: &str) -> Self {
        LibraryText { text: text.into(), span: None, before: None }
    }
}

/// Groups for the key exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupList {
    /// What the TLS library (and its system-wide configuration) has by default.
    Auto,
    /// A list in the library's language.
    List(LibraryText),
}

/// Where sessions are kept for resumption by identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionCache {
    /// Nowhere.
    None,
    /// In each worker.
    Builtin,
    /// In memory that all workers share.
    Shared,
}

/// What kind of thing a TLS word of the configuration sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WordKind {
    /// A certificate.
    Certificate,
    /// A private key.
    Key,
    /// Protocol versions.
    Protocols,
    /// Minimum or maximum version.
    ProtocolBounds,
    /// Suites up to TLS 1.2.
    Ciphers,
    /// Suites of TLS 1.3.
    Tls13Suites,
    /// Groups.
    Groups,
    /// 0-RTT.
    EarlyData,
    /// Tickets on or off.
    SessionTickets,
    /// Session cache, timeout and ticket keys.
    SessionCache,
    /// OCSP stapling.
    Stapling,
    /// Client certificates.
    ClientAuth,
    /// Anything else.
    Other,
}

/// A TLS word written in a block, whether or not it has an effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsWord {
    /// The word: `ssl_protocols`.
    pub name: Cow<'static, str>,
    /// The whole statement.
    pub span: Span,
    /// What it sets.
    pub kind: WordKind,
    /// The statement as written, for messages.
    pub text: String,
}

/// TLS settings of one virtual server, after inheritance.
#[derive(Debug, Clone)]
pub struct TlsSettings {
    /// The versions that are switched on.
    pub protocols: Setting<ProtocolSet>,
    /// A minimum given to the library apart from the list.
    pub min_protocol: Option<Setting<ProtocolVersion>>,
    /// A maximum given to the library apart from the list.
    pub max_protocol: Option<Setting<ProtocolVersion>>,
    /// Suites up to TLS 1.2, in OpenSSL's cipher-list language.
    pub ciphers: Setting<LibraryText>,
    /// Suites of TLS 1.3; `None` for the library's default.
    pub ciphersuites: Option<Setting<LibraryText>>,
    /// The signature algorithms it may use; `None` for those of the library.
    pub signatures: Option<Setting<LibraryText>>,
    /// Groups for the key exchange.
    pub groups: Setting<GroupList>,
    /// Whether the server's order of suites rules.
    pub server_preference: Setting<bool>,
    /// Whether ChaCha20 moves up for clients that put it first.
    pub prioritize_chacha: bool,
    /// Certificates in the order written.
    pub certificates: Vec<CertificateRef>,
    /// Whether certificates, keys and authorities are loaded when the software starts, which it does not
    /// do without them.
    pub loads_files: bool,
    /// Pass phrases for the keys.
    pub pass_phrases: Option<Setting<FileRef>>,
    /// The list of suites whose security level counts while certificates are loaded; `None` where that
    /// is the system's.
    pub ciphers_at_load: Option<Setting<LibraryText>>,
    /// The list of suites whose security level counts while parameters for DHE are loaded.
    pub ciphers_at_dh: Setting<LibraryText>,
    /// Parameters for DHE.
    pub dh_params: Option<Setting<FileRef>>,
    /// The bits of the parameters that the software brings along, used where none are named.
    pub builtin_dh_bits: Option<u32>,
    /// Whether the software refuses to start where the library refuses the parameters; else they are
    /// passed over in silence.
    pub dh_params_must_load: bool,
    /// Whether those that the software brings along take the place of named ones that the library refuses.
    pub builtin_dh_replaces: bool,
    /// Client certificates.
    pub client_auth: ClientAuth,
    /// Whether tickets are issued.
    pub session_tickets: Setting<bool>,
    /// Files of ticket keys.
    pub ticket_keys: Vec<Setting<FileRef>>,
    /// How many bytes such a file may hold.
    pub ticket_key_sizes: &'static [u64],
    /// Where sessions are kept.
    pub session_cache: Setting<SessionCache>,
    /// Whether 0-RTT data is accepted.
    pub early_data: Setting<bool>,
    /// Whether replays of 0-RTT data are refused by the library, or known to the application.
    pub replay_guard: Option<Span>,
    /// Whether OCSP responses are stapled.
    pub stapling: Setting<bool>,
    /// A file with the response to staple.
    pub stapling_file: Option<Setting<FileRef>>,
    /// The responder to ask instead of the one that the certificate names.
    pub stapling_responder: Option<Setting<Spanned>>,
    /// Whether every handshake is refused with `unrecognized_name`.
    pub reject_handshake: Setting<bool>,
    /// Code decides at run time about certificates or protocols; the place that says so.
    pub scripted: Option<Span>,
    /// What is told to the library after everything else.
    pub commands: LibraryCommands,
    /// TLS words written in this very block.
    pub written: Vec<TlsWord>,
    /// A file that is not at hand may set more, so that nothing here is absent for certain.
    pub incomplete: Option<Span>,
}
