//! What the parser reads against what nginx 1.22.1 said when it was asked about the same bytes.

use serde_json::Value;
use tlslint::platforms::nginx::syntax::{Body, Directive, SyntaxErrorKind, Tree, parse, parse_entries};
use tlslint::source::{FileId, Source, Span};

const SNIPPETS: &str = "testdata/nginx/syntax/snippets.jsonl";

/// A snippet and what nginx answered.
struct Snippet {
    name: String,
    cause: String,
    message: String,
    /// The file nginx complained about, or the main file.
    source: Source,
    line: Option<usize>,
    entries: bool,
}

fn snippets() -> Vec<Snippet> {
    let text = std::fs::read_to_string(SNIPPETS).expect(SNIPPETS);
    text.lines().map(|line| snippet(&serde_json::from_str(line).expect(line))).collect()
}

fn snippet(record: &Value) -> Snippet {
    let text = |key: &str| record[key].as_str().unwrap_or_default().to_owned();
    let file = record["file"].as_str().unwrap_or("nginx.conf");
    let content = if file == "nginx.conf" { &record["config"] } else { &record["files"][file] };
    Snippet {
        name: text("name"),
        cause: text("cause"),
        message: text("message"),
        source: Source::new(file, bytes(content, record["encoding"] == "latin-1")),
        line: record["line"].as_u64().map(|line| line as usize),
        entries: text("name").starts_with("included in map") && file != "nginx.conf",
    }
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

fn tree(snippet: &Snippet) -> Tree<'_> {
    let parse = if snippet.entries { parse_entries } else { parse };
    parse(FileId(0), &snippet.source)
}

/// Every directive of a tree, outer ones first.
fn walk<'t, 's>(directives: &'t [Directive<'s>], found: &mut Vec<&'t Directive<'s>>) {
    for directive in directives {
        found.push(directive);
        walk(directive.children(), found);
    }
}

#[test]
fn syntax_errors_are_those_of_nginx() {
    let mut wrong = Vec::new();
    for snippet in snippets() {
        let tree = tree(&snippet);
        let first = tree.errors.first().map(|e| (e.to_string(), Some(e.nginx_line(&snippet.source))));
        let recorded = Some((snippet.message.clone(), snippet.line));
        let fits = match snippet.cause.as_str() {
            _ if tree.template => true, // nginx reads the tags of the template engine as its own language
            "accepted" => first.is_none(),
            "syntax" => first == recorded,
            // nginx got as far as this line without an error of syntax. Where a `;` is missing, we may
            // have seen so by other means, and then say what nginx says.
            _ => tree.errors.first().is_none_or(|error| {
                let line = Some(error.nginx_line(&snippet.source));
                let guess = !matches!(snippet.cause.as_str(), "placement" | "unknown directive");
                line > snippet.line
                    || line == snippet.line && (first == recorded || !(guess && is_semantic(&error.kind)))
            }),
        };
        if !fits {
            wrong.push(format!("{}\n  nginx: {recorded:?}\n  here:  {first:?}", snippet.name));
        }
    }
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
}

/// Whether nginx would say this while it runs a directive, not while it reads one.
fn is_semantic(kind: &SyntaxErrorKind) -> bool {
    use SyntaxErrorKind::{InvalidParameter, InvalidValue, NotTerminated, TooManyArguments};
    matches!(kind, NotTerminated(_) | TooManyArguments(_) | InvalidValue(_) | InvalidParameter(_))
}

/// nginx names the directive it objects to, and stands at its `;` or `{`: both show how it cut the file.
#[test]
fn words_have_the_values_nginx_prints() {
    let mut wrong = Vec::new();
    let mut compared = 0;
    for snippet in snippets() {
        let quoted = |before: &str, after: &str| {
            Some(snippet.message.strip_prefix(before)?.strip_suffix(after)?.to_owned())
        };
        let name = quoted("unknown directive \"", "\"")
            .or(quoted("invalid number of arguments in \"", "\" directive"))
            .or(quoted("\"", "\" directive is not allowed here"))
            .or(quoted("\"", "\" directive is duplicate"));
        let flag = quoted("invalid value \"", "\" in \"daemon\" directive, it must be \"on\" or \"off\"");
        let Some(wanted) = name.clone().or(flag) else { continue };
        let tree = tree(&snippet);
        if tree.template || !tree.errors.is_empty() {
            continue;
        }
        compared += 1;
        let mut all = Vec::new();
        walk(&tree.directives, &mut all);
        let found = all.iter().any(|directive| {
            let word = if name.is_some() { Some(&directive.name) } else { directive.args.first() };
            let ends = snippet.source.position(directive.span.end.saturating_sub(1)).line;
            word.is_some_and(|word| {
                let printed = word.value.split(|b| *b == 0).next().unwrap_or_default();
                String::from_utf8_lossy(printed) == wanted && Some(ends) == snippet.line
            })
        });
        if !found {
            wrong.push(format!("{}: {} line {:?}", snippet.name, snippet.message, snippet.line));
        }
    }
    assert!(compared > 200, "only {compared}");
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
}

