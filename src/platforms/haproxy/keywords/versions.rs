//! Which versions of TLS the words of a `bind` or `server` line leave
//! (source: `ssl_sock_initial_ctx` and `ssl_sock_prepare_srv_ssl_ctx`, 1.8 to 3.4).
//!
//! HAProxy gives OpenSSL a lowest and a highest version and nothing else. `force-tlsv12` is both at once, the last
//! word about a bound counts, and `no-tlsv11` and its like count only where nobody names a bound, be it this line or
//! the defaults in `global`; then the lowest and highest version that remain are the bounds, and what was left out
//! between them is spoken all the same.

use super::super::version::HaproxyVersion;
use crate::tls::openssl::OpenSslVersion;
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};

/// Whose words these are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// `bind`: there is a floor by default.
    Bind,
    /// `server`: there is none, whatever OpenSSL was built with will do.
    Server,
}

/// The words about versions of one line or of its defaults, each with where it stands, which no two words share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits<T> {
    /// The lowest version, by the last word that named it.
    pub min: Option<(ProtocolVersion, T)>,
    /// The highest version, by the last word that named it.
    pub max: Option<(ProtocolVersion, T)>,
    /// What `no-` words leave out.
    pub without: Vec<(ProtocolVersion, T)>,
    /// Words that later ones overrule in full: the word, and the one that overruled the last of it.
    pub overruled: Vec<(T, T)>,
}

/// Why a word about versions has no effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Discarded<T> {
    /// The word.
    pub word: T,
    /// The word that takes its effect away.
    pub by: T,
}

/// What is wrong with the words about versions, beside words without effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing is left: HAProxy does not start.
    NothingLeft,
    /// `ssl-max-ver` below the default floor, and no `ssl-min-ver`: HAProxy warns and takes the highest for the
    /// lowest (since 2.2).
    OnlyTheHighest(ProtocolVersion),
    /// Left out, and spoken all the same, since versions below and above are (OpenSSL 1.1.0 and later).
    Hole(ProtocolVersion),
}

/// What remains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome<T> {
    /// The versions that HAProxy lets OpenSSL speak; its security level may still forbid some.
    pub versions: ProtocolSet,
    /// Words without effect.
    pub discarded: Vec<Discarded<T>>,
    /// What else is wrong.
    pub faults: Vec<Fault>,
}

impl<T> Outcome<T> {
    /// The lowest version, which a line of a crt-list inherits.
    pub fn min(&self) -> Option<ProtocolVersion> {
        self.versions.min()
    }

    /// The highest version, which a line of a crt-list inherits.
    pub fn max(&self) -> Option<ProtocolVersion> {
        self.versions.max()
    }
}

impl<T> Default for Limits<T> {
    fn default() -> Self {
        Self { min: None, max: None, without: Vec::new(), overruled: Vec::new() }
    }
}

/// The lowest version of a `bind` by default: TLS 1.2 since 2.2, TLS 1.0 since 1.8.
pub fn default_floor(side: Side, haproxy: HaproxyVersion) -> Option<ProtocolVersion> {
    match side {
        Side::Server => None,
        Side::Bind if haproxy.since(2, 2) => Some(ProtocolVersion::Tls12),
        Side::Bind => Some(ProtocolVersion::Tls10),
    }
}

/// Reads a version as `ssl-min-ver` does: letter by letter.
pub fn parse(name: &str) -> Option<ProtocolVersion> {
    let version = ProtocolVersion::ALL.into_iter().find(|version| version.name() == name)?;
    super::VERSIONS.contains(&name).then_some(version)
}

/// The version in `no-tlsv12` and `force-tlsv12`.
fn in_word(name: &str) -> Option<ProtocolVersion> {
    use ProtocolVersion::*;
    Some(match name {
        "sslv3" => Ssl3,
        "tlsv10" => Tls10,
        "tlsv11" => Tls11,
        "tlsv12" => Tls12,
        "tlsv13" => Tls13,
        _ => return None,
    })
}

impl<T: Clone + PartialEq> Limits<T> {
    /// Reads the next word of a line, with its value; false if it is not about versions, or cannot be read.
    pub fn word(&mut self, word: &str, value: Option<&str>, place: T) -> bool {
        let named = |prefix: &str| word.strip_prefix(prefix).and_then(in_word);
        if let Some(version) = named("no-") {
            self.without.push((version, place));
        } else if let Some(version) = named("force-") {
            self.bound(Some(version), Some(version), place);
        } else if let ("ssl-min-ver" | "ssl-max-ver", Some(version)) = (word, value.and_then(parse)) {
            let lowest = word == "ssl-min-ver";
            self.bound(lowest.then_some(version), (!lowest).then_some(version), place);
        } else {
            return false;
        }
        true
    }

