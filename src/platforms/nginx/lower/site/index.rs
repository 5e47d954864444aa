//! What `GET /` ends on: the location, then the index files and fallbacks that its answer may come from.

use super::super::location::{Node, find as find_location, find_named};
use crate::model::{Answer, Hsts, Scope, Setting};
use crate::platforms::nginx::syntax::Word;

/// Where else the answer to a directory may come from.
#[derive(Debug)]
pub(super) enum Fallback {
    /// Another URI, without its query.
    Uri(String),
    /// A named location.
    Named(String),
    /// It holds a variable or a placeholder.
    Unknown,
}

impl Fallback {
    /// The last word of `try_files` or `error_page`; `None` for a mere status code.
    pub(super) fn of(word: &Word) -> Option<Self> {
        let text = word.text();
        let path = text.split('?').next().unwrap_or_default();
        if text.starts_with('=') {
            None
        } else if word.opaque || path.contains('$') {
            Some(Fallback::Unknown)
        } else if text.starts_with('@') {
            Some(Fallback::Named(text.into_owned()))
        } else {
            Some(Fallback::Uri(path.to_owned()))
        }
    }
}

/// What is searched.
pub(super) struct Sought<'s> {
    pub(super) nodes: &'s [Node],
    pub(super) scopes: &'s [Scope],
    pub(super) fallbacks: &'s [Vec<Fallback>],
    pub(super) root: usize,
}

/// Where `GET /` may end.
pub(super) struct Ends {
    /// The scope it begins in.
    pub(super) index: Option<usize>,
    /// Every scope that may answer it.
    pub(super) at: Vec<usize>,
    /// What it meets, whichever of them answers.
    pub(super) answer: Answer,
}

/// Follows `GET /` through the locations.
pub(super) fn find(sought: &Sought) -> Ends {
    let unknown = |index, why: &str| Ends { index, at: Vec::new(), answer: Answer::Unknown(why.to_owned()) };
    let Some(index) = sought.at("/") else { return unknown(None, "the location of `/` cannot be told") };
    let mut at = Vec::new();
    if !sought.follow(index, &mut at) {
        return unknown(Some(index), "a fallback leads elsewhere");
    }
    let answer = joined(at.iter().map(|scope| &sought.scopes[*scope].answer));
    Ends { index: Some(index), at, answer }
}

impl Sought<'_> {
    fn at(&self, uri: &str) -> Option<usize> {
        Some(find_location(self.nodes, uri).ok()?.unwrap_or(self.root))
    }

    /// Adds a scope and all that its answer may come from; `false` where that cannot be told.
    fn follow(&self, scope: usize, at: &mut Vec<usize>) -> bool {
        if at.contains(&scope) {
            return true;
        }
        at.push(scope);
        if self.scopes[scope].answer != Answer::Local {
            return true;
        }
        // `if (!-f $request_filename) { proxy_pass …; }`
        let passes = |s: &Scope| {
            s.conditional && s.parent == Some(scope) && !matches!(s.answer, Answer::Local | Answer::Refused)
        };
        let passing = self.scopes.iter().enumerate().filter(|(_, s)| passes(s)).map(|(i, _)| i);
        at.extend(
            passing
                .filter(|i| !matches!(self.scopes[*i].answer, Answer::Redirect { .. }))
                .collect::<Vec<_>>(),
        );
        let mut fallbacks = self.fallbacks[scope].iter().map(|fallback| match fallback {
            Fallback::Uri(uri) => self.at(uri),
            Fallback::Named(name) => find_named(self.nodes, name),
            Fallback::Unknown => None,
        });
        fallbacks.all(|next| next.is_some_and(|next| self.follow(next, at)))
    }
}

/// One answer for several places that may give it: the least certain of them.
fn joined<'a>(answers: impl Iterator<Item = &'a Answer>) -> Answer {
    let mut answers = answers.cloned();
    let first = answers.next().unwrap_or(Answer::Local);
    answers.fold(first, |joined, answer| match (joined, answer) {
        (Answer::Unknown(why), _) | (_, Answer::Unknown(why)) => Answer::Unknown(why),
        (Answer::Redirect { .. }, _) | (_, Answer::Redirect { .. }) => {
            Answer::Unknown("some of its answers are redirects".to_owned())
        }
        (Answer::Proxied(span), _) | (_, Answer::Proxied(span)) => Answer::Proxied(span),
        (Answer::Local, _) | (_, Answer::Local) => Answer::Local,
        (Answer::Refused, Answer::Refused) => Answer::Refused,
    })
}

/// The HSTS header of `GET /`, where every scope that may answer agrees on it.
pub(super) fn hsts(scopes: &[Scope], ends: &Ends) -> Setting<Option<Hsts>> {
    let Some(first) = ends.at.first().map(|scope| &scopes[*scope]) else {
        let span = ends.index.map_or(scopes[0].span, |index| scopes[index].span);
        return Setting::unknown("what answers `/` cannot be told", span);
    };
    let value = |scope: &Scope| scope.hsts.known().map(|h| h.as_ref().map(|h| h.value.clone()));
    let others = ends.at.iter().map(|scope| &scopes[*scope]);
    let conditions = scopes.iter().filter(|s| s.conditional && s.parent == ends.at.first().copied());
    match others.chain(conditions).find(|scope| value(scope) != value(first)) {
        Some(scope) if scope.conditional => Setting::unknown("depends on a condition", scope.span),
        Some(scope) => Setting::unknown("depends on which file there is", scope.span),
        None => first.hsts.clone(),
    }
}
