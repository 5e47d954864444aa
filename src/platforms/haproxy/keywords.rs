//! HAProxy's words: which first words each section has, which options follow on lines that carry TLS, and in
//! which versions.
//!
//! [`check`] decides as HAProxy's own reader does about the words of a line, [`Remark::message`] says it in
//! HAProxy's words, [`versions`] works out which versions of TLS the words of a line leave.
//! Recorded answers of five HAProxies to single lines are in `testdata/haproxy/keywords/`.

mod advice;
mod check;
mod first;
mod lifetime;
mod message;
mod suggest;
mod values;
pub mod versions;
mod words;

pub use advice::{for_keyword, for_word};
pub use check::{Absence, Effect, Line, Problem, Remark, check, check_options};
pub use first::{Keyword, Sections, find as find_keyword, lookup};
pub use lifetime::{Lifetime, NEWEST, OLDEST, Presence};
pub use suggest::{nearest_keywords, nearest_words};
pub use values::{VERSIONS, methods};
pub use words::{About, Missing, Place, Values, Word, all as words, find as find_word};

#[cfg(test)]
mod tests;
