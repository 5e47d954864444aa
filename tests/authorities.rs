//! Authorities that a backend at hand is verified by: the system's are judged like any other where they can be read,
//! and what cannot be read is said to be unknown.

use std::path::{Path, PathBuf};
use tlslint::analysis::{Analysis, Options};
use tlslint::clock::Timestamp;
use tlslint::files::PathMap;
use tlslint::target::Target;

const CONFIGURATION: &str = "events {} http { ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate_key /etc/tls/leaf.key;
server { listen 80; server_name front.example; location / { proxy_pass https://127.0.0.1:8443; proxy_ssl_verify on;
proxy_ssl_server_name on; proxy_ssl_name shop.example.com;
proxy_ssl_trusted_certificate STORE; } }
server { listen 127.0.0.1:8443 ssl; server_name shop.example.com; ssl_certificate /etc/tls/good.pem; return 444; } }";

/// A tree with the system's authorities, or without.
fn analysis(name: &str, authorities: Option<&str>) -> Analysis {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let faults = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/pki/faults");
    std::fs::create_dir_all(root.join("ssl/certs")).expect("a folder");
    if let Some(authorities) = authorities {
        let to = root.join("ssl/certs/ca-certificates.crt");
        std::fs::copy(faults.join(authorities), to).expect("the authorities");
    }
    let path = root.join("nginx.conf");
    let store = match authorities {
        Some(_) => "/etc/ssl/certs/ca-certificates.crt",
        None => "/nowhere/at/hand/ca.pem",
    };
    std::fs::write(&path, CONFIGURATION.replace("STORE", store)).expect("nginx.conf");
    let mut maps = vec![("/etc/tls".into(), faults)];
    maps.push(("/etc/ssl/certs".into(), root.join("ssl/certs")));
    let paths_map = PathMap { maps, ..PathMap::default() };
    let options = Options::new(Target::assumed(), Timestamp(1_795_219_200));
    Analysis::of(Options { paths: vec![path], paths_map, ..options })
}

fn rules(analysis: &Analysis) -> Vec<&'static str> {
    let findings = analysis.findings(false, |rule| rule.name == "upstream-untrusted-backend");
    findings.iter().map(|finding| finding.rule.name).collect()
}

#[test]
fn the_system_s_authorities_are_judged() {
    assert_eq!(rules(&analysis("system-good", Some("root.pem"))), [""; 0]);
    assert_eq!(rules(&analysis("system-other", Some("elder-root.pem"))), ["upstream-untrusted-backend"]);
}

#[test]
fn what_cannot_be_read_is_unknown() {
    let analysis = analysis("system-none", None);
    assert_eq!(rules(&analysis), [""; 0]);
    let unknown: Vec<String> = analysis.unknowns().into_iter().map(|fact| fact.what).collect();
    assert_eq!(unknown, ["trusted authorities"]);
}
