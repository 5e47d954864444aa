//! Malformed and hostile inputs: a spanned message, exit code 2, little time, and the other files are
//! linted all the same.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

/// Good enough to be linted, bad enough to be reported.
const SOUND: &str = "events {}\nhttp { server { listen 443; ssl_protocol TLSv1.2; } }\n";

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("tlslint-hostile-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder of our own");
    folder
}

fn check(folder: &Path, files: &[&str]) -> Output {
    let began = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_tlslint"))
        .args(["check", "--format", "concise"])
        .args(files)
        .current_dir(folder)
        .output()
        .expect("the binary runs");
    assert!(began.elapsed() < Duration::from_secs(20), "took {:?}", began.elapsed());
    output
}

/// Lints a file with this content beside a sound one; its lines of output are given back.
fn lint(name: &str, content: &[u8]) -> Vec<String> {
    let folder = folder(name);
    std::fs::write(folder.join("bad.conf"), content).expect("the file is written");
    std::fs::write(folder.join("sound.conf"), SOUND).expect("the file is written");
    std::fs::create_dir_all(folder.join("folder.conf")).expect("the folder is made");
    let _ = Command::new("mkfifo").arg(folder.join("fifo")).output();
    let output = check(&folder, &["bad.conf", "sound.conf"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(2), "{name}: {text}");
    assert!(
        text.contains("sound.conf:2:29: error[misspelled-setting]"),
        "{name} hides the other file: {text}"
    );
    let lines = text.lines().filter(|l| l.starts_with("bad.conf:")).map(str::to_owned).collect();
    std::fs::remove_dir_all(&folder).expect("the folder is ours to remove");
    lines
}

#[test]
fn what_cannot_be_read_has_a_message_with_a_place() {
    let http = |inner: &str| format!("events {{}}\nhttp {{ {inner} }}\n").into_bytes();
    let deep = format!("server {{ {}{} }}", "location / { ".repeat(5_000), "}".repeat(5_000));
    let cases: &[(&str, Vec<u8>, &str)] = &[
        (
            "brace",
            b"events {}\nhttp {\n server {\n".to_vec(),
            "bad.conf:3:2: error[syntax-error] a block is not closed",
        ),
        (
            "nul",
            http("server { listen 443\0 ssl; }"),
            "bad.conf:2:24: error[syntax-error] a NUL byte in a word",
        ),
        (
            "word",
            http(&format!("root {};", "a".repeat(1_000_000))),
            "bad.conf:2:13: error[syntax-error] longer than",
        ),
        ("deep", http(&deep), "error[syntax-error] nesting too deep"),
        ("self", http("include bad.conf;"), "bad.conf:2:16: error[include-cycle] `bad.conf` includes itself"),
        ("folder", http("include folder.conf;"), "error[include-not-found] included file `folder.conf`"),
        ("open", "{".repeat(200_000).into_bytes(), "bad.conf:1:1: error[syntax-error] unexpected \"{\""),
    ];
    for (name, content, expected) in cases {
        let lines = lint(name, content);
        assert!(lines.iter().any(|line| line.contains(expected)), "{name}: {lines:?}");
        assert!(lines.len() <= 50, "{name} floods: {} lines", lines.len());
    }
}

#[cfg(unix)]
#[test]
fn devices_and_pipes_are_not_read() {
    for (name, path) in [("device", "/dev/zero"), ("pipe", "fifo")] {
        let lines = lint(name, format!("events {{}}\nhttp {{ include {path}; }}\n").as_bytes());
        let expected =
            format!("bad.conf:2:16: error[include-not-found] included file `{path}` cannot be read");
        assert!(lines.iter().any(|line| line.starts_with(&expected)), "{name}: {lines:?}");
    }
    let output = check(Path::new("."), &["/dev/zero"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("/dev/zero: is no regular file"));
}

#[test]
fn includes_that_multiply_are_cut() {
    let folder = folder("fan");
    for i in 0..12 {
        let text = format!("include f{}.conf;\n", i + 1).repeat(4);
        std::fs::write(folder.join(format!("f{i}.conf")), text).expect("the file is written");
    }
    std::fs::write(folder.join("f12.conf"), "").expect("the file is written");
    std::fs::write(folder.join("nginx.conf"), "events {}\nhttp { include f0.conf; }\n")
        .expect("the file is written");
    let output = check(&folder, &["nginx.conf"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stdout).contains("too many files to follow"));
    std::fs::remove_dir_all(&folder).expect("the folder is ours to remove");
}

#[test]
fn a_range_of_ports_does_not_eat_the_memory() {
    let folder = folder("ports");
    let server = "server { listen 1-65535 ssl; ssl_certificate a; ssl_certificate_key b; }\n".repeat(5);
    std::fs::write(folder.join("nginx.conf"), format!("events {{}}\nhttp {{ {server} }}\n"))
        .expect("the file is written");
    let output = check(&folder, &["nginx.conf"]);
    assert!(output.status.code().is_some_and(|code| code < 2), "{output:?}");
    std::fs::remove_dir_all(&folder).expect("the folder is ours to remove");
}
