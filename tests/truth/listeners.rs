//! The sockets of a server, and which of its `server` blocks answers to a name.

use crate::comparison::Case;
use crate::prediction::{Said, entries, say, texts};
use crate::server;
use fancy_regex::RegexBuilder;
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::net::IpAddr;

/// The mode of every socket, then each name tried on it.
pub fn compare(case: &mut Case, recorded: &Value, shown: &Value) {
    let predicted = entries(shown, "listeners");
    let mut met: Vec<&Value> = Vec::new();
    for listener in entries(recorded, "listeners") {
        let socket = text(listener, "socket");
        let (host, port) = address(socket.trim_end_matches("/udp"));
        let probed_at = listener["probed_at"].as_str().unwrap_or(&host).to_owned();
        let probed = address(&format!("{probed_at}:{port}"));
        let fit = |p: &Value| {
            let spot = address(text(p, "address"));
            // A host name fits by its port.
            let is_name = !spot.0.is_empty() && spot.0.parse::<IpAddr>().is_err();
            let loose = !met.contains(&p) && (spot.1.is_empty() || spot.1 == port && is_name);
            match (p["transport"] == "quic") == (listener["kind"] == "udp") {
                true if spot == probed => 3,
                true if spot == (host.clone(), port.clone()) => 2,
                same => u8::from(same && loose),
            }
        };
        let found = predicted.iter().copied().filter(|p| fit(p) > 0).min_by_key(|p| Reverse(fit(p)));
        met.extend(found);

        case.place = format!("{socket} at {probed_at}");
        let mode = found.map_or(Said::Value("refused".into()), |found| say(Some(found), "mode"));
        let is_tls = matches!(&mode, Said::Value(mode) if mode == "tls");
        case.hold("listener mode", mode_of(text(listener, "kind")), mode, |p, r| p == *r);
        if listener["kind"] != "tls" {
            continue;
        }
        let none = json!({ "servers": [] });
        for (sni, surface) in listener["by_sni"].as_object().into_iter().flatten() {
            case.place = format!("{socket} at {probed_at} {sni}");
            let surface = &listener["surfaces"][surface.as_str().unwrap_or_default()];
            let servers = entries(found.unwrap_or(&none), "servers");
            let chosen = is_tls.then(|| choose(&servers, sni));
            server::compare(case, surface, chosen.as_ref());
        }
    }
    compare_rest(case, recorded, predicted.into_iter().filter(|p| !met.contains(p)));
}

/// Sockets that were predicted but do not exist.
fn compare_rest<'v>(case: &mut Case, recorded: &Value, rest: impl Iterator<Item = &'v Value>) {
    let sockets = entries(recorded, "listeners").into_iter().map(|l| address(text(l, "socket")));
    let is_wild = |host: &str| host.parse().is_ok_and(|ip: IpAddr| ip.is_unspecified());
    let wild: Vec<String> = sockets.filter(|s| is_wild(&s.0)).map(|s| s.1).collect();
    for listener in rest.filter(|l| !text(l, "address").is_empty()) {
        text(listener, "address").clone_into(&mut case.place);
        let (_, port) = address(&case.place);
        // Beside a wildcard nginx opens no other socket.
        let hidden = wild.contains(&port) && listener["transport"] != "quic";
        case.hold("listener mode", (!hidden).then_some("refused"), say(Some(listener), "mode"), |p, r| {
            p == *r
        });
    }
}

fn mode_of(kind: &str) -> Option<&'static str> {
    match kind {
        "tls" | "tls behind PROXY protocol" | "udp" => Some("tls"),
        "plain" | "plain behind PROXY protocol" => Some("plaintext"),
        "tls passed through" => Some("passthrough"),
        _ => None,
    }
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// The host, as its address is normally written, and the port of a listener.
fn address(text: &str) -> (String, String) {
    let (host, port) = text.rsplit_once(':').unwrap_or(("", text));
    let host = if matches!(host, "" | "*") { "0.0.0.0" } else { host.trim_matches(['[', ']']) };
    let host = host.parse().map_or_else(|_| host.to_owned(), |ip: IpAddr| ip.to_string());
    (host, port.to_owned())
}

/// The predicted server for a name, by `names` and `default` alone.
fn choose(servers: &[&Value], sni: &str) -> Value {
    let mut best = (0, json!({ "rejects_handshake": true }));
    for server in servers {
        let names = if sni == "(no SNI)" { Vec::new() } else { texts(&server["names"]) };
        let excluded = names.iter().any(|name| name.strip_prefix('!') == Some(sni));
        let fits = names.iter().map(|name| if excluded { 0 } else { rank(name, sni) }).max().unwrap_or(0);
        let fits = fits.max(usize::from(server["default"] == true));
        if fits > best.0 {
            best = (fits, (*server).clone());
        }
    }
    best.1
}

/// How well a name of a server fits: exactly, by the longest `*.x`, by `x.*`, by a pattern.
fn rank(name: &str, sni: &str) -> usize {
    let lower = name.to_lowercase();
    let plain = lower.trim_end_matches('.');
    if plain == sni || plain.strip_prefix('.') == Some(sni) {
        return 4000;
    }
    let parent = plain.trim_start_matches('*');
    if parent.starts_with('.') && sni.ends_with(parent) {
        return 3000 + parent.len();
    }
    if plain.ends_with(".*") && sni.starts_with(&plain[..plain.len() - 1]) {
        return 2000 + plain.len();
    }
    let pattern = name.strip_prefix('~').map(|p| RegexBuilder::new(p).case_insensitive(true).build());
    let matches = pattern.is_some_and(|p| p.is_ok_and(|p| p.is_match(sni).unwrap_or(false)));
    if matches { 1000 } else { 0 }
}
