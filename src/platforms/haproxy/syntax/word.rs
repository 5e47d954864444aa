//! From the pieces of a line to the words that HAProxy works with.
//!
//! Where one word ends depends on the values of variables, and on the version: see [`EmptyWords`].

use super::dialect::EmptyWords;
use super::environment::Value;
use super::lexer::{Piece, PieceKind, Variable, is_blank};
use super::tree::{Reference, Word};
use crate::source::{FileId, Span};
use std::borrow::Cow;
use std::ops::Range;

/// The words of a line.
pub(super) struct Words<'s> {
    pub(super) words: Vec<Word<'s>>,
    /// There are more of them than HAProxy takes.
    pub(super) too_many: Option<Span>,
}

/// What a line's words are made of besides its pieces.
pub(super) struct Surroundings<'s, 'e> {
    pub(super) file: FileId,
    /// The file as it is, which may be a template.
    pub(super) bytes: &'s [u8],
    /// What a variable is.
    pub(super) lookup: &'e dyn Fn(&[u8]) -> Value,
    /// Whether something else than HAProxy fills in a part of these bytes.
    pub(super) filled: &'e dyn Fn(&Range<usize>) -> bool,
    pub(super) empty: EmptyWords,
}

/// HAProxy takes no more words than these of a line (`MAX_LINE_ARGS`).
const MOST_WORDS: usize = 64;

impl<'s> Surroundings<'s, '_> {
    /// Joins pieces to words; empty ones are among them.
    pub(super) fn words(&self, pieces: &[Piece<'_>]) -> Words<'s> {
        let mut joiner = Joiner { around: self, words: Vec::new(), word: Draft::default(), too_many: None };
        // Up to 3.1 a line begins with a word, and blanks begin another one.
        joiner.word.begun = self.empty.blanks_begin_words();
        let mut rest = pieces;
        while let Some((piece, after)) = rest.split_first() {
            rest = after;
            let vanishes = joiner.piece(piece) && self.empty.unset_vanishes();
            if let (true, Some((Piece { kind: PieceKind::Close, .. }, after))) =
                (vanishes, rest.split_first())
            {
                rest = match after.split_first() {
                    Some((Piece { kind: PieceKind::Blank, .. }, after)) => after,
                    _ => after,
                };
            }
        }
        joiner.finish();
        Words { words: joiner.words, too_many: joiner.too_many }
    }
}

/// A word in the making.
#[derive(Default)]
struct Draft<'s> {
    /// There is a word, even if nothing is added to it.
    begun: bool,
    value: Option<Cow<'s, [u8]>>,
    range: Option<Range<usize>>,
    variables: Vec<Reference<'s>>,
    opaque: bool,
    several: bool,
    /// Something that makes a word of empty quotes was seen since they were opened.
    quotes_count: bool,
}

struct Joiner<'s, 'a> {
    around: &'a Surroundings<'s, 'a>,
    words: Vec<Word<'s>>,
    word: Draft<'s>,
    too_many: Option<Span>,
}

impl<'s> Joiner<'s, '_> {
    /// Adds a piece; true for a variable without a value, which may take along what follows it.
    fn piece(&mut self, piece: &Piece<'_>) -> bool {
        let range = piece.range.clone();
        match &piece.kind {
            PieceKind::Blank => self.finish_at(range),
            PieceKind::Text => self.add(range.clone(), Cow::Borrowed(&self.around.bytes[range])),
            PieceKind::Byte(byte) => self.add(range, Cow::Owned(vec![*byte])),
            PieceKind::Open => {
                self.reach(range);
                self.word.begun |= self.around.empty < EmptyWords::Refused;
                self.word.quotes_count = true;
            }
            PieceKind::Close => {
                self.reach(range);
                self.word.begun |= self.word.quotes_count || self.around.empty < EmptyWords::Refused;
            }
            PieceKind::Variable(variable) => return self.variable(variable, range),
        }
        false
    }

    fn variable(&mut self, variable: &Variable<'_>, range: Range<usize>) -> bool {
        let value = match ((self.around.lookup)(variable.name), variable.default) {
            // A template engine makes up the name.
            _ if (self.around.filled)(&range) => Value::Unknown,
            (Value::Unset, Some(default)) => Value::Set(default.to_vec()),
            (value, _) => value,
        };
        self.reach(range.clone());
        let braces = usize::from(self.around.bytes.get(range.start + 1) == Some(&b'{'));
        let start = range.start + 1 + braces;
        let name = self.around.bytes.get(start..start + variable.name.len()).unwrap_or_default();
        let known = matches!(value, Value::Set(_) | Value::Unset);
        self.word.variables.push(Reference { span: self.span(range.clone()), name, known });
        if variable.splits {
            self.word.quotes_count = false;
        }
        match value {
            Value::Set(value) if variable.splits => self.split(&value, range),
            Value::Set(value) if value.is_empty() => {}
            Value::Set(value) => self.add(range, Cow::Owned(value)),
            Value::Unset => {
                let counts = self.around.empty < EmptyWords::Refused || !variable.splits;
                self.word.begun |= counts;
                // The names with a dot are spared (`.SECTION` before the first one).
                return !variable.name.starts_with(b".");
            }
            Value::Unknown | Value::Defined => {
                self.word.opaque = true;
                self.word.several |= variable.splits;
                let written = &self.around.bytes[range.clone()];
                self.add(range, Cow::Borrowed(written));
            }
        }
        false
    }

    /// A value whose blanks separate words.
    fn split(&mut self, mut value: &[u8], range: Range<usize>) {
        while let Some(first) = value.first() {
            let blank = is_blank(*first);
            let length = value.iter().take_while(|b| is_blank(**b) == blank).count();
            let (part, rest) = value.split_at(length);
            match blank {
                true => self.finish_at(range.clone()),
                false => self.add(range.clone(), Cow::Owned(part.to_vec())),
            }
            value = rest;
        }
        self.reach(range);
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.around.file, range)
    }

    /// The word reaches over these bytes.
    fn reach(&mut self, range: Range<usize>) {
        self.word.range = Some(match self.word.range.take() {
            Some(reached) => reached.start..range.end.max(reached.end),
            None => range,
        });
    }

    fn add(&mut self, range: Range<usize>, bytes: Cow<'s, [u8]>) {
        self.word.opaque |= (self.around.filled)(&range);
        self.reach(range);
        self.word.begun = true;
        self.word.value = Some(match self.word.value.take() {
            Some(before) => {
                let mut whole = before.into_owned();
                whole.extend_from_slice(&bytes);
                Cow::Owned(whole)
            }
            None => bytes,
        });
    }

    /// A blank: the word ends, and up to 3.1 the next one begins.
    fn finish_at(&mut self, blank: Range<usize>) {
        self.finish();
        if self.around.empty.blanks_begin_words() {
            self.word.begun = true;
            if self.words.len() >= MOST_WORDS {
                self.too_many.get_or_insert(Span::new(self.around.file, blank));
            }
        }
    }

    fn finish(&mut self) {
        let word = std::mem::take(&mut self.word);
        if !word.begun {
            return;
        }
        let end = self.words.last().map_or(0, |word| word.span.end as usize);
        let range = word.range.unwrap_or(end..end);
        let span = self.span(range.clone());
        if self.words.len() >= MOST_WORDS && word.value.is_some() {
            self.too_many.get_or_insert(span);
        }
        self.words.push(Word {
            value: word.value.unwrap_or_default(),
            span,
            raw: &self.around.bytes[range],
            variables: word.variables,
            opaque: word.opaque,
            several: word.several,
        });
    }
}
