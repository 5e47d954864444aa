//! Private keys, read as OpenSSL reads them for a server, and never shown. What becomes of each file was
//! measured with nginx 1.18.0, 1.22.1, 1.26.3 and 1.30.6 (OpenSSL 1.1.1w, 3.0.22, 3.5.7 and 3.6.5).

use std::path::{Path, PathBuf};
use std::process::Command;
use tlslint::pki::pem::PemError;
use tlslint::pki::{CertificateFile, Held, Key, KeyErrorKind, PrivateKeyFile};
use tlslint::source::FileId;
use tlslint::tls::openssl::OpenSslVersion;

const V111: OpenSslVersion = OpenSslVersion::new(1, 1, 1);
const V30: OpenSslVersion = OpenSslVersion::new(3, 0, 22);
const V35: OpenSslVersion = OpenSslVersion::new(3, 5, 7);

fn path(name: &str) -> PathBuf {
    Path::new("testdata/pki").join(name)
}

fn text(name: &str) -> String {
    std::fs::read_to_string(path(name)).expect(name)
}

fn leaf(name: &str) -> Key {
    let bytes = std::fs::read(path(name)).expect(name);
    CertificateFile::read(&bytes, FileId(0), V35).leaf().expect(name).key.clone()
}

/// What a server makes of a key beside a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Fits,
    IsAnother,
    /// It is a key, and whose cannot be told here.
    Untold,
    Encrypted,
    Unknown,
    Refused(KeyErrorKind),
}

fn outcome(content: impl AsRef<[u8]>, openssl: OpenSslVersion, leaf: &Key) -> Outcome {
    match PrivateKeyFile::read(content.as_ref(), FileId(0), openssl, &[leaf]).held {
        Held::Key(key) => match key.belongs_to(leaf) {
            Some(true) => Outcome::Fits,
            Some(false) => Outcome::IsAnother,
            None => Outcome::Untold,
        },
        Held::Encrypted(_) => Outcome::Encrypted,
        Held::NotUnderstood(_) => Outcome::Unknown,
        Held::Nothing(error) => Outcome::Refused(error.kind),
    }
}

/// The DER in the last block with a label of a key.
fn der(name: &str) -> Vec<u8> {
    let blocks = pem::parse_many(text(name)).expect(name);
    blocks.into_iter().rfind(|block| block.tag().ends_with("PRIVATE KEY")).expect(name).into_contents()
}

fn block(label: &str, der: &[u8]) -> String {
    pem::encode(&pem::Pem::new(label, der))
}

/// An element of DER; none here is longer than 65,535 bytes.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut der = match length {
        0..0x80 => vec![tag, length as u8],
        0x80..0x100 => vec![tag, 0x81, length as u8],
        _ => vec![tag, 0x82, (length >> 8) as u8, length as u8],
    };
    der.extend_from_slice(content);
    der
}

/// The key inside of PKCS#8: of RSA, `RSAPrivateKey`; on a curve, `ECPrivateKey`.
fn inner(pkcs8: &[u8], tag_and_length: &[u8]) -> Vec<u8> {
    let at = pkcs8.windows(tag_and_length.len()).rposition(|w| w == tag_and_length).expect("it is there");
    pkcs8[at..].to_vec()
}

/// A key on P-256 in SEC1: the scalar, and the point where there is one.
fn sec1(scalar: &[u8], point: Option<&[u8]>) -> Vec<u8> {
    const P256: [u8; 10] = [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07];
    let mut content = vec![0x02, 0x01, 0x01];
    content.extend(element(0x04, scalar));
    content.extend(element(0xA0, &P256));
    if let Some(point) = point {
        let bits: Vec<u8> = [&[0][..], point].concat();
        content.extend(element(0xA1, &element(0x03, &bits)));
    }
    element(0x30, &content)
}

/// The scalar and the point of the ECDSA key on P-256.
fn parts_of_ec_key() -> (Vec<u8>, Vec<u8>) {
    let der = der("www-ec.key");
    let at = der.windows(2).rposition(|w| w == [0x04, 0x20]).expect("a scalar of 32 bytes");
    (der[at + 2..at + 34].to_vec(), der[der.len() - 65..].to_vec())
}

