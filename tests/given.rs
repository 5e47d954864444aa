//! Files of certificates that are given by themselves: what is said of them, and what is not one.

use std::path::{Path, PathBuf};
use tlslint::analysis::{Analysis, Options};
use tlslint::clock::Timestamp;
use tlslint::report::{Report, concise, show_json, text};
use tlslint::target::Target;

/// 2026-11-21T00:00:00Z: tests do not depend on the day on which they run.
const PRESENT: &str = "2026-11-21T00:00:00Z";

fn analyse(paths: &[&str], now: &str) -> Analysis {
    let now = Timestamp::parse(now).expect("a time");
    let paths = paths.iter().map(PathBuf::from).collect();
    Analysis::of(Options { paths, ..Options::new(Target::assumed(), now) })
}

fn from_stdin(content: &str) -> Analysis {
    let now = Timestamp::parse(PRESENT).expect("a time");
    let stdin = Some((PathBuf::from("<stdin>"), content.as_bytes().to_vec()));
    Analysis::of(Options { stdin, ..Options::new(Target::assumed(), now) })
}

fn fault(name: &str) -> String {
    format!("testdata/pki/faults/{name}.pem")
}

/// Line, severity and rule of each finding about a single certificate.
fn told(analysis: &Analysis) -> Vec<(usize, &'static str, &'static str)> {
    let findings = analysis.findings(false, |rule| !rule.pedantic && !rule.name.starts_with("chain-"));
    let line = |f: &tlslint::finding::Finding| {
        analysis.files.sources.get(f.primary.span.file).position(f.primary.span.start).line
    };
    findings.iter().map(|f| (line(f), f.severity.name(), f.rule.name)).collect()
}

#[test]
fn every_rule_about_single_certificates_speaks_of_bare_files() {
    for (name, line, severity, rule) in [
        ("expired", 1, "error", "certificate-expired"),
        ("under-expired", 21, "warning", "certificate-expired"),
        ("renewed-issuer", 21, "warning", "certificate-expired"),
        ("not-yet-valid", 1, "error", "certificate-not-yet-valid"),
        ("expiring", 1, "warning", "certificate-expiring"),
        ("under-expiring", 21, "warning", "certificate-expiring"),
        ("rsa1024", 1, "error", "weak-key"),
        ("p192", 1, "error", "weak-key"),
        ("under-rsa1024", 19, "error", "weak-key"),
        ("sha1", 1, "error", "weak-signature"),
        ("md5", 1, "error", "weak-signature"),
        ("self-signed", 1, "warning", "self-signed"),
        ("cn-only", 1, "error", "missing-san"),
        ("ca", 1, "error", "not-a-server-certificate"),
        ("client", 1, "note", "not-a-server-certificate"),
        ("too-long", 1, "warning", "validity-too-long"),
    ] {
        assert_eq!(told(&analyse(&[&fault(name)], PRESENT)), [(line, severity, rule)], "{name}");
    }
    for name in ["good", "short-lived", "sha1-root", "any-purpose", "no-purpose", "issuer", "long-private"] {
        assert_eq!(told(&analyse(&[&fault(name)], PRESENT)), [], "{name}");
    }
}

#[test]
fn files_that_hold_a_chain_are_looked_at_as_one() {
    let chain = |name: &str| {
        let analysis = analyse(&[&format!("testdata/pki/chains/{name}.pem")], PRESENT);
        let all = analysis.findings(false, |rule| rule.name.starts_with("chain-"));
        all.iter().map(|f| format!("{} {}", f.severity.name(), f.rule.name)).collect::<Vec<_>>().join(", ")
    };
    for (name, expected) in [
        ("good", ""),
        // What a server sends with it is not known.
        ("missing-intermediate", "note chain-incomplete"),
        ("wrong-intermediate", "warning chain-incomplete"),
        ("out-of-order", "warning chain-out-of-order"),
        ("leaf-last", "warning chain-out-of-order"),
        ("unrelated", "warning chain-unrelated"),
        // Two hosts: a collection.
        ("unrelated-leaf", ""),
        ("root-included", "note chain-includes-root"),
        ("root.root", ""),
    ] {
        assert_eq!(chain(name), expected, "{name}");
    }
}

