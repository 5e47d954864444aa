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

/// A server with a file as certificate, key and authority alike.
fn naming(file: &str) -> String {
    format!(
        "events {{}}\nhttp {{\n server {{\n listen 443 ssl;\n ssl_certificate {file};\n ssl_certificate_key {file};\n \
         ssl_verify_client on;\n ssl_client_certificate {file};\n ssl_crl {file};\n ssl_dhparam {file};\n }}\n}}\n"
    )
}

/// Lints a configuration that names this content everywhere; its lines of output are given back.
fn lint_named(name: &str, content: &[u8]) -> Vec<String> {
    let folder = folder(name);
    std::fs::write(folder.join("x.pem"), content).expect("the file is written");
    std::fs::write(folder.join("nginx.conf"), naming("x.pem")).expect("the file is written");
    let output = check(&folder, &["nginx.conf"]);
    assert!(output.status.code().is_some_and(|code| code < 3), "{name}: {output:?}");
    std::fs::remove_dir_all(&folder).expect("the folder is ours to remove");
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

fn block(label: &str, der: &[u8]) -> Vec<u8> {
    pem::encode(&pem::Pem::new(label, der)).into_bytes()
}

#[test]
fn certificates_and_keys_of_every_shape_are_told_of_or_unknown() {
    const NO_CERTIFICATE: &str = "holds no certificate";
    const BROKEN: &str = "cannot be read";
    let www = std::fs::read("testdata/pki/www.fullchain.pem").expect("it is there");
    let der = std::fs::read("testdata/pki/www.der").expect("it is there");
    // Each level is a sequence of four bytes more than what it holds.
    let deep = (0..2_000).fold(Vec::new(), |inner: Vec<u8>, _| {
        let length = inner.len() as u16;
        [&[0x30, 0x82, (length >> 8) as u8, length as u8], &inner[..]].concat()
    });
    let wrong_tags: Vec<u8> = der.iter().map(|b| if *b == 0x30 { 0x31 } else { *b }).collect();
    let endless = [&[0x30, 0x88][..], &[0xFF; 8], &der].concat();
    let all = |content: Vec<u8>| {
        [
            block("CERTIFICATE", &content),
            block("PRIVATE KEY", &content),
            block("X509 CRL", &content),
            block("DH PARAMETERS", &content),
        ]
        .concat()
    };
    let cases: Vec<(&str, Vec<u8>, Option<&str>)> = vec![
        ("nothing", Vec::new(), Some(NO_CERTIFICATE)),
        ("zeros", vec![0; 5_000_000], Some(NO_CERTIFICATE)),
        ("der", der.clone(), Some(NO_CERTIFICATE)),
        ("truncated", all(der[..der.len() / 2].to_vec()), Some(BROKEN)),
        ("cut", www[..www.len() / 3].to_vec(), Some(BROKEN)),
        ("tags", all(wrong_tags), Some(BROKEN)),
        ("endless", all(endless), Some(BROKEN)),
        ("deep", all(deep), None),
        ("begins", b"-----BEGIN CERTIFICATE-----\n".repeat(50_000), Some(BROKEN)),
        ("lines", b"-----BEGIN PRIVATE KEY-----\n\n".repeat(50_000), Some(BROKEN)),
    ];
    for (name, content, expected) in cases {
        let lines = lint_named(name, &content);
        let told =
            |words: &str| lines.iter().any(|line| line.contains("nginx.conf:5:") && line.contains(words));
        match expected {
            Some(words) => assert!(told(words), "{name}: {lines:?}"),
            None => assert!(!lines.is_empty(), "{name} says nothing at all"),
        }
        assert!(lines.len() <= 12, "{name} floods: {} lines", lines.len());
    }
}

#[test]
fn files_of_any_size_take_bounded_time() {
    let certificate = std::fs::read("testdata/pki/p521.crt").expect("it is there");
    // More than is read at all, so that nothing is known of it.
    let lines = lint_named("bundle", &certificate.repeat(100_000));
    assert!(!lines.iter().any(|line| line.contains("certificate-")), "{lines:?}");
    // Looked into no further than anyone could need.
    let lines = lint_named("many", &certificate.repeat(20_000));
    assert!(!lines.iter().any(|line| line.contains("certificate-")), "{lines:?}");
    let one = [
        &b"-----BEGIN CERTIFICATE-----\n"[..],
        &[&[b'A'; 64][..], b"\n"].concat().repeat(770_000),
        b"-----END CERTIFICATE-----\n",
    ]
    .concat();
    assert!(one.len() > 50_000_000);
    // Zeros are no certificate, however many they are.
    let lines = lint_named("one", &one);
    assert!(lines.iter().any(|line| line.contains("error[certificate-unreadable]")), "{lines:?}");
}

#[cfg(unix)]
#[test]
fn a_folder_in_the_place_of_a_certificate_is_told_of_and_a_device_is_not_read() {
    let folder = folder("places");
    std::fs::create_dir_all(folder.join("x.pem")).expect("the folder is made");
    let _ = Command::new("mkfifo").arg(folder.join("fifo")).output();
    for (file, expected) in [("x.pem", true), ("fifo", false), ("/dev/zero", false)] {
        std::fs::write(folder.join("nginx.conf"), naming(file)).expect("the file is written");
        let output = check(&folder, &["nginx.conf"]);
        let text = String::from_utf8_lossy(&output.stdout);
        assert_eq!(text.contains("error[certificate-unreadable]"), expected, "{file}: {text}");
        assert!(output.status.code().is_some_and(|code| code < 3), "{file}: {output:?}");
    }
    std::fs::remove_dir_all(&folder).expect("the folder is ours to remove");
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_unknown() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder("forbidden");
    std::fs::copy("testdata/pki/www.key", folder.join("x.pem")).expect("the file is copied");
    std::fs::set_permissions(folder.join("x.pem"), std::fs::Permissions::from_mode(0o000))
        .expect("the mode is set");
    std::fs::write(folder.join("nginx.conf"), naming("x.pem")).expect("the file is written");
    // Root may read everything.
    let is_forbidden = std::fs::read(folder.join("x.pem")).is_err();
    let output = check(&folder, &["nginx.conf"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert_eq!(text.contains("error[certificate-unreadable]"), !is_forbidden, "{text}");
    assert!(!text.contains("error[certificate-missing]"), "{text}");
    std::fs::remove_dir_all(&folder).expect("the folder is ours to remove");
}
