//! What rules about suites share: the suites that handshakes can really end on, joined with the words
//! of the list that let them in, and the list written anew without them.

mod remedy;

pub(super) use remedy::{edit, remedy, without};

use super::gather::{self, Place};
use crate::finding::Finding;
use crate::model::{Decides, LibraryText};
use crate::source::Span;
use crate::surface::{Suites, Surface};
use crate::tls::cipher_string::Expansion;
use crate::tls::cipher_suite::{self, CipherSuite};
use crate::tls::protocol::ProtocolVersion;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

/// The list that is good for TLS 1.2 with every kind of key.
pub(super) const MODERN: &str = "ECDHE+AESGCM:ECDHE+CHACHA20";

/// More labels than these would hide what matters.
const SHOWN: usize = 4;

/// Suites of one kind, in no particular order.
pub(super) type SuiteList = Vec<&'static CipherSuite>;

/// A list of suites by which servers negotiate what a rule is about.
pub(super) struct Culprit<'s> {
    pub(super) deployment: usize,
    pub(super) list: &'s LibraryText,
    /// The servers; those that negotiate it for certain, if there are any.
    pub(super) places: Vec<Place<'s>>,
    /// What the rule is about, below TLS 1.3.
    pub(super) suites: SuiteList,
    /// The certificate it takes, where none of the servers' certificates can be looked at.
    pub(super) with: Option<&'static str>,
}

impl Culprit<'_> {
    /// `with an RSA certificate, ` before what holds only then.
    pub(super) fn condition(&self) -> String {
        self.with.map(|certificate| format!("with {certificate}, ")).unwrap_or_default()
    }
}

/// The lists by which some server negotiates suites that a rule is about, below TLS 1.3: those to which
/// it gives a kind. What takes a kind of key of which nothing is known counts only if somebody wrote
/// the list.
pub(super) fn culprits<K: PartialEq>(
    surface: &Surface,
    kind: fn(&CipherSuite) -> Option<K>,
) -> Vec<Culprit<'_>> {
    let mut seen: HashMap<*const Suites, SuiteList> = HashMap::new();
    // What the chosen profile allows by name is no fault.
    let wanted = |suite: &CipherSuite| kind(suite).is_some() && !surface.accepts_suite(suite);
    let mut pick = |suites: &Arc<Suites>| {
        seen.entry(Arc::as_ptr(suites)).or_insert_with(|| older(suites, wanted)).clone()
    };
    let found = gather::served(surface).filter_map(|place| {
        let list = list(place)?;
        let (suites, with) = match (place.server.suites.known(), &place.server.suites_by_key) {
            (Some(suites), _) => (pick(suites), None),
            (None, Some(by_key)) => either(pick(&by_key.rsa), pick(&by_key.ecdsa), kind),
            (None, None) => return None,
        };
        let counts = !suites.is_empty() && (with.is_none() || list.span.is_some());
        counts.then_some(((place.listener.deployment, list.span), (place, list, suites, with)))
    });
    let groups = gather::by_cause(found).into_iter().filter_map(|((deployment, _), mut found)| {
        if found.iter().any(|(_, _, _, with)| with.is_none()) {
            found.retain(|(_, _, _, with)| with.is_none());
        }
        let (_, list, _, with) = *found.first()?;
        let places = found.iter().map(|(place, ..)| *place).collect();
        let suites = once(found.into_iter().flat_map(|(_, _, suites, _)| suites));
        Some(Culprit { deployment, list, places, suites, with })
    });
    groups.collect()
}

/// The list that counts for the names of a server.
pub(super) fn list<'s>(place: Place<'s>) -> Option<&'s LibraryText> {
    place.listener.deciding(place.server, Decides::Name).tls.ciphers.known()
}

/// The wanted suites below TLS 1.3.
pub(super) fn older(suites: &Suites, wanted: impl Fn(&CipherSuite) -> bool) -> SuiteList {
    let older = suites.iter().filter(|(version, _)| **version < ProtocolVersion::Tls13);
    once(older.flat_map(|(_, suites)| suites.iter().copied()).filter(|suite| wanted(suite)))
}

/// What one of two keys lets in; where both let in some, the kinds that they have in common.
fn either<K: PartialEq>(
    rsa: SuiteList,
    ecdsa: SuiteList,
    kind: fn(&CipherSuite) -> Option<K>,
) -> (SuiteList, Option<&'static str>) {
    match (rsa.is_empty(), ecdsa.is_empty()) {
        (false, true) => return (rsa, Some("an RSA certificate")),
        (true, false) => return (ecdsa, Some("an ECDSA certificate")),
        _ => {}
    }
    let shared = |suite: &&CipherSuite, others: &SuiteList| others.iter().any(|o| kind(o) == kind(suite));
    let both = rsa.iter().filter(|s| shared(s, &ecdsa)).chain(ecdsa.iter().filter(|s| shared(s, &rsa)));
    let both = once(both.copied());
    (if both.is_empty() { once(rsa.into_iter().chain(ecdsa)) } else { both }, None)
}

