//! What `GET /` ends on: the location, then the index files and fallbacks that its answer may come from.

use super::super::location::{Node, find as find_location, find_named};
use super::way::{Steps, Way};
use crate::model::{Answer, Astray, Hsts, Scope, Setting, Spanned};
use crate::platforms::nginx::level::spanned;
use crate::platforms::nginx::syntax::Word;
use crate::source::Span;

/// Where else the answer to a directory may come from.
#[derive(Debug)]
pub(super) enum Fallback {
    /// Another URI, without its query.
    Uri(String),
    /// A named location.
    Named(String),
    /// A redirect to another URL.
    Elsewhere(Spanned),
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
        } else if word.opaque {
            Some(Fallback::Unknown)
        } else if ["http://", "https://", "$scheme://"].iter().any(|s| text.starts_with(s)) {
            Some(Fallback::Elsewhere(spanned(word)))
        } else if path.contains('$') {
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
    pub(super) ways: &'s [Ways],
    pub(super) root: usize,
}

/// Where a scope sends requests.
pub(super) struct Ways {
    /// By the rewrite module.
    pub(super) steps: Steps,
    /// What it answers those that stay.
    pub(super) content: Answer,
    /// Where it looks when it has no such file.
    pub(super) fallbacks: Vec<Fallback>,
    /// The files of which one is sure to be looked for when it answers `/`.
    pub(super) landing: Vec<String>,
    /// Where it takes away the HSTS header of a backend.
    pub(super) hides_hsts: Option<Span>,
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

/// Scopes that may answer, and what.
type Found = Vec<(usize, Answer)>;

/// So many times nginx looks for a location before it gives up.
const MAX_JUMPS: usize = 10;

/// Follows `GET /` through the locations, from the URI that the server's own rewrites leave.
pub(super) fn find(sought: &Sought, uri: &str) -> Ends {
    let unknown = |index, why: &str| Ends { index, at: Vec::new(), answer: Answer::Unknown(why.to_owned()) };
    let Some(index) = sought.at(uri) else { return unknown(None, "the location of `/` cannot be told") };
    let mut found = Vec::new();
    if !sought.follow(index, uri, 0, &mut found) || !sought.follow_conditions(sought.root, uri, 0, &mut found)
    {
        return unknown(Some(index), "a fallback leads elsewhere");
    }
    let answer = joined(found.iter().map(|(_, answer)| answer));
    let at: Vec<usize> = found.into_iter().map(|(scope, _)| scope).collect();
    Ends { index: at.first().copied().or(Some(index)), at, answer }
}

/// What a server that refuses every request answers: it would refuse an error page of another URI too.
pub(super) fn refused(sought: &Sought, code: u16) -> Ends {
    let mut found = Vec::new();
    match sought.ways[sought.root].steps.error_page(code) {
        Some(page @ (Fallback::Named(_) | Fallback::Elsewhere(_))) => {
            if !sought.refuse(sought.root, Some(page), 0, &mut found) {
                found.clear();
            }
        }
        _ => found.push((sought.root, Answer::Refused)),
    }
    let answer = joined(found.iter().map(|(_, answer)| answer));
    Ends { index: Some(sought.root), at: found.into_iter().map(|(scope, _)| scope).collect(), answer }
}

impl Sought<'_> {
    fn at(&self, uri: &str) -> Option<usize> {
        Some(find_location(self.nodes, uri).ok()?.unwrap_or(self.root))
    }

    /// Adds a scope and all that its answer may come from; `false` where that cannot be told.
    fn follow(&self, scope: usize, uri: &str, jumps: usize, found: &mut Found) -> bool {
        if jumps > MAX_JUMPS {
            return false;
        }
        if found.iter().any(|(known, _)| *known == scope) {
            return true;
        }
        let ways = &self.ways[scope];
        // Its own rewrites have brought the request to the server already.
        let way = if scope == self.root { Way::Here(uri.to_owned()) } else { ways.steps.walk(uri) };
        match way {
            Way::Here(uri) => {
                if ways.content == Answer::Refused {
                    return self.refuse(scope, ways.steps.error_page(403), jumps, found);
                }
                found.push((scope, ways.content.clone()));
                if ways.content != Answer::Local {
                    return true;
                }
                self.follow_conditions(scope, &uri, jumps, found)
                    && ways.fallbacks.iter().all(|fallback| self.fall_back(fallback, jumps, found))
            }
            Way::To(next) => self.at(&next).is_some_and(|to| self.follow(to, &next, jumps + 1, found)),
            Way::Refused(code) => self.refuse(scope, ways.steps.error_page(code), jumps, found),
            Way::Answered(answer) => {
                found.push((scope, answer));
                self.follow_conditions(scope, uri, jumps, found)
            }
            Way::Unknown(_) => false,
        }
    }

