//! Certificate files, read as OpenSSL reads them for a server. The facts of the certificates were
//! taken with another library when they were made; what becomes of damaged files was measured with
//! OpenSSL 3.0's `PEM_read_bio_X509_AUX` and `PEM_read_bio_X509` as nginx calls them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use tlslint::files::{Files, ReadError};
use tlslint::pki::FileErrorKind::{self, Asn1, Cut, Header, NoStartLine, Pem};
use tlslint::pki::pem::PemError::{BadBase64, BadEndLine, Empty};
use tlslint::pki::{Certificate, CertificateFile, Store};
use tlslint::source::FileId;
use tlslint::tls::negotiable::KeyKind::{self, Ecdsa, EdDsa, Rsa};
use tlslint::tls::openssl::OpenSslVersion;
use tlslint::tls::security_level::Digest;

const V3: OpenSslVersion = OpenSslVersion::new(3, 0, 0);
const V111: OpenSslVersion = OpenSslVersion::new(1, 1, 1);

fn folder() -> &'static Path {
    Path::new("testdata/pki")
}

fn text(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).expect(name)
}

fn read(content: impl AsRef<[u8]>, openssl: OpenSslVersion) -> CertificateFile {
    CertificateFile::read(content.as_ref(), FileId(0), openssl)
}

fn file(name: &str) -> CertificateFile {
    read(std::fs::read(folder().join(name)).expect(name), V3)
}

/// The first digits of each fingerprint, and why the reading stopped.
fn outcome(file: &CertificateFile) -> (Vec<&str>, Option<FileErrorKind>) {
    (file.certificates.iter().map(|c| &c.sha256[..4]).collect(), file.error.map(|e| e.kind))
}

const WWW: &str = "63d8";
const WWW_EC: &str = "30dc";
const ED: &str = "6bef";
const INT1: &str = "0d0b";
const INT2: &str = "1c14";

#[test]
fn certificates_say_what_was_put_into_them() {
    type Facts<'a> = (&'a str, &'a str, &'a str, &'a [&'a str], (KeyKind, &'a str, u32));
    let www: &[&str] = &["www.example.com", "example.com"];
    let facts: &[Facts<'_>] = &[
        ("www.fullchain.pem", "CN=www.example.com", "CN=Lab Intermediate 1", www, (Rsa, "RSA-2048", 2048)),
        (
            "www-ec.fullchain.pem",
            "CN=www.example.com",
            "CN=Lab Intermediate 2",
            www,
            (Ecdsa, "ECDSA-P-256", 256),
        ),
        (
            "ed.combined.pem",
            "CN=ed.example.com",
            "CN=Lab Intermediate 1",
            &["ed.example.com"],
            (EdDsa, "Ed25519", 256),
        ),
        (
            "p521.crt",
            "CN=p521.example.com",
            "CN=Lab Intermediate 2",
            &["p521.example.com"],
            (Ecdsa, "ECDSA-P-521", 521),
        ),
        (
            "rsa1024.crt",
            "CN=weak.example.com",
            "CN=Lab Intermediate 1",
            &["weak.example.com"],
            (Rsa, "RSA-1024", 1024),
        ),
        (
            "ipsan.crt",
            "CN=10.1.2.3",
            "CN=Lab Intermediate 1",
            &["10.1.2.3", "127.0.0.1", "::1"],
            (Rsa, "RSA-2048", 2048),
        ),
        (
            "wild.crt",
            "CN=*.example.net",
            "CN=Lab Intermediate 1",
            &["*.example.net", "example.net"],
            (Rsa, "RSA-2048", 2048),
        ),
        ("cnonly.crt", "CN=cn.example.com", "CN=Lab Intermediate 1", &[], (Rsa, "RSA-2048", 2048)),
    ];
    for (name, subject, issuer, names, (kind, label, bits)) in facts {
        let file = file(name);
        let leaf = file.leaf().expect(name);
        assert_eq!((&*leaf.subject, &*leaf.issuer), (*subject, *issuer), "{name}");
        assert_eq!(leaf.names, *names, "{name}");
        assert_eq!((leaf.key.kind, &*leaf.key.label, leaf.key.bits), (Some(*kind), *label, *bits), "{name}");
        assert_eq!(leaf.common_name.as_deref(), subject.strip_prefix("CN="), "{name}");
        assert_eq!(file.error, None, "{name}");
    }
}

