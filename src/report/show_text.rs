//! `show` for people: every listener with the servers behind it, every hop to a backend, and for each
//! value where it comes from.

use super::show_rows::{Row, Rows};
use super::{Appearance, line, printable};
use crate::model::{Setting, Transport};
use crate::run::Analysis;
use crate::surface::{ListenerSurface, ServerSurface, UpstreamSurface};

/// Columns before the value.
const INDENT: usize = 4;
const WORD: usize = 12;
/// Columns of a value before its origin, where it fits.
const VALUE: usize = 34;

/// The surface. `quiet`: without the target, and without where values come from.
pub fn render(analysis: &Analysis, appearance: Appearance, quiet: bool) -> String {
    let page = Page { analysis, appearance, quiet };
    let mut blocks = Vec::new();
    if !quiet {
        blocks.push(page.target());
    }
    blocks.extend(analysis.listeners().map(|l| page.listener(l)));
    blocks.extend(analysis.upstreams().map(|u| page.upstream(u)));
    if analysis.listeners().next().is_none() && analysis.upstreams().next().is_none() && !quiet {
        blocks.push("no listeners and no upstreams\n".to_owned());
    }
    blocks.join("\n")
}

struct Page<'a> {
    analysis: &'a Analysis,
    appearance: Appearance,
    quiet: bool,
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

    fn listener(&self, l: &ListenerSurface) -> String {
        let mode = match (&l.mode, l.listener.transport) {
            (Setting::Known { value, .. }, Transport::Tcp) => value.name().to_owned(),
            (Setting::Known { value, .. }, Transport::Quic) => format!("{} over QUIC", value.name()),
            (Setting::Known { value, .. }, Transport::Udp) => format!("{} over UDP", value.name()),
            (Setting::Unknown { why, .. }, _) => format!("TLS or not is unknown: {}", printable(why)),
        };
        let proxy = if l.listener.proxy_protocol.is_some() { ", behind the PROXY protocol" } else { "" };
        let starttls = if l.listener.starttls.is_some() { ", STARTTLS" } else { "" };
        let head = self.head(&l.listener.address.to_string(), &format!("{mode}{proxy}{starttls}"), l.listener.span);
        head + &self.servers(l)
    }

    /// Servers that clients cannot tell apart are described once.
    fn servers(&self, l: &ListenerSurface) -> String {
        let sources = &self.analysis.files.sources;
        let mut out = String::new();
        let all: Vec<(&ServerSurface, Vec<Row>)> =
            l.servers.iter().map(|s| (s, Rows::of_server(sources, l, s))).collect();
        for (index, (server, rows)) in all.iter().enumerate() {
            out.push_str(&self.server(server));
            if all.get(index + 1).is_none_or(|(_, next)| next != rows) {
                out.push_str(&self.rows(rows));
            }
        }
        out
    }

    fn server(&self, s: &ServerSurface) -> String {
        let names: Vec<_> = s.server.names.iter().map(|n| n.text.as_str()).filter(|n| !n.is_empty()).collect();
        let names = if names.is_empty() { "(no name)".to_owned() } else { names.join(" ") };
        let default = match (s.binding.default, s.binding.default_written) {
            (true, true) => " (default server)",
            (true, false) => " (default server, being the first)",
            (false, _) => "",
        };
        let place = line(&self.analysis.files.sources, s.server.span);
        let place = if self.quiet { String::new() } else { self.appearance.dim(&format!("  {place}")) };
        format!("  {}{default}{place}\n", self.appearance.bold(&printable(&names)))
    }

    fn upstream(&self, u: &UpstreamSurface) -> String {
        let targets = match &u.upstream.targets {
            Setting::Known { value, .. } => value.iter().map(|t| t.display()).collect::<Vec<_>>().join(", "),
            Setting::Unknown { why, .. } => format!("somewhere unknown: {why}"),
        };
        let head = self.head(&u.upstream.from, &format!("to {}", printable(&targets)), u.upstream.span);
        head + &self.rows(&Rows::of_upstream(&self.analysis.files.sources, u))
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
        // A list of suites goes on below its first word.
        let is_list = row.word.is_empty() && row.value.len() > 1;
        let hang = if is_list { row.value[0].len() + 1 } else { 0 };
        let start = INDENT + WORD;
        let lines = wrap(&row.value, self.appearance.width.saturating_sub(start).max(VALUE), hang);
        let mut out = String::new();
        for (index, text) in lines.iter().enumerate() {
            let word = if index == 0 { row.word } else { "" };
            let origin = if index == 0 && !self.quiet { row.origin.as_str() } else { "" };
            let value = if row.unknown { self.appearance.paint("33", text) } else { text.clone() };
            let pad = if origin.is_empty() { 0 } else { VALUE.saturating_sub(text.chars().count()) };
            let line = format!("{:INDENT$}{word:WORD$}{value}{:pad$}{}", "", "", self.origin(origin));
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }

    fn origin(&self, origin: &str) -> String {
        if origin.is_empty() { String::new() } else { self.appearance.dim(&format!("  {origin}")) }
    }
}

/// Joins words to lines of at most `width` columns; all but the first begin `hang` columns in.
fn wrap(words: &[String], width: usize, hang: usize) -> Vec<String> {
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
