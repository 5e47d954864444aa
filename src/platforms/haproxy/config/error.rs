//! What HAProxy has against sections.

use crate::platforms::haproxy::section::SectionKind;
use crate::platforms::haproxy::syntax::Arm;
use crate::source::Span;
use std::fmt;

/// Something HAProxy complains about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// What to point at.
    pub span: Span,
    /// What is wrong.
    pub kind: ConfigErrorKind,
    /// The line that HAProxy names, from 1.
    pub line: usize,
    /// Whether it refuses to start over it; otherwise it goes on, with or without a word.
    pub fatal: bool,
    /// The arm of a condition it depends on whose outcome is not known.
    pub arm: Option<Arm>,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigErrorKind {
    /// The version has no such section (yet, or any more).
    Unsupported(SectionKind),
    /// The section needs a name.
    MissingName(SectionKind),
    /// A byte that cannot stand in a name.
    BadName(u8),
    /// A word that nothing is expected at.
    UnexpectedArgument,
    /// There is a section of this name already.
    Duplicate {
        /// The first.
        first: Span,
    },
    /// No `defaults` of this name stands above.
    UnknownDefaults,
    /// Two `defaults` of this name stand above.
    AmbiguousDefaults {
        /// The last of them.
        first: Span,
    },
    /// A `defaults` of this name is referred to above, so there cannot be another.
    ReplacedDefaults {
        /// The one that is referred to.
        first: Span,
    },
    /// This `defaults` serves proxies that name it and others that do not.
    MixedDefaults {
        /// The `defaults`.
        defaults: Span,
    },
    /// The section needs `expose-experimental-directives` above it.
    Experimental(SectionKind),
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl std::error::Error for ConfigError {}

impl fmt::Display for ConfigErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported(kind) => write!(f, "unknown section `{}`", kind.word()),
            Self::MissingName(kind) => write!(f, "`{}` expects a name", kind.word()),
            Self::BadName(byte) => write!(f, "character `{}` is not permitted in a name", char::from(*byte)),
            Self::UnexpectedArgument => f.write_str("unexpected argument"),
            Self::Duplicate { .. } => f.write_str("there is a section of this name already"),
            Self::UnknownDefaults => f.write_str("no `defaults` of this name stands above"),
            Self::AmbiguousDefaults { .. } => f.write_str("two `defaults` of this name stand above"),
            Self::ReplacedDefaults { .. } => {
                f.write_str("a `defaults` of this name is referred to and cannot be replaced")
            }
            Self::MixedDefaults { .. } => {
                f.write_str("these `defaults` are named by one proxy and inherited by another")
            }
            Self::Experimental(kind) => {
                write!(f, "`{}` needs `expose-experimental-directives` in `global`", kind.word())
            }
        }
    }
}
