//! The table of suites against the registry and OpenSSL's own tables: every field of every suite in
//! `testdata/truth/ciphers/suites.json.gz`.

use flate2::read::GzDecoder;
use serde_json::Value;
use std::collections::HashSet;
use std::path::Path;
use tlslint::tls::cipher_string::{Build, ciphersuites, expand_with};
use tlslint::tls::cipher_suite::{self, CipherSuite, KeyExchange, Recommended};
use tlslint::tls::{OpenSslVersion, ProtocolVersion};

/// Numbers that are no suites, were never standardised, or of which nothing is known but a name (see the
/// README beside the data): two signalling values, BoringSSL's CECPQ1, the ChaCha20 drafts, four of GOST,
/// the second numbers of two SSL_RSA_FIPS suites.
const LEFT_OUT: [u64; 15] = [
    0x00ff, 0x5600, 0x16b7, 0x16b8, 0x16b9, 0x16ba, 0xcc13, 0xcc14, 0xcc15, 0xff02, 0xff03, 0xff85, 0xff87,
    0xffe0, 0xffe1,
];

#[test]
fn the_table_is_the_registry() {
    let mut wrong = Vec::new();
    let mut seen = HashSet::new();
    for row in rows() {
        let id = u64::from_str_radix(text(&row, "id"), 16).unwrap();
        let suite = u16::try_from(id).ok().and_then(cipher_suite::by_id);
        assert_eq!(suite.is_none(), LEFT_OUT.contains(&id), "{row}");
        let Some(suite) = suite else { continue };
        seen.insert(suite.id);
        for (field, theirs, ours) in compared(&row, suite) {
            // The sources say nothing of one suite's encryption, and only OpenSSL has other strengths.
            let silent = row["enc"].is_null() && matches!(field, "enc" | "bits" | "bits before 3.2")
                || suite.openssl.is_none() && field == "bits before 3.2";
            if theirs != ours && !silent {
                wrong.push(format!("{}: {field} is {theirs}, not {ours}", suite.iana));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(seen.len(), cipher_suite::all().count());
}

fn compared(row: &Value, s: &CipherSuite) -> Vec<(&'static str, String, String)> {
    let field = |name: &str| row[name].as_str().unwrap_or("-").to_owned();
    let number = |name: &str| row[name].to_string();
    let flag = |name: &str| row[name].as_bool().unwrap_or_default().to_string();
    let old = OpenSslVersion::new(3, 0, 0);
    let new = OpenSslVersion::new(3, 5, 0);
    let aliases: Vec<&str> =
        row["aliases"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let recommended = match s.recommended {
        Recommended::Yes => "Y",
        Recommended::No => "N",
        Recommended::Discouraged => "D",
        Recommended::Unlisted => "-",
    };
    let certificate = match s.kx {
        KeyExchange::DhDss => "DH(DSS-signed cert)",
        KeyExchange::DhRsa => "DH(RSA-signed cert)",
        KeyExchange::EcdhEcdsa => "ECDH(ECDSA-signed cert)",
        KeyExchange::EcdhRsa => "ECDH(RSA-signed cert)",
        _ => s.auth.name(),
    };
    vec![
        ("name", field("name"), s.iana.to_owned()),
        ("openssl", field("openssl"), s.openssl.unwrap_or("-").to_owned()),
        ("aliases", aliases.join(" "), s.aliases.join(" ")),
        ("kx", exchange(&field("kx")), s.kx.name().to_owned()),
        ("auth", authentication(&field("auth")), certificate.to_owned()),
        ("enc", encryption(row), s.enc.name().to_owned()),
        ("mac", mac(&field("mac")), s.mac.name().to_owned()),
        ("bits", number("bits"), s.strength_bits(new).to_string()),
        ("bits before 3.2", bits_before(row), s.strength_bits(old).to_string()),
        ("min", version(&field("min")), s.min_protocol.name().to_owned()),
        ("max", version(&field("max")), s.max_protocol.name().to_owned()),
        ("aead", flag("aead"), s.aead().to_string()),
        ("fs", flag("fs"), s.forward_secrecy().to_string()),
        ("h2_prohibited", flag("h2_prohibited"), s.http2_prohibited().to_string()),
        ("recommended", field("recommended"), recommended.to_owned()),
    ]
}

fn exchange(theirs: &str) -> String {
    match theirs {
        "any(TLS1.3)" => "any",
        gost if gost.starts_with("GOSTR") => "GOST",
        same => same,
    }
    .to_owned()
}

fn authentication(theirs: &str) -> String {
    match theirs {
        "any(TLS1.3)" => "any",
        "NULL" => "none",
        gost if gost.starts_with("GOSTR") => "GOST",
        same => same,
    }
    .to_owned()
}

/// `AES-GCM` with a key of 128 bits is `AES-128-GCM`.
fn encryption(row: &Value) -> String {
    let theirs = text(row, "enc").split('(').next().unwrap_or_default();
    match theirs.split_once('-') {
        Some((cipher @ ("AES" | "CAMELLIA" | "ARIA"), mode)) => format!("{cipher}-{}-{mode}", row["key"]),
        Some(("3DES", _)) => "3DES-CBC".to_owned(),
        Some(("GOST28147", _)) => "GOST28147".to_owned(),
        _ if theirs == "NULL" => "none".to_owned(),
        _ => theirs.trim_end_matches("-ACPKM").to_owned(),
    }
}

fn mac(theirs: &str) -> String {
    match theirs {
        "-" => "none",
        "IMIT" | "OMAC" => "GOST",
        same => same,
    }
    .to_owned()
}

fn bits_before(row: &Value) -> String {
    let before = &row["bits_before_3_2"];
    if before.is_null() { row["bits"].to_string() } else { before.to_string() }
}

fn version(theirs: &str) -> String {
    ProtocolVersion::parse(theirs).map_or(theirs.to_owned(), |version| version.name().to_owned())
}

/// Which releases, built from the plain sources, have a suite at all, and which by default.
#[test]
fn each_release_has_the_suites_it_was_built_with() {
    let mut wrong = Vec::new();
    for name in ["1.0.2", "1.1.1", "3.0", "3.2", "3.5", "4.0"] {
        let openssl: OpenSslVersion = name.parse().unwrap();
        let selected = |list: &str| -> HashSet<String> {
            let expansion = expand_with(list, openssl, Build::upstream(openssl)).unwrap();
            expansion.suites.iter().map(|a| format!("{:04x}", a.suite.id)).collect()
        };
        let (all, default) = (selected("ALL:COMPLEMENTOFALL"), selected("DEFAULT"));
        for row in rows() {
            let of = |field: &str| row[field].as_array().is_some_and(|all| all.iter().any(|v| v == name));
            let id = text(&row, "id");
            let ours = match text(&row, "min") {
                "TLSv1.3" => {
                    let suite = ciphersuites(text(&row, "name"), openssl).unwrap_or_default();
                    let usual = !suite.is_empty() && openssl.default_ciphersuites().contains(&suite[0]);
                    (usual, usual)
                }
                _ => (all.contains(id), default.contains(id)),
            };
            if (of("built"), of("default")) != ours {
                wrong.push(format!("{name} {}: {ours:?}, {row}", text(&row, "name")));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn text<'a>(row: &'a Value, field: &str) -> &'a str {
    row[field].as_str().unwrap_or_default()
}

fn rows() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/truth/ciphers/suites.json.gz");
    serde_json::from_reader(GzDecoder::new(std::fs::File::open(path).unwrap())).unwrap()
}
