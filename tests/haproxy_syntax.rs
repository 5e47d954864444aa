//! What is read of `haproxy.cfg` against what HAProxy 2.2 to 3.4 said when they were asked about the same bytes.

use serde_json::Value;
use std::collections::BTreeSet;
use tlslint::platforms::haproxy::config::Config;
use tlslint::platforms::haproxy::syntax::{self, Environment, SyntaxErrorKind, crt_list};
use tlslint::source::{FileId, Source, Sources};
use tlslint::target::Target;

const SNIPPETS: &str = "testdata/haproxy/syntax/snippets.jsonl";

/// The OpenSSL of each recorded HAProxy.
const OPENSSL: &[(&str, &str)] = &[
    ("2.2.9", "1.1.1w"),
    ("2.6.12", "3.0.22"),
    ("3.0.11", "3.5.7"),
    ("3.2.26", "3.6.5"),
    ("3.4.7", "3.6.5"),
];

/// A snippet and what one HAProxy answered.
struct Case {
    name: String,
    version: String,
    target: Target,
    sources: Sources,
    files: Vec<FileId>,
    environment: Environment,
    answer: Value,
    /// A crt-list beside it.
    crt_list: Option<Source>,
}

/// Where something is, and what it is.
type Place = (usize, usize);

fn cases() -> Vec<Case> {
    let text = std::fs::read_to_string(SNIPPETS).expect(SNIPPETS);
    text.lines().flat_map(|line| of_snippet(&serde_json::from_str(line).expect(line))).collect()
}

fn of_snippet(record: &Value) -> Vec<Case> {
    let latin1 = record["encoding"] == "latin-1";
    let more = record["files"].as_object().into_iter().flatten();
    let files: Vec<(&str, Vec<u8>)> = std::iter::once(("h.cfg", bytes(&record["config"], latin1)))
        .chain(more.map(|(name, text)| (name.as_str(), bytes(text, latin1))))
        .collect();
    let environment = record["env"].as_object().into_iter().flatten();
    let environment = environment.map(|(name, value)| (name.as_str(), value.as_str().unwrap_or_default()));
    let environment = Environment::of(environment);
    let case = |(version, answer): (&String, &Value)| {
        let openssl = OPENSSL.iter().find(|(known, _)| known == version).expect(version).1;
        let mut sources = Sources::default();
        let files = files.iter().map(|(name, bytes)| sources.add(Source::new(name, bytes.clone()))).collect();
        Case {
            name: record["name"].as_str().unwrap_or_default().to_owned(),
            version: version.clone(),
            target: Target::parse(&format!("haproxy={version},openssl={openssl}")).expect(version),
            sources,
            files,
            environment: environment.clone(),
            answer: answer.clone(),
            crt_list: record["beside"].get("l").map(|text| Source::new("l", bytes(text, latin1))),
        }
    };
    record["answers"].as_object().into_iter().flatten().map(case).collect()
}

/// The bytes of a text, or of a list of texts and `[text, count]` pairs.
fn bytes(content: &Value, latin1: bool) -> Vec<u8> {
    let encode = |text: &str| match latin1 {
        true => text.chars().map(|c| c as u8).collect(),
        false => text.as_bytes().to_vec(),
    };
    match content {
        Value::Array(parts) => parts
            .iter()
            .flat_map(|part| match part {
                Value::Array(pair) => encode(pair[0].as_str().unwrap_or_default())
                    .repeat(pair[1].as_u64().unwrap_or_default() as usize),
                part => encode(part.as_str().unwrap_or_default()),
            })
            .collect(),
        text => encode(text.as_str().unwrap_or_default()),
    }
}

impl Case {
    fn read(&self) -> Config<'_> {
        let reading = syntax::read(&self.files, &self.sources, &self.target, &self.environment);
        Config::of(reading, self.target.haproxy)
    }

    /// The first of HAProxy's alerts or warnings that a test picks.
    fn recorded(&self, key: &str, wanted: impl Fn(&str) -> bool) -> Option<(Place, String)> {
        let entries = self.answer[key].as_array().into_iter().flatten();
        let entry = |entry: &Value| {
            let file = self.sources.find(entry[1].as_str().unwrap_or_default().as_ref());
            let place =
                (file.map_or(0, |file| file.0 as usize), entry[2].as_u64().unwrap_or_default() as usize);
            (place, entry[0].as_str().unwrap_or_default().to_owned())
        };
        entries.map(entry).find(|(_, message)| wanted(message))
    }
}

/// Where the first thing is that HAProxy is said to refuse.
fn first_fatal(config: &Config<'_>) -> Option<(Place, String)> {
    let syntax = config.reading.errors.iter().filter(|e| e.fatal && e.arm.is_none());
    let syntax = syntax.map(|e| ((e.span.file.0 as usize, e.line), e.to_string()));
    let sections = config.errors.iter().filter(|e| e.fatal && e.arm.is_none());
    let sections = sections.map(|e| ((e.span.file.0 as usize, e.line), e.to_string()));
    syntax.chain(sections).min_by_key(|(place, _)| *place)
}

