//! What the rules say: one type, whatever the renderer.

use crate::model::Problem;
use crate::rules::Rule;
use crate::source::Span;
use std::borrow::Cow;

/// How bad it is; one to one with miette's, SARIF's, the language server's and GitHub's levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; never fails a build by default.
    Note,
    /// Below today's baseline, or will break.
    Warning,
    /// A handshake or its protection is broken or breakable now.
    Error,
}

impl Severity {
    /// The word used in every format.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A place with the words that belong to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is to be said about it; lower case, no full stop.
    pub message: String,
}

/// Whether a fix may be applied without looking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applicability {
    /// Keeps what the author meant.
    Safe,
    /// May change what works today.
    Unsafe,
}

/// One replacement of bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty to insert.
    pub span: Span,
    /// By what.
    pub text: String,
}

/// Edits that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// Whether they may be applied without looking.
    pub applicability: Applicability,
    /// The edits, none overlapping.
    pub edits: Vec<Edit>,
}

/// One problem in the input.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Which rule says so.
    pub rule: &'static Rule,
    /// As reported, after the command line's wishes.
    pub severity: Severity,
    /// What is wrong: one line that stands alone.
    pub message: String,
    /// The line it is about, and why.
    pub primary: Label,
    /// Where it came from.
    pub labels: Vec<Label>,
    /// What to write instead.
    pub help: Option<String>,
    /// The error string a client or the server's operator sees.
    pub symptom: Option<Cow<'static, str>>,
    /// The edit, where it is certain.
    pub fix: Option<Fix>,
    /// The server refuses to start on this.
    pub fatal: bool,
    /// Off until asked for, whatever the rule is.
    pub pedantic: bool,
    /// Somebody says that it is known, and meant to be so.
    pub suppressed: Option<Suppression>,
}

/// Somebody's word that a finding is known, and meant to be so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// Why that is right, if it is said.
    pub reason: Option<String>,
}

impl Finding {
    /// Says why the primary place is wrong.
    pub fn because(&mut self, why: impl Into<String>) -> &mut Self {
        self.primary.message = why.into();
        self
    }

    /// Points at another place that plays a part.
    pub fn also(&mut self, span: Span, message: impl Into<String>) -> &mut Self {
        self.labels.push(Label { span, message: message.into() });
        self
    }

    /// Like [`Finding::also`], where there may be no such place.
    pub fn also_if(&mut self, span: Option<Span>, message: impl Into<String>) -> &mut Self {
        if let Some(span) = span {
            self.also(span, message);
        }
        self
    }

    /// Says what to write instead.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.help = Some(help.into());
        self
    }

    /// Names the error string that people search for.
    pub fn symptom(&mut self, symptom: impl Into<Cow<'static, str>>) -> &mut Self {
        self.symptom = Some(symptom.into());
        self
    }

    /// Replaces the rule's severity.
    pub fn severity(&mut self, severity: Severity) -> &mut Self {
        self.severity = severity;
        self
    }

    /// Marks that the server refuses to start on this.
    pub fn fatal(&mut self) -> &mut Self {
        self.fatal = true;
        self
    }

    /// Marks a finding that is off until asked for, as its rule cannot be certain of it.
    pub fn pedantic(&mut self) -> &mut Self {
        self.pedantic = true;
        self
    }

    /// Offers replacing `span` by `text`.
    pub fn replace(
        &mut self,
        applicability: Applicability,
        span: Span,
        text: impl Into<String>,
    ) -> &mut Self {
        let fix = self.fix.get_or_insert(Fix { applicability, edits: Vec::new() });
        fix.edits.push(Edit { span, text: text.into() });
        self
    }
}

/// Collects what the rules report.
#[derive(Debug)]
pub struct Findings {
    rule: &'static Rule,
    list: Vec<Finding>,
}

impl Findings {
    /// Runs one rule over a surface.
    pub fn of(rule: &'static Rule, surface: &crate::surface::Surface) -> Vec<Finding> {
        let mut findings = Findings { rule, list: Vec::new() };
        (rule.check)(surface, &mut findings);
        findings.list
    }

    /// Reports a problem of the text itself.
    pub fn problem(&mut self, problem: &Problem) -> &mut Finding {
        let finding = self.report(problem.span, problem.message.as_str());
        finding.fatal = problem.fatal;
        finding.symptom = problem.says.clone().map(Cow::Owned);
        finding
    }

    /// Reports at `span` what is wrong, in one line; the builder adds the rest.
    pub fn report(&mut self, span: Span, message: impl Into<String>) -> &mut Finding {
        self.list.push(Finding {
            rule: self.rule,
            severity: self.rule.severity,
            message: message.into(),
            primary: Label { span, message: String::new() },
            labels: Vec::new(),
            help: None,
            symptom: None,
            fix: None,
            fatal: false,
            pedantic: self.rule.pedantic,
            suppressed: None,
        });
        let last = self.list.len() - 1;
        &mut self.list[last]
    }
}
