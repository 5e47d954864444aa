//! Files as the parsers see them: bytes with a name, and spans that point into them.
//!
//! Configuration files are bytes: nginx has no notion of an encoding, so neither has a [`Source`].
//! Text is decoded only for people, with one replacement character for each undecodable sequence.

use crate::secrets;
use std::borrow::Cow;
use std::path::{Path, PathBuf};

/// Bytes as text, undecodable ones replaced; text that is sound, as nearly all is, costs next to nothing.
pub fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(bytes),
    }
}

/// A file of one run; index into [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A half-open range of bytes in one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte, counted from 0.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span over `range` of `file`; offsets past 4 GiB saturate.
    pub fn new(file: FileId, range: std::ops::Range<usize>) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Span { file, start: clamp(range.start), end: clamp(range.end.max(range.start)) }
    }

    /// The bytes as a range to slice with.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// From the start of `self` to the end of `other`, which lies in the same file.
    pub fn to(self, other: Span) -> Span {
        Span { end: other.end.max(self.end), ..self }
    }

    /// The empty place before the last byte, where words can be added to a statement that one byte ends.
    pub fn before_last(self) -> Self {
        let at = self.end.saturating_sub(1).max(self.start);
        Span { start: at, end: at, ..self }
    }

    /// Whether `other` lies within `self`.
    pub fn contains(self, other: Span) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }
}

/// A place as people count it: both from 1, columns in Unicode scalar values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line; only LF ends one.
    pub line: usize,
    /// Column in Unicode scalar values.
    pub column: usize,
}

/// One input: its name as it is shown to people, and its bytes.
#[derive(Debug, Clone)]
pub struct Source {
    /// The name shown: relative to where the run began when it lies below.
    pub path: PathBuf,
    /// The content.
    pub bytes: Vec<u8>,
    line_starts: Vec<u32>,
    /// Whether columns are offsets, as they are in most configurations.
    ascii: bool,
    /// Whether a private key may stand in it, which must not be shown.
    may_hold_key: bool,
}

impl Source {
    /// A source of these bytes.
    pub fn new(path: impl Into<PathBuf>, bytes: Vec<u8>) -> Self {
        let line_starts = std::iter::once(0)
            .chain(bytes.iter().enumerate().filter(|(_, b)| **b == b'\n').map(|(i, _)| i as u32 + 1))
            .collect();
        let ascii = bytes.is_ascii();
        let may_hold_key = secrets::may_hold_key(&bytes);
        Source { path: path.into(), bytes, line_starts, ascii, may_hold_key }
    }

    /// The name shown to people.
    pub fn name(&self) -> Cow<'_, str> {
        self.path.to_string_lossy()
    }

    /// The bytes of a span; empty when it does not lie in this file.
    pub fn slice(&self, span: Span) -> &[u8] {
        self.bytes.get(span.range()).unwrap_or_default()
    }

    /// The text of a span, undecodable bytes replaced.
    pub fn text(&self, span: Span) -> Cow<'_, str> {
        lossy(self.slice(span))
    }

    /// Where a byte offset lies; offsets past the end give the end.
    pub fn position(&self, offset: u32) -> Position {
        let offset = offset.min(self.bytes.len() as u32);
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = self.line_starts[line - 1] as usize;
        if self.ascii {
            // Lines can be megabytes long, and hold thousands of findings.
            return Position { line, column: 1 + (offset as usize).saturating_sub(start) };
        }
        let before = self.bytes.get(start..offset as usize).unwrap_or_default();
        Position { line, column: 1 + String::from_utf8_lossy(before).chars().count() }
    }

    /// The bytes of a line, counted from 1, without its end.
    pub fn line(&self, line: usize) -> &[u8] {
        let range = self.line_range(line);
        let bytes = self.bytes.get(range).unwrap_or_default();
        bytes.strip_suffix(b"\n").map_or(bytes, |b| b.strip_suffix(b"\r").unwrap_or(b))
    }

    /// The bytes of a line as they may be shown: private keys are masked.
    pub fn shown_line(&self, line: usize) -> Cow<'_, [u8]> {
        let bytes = self.line(line);
        if !self.may_hold_key {
            return Cow::Borrowed(bytes);
        }
        let start = self.line_range(line).start;
        let within = |at: usize| at.saturating_sub(start).min(bytes.len());
        let bodies = secrets::key_bodies(&self.bytes).into_iter();
        let bodies: Vec<_> = bodies.map(|body| within(body.start)..within(body.end)).collect();
        let mut shown = bytes.to_vec();
        secrets::mask(&mut shown, &bodies);
        Cow::Owned(shown)
    }

    /// Forgets the private keys in it; all lines stay where they are.
    pub fn forget_keys(&mut self) {
        if std::mem::take(&mut self.may_hold_key) {
            let bodies = secrets::key_bodies(&self.bytes);
            secrets::mask(&mut self.bytes, &bodies);
        }
    }

    /// The range of a line, counted from 1, with its end.
    pub fn line_range(&self, line: usize) -> std::ops::Range<usize> {
        let at = |n: usize| self.line_starts.get(n).map_or(self.bytes.len(), |s| *s as usize);
        at(line.saturating_sub(1))..at(line)
    }

    /// How many lines there are.
    pub fn line_count(&self) -> usize {
        self.line_starts.len()
    }
}

/// All files of a run, in the order they were first read.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// Adds a source and returns its id.
    pub fn add(&mut self, source: Source) -> FileId {
        self.files.push(source);
        FileId(self.files.len() as u32 - 1)
    }

    /// The source of an id given out by [`Sources::add`].
    pub fn get(&self, id: FileId) -> &Source {
        &self.files[id.0 as usize]
    }

    /// Forgets the private keys in a file.
    pub fn forget_keys(&mut self, id: FileId) {
        if let Some(source) = self.files.get_mut(id.0 as usize) {
            source.forget_keys();
        }
    }

    /// The text of a span.
    pub fn text(&self, span: Span) -> Cow<'_, str> {
        self.get(span.file).text(span)
    }

    /// Every file with its id.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        self.files.iter().enumerate().map(|(i, s)| (FileId(i as u32), s))
    }

    /// The file shown under this name, if it was read.
    pub fn find(&self, path: &Path) -> Option<FileId> {
        self.iter().find(|(_, s)| s.path == path).map(|(id, _)| id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_count_lf() {
        let source = Source::new("x", "aé\r𐀐b\n\nc".as_bytes().to_vec());
        assert_eq!(source.position(3), Position { line: 1, column: 3 });
        assert_eq!(source.position(8), Position { line: 1, column: 5 });
        assert_eq!(source.position(10), Position { line: 2, column: 1 });
        assert_eq!(source.position(99), Position { line: 3, column: 2 });
        assert_eq!(source.line(3), b"c");
        assert_eq!(source.line(9), b"");
    }
}
