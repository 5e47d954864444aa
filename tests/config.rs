//! The configuration file as the outside world meets it: `testdata/config` holds small trees with one, and
//! faults are told as people see them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// 2026-11-21: tests do not depend on the day on which they run.
const NOW: [&str; 2] = ["--now", "2026-11-21T00:00:00Z"];

struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

fn run(directory: &Path, args: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tlslint"));
    let command = command.args(args).current_dir(directory).env_clear().stdin(Stdio::null());
    let output = command.output().expect("it runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Run { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

fn tree(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/config").join(name)
}

/// What `check` finds: the place and the rule with its severity, one a line.
fn check(directory: &Path, args: &[&str]) -> String {
    let run = run(directory, &[&["check", "--format", "concise", "--quiet"], &NOW[..], args].concat());
    let lines = run.out.lines().map(|line| line.split_once("] ").map_or(line, |(place, _)| place));
    lines.map(|line| format!("{line}]\n")).collect()
}

fn check_only(directory: &Path, rule: &str, args: &[&str]) -> String {
    check(directory, &[&["--only", rule], args].concat())
}

/// A tree of the test's own.
fn own_tree(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("config-{name}"));
    let _ = fs::remove_dir_all(&root);
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    root
}

/// Old enough to negotiate TLS 1.0.
const OLD: &str = "target = \"nginx=1.18.0,openssl=1.1.1,seclevel=1\"\n";
const WEAK: &str =
    "events {}\nhttp {\n    server {\n        listen 443 ssl;\n        ssl_protocols TLSv1 TLSv1.2;
        ssl_certificate /etc/ssl/a.pem;\n        ssl_certificate_key /etc/ssl/a.key;\n    }\n}\n";

#[test]
fn every_key_has_its_effect() {
    let service = tree("service");
    // The target, whose library still speaks TLS 1.0, the severities, the map, the days, the main file, what is
    // left out and what is ignored: without the file, all of it is otherwise.
    assert_eq!(
        check(&service, &[]),
        "conf.d/shop.conf:4:21: error[certificate-expiring]
lab/nginx.conf:6:13: warning[upstream-sni-missing]
lab/nginx.conf:6:13: warning[upstream-weak-protocol]
lb.main:3:5: warning[missing-tls13]
lb.main:3:5: note[weak-protocol]
"
    );
    assert_eq!(
        check(&service, &["--no-config"]),
        "conf.d/shop.conf:6:5: warning[short-hsts]
lab/nginx.conf:6:13: warning[upstream-sni-missing]
lab/nginx.conf:6:13: error[upstream-unverified]
vendor/nginx.conf:4:9: warning[implicit-protocols]
"
    );
}

#[test]
fn a_part_has_its_meaning_from_the_main_file_that_is_named() {
    let service = tree("service");
    let show = run(&service, &["show", "conf.d/shop.conf", "--format", "json"]).out;
    let show: serde_json::Value = serde_json::from_str(&show).expect("JSON");
    let protocols = &show["listeners"][0]["servers"][0]["protocols"];
    assert_eq!(protocols.to_string(), "[\"TLSv1.0\",\"TLSv1.2\"]");
    assert_eq!(check_only(&service, "weak-protocol", &["lb.main"]), "lb.main:3:5: note[weak-protocol]\n");
}

#[test]
fn days_before_the_end_are_settable() {
    let expiring = "certificate-expiring";
    let pem = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/pki/faults/expiring.pem");
    let pem = fs::read_to_string(pem).expect("it is there");
    let days = |days: &str| {
        let text = format!("[rules.certificate-expiring]\ndays = {days}\n");
        let tree = own_tree(&format!("days-{days}"), &[("tlslint.toml", &text), ("soon.pem", &pem)]);
        check_only(&tree, expiring, &["soon.pem"])
    };
    // Eighteen days are left.
    assert_eq!(days("18"), "");
    assert_eq!(days("19"), "soon.pem:1:1: warning[certificate-expiring]\n");
    assert_eq!(days("60"), "soon.pem:1:1: warning[certificate-expiring]\n");
}

