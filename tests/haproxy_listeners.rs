//! What HAProxy's listeners do, worked out of whole configurations; and that no configuration makes the tool panic.

use std::path::{Path, PathBuf};
use tlslint::analysis::{Analysis, Options};
use tlslint::clock::Timestamp;
use tlslint::model::Platform;
use tlslint::report::show_json;
use tlslint::target::Target;

fn shown(text: &str, target: &str) -> serde_json::Value {
    let target = Target::parse(target).expect("a target");
    let now = Timestamp::parse("2026-11-21T00:00:00Z").expect("a time");
    let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/pki/haproxy.cfg");
    let options = Options {
        stdin: Some((home, text.as_bytes().to_vec())),
        kind: Some(Platform::Haproxy),
        ..Options::new(target, now)
    };
    serde_json::from_str(&show_json::render(&Analysis::of(options))).expect("JSON")
}

const STORE: &str = "crt-store s\n  load crt shop.fullchain.pem key shop.key alias shop\n  load crt www-ec.fullchain.pem key www-ec.key alias www\ndefaults\n  mode http\nfrontend web\n";

fn servers(bind: &str, target: &str) -> Vec<String> {
    let shown = shown(&format!("{STORE}  {bind}\n"), target);
    let servers = shown["listeners"][0]["servers"].as_array().expect("servers");
    let certificates = |server: &serde_json::Value| {
        server["certificates"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|c| c["key"].to_string())
            .collect::<String>()
    };
    let line = |s: &serde_json::Value| {
        format!("{} {} {} {} {}", s["names"], s["default"], s["protocols"], s["alpn"], certificates(s))
    };
    servers.iter().map(|s| line(s).replace('"', "")).collect()
}

const NEW: &str = "haproxy=3.2.0,openssl=3.5.7,seclevel=2";

#[test]
fn each_set_of_names_is_a_server() {
    assert_eq!(
        servers("bind :443 ssl crt @s/shop crt @s/www", NEW),
        [
            "[shop.example.com] true [TLSv1.2,TLSv1.3] [h2,http/1.1] RSA-2048",
            "[www.example.com,example.com] false [TLSv1.2,TLSv1.3] [h2,http/1.1] ECDSA-P-256",
        ]
    );
}

#[test]
fn without_the_word_ssl_there_is_no_tls() {
    let shown = shown(&format!("{STORE}  bind :443 crt @s/shop\n  bind 127.0.0.1:80\n"), NEW);
    let modes: Vec<_> = shown["listeners"].as_array().into_iter().flatten().map(|l| &l["mode"]).collect();
    assert_eq!(modes, ["plaintext", "plaintext"]);
}

#[test]
fn bounds_and_strict_names_count() {
    assert_eq!(
        servers("bind :443 ssl crt @s/shop ssl-min-ver TLSv1.3 strict-sni no-alpn", NEW),
        ["[shop.example.com] false [TLSv1.3] null RSA-2048", "[] true [] null "]
    );
}

#[test]
fn no_configuration_makes_the_tool_panic() {
    let text = format!(
        "{STORE}  bind :443,quic4@:1-9 ssl crt @s/shop crt-list x crt . default-crt \"${{X}}\" alpn h2 verify required\n"
    );
    for end in 0..text.len() {
        shown(&text[..end], NEW);
    }
    for word in text.split_whitespace() {
        shown(&text.replacen(word, "", 1), "haproxy=2.2.9,openssl=1.1.1");
    }
}

#[test]
fn recorded_snippets_are_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/haproxy");
    let mut folders: Vec<PathBuf> = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            match entry.path() {
                path if path.is_dir() => folders.push(path),
                path if path.extension().is_some_and(|e| e == "cfg") => {
                    shown(&String::from_utf8_lossy(&std::fs::read(&path).unwrap_or_default()), NEW);
                }
                _ => {}
            }
        }
    }
}
