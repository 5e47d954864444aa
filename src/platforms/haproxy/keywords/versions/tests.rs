use super::*;
use ProtocolVersion::{Ssl3, Tls10, Tls11, Tls12, Tls13};

const V34: HaproxyVersion = HaproxyVersion::new(3, 4, 7);
const V21: HaproxyVersion = HaproxyVersion::new(2, 1, 0);

fn read(words: &str) -> Limits<String> {
    read_at("", words)
}

fn read_at(place: &str, words: &str) -> Limits<String> {
    let words: Vec<_> = words.split_whitespace().collect();
    let mut limits = Limits::default();
    for (at, word) in words.iter().enumerate() {
        limits.word(word, words.get(at + 1).copied(), format!("{place}{word}"));
    }
    limits
}

fn outcome(side: Side, words: &str, haproxy: HaproxyVersion) -> Outcome<String> {
    let openssl = OpenSslVersion::new(3, 5, 7);
    read(words).resolve(side, haproxy, openssl, openssl.protocols())
}

fn spoken(side: Side, words: &str, haproxy: HaproxyVersion) -> Vec<ProtocolVersion> {
    outcome(side, words, haproxy).versions.iter().collect()
}

#[test]
fn a_bind_has_a_floor_and_a_server_has_none() {
    assert_eq!(spoken(Side::Bind, "", V34), [Tls12, Tls13]);
    assert_eq!(spoken(Side::Bind, "", V21), [Tls10, Tls11, Tls12, Tls13]);
    assert_eq!(spoken(Side::Server, "", V34), [Tls10, Tls11, Tls12, Tls13]);
    assert_eq!(default_floor(Side::Server, V34), None);
}

#[test]
fn the_last_word_about_a_bound_counts() {
    assert_eq!(spoken(Side::Bind, "force-tlsv12 ssl-max-ver TLSv1.3", V34), [Tls12, Tls13]);
    assert_eq!(spoken(Side::Bind, "ssl-min-ver TLSv1.0 force-tlsv13", V34), [Tls13]);
    let overruled = outcome(Side::Bind, "ssl-min-ver TLSv1.0 force-tlsv13", V34).discarded;
    assert_eq!(overruled, [Discarded { word: "ssl-min-ver".to_owned(), by: "force-tlsv13".to_owned() }]);
    // Half of it still counts.
    assert_eq!(outcome(Side::Bind, "force-tlsv12 ssl-max-ver TLSv1.3", V34).discarded, []);
}

#[test]
fn a_bound_takes_the_effect_of_all_no_words_away() {
    let outcome = outcome(Side::Bind, "ssl-min-ver TLSv1.0 no-tlsv10 no-tlsv11", V34);
    assert_eq!(outcome.versions.iter().collect::<Vec<_>>(), [Tls10, Tls11, Tls12, Tls13]);
    let words: Vec<_> = outcome.discarded.iter().map(|d| (d.word.as_str(), d.by.as_str())).collect();
    assert_eq!(words, [("no-tlsv10", "ssl-min-ver"), ("no-tlsv11", "ssl-min-ver")]);
}

#[test]
fn defaults_fill_what_the_line_leaves_open() {
    let openssl = OpenSslVersion::new(3, 5, 7);
    let resolve = |words: &str, defaults: &str| {
        read(words).or(&read_at("default ", defaults)).resolve(Side::Bind, V34, openssl, openssl.protocols())
    };
    let spoken = |words, defaults| resolve(words, defaults).versions.iter().collect::<Vec<_>>();
    assert_eq!(spoken("ssl-max-ver TLSv1.2", "ssl-min-ver TLSv1.1"), [Tls11, Tls12]);
    assert_eq!(spoken("ssl-min-ver TLSv1.3", "force-tlsv12"), []);
    assert_eq!(spoken("no-tlsv13", "ssl-min-ver TLSv1.2"), [Tls12, Tls13]);
    assert_eq!(resolve("no-tlsv13", "ssl-min-ver TLSv1.2").discarded.len(), 1);
    let overruled = resolve("ssl-min-ver TLSv1.3", "ssl-min-ver TLSv1.2").discarded;
    assert_eq!(overruled.len(), 1);
}

#[test]
fn holes_are_spoken_all_the_same_since_openssl_1_1_0() {
    let outcome = outcome(Side::Server, "no-tlsv11", V34);
    assert_eq!(outcome.versions.iter().collect::<Vec<_>>(), [Tls10, Tls11, Tls12, Tls13]);
    assert_eq!(outcome.faults, [Fault::Hole(Tls11)]);
    let old = OpenSslVersion::new(1, 0, 2);
    let outcome = read("no-tlsv11").resolve(Side::Server, V21, old, old.protocols());
    assert_eq!(outcome.versions.iter().collect::<Vec<_>>(), [Ssl3, Tls10, Tls12]);
}

#[test]
fn nothing_left_is_a_fault() {
    let all = "no-sslv3 no-tlsv10 no-tlsv11 no-tlsv12 no-tlsv13";
    assert_eq!(outcome(Side::Bind, all, V34).faults, [Fault::NothingLeft]);
    assert_eq!(outcome(Side::Bind, "force-sslv3", V34).faults, [Fault::NothingLeft]);
    assert_eq!(spoken(Side::Bind, "ssl-min-ver SSLv3", V34), [Tls10, Tls11, Tls12, Tls13]);
}

#[test]
fn a_highest_version_below_the_floor_is_also_the_lowest() {
    let low = outcome(Side::Bind, "ssl-max-ver TLSv1.1", V34);
    assert_eq!(low.versions.iter().collect::<Vec<_>>(), [Tls11]);
    assert_eq!(low.faults, [Fault::OnlyTheHighest(Tls11)]);
    assert_eq!(spoken(Side::Bind, "ssl-max-ver TLSv1.1", V21), [Tls10, Tls11]);
}

#[test]
fn a_line_of_a_crt_list_replaces_single_bounds() {
    let built = OpenSslVersion::new(3, 5, 7).protocols();
    let bind = outcome(Side::Bind, "ssl-min-ver TLSv1.3", V34);
    let entry = |words: &str| read(words).of_entry(&bind, built).versions.iter().collect::<Vec<_>>();
    assert_eq!(entry("ssl-min-ver TLSv1.0"), [Tls10, Tls11, Tls12, Tls13]);
    assert_eq!(entry("ssl-max-ver TLSv1.2"), []);
    assert_eq!(entry(""), [Tls13]);
}

#[test]
fn names_are_read_letter_by_letter() {
    assert_eq!(parse("TLSv1.2"), Some(Tls12));
    assert_eq!(["TLSv1", "tlsv1.2", "TLS1.2", "SSLv2", "", "1.2"].map(parse), [None; 6]);
    let mut limits = Limits::default();
    assert!(!limits.word("ssl-min-ver", None, 0) && !limits.word("no-tls-tickets", None, 0));
    assert_eq!(limits, Limits::default());
}
