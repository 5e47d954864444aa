//! What we make of cipher strings is what the real libraries made of them: replays the recordings in
//! `testdata/truth/ciphers` and compares every line, in order, exactly.

use flate2::read::GzDecoder;
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use tlslint::tls::cipher_string::{Build, CipherStringError, CipherStringErrorKind, Expansion, expand_with};
use tlslint::tls::security_level::{protocol_allowed, suite_allowed};
use tlslint::tls::{CipherSuite, OpenSslVersion, ProtocolVersion};

/// The builds in the Python wheels: all of the legacy provider, but no weak suites.
fn wheel() -> Build {
    Build { idea: true, seed: true, weak_suites: false, legacy_algorithms: true }
}

#[test]
fn openssl_1_0_2() {
    let (v, rows) = recording("openssl-1.0.2s.jsonl.gz");
    // Recorded from the ClientHello of node 8, which offers no PSK or SRP and keeps its own default
    // where OpenSSL refuses the syntax.
    let wrong = rows.iter().filter(|row| {
        let ours = expand_with(text(row, "s"), v, Build::usual(v));
        let hello = ours.as_ref().map(|x| ids(x.suites.iter().map(|a| a.suite).filter(|s| !s.preshared())));
        let agrees = match (&hello, row["hello"].as_str()) {
            (Ok(ours), Some(theirs)) => ours == theirs,
            (Ok(ours), None) => ours.is_empty(),
            (Err(e), Some(_)) => {
                e.kind == CipherStringErrorKind::InvalidCommand && row["default_or_refused"] == true
            }
            (Err(e), None) => e.kind.reason() == text(row, "error"),
        };
        differs(agrees, row, &format!("{hello:?}"))
    });
    assert_eq!(wrong.count(), 0, "of {} strings", rows.len());
}

#[test]
fn openssl_1_1_0() {
    replay("openssl-1.1.0h.jsonl.gz", Some(wheel()));
}

#[test]
fn openssl_1_1_1() {
    replay("openssl-1.1.1w.jsonl.gz", None);
}

#[test]
fn openssl_3_0() {
    replay("openssl-3.0.22.jsonl.gz", None);
}

#[test]
fn openssl_3_2() {
    replay("openssl-3.2.2.jsonl.gz", Some(wheel()));
}

#[test]
fn openssl_3_5() {
    replay("openssl-3.5.7.jsonl.gz", None);
}

#[test]
fn openssl_3_6() {
    replay("openssl-3.6.5.jsonl.gz", None);
}

#[test]
fn openssl_4_0() {
    replay("openssl-4.0.3.jsonl.gz", None);
}

/// Strings seen in public projects and cases of the grammar, on builds of the plain sources.
#[test]
fn strings_of_public_projects() {
    let cases: Value = serde_json::from_reader(open("projects.json.gz")).unwrap();
    let (mut seen, mut wrong) = (0, 0);
    for case in cases["cases"].as_array().unwrap() {
        for result in case["results"].as_array().unwrap() {
            for version in result["versions"].as_array().unwrap() {
                let v: OpenSslVersion = version.as_str().unwrap().parse().unwrap();
                let old = !v.at_least(1, 1, 0);
                let ours = expand_with(text(case, "s"), v, Build::upstream(v));
                // That 1.0.2 has Kerberos, which no distribution's build had.
                let expected = result["suites"].as_str().map(|list| {
                    let kept = |id: &&str| !old || !KERBEROS.contains(id);
                    list.split(' ').filter(kept).map(str::to_lowercase).collect::<Vec<_>>().join(" ")
                });
                let agrees = match (&ours, &expected) {
                    (Ok(x), Some(list)) => ids(x.suites.iter().map(|a| a.suite)) == *list,
                    (Err(_), Some(list)) => old && list.is_empty(),
                    (Ok(_), None) => false,
                    (Err(e), None) => e.kind.reason() == text(result, "error"),
                };
                seen += 1;
                wrong += usize::from(differs(
                    agrees,
                    case,
                    &format!("{version}: {}\n   {expected:?}", shown(&ours)),
                ));
            }
        }
    }
    assert_eq!((seen, wrong), (624 * 6, 0));
}

/// What each release makes of each keyword alone, in order; unknown ones are reported as ignored, known
/// ones never.
#[test]
fn keywords() {
    let keywords: Value = serde_json::from_reader(open("keywords.json.gz")).unwrap();
    let (mut seen, mut wrong) = (0, 0);
    for (word, versions) in keywords["keywords"].as_object().unwrap() {
        // Known to the recorded build only, which had Kerberos.
        if ["KRB5", "kKRB5", "aKRB5"].contains(&word.as_str()) {
            continue;
        }
        let releases = versions.as_object().unwrap().iter().filter(|(key, _)| *key != "note");
        for (version, recorded) in releases {
            let v: OpenSslVersion = version.parse().unwrap();
            seen += 1;
            wrong += usize::from(differs(
                selects(word, recorded, v) && is_ignored(word, recorded, v),
                &Value::Null,
                &format!("{word} {version}: {recorded}"),
            ));
        }
    }
    assert_eq!((seen, wrong), (KEYWORDS * 6, 0));
}

