//! What nginx refuses to start with, apart from what certificates and the TLS library decide.

mod removal;
mod tls_values;

use super::config::{Statement, Trees};
use super::context::inside;
use super::directives::{self, Contexts, Directive, Refusal, Repeat, Values};
use super::syntax::{SyntaxError, SyntaxErrorKind, Word};
use crate::model::{Deployment, Problem, ProblemKind, UnknownFact};
use crate::source::{FileId, Source, Span};
use crate::target::Target;
use std::collections::HashMap;

/// Errors told of one file; who has more has the wrong file.
const MAX_ERRORS: usize = 50;

/// The syntax errors of every file.
///
/// A file that a template engine runs over first is not nginx's language yet, so nothing is said of it.
pub(super) fn syntax_errors(trees: &Trees) -> Vec<Problem> {
    let plain = trees.iter().filter(|(_, tree)| !tree.template);
    let errors = plain.flat_map(|(_, tree)| tree.errors.iter().take(MAX_ERRORS));
    let mut problems: Vec<Problem> = errors
        .map(|error| Problem {
            kind: ProblemKind::Syntax {
                label: syntax_label(&error.kind).to_owned(),
                says: error.to_string(),
                help: Some(error.help().to_owned()).filter(|h| !h.is_empty()),
            },
            span: error.span,
            message: syntax_headline(error),
            fatal: true,
            says: None,
        })
        .collect();
    problems.sort_by_key(|problem| (problem.span.file, problem.span.start));
    problems
}

/// A file in UTF-16, which is two NULs for every three words to nginx, and no configuration at all.
pub(super) fn utf16(source: &Source, file: FileId) -> Option<Problem> {
    let marks: [&[u8]; 2] = [b"\xFF\xFE", b"\xFE\xFF"];
    marks.iter().any(|mark| source.bytes.starts_with(mark)).then(|| Problem {
        kind: ProblemKind::Syntax {
            label: "a byte order mark of UTF-16".to_owned(),
            says: "unknown directive".to_owned(),
            help: Some("save the file as UTF-8 without byte order mark".to_owned()),
        },
        span: Span::new(file, 0..2),
        message: "the file is in UTF-16, which nginx cannot read".to_owned(),
        fatal: true,
        says: None,
    })
}

/// What is wrong, for someone who has not read nginx's source.
fn syntax_headline(error: &SyntaxError) -> String {
    use SyntaxErrorKind::*;
    let name = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
    match &error.kind {
        NotTerminated(directive) => format!("`;` is missing after `{}`", name(directive)),
        TooManyArguments(_) | InvalidValue(_) | InvalidParameter(_) => {
            "`;` is missing at the end of this line".to_owned()
        }
        EndInStatement => "the file ends in the middle of a directive".to_owned(),
        EndInBlock => "a block is not closed".to_owned(),
        EndInLua => "a block of Lua is not closed".to_owned(),
        TooLong(_) => "longer than the 4096 bytes that nginx reads at once".to_owned(),
        Unterminated(_) => "a quote is not closed within the 4096 bytes that nginx reads at once".to_owned(),
        ByteOrderMark(_) => "the file begins with a byte order mark".to_owned(),
        _ => error.to_string(),
    }
}

fn syntax_label(kind: &SyntaxErrorKind) -> &'static str {
    use SyntaxErrorKind::*;
    match kind {
        EndInBlock | EndInLua => "left open up to the end of the file",
        TooManyArguments(_) | InvalidValue(_) | InvalidParameter(_) => "nginx reads on in the next line",
        TooDeep => "not followed any deeper",
        ByteOrderMark(_) => "nginx takes it for the beginning of a name",
        _ => "nginx stops reading here",
    }
}

/// Checks every directive: known, in its place, with the right number of words, not twice.
pub(super) fn validate(
    statements: &[Statement],
    root: Contexts,
    trees: &Trees,
    target: &Target,
    deployment: &mut Deployment,
) {
    let mut validation = Validation { trees, target, deployment, root, zones: HashMap::new() };
    validation.block(statements, root);
    if root == Contexts::MAIN {
        validation.events(statements);
    }
}

struct Validation<'v, 's> {
    trees: &'v Trees<'s>,
    target: &'v Target,
    deployment: &'v mut Deployment,
    root: Contexts,
    /// The shared zones for sessions, each with the size that its first mention gives.
    zones: HashMap<String, u64>,
}

