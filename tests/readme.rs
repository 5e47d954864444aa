//! The README's answer is the tool's answer. `UPDATE_PAGES=1 cargo test --test readme` rewrites it.

use std::path::{Path, PathBuf};
use tlslint::analysis::{Analysis, Options};
use tlslint::files::PathMap;
use tlslint::report::{Appearance, Report, text};
use tlslint::target::Target;

/// The range of the content of the first fence that begins with this line.
fn fence(page: &str, info: &str) -> std::ops::Range<usize> {
    let begin = page.find(&format!("\n```{info}\n")).expect("the fence is there") + info.len() + 5;
    let end = begin + page[begin..].find("```").expect("the fence ends");
    begin..end
}

#[test]
fn the_readme_prints_what_the_tool_prints() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let page = std::fs::read_to_string(&path).expect("the README is there");
    let analysis = Analysis::of(Options {
        paths: Vec::new(),
        target: Target::assumed(),
        profile: None,
        paths_map: PathMap::default(),
        kind: None,
        stdin: Some((PathBuf::from("nginx.conf"), page[fence(&page, "nginx")].as_bytes().to_vec())),
        threads: None,
    });
    let findings = analysis.findings(false, |rule| !rule.pedantic);
    let output = text::render(&Report::new(&analysis, findings), Appearance::default(), false);
    let lines: Vec<&str> = output.lines().map(str::trim_end).collect();
    let output = format!("{}\n", lines.join("\n").trim_end());
    let printed = fence(&page, "text");
    if std::env::var_os("UPDATE_PAGES").is_some() {
        let rewritten = format!("{}{output}{}", &page[..printed.start], &page[printed.end..]);
        std::fs::write(&path, rewritten).expect("the README can be written");
    } else {
        assert_eq!(page[printed], output, "run with UPDATE_PAGES=1");
    }
}
