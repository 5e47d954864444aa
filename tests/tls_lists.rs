//! TLS 1.3 lists, group lists and what handshakes end on, against recordings of real libraries and
//! servers in `testdata/truth/ciphers`.

use serde_json::Value;
use std::path::Path;
use tlslint::tls::cipher_string::{ciphersuites, expand};
use tlslint::tls::group::{NamedGroup, by_id, by_name, default_list, parse_list};
use tlslint::tls::negotiable::{KeyKind, ServerOffer, negotiable};
use tlslint::tls::{OpenSslVersion, ProtocolVersion};

#[test]
fn tls13_lists_are_what_openssl_takes() {
    let mut wrong = Vec::new();
    for (list, versions) in read("ciphersuites.json").as_object().unwrap() {
        for (version, expected) in versions.as_object().unwrap() {
            // Before 4.0 a name given twice stays twice and names of older suites stay in, both to no effect.
            let mut theirs: Option<Vec<&str>> = expected.as_str().map(|s| s.split_whitespace().collect());
            if let Some(ids) = &mut theirs {
                ids.dedup();
                ids.retain(|id| id.starts_with("13") || ["c0b4", "00c6", "00c7"].contains(id));
            }
            let ours = ciphersuites(list, version.parse().unwrap()).ok();
            let ours = ours.map(|l| l.iter().map(|s| format!("{:04x}", s.id)).collect::<Vec<_>>());
            if theirs.map(|t| t.join(" ")) != ours.as_ref().map(|o| o.join(" ")) {
                wrong.push(format!("{list:?} {version}: {expected} but {ours:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn group_lists_are_what_openssl_takes() {
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for lists in [read("group-lists.json"), read("groups.json")["accepts"].clone()] {
        for (list, versions) in lists.as_object().unwrap() {
            for (version, accepted) in versions.as_object().unwrap() {
                seen += 1;
                let ours = parse_list(list, version.parse().unwrap());
                if ours.is_ok() != (accepted == true) {
                    wrong.push(format!("{list:?} {version}: {accepted} but {ours:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(seen, 810);
}

/// The numbers that the recorded libraries and the registry give to names, private and dead ones apart.
#[test]
fn groups_have_the_numbers_that_openssl_gives_them() {
    for (id, name) in read("groups.json")["ids"].as_object().unwrap() {
        let (id, name): (u16, &str) = (id.parse().unwrap(), name.as_str().unwrap());
        let ours = by_id(id);
        match name {
            "X25519Kyber768Draft00" | "explicit_prime" | "explicit_char2" => {
                assert!(ours.is_none(), "{name}")
            }
            _ => assert_eq!(ours, by_name(name), "{name} is {id}"),
        }
    }
}

#[test]
fn groups_nobody_lists_are_those_of_the_library() {
    let recorded = read("groups.json")["default_order"].clone();
    let cases = [
        ("1.1.0/1.1.1", "1.1.1w"),
        ("3.0-3.4", "3.0.8"),
        ("3.0-3.4", "3.4.1"),
        ("3.5/3.6", "3.5.5"),
        ("3.5/3.6", "3.6.3"),
        ("4.0", "4.0.3"),
    ];
    for (key, version) in cases {
        // Written by hand there: `(GOST)` for what takes an engine, `3072` for ffdhe3072.
        let list = recorded[key].as_str().unwrap().replace(":(GOST)", "");
        let name = |part: &str| part.trim().trim_start_matches(['?', '*']).to_owned();
        let theirs: Vec<_> = list.split([':', '/']).map(name).collect();
        let full = |name: &String| by_name(name).or_else(|| by_name(&format!("ffdhe{name}"))).unwrap();
        let theirs: Vec<_> = theirs.iter().map(full).collect();
        assert_eq!(default_list(version.parse().unwrap()), theirs, "{version}");
    }
}

#[test]
fn group_lists_keep_their_order_and_forget_what_is_taken_out() {
    let names = |list: &str, v: &str| -> Vec<&str> {
        parse_list(list, v.parse().unwrap()).unwrap().iter().map(|g| g.name).collect()
    };
    assert_eq!(names("prime256v1:X25519", "1.1.1w"), ["P-256", "X25519"]);
    assert_eq!(names("?X25519MLKEM768:x25519", "3.3.0"), ["X25519"]);
    assert_eq!(names("*X25519:p-256/secp384r1:-P-256", "3.5.7"), ["X25519", "P-384"]);
    assert!(names("X25519:-X25519", "3.5.7").is_empty());
    assert_eq!(
        names("DEFAULT", "3.5.7"),
        default_list("3.5.7".parse().unwrap()).iter().map(|g| g.name).collect::<Vec<_>>()
    );
}

/// What nginx and HAProxy on Debian answered to hand-made ClientHellos.
#[test]
fn handshakes_end_on_what_real_servers_ended_on() {
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for case in read("negotiable.json").as_array().unwrap() {
        let version = |name: &str| {
            ProtocolVersion::ALL
                .into_iter()
                .find(|v| v.name() == name || (name == "TLSv1" && v.name() == "TLSv1.0"))
        };
        let openssl: OpenSslVersion = case["openssl"].as_str().unwrap().parse().unwrap();
        let list = expand(case["ciphers"].as_str().unwrap(), openssl).unwrap();
        let suites: Vec<_> = list.suites.iter().map(|a| a.suite).collect();
        let keys: Vec<_> =
            strings(&case["keys"]).map(|k| if k == "rsa" { KeyKind::Rsa } else { KeyKind::Ecdsa }).collect();
        let groups: Option<Vec<&NamedGroup>> =
            case["groups"].as_str().map(|g| parse_list(g, openssl).unwrap());
        let offer = ServerOffer {
            enabled: strings(&case["protocols"]).filter_map(version).collect(),
            suites: &suites,
            suites13: &openssl.default_ciphersuites(),
            level: list.security_level.unwrap_or(2), // as Debian builds
            openssl,
            auths: Some(&keys),
            dh_params: case["dh"].as_bool(),
            client: false,
            groups: groups.as_deref(),
        };
        let ours = negotiable(&offer);
        for (name, theirs) in case["versions"].as_object().unwrap() {
            let ours = ours.iter().find(|(v, _)| v.name() == name);
            let mut ours: Vec<_> =
                ours.map(|(_, s)| s.iter().map(|s| s.name()).collect()).unwrap_or_default();
            let mut expected: Vec<_> = strings(&theirs["ciphers"]).collect();
            if theirs["order"] != "server" {
                ours.sort_unstable();
                expected.sort_unstable();
            }
            seen += 1;
            if ours != expected {
                wrong.push(format!("{} {openssl} {name}:\n   {expected:?}\n   {ours:?}", case["case"]));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {seen}: {}", wrong.len(), wrong.join("\n"));
}

fn strings(value: &Value) -> impl Iterator<Item = &str> {
    value.as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn read(file: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/truth/ciphers").join(file);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}
