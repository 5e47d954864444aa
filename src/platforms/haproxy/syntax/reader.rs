//! Reading files line by line, as `parse_cfg` does.

mod line;

use super::conditionals::{Conditionals, Refused};
use super::dialect::Dialect;
use super::environment::{Environment, Value};
use super::error::{SyntaxError, SyntaxErrorKind as Kind};
use super::lexer::{self, End, Piece};
use super::lines::{Line, lines};
use super::template;
use super::tree::{Arm, Comment, Reading, Word};
use super::word::{Surroundings, Words};
use crate::platforms::haproxy::section::SectionKind;
use crate::platforms::template::{Mask, has_placeholder};
use crate::source::{FileId, Source, Sources, Span};
use crate::target::Target;
use std::ops::Range;

/// Reads the files of one HAProxy in the order in which `-f` names them.
pub fn read<'s>(
    files: &[FileId],
    sources: &'s Sources,
    target: &'s Target,
    environment: &Environment,
) -> Reading<'s> {
    let started = environment.clone().started(target.haproxy);
    let mut reader = Reader::new(target, started);
    let all = |reader: &mut Reader<'s>| files.iter().for_each(|file| reader.file(*file, sources.get(*file)));
    all(&mut reader);
    if reader.dialect.reads_twice && reader.sets_variables {
        reader = Reader::new(target, reader.environment);
        all(&mut reader);
    }
    reader.reading.arms = reader.conditionals.arms;
    reader.reading
}

/// The words of every line of a file that can be cut, whatever conditions say and without what `global` sets: what
/// `haproxy -dC` prints. Each comes with the number of its line.
pub fn words_of_lines<'s>(
    file: FileId,
    source: &'s Source,
    target: &'s Target,
    environment: &Environment,
) -> Vec<(u32, Vec<Word<'s>>)> {
    let reader = Reader::new(target, environment.clone().started(target.haproxy));
    let (mask, is_template) = template::mask(source);
    let input = Input { file, source, mask: &mask, is_template };
    let mut found = Vec::new();
    for line in lines(mask.text()) {
        let text = &mask.text()[line.start..line.end];
        let mut pieces = Vec::new();
        let end = lexer::pieces(text, line.start, reader.dialect, &mut pieces);
        let words = reader.words(&input, &line, &pieces);
        if text.first() != Some(&b'[') && !matches!(end, End::Fault(..)) && words.too_many.is_none() {
            found.push((line.number, words.words));
        }
    }
    found
}

struct Reader<'s> {
    target: &'s Target,
    dialect: Dialect,
    environment: Environment,
    /// Something in the files changed the environment.
    sets_variables: bool,
    conditionals: Conditionals,
    reading: Reading<'s>,
    section: Section,
    /// The room that HAProxy has for the words of a line, which grows with longer ones.
    room: usize,
    /// Used for one line after the other.
    pieces: Vec<Piece<'static>>,
}

/// What is known of the section at a line.
#[derive(Default)]
struct Section {
    kind: Option<SectionKind>,
    /// What `.SECTION` stands for.
    name: Option<Vec<u8>>,
    /// It was said already that there is none.
    missed: bool,
}

impl<'s> Reader<'s> {
    fn new(target: &'s Target, environment: Environment) -> Self {
        Reader {
            target,
            dialect: Dialect::of(target.haproxy),
            environment,
            sets_variables: false,
            conditionals: Conditionals::default(),
            reading: Reading::default(),
            section: Section::default(),
            room: 0,
            pieces: Vec::new(),
        }
    }

    fn file(&mut self, file: FileId, source: &'s Source) {
        let (mask, is_template) = template::mask(source);
        if is_template {
            self.reading.templates.push(file);
        }
        self.section = Section::default();
        self.room = 0;
        let mut begins_file = true;
        let mut last = 0;
        let input = Input { file, source, mask: &mask, is_template };
        for line in lines(mask.text()) {
            last = line.number;
            let before = self.reading.statements.len();
            self.line(&input, &line);
            if let Some(statement) = self.reading.statements.get_mut(before) {
                statement.begins_file = std::mem::take(&mut begins_file);
            }
            if let Some(kind) = line.fault {
                let end = input.span(line.end..line.end);
                self.error(end, kind, line.number, self.dialect.whole_lines, None);
            }
        }
        if let Some(span) = self.conditionals.end_file() {
            self.error(span, Kind::OpenCondition, last, true, None);
        }
    }

