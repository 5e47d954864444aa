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
    /// A response made here: a file, a fixed text.
    Local,
    /// An error or a closed connection, whatever is asked for.
    Refused,
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
    /// The HSTS header that it would inherit if it added no header by itself.
    pub lost_hsts: Option<Hsts>,
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
    /// The HSTS header of `GET /` over TLS.
    pub hsts: Setting<Option<Hsts>>,
    /// What `GET /` meets in the end, after fallbacks and index files.
    pub answer: Answer,
    /// What every request meets before any location is looked for.
    pub redirects_all: Option<Answer>,
    /// Where a redirect or code holds only under a condition, so that it cannot be told whether a
    /// request is redirected.
    pub conditional_redirect: Option<Span>,
}
