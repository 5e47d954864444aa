//! `tlslint explain`: the page of a rule.

use super::{Outcome, output};
use crate::rules::Rule;
use std::io;

/// Prints the page as it is.
pub(super) fn run(rule: &Rule) -> io::Result<Outcome> {
    output::write(rule.page, None)?;
    Ok(Outcome::Fine)
}
