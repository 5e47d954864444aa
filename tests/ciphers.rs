//! `tlslint ciphers` as the outside world meets it.

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Output, Stdio};

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tlslint"));
    command.arg("ciphers").args(args).env_clear();
    command
}

fn run(args: &[&str], input: &[u8]) -> (Option<i32>, String, String) {
    let mut child = command(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    child.stdin.take().unwrap().write_all(input).unwrap();
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status.code(), text(stdout), text(stderr))
}

fn lines(args: &[&str], input: &[u8]) -> Vec<Value> {
    let args = [args, &["--format", "json"]].concat();
    run(&args, input).1.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect()
}

#[test]
fn a_list_is_explained() {
    let list = "ECDHE+AESGCM:AES128-SHA:HIGH:!aNULL:!PSK:!SRP:!kRSA+AESCCM:!RC4:ECDHE-RSA-AES256-GCM-SHA512:\
                TLS_AES_128_GCM_SHA256:-DHE:-CAMELLIA:-ARIA:+SHA1:@STRENGTH:@SECLEVEL=1";
    insta::assert_snapshot!("list", run(&["--target", "debian-12", list], b"").1);
}

#[test]
fn suites_that_no_handshake_ends_on_are_marked() {
    let (code, out, _) = run(&["--target", "openssl=3.5.7", "ECDHE+AESCCM8:PSK+AESGCM:NULL-SHA256"], b"");
    assert_eq!(code, Some(0));
    insta::assert_snapshot!("marked", out);
}

#[test]
fn a_refused_list_says_where_and_why() {
    let lists = ["HIGH:!!aNULL", "RC4:!HIGH", "", "AES128-SHA:!kRSA", "TLS_AES_256_GCM_SHA384"];
    let (code, out, _) = run(&[&["--target", "debian-12"][..], &lists].concat(), b"");
    assert_eq!(code, Some(1));
    insta::assert_snapshot!("refused", out);
}

#[test]
fn other_dialects_are_recognised() {
    let lists = [
        "PROFILE=SYSTEM",
        "[AES128-SHA|AES256-SHA]",
        "TLSv1.3:ECDHE+AESGCM",
        "NORMAL:-VERS-ALL:+VERS-TLS1.2",
    ];
    insta::assert_snapshot!("dialects", run(&lists, b"").1);
    let known: Vec<Value> = lists.iter().map(|list| lines(&[list], b"").remove(0)).collect();
    // Where it is stated, it is OpenSSL that reads them, unless a vendor has patched it.
    let promised = |list| lines(&["--target", "openssl=3.0.2", list], b"")[0]["promised"].clone();
    assert_eq!(lists.map(promised), [false, true, true, true]);
    let said: Vec<_> = known.iter().map(|line| (&line["dialect"], &line["promised"])).collect();
    let expected = ["crypto-policy", "boringssl", "libressl"].map(|d| (json!(d), json!(false)));
    assert_eq!(said[..3], expected.each_ref().map(|(d, p)| (d, p)));
    assert_eq!(said[3], (&json!("gnutls"), &json!(true)));
    // Where the build is known, so is the answer.
    let line = lines(&["--target", "debian-12", "PROFILE=SYSTEM"], b"").remove(0);
    assert_eq!((&line["error"], &line["promised"]), (&json!("no cipher match"), &json!(true)));
}

#[test]
fn json_is_one_object_a_line() {
    let list = "AES128-SHA:ECDHE+AESGCM+aRSA:!FOO:TLS_AES_128_GCM_SHA256:!kRSA:@SECLEVEL=3";
    let line = lines(&["--target", "openssl=3.0.22,seclevel=2", list], b"").remove(0);
    let expected = json!({
        "string": list,
        "openssl": "3.0.22",
        "ciphers": ["ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-RSA-AES128-GCM-SHA256"],
        "error": null,
        "seclevel": 3,
        "ignored": ["FOO", "TLS_AES_128_GCM_SHA256"],
        "why": {
            "ECDHE-RSA-AES256-GCM-SHA384": "ECDHE+AESGCM+aRSA",
            "ECDHE-RSA-AES128-GCM-SHA256": "ECDHE+AESGCM+aRSA",
        },
    });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&line[field], value, "{field}");
    }
    assert_eq!(line["removed"]["AES128-SHA"], "!kRSA");
    let line = lines(&["AES128-SHA:!!"], b"").remove(0);
    let expected = json!({ "error": "invalid command", "ciphers": [], "why": {}, "seclevel": null });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&line[field], value, "{field}");
    }
}

