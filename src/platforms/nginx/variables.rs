//! Variables whose value is certain offline: `set` to a constant, or a `map` of what is known.

use super::config::Statement;
use super::level::Level;
use super::syntax::Word;
use std::collections::HashMap;

/// The maps of an `http` or `stream` block.
#[derive(Default)]
pub(super) struct Variables<'c> {
    maps: HashMap<String, &'c Statement<'c>>,
    /// Variables that something other than `set` and `map` assigns.
    others: Vec<String>,
}

/// What is known of the request that variables are read for.
#[derive(Clone, Copy)]
pub(super) enum Request {
    /// One that came over TLS.
    Tls,
    /// Any.
    Any,
}

impl<'c> Variables<'c> {
    /// Collects the variables defined in a block.
    pub(super) fn of(block: &'c [Statement<'c>]) -> Self {
        let mut variables = Variables::default();
        for statement in block {
            let (source, target) = match statement.args() {
                [source, target] => (source, target),
                _ => continue,
            };
            let name = target.text().trim_start_matches('$').to_owned();
            if statement.is("map") && statement.is_data() {
                let _ = source;
                variables.maps.insert(name, statement);
            } else if statement.is_data() {
                variables.others.push(name);
            }
        }
        variables
    }

    /// The text of a word with every variable replaced; the name of the first that is not known.
    pub(super) fn expand(&self, word: &Word, level: &Level, request: Request) -> Result<String, String> {
        if word.opaque {
            return Err("a template placeholder".to_owned());
        }
        self.expand_text(&word.text(), level, request, 0)
    }

    fn expand_text(&self, text: &str, level: &Level, request: Request, depth: u8) -> Result<String, String> {
        let mut expanded = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            expanded.push_str(&rest[..at]);
            let (name, after) = name_at(&rest[at + 1..]);
            if name.is_empty() {
                expanded.push('$');
            } else {
                let value = self.value(name, level, request, depth);
                expanded.push_str(&value.ok_or_else(|| format!("the variable ${name}"))?);
            }
            rest = after;
        }
        expanded.push_str(rest);
        Ok(expanded)
    }

    fn value(&self, name: &str, level: &Level, request: Request, depth: u8) -> Option<String> {
        if depth > 8 || self.others.iter().any(|other| other == name) {
            return None;
        }
        match (name, request) {
            ("scheme", Request::Tls) => return Some("https".to_owned()),
            ("https", Request::Tls) => return Some("on".to_owned()),
            _ => {}
        }
        match self.maps.get(name) {
            Some(map) => self.mapped(map, level, request, depth),
            None => self.assigned(name, level, request, depth),
        }
    }

    fn mapped(&self, map: &Statement, level: &Level, request: Request, depth: u8) -> Option<String> {
        if map.children.iter().any(Statement::is_hole) {
            return None;
        }
        let source = self.expand_text(&map.arg()?.text(), level, request, depth + 1).ok();
        let entries = || map.children.iter().filter(|entry| entry.args().len() == 1);
        let value_of =
            |entry: &Statement| self.expand_text(&entry.arg()?.text(), level, request, depth + 1).ok();
        let Some(source) = source else {
            // Whatever is looked up, a map that only ever gives one value gives that.
            let mut values = entries().map(value_of);
            let first = values.next()??;
            return values.all(|v| v.as_deref() == Some(&first)).then_some(first);
        };
        if entries().any(|entry| entry.name().starts_with(['~', '*']) || entry.name().ends_with(".*")) {
            return None;
        }
        let exact =
            entries().find(|entry| entry.name().trim_start_matches('\\').eq_ignore_ascii_case(&source));
        match exact.or_else(|| entries().find(|entry| entry.is("default"))) {
            Some(entry) => value_of(entry),
            None => Some(String::new()),
        }
    }

    /// `set` in the nearest block around, as long as no condition sets the variable too.
    fn assigned(&self, name: &str, level: &Level, request: Request, depth: u8) -> Option<String> {
        let sets = |s: &Statement| {
            s.is("set")
                && s.arg().is_some_and(|v| v.text().strip_prefix('$') == Some(name))
                && s.args().len() == 2
        };
        for outer in level.chain() {
            if outer.conditions().any(|block| block.children.iter().any(sets)) || outer.may_assign(name) {
                return None;
            }
            if let Some(statement) = outer.statements().filter(|s| sets(s)).last() {
                return self.expand_text(&statement.args()[1].text(), outer, request, depth + 1).ok();
            }
        }
        None
    }
}

/// The variable name at the start of a text that follows a `$`, and what comes after it.
fn name_at(text: &str) -> (&str, &str) {
    if let Some(braced) = text.strip_prefix('{')
        && let Some((name, after)) = braced.split_once('}')
    {
        return (name, after);
    }
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    text.split_at(end)
}

/// Whether a text holds a variable.
pub(super) fn holds_variable(text: &str) -> bool {
    text.match_indices('$').any(|(at, _)| !name_at(&text[at + 1..]).0.is_empty())
}

/// The first variable of a text, for messages.
pub(super) fn first_variable(text: &str) -> Option<String> {
    text.match_indices('$')
        .map(|(at, _)| name_at(&text[at + 1..]).0)
        .find(|n| !n.is_empty())
        .map(|n| format!("${n}"))
}
