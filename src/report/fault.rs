//! What is wrong in a file that steers the run, such as a profile: shown as findings are, but no finding.

use super::excerpt::Excerpt;
use super::text::handler;
use super::{Appearance, place, printable};
use crate::finding::Label;
use crate::source::{Sources, Span};
use miette::{Diagnostic, LabeledSpan, SourceCode};
use std::fmt;

/// One fault, with the line that it is in.
pub fn fault(
    sources: &Sources,
    span: Span,
    message: &str,
    help: Option<String>,
    appearance: Appearance,
) -> String {
    let label = Label { span, message: String::new() };
    let message = printable(message).into_owned();
    let fault = Fault { message, help, excerpt: Excerpt::of(sources, &label, &[]) };
    let mut out = String::new();
    match handler(appearance).render_report(&mut out, &fault) {
        Ok(()) => out,
        Err(_) => format!("{}: {}\n", place(sources, span), fault.message),
    }
}

#[derive(Debug)]
struct Fault {
    message: String,
    help: Option<String>,
    excerpt: Excerpt,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

impl Diagnostic for Fault {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(printable(help)) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.excerpt.labels().into_iter()))
    }
}
