//! The shape of what was read. Everything borrows from the sources.

use super::SyntaxError;
use crate::source::{Span, lossy};
use std::borrow::Cow;

/// The files of one HAProxy, read in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reading<'s> {
    /// The statements that are read, or may be, in the order in which HAProxy reads them.
    pub statements: Vec<Statement<'s>>,
    /// What HAProxy complains about, in the order in which it does.
    pub errors: Vec<SyntaxError>,
    /// Every `#` comment.
    pub comments: Vec<Comment>,
    /// The arms of conditions whose outcome is not known; [`Arm`] is an index.
    pub arms: Vec<OpenArm>,
    /// The files that a template engine runs over first: errors in them are errors of our reading too.
    pub templates: Vec<crate::source::FileId>,
}

/// A `#` comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// From the `#` to before the end of the line.
    pub span: Span,
    /// Nothing but blanks stands before it on its line.
    pub alone: bool,
}

/// An index into [`Reading::arms`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Arm(pub u32);

/// An arm of a condition whose outcome is not known offline: its statements may be read or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenArm {
    /// The `.if`, `.elif` or `.else` with its expression.
    pub span: Span,
    /// The arm around it.
    pub outer: Option<Arm>,
    /// Which `.if` it belongs to: of several arms of one `.if` only one is read.
    pub group: u32,
}

/// A line: its words, without a modifier before them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement<'s> {
    /// The words that HAProxy works with; there is at least one.
    pub words: Vec<Word<'s>>,
    /// `no` or `default` before them.
    pub modifier: Option<Modifier>,
    /// From the first byte (of the modifier) to the end of the last word.
    pub span: Span,
    /// The line in its file, from 1.
    pub line: u32,
    /// Words behind an empty one, which HAProxy does not look at.
    pub unread: Vec<Word<'s>>,
    /// The innermost arm around it whose outcome is not known.
    pub arm: Option<Arm>,
    /// It is the first of its file, where a section must begin.
    pub begins_file: bool,
}

/// What turns a word into its opposite, or into what it is by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Modifier {
    /// Which.
    pub kind: ModifierKind,
    /// Where.
    pub span: Span,
}

/// The two modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModifierKind {
    /// `no`
    No,
    /// `default`
    Default,
}

/// One word of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word<'s> {
    /// What HAProxy works with: without quotes, escapes and variables replaced. A variable whose value is not
    /// known stands in it as it is written.
    pub value: Cow<'s, [u8]>,
    /// Where it is written, quotes included.
    pub span: Span,
    /// How it is written, quotes included.
    pub raw: &'s [u8],
    /// The variables in it.
    pub variables: Vec<Reference<'s>>,
    /// A part of it is not known: a variable without a known value, or what a template engine puts in.
    pub opaque: bool,
    /// It stands for any number of words: `"${NAME[*]}"` of an unknown value, or a template's loop.
    pub several: bool,
}

/// A variable where it is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference<'s> {
    /// `$NAME` or `${NAME…}`.
    pub span: Span,
    /// The name.
    pub name: &'s [u8],
    /// Whether its value is known.
    pub known: bool,
}

impl Statement<'_> {
    /// Whether the first word is this; HAProxy compares byte for byte.
    pub fn is(&self, name: &str) -> bool {
        self.words.first().is_some_and(|word| word.is(name))
    }

    /// The first word, as text.
    pub fn name(&self) -> Cow<'_, str> {
        self.words.first().map_or(Cow::Borrowed(""), Word::text)
    }

    /// The words after the first.
    pub fn args(&self) -> &[Word<'_>] {
        self.words.get(1..).unwrap_or_default()
    }
}

impl Word<'_> {
    /// The value as text, undecodable bytes replaced.
    pub fn text(&self) -> Cow<'_, str> {
        lossy(&self.value)
    }

    /// Whether it is this word, known for certain.
    pub fn is(&self, text: &str) -> bool {
        !self.opaque && *self.value == *text.as_bytes()
    }
}

impl Reading<'_> {
    /// The arms around an arm, from the inside, with itself.
    pub fn around(&self, arm: Option<Arm>) -> impl Iterator<Item = (Arm, &OpenArm)> {
        let get = |arm: Arm| self.arms.get(arm.0 as usize).map(|open| (arm, open));
        std::iter::successors(arm.and_then(get), move |(_, open)| open.outer.and_then(get))
    }

    /// Where the conditions stand that decide whether a statement is read.
    pub fn conditions(&self, arm: Option<Arm>) -> Vec<Span> {
        self.around(arm).map(|(_, open)| open.span).collect()
    }

    /// Whether what stands in `inner` is read only if what stands in `outer` is.
    pub fn implies(&self, inner: Option<Arm>, outer: Option<Arm>) -> bool {
        outer.is_none_or(|outer| self.around(inner).any(|(arm, _)| arm == outer))
    }

    /// Whether of two arms only one can be read.
    pub fn exclude(&self, one: Option<Arm>, other: Option<Arm>) -> bool {
        self.around(one).any(|(arm, open)| {
            self.around(other).any(|(second, with)| open.group == with.group && arm != second)
        })
    }
}
