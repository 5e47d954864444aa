//! ClientHellos written by hand against `openssl s_server` of several releases, drawn at random.

use crate::folder;
use flate2::read::GzDecoder;
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead, BufReader};
use tlslint::surface::negotiate::{ClientHello, Held, HeldKey, Outcome, ServerSide, negotiate};
use tlslint::tls::cipher_string::{ciphersuites, expand};
use tlslint::tls::cipher_suite::KeyExchange;
use tlslint::tls::protocol::ProtocolVersion;
use tlslint::tls::signature::scheme;
use tlslint::tls::{OpenSslVersion, group};

#[test]
fn openssl_1_1_1() {
    replay("openssl-1.1.1w.jsonl.gz");
}

#[test]
fn openssl_3_0() {
    replay("openssl-3.0.22.jsonl.gz");
}

#[test]
fn openssl_3_5() {
    replay("openssl-3.5.7.jsonl.gz");
}

#[test]
fn openssl_3_6() {
    replay("openssl-3.6.5.jsonl.gz");
}

#[test]
fn openssl_4_0() {
    replay("openssl-4.0.3.jsonl.gz");
}

fn replay(file: &str) {
    let lines = BufReader::new(GzDecoder::new(File::open(folder().join(file)).unwrap())).lines();
    let mut lines = lines.map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap());
    let openssl: OpenSslVersion = lines.next().unwrap()["openssl"].as_str().unwrap().parse().unwrap();
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for row in lines {
        let server = server(&row["server"], openssl);
        for hello in row["hellos"].as_array().unwrap() {
            let foretold = negotiate(&self::hello(hello), &server);
            seen += 1;
            if let Some(what) = difference(&foretold, &hello["answer"], &row["server"]) {
                wrong.push(format!("{what}\n   {hello}\n   {}\n   {foretold:?}", row["server"]));
            }
        }
    }
    wrong.iter().take(8).for_each(|wrong| println!("{wrong}\n"));
    assert_eq!(wrong.len(), 0, "of {seen}");
    assert!(seen > 700, "{seen}");
}

/// What is foretold otherwise than it was.
fn difference(foretold: &Outcome, answer: &Value, server: &Value) -> Option<&'static str> {
    match foretold {
        Outcome::Refused(refusal) => match () {
            () if answer["alert"] != refusal.alert.code() => Some("alert"),
            () if answer["log"] != refusal.logged => Some("log"),
            () => None,
        },
        Outcome::Agreed(agreed) => {
            let tls13 = agreed.version == ProtocolVersion::Tls13;
            let key = agreed.certificate.map(|index| &server["keys"][index]);
            let dhe = agreed.suite.kx == KeyExchange::Dhe;
            let curve = agreed.group.filter(|_| !dhe);
            let field = dhe.then(|| match agreed.group {
                Some(group) => group.name.strip_prefix("ffdhe").unwrap().parse().unwrap(),
                None => server["dh"].as_u64().unwrap(),
            });
            match () {
                () if answer["version"] != agreed.version.name() => Some("version"),
                () if answer["suite"] != agreed.suite.id => Some("suite"),
                () if answer["group"].as_u64() != curve.map(|g| g.id.into()) => Some("group"),
                () if answer["dh"].as_u64() != field => Some("finite field"),
                () if (answer["retry"] == true) != agreed.retried => Some("retry"),
                // In TLS 1.3 the rest is encrypted, unless a whole client was asked.
                () if tls13 && answer.get("key").is_none() => None,
                () if answer["sigalg"].as_u64() != agreed.signature.map(|s| s.id.into()) => Some("signature"),
                () if answer.get("key") != key => Some("certificate"),
                () if answer["alpn"].as_str() != agreed.alpn.as_deref() => Some("alpn"),
                () => None,
            }
        }
        Outcome::Unknown { .. } => Some("unknown"),
    }
}

fn hello(row: &Value) -> ClientHello {
    let versions: Vec<_> = texts(&row["versions"]).filter_map(ProtocolVersion::parse).collect();
    let tls13 = versions.contains(&ProtocolVersion::Tls13);
    ClientHello {
        // Whether the client would go on with what the server takes, it does not say.
        versions: match tls13 {
            true => versions.into_iter().collect(),
            false => ProtocolVersion::ALL.into_iter().filter(|v| Some(v) <= versions.iter().max()).collect(),
        },
        suites: numbers(&row["suites"]),
        groups: numbers(&row["groups"]),
        shares: (tls13 && row["no_key_share"] == false).then(|| numbers(&row["shares"])),
        signatures: numbers(&row["sigalgs"]),
        alpn: texts(&row["alpn"]).map(str::to_owned).collect(),
        fallback: row["fallback"] == true,
        ..ClientHello::default()
    }
}

fn server(row: &Value, openssl: OpenSslVersion) -> ServerSide {
    let level = u8::try_from(row["level"].as_u64().unwrap()).unwrap();
    let list = expand(row["ciphers"].as_str().unwrap(), openssl).unwrap();
    let bound = |key: &str| row[key].as_str().and_then(ProtocolVersion::parse).unwrap();
    let mut server = ServerSide::new(openssl, level);
    let between = |v: &ProtocolVersion| bound("min") <= *v && *v <= bound("max");
    server.versions = Ok(ProtocolVersion::ALL.into_iter().filter(between).collect());
    server.suites = Ok(list.suites.iter().map(|admitted| admitted.suite).collect());
    if let Some(list) = row["ciphersuites"].as_str() {
        server.suites13 = Ok(ciphersuites(list, openssl).unwrap());
    }
    if let Some(list) = row["groups"].as_str() {
        server.groups = Ok(group::parse_tuples(list, openssl).unwrap());
    }
    if let Some(list) = row["sigalgs"].as_str() {
        server.signatures = Ok(scheme::parse_list(list).unwrap());
    }
    for phase in [&mut server.first, &mut server.then] {
        phase.server_preference = Ok(row["order"] != "client");
        phase.prioritize_chacha = row["order"] == "chacha";
    }
    server.dh_params = Ok(row["dh"].is_u64());
    server.alpn =
        Ok(row["alpn"].as_str().map(|list| list.split(',').map(str::to_owned).collect()).unwrap_or_default());
    // That of `s_server` gave up insisting until 3.0.
    server.insists_on_alpn = openssl.at_least(3, 0, 0);
    let keys = texts(&row["keys"]).enumerate();
    server.certificates = keys.map(|(index, key)| Held { index, key: Ok(self::key(key)) }).collect();
    server
}

fn key(name: &str) -> HeldKey {
    match (name.strip_prefix("rsapss"), name.strip_prefix("rsa")) {
        (Some(bits), _) => HeldKey::rsa_pss(bits.parse().unwrap()),
        (_, Some(bits)) => HeldKey::rsa(bits.parse().unwrap()),
        _ => match name {
            "p256" => HeldKey::ecdsa("P-256"),
            "p384" => HeldKey::ecdsa("P-384"),
            "p521" => HeldKey::ecdsa("P-521"),
            "ed25519" => HeldKey::ed25519(),
            "ed448" => HeldKey::ed448(),
            curve => HeldKey::ecdsa(curve),
        },
    }
}

fn numbers(list: &Value) -> Vec<u16> {
    let numbers = list.as_array().into_iter().flatten().filter_map(Value::as_u64);
    numbers.map(|n| u16::try_from(n).unwrap()).collect()
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}
