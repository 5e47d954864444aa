//! What five HAProxies say about single lines must be what is said of them here, word for word where the words
//! are known.

use std::collections::BTreeMap;

use tlslint::platforms::haproxy::keywords::versions::{Fault, Limits, Outcome, Side};
use tlslint::platforms::haproxy::keywords::{Effect, Line, check};
use tlslint::platforms::haproxy::section::SectionKind;
use tlslint::platforms::haproxy::version::HaproxyVersion;
use tlslint::tls::openssl::OpenSslVersion;
use tlslint::tls::protocol::ProtocolVersion;

const ANSWERS: &str = "testdata/haproxy/keywords/answers.json";

/// By line: texts, each of level and message, and the versions that print them.
type Answers = BTreeMap<String, Vec<(Vec<(String, String)>, Vec<String>)>>;

fn answers() -> Answers {
    let text = std::fs::read_to_string(ANSWERS).expect("answers.json");
    serde_json::from_str(&text).expect("answers.json is what record_keywords.py writes")
}

/// Level and message; no message where the words are not known.
type Said = (&'static str, Option<String>);

fn predicted(section: &str, text: &str, version: HaproxyVersion) -> Vec<Said> {
    let mut head = section.split_whitespace();
    let kind = head.next().and_then(|word| SectionKind::parse(word.as_bytes())).expect("a section");
    let words: Vec<_> = text.split_whitespace().collect();
    let line = Line { section: kind, name: head.next(), words: &words };
    let remarks = check(&line, Some(version));
    let say = |effect| if effect == Effect::LineIgnored { "WARNING" } else { "ALERT" };
    remarks.iter().map(|remark| (say(remark.effect), remark.message(&line, Some(version)))).collect()
}

/// What says nothing about the words of a line.
fn is_aside(message: &str) -> bool {
    message == "(null)" || message.contains("is deprecated") || message.contains("will still be processed")
}

#[test]
fn lines_are_judged_as_haproxy_judges_them() {
    let mut wrong = Vec::new();
    let (mut judged, mut remarks, mut worded) = (0, 0, 0);
    for (snippet, texts) in answers().iter().filter(|(line, _)| !line.contains("| |") && !is_versions(line)) {
        let (section, text) = snippet.split_once(" | ").expect("a bar");
        for (text_said, versions) in texts {
            let said: Vec<_> = text_said.iter().filter(|(_, message)| !is_aside(message)).collect();
            for name in versions {
                let version = HaproxyVersion::parse(name).expect("a version");
                if !SectionKind::parse(section.split(' ').next().unwrap_or_default().as_bytes())
                    .is_some_and(|kind| kind.exists_in(version))
                {
                    continue;
                }
                let expected = predicted(section, text, version);
                judged += 1;
                let same = expected.len() == said.len()
                    && expected.iter().zip(&said).all(|((level, message), (said_level, said))| {
                        level == said_level && message.as_ref().is_none_or(|message| message == said)
                    });
                remarks += expected.len();
                worded += expected.iter().filter(|(_, message)| message.is_some()).count();
                if !same {
                    wrong.push(format!("{name} {snippet}\n  says {said:?}\n  not  {expected:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {judged} wrong:\n{}", wrong.len(), wrong.join("\n"));
    // Where the words are not known, it is for a reason: which of two equally near words is proposed, say.
    assert!(judged > 3000 && worded * 100 > remarks * 95, "{judged} judged, {worded} of {remarks} worded");
}

fn is_versions(line: &str) -> bool {
    line.starts_with("BIND |") || line.starts_with("SERVER |")
}

fn limits(place: &str, words: &str) -> Limits<String> {
    let words: Vec<_> = words.split_whitespace().collect();
    let mut limits = Limits::default();
    for (at, word) in words.iter().enumerate() {
        limits.word(word, words.get(at + 1).copied(), format!("{word} at {at} of {place}"));
    }
    limits
}

fn openssl_of(haproxy: HaproxyVersion) -> OpenSslVersion {
    match (haproxy.major, haproxy.minor) {
        (2, 2) => OpenSslVersion::new(1, 1, 1),
        (2, 6) => OpenSslVersion::new(3, 0, 22),
        (3, 0) => OpenSslVersion::new(3, 5, 7),
        _ => OpenSslVersion::new(3, 6, 5),
    }
}

fn outcome(side: Side, defaults: &str, words: &str, haproxy: HaproxyVersion) -> Outcome<String> {
    let openssl = openssl_of(haproxy);
    let defaults = limits("defaults", defaults);
    limits("line", words).or(&defaults).resolve(side, haproxy, openssl, openssl.protocols())
}

#[test]
fn versions_are_worked_out_as_haproxy_does() {
    let mut wrong = Vec::new();
    let mut judged = 0;
    for (snippet, texts) in answers().iter().filter(|(line, _)| is_versions(line)) {
        let parts: Vec<_> = snippet.split('|').map(str::trim).collect();
        let side = if parts[0] == "BIND" { Side::Bind } else { Side::Server };
        for (said, versions) in texts {
            let has = |needle: &str| said.iter().any(|(_, message)| message.contains(needle));
            for name in versions {
                let version = HaproxyVersion::parse(name).expect("a version");
                let outcome = outcome(side, parts[1], parts[2], version);
                let fault = |wanted: &dyn Fn(&Fault) -> bool| outcome.faults.iter().any(wanted);
                let no_words = |word: &String| word.starts_with("no-");
                judged += 1;
                let same = has("are disabled") == fault(&|f| *f == Fault::NothingLeft)
                    && has("Ambiguous") == fault(&|f| matches!(f, Fault::OnlyTheHighest(_)))
                    && has("not contiguous") == fault(&|f| matches!(f, Fault::Hole(_)))
                    && has("are ignored") == outcome.discarded.iter().any(|d| no_words(&d.word))
                    && outcome.versions.is_empty() == has("are disabled");
                if !same {
                    wrong.push(format!("{name} {snippet}\n  says {said:?}\n  not  {outcome:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {judged} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(judged > 600, "{judged}");
}

/// One recorded configuration: the words about versions in its defaults, on its `bind` and on a line of its
/// crt-list, and what its clients could end on, by version of HAProxy; nothing where it did not start.
#[derive(serde::Deserialize)]
struct Handshakes {
    case: String,
    defaults: String,
    words: String,
    entry: Option<String>,
    seclevel: u8,
    spoken: Vec<(Option<Spoken>, Vec<String>)>,
}

#[derive(serde::Deserialize)]
struct Spoken {
    bind: Vec<String>,
    entry: Option<Vec<String>>,
}

#[test]
fn versions_are_those_that_real_handshakes_ended_on() {
    let text = std::fs::read_to_string("testdata/haproxy/keywords/handshakes.json").expect("handshakes.json");
    let cases: Vec<Handshakes> = serde_json::from_str(&text).expect("rows");
    for case in &cases {
        for (spoken, versions) in &case.spoken {
            for name in versions {
                let version = HaproxyVersion::parse(name).expect("a version");
                let openssl = openssl_of(version);
                // OpenSSL 3.0 forbids the old versions above level 0.
                let allowed = |v: ProtocolVersion| {
                    v >= ProtocolVersion::Tls12 || case.seclevel == 0 || !openssl.at_least(3, 0, 0)
                };
                let names = |outcome: &Outcome<String>| -> Vec<String> {
                    outcome.versions.iter().filter(|v| allowed(*v)).map(|v| v.name().to_owned()).collect()
                };
                let bind = outcome(Side::Bind, &case.defaults, &case.words, version);
                let Some(spoken) = spoken else {
                    assert_eq!(bind.faults, [Fault::NothingLeft], "{} on {name}", case.case);
                    continue;
                };
                assert_eq!(names(&bind), spoken.bind, "{} on {name}", case.case);
                if let (Some(words), Some(spoken)) = (&case.entry, &spoken.entry) {
                    let entry = limits("entry", words).of_entry(&bind, openssl.protocols());
                    assert_eq!(&names(&entry), spoken, "entry of {} on {name}", case.case);
                }
            }
        }
    }
    assert!(cases.len() > 15);
}
