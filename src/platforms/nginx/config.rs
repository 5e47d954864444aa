//! A configuration as nginx reads it: one tree, every `include` replaced by what it brings in.

use super::include::{Include, Loaded};
use super::syntax::{self, Body, Directive, Tree, Word};
use crate::files::ReadError;
use crate::model::{Problem, ProblemKind, UnknownFact};
use crate::source::{FileId, Sources, Span, lossy};
use crate::threads;
use std::borrow::Cow;
use std::collections::HashMap;

/// Files that are worth a thread of their own.
const FILES_A_THREAD: usize = 32;

/// Files within files; deeper nests are cut and reported.
const MAX_DEPTH: usize = 64;
/// Files brought in by one entry, counting repetitions; more are cut and reported.
const MAX_INCLUDES: usize = 20_000;

/// The parsed files of one entry.
pub(super) struct Trees<'s> {
    trees: HashMap<FileId, Tree<'s>>,
}

impl<'s> Trees<'s> {
    /// Parses every file that was loaded.
    pub(super) fn parse(loaded: &'s Loaded, sources: &'s Sources, threads: usize) -> Self {
        let parse = |file: &FileId| (*file, syntax::parse(*file, sources.get(*file)));
        let parts = threads::in_parts(&loaded.files, threads, FILES_A_THREAD, |files| {
            files.iter().map(parse).collect::<Vec<_>>()
        });
        Trees { trees: parts.into_iter().flatten().collect() }
    }

    /// Whether a file is the input of a template engine.
    pub(super) fn is_template(&self, file: FileId) -> bool {
        self.trees.get(&file).is_some_and(|tree| tree.template)
    }

    /// Every file with its tree.
    pub(super) fn iter(&self) -> impl Iterator<Item = (FileId, &Tree<'s>)> {
        self.trees.iter().map(|(file, tree)| (*file, tree))
    }
}

/// A directive, its block with all includes worked in.
#[derive(Debug)]
pub(super) struct Statement<'c> {
    directive: &'c Directive<'c>,
    /// What stands in its block.
    pub(super) children: Vec<Statement<'c>>,
}

