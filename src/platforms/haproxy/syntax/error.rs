//! What HAProxy refuses while it cuts files into statements, in its own words.

use super::tree::Arm;
use crate::source::Span;
use std::fmt;

/// Something HAProxy complains about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// What to point at.
    pub span: Span,
    /// What is wrong.
    pub kind: SyntaxErrorKind,
    /// The line that HAProxy names, from 1.
    pub line: usize,
    /// Whether it refuses to start over it; otherwise it warns.
    pub fatal: bool,
    /// The arm of a condition it stands in whose outcome is not known, so that it may never be met.
    pub arm: Option<Arm>,
}

/// What is wrong. [`fmt::Display`] gives HAProxy's message without what it quotes of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyntaxErrorKind {
    /// A quote that is not closed on its line.
    UnmatchedQuote,
    /// `${` without `}`, or something between them that is neither `-default` nor `[*]`.
    UnmatchedBrace,
    /// A `$` inside double quotes without a name after it.
    VariableName,
    /// `\x` without two hexadecimal digits.
    BadHex,
    /// `[` in `${NAME[*]}` with anything else in it than `*`.
    BadExpansion,
    /// More words than 64.
    TooManyWords,
    /// A word without a character, which ends the line or is an error.
    EmptyWord,
    /// The last line does not end with a line feed.
    MissingLineFeed,
    /// A NUL byte.
    Nul,
    /// `[]`, or `[` that is not closed.
    EmptyScope,
    /// A byte that cannot stand in the name of a scope.
    ScopeName(u8),
    /// Something behind `[name]`.
    AfterScope(u8),
    /// A condition that cannot be read.
    BadCondition,
    /// More `.if` within each other than 99.
    TooManyConditions,
    /// `.elif`, `.else` or `.endif` without `.if`.
    Lone(Directive),
    /// `.elif` or `.else` after `.else`.
    AfterElse(Directive),
    /// A word behind `.else` or `.endif`, or a second one behind `.notice` and its like.
    UnexpectedArgument,
    /// An `.if` without `.endif` in the same file.
    OpenCondition,
    /// `.alert`, which stops HAProxy with a message of the author's.
    Alert,
    /// `.warning`.
    Warning,
    /// Another word that begins with a dot.
    UnknownDirective,
    /// `no` or `default` before a word that takes neither.
    Negation,
    /// Words before the first section of a file.
    OutOfSection,
}

/// A directive that belongs to an `.if`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Directive {
    /// `.elif`
    Elif,
    /// `.else`
    Else,
    /// `.endif`
    Endif,
}

impl fmt::Display for Directive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Directive::Elif => ".elif",
            Directive::Else => ".else",
            Directive::Endif => ".endif",
        })
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
        let byte = |b: &u8| char::from(*b);
        match self {
            Self::UnmatchedQuote => f.write_str("unmatched quote"),
            Self::UnmatchedBrace => f.write_str("unmatched brace in environment variable name"),
            Self::VariableName => f.write_str("forbidden first char in environment variable name"),
            Self::BadHex => f.write_str("truncated or invalid hexadecimal sequence"),
            Self::BadExpansion => f.write_str("truncated or invalid word expansion sequence"),
            Self::TooManyWords => f.write_str("too many words"),
            Self::EmptyWord => f.write_str("argument is empty and marks the end of the argument list"),
            Self::MissingLineFeed => f.write_str("Missing LF on last line"),
            Self::Nul => f.write_str("Stray NUL character"),
            Self::EmptyScope => f.write_str("empty scope name is forbidden"),
            Self::ScopeName(b) => write!(f, "character '{}' is not permitted in a scope name", byte(b)),
            Self::AfterScope(b) => {
                write!(f, "character '{}' is not permitted after scope declaration", byte(b))
            }
            Self::BadCondition => f.write_str("unparsable conditional expression"),
            Self::TooManyConditions => f.write_str("too many nested '.if', max is 99"),
            Self::Lone(directive) => write!(f, "lone '{directive}' with no matching '.if'"),
            Self::AfterElse(directive) => write!(f, "'{directive}' after '.else' is not permitted"),
            Self::UnexpectedArgument => f.write_str("Unexpected argument"),
            Self::OpenCondition => f.write_str("non-terminated '.if' block"),
            Self::Alert => f.write_str("`.alert` stops HAProxy"),
            Self::Warning => f.write_str("`.warning`"),
            Self::UnknownDirective => f.write_str("unknown directive"),
            Self::Negation => f.write_str("negation/default currently supported only for options, log"),
            Self::OutOfSection => f.write_str("unknown keyword out of section"),
        }
    }
}

impl SyntaxErrorKind {
    /// What to write instead.
    pub fn help(self) -> Option<&'static str> {
        Some(match self {
            Self::UnmatchedQuote => {
                "close the quote on the same line; HAProxy knows no continuation of lines"
            }
            Self::UnmatchedBrace => "write `${NAME}` or `${NAME-default}`; `:-` is the shell's",
            Self::VariableName => "write `\\$` for a dollar inside double quotes",
            Self::BadHex => "write two hexadecimal digits after `\\x`",
            Self::BadExpansion => "write `${NAME[*]}`",
            Self::TooManyWords => "HAProxy reads no more than 64 words of a line",
            Self::EmptyWord => {
                "remove the empty word, or write `\"${NAME[*]}\"` for a variable that may be empty"
            }
            Self::MissingLineFeed => "end the last line with a line feed",
            Self::OpenCondition => "write `.endif` in the same file",
            Self::OutOfSection => "begin every file with a section: `global`, `defaults`, `frontend`, …",
            _ => return None,
        })
    }
}
