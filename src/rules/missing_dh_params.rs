//! DHE suites are asked for, and there are no Diffie-Hellman parameters that they could use.

use super::commands;
use super::dhe;
use super::gather::{self, Place};
use super::lists::{self, Expansions};
use crate::finding::{Applicability, Findings, Severity};
use crate::model::{Decides, LibraryText, Setting};
use crate::source::Span;
use crate::surface::{DhParams, Surface};
use crate::tls::cipher_string::Admitted;
use crate::tls::cipher_suite::{self, CipherSuite, KeyExchange};
use crate::tls::negotiable::Shortfall;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

/// What one edit would mend.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Cause {
    /// The list of suites names DHE, and no parameters are named.
    Unnamed(Span),
    /// The parameters named are too short for the security level.
    PassedOver { named: Span, bits: u32, level: u8, fails: bool },
}

/// Reports each list whose words for DHE come to nothing, and parameters that are passed over.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut expansions = Expansions::new(surface);
    // The suites with DHE that each list asks for.
    let mut named: HashMap<Arc<str>, SuiteList> = HashMap::new();
    let places: Vec<Place> = gather::served(surface).collect();
    // Lists with which other servers have parameters.
    let has = |p: &&Place| {
        matches!(p.server.dh_params, DhParams::Used(_) | DhParams::Refused { .. } | DhParams::Failing(_))
    };
    let elsewhere: HashSet<Span> = places.iter().filter(has).filter_map(|p| lists::list(*p)?.span).collect();
    let missing = places.iter().filter_map(|place| {
        let list = lists::list(*place).filter(|_| !place.is_scripted())?;
        let expansion = expansions.of(&list.text).filter(|e| !e.suite_b)?;
        let named =
            named.entry(list.text.clone()).or_insert_with(|| asked_for(&list.text, &expansion.suites));
        let cause = cause(surface, *place, list, (&expansion.suites, named))?;
        Some((cause, (*place, list, expansion)))
    });
    for (cause, found) in gather::by_cause(missing) {
        let (list, expansion) = (found[0].1, found[0].2.clone());
        let affected: Vec<Place> = found.into_iter().map(|(place, ..)| place).collect();
        match cause {
            Cause::Unnamed(_) => {
                let shared = list.span.is_some_and(|span| elsewhere.contains(&span));
                unnamed(surface, list, &expansion.suites, shared, &affected, findings);
            }
            Cause::PassedOver { named, bits, level, fails } => {
                passed_over(surface, named, (bits, level, fails), &affected, findings);
            }
        }
    }
}

/// Suites of the registry.
type SuiteList = Vec<&'static CipherSuite>;

/// What keeps DHE from use, given what a list admits and what it asks for.
fn cause(
    surface: &Surface,
    place: Place,
    list: &LibraryText,
    (admitted, asked_for): (&[Admitted], &SuiteList),
) -> Option<Cause> {
    let (listener, server) = (place.listener, place.server);
    let tls = &listener.deciding(server, Decides::Name).tls;
    // Where nothing else is left, that is the matter (`no-usable-cipher`).
    let without_dhe =
        |s: &Shortfall| matches!(s, Shortfall::Exchange(kinds) if kinds.contains(&KeyExchange::Dhe));
    if server.shortfalls.values().any(without_dhe) || dhe::rsa_key(place) == Some(false) {
        return None;
    }
    // OpenSSL 4.0 agrees on a field with clients that offer some (RFC 7919), and needs no parameters.
    if dhe::negotiated(place, KeyExchange::Dhe).is_some() {
        return None;
    }
    let named = tls.dh_params.as_ref().and_then(Setting::span);
    let too_short = match server.dh_params {
        DhParams::PassedOver(bits) => Some((bits, false)),
        DhParams::Failing(bits) => Some((bits, true)),
        _ => None,
    };
    if let (Some((bits, fails)), Some(named)) = (too_short, named) {
        let level = *server.security_level.known()?;
        let wanted = dhe::any_would_work(surface, place, admitted, KeyExchange::Dhe);
        return wanted.then_some(Cause::PassedOver { named, bits, level, fails });
    }
    let open = surface.deployment(listener.deployment).fragment || tls.incomplete.is_some();
    let none = matches!(server.dh_params, DhParams::None | DhParams::PassedOver(_)) && !open;
    let would_work = || asked_for.iter().any(|suite| dhe::would_work(surface, place, suite));
    (none && would_work()).then_some(Cause::Unnamed(list.span?))
}

fn asked_for(text: &str, admitted: &[Admitted]) -> SuiteList {
    words(text, admitted).into_iter().flat_map(|(_, suites)| suites).map(|a| a.suite).collect()
}

fn any_works(surface: &Surface, place: Place, suites: &[&Admitted]) -> bool {
    suites.iter().any(|admitted| dhe::would_work(surface, place, admitted.suite))
}

