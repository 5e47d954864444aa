//! What a proxy offered to its upstream, and what it verified.

use crate::comparison::Case;
use crate::prediction::{Said, entries, say, say_or, texts};
use serde_json::Value;
use std::cmp::Reverse;
use std::collections::BTreeSet;

const VERSIONS: [&str; 5] = ["SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

/// Every request that was made through the proxy.
pub fn compare(case: &mut Case, recorded: &Value, shown: &Value) {
    let upstreams = entries(shown, "upstreams");
    for (url, request) in recorded["requests"].as_object().into_iter().flatten() {
        case.place.clone_from(url);
        let hello = request["client_hello"].as_str().map(|id| &recorded["client_hellos"][id]);
        let upstream = upstreams.iter().copied().min_by_key(|u| Reverse(fit(u, url, &request["to_port"])));
        compare_request(case, request, hello, upstream);
    }
}

/// An upstream of the port and of the longest location is the one that a URL goes to.
fn fit(upstream: &Value, url: &str, port: &Value) -> (bool, usize) {
    let port = format!(":{port}");
    let same_port = texts(&upstream["targets"]).iter().any(|target| target.ends_with(&port));
    let from = upstream["from"].as_str().unwrap_or_default();
    let location = from.split_once("location ").map_or("", |(_, rest)| rest);
    let location = location.trim_start_matches(['=', '^', '~', '*']).trim_start();
    let location = location.split_whitespace().next().filter(|l| l.starts_with('/'));
    let path = url.split_once("://").and_then(|(_, rest)| rest.find('/').map(|at| &rest[at..]));
    (same_port, location.filter(|l| path.is_some_and(|path| path.starts_with(l))).map_or(0, str::len))
}

fn compare_request(case: &mut Case, request: &Value, hello: Option<&Value>, upstream: Option<&Value>) {
    let plain = request["scenarios"]["good"]["outcome"] == "accepted in plain text";
    let tls = upstream.map_or(Said::Value(false.into()), |u| say(Some(u), "tls"));
    case.hold("upstream TLS", (hello.is_some() || plain).then_some(hello.is_some()), tls, |p, r| p == *r);
    let Some(hello) = hello else { return };

    let upstream = upstream.filter(|u| u["tls"] == true);
    case.hold("upstream verify", verified(request), say(upstream, "verify"), |p, r| {
        p.as_str().is_some_and(|p| r.contains(&p))
    });

    // Health checks have a name of their own.
    let checks = request["health_check"]["sni"].as_str();
    let sni = request.get("sni").filter(|sni| checks.is_none() || sni.as_str() != checks);
    case.hold("upstream SNI", sni, say_or(upstream, "sni", Said::Value(Value::Null)), |p, r| {
        p.as_str().unwrap_or_default().to_lowercase() == r.as_str().unwrap_or_default()
    });

    let offered = offered(hello);
    case.hold("upstream protocols", Some(working(request)), say(upstream, "protocols"), |p, r| {
        let p = texts(p);
        p.iter().all(|v| offered.contains(v)) && r.iter().all(|v| p.contains(v))
    });
    for (field, new) in [("upstream ciphers TLSv1.3", true), ("upstream ciphers below", false)] {
        let sent: BTreeSet<&str> = texts(&hello["ciphers"]).into_iter().collect();
        let sent: BTreeSet<&str> = sent.into_iter().filter(|s| s.starts_with("TLS_") == new).collect();
        case.hold(field, (!sent.is_empty()).then_some(sent), say(upstream, "ciphers"), |p, r| {
            let versions = p.as_object().into_iter().flatten().filter(|(v, _)| (*v == "TLSv1.3") == new);
            p.is_object() && versions.flat_map(|(_, suites)| texts(suites)).collect::<BTreeSet<_>>() == *r
        });
    }
}

/// The words of `verify` that fit which certificates the proxy accepted.
fn verified(request: &Value) -> Option<Vec<&'static str>> {
    let took = |scenario: &str| request["scenarios"][scenario]["outcome"] == "accepted";
    if request["accepts_nothing"] == true {
        let met = request["negotiated"]["version"].is_string() || is_unknown_ca(request, "good");
        return met.then(|| vec!["chain", "chain+name"]);
    }
    if request.get("verifies_chain").is_none() || took("self-signed") != took("expired") {
        return None;
    }
    Some(vec![match (took("expired"), took("wrong-name")) {
        (true, _) => "none",
        (false, true) => "chain",
        (false, false) => "chain+name",
    }])
}

/// Whether the proxy met a certificate and did not trust it.
fn is_unknown_ca(request: &Value, scenario: &str) -> bool {
    request["scenarios"][scenario].to_string().contains("unknown ca")
}

fn offered(hello: &Value) -> Vec<&str> {
    match &hello["versions"] {
        Value::Array(versions) if !versions.is_empty() => versions.iter().filter_map(Value::as_str).collect(),
        _ => {
            let max = VERSIONS.iter().position(|v| hello["max_version"] == *v).expect("a version");
            VERSIONS[..=max].to_vec()
        }
    }
}

fn working(request: &Value) -> Vec<&str> {
    let working = texts(&request["versions_working"]);
    if !working.is_empty() {
        return working;
    }
    let met =
        |v: &&str| request["negotiated"]["version"] == **v || is_unknown_ca(request, &format!("only-{v}"));
    VERSIONS.into_iter().filter(met).collect()
}
