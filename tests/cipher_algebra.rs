//! The algebra of cipher lists against a slow and plain model of it, and laws that hold for every list.
//! proptest makes the lists up, and shrinks one that breaks a law to the shortest that does.

use proptest::prelude::*;
use proptest::sample::select;
use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, Mutex};
use tlslint::tls::cipher_string::{Expansion, ciphersuites, expand};
use tlslint::tls::cipher_suite::{self, Authentication, Encryption, KeyExchange, Mac};
use tlslint::tls::{CipherSuite, OpenSslVersion, ProtocolVersion};

/// One item of a list.
#[derive(Debug, Clone)]
enum Item {
    /// An operator or none, and words joined by `+`.
    Words(&'static str, Vec<&'static str>),
    Strength,
    Level(u8),
}

impl Item {
    fn text(&self) -> String {
        match self {
            Item::Words(operator, words) => format!("{operator}{}", words.join("+")),
            Item::Strength => "@STRENGTH".to_owned(),
            Item::Level(level) => format!("@SECLEVEL={level}"),
        }
    }
}

fn list(items: &[Item]) -> String {
    items.iter().map(Item::text).collect::<Vec<_>>().join(":")
}

/// Keywords that stand for a set of suites, alone and in sums. `FIPS` and `COMPLEMENTOFDEFAULT` mean
/// something else in sums.
const KEYWORDS: &[&str] = &[
    "ALL",
    "COMPLEMENTOFALL",
    "kRSA",
    "kEDH",
    "kDHE",
    "DH",
    "kEECDH",
    "kECDHE",
    "ECDH",
    "kPSK",
    "kRSAPSK",
    "kECDHEPSK",
    "kDHEPSK",
    "kSRP",
    "aRSA",
    "aDSS",
    "DSS",
    "aNULL",
    "aECDSA",
    "ECDSA",
    "aPSK",
    "aSRP",
    "EDH",
    "DHE",
    "EECDH",
    "ECDHE",
    "NULL",
    "RSA",
    "ADH",
    "AECDH",
    "PSK",
    "SRP",
    "3DES",
    "eNULL",
    "AES128",
    "AES256",
    "AES",
    "AESGCM",
    "AESCCM",
    "AESCCM8",
    "CAMELLIA128",
    "CAMELLIA256",
    "CAMELLIA",
    "CHACHA20",
    "ARIA",
    "ARIA128",
    "ARIA256",
    "ARIAGCM",
    "CBC",
    "MD5",
    "SHA1",
    "SHA",
    "SHA256",
    "SHA384",
    "SSLv3",
    "TLSv1",
    "TLSv1.0",
    "TLSv1.2",
    "LOW",
    "MEDIUM",
    "HIGH",
];

const RELEASES: [OpenSslVersion; 5] = [
    OpenSslVersion::new(1, 1, 1),
    OpenSslVersion::new(3, 0, 22),
    OpenSslVersion::new(3, 2, 1),
    OpenSslVersion::new(3, 5, 7),
    OpenSslVersion::new(4, 0, 3),
];

fn item() -> impl Strategy<Value = Item> {
    let operator = select(vec!["", "", "", "!", "-", "+"]);
    let suites: Vec<&str> = cipher_suite::all().filter_map(|s| s.openssl).collect();
    let name =
        (operator.clone(), select(suites)).prop_map(|(operator, name)| Item::Words(operator, vec![name]));
    let words = (operator, prop::collection::vec(select(KEYWORDS), 1..4));
    let words = words.prop_map(|(operator, words)| Item::Words(operator, words));
    prop_oneof![12 => words, 4 => name, 1 => Just(Item::Strength), 1 => (0u8..6).prop_map(Item::Level)]
}

fn items() -> impl Strategy<Value = Vec<Item>> {
    prop::collection::vec(item(), 0..12)
}

fn release() -> impl Strategy<Value = OpenSslVersion> {
    select(RELEASES.to_vec())
}

fn names(expansion: &Expansion) -> Vec<&'static str> {
    expansion.suites.iter().map(|a| a.suite.name()).collect()
}

/// What a list selects; a list that selects nothing is refused.
fn selected(list: &str, openssl: OpenSslVersion) -> Vec<&'static str> {
    expand(list, openssl).map_or(Vec::new(), |x| names(&x))
}

