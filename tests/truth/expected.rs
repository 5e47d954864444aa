//! Differences that are known, each with its reason.

use crate::comparison::{Compared, Outcome};
use std::collections::BTreeMap;
use std::path::Path;

/// The entries of a file with lines `case tree[,tree…] field: reason`.
pub struct Differences(Vec<Entry>);

struct Entry {
    case: String,
    tree: String,
    field: String,
}

impl Differences {
    pub fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).expect("the list can be read");
        let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        Differences(lines.flat_map(entries).collect())
    }

    /// Disagreements on a server of which the list knows nothing.
    pub fn unexpected(&self, tree: &str, compared: &[Compared]) -> Vec<String> {
        let disagree = compared.iter().filter(|c| c.outcome == Outcome::Disagree);
        let unexpected = disagree.filter(|c| !self.0.iter().any(|entry| entry.is(tree, c)));
        unexpected.map(|c| format!("{} {tree} {}: {}", c.case, c.field, c.what)).collect()
    }

    /// Entries where nothing disagrees any longer.
    pub fn outdated(&self, compared: &BTreeMap<&str, Vec<Compared>>) -> Vec<String> {
        let stands = |entry: &Entry| {
            let of_tree = compared.get(entry.tree.as_str()).into_iter().flatten();
            of_tree.filter(|c| c.outcome == Outcome::Disagree).any(|c| entry.is(&entry.tree, c))
        };
        let outdated = self.0.iter().filter(|entry| !stands(entry));
        outdated
            .map(|e| format!("{} {} {}: agrees now, take it off the list", e.case, e.tree, e.field))
            .collect()
    }
}

impl Entry {
    fn is(&self, tree: &str, compared: &Compared) -> bool {
        (&*self.case, &*self.tree, &*self.field) == (&*compared.case, tree, &*compared.field)
    }
}

fn entries(line: &str) -> Vec<Entry> {
    let parts = line.split_once(": ").filter(|(_, reason)| !reason.trim().is_empty());
    let (what, _) = parts.unwrap_or_else(|| panic!("`{line}` gives no reason"));
    let mut words = what.splitn(3, ' ').map(str::trim);
    let (Some(case), Some(trees), Some(field)) = (words.next(), words.next(), words.next()) else {
        panic!("`{line}` is not `case tree field: reason`")
    };
    let entry = |tree: &str| Entry { case: case.to_owned(), tree: tree.to_owned(), field: field.to_owned() };
    trees.split(',').map(entry).collect()
}
