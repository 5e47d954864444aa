//! From statements to the common model: what nginx will do, after inheritance.

mod certificates;
mod client_auth;
mod conf_command;
mod headers;
mod hop;
mod http;
mod listen;
mod location;
mod mail;
mod names;
mod pass;
mod required;
mod site;
mod sockets;
mod stream;
mod tls;

use super::config::Statement;
use super::directives::Contexts;
use super::include::Loaded;
use super::level::HOLE;
use super::paths;
use crate::files::Files;
use crate::model::{Deployment, FileRef, Problem, ProblemKind, ServerId, Setting, UnknownFact};
use crate::source::Span;
use crate::target::Target;
use crate::threads;
use foldhash::{HashMap, HashSet};
use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;

/// Lowers a configuration, or a part of one that begins in the context `root`.
pub(super) fn lower(
    statements: &[Statement],
    root: Contexts,
    loaded: &Loaded,
    files: &Files,
    target: &Target,
    deployment: &mut Deployment,
) {
    let software = deployment.software.clone();
    let fragment = deployment.fragment;
    let defaults = (!fragment).then_some(&software);
    let prefix = &loaded.prefix;
    let refused = &deployment.problems.iter().map(|p| p.span).collect();
    let located = RefCell::default();
    let mut lowering = Lowering { target, files, prefix, defaults, deployment, refused, located };
    match root {
        Contexts::HTTP => http::block(&mut lowering, statements),
        Contexts::HTTP_SERVER => http::server_part(&mut lowering, statements),
        Contexts::HTTP_LOCATION => http::location_part(&mut lowering, statements),
        Contexts::STREAM => stream::block(&mut lowering, statements),
        _ => {
            for statement in statements.iter().filter(|s| s.is_block()) {
                match &*statement.name() {
                    "http" => http::block(&mut lowering, &statement.children),
                    "stream" => stream::block(&mut lowering, &statement.children),
                    "mail" => mail::block(&mut lowering, &statement.children),
                    _ => {}
                }
            }
        }
    }
}

/// What lowering reads from, and what it fills.
struct Lowering<'l> {
    target: &'l Target,
    files: &'l Files,
    prefix: &'l Path,
    /// What defaults are told to come from; `None` in a part of a configuration.
    defaults: Option<&'l Arc<str>>,
    deployment: &'l mut Deployment,
    /// What validation spoke of.
    refused: &'l HashSet<Span>,
    /// Where the paths that were met lie here.
    located: RefCell<HashMap<Arc<str>, paths::Place>>,
}

/// Servers that are worth a thread of their own.
const SERVERS_A_THREAD: usize = 256;

impl Lowering<'_> {
    /// Lowers servers in the order in which they are written, many of them on several threads.
    fn servers<T: Send>(
        &mut self,
        servers: &[&Statement],
        lower: impl Fn(&mut Lowering, ServerId, &Statement) -> T + Sync,
    ) -> Vec<T> {
        let first = self.deployment.servers.len();
        let numbered: Vec<(ServerId, &Statement)> =
            servers.iter().enumerate().map(|(n, server)| (ServerId(first + n), *server)).collect();
        let Lowering { target, files, prefix, defaults, refused, .. } = *self;
        let around = &*self.deployment;
        let parts = threads::in_parts(&numbered, files.threads(), SERVERS_A_THREAD, |part| {
            let mut deployment = around.empty_part();
            let located = RefCell::default();
            let mut lowering =
                Lowering { target, files, prefix, defaults, deployment: &mut deployment, refused, located };
            let lowered: Vec<T> = part.iter().map(|(id, s)| lower(&mut lowering, *id, s)).collect();
            (deployment, lowered)
        });
        let mut all = Vec::with_capacity(servers.len());
        for (part, lowered) in parts {
            self.deployment.absorb(part);
            all.extend(lowered);
        }
        all
    }

    fn problem(&mut self, span: Span, message: impl Into<String>, fatal: bool, kind: ProblemKind) {
        let fatal = fatal && !self.deployment.fragment;
        // Of two branches of a template, only one is there in the end.
        let branches = matches!(
            kind,
            ProblemKind::Duplicate { .. }
                | ProblemKind::DuplicateDefault { .. }
                | ProblemKind::Deprecated { .. }
        );
        if branches && self.deployment.templates.contains(&span.file) {
            return;
        }
        self.deployment.problems.push(Problem { kind, span, message: message.into(), fatal, says: None });
    }

    /// What nginx says of the problem that was just told, at this place.
    fn says(&mut self, span: Span, words: impl Into<String>) {
        if let Some(last) = self.deployment.problems.last_mut().filter(|p| p.span == span) {
            last.says = Some(words.into());
        }
    }

    fn invalid(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        let help = Some(help.into()).filter(|h| !h.is_empty());
        self.problem(span, message, true, ProblemKind::Invalid { help });
    }

    fn unknown(&mut self, span: Span, what: &str, why: impl Into<String>) {
        let fact = UnknownFact { span, what: what.to_owned(), why: why.into() };
        if !self.deployment.unknowns.contains(&fact) {
            self.deployment.unknowns.push(fact);
        }
    }

    /// A file named by a word, which nginx looks for below the conf prefix.
    fn file_ref(&self, word: &super::syntax::Word) -> FileRef {
        let written = word.text();
        let scheme = ["data:", "engine:", "store:"].iter().find(|s| written.starts_with(**s));
        let (text, place) = match scheme {
            // The content itself may be a private key.
            Some(&"data:") => ("data:…".into(), paths::Place::default()),
            Some(_) => ((*written).into(), paths::Place::default()),
            None => self.locate(&written),
        };
        FileRef { text, span: word.span, path: place.path, certain: place.certain }
    }

    /// Where a path lies, with its text; the same text is kept once.
    fn locate(&self, text: &str) -> (Arc<str>, paths::Place) {
        if let Some((text, place)) = self.located.borrow().get_key_value(text) {
            return (text.clone(), place.clone());
        }
        let mut place = paths::place(self.files, self.prefix, Path::new(text));
        // Where a part of a configuration is installed is not known.
        place.certain &= !self.deployment.fragment;
        let text: Arc<str> = text.into();
        self.located.borrow_mut().insert(text.clone(), place.clone());
        (text, place)
    }
}

/// A file setting for a directive with one path.
fn file_setting(lowering: &Lowering, level: &super::level::Level, name: &str) -> Option<Setting<FileRef>> {
    let Some(found) = level.find(name) else {
        return level.hole().map(|span| Setting::unknown(HOLE, span));
    };
    let statement = found.statements.first()?;
    let word = statement.arg()?;
    if word.opaque {
        return Some(found.unknown("the path is filled in by a template", statement));
    }
    Some(found.setting(lowering.file_ref(word), statement))
}