#[test]
fn keys_are_held_against_certificates() {
    use Outcome::{Encrypted, Fits, IsAnother};
    for (key, certificate, expected) in [
        ("www.key", "www.fullchain.pem", Fits),
        ("www.key-middle.pem", "www.fullchain.pem", Fits),
        ("shop.key", "www.fullchain.pem", IsAnother),
        ("www.key", "www.wrongorder.pem", IsAnother),
        ("www-ec.key", "www-ec.fullchain.pem", Fits),
        ("www-ec.key", "www.fullchain.pem", IsAnother),
        ("ed.combined.pem", "ed.combined.pem", Fits),
        ("p521.key", "p521.crt", Fits),
        ("p521.key", "www-ec.fullchain.pem", IsAnother),
        ("www.enc.key", "www.fullchain.pem", Encrypted),
    ] {
        for openssl in [V111, V30, V35] {
            assert_eq!(outcome(text(key), openssl, &leaf(certificate)), expected, "{key} with {certificate}");
        }
    }
    let private = PrivateKeyFile::read(text("www.key").as_bytes(), FileId(0), V35, &[]);
    assert_eq!(private.key().map(|key| &*key.key.label), Some("RSA-2048"));
}

#[test]
fn only_keys_of_one_kind_share_a_place() {
    let (rsa, ec, ed) = (leaf("www.fullchain.pem"), leaf("www-ec.fullchain.pem"), leaf("ed.combined.pem"));
    assert_eq!(rsa.shares_place(&leaf("rsa1024.crt")), Some(true));
    assert_eq!(ec.shares_place(&leaf("p521.crt")), Some(true));
    assert_eq!((rsa.shares_place(&ec), ec.shares_place(&ed)), (Some(false), Some(false)));
}

#[test]
fn the_forms_of_a_key_make_no_difference() {
    let (rsa, ec) = (leaf("www.fullchain.pem"), leaf("www-ec.fullchain.pem"));
    let pkcs8 = der("www.key");
    let pkcs1 = inner(&pkcs8, &[0x30, 0x82, 0x04]);
    let (scalar, point) = parts_of_ec_key();
    let compressed: Vec<u8> = [&[2 + (point[64] & 1)], &point[1..33]].concat();
    for (what, content, leaf) in [
        ("PKCS#1", block("RSA PRIVATE KEY", &pkcs1), &rsa),
        ("PKCS#8 with the label of PKCS#1", block("RSA PRIVATE KEY", &pkcs8), &rsa),
        ("something behind it", block("PRIVATE KEY", &[&pkcs8[..], b"xx"].concat()), &rsa),
        ("SEC1", block("EC PRIVATE KEY", &sec1(&scalar, Some(&point))), &ec),
        ("a compressed point", block("EC PRIVATE KEY", &sec1(&scalar, Some(&compressed))), &ec),
        ("no point", block("EC PRIVATE KEY", &sec1(&scalar, None)), &ec),
        (
            "no point, leading zeros",
            block("EC PRIVATE KEY", &sec1(&[&[0; 8][..], &scalar].concat(), None)),
            &ec,
        ),
    ] {
        assert_eq!(outcome(content, V30, leaf), Outcome::Fits, "{what}");
    }
}

#[test]
fn a_point_beside_the_key_counts_whatever_the_key_says() {
    let ec = leaf("www-ec.fullchain.pem");
    let (scalar, point) = parts_of_ec_key();
    let stranger: Vec<u8> = scalar.iter().map(|b| b ^ 0x55).collect();
    assert_eq!(outcome(block("EC PRIVATE KEY", &sec1(&stranger, Some(&point))), V30, &ec), Outcome::Fits);
    assert_eq!(outcome(block("EC PRIVATE KEY", &sec1(&stranger, None)), V30, &ec), Outcome::IsAnother);
    // Nobody was asked about this one.
    let alone =
        PrivateKeyFile::read(block("EC PRIVATE KEY", &sec1(&scalar, None)).as_bytes(), FileId(0), V30, &[]);
    assert_eq!(alone.key().map(|key| key.belongs_to(&ec)), Some(None));
    assert_eq!(alone.key().map(|key| key.belongs_to(&leaf("p521.crt"))), Some(Some(false)));
}

