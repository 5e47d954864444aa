//! One word of a line, kept after the files it was read from are let go.

use crate::model::Setting;
use crate::platforms::haproxy::syntax::Word;
use crate::platforms::haproxy::syntax::crt_list::Term;
use crate::source::Span;

/// A word with where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    /// What HAProxy works with.
    pub(super) text: String,
    /// Where it is written.
    pub(super) span: Span,
    /// Why it is not known offline what HAProxy will work with.
    pub(super) open: Option<&'static str>,
    /// It stands for any number of words.
    pub(super) several: bool,
}

/// A word that the environment or a template fills in.
const FILLED: &str = "a variable or a template fills it in";

/// A line that may not be read.
const CONDITIONAL: &str = "whether the line is read depends on a condition";

impl Value {
    /// A word of a line of the configuration.
    pub(super) fn of(word: &Word<'_>) -> Self {
        Value {
            text: word.text().into_owned(),
            span: word.span,
            open: word.opaque.then_some(FILLED),
            several: word.several,
        }
    }

    /// A word of a line of a crt-list, where nothing is filled in.
    pub(super) fn of_term(term: &Term<'_>) -> Self {
        Value { text: term.text().into_owned(), span: term.span, open: None, several: false }
    }

    /// The same on a line that may not be read.
    pub(super) fn conditional(self) -> Self {
        Value { open: Some(CONDITIONAL), ..self }
    }

    /// Whether it is this word, known for certain.
    pub(super) fn is(&self, text: &str) -> bool {
        self.open.is_none() && self.text == text
    }

    /// The value as a setting.
    pub(super) fn setting<T>(&self, make: impl FnOnce(&Value) -> T) -> Setting<T> {
        match self.open {
            Some(why) => Setting::unknown(why, self.span),
            None => Setting::written(make(self), self.span),
        }
    }
}
