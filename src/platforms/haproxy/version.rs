//! The version of an HAProxy, as `haproxy -v` prints it.

use std::fmt;

/// A release of HAProxy: `2.6.12`.
///
/// An even second number is a branch with long support; features appear in the first release of a branch, so
/// the order of numbers is the order in which words appeared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HaproxyVersion {
    /// The first number.
    pub major: u16,
    /// The second number; with the first it names the branch.
    pub minor: u16,
    /// The third number.
    pub patch: u16,
}

impl HaproxyVersion {
    /// The version `major.minor.patch`.
    pub const fn new(major: u16, minor: u16, patch: u16) -> Self {
        Self { major, minor, patch }
    }

    /// Reads `3.0.11`, or `3.0` for the first release of that branch.
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = text.split('.').map(number);
        let (major, minor) = (numbers.next()??, numbers.next()??);
        let patch = match numbers.next() {
            Some(patch) => patch?,
            None => 0,
        };
        numbers.next().is_none().then_some(Self { major, minor, patch })
    }

    /// Whether this is of the branch `major.minor` or a later one.
    pub const fn since(self, major: u16, minor: u16) -> bool {
        self.major > major || self.major == major && self.minor >= minor
    }
}

impl fmt::Display for HaproxyVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// `u16::from_str` would also take a leading `+`.
fn number(digits: &str) -> Option<u16> {
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_reads_and_prints_the_same() {
        assert_eq!(HaproxyVersion::parse("2.6.12"), Some(HaproxyVersion::new(2, 6, 12)));
        assert_eq!(HaproxyVersion::parse("3.2"), Some(HaproxyVersion::new(3, 2, 0)));
        assert_eq!(HaproxyVersion::new(1, 8, 27).to_string(), "1.8.27");
        for text in ["", "3", "3.", "3.+2", "3.2.1.0", "v3.2", "3.2-dev1", "3.99999"] {
            assert_eq!(HaproxyVersion::parse(text), None, "{text}");
        }
    }

    #[test]
    fn branches_order_by_number() {
        assert!(HaproxyVersion::new(2, 10, 0).since(2, 4) && HaproxyVersion::new(3, 0, 0).since(2, 9));
        assert!(!HaproxyVersion::new(2, 3, 9).since(2, 4));
    }
}
