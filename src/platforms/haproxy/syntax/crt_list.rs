//! The lines of a crt-list, which have a grammar of their own: no quotes, no escapes, no variables
//! (configuration manual, section 5.1, "crt-list"; source: `crtlist_parse_line`).

use super::error::SyntaxErrorKind;
use super::lexer::is_blank;
use super::lines;
use crate::platforms::haproxy::version::HaproxyVersion;
use crate::source::{FileId, Source, Span, lossy};
use nom::bytes::complete::take_while1;
use nom::{Offset, Parser};
use std::borrow::Cow;
use std::fmt;

/// A crt-list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CrtList<'s> {
    /// Its lines, without empty ones and comments.
    pub entries: Vec<Entry<'s>>,
    /// What HAProxy complains about.
    pub errors: Vec<CrtListError>,
    /// Lines that begin with `#`.
    pub comments: Vec<Span>,
}

/// A line: a certificate, options in brackets, filters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'s> {
    /// The certificate.
    pub certificate: Term<'s>,
    /// The words in brackets.
    pub options: Vec<Term<'s>>,
    /// From the `[` to the `]`.
    pub brackets: Option<Span>,
    /// The names it is good for, with `!` and `*` as they are written.
    pub filters: Vec<Term<'s>>,
    /// Words between certificate and brackets, which HAProxy does not look at.
    pub unread: Vec<Term<'s>>,
    /// From the certificate to the last word.
    pub span: Span,
    /// The line, from 1.
    pub line: u32,
}

/// A word of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term<'s> {
    /// As it is written, which is what it means.
    pub raw: &'s [u8],
    /// Where.
    pub span: Span,
}

impl Term<'_> {
    /// As text, undecodable bytes replaced.
    pub fn text(&self) -> Cow<'_, str> {
        lossy(self.raw)
    }
}

/// What HAProxy complains about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CrtListError {
    /// What to point at.
    pub span: Span,
    /// What is wrong.
    pub kind: CrtListErrorKind,
    /// The line, from 1.
    pub line: u32,
    /// Whether it refuses to start over it; otherwise it warns.
    pub fatal: bool,
}

/// What is wrong with a line of a crt-list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrtListErrorKind {
    /// A second `[`.
    TooManyOpen,
    /// A second `]`.
    TooManyClose,
    /// `]` without `[`.
    MissingOpen,
    /// The line begins with `[`.
    NoCertificate,
    /// Words between certificate and `[`.
    FiltersBeforeOptions,
    /// `[` without `]`: what follows it are filters.
    Unclosed,
    /// More words than 2048.
    TooManyWords,
    /// A line of 65535 bytes or more.
    TooLong,
    /// The last line does not end with a line feed.
    MissingLineFeed,
    /// A NUL byte.
    Nul,
}

impl fmt::Display for CrtListErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooManyOpen => "too many '['",
            Self::TooManyClose => "too many ']'",
            Self::MissingOpen => "missing '['",
            Self::NoCertificate => "file must start with a cert",
            Self::FiltersBeforeOptions => "malformated line, filters can't be between filename and options!",
            Self::Unclosed => "`[` is not closed, so its options are taken for names",
            Self::TooManyWords => "too many args",
            Self::TooLong => "line too long, limit is 65535 characters",
            Self::MissingLineFeed => "Missing LF on last line, file might have been truncated",
            Self::Nul => "Stray NUL character",
        })
    }
}

/// `CRT_LINESIZE` less the byte that ends it, and `MAX_CRT_ARGS`.
const LONGEST_LINE: usize = 65535;
const MOST_WORDS: usize = 2048;

/// Reads a crt-list.
pub fn read<'s>(file: FileId, source: &'s Source, version: HaproxyVersion) -> CrtList<'s> {
    let bytes = &source.bytes[..];
    let mut list = CrtList::default();
    for line in lines::lines(bytes) {
        let range = source.line_range(line.number as usize);
        let text = &bytes[range.start..line.end.max(range.start)];
        let mut reader = LineReader { file, bytes, number: line.number, list: &mut list };
        match text.first() {
            _ if text.len() >= LONGEST_LINE => {
                reader.error(range.start..line.end, CrtListErrorKind::TooLong, true);
            }
            // How such a line ends is not looked at.
            Some(b'\r') => continue,
            Some(b'#') => {
                let end = range.start + text.trim_ascii_end().len();
                list.comments.push(Span::new(file, range.start..end));
                continue;
            }
            None if line.fault.is_none() => continue,
            _ => reader.line(text),
        }
        let kind = match line.fault {
            Some(SyntaxErrorKind::Nul) => CrtListErrorKind::Nul,
            Some(_) => CrtListErrorKind::MissingLineFeed,
            None => continue,
        };
        let mut reader = LineReader { file, bytes, number: line.number, list: &mut list };
        reader.error(line.end..line.end, kind, version.since(2, 3));
    }
    list
}

struct LineReader<'s, 'l> {
    file: FileId,
    bytes: &'s [u8],
    number: u32,
    list: &'l mut CrtList<'s>,
}

/// The brackets of a line: how many words stand before each, and where it is.
#[derive(Default)]
struct Brackets {
    open: Option<(usize, usize)>,
    close: Option<(usize, usize)>,
}

