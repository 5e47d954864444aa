//! The binary as the outside world meets it: exit codes, streams, and what a run may rely on.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A directory of its own for each test, gone with the end of it.
struct Tree(PathBuf);

impl Tree {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{name}"));
        let _ = fs::remove_dir_all(&root);
        for (path, text) in files {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        fs::create_dir_all(&root).unwrap();
        Tree(root)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tlslint"));
        command.args(args).current_dir(&self.0).env_clear();
        command
    }

    fn run(&self, args: &[&str]) -> Run {
        Run::of(self.command(args).stdin(Stdio::null()).output().unwrap())
    }

    fn pipe(&self, args: &[&str], input: &str) -> Run {
        let mut command = self.command(args);
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Run::of(child.wait_with_output().unwrap())
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[derive(Debug)]
struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Run {
    fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Run { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Old enough to negotiate TLS 1.0.
const OLD: &str = "nginx=1.18.0,openssl=1.1.1,seclevel=1";

const GOOD: &str = "events {}
http {
    server {
        listen 443 ssl;
        server_name www.example.com;
        ssl_protocols TLSv1.2 TLSv1.3;
        ssl_certificate /etc/ssl/www.pem;
        ssl_certificate_key /etc/ssl/www.key;
    }
}
";

fn weak() -> String {
    GOOD.replace("TLSv1.2 TLSv1.3", "TLSv1 TLSv1.2")
}

const BROKEN: &str = "events {}\nhttp {\n    server {\n        listen 80\n    }\n}\n";

fn only_weak_protocol<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["check", "--only", "weak-protocol", "--target", OLD], more].concat()
}

#[test]
fn nothing_wrong_exits_0_and_tells_what_was_checked() {
    let tree = Tree::new("good", &[("nginx.conf", GOOD)]);
    let run = tree.run(&only_weak_protocol(&[]));
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.out.contains("checked 1 file: 1 listener, 1 name, 0 upstreams (nothing found)"), "{run:?}");
}

#[test]
fn findings_exit_1_from_the_limit_on() {
    let tree = Tree::new("limit", &[("nginx.conf", &weak())]);
    let code = |more: &[&str]| tree.run(&only_weak_protocol(more)).code;
    assert_eq!(code(&[]), Some(1));
    assert_eq!(code(&["--fail-on", "error"]), Some(1));
    assert_eq!(code(&["--warn", "weak-protocol", "--fail-on", "error"]), Some(0));
    assert_eq!(code(&["--warn", "weak-protocol", "--deny", "weak-protocol", "--fail-on", "error"]), Some(1));
    let allowed = tree.run(&["check", "--allow", "weak-protocol", "--target", OLD, "--format", "json"]);
    assert!(!allowed.out.contains("\"weak-protocol\""), "{allowed:?}");
}

#[test]
fn concise_names_place_severity_and_rule() {
    let tree = Tree::new("concise", &[("conf/nginx.conf", &weak())]);
    let run = tree.run(&only_weak_protocol(&["--format", "concise", "conf"]));
    assert!(run.out.starts_with("conf/nginx.conf:6:9: error[weak-protocol] "), "{run:?}");
    assert_eq!(run.out.lines().count(), 1);
    let unknown = "tlslint: 1 thing could not be known offline; `--format text` says which\n";
    assert_eq!(run.err, unknown);
    let quiet = tree.run(&only_weak_protocol(&["--format", "concise", "--quiet", "conf"]));
    assert_eq!((quiet.out, quiet.err.as_str()), (run.out, ""));
}

#[test]
fn a_syntax_error_exits_2_and_hides_nothing() {
    let tree = Tree::new("broken", &[("a/nginx.conf", BROKEN), ("b/nginx.conf", &weak())]);
    let run = tree.run(&only_weak_protocol(&["--format", "json"]));
    assert_eq!(run.code, Some(2), "{run:?}");
    let json = run.json();
    assert_eq!(json["errors"][0]["file"], "a/nginx.conf");
    let found = json["findings"].as_array().unwrap();
    assert!(found.iter().any(|f| f["rule"] == "weak-protocol" && f["file"] == "b/nginx.conf"), "{run:?}");
    assert_eq!(tree.run(&["show", "--format", "json"]).code, Some(2));
}

#[test]
fn a_missing_path_exits_2_and_the_others_are_linted() {
    let tree = Tree::new("missing", &[("nginx.conf", &weak())]);
    let run = tree.run(&only_weak_protocol(&["--format", "json", "nowhere.conf", "nginx.conf"]));
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("nowhere.conf: no such file"), "{run:?}");
    let json = run.json();
    assert_eq!(json["errors"][0]["file"], "nowhere.conf");
    assert_eq!(json["summary"]["error"], 1);
}

