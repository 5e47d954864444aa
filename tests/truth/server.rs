//! What handshakes for one name on one socket met.

use crate::comparison::Case;
use crate::prediction::{Said, entries, is_unknown, say, say_for, say_or, texts};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Everything recorded for a name; `server` is what is predicted to answer to it.
pub fn compare(case: &mut Case, surface: &Value, server: Option<&Value>) {
    let accepted = accepted_versions(surface);
    let sure: Vec<&str> = accepted.iter().filter(|(_, v)| is_complete(v)).map(|(v, _)| *v).collect();
    let is_refused = surface.get("refused").is_some();
    let rejects = rejects_handshake(server, is_refused);
    let says_rejects = matches!(&rejects, Said::Value(rejects) if *rejects == true);
    case.hold("SNI rejected", (is_refused || !sure.is_empty()).then_some(is_refused), rejects, |p, r| {
        p == *r
    });
    if is_refused {
        return;
    }
    let server = server.filter(|_| !says_rejects || sure.is_empty());
    // What the recording client itself could not finish may be predicted or not.
    case.hold("protocols", Some(&sure), say(server, "protocols"), |p, r| {
        let p = texts(p);
        p.iter().all(|v| accepted.contains_key(v)) && r.iter().all(|v| p.contains(v))
    });
    for (version, recorded) in &accepted {
        compare_suites(case, version, recorded, sure.contains(version), server);
    }
    for (version, recorded) in surface["groups"].as_object().into_iter().flatten() {
        compare_groups(case, version, recorded, sure.contains(&version.as_str()), server);
    }
    compare_certificates(case, surface, server);
    compare_behaviour(case, surface, server);
}

fn accepted_versions(surface: &Value) -> BTreeMap<&str, &Value> {
    let versions = surface["versions"].as_object().into_iter().flatten();
    versions.filter(|(_, v)| v["accepted"] == true).map(|(name, v)| (name.as_str(), v)).collect()
}

/// Whether a whole handshake succeeded, or failed on nothing but the client's certificate.
fn is_complete(version: &Value) -> bool {
    let alert = version["full_handshake"].as_str().and_then(|why| why.strip_prefix("alert "));
    alert.is_none_or(|alert| alert.contains("certificate") || alert.contains("unknown_ca"))
}

fn rejects_handshake(server: Option<&Value>, is_refused: bool) -> Said {
    let said = say(server, "rejects_handshake");
    let (Some(server), Said::Value(Value::Bool(false))) = (server, &said) else { return said };
    let offers = server["ciphers"].as_object();
    if is_refused && is_unknown(server, "certificates") {
        return Said::Silent; // The path may hold a variable.
    }
    if offers.is_some_and(|offers| offers.values().all(|suites| texts(suites).is_empty())) {
        return Said::Value(true.into()); // To have nothing to offer is to reject.
    }
    said
}

fn compare_suites(case: &mut Case, version: &str, recorded: &Value, sure: bool, server: Option<&Value>) {
    let suites = recorded.get("ciphers").filter(|_| sure).map(texts);
    let preference = match recorded["order"].as_str() {
        Some("server") if sure => Some(true),
        Some("client") if sure => Some(false),
        _ => None,
    };
    let said = say_for(version, server, "ciphers");
    case.hold(&format!("ciphers {version}"), suites.clone(), said.clone(), |p, r| {
        p.is_array() && set(texts(p)) == set(r.clone())
    });
    let ordered = suites.filter(|_| preference == Some(true));
    case.hold(&format!("cipher order {version}"), ordered, said, |p, r| {
        let p = texts(p);
        let common: Vec<&str> = p.iter().copied().filter(|suite| r.contains(suite)).collect();
        !common.is_empty() && r.iter().copied().filter(|suite| p.contains(suite)).eq(common)
    });
    let said = say_for(version, server, "server_preference");
    case.hold("server preference", preference, said, |p, r| p == *r);
}

fn set<'v>(texts: impl IntoIterator<Item = &'v str>) -> BTreeSet<String> {
    texts.into_iter().map(str::to_lowercase).collect()
}

fn compare_groups(case: &mut Case, version: &str, recorded: &Value, sure: bool, server: Option<&Value>) {
    let seen = set(texts(&recorded["accepted"]));
    // With a note, certificates kept some from being seen.
    let is_partial = recorded.get("note").is_some();
    let measured = (sure && !seen.is_empty()).then_some(&seen);
    case.hold(&format!("groups {version}"), measured, say_for(version, server, "groups"), |p, r| {
        let mut predicted: BTreeSet<String> = set(texts(p)).into_iter().map(curve).collect();
        predicted.retain(|group| r.contains(group) || can_show(group, version));
        p.is_array() && if is_partial { predicted.is_superset(r) } else { predicted == **r }
    });
}

fn curve(name: String) -> String {
    match name.as_str() {
        "prime256v1" | "secp256r1" => "p-256".to_owned(),
        "secp384r1" => "p-384".to_owned(),
        "secp521r1" => "p-521".to_owned(),
        _ => name,
    }
}

