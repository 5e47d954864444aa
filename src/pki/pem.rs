//! PEM as OpenSSL's `PEM_read_bio` reads it (`crypto/pem/pem_lib.c`, `crypto/evp/encode.c`).
//!
//! What no general PEM reader does alike, and servers live by: a line is what `fgets` returns, so
//! one longer than 254 bytes is several; bytes up to the space and, where `char` is signed as on
//! x86-64, beyond ASCII go from the ends of lines but stay at the beginnings; one bad block ends
//! the reading, whatever its label; base64 ends at the first `-`.

use crate::tls::openssl::OpenSslVersion;
use std::fmt;
use std::ops::Range;
use zeroize::Zeroize;

/// What a file holds up to the first block that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocks {
    /// The blocks in their order.
    pub blocks: Vec<Block>,
    /// What ended the reading before the end of the file, and the first line of that block.
    pub error: Option<(PemError, Range<usize>)>,
    /// Whether there are more than [`MAX_BLOCKS`], the rest of which was not looked at.
    pub more: bool,
}

/// One block between `-----BEGIN …-----` and `-----END …-----`.
#[derive(Clone, PartialEq, Eq)]
pub struct Block {
    /// The label, such as `CERTIFICATE`.
    pub label: String,
    /// The content of a certificate or revocation list. Empty for every other label: keys are checked,
    /// not kept, except where [`PrivateKeyFile`](super::PrivateKeyFile) asks for them.
    pub der: Vec<u8>,
    /// Whether header lines such as `Proc-Type` stand before the content.
    pub header: bool,
    /// Whether they say that the content is encrypted (RFC 1421 section 4.6.1.1).
    pub encrypted: bool,
    /// Whether it is longer than anything that is worth a look; of its content only the first line is
    /// checked and kept.
    pub oversized: bool,
    /// From the first hyphen to the last.
    pub span: Range<usize>,
}

impl fmt::Debug for Block {
    /// Never the content, which may be a key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Block").field("label", &self.label).field("span", &self.span).finish_non_exhaustive()
    }
}

impl Block {
    /// Whether this is a private key, encrypted or not.
    pub fn is_private_key(&self) -> bool {
        self.label.ends_with("PRIVATE KEY")
    }
}

/// Why a block cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PemError {
    /// There is no end, the end has another label or something behind it, or lines after an empty
    /// one are of wrong length.
    BadEndLine,
    /// What should be base64 is not.
    BadBase64,
    /// There is no content. OpenSSL gives no reason.
    Empty,
}

impl PemError {
    /// OpenSSL's words where it has any.
    pub fn words(self) -> &'static str {
        match self {
            PemError::BadEndLine => "bad end line",
            PemError::BadBase64 => "bad base64 decode",
            PemError::Empty => "no data in PEM block",
        }
    }
}

impl fmt::Display for PemError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.words())
    }
}

/// Labels of certificates. `CERTIFICATE` stands first for what servers send.
pub const CERTIFICATE: [&str; 2] = ["CERTIFICATE", "X509 CERTIFICATE"];
/// The label of a certificate with trust settings, which OpenSSL takes for a leaf only.
pub const TRUSTED_CERTIFICATE: &str = "TRUSTED CERTIFICATE";
/// The bytes of base64 beyond which a block is not looked into: 1 MiB. Only revocation lists come near.
const MAX_BLOCK: usize = 1 << 20;
/// The blocks of a file beyond which it is not looked into: an order of magnitude more than the largest
/// collections of authorities hold.
pub const MAX_BLOCKS: usize = 4096;
/// The label of a certificate revocation list.
pub const REVOCATION_LIST: &str = "X509 CRL";

/// Whether a file looks like PEM: a line of it begins a block.
pub fn begins_a_block(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let begins = |line: &[u8]| {
        let line = line.trim_ascii_end();
        line.starts_with(b"-----BEGIN ") && line.ends_with(b"-----")
    };
    bytes.split(|b| *b == b'\n').any(begins)
}

