//! Whether HAProxy takes the words of a line.

use super::super::section::SectionKind;
use super::super::version::HaproxyVersion;
use super::first::{self, Keyword};
use super::lifetime::{OLDEST, Presence};
use super::values;
use super::words::{self, Missing, Place, Values, Word};

/// One line of a section, cut into words.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// What the line is part of.
    pub section: SectionKind,
    /// The name of that part.
    pub name: Option<&'a str>,
    /// The words, the first one naming the setting.
    pub words: &'a [&'a str],
}

/// What HAProxy does about a problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It does not start.
    Refused,
    /// It warns and goes on without the line.
    LineIgnored,
    /// It cries out, goes on without the word and starts.
    WordIgnored,
}

/// Why a name is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absence {
    /// No version has it here.
    Never,
    /// It came with a later version.
    NotYet(HaproxyVersion),
    /// It went with this version.
    Gone(HaproxyVersion),
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The first word is not known in this section.
    Keyword(Absence),
    /// The first word is known to be no more, since that version.
    Retired(HaproxyVersion),
    /// The first word may not stand in `defaults`.
    NotInDefaults,
    /// The first word may stand in `defaults` only where it has a name, since 2.5.
    OnlyInNamedDefaults,
    /// The first word is about what this kind of proxy does not do.
    NoCapability,
    /// The line has more words than the setting takes.
    TooMany {
        /// So many may follow the first.
        most: u8,
    },
    /// The line ends before what the setting needs.
    TooFew,
    /// An option is not known here.
    Word(Place, Absence),
    /// `default-server` does not take this option of `server`.
    NotInDefaultServer,
    /// The value of an option is missing.
    MissingValue(Place),
    /// `process` of `bind`, gone in 2.7 but still known.
    ProcessRetired,
    /// `usesrc` without `source` before it.
    UsesrcAlone,
    /// No version of TLS is called so.
    UnknownVersion(Place),
    /// `verify` knows no such method.
    UnknownMethod(Place),
}

/// Something wrong with a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Which word, the first being 0; the number of words where one is missing at the end.
    pub at: usize,
    /// What is wrong.
    pub problem: Problem,
    /// What comes of it.
    pub effect: Effect,
}

impl Remark {
    const fn refused(at: usize, problem: Problem) -> Self {
        Self { at, problem, effect: Effect::Refused }
    }
}

/// What HAProxy minds about a line, in its order; it stops at what it refuses.
///
/// Without a version, only what every version minds. Values are looked at where they decide about TLS and come
/// from a list; files are not. Not for lines that begin a section, nor for `no` and `default` in front of a line.
/// A word that depends on how HAProxy was built, or on `expose-experimental-directives`, is taken:
/// [`Word::build`] and [`Word::experimental`] tell.
pub fn check(line: &Line<'_>, version: Option<HaproxyVersion>) -> Vec<Remark> {
    let Some(first) = line.words.first() else { return Vec::new() };
    let Some(row) = first::find(first, line.section) else {
        return vec![Remark::refused(0, Problem::Keyword(Absence::Never))];
    };
    match misplaced(row, line, version) {
        // It warns that the line is ignored, and minds its words all the same.
        Some(remark) if remark.effect == Effect::LineIgnored => {
            let rest = too_many(row, line).map_or_else(|| options(line, version), |remark| vec![remark]);
            std::iter::once(remark).chain(rest).collect()
        }
        Some(remark) => vec![remark],
        None => options(line, version),
    }
}

fn too_many(row: &Keyword, line: &Line<'_>) -> Option<Remark> {
    let most = row.most.filter(|most| line.words.len() > usize::from(*most) + 1)?;
    Some(Remark::refused(usize::from(most) + 1, Problem::TooMany { most }))
}

fn misplaced(row: &Keyword, line: &Line<'_>, version: Option<HaproxyVersion>) -> Option<Remark> {
    if let Some(absence) = absence(row.presence(version)) {
        return Some(Remark::refused(0, Problem::Keyword(absence)));
    }
    let retired = row.retired.filter(|retired| version.unwrap_or(OLDEST) >= *retired);
    if let Some(retired) = retired {
        return Some(Remark::refused(0, Problem::Retired(retired)));
    }
    if line.section == SectionKind::Defaults && !row.sections.contains(line.section) {
        if !row.in_named_defaults {
            return Some(Remark::refused(0, Problem::NotInDefaults));
        }
        let taken = line.name.is_some() && version.is_none_or(|version| version.since(2, 5));
        return (!taken).then_some(Remark::refused(0, Problem::OnlyInNamedDefaults));
    }
    if row.ignored.contains(line.section) {
        return Some(Remark { at: 0, problem: Problem::NoCapability, effect: Effect::LineIgnored });
    }
    if !row.sections.contains(line.section) {
        return Some(Remark::refused(0, Problem::NoCapability));
    }
    too_many(row, line)
}