#[test]
fn explicit_parameters_and_unknown_kinds_are_no_faults() {
    let ec = leaf("www-ec.fullchain.pem");
    let (scalar, point) = parts_of_ec_key();
    let explicit = element(0xA0, &element(0x30, &[0x02, 0x01, 0x01]));
    let bits = element(0x03, &[&[0][..], &point].concat());
    let content =
        [&[0x02, 0x01, 0x01][..], &element(0x04, &scalar), &explicit, &element(0xA1, &bits)].concat();
    assert_eq!(outcome(block("EC PRIVATE KEY", &element(0x30, &content)), V30, &ec), Outcome::Unknown);
    let ed448 =
        [&[0x02, 0x01, 0x00][..], &element(0x30, &[0x06, 0x03, 0x2B, 0x65, 0x71]), &element(0x04, &[0; 59])]
            .concat();
    assert_eq!(outcome(block("PRIVATE KEY", &element(0x30, &ed448)), V30, &ec), Outcome::Unknown);
}

#[test]
fn damage_does_what_it_does_to_openssl() {
    use KeyErrorKind::{Asn1, Header, NoStartLine, Pem};
    use Outcome::{Encrypted, Fits, IsAnother, Refused};
    let (key, other) = (text("www.key"), text("shop.key"));
    let junk = block("PRIVATE KEY", b"junk junk");
    let headed = |line: &str| key.replacen("KEY-----\n", &format!("KEY-----\n{line}\n\n"), 1);
    let nothing = Refused(NoStartLine);
    let cases: Vec<(&str, String, Outcome, Outcome)> = vec![
        // what, content, up to 1.1.1, since 3.0
        ("nothing", String::new(), nothing, nothing),
        ("a certificate", text("www.fullchain.pem"), nothing, nothing),
        ("the first counts", key.clone() + &other, Fits, Fits),
        ("and so does another one", other.clone() + &key, IsAnother, IsAnother),
        ("certificates before it", text("www.fullchain.pem") + &key, Fits, Fits),
        ("OpenSSH's own", block("OPENSSH PRIVATE KEY", b"openssh-key-v1\0") + &key, Fits, Fits),
        ("a label nobody knows", key.replace("PRIVATE", "FOO PRIVATE"), nothing, nothing),
        ("labels have one case", key.replace("PRIVATE KEY", "private key"), nothing, nothing),
        ("spaces before BEGIN", format!("  {key}"), nothing, nothing),
        ("line ends of Windows", key.replace('\n', "\r\n"), Fits, Fits),
        ("a byte order mark", format!("\u{feff}{key}"), nothing, Fits),
        ("a NUL", format!("\0\n{key}"), nothing, Fits),
        ("junk", junk.clone(), Refused(Asn1), Refused(Asn1)),
        ("junk before it", junk + &key, Refused(Asn1), Fits),
        (
            "cut off",
            key[..key.len() / 2].to_owned(),
            Refused(Pem(PemError::BadEndLine)),
            Refused(Pem(PemError::BadEndLine)),
        ),
        (
            "no base64",
            key.replacen("\nM", "\n*", 1),
            Refused(Pem(PemError::BadBase64)),
            Refused(Pem(PemError::BadBase64)),
        ),
        (
            "no base64 before it",
            other.replacen("\nM", "\n*", 1) + &key,
            Refused(Pem(PemError::BadBase64)),
            Fits,
        ),
        ("a header", headed("Comment: mine"), Refused(Header), Refused(Header)),
        ("a header, and a good one", headed("Comment: mine") + &key, Refused(Header), Refused(Header)),
        ("not encrypted after all", headed("Proc-Type: 4,CLEAR"), Refused(Header), Refused(Header)),
        ("encrypted first", text("www.enc.key") + &key, Encrypted, Encrypted),
        (
            "encrypted as of old",
            headed("Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00"),
            Encrypted,
            Encrypted,
        ),
        ("encrypted behind", key.clone() + &text("www.enc.key"), Fits, Fits),
    ];
    let leaf = leaf("www.fullchain.pem");
    for (what, content, old, new) in cases {
        assert_eq!(outcome(&content, V111, &leaf), old, "{what}, 1.1.1");
        assert_eq!(outcome(&content, V30, &leaf), new, "{what}, 3.0");
        assert_eq!(outcome(&content, V35, &leaf), new, "{what}, 3.5");
    }
}

