//! `tlslint show`: what a handshake would meet.

use super::{Outcome, input, output};
use crate::analysis::Analysis;
use crate::cli::{ShowArgs, ShowFormat};
use crate::report::{Appearance, place, show_json, show_text};
use std::io;

/// Shows the surface.
pub(super) fn run(args: ShowArgs) -> io::Result<Outcome> {
    let ShowArgs { input, format, output, why } = &args;
    let analysis = input::analyse(input)?;
    let text = match format {
        ShowFormat::Text => {
            let appearance = Appearance::detect(output.color, output.output.is_some());
            show_text::render(&analysis, appearance, output.quiet, *why)
        }
        ShowFormat::Json if *why => show_json::render_why(&analysis),
        ShowFormat::Json => show_json::render(&analysis),
    };
    output::write(&text, output.output.as_deref())?;
    let unreadable = tell_syntax_errors(&analysis);
    Ok(if unreadable || !analysis.failures.is_empty() { Outcome::Failed } else { Outcome::Fine })
}

/// A surface of which parts could not be read must not pass for the whole.
fn tell_syntax_errors(analysis: &Analysis) -> bool {
    let errors = analysis.syntax_errors();
    for error in &errors {
        output::complain(&format!("{}: {}", place(&analysis.files.sources, error.span), error.message));
    }
    !errors.is_empty()
}
