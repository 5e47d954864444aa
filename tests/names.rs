//! Names of certificates against hosts. `testdata/truth/names/matching.json` holds what seven builds of
//! TLS libraries made of every pattern with every host.

use serde::Deserialize;
use std::collections::HashMap;
use std::net::IpAddr;
use std::path::Path;
use tlslint::pki::name::{Client, Coverage, Identity, Match, covers, matches, matches_identity, to_ascii};
use tlslint::pki::{Certificate, CertificateFile};
use tlslint::source::FileId;
use tlslint::tls::openssl::OpenSslVersion;

#[derive(Deserialize)]
struct Recorded {
    letters: HashMap<char, String>,
    patterns: Vec<(String, String)>,
    hosts: Vec<String>,
    accepted: Vec<(String, String, String, String)>,
}

fn client(letter: char) -> Client {
    match letter {
        'o' | 'p' | 'q' => Client::OpenSsl,
        'n' => Client::Node,
        'g' => Client::Go,
        'j' => Client::Java,
        'r' => Client::Rustls,
        other => panic!("no client has the letter {other}"),
    }
}

/// The verdict on a host for a certificate of one recorded pattern.
fn verdict(kind: &str, value: &str, host: &str) -> Match {
    let none = Identity { dns: &[], addresses: &[], common_name: None };
    match kind {
        "dns" if value.parse::<IpAddr>().is_ok() => matches_identity(&none, host),
        "dns" => matches_identity(&Identity { dns: &[value], ..none }, host),
        "ip" => matches_identity(&Identity { addresses: &[value.parse().expect(value)], ..none }, host),
        "cn" => matches_identity(&Identity { common_name: Some(value), ..none }, host),
        "cn+san" => {
            let (name, san) = value.split_once('|').expect(value);
            matches_identity(&Identity { dns: &[san], common_name: Some(name), ..none }, host)
        }
        other => panic!("no identity of kind {other}"),
    }
}

#[test]
fn every_client_takes_what_its_library_took_and_refuses_what_it_refused() {
    let text = std::fs::read_to_string("testdata/truth/names/matching.json").expect("recording");
    let recorded: Recorded = serde_json::from_str(&text).expect("recording");
    assert_eq!(recorded.letters.len(), 7);
    let accepted: HashMap<(&str, &str, &str), &str> =
        recorded.accepted.iter().map(|(k, v, h, who)| ((&**k, &**v, &**h), &**who)).collect();
    let mut wrong = Vec::new();
    let mut pairs = 0;
    for (kind, value) in &recorded.patterns {
        for host in &recorded.hosts {
            let who = accepted.get(&(&**kind, &**value, &**host)).copied().unwrap_or_default();
            // The three builds of OpenSSL agree throughout.
            assert!(["opq", ""].contains(&who.replace(['n', 'g', 'j', 'r'], "").as_str()), "{value} {host}");
            let expected: Vec<Client> =
                Client::ALL.into_iter().filter(|c| who.chars().any(|l| client(l) == *c)).collect();
            let expected = match expected.len() {
                0 => Match::NoMatch,
                5 => Match::Match,
                _ => Match::Differs(expected),
            };
            let got = verdict(kind, value, host);
            if got != expected {
                wrong.push(format!("{kind} {value:?} for {host:?}: {got:?}, recorded {expected:?}"));
            }
            pairs += 1;
        }
    }
    assert_eq!(pairs, recorded.patterns.len() * recorded.hosts.len());
    assert!(wrong.is_empty(), "{} of {pairs} differ:\n{}", wrong.len(), wrong.join("\n"));
}

fn leaf(file: &str) -> Certificate {
    let bytes = std::fs::read(Path::new("testdata/pki").join(file)).expect(file);
    let file = CertificateFile::read(&bytes, FileId(0), OpenSslVersion::new(3, 0, 0));
    file.leaf().cloned().expect("a leaf")
}

#[test]
fn names_in_other_letters_are_asked_for_in_ascii() {
    assert_eq!(to_ascii("Bücher.example").as_deref(), Some("xn--bcher-kva.example"));
    assert_eq!(to_ascii("*.bücher.example.").as_deref(), Some("*.xn--bcher-kva.example"));
    assert_eq!(to_ascii("WWW.Example.com.").as_deref(), Some("www.example.com"));
    assert_eq!(to_ascii("\u{FFFD}.example"), None);
}

#[test]
fn addresses_are_compared_with_addresses_only() {
    let certificate = leaf("ipsan.crt");
    for (host, expected) in [
        ("10.1.2.3", Match::Match),
        ("::1", Match::Match),
        ("0:0:0:0:0:0:0:1", Match::Match),
        ("10.1.2.4", Match::NoMatch),
        ("localhost", Match::NoMatch),
    ] {
        assert_eq!(matches(&certificate, host), expected, "{host}");
    }
}

#[test]
fn a_listeners_names_are_covered_in_whole_in_part_or_not() {
    let partly = |missing: &str| Coverage::Partly { missing: missing.to_owned() };
    let (wild, www, cn) = (leaf("wild.crt"), leaf("www.fullchain.pem"), leaf("cnonly.crt"));
    for (certificate, name, expected) in [
        // `*.example.net`, `example.net`
        (&wild, "www.example.net", Coverage::Covered),
        (&wild, "WWW.Example.NET", Coverage::Covered),
        (&wild, "example.net", Coverage::Covered),
        (&wild, "a.b.example.net", Coverage::NotCovered),
        (&wild, "*.example.net", Coverage::Covered),
        (&wild, ".example.net", Coverage::Covered),
        (&wild, "*.b.example.net", Coverage::NotCovered),
        (&wild, "*.net", partly("*.net")),
        (&wild, "www.*", Coverage::Unknown),
        (&wild, "www.example.*", Coverage::Unknown),
        (&wild, "www.other.*", Coverage::NotCovered),
        (&wild, "_x.example.net", Coverage::Differs(vec![Client::Node, Client::Go, Client::Rustls])),
        // `www.example.com`, `example.com`
        (&www, "www.example.com", Coverage::Covered),
        (&www, "api.example.com", Coverage::NotCovered),
        (&www, "*.example.com", partly("*.example.com")),
        (&www, ".example.com", partly("*.example.com")),
        (&www, ".www.example.com", partly("*.www.example.com")),
        (&www, "*.example.org", Coverage::NotCovered),
        (&www, "www.*", Coverage::Unknown),
        (&www, "api.*", Coverage::NotCovered),
        // a common name alone
        (&cn, "cn.example.com", Coverage::Differs(vec![Client::OpenSsl, Client::Node, Client::Java])),
        (&cn, "other.example.com", Coverage::NotCovered),
        // no names
        (&www, "~^www\\.", Coverage::Unknown),
        (&www, "$hostname", Coverage::Unknown),
        (&www, "", Coverage::Unknown),
        (&www, "_", Coverage::Unknown),
    ] {
        assert_eq!(covers(certificate, name), expected, "{name} by {:?}", certificate.names);
    }
}
