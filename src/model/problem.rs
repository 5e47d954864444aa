//! What is wrong with the text of a configuration itself, and what it leaves open.

use crate::source::Span;

/// The kind of a problem; each is reported by the rule of its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProblemKind {
    /// The text cannot be read.
    Syntax {
        /// What is wrong at this very place.
        label: String,
        /// What the server itself says.
        says: String,
        /// What to write instead.
        help: Option<String>,
    },
    /// An included file is not there.
    IncludeNotFound {
        /// Where it was looked for.
        looked_for: String,
        /// Whether there is something that cannot be read: a directory, a device.
        unreadable: bool,
    },
    /// A file includes itself, directly or through others.
    IncludeCycle {
        /// The files on the way round.
        through: Vec<String>,
    },
    /// A word that may stand once stands twice.
    Duplicate {
        /// The word.
        name: String,
        /// Where it stands first.
        first: Span,
    },
    /// A second default server for one socket.
    DuplicateDefault {
        /// The socket.
        address: String,
        /// The first.
        first: Span,
    },
    /// An unknown word, close to a known one.
    Misspelled {
        /// The known one.
        nearest: String,
        /// The word itself, for the edit.
        word: Span,
    },
    /// A wrong number of arguments, a value that is none, a place where the word may not stand.
    Invalid {
        /// What to write instead.
        help: Option<String>,
    },
    /// A certificate without its key.
    KeyMissing {
        /// The setting to name it with.
        setting: String,
    },
    /// The target's version does not know it (yet, or any more).
    Unsupported {
        /// Since when, or until when.
        help: Option<String>,
    },
    /// Known to the target, but on its way out, or without effect there.
    Deprecated {
        /// Why.
        why: String,
        /// What to write instead.
        help: Option<String>,
        /// Whether the target only warns about it.
        still_works: bool,
    },
    /// Has no effect.
    Ineffective {
        /// Why.
        why: String,
        /// What to do instead.
        help: Option<String>,
    },
}

/// Something wrong with the text itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What kind of problem.
    pub kind: ProblemKind,
    /// Where.
    pub span: Span,
    /// What is wrong, in one line.
    pub message: String,
    /// Whether the server refuses to start on it.
    pub fatal: bool,
    /// What the server itself says, where that is known to the letter.
    pub says: Option<String>,
}

impl Problem {
    /// Whether it keeps a part of the input from being read, so that the run itself has failed.
    pub fn stops_reading(&self) -> bool {
        matches!(
            self.kind,
            ProblemKind::Syntax { .. }
                | ProblemKind::IncludeCycle { .. }
                | ProblemKind::IncludeNotFound { unreadable: true, .. }
        )
    }
}

/// A thing that cannot be known offline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownFact {
    /// What makes it unknowable.
    pub span: Span,
    /// The word whose value is open: `ssl_certificate`.
    pub what: String,
    /// Why: `path holds the variable $ssl_server_name`.
    pub why: String,
}
