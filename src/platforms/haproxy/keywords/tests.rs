//! What must hold of the tables; their truth is tested against recordings in `tests/haproxy_keywords.rs`.

use super::super::section::SectionKind;
use super::super::version::HaproxyVersion;
use super::*;

const PLACES: [Place; 7] = [
    Place::Bind,
    Place::Server,
    Place::DefaultServer,
    Place::CrtList,
    Place::Load,
    Place::BindDefaults,
    Place::ServerDefaults,
];

fn refused(section: SectionKind, name: Option<&str>, words: &[&str], version: Option<(u16, u16)>) -> bool {
    let version = version.map(|(major, minor)| HaproxyVersion::new(major, minor, 0));
    let remarks = check(&Line { section, name, words }, version);
    remarks.iter().any(|remark| remark.effect == Effect::Refused)
}

#[test]
fn tables_are_sorted_and_have_each_option_once() {
    assert!(first::all().is_sorted_by_key(|row| row.name));
    for place in PLACES {
        let names: Vec<_> = words(place).iter().map(|word| word.name).collect();
        assert!(names.is_sorted_by(|a, b| a < b), "{place:?}");
        assert!(names.iter().all(|name| find_word(place, name).is_some()));
    }
}

#[test]
fn a_first_word_has_one_row_for_each_section() {
    for row in first::all() {
        let others = lookup(row.name).iter().filter(|other| other.sections == row.sections);
        assert_eq!(others.count(), 1, "{row:?}");
    }
}

#[test]
fn words_come_and_go_within_the_versions_read() {
    let lifetimes = first::all().iter().map(|row| row.lifetime);
    let lifetimes = lifetimes.chain(PLACES.into_iter().flat_map(words).map(|word| word.lifetime));
    for life in lifetimes {
        assert!(
            [life.since, life.until].into_iter().flatten().all(|v| OLDEST < v && v <= NEWEST),
            "{life:?}"
        );
        assert!(life.also_in.is_none_or(|early| life.since.is_some_and(|since| early < since)), "{life:?}");
    }
}

#[test]
fn without_a_version_only_what_all_refuse_is_refused() {
    let f = SectionKind::Frontend;
    assert!(!refused(f, Some("f"), &["bind", ":1", "ssl", "default-crt", "x"], None));
    assert!(refused(f, Some("f"), &["bind", ":1", "ssl", "default-crt", "x"], Some((2, 8))));
    assert!(!refused(f, Some("f"), &["reqadd", "x"], None));
    assert!(refused(f, Some("f"), &["reqadd", "x"], Some((2, 1))));
    assert!(!refused(SectionKind::Global, None, &["no-quic"], None));
    assert!(refused(SectionKind::Global, None, &["no-quic"], Some((3, 3))));
    assert!(refused(f, Some("f"), &["appsession", "x"], None));
    assert!(refused(f, Some("f"), &["bogus"], None));
}

#[test]
fn named_defaults_take_rules_since_2_5() {
    let d = SectionKind::Defaults;
    assert!(refused(d, None, &["http-request", "deny"], Some((3, 4))));
    assert!(!refused(d, Some("d"), &["http-request", "deny"], Some((3, 4))));
    assert!(refused(d, Some("d"), &["http-request", "deny"], Some((2, 4))));
}

#[test]
fn values_are_no_options() {
    let b = SectionKind::Backend;
    let take = |words: &[&str]| !refused(b, Some("b"), words, Some((3, 4)));
    assert!(take(&["server", "s", ":1", "ciphers", "bogus", "source", "0.0.0.0", "usesrc", "client", "ssl"]));
    assert!(take(&["server", "s", ":1", "set-proxy-v2-tlv-fmt(0x20)", "bogus", "ssl"]));
    assert!(!take(&["server", "s", ":1", "ssl", "bogus"]));
}

#[test]
fn later_releases_of_a_branch_may_know_more() {
    let line = Line {
        section: SectionKind::Global,
        name: None,
        words: &["tune.ssl.certificate-compression", "off"],
    };
    let minds = |patch| !check(&line, Some(HaproxyVersion::new(3, 2, patch))).is_empty();
    assert!(minds(0) && !minds(26));
}

#[test]
fn every_option_of_tls_says_what_it_is_about() {
    for place in PLACES {
        for word in words(place) {
            let sounds =
                ["ssl", "tls", "crt", "cipher", "sni", "verify"].iter().any(|s| word.name.contains(s));
            assert!(!sounds || word.about != About::Nothing || word.name.contains("send-proxy"), "{word:?}");
        }
    }
}

/// As 2.2.9, 2.6.12, 3.0.11, 3.2.26 and 3.4.7 answered to a crt-list with one option each.
#[test]
fn lines_of_a_crt_list_take_what_real_servers_take() {
    const VERSIONS: [(u16, u16); 5] = [(2, 2), (2, 6), (3, 0), (3, 2), (3, 4)];
    for (option, taken) in [
        ("allow-0rtt", [true; 5]),
        ("ciphersuites TLS_AES_128_GCM_SHA256", [true; 5]),
        ("no-alpn", [false, false, true, true, true]),
        ("sigalgs RSA+SHA256", [false, false, true, true, true]),
        ("ocsp-update off", [false, false, true, true, true]),
        ("alias x", [false, false, true, true, true]),
        ("jwt on", [false, false, false, false, true]),
        ("bits 5", [false, false, false, false, true]),
        ("strict-sni", [false; 5]),
        ("no-tlsv10", [false; 5]),
        ("force-tlsv12", [false; 5]),
        ("prefer-client-ciphers", [false; 5]),
        ("ssl-min-ver TLSv1", [false; 5]),
        ("verify maybe", [false; 5]),
    ] {
        let words: Vec<_> = option.split(' ').collect();
        let real = VERSIONS.map(|(major, minor)| {
            check_options(Place::CrtList, &words, 0, Some(HaproxyVersion::new(major, minor, 0))).is_empty()
        });
        assert_eq!(real, taken, "{option}");
    }
}
