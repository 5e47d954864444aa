//! The lines that a finding points at, as miette wants them, prepared so that its defects stay out
//! of sight: only the lines in question are handed over (so cost and size do not depend on the file,
//! and distant labels do not merge), lines of any length are cut to a window (it panics past column
//! 65,535), control characters are replaced (it copies them to the terminal), and a label at the very
//! end of a file gets something to stand under (it drops it).
//!
//! One excerpt may take lines from several files: each [`Block`] carries its own name and numbers.

use super::plain::stand_in;
use crate::finding::Label;
use crate::source::{Source, Sources, Span, lossy};
use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

/// How many characters of an over-long line are shown, and how many of them before the label.
const WINDOW: usize = 160;
const LEAD: usize = 40;
/// Lines up to this length are shown in full.
const LONG: usize = 240;

/// Lines longer than this, in bytes, are not even read in full.
const FAR: usize = 16 * LONG;

/// Some lines of some files.
#[derive(Debug, Default)]
pub(super) struct Excerpt {
    text: String,
    blocks: Vec<Block>,
    labels: Vec<LabeledSpan>,
}

/// Adjacent lines of one file.
#[derive(Debug)]
struct Block {
    name: String,
    /// The number of the first line, from 0.
    first: usize,
    /// Where each line begins in the text; then where the last one ends.
    starts: Vec<usize>,
    /// The labels in it, with the column that each really has, from 0.
    columns: Vec<(usize, usize)>,
}

/// A label on one line: ranges of bytes within the line.
struct Mark<'a> {
    line: usize,
    start: usize,
    end: usize,
    column: usize,
    label: &'a Label,
    primary: bool,
}

impl Excerpt {
    /// The lines around the labels, those of the primary one's file first.
    pub(super) fn of(sources: &Sources, primary: &Label, others: &[Label]) -> Self {
        let mut excerpt = Excerpt::default();
        let mut files = vec![primary.span.file];
        files.extend(others.iter().map(|l| l.span.file));
        let mut seen = Vec::new();
        files.retain(|file| {
            !seen.contains(file) && {
                seen.push(*file);
                true
            }
        });
        for file in files {
            let source = sources.get(file);
            let here = others.iter().filter(|l| l.span.file == file).map(|l| (l, false));
            let first = Some((primary, true)).filter(|_| primary.span.file == file);
            let mut marks: Vec<Mark> =
                first.into_iter().chain(here).map(|(l, p)| mark(source, l, p)).collect();
            marks.sort_by_key(|m| (m.line, m.start));
            excerpt.add_file(source, &marks);
        }
        excerpt
    }

    /// The labels, placed in this excerpt.
    pub(super) fn labels(&self) -> Vec<LabeledSpan> {
        self.labels.clone()
    }

    fn add_file(&mut self, source: &Source, marks: &[Mark]) {
        let mut rest = marks;
        let mut blocks = Vec::new();
        while let Some(first) = rest.first() {
            // Lines whose contexts touch belong together; what does not fit into the window of an
            // over-long line gets a block of its own.
            let together = |pair: &[Mark]| {
                let (a, b) = (&pair[0], &pair[1]);
                b.line <= a.line + 3
                    && (b.line > a.line
                        || b.start < first.start + WINDOW - LEAD
                        || source.line(b.line).len() <= LONG)
            };
            let count = 1 + rest.windows(2).take_while(|pair| together(pair)).count();
            let (block, later) = rest.split_at(count);
            blocks.push(block);
            rest = later;
        }
        // What the finding is about comes first, wherever the rest of its story stands.
        blocks.sort_by_key(|block| !block.iter().any(|mark| mark.primary));
        blocks.into_iter().for_each(|block| self.add_block(source, block));
    }

    fn add_block(&mut self, source: &Source, marks: &[Mark]) {
        let (Some(first), Some(last)) = (marks.first(), marks.last()) else { return };
        // The line after the last line feed is none, unless a label stands there.
        let count = source.line_count();
        let exists = |line: usize| line < count || line == count && !source.line(count).is_empty();
        // Around the first line of a block of PEM nothing is worth reading.
        let alone = |line: usize| source.line(line).starts_with(b"-----BEGIN ");
        let from = if first.line > 1 && !alone(first.line) { first.line - 1 } else { first.line };
        let to = if exists(last.line + 1) && !alone(last.line) { last.line + 1 } else { last.line };
        let name = super::printable(&source.name()).into_owned();
        let mut block = Block { name, first: from - 1, starts: Vec::new(), columns: Vec::new() };
        for line in from..=to {
            block.starts.push(self.text.len());
            let here: Vec<&Mark> = marks.iter().filter(|m| m.line == line).collect();
            self.add_line(&source.shown_line(line), &here, &mut block);
        }
        block.starts.push(self.text.len());
        self.blocks.push(block);
    }

