//! How text for people looks: decided here once, for the place it really goes to. (miette would
//! look at standard error, which has nothing to do with it.)

use crate::cli::Color;
use std::io::IsTerminal;

/// How text for people looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appearance {
    /// Whether escape sequences for colour are written.
    pub color: bool,
    /// Whether lines are drawn with more than ASCII.
    pub unicode: bool,
    /// How many columns there are for prose, which is hard to read across a wide screen.
    pub width: usize,
    /// How many columns there are for tables.
    pub table: usize,
}

impl Default for Appearance {
    /// What a pipe gets: the same everywhere, so that outputs can be compared.
    fn default() -> Self {
        Appearance { color: false, unicode: true, width: 100, table: 100 }
    }
}

impl Appearance {
    /// For standard output, or for a file.
    pub fn detect(wish: Color, to_file: bool) -> Self {
        let terminal = !to_file && std::io::stdout().is_terminal();
        let color = match wish {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => color_wanted(terminal, to_file, |name| std::env::var(name).ok()),
        };
        if !terminal {
            return Appearance { color, ..Appearance::default() };
        }
        let width = terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0));
        let unicode = ["LC_ALL", "LC_CTYPE", "LANG"]
            .iter()
            .find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
        let unicode = unicode.is_some_and(|v| v.to_ascii_uppercase().replace('-', "").ends_with("UTF8"));
        Appearance {
            color,
            unicode: unicode || cfg!(windows),
            width: width.clamp(40, 120),
            table: width.max(40),
        }
    }

    /// The text in an ANSI style, where there is colour.
    pub(super) fn paint(self, style: &str, text: &str) -> String {
        if self.color { format!("\u{1b}[{style}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// What matters less.
    pub(super) fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }

    /// What matters more.
    pub(super) fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }
}

/// no-color.org and bixense.com/clicolors; a file never gets colour without being asked.
fn color_wanted(terminal: bool, to_file: bool, variable: impl Fn(&str) -> Option<String>) -> bool {
    let set = |name| variable(name).is_some_and(|value| !value.is_empty());
    if set("NO_COLOR") || to_file {
        return false;
    }
    if variable("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0") {
        return true;
    }
    terminal
        && variable("TERM").is_none_or(|term| term != "dumb")
        && variable("CLICOLOR").is_none_or(|v| v != "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_has_its_say() {
        let with = |terminal, pairs: &[(&str, &str)]| {
            color_wanted(terminal, false, |name| {
                pairs.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())
            })
        };
        assert!(with(true, &[]));
        assert!(!with(false, &[]));
        assert!(!with(true, &[("NO_COLOR", "1")]));
        assert!(with(true, &[("NO_COLOR", "")]));
        assert!(with(false, &[("CLICOLOR_FORCE", "1")]));
        assert!(!with(false, &[("CLICOLOR_FORCE", "0")]));
        assert!(!with(true, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
        assert!(!with(true, &[("TERM", "dumb")]));
    }
}