fn once(suites: impl Iterator<Item = &'static CipherSuite>) -> SuiteList {
    let mut seen = HashSet::new();
    suites.filter(|suite| seen.insert(suite.id)).collect()
}

/// A list as it is written, and which language it is in.
pub(super) struct Written<'s> {
    pub(super) deployment: usize,
    pub(super) text: &'s LibraryText,
    /// Of TLS 1.3 suites, rather than in the language of older ones.
    pub(super) tls13: bool,
    /// The settings for suites up to TLS 1.2 and for those of TLS 1.3.
    pub(super) settings: (&'s str, &'s str),
}

/// Every list written down that the library gets to read: those of servers with a certificate (the TLS
/// settings of others are not looked at), and those of hops.
pub(super) fn written(surface: &Surface) -> Vec<Written<'_>> {
    let servers =
        surface.listeners.iter().flat_map(|listener| listener.servers.iter().map(move |s| (listener, s)));
    let servers = servers.filter(|(_, server)| {
        let tls = &server.server.tls;
        !tls.certificates.is_empty() || tls.reject_handshake.is(&true)
    });
    let servers = servers.map(|(listener, server)| {
        let (tls, words) = (&server.server.tls, surface.words(listener.deployment));
        let ciphers = tls.commands.setting(tls.ciphers.span(), words.ciphers);
        (listener.deployment, &tls.ciphers, &tls.ciphersuites, (ciphers, words.ciphersuites))
    });
    let hops = surface.upstreams.iter().filter(|hop| hop.is_tls()).map(|hop| {
        let (upstream, words) = (&hop.upstream, &hop.upstream.words);
        let ciphers = upstream.commands.setting(upstream.ciphers.span(), words.ciphers);
        let settings = (ciphers, words.ciphersuites);
        (hop.deployment, &upstream.ciphers, &upstream.ciphersuites, settings)
    });
    let mut seen = HashSet::new();
    let mut lists = Vec::new();
    for (deployment, older, newer, settings) in servers.chain(hops) {
        let both = older.known().map(|text| (text, false)).into_iter();
        let both = both.chain(newer.as_ref().and_then(|c| c.known()).map(|text| (text, true)));
        let new = both.filter(|(text, _)| text.span.is_some_and(|span| seen.insert(span)));
        lists.extend(new.map(|(text, tls13)| Written { deployment, text, tls13, settings }));
    }
    lists
}

/// Whether a word names a suite of TLS 1.3, perhaps as drafts of the standard did.
pub(super) fn is_tls13_name(word: &str) -> bool {
    let named = |name: &str| cipher_suite::by_name(name).is_some_and(CipherSuite::tls13);
    named(word) || named(&word.to_ascii_uppercase()) || word.starts_with("TLS13-")
}

fn is_separator(c: char) -> bool {
    matches!(c, ':' | ',' | ' ' | ';')
}

/// What lists expand to that the library takes, and that are known for certain; each text once.
pub(super) struct Expansions<'s> {
    surface: &'s Surface,
    known: HashMap<Arc<str>, Option<Arc<Expansion>>>,
}

impl<'s> Expansions<'s> {
    pub(super) fn new(surface: &'s Surface) -> Self {
        Expansions { surface, known: HashMap::new() }
    }

    /// The expansion of a list; none where the library refuses it, or might be another one.
    pub(super) fn of(&mut self, text: &Arc<str>) -> Option<Arc<Expansion>> {
        let expand = || self.surface.expand(text).ok().filter(|expansion| expansion.promised);
        self.known.entry(text.clone()).or_insert_with(expand).clone()
    }
}

/// Words of a list, next to each other, that let suites in.
pub(super) struct Words {
    pub(super) range: Range<usize>,
    pub(super) text: String,
    pub(super) suites: SuiteList,
    /// Each of them is the name of a suite.
    pub(super) are_names: bool,
}

impl Words {
    /// What they let in, as a sentence; none where they are the suites' own names.
    pub(super) fn let_in(&self) -> Option<String> {
        let subject = if self.text.len() > 40 { "this part".to_owned() } else { format!("`{}`", self.text) };
        (!self.are_names).then(|| format!("{subject} lets in {}", names(&self.suites)))
    }
}

/// Some suites by name: `AES256-SHA and 5 more`.
pub(super) fn names(suites: &[&CipherSuite]) -> String {
    match suites {
        [] => String::new(),
        [only] => only.name().to_owned(),
        [one, other] => format!("{one} and {other}"),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
    }
}

