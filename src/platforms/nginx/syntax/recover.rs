//! Going on after an error: nginx stops at the first, a reader wants to know the rest.
//!
//! Two slips hide what follows them. Without its `;` a directive swallows the next one; without its `}` a
//! block swallows the rest of the file. The first is repaired only where nginx is sure to refuse the
//! longer statement, the second by the indentation of a file that is indented throughout.

use std::ops::Range;

use super::error::{SyntaxErrorKind as Kind, help};
use super::parser::Parser;
use super::tree::Word;
use crate::source::Span;

/// How a statement ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// `;`
    Semicolon,
    /// `{`
    Open,
    /// `}`, although a statement is not finished.
    Close,
    /// The end of the file, although a statement is not finished.
    File,
}

/// What is known of a file's indentation, and how many missing `}` may be made up from it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Layout {
    /// Blocks that were open at the end of the file.
    pub(super) missing: usize,
    deeper: usize,
    flat: usize,
    budget: usize,
    repairs: usize,
}

impl Layout {
    /// What a second run may do, given what the first saw.
    pub(super) fn second_run(self) -> Option<Layout> {
        let indented = self.deeper > self.flat;
        (self.missing > 0 && indented).then_some(Layout { budget: self.missing, ..Layout::default() })
    }

    pub(super) fn repaired(self) -> bool {
        self.repairs > 0
    }
}

impl<'s> Parser<'s, '_> {
    /// Cuts the statement that ends at `at` where it took in other ones.
    pub(super) fn split_at_swallowed(&mut self, at: usize, ending: Ending) {
        if self.line_starts.is_empty() {
            return;
        }
        let starts = std::mem::take(&mut self.line_starts);
        let cuts = cuts(&self.words, &starts, ending);
        let mut parts: Vec<Vec<Word<'s>>> = Vec::with_capacity(cuts.len());
        for (index, _) in cuts.iter().rev() {
            parts.push(self.words.split_off(*index));
        }
        for (_, kind) in cuts {
            if let Some(last) = self.words.last() {
                let end = last.span.end as usize;
                self.error(end - 1..end, kind, at, help::SEMICOLON);
            }
            self.push_simple(None);
            self.words = parts.pop().unwrap_or_default();
        }
    }

    /// Takes note of how far a statement is indented, and closes the blocks it cannot be in.
    pub(super) fn indented(&mut self, name: &Word<'_>) {
        let start = name.span.start as usize;
        let Some(column) = column(self.mask.text(), start) else { return };
        if let Some(outer) = self.stack.last().and_then(|frame| frame.column) {
            match column > outer {
                true => self.layout.deeper += 1,
                false => self.layout.flat += 1,
            }
        }
        while self.stack.last().and_then(|frame| frame.column).is_some_and(|outer| column <= outer) {
            if !self.close_missing(start) {
                break;
            }
        }
    }

    /// Closes the blocks that the `}` at `at` does not belong to.
    pub(super) fn closing_brace(&mut self, at: usize) {
        let Some(column) = column(self.mask.text(), at) else { return };
        if self.layout.budget == 0 || !self.stack.iter().any(|frame| frame.column == Some(column)) {
            return;
        }
        while self.stack.last().and_then(|frame| frame.column).is_some_and(|outer| column < outer) {
            if !self.close_missing(at) {
                break;
            }
        }
    }

    fn close_missing(&mut self, at: usize) -> bool {
        let Some(head) = self.stack.last().and_then(|frame| frame.head.as_ref()) else { return false };
        let place = head.span;
        let closed = self.make_up_brace(place);
        if closed {
            self.pop(at..at);
        }
        closed
    }

    fn make_up_brace(&mut self, head: Span) -> bool {
        if self.layout.budget == 0 {
            return false;
        }
        self.layout.budget -= 1;
        self.layout.repairs += 1;
        self.error(head.range(), Kind::EndInBlock, self.source.len(), help::BRACE);
        true
    }

    /// Where Lua ends that took the brace of a block around it for its own.
    pub(super) fn earlier_end_of_lua(&mut self, head: Span, code: Range<usize>) -> Option<(usize, usize)> {
        let text = self.mask.text();
        let late = column(text, code.end)? < column(text, head.start as usize)?;
        (late && self.make_up_brace(head)).then(|| end_of_lua(text, head, code.start))
    }
}