#[test]
fn roots_of_ones_own_are_trusted() {
    let trust = tree("trust");
    let maps: Vec<String> = [
        ("/etc/tls", "../../pki/chains"),
        ("/etc/ssl/certs/ca-certificates.crt", "../../pki/chains/root2.root.pem"),
    ]
    .map(|(from, to)| format!("--map={from}={to}"))
    .into();
    let without = ["--no-config", &maps[0], &maps[1]];
    for (rule, place) in [("chain-incomplete", "6:25"), ("upstream-untrusted-backend", "14:43")] {
        assert_eq!(check_only(&trust, rule, &[]), "", "{rule}");
        let said = check_only(&trust, rule, &without);
        assert_eq!(said, format!("nginx.conf:{place}: error[{rule}]\n"));
    }
}

#[test]
fn the_nearest_file_counts_for_each_input() {
    let several = tree("several");
    let both = "one/nginx.conf:6:9: warning[weak-protocol]\ntwo/nginx.conf:6:9: error[weak-protocol]\n";
    assert_eq!(check_only(&several, "weak-protocol", &["one", "two"]), both);
    assert_eq!(check_only(&several, "weak-protocol", &["two/nginx.conf", "one/nginx.conf"]), both);
    // A directory below another is linted with its own file, and once.
    assert_eq!(check_only(&several, "weak-protocol", &[".", "one", "two"]), both);
    // Both name the same key: that one has read it must not keep the other from reading it.
    assert_eq!(check_only(&several, "key-mismatch", &["one", "two"]), "");
    let json = run(&several, &["check", "one", "two", "--format", "json"]).out;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((&json["summary"]["files"], &json["target"]), (&2.into(), &serde_json::Value::Null));
    let show = run(&several, &["show", "one", "two", "--format", "json"]).out;
    let show: serde_json::Value = serde_json::from_str(&show).expect("JSON");
    assert_eq!(show["listeners"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_file_that_does_not_count_is_told_of() {
    let run = run(&tree("several"), &["check", "--only", "weak-protocol"]);
    assert!(run.err.contains("tlslint: one/tlslint.toml is not read: "), "{}", run.err);
    assert!(run.err.contains("tlslint: two/.tlslint.toml is not read: "), "{}", run.err);
}

#[test]
fn the_file_is_found_upward_and_the_one_without_a_dot_first() {
    let allow = "[rules]\nweak-protocol = \"allow\"\n";
    let files = [
        ("tlslint.toml", OLD),
        ("a/b/nginx.conf", WEAK),
        ("c/tlslint.toml", allow),
        ("c/d/nginx.conf", WEAK),
        ("e/tlslint.toml", OLD),
        ("e/.tlslint.toml", allow),
        ("e/nginx.conf", WEAK),
    ];
    let tree = own_tree("upward", &files);
    let found = "nginx.conf:5:9: error[weak-protocol]\n";
    assert_eq!(check_only(&tree.join("a/b"), "weak-protocol", &[]), found);
    assert_eq!(check_only(&tree, "weak-protocol", &["a"]), format!("a/b/{found}"));
    assert_eq!(check_only(&tree.join("a"), "weak-protocol", &["b/nginx.conf"]), format!("b/{found}"));
    assert_eq!(check_only(&tree.join("e"), "weak-protocol", &[]), found);
    let both = run(&tree.join("e"), &["check"]);
    assert!(both.err.contains(".tlslint.toml is not read, for tlslint.toml lies beside it"), "{}", both.err);
    // Of `c`, whose file is nearer, nothing of the file above counts.
    assert_eq!(check(&tree.join("c"), &["d"]).matches("weak-protocol").count(), 0);
    assert!(run(&tree.join("c/d"), &["config"]).out.starts_with("# configuration file: ../tlslint.toml\n"));
    // Standard input goes by its name.
    let args =
        ["check", "--only", "weak-protocol", "--format", "concise", "--stdin-filename", "a/x.conf", "-"];
    let mut child = Command::new(env!("CARGO_BIN_EXE_tlslint"));
    let child = child.args(args).current_dir(&tree).env_clear();
    let child = child.stdin(fs::File::open(tree.join("a/b/nginx.conf")).expect("it is there"));
    let out = child.output().expect("it runs").stdout;
    assert!(String::from_utf8_lossy(&out).starts_with("a/x.conf:5:9: error[weak-protocol]"));
}

#[test]
fn the_command_line_wins() {
    let text = format!(
        "{OLD}profile = \"old\"\nroot = \"here\"\n[map]\n\"/etc/ssl\" = \"a\"\n[rules]\nweak-protocol = \"note\"\nmissing-tls13 = \"allow\"\n"
    );
    let files = [("tlslint.toml", &*text), ("nginx.conf", WEAK), ("here/x", ""), ("a/x", ""), ("b/x", "")];
    let tree = own_tree("wins", &files);
    assert_eq!(check_only(&tree, "weak-protocol", &[]), "");
    let modern = ["--profile", "modern"];
    let weak = |severity: &str| format!("nginx.conf:5:9: {severity}[weak-protocol]\n");
    assert_eq!(check_only(&tree, "weak-protocol", &modern), weak("note"));
    assert_eq!(
        check_only(&tree, "weak-protocol", &["--profile=modern", "--warn=weak-protocol"]),
        weak("warning")
    );
    assert_eq!(check_only(&tree, "weak-protocol", &["--profile=modern", "--target=debian-13"]), "");
    // What is asked for by name is run, whatever the file allows.
    assert_eq!(check_only(&tree, "missing-tls13", &[]), "nginx.conf:5:9: warning[missing-tls13]\n");
    assert!(!check(&tree, &[]).contains("missing-tls13"));
    let config = run(&tree, &["config", "--map", "/etc/ssl=b", "--root", "a", "--allow", "weak-protocol"]);
    for line in [
        "target = \"nginx=1.18.0,openssl=1.1.1,seclevel=1\" # tlslint.toml:1",
        "root = \"a\"                               # command line",
        "map.\"/etc/ssl\" = \"b\"                     # command line",
        "rules.weak-protocol.level = \"allow\"      # command line",
        "rules.missing-tls13.level = \"allow\"      # tlslint.toml:8",
    ] {
        assert!(config.out.lines().any(|l| l == line), "{line}\n{}", config.out);
    }
    let ciphers =
        |args: &[&str]| run(&tree, &[&["ciphers", "--format", "json", "AES128-SHA"], args].concat()).out;
    assert!(ciphers(&[]).contains("1.1.1"), "{}", ciphers(&[]));
    assert!(ciphers(&["--target", "openssl=3.0.2"]).contains("3.0.2"));
    assert!(!ciphers(&["--no-config"]).contains("1.1.1"));
}

#[test]
fn what_is_ignored_stays_in_the_json_with_its_reason() {
    let service = tree("service");
    let json = run(&service, &[&["check", "lab", "--format", "json"], &NOW[..]].concat());
    let document: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    let findings = document["findings"].as_array().expect("findings");
    let ignored: Vec<_> = findings.iter().filter(|f| f["suppressed"] == true).collect();
    assert_eq!(ignored.len(), 1, "{}", json.out);
    assert_eq!(ignored[0]["rule"], "upstream-unverified");
    assert_eq!(ignored[0]["justification"], "loopback only");
    assert_eq!((&document["summary"]["error"], &document["summary"]["suppressed"]), (&0.into(), &1.into()));
    // It is no reason to fail, and the numbers tell of it.
    let text = run(&service, &["check", "lab", "--only", "upstream-unverified"]);
    assert_eq!(text.code, Some(0), "{}", text.out);
    assert!(text.out.contains("(nothing found, 1 ignored)"), "{}", text.out);
}

#[test]
fn what_is_excluded_is_read_where_it_is_named() {
    let service = tree("service");
    let named = check_only(&service, "certificate-missing", &["vendor/nginx.conf"]);
    assert_eq!(named, "vendor/nginx.conf:5:25: error[certificate-missing]\n");
    let folder = run(&service, &["check", "vendor"]);
    assert_eq!(folder.code, Some(2));
    assert!(folder.err.contains("`exclude` leaves out 1"), "{}", folder.err);
}

#[test]
fn a_file_is_named_or_none_is_read() {
    let files = [
        ("nginx.conf", WEAK),
        ("conf/lint.toml", OLD),
        ("tlslint.toml", "[rules]\nweak-protocol = \"allow\"\n"),
    ];
    let tree = own_tree("named", &files);
    let weak = "nginx.conf:5:9: error[weak-protocol]\n";
    assert_eq!(check_only(&tree, "weak-protocol", &["--config", "conf/lint.toml"]), weak);
    assert_eq!(check_only(&tree, "weak-protocol", &["--no-config"]), "");
    let absent = run(&tree, &["check", "--config", "absent.toml"]);
    assert_eq!((absent.code, &*absent.err), (Some(2), "tlslint: absent.toml: no such file\n"));
    assert_eq!(run(&tree, &["check", "--config", "conf/lint.toml", "--no-config"]).code, Some(2));
}

/// Each is wrong in one place.
const WRONG: [&str; 22] = [
    "exlude = []",
    "target = 3",
    "target = \"debian-21\"",
    "profile = \"intermediat\"",
    "profile = \"./absent.toml\"",
    "root = \"absent\"",
    "exclude = [\"a\", \"../x\"]",
    "[map]\netc = \"a\"",
    "[entry]\nhaproxy = []",
    "[entry]\nnginx = [\"absent.conf\"]",
    "[rules]\nweak-protocl = \"error\"",
    "[rules]\nweak-protocol = \"warn\"",
    "[rules]\nweak-protocol = 3",
    "[rules]\nsyntax-error = \"allow\"",
    "[rules.certificate-expiring]\nday = 3",
    "[rules.certificate-expiring]\ndays = \"x\"",
    "[rules.weak-protocol]\ndays = 3",
    "[trust]\nroots = [\"a.pem\", \"absent.pem\"]",
    "[trust]\nroots = [\"nginx.conf\"]",
    "[[ignore]]\npath = \"x\"",
    "[[ignore]]\nrule = \"weak-protocol\"\npaths = [\"x\"]",
    "[map",
];

#[test]
fn what_is_wrong_is_shown_where_it_stands() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/pki/chains/root.root.pem");
    let root = fs::read_to_string(root).expect("it is there");
    let mut all = String::new();
    for wrong in WRONG {
        let files = [("tlslint.toml", wrong), ("nginx.conf", WEAK), ("a.pem", &root)];
        let tree = own_tree("wrong", &files);
        let run = run(&tree, &["check"]);
        assert_eq!((run.code, &*run.out), (Some(2), ""), "{wrong}: {}", run.err);
        all.push_str(&format!(
            "{}\n",
            run.err.replace("tlslint: tlslint.toml: cannot be used as a configuration\n", "")
        ));
    }
    // Which targets and profiles there are is no matter here.
    insta::with_settings!({ filters => vec![(r"(?s)There are \w.*?\n\n", "There are …\n\n")] }, {
        insta::assert_snapshot!("wrong", all);
    });
}

/// The range of the content of the first fence of a kind.
fn fence(page: &str, info: &str) -> std::ops::Range<usize> {
    let begin = page.find(&format!("\n```{info}\n")).expect("a fence") + info.len() + 5;
    begin..begin + page[begin..].find("```").expect("the fence ends")
}

#[test]
fn the_readme_s_example_can_be_read() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let page = fs::read_to_string(page).expect("the page is there");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/pki/chains/root.root.pem");
    let root = fs::read_to_string(root).expect("it is there");
    let files = [("tlslint.toml", &page[fence(&page, "toml")]), ("pki/company-root.pem", &root)];
    let run = run(&own_tree("readme", &files), &["config"]);
    assert_eq!((run.code, &*run.err), (Some(0), ""));
}

/// The documentation's example: a file, and what `tlslint config` prints about it.
#[test]
fn the_documentation_prints_what_the_tool_prints() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/configuration.md");
    let page = fs::read_to_string(&path).expect("the page is there");
    let fence = |info: &str| fence(&page, info);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/pki/chains/root.root.pem");
    let root = fs::read_to_string(root).expect("it is there");
    let files = [
        ("tlslint.toml", &page[fence("toml")]),
        ("conf/lb.main", WEAK),
        ("certs/x", ""),
        ("rootfs/x", ""),
        ("pki/company-root.pem", &root),
    ];
    let tree = own_tree("docs", &files);
    let run = run(&tree, &["config", "conf", "--target", "debian-13"]);
    assert_eq!(run.err, "");
    // What is printed can be read again and says the same.
    fs::write(tree.join("again.toml"), &run.out).expect("a file");
    let again = self::run(&tree, &["config", "--config", "again.toml"]);
    let values = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        lines.map(|line| line.split(" # ").next().unwrap_or_default().trim().to_owned()).collect()
    };
    assert_eq!(values(&again.out), values(&run.out), "{}", again.err);
    let mut rewritten = page.clone();
    rewritten.replace_range(fence("text"), &run.out);
    if std::env::var_os("UPDATE_PAGES").is_some() {
        fs::write(&path, rewritten).expect("the page can be written");
    } else {
        assert_eq!(page, rewritten, "run with UPDATE_PAGES=1");
    }
}
