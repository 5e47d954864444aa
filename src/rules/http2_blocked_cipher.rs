//! HTTP/2 is offered, and browsers end on a suite that RFC 9113 forbids it.

use super::commands;
use super::gather::{self, Place};
use super::lists::{self, Expansions};
use super::prose;
use crate::finding::{Findings, Severity};
use crate::model::Decides;
use crate::source::Span;
use crate::surface::negotiate::{
    Agreed, BROWSERS, Browser, ClientHello, Held, HeldKey, Outcome, ServerSide, What, negotiate, server_side,
};
use crate::surface::{Presented, Suites, Surface};
use crate::tls::CipherSuite;
use crate::tls::protocol::ProtocolVersion;
use crate::tls::security_level;
use std::collections::HashMap;
use std::sync::Arc;

/// Which browsers fail, and over which suites.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Fault {
    browsers: Vec<&'static str>,
    suites: Vec<&'static CipherSuite>,
    /// They fail only where TLS 1.3 is switched off in them.
    only_older: bool,
    /// The certificate it takes, where that cannot be looked at.
    with: Option<&'static str>,
}

/// What one edit would mend.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Cause {
    deployment: usize,
    list: Option<Span>,
    fault: Fault,
}

/// Reports each list of suites by which browsers end on one that they refuse to speak HTTP/2 over.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut expansions = Expansions::new(surface);
    let mut asked = HashMap::new();
    let faulty = gather::served(surface).filter_map(|place| {
        let fault = asked.entry(question(place)?).or_insert_with(|| fault(place, surface)).clone()?;
        let list = lists::list(place)?.span;
        let counts = fault.with.is_none() || list.is_some();
        counts.then_some((Cause { deployment: place.listener.deployment, list, fault }, place))
    });
    for (cause, places) in gather::by_cause(faulty) {
        report(surface, &cause, &places, &mut expansions, findings);
    }
    let lacking = gather::served(surface).filter_map(|place| Some((lacks_mandatory(place)?, place)));
    for (list, places) in gather::by_cause(lacking) {
        without_mandatory(surface, list, &places, findings);
    }
}

/// The list of suites by which a server that offers HTTP/2 lacks the suite that every implementation has,
/// although it has others that are good for it.
fn lacks_mandatory(place: Place) -> Option<Span> {
    const MANDATORY: [&str; 2] = ["ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256"];
    place.server.alpn.known().filter(|names| names.iter().any(|name| name == "h2"))?;
    let known: Vec<&Arc<Suites>> = match (place.server.suites.known(), &place.server.suites_by_key) {
        (Some(suites), _) => vec![suites],
        (None, by_key) => by_key.iter().flat_map(|by_key| [&by_key.rsa, &by_key.ecdsa]).collect(),
    };
    let suites = || known.iter().filter_map(|suites| suites.get(&ProtocolVersion::Tls12)).flatten();
    let lacks = suites().any(|suite| !suite.http2_prohibited())
        && !suites().any(|suite| MANDATORY.contains(&suite.name()));
    lists::list(place)?.span.filter(|_| lacks)
}

/// No browser of today needs it, so that this is no more than a note.
fn without_mandatory(surface: &Surface, list: Span, places: &[Place], findings: &mut Findings) {
    let offers = gather::verb(places, "offers", "offer");
    let names = gather::servers(places);
    findings
        .report(list, format!("{names} {offers} HTTP/2 without the suite that it demands of TLS 1.2"))
        .severity(Severity::Note)
        .because("lets in neither ECDHE-RSA-AES128-GCM-SHA256 nor ECDHE-ECDSA-AES128-GCM-SHA256, the one suite that every HTTP/2 implementation has (RFC 9113 section 9.2.2)")
        .also_if(places[0].server.alpn.span(), "HTTP/2 is offered")
        .help(format!("let it in: `{} {};`", commands::ciphers(surface, places[0]), lists::MODERN));
}

fn report(
    surface: &Surface,
    cause: &Cause,
    places: &[Place],
    expansions: &mut Expansions,
    findings: &mut Findings,
) {
    let (first, fault) = (places[0], &cause.fault);
    let Some(list) = lists::list(first) else { return };
    let names = gather::servers(places);
    let with = fault.with.map(|certificate| format!("with {certificate}, ")).unwrap_or_default();
    let mut who = match fault.browsers.len() == BROWSERS.len() {
        true => "browsers".to_owned(),
        false => prose::list(&fault.browsers),
    };
    if fault.only_older {
        who.push_str(" without TLS 1.3");
    }
    let end = if fault.browsers.len() > 1 { "end" } else { "ends" };
    let offers = gather::verb(places, "offers", "offer");
    let suites = prose::list(&fault.suites);
    let message = format!("{with}{names} {offers} HTTP/2, and {who} {end} on {suites}");
    let finding = findings.report(list.span.unwrap_or(first.server.binding.listen), message);
    match expansions.of(&list.text).filter(|_| list.span.is_some()) {
        Some(expansion) => {
            let words = lists::words(&expansion, &list.text, &fault.suites);
            lists::explain(finding, list, &words, |_| PROHIBITED.to_owned());
        }
        None => {
            finding.because(PROHIBITED);
        }
    }
    if first.server.server_preference.is(&true) {
        finding.also_if(first.server.server_preference.span(), "the server's order rules");
    }
    let setting = commands::ciphers(surface, first);
    finding
        .also_if(first.server.alpn.span(), "HTTP/2 is offered")
        .help(format!("let in what HTTP/2 may use and nothing else: `{setting} {};`", lists::MODERN))
        .symptom(match fault.only_older {
            true => "ERR_HTTP2_INADEQUATE_TRANSPORT_SECURITY, in browsers without TLS 1.3",
            false => "ERR_HTTP2_INADEQUATE_TRANSPORT_SECURITY, NS_ERROR_NET_INADEQUATE_SECURITY",
        });
}