    fn line(&mut self, input: &Input<'s, '_>, line: &Line) {
        let text = &input.mask.text()[line.start..line.end];
        if text.first() == Some(&b'[') {
            return self.scope(input, line, text);
        }
        let mut pieces = std::mem::take(&mut self.pieces);
        let end = lexer::pieces(text, line.start, self.dialect, &mut pieces);
        match end {
            End::Line => {}
            End::Comment(at) => {
                let length = text.strip_suffix(b"\r").unwrap_or(text).len();
                let span = input.span(at..(line.start + length).max(at));
                self.reading.comments.push(Comment { span, alone: at == line.start });
            }
            End::Fault(at, kind) => {
                let length = text.trim_ascii_end().len();
                let span = input.span(at..(line.start + length).max(at));
                self.error(span, kind, line.number, true, None);
            }
        }
        if matches!(end, End::Fault(..)) || pieces.is_empty() {
            self.room = self.room.max(1024);
        } else {
            let words = self.words(input, line, &pieces);
            let outgrown = self.outgrows(&words.words).then(|| default_of(&pieces)).flatten();
            match (outgrown, words.too_many) {
                (Some(range), _) => {
                    self.error(input.span(range), Kind::UnmatchedBrace, line.number, true, None)
                }
                (None, Some(span)) => self.error(span, Kind::TooManyWords, line.number, true, None),
                (None, None) => self.statement(input, line.number, words.words),
            }
        }
        self.pieces = recycle(pieces);
    }

    /// Whether HAProxy needs more room for these words than it has so far. It then reads the line again; having
    /// overwritten the `}` of every `${NAME-default}` with a NUL the first time, it misses it (recorded from 2.6
    /// to 3.4).
    fn outgrows(&mut self, words: &[Word<'_>]) -> bool {
        let needed: usize = words.iter().map(|word| word.value.len() + 1).sum();
        let outgrown = needed.max(1) > self.room;
        if outgrown {
            self.room = needed.max(1).next_multiple_of(1024);
        }
        outgrown
    }

    fn words(&self, input: &Input<'s, '_>, line: &Line, pieces: &[Piece<'_>]) -> Words<'s> {
        let lookup = |name: &[u8]| match name {
            b".LINE" => Value::Set(line.number.to_string().into_bytes()),
            // As it was given on the command line.
            b".FILE" => Value::Defined,
            b".SECTION" => self.section.name.clone().map_or(Value::Unset, Value::Set),
            name => self.environment.get(name).clone(),
        };
        let filled = |range: &Range<usize>| input.is_filled(range);
        let surroundings = Surroundings {
            file: input.file,
            bytes: &input.source.bytes,
            lookup: &lookup,
            filled: &filled,
            empty: self.dialect.empty,
        };
        surroundings.words(pieces)
    }

    /// `[name]`, which belongs to other files than this; HAProxy checks it before any condition.
    fn scope(&mut self, input: &Input<'s, '_>, line: &Line, text: &[u8]) {
        let named = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b':' | b'_' | b'-');
        let end = text.iter().position(|b| *b == b']').filter(|end| *end > 1);
        let kind = match end {
            None => Some(Kind::EmptyScope),
            Some(end) => {
                let wrong = text[1..end].iter().find(|b| !named(b));
                let after = text[end + 1..].iter().find(|b| !lexer::is_blank(**b));
                match (wrong, after) {
                    (Some(byte), _) => Some(Kind::ScopeName(*byte)),
                    (None, Some(byte)) if *byte != b'#' => Some(Kind::AfterScope(*byte)),
                    _ => None,
                }
            }
        };
        if let Some(kind) = kind {
            let length = text.trim_ascii_end().len();
            self.error(input.span(line.start..line.start + length), kind, line.number, true, None);
        }
    }

    fn error(&mut self, span: Span, kind: Kind, line: u32, fatal: bool, arm: Option<Arm>) {
        self.reading.errors.push(SyntaxError { span, kind, line: line as usize, fatal, arm });
    }

    fn refused(&mut self, span: Span, line: u32, result: Result<(), Refused>) {
        if let Err((kind, arm)) = result {
            self.error(span, kind, line, true, arm);
        }
    }
}

/// Where a variable with a default stands.
fn default_of(pieces: &[Piece<'_>]) -> Option<Range<usize>> {
    let has_default = |piece: &&Piece<'_>| {
        matches!(piece.kind, lexer::PieceKind::Variable(lexer::Variable { default: Some(_), .. }))
    };
    pieces.iter().find(has_default).map(|piece| piece.range.clone())
}

/// A vector of pieces of another line, for its memory.
fn recycle(mut pieces: Vec<Piece<'_>>) -> Vec<Piece<'static>> {
    pieces.clear();
    pieces.into_iter().map(|piece| Piece { kind: lexer::PieceKind::Blank, range: piece.range }).collect()
}

/// A file as it is and as it is read.
struct Input<'s, 'm> {
    file: FileId,
    source: &'s Source,
    mask: &'m Mask<'s>,
    is_template: bool,
}

impl Input<'_, '_> {
    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range)
    }

    /// Whether something else than HAProxy fills in a part of these bytes. `${NAME}` outside double quotes is
    /// text to HAProxy, so only in what is known to be a template it is more than that.
    fn is_filled(&self, range: &Range<usize>) -> bool {
        let bytes = &self.source.bytes[range.clone()];
        self.is_template && self.mask.touches(range)
            || has_placeholder(bytes, false)
                && (self.is_template || !bytes.windows(2).any(|pair| pair == b"${"))
    }
}
