//! A certificate file as a server loads it: the leaf, then what is sent behind it.

use super::certificate::{Certificate, Unread};
use super::outline;
use super::pem::{self, Block, PemError};
use super::revocation::RevocationList;
use crate::source::{FileId, Span};
use crate::tls::openssl::OpenSslVersion;
use std::fmt;

/// What a certificate file holds, read as nginx reads `ssl_certificate`: the first certificate with
/// `PEM_read_bio_X509_AUX`, the others with `PEM_read_bio_X509` until there are none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFile {
    /// The file.
    pub file: FileId,
    /// The leaf and what is sent after it, in the file's order; where there is an error, what stands
    /// before it, though a server then loads nothing.
    pub certificates: Vec<Certificate>,
    /// Whether a private key stands in the file, encrypted or not, before any error.
    pub has_key: bool,
    /// The first line of the first private key in it that takes no pass phrase.
    pub clear_key: Option<Span>,
    /// What keeps a server from loading the file.
    pub error: Option<FileError>,
    /// The revocation lists in it, before any block that cannot be read.
    pub revocations: Vec<RevocationList>,
    /// A revocation list that cannot be read, or a block before one.
    pub revocations_error: Option<FileError>,
    /// Lines that begin certificates to people, and none to a server: it reads on behind them.
    pub passed_over: Vec<(PassedOver, Span)>,
    /// What it looks like that is not read.
    pub wrapping: Option<Wrapping>,
    /// Whether a block has trust settings beside the certificate.
    pub has_trust_settings: bool,
    /// Whether there are more blocks than are looked at, so that nothing can be said of all of them.
    pub more: bool,
    /// Whether a block is labelled a certificate without trust settings.
    pub has_plain: bool,
}

/// Why a certificate that stands in a file is not loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PassedOver {
    /// There is something before the dashes of its first line.
    Indented,
    /// It has trust settings, and is not the first.
    Trusted,
}

/// Other ways to keep certificates than PEM's blocks of one each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrapping {
    /// The bare DER of a certificate or a key.
    Der,
    /// PKCS#12: a key with its certificates.
    Pkcs12,
    /// PKCS#7: certificates in one block of PEM.
    Pkcs7,
}

impl Wrapping {
    /// What a file with these blocks looks like.
    pub fn of(bytes: &[u8], blocks: &[Block]) -> Option<Wrapping> {
        let is_pkcs7 = |block: &Block| matches!(&*block.label, "PKCS7" | "PKCS #7 SIGNED DATA" | "CMS");
        match bytes {
            _ if outline::is_pkcs12(bytes) => Some(Wrapping::Pkcs12),
            [0x30, 0x80..=0xFF, ..] => Some(Wrapping::Der),
            _ => blocks.iter().any(is_pkcs7).then_some(Wrapping::Pkcs7),
        }
    }

    /// What it is, and what makes PEM of it.
    pub fn remedy(self, file: &str) -> (&'static str, String) {
        match self {
            Wrapping::Der => (
                "it looks like DER, which is not read",
                format!("`openssl x509 -inform DER -in {file} -out …`"),
            ),
            Wrapping::Pkcs12 => (
                "it looks like PKCS#12, which is not read",
                format!(
                    "`openssl pkcs12 -in {file} -nokeys -out …` takes the certificates out of it, `-nocerts` the key"
                ),
            ),
            Wrapping::Pkcs7 => (
                "a block of PKCS#7 stands in it, which is not read",
                format!("`openssl pkcs7 -in {file} -print_certs -out …`"),
            ),
        }
    }
}

/// What keeps a certificate file from being loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileError {
    /// What it is.
    pub kind: FileErrorKind,
    /// The first line of the block; the beginning of the file where there is none.
    pub span: Span,
}

/// The ways in which reading a certificate file fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileErrorKind {
    /// There is no certificate in PEM: an empty file, DER, PKCS#12, a key alone.
    NoStartLine,
    /// A block that cannot be read, whatever its label.
    Pem(PemError),
    /// Header lines before a certificate, which OpenSSL takes for encryption; its words vary.
    Header,
    /// The content is no certificate.
    Asn1,
    /// The content says that so many more bytes belong to it.
    Cut(usize),
    /// Behind the first certificate stand no trust settings, which is all that may stand there. Where
    /// authorities are read, nobody looks.
    Trailing,
    /// The content cannot be read here; OpenSSL may well be able to.
    NotUnderstood,
}

