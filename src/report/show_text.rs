//! `show` for people: every listener with the servers behind it, every hop to a backend, and for each
//! value where it comes from.

use super::show_rows::{Row, Rows};
use super::{Appearance, line, printable};
use crate::analysis::Analysis;
use crate::model::{Setting, Transport};
use crate::pki::CertificateFile;
use crate::surface::{ListenerSurface, ServerSurface, UpstreamSurface};

/// Columns before the value.
const INDENT: usize = 4;
const WORD: usize = 12;
/// Columns of a value before its origin, where it fits.
const VALUE: usize = 34;
/// Columns that lines of a list go in at most, below its heading.
const HANG: usize = 9;

/// The surface. `quiet`: without the target, and without where values come from. `why`: with the words
/// that let suites in, and what keeps others out.
pub fn render(analysis: &Analysis, appearance: Appearance, quiet: bool, why: bool) -> String {
    let page = Page { analysis, appearance, quiet, why };
    let mut blocks = Vec::new();
    if !quiet {
        blocks.push(page.target());
    }
    blocks.extend(joined(analysis.listeners().map(|l| page.listener(l))));
    blocks.extend(joined(analysis.upstreams().map(|u| page.upstream(u))));
    blocks.extend(analysis.surface.given.iter().map(|file| page.given(file)));
    if blocks.len() == usize::from(!quiet) && !quiet {
        blocks.push("no listeners and no upstreams\n".to_owned());
    }
    blocks.join("\n")
}

/// Neighbours that differ in nothing but their heads are described once.
fn joined(described: impl Iterator<Item = (String, String)>) -> Vec<String> {
    let mut blocks: Vec<(String, String)> = Vec::new();
    for (head, body) in described {
        match blocks.last_mut() {
            Some((heads, same)) if *same == body => heads.push_str(&head),
            _ => blocks.push((head, body)),
        }
    }
    blocks.into_iter().map(|(heads, body)| heads + &body).collect()
}

struct Page<'a> {
    analysis: &'a Analysis,
    appearance: Appearance,
    quiet: bool,
    why: bool,
}