    fn add_line(&mut self, bytes: &[u8], marks: &[&Mark], block: &mut Block) {
        let window = Window::of(bytes, marks);
        let base = self.text.len();
        self.text.push_str(&window.text);
        for (mark, (start, end)) in marks.iter().zip(&window.marks) {
            let (start, end) = (base + start, base + end);
            let message = Some(super::printable(&mark.label.message).into_owned()).filter(|m| !m.is_empty());
            let span = SourceSpan::from((start, end - start));
            self.labels.push(if mark.primary {
                LabeledSpan::new_primary_with_span(message, span)
            } else {
                LabeledSpan::new_with_span(message, span)
            });
            block.columns.push((start, mark.column));
        }
        self.text.push('\n');
    }
}

/// Labels that run over several lines point at their first line.
fn mark<'a>(source: &Source, label: &'a Label, primary: bool) -> Mark<'a> {
    let Span { start, end, .. } = label.span;
    let position = source.position(start);
    let range = source.line_range(position.line);
    let length = source.line(position.line).len();
    let start = (start as usize).saturating_sub(range.start).min(length);
    let end = (end as usize).saturating_sub(range.start).clamp(start, length);
    Mark { line: position.line, start, end, column: position.column - 1, label, primary }
}

/// A line as it is shown, with the labels moved accordingly.
struct Window {
    text: String,
    marks: Vec<(usize, usize)>,
}

impl Window {
    fn of(line: &[u8], marks: &[&Mark]) -> Self {
        // Of a line of megabytes only what lies near the first label is looked at.
        let near = marks.first().filter(|_| line.len() > FAR).map_or(0..line.len(), |mark| {
            let start = boundary(line, mark.start.saturating_sub(4 * LEAD));
            start..boundary(line, (mark.start + 4 * WINDOW).min(line.len()))
        });
        let bytes = &line[near.clone()];
        let text = lossy(bytes);
        let chars: Vec<char> = text.chars().map(|c| if c == '\t' { c } else { stand_in(c) }).collect();
        let index = |offset: usize| {
            let before = bytes.get(..offset.saturating_sub(near.start)).unwrap_or(bytes);
            lossy(before).chars().count().min(chars.len())
        };
        let (from, to) = match marks.first() {
            _ if chars.len() <= LONG => (0, chars.len()),
            Some(mark) => {
                let from = index(mark.start).saturating_sub(LEAD);
                (from, (from + WINDOW).min(chars.len()))
            }
            None => (0, WINDOW),
        };
        let mut shown = String::new();
        shown.push_str(if from > 0 || near.start > 0 { "…" } else { "" });
        let lead = shown.len();
        let bytes_to =
            |i: usize| lead + chars[from..i.clamp(from, to)].iter().map(|c| c.len_utf8()).sum::<usize>();
        let mut moved: Vec<(usize, usize)> =
            marks.iter().map(|m| (bytes_to(index(m.start)), bytes_to(index(m.end)))).collect();
        shown.extend(&chars[from..to]);
        shown.push_str(if to < chars.len() || near.end < line.len() { "…" } else { "" });
        for (start, end) in &mut moved {
            // Something to stand under: the character at the place, or a blank at the end.
            if start == end {
                *end += shown[*start..].chars().next().map_or(1, char::len_utf8);
            }
            if *end > shown.len() {
                shown.push(' ');
            }
        }
        Window { text: shown, marks: moved }
    }
}

/// The next byte at which a character begins.
fn boundary(line: &[u8], mut at: usize) -> usize {
    while line.get(at).is_some_and(|b| (0x80..0xC0).contains(b)) {
        at += 1;
    }
    at
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        // Spans across blocks are asked for to join their snippets, which they must not be.
        let inside = |b: &&Block| b.starts.first() <= Some(&start) && Some(&end) <= b.starts.last();
        let block = self.blocks.iter().find(inside).ok_or(MietteError::OutOfBounds)?;
        let lines = block.starts.len() - 1;
        let line_of = |offset: usize| block.starts[..lines].partition_point(|s| *s <= offset).max(1) - 1;
        let first = line_of(start).saturating_sub(before);
        let last = (line_of(end.saturating_sub(1).max(start)) + after).min(lines - 1);
        let range = block.starts[first]..block.starts[last + 1];
        let data = self.text.as_bytes().get(range.clone()).ok_or(MietteError::OutOfBounds)?;
        let column = block.columns.iter().find(|(at, _)| *at == start).map_or(0, |(_, column)| *column);
        Ok(Box::new(MietteSpanContents::new_named(
            block.name.clone(),
            data,
            (range.start, range.len()).into(),
            block.first + first,
            // Only the header is asked for without context, and it shows where the label stands.
            if before == 0 { column } else { 0 },
            last + 1 - first,
        )))
    }
}
