//! Commands in the TLS library's own language, which are obeyed last and so override settings.

use crate::source::Span;

/// The commands that are in force for a server or a hop.
#[derive(Debug, Clone, Default)]
pub struct LibraryCommands(Vec<(String, Span)>);

impl LibraryCommands {
    /// Adds one; its name as a setting (`ssl_conf_command CipherString`), and the whole statement.
    pub fn push(&mut self, name: String, statement: Span) {
        self.0.push((name, statement));
    }

    /// The command that says what stands at a place, where one does.
    pub fn at(&self, place: Option<Span>) -> Option<&str> {
        let place = place?;
        self.0.iter().find(|(_, statement)| statement.contains(place)).map(|(name, _)| name.as_str())
    }

    /// How the setting is called that says what stands at a place: the command, or else the platform's own.
    pub fn setting<'a>(&'a self, place: Option<Span>, own: &'a str) -> &'a str {
        self.at(place).unwrap_or(own)
    }
}
