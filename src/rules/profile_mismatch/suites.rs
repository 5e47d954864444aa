//! Suites that are negotiable, other than those the profile allows.

use super::{Audit, gather};
use crate::finding::Applicability;
use crate::model::{Decides, LibraryText};
use crate::profile;
use crate::rules::commands;
use crate::rules::gather::Place;
use crate::rules::lists::{self, Expansions, SuiteList};
use crate::source::Span;
use crate::surface::Suites;
use crate::tls::protocol::ProtocolVersion::{self, Tls13};
use crate::tls::{cipher_string, cipher_suite};
use std::ops::Range;

pub(super) fn check(audit: &mut Audit) {
    older(audit);
    tls13(audit);
}

/// A list of suites, one of the servers it holds for, and what it lets in outside of the profile.
struct Culprit<'s> {
    place: Place<'s>,
    list: &'s LibraryText,
    suites: SuiteList,
    /// The certificate that it takes, where none can be looked at.
    with: Option<&'static str>,
}

/// Suites up to TLS 1.2.
fn older(audit: &mut Audit) {
    let Some(section) = &audit.profile.suites else { return };
    let found = gather::served(audit.surface).filter_map(|place| older_at(audit, section, place));
    let by_list = gather::by_cause(found.map(|c| ((c.place.listener.deployment, c.list.span), c)));
    let mut expansions = Expansions::new(audit.surface);
    for ((deployment, span), mut found) in by_list {
        // What is certain counts more than what depends on the certificate.
        if found.iter().any(|culprit| culprit.with.is_none()) {
            found.retain(|culprit| culprit.with.is_none());
        }
        let suites = once(found.iter().flat_map(|culprit| culprit.suites.iter().copied()));
        let places: Vec<Place> = found.iter().map(|culprit| culprit.place).collect();
        let (list, with) = (found[0].list, found[0].with);
        let expansion = expansions.of(&list.text);
        let words = expansion.map(|e| lists::words(&e, &list.text, &suites)).unwrap_or_default();
        let word = commands::ciphers(audit.surface, places[0]);
        let mut spans: Vec<(Span, String)> = Vec::new();
        for word in words.iter().filter(|_| span.is_some()) {
            let label = word.let_in().unwrap_or_else(|| "lies outside, too".to_owned());
            spans.extend(list.part(word.range.clone()).map(|span| (span, label)));
        }
        let lets_in = words.first().and_then(|word| word.let_in()).map(|let_in| format!("{let_in}; "));
        let unwritten = format!(
            "without `{word}`, {} takes `{}`; ",
            audit.surface.deployment(deployment).software,
            list.text
        );
        let how = if span.is_some() { lets_in.unwrap_or_default() } else { unwritten };
        let instead = proposal(audit, section);
        report(
            audit,
            section,
            Report { deployment, list: Some(list), places, suites, with, spans, how, word, instead },
        );
    }
}

/// A list to paste. Where old clients are to be served, that is the profile's; else what today's clients
/// want of it.
fn proposal(audit: &Audit, section: &profile::Suites) -> Option<String> {
    if audit.surface.accepts_lowered_level() {
        return section.list().map(|list| format!("@SECLEVEL=0:{list}"));
    }
    let modern = audit.surface.target.expand(lists::MODERN).ok()?;
    let modern = modern.suites.iter().map(|admitted| admitted.suite).filter(|suite| section.allows(suite));
    let names: Vec<&str> = modern.map(|suite| suite.name()).collect();
    if names.is_empty() { section.list() } else { Some(names.join(":")) }
}

fn older_at<'s>(audit: &Audit<'s, '_>, section: &profile::Suites, place: Place<'s>) -> Option<Culprit<'s>> {
    let pick = |suites: &Suites| {
        let within = |version: ProtocolVersion| version < Tls13 && !audit.profile.excludes_protocol(version);
        let older = suites.iter().filter(|(version, _)| within(**version));
        once(older.flat_map(|(_, suites)| suites.iter().copied()).filter(|suite| !section.allows(suite)))
    };
    let ciphers = &place.listener.deciding(place.server, Decides::Name).tls.ciphers;
    let list = ciphers.known()?;
    let (suites, with) = match (place.server.suites.known(), &place.server.suites_by_key) {
        (Some(suites), _) => (pick(suites), None),
        (None, Some(by_key)) => either(pick(&by_key.rsa), pick(&by_key.ecdsa)),
        (None, None) => return None,
    };
    let counts = audit.is_certain(&place, ciphers) && (with.is_none() || list.span.is_some());
    (counts && !suites.is_empty()).then_some(Culprit { place, list, suites, with })
}

/// What is let in whichever of two keys the certificate has; or with one of them, and that certificate.
fn either(rsa: SuiteList, ecdsa: SuiteList) -> (SuiteList, Option<&'static str>) {
    match (rsa.is_empty(), ecdsa.is_empty()) {
        (false, true) => (rsa, Some("an RSA certificate")),
        (true, false) => (ecdsa, Some("an ECDSA certificate")),
        _ => (once(rsa.into_iter().chain(ecdsa)), None),
    }
}