impl Validation<'_, '_> {
    fn block(&mut self, statements: &[Statement], context: Contexts) {
        let mut first: Vec<(&'static str, Span)> = Vec::new();
        let mut previous: Option<&Statement> = None;
        for statement in statements {
            if previous.replace(statement).is_some_and(|before| self.is_cut_off(before, statement)) {
                continue;
            }
            let name = statement.name();
            let rows = directives::lookup(&name);
            let in_order = self.directive(statement, &name, rows, context);
            if let Some(row) = directives::find(rows, context, Some(self.target.nginx)).filter(|_| in_order) {
                self.repetition(statement, row, &mut first);
                self.values(statement, row);
            }
            if let (true, Some(inner)) = (statement.is_block(), inside(context, statement)) {
                self.block(&statement.children, inner);
            }
        }
    }

    /// nginx wants an `events` block, empty or not.
    fn events(&mut self, statements: &[Statement]) {
        let is_open = statements.iter().any(|s| s.is("include"));
        let has = |name: &str| statements.iter().find(|s| s.is(name) && s.is_block());
        let Some(first) = has("http").or(has("stream")).or(has("mail")) else { return };
        if has("events").is_none() && !is_open && !self.deployment.fragment {
            let help = Some("write `events {}` above it".to_owned());
            let message = "there is no `events` block".to_owned();
            self.report(first.name_span(), message, true, ProblemKind::Invalid { help });
        }
    }

    /// A NUL ends a text for nginx's C code, whatever follows it.
    fn nul(&mut self, statement: &Statement) -> bool {
        let words = statement.args().iter().map(|w| (w.span, &w.value));
        let name = (statement.name_span(), statement.name_bytes());
        let bad = words.chain([name]).find(|(_, value)| value.contains(&0)).map(|(span, _)| span);
        if let Some(span) = bad {
            let kind = ProblemKind::Syntax {
                label: "nginx cuts texts off at a NUL".to_owned(),
                says: "a path, name or address cut short".to_owned(),
                help: Some("take the NUL byte out; is this a text file?".to_owned()),
            };
            let problem = Problem {
                kind,
                span,
                message: "a NUL byte in a word".to_owned(),
                fatal: span == statement.name_span(),
                says: None,
            };
            self.deployment.problems.push(problem);
        }
        bad.is_some()
    }

    /// Whether the directive itself is in order.
    fn directive(
        &mut self,
        statement: &Statement,
        name: &str,
        rows: &[Directive],
        context: Contexts,
    ) -> bool {
        if statement.args().iter().any(|word| word.opaque) || self.in_template(statement) {
            // Placeholders may stand for any number of words, and one in place of a name for anything.
            return false;
        }
        if self.nul(statement) {
            return false;
        }
        let braces = !statement.is_simple();
        let version = Some(self.target.nginx);
        match directives::check_rows(rows, name, context, (statement.args().len(), braces), version) {
            Ok(()) => {
                if let Some(kind) = removal::announced(name, statement, self.target.nginx) {
                    self.report(statement.span(), format!("`{name}` is deprecated"), false, kind);
                }
                true
            }
            Err(refusal) => {
                self.refuse(statement, name, context, refusal);
                false
            }
        }
    }

    fn refuse(&mut self, statement: &Statement, name: &str, context: Contexts, refusal: Refusal) {
        let span = statement.name_span();
        let stated = self.target.is_stated();
        let message = plain_words(refusal, name);
        let kind = match refusal {
            Refusal::Unknown => match directives::nearest(name) {
                Some(nearest) => ProblemKind::Misspelled { nearest: nearest.to_owned(), word: span },
                None => return self.unknown_name(name, span),
            },
            Refusal::RemovedIn(version) if !stated => {
                let (why, help) = removal::removed(name, &version.to_string());
                return self.report(
                    statement.span(),
                    message,
                    false,
                    ProblemKind::Deprecated { why, help, still_works: false },
                );
            }
            // Without a stated target, a directive of tomorrow's version is no fault of today's file.
            Refusal::NotYet(_) if !stated => return,
            Refusal::NotAllowedHere(Some(_)) if !stated => return,
            Refusal::RemovedIn(version) => {
                let (why, help) = removal::removed(name, &version.to_string());
                ProblemKind::Unsupported { help: help.or(Some(why)) }
            }
            Refusal::NotYet(version) | Refusal::NotAllowedHere(Some(version)) => ProblemKind::Unsupported {
                help: Some(format!(
                    "it works from nginx {version} on; this target has {}",
                    self.target.nginx
                )),
            },
            // The context of a part of a configuration is a guess.
            _ if self.deployment.fragment && context == self.root && fits_somewhere(statement, name) => {
                return;
            }
            Refusal::NotAllowedHere(None) => ProblemKind::Invalid { help: Some(where_allowed(name)) },
            Refusal::NotTerminatedBySemicolon => {
                ProblemKind::Invalid { help: Some(format!("end the line with `;`: `{};`", statement.text())) }
            }
            Refusal::NoOpeningBrace => {
                ProblemKind::Invalid { help: Some(format!("`{name}` opens a block: `{name} {{ … }}`")) }
            }
            Refusal::ArgumentCount(counts) => ProblemKind::Invalid {
                help: Some(format!(
                    "`{name}` takes {counts} {}, not {}",
                    if counts.to_string() == "1" { "argument" } else { "arguments" },
                    statement.args().len()
                )),
            },
        };
        let span = match refusal {
            Refusal::ArgumentCount(_) => statement.span(),
            _ => span,
        };
        self.report(span, message, true, kind);
        self.says(refusal.message(name));
    }

    /// What nginx says of the problem that was just told.
    fn says(&mut self, words: String) {
        if let Some(last) = self.deployment.problems.last_mut() {
            last.says = Some(words);
        }
    }

    /// A name that no module at hand has: nginx starts only if some other module brings it.
    fn unknown_name(&mut self, name: &str, span: Span) {
        let why = "no directive of nginx's own; nginx starts only if another module brings it".to_owned();
        self.deployment.unknowns.push(UnknownFact { span, what: name.to_owned(), why });
    }

    fn repetition(
        &mut self,
        statement: &Statement,
        row: &'static Directive,
        first: &mut Vec<(&'static str, Span)>,
    ) {
        if row.repeat != Repeat::Error {
            return;
        }
        let name = row.name;
        match first.iter().find(|(seen, _)| *seen == name) {
            Some((_, first)) => {
                let message = format!("`{name}` is set twice in this block");
                let kind = ProblemKind::Duplicate { name: name.to_owned(), first: *first };
                self.report(statement.span(), message, true, kind);
                self.says(format!("\"{name}\" directive is duplicate"));
            }
            None => first.push((name, statement.span())),
        }
    }

    fn values(&mut self, statement: &Statement, row: &Directive) {
        let name = row.name;
        if let Some((word, help)) = tls_values::wrong(name, statement.args()) {
            let message = format!("`{}` is no value of `{name}`", word.text());
            return self.report(
                word.span,
                message,
                true,
                ProblemKind::Invalid { help: Some(help.to_owned()) },
            );
        }
        if name == "ssl_session_cache" {
            self.zones(statement);
        }
        let wrong = statement.args().iter().find(|word| !row.values.allow(&word.text()));
        let Some(word) = wrong else { return };
        let allowed = match row.values {
            Values::Any => return,
            Values::OnOff => "`on` or `off`".to_owned(),
            Values::OneOf(values) => values.iter().map(|v| format!("`{v}`")).collect::<Vec<_>>().join(", "),
        };
        let message = format!("`{}` is no value of `{name}`", word.text());
        self.report(
            word.span,
            message,
            true,
            ProblemKind::Invalid { help: Some(format!("write one of {allowed}")) },
        );
    }

    /// One zone has one size.
    fn zones(&mut self, statement: &Statement) {
        for word in statement.args() {
            let Some((name, bytes)) = tls_values::zone(&word.text()) else { continue };
            if *self.zones.entry(name.clone()).or_insert(bytes) != bytes {
                let message = format!("the zone `{name}` has another size elsewhere");
                let help = "give it the same size everywhere, or another name".to_owned();
                self.report(word.span, message, true, ProblemKind::Invalid { help: Some(help) });
            }
        }
    }

    /// `add_header Strict-Transport-Security max-age=300; includeSubDomains;` without quotes.
    fn is_cut_off(&mut self, before: &Statement, statement: &Statement) -> bool {
        let is_hsts = |word: &Word| word.text().eq_ignore_ascii_case("Strict-Transport-Security");
        let name = statement.name();
        let cut_off = before.is("add_header")
            && before.arg().is_some_and(is_hsts)
            && ["includeSubDomains", "preload"].iter().any(|word| word.eq_ignore_ascii_case(&name));
        if cut_off {
            let help = "quote the header's value: `\"max-age=…; includeSubDomains\"`".to_owned();
            let message = format!("unknown directive `{name}`: the `;` before it ends `add_header`");
            self.report(statement.name_span(), message, true, ProblemKind::Invalid { help: Some(help) });
        }
        cut_off
    }

    fn in_template(&self, statement: &Statement) -> bool {
        self.trees.is_template(statement.span().file)
    }

    fn report(&mut self, span: Span, message: String, fatal: bool, kind: ProblemKind) {
        let fatal = fatal && !self.deployment.fragment;
        self.deployment.problems.push(Problem { kind, span, message, fatal, says: None });
    }
}

/// Whether some other place would take the statement as it is.
fn fits_somewhere(statement: &Statement, name: &str) -> bool {
    let rows = directives::lookup(name).iter();
    rows.into_iter()
        .any(|row| row.block != statement.is_simple() && row.arguments.allow(statement.args().len()))
}

/// What nginx says, in words that need no knowledge of nginx's source.
fn plain_words(refusal: Refusal, name: &str) -> String {
    match refusal {
        Refusal::Unknown | Refusal::NotYet(_) => format!("unknown directive `{name}`"),
        Refusal::RemovedIn(version) => format!("`{name}` was removed in nginx {version}"),
        Refusal::NotAllowedHere(_) => format!("`{name}` is not allowed here"),
        Refusal::NotTerminatedBySemicolon => format!("`{name}` takes no block; its `;` is missing"),
        Refusal::NoOpeningBrace => format!("`{name}` has no opening `{{`"),
        Refusal::ArgumentCount(_) => format!("wrong number of arguments in `{name}`"),
    }
}

fn where_allowed(name: &str) -> String {
    let contexts = directives::lookup(name).iter().map(|row| row.contexts).reduce(|a, b| a | b);
    let words: Vec<_> = contexts.map(|c| c.words().collect()).unwrap_or_default();
    format!("it may stand in {}", words.join(", "))
}