#[test]
fn no_input_at_all_exits_2() {
    let tree = Tree::new("empty", &[("README.md", "nothing"), ("app.conf", "port = 1\n")]);
    for args in [&["check"][..], &["show"], &["check", "."]] {
        let run = tree.run(args);
        assert_eq!(run.code, Some(2), "{args:?}");
        assert!(run.err.contains("no nginx configuration found"), "{run:?}");
    }
}

#[test]
fn devices_are_refused_at_once() {
    let tree = Tree::new("device", &[]);
    let run = tree.run(&["check", "/dev/zero"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("no regular file"), "{run:?}");
}

#[test]
fn wrong_usage_exits_2() {
    let tree = Tree::new("usage", &[("nginx.conf", GOOD)]);
    for args in [
        &["check", "--deny", "weak-protocl"][..],
        &["check", "--only", "nonsense"],
        &["check", "--now", "yesterday"],
        &["check", "--target", "plan-9"],
        &["check", "--map", "certs"],
        &["check", "--kind", "apache"],
        &["check", "--format", "yaml"],
        &["check", "--threads", "0"],
        &["check", "--stdin-filename", "x.conf"],
        &["explain", "weak-protocl"],
        &["ciphers", "--target", "openssl=x", "HIGH"],
        &["ciphers", "--format", "yaml", "HIGH"],
        &["ciphers", "-ALL"],
        &["lint"],
        &[],
    ] {
        assert_eq!(tree.run(args).code, Some(2), "{args:?}");
    }
}

#[test]
fn a_slip_in_a_rules_name_is_understood() {
    let tree = Tree::new("slip", &[]);
    for args in [&["check", "--deny", "weak-protocl"][..], &["explain", "weak_protocol"]] {
        let run = tree.run(args);
        assert!(run.err.contains("did you mean `weak-protocol`?"), "{run:?}");
    }
}

#[test]
fn a_profile_is_chosen_by_name_or_by_file() {
    let own = "[protocols]\nallow = [\"TLSv1.3\"]\n";
    let wrong = "[protocols]\nallow = [\"TLSv1.3\"]\n[hst]\nmin-age = 1\n";
    let files = [("nginx.conf", GOOD), ("house.toml", own), ("wrong.toml", wrong)];
    let tree = Tree::new("profile", &files);
    let run = |profile: &str| {
        tree.run(&[
            "check",
            "--profile",
            profile,
            "--only",
            "profile-mismatch",
            "--format",
            "concise",
            "nginx.conf",
        ])
    };
    assert!(run("modern").out.contains("accepts TLS 1.2 on 0.0.0.0:443, outside Mozilla modern 6.0"));
    let house = run("house.toml");
    assert_eq!(house.code, Some(1));
    assert!(house.out.contains("accepts TLS 1.2 on 0.0.0.0:443, outside house"), "{house:?}");
    let wrong = run("./wrong.toml");
    assert_eq!((wrong.code, wrong.out.as_str()), (Some(2), ""), "{wrong:?}");
    assert!(wrong.err.contains("[./wrong.toml:3:2]") || wrong.err.contains("[wrong.toml:3:2]"), "{wrong:?}");
    assert!(wrong.err.contains("a profile has no key `hst` here"), "{wrong:?}");
    assert!(wrong.err.contains("did you mean `hsts`?"), "{wrong:?}");
    let absent = run("./absent.toml");
    assert_eq!((absent.code, absent.err.as_str()), (Some(2), "tlslint: ./absent.toml: no such file\n"));
    let slip = run("intermediat");
    assert_eq!(slip.code, Some(2));
    assert!(slip.err.contains("did you mean `intermediate`?"), "{slip:?}");
    assert_eq!(tree.run(&["show", "--profile", "intermediate@5.7"]).code, Some(0));
}

#[test]
fn standard_input_goes_by_its_name() {
    let tree = Tree::new("stdin", &[]);
    let run = tree.pipe(&only_weak_protocol(&["--format", "concise", "-"]), &weak());
    assert!(run.out.starts_with("<stdin>:6:9: "), "{run:?}");
    let run = tree
        .pipe(&only_weak_protocol(&["--format", "concise", "--stdin-filename", "x/y.conf", "-"]), &weak());
    assert!(run.out.starts_with("x/y.conf:6:9: "), "{run:?}");
    assert_eq!(run.code, Some(1));
}

#[test]
fn an_empty_pipe_does_not_pass() {
    let tree = Tree::new("empty-pipe", &[]);
    let run = tree.pipe(&["check", "-"], "\n");
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("<stdin>: nothing came in"), "{run:?}");
    assert_eq!(tree.pipe(&["check", "--stdin-filename", "x.conf", "-"], "").code, Some(0));
}