/// Every span lies in the file and in its parent, and every slice is what its span says.
fn check(source: &Source, tree: &Tree<'_>) {
    let length = source.bytes.len() as u32;
    let inside = |span: Span| assert!(span.start <= span.end && span.end <= length, "{span:?} of {length}");
    for error in &tree.errors {
        inside(error.span);
        assert!(!error.to_string().is_empty() && !error.help().is_empty());
        assert!(error.nginx_line(source) <= source.line_count());
    }
    for comment in &tree.comments {
        inside(comment.span);
        assert_eq!(source.slice(comment.span).first(), Some(&b'#'));
    }
    let mut all = Vec::new();
    walk(&tree.directives, &mut all);
    for directive in all {
        inside(directive.full_span());
        assert!(directive.span.start <= directive.span.end);
        for word in std::iter::once(&directive.name).chain(&directive.args) {
            inside(word.span);
            assert!(directive.span.contains(word.span), "{:?} {:?}", directive.span, word.span);
            assert_eq!(source.slice(word.span), word.raw);
            assert!(std::ptr::eq(source.slice(word.span), word.raw));
            assert!(word.value.len() <= word.raw.len());
        }
        if let Body::Lua { text, close } = directive.body {
            inside(text);
            inside(close);
        }
        for child in directive.children() {
            assert!(directive.full_span().contains(child.full_span()), "{:?}", child.name.text());
        }
    }
}

fn check_bytes(name: &str, bytes: &[u8]) {
    let source = Source::new(name, bytes.to_vec());
    check(&source, &parse(FileId(0), &source));
}

#[test]
fn no_snippet_and_no_mutation_of_one_breaks_the_parser() {
    let bytes = b";{}\"'#\\$ \n)\0\xff%x<";
    for (number, snippet) in snippets().iter().enumerate() {
        check(&snippet.source, &tree(snippet));
        check_bytes("x.j2", &snippet.source.bytes);
        let mut mutated = snippet.source.bytes.clone();
        for step in 0..16 {
            // A fixed walk over places and bytes: the same on every run.
            let Some(place) =
                mutated.len().checked_sub(1).map(|last| (number * 7919 + step * 104_729) % (last + 1))
            else {
                break;
            };
            match step % 3 {
                0 => mutated[place] = bytes[(number + step) % bytes.len()],
                1 => mutated.insert(place, bytes[(number + step) % bytes.len()]),
                _ => drop(mutated.remove(place)),
            }
            check_bytes("x.conf", &mutated);
        }
    }
}

#[test]
fn no_prefix_of_a_file_breaks_the_parser() {
    for folder in ["testdata/nginx/syntax", "testdata/broken"] {
        for entry in std::fs::read_dir(folder).expect(folder) {
            let path = entry.expect(folder).path();
            if !path.is_file() || path.extension().is_some_and(|e| e == "jsonl") {
                continue;
            }
            let name = path.display().to_string();
            let bytes = std::fs::read(&path).expect(&name);
            for end in 0..=bytes.len().min(20_000) {
                check_bytes(&name, &bytes[..end]);
            }
        }
    }
}

