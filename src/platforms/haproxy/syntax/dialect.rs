//! What the lexer of each version does differently.

use crate::platforms::haproxy::version::HaproxyVersion;

/// The lexer of one version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    /// `"${NAME[*]}"` splits a value into words: since 2.3.
    pub(super) splits: bool,
    /// `.if` and its like, `"${.LINE}"` and its like: since 2.4.
    pub(super) conditions: bool,
    /// `"${NAME-text}"`: since 2.5.
    pub(super) defaults: bool,
    /// What a missing line feed at the end, or a NUL, costs: the start since 2.3, a warning before.
    pub(super) whole_lines: bool,
    /// What becomes of empty words.
    pub(super) empty: EmptyWords,
    /// All files are read for their environment first: since 3.1.
    pub(super) reads_twice: bool,
}

/// What becomes of words without a character (measured; configuration manual 3.4, section 2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum EmptyWords {
    /// Up to 2.8 an empty word ends the line, and nothing says so.
    EndLine,
    /// From 2.9 on a variable that is not set, at the end of its quotes, leaves no word, and takes the blanks
    /// after it along.
    UnsetVanishes,
    /// In 3.2 also, and a warning tells of words that end the line.
    Warned,
    /// Since 3.3 an empty word is an error.
    Refused,
}

impl EmptyWords {
    /// Whether a variable without a value takes the blanks after its quotes along.
    pub(super) fn unset_vanishes(self) -> bool {
        matches!(self, EmptyWords::UnsetVanishes | EmptyWords::Warned)
    }

    /// Whether blanks at the end of a line begin another, empty word.
    pub(super) fn blanks_begin_words(self) -> bool {
        self < EmptyWords::Warned
    }
}

impl Dialect {
    /// The lexer of a version.
    pub(super) fn of(version: HaproxyVersion) -> Self {
        let empty = match () {
            () if version.since(3, 3) => EmptyWords::Refused,
            () if version.since(3, 2) => EmptyWords::Warned,
            () if version.since(2, 9) => EmptyWords::UnsetVanishes,
            () => EmptyWords::EndLine,
        };
        Dialect {
            splits: version.since(2, 3),
            conditions: version.since(2, 4),
            defaults: version.since(2, 5),
            whole_lines: version.since(2, 3),
            empty,
            reads_twice: version.since(3, 1),
        }
    }
}
