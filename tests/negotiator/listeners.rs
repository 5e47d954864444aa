//! Clients that ask for a name on a socket of nginx, against the recordings in `testdata/truth/nginx`.

use crate::PRESENT;
use serde_json::Value;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use tlslint::analysis::{Analysis, Options};
use tlslint::model::{SocketAddress, Transport};
use tlslint::surface::ListenerSurface;
use tlslint::surface::negotiate::{ClientHello, Outcome, on_listener};
use tlslint::target::Target;
use tlslint::tls::protocol::{ProtocolSet, ProtocolVersion};
use tlslint::tls::signature::scheme;
use tlslint::tls::{OpenSslVersion, cipher_suite};

#[test]
fn clients_that_ask_for_names() {
    let mut outcomes = BTreeMap::<&str, Vec<String>>::new();
    for (tree, library) in
        [("debian11", "debian-11"), ("debian12", "debian-12"), ("debian13", ""), ("sid", "")]
    {
        let lines = std::fs::read_to_string(folder().join(format!("recorded/{tree}.jsonl"))).unwrap();
        for truth in lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()) {
            compare(library, &truth, &mut outcomes);
        }
    }
    let count = |outcome: &str| outcomes.get(outcome).map_or(0, Vec::len);
    let wrong = outcomes.get("wrong").map(|wrong| wrong.join("\n")).unwrap_or_default();
    assert_eq!(count("wrong"), 0, "{wrong}");
    println!("{} right, {} unknown", count("right"), count("unknown"));
    assert!(count("right") > 3000, "{}", count("right"));
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/truth/nginx")
}

fn compare(library: &str, truth: &Value, outcomes: &mut BTreeMap<&str, Vec<String>>) {
    let surface = &truth["surface"];
    if surface["started"] != true || surface["check"]["rc"] != 0 {
        return;
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let case = text(&truth["case"]);
    let release = format!("nginx={},openssl={}", text(&surface["version"]), text(&surface["openssl"]));
    let name =
        if library.is_empty() { format!("{release},seclevel=2") } else { format!("{library},{release}") };
    let target = Target::parse(&name).unwrap();
    let analysis = Analysis::of(Options {
        paths: vec![folder().join("cases").join(format!("{case}.conf"))],
        ..Options::new(target.clone(), PRESENT)
    });
    for recorded in surface["listeners"].as_array().into_iter().flatten().filter(|l| l["kind"] == "tls") {
        let Some(listener) = find(&analysis.surface.listeners, recorded) else { continue };
        for (name, surface) in recorded["by_sni"].as_object().into_iter().flatten() {
            let surface = &recorded["surfaces"][surface.as_str().unwrap()];
            let asked = Some(name.clone()).filter(|name| name != "(no SNI)");
            for version in ProtocolVersion::ALL {
                let Some(met) = on_listener(&ordinary(version, asked.clone()), listener, &target) else {
                    continue;
                };
                let what = format!("{version} for {name} of {case} on {target}: {:?}", met.outcome);
                let outcome = match (&met.outcome, agrees(&met.outcome, version, surface)) {
                    (_, None) => "not measured",
                    (Outcome::Unknown { .. }, _) => "unknown",
                    (_, Some(true)) => "right",
                    (_, Some(false)) => "wrong",
                };
                outcomes.entry(outcome).or_default().push(what);
            }
        }
    }
}

/// The socket that was probed.
fn find<'s>(listeners: &'s [ListenerSurface], recorded: &Value) -> Option<&'s ListenerSurface> {
    let socket = recorded["socket"].as_str()?;
    let port = socket.rsplit_once(':')?.1;
    let probed: Option<SocketAddr> = format!("{}:{port}", recorded["probed_at"].as_str()?).parse().ok();
    let bound: Option<SocketAddr> = socket.parse().ok();
    let at = |address: Option<SocketAddr>| {
        let address = SocketAddress::Ip(address?);
        listeners.iter().find(|l| l.listener.address == address && l.listener.transport == Transport::Tcp)
    };
    at(probed).or_else(|| at(bound))
}

/// A client of one version that takes what it can get.
fn ordinary(version: ProtocolVersion, name: Option<String>) -> ClientHello {
    let newest: Vec<u16> = vec![0x1302, 0x1303, 0x1301];
    ClientHello {
        versions: ProtocolSet::of(&[version]),
        suites: newest.into_iter().chain(cipher_suite::all().map(|suite| suite.id).rev()).collect(),
        groups: vec![29, 23, 24, 25, 30, 22, 26, 27, 28, 256, 257],
        shares: Some(vec![29]),
        signatures: scheme::default_list(OpenSslVersion::new(3, 0, 0)).iter().map(|s| s.id).collect(),
        name,
        alpn: vec!["h2".to_owned(), "http/1.1".to_owned()],
        ..ClientHello::default()
    }
}

/// Whether it is what was recorded; none where nothing was.
fn agrees(foretold: &Outcome, version: ProtocolVersion, surface: &Value) -> Option<bool> {
    if surface.get("refused").is_some() {
        return Some(matches!(foretold, Outcome::Refused(_)));
    }
    let recorded = surface["versions"].get(version.name())?;
    // Of a client with all versions, which may be refused where others are not.
    let alpn = surface["alpn"]["h2,http/1.1"].as_str().filter(|alpn| !alpn.starts_with('('));
    match (recorded["accepted"] == true, recorded["full_handshake"] == true, foretold) {
        (true, false, _) => None,
        (true, true, Outcome::Agreed(agreed)) => {
            Some(agreed.version == version && (alpn.is_none() || alpn == agreed.alpn.as_deref()))
        }
        (accepted, _, _) => Some(!accepted && matches!(foretold, Outcome::Refused(_))),
    }
}