#[test]
fn a_part_is_read_by_way_of_its_main_file() {
    let main = "events {}\nhttp {\n    ssl_protocols TLSv1 TLSv1.2;\n    include conf.d/*.conf;\n}\n";
    let part = "server {\n    listen 443 ssl;\n    ssl_certificate /c.pem;\n    ssl_certificate_key /c.key;\n    ssl_protocols TLSv1.2;\n}\n";
    let other = part.replace("TLSv1.2", "TLSv1").replace("443", "444");
    let files = [("nginx.conf", main), ("conf.d/a.conf", part), ("conf.d/b.conf", &other), (".git/HEAD", "")];
    let tree = Tree::new("part", &files);
    let run = tree.run(&only_weak_protocol(&["--format", "json", "conf.d/a.conf"]));
    assert_eq!((run.code, run.json()["summary"]["files"].as_u64()), (Some(0), Some(1)), "{run:?}");
    let run = tree.run(&only_weak_protocol(&["--format", "concise", "conf.d/b.conf"]));
    assert!(run.out.starts_with("conf.d/b.conf:5:"), "{run:?}");
    // An editor's buffer stands in for the file, and keeps its surroundings.
    let args = only_weak_protocol(&["--format", "concise", "--stdin-filename", "conf.d/a.conf", "-"]);
    let run = tree.pipe(&args, &other);
    assert!(run.out.starts_with("conf.d/a.conf:5:"), "{run:?}");
}