/// How far a line is indented up to `start`, when nothing but blanks stands there.
pub(super) fn column(text: &[u8], start: usize) -> Option<usize> {
    let blanks = text[..start].iter().rev().take_while(|b| matches!(b, b' ' | b'\t' | b'\r')).count();
    let starts_line = start == blanks || text[start - blanks - 1] == b'\n';
    starts_line.then(|| {
        let tab_stop =
            |column: usize, byte: &u8| if *byte == b'\t' { column / 8 * 8 + 8 } else { column + 1 };
        text[start - blanks..start].iter().fold(0, tab_stop)
    })
}

/// The end of Lua code that lacks its brace: a `}` that stands as far left as the directive does.
/// Returns where the code ends and where reading goes on.
pub(super) fn end_of_lua(text: &[u8], head: Span, start: usize) -> (usize, usize) {
    let indent = column(text, head.start as usize).unwrap_or(0);
    let mut at = start;
    for line in text[start..].split_inclusive(|b| *b == b'\n') {
        let blanks = line.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let brace = at + blanks;
        let on_its_own = brace > start && text.get(brace) == Some(&b'}');
        if on_its_own && column(text, brace).is_some_and(|column| column <= indent) {
            return (brace, brace + 1);
        }
        at += line.len();
    }
    (text.len(), text.len())
}