/// Reads all blocks up to the first bad one.
pub fn blocks(bytes: &[u8], openssl: OpenSslVersion) -> Blocks {
    let mut blocks = Vec::new();
    for block in Reader::new(bytes, openssl, is_public) {
        match block {
            Ok(_) if blocks.len() == MAX_BLOCKS => return Blocks { blocks, error: None, more: true },
            Ok(block) => blocks.push(block),
            Err(error) => return Blocks { blocks, error: Some(error), more: false },
        }
    }
    Blocks { blocks, error: None, more: false }
}

/// What is kept of everything that is read.
fn is_public(label: &str) -> bool {
    CERTIFICATE.contains(&label) || label == TRUSTED_CERTIFICATE || label == REVOCATION_LIST
}

/// Reads block after block; whoever reads on behind a bad one begins where OpenSSL would.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    openssl: OpenSslVersion,
    /// Of which labels the content is kept.
    keep: fn(&str) -> bool,
}

impl Iterator for Reader<'_> {
    type Item = Result<Block, (PemError, Range<usize>)>;

    fn next(&mut self) -> Option<Self::Item> {
        let begin = self.begin()?;
        Some(self.block(&begin).map_err(|error| (error, begin.span)))
    }
}

/// What one call of `BIO_gets` returns, without what OpenSSL strips at the end.
struct Line<'a> {
    text: &'a [u8],
    start: usize,
    /// The line of the file goes on behind it.
    partial: bool,
}

struct Begin {
    label: String,
    span: Range<usize>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], openssl: OpenSslVersion, keep: fn(&str) -> bool) -> Self {
        Reader { bytes, at: 0, openssl, keep }
    }

    /// Whether the reading ended at a NUL rather than at the end. Since 3.0 OpenSSL's decoder tries again
    /// behind it when it looks for a key, and so may the caller.
    pub(super) fn can_go_on(&self) -> bool {
        self.at < self.bytes.len()
    }

    /// The next line; none at the end and, as `BIO_gets` returns `strlen`, before a NUL.
    fn line(&mut self) -> Option<Line<'a>> {
        let longest = if self.openssl.at_least(1, 1, 1) { 254 } else { 253 };
        let start = self.at;
        let rest = self.bytes.get(start..).unwrap_or_default();
        let rest = rest.get(..longest).unwrap_or(rest);
        let ended = rest.iter().position(|b| *b == b'\n');
        let chunk = rest.get(..ended.map_or(rest.len(), |n| n + 1)).unwrap_or(rest);
        self.at = start + chunk.len();
        let text = chunk.split(|b| *b == 0).next().unwrap_or_default();
        if text.is_empty() {
            return None;
        }
        let kept = text.iter().rposition(|b| *b > b' ' && b.is_ascii()).map_or(0, |n| n + 1);
        let partial = text.len() == longest && ended.is_none();
        Some(Line { text: text.get(..kept).unwrap_or_default(), start, partial })
    }

    /// Goes to the next line that begins a block. A byte order mark in the first line looked at
    /// counts for nothing since 3.0.
    fn begin(&mut self) -> Option<Begin> {
        let mut first = true;
        loop {
            let Line { mut text, mut start, .. } = self.line()?;
            if first
                && self.openssl.at_least(3, 0, 0)
                && let Some(rest) = text.strip_prefix(b"\xEF\xBB\xBF")
            {
                (text, start) = (rest, start + 3);
            }
            first = false;
            let label = text.strip_prefix(b"-----BEGIN ").and_then(|rest| rest.strip_suffix(b"-----"));
            if let Some(label) = label {
                let label = String::from_utf8_lossy(label).into_owned();
                return Some(Begin { label, span: start..start + text.len() });
            }
        }
    }

    /// Reads the rest of a block (`get_header_and_data`).
    fn block(&mut self, begin: &Begin) -> Result<Block, PemError> {
        let end = format!("-----END {}-----", begin.label);
        let mut header: Vec<&[u8]> = Vec::new();
        let mut body: Vec<&[u8]> = Vec::new();
        let mut part = Part::Either;
        let (mut last, mut partial) = (false, false);
        let mut oversized = false;
        let span = loop {
            let line = self.line().ok_or(PemError::BadEndLine)?;
            let continued = std::mem::replace(&mut partial, line.partial);
            if part == Part::Either && line.text.contains(&b':') {
                part = Part::Header;
            }
            if line.text.is_empty() {
                match part {
                    _ if continued => {}
                    Part::Body => return Err(PemError::BadEndLine),
                    Part::Either | Part::Header => part = Part::Body,
                }
                continue;
            }
            if line.text.starts_with(b"-----END ") {
                if line.text != end.as_bytes() {
                    return Err(PemError::BadEndLine);
                }
                break begin.span.start..line.start + line.text.len();
            }
            if last {
                return Err(PemError::BadEndLine);
            }
            oversized |= line.start - begin.span.start > MAX_BLOCK;
            if oversized {
                body.truncate(1);
                header.truncate(1);
            }
            if part == Part::Body {
                body.push(line.text);
                if line.text.len() > 64 {
                    return Err(PemError::Empty);
                }
                last = line.text.len() < 64;
            } else {
                header.push(line.text);
            }
        };
        if part == Part::Either {
            body = std::mem::take(&mut header);
        }
        let keep = (self.keep)(&begin.label);
        let der = match oversized {
            true => decode(body.get(..1).unwrap_or_default(), keep).unwrap_or_default(),
            false => decode(&body, keep)?,
        };
        let encrypted = header.first().is_some_and(|line| is_encrypted(line));
        let header = !header.is_empty();
        Ok(Block { label: begin.label.clone(), der, header, encrypted, oversized, span })
    }
}

