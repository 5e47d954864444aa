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
    /// The empty place where another word can be added to it, if there is one.
    pub append: Option<Span>,
}

impl Hsts {
    /// `max-age` in seconds; `None` where browsers ignore the header, as it is missing, is no number,
    /// stands twice, or the header breaks the grammar (RFC 6797 section 6.1).
    pub fn max_age(&self) -> Option<u64> {
        let mut seen: Vec<String> = Vec::new();
        let mut age = None;
        for directive in self.value.split(';').map(str::trim).filter(|d| !d.is_empty()) {
            let (name, value) = match directive.split_once('=') {
                Some((name, value)) => (name.trim(), Some(value.trim())),
                None => (directive, None),
            };
            let name = name.to_ascii_lowercase();
            let is_token = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.!#$%&'*+^`|~".contains(&b));
            if !is_token || seen.contains(&name) {
                return None;
            }
            if name == "max-age" {
                let digits = value.unwrap_or_default();
                let digits = digits.strip_prefix('"').and_then(|d| d.strip_suffix('"')).unwrap_or(digits);
                let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
                age = is_number.then(|| digits.parse().unwrap_or(u64::MAX));
                age?;
            }
            seen.push(name);
        }
        age
    }

    /// Whether it covers every name below the host.
    pub fn include_subdomains(&self) -> bool {
        self.value.split(';').any(|d| d.trim().eq_ignore_ascii_case("includeSubDomains"))
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

/// An HSTS header that `GET /` misses: the file that stands for the directory is answered elsewhere.
#[derive(Debug, Clone)]
pub struct Astray {
    /// The header that does not come.
    pub hsts: Hsts,
    /// The file's URI: `/index.html`.
    pub uri: String,
    /// The scope that answers it.
    pub scope: usize,
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
    /// The place that takes an HSTS header away which the backend behind `GET /` may send, where every
    /// backend is treated so.
    pub hides_backend_hsts: Option<Span>,
    /// Where the file that `/` stands for is answered without HSTS, although the scope of `/` has it.
    pub astray: Option<Astray>,
    /// What every request meets before any location is looked for.
    pub redirects_all: Option<Answer>,
    /// Where a redirect or code holds only under a condition, so that it cannot be told whether a
    /// request is redirected.
    pub conditional_redirect: Option<Span>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn max_age(value: &str) -> Option<u64> {
        let span = Span::new(FileId(0), 0..0);
        Hsts { value: value.to_owned(), span, always: true, append: None }.max_age()
    }

    #[test]
    fn browsers_ignore_headers_that_break_the_grammar() {
        assert_eq!(max_age("max-age=300"), Some(300));
        assert_eq!(max_age(" includeSubDomains ; Max-Age=\"300\";"), Some(300));
        assert_eq!(max_age("max-age=99999999999999999999999"), Some(u64::MAX));
        assert_eq!(max_age("max-age=31536000 includeSubDomains"), None);
        assert_eq!(max_age("max-age=31536000, includeSubDomains"), None);
        assert_eq!(max_age("max-age=1; max-age=2"), None);
        assert_eq!(max_age("max-age=-1"), None);
        assert_eq!(max_age("includeSubDomains"), None);
        assert_eq!(max_age("\"max-age=1\""), None);
    }
}
