//! What lies where the paths of a configuration lead, and what does not: trees made for each test.

use std::path::{Path, PathBuf};
use tlslint::analysis::{Analysis, Options};
use tlslint::clock::Timestamp;
use tlslint::files::PathMap;
use tlslint::report::{Report, concise};
use tlslint::target::Target;

/// 2026-11-21T00:00:00Z: tests do not depend on the day on which they run.
const PRESENT: Timestamp = Timestamp(1_795_219_200);

/// A folder of its own, gone with the test.
struct Tree(PathBuf);

impl Tree {
    fn new(name: &str) -> Tree {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("at-hand-{name}"));
        let _ = std::fs::remove_dir_all(&root);
        std::fs::create_dir_all(&root).expect("the folder is made");
        Tree(root.canonicalize().expect("the folder is there"))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Tree {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("it lies somewhere")).expect("the folder is made");
        std::fs::write(path, content).expect("the file is written");
        self
    }

    fn copy(&self, name: &str, from: &str) -> &Tree {
        self.write(name, std::fs::read(Path::new("testdata/pki").join(from)).expect("it is there"))
    }

    /// A server with these statements as the main file, linted.
    fn lint(&self, statements: &str) -> Analysis {
        self.lint_with(statements, PathMap::default())
    }

    fn lint_with(&self, statements: &str, paths_map: PathMap) -> Analysis {
        self.lint_for("", statements, paths_map)
    }

    fn lint_for(&self, target: &str, statements: &str, paths_map: PathMap) -> Analysis {
        let target = Target::parse(target).unwrap_or_else(|_| Target::assumed());
        let server =
            format!("http {{ server {{ listen 443 ssl; server_name www.example.com; {statements} }} }}\n");
        self.write("nginx.conf", format!("events {{}}\n{server}"));
        let paths = vec![self.path("nginx.conf")];
        Analysis::of(Options { paths, paths_map, ..Options::new(target, PRESENT) })
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// An index of Git (version 2) with these paths.
fn git_index(names: &[&str]) -> Vec<u8> {
    let mut bytes = b"DIRC\0\0\0\x02\0\0\0".to_vec();
    bytes.push(names.len().try_into().expect("a few"));
    for name in names {
        let start = bytes.len();
        bytes.extend([0; 24]);
        bytes.extend(0o100_644u32.to_be_bytes());
        bytes.extend([0; 32]);
        bytes.extend([0, name.len().try_into().expect("a short one")]);
        bytes.extend(name.as_bytes());
        bytes.extend(vec![0; 8 - (bytes.len() - start) % 8]);
    }
    bytes
}

/// The findings of one rule, without their place.
fn told(analysis: &Analysis, rule: &str) -> Vec<String> {
    let findings = analysis.findings(false, |known| known.name == rule);
    let report = Report::new(analysis, findings);
    let lines = concise::render(&report);
    lines.lines().filter_map(|line| Some(line.split_once("] ")?.1.to_owned())).collect()
}

fn unknown(analysis: &Analysis) -> Vec<String> {
    analysis.unknowns().iter().map(|fact| format!("{}: {}", fact.what, fact.why)).collect()
}

#[test]
fn what_is_not_there_is_not_included_where_the_tree_is_at_home() {
    let tree = Tree::new("include");
    std::fs::create_dir(tree.path("empty")).expect("the folder is made");
    for pattern in [
        "empty/*.conf".to_owned(),
        "missing/*.conf".to_owned(),
        format!("{}/empty/*.conf", tree.0.display()),
        format!("{}/missing/*.conf", tree.0.display()),
    ] {
        assert_eq!(unknown(&tree.lint(&format!("include {pattern};"))), [""; 0], "{pattern}");
    }
    let path = tree.path("a.conf").display().to_string();
    for written in ["a.conf", &path] {
        let missing = told(&tree.lint(&format!("include {written};")), "include-not-found");
        assert_eq!(missing, [format!("included file `{path}` cannot be read: no such file")]);
    }
}

#[test]
fn what_is_not_in_a_tree_for_another_machine_may_be_there() {
    let tree = Tree::new("include-elsewhere");
    std::fs::create_dir(tree.path("conf.d")).expect("the folder is made");
    for pattern in ["/etc/nginx/conf.d/*.conf", "/etc/nginx/sites-enabled/*", "/srv/nothing/*.conf"] {
        let why = format!("include: {pattern}: nothing matches here");
        assert_eq!(unknown(&tree.lint(&format!("include {pattern};"))), [why]);
    }
    let why = "include: /etc/nginx/a.conf is not in this tree";
    assert_eq!(unknown(&tree.lint("include /etc/nginx/a.conf;")), [why]);
}

const CERTIFICATE: &str = "ssl_certificate c.pem; ssl_certificate_key c.key;";

fn with_certificate(name: &str) -> Tree {
    let tree = Tree::new(name);
    tree.copy("c.pem", "www.fullchain.pem").copy("c.key", "www.key");
    tree
}

/// Base64 in a block of PEM, as `base64 -w64` writes it.
fn block(label: &str, base64: &str) -> String {
    let lines: Vec<&str> =
        base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap_or_default()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

#[test]
fn content_that_openssl_cannot_take_for_a_certificate_is_no_riddle() {
    let tree = with_certificate("asn1");
    let refused =
        ["`c.pem`, which `www.example.com` loads, cannot be read: a block that holds nothing of its kind"];
    // 3,000 sequences of unknown length, one in the other; and 3 MB of zeros.
    for content in ["MIAwgDCA".repeat(1000), "A".repeat(4 << 20)] {
        tree.write("c.pem", block("CERTIFICATE", &content));
        assert_eq!(told(&tree.lint(CERTIFICATE), "certificate-unreadable"), refused);
    }
    tree.copy("c.pem", "www.fullchain.pem").write("c.key", block("PRIVATE KEY", &"MIAwgDCA".repeat(1000)));
    let key = ["the private key `c.key`, which `www.example.com` loads, cannot be read"];
    assert_eq!(told(&tree.lint(CERTIFICATE), "key-missing"), key);
}

#[test]
fn behind_the_first_certificate_stand_trust_settings_or_nothing() {
    let tree = with_certificate("behind");
    let text = std::fs::read("testdata/pki/www.fullchain.pem").expect("it is there");
    let chain = pem::parse_many(text).expect("it is PEM");
    let with = |index: usize, more: &[u8]| {
        let encode = |(at, one): (usize, &pem::Pem)| {
            let more = if at == index { more } else { &[] };
            pem::encode(&pem::Pem::new("CERTIFICATE", [one.contents(), more].concat()))
        };
        tree.write("c.pem", chain.iter().enumerate().map(encode).collect::<String>());
        told(&tree.lint(CERTIFICATE), "certificate-unreadable")
    };
    let refused =
        ["`c.pem`, which `www.example.com` loads, cannot be read: bytes behind the first certificate"];
    assert_eq!(with(0, b"abc"), refused);
    assert_eq!(with(0, &[0x30, 9]), refused);
    assert_eq!(with(0, &[0x30, 0]), [""; 0]);
    assert_eq!(with(1, b"abc"), [""; 0]);
    // Where authorities are read, nobody looks behind them.
    with(0, b"abc");
    std::fs::copy(tree.path("c.pem"), tree.path("ca.pem")).expect("it is copied");
    tree.copy("c.pem", "www.fullchain.pem");
    let line = format!("{CERTIFICATE} ssl_verify_client on; ssl_client_certificate ca.pem;");
    let analysis = tree.lint_for("debian-12", &line, PathMap::default());
    assert_eq!(told(&analysis, "client-auth-without-ca"), [""; 0]);
}

#[test]
fn the_names_of_authorities_are_read_without_trust_settings() {
    let tree = with_certificate("trusted");
    let ca = std::fs::read_to_string("testdata/pki/clientca.pem").expect("it is there");
    let trusted = ca.replace(" CERTIFICATE-----", " TRUSTED CERTIFICATE-----");
    let line = format!("{CERTIFICATE} ssl_verify_client on; ssl_client_certificate ca.pem;");
    let told = |target: &str, line: &str, content: String| {
        let analysis = tree.write("ca.pem", content).lint_for(target, line, PathMap::default());
        told(&analysis, "client-auth-without-ca")
    };
    let refused = "the CA file `ca.pem`, by which `www.example.com` verifies clients, holds only `TRUSTED CERTIFICATE` blocks, which are not read here";
    // nginx 1.22 and 1.26 refuse, 1.28 does not.
    assert_eq!(told("debian-12", &line, trusted.clone()), [refused]);
    assert_eq!(told("debian-13", &line, trusted.clone()), [refused]);
    assert_eq!(told("nginx=1.28.0,openssl=3.5.0", &line, trusted.clone()), [""; 0]);
    assert_eq!(told("debian-12", &line, format!("{trusted}{ca}")), [""; 0]);
    // Those that are trusted without being named.
    let both = format!("{line} ssl_trusted_certificate t.pem;");
    tree.write("t.pem", trusted);
    assert_eq!(told("debian-12", &both, ca), [""; 0]);
}

#[test]
fn a_response_to_staple_must_be_one() {
    let tree = with_certificate("staple");
    let line = format!("{CERTIFICATE} ssl_stapling on; ssl_stapling_file r.der;");
    let told = |content: &[u8], line: &str| told(&tree.write("r.der", content).lint(line), "invalid-setting");
    let refused = ["`r.der`, which `www.example.com` staples, holds no OCSP response"];
    assert_eq!(told(b"", &line), refused);
    assert_eq!(told(b"-----BEGIN", &line), refused);
    assert_eq!(told(&[0x30, 3, 10, 1, 0], &line), [""; 0]);
    // It is only opened where something is stapled.
    assert_eq!(told(b"", &line.replace("ssl_stapling on;", "")), [""; 0]);
}

#[test]
fn a_file_of_pass_phrases_must_hold_one() {
    let tree = with_certificate("pass");
    tree.copy("c.key", "www.enc.key").write("empty", "").write("full", "x\n");
    std::fs::create_dir(tree.path("folder")).expect("the folder is made");
    let with = |file: &str| tree.lint(&format!("{CERTIFICATE} ssl_password_file {file};"));
    let locked =
        "the private key `c.key` of `www.example.com` is encrypted, and its file of pass phrases is empty";
    assert_eq!(told(&with("empty"), "encrypted-key-without-passphrase"), [locked]);
    assert_eq!(told(&with("full"), "encrypted-key-without-passphrase"), [""; 0]);
    let folder = "`folder`, which `www.example.com` takes for a file of pass phrases, is a directory";
    assert_eq!(told(&with("folder"), "invalid-setting"), [folder]);
    // A key that takes no pass phrase needs none.
    tree.copy("c.key", "www.key");
    assert_eq!(told(&with("empty"), "encrypted-key-without-passphrase"), [""; 0]);
}

#[cfg(unix)]
#[test]
fn links_to_nothing_are_missing_where_the_tree_has_everything() {
    use std::os::unix::fs::symlink;
    let tree = with_certificate("links");
    std::fs::create_dir_all(tree.path("live")).expect("the folder is made");
    for (target, name) in [
        ("../archive/gone.pem", "live/relative.pem"),
        ("/archive/gone.pem", "live/absolute.pem"),
        ("relative.pem", "live/twice.pem"),
        ("../../../../../../../../../../../../nothing/gone.pem", "live/out.pem"),
        ("circle.pem", "live/circle.pem"),
    ] {
        symlink(target, tree.path(name)).expect("the link is made");
    }
    let line = |name: &str| CERTIFICATE.replace("c.pem", &format!("/live/{name}.pem"));
    let root = || PathMap { root: Some(tree.0.clone()), maps: Vec::new() };
    let missing = |name: &str| told(&tree.lint_with(&line(name), root()), "certificate-missing");
    for name in ["relative", "absolute", "twice"] {
        let message =
            format!("`www.example.com` names the certificate `/live/{name}.pem`, which does not exist");
        assert_eq!(missing(name), [message]);
    }
    // Where these lead, nobody knows.
    assert_eq!(missing("out"), [""; 0]);
    assert_eq!(missing("circle"), [""; 0]);
    let elsewhere = tree.lint(&CERTIFICATE.replace("c.pem", "live/relative.pem"));
    assert_eq!(told(&elsewhere, "certificate-missing"), [""; 0]);
}

#[cfg(unix)]
#[test]
fn what_is_there_and_cannot_be_read_is_called_what_it_is() {
    let tree = with_certificate("kinds");
    let why =
        |path: &str| unknown(&tree.lint(&format!("ssl_certificate c.pem; ssl_certificate_key {path};")));
    let map = || PathMap { root: Some(PathBuf::from("/")), maps: Vec::new() };
    let device = tree.lint_with("ssl_certificate c.pem; ssl_certificate_key /dev/zero;", map());
    let told = "private key: `/dev/zero` is no regular file, so whether it belongs to `c.pem` is not known";
    assert_eq!(unknown(&device), [told]);
    let elsewhere = "private key: `/srv/c.key` is not at hand (`--root /` takes it from this machine), so whether it belongs to `c.pem` is not known";
    assert_eq!(why("/srv/c.key"), [elsewhere]);
    let inline = "private key: `data:…` stands in the configuration itself, where it is not read, so whether it belongs to `c.pem` is not known";
    assert_eq!(why("\"data:-----BEGIN\""), [inline]);
}

#[test]
fn a_key_that_git_tracks_is_exposed() {
    let tree = with_certificate("git");
    let exposed = || told(&tree.lint(CERTIFICATE), "private-key-exposed");
    let with = |git: &str, names: &[&str]| {
        tree.write(&format!("{git}/index"), git_index(names));
        exposed()
    };
    let tracked = ["the private key `c.key` is tracked by Git"];
    assert_eq!(with(".git", &["c.key", "c.pem"]), tracked);
    assert_eq!(with(".git", &["c.pem", "other/c.key"]), [""; 0]);
    tree.write(".git/index", &git_index(&["c.key"])[..50]);
    assert_eq!(exposed(), [""; 0]);
    // The file may hold something else in the repository, as git-crypt does it.
    tree.write(".gitattributes", "*.key filter=git-crypt diff=git-crypt\n");
    assert_eq!(with(".git", &["c.key"]), [""; 0]);
    tree.write(".gitattributes", "*.bin filter=lfs\n*.sh eol=lf\n");
    assert_eq!(with(".git", &["c.key"]), tracked);
    // A working copy elsewhere, as of `git worktree`.
    std::fs::remove_dir_all(tree.path(".git")).expect("it is there");
    tree.write(".git", "gitdir: main/.git/worktrees/x\n");
    assert_eq!(with("main/.git/worktrees/x", &["c.key"]), tracked);
    // Below a directory for trials, and the innermost working copy counts.
    tree.copy("tests/tls/c.key", "www.key").copy("inner/c.key", "www.key");
    tree.write("inner/.git/index", git_index(&[]));
    tree.write("main/.git/worktrees/x/index", git_index(&["tests/tls/c.key", "inner/c.key"]));
    for key in ["tests/tls/c.key", "inner/c.key"] {
        let analysis = tree.lint(&CERTIFICATE.replace("c.key", key));
        assert_eq!(told(&analysis, "private-key-exposed"), [""; 0], "{key}");
    }
    // A key in a file that is to hold others.
    tree.copy("ca.pem", "ed.combined.pem").write("main/.git/worktrees/x/index", git_index(&["ca.pem"]));
    let line = format!("{CERTIFICATE} ssl_trusted_certificate ca.pem;");
    let other = "the private key in the CA file `ca.pem` is tracked by Git";
    assert_eq!(told(&tree.lint(&line), "private-key-exposed"), [other]);
}

#[cfg(unix)]
#[test]
fn modes_count_outside_version_control() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let root = std::env::temp_dir().join(format!("tlslint-modes-{}", std::process::id()));
    std::fs::create_dir_all(&root).expect("the folder is made");
    let tree = Tree(root.canonicalize().expect("the folder is there"));
    tree.copy("c.pem", "www.fullchain.pem").copy("c.key", "www.key").copy("ca.pem", "ed.combined.pem");
    let change = |name: &str, mode: u32| {
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(tree.path(name), mode).expect("the mode is set");
    };
    let line = format!("{CERTIFICATE} ssl_trusted_certificate ca.pem;");
    let with = |key: u32, authorities: u32| {
        change("c.key", key);
        change("ca.pem", authorities);
        told(&tree.lint(&line), "private-key-exposed")
    };
    let (own, other) = (
        "everybody on the machine can read the private key `c.key`",
        "everybody on the machine can read the private key in the CA file `ca.pem`",
    );
    assert_eq!(with(0o644, 0o600), [own]);
    assert_eq!(with(0o600, 0o644), [other]);
    let group = tree.path("c.key").metadata().expect("it is there").gid();
    let members: &[&str] = if group == 0 { &[] } else { &["its group can read the private key `c.key`"] };
    assert_eq!(with(0o640, 0o600), members);
    // What a map leads to is a copy, whose group says nothing.
    let map = PathMap { root: None, maps: vec![("/etc/tls".into(), tree.0.clone())] };
    let mapped = tree.lint_with(&CERTIFICATE.replace("c.key", "/etc/tls/c.key"), map);
    assert_eq!(told(&mapped, "private-key-exposed"), [""; 0]);
    // etckeeper keeps files in their places.
    tree.write(".git/index", git_index(&["c.key"])).write(".etckeeper", "");
    assert_eq!(with(0o644, 0o600), [own]);
    assert_eq!(with(0o600, 0o600), [""; 0]);
}

#[test]
fn more_certificates_than_are_looked_at_are_not_counted() {
    let tree = with_certificate("many");
    let text = std::fs::read_to_string("testdata/pki/p521.crt").expect("it is there");
    tree.write("c.pem", text.repeat(4097)).copy("c.key", "p521.key");
    let analysis = tree.lint(CERTIFICATE);
    let why = "certificate: `c.pem` holds more than 4096 blocks, and nothing is said of its chain";
    assert_eq!(unknown(&analysis), [why]);
    assert_eq!(told(&analysis, "chain-unrelated"), [""; 0]);
}

#[test]
fn a_root_that_is_named_beside_the_configuration_need_not_be_sent() {
    let tree = Tree::new("own-root");
    tree.copy("c.pem", "chains/missing-intermediate.pem").copy("root.pem", "chains/root.root.pem");
    // Its issuer is an intermediate: the root alone changes nothing.
    let lint = |names: &[&str]| {
        let server = "server { listen 443 ssl; server_name good.example.com; ssl_certificate c.pem; ssl_certificate_key c.key; }";
        tree.write("nginx.conf", format!("events {{}}\nhttp {{ {server} }}\n"));
        let paths = names.iter().map(|name| tree.path(name)).collect();
        let analysis = Analysis::of(Options { paths, ..Options::new(Target::assumed(), PRESENT) });
        told(&analysis, "chain-incomplete").len()
    };
    assert_eq!(lint(&["nginx.conf"]), 1);
    assert_eq!(lint(&["nginx.conf", "root.pem"]), 1);
    // Issued by the root itself.
    let chain = std::fs::read("testdata/pki/chains/root-included.pem").expect("it is there");
    let chain = pem::parse_many(chain).expect("it is PEM");
    let [_, intermediate, root] = chain.as_slice() else { panic!("three certificates") };
    tree.write("root.pem", pem::encode(root)).write("c.pem", pem::encode(intermediate));
    assert_eq!(lint(&["nginx.conf", "root.pem"]), 0);
}