#[test]
fn the_time_is_an_argument() {
    let rules =
        |now: &str| told(&analyse(&[&fault("good")], now)).into_iter().map(|f| f.2).collect::<Vec<_>>();
    assert_eq!(rules("2026-10-31T23:59:59Z"), ["certificate-not-yet-valid"]);
    assert_eq!(rules("2026-11-01T00:00:00Z"), [""; 0]);
    // 92 days: the last 30 count, and the last second belongs to them.
    assert_eq!(rules("2027-01-02T00:00:00Z"), [""; 0]);
    assert_eq!(rules("2027-01-02T00:00:01Z"), ["certificate-expiring"]);
    assert_eq!(rules("2027-02-01T00:00:00Z"), ["certificate-expiring"]);
    assert_eq!(rules("2027-02-01T00:00:01Z"), ["certificate-expired"]);
}

#[test]
fn a_bundle_is_looked_at_one_by_one() {
    let all: String =
        ["good", "expired", "client"].map(|n| std::fs::read_to_string(fault(n)).expect(n)).concat();
    assert_eq!(told(&from_stdin(&all)), [(41, "error", "certificate-expired")]);
}

#[test]
fn keys_and_broken_files_fail_and_are_not_taken_for_configurations() {
    let failures = |a: &Analysis| a.failures.iter().map(|f| f.message.clone()).collect::<Vec<_>>();
    let key = analyse(&["testdata/pki/www.trad.key"], PRESENT);
    assert_eq!(failures(&key), ["there is no certificate in it"]);
    assert_eq!(told(&key), []);
    let good = std::fs::read_to_string(fault("good")).expect("it is there");
    let cut = from_stdin(&good[..good.len() - 40]);
    assert_eq!(failures(&cut), ["line 22: bad end line"]);
    assert!(failures(&analyse(&["testdata/pki/www.der"], PRESENT))[0].contains("DER"));
}

#[test]
fn files_with_the_names_of_certificates_are_no_configurations() {
    let folder = std::env::temp_dir().join(format!("tlslint-given-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the folder is made");
    for (name, content, expected) in [
        ("empty.pem", &b""[..], "the file is empty"),
        ("text.crt", b"server { listen 80; }\n", "no line in it begins a certificate or a key in PEM"),
        ("store.p12", &[0x30, 0x82, 0x0B, 0x5F, 2, 1, 3], "it looks like PKCS#12"),
        ("key.der", &[0x30, 0x82, 4, 0, 2, 1, 0], "it looks like DER"),
    ] {
        let path = folder.join(name);
        std::fs::write(&path, content).expect("the file is written");
        let analysis = analyse(&[&path.display().to_string()], PRESENT);
        let messages: Vec<&str> = analysis.failures.iter().map(|f| f.message.as_str()).collect();
        assert!(messages.len() == 1 && messages[0].starts_with(expected), "{name}: {messages:?}");
        assert!(analysis.surface.deployments.is_empty(), "{name}");
    }
    std::fs::remove_dir_all(&folder).expect("the folder is ours to remove");
}

#[test]
fn directories_are_not_searched_for_certificates() {
    let found = analyse(&["testdata/pki/faults"], PRESENT);
    assert!(found.surface.given.is_empty());
    assert_eq!(found.failures.len(), 1);
}

#[test]
fn a_file_that_a_configuration_names_is_told_of_once() {
    let both = analyse(&["testdata/nginx/weak-key-loaded.conf", &fault("rsa1024")], PRESENT);
    let all = told(&both);
    assert_eq!(all.iter().filter(|(_, _, rule)| *rule == "weak-key").count(), 2, "{all:?}");
}

#[test]
fn reports_and_surfaces_show_what_is_in_them_and_no_key() {
    let analysis = analyse(&["testdata/pki/ed.combined.pem"], "2028-01-01T00:00:00Z");
    let findings = analysis.findings(false, |rule| !rule.pedantic);
    let report = Report::new(&analysis, findings);
    assert_eq!(
        concise::render(&report),
        "testdata/pki/ed.combined.pem:1:1: error[certificate-expired] the certificate `ed.example.com` expired 41 days ago, on 2027-11-20\n"
    );
    let shown = text::render(&report, Default::default(), false) + &show_json::render(&analysis);
    assert!(shown.contains("checked 1 file of certificates (1 error)"));
    assert!(shown.contains("\"days_left\": -42"));
    let file = std::fs::read_to_string(Path::new("testdata/pki/ed.combined.pem")).expect("it is there");
    let key = file.split("PRIVATE KEY-----").nth(1).expect("it has a key");
    for line in key.lines().filter(|line| line.len() > 20) {
        assert!(!shown.contains(line));
    }
}