/// The words of a list that ask for DHE by name and let in nothing else, in the order written.
fn words<'a>(text: &str, admitted: &'a [Admitted]) -> Vec<(Range<usize>, Vec<&'a Admitted>)> {
    let mut words = gather::by_cause(admitted.iter().map(|a| (a.word.clone(), a)));
    words.retain(|(word, suites)| {
        asks_for_dhe(&text[word.clone()]) && suites.iter().all(|a| a.suite.kx == KeyExchange::Dhe)
    });
    words.sort_by_key(|(word, _)| word.start);
    words
}

/// Whether a word names a suite with DHE, or all of them.
fn asks_for_dhe(word: &str) -> bool {
    let is_suite = cipher_suite::by_name(word).is_some_and(|suite| suite.kx == KeyExchange::Dhe);
    is_suite || word.split('+').any(|part| matches!(part, "DHE" | "EDH" | "kDHE" | "kEDH" | "DH"))
}

/// Words with nothing but separators between them, joined.
fn runs(text: &str, words: impl IntoIterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for word in words {
        match runs.last_mut() {
            Some(last) if text[last.end..word.start].chars().all(|c| ":, ;".contains(c)) => {
                last.end = word.end;
            }
            _ => runs.push(word),
        }
    }
    runs
}

fn unnamed(
    surface: &Surface,
    list: &LibraryText,
    admitted: &[Admitted],
    shared: bool,
    places: &[Place],
    findings: &mut Findings,
) {
    let (place, text) = (places[0], &*list.text);
    let words = words(text, admitted);
    let words = words.into_iter().filter(|(_, suites)| any_works(surface, place, suites));
    let runs = runs(text, words.map(|(word, _)| word));
    let [first, others @ ..] = runs.as_slice() else { return };
    let Some(span) = list.part(first.clone()) else { return };
    let from = surface.deployment(place.listener.deployment);
    let message = format!(
        "the DHE suites listed for {} can never be used: there are no Diffie-Hellman parameters",
        gather::servers(places)
    );
    let remains = dhe::any_would_work(surface, place, admitted, KeyExchange::Ecdhe);
    let finding = findings.report(span, message).because(format!(
        "{} leaves these out without a word; {}",
        from.software,
        match remains {
            true => "current clients do not miss them, as ECDHE remains",
            false => "no ECDHE suite takes their place with an RSA key",
        }
    ));
    if remains {
        finding.severity(Severity::Note);
    }
    for run in others.iter().take(2) {
        finding.also_if(list.part(run.clone()), "these neither");
    }
    let settings = surface.words(place.listener.deployment);
    let parameters = format!("`{}` with parameters of 2048 bits ({})", settings.dh_params, dhe::MAKE);
    let rest = lists::without(text, &runs);
    match remains && !shared && leaves_the_rest(surface, admitted, &rest) {
        true => {
            finding.help(format!(
                "take them out: `{} {rest}`; or keep them with {parameters}",
                commands::ciphers(surface, place)
            ));
            if let Some((span, new)) = lists::edit(list, &rest) {
                finding.replace(Applicability::Safe, span, new);
            }
        }
        false => {
            finding.help(match (shared, remains) {
                (true, _) => format!("name {parameters} for this server, too"),
                (false, true) => format!("take these words out, or name {parameters}"),
                (false, false) => format!("name {parameters}, or list ECDHE suites instead"),
            });
        }
    }
}

/// Whether a shorter list lets in the same suites in the same order, apart from those with DHE.
fn leaves_the_rest(surface: &Surface, admitted: &[Admitted], rest: &str) -> bool {
    let others = |suites: &[Admitted]| -> Vec<u16> {
        suites.iter().map(|a| a.suite).filter(|s| s.kx != KeyExchange::Dhe).map(|s| s.id).collect()
    };
    surface.target.expand(rest).is_ok_and(|expansion| others(&expansion.suites) == others(admitted))
}

fn passed_over(
    surface: &Surface,
    named: Span,
    (bits, level, fails): (u32, u8, bool),
    places: &[Place],
    findings: &mut Findings,
) {
    let deployment = places[0].listener.deployment;
    let openssl = surface.target.openssl;
    let message = format!(
        "no DHE suite can be used with {}: the Diffie-Hellman parameters have {bits} bits",
        gather::servers(places)
    );
    let finding = findings.report(named, message);
    if fails {
        finding.symptom("ssl_handshake_failure (alert 40), \"dh key too small\"");
    }
    finding
        .because(match fails {
            true => format!(
                "loaded at a lower level, but OpenSSL {openssl} at security level {level} breaks off each handshake that comes to DHE"
            ),
            false => format!("OpenSSL {openssl} at security level {level} refuses them, and nobody says so"),
        })
        .help(format!(
            "name parameters of 2048 bits: `{}`; {}",
            surface.words(deployment).dh_params,
            dhe::MAKE
        ));
}