impl<'s> LineReader<'s, '_> {
    fn error(&mut self, range: std::ops::Range<usize>, kind: CrtListErrorKind, fatal: bool) {
        let span = Span::new(self.file, range);
        self.list.errors.push(CrtListError { span, kind, line: self.number, fatal });
    }

    fn line(&mut self, text: &'s [u8]) {
        let mut terms: Vec<Term<'s>> = Vec::new();
        let mut brackets = Brackets::default();
        let mut rest = text;
        while let Some(byte) = rest.first() {
            let at = self.bytes.offset(rest);
            let length = match byte {
                b'[' | b']' => {
                    if let Err(kind) = brackets.note(*byte, terms.len(), at) {
                        return self.error(at..at + 1, kind, true);
                    }
                    1
                }
                byte if is_blank(*byte) => length(rest, is_blank),
                _ => {
                    let length = length(rest, |b| !is_blank(b) && b != b'[' && b != b']');
                    if terms.len() == MOST_WORDS {
                        return self.error(at..at + length, CrtListErrorKind::TooManyWords, true);
                    }
                    let span = Span::new(self.file, at..at + length);
                    terms.push(Term { raw: &rest[..length], span });
                    length
                }
            };
            rest = &rest[length..];
        }
        self.entry(terms, &brackets);
    }

    fn entry(&mut self, terms: Vec<Term<'s>>, brackets: &Brackets) {
        let Some((certificate, others)) = terms.split_first() else { return };
        let end = |at: usize| at.min(terms.len()).max(1) - 1;
        let (mut unread, mut options, mut filters) = (&others[..0], &others[..0], others);
        let mut span = None;
        if let Some((count, open)) = brackets.open {
            (unread, filters) = others.split_at(end(count));
            if let Some(first) = unread.first() {
                self.error(first.span.range(), CrtListErrorKind::FiltersBeforeOptions, false);
            }
            match brackets.close {
                Some((count, close)) => {
                    (options, filters) = filters.split_at(end(count).saturating_sub(unread.len()));
                    span = Some(Span::new(self.file, open..close + 1));
                }
                None => self.error(open..open + 1, CrtListErrorKind::Unclosed, false),
            }
        }
        let last = terms.last().map_or(certificate.span, |term| term.span);
        let whole = certificate.span.to(last);
        self.list.entries.push(Entry {
            certificate: *certificate,
            options: options.to_vec(),
            brackets: span,
            filters: filters.to_vec(),
            unread: unread.to_vec(),
            span: span.map_or(whole, |brackets| whole.to(brackets)),
            line: self.number,
        });
    }
}

impl Brackets {
    fn note(&mut self, byte: u8, words: usize, at: usize) -> Result<(), CrtListErrorKind> {
        match (byte, self.open, self.close) {
            (b'[', Some(_), _) => Err(CrtListErrorKind::TooManyOpen),
            (b'[', None, _) if words == 0 => Err(CrtListErrorKind::NoCertificate),
            (b'[', None, _) => {
                self.open = Some((words, at));
                Ok(())
            }
            (_, _, Some(_)) => Err(CrtListErrorKind::TooManyClose),
            (_, None, _) => Err(CrtListErrorKind::MissingOpen),
            (_, Some(_), None) => {
                self.close = Some((words, at));
                Ok(())
            }
        }
    }
}

/// How many bytes of the beginning are of a kind, at least one.
fn length(input: &[u8], kind: impl Fn(u8) -> bool) -> usize {
    let run = take_while1::<_, _, nom::error::Error<&[u8]>>(&kind).parse(input);
    run.map_or(1, |(_, run): (_, &[u8])| run.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> String {
        let source = Source::new("crt.list", text.as_bytes().to_vec());
        let list = read(FileId(0), &source, HaproxyVersion::new(3, 2, 0));
        let words =
            |terms: &[Term<'_>]| terms.iter().map(|t| t.text().into_owned()).collect::<Vec<_>>().join(",");
        let entries = list.entries.iter().map(|entry| {
            let unread = words(&entry.unread);
            let options = words(&entry.options);
            format!("{} {unread}[{options}] {}", entry.certificate.text(), words(&entry.filters))
        });
        let errors = list.errors.iter().map(|error| format!("{}: {}", error.line, error.kind));
        entries.chain(errors).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn options_stand_in_brackets_and_filters_behind_them() {
        assert_eq!(show("a.pem [alpn h2 verify none] x *.y !z\n"), "a.pem [alpn,h2,verify,none] x,*.y,!z");
        assert_eq!(show("  a.pem[]x\n\n# c\n"), "a.pem [] x");
        assert_eq!(show("\"a.pem\" # note\r\n"), "\"a.pem\" [] #,note");
    }

    #[test]
    fn misplaced_brackets_are_refused_or_misread() {
        assert_eq!(show("a [b] [c]\n"), "1: too many '['");
        assert_eq!(show("a b]\n"), "1: missing '['");
        assert_eq!(show("[b] a\n"), "1: file must start with a cert");
        assert!(show("a x [b] c\n").starts_with("a x[b] c\n1: malformated line"));
        assert!(show("a [b c\n").starts_with("a [] b,c\n1: `[` is not closed"));
    }

    #[test]
    fn a_list_ends_with_a_line_feed() {
        assert!(show("a").starts_with("a [] \n1: Missing LF"));
        assert!(show("a\0b\nc\n").contains("1: Stray NUL"));
    }
}