/// The words of a list that let suites in, from left to right; names that stand side by side are one.
pub(super) fn words(expansion: &Expansion, text: &str, suites: &[&CipherSuite]) -> Vec<Words> {
    let mut by_word: Vec<(Range<usize>, SuiteList)> = Vec::new();
    for admitted in expansion.suites.iter().filter(|a| suites.contains(&a.suite)) {
        match by_word.iter_mut().find(|(word, _)| *word == admitted.word) {
            Some((_, suites)) => suites.push(admitted.suite),
            None => by_word.push((admitted.word.clone(), vec![admitted.suite])),
        }
    }
    by_word.sort_by_key(|(word, _)| word.start);
    let mut runs: Vec<Words> = Vec::new();
    for (range, suites) in by_word {
        let word = text.get(range.clone()).unwrap_or_default();
        let is_name = matches!(suites.as_slice(), [suite] if is_name_of(word, suite));
        match runs.last_mut() {
            Some(last) if last.are_names && is_name && range.start == last.range.end + 1 => {
                last.range.end = range.end;
                last.text = text.get(last.range.clone()).unwrap_or_default().to_owned();
                last.suites.extend(suites);
            }
            _ => runs.push(Words { text: word.to_owned(), range, suites, are_names: is_name }),
        }
    }
    runs
}

fn is_name_of(word: &str, suite: &CipherSuite) -> bool {
    [suite.name(), suite.iana].iter().chain(suite.aliases).any(|name| name.eq_ignore_ascii_case(word))
}

/// Says at each of some words what they let in, and why that is wrong; the first stands for the finding.
pub(super) fn explain(
    finding: &mut Finding,
    list: &LibraryText,
    words: &[Words],
    why: impl Fn(&Words) -> String,
) {
    let said = |words: &Words| match words.let_in() {
        Some(let_in) => format!("{let_in}: {}", why(words)),
        None => why(words),
    };
    let Some((first, others)) = words.split_first() else { return };
    if let Some(span) = list.part(first.range.clone()) {
        finding.primary.span = span;
    }
    finding.because(said(first));
    for (index, other) in others.iter().take(SHOWN).enumerate() {
        let hidden = others.len() - SHOWN.min(others.len());
        let more = match hidden {
            1.. if index + 1 == SHOWN => format!(", and {hidden} more like it"),
            _ => String::new(),
        };
        let label = match (other.let_in(), why(other) == why(first)) {
            (Some(let_in), true) => let_in,
            (None, true) => "the same holds for this".to_owned(),
            _ => said(other),
        };
        finding.also_if(list.part(other.range.clone()), format!("{label}{more}"));
    }
}

/// The list that sets the security level which stays in force: the last that sets one, or else the list itself.
pub(super) fn setting_level(list: &LibraryText) -> &LibraryText {
    let sets_level = |list: &&LibraryText| list.text.to_ascii_uppercase().contains("@SECLEVEL=");
    list.and_before().find(sets_level).unwrap_or(list)
}

/// The security level that a list, or one before it, sets.
pub(super) fn level(expansions: &mut Expansions, list: &LibraryText) -> Option<u8> {
    expansions.of(&setting_level(list).text)?.security_level
}

/// Where a list, or one before it, sets the security level that stays in force.
pub(super) fn level_word(list: &LibraryText, level: u8) -> Option<Span> {
    let list = setting_level(list);
    let text = list.text.to_ascii_uppercase();
    let start = text.rfind(&format!("@SECLEVEL={level}"))?;
    list.part(start..start + "@SECLEVEL=0".len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tls::cipher_string::expand;
    use crate::tls::openssl::OpenSslVersion;

    #[test]
    fn names_side_by_side_are_told_at_once() {
        let text = "ECDHE+AESGCM:AES128-SHA:AES256-SHA:!aNULL:CAMELLIA128-SHA:kRSA+AESGCM";
        let Ok(expansion) = expand(text, OpenSslVersion::new(3, 5, 7)) else { panic!("a good list") };
        let bad: SuiteList =
            expansion.suites.iter().map(|a| a.suite).filter(|s| !s.forward_secrecy()).collect();
        let words = words(&expansion, text, &bad);
        let texts: Vec<_> = words.iter().map(|w| (w.text.as_str(), w.suites.len())).collect();
        let expected = [("AES128-SHA:AES256-SHA", 2), ("CAMELLIA128-SHA", 1), ("kRSA+AESGCM", 2)];
        assert_eq!(texts, expected);
        assert_eq!(words[0].let_in(), None);
        let said = "`kRSA+AESGCM` lets in AES256-GCM-SHA384 and AES128-GCM-SHA256";
        assert_eq!(words[2].let_in().as_deref(), Some(said));
    }
}
