//! What is predicted offline is what real servers do: every configuration of
//! `testdata/truth/nginx/cases` is analysed for each of the servers that were recorded with it, and
//! `check` and `show` are held against the recordings, field by field.
//!
//! `cargo test --test truth -- --nocapture` prints how many agree.

#[path = "truth/comparison.rs"]
mod comparison;
#[path = "truth/expected.rs"]
mod expected;
#[path = "truth/listeners.rs"]
mod listeners;
#[path = "truth/prediction.rs"]
mod prediction;
#[path = "truth/server.rs"]
mod server;
#[path = "truth/upstream.rs"]
mod upstream;

use comparison::{Case, Compared, Outcome};
use expected::Differences;
use prediction::{Prediction, Said, entries, texts};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Where each recorded server came from, and what its OpenSSL adds to its version, by build and by
/// system-wide configuration.
const TREES: [(&str, &str); 4] = [
    ("debian11", "seclevel=2,min-protocol=TLSv1.2"),
    ("debian12", "seclevel=2"),
    ("debian13", "seclevel=2"),
    ("sid", "seclevel=2"),
];

/// How many fields must agree: what falls silent counts nowhere else. Raise it when more is predicted.
const AGREE_AT_LEAST: usize = 23_500;

/// Rules that say by definition that the server does not take the file.
const REFUSALS: [&str; 5] =
    ["syntax-error", "duplicate-directive", "misspelled-setting", "unsupported-setting", "invalid-setting"];

/// Marks what is compared beside the surface: the findings that say "this does not start".
const FATAL: &str = "fatal";

#[test]
fn predictions_are_what_servers_did() {
    let compared = compare_all();
    let differences = Differences::read(&folder().join("expected-differences.txt"));
    let mut agree = 0;
    let mut wrong = Vec::new();
    for (tree, fields) in &compared {
        agree += print_totals(tree, fields);
        wrong.extend(differences.unexpected(tree, fields));
    }
    println!("{agree} fields agree");
    wrong.extend(differences.outdated(&compared));
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
    assert!(agree >= AGREE_AT_LEAST, "{agree} fields agree, {AGREE_AT_LEAST} did before: what fell silent?");
}

/// Prints the outcomes of each field, and returns how many agree.
fn print_totals(tree: &str, fields: &[Compared]) -> usize {
    let mut totals = BTreeMap::<&str, [usize; 4]>::new();
    for compared in fields.iter().filter(|compared| compared.field != FATAL) {
        totals.entry(&compared.field).or_default()[compared.outcome as usize] += 1;
    }
    println!("{tree:26} agree  disagree  not predicted  not measured");
    for (field, [agree, disagree, silent, unmeasured]) in &totals {
        println!("  {field:24} {agree:5} {disagree:9} {silent:14} {unmeasured:13}");
    }
    totals.values().map(|outcomes| outcomes[Outcome::Agree as usize]).sum()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/truth/nginx")
}

/// The outcome of each field, by tree.
fn compare_all() -> BTreeMap<&'static str, Vec<Compared>> {
    let ids = &certificate_ids();
    std::thread::scope(|scope| {
        let compare = |(tree, library)| scope.spawn(move || (tree, compare_tree(tree, library, ids)));
        let threads = TREES.map(compare);
        threads.into_iter().map(|thread| thread.join().expect("no comparison panics")).collect()
    })
}

/// SHA-256 of a certificate → what recordings call it.
fn certificate_ids() -> BTreeMap<String, String> {
    let manifest = std::fs::read_to_string(folder().join("cases/pki/manifest.json")).unwrap();
    let manifest: Value = serde_json::from_str(&manifest).unwrap();
    let certificates = manifest["certs"].as_object().unwrap().iter();
    certificates.map(|(id, c)| (c["sha256"].as_str().unwrap().to_owned(), id.clone())).collect()
}

fn compare_tree(tree: &str, library: &str, ids: &BTreeMap<String, String>) -> Vec<Compared> {
    let lines = std::fs::read_to_string(folder().join(format!("recorded/{tree}.jsonl"))).unwrap();
    let truths = lines.lines().map(|line| serde_json::from_str(line).expect("a recording is JSON"));
    truths.flat_map(|truth: Value| compare(library, &truth, ids)).collect()
}

/// One recording beside what is predicted for it.
fn compare(library: &str, truth: &Value, ids: &BTreeMap<String, String>) -> Vec<Compared> {
    let name = truth["case"].as_str().expect("a recording names its case");
    let path = folder().join("cases").join(format!("{name}.conf"));
    let text = String::from_utf8_lossy(&std::fs::read(&path).expect(name)).into_owned();
    let mut case = Case::new(name, text, truth, ids);
    let parts: Vec<&Value> = ["surface", "upstream"].iter().filter_map(|part| truth.get(part)).collect();
    if parts.is_empty() || parts.iter().any(|part| part.get("lab_error").is_some()) {
        case.hold("starts", None::<bool>, Said::Silent, |_, _| false);
        return case.compared;
    }
    let server = parts[0];
    let (version, openssl) = (server["version"].as_str().unwrap(), server["openssl"].as_str().unwrap());
    let target = format!("nginx={version},openssl={openssl},{library}");
    let Prediction { checked, shown } = prediction::predict(&path, &target);

    for (answer, schema) in [(&checked, "tlslint.check/1"), (&shown, "tlslint.surface/1")] {
        case.hold("answers", Some(schema), Said::Value(answer["schema"].clone()), |p, r| p == *r);
    }
    let starts = server["started"] == true && server["check"]["rc"] == 0;
    compare_start(&mut case, server, starts, &checked);
    if starts {
        if let Some(surface) = truth.get("surface") {
            listeners::compare(&mut case, surface, &shown);
        }
        upstream::compare(&mut case, &truth["upstream"], &shown);
    }
    case.compared
}

/// Whether the server takes the file, by what `check` finds.
fn compare_start(case: &mut Case, server: &Value, starts: bool, checked: &Value) {
    let findings = entries(checked, "findings");
    let standing = findings.iter().filter(|f| f["severity"] == "error" && f["suppressed"] != true);
    let rules = standing.map(|f| f["rule"].as_str().unwrap_or_default());
    // Many an error tells of what a server takes all the same.
    let mut said: BTreeSet<&str> = rules.filter(|rule| !starts || REFUSALS.contains(rule)).collect();
    if !entries(checked, "errors").is_empty() {
        said.insert("exit code 2");
    }
    let recorded = if starts { "yes".to_owned() } else { format!("no: {}", refusal(server)) };
    let predicted = if said.is_empty() { "yes".to_owned() } else { format!("no: {said:?}") };
    case.hold("starts", Some(recorded), Said::Value(predicted.into()), |p, r| {
        p.as_str().unwrap().starts_with("yes") == r.starts_with("yes")
    });

    let fatal = findings.iter().any(|f| f["fatal"] == true) || said.contains("exit code 2");
    case.hold(FATAL, Some(!starts), Said::Value(fatal.into()), |p, r| p == *r);
}

/// What the server said when it refused to start.
fn refusal(server: &Value) -> &str {
    texts(&server["check"]["messages"]).into_iter().find(|m| m.contains("[emerg]")).unwrap_or_default()
}