impl FileErrorKind {
    /// Whether a real server fails too. What is unknown here may be all right there.
    pub fn certain(self) -> bool {
        self != FileErrorKind::NotUnderstood
    }
}

impl FileErrorKind {
    /// What is wrong in plain words: in short, and at the block.
    pub fn plain(self) -> (&'static str, String) {
        let (short, block) = match self {
            FileErrorKind::NoStartLine => ("no certificate", "no line begins a certificate"),
            FileErrorKind::Pem(error) => (error.words(), error.words()),
            FileErrorKind::Header => (
                "a block with header lines",
                "an empty line, or a colon, makes header lines of what stands before it",
            ),
            FileErrorKind::Asn1 => {
                ("a block that holds nothing of its kind", "what it holds is not what its label says")
            }
            FileErrorKind::Cut(1) => ("a block that is cut off", "one byte is missing at its end"),
            FileErrorKind::Cut(missing) => {
                return ("a block that is cut off", format!("{missing} bytes are missing at its end"));
            }
            FileErrorKind::Trailing => {
                ("bytes behind the first certificate", "its content goes on behind the certificate")
            }
            FileErrorKind::NotUnderstood => ("something not understood here", "not understood here"),
        };
        (short, block.to_owned())
    }
}

impl fmt::Display for FileErrorKind {
    /// OpenSSL's words where it has any.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FileErrorKind::NoStartLine => f.write_str("no start line"),
            FileErrorKind::Pem(error) => error.fmt(f),
            FileErrorKind::Header => f.write_str("header lines before a certificate"),
            FileErrorKind::Asn1 | FileErrorKind::Cut(_) | FileErrorKind::Trailing => f.write_str("ASN1 lib"),
            FileErrorKind::NotUnderstood => f.write_str("certificate not understood"),
        }
    }
}

impl CertificateFile {
    /// Reads the content of a file.
    pub fn read(bytes: &[u8], file: FileId, openssl: OpenSslVersion) -> CertificateFile {
        let pem = pem::blocks(bytes, openssl);
        let has_key = pem.blocks.iter().any(Block::is_private_key);
        let is_clear = |block: &&Block| {
            block.is_private_key() && !block.encrypted && block.label != "ENCRYPTED PRIVATE KEY"
        };
        let clear_key = pem.blocks.iter().find(is_clear).map(|block| first_line(block, file));
        let mut certificates = Vec::new();
        let (mut error, mut trailing) = (None, None);
        for block in &pem.blocks {
            if !is_read(&block.label, certificates.is_empty()) {
                continue;
            }
            match certificate(block, file) {
                Ok(certificate) => {
                    if certificates.is_empty() && has_other_behind(block, &certificate) {
                        let span = first_line(block, file);
                        trailing = Some(FileError { kind: FileErrorKind::Trailing, span });
                    }
                    certificates.push(certificate);
                }
                Err(kind) => {
                    error = Some(FileError { kind, span: first_line(block, file) });
                    break;
                }
            }
        }
        let mut passed_over = indented(bytes, file);
        let certificate_blocks = pem.blocks.iter().filter(|block| is_read(&block.label, true)).skip(1);
        let trusted = certificate_blocks.filter(|block| block.label == pem::TRUSTED_CERTIFICATE);
        passed_over.extend(trusted.map(|block| (PassedOver::Trusted, first_line(block, file))));
        let (revocations, revocations_error) = revocations(&pem.blocks, file);
        let has_trust_settings = pem.blocks.iter().any(|block| block.label == pem::TRUSTED_CERTIFICATE);
        let has_plain = pem.blocks.iter().any(|block| pem::CERTIFICATE.contains(&&*block.label));
        let unreadable =
            |(error, line)| FileError { kind: FileErrorKind::Pem(error), span: Span::new(file, line) };
        let nothing = FileError { kind: FileErrorKind::NoStartLine, span: Span::new(file, 0..0) };
        let cut = FileError { kind: FileErrorKind::NotUnderstood, span: nothing.span };
        let broken = pem.error.map(unreadable).or(pem.more.then_some(cut));
        let error = error.or(broken).or(trailing).or_else(|| certificates.is_empty().then_some(nothing));
        let revocations_error = revocations_error.or(broken);
        CertificateFile {
            file,
            certificates,
            has_key,
            clear_key,
            error,
            revocations,
            revocations_error,
            passed_over,
            wrapping: Wrapping::of(bytes, &pem.blocks),
            has_trust_settings,
            more: pem.more,
            has_plain,
        }
    }