#[test]
fn fingerprints_dates_and_signatures_are_read() {
    let leaf = |name: &str| file(name).leaf().cloned().expect(name);
    let www = leaf("www.fullchain.pem");
    assert_eq!(www.sha256, "63d8f8f1f05b4f40a0340baf405620265c032a20998f11cf89133bfdab1f56f4");
    assert_eq!((&*www.not_before, &*www.not_after), ("2026-11-20T02:28:39Z", "2027-11-20T02:28:39Z"));
    let expired = leaf("expired.crt");
    assert_eq!((&*expired.not_before, &*expired.not_after), ("2024-12-21T02:28:39Z", "2025-12-21T02:28:39Z"));
    assert_eq!(www.signature_digest, Some(Digest::Sha256));
    assert_eq!(leaf("www-ec.fullchain.pem").signature_digest, Some(Digest::Sha256));
    assert_eq!(leaf("sha1.crt").signature_digest, Some(Digest::Sha1));
    assert!(leaf("selfsigned.crt").self_issued && !www.self_issued);
}

#[test]
fn files_of_every_shape_are_read_as_servers_read_them() {
    let nothing = (Vec::new(), Some(NoStartLine));
    for (name, certificates, has_key) in [
        ("www.fullchain.pem", vec![WWW, INT1], false),
        ("www-ec.fullchain.pem", vec![WWW_EC, INT2], false),
        ("ed.combined.pem", vec![ED, INT1], true),
        ("www.key-middle.pem", vec![WWW, INT1], true),
        ("www.crlf.pem", vec![WWW, INT1], false),
        ("www.textual.pem", vec![WWW, INT1], false),
        ("www.bom.pem", vec![WWW, INT1], false),
        ("www.x509label.pem", vec![WWW], false),
    ] {
        assert_eq!(outcome(&file(name)), (certificates, None), "{name}");
        assert_eq!(file(name).has_key, has_key, "{name}");
    }
    for (name, has_key) in [
        ("empty.pem", false),
        ("www.der", false),
        ("www.enc.key", true),
        ("www.trad.key", true),
        ("www-ec.trad.key", true),
    ] {
        assert_eq!(outcome(&file(name)), nothing, "{name}");
        assert_eq!(file(name).has_key, has_key, "{name}");
    }
    let dual = [file("www.fullchain.pem"), file("www-ec.fullchain.pem")];
    assert_eq!(dual[0].certificates[0].names, dual[1].certificates[0].names);
}

#[test]
fn a_byte_order_mark_hides_the_first_certificate_before_3_0() {
    let bom = text("www.bom.pem");
    assert_eq!(outcome(&read(&bom, V111)), (vec![INT1], None));
    // `cat` of two such files: the second mark begins the search for the second block.
    let twice = bom.repeat(2);
    assert_eq!(outcome(&read(&twice, V3)), (vec![WWW, INT1, WWW, INT1], None));
    assert_eq!(outcome(&read(&twice, V111)), (vec![INT1, INT1], None));
}

#[test]
fn damage_does_what_it_does_to_openssl() {
    let chain = text("www-ec.fullchain.pem");
    let at = chain.rfind("-----BEGIN").expect("two blocks");
    let (leaf, issuer) = chain.split_at(at);
    let key = text("www-ec.trad.key");
    let relabel = |pem: &str, label: &str| pem.replace("CERTIFICATE", label);
    let one_line = |pem: &str| {
        let lines: Vec<&str> = pem.trim_end().lines().collect();
        let (first, last) = (lines[0], lines[lines.len() - 1]);
        format!("{first}\n{}\n{last}\n", lines[1..lines.len() - 1].concat())
    };
    let both = vec![WWW_EC, INT2];
    for (what, content, certificates, error) in [
        ("spaces before BEGIN hide the block", format!("  {chain}"), vec![INT2], None),
        ("spaces after BEGIN do not", chain.replace("E-----\n", "E----- \t\n"), both.clone(), None),
        (
            "no line end between END and BEGIN",
            format!("{}{issuer}", leaf.trim_end()),
            vec![],
            Some(Pem(BadEndLine)),
        ),
        (
            "the same later",
            format!("{chain}{}{issuer}", leaf.trim_end()),
            both.clone(),
            Some(Pem(BadEndLine)),
        ),
        ("no line end at the end", chain.trim_end().to_owned(), both.clone(), None),
        ("cut off in the second", chain[..at + 200].to_owned(), vec![WWW_EC], Some(Pem(BadEndLine))),
        ("cut off in the second's first line", chain[..at + 20].to_owned(), vec![WWW_EC], None),
        ("spaces before END join two blocks", chain.replacen("-----END", " -----END", 1), vec![WWW_EC], None),
        ("trust settings: leaf", relabel(leaf, "TRUSTED CERTIFICATE") + issuer, both.clone(), None),
        (
            "trust settings: skipped behind",
            leaf.to_owned() + &relabel(issuer, "TRUSTED CERTIFICATE"),
            vec![WWW_EC],
            None,
        ),
        ("labels are not trimmed", relabel(leaf, "CERTIFICATE ") + issuer, vec![INT2], None),
        ("labels have one case", relabel(leaf, "certificate") + issuer, vec![INT2], None),
        (
            "another end label",
            leaf.replace("END CERT", "END X509 CERT") + issuer,
            vec![],
            Some(Pem(BadEndLine)),
        ),
        ("one long line", one_line(leaf) + &one_line(issuer), both.clone(), None),
        ("an empty line first", leaf.replacen("E-----\n", "E-----\n\n", 1) + issuer, both.clone(), None),
        (
            "two empty lines first",
            leaf.replacen("E-----\n", "E-----\n\n\n", 1),
            vec![],
            Some(Pem(BadEndLine)),
        ),
        (
            "an empty line first, then a long one",
            one_line(leaf).replacen("E-----\n", "E-----\n\n", 1),
            vec![],
            Some(Pem(Empty)),
        ),
        (
            "an empty line before END",
            leaf.replacen("\n-----END", "\n\n-----END", 1),
            vec![],
            Some(Pem(Empty)),
        ),
        ("a header", leaf.replacen("E-----\n", "E-----\nProc-Type: 4,CLEAR\n\n", 1), vec![], Some(Header)),
        ("a comment inside", leaf.replacen("E-----\n", "E-----\n# mine\n", 1), vec![], Some(Pem(BadBase64))),
        (
            "nothing inside",
            format!("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n{leaf}"),
            vec![],
            Some(Pem(Empty)),
        ),
        (
            "something else inside",
            relabel(&key, "CERTIFICATE").replace("EC PRIVATE KEY", "CERTIFICATE"),
            vec![],
            Some(Asn1),
        ),
        (
            "half a certificate",
            leaf.lines().take(5).collect::<Vec<_>>().join("\n") + "\n-----END CERTIFICATE-----\n",
            vec![],
            Some(Cut(268)),
        ),
        ("a damaged key before", key.replacen("\nM", "\n*", 1) + &chain, vec![], Some(Pem(BadBase64))),
        (
            "a damaged key behind",
            chain.clone() + &key.replacen("\nM", "\n*", 1),
            both.clone(),
            Some(Pem(BadBase64)),
        ),
        ("a NUL ends the file", format!("{leaf}\0\n{issuer}"), vec![WWW_EC], None),
        ("UTF-16", chain.chars().flat_map(|c| [c, '\0']).collect(), vec![], Some(NoStartLine)),
    ] {
        assert_eq!(outcome(&read(&content, V3)), (certificates, error), "{what}");
    }
}

