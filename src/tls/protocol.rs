//! Protocol versions and sets of them.

use std::fmt;

/// A version of the protocol, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProtocolVersion {
    /// SSL 2.0, prohibited by RFC 6176.
    Ssl2,
    /// SSL 3.0, deprecated by RFC 7568.
    Ssl3,
    /// TLS 1.0 (RFC 2246), deprecated by RFC 8996.
    Tls10,
    /// TLS 1.1 (RFC 4346), deprecated by RFC 8996.
    Tls11,
    /// TLS 1.2 (RFC 5246).
    Tls12,
    /// TLS 1.3 (RFC 8446).
    Tls13,
}

impl ProtocolVersion {
    /// All of them, oldest first.
    pub const ALL: [ProtocolVersion; 6] =
        [Self::Ssl2, Self::Ssl3, Self::Tls10, Self::Tls11, Self::Tls12, Self::Tls13];

    /// Reads a name as OpenSSL's `MinProtocol` takes it: `SSLv3`, `TLSv1`, `TLSv1.2`; also `TLSv1.0`.
    pub fn parse(text: &str) -> Option<Self> {
        let alias = text.eq_ignore_ascii_case("TLSv1").then_some(Self::Tls10);
        alias.or_else(|| Self::ALL.into_iter().find(|version| version.name().eq_ignore_ascii_case(text)))
    }

    /// As OpenSSL prints it: `TLSv1.2`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ssl2 => "SSLv2",
            Self::Ssl3 => "SSLv3",
            Self::Tls10 => "TLSv1.0",
            Self::Tls11 => "TLSv1.1",
            Self::Tls12 => "TLSv1.2",
            Self::Tls13 => "TLSv1.3",
        }
    }

    /// As the standards write it: `TLS 1.2`.
    pub fn prose(self) -> &'static str {
        match self {
            Self::Ssl2 => "SSL 2.0",
            Self::Ssl3 => "SSL 3.0",
            Self::Tls10 => "TLS 1.0",
            Self::Tls11 => "TLS 1.1",
            Self::Tls12 => "TLS 1.2",
            Self::Tls13 => "TLS 1.3",
        }
    }
}

impl fmt::Display for ProtocolVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A set of protocol versions.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct ProtocolSet(u8);

impl ProtocolSet {
    /// The set without members.
    pub const fn empty() -> Self {
        ProtocolSet(0)
    }

    /// The set of these versions.
    pub const fn of(versions: &[ProtocolVersion]) -> Self {
        let (mut bits, mut i) = (0, 0);
        while i < versions.len() {
            bits |= 1 << versions[i] as u8;
            i += 1;
        }
        ProtocolSet(bits)
    }

    /// Adds a version.
    pub fn insert(&mut self, version: ProtocolVersion) {
        self.0 |= 1 << version as u8;
    }

    /// Takes a version out.
    pub fn remove(&mut self, version: ProtocolVersion) {
        self.0 &= !(1 << version as u8);
    }

    /// Whether the version is a member.
    pub const fn contains(self, version: ProtocolVersion) -> bool {
        self.0 & (1 << version as u8) != 0
    }

    /// Whether there is no member.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many members there are.
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// The members, oldest first.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = ProtocolVersion> + Clone {
        ProtocolVersion::ALL.into_iter().filter(move |v| self.contains(*v))
    }

    /// The oldest member.
    pub fn min(self) -> Option<ProtocolVersion> {
        self.iter().next()
    }

    /// The newest member.
    pub fn max(self) -> Option<ProtocolVersion> {
        self.iter().next_back()
    }

    /// The members from the oldest up to the first hole. OpenSSL's clients offer no more, and its servers
    /// take the newest of these for their own (`ssl_get_min_max_version` in `ssl/statem/statem_lib.c`).
    #[must_use]
    pub fn lowest_run(self) -> Self {
        let from = self.min();
        let unbroken = ProtocolVersion::ALL.into_iter().skip_while(|v| Some(*v) != from);
        unbroken.take_while(|v| self.contains(*v)).collect()
    }

    /// What both have.
    #[must_use]
    pub const fn intersect(self, other: Self) -> Self {
        ProtocolSet(self.0 & other.0)
    }

    /// What either has.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        ProtocolSet(self.0 | other.0)
    }

    /// What `self` has and `other` lacks.
    #[must_use]
    pub const fn difference(self, other: Self) -> Self {
        ProtocolSet(self.0 & !other.0)
    }
}

impl FromIterator<ProtocolVersion> for ProtocolSet {
    fn from_iter<I: IntoIterator<Item = ProtocolVersion>>(versions: I) -> Self {
        let mut set = ProtocolSet::empty();
        versions.into_iter().for_each(|v| set.insert(v));
        set
    }
}

impl fmt::Display for ProtocolSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, version) in self.iter().enumerate() {
            f.write_str(if i == 0 { "" } else { ", " })?;
            f.write_str(version.name())?;
        }
        Ok(())
    }
}

impl fmt::Debug for ProtocolSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ProtocolVersion::*;

    #[test]
    fn a_set_lists_its_members_oldest_first() {
        let set: ProtocolSet = [Tls13, Tls12].into_iter().collect();
        assert_eq!(set.to_string(), "TLSv1.2, TLSv1.3");
        assert_eq!((set.min(), set.max()), (Some(Tls12), Some(Tls13)));
        assert_eq!(ProtocolSet::empty().to_string(), "");
    }

    #[test]
    fn sets_combine() {
        let (old, new) = (ProtocolSet::of(&[Tls10, Tls12]), ProtocolSet::of(&[Tls12, Tls13]));
        assert_eq!(old.intersect(new), ProtocolSet::of(&[Tls12]));
        assert_eq!(old.union(new).len(), 3);
        assert_eq!(new.difference(old), ProtocolSet::of(&[Tls13]));
    }

    #[test]
    fn a_hole_takes_the_versions_above_it_away() {
        assert_eq!(ProtocolSet::of(&[Tls11, Tls13]).lowest_run(), ProtocolSet::of(&[Tls11]));
        assert_eq!(ProtocolSet::of(&[Tls12, Tls13]).lowest_run(), ProtocolSet::of(&[Tls12, Tls13]));
        assert_eq!(ProtocolSet::empty().lowest_run(), ProtocolSet::empty());
    }
}
