//! What nginx refuses while it cuts a file into statements, in its own words.

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
    help: &'static str,
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
    /// A quoted word that does not fit into nginx's buffer; the quote.
    Unterminated(u8),
    /// A `;` is missing after this directive, and the next statement opens a block.
    NotTerminated(Vec<u8>),
    /// A `;` is missing after this directive, and the next line's words are too many arguments.
    TooManyArguments(Vec<u8>),
    /// A `;` is missing: the directive goes on in the next line, and takes no such value.
    InvalidValue(Vec<u8>),
    /// A `;` is missing: the directive goes on in the next line, and takes no such parameter.
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
    pub(super) fn new(span: Span, kind: SyntaxErrorKind, noticed: usize, help: &'static str) -> Self {
        SyntaxError { span, kind, noticed: u32::try_from(noticed).unwrap_or(u32::MAX), help }
    }

    /// The line nginx names in its message.
    pub fn nginx_line(&self, source: &Source) -> usize {
        // Not by `Source::position`: that counts columns too, and one line can hold all errors of a file.
        let (mut line, mut last) = (1, source.line_count());
        while line < last {
            let middle = line + (last - line).div_ceil(2);
            match source.line_range(middle).start <= self.noticed as usize {
                true => line = middle,
                false => last = middle - 1,
            }
        }
        line
    }

    /// What to write instead.
    pub fn help(&self) -> &'static str {
        self.help
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl std::error::Error for SyntaxError {}

impl fmt::Display for SyntaxErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match self {
            Self::Unexpected(byte) => write!(f, "unexpected \"{}\"", text(&[*byte])),
            Self::EndInStatement => f.write_str("unexpected end of file, expecting \";\" or \"}\""),
            Self::EndInBlock => f.write_str("unexpected end of file, expecting \"}\""),
            Self::TooLong(first) => write!(f, "too long parameter \"{}...\" started", text(first)),
            Self::Unterminated(quote) => {
                let quote = char::from(*quote);
                write!(f, "too long parameter, probably missing terminating \"{quote}\" character")
            }
            Self::NotTerminated(name) => write!(f, "directive \"{}\" is not terminated by \";\"", text(name)),
            Self::TooManyArguments(name) => {
                write!(f, "invalid number of arguments in \"{}\" directive", text(name))
            }
            Self::InvalidValue(value) => write!(f, "invalid value \"{}\"", text(value)),
            Self::InvalidParameter(value) => write!(f, "invalid parameter \"{}\"", text(value)),
            Self::ByteOrderMark(word) => write!(f, "unknown directive \"{}\"", text(word)),
            Self::TooDeep => f.write_str("nesting too deep"),
            Self::EndInLua => {
                f.write_str("unexpected end of file, expecting terminating characters for lua code block")
            }
            Self::LuaBracket(close) => {
                let close = text(close);
                write!(f, "Lua code block missing the closing long bracket \"{close}\"")?;
                f.write_str(", the inlined Lua code may be too long")
            }
        }
    }
}

/// What to write instead, per cause.
pub(super) mod help {
    pub const SEMICOLON: &str = "write `;` at the end of this line";
    pub const BRACE: &str = "write the `}` that closes this block";
    pub const STRAY_BRACE: &str = "remove this `}`, or open its block in the same file";
    pub const EMPTY_STATEMENT: &str = "remove this `;`: a statement begins with a name";
    pub const NAMELESS_BLOCK: &str = "write the block's name before `{`";
    pub const BLOCK_IN_DATA: &str =
        "entries end with `;` and hold no blocks; put quotes around a word with `{` in it";
    pub const AFTER_QUOTE: &str =
        "write a blank or `;` after the closing quote; a quote inside the word needs `\\` before it";
    pub const QUOTE: &str = "write the quote that closes this word";
    pub const LONG_WORD: &str = "shorten it: nginx reads no word above 4095 bytes";
    pub const LONG_QUOTED: &str =
        "shorten it: nginx reads no quoted word above 4094 bytes; or close the quote where it should end";
    pub const LONG_COMMENT: &str = "break the line: nginx reads no comment above 4095 bytes";
    pub const BYTE_ORDER_MARK: &str = "save the file as UTF-8 without a byte order mark";
    pub const DEEP: &str = "nest fewer blocks";
    pub const LUA: &str = "close the braces of the Lua code, and its block with `}`";
    pub const LUA_BRACKET: &str = "close the long bracket with as many `=` as it was opened with";
}
