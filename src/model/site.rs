//! What a server answers over HTTP, as far as TLS is concerned: HSTS and redirects.

use super::{Setting, Spanned};
use crate::source::Span;

/// A `Strict-Transport-Security` header (RFC 6797).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hsts {
    /// The header's value.
    pub value: String,
    /// Where it is written.
    pub span: Span,
    /// Whether error responses carry it too.
    pub always: bool,
}

impl Hsts {
    /// `max-age` in seconds; `None` where it is missing or no number.
    pub fn max_age(&self) -> Option<u64> {
        self.value.split(';').find_map(|directive| {
            let (name, value) = directive.split_once('=')?;
            let age = value.trim().trim_matches('"');
            name.trim().eq_ignore_ascii_case("max-age").then(|| age.parse().ok()).flatten()
        })
    }
}

/// What a request meets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// A redirect to another URL.
    Redirect {
        /// 301, 302, 303, 307 or 308.
        code: u16,
        /// The URL, variables as written.
        to: Spanned,
    },
    /// A response made here: a file, a fixed text, an error.
    Local,
    /// A response made by a backend, which may add headers of its own.
    Proxied(Span),
    /// Cannot be told.
    Unknown(String),
}

/// A part of a site with headers of its own: the server itself, a location, a condition.
#[derive(Debug, Clone)]
pub struct Scope {
    /// How messages call it: `location /api/`; for the server itself `server`.
    pub label: String,
    /// The line that opens it.
    pub span: Span,
    /// The scope around it; `None` for the server itself.
    pub parent: Option<usize>,
    /// Whether it holds only under a condition (`if`).
    pub conditional: bool,
    /// The HSTS header that responses carry.
    pub hsts: Setting<Option<Hsts>>,
    /// The first header that this scope adds by itself, which drops all inherited ones.
    pub drops_inherited: Option<Span>,
    /// What it answers.
    pub answer: Answer,
}

/// What a server answers over HTTP.
#[derive(Debug, Clone)]
pub struct Site {
    /// The server itself first, then everything within it, outer before inner.
    pub scopes: Vec<Scope>,
    /// Which scope answers `GET /`; `None` when it cannot be told.
    pub index: Option<usize>,
    /// Requests that are redirected before any scope is looked at.
    pub redirects_all: Option<Answer>,
    /// Where a redirect or code holds only under a condition, so that it cannot be told whether a
    /// request is redirected.
    pub conditional_redirect: Option<Span>,
}

impl Site {
    /// The scope that answers `GET /`.
    pub fn index_scope(&self) -> Option<&Scope> {
        self.scopes.get(self.index?)
    }

    /// What `GET /` meets.
    pub fn index_answer(&self) -> Option<&Answer> {
        self.redirects_all.as_ref().or_else(|| self.index_scope().map(|s| &s.answer))
    }
}