#[test]
fn hostile_input_takes_linear_time() {
    let inputs: &[(&[u8], usize)] = &[
        (b"a {", 60_000),
        (b"{", 200_000),
        (b"}", 200_000),
        (b"a", 200_000),
        (b"\0", 200_000),
        (b"\xff\\", 100_000),
        (b"_", 200_000),
        (b"$", 200_000),
        (b"${", 100_000),
        (b"@A", 100_000),
        (b"\"\n", 100_000),
        (b"\"\n'\n", 50_000),
        (b"\"a\\\n", 50_000),
        (b"\\\"", 100_000),
        (b"\"a\"b", 50_000),
        (b" #\n", 60_000),
        (b"{{", 100_000),
        (b"{{ x }}", 30_000),
        (b"{{ x }}\n", 26_000),
        (b"a {{ x }};\n", 18_000),
        (b"{% x", 50_000),
        (b"a<% ", 50_000),
        (b"a_by_lua_block {\\\"\\\"", 10_000),
        (b"a_by_lua_block {[[", 10_000),
        (b"a_by_lua_block {\n{\n", 10_000),
        (b"a_by_lua_block { } ", 10_000),
        (b"listen a\n", 20_000),
        (b"ssl_ciphers a\n", 14_000),
        (b"location a\n", 20_000),
        (b"location a {\n", 16_000),
        (b"location a {\n b;\n", 12_000),
        (b"a ;\n", 50_000),
        (b";a {", 50_000),
        (b"\"{{\"", 40_000),
        (b"a_by_lua_block {[[\n}\n", 8_000),
        (b"a_by_lua_block {\n{\n}\n", 8_000),
        (b"\t", 200_000),
        (b"---\n", 50_000),
    ];
    for (pattern, count) in inputs {
        for tail in [&b""[..], b"\n}"] {
            let bytes = [&pattern.repeat(*count), tail].concat();
            let begun = std::time::Instant::now();
            check_bytes("x", &bytes);
            let spent = begun.elapsed().as_secs();
            assert!(spent < 20, "{:?} took {spent} s", String::from_utf8_lossy(pattern));
        }
    }
}

/// What is read around the errors of a file: the names at the top, with those one level below, and the
/// line each error points at.
fn assert_outline(path: &str, outline: &[&str], errors: &[(usize, &str)]) {
    let source = Source::new(path, std::fs::read(path).expect(path));
    let tree = parse(FileId(0), &source);
    let line = |directive: &Directive<'_>| {
        let children: Vec<_> = directive.children().iter().map(|child| child.name.text()).collect();
        format!("{}: {}", directive.name.text(), children.join(" "))
    };
    assert_eq!(tree.directives.iter().map(line).collect::<Vec<_>>(), outline, "{path}");
    let found: Vec<_> =
        tree.errors.iter().map(|e| (source.position(e.span.start).line, e.to_string())).collect();
    let found: Vec<_> = found.iter().map(|(line, text)| (*line, text.as_str())).collect();
    assert_eq!(found, errors, "{path}");
}

#[test]
fn one_slip_does_not_hide_the_rest_of_the_file() {
    assert_outline(
        "testdata/broken/nginx_missing_brace.conf",
        &["http: server server"],
        &[(6, "unexpected end of file, expecting \"}\"")],
    );
    assert_outline(
        "testdata/broken/nginx_missing_semicolons.conf",
        &[
            "server: listen server_name ssl_certificate ssl_certificate_key ssl_protocols ssl_ciphers \
             ssl_session_timeout location add_header",
            "server: listen",
        ],
        &[
            (3, "invalid parameter \"server_name\""),
            (5, "invalid number of arguments in \"ssl_certificate\" directive"),
            (6, "invalid number of arguments in \"ssl_certificate_key\" directive"),
            (7, "invalid value \"ssl_ciphers\""),
            (9, "directive \"ssl_session_timeout\" is not terminated by \";\""),
            (13, "unexpected \"}\""),
        ],
    );
    assert_outline(
        "testdata/broken/nginx_open_quote.conf",
        &["server: listen ssl_certificate ssl_certificate_key ssl_protocols", "server: listen"],
        &[(4, "unexpected \"/\"")],
    );
    assert_outline(
        "testdata/broken/nginx_open_lua.conf",
        &["server: listen ssl_certificate_by_lua_block ssl_protocols"],
        &[(4, "unexpected end of file, expecting \"}\"")],
    );
    assert_outline(
        "testdata/broken/nginx_template.conf.j2",
        &[
            "upstream: server",
            "server: listen server_name ssl_certificate ssl_protocols ssl_protocols",
            "server: listen",
        ],
        &[],
    );
}
