//! What must hold for every input: no panic, every place inside its file, the same answer again and
//! with any number of threads.

use std::path::{Path, PathBuf};
use tlslint::analysis::{Analysis, Options};
use tlslint::clock::Timestamp;
use tlslint::report::{Report, concise, json, show_json};
use tlslint::target::Target;

/// 2026-11-21T00:00:00Z: tests do not depend on the day on which they run.
const PRESENT: Timestamp = Timestamp(1_795_219_200);

fn fixtures() -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let mut files = Vec::new();
    for folder in ["nginx", "clean", "broken", "truth/nginx/cases"] {
        for entry in std::fs::read_dir(root.join(folder)).expect("the folder is there").flatten() {
            if entry.path().extension().is_some_and(|e| e == "conf") {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    files.into_iter().map(|path| std::fs::read(path).expect("the fixture can be read")).collect()
}

fn analyse(bytes: Vec<u8>, name: &str) -> Analysis {
    Analysis::of(Options {
        // Its rule, too, has to stand whatever comes.
        profile: tlslint::profile::find("intermediate").cloned(),
        stdin: Some((PathBuf::from(name), bytes)),
        ..Options::new(Target::assumed(), PRESENT)
    })
}

/// Renders everything, and checks that each place lies in its file.
fn examine(analysis: &Analysis) -> String {
    let findings = analysis.findings(true, |_| true);
    for finding in &findings {
        let labels = finding.labels.iter().chain([&finding.primary]);
        let edits = finding.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
        for span in labels.map(|label| label.span).chain(edits) {
            let length = analysis.files.sources.get(span.file).bytes.len();
            assert!(span.start <= span.end && span.end as usize <= length, "{finding:?}");
        }
    }
    let report = Report::new(analysis, findings);
    json::render(&report) + &concise::render(&report) + &show_json::render(analysis)
}

#[test]
fn no_part_of_a_fixture_breaks_anything() {
    for bytes in fixtures() {
        // Some cuts in each file, however long it is.
        for end in (0..bytes.len()).step_by((bytes.len() / 10).max(61)) {
            examine(&analyse(bytes[..end].to_vec(), "nginx.conf"));
        }
        for cut in (0..bytes.len()).step_by((bytes.len() / 8).max(89)) {
            let mut without = bytes.clone();
            without.remove(cut);
            examine(&analyse(without, "conf.d/site.conf"));
        }
    }
}

#[test]
fn the_same_input_gives_the_same_output() {
    for bytes in fixtures() {
        let both = [bytes.clone(), bytes].map(|bytes| {
            let analysis = analyse(bytes, "nginx.conf");
            examine(&analysis) + &show_json::render_why(&analysis)
        });
        assert_eq!(both[0], both[1]);
    }
}

#[test]
fn the_number_of_threads_does_not_show() {
    let folder = std::env::temp_dir().join(format!("tlslint-threads-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder of our own");
    // What stands in `http` concerns every server: it is told once, whoever finds it.
    let main = "events {}\nhttp {\n ssl_certificate all.pem;\n proxy_ssl_name $odd;\n proxy_ssl_verify on yes;\n \
                ssl_ciphers $list;\n include s*.conf;\n}\n";
    std::fs::write(folder.join("nginx.conf"), main).expect("a file is written");
    for i in 0..400 {
        let site = format!(
            "server {{ listen 443 ssl; server_name s{i}.example.com; ssl_protocol TLSv1.2; \
             location / {{ proxy_pass https://b{i}.example.net; }} }}\n\
             server {{ listen 80; server_name s{i}.example.com; location / {{ proxy_pass http://b:8443; }} }}\n"
        );
        std::fs::write(folder.join(format!("s{i}.conf")), site).expect("a file is written");
    }
    let outputs = [1, 2, 7].map(|threads| {
        examine(&Analysis::of(Options {
            paths: vec![folder.clone()],
            threads: Some(threads),
            ..Options::new(Target::assumed(), PRESENT)
        }))
    });
    std::fs::remove_dir_all(&folder).expect("the folder is ours to remove");
    assert!(outputs[0].contains("misspelled-setting"));
    assert!(outputs.iter().all(|output| *output == outputs[0]));
}