/// The keywords recorded, without those of Kerberos.
const KEYWORDS: usize = 109;

/// Whether a keyword alone selects the suites recorded, in their order.
fn selects(word: &str, recorded: &Value, v: OpenSslVersion) -> bool {
    let ours = expand_with(word, v, Build::upstream(v));
    let ours = ours.map(|x| ids(x.suites.iter().map(|a| a.suite))).unwrap_or_default();
    let listed = recorded["suites"].as_array().into_iter().flatten().filter_map(Value::as_str);
    // That 1.0.2 has Kerberos.
    let listed = listed.filter(|id| v.at_least(1, 1, 0) || !KERBEROS.contains(id));
    ours == listed.map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

/// Whether a keyword that is recorded as unknown is reported as ignored, and no other.
fn is_ignored(word: &str, recorded: &Value, v: OpenSslVersion) -> bool {
    // These speak only as the beginning of a list.
    if word == "DEFAULT" || word.starts_with("SUITEB") {
        return true;
    }
    let ours = expand_with(&format!("AES128-SHA:-{word}:AES256-SHA"), v, Build::upstream(v));
    ours.map(|x| x.ignored.len()) == Ok(usize::from(recorded["known"] != true))
}

const KERBEROS: [&str; 14] = [
    "001E", "001F", "0020", "0021", "0022", "0023", "0024", "0025", "0026", "0027", "0028", "0029", "002A",
    "002B",
];

/// Replays `openssl ciphers` and what it says is usable with TLS 1.2 and 1.0 at the level in force.
fn replay(file: &str, build: Option<Build>) {
    let (v, rows) = recording(file);
    let build = build.unwrap_or(Build::usual(v));
    let wrong = rows.iter().filter(|row| {
        let ours = expand_with(text(row, "s"), v, build);
        let agrees = match &ours {
            Ok(x) => {
                row["list"].as_str() == Some(&ids(x.suites.iter().map(|a| a.suite)))
                    && usable(x, row, "tls12", ProtocolVersion::Tls12, v)
                    && usable(x, row, "tls10", ProtocolVersion::Tls10, v)
            }
            Err(e) => row["error"].as_str() == Some(e.kind.reason()),
        };
        differs(agrees, row, &shown(&ours))
    });
    assert_eq!(wrong.count(), 0, "of {} strings on {v}", rows.len());
}

/// Debian builds 1.1.1 and 3.x with level 2, as upstream does since 3.2.
fn usable(x: &Expansion, row: &Value, field: &str, protocol: ProtocolVersion, v: OpenSslVersion) -> bool {
    let Some(theirs) = row[field].as_str() else { return true };
    let level = x.security_level.unwrap_or(2);
    // Here 3.0 lists what its handshakes then fail to do.
    let promises_too_much = v.at_least(3, 0, 0) && !v.at_least(3, 2, 0) && level < 3;
    let lists = promises_too_much || protocol_allowed(protocol, level, v);
    let usable = |s: &&CipherSuite| {
        lists
            && !s.preshared()
            && s.min_protocol <= protocol
            && protocol <= s.max_protocol
            && suite_allowed(s, level, v)
    };
    ids(x.suites.iter().map(|a| a.suite).filter(usable)) == theirs
}

/// Says what differs and counts it; a few lines are enough to see why.
fn differs(agrees: bool, row: &Value, ours: &str) -> bool {
    if !agrees {
        println!("{row}\n   {ours}");
    }
    !agrees
}

fn shown(ours: &Result<Expansion, CipherStringError>) -> String {
    match ours {
        Ok(x) => ids(x.suites.iter().map(|a| a.suite)),
        Err(e) => e.kind.reason().to_string(),
    }
}

fn ids<'a>(suites: impl Iterator<Item = &'a CipherSuite>) -> String {
    suites.map(|s| format!("{:04x}", s.id)).collect::<Vec<_>>().join(" ")
}

fn text<'a>(row: &'a Value, field: &str) -> &'a str {
    row[field].as_str().unwrap_or_default()
}

fn recording(file: &str) -> (OpenSslVersion, Vec<Value>) {
    let mut lines = open(file).lines().map(|l| serde_json::from_str::<Value>(&l.unwrap()).unwrap());
    let head = lines.next().unwrap();
    let version = text(&head, "openssl").trim_start_matches("OpenSSL ").parse().unwrap();
    let rows: Vec<_> = lines.collect();
    assert_eq!(Some(rows.len() as u64), head["strings"].as_u64());
    (version, rows)
}

fn open(file: &str) -> BufReader<GzDecoder<File>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/truth/ciphers").join(file);
    BufReader::new(GzDecoder::new(File::open(path).unwrap()))
}