#[test]
fn spans_are_those_of_the_blocks() {
    let content = text("www.textual.pem");
    let file = read(&content, V3);
    for Certificate { span, .. } in &file.certificates {
        let block = &content[span.range()];
        assert!(
            block.starts_with("-----BEGIN CERTIFICATE-----\n")
                && block.ends_with("\n-----END CERTIFICATE-----")
        );
    }
    let content = text("www.bom.pem").replacen("-----END CERT", "-----END ", 1);
    let span = read(&content, V3).error.expect("no end").span;
    assert_eq!((span.start, &content[span.range()]), (3, "-----BEGIN CERTIFICATE-----"));
}

#[test]
fn keys_leave_nothing_behind() {
    let blocks = tlslint::pki::pem::blocks(text("www.key-middle.pem").as_bytes(), V3).blocks;
    let labels: Vec<&str> = blocks.iter().map(|b| b.label.as_str()).collect();
    assert_eq!(labels, ["CERTIFICATE", "PRIVATE KEY", "CERTIFICATE"]);
    assert!(blocks[1].is_private_key() && blocks[1].der.is_empty());
}

#[test]
fn no_beginning_and_no_changed_byte_panics() {
    let content = text("ed.combined.pem").into_bytes();
    for end in 0..content.len() {
        read(&content[..end], V3);
    }
    let der = std::fs::read(folder().join("www.der")).expect("www.der");
    for at in 0..der.len() {
        for value in [0, 0x30, 0x7F, 0x80, 0xFF, der[at] ^ 1, der[at].wrapping_add(1)] {
            let mut der = der.clone();
            der[at] = value;
            read(pem::encode(&pem::Pem::new("CERTIFICATE", der)), V3);
        }
    }
}

#[test]
fn the_store_reads_each_file_once_and_remembers_what_it_could_not() {
    let mut files = Files::default();
    let paths = ["www.fullchain.pem", "./www.fullchain.pem", "none.pem", "empty.pem"];
    let at = |name: &str| -> PathBuf { folder().join(name) };
    let store = Store::read(paths.map(|name| at(name).into()), &mut files, V3);
    assert_eq!(files.sources.iter().count(), 2);
    let www = store.get(&at("www.fullchain.pem")).expect("read");
    assert!(store.get(&at("x/../www.fullchain.pem")).is_some_and(|same| Arc::ptr_eq(www, same)));
    assert!(store.get(&at("none.pem")).is_none() && store.get(&at("never-asked.pem")).is_none());
    assert_eq!(store.error(&at("none.pem")), Some(&ReadError::Missing));
    assert_eq!(store.error(&at("empty.pem")), None);
    assert_eq!(store.iter().count(), 2);
}