    fn bound(&mut self, min: Option<ProtocolVersion>, max: Option<ProtocolVersion>, place: T) {
        let mut before = Vec::new();
        if let Some(version) = min {
            before.extend(self.min.replace((version, place.clone())));
        }
        if let Some(version) = max {
            before.extend(self.max.replace((version, place.clone())));
        }
        for (_, word) in before {
            let counts = [&self.min, &self.max].into_iter().flatten().any(|(_, by)| *by == word);
            if !counts && !self.overruled.iter().any(|(known, _)| *known == word) {
                self.overruled.push((word, place.clone()));
            }
        }
    }

    /// With what `ssl-default-bind-options` or `ssl-default-server-options` said before the word `ssl`: bounds where
    /// the line names none, and every `no-` word.
    #[must_use]
    pub fn or(mut self, defaults: &Self) -> Self {
        self.without.extend(defaults.without.iter().cloned());
        let (min, max) = (self.min.clone(), self.max.clone());
        self.min = min.clone().or_else(|| defaults.min.clone());
        self.max = max.clone().or_else(|| defaults.max.clone());
        for word in [&defaults.min, &defaults.max].into_iter().flatten().map(|(_, word)| word) {
            let counts = [&self.min, &self.max].into_iter().flatten().any(|(_, by)| by == word);
            let by = min.as_ref().or(max.as_ref()).filter(|_| !counts);
            if let Some((_, by)) = by
                && !self.overruled.iter().any(|(known, _)| known == word)
            {
                self.overruled.push((word.clone(), by.clone()));
            }
        }
        self.overruled.extend(defaults.overruled.iter().cloned());
        self
    }

    /// What remains of the versions that a library was built with.
    pub fn resolve(
        &self,
        side: Side,
        haproxy: HaproxyVersion,
        openssl: OpenSslVersion,
        built: ProtocolSet,
    ) -> Outcome<T> {
        let mut faults = Vec::new();
        let mut discarded: Vec<_> =
            self.overruled.iter().cloned().map(|(word, by)| Discarded { word, by }).collect();
        let mut without = ProtocolSet::of(&[ProtocolVersion::Ssl2]);
        match self.min.as_ref().or(self.max.as_ref()) {
            Some((_, by)) => discarded.extend(
                self.without.iter().map(|(_, word)| Discarded { word: word.clone(), by: by.clone() }),
            ),
            None => self.without.iter().for_each(|(version, _)| without.insert(*version)),
        }
        let max = self.max.as_ref().map(|(version, _)| *version);
        let min = match (&self.min, default_floor(side, haproxy), max) {
            (Some((version, _)), _, _) => Some(*version),
            (None, Some(floor), Some(max)) if max < floor => {
                // Before 2.2 only SSL 3.0 lies below, which then has no floor at all.
                haproxy.since(2, 2).then(|| {
                    faults.push(Fault::OnlyTheHighest(max));
                    max
                })
            }
            (None, floor, _) => floor,
        };
        let left: ProtocolSet = built
            .iter()
            .filter(|version| min.is_none_or(|min| *version >= min) && max.is_none_or(|max| *version <= max))
            .filter(|version| !without.contains(*version))
            .collect();
        let versions = span(left, built, openssl);
        if left.is_empty() {
            faults.push(Fault::NothingLeft);
        }
        faults.extend(versions.iter().filter(|version| !left.contains(*version)).map(Fault::Hole));
        Outcome { versions, discarded, faults }
    }

    /// What a line of a crt-list leaves, whose own words these are: each bound replaces that of its `bind`.
    pub fn of_entry(&self, bind: &Outcome<T>, built: ProtocolSet) -> Outcome<T> {
        let min = self.min.as_ref().map(|(version, _)| *version).or(bind.min());
        let max = self.max.as_ref().map(|(version, _)| *version).or(bind.max());
        let within = |version: &ProtocolVersion| {
            min.is_none_or(|min| *version >= min) && max.is_none_or(|max| *version <= max)
        };
        let versions: ProtocolSet =
            built.iter().filter(|version| *version != ProtocolVersion::Ssl2).filter(within).collect();
        let faults = if versions.is_empty() { vec![Fault::NothingLeft] } else { Vec::new() };
        let discarded = self.overruled.iter().cloned().map(|(word, by)| Discarded { word, by }).collect();
        Outcome { versions, discarded, faults }
    }
}

/// What a library speaks that was given a lowest and a highest version. Before OpenSSL 1.1.0 each version is
/// switched off on its own.
fn span(left: ProtocolSet, built: ProtocolSet, openssl: OpenSslVersion) -> ProtocolSet {
    match (left.min(), left.max()) {
        (Some(min), Some(max)) if openssl.at_least(1, 1, 0) => {
            built.iter().filter(|version| (min..=max).contains(version)).collect()
        }
        _ => left,
    }
}

#[cfg(test)]
mod tests;
