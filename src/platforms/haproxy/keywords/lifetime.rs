//! In which versions a word exists.

use super::super::version::HaproxyVersion;

/// The oldest branch the tables were read from; what it already had has no `since`.
pub const OLDEST: HaproxyVersion = HaproxyVersion::new(1, 8, 0);
/// The newest branch the tables were read from.
pub const NEWEST: HaproxyVersion = HaproxyVersion::new(3, 4, 0);

/// When a word came and went.
///
/// The tables know the first release of each branch. Words are seldom brought into later releases of an older
/// branch; where that was seen, `also_in` names the oldest such branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// The first release with it; `None` if it is as old as [`OLDEST`] or older.
    pub since: Option<HaproxyVersion>,
    /// The first release without it.
    pub until: Option<HaproxyVersion>,
    /// The oldest branch that got it in a later release.
    pub also_in: Option<HaproxyVersion>,
}

/// Whether a version has a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It has.
    There,
    /// It came with a later version.
    NotYet(HaproxyVersion),
    /// It went with this version.
    Gone(HaproxyVersion),
}

impl Lifetime {
    /// In all versions.
    pub const ALWAYS: Self = Self { since: None, until: None, also_in: None };

    /// Whether `version` has the word; of no particular version, whether any has.
    pub fn presence(&self, version: Option<HaproxyVersion>) -> Presence {
        let Some(version) = version else { return Presence::There };
        match (self.since, self.until) {
            (_, Some(until)) if version >= until => Presence::Gone(until),
            (Some(since), _) if version < since && !self.came_early(version) => Presence::NotYet(since),
            _ => Presence::There,
        }
    }

    /// A later release of a branch that got the word afterwards: nobody noted which, so all but the first are
    /// taken to have it.
    fn came_early(&self, version: HaproxyVersion) -> bool {
        version.patch > 0 && self.also_in.is_some_and(|branch| version >= branch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_lives_from_its_first_release_to_its_last() {
        let v = HaproxyVersion::new;
        let life = Lifetime { since: Some(v(2, 8, 0)), until: Some(v(3, 3, 0)), also_in: None };
        assert_eq!(life.presence(Some(v(2, 7, 9))), Presence::NotYet(v(2, 8, 0)));
        assert_eq!(life.presence(Some(v(2, 8, 0))), Presence::There);
        assert_eq!(life.presence(Some(v(3, 2, 26))), Presence::There);
        assert_eq!(life.presence(Some(v(3, 3, 0))), Presence::Gone(v(3, 3, 0)));
        assert_eq!(life.presence(None), Presence::There);
    }

    #[test]
    fn later_releases_of_older_branches_may_have_got_it() {
        let v = HaproxyVersion::new;
        let life = Lifetime { since: Some(v(3, 4, 0)), until: None, also_in: Some(v(3, 2, 0)) };
        assert_eq!(life.presence(Some(v(3, 2, 26))), Presence::There);
        assert_eq!(life.presence(Some(v(3, 2, 0))), Presence::NotYet(v(3, 4, 0)));
        assert_eq!(life.presence(Some(v(3, 0, 11))), Presence::NotYet(v(3, 4, 0)));
    }
}
