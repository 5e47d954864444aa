//! What nginx refuses while it cuts a file into statements, in its own words.

use std::borrow::Cow;
use std::fmt;

use crate::source::{Source, Span};

/// Something nginx would stop at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// What to point at: the place to repair, which need not be where nginx notices.
    pub span: Span,
    /// What is wrong.
    pub kind: SyntaxErrorKind,
    /// The offset whose line nginx names.
    pub(super) noticed: u32,
}

/// What is wrong. [`fmt::Display`] gives nginx's message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyntaxErrorKind {
    /// A byte where it cannot stand: `;`, `{`, `}`, or anything right after a closing quote.
    Unexpected(u8),
    /// The file ends inside a statement.
    EndInStatement,
    /// The file ends inside a block.
    EndInBlock,
    /// A word or a comment that does not fit into nginx's buffer; its first ten bytes.
    TooLong(Vec<u8>),
    /// A quoted word that does not fit into nginx's buffer.
    Unterminated(u8),
    /// A `;` is missing: this directive takes no block, yet the next `{` would open one for it.
    NotTerminated(Vec<u8>),
    /// A `;` is missing: the words of the next line would be too many arguments.
    TooManyArguments(Vec<u8>),
    /// A `;` is missing: the next directive's name would be a value.
    InvalidValue(Vec<u8>),
    /// A `;` is missing: the next directive's name would be a parameter.
    InvalidParameter(Vec<u8>),
    /// A byte order mark, which nginx takes for the start of the first word, given here.
    ByteOrderMark(Vec<u8>),
    /// More levels of blocks than anyone writes by hand.
    TooDeep,
    /// The file ends inside Lua.
    EndInLua,
    /// A long bracket of Lua is not closed; the closing bracket.
    LuaBracket(Vec<u8>),
}

impl SyntaxError {
    /// The line nginx names in its message.
    pub fn nginx_line(&self, source: &Source) -> usize {
        source.position(self.noticed).line
    }

    /// What to write instead.
    pub fn help(&self) -> Cow<'static, str> {
        "".into()
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl fmt::Display for SyntaxErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for SyntaxError {}
