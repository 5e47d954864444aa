//! Who looks at a client's certificate, and whether what they look for tells a verified one from others.

use super::super::Lowering;
use super::outcome;
use crate::model::ClientAuth;
use crate::platforms::nginx::config::Statement;
use crate::platforms::nginx::level::Level;
use crate::source::Span;
use std::collections::HashMap;

/// What reading a variable tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tells {
    /// The outcome, the certificate as a whole, or its fingerprint, which only its own key can go with.
    Outcome,
    /// What the certificate says.
    Contents,
}

/// Directives that record a value, or count by it, rather than look at it.
const RECORDS: [&str; 13] = [
    "log_format",
    "access_log",
    "error_log",
    "add_header",
    "add_trailer",
    "limit_req_zone",
    "limit_conn_zone",
    "hash",
    "proxy_cache_key",
    "fastcgi_cache_key",
    "uwsgi_cache_key",
    "scgi_cache_key",
    "grpc_cache_key",
];

/// Finds who looks at a client's certificate.
pub(super) struct Readers<'r, 'l> {
    lowering: &'r Lowering<'l>,
    auth: &'r mut ClientAuth,
    /// Variables of outer tables that hold what became of a certificate; they count where they are read.
    derived: HashMap<Vec<u8>, Tells>,
}

/// Enters the readers of a server, whose blocks are `block`.
pub(super) fn find(lowering: &Lowering, auth: &mut ClientAuth, level: &Level, block: &[Statement]) {
    let mut readers = Readers { lowering, auth, derived: HashMap::new() };
    readers.derive(level);
    readers.block(block);
    for outer in level.chain().skip(1) {
        // Code of these phases meets no request, or one that has been answered.
        let idle = |s: &Statement| ["init_", "exit_", "log_"].iter().any(|phase| s.name().starts_with(phase));
        outer.statements().for_each(|s| readers.statement(s));
        outer.code().filter(|s| !idle(s)).for_each(|s| readers.statement(s));
    }
    readers.auth.result_read.extend(level.hole());
}

impl Readers<'_, '_> {
    /// Follows variables through the tables around the server, which may stand in any order.
    fn derive(&mut self, level: &Level) {
        let tables: Vec<&Statement> = level.chain().flat_map(Level::data).collect();
        for _ in 0..=tables.len() {
            let mut changed = false;
            for table in &tables {
                let [source @ .., variable] = table.args() else { continue };
                let Some(name) = variable.value.strip_prefix(b"$") else { continue };
                let children = table.children.iter().flat_map(Statement::args);
                let mut told: Vec<Tells> =
                    source.iter().chain(children).flat_map(|w| self.tells(&w.value, true)).collect();
                if source.iter().any(|w| outcome::is_outcome(&w.value))
                    && !outcome::map_tells(table, &self.auth.mode)
                {
                    told.retain(|tells| *tells != Tells::Outcome);
                }
                if table.children.iter().any(|s| s.is_hole() || s.is_opaque()) {
                    told.push(Tells::Outcome);
                }
                // The stronger of what it tells.
                let outcome = told.contains(&Tells::Outcome);
                let tells = if outcome { Some(Tells::Outcome) } else { told.first().copied() };
                if let Some(tells) = tells {
                    changed |= self.derived.insert(name.to_vec(), tells) != Some(tells);
                }
            }
            if !changed {
                break;
            }
        }
    }

    fn block(&mut self, block: &[Statement]) {
        for statement in block {
            self.statement(statement);
            self.block(&statement.children);
        }
    }

    fn statement(&mut self, statement: &Statement) {
        let name = statement.name();
        if RECORDS.contains(&&*name) {
            return;
        }
        if let Some(lua) = statement.lua() {
            let text = self.lowering.files.sources.get(lua.file).slice(lua);
            self.code(text, lua);
        } else if name.contains("_by_lua") && !name.ends_with("_file") {
            statement.args().iter().for_each(|word| self.code(&word.value, word.span));
        }
        let hides = name.ends_with("_by_lua_file") || name.starts_with("js_") || name.starts_with("perl");
        // A mail server tells its authentication server the outcome (`Auth-SSL-Verify`).
        if hides || statement.is_opaque() || statement.is_hole() || statement.is("auth_http") {
            self.auth.result_read.push(statement.span());
        }
        if statement.is("if") && !outcome::condition_tells(statement, &self.auth.mode) {
            return;
        }
        let passes_on = name.ends_with("_header") || name.ends_with("_param") || name.as_ref() == "if";
        for word in statement.args() {
            self.text(&word.value, true, word.span);
            if word.opaque && (passes_on || statement.is("set")) {
                self.auth.result_read.push(word.span);
            }
        }
    }

    /// Code reads what it names; what it loads from elsewhere may read anything.
    fn code(&mut self, text: &[u8], span: Span) {
        self.text(text, false, span);
        let loads: [&[u8]; 3] = [b"require", b"dofile", b"loadfile"];
        if loads.iter().any(|word| text.windows(word.len()).any(|window| window == *word)) {
            self.auth.result_read.push(span);
        }
    }

    fn text(&mut self, text: &[u8], dollar: bool, span: Span) {
        for tells in self.tells(text, dollar) {
            match tells {
                Tells::Outcome => self.auth.result_read.push(span),
                Tells::Contents => self.auth.contents_read.push(span),
            }
        }
    }

    /// What the variables in a text tell; in configuration they begin with a dollar, in code they need not.
    fn tells(&self, text: &[u8], dollar: bool) -> Vec<Tells> {
        const WHOLE: [&[u8]; 5] = [b"verify", b"cert", b"raw_cert", b"escaped_cert", b"fingerprint"];
        let is_word = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_';
        let mut found = Vec::new();
        let mut at = 0;
        while at < text.len() {
            let length = text[at..].iter().take_while(|b| is_word(b)).count();
            let name = &text[at..at + length];
            let before = &text[..at];
            if length > 0 && (!dollar || before.ends_with(b"$") || before.ends_with(b"${")) {
                found.extend(match name.strip_prefix(b"ssl_client_") {
                    Some(rest) if WHOLE.contains(&rest) => Some(Tells::Outcome),
                    Some(_) => Some(Tells::Contents),
                    None => self.derived.get(name).copied(),
                });
            }
            at += length.max(1);
        }
        found
    }
}
