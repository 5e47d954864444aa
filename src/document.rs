//! TOML documents that steer a run: a profile, a configuration. What is wrong in one is told with its place.

use crate::nearest::nearest;
use serde::de::DeserializeOwned;
use std::ops::Range;
use toml::de::{DeTable, DeValue};

/// Why a text cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// What is wrong, in one line.
    pub message: String,
    /// Where.
    pub at: Range<usize>,
    /// What to write instead.
    pub help: Option<String>,
}

/// Reads a document; `what` is what messages call it: `a profile`.
///
/// # Errors
/// Says where the text is no TOML, or has a key or a value that is not known.
pub fn read<T: DeserializeOwned>(text: &str, what: &str) -> Result<T, Unreadable> {
    toml::from_str(text).map_err(|error| {
        let (message, help) = reword(error.message(), what);
        Unreadable { message, at: error.span().unwrap_or(0..0), help }
    })
}

/// An unknown key in serde's words: ``unknown field `a`, expected one of `b`, `c` ``.
fn reword(message: &str, what: &str) -> (String, Option<String>) {
    if let Some(key) = message.strip_prefix("missing field ") {
        return (format!("{what} lacks the key {key} here"), None);
    }
    let Some(rest) = message.strip_prefix("unknown field `") else {
        return (message.lines().next().unwrap_or_default().to_owned(), None);
    };
    let mut parts = rest.split('`');
    let key = parts.next().unwrap_or_default();
    let known: Vec<&str> = parts.skip(1).step_by(2).collect();
    let help = help(key, &known);
    (format!("{what} has no key `{key}` here"), Some(help))
}

/// What to write instead of a key that is not known.
pub fn help(key: &str, known: &[&str]) -> String {
    match (nearest(key, known.iter().copied()), known) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, [only]) => format!("the only key here is {only}"),
        (None, known) => format!("the keys here are {}", known.join(", ")),
    }
}

/// One step on the way to a value of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// Into a table.
    Key(&'a str),
    /// Into an array.
    Index(usize),
}

/// Where the values of a document stand in its text.
#[derive(Debug)]
pub struct Places<'a>(Option<DeTable<'a>>);

impl<'a> Places<'a> {
    /// The places in a text; none where it cannot be read.
    pub fn of(text: &'a str) -> Self {
        Places(DeTable::parse(text).ok().map(toml::Spanned::into_inner))
    }

    /// Where a value stands.
    pub fn locate(&self, way: &[Step]) -> Option<Range<usize>> {
        let (first, rest) = way.split_first()?;
        let Step::Key(key) = first else { return None };
        let mut place = self.0.as_ref()?.get(*key)?;
        for step in rest {
            place = match (step, place.get_ref()) {
                (Step::Key(key), DeValue::Table(table)) => table.get(*key)?,
                (Step::Index(index), DeValue::Array(array)) => array.get(*index)?,
                _ => return None,
            };
        }
        Some(place.span())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_their_keys() {
        let text = "a = 1\n[b.c]\nd = [10, 20]\n[[e]]\nf = 'x'\n[[e]]\nf = 'y'\n";
        let places = Places::of(text);
        let at = |way: &[Step]| places.locate(way).and_then(|range| text.get(range));
        assert_eq!(at(&[Step::Key("a")]), Some("1"));
        assert_eq!(at(&[Step::Key("b"), Step::Key("c"), Step::Key("d"), Step::Index(1)]), Some("20"));
        assert_eq!(at(&[Step::Key("e"), Step::Index(1), Step::Key("f")]), Some("'y'"));
        assert_eq!(at(&[Step::Key("e"), Step::Index(1)]), Some("[[e]]"));
        assert_eq!(at(&[Step::Key("a"), Step::Key("x")]), None);
        assert_eq!(at(&[Step::Key("z")]), None);
    }
}