/// Whether a message is about a line inside a section, which is not judged here.
fn is_inside(message: &str) -> bool {
    let unknown = message.starts_with("unknown keyword") && !message.contains("out of section");
    let section = ["crt-store", "log-forward", "log-profile", "traces", "acme", "healthcheck", "program"];
    let is_section = section.iter().any(|word| message.starts_with(&format!("unknown keyword '{word}'")));
    unknown && !is_section
        || message.contains("'crt-list'")
        || message.contains("parsing [l:")
        || message.starts_with("error detected in frontend")
        || message.contains("'server s'")
        || message.starts_with("'server s")
        || message.contains("not allowed in 'defaults'")
        || message.starts_with("'http-request")
        || message.starts_with("'bind")
        || message.starts_with("'setenv'")
        || message.contains("unknown keyword 'bogus'")
        || message.starts_with("'default-server")
        || message.contains("no backend capability")
        || message.starts_with("negation/default is not supported for option")
}

#[test]
fn verdicts_and_first_bad_lines_are_those_of_haproxy() {
    let (mut wrong, mut compared) = (Vec::new(), 0);
    let mut unknown = BTreeSet::new();
    for case in cases() {
        let config = case.read();
        let here = first_fatal(&config);
        let recorded = case.recorded("errors", |_| true);
        let accepted = case.answer["ok"] == true;
        let asks = !config.reading.arms.is_empty();
        let fits = match (&recorded, &here) {
            (None, None) => true,
            // An alert that HAProxy forgets about.
            (Some(_), None) if accepted => true,
            (Some((_, message)), None) if is_inside(message) => true,
            (Some(_), None) if asks => {
                unknown.insert(case.name.clone());
                true
            }
            (Some((place, message)), Some((here, _))) => here == place || is_inside(message) && here > place,
            // HAProxy up to 3.0 crashes over a version of OpenSSL that it cannot read.
            (None, Some((_, message))) => {
                !accepted && message.starts_with("unparsable") && case.name.contains("openssl")
            }
            (Some(_), None) => false,
        };
        compared += 1;
        if !fits || accepted && here.is_some() {
            let (name, version) = (&case.name, &case.version);
            wrong
                .push(format!("{name} ({version})\n  HAProxy: {accepted} {recorded:?}\n  here:    {here:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {compared} differ\n{}", wrong.len(), wrong.join("\n"));
    let unknown: Vec<_> = unknown.iter().map(String::as_str).collect();
    assert_eq!(unknown, ["condition enabled"]);
    assert!(compared > 1500, "{compared}");
}

/// Of 3.2 it is known where it warns of words that end a line.
#[test]
fn empty_words_are_warned_of_where_haproxy_does() {
    let mut compared = 0;
    for case in cases().iter().filter(|case| case.version.starts_with("3.2")) {
        let config = case.read();
        let empty = config.reading.errors.iter().find(|e| e.kind == SyntaxErrorKind::EmptyWord && !e.fatal);
        let here = empty.map(|e| (e.span.file.0 as usize, e.line));
        let recorded = case.recorded("warnings", |message| message.contains("marks the end"));
        // While it reads all files for their environment it warns of what that environment will mend.
        if !case.name.starts_with("setenv after use") {
            assert_eq!(here, recorded.map(|(place, _)| place), "{}", case.name);
        }
        compared += usize::from(here.is_some());
    }
    assert!(compared >= 15, "{compared}");
}

/// What HAProxy says of a crt-list is part of what it says of the `bind` that names it.
#[test]
fn crt_lists_are_cut_as_haproxy_cuts_them() {
    let kinds = [
        "too many '['",
        "too many ']'",
        "missing '['",
        "file must start with a cert",
        "too many args",
        "too long",
        "Missing LF",
        "Stray NUL",
    ];
    let mut compared = 0;
    for case in cases() {
        let Some(source) = &case.crt_list else { continue };
        let list = crt_list::read(FileId(0), source, case.target.haproxy);
        let here = list.errors.iter().find(|e| e.fatal).map(|e| (e.line, e.kind.to_string()));
        let recorded = case.recorded("errors", |_| true).map(|(_, message)| message).unwrap_or_default();
        let (name, version) = (&case.name, &case.version);
        let about = kinds.iter().find(|kind| recorded.contains(*kind));
        match (&here, about) {
            (Some((line, kind)), Some(about)) => {
                assert!(kind.contains(about), "{name} ({version}): {recorded} here {kind}");
                let places = [format!("[l:{line}]"), format!("line {line} ")];
                assert!(
                    places.iter().any(|p| recorded.contains(p)),
                    "{name} ({version}): {recorded} here {line}"
                );
            }
            // HAProxy stops at a certificate that is not there before it comes to the end of its line.
            (Some((line, kind)), None) => {
                let last = kind.contains("LF") || kind.contains("NUL");
                assert!(last, "{name} ({version}): {recorded} here {line} {kind}");
            }
            (None, Some(about)) => panic!("{name} ({version}): {about}"),
            (None, None) => {
                let named = |text: &str| list.entries.iter().any(|e| e.certificate.text().contains(text));
                let option = list.entries.iter().flat_map(|e| &e.options).any(|word| word.text() == "bogus");
                assert_eq!(recorded.contains("bogus"), option, "{name} ({version}): {recorded}");
                for file in ["'#'", "'\"a.pem\"'", "'a\\'", "''a'", "'$A.pem'"] {
                    let bare = &file[1..file.len() - 1];
                    assert!(!recorded.contains(file) || named(bare), "{name} ({version}): {recorded}");
                }
            }
        }
        compared += 1;
    }
    assert!(compared > 150, "{compared}");
}

/// Behind an empty word HAProxy sees nothing: `bogus` is an error only where it is seen.
#[test]
fn words_behind_empty_ones_are_seen_where_haproxy_sees_them() {
    let mut compared = 0;
    let about = |case: &Case| case.name.starts_with("server options") && !case.name.contains("at the end");
    for case in cases().iter().filter(|case| about(case)) {
        let config = case.read();
        let server = config.reading.statements.iter().find(|line| line.is("server"));
        // 2.2 knows neither defaults nor splitting, and refuses the line.
        let Some(server) = server else { continue };
        let is_read = server.words.iter().any(|word| word.is("bogus"));
        let is_refused = case.recorded("errors", |message| message.contains("marks the end")).is_some();
        let is_seen = case.answer["ok"] == false && !is_refused;
        assert_eq!(is_read, is_seen, "{} ({})", case.name, case.version);
        compared += usize::from(is_read);
    }
    assert!(compared >= 20, "{compared}");
}

/// `haproxy -dC` prints the words of each line: quotes, escapes and variables are those of the real lexer.
#[test]
fn words_are_those_that_haproxy_prints() {
    let (mut wrong, mut compared) = (Vec::new(), 0);
    for case in cases() {
        let Some(recorded) = case.answer["words"].as_array() else { continue };
        if !case.answer["errors"].as_array().is_some_and(Vec::is_empty) {
            continue;
        }
        let recorded: Vec<_> = recorded.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        let mut printed = String::new();
        for file in &case.files {
            let source = case.sources.get(*file);
            for (_, words) in syntax::words_of_lines(*file, source, &case.target, &case.environment) {
                let words = words.iter().map(|w| w.value.iter().map(|b| char::from(*b)).collect::<String>());
                printed.push_str(&words.collect::<Vec<_>>().join(" "));
                printed.push('\n');
            }
        }
        let here: Vec<_> = printed
            .split('\n')
            .map(|line| line.trim_matches([' ', '\t']).replace("$.FILE", "h.cfg"))
            .filter(|line| !line.is_empty())
            .collect();
        compared += 1;
        if here != recorded {
            let (name, version) = (&case.name, &case.version);
            wrong.push(format!("{name} ({version})\n  HAProxy: {recorded:?}\n  here:    {here:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {compared} differ\n{}", wrong.len(), wrong.join("\n"));
    assert!(compared > 500, "{compared}");
}

/// What a template engine fills in is not known, and what it directs is not there.
#[test]
fn templates_keep_their_lines() {
    let text =
        "frontend f\n{% for x in y %}\n bind {{ x }}:443 ssl crt \"${{{ name }}}\"\n{% endfor %}\n{{ more }}";
    let (target, given) = (Target::assumed(), Environment::of([("A", "a")]));
    for end in 0..=text.len() {
        let mut sources = Sources::default();
        let file = sources.add(Source::new("haproxy.cfg.j2", text.as_bytes()[..end].to_vec()));
        let reading = syntax::read(&[file], &sources, &target, &given);
        assert_eq!(reading.templates, [file]);
        if let Some(bind) = reading.statements.iter().find(|line| line.is("bind") && line.words.len() == 5) {
            let opaque: Vec<_> = bind.words.iter().map(|word| word.opaque).collect();
            assert_eq!((bind.line, opaque), (3, vec![false, true, false, false, true]));
            let more =
                reading.statements.iter().filter(|line| line.line > 3).all(|line| line.words[0].opaque);
            assert!(more || end < text.len());
        }
    }
}

/// Every span lies in its file, whatever the bytes: each prefix of each snippet.
#[test]
fn every_prefix_of_every_snippet_is_read() {
    let target = Target::parse("haproxy=3.2").expect("a target");
    for case in cases().iter().filter(|case| case.version.starts_with("3.2")) {
        let whole = &case.sources.get(case.files[0]).bytes;
        let step = (whole.len() / 64).max(1);
        for end in (0..=whole.len()).step_by(step) {
            let mut sources = Sources::default();
            let file = sources.add(Source::new("h.cfg", whole[..end].to_vec()));
            let reading = syntax::read(&[file], &sources, &target, &Environment::unknown());
            let config = Config::of(reading, target.haproxy);
            let words = config.reading.statements.iter().flat_map(|line| line.words.iter().map(|w| w.span));
            let errors = config.reading.errors.iter().map(|e| e.span);
            let errors = errors.chain(config.errors.iter().map(|e| e.span));
            for span in words.chain(errors) {
                assert!(span.start <= span.end && span.end as usize <= end, "{} {end} {span:?}", case.name);
            }
        }
    }
}
