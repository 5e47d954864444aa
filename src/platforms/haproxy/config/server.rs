//! The options that a server really gets: those of every `default-server` above it, and its own
//! (configuration manual, section 5.2).

use super::server_words::{self, Values};
use super::{Config, SectionId};
use crate::platforms::haproxy::syntax::{Arm, Statement, Word};

/// The options of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerOptions<'c> {
    /// From left to right: a later one acts on what the ones before it made.
    pub options: Vec<ServerOption<'c>>,
    /// All of them are known; otherwise which `defaults` apply is not, or a template or a variable brings more.
    pub complete: bool,
}

/// An option with its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerOption<'c> {
    /// The option.
    pub word: &'c Word<'c>,
    /// What follows it.
    pub values: &'c [Word<'c>],
    /// The line it stands in, as an index into the statements.
    pub line: usize,
    /// Whether it reaches the server.
    pub passed: Passed,
}

/// Whether an option reaches the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passed {
    /// It does.
    Yes,
    /// It depends on a condition whose outcome is not known.
    Perhaps,
    /// `default-server` takes it and keeps it to itself.
    NotCopied,
    /// `default-server` complains and goes on without it.
    Refused,
}

impl<'s> Config<'s> {
    /// The options of the `server`, `server-template` or `peer` at a place in the order of reading, which lies in
    /// this section.
    pub fn server_options(&self, id: SectionId, place: usize) -> ServerOptions<'_> {
        let Some(own) = self.reading.statements.get(place) else {
            return ServerOptions { options: Vec::new(), complete: false };
        };
        let lineage = self.lineage(id);
        let mut found = ServerOptions { options: Vec::new(), complete: lineage.is_some() };
        for above in lineage.unwrap_or_else(|| vec![id]) {
            let lines = self.section(above).into_iter().flat_map(|section| self.lines(section));
            let defaults = lines.filter(|(at, line)| *at < place && line.is("default-server"));
            for (at, line) in defaults {
                self.add(line, at, 1, own.arm, &mut found);
            }
        }
        let skip = match () {
            () if own.is("server-template") => 4,
            () if own.is("default-server") => 1,
            // A peer that is this HAProxy itself has no address where `bind` gives it one.
            () => 2 + usize::from(own.words.get(2).is_some_and(|word| !is_option(word))),
        };
        self.add(own, place, skip, own.arm, &mut found);
        found
    }

    /// Adds the options of a line, which begin at its word `skip`.
    fn add<'c>(
        &'c self,
        line: &'c Statement<'s>,
        at: usize,
        skip: usize,
        arm: Option<Arm>,
        into: &mut ServerOptions<'c>,
    ) {
        if self.reading.exclude(arm, line.arm) {
            return;
        }
        let sure = self.reading.implies(arm, line.arm);
        let inherited = line.is("default-server");
        let mut rest = line.words.get(skip..).unwrap_or_default();
        while let Some((word, after)) = rest.split_first() {
            into.complete &= !word.opaque && !word.several;
            let count = count(word, after);
            let (values, next) = after.split_at(count.min(after.len()));
            let passed = match () {
                () if inherited && server_words::is_refused_in_defaults(&word.value) => Passed::Refused,
                () if inherited && server_words::is_not_copied(&word.value) => Passed::NotCopied,
                () if !sure => Passed::Perhaps,
                () => Passed::Yes,
            };
            into.options.push(ServerOption { word, values, line: at, passed });
            rest = next;
        }
    }
}

/// How many values follow a word in a line that goes on with `after`.
fn count(word: &Word<'_>, after: &[Word<'_>]) -> usize {
    match server_words::values(&word.value).filter(|_| !word.opaque) {
        None | Some(Values::None) => 0,
        Some(Values::One) => 1,
        Some(Values::Source) => {
            let mut count = 1;
            while after.get(count).is_some_and(|word| word.is("usesrc") || word.is("interface")) {
                count += 2;
            }
            count
        }
    }
}

fn is_option(word: &Word<'_>) -> bool {
    !word.opaque && server_words::values(&word.value).is_some()
}
