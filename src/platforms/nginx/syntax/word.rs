//! From the bytes of a word to the value nginx works with.

use std::borrow::Cow;

/// nginx reads through a buffer of this many bytes and keeps a word, or a comment, within one filling.
const BUFFER: usize = 4096;

/// What a word means. Only six escapes are rewritten; every other backslash stays, so that regular
/// expressions need not double theirs.
pub(super) fn unescape(raw: &[u8]) -> Cow<'_, [u8]> {
    if !raw.contains(&b'\\') {
        return Cow::Borrowed(raw);
    }
    let mut value = Vec::with_capacity(raw.len());
    let mut bytes = raw.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        let rewritten = match (byte, bytes.peek()) {
            (b'\\', Some(&b @ (b'"' | b'\'' | b'\\'))) => Some(b),
            (b'\\', Some(b't')) => Some(b'\t'),
            (b'\\', Some(b'r')) => Some(b'\r'),
            (b'\\', Some(b'n')) => Some(b'\n'),
            _ => None,
        };
        if rewritten.is_some() {
            bytes.next();
        }
        value.push(rewritten.unwrap_or(byte));
    }
    if value.len() == raw.len() { Cow::Borrowed(raw) } else { Cow::Owned(value) }
}

/// Whether the buffer runs out under a word that begins (after its quote) at `start`, when `next` is the
/// first byte after the word (and its quote).
///
/// The byte that ends a word must still fit. A blank does not let go of the word before it: nginx looks
/// at the byte after the blank first, so a word may be one byte longer before `;` than before a blank.
pub(super) fn outgrows_buffer(text: &[u8], start: usize, next: usize) -> bool {
    let held = match text.get(next) {
        Some(b) if super::lexer::is_blank(*b) => next + 1 - start,
        _ => next - start,
    };
    held >= BUFFER && text.len() > start + BUFFER
}

/// Whether the buffer runs out under a comment from `start` to before `end`.
pub(super) fn comment_outgrows_buffer(text: &[u8], start: usize, end: usize) -> bool {
    end - start >= BUFFER && text.len() > start + BUFFER
}

/// Whether the closing quote, `end` being one past it, lies beyond the buffer: nginx then suspects that
/// it is missing.
pub(super) fn quote_out_of_sight(start: usize, end: usize) -> bool {
    end - start > BUFFER
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_escapes_are_rewritten_and_the_others_stay() {
        assert_eq!(&*unescape(br#"\"\'\\\t\r\n"#), b"\"'\\\t\r\n");
        assert_eq!(&*unescape(br"~\.x\d\;\ \{\\."), br"~\.x\d\;\ \{\.");
        assert_eq!(&*unescape(b"\\"), b"\\");
        assert!(matches!(unescape(br"\.com"), Cow::Borrowed(_)));
    }
}
