//! Private keys as nginx's `ssl_certificate_key` has OpenSSL read them (`PEM_read_bio_PrivateKey`).
//!
//! Of a key nothing is kept but its public half: which one it is, never a byte of the private one. Since
//! 3.0 OpenSSL passes over blocks that it cannot read and takes the first that it can; before, the first
//! block with the label of a key decided (measured with 1.1.1w, 3.0.22, 3.5.7 and 3.6.5).

mod content;

use super::key::{Key, KeyId};
use super::pem::{Block, MAX_BLOCKS, PemError, Reader};
use crate::source::{FileId, Span};
use crate::tls::openssl::OpenSslVersion;
use content::Content;
use std::fmt;
use zeroize::Zeroize;

/// What a file named as a private key holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateKeyFile {
    /// The file.
    pub file: FileId,
    /// The key that a server loads, or why there is none.
    pub held: Held,
}

/// What stands in the place of a private key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// A key.
    Key(PrivateKey),
    /// A key that takes a pass phrase; the line that begins it.
    Encrypted(Span),
    /// Something that OpenSSL may be able to read; the line that begins it.
    NotUnderstood(Span),
    /// Nothing that OpenSSL can read.
    Nothing(KeyError),
}

/// A private key, as far as anyone may know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrivateKey {
    /// Its kind and size, and which one it is.
    pub key: Key,
    /// Public keys that it was held against in vain, where it does not say itself which one it is.
    strangers: Vec<KeyId>,
    /// The line that begins it.
    pub span: Span,
}

impl PrivateKey {
    /// Whether it is the private half of a public key, by what OpenSSL compares: RSA's modulus and
    /// exponent, the point beside an elliptic curve's key, else the point that it leads to. `None` where
    /// that cannot be told here.
    pub fn belongs_to(&self, public: &Key) -> Option<bool> {
        if self.key.shares_place(public) == Some(false) {
            return Some(false);
        }
        let id = public.id?;
        match self.key.id {
            Some(own) => Some(own == id),
            None if self.strangers.contains(&id) => Some(false),
            // Keys of one curve only have the same label.
            None => (self.key.kind == public.kind && self.key.bits != public.bits).then_some(false),
        }
    }
}

/// Why no key can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyError {
    /// What it is.
    pub kind: KeyErrorKind,
    /// The first line of the block; the beginning of the file where there is none.
    pub span: Span,
}

/// The ways in which reading a private key fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyErrorKind {
    /// There is no private key in PEM: an empty file, DER, a certificate alone.
    NoStartLine,
    /// A block that cannot be read.
    Pem(PemError),
    /// Header lines that do not speak of encryption.
    Header,
    /// The content is no key of the kind that the label promises.
    Asn1,
}

impl fmt::Display for KeyErrorKind {
    /// OpenSSL's words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyErrorKind::NoStartLine => f.write_str("no start line"),
            KeyErrorKind::Pem(error) => error.fmt(f),
            KeyErrorKind::Header => f.write_str("not proc type"),
            KeyErrorKind::Asn1 => f.write_str("ASN1 lib"),
        }
    }
}

/// Labels of keys that OpenSSL looks at. An `OPENSSH PRIVATE KEY` is none.
const LABELS: [&str; 5] =
    ["PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "DSA PRIVATE KEY"];

fn is_key(label: &str) -> bool {
    LABELS.contains(&label)
}

impl PrivateKeyFile {
    /// Reads the content of a file. A key on an elliptic curve that does not say which public key is its
    /// own is held against those of `partners`.
    pub fn read(bytes: &[u8], file: FileId, openssl: OpenSslVersion, partners: &[&Key]) -> PrivateKeyFile {
        let passes_over = openssl.at_least(3, 0, 0);
        let mut error = None;
        let mut held = None;
        let mut reader = Reader::new(bytes, openssl, is_key);
        for count in 0.. {
            if count == MAX_BLOCKS {
                held = Some(Held::NotUnderstood(Span::new(file, 0..0)));
                break;
            }
            let found = match reader.next() {
                None if passes_over && reader.can_go_on() => continue,
                None => break,
                Some(Ok(mut block)) if is_key(&block.label) => {
                    let span = first_line(&block, file);
                    let found = of_block(&block, span, openssl, partners);
                    block.der.zeroize();
                    found
                }
                Some(Ok(_)) => continue,
                Some(Err((error, line))) => {
                    let span = Span::new(file, line);
                    Held::Nothing(KeyError { kind: KeyErrorKind::Pem(error), span })
                }
            };
            match found {
                // Since 3.0 only a wrong header ends the search.
                Held::Nothing(of_block) if passes_over && of_block.kind != KeyErrorKind::Header => {
                    error = error.or(Some(of_block));
                }
                found => {
                    held = Some(found);
                    break;
                }
            }
        }
        let nothing = KeyError { kind: KeyErrorKind::NoStartLine, span: Span::new(file, 0..0) };
        let held = held.unwrap_or(Held::Nothing(error.unwrap_or(nothing)));
        PrivateKeyFile { file, held }
    }

    /// The line that begins the key, where there is one.
    pub fn span(&self) -> Option<Span> {
        match &self.held {
            Held::Key(PrivateKey { span, .. }) | Held::Encrypted(span) | Held::NotUnderstood(span) => {
                Some(*span)
            }
            Held::Nothing(_) => None,
        }
    }

    /// The key, where it can be read without a pass phrase.
    pub fn key(&self) -> Option<&PrivateKey> {
        match &self.held {
            Held::Key(key) => Some(key),
            _ => None,
        }
    }
}

fn first_line(block: &Block, file: FileId) -> Span {
    let start = block.span.start;
    Span::new(file, start..start + "-----BEGIN -----".len() + block.label.len())
}

fn of_block(block: &Block, span: Span, openssl: OpenSslVersion, partners: &[&Key]) -> Held {
    if block.encrypted || block.label == "ENCRYPTED PRIVATE KEY" {
        return Held::Encrypted(span);
    }
    if block.header {
        return Held::Nothing(KeyError { kind: KeyErrorKind::Header, span });
    }
    if block.oversized {
        return Held::NotUnderstood(span);
    }
    match content::read(&block.label, &block.der, openssl, partners) {
        Content::Key { key, strangers } => Held::Key(PrivateKey { key, strangers, span }),
        Content::Broken => Held::Nothing(KeyError { kind: KeyErrorKind::Asn1, span }),
        Content::NotUnderstood => Held::NotUnderstood(span),
    }
}
