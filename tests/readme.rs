//! The README's answer is the tool's answer. `UPDATE_PAGES=1 cargo test --test readme` rewrites it.

use std::path::{Path, PathBuf};
use tlslint::analysis::{Analysis, Options};
use tlslint::clock::Timestamp;
use tlslint::report::ciphers::Answer;
use tlslint::report::{Appearance, Report, ciphers_text, show_text, text};
use tlslint::target::Target;

/// 2026-11-21T00:00:00Z: tests do not depend on the day on which they run.
const PRESENT: Timestamp = Timestamp(1_795_219_200);

/// The ranges of the contents of the fences that begin with this line.
fn fences(page: &str, info: &str) -> Vec<std::ops::Range<usize>> {
    let opening = format!("\n```{info}\n");
    let begins = page.match_indices(&opening).map(|(at, _)| at + opening.len());
    begins.map(|begin| begin..begin + page[begin..].find("```").expect("the fence ends")).collect()
}

fn analyse(conf: &str, name: PathBuf, target: Target) -> Analysis {
    Analysis::of(Options { stdin: Some((name, conf.as_bytes().to_vec())), ..Options::new(target, PRESENT) })
}

/// What `check` prints about the first configuration.
fn check(conf: &str) -> String {
    let analysis = analyse(conf, PathBuf::from("nginx.conf"), Target::assumed());
    let findings = analysis.findings(false, |rule| !rule.pedantic);
    text::render(&Report::new(&analysis, findings), Appearance::default(), false)
}

/// What `ciphers` prints about the list in the page.
fn ciphers(page: &str) -> String {
    let command = "`tlslint ciphers --target ";
    let begin = page.find(command).expect("the command is there") + command.len();
    let (target, rest) = page[begin..].split_once(" '").expect("a target");
    let list = rest.split('\'').next().expect("a list");
    let target = Target::parse(target).expect("a target");
    ciphers_text::render(&Answer::of(list, false, &target), Appearance::default(), false, false)
}

/// What `show --why` prints about the suites of the second configuration.
fn show(conf: &str) -> String {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/truth/nginx/cases/pki/nginx.conf");
    let analysis = analyse(conf, place, Target::assumed());
    let page = show_text::render(&analysis, Appearance::default(), true, true);
    let lines = page.lines().skip_while(|line| !line.starts_with("    ciphers "));
    let lines = lines.take_while(|line| !line.starts_with("    order "));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_readme_prints_what_the_tool_prints() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let page = std::fs::read_to_string(&path).expect("the README is there");
    let confs = fences(&page, "nginx");
    let outputs = [check(&page[confs[0].clone()]), ciphers(&page), show(&page[confs[1].clone()])];
    let printed = fences(&page, "text");
    assert_eq!(printed.len(), outputs.len());
    let mut rewritten = page.clone();
    for (range, output) in printed.into_iter().zip(&outputs).rev() {
        let lines: Vec<&str> = output.lines().map(str::trim_end).collect();
        rewritten.replace_range(range, &format!("{}\n", lines.join("\n").trim_end()));
    }
    if std::env::var_os("UPDATE_PAGES").is_some() {
        std::fs::write(&path, rewritten).expect("the README can be written");
    } else {
        assert_eq!(page, rewritten, "run with UPDATE_PAGES=1");
    }
}
