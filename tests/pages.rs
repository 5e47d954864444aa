//! Every rule's page is true: each bad example is reported exactly as the page prints it, each good
//! one is silent under the rule, and the index lists every rule.
//!
//! `UPDATE_PAGES=1 cargo test --test pages` rewrites the outputs and the index; then read the diff.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use tlslint::analysis::{Analysis, Options};
use tlslint::clock::Timestamp;
use tlslint::files::PathMap;
use tlslint::finding::Finding;
use tlslint::profile;
use tlslint::report::{Appearance, text};
use tlslint::rules::{RULES, Rule};
use tlslint::target::Target;

/// 2026-11-21T00:00:00Z: tests do not depend on the day on which they run.
const PRESENT: Timestamp = Timestamp(1_795_219_200);

fn rules_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("rules")
}

fn updating() -> bool {
    std::env::var_os("UPDATE_PAGES").is_some()
}

/// One fenced block: its info words, its text, and the line it begins on.
struct Fence {
    words: Vec<String>,
    text: String,
    line: usize,
}

/// The page in order: prose lines and fenced blocks.
enum Part {
    Prose(String),
    Fence(Fence),
}

fn parts(page: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut open: Option<Fence> = None;
    for (index, line) in page.lines().enumerate() {
        match (open.take(), line.strip_prefix("```")) {
            (None, Some(info)) => {
                let words = info.split_whitespace().map(str::to_owned).collect();
                open = Some(Fence { words, text: String::new(), line: index + 1 });
            }
            (None, None) => parts.push(Part::Prose(line.to_owned())),
            (Some(fence), Some("")) => parts.push(Part::Fence(fence)),
            (Some(mut fence), _) => {
                fence.text.push_str(line);
                fence.text.push('\n');
                open = Some(fence);
            }
        }
    }
    assert!(open.is_none(), "a fenced block is not closed");
    parts
}

/// What the rule says of an example. `target=…` among the info words states the target, `profile=…` the profile, `now=…` the time,
/// `pedantic` asks for what is off by default, `map=/etc/tls=testdata/pki` says where paths lead,
/// `exposed` that everybody can read what lies there, `name=…` the file name (a directory `conf.d/` makes it a part of a configuration).
fn report(rule: &Rule, fence: &Fence) -> (Vec<Finding>, String) {
    let option = |key: &str| fence.words.iter().find_map(|w| w.strip_prefix(key)?.strip_prefix('='));
    let target = match option("target") {
        Some(text) => Target::parse(text).expect("the page names a target that exists"),
        None => Target::assumed(),
    };
    let profile = option("profile")
        .map(|name| profile::find(name).expect("the page names a profile that exists").clone());
    let map = option("map").and_then(|map| map.split_once('='));
    let copy = map.filter(|_| fence.words.iter().any(|w| w == "exposed")).map(|(_, to)| exposed_copy(to));
    let maps = map.map(|(from, to)| (PathBuf::from(from), copy.clone().unwrap_or_else(|| to.into())));
    let name = option("name").unwrap_or("nginx.conf");
    let now = option("now").map_or(PRESENT, |text| Timestamp::parse(text).expect("the page names a time"));
    let analysis = Analysis::of(Options {
        paths_map: PathMap { root: None, maps: maps.into_iter().collect() },
        profile,
        stdin: Some((PathBuf::from(name), fence.text.clone().into_bytes())),
        ..Options::new(target, now)
    });
    let pedantic = fence.words.iter().any(|w| w == "pedantic");
    let findings = analysis.findings(pedantic, |r| r.name == rule.name);
    let appearance = Appearance::default();
    let mut out = String::new();
    for finding in &findings {
        out.push_str(&text::finding(&analysis.files.sources, finding, appearance));
        out.push('\n');
    }
    if let (Some(copy), Some((_, original))) = (copy, map) {
        out = out.replace(&*copy.to_string_lossy(), original);
        std::fs::remove_dir_all(copy).expect("the copy is ours to remove");
    }
    let lines: Vec<&str> = out.lines().map(str::trim_end).collect();
    (findings, format!("{}\n", lines.join("\n").trim_end()))
}

