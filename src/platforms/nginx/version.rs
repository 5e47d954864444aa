//! The version of an nginx server, as `nginx -v` prints it.

use std::fmt;
use std::str::FromStr;

/// A release of nginx: `1.22.1`.
///
/// An odd middle number is the mainline, an even one a stable branch made from it, so the order of numbers is
/// also the order in which directives appeared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NginxVersion {
    /// The first number.
    pub major: u16,
    /// The second number: odd for the mainline, even for a stable branch.
    pub minor: u16,
    /// The third number.
    pub patch: u16,
}

impl NginxVersion {
    /// The version `major.minor.patch`.
    pub const fn new(major: u16, minor: u16, patch: u16) -> Self {
        Self { major, minor, patch }
    }

    /// Reads `1.28.1`, or `1.28` for the first release of that branch.
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().or_else(|_| format!("{text}.0").parse()).ok()
    }
}

impl fmt::Display for NginxVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// A text that is not three numbers with dots between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAVersion;

impl fmt::Display for NotAVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an nginx version is three numbers, for example `1.28.0`")
    }
}

impl std::error::Error for NotAVersion {}

impl FromStr for NginxVersion {
    type Err = NotAVersion;

    fn from_str(text: &str) -> Result<Self, NotAVersion> {
        let mut numbers = text.split('.').map(number);
        match (numbers.next(), numbers.next(), numbers.next(), numbers.next()) {
            (Some(Some(major)), Some(Some(minor)), Some(Some(patch)), None) => {
                Ok(Self { major, minor, patch })
            }
            _ => Err(NotAVersion),
        }
    }
}

/// `u16::from_str` would also take a leading `+`.
fn number(digits: &str) -> Option<u16> {
    if digits.bytes().all(|b| b.is_ascii_digit()) { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_reads_and_prints_the_same() {
        assert_eq!("1.22.1".parse(), Ok(NginxVersion::new(1, 22, 1)));
        assert_eq!(NginxVersion::new(1, 9, 15).to_string(), "1.9.15");
    }

    #[test]
    fn versions_order_by_number_not_by_text() {
        assert!(NginxVersion::new(1, 9, 15) < NginxVersion::new(1, 10, 0));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in
            ["", "1", "1.22", "1.22.1.0", "v1.22.1", "1.22.+1", "1.22.", "1.22.99999", "1.22.1-debian"]
        {
            assert_eq!(text.parse::<NginxVersion>(), Err(NotAVersion), "{text}");
        }
    }
}
