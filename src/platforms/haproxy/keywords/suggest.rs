//! The word HAProxy itself proposes for one that it does not know: `did you mean 'ssl-min-ver' maybe ?`
//!
//! Since 2.4. Words are compared by which letters they have and which letter follows which, without regard to case
//! (source: `word_fingerprint_distance` in `tools.c`); a proposal more than twice as far away as either word is
//! long is none. Which of equally near words is proposed depends on the order in which a build registers them.

use super::super::section::SectionKind;
use super::super::version::HaproxyVersion;
use super::first;
use super::lifetime::Presence;
use super::words::{self, Place};

/// What was probably meant by a first word; several where they are equally near.
pub fn nearest_keywords(
    word: &str,
    section: SectionKind,
    version: Option<HaproxyVersion>,
) -> Vec<&'static str> {
    Nearest::to(word, keywords(section, version).map(|(name, _)| name)).names()
}

/// What was probably meant by a word behind the first; several where they are equally near.
pub fn nearest_words(word: &str, place: Place, version: Option<HaproxyVersion>) -> Vec<&'static str> {
    Nearest::to(word, options(place, version).map(|(name, _)| name)).names()
}

/// What HAProxy itself proposes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Proposal {
    /// Nothing is near.
    Nothing,
    /// This word.
    This(&'static str),
    /// It depends on the build.
    Depends,
}

pub(super) fn keyword(word: &str, section: SectionKind, version: Option<HaproxyVersion>) -> Proposal {
    propose(word, || keywords(section, version))
}

pub(super) fn word(word: &str, place: Place, version: Option<HaproxyVersion>) -> Proposal {
    propose(word, || options(place, version))
}

/// The words known in a section, and whether a build may lack them.
fn keywords(
    section: SectionKind,
    version: Option<HaproxyVersion>,
) -> impl Iterator<Item = (&'static str, bool)> {
    let rows = first::all().iter().filter(move |row| row.listed && row.concerns(section));
    let known = rows.filter(move |row| row.presence(version) == Presence::There);
    let sections: &[&'static str] = match section {
        SectionKind::Global => &["global", "defaults", "listen", "frontend", "backend", "peers", "resolvers"],
        _ if section.is_proxy() || section == SectionKind::Defaults => {
            &["listen", "frontend", "backend", "defaults"]
        }
        _ => &[],
    };
    known.map(|row| (row.name, row.build)).chain(sections.iter().map(|name| (*name, false)))
}

fn options(place: Place, version: Option<HaproxyVersion>) -> impl Iterator<Item = (&'static str, bool)> {
    let known = words::all(place).iter().filter(move |row| row.presence(version) == Presence::There);
    known.map(|row| (row.name, row.build))
}

fn propose<I: Iterator<Item = (&'static str, bool)>>(word: &str, known: impl Fn() -> I) -> Proposal {
    let everywhere = Nearest::to(word, known().filter(|(_, build)| !build).map(|(name, _)| name)).proposal();
    let with_all = Nearest::to(word, known().map(|(name, _)| name)).proposal();
    if everywhere == with_all { with_all } else { Proposal::Depends }
}

/// The words nearest to one, all at the same distance.
struct Nearest<'a> {
    word: &'a str,
    distance: usize,
    names: Vec<&'static str>,
}

impl<'a> Nearest<'a> {
    fn to(word: &'a str, known: impl Iterator<Item = &'static str>) -> Self {
        let wanted = Fingerprint::of(word);
        let mut nearest = Self { word, distance: usize::MAX, names: Vec::new() };
        for name in known {
            // A word has one transition more than letters, so it is at least this far away.
            if name.len().abs_diff(word.len()) > nearest.distance {
                continue;
            }
            let distance = wanted.distance(&Fingerprint::of(name));
            if distance < nearest.distance {
                nearest.distance = distance;
                nearest.names.clear();
            }
            if distance == nearest.distance && !nearest.names.contains(&name) {
                nearest.names.push(name);
            }
        }
        nearest
    }

    fn is_near(&self, name: &str) -> bool {
        self.distance <= 2 * self.word.len() && self.distance <= 2 * name.len()
    }

    fn names(mut self) -> Vec<&'static str> {
        let names = std::mem::take(&mut self.names);
        names.into_iter().filter(|name| self.is_near(name)).collect()
    }

    /// The first of equally near words is proposed, if it is near; which is the first is up to the build.
    fn proposal(&self) -> Proposal {
        let near = self.names.iter().filter(|name| self.is_near(name)).count();
        match *self.names.as_slice() {
            [one] if near == 1 => Proposal::This(one),
            _ if near == 0 => Proposal::Nothing,
            _ => Proposal::Depends,
        }
    }
}

/// Letters `a` to `z` are 1 to 26, digits 27, all else and both ends 28; place `32 a + b` counts how often `b`
/// follows `a`, and place `a` says whether `a` occurs.
struct Fingerprint([u8; 1024]);

impl Fingerprint {
    fn of(word: &str) -> Self {
        let mut counts = [0; 1024];
        let mut before = OTHER;
        for byte in word.bytes() {
            let class = class(byte);
            counts[usize::from(class)] = 1;
            count(&mut counts, before, class);
            before = class;
        }
        count(&mut counts, before, OTHER);
        Self(counts)
    }

    fn distance(&self, other: &Self) -> usize {
        self.0.iter().zip(&other.0).map(|(a, b)| usize::from(a.abs_diff(*b))).sum()
    }
}

const OTHER: u8 = 28;

fn class(byte: u8) -> u8 {
    match byte.to_ascii_lowercase() {
        letter @ b'a'..=b'z' => letter - b'a' + 1,
        b'0'..=b'9' => 27,
        _ => OTHER,
    }
}

fn count(counts: &mut [u8; 1024], from: u8, to: u8) {
    let place = &mut counts[32 * usize::from(from) + usize::from(to)];
    *place = place.wrapping_add(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_find_their_words() {
        let v = Some(HaproxyVersion::new(3, 4, 7));
        for (slip, meant) in [
            ("ssl_min_ver", "ssl-min-ver"),
            ("verifyhosts", "verifyhost"),
            ("sslminver", "ssl-min-ver"),
            ("no-verifyhost", "verifyhost"),
        ] {
            assert_eq!(nearest_words(slip, Place::Server, v), [meant], "{slip}");
        }
        assert_eq!(nearest_keywords("bindx", SectionKind::Frontend, v), ["bind"]);
        assert_eq!(nearest_words("bogus", Place::Bind, v), [""; 0]);
        assert_eq!(nearest_words("", Place::Bind, v), [""; 0]);
    }
}
