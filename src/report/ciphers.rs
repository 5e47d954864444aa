//! What a library makes of one list of suites: the answer that `ciphers` prints.

use crate::target::Target;
use crate::tls::CipherSuite;
use crate::tls::cipher_string::{self, Admitted, CipherStringError, Dialect, Expansion};
use crate::tls::security_level;
use std::ops::Range;

/// A list and what becomes of it.
#[derive(Debug)]
pub struct Answer<'a> {
    /// The list.
    pub string: &'a str,
    /// Whether it is a list of TLS 1.3 suites.
    pub tls13: bool,
    /// Whose library reads it.
    pub target: &'a Target,
    result: Result<Expansion, CipherStringError>,
}

impl<'a> Answer<'a> {
    /// What the target's library makes of a list.
    pub fn of(string: &'a str, tls13: bool, target: &'a Target) -> Self {
        let result = match tls13 {
            true => cipher_string::expand_ciphersuites(string, target.openssl),
            false => target.expand(string),
        };
        Answer { string, tls13, target, result }
    }

    /// Why the library refuses it, if it does.
    pub fn error(&self) -> Option<&CipherStringError> {
        self.result.as_ref().err()
    }

    /// What was read of it.
    pub fn read(&self) -> &Expansion {
        match &self.result {
            Ok(expansion) => expansion,
            Err(error) => &error.read,
        }
    }

    /// The suites, most preferred first.
    pub fn suites(&self) -> impl Iterator<Item = &'static CipherSuite> {
        self.read().suites.iter().map(|a| a.suite)
    }

    /// The word that let a suite in.
    pub fn why(&self, admitted: &Admitted) -> &'a str {
        self.word(&admitted.word)
    }

    /// Words that do nothing, in their order: those that are not known and names of TLS 1.3 suites.
    pub fn ignored(&self) -> Vec<&'a str> {
        let read = self.read();
        let mut all: Vec<_> = read.ignored.iter().chain(&read.tls13_names).collect();
        all.sort_by_key(|word| word.start);
        all.into_iter().map(|word| self.word(word)).collect()
    }

    /// A part of the list.
    pub fn word(&self, range: &Range<usize>) -> &'a str {
        self.string.get(range.clone()).unwrap_or_default()
    }

    /// The security level in force.
    pub fn level(&self) -> u8 {
        self.read().security_level.unwrap_or(self.target.security_level)
    }

    /// Whether the level keeps handshakes from ending on a suite of the list.
    pub fn refused_at_level(&self, suite: &CipherSuite) -> bool {
        !security_level::suite_allowed(suite, self.level(), self.target.openssl)
    }

    /// The other library or patch whose language it is in, if any.
    pub fn dialect(&self) -> Option<Dialect> {
        Dialect::of(self.string).filter(|_| !self.tls13)
    }

    /// Whether the server will do the same, for certain.
    pub fn is_promised(&self) -> bool {
        self.error().map_or(self.read().promised, |error| error.promised)
    }
}