/// Whether the first header line says so (`PEM_get_EVP_CIPHER_INFO`).
fn is_encrypted(line: &[u8]) -> bool {
    let words = line.strip_prefix(b"Proc-Type:").map(<[u8]>::trim_ascii_start);
    let kind = words.and_then(|words| words.strip_prefix(b"4,")).map(<[u8]>::trim_ascii);
    kind == Some(b"ENCRYPTED")
}

/// Where in a block a line stands; only an empty line or a colon tells header from body.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Either,
    Header,
    Body,
}

/// Decodes base64 as `EVP_DecodeUpdate` does: blanks anywhere, padding last, the first `-` ends it,
/// spare bits are not looked at. Nothing is returned unless it is to be kept.
fn decode(lines: &[&[u8]], keep: bool) -> Result<Vec<u8>, PemError> {
    // What grows leaves copies behind, which for keys must not be.
    let size = if keep { lines.iter().map(|line| line.len()).sum::<usize>() / 4 * 3 + 3 } else { 0 };
    let mut out = Vec::with_capacity(size);
    let decoded = decode_into(lines, keep, &mut out);
    if decoded.is_err() {
        out.zeroize();
    }
    decoded.map(|()| out)
}

fn decode_into(lines: &[&[u8]], keep: bool, out: &mut Vec<u8>) -> Result<(), PemError> {
    let (mut group, mut count, mut padding) = (0u32, 0usize, 0usize);
    for byte in lines.iter().flat_map(|line| line.iter()) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => 0,
            b' ' | b'\t' | b'\r' => continue,
            b'-' => break,
            _ => return Err(PemError::BadBase64),
        };
        padding += usize::from(*byte == b'=');
        if padding > 2 || (padding > 0 && *byte != b'=') {
            return Err(PemError::BadBase64);
        }
        group = (group << 6 | u32::from(value)) & 0xFF_FFFF;
        count += 1;
        if count.is_multiple_of(4) && keep {
            out.extend_from_slice(&group.to_be_bytes()[1..4 - padding]);
        }
    }
    match count {
        n if !n.is_multiple_of(4) => Err(PemError::BadBase64),
        0 => Err(PemError::Empty),
        _ => Ok(()),
    }
}
