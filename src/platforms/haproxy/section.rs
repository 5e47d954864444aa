//! The sections of a configuration (configuration manual, chapters 3 to 12; source: `REGISTER_CONFIG_SECTION`).

use super::version::HaproxyVersion;

/// What a section is about. Its name, as the first word of a line, begins it wherever it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)] // Each is the word in the file.
pub enum SectionKind {
    Global,
    Defaults,
    Frontend,
    Backend,
    Listen,
    Userlist,
    Peers,
    Mailers,
    Resolvers,
    NamespaceList,
    Cache,
    Program,
    Ring,
    HttpErrors,
    FcgiApp,
    LogForward,
    CrtStore,
    LogProfile,
    Traces,
    Acme,
    Healthcheck,
}

/// What may follow the word that begins a section (recorded from 2.2 to 3.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameRule {
    /// Nothing.
    Never,
    /// Perhaps a name, of any bytes.
    Optional,
    /// A name, and nothing else.
    Required,
    /// The same; any byte may stand in it.
    AnyBytes,
    /// A name, and whatever follows it is not looked at.
    Among,
    /// Nothing is looked at.
    Ignored,
}

struct Row {
    word: &'static str,
    kind: SectionKind,
    since: (u16, u16),
    /// The first branch without it.
    until: Option<(u16, u16)>,
    name: NameRule,
}

const fn row(word: &'static str, kind: SectionKind, since: (u16, u16), name: NameRule) -> Row {
    Row { word, kind, since, until: None, name }
}

use NameRule::{Among, AnyBytes, Ignored, Never, Optional, Required};
use SectionKind as Kind;

const ROWS: &[Row] = &[
    row("global", Kind::Global, (1, 0), Never),
    row("defaults", Kind::Defaults, (1, 0), Optional),
    row("frontend", Kind::Frontend, (1, 0), Required),
    row("backend", Kind::Backend, (1, 0), Required),
    row("listen", Kind::Listen, (1, 0), Required),
    row("userlist", Kind::Userlist, (1, 4), Required),
    row("peers", Kind::Peers, (1, 5), Required),
    row("mailers", Kind::Mailers, (1, 6), Among),
    row("resolvers", Kind::Resolvers, (1, 6), Among),
    row("namespace_list", Kind::NamespaceList, (1, 6), Ignored),
    row("cache", Kind::Cache, (1, 8), AnyBytes),
    Row { until: Some((3, 3)), ..row("program", Kind::Program, (2, 0), AnyBytes) },
    row("ring", Kind::Ring, (2, 2), Among),
    row("http-errors", Kind::HttpErrors, (2, 2), Among),
    row("fcgi-app", Kind::FcgiApp, (2, 2), Required),
    row("log-forward", Kind::LogForward, (2, 3), Required),
    row("crt-store", Kind::CrtStore, (3, 0), Optional),
    row("log-profile", Kind::LogProfile, (3, 1), Required),
    row("traces", Kind::Traces, (3, 1), Never),
    row("acme", Kind::Acme, (3, 2), Required),
    row("healthcheck", Kind::Healthcheck, (3, 4), Among),
];

impl SectionKind {
    /// The kind of section that a word begins in some version.
    pub fn parse(word: &[u8]) -> Option<Self> {
        ROWS.iter().find(|row| row.word.as_bytes() == word).map(|row| row.kind)
    }

    /// The word that begins it.
    pub fn word(self) -> &'static str {
        self.row().map_or("", |row| row.word)
    }

    /// Whether a version has it.
    pub fn exists_in(self, version: HaproxyVersion) -> bool {
        self.row().is_some_and(|row| {
            version.since(row.since.0, row.since.1)
                && row.until.is_none_or(|(major, minor)| !version.since(major, minor))
        })
    }

    /// The first branch that has it, and the first that has it no more.
    pub fn branches(self) -> ((u16, u16), Option<(u16, u16)>) {
        self.row().map_or(((1, 0), None), |row| (row.since, row.until))
    }

    /// Whether a name follows.
    pub fn name_rule(self) -> NameRule {
        self.row().map_or(Ignored, |row| row.name)
    }

    /// Whether it is a proxy that connections come to.
    pub fn accepts(self) -> bool {
        matches!(self, Kind::Frontend | Kind::Listen)
    }

    /// Whether it is a proxy that connections leave from.
    pub fn connects(self) -> bool {
        matches!(self, Kind::Backend | Kind::Listen)
    }

    /// Whether it is a proxy, which inherits from `defaults`.
    pub fn is_proxy(self) -> bool {
        self.accepts() || self.connects()
    }

    fn row(self) -> Option<&'static Row> {
        ROWS.iter().find(|row| row.kind == self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_word_and_versions() {
        let old = HaproxyVersion::new(2, 2, 9);
        let new = HaproxyVersion::new(3, 4, 7);
        for (word, in_old, in_new) in [
            ("global", true, true),
            ("program", true, false),
            ("crt-store", false, true),
            ("healthcheck", false, true),
        ] {
            let kind = SectionKind::parse(word.as_bytes());
            assert_eq!(
                kind.map(|k| (k.word(), k.exists_in(old), k.exists_in(new))),
                Some((word, in_old, in_new))
            );
        }
        assert_eq!(SectionKind::parse(b"Global"), None);
    }
}