/// A copy of a folder outside version control, whose files everybody can read.
fn exposed_copy(folder: &str) -> PathBuf {
    let copy = std::env::temp_dir().join(format!("tlslint-pages-{}", std::process::id()));
    std::fs::create_dir_all(&copy).expect("a folder of our own");
    for entry in std::fs::read_dir(folder).expect(folder).flatten().filter(|entry| entry.path().is_file()) {
        let file = copy.join(entry.file_name());
        std::fs::copy(entry.path(), &file).expect("the file is copied");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let everybody = std::fs::Permissions::from_mode(0o644);
            std::fs::set_permissions(&file, everybody).expect("the mode is set");
        }
    }
    copy
}

#[test]
fn every_page_prints_what_the_tool_prints() {
    let mut wrong = String::new();
    for rule in RULES {
        let path = rules_dir().join(format!("{}.md", rule.name));
        let page = std::fs::read_to_string(&path).expect("every rule has a page");
        let mut rewritten = String::new();
        let mut pending: Option<String> = None;
        let (mut bad, mut good) = (0, 0);
        for part in parts(&page) {
            let fence = match part {
                Part::Prose(line) => {
                    rewritten.push_str(&line);
                    rewritten.push('\n');
                    continue;
                }
                Part::Fence(fence) => fence,
            };
            let is = |word: &str| fence.words.iter().any(|w| w == word);
            let mut text = fence.text.clone();
            if is("bad") {
                bad += 1;
                let (findings, output) = report(rule, &fence);
                if findings.is_empty() {
                    writeln!(wrong, "{}:{}: the bad example is not reported", path.display(), fence.line)
                        .unwrap();
                }
                pending = Some(output);
            } else if is("good") {
                good += 1;
                let (findings, output) = report(rule, &fence);
                if !findings.is_empty() {
                    writeln!(
                        wrong,
                        "{}:{}: the good example is reported:\n{output}",
                        path.display(),
                        fence.line
                    )
                    .unwrap();
                }
            } else if is("text")
                && let Some(output) = pending.take()
            {
                if text != output && !updating() {
                    writeln!(wrong, "{}:{}: the tool prints\n{output}", path.display(), fence.line).unwrap();
                }
                text = output;
            }
            write!(rewritten, "```{}\n{text}```\n", fence.words.join(" ")).unwrap();
        }
        if bad == 0 || good == 0 {
            writeln!(wrong, "{}: needs a bad and a good example", path.display()).unwrap();
        }
        for section in ["## Why", "## Examples", "## Fix", "## When to allow it", "## References"] {
            if !page.contains(&format!("\n{section}\n")) {
                writeln!(wrong, "{}: the section `{section}` is missing", path.display()).unwrap();
            }
        }
        if !page.starts_with(&format!("# {}\n\n", rule.name)) {
            writeln!(wrong, "{}: does not begin with `# {}`", path.display(), rule.name).unwrap();
        }
        if updating() && rewritten != page {
            std::fs::write(&path, rewritten).expect("the page can be written");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn index() -> String {
    let mut text = String::from(
        "# Rules\n\nGenerated from the catalogue and the pages; `UPDATE_PAGES=1 cargo test --test pages` rewrites it.\n\n\
         | rule | severity | what is wrong |\n| --- | --- | --- |\n",
    );
    for rule in RULES {
        let summary = rule.page.lines().nth(2).unwrap_or_default();
        let pedantic = if rule.pedantic { ", pedantic" } else { "" };
        writeln!(text, "| [{0}]({0}.md) | {1}{pedantic} | {summary} |", rule.name, rule.severity.name())
            .unwrap();
    }
    text
}

#[test]
fn the_index_lists_every_rule_and_every_page_has_one() {
    let path = rules_dir().join("README.md");
    if updating() {
        std::fs::write(&path, index()).expect("the index can be written");
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), index(), "run with UPDATE_PAGES=1");
    for entry in std::fs::read_dir(rules_dir()).expect("the pages are there").flatten() {
        let name = entry.file_name().to_string_lossy().trim_end_matches(".md").to_owned();
        assert!(name == "README" || RULES.iter().any(|r| r.name == name), "rules/{name}.md has no rule");
    }
}