/// Suites of TLS 1.3, which go with any certificate.
fn tls13(audit: &mut Audit) {
    let Some(section) = &audit.profile.tls13_suites else { return };
    let found = gather::served(audit.surface).filter_map(|place| {
        let by_key = place.server.suites_by_key.as_ref().map(|by_key| &by_key.rsa);
        let suites = place.server.suites.known().or(by_key)?.get(&Tls13)?;
        let suites: SuiteList = suites.iter().copied().filter(|suite| !section.allows(suite)).collect();
        let scope = &place.listener.listener.name_scope;
        let list = match &place.listener.deciding(place.server, scope.tls13_suites).tls.ciphersuites {
            Some(setting) => Some(setting.known()?),
            None if audit.is_whole(&place) => None,
            None => return None,
        };
        let counts = !suites.is_empty() && !audit.profile.excludes_protocol(Tls13);
        counts.then_some(((place.listener.deployment, list.and_then(|l| l.span), suites), (place, list)))
    });
    for ((deployment, _, suites), found) in gather::by_cause(found) {
        let list = found[0].1;
        let places = found.into_iter().map(|(place, _)| place).collect();
        let words = suites.iter().filter_map(|suite| list?.part(element(&list?.text, suite)?));
        let spans = words.map(|span| (span, "lies outside, too".to_owned())).collect();
        let word = audit.words(deployment).ciphersuites;
        let how = match list {
            Some(_) => String::new(),
            None => {
                format!("without `{word}`, the list of OpenSSL {} counts; ", audit.surface.target.openssl)
            }
        };
        let instead = left(audit, section, list);
        let report = Report { deployment, list, places, suites, with: None, spans, how, word, instead };
        self::report(audit, section, report);
    }
}

/// What is left of a list of TLS 1.3 suites, or of the library's own; where nothing is, the profile's.
fn left(audit: &Audit, section: &profile::Suites, list: Option<&LibraryText>) -> Option<String> {
    let openssl = audit.surface.target.openssl;
    let now = match list {
        Some(list) => cipher_string::ciphersuites(&list.text, openssl).unwrap_or_default(),
        None => openssl.default_ciphersuites(),
    };
    let left: Vec<&str> =
        now.into_iter().filter(|suite| section.allows(suite)).map(|suite| suite.iana).collect();
    if left.is_empty() { section.list() } else { Some(left.join(":")) }
}

/// What there is to say of one list.
struct Report<'s> {
    deployment: usize,
    list: Option<&'s LibraryText>,
    places: Vec<Place<'s>>,
    suites: SuiteList,
    with: Option<&'static str>,
    /// The words that let them in, and what they let in.
    spans: Vec<(Span, String)>,
    how: String,
    /// The setting, and what to write there.
    word: &'s str,
    instead: Option<String>,
}

/// More labels than these would hide what matters.
const SHOWN: usize = 4;

fn report(audit: &mut Audit, section: &profile::Suites, report: Report) {
    let Report { deployment, list, places, suites, with, spans, how, word, instead } = report;
    let condition = with.map(|certificate| format!("with {certificate}, ")).unwrap_or_default();
    let does = format!(
        "{condition}{} {} {}",
        gather::servers(&places),
        gather::verb(&places, "accepts", "accept"),
        lists::names(&suites)
    );
    let why = suites.first().and_then(|suite| section.objection(suite)).unwrap_or_default();
    let written = list.and_then(|list| list.span);
    let primary = spans.first().map(|(span, _)| *span).or(written);
    let set = audit.words(deployment).set;
    let finding =
        audit.report(primary.unwrap_or(places[0].server.binding.listen), does, &section.source, &why);
    finding.primary.message.insert_str(0, &how);
    for (span, label) in spans.iter().skip(1).take(SHOWN).filter(|(span, _)| Some(*span) != primary) {
        finding.also(*span, label.as_str());
    }
    match (instead, written) {
        (Some(list), span) => {
            finding.help(format!("write `{}`", set(word, &list)));
            if let Some(span) = span {
                finding.replace(Applicability::Unsafe, span, list);
            }
        }
        (None, _) => {
            finding.help("take what lets them in out of the list, or forbid them with `!`");
        }
    }
}

/// Where a list of TLS 1.3 suites names one.
fn element(text: &str, suite: &cipher_suite::CipherSuite) -> Option<Range<usize>> {
    let mut start = 0;
    text.split(':').find_map(|element| {
        let name = element.trim();
        let at = start + element.len() - element.trim_start().len();
        start += element.len() + 1;
        (cipher_suite::by_name(name) == Some(suite)).then_some(at..at + name.len())
    })
}

fn once(suites: impl Iterator<Item = &'static cipher_suite::CipherSuite>) -> SuiteList {
    let mut list = SuiteList::new();
    suites.for_each(|suite| {
        if !list.contains(&suite) {
            list.push(suite)
        }
    });
    list
}