/// Where a statement takes in others, and what nginx says about it.
fn cuts(words: &[Word<'_>], starts: &[usize], ending: Ending) -> Vec<(usize, Kind)> {
    let mut from = 0;
    let mut cuts = Vec::new();
    let last_block = match ending {
        Ending::Open if is_block(&words[0]) => return cuts,
        Ending::Open => match starts.iter().rev().find(|i| is_block(&words[**i])) {
            Some(index) => *index,
            None => return cuts,
        },
        _ => words.len(),
    };
    for (position, &index) in starts.iter().enumerate() {
        let next_line = starts.get(position + 1).copied().unwrap_or(words.len());
        let known = is_directive(&words[index]);
        let has_arguments = next_line > index + 1;
        let kind = match ending {
            Ending::Semicolon if known => refusal(&words[from..]),
            Ending::Open if index <= last_block && known => {
                Some(Kind::NotTerminated(words[from].value.to_vec()))
            }
            Ending::Close if known || has_arguments && looks_like_one(&words[index]) => {
                Some(Kind::Unexpected(b'}'))
            }
            Ending::File if known || has_arguments && looks_like_one(&words[index]) => {
                Some(Kind::EndInStatement)
            }
            _ => None,
        };
        if let Some(kind) = kind {
            cuts.push((index, kind));
            from = index;
        }
    }
    cuts
}

/// How nginx refuses a statement that took in another directive, if it is sure to.
fn refusal(words: &[Word<'_>]) -> Option<Kind> {
    let name = &*words[0].value;
    let among = |names: &[&str], word: &[u8]| names.iter().any(|n| n.as_bytes() == word);
    let stranger = |skip: usize, known: &dyn Fn(&[u8]) -> bool| {
        words.iter().skip(skip).find(|word| !known(&word.value)).map(|word| word.value.to_vec())
    };
    if among(PROTOCOL_LISTS, name) {
        return stranger(1, &|word| PROTOCOLS.iter().any(|p| p.as_bytes().eq_ignore_ascii_case(word)))
            .map(Kind::InvalidValue);
    }
    if name == b"listen" {
        return stranger(2, &|word| among(LISTEN, word) || word.contains(&b'=')).map(Kind::InvalidParameter);
    }
    (among(ONE_ARGUMENT, name) && words.len() > 2).then(|| Kind::TooManyArguments(name.to_vec()))
}

fn is_block(word: &Word<'_>) -> bool {
    word.quoted.is_none() && BLOCKS.binary_search_by(|n| n.as_bytes().cmp(&word.value)).is_ok()
}

/// Whether the word is a name that no directive takes for a value.
fn is_directive(word: &Word<'_>) -> bool {
    let named = |names: &[&str]| names.binary_search_by(|n| n.as_bytes().cmp(&word.value)).is_ok();
    word.quoted.is_none() && (named(BLOCKS) || named(ONE_ARGUMENT) || named(OTHERS))
}

fn looks_like_one(word: &Word<'_>) -> bool {
    let name = &word.value;
    let ordinary = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'_';
    word.quoted.is_none() && name.contains(&b'_') && name.iter().all(ordinary)
}

/// Directives that take protocol names and nothing else.
const PROTOCOL_LISTS: &[&str] =
    &["grpc_ssl_protocols", "proxy_ssl_protocols", "ssl_protocols", "uwsgi_ssl_protocols"];

/// What they take.
const PROTOCOLS: &[&str] = &["SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

/// What `listen` takes after its address, besides `name=value`.
const LISTEN: &[&str] = &[
    "bind",
    "default",
    "default_server",
    "deferred",
    "http2",
    "proxy_protocol",
    "quic",
    "reuseport",
    "ssl",
    "udp",
];

/// Blocks, sorted.
const BLOCKS: &[&str] = &[
    "events",
    "geo",
    "http",
    "if",
    "limit_except",
    "location",
    "mail",
    "map",
    "server",
    "split_clients",
    "stream",
    "types",
    "upstream",
];

/// Directives that take exactly one argument wherever they are known, sorted.
const ONE_ARGUMENT: &[&str] = &[
    "client_max_body_size",
    "default_type",
    "gzip",
    "gzip_vary",
    "include",
    "proxy_http_version",
    "proxy_pass",
    "proxy_ssl_certificate",
    "proxy_ssl_certificate_key",
    "proxy_ssl_ciphers",
    "proxy_ssl_name",
    "proxy_ssl_server_name",
    "proxy_ssl_session_reuse",
    "proxy_ssl_trusted_certificate",
    "proxy_ssl_verify",
    "proxy_ssl_verify_depth",
    "root",
    "sendfile",
    "server_tokens",
    "ssl_buffer_size",
    "ssl_certificate",
    "ssl_certificate_key",
    "ssl_ciphers",
    "ssl_client_certificate",
    "ssl_crl",
    "ssl_dhparam",
    "ssl_early_data",
    "ssl_ecdh_curve",
    "ssl_prefer_server_ciphers",
    "ssl_preread",
    "ssl_reject_handshake",
    "ssl_session_ticket_key",
    "ssl_session_tickets",
    "ssl_session_timeout",
    "ssl_stapling",
    "ssl_stapling_file",
    "ssl_stapling_responder",
    "ssl_stapling_verify",
    "ssl_trusted_certificate",
    "ssl_verify_client",
    "ssl_verify_depth",
    "tcp_nodelay",
    "tcp_nopush",
    "worker_connections",
    "worker_processes",
];

/// Other directives whose names are nothing else, sorted.
const OTHERS: &[&str] = &[
    "access_log",
    "add_header",
    "client_body_timeout",
    "error_log",
    "error_page",
    "fastcgi_param",
    "fastcgi_pass",
    "gzip_types",
    "keepalive_timeout",
    "listen",
    "log_format",
    "proxy_hide_header",
    "proxy_redirect",
    "proxy_set_header",
    "proxy_ssl_conf_command",
    "proxy_ssl_protocols",
    "resolver",
    "resolver_timeout",
    "rewrite",
    "server_name",
    "ssl_conf_command",
    "ssl_password_file",
    "ssl_protocols",
    "ssl_session_cache",
    "try_files",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        assert!(BLOCKS.is_sorted() && ONE_ARGUMENT.is_sorted() && OTHERS.is_sorted());
    }
}
