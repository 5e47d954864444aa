//! What lies where the paths of a configuration lead, and what does not: trees made for each test.

use std::path::{Path, PathBuf};
use tlslint::analysis::{Analysis, Options};
use tlslint::clock::Timestamp;
use tlslint::files::PathMap;
use tlslint::report::{Report, concise};
use tlslint::target::Target;

/// 2026-11-21T00:00:00Z: tests do not depend on the day on which they run.
const PRESENT: Timestamp = Timestamp(1_795_219_200);

/// A folder of its own, gone with the test.
struct Tree(PathBuf);

impl Tree {
    fn new(name: &str) -> Tree {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("at-hand-{name}"));
        let _ = std::fs::remove_dir_all(&root);
        std::fs::create_dir_all(&root).expect("the folder is made");
        Tree(root.canonicalize().expect("the folder is there"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Tree {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("it lies somewhere")).expect("the folder is made");
        std::fs::write(path, content).expect("the file is written");
        self
    }

    fn copy(&self, name: &str, from: &str) -> &Tree {
        self.write(name, std::fs::read(Path::new("testdata/pki").join(from)).expect("it is there"))
    }

    /// A server with these statements as the main file, linted.
    fn lint(&self, statements: &str) -> Analysis {
        self.lint_with(statements, PathMap::default())
    }

    fn lint_with(&self, statements: &str, paths_map: PathMap) -> Analysis {
        let server =
            format!("http {{ server {{ listen 443 ssl; server_name www.example.com; {statements} }} }}\n");
        self.write("nginx.conf", format!("events {{}}\n{server}"));
        let paths = vec![self.path("nginx.conf")];
        Analysis::of(Options { paths, paths_map, ..Options::new(Target::assumed(), PRESENT) })
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The findings of one rule, without their place.
fn told(analysis: &Analysis, rule: &str) -> Vec<String> {
    let findings = analysis.findings(false, |known| known.name == rule);
    let report = Report::new(analysis, findings);
    let lines = concise::render(&report);
    lines.lines().filter_map(|line| Some(line.split_once("] ")?.1.to_owned())).collect()
}

fn unknown(analysis: &Analysis) -> Vec<String> {
    analysis.unknowns().iter().map(|fact| format!("{}: {}", fact.what, fact.why)).collect()
}

#[test]
fn what_is_not_there_is_not_included_where_the_tree_is_at_home() {
    let tree = Tree::new("include");
    std::fs::create_dir(tree.path("empty")).expect("the folder is made");
    for pattern in [
        "empty/*.conf".to_owned(),
        "missing/*.conf".to_owned(),
        format!("{}/empty/*.conf", tree.0.display()),
        format!("{}/missing/*.conf", tree.0.display()),
    ] {
        assert_eq!(unknown(&tree.lint(&format!("include {pattern};"))), [""; 0], "{pattern}");
    }
    let path = tree.path("a.conf").display().to_string();
    for written in ["a.conf", &path] {
        let missing = told(&tree.lint(&format!("include {written};")), "include-not-found");
        assert_eq!(missing, [format!("included file `{path}` cannot be read: no such file")]);
    }
}

#[test]
fn what_is_not_in_a_tree_for_another_machine_may_be_there() {
    let tree = Tree::new("include-elsewhere");
    std::fs::create_dir(tree.path("conf.d")).expect("the folder is made");
    for pattern in ["/etc/nginx/conf.d/*.conf", "/etc/nginx/sites-enabled/*", "/srv/nothing/*.conf"] {
        let why = format!("include: {pattern}: nothing matches here");
        assert_eq!(unknown(&tree.lint(&format!("include {pattern};"))), [why]);
    }
    let why = "include: /etc/nginx/a.conf is not in this tree";
    assert_eq!(unknown(&tree.lint("include /etc/nginx/a.conf;")), [why]);
}
