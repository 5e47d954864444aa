//! `tlslint show`: what a handshake would meet.

use super::input::{self, Linted};
use super::{Outcome, output};
use crate::analysis::Analysis;
use crate::cli::{Levels, ShowArgs, ShowFormat};
use crate::report::{Appearance, place, show_json, show_text};
use std::io;

/// Shows the surface.
pub(super) fn run(args: ShowArgs) -> io::Result<Outcome> {
    let ShowArgs { input, format, output, why } = &args;
    let Linted { analyses, .. } = input::analyse(input, &Levels::default())?;
    let text = match format {
        ShowFormat::Text => {
            let appearance = Appearance::detect(output.color, output.output.is_some());
            let page = |analysis| show_text::render(analysis, appearance, output.quiet, *why);
            analyses.iter().map(page).collect::<Vec<_>>().join("\n")
        }
        ShowFormat::Json => show_json::render_all(&analyses, *why),
    };
    output::write(&text, output.output.as_deref())?;
    let mut failed = false;
    for analysis in &analyses {
        failed |= tell_syntax_errors(analysis) | !analysis.failures.is_empty();
    }
    Ok(if failed { Outcome::Failed } else { Outcome::Fine })
}

/// A surface of which parts could not be read must not pass for the whole.
fn tell_syntax_errors(analysis: &Analysis) -> bool {
    let errors = analysis.syntax_errors();
    for error in &errors {
        output::complain(&format!("{}: {}", place(&analysis.files.sources, error.span), error.message));
    }
    !errors.is_empty()
}