fn absence(presence: Presence) -> Option<Absence> {
    match presence {
        Presence::There => None,
        Presence::NotYet(since) => Some(Absence::NotYet(since)),
        Presence::Gone(until) => Some(Absence::Gone(until)),
    }
}

/// Where the options of a line begin, and of which kind they are.
fn place(line: &Line<'_>) -> Option<(Place, usize)> {
    Some(match (line.words.first().copied()?, line.section) {
        ("bind", _) => (Place::Bind, 2),
        ("default-bind", SectionKind::Peers) => (Place::Bind, 1),
        // In `peers`, a server without an address is this one.
        ("server" | "peer", SectionKind::Peers) => {
            let bare = line.words.get(2).is_some_and(|word| words::find(Place::Server, word).is_some());
            (Place::Server, if bare { 2 } else { 3 })
        }
        ("server", _) => (Place::Server, 3),
        ("server-template", _) => (Place::Server, 4),
        ("default-server", _) => (Place::DefaultServer, 1),
        ("load", SectionKind::CrtStore) => (Place::Load, 1),
        ("ssl-default-bind-options", SectionKind::Global) => (Place::BindDefaults, 1),
        ("ssl-default-server-options", SectionKind::Global) => (Place::ServerDefaults, 1),
        _ => return None,
    })
}

fn options(line: &Line<'_>, version: Option<HaproxyVersion>) -> Vec<Remark> {
    let Some((place, begin)) = place(line) else {
        let few = values::least(line).is_some_and(|least| line.words.len() <= least);
        return few.then_some(Remark::refused(line.words.len(), Problem::TooFew)).into_iter().collect();
    };
    let needed = match place {
        Place::BindDefaults | Place::ServerDefaults => begin + 1,
        Place::Server if line.section == SectionKind::Peers => 0,
        _ => begin,
    };
    if line.words.len() < needed {
        return vec![Remark::refused(line.words.len(), Problem::TooFew)];
    }
    check_options(place, line.words, begin, version)
}

/// What HAProxy minds about the options that begin at `begin`, as [`check`]; of a line of a crt-list, `words` are
/// those between the brackets, and `begin` is 0.
pub fn check_options(
    place: Place,
    words: &[&str],
    begin: usize,
    version: Option<HaproxyVersion>,
) -> Vec<Remark> {
    let mut remarks = Vec::new();
    let mut at = begin;
    while let Some(written) = words.get(at) {
        let word = match known(place, written, version) {
            Ok(word) => word,
            Err(absence) => {
                remarks.push(Remark::refused(at, Problem::Word(place, absence)));
                break;
            }
        };
        if place == Place::DefaultServer && !word.in_default_server {
            let problem = Problem::NotInDefaultServer;
            remarks.push(Remark { at, problem, effect: Effect::WordIgnored });
            at = after(word, words, at);
            continue;
        }
        if let Some(remark) = values::mind(word, place, words, at, version) {
            remarks.push(remark);
            break;
        }
        at = after(word, words, at);
    }
    remarks
}

fn known(place: Place, written: &str, version: Option<HaproxyVersion>) -> Result<&'static Word, Absence> {
    let word = words::find(place, written).ok_or(Absence::Never)?;
    absence(word.presence(version)).map_or(Ok(word), Err)
}

/// The place of the next option.
pub(super) fn after(word: &Word, words: &[&str], at: usize) -> usize {
    match word.values {
        Values::None => at + 1,
        Values::One => at + 2,
        Values::Source => {
            let mut next = at + 2;
            while matches!(words.get(next), Some(&"usesrc" | &"interface")) {
                next += 2;
            }
            next
        }
    }
}

impl Missing {
    pub(super) fn is_known(self) -> bool {
        self != Self::Nothing
    }
}