/// Whether a group can be agreed on in a version at all.
fn can_show(group: &str, version: &str) -> bool {
    let only_13 =
        |g: &str| g.starts_with("ffdhe") || g.contains("mlkem") || g.contains("tls13") || g == "curvesm2";
    let never_13 = |g: &str| {
        matches!(g, "p-192" | "p-224" | "secp256k1") || g.starts_with("brainpool") && g.ends_with("r1")
    };
    !group.starts_with("sect") && if version == "TLSv1.3" { !never_13(group) } else { !only_13(group) }
}

/// The chains that were presented, by the name of their leaf.
fn chains(surface: &Value) -> BTreeMap<&str, Vec<&str>> {
    let chains = surface["chains"].as_array().into_iter().flatten().chain([&surface["default_client"]]);
    let chains = chains.map(|chain| texts(&chain["certs"]));
    chains.filter_map(|chain| chain.first().copied().map(|leaf| (leaf, chain))).collect()
}

fn compare_certificates(case: &mut Case, surface: &Value, server: Option<&Value>) {
    let chains = chains(surface);
    // Not those that the server makes by itself.
    let is_known = !chains.is_empty() && chains.keys().all(|leaf| case.ids.values().any(|id| id == leaf));
    let sent: Vec<Vec<String>> = entries(server.unwrap_or(&Value::Null), "certificates")
        .into_iter()
        .map(|c| texts(&c["chain_sha256"]).into_iter().map(|sha256| name(case.ids, sha256)).collect())
        .collect();

    let said = match say(server, "certificates") {
        Said::Value(Value::Array(_)) => {
            Said::Value(sent.iter().map(|chain| chain.first().map_or("?", String::as_str)).collect())
        }
        said => said,
    };
    let leaves = is_known.then(|| set(chains.keys().copied()));
    case.hold("certificates", leaves, said, |p, r| p.is_array() && set(texts(p)) == *r);
    for (leaf, chain) in chains.into_iter().filter(|_| is_known) {
        let said = sent.iter().find(|sent| sent.first().is_some_and(|first| first == leaf));
        let said = said.map_or(Said::Silent, |sent| Said::Value(json!(sent)));
        case.hold("certificates sent", Some(chain), said, |p, r| p == &json!(r));
    }
}

fn name(ids: &BTreeMap<String, String>, sha256: &str) -> String {
    ids.get(&sha256.to_lowercase()).cloned().unwrap_or_else(|| sha256.chars().take(12).collect())
}

/// ALPN, client certificates, tickets, stapling and HSTS.
fn compare_behaviour(case: &mut Case, surface: &Value, server: Option<&Value>) {
    let alpn = surface["alpn"].get("h2,http/1.1").filter(|a| !a.as_str().is_some_and(|a| a.starts_with('(')));
    case.hold("alpn", alpn, say_or(server, "alpn", Said::Value(json!([]))), |p, r| {
        let selected = texts(p).into_iter().find(|protocol| matches!(*protocol, "h2" | "http/1.1"));
        p.is_array() && selected == r.as_str()
    });

    let chains = surface["chains"].as_array().filter(|chains| !chains.is_empty());
    let wanted = surface.get("client_cert").filter(|_| chains.is_some()).map(client_auth);
    case.hold("client certificate", wanted, say(server, "client_auth"), |p, r| {
        p.as_str().is_some_and(|p| r.contains(&p))
    });

    // With TLS 1.3 OpenSSL sends tickets even where they are turned off.
    let tickets = surface["resumption"]["TLSv1.2"]["tickets"].as_u64();
    case.hold("session tickets", tickets.map(|n| n > 0), say(server, "session_tickets"), |p, r| p == *r);

    let stapled = chains.into_iter().flatten().any(|chain| chain["ocsp_stapled"] == true);
    let measured = stapled || chains.is_some() && !case.waits_for_responder();
    case.hold("stapled OCSP", measured.then_some(stapled), say(server, "stapling"), |p, r| p == *r);

    let empty = Map::new();
    let page = surface["http"]["GET /"].as_object().unwrap_or(&empty);
    let hsts = page.get("hsts").and_then(|all| texts(all).first().copied());
    let is_page = page.get("status").and_then(Value::as_u64).is_some_and(|status| (1..400).contains(&status));
    // A header without `always` does not show on errors.
    let measured = (hsts.is_some() || is_page).then_some(hsts);
    case.hold("HSTS", measured, say_or(server, "hsts", Said::Value(Value::Null)), |p, r| {
        p.is_null() && r.is_none() || p.is_string() && p.as_str().filter(|p| !p.is_empty()) == *r
    });
}

/// The words of `client_auth` that fit what clients with different certificates met.
fn client_auth(recorded: &Value) -> Vec<&'static str> {
    let without = &recorded["without"];
    let insists = without.is_string() || without.as_u64().is_some_and(|s| matches!(s, 400 | 495 | 496));
    // `error_page 495 496 =200` hides which it was.
    let is_hidden = *without == 200 && recorded["client-expired"] == 200;
    match recorded["requested"] == true {
        false => vec!["none"],
        true if is_hidden => vec!["required", "optional"],
        true if insists => vec!["required"],
        true => vec!["optional"],
    }
}