/// The suites of a single word.
fn set(word: &'static str, openssl: OpenSslVersion) -> HashSet<&'static str> {
    type Sets = Mutex<HashMap<(&'static str, OpenSslVersion), HashSet<&'static str>>>;
    static SETS: LazyLock<Sets> = LazyLock::new(Mutex::default);
    let mut sets = SETS.lock().unwrap();
    sets.entry((word, openssl)).or_insert_with(|| selected(word, openssl).into_iter().collect()).clone()
}

// ---- the model: one suite at a time, as the C code walks its linked list

struct Model {
    openssl: OpenSslVersion,
    order: Vec<Entry>,
}

#[derive(Clone)]
struct Entry {
    suite: &'static CipherSuite,
    /// What let it in, while it is in.
    by: Option<String>,
}

impl Model {
    /// All suites, ordered by the built-in preferences.
    fn new(openssl: OpenSslVersion) -> Self {
        let everything: HashSet<_> = selected("ALL:COMPLEMENTOFALL", openssl).into_iter().collect();
        let mut suites: Vec<_> = cipher_suite::all().filter(|s| everything.contains(s.name())).collect();
        suites.sort_by_key(|s| std::cmp::Reverse(s.id));
        let order = suites.into_iter().map(|suite| Entry { suite, by: None }).collect();
        let mut model = Model { openssl, order };
        let ephemeral = |s: &CipherSuite| matches!(s.kx, KeyExchange::Dhe | KeyExchange::Ecdhe);
        let ecdhe = |s: &CipherSuite| s.kx == KeyExchange::Ecdhe;
        model.apply("", "x", |s| ecdhe(s) && s.auth == Authentication::Ecdsa);
        model.apply("", "x", ecdhe);
        model.apply("-", "x", ecdhe);
        model.apply("", "x", |s| matches!(s.enc, Encryption::Aes128Gcm | Encryption::Aes256Gcm));
        model.apply("", "x", |s| s.enc == Encryption::Chacha20Poly1305);
        model.apply("", "x", |s| s.enc.name().starts_with("AES-"));
        model.apply("", "x", |_| true);
        model.apply("+", "x", |s| s.mac == Mac::Md5);
        model.apply("+", "x", |s| s.auth == Authentication::Null);
        model.apply("+", "x", |s| s.kx == KeyExchange::Rsa);
        model.apply("+", "x", |s| s.kx == KeyExchange::Psk);
        model.apply("+", "x", |s| s.enc == Encryption::Rc4);
        model.strength();
        model.bump(|s| s.min_protocol == ProtocolVersion::Tls12);
        model.bump(CipherSuite::aead);
        model.bump(ephemeral);
        model.bump(|s| ephemeral(s) && s.aead());
        model.apply("-", "x", |_| true);
        model
    }

    fn apply(&mut self, operator: &str, word: &str, matches: impl Fn(&CipherSuite) -> bool) {
        let mut concerned: Vec<_> = self.order.iter().map(|e| e.suite).filter(|s| matches(s)).collect();
        if operator == "-" {
            concerned.reverse();
        }
        for suite in concerned {
            let at = self.order.iter().position(|e| e.suite == suite).unwrap();
            let is_in = self.order[at].by.is_some();
            match operator {
                "" if !is_in => {
                    self.order.remove(at);
                    self.order.push(Entry { suite, by: Some(word.to_owned()) });
                }
                "+" if is_in => {
                    let entry = self.order.remove(at);
                    self.order.push(entry);
                }
                "-" if is_in => {
                    self.order.remove(at);
                    self.order.insert(0, Entry { suite, by: None });
                }
                "!" => drop(self.order.remove(at)),
                _ => {}
            }
        }
    }

    fn bump(&mut self, matches: impl Fn(&CipherSuite) -> bool) {
        let (mut front, back): (Vec<_>, Vec<_>) = self.order.drain(..).partition(|e| matches(e.suite));
        front.extend(back);
        self.order = front;
    }

    /// One strength after the other, the highest first, each to the end.
    fn strength(&mut self) {
        let of = |e: &Entry| e.suite.strength_bits(self.openssl);
        let mut strengths: Vec<u16> = self.order.iter().filter(|e| e.by.is_some()).map(of).collect();
        strengths.sort_unstable();
        strengths.dedup();
        for bits in strengths.into_iter().rev() {
            let openssl = self.openssl;
            self.apply("+", "", |s| s.strength_bits(openssl) == bits);
        }
    }

    fn run(mut self, items: &[Item]) -> Vec<(&'static str, String)> {
        let openssl = self.openssl;
        for item in items {
            match item {
                Item::Words(operator, words) => {
                    let sets: Vec<_> = words.iter().map(|word| set(word, openssl)).collect();
                    self.apply(operator, &words.join("+"), |s| sets.iter().all(|set| set.contains(s.name())));
                }
                Item::Strength => self.strength(),
                Item::Level(_) => {}
            }
        }
        self.order.into_iter().filter_map(|e| Some((e.suite.name(), e.by?))).collect()
    }
}

// ---- the laws

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn lists_select_what_the_model_selects(items in items(), openssl in release()) {
        let text = list(&items);
        let ours: Vec<_> = expand(&text, openssl).map_or(Vec::new(), |x| {
            x.suites.iter().map(|a| (a.suite.name(), text[a.word.clone()].to_owned())).collect()
        });
        prop_assert_eq!(ours, Model::new(openssl).run(&items));
    }

    #[test]
    fn the_suites_by_name_select_themselves(items in items(), openssl in release()) {
        let suites = selected(&list(&items), openssl);
        prop_assert_eq!(selected(&suites.join(":"), openssl), suites);
    }

    #[test]
    fn what_is_killed_stays_out(before in items(), after in items(), word in select(KEYWORDS), openssl in release()) {
        let text = format!("{}:!{word}:{}", list(&before), list(&after));
        let killed = set(word, openssl);
        prop_assert!(selected(&text, openssl).iter().all(|name| !killed.contains(name)));
    }

    #[test]
    fn every_suite_is_in_or_thrown_out_or_never_asked_for(items in items(), openssl in release()) {
        let Ok(expansion) = expand(&list(&items), openssl) else { return Ok(()) };
        let mut told: Vec<_> = names(&expansion);
        told.extend(expansion.removed.iter().map(|r| r.suite.name()));
        let distinct: HashSet<_> = told.iter().collect();
        prop_assert_eq!(distinct.len(), told.len());
        for item in &items {
            if let Item::Words("", words) = item {
                let sets: Vec<_> = words.iter().map(|word| set(word, openssl)).collect();
                prop_assert!(sets[0].iter().all(|s| !sets.iter().all(|set| set.contains(s)) || distinct.contains(s)));
            }
        }
    }

    #[test]
    fn separators_and_unknown_words_change_nothing(
        items in items(),
        separators in prop::collection::vec(select(vec![":", " ", ";", ",", "::", ", ", ":FOO:", ":!FOO+AES "]), 12),
        openssl in release(),
    ) {
        let words = items.iter().zip(&separators).map(|(item, separator)| item.text() + separator);
        prop_assert_eq!(selected(&words.collect::<String>(), openssl), selected(&list(&items), openssl));
    }

    #[test]
    fn the_last_level_counts_and_moves_nothing(items in items(), level in 0u8..6, openssl in release()) {
        let text = list(&items);
        let with = format!("{text}:@SECLEVEL={level}");
        prop_assert_eq!(selected(&with, openssl), selected(&text, openssl));
        if let Ok(expansion) = expand(&with, openssl) {
            prop_assert_eq!(expansion.security_level, Some(level));
        }
    }

    #[test]
    fn strength_sorts_and_keeps_the_order_of_equals(items in items(), openssl in release()) {
        let bits = |name: &&str| cipher_suite::by_name(name).map(|s| s.strength_bits(openssl));
        let mut expected = selected(&list(&items), openssl);
        expected.sort_by_key(|name| std::cmp::Reverse(bits(name)));
        prop_assert_eq!(selected(&(list(&items) + ":@STRENGTH"), openssl), expected);
    }

    #[test]
    fn nothing_breaks_it(
        text in prop_oneof![
            ".*",
            "([A-Za-z0-9._=\\-]{0,8}[:;, +!@\\-é\\[|]){0,8}",
            "(DEFAULT|SUITEB128|SUITEB192|ALL|@SECLEVEL=|@STRENGTH|[:+!@-]|HIGH|é){0,12}",
        ],
        openssl in prop_oneof![release(), Just(OpenSslVersion::new(1, 0, 2)), Just(OpenSslVersion::new(1, 1, 0))],
    ) {
        let _ = ciphersuites(&text, openssl);
        let read = match expand(&text, openssl) {
            Ok(expansion) => expansion,
            Err(error) => {
                prop_assert!(text.get(error.at.clone()).is_some());
                *error.read
            }
        };
        let words = read.suites.iter().map(|a| &a.word).chain(read.removed.iter().map(|r| &r.word));
        for word in words.chain(&read.ignored).chain(&read.tls13_names) {
            prop_assert!(text.get(word.clone()).is_some_and(|word| !word.is_empty()));
        }
    }
}