#[test]
fn a_tree_is_read_once_however_its_files_hang_together() {
    let main = "events {}\nhttp {\n    include sites-enabled/*;\n}\n";
    let site = "server { listen 80; server_name a.example; }\n";
    let unused = "server { listen 80; server_name b.example; }\n";
    let foreign = "<VirtualHost *:443>\n  SSLEngine on\n</VirtualHost>\n";
    let files = [
        ("etc/nginx.conf", main),
        ("etc/sites-available/a", site),
        ("etc/sites-available/b", unused),
        ("etc/apache.conf", foreign),
        ("node_modules/x/nginx.conf", GOOD),
    ];
    let tree = Tree::new("tree", &files);
    fs::create_dir_all(tree.0.join("etc/sites-enabled")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("../sites-available/a", tree.0.join("etc/sites-enabled/a")).unwrap();
    let run = tree.run(&["check", "--format", "json"]);
    assert_eq!(run.json()["summary"]["files"], 3, "{run:?}");
    assert_eq!(run.json()["summary"]["listeners"], 2, "{run:?}");
}

#[test]
fn output_goes_to_the_file_that_is_named() {
    let tree = Tree::new("output", &[("nginx.conf", GOOD)]);
    let run = tree.run(&["show", "--format", "json", "--output", "out.json"]);
    assert_eq!((run.code, run.out.as_str()), (Some(0), ""), "{run:?}");
    let written = fs::read_to_string(tree.0.join("out.json")).unwrap();
    assert!(written.contains("tlslint.surface/1"));
    let run = tree.run(&["check", "--output", "no/such/dir/x"]);
    assert_eq!(run.code, Some(2));
    assert!(run.err.contains("no/such/dir/x"), "{run:?}");
}

#[test]
fn a_reader_that_has_seen_enough_is_no_error() {
    let many: String =
        (0..5000).map(|n| format!("server {{ listen 80; server_name n{n}.example; }}\n")).collect();
    let tree = Tree::new("pipe", &[("nginx.conf", &format!("events {{}}\nhttp {{\n{many}}}\n"))]);
    let mut child = tree
        .command(&["show", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let run = Run::of(child.wait_with_output().unwrap());
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
}

#[test]
fn two_runs_print_the_same_bytes() {
    let tree = Tree::new("same", &[("a/nginx.conf", &weak()), ("b/nginx.conf", &weak()), ("c.conf", BROKEN)]);
    for args in [&["check"][..], &["check", "--format", "json"], &["show"], &["show", "--format", "json"]] {
        let (one, eight) = ([args, &["--threads", "1"]].concat(), [args, &["--threads", "8"]].concat());
        assert_eq!(tree.run(&one).out, tree.run(&eight).out, "{args:?}");
    }
}

#[test]
fn colour_follows_the_flag_and_then_the_environment() {
    let tree = Tree::new("colour", &[("nginx.conf", GOOD)]);
    let colour = |args: &[&str], variable: Option<(&str, &str)>| {
        let mut command = tree.command(args);
        command.envs(variable);
        Run::of(command.output().unwrap()).out.contains('\u{1b}')
    };
    assert!(!colour(&["show"], None));
    assert!(colour(&["show", "--color", "always"], None));
    assert!(colour(&["show", "--color", "always"], Some(("NO_COLOR", "1"))));
    assert!(colour(&["show"], Some(("CLICOLOR_FORCE", "1"))));
    assert!(!colour(&["show", "--color", "never"], Some(("CLICOLOR_FORCE", "1"))));
}

#[test]
fn rules_are_listed_and_explained() {
    let tree = Tree::new("rules", &[]);
    let list = tree.run(&["rules"]);
    assert!(
        list.out.lines().any(|line| line.starts_with("weak-protocol ") && line.contains(" error ")),
        "{list:?}"
    );
    let page = tree.run(&["explain", "weak-protocol"]);
    assert!(page.out.starts_with("# weak-protocol\n"), "{page:?}");
}

#[test]
fn show_says_what_holds_and_why() {
    let conf = "events {}
http {
    ssl_protocols TLSv1.2 TLSv1.3;
    upstream api { server 10.0.0.1:8443; }
    server { listen 443 ssl default_server; ssl_reject_handshake on; }
    server {
        listen 443 ssl;
        server_name www.example.com example.com;
        ssl_certificate www.pem;
        ssl_certificate_key www.key;
        ssl_session_tickets off;
        add_header Strict-Transport-Security max-age=63072000 always;
        location / { proxy_pass https://api; }
    }
    server {
        listen 443 ssl;
        server_name shop.example.com;
        ssl_certificate shop.pem;
        ssl_certificate_key shop.key;
        ssl_ecdh_curve P-256;
    }
    server { listen 80; server_name www.example.com; return 301 https://$host$request_uri; }
}
";
    let tree = Tree::new("show", &[("nginx.conf", conf)]);
    let run = tree.run(&["show", "--target", "nginx=1.26.0,openssl=3.0.15"]);
    insta::assert_snapshot!("show", run.out);
}

#[test]
fn show_tells_why_suites_are_there_and_others_are_not() {
    let conf = "events {}
http {
    server {
        listen 443 ssl default_server;
        server_name www.example.com;
        ssl_protocols TLSv1.2;
        ssl_certificate www.fullchain.pem;
        ssl_certificate_key www.key;
        ssl_ciphers ECDHE+AESGCM:AES128-SHA:DHE+AES:NULL-SHA256:ECDHE+CHACHA20:PSK+AES128:!DSS:!CAMELLIA;
    }
    server {
        listen 443 ssl;
        server_name shop.example.com;
        ssl_certificate shop.pem;
        ssl_certificate_key shop.key;
        ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:kRSA+AESGCM:ECDHE+AESCCM8;
        location / { proxy_pass https://10.0.0.1; proxy_ssl_ciphers kRSA:!SHA1:NULL; }
    }
}
";
    let tree = Tree::new("why", &[("nginx.conf", conf)]);
    let pki = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/truth/nginx/cases/pki");
    for file in ["www.fullchain.pem", "www.key"] {
        fs::copy(pki.join(file), tree.0.join(file)).unwrap();
    }
    let run = tree.run(&["show", "--why", "--quiet", "--target", "nginx=1.24.0,openssl=3.2.1"]);
    insta::assert_snapshot!("show-why", run.out);
    let json = |args: &[&str]| {
        let args = [&["show", "--format", "json", "--target", "nginx=1.24.0,openssl=3.2.1"], args].concat();
        tree.run(&args).json()
    };
    let (plain, explained) = (json(&[]), json(&["--why"]));
    let why = &explained["listeners"][0]["servers"][0]["why"];
    assert_eq!(why["ciphers"]["ECDHE-RSA-AES128-GCM-SHA256"], "ECDHE+AESGCM");
    assert_eq!(why["never"]["NULL-SHA256"], "below security level 2");
    assert_eq!(explained["upstreams"][0]["why"]["ciphers"]["TLS_AES_128_GCM_SHA256"], "default list");
    // It only adds.
    let mut without = explained.clone();
    for server in without["listeners"][0]["servers"].as_array_mut().unwrap() {
        server.as_object_mut().unwrap().remove("why");
    }
    without["upstreams"][0].as_object_mut().unwrap().remove("why");
    assert_eq!(without, plain);
}

#[test]
fn the_help_of_the_commands() {
    let tree = Tree::new("help", &[]);
    insta::assert_snapshot!("help-check", tree.run(&["check", "--help"]).out);
    insta::assert_snapshot!("help-ciphers", tree.run(&["ciphers", "--help"]).out);
    insta::assert_snapshot!("help-show", tree.run(&["show", "--help"]).out);
}

/// As Debian lays sites out; the links are those of the server, not of the repository.
#[cfg(unix)]
#[test]
fn absolute_links_lead_into_the_tree() {
    let tree = std::env::temp_dir().join(format!("tlslint-links-{}", std::process::id()));
    let nginx = tree.join("etc/nginx");
    std::fs::create_dir_all(nginx.join("sites-enabled")).expect("a folder of our own");
    std::fs::create_dir_all(nginx.join("sites-available")).expect("a folder of our own");
    std::fs::write(nginx.join("nginx.conf"), "events {}\nhttp { include /etc/nginx/sites-enabled/*; }\n")
        .expect("a file is written");
    let site =
        "server { listen 443; server_name a.example.com; ssl_certificate a; ssl_certificate_key b; }\n";
    std::fs::write(nginx.join("sites-available/a"), site).expect("a file is written");
    std::os::unix::fs::symlink("/etc/nginx/sites-available/a", nginx.join("sites-enabled/a"))
        .expect("a link");
    std::os::unix::fs::symlink("/srv/elsewhere/b", tree.join("b.conf")).expect("a link");
    let main = nginx.join("nginx.conf");
    let map = format!("/etc/nginx={}", nginx.display());
    for options in [&["--root", &*tree.to_string_lossy()][..], &["--map", &map], &[]] {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_tlslint"))
            .args(["check", "--format", "concise"])
            .args(options)
            .arg(&main)
            .output()
            .expect("the binary runs");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.contains("sites-available/a:1:10: error[plaintext-on-tls-port]"), "{options:?}: {text}");
    }
    std::fs::remove_dir_all(&tree).expect("the folder is ours to remove");
}

#[test]
fn what_another_file_or_library_decides_is_listed_as_unknown() {
    let server = |tls: &str| {
        format!(
            "server {{ listen 443 ssl; server_name a.example.com; {tls} ssl_certificate c.pem; ssl_certificate_key c.key; }}\n"
        )
    };
    let weak = server("ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_ciphers HIGH:@SECLEVEL=0;");
    let tree = Tree::new("elsewhere", &[("conf.d/a.conf", &weak)]);
    let run = tree.run(&["check", "--target", "debian-12", "--format", "json", "conf.d/a.conf"]);
    let why = "another file's default server may decide which versions `a.example.com` accepts";
    assert!(run.out.contains(why), "{run:?}");
    let run = tree.run(&["show", "--target", "debian-12", "conf.d/a.conf"]);
    assert!(!run.out.contains("default server, being the first"), "{run:?}");
    assert!(!run.out.contains("default of \n"), "{run:?}");
    let written = weak.replace("443 ssl", "443 ssl default_server");
    let tree = Tree::new("elsewhere-written", &[("conf.d/a.conf", &written)]);
    let run = tree.run(&["check", "--target", "debian-12", "--format", "json", "conf.d/a.conf"]);
    assert!(!run.out.contains("another file's default server"), "{run:?}");

    let foreign =
        format!("events {{}} http {{ {} }}", server("ssl_protocols TLSv1.2; ssl_ciphers PROFILE=SYSTEM;"));
    let tree = Tree::new("foreign-list", &[("nginx.conf", &foreign)]);
    let run = tree.run(&["check", "--format", "json", "nginx.conf"]);
    assert!(run.out.contains("does not take `PROFILE=SYSTEM`"), "{run:?}");
}