const PROHIBITED: &str = "prohibited for HTTP/2 by RFC 9113 appendix A";

/// All that the answer depends on, so that browsers are tried once for it.
#[derive(PartialEq, Eq, Hash)]
struct Question<'s> {
    /// With either key where it is not known; lists, versions, level, groups and parameters made them.
    suites: [*const Suites; 2],
    /// The list whose level counts before the name is looked up.
    first_list: Option<&'s str>,
    order: [Option<bool>; 2],
    prioritize_chacha: bool,
    keys: Vec<Option<&'s str>>,
    signatures: Option<&'s str>,
    alpn: &'s [String],
}

/// What has to be asked of a server that offers HTTP/2, and has suites that are forbidden for it.
fn question(place: Place) -> Option<Question> {
    let (server, scope) = (place.server, &place.listener.listener.name_scope);
    let alpn = server.alpn.known().filter(|names| names.iter().any(|name| name == "h2"))?;
    let suites = match (server.suites.known(), &server.suites_by_key) {
        (Some(suites), _) => [suites, suites],
        (None, Some(by_key)) => [&by_key.rsa, &by_key.ecdsa],
        (None, None) => return None,
    };
    let mut of_tls12 = suites.iter().filter_map(|suites| suites.get(&ProtocolVersion::Tls12)).flatten();
    if !of_tls12.any(|suite| suite.http2_prohibited()) {
        return None;
    }
    let first = &place.listener.deciding(server, scope.protocols).tls;
    let own = &place.listener.deciding(server, Decides::Name).tls;
    Some(Question {
        suites: suites.map(Arc::as_ptr),
        first_list: first.ciphers.known().map(|list| &*list.text),
        order: [&server.server_preference, &server.server_preference13].map(|s| s.known().copied()),
        prioritize_chacha: own.prioritize_chacha,
        keys: server.certificates.iter().map(key_label).collect(),
        signatures: own.signatures.as_ref().and_then(|list| Some(&*list.known()?.text)),
        alpn,
    })
}

fn key_label(certificate: &Presented) -> Option<&str> {
    Some(certificate.file.as_ref()?.leaf()?.key.label.as_str())
}

/// What browsers come to, with either key where it is not known.
fn fault(place: Place, surface: &Surface) -> Option<Fault> {
    let side = server_side(place.listener, place.server, &surface.target);
    let is_hidden = |held: &Held| matches!(&held.key, Err(missing) if matches!(missing.what, What::Key(_)));
    if !side.certificates.iter().any(is_hidden) {
        return fault_of(&side);
    }
    let with = |key: HeldKey| {
        let mut side = side.clone();
        side.certificates.iter_mut().filter(|held| is_hidden(held)).for_each(|held| held.key = Ok(key));
        fault_of(&side)
    };
    let long_enough = side.then.level.clone().map_or(0, security_level::rsa_min_bits).max(2048);
    match (with(HeldKey::rsa(long_enough)), with(HeldKey::ecdsa("P-256"))) {
        (Some(rsa), Some(ecdsa)) if rsa.alike(&ecdsa) => {
            let mut suites = rsa.suites;
            suites.extend(ecdsa.suites.iter().filter(|suite| !suites.contains(suite)).collect::<Vec<_>>());
            Some(Fault { suites, ..ecdsa })
        }
        (Some(rsa), _) => Some(Fault { with: Some("an RSA certificate"), ..rsa }),
        (None, ecdsa) => ecdsa.map(|fault| Fault { with: Some("an ECDSA certificate"), ..fault }),
    }
}

impl Fault {
    fn alike(&self, other: &Fault) -> bool {
        self.browsers == other.browsers && self.only_older == other.only_older
    }
}

/// What browsers come to: as they are, and where nothing is wrong, with TLS 1.3 switched off.
fn fault_of(side: &ServerSide) -> Option<Fault> {
    let fails = |hello: fn(&Browser) -> ClientHello| {
        let mut fault = Fault { browsers: Vec::new(), suites: Vec::new(), only_older: false, with: None };
        for browser in &BROWSERS {
            let Some(suite) = forbidden(&negotiate(&hello(browser), side)) else { continue };
            fault.browsers.push(browser.name);
            if !fault.suites.contains(&suite) {
                fault.suites.push(suite);
            }
        }
        (!fault.browsers.is_empty()).then_some(fault)
    };
    let older = || fails(Browser::hello_without_tls13);
    fails(Browser::hello).or_else(|| older().map(|fault| Fault { only_older: true, ..fault }))
}

/// The suite over which HTTP/2 is agreed on although it may not be.
fn forbidden(outcome: &Outcome) -> Option<&'static CipherSuite> {
    let Outcome::Agreed(Agreed { version: ProtocolVersion::Tls12, suite, alpn: Some(alpn), .. }) = outcome
    else {
        return None;
    };
    (alpn == "h2" && suite.http2_prohibited()).then_some(*suite)
}
