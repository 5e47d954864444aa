//! A configuration as HAProxy holds it: sections with their names, what proxies inherit from `defaults`, and what
//! servers get from `default-server`.
//!
//! Statements keep their place in the order of reading ([`Reading::statements`]), since much of `global` acts only
//! on what stands below it.

mod check;
mod default_path;
mod error;
mod files;
mod inherit;
mod server;
mod server_words;

pub use default_path::DefaultPath;
pub use error::{ConfigError, ConfigErrorKind};
pub use files::in_directory;
pub use inherit::Inheritance;
pub use server::{Passed, ServerOption, ServerOptions};

use super::section::SectionKind;
use super::syntax::{Arm, Reading, Statement, Word};
use super::version::HaproxyVersion;
use crate::source::Span;
use std::ops::Range;

/// A configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config<'s> {
    /// The lines.
    pub reading: Reading<'s>,
    /// The sections in their order.
    pub sections: Vec<Section>,
    /// What HAProxy has against the sections, in the order of the lines.
    pub errors: Vec<ConfigError>,
}

/// An index into [`Config::sections`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SectionId(pub u32);

/// A section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// What it is about.
    pub kind: SectionKind,
    /// The line that begins it, as an index into [`Reading::statements`].
    pub header: usize,
    /// The lines in it, likewise.
    pub lines: Range<usize>,
    /// Which word of the header is its name.
    name: Option<usize>,
    /// Which word of the header names the `defaults` after `from`.
    from: Option<usize>,
    /// The `defaults` it takes its settings from; for proxies and `defaults`.
    pub inherits: Inheritance,
}

impl<'s> Config<'s> {
    /// Sorts what was read.
    pub fn of(reading: Reading<'s>, version: HaproxyVersion) -> Self {
        let mut sections: Vec<Section> = Vec::new();
        let mut is_inside = false;
        for (index, statement) in reading.statements.iter().enumerate() {
            // A section ends with its file.
            is_inside &= !statement.begins_file;
            let first = statement.words.first().filter(|word| !word.opaque);
            if let Some(kind) = first.and_then(|word| SectionKind::parse(&word.value)) {
                sections.push(Section::new(kind, index, statement, version));
                is_inside = true;
            } else if let Some(section) = sections.last_mut().filter(|_| is_inside) {
                section.lines.end = index + 1;
            }
        }
        let mut config = Config { reading, sections, errors: Vec::new() };
        inherit::resolve(&mut config);
        config.errors = check::check(&config, version);
        config
    }

    /// The section of an id.
    pub fn section(&self, id: SectionId) -> Option<&Section> {
        self.sections.get(id.0 as usize)
    }

    /// Every section with its id.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (SectionId, &Section)> {
        self.sections.iter().enumerate().map(|(index, section)| (SectionId(index as u32), section))
    }

    /// The line that begins a section.
    pub fn header(&self, section: &Section) -> &Statement<'s> {
        &self.reading.statements[section.header]
    }

    /// The lines of a section, each with its place in the order of reading.
    pub fn lines(&self, section: &Section) -> impl DoubleEndedIterator<Item = (usize, &Statement<'s>)> {
        section.lines.clone().zip(&self.reading.statements[section.lines.clone()])
    }

    /// The name of a section.
    pub fn name(&self, section: &Section) -> Option<&Word<'s>> {
        section.name.and_then(|at| self.header(section).words.get(at))
    }

    /// The name behind `from`.
    pub fn from(&self, section: &Section) -> Option<&Word<'s>> {
        section.from.and_then(|at| self.header(section).words.get(at))
    }

    /// The arm that a section stands in.
    fn arm(&self, section: &Section) -> Option<Arm> {
        self.header(section).arm
    }

    /// Where the conditions stand that decide whether a statement counts, with those of its section's header.
    pub fn conditions(&self, section: &Section, statement: &Statement<'_>) -> Vec<Span> {
        let mut spans = self.reading.conditions(statement.arm);
        spans.extend(self.reading.conditions(self.arm(section)));
        spans.sort();
        spans.dedup();
        spans
    }

    /// Whether a line belongs to this section for certain once it is read: a section that begins in one arm of a
    /// condition need not be the one that a line below `.endif` belongs to.
    pub fn surely_in(&self, section: &Section, statement: &Statement<'_>) -> bool {
        self.reading.implies(statement.arm, self.arm(section))
    }

    /// The lines of all `global` sections above a place in the order of reading: what has been said when the line
    /// there is parsed.
    pub fn global_before(&self, place: usize) -> impl DoubleEndedIterator<Item = (usize, &Statement<'s>)> {
        let globals = self.sections.iter().filter(|section| section.kind == SectionKind::Global);
        globals.flat_map(|section| self.lines(section)).filter(move |(at, _)| *at < place)
    }

    /// The lines of all `global` sections, for what is looked at only once everything is parsed.
    pub fn global(&self) -> impl DoubleEndedIterator<Item = (usize, &Statement<'s>)> {
        self.global_before(usize::MAX)
    }
}

impl Section {
    fn new(kind: SectionKind, header: usize, statement: &Statement<'_>, version: HaproxyVersion) -> Self {
        let words = &statement.words;
        let inherits_by_name = version.since(2, 4) && (kind.is_proxy() || kind == SectionKind::Defaults);
        let is_from = |at: usize| inherits_by_name && words.get(at).is_some_and(|word| word.is("from"));
        // `defaults from x` has no name.
        let nameless = kind == SectionKind::Defaults && words.len() == 3 && is_from(1);
        let keyword = if nameless { 1 } else { 2 };
        Section {
            kind,
            header,
            lines: header + 1..header + 1,
            name: (!nameless && words.len() > 1).then_some(1),
            from: (is_from(keyword) && words.len() > keyword + 1).then_some(keyword + 1),
            inherits: Inheritance::default(),
        }
    }
}

#[cfg(test)]
mod tests;
