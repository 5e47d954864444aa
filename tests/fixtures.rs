//! Annotated configurations: `#~ rule-name` at the end of a line says which rules point at it, and
//! nothing else may be reported. `# target: …` on the first line states the target, `now: …` the time,
//! `profile: …` the profile, `# pedantic` asks for every rule. Files below `testdata/clean` are silent altogether.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tlslint::analysis::{Analysis, Options};
use tlslint::clock::Timestamp;
use tlslint::profile;
use tlslint::target::Target;

/// 2026-11-21T00:00:00Z: tests do not depend on the day on which they run.
const PRESENT: Timestamp = Timestamp(1_795_219_200);

fn data(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(folder)
}

/// Every `.conf` directly in a folder, and the main file of every tree below it.
fn cases(folder: &str) -> Vec<PathBuf> {
    let mut cases: Vec<PathBuf> = std::fs::read_dir(data(folder))
        .expect("the fixtures are there")
        .flatten()
        .map(|entry| entry.path())
        .map(|path| if path.is_dir() { path.join("nginx.conf") } else { path })
        .filter(|path| path.extension().is_some_and(|e| e == "conf") && path.is_file())
        .collect();
    cases.sort();
    assert!(!cases.is_empty(), "no fixtures in {folder}");
    cases
}

fn analyse(case: &Path, first_line: &str) -> Analysis {
    let option = |key: &str| {
        let (_, rest) = first_line.split_once(key)?;
        Some(rest.split_whitespace().next().expect("something is named"))
    };
    let now = option("now:").map_or(PRESENT, |time| Timestamp::parse(time).expect("the time can be read"));
    let target = match option("target:") {
        Some(name) => Target::parse(name).expect("the target exists"),
        None => Target::assumed(),
    };
    let profile = option("profile:").map(|name| profile::find(name).expect("the profile exists").clone());
    Analysis::of(Options { paths: vec![case.to_path_buf()], profile, ..Options::new(target, now) })
}

/// (file, line, rule)
type Place = (String, usize, String);

fn reported(analysis: &Analysis, pedantic: bool) -> BTreeSet<Place> {
    let sources = &analysis.files.sources;
    let findings = analysis.findings(pedantic, |rule| pedantic || !rule.pedantic);
    let place = |f: &tlslint::finding::Finding| {
        let source = sources.get(f.primary.span.file);
        (source.name().into_owned(), source.position(f.primary.span.start).line, f.rule.name.to_owned())
    };
    findings.iter().map(place).collect()
}

fn annotated(analysis: &Analysis) -> BTreeSet<Place> {
    let mut places = BTreeSet::new();
    for (_, source) in analysis.files.sources.iter() {
        for line in 1..=source.line_count() {
            let text = String::from_utf8_lossy(source.line(line)).into_owned();
            let Some((_, rules)) = text.split_once("#~") else { continue };
            for rule in rules.split([' ', ',']).filter(|r| !r.is_empty()) {
                places.insert((source.name().into_owned(), line, rule.to_owned()));
            }
        }
    }
    places
}

#[test]
fn every_annotated_line_is_reported_and_no_other() {
    let mut wrong = Vec::new();
    for case in cases("nginx") {
        let text = std::fs::read(&case).expect("the fixture can be read");
        let first = String::from_utf8_lossy(&text).lines().next().unwrap_or_default().to_owned();
        let analysis = analyse(&case, &first);
        let (is, should) = (reported(&analysis, first.contains("pedantic")), annotated(&analysis));
        wrong.extend(should.difference(&is).map(|p| format!("{}:{}: {} is not reported", p.0, p.1, p.2)));
        wrong.extend(is.difference(&should).map(|p| format!("{}:{}: {} is reported", p.0, p.1, p.2)));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn good_configurations_are_silent() {
    let mut wrong = Vec::new();
    for case in cases("clean") {
        let text = std::fs::read(&case).expect("the fixture can be read");
        let first = String::from_utf8_lossy(&text).lines().next().unwrap_or_default().to_owned();
        for place in reported(&analyse(&case, &first), false) {
            wrong.push(format!("{}:{}: {} is reported", place.0, place.1, place.2));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