#[test]
fn each_line_of_standard_input_gets_its_line() {
    let input = b"AES128-SHA\n\nHIGH:!!\r\nAES256-SHA \xff";
    let said: Vec<_> = lines(&["DHE", "-"], input)
        .iter()
        .map(|line| (line["string"].clone(), line["error"].clone()))
        .collect();
    let (no_match, invalid) = (json!("no cipher match"), json!("invalid command"));
    let expected = [
        (json!("DHE"), json!(null)),
        (json!("AES128-SHA"), json!(null)),
        (json!(""), no_match),
        (json!("HIGH:!!"), invalid.clone()),
        (json!("AES256-SHA \u{fffd}"), invalid),
    ];
    assert_eq!(said, expected);
    let (code, _, err) = run(&["-"], b"");
    assert_eq!(code, Some(2));
    assert!(err.contains("<stdin>: nothing came in"), "{err}");
}

#[test]
fn answers_do_not_wait_for_the_next_question() {
    let mut child =
        command(&["--format", "json", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut questions, answers) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut answers = BufReader::new(answers);
    for list in ["AES128-SHA", "AES256-SHA"] {
        writeln!(questions, "{list}").unwrap();
        let mut line = String::new();
        answers.read_line(&mut line).unwrap();
        assert!(line.starts_with(&format!("{{\"string\":\"{list}\",")), "{line}");
    }
    drop(questions);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let mut child =
        command(&["-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    // The binary stops reading, so that writing may fail, too.
    let _ = child.stdin.take().unwrap().write_all("ALL\n".repeat(10_000).as_bytes());
    let Output { status, stderr, .. } = child.wait_with_output().unwrap();
    assert_eq!((status.code(), String::from_utf8_lossy(&stderr).as_ref()), (Some(0), ""));
}

#[test]
fn without_a_list_the_librarys_own_is_shown() {
    let line = lines(&["--target", "openssl=1.1.1w"], b"").remove(0);
    assert_eq!((&line["string"], line["ciphers"].as_array().unwrap().len()), (&json!("DEFAULT"), 57));
    let line = lines(&["--tls13", "--target", "openssl=3.0.2"], b"").remove(0);
    assert_eq!(line["ciphers"][0], "TLS_AES_256_GCM_SHA384");
}

#[test]
fn lists_of_tls_1_3_suites_are_explained() {
    let lists = [
        "TLS_AES_128_GCM_SHA256:TLS_AES_128_GCM_SHA265",
        "TLS_CHACHA20_POLY1305",
        "TLS_AES_128_CCM_8_SHA256",
    ];
    insta::assert_snapshot!(
        "tls13",
        run(&[&["--tls13", "--target", "openssl=3.5.7"][..], &lists].concat(), b"").1
    );
}

#[test]
fn quiet_prints_the_table_alone() {
    let (_, out, _) = run(&["--quiet", "AES128-SHA:!PSK:FOO"], b"");
    assert_eq!(out.lines().count(), 4, "{out}");
}

/// Suites that take a callback which no server here sets are counted, unless there is nothing else.
#[test]
fn suites_with_a_shared_secret_fold_into_one_line() {
    let target = ["--target", "openssl=3.0.22"];
    let text = |args: &[&str]| run(&[&target[..], args].concat(), b"").1;
    let folded = text(&["ALL"]);
    assert!(folded.contains("x and 54 with a pre-shared key or SRP: --all lists them"), "{folded}");
    assert!(
        !folded.contains("PSK-AES128-CCM8") && folded.contains("54 for want of a pre-shared key"),
        "{folded}"
    );
    for args in [&["--all", "ALL"][..], &["PSK"], &["--format", "json", "ALL"]] {
        let all = text(args);
        assert!(all.contains("PSK-AES128-CCM8") && !all.contains("--all lists them"), "{all}");
    }
}

/// A list of TLS 1.3 suites says where older ones belong, and what an empty one does.
#[test]
fn lists_of_tls13_suites_say_what_is_amiss() {
    let text = |args: &[&str]| run(&[&["--tls13"][..], args].concat(), b"").1;
    let older = text(&["TLS_AES_128_GCM_SHA256:ECDHE-RSA-AES128-GCM-SHA256"]);
    assert!(
        older.contains("`ECDHE-RSA-AES128-GCM-SHA256` does nothing: suites up to TLS 1.2 have"),
        "{older}"
    );
    let refused = text(&["--target", "openssl=1.1.1w", "TLS_AES_128_GCM_SHA256:AES128-SHA"]);
    assert!(refused.contains("`AES128-SHA`: suites up to TLS 1.2 have a list of their own"), "{refused}");
    assert!(text(&[""]).contains("no suite: a server that has TLS 1.3 switched on starts with this list"));
}
