//! `tlslint rules`: all rules, one a line.

use super::{Outcome, output};
use crate::rules::{RULES, Rule};
use std::io;

/// Lists name, severity, whether it is off by default, and what it says.
pub(super) fn run() -> io::Result<Outcome> {
    let width = RULES.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    let line = |rule: &Rule| {
        let pedantic = if rule.pedantic { "pedantic" } else { "" };
        format!(
            "{:width$}  {:7}  {pedantic:8}  {}\n",
            rule.name,
            rule.severity.name(),
            first_sentence(rule.page)
        )
    };
    output::write(&RULES.iter().map(line).collect::<String>(), None)?;
    Ok(Outcome::Fine)
}

/// The sentence below the page's title.
fn first_sentence(page: &str) -> String {
    let mut lines = page.lines().skip_while(|line| line.starts_with('#') || line.trim().is_empty());
    let paragraph: Vec<&str> =
        lines.by_ref().take_while(|line| !line.trim().is_empty()).map(str::trim).collect();
    let paragraph = paragraph.join(" ");
    let end = paragraph.find(". ").unwrap_or(paragraph.len());
    paragraph[..end].trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sentence_may_run_over_lines() {
        assert_eq!(
            first_sentence("# x\n\nTLS 1.0 and\n1.1 are on. More.\n\n## Why\n"),
            "TLS 1.0 and 1.1 are on"
        );
        assert_eq!(first_sentence("# x\n"), "");
    }
}