    /// A scope refuses: its error page answers, if it has one.
    fn refuse(&self, scope: usize, page: Option<&Fallback>, jumps: usize, found: &mut Found) -> bool {
        let answer = match page {
            Some(Fallback::Elsewhere(to)) => Answer::Redirect { code: 302, to: to.clone() },
            Some(page) => return self.fall_back(page, jumps, found),
            None => Answer::Refused,
        };
        found.push((scope, answer));
        true
    }

    fn fall_back(&self, fallback: &Fallback, jumps: usize, found: &mut Found) -> bool {
        let (next, uri) = match fallback {
            Fallback::Uri(uri) => (self.at(uri), uri.as_str()),
            Fallback::Named(name) => (find_named(self.nodes, name), "/"),
            Fallback::Elsewhere(_) | Fallback::Unknown => (None, ""),
        };
        next.is_some_and(|next| self.follow(next, uri, jumps + 1, found))
    }

    /// Where `/` has HSTS by its location, but each file that it leads to is answered without.
    pub(super) fn astray(&self, ends: &Ends) -> Option<Astray> {
        let start = ends.index?;
        let hsts = self.scopes[start].hsts.known()?.clone()?;
        let stays = |scope: usize, uri: &str| {
            matches!(self.ways[scope].steps.walk(uri), Way::Here(to) if to == uri)
                && self.ways[scope].content == Answer::Local
                && !self.scopes.iter().any(|s| s.conditional && s.parent == Some(scope))
        };
        let is_bare = |scope: usize| {
            let scope = &self.scopes[scope];
            // What a block drops by headers of its own is told of that block.
            matches!(scope.hsts.known(), Some(None)) && scope.lost_hsts.is_none()
        };
        if start == self.root || !stays(start, "/") {
            return None;
        }
        let mut astray = None;
        for uri in &self.ways[start].landing {
            let scope =
                self.at(uri).filter(|scope| *scope != start && is_bare(*scope) && stays(*scope, uri))?;
            astray.get_or_insert(Astray { hsts: hsts.clone(), uri: uri.clone(), scope });
        }
        astray
    }

    /// `if (!-f $request_filename) { proxy_pass …; }` and the like in a scope.
    fn follow_conditions(&self, scope: usize, uri: &str, jumps: usize, found: &mut Found) -> bool {
        let conditions = self.scopes.iter().enumerate();
        let mut conditions = conditions.filter(|(_, s)| s.conditional && s.parent == Some(scope));
        conditions.all(|(index, _)| match self.ways[index].steps.walk(uri) {
            Way::To(next) => self.at(&next).is_some_and(|to| self.follow(to, &next, jumps + 1, found)),
            Way::Here(_) if scope != self.root => {
                let content = &self.ways[index].content;
                if !matches!(content, Answer::Local | Answer::Refused) {
                    found.push((index, content.clone()));
                }
                true
            }
            Way::Unknown(_) => false,
            _ => true,
        })
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

/// Where the HSTS header of the backends that may answer `GET /` is taken away, if all of them lose it.
pub(super) fn hides_backend_hsts(ways: &[Ways], ends: &Ends) -> Option<Span> {
    let backends = ends.at.iter().map(|scope| &ways[*scope]);
    let mut backends = backends.filter(|way| matches!(way.content, Answer::Proxied(_))).peekable();
    let first = backends.peek()?.hides_hsts?;
    backends.all(|way| way.hides_hsts.is_some()).then_some(first)
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
