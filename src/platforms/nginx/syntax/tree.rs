//! The shape of a parsed file. Everything borrows from the source.

use std::borrow::Cow;

use super::SyntaxError;
use crate::source::{Span, lossy};

/// One file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree<'s> {
    /// The statements at the top of the file.
    pub directives: Vec<Directive<'s>>,
    /// What nginx would refuse. The first is where nginx stops; the others are in the order of the file,
    /// blocks that are never closed last.
    pub errors: Vec<SyntaxError>,
    /// Every comment outside Lua, in file order.
    pub comments: Vec<Comment>,
    /// The file is not nginx's language yet: a template engine runs over it first, so errors in it are
    /// errors of our reading as much as of the file.
    pub template: bool,
}

/// A `#` comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment {
    /// From the `#` to before the line feed (and before a carriage return that precedes it).
    pub span: Span,
    /// Nothing but blanks stands before it on its line.
    pub alone: bool,
}

/// A statement: its words, and what ends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directive<'s> {
    /// The first word.
    pub name: Word<'s>,
    /// The other words.
    pub args: Vec<Word<'s>>,
    /// From the first byte of the name to the `;` or `{`, inclusive.
    pub span: Span,
    /// What follows the words.
    pub body: Body<'s>,
}

/// What follows the words of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body<'s> {
    /// A `;`.
    Simple,
    /// Directives in braces.
    Block {
        /// The directives inside.
        children: Vec<Directive<'s>>,
        /// The `}`, or an empty span where it is missing.
        close: Span,
    },
    /// Entries in braces, as in `map`: data that only looks like directives, except `include`.
    Data {
        /// The entries inside.
        children: Vec<Directive<'s>>,
        /// The `}`, or an empty span where it is missing.
        close: Span,
    },
    /// Lua in braces.
    Lua {
        /// The code between the braces.
        text: Span,
        /// The `}`, or an empty span where it is missing.
        close: Span,
    },
}

/// One word of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word<'s> {
    /// What nginx works with: without quotes, escapes rewritten.
    pub value: Cow<'s, [u8]>,
    /// Where it is written, quotes included.
    pub span: Span,
    /// How it is written, quotes included.
    pub raw: &'s [u8],
    /// The quote around it.
    pub quoted: Option<u8>,
    /// A placeholder that something else fills in lies in it: the value is not known.
    pub opaque: bool,
}

impl Directive<'_> {
    /// The statement with its body: to the `;` or the closing `}`.
    pub fn full_span(&self) -> Span {
        match &self.body {
            Body::Simple => self.span,
            Body::Block { close, .. } | Body::Data { close, .. } | Body::Lua { close, .. } => {
                self.span.to(*close)
            }
        }
    }

    /// The directives or entries inside; none for a simple statement or Lua.
    pub fn children(&self) -> &[Self] {
        match &self.body {
            Body::Block { children, .. } | Body::Data { children, .. } => children,
            Body::Simple | Body::Lua { .. } => &[],
        }
    }

    /// Whether this is the directive of that name; nginx compares names byte for byte.
    pub fn is(&self, name: &str) -> bool {
        *self.name.value == *name.as_bytes()
    }
}

impl Word<'_> {
    /// The value as text, undecodable bytes replaced.
    pub fn text(&self) -> Cow<'_, str> {
        lossy(&self.value)
    }

    /// Whether nginx's script engine would find a variable in the value: `$name`, `$1` or `${name}`.
    pub fn has_variable(&self) -> bool {
        let names = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'{');
        self.value.windows(2).any(|pair| pair[0] == b'$' && names(&pair[1]))
    }
}
