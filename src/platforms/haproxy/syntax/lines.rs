//! The lines of a file, as `fgets` and `strlen` see them.

use super::error::SyntaxErrorKind;
use super::lexer::skip_blanks;

/// A line that HAProxy looks at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// The number, from 1.
    pub(super) number: u32,
    /// The first byte that is no blank.
    pub(super) start: usize,
    /// One past the last byte: a line feed or a NUL follows, or nothing.
    pub(super) end: usize,
    /// What is wrong with its end, noticed once it is read.
    pub(super) fault: Option<SyntaxErrorKind>,
}

/// Every line of a file.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = Line> {
    let (mut at, mut number) = (0, 0);
    std::iter::from_fn(move || {
        let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
        let line_feed = memchr::memchr(b'\n', rest);
        let length = line_feed.unwrap_or(rest.len());
        let nul = memchr::memchr(0, &rest[..length]);
        let end = at + nul.unwrap_or(length);
        let start = at + skip_blanks(&bytes[at..end]);
        at += length + 1;
        number += 1;
        let last = at >= bytes.len();
        let fault = match (nul, line_feed) {
            // Only a further line shows HAProxy that there was more behind the NUL.
            (Some(_), _) if !last => Some(SyntaxErrorKind::Nul),
            (Some(_), _) | (None, None) => Some(SyntaxErrorKind::MissingLineFeed),
            (None, Some(_)) => None,
        };
        Some(Line { number, start, end, fault })
    })
}
