//! First words of lines: in which sections each may stand, since when, and how many words may follow.

mod retired;
mod table;

pub use retired::farewell;

use super::super::section::SectionKind;
use super::super::version::HaproxyVersion;
use super::lifetime::{Lifetime, Presence};

/// A set of kinds of sections.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Sections(u32);

impl Sections {
    /// The set of one.
    pub const fn of(kind: SectionKind) -> Self {
        Self(1 << kind as u32)
    }

    /// Whether a kind is in the set.
    pub const fn contains(self, kind: SectionKind) -> bool {
        self.0 & Self::of(kind).0 != 0
    }
}

/// One first word with one meaning: the same word in other sections is another row.
#[derive(Clone, Copy, Debug)]
pub struct Keyword {
    /// The word, which HAProxy compares byte by byte.
    pub name: &'static str,
    /// Where it counts.
    pub sections: Sections,
    /// Where HAProxy warns and skips the line, as `bind` in `backend`.
    pub ignored: Sections,
    /// Whether `defaults` takes it since 2.5 if it has a name.
    pub in_named_defaults: bool,
    /// With how many more words HAProxy refuses the line, where this is known for all versions.
    pub most: Option<u8>,
    /// When it came and went.
    pub lifetime: Lifetime,
    /// The first version that knows the word only to say that it is gone.
    pub retired: Option<HaproxyVersion>,
    /// Whether it depends on how HAProxy was built.
    pub build: bool,
    /// Whether `expose-experimental-directives` must stand in `global` before.
    pub experimental: bool,
    /// Whether HAProxy thinks of it when it looks for what was meant.
    pub(super) listed: bool,
}

/// All rows, in byte order.
pub fn all() -> &'static [Keyword] {
    table::TABLE
}

/// All rows of a word, whatever the section and version.
pub fn lookup(name: &str) -> &'static [Keyword] {
    let from = table::TABLE.partition_point(|row| row.name < name);
    let rows = table::TABLE.get(from..).unwrap_or_default();
    let count = rows.iter().take_while(|row| row.name == name).count();
    rows.get(..count).unwrap_or_default()
}

/// The row of a word that is about a kind of section: where it counts, is ignored or is refused by name.
pub fn find(name: &str, section: SectionKind) -> Option<&'static Keyword> {
    lookup(name).iter().find(|row| row.concerns(section))
}

impl Keyword {
    /// Whether `version` has the word.
    pub fn presence(&self, version: Option<HaproxyVersion>) -> Presence {
        self.lifetime.presence(version)
    }

    /// Proxies share one reader: a word of one of them is known in all four.
    pub(super) fn concerns(&self, section: SectionKind) -> bool {
        const PROXIES: [SectionKind; 4] =
            [SectionKind::Defaults, SectionKind::Frontend, SectionKind::Listen, SectionKind::Backend];
        self.sections.contains(section)
            || PROXIES.contains(&section) && PROXIES.into_iter().any(|proxy| self.sections.contains(proxy))
    }
}