impl Page<'_> {
    fn target(&self) -> String {
        let target = &self.analysis.surface.target;
        let why = match &target.stated {
            Some(stated) => printable(stated).into_owned(),
            None => "assumed; say what yours is with --target".to_owned(),
        };
        format!("on {target} {}\n", self.appearance.dim(&format!("({why})")))
    }

    fn listener(&self, l: &ListenerSurface) -> (String, String) {
        let mode = match (&l.mode, l.listener.transport) {
            (Setting::Known { value, .. }, Transport::Tcp) => value.name().to_owned(),
            (Setting::Known { value, .. }, Transport::Quic) => format!("{} over QUIC", value.name()),
            (Setting::Known { value, .. }, Transport::Udp) => format!("{} over UDP", value.name()),
            (Setting::Unknown { why, .. }, _) => format!("TLS or not is unknown: {}", printable(why)),
        };
        let proxy = if l.listener.proxy_protocol.is_some() { ", behind the PROXY protocol" } else { "" };
        let starttls = if l.listener.starttls.is_some() { ", STARTTLS" } else { "" };
        let head =
            self.head(&l.listener.address.to_string(), &format!("{mode}{proxy}{starttls}"), l.listener.span);
        (head, self.servers(l))
    }

    /// One server in full; the others by what is different about them.
    fn servers(&self, l: &ListenerSurface) -> String {
        let all: Vec<(&ServerSurface, Vec<Row>)> =
            l.servers.iter().map(|s| (s, Rows::of_server(self.analysis, self.why, l, s))).collect();
        let model = all.iter().position(|(_, rows)| rows.iter().any(|r| r.word == "protocols")).unwrap_or(0);
        let Some((modelled, model_rows)) = all.get(model) else { return String::new() };
        let mut out = String::new();
        for (index, (server, rows)) in all.iter().enumerate() {
            out.push_str(&self.server(l, server));
            let alike = |word: &str| {
                let ours = rows.iter().filter(|r| r.word == word);
                let theirs = model_rows.iter().filter(|r| r.word == word);
                index != model
                    && ours.clone().count() == theirs.clone().count()
                    && ours.zip(theirs).all(|(our, their)| our.says_the_same(their))
            };
            let different: Vec<Row> = rows.iter().filter(|row| !alike(row.word)).cloned().collect();
            out.push_str(&self.rows(&different));
            if different.len() < rows.len() {
                let rest = if different.is_empty() { "everything as" } else { "the rest as" };
                let rest = format!("{rest} {}", printable(&modelled.label()));
                out.push_str(&format!("{:INDENT$}{}\n", "", self.appearance.dim(&rest)));
            }
        }
        out
    }

    fn server(&self, l: &ListenerSurface, s: &ServerSurface) -> String {
        let names: Vec<_> =
            s.server.names.iter().map(|n| n.text.as_str()).filter(|n| !n.is_empty()).collect();
        let names = if names.is_empty() { "(no name)".to_owned() } else { names.join(" ") };
        let default = match (s.binding.default, s.binding.default_written) {
            (true, true) => " (default server)",
            // In a part of a configuration, who is the first is not known.
            (true, false) if !self.analysis.surface.deployment(l.deployment).fragment => {
                " (default server, being the first)"
            }
            (true, false) => "",
            (false, _) => "",
        };
        let place = line(&self.analysis.files.sources, s.server.span);
        let place = if self.quiet { String::new() } else { self.appearance.dim(&format!("  {place}")) };
        format!("  {}{default}{place}\n", self.appearance.bold(&printable(&names)))
    }

    fn upstream(&self, u: &UpstreamSurface) -> (String, String) {
        let targets = match &u.upstream.targets {
            Setting::Known { value, .. } => value.iter().map(|t| t.display()).collect::<Vec<_>>().join(", "),
            Setting::Unknown { why, .. } => format!("somewhere unknown: {why}"),
        };
        let head = self.head(&u.upstream.from, &format!("to {}", printable(&targets)), u.upstream.span);
        (head, self.rows(&Rows::of_upstream(self.analysis, self.why, u)))
    }

    fn given(&self, file: &CertificateFile) -> String {
        let name = self.analysis.files.sources.get(file.file).name();
        let head = format!("{}\n", self.appearance.paint("1;36", &printable(&name)));
        head + &self.rows(&Rows::of_given(self.analysis, file))
    }

    fn head(&self, subject: &str, rest: &str, span: crate::source::Span) -> String {
        let place = line(&self.analysis.files.sources, span);
        let place = if self.quiet { String::new() } else { self.appearance.dim(&format!("  {place}")) };
        format!("{}  {rest}{place}\n", self.appearance.paint("1;36", &printable(subject)))
    }

    fn rows(&self, rows: &[Row]) -> String {
        rows.iter().map(|row| self.row(row)).collect()
    }

    fn row(&self, row: &Row) -> String {
        let start = INDENT + WORD;
        let width = self.appearance.width.saturating_sub(start).max(VALUE);
        let mut origin = if self.quiet { "" } else { row.origin.as_str() };
        let mut out = String::new();
        for (index, text) in wrap(&row.value, width, 0).iter().enumerate() {
            let word = if index == 0 { row.word } else { "" };
            let value = if row.unknown { self.appearance.paint("33", text) } else { text.clone() };
            out.push_str(&format!("{:INDENT$}{word:WORD$}{value}", ""));
            let used = text.chars().count();
            if index == 0 && used.max(VALUE) + 2 + origin.chars().count() <= width {
                out.push_str(&self.origin(used, origin));
                origin = "";
            }
            out.push('\n');
        }
        for list in &row.lists {
            let hang = list.first().map_or(0, |heading| heading.chars().count() + 1).min(HANG);
            for text in wrap(list, width, hang) {
                out.push_str(&format!("{:start$}{text}\n", ""));
            }
        }
        if !origin.is_empty() {
            out.push_str(&format!("{:start$}{}\n", "", self.origin(0, origin)));
        }
        out
    }

    /// In its column, or behind a value that reaches into it.
    fn origin(&self, used: usize, origin: &str) -> String {
        let gap = VALUE.saturating_sub(used) + 2;
        if origin.is_empty() { String::new() } else { format!("{:gap$}{}", "", self.appearance.dim(origin)) }
    }
}

/// Joins words to lines of at most `width` columns; all but the first begin `hang` columns in.
pub(super) fn wrap(words: &[String], width: usize, hang: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            Some(_) => lines.push(format!("{:hang$}{word}", "")),
            None => lines.push(word.clone()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_go_on_below_their_first_word() {
        let words = ["v:", "aaaa", "bbbb", "cccc"].map(str::to_owned);
        assert_eq!(wrap(&words, 12, 3), ["v: aaaa bbbb", "   cccc"]);
    }
}
