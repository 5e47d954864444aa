//! Which `location` answers a request, as `ngx_http_core_find_location` decides.

use crate::platforms::nginx::config::Statement;

/// What a `location` matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Match {
    /// `= /path`
    Exact(String),
    /// `/path`, and `^~ /path` where regexes are not looked at any more.
    Prefix { path: String, no_regex: bool },
    /// `~ regex` and `~* regex`.
    Regex { regex: String, ignore_case: bool },
    /// `@name`
    Named(String),
    /// A template or something else that cannot be read.
    Opaque,
}

impl Match {
    /// Reads the arguments of a `location`; modifier and pattern may stand in one word.
    pub(super) fn of(statement: &Statement) -> Self {
        let words: Vec<String> = statement.args().iter().map(|w| w.text().into_owned()).collect();
        if statement.args().iter().any(|w| w.opaque) {
            return Match::Opaque;
        }
        let (modifier, pattern) = match words.as_slice() {
            [modifier, pattern] => (modifier.as_str(), pattern.as_str()),
            [word] => split_modifier(word),
            _ => return Match::Opaque,
        };
        let pattern = pattern.to_owned();
        match modifier {
            "" if pattern.starts_with('@') => Match::Named(pattern),
            "" => Match::Prefix { path: pattern, no_regex: false },
            "=" => Match::Exact(pattern),
            "^~" => Match::Prefix { path: pattern, no_regex: true },
            "~" => Match::Regex { regex: pattern, ignore_case: false },
            "~*" => Match::Regex { regex: pattern, ignore_case: true },
            _ => Match::Opaque,
        }
    }
}

fn split_modifier(word: &str) -> (&str, &str) {
    let modifier = ["^~", "~*", "=", "~"].into_iter().find(|m| word.starts_with(m)).unwrap_or("");
    (modifier, &word[modifier.len()..])
}

/// A location and those nested in it.
#[derive(Debug)]
pub(super) struct Node {
    /// Index of its scope.
    pub(super) scope: usize,
    /// What it matches.
    pub(super) matches: Match,
    /// The locations in it.
    pub(super) nested: Vec<Node>,
}

/// A search that cannot be decided offline: a template, or a regex that does not compile here.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Undecided;

/// The scope of a named location.
pub(super) fn find_named(nodes: &[Node], name: &str) -> Option<usize> {
    nodes.iter().find(|n| matches!(&n.matches, Match::Named(own) if own == name)).map(|n| n.scope)
}

/// The scope that answers `uri` among these locations; `None` when none does.
pub(super) fn find(nodes: &[Node], uri: &str) -> Result<Option<usize>, Undecided> {
    Ok(search(nodes, uri)?.map(|(scope, _)| scope))
}

/// The scope, and whether the search ends with it.
fn search(nodes: &[Node], uri: &str) -> Result<Option<(usize, bool)>, Undecided> {
    if nodes.iter().any(|node| node.matches == Match::Opaque) {
        return Err(Undecided);
    }
    if let Some(node) = nodes.iter().find(|n| matches!(&n.matches, Match::Exact(path) if path == uri)) {
        return Ok(Some((node.scope, true)));
    }
    let prefix = nodes
        .iter()
        .filter_map(|node| match &node.matches {
            Match::Prefix { path, no_regex } if uri.starts_with(path.as_str()) => {
                Some((node, path.len(), *no_regex))
            }
            _ => None,
        })
        .max_by_key(|(_, length, _)| *length);
    let mut best = None;
    if let Some((node, _, _)) = prefix {
        best = Some((node.scope, false));
        if let Some(inner) = search(&node.nested, uri)? {
            best = Some(inner);
        }
    }
    if best.is_some_and(|(_, ends)| ends) || prefix.is_some_and(|(_, _, no_regex)| no_regex) {
        return Ok(best);
    }
    for node in nodes {
        let Match::Regex { regex, ignore_case } = &node.matches else { continue };
        if is_match(regex, *ignore_case, uri)? {
            let inner = search(&node.nested, uri)?;
            return Ok(Some((inner.map_or(node.scope, |(scope, _)| scope), true)));
        }
    }
    Ok(best)
}

fn is_match(regex: &str, ignore_case: bool, uri: &str) -> Result<bool, Undecided> {
    compile(regex, ignore_case)?.is_match(uri).map_err(|_| Undecided)
}

/// A regex of nginx's.
pub(super) fn compile(regex: &str, ignore_case: bool) -> Result<fancy_regex::Regex, Undecided> {
    let pattern = if ignore_case { format!("(?i){regex}") } else { regex.to_owned() };
    fancy_regex::Regex::new(&pattern).map_err(|_| Undecided)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(scope: usize, matches: Match) -> Node {
        Node { scope, matches, nested: Vec::new() }
    }

    fn prefix(path: &str, no_regex: bool) -> Match {
        Match::Prefix { path: path.to_owned(), no_regex }
    }

    #[test]
    fn regexes_beat_prefixes_unless_told_otherwise() {
        let regex = || Match::Regex { regex: "\\.php$|^/$".to_owned(), ignore_case: false };
        assert_eq!(find(&[node(1, prefix("/", false)), node(2, regex())], "/"), Ok(Some(2)));
        assert_eq!(find(&[node(1, prefix("/", true)), node(2, regex())], "/"), Ok(Some(1)));
        assert_eq!(find(&[node(1, Match::Exact("/".to_owned())), node(2, regex())], "/"), Ok(Some(1)));
        assert_eq!(find(&[node(1, prefix("/a", false))], "/"), Ok(None));
        assert_eq!(find(&[node(1, Match::Opaque)], "/"), Err(Undecided));
    }

    #[test]
    fn nested_locations_are_searched_before_outer_regexes_decide() {
        let mut outer = node(1, prefix("/", false));
        outer.nested.push(node(2, prefix("/x", false)));
        let regex = Match::Regex { regex: "x".to_owned(), ignore_case: false };
        assert_eq!(find(&[outer, node(3, regex)], "/x"), Ok(Some(3)));
    }
}
