//! What nginx 1.22.1 refuses, and on which line, against what tlslint says of the same files:
//! syntax, unknown directives, placement, argument counts, duplicates and values.

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::PathBuf;
use tlslint::analysis::{Analysis, Options};
use tlslint::clock::Timestamp;
use tlslint::platforms::nginx::syntax::{self, Directive};
use tlslint::source::{FileId, Source, Span};
use tlslint::target::Target;

/// 2026-11-21T00:00:00Z: tests do not depend on the day on which they run.
const PRESENT: Timestamp = Timestamp(1_795_219_200);

const SNIPPETS: &str = "testdata/nginx/syntax/snippets.jsonl";

/// The bytes of a text, or of a list of texts and `[text, count]` pairs.
fn bytes(content: &Value, latin1: bool) -> Vec<u8> {
    let encode = |text: &str| match latin1 {
        true => text.chars().map(|c| c as u8).collect(),
        false => text.as_bytes().to_vec(),
    };
    let pair = |part: &Value| match part {
        Value::Array(pair) => {
            encode(pair[0].as_str().unwrap_or_default()).repeat(pair[1].as_u64().unwrap_or_default() as usize)
        }
        part => encode(part.as_str().unwrap_or_default()),
    };
    match content {
        Value::Array(parts) => parts.iter().flat_map(pair).collect(),
        text => encode(text.as_str().unwrap_or_default()),
    }
}

/// Where each statement ends, which is the line that nginx names; by the statement's bytes.
fn statements(source: &Source) -> Vec<(Span, usize)> {
    fn walk(source: &Source, directives: &[Directive], found: &mut Vec<(Span, usize)>) {
        for directive in directives {
            let last = directive.span.end.saturating_sub(1);
            found.push((directive.span, source.position(last).line));
            walk(source, directive.children(), found);
        }
    }
    let mut found = Vec::new();
    walk(source, &syntax::parse(FileId(0), source).directives, &mut found);
    found
}

/// What tlslint says that nginx stops at first: the lines between which nginx notices it, and why.
/// A name that no module at hand has stops a stock nginx too.
fn first_refusal(analysis: &Analysis) -> Option<(usize, usize, String)> {
    let (_, source) = analysis.files.sources.iter().next()?;
    let ends = statements(source);
    let place = |span: Span, message: &str| {
        let line = source.position(span.start).line;
        let within = ends.iter().filter(|(s, _)| s.start <= span.start && span.start < s.end);
        let end = within.map(|(_, end)| *end).min().unwrap_or(line);
        // Where a `;` is missing, nginx notices at some later word.
        let open = message.starts_with("`;` is missing") || message.contains("not closed");
        (line, if open { source.line_count() } else { end }, message.to_owned())
    };
    let findings = analysis.findings(true, |_| true);
    let fatal = findings.iter().filter(|f| f.fatal).map(|f| place(f.primary.span, &f.message));
    let unknown = analysis.unknowns();
    let unknown = unknown.iter().filter(|u| u.why.contains("another module"));
    fatal
        .chain(unknown.map(|u| place(u.span, &format!("unknown directive `{}`", u.what))))
        .min_by_key(|p| (p.1, p.0))
}

/// Why a difference is right, by a part of the snippet's name or text; each is still a difference.
const EXPECTED: &[(&str, &str)] = &[
    ("{{", "read as a template"),
    ("{%", "read as a template"),
    ("<%", "read as a template"),
    ("---\n", "read as a template with front matter"),
    ("lua block without the module", "the module is known, whether it is there is not"),
    ("stream {}", "the module is known, whether it is there is not"),
    ("mail {}", "the module is known, whether it is there is not"),
    ("listen 127.0.0.1:8098 bogus\n", "nginx names the line on which the statement ends"),
    ("\u{feff}", "the byte order mark is pointed at, not the word that it begins"),
];

#[test]
fn refusals_are_those_of_nginx() {
    let text = std::fs::read_to_string(SNIPPETS).expect(SNIPPETS);
    let (mut wrong, mut missed, mut agree) = (Vec::new(), 0, BTreeMap::<String, usize>::new());
    for line in text.lines() {
        let record: Value = serde_json::from_str(line).expect(line);
        let text = |key: &str| record[key].as_str().unwrap_or_default().to_owned();
        // Several files are the parser's business; what only the running system decides is `other`.
        if !record["files"].is_null() || text("cause") == "other" {
            continue;
        }
        let config = bytes(&record["config"], record["encoding"] == "latin-1");
        let analysis = Analysis::of(Options {
            stdin: Some((PathBuf::from("nginx.conf"), config.clone())),
            ..Options::new(
                Target::parse("nginx=1.22.1,openssl=3.0.22,seclevel=2").expect("a target"),
                PRESENT,
            )
        });
        let ours = first_refusal(&analysis);
        let theirs =
            (text("verdict") == "rejected").then(|| record["line"].as_u64().unwrap_or_default() as usize);
        let fits = match (theirs, &ours, text("cause").as_str()) {
            (None, ours, _) => ours.is_none(),
            (Some(_), Some(_), "syntax") => true,
            (Some(line), Some((from, to, _)), _) => (*from..=*to).contains(&line),
            // What a value may be is followed for TLS only, and a twice-defined name not at all.
            (Some(_), None, "value" | "duplicate" | "body") => {
                missed += 1;
                continue;
            }
            (Some(_), None, _) => false,
        };
        let name = format!("{}{}", text("name"), String::from_utf8_lossy(&config));
        if fits {
            *agree.entry(text("cause")).or_default() += 1;
        } else if !EXPECTED.iter().any(|(part, _)| name.contains(part)) {
            wrong.push(format!(
                "{} [{}]: nginx {theirs:?} {}; tlslint {ours:?}\n    {:?}",
                text("name"),
                text("cause"),
                text("message"),
                text("config")
            ));
        }
    }
    println!("agree: {agree:?}; beyond what is predicted: {missed}");
    assert!(wrong.is_empty(), "{} differ, {agree:?} agree\n{}", wrong.len(), wrong.join("\n"));
    assert!(agree.values().sum::<usize>() > 1_050, "{agree:?}");
}