    /// Whether all that is wrong is that there are more blocks than are looked at here.
    pub fn is_cut_short(&self) -> bool {
        let is_cut = |error: FileError| {
            error.kind == FileErrorKind::NotUnderstood && error.span == Span::new(self.file, 0..0)
        };
        self.more && self.error.is_some_and(is_cut)
    }

    /// Whether all that is wrong is what follows the first certificate in its block.
    pub fn is_followed_by_other(&self) -> bool {
        self.error.is_some_and(|error| error.kind == FileErrorKind::Trailing)
    }

    /// The certificate a server proves to be its own.
    pub fn leaf(&self) -> Option<&Certificate> {
        self.certificates.first()
    }
}

/// Whether a block is taken for a certificate: one with trust settings only as the leaf.
fn is_read(label: &str, leaf: bool) -> bool {
    pem::CERTIFICATE.contains(&label) || (leaf && label == pem::TRUSTED_CERTIFICATE)
}

/// Whether something else than trust settings follows a certificate in its block (`d2i_X509_AUX`).
fn has_other_behind(block: &Block, certificate: &Certificate) -> bool {
    let behind = block.der.get(certificate.der().len()..).unwrap_or_default();
    !behind.is_empty() && outline::fails(behind, outline::TRUST_SETTINGS)
}

/// First lines of certificates with blanks before the dashes, which OpenSSL does not see (`get_name` in
/// `crypto/pem/pem_lib.c`).
fn indented(bytes: &[u8], file: FileId) -> Vec<(PassedOver, Span)> {
    const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
    const MOST: usize = 8;
    let blank = |place: &usize| {
        let before = place.checked_sub(1).and_then(|before| bytes.get(before));
        matches!(before, Some(b' ' | b'\t'))
    };
    let places = memchr::memmem::find_iter(bytes, BEGIN).filter(blank).take(MOST);
    places.map(|place| (PassedOver::Indented, Span::new(file, place..place + BEGIN.len()))).collect()
}

fn first_line(block: &Block, file: FileId) -> Span {
    let start = block.span.start;
    Span::new(file, start..start + "-----BEGIN -----".len() + block.label.len())
}

/// The revocation lists up to the first that cannot be read.
fn revocations(blocks: &[Block], file: FileId) -> (Vec<RevocationList>, Option<FileError>) {
    let mut lists = Vec::new();
    for block in blocks.iter().filter(|block| block.label == pem::REVOCATION_LIST) {
        let span = first_line(block, file);
        let kind = match RevocationList::read(&block.der, span) {
            _ if block.header => FileErrorKind::Header,
            _ if block.oversized => FileErrorKind::NotUnderstood,
            Ok(list) => {
                lists.push(list);
                continue;
            }
            Err(Unread::Broken) => FileErrorKind::Asn1,
            Err(Unread::NotUnderstood) => FileErrorKind::NotUnderstood,
        };
        return (lists, Some(FileError { kind, span }));
    }
    (lists, None)
}

fn certificate(block: &Block, file: FileId) -> Result<Certificate, FileErrorKind> {
    if block.header {
        return Err(FileErrorKind::Header);
    }
    if block.oversized {
        let is_none = outline::begins_otherwise(&block.der);
        return Err(if is_none { FileErrorKind::Asn1 } else { FileErrorKind::NotUnderstood });
    }
    let span = Span::new(file, block.span.clone());
    Certificate::read(&block.der, span).map_err(|unread| match unread {
        Unread::Broken => outline::missing(&block.der).map_or(FileErrorKind::Asn1, FileErrorKind::Cut),
        Unread::NotUnderstood => FileErrorKind::NotUnderstood,
    })
}