#[test]
fn no_beginning_and_no_changed_byte_panics() {
    let leaf = leaf("www-ec.fullchain.pem");
    let key = text("www-ec.key").into_bytes();
    for end in 0..key.len() {
        assert_ne!(outcome(&key[..end], V30, &leaf), Outcome::IsAnother, "{end}");
    }
    let der = der("www-ec.key");
    for at in 0..der.len() {
        for value in [0, 0x30, 0x7F, 0x80, 0xFF, der[at] ^ 1] {
            let mut der = der.clone();
            der[at] = value;
            outcome(block("PRIVATE KEY", &der), V111, &leaf);
        }
    }
}

/// Every line of base64 in a private key.
fn secret_lines(pem: &str) -> Vec<&str> {
    let mut inside = false;
    let mut lines = Vec::new();
    for line in pem.lines() {
        inside = (inside || line.contains("BEGIN") && line.contains("PRIVATE KEY")) && !line.contains("END");
        if inside && !line.contains("-----") && line.len() > 8 {
            lines.push(line);
        }
    }
    lines
}

#[test]
fn no_output_holds_a_line_of_a_key() {
    let folder = std::env::temp_dir().join(format!("tlslint-keys-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder of our own");
    let keys = ["www.key", "shop.key", "www.enc.key", "www.key-middle.pem", "www-ec.key"];
    for name in keys.iter().chain(&["www.fullchain.pem", "www-ec.fullchain.pem"]) {
        std::fs::copy(path(name), folder.join(name)).expect("the file is copied");
    }
    let broken = text("www.key").replacen("-----END", "-----ENDE", 1);
    std::fs::write(folder.join("broken.key"), &broken).expect("the file is written");
    let server = |n: usize, certificate: &str, key: &str| {
        format!(
            "server {{ listen 127.0.0.{n}:443 ssl; ssl_certificate {certificate}; ssl_certificate_key {key}; }}\n"
        )
    };
    let pairs =
        ["shop.key", "www.enc.key", "broken.key", "www-ec.key", "www.key-middle.pem", "www.fullchain.pem"];
    let mut servers: String =
        pairs.iter().enumerate().map(|(n, key)| server(n + 1, "www.fullchain.pem", key)).collect();
    servers += &server(9, "www.key", "www.key");
    servers += &format!(
        "server {{ listen 127.0.0.10:443 ssl; ssl_certificate www.fullchain.pem; ssl_certificate_key \"data:{}\"; }}\n",
        text("shop.key")
    );
    // Someone mistook the one for the other.
    std::fs::write(folder.join("nginx.conf"), format!("events {{}}\nhttp {{\n{servers}}}\n"))
        .expect("the file is written");
    std::fs::write(folder.join("mistaken.conf"), "events {}\nhttp { include www.key; }\n")
        .expect("the file is written");
    let secrets: Vec<String> = keys.iter().map(|name| text(name)).collect();
    for entry in ["nginx.conf", "mistaken.conf", "www.key"] {
        for format in ["text", "concise", "json"] {
            for command in [&["check", "--pedantic"][..], &["show"]] {
                let output = Command::new(env!("CARGO_BIN_EXE_tlslint"))
                    .args(command)
                    .args(["--format", format, entry])
                    .current_dir(&folder)
                    .output()
                    .expect("the binary runs");
                let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
                for line in secrets.iter().flat_map(|key| secret_lines(key)) {
                    assert!(!said.contains(line), "{command:?} --format {format} {entry} shows a key");
                }
            }
        }
    }
    std::fs::remove_dir_all(&folder).expect("the folder is ours to remove");
}

#[test]
fn debug_output_holds_no_byte_of_a_key() {
    let name = path("www.key-middle.pem");
    let bytes = std::fs::read(name).expect("the file is there");
    let shown = format!("{:?}", PrivateKeyFile::read(&bytes, FileId(0), V30, &[]));
    let key = der("www.key-middle.pem");
    let exponent = format!("{:?}", &key[key.len() - 40..key.len() - 30]);
    assert!(!shown.contains(exponent.trim_matches(['[', ']'])), "the private part is shown");
    assert!(shown.len() < 1000, "{} characters", shown.len());
}
