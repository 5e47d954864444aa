//! How long a list of certificates may be: nginx 1.22.1 with OpenSSL 3.0 served 102,400 bytes to `curl` and
//! `s_client`, counted as TLS 1.2 and as TLS 1.3 count, and with one byte more both said "excessive message size".

use std::path::{Path, PathBuf};
use tlslint::analysis::{Analysis, Options};
use tlslint::clock::Timestamp;
use tlslint::target::Target;

/// What is said of a server that sends this chain so many times.
fn rules(times: usize, protocols: &str) -> Vec<&'static str> {
    let chain = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/pki/faults/good.pem");
    let chain = std::fs::read_to_string(chain).expect("good.pem");
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{times}-{}", protocols.len()));
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("long.pem"), chain.repeat(times)).expect("long.pem");
    let text = format!(
        "events {{}} http {{ ssl_protocols {protocols}; ssl_ciphers ECDHE+AESGCM; server {{ listen 443 ssl; \
         server_name shop.example.com; ssl_certificate long.pem; ssl_certificate_key k.pem; return 444; }} }}"
    );
    let path = folder.join("nginx.conf");
    std::fs::write(&path, text).expect("nginx.conf");
    let options = Options::new(Target::assumed(), Timestamp(1_795_219_200));
    let analysis = Analysis::of(Options { paths: vec![path], ..options });
    let findings = analysis.findings(false, |rule| rule.name.starts_with("chain-"));
    findings.iter().map(|finding| finding.rule.name).collect()
}

#[test]
fn a_list_that_is_too_long_is_refused_and_nothing_else_is_said_of_it() {
    let bytes = std::fs::read("testdata/pki/faults/good.pem").expect("good.pem");
    let read = tlslint::pki::CertificateFile::read(
        &bytes,
        tlslint::source::FileId(0),
        tlslint::tls::openssl::OpenSslVersion::new(3, 0, 0),
    );
    let one: usize = read.certificates.iter().map(|certificate| certificate.der().len()).sum();
    for (protocols, each, all) in [("TLSv1.2", 3, 3), ("TLSv1.2 TLSv1.3", 5, 4)] {
        let most = (102_400 - all) / (one + 2 * each);
        assert_eq!(rules(most, protocols), ["chain-unrelated"], "{protocols}");
        assert_eq!(rules(most + 1, protocols), ["chain-refused"], "{protocols}");
        // More than are looked at.
        assert_eq!(rules(3_000, protocols), ["chain-refused"], "{protocols}");
    }
}
