//! What a finding looks like, hostile inputs included.

use super::{Appearance, text};
use crate::finding::{Finding, Label, Severity};
use crate::rules::Rule;
use crate::source::{FileId, Source, Sources, Span};

static RULE: Rule =
    Rule { name: "some-rule", severity: Severity::Warning, pedantic: false, check: |_, _| {}, page: "" };

struct Case {
    sources: Sources,
}

impl Case {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let mut sources = Sources::default();
        for (name, bytes) in files {
            sources.add(Source::new(*name, bytes.to_vec()));
        }
        Case { sources }
    }

    fn render(&self, primary: (u32, usize, usize), others: &[(u32, usize, usize)]) -> String {
        let label = |(file, start, end): (u32, usize, usize), message: &str| Label {
            span: Span::new(FileId(file), start..end),
            message: message.to_owned(),
        };
        let finding = Finding {
            rule: &RULE,
            severity: Severity::Warning,
            message: "something is wrong".to_owned(),
            primary: label(primary, "this"),
            labels: others.iter().map(|at| label(*at, "that")).collect(),
            help: Some("write this instead:\nssl_protocols TLSv1.2 TLSv1.3;".to_owned()),
            symptom: Some("ERR_SSL_PROTOCOL_ERROR".into()),
            fix: None,
            fatal: false,
            pedantic: false,
            suppressed: None,
        };
        text::finding(&self.sources, &finding, Appearance::default())
    }
}

#[test]
fn labels_in_several_files_stand_under_their_own_lines() {
    let main = b"events {}\nhttp {\n    ssl_protocols TLSv1;\n    include a.conf;\n}\n";
    let part = b"server {\n    listen 443 ssl;\n}\n";
    let case = Case::new(&[("nginx.conf", main), ("a.conf", part)]);
    insta::assert_snapshot!(case.render((0, 21, 41), &[(1, 0, 8), (1, 13, 28)]));
}

#[test]
fn distant_labels_do_not_merge() {
    let text: String = (1..=1000).map(|n| format!("line {n:04};\n")).collect();
    let case = Case::new(&[("x", text.as_bytes())]);
    let shown =
        case.render((0, 11 * 99, 11 * 99 + 4), &[(0, 11 * 198, 11 * 198 + 4), (0, 11 * 200, 11 * 200 + 4)]);
    assert!(shown.contains("[x:100:1]") && shown.contains("[x:199:1]"), "{shown}");
    assert!(shown.contains("line 0101;") && !shown.contains("line 0150;"), "{shown}");
    assert_eq!(shown.matches("line ").count(), 3 + 5, "{shown}");
}

#[test]
fn a_label_far_out_in_a_line_is_shown_in_a_window() {
    let mut text = "é".repeat(100_000);
    text.push_str(" here ");
    text.push_str(&"x".repeat(100_000));
    let case = Case::new(&[("x", text.as_bytes())]);
    let shown = case.render((0, 200_001, 200_005), &[(0, 0, 2)]);
    assert!(shown.contains("[x:1:100002]"), "{shown}");
    assert!(shown.contains("[x:1:1]"), "{shown}");
    assert!(shown.len() < 3_000, "{}", shown.len());
    let line = shown.lines().find(|line| line.contains(" here ")).unwrap();
    let under = shown.lines().skip_while(|l| !l.contains(" here ")).nth(1).unwrap();
    let column = |line: &str, what: char| line.chars().position(|c| c == what);
    assert_eq!(column(line, 'h'), column(under, '─'), "{shown}");
}

#[test]
fn nothing_acts_on_the_terminal() {
    let case = Case::new(&[("x\u{1b}]0;\u{7}", "a \u{1b}[31m\r\u{202e} b\u{0}\n".as_bytes())]);
    let shown = case.render((0, 0, 1), &[(0, 11, 12)]);
    assert!(shown.chars().all(|c| c == '\n' || !c.is_control() && c != '\u{202e}'), "{shown:?}");
}

#[test]
fn labels_at_the_end_of_a_file_are_seen() {
    for bytes in [&b""[..], b"a", b"a\n", b"a\r\n", b"\n\n", b"\xff\xfe"] {
        let case = Case::new(&[("x", bytes)]);
        let shown = case.render((0, bytes.len(), bytes.len()), &[]);
        assert!(shown.contains("this"), "{bytes:?}\n{shown}");
        let shown = case.render((0, bytes.len() + 9, bytes.len() + 12), &[]);
        assert!(shown.contains("this"), "{bytes:?}\n{shown}");
    }
}

#[test]
fn any_label_on_any_bytes_is_drawn() {
    let bytes = "a\té\u{1f980}\r\nb;\n\n\u{202e}\u{0}c\u{301}d\nxyz".as_bytes();
    let case = Case::new(&[("x", bytes)]);
    for start in 0..=bytes.len() {
        for end in start..=bytes.len() {
            let shown = case.render((0, start, end), &[(0, end, bytes.len()), (0, 0, start)]);
            assert!(shown.contains("this") && !shown.contains("Failed to read"), "{start}..{end}\n{shown}");
        }
    }
}

#[test]
fn without_unicode_and_with_colour() {
    let case = Case::new(&[("x", b"abc def\n")]);
    let label = Label { span: Span::new(FileId(0), 4..7), message: "why".to_owned() };
    let finding = Finding {
        rule: &RULE,
        severity: Severity::Error,
        message: "m".to_owned(),
        primary: label,
        labels: Vec::new(),
        help: None,
        symptom: None,
        fix: None,
        fatal: false,
        pedantic: false,
        suppressed: None,
    };
    let plain = Appearance { unicode: false, ..Appearance::default() };
    assert!(text::finding(&case.sources, &finding, plain).is_ascii());
    let colour = Appearance { color: true, ..Appearance::default() };
    assert!(text::finding(&case.sources, &finding, colour).contains("\u{1b}["));
}
