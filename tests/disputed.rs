//! Names over which clients differ are no finding, and are said to be unknown.

use std::path::PathBuf;
use tlslint::analysis::{Analysis, Options};
use tlslint::clock::Timestamp;
use tlslint::target::Target;

#[test]
fn names_that_only_some_clients_take_are_unknown() {
    let faults = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata/pki/faults");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("disputed");
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("nginx.conf");
    let text = format!(
        "events {{}} http {{ ssl_ciphers ECDHE+AESGCM; server {{ listen 443 ssl; \
         server_name odd.example.com even.example.com www.a.example.com; return 301 https://example.com; \
         ssl_certificate {faults}/odd-names.pem; ssl_certificate_key {faults}/leaf.key; }} }}"
    );
    std::fs::write(&path, text).expect("nginx.conf");
    let mut options = Options::new(Target::assumed(), Timestamp(1_795_219_200));
    options.paths_map.root = Some(PathBuf::from("/"));
    let analysis = Analysis::of(Options { paths: vec![path], ..options });
    let found = analysis.findings(false, |rule| rule.name == "certificate-name-mismatch");
    assert!(found.is_empty(), "{found:?}");
    let unknown: Vec<String> = analysis.unknowns().into_iter().map(|fact| fact.why).collect();
    let [odd, star] = unknown.as_slice() else { panic!("{unknown:?}") };
    assert!(odd.contains("only Node.js") && odd.ends_with("for `odd.example.com`"), "{odd}");
    assert!(star.contains("only Java") && star.ends_with("for `www.a.example.com`"), "{star}");
}
