//! 322 handshakes of 14 real clients with 23 settings of a server of OpenSSL 3.5.5.

use crate::folder;
use serde_json::Value;
use tlslint::surface::negotiate::{ClientHello, Held, HeldKey, Outcome, ServerSide, negotiate};
use tlslint::tls::cipher_string::expand;
use tlslint::tls::protocol::{ProtocolSet, ProtocolVersion};
use tlslint::tls::signature::scheme;
use tlslint::tls::{OpenSslVersion, cipher_suite, group};

/// The library of the recorded server, and the level of its build.
const SERVER: (OpenSslVersion, u8) = (OpenSslVersion::new(3, 5, 5), 2);

#[test]
fn handshakes_of_real_clients() {
    let golden = read("golden.json");
    let clients = read("clients.json");
    let mut wrong = Vec::new();
    let results = golden["results"].as_array().unwrap();
    for result in results {
        let find = |list: &'_ Value, id: &Value| {
            list.as_array().unwrap().iter().find(|entry| entry["id"] == *id).unwrap().clone()
        };
        let hello = hello(&find(&clients, &result["client"]));
        let server = server(&find(&golden["configs"], &result["cfg"]));
        let (actual, error) = match negotiate(&hello, &server) {
            Outcome::Agreed(agreed) => (Some(agreed.suite.name()), None),
            Outcome::Refused(refusal) => (None, Some(refusal.logged)),
            Outcome::Unknown { why } => panic!("{why}"),
        };
        if result["actual"].as_str() != actual || result["error"].as_str() != error {
            wrong.push(format!("{result}: {actual:?} {error:?}"));
        }
    }
    assert_eq!(results.len(), 322);
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), results.len(), wrong.join("\n"));
}

fn hello(client: &Value) -> ClientHello {
    let versions = versions(&client["versions"]);
    let finishes = client.get("finishes").map_or(versions, self::versions);
    let groups = |key: &str| texts(&client[key]).filter_map(group::by_name).map(|g| g.id).collect();
    ClientHello {
        versions,
        unfinished: versions.difference(finishes),
        suites: texts(&client["suites"]).map(|id| u16::from_str_radix(id, 16).unwrap()).collect(),
        groups: groups("groups"),
        shares: client["shares"].is_array().then(|| groups("shares")),
        signatures: texts(&client["signatures"]).filter_map(scheme::by_name).map(|s| s.id).collect(),
        ..ClientHello::default()
    }
}

fn server(config: &Value) -> ServerSide {
    let (openssl, level) = SERVER;
    let list = expand(config["cipher"].as_str().unwrap_or("DEFAULT"), openssl).unwrap();
    let bound = |key: &str| config[key].as_str().and_then(ProtocolVersion::parse);
    let (min, max) = (bound("min"), bound("max").unwrap_or(ProtocolVersion::Tls13));
    let mut server = ServerSide::new(openssl, list.security_level.unwrap_or(level));
    server.versions = Ok(ProtocolVersion::ALL.into_iter().filter(|v| min <= Some(*v) && *v <= max).collect());
    server.suites = Ok(list.suites.iter().map(|admitted| admitted.suite).collect());
    if config["suites13"].is_array() {
        let ids = texts(&config["suites13"]).map(|id| u16::from_str_radix(id, 16).unwrap());
        server.suites13 = Ok(ids.filter_map(cipher_suite::by_id).collect());
    }
    if config["groups"].is_array() {
        server.groups = Ok(vec![texts(&config["groups"]).filter_map(group::by_name).collect()]);
    }
    for phase in [&mut server.first, &mut server.then] {
        phase.server_preference = Ok(config["pref"] == true);
        phase.prioritize_chacha = config["prio"] == true;
    }
    // `s_server` brings parameters of its own where none are given.
    server.dh_params = Ok(true);
    server.certificates = texts(&config["certs"])
        .enumerate()
        .map(|(index, key)| Held { index, key: Ok(self::key(key)) })
        .collect();
    server
}

fn key(name: &str) -> HeldKey {
    match name {
        "ec256" => HeldKey::ecdsa("P-256"),
        "ec384" => HeldKey::ecdsa("P-384"),
        "ec521" => HeldKey::ecdsa("P-521"),
        "ed25519" => HeldKey::ed25519(),
        _ => HeldKey::rsa(2048),
    }
}

fn versions(list: &Value) -> ProtocolSet {
    texts(list).filter_map(ProtocolVersion::parse).collect()
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn read(file: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(folder().join(file)).unwrap()).unwrap()
}
