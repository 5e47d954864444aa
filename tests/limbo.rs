//! x509-limbo: chains made to be accepted or refused, with what RFC 5280 and the web PKI make of them.
//! `docs/limbo.md` lists the cases that are left out, and is checked here:
//! `UPDATE_LIMBO=1 cargo test --test limbo` writes it.

use flate2::read::GzDecoder;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::File;
use tlslint::pki::chain::{End, Fault, Origin, Path};
use tlslint::pki::name::{Match, matches};
use tlslint::pki::{Anchors, Certificate, CertificateFile, Chain, Signatures};
use tlslint::source::FileId;
use tlslint::tls::openssl::OpenSslVersion;

#[path = "limbo/left_out.rs"]
mod left_out;

#[derive(Deserialize)]
struct Limbo {
    testcases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    features: Vec<String>,
    validation_kind: String,
    trusted_certs: Vec<String>,
    untrusted_intermediates: Vec<String>,
    peer_certificate: String,
    validation_time: Option<String>,
    expected_result: String,
    expected_peer_name: Option<PeerName>,
    max_chain_depth: Option<usize>,
}

#[derive(Deserialize)]
struct PeerName {
    value: String,
}

/// What counts as now where a case does not say: 2026-11-21.
const NOW: i64 = 1_795_219_200;

fn cases() -> Vec<Case> {
    let file = File::open("testdata/truth/limbo/limbo.json.gz").expect("limbo.json.gz");
    let limbo: Limbo = serde_json::from_reader(GzDecoder::new(file)).expect("limbo.json.gz");
    assert_eq!(limbo.testcases.len(), 208);
    limbo.testcases
}

/// Seconds since 1970 of `2024-03-01T00:00:00.999+00:00`, to the second.
fn seconds(time: &str) -> i64 {
    let number = |range: std::ops::Range<usize>| time[range].parse::<i64>().expect(time);
    assert!(time.ends_with("+00:00"), "{time}");
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    // Days from 1970 in the calendar that begins its years in March.
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days =
        365 * y + y.div_euclid(4) - y.div_euclid(100) + y.div_euclid(400) + (153 * m + 2) / 5 + day - 719_469;
    days * 86_400 + number(11..13) * 3_600 + number(14..16) * 60 + number(17..19)
}

fn read(pem: &str) -> Option<Certificate> {
    let file = CertificateFile::read(pem.as_bytes(), FileId(0), OpenSslVersion::new(3, 0, 0));
    file.leaf().cloned()
}

/// Whether this certificate, sent with these, is found good for the name; where not, why.
fn verdict(case: &Case) -> Result<(), String> {
    let leaf = read(&case.peer_certificate).ok_or("the leaf cannot be read")?;
    let mut anchors = Anchors::default();
    for pem in &case.trusted_certs {
        // A trusted certificate that cannot be read is none.
        if let Some(root) = read(pem) {
            anchors.add(root, Origin::Configured);
        }
    }
    let mut sent = vec![leaf];
    sent.extend(case.untrusted_intermediates.iter().filter_map(|pem| read(pem)));
    let at = case.validation_time.as_deref().map_or(NOW, seconds);
    let chain = Chain::of(&sent, &anchors, &Signatures::default()).ok_or("nothing is sent")?;
    let short = |path: &&Path| case.max_chain_depth.is_none_or(|most| path.intermediates() <= most);
    let faults: Vec<Vec<Fault>> =
        chain.complete_paths().filter(short).map(|path| path.faults(&sent, at)).collect();
    if faults.is_empty() {
        return Err(format!("no path: {:?}", chain.path.end));
    }
    if faults.iter().all(|faults| !faults.is_empty()) {
        return Err(format!("{:?}", faults[0]));
    }
    match case.expected_peer_name.as_ref().map(|name| matches(&sent[0], &name.value)) {
        None | Some(Match::Match) => Ok(()),
        Some(other) => Err(format!("the name: {other:?}")),
    }
}

#[test]
fn every_case_that_applies_ends_as_expected() {
    let left_out: BTreeMap<&str, &str> =
        left_out::CASES.iter().flat_map(|(why, ids)| ids.iter().map(move |id| (*id, *why))).collect();
    let (mut wrong, mut replayed, mut idle) = (Vec::new(), 0, left_out.clone());
    for case in cases() {
        if left_out::feature(&case.features, &case.validation_kind).is_some() {
            continue;
        }
        let got = verdict(&case);
        let agrees = got.is_ok() == (case.expected_result == "SUCCESS");
        match (idle.remove(case.id.as_str()), agrees) {
            // Nothing is left out that would agree.
            (Some(_), true) => wrong.push(format!("{} agrees, yet is left out", case.id)),
            (Some(_), false) => {}
            (None, true) => replayed += 1,
            (None, false) => {
                wrong.push(format!("{}: expected {}, got {got:?}", case.id, case.expected_result))
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
    assert!(idle.is_empty(), "no such cases, or left out by their features: {idle:?}");
    assert!(replayed >= 135, "{replayed}");
}

/// What real sites sent, with no other roots than the bundled ones.
#[test]
fn real_sites_chain_to_the_bundled_roots() {
    let mut sites = 0;
    for case in cases().into_iter().filter(|case| case.id.starts_with("online::")) {
        let mut sent: Vec<Certificate> = read(&case.peer_certificate).into_iter().collect();
        sent.extend(case.untrusted_intermediates.iter().filter_map(|pem| read(pem)));
        let chain = Chain::of(&sent, &Anchors::default(), &Signatures::default()).expect(&case.id);
        assert!(matches!(chain.path.end, End::PublicRoot(_)), "{}: {:?}", case.id, chain.path.end);
        assert!(chain.path.verified && chain.searched, "{}", case.id);
        assert!(sent[0].extensions.has_timestamps, "{}", case.id);
        let alone = Chain::of(&sent[..1], &Anchors::default(), &Signatures::default()).expect(&case.id);
        assert_eq!(alone.path.end, End::IssuerNotSent, "{}", case.id);
        sites += 1;
    }
    assert_eq!(sites, 14);
}

#[test]
fn the_list_of_cases_left_out_is_true() {
    let cases = cases();
    let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for case in &cases {
        if let Some(why) = left_out::feature(&case.features, &case.validation_kind) {
            groups.entry(why).or_default().push(&case.id);
        }
    }
    for (why, ids) in left_out::CASES {
        groups.entry(why).or_default().extend(*ids);
    }
    let left: usize = groups.values().map(Vec::len).sum();
    let mut page = format!("{}\n", left_out::PREFACE);
    let _ = writeln!(
        page,
        "Of {} cases {} are replayed and agree; {left} are left out.\n",
        cases.len(),
        cases.len() - left
    );
    for (why, ids) in groups {
        let _ = writeln!(page, "## {why}\n");
        for id in ids {
            let _ = writeln!(page, "- `{id}`");
        }
        page.push('\n');
    }
    let page = format!("{}\n", page.trim_end());
    if std::env::var_os("UPDATE_LIMBO").is_some() {
        std::fs::write("docs/limbo.md", &page).expect("docs/limbo.md");
    }
    let written = std::fs::read_to_string("docs/limbo.md").expect("docs/limbo.md");
    assert_eq!(written, page, "write it anew with UPDATE_LIMBO=1");
}

#[test]
fn seconds_are_counted_as_the_calendar_has_them() {
    assert_eq!(seconds("1970-01-01T00:00:03+00:00"), 3);
    assert_eq!(seconds("2024-03-01T00:00:00.999+00:00"), 1_709_251_200);
    assert_eq!(seconds("2026-11-21T00:00:00+00:00"), NOW);
}