impl<'c> Statement<'c> {
    /// The name as text.
    pub(super) fn name(&self) -> Cow<'c, str> {
        lossy(&self.directive.name.value)
    }

    /// The bytes of the name.
    pub(super) fn name_bytes(&self) -> &'c Cow<'c, [u8]> {
        &self.directive.name.value
    }

    /// Whether it has this name, byte for byte.
    pub(super) fn is(&self, name: &str) -> bool {
        self.directive.is(name)
    }

    /// The words after the name.
    pub(super) fn args(&self) -> &'c [Word<'c>] {
        &self.directive.args
    }

    /// The first word after the name.
    pub(super) fn arg(&self) -> Option<&'c Word<'c>> {
        self.directive.args.first()
    }

    /// The name itself.
    pub(super) fn name_span(&self) -> Span {
        self.directive.name.span
    }

    /// The name with its arguments and the `;` or `{`.
    pub(super) fn span(&self) -> Span {
        self.directive.span
    }

    /// The whole statement with its block.
    pub(super) fn full_span(&self) -> Span {
        self.directive.full_span()
    }

    /// The empty place where another word can be added; `None` where the `;` is missing.
    pub(super) fn append(&self) -> Option<Span> {
        let last = self.args().last().map_or(self.name_span(), |word| word.span);
        (self.span().end > last.end).then(|| self.span().before_last())
    }

    /// Whether it has a block of directives.
    pub(super) fn is_block(&self) -> bool {
        matches!(self.directive.body, Body::Block { .. })
    }

    /// Whether it ends with a `;`.
    pub(super) fn is_simple(&self) -> bool {
        matches!(self.directive.body, Body::Simple)
    }

    /// Whether a placeholder stands in place of its name, for any number of statements.
    pub(super) fn is_opaque(&self) -> bool {
        self.directive.name.opaque
    }

    /// Whether it is an `include` that could not be followed.
    pub(super) fn is_hole(&self) -> bool {
        self.is_simple() && self.is("include")
    }

    /// Whether its block holds data rather than directives.
    pub(super) fn is_data(&self) -> bool {
        matches!(self.directive.body, Body::Data { .. })
    }

    /// The Lua in its block.
    pub(super) fn lua(&self) -> Option<Span> {
        match self.directive.body {
            Body::Lua { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The statement as written, on one line, without `;` or `{`.
    pub(super) fn text(&self) -> String {
        let mut text = self.name().into_owned();
        for word in self.args() {
            text.push(' ');
            text.push_str(&lossy(word.raw));
        }
        text
    }
}

/// Works includes in, from the main file down.
pub(super) struct Expansion<'c> {
    trees: &'c Trees<'c>,
    loaded: &'c Loaded,
    sources: &'c Sources,
    stack: Vec<FileId>,
    count: usize,
    /// Includes that lead nowhere, round in circles or too deep.
    pub(super) problems: Vec<Problem>,
    /// Includes that cannot be followed offline.
    pub(super) unknowns: Vec<UnknownFact>,
}

impl<'c> Expansion<'c> {
    /// The statements of the main file.
    pub(super) fn of(
        trees: &'c Trees<'c>,
        loaded: &'c Loaded,
        sources: &'c Sources,
    ) -> (Vec<Statement<'c>>, Self) {
        let mut expansion = Expansion {
            trees,
            loaded,
            sources,
            stack: Vec::new(),
            count: 0,
            problems: Vec::new(),
            unknowns: Vec::new(),
        };
        let mut statements = Vec::new();
        expansion.file(loaded.main, &mut statements);
        (statements, expansion)
    }

    /// The includes whose files are not at hand.
    pub(super) fn gaps(&self) -> Vec<Span> {
        let unknown = self.unknowns.iter().map(|fact| fact.span);
        unknown.chain(self.problems.iter().map(|problem| problem.span)).collect()
    }

    fn file(&mut self, file: FileId, into: &mut Vec<Statement<'c>>) {
        let Some(tree) = self.trees.trees.get(&file) else { return };
        self.stack.push(file);
        self.body(&tree.directives, into);
        self.stack.pop();
    }

    fn body(&mut self, directives: &'c [Directive<'c>], into: &mut Vec<Statement<'c>>) {
        into.reserve(directives.len());
        for directive in directives {
            let include = self.loaded.includes.get(&directive.span).filter(|_| directive.is("include"));
            match include {
                Some(include) => self.include(directive, include, into),
                None => {
                    let mut children = Vec::new();
                    self.body(directive.children(), &mut children);
                    into.push(Statement { directive, children });
                }
            }
        }
    }

    fn include(&mut self, directive: &'c Directive<'c>, include: &'c Include, into: &mut Vec<Statement<'c>>) {
        let span = directive.args.first().map_or(directive.span, |word| word.span);
        match include {
            Include::Files(files) => files.iter().for_each(|file| self.enter(span, *file, into)),
            Include::Missing(path, error) => {
                self.hole(directive, into);
                let path = path.display().to_string();
                let message = format!("included file `{path}` cannot be read: {error}");
                self.report(
                    span,
                    message,
                    ProblemKind::IncludeNotFound {
                        looked_for: path,
                        unreadable: *error != ReadError::Missing,
                    },
                );
            }
            Include::Unknown(why) => {
                self.hole(directive, into);
                self.unknowns.push(UnknownFact { span, what: "include".to_owned(), why: why.clone() });
            }
        }
    }

    /// The statement itself stays where what it brings is not known.
    fn hole(&self, directive: &'c Directive<'c>, into: &mut Vec<Statement<'c>>) {
        into.push(Statement { directive, children: Vec::new() });
    }

    fn enter(&mut self, span: Span, file: FileId, into: &mut Vec<Statement<'c>>) {
        let name = |file: &FileId| self.sources.get(*file).name().into_owned();
        if let Some(at) = self.stack.iter().position(|open| *open == file) {
            let mut through: Vec<String> = self.stack[at..].iter().map(name).collect();
            through.push(name(&file));
            let message = format!("`{}` includes itself", name(&file));
            self.report(span, message, ProblemKind::IncludeCycle { through });
        } else if self.stack.len() >= MAX_DEPTH || self.count >= MAX_INCLUDES {
            let through = self.stack.iter().map(name).collect();
            let message = format!("`{}` is included through too many files to follow", name(&file));
            self.report(span, message, ProblemKind::IncludeCycle { through });
        } else {
            self.count += 1;
            self.file(file, into);
        }
    }

    fn report(&mut self, span: Span, message: String, kind: ProblemKind) {
        if self.problems.iter().all(|p| p.span != span || p.message != message) {
            self.problems.push(Problem { kind, span, message, fatal: true, says: None });
        }
    }
}
