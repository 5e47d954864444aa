//! A TLS setting that never takes effect.

use super::gather::{self, Place};
use super::implicit_protocols::with_old_library;
use crate::finding::{Findings, Severity};
use crate::model::{Decides, Deployment, ProblemKind, WordKind};
use crate::source::Span;
use crate::surface::{Overridden, Surface};
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};
use crate::tls::security_level::protocol_allowed;
use std::collections::HashSet;

/// Reports settings that somebody wrote and no handshake ever meets.
pub fn check(surface: &Surface, findings: &mut Findings) {
    overridden(surface, findings);
    without_certificate(surface, findings);
    not_negotiable(surface, findings);
    early_data_without_tls13(surface, findings);
    stapling_off(surface, findings);
    dead_words(surface, findings);
    for problem in surface.problems() {
        if let ProblemKind::Ineffective { why, help } = &problem.kind {
            let finding = findings.problem(problem).because(why.as_str());
            if let Some(help) = help {
                finding.help(help.as_str());
            }
        }
    }
}

/// The default server of the socket decides.
fn overridden(surface: &Surface, findings: &mut Findings) {
    let decided = |place: &Place, deployment: &Deployment| {
        !deployment.fragment || place.listener.default_server().is_some_and(|d| d.binding.default_written)
    };
    let all = gather::served(surface)
        .filter(|place| place.server.borrows_from.is_none() && !place.is_scripted())
        .filter(|place| decided(place, surface.deployment(place.listener.deployment)))
        .flat_map(|place| place.server.overridden.iter().map(move |o| (o, place)))
        .map(|(o, place)| ((o.written, o.decided_by.span), (o, place)));
    for (_, found) in gather::by_cause(all) {
        let places: Vec<Place> = found.iter().map(|(_, place)| *place).collect();
        let setting: &Overridden = found[0].0;
        let scope = &places[0].listener.listener.name_scope;
        let default = gather::title(&setting.decided_by);
        let written = places[0].server.server.tls.written.iter().find(|word| word.span == setting.written);
        let message = format!(
            "`{}` of {} has no effect on {}",
            written.map_or(setting.word.as_str(), |word| gather::short(&word.text, &setting.word)),
            gather::servers(&places),
            gather::sockets(&places)
        );
        let finding = findings
            .report(setting.written, message)
            .because(format!("the default server {default} decides: {}", setting.effective));
        match setting.decided_at {
            Some(span) => finding.also(span, format!("this value of {default} counts")),
            None => {
                finding.also(setting.decided_by.span, "the default server, which leaves it at its default")
            }
        };
        let follows = matches!(setting.kind, WordKind::Protocols | WordKind::Tls13Suites);
        finding.help(match scope.protocols_follow_from.filter(|_| follows) {
            Some(version) => {
                format!("set it in {default} as well, or for all servers at once; {version} and later let each name have its own")
            }
            None => format!("set it in {default} instead, or give the name an address of its own"),
        });
    }
}

/// Settings that belong to the TLS context that a server without a certificate does not get.
const OF_THE_CONTEXT: &[WordKind] = &[
    WordKind::Protocols,
    WordKind::ProtocolBounds,
    WordKind::Ciphers,
    WordKind::Tls13Suites,
    WordKind::Groups,
    WordKind::SessionTickets,
    WordKind::SessionCache,
    WordKind::EarlyData,
    WordKind::Stapling,
];

fn without_certificate(surface: &Surface, findings: &mut Findings) {
    let borrowing = gather::served(surface)
        .filter(|p| !surface.deployment(p.listener.deployment).fragment)
        .filter_map(|p| Some(((p.server.server.span, p.server.borrows_from.as_ref()?.span), p)));
    for ((span, _), places) in gather::by_cause(borrowing) {
        let server = &places[0].server.server;
        // What another file brings in may have its effect in other servers.
        let here = |word: &&crate::model::TlsWord| {
            OF_THE_CONTEXT.contains(&word.kind) && word.span.file == span.file && word.span.start > span.start
        };
        let dead: Vec<_> = server.tls.written.iter().filter(here).collect();
        let ([first, rest @ ..], Some(lender)) = (dead.as_slice(), &places[0].server.borrows_from) else {
            continue;
        };
        let message = format!(
            "`{}` of {} has no effect on {}",
            first.name,
            gather::title(server),
            gather::sockets(&places)
        );
        let lender_name = gather::title(lender);
        let finding = findings.report(first.span, message).because(format!(
            "without a certificate of its own the server gets the TLS settings of {lender_name}"
        ));
        for word in rest {
            finding.also(word.span, "nor has this");
        }
        finding.also(lender.span, "the default server, whose settings count").help(format!(
            "give the server its certificate: `{}`",
            surface.words(places[0].listener.deployment).certificate
        ));
    }
}

/// Versions that are listed, and that no handshake can end on wherever the list applies.
fn not_negotiable(surface: &Surface, findings: &mut Findings) {
    let listed = gather::served(surface).filter_map(|p| Some((p.server.enabled.span()?, p)));
    for (span, places) in gather::by_cause(listed) {
        let Some(dead) = places
            .iter()
            .map(|p| idle(p, surface))
            .try_fold(everything(), |all, idle| Some(all.intersect(idle?)))
        else {
            continue;
        };
        let Some(level) = places[0].server.security_level.known().filter(|_| !dead.is_empty()) else {
            continue;
        };
        let names = gather::versions(dead);
        let target = &surface.target;
        let openssl = target.openssl;
        // Without a stated target the library is assumed: an older one may negotiate them.
        let assumed = !target.is_stated();
        let with_old = places.iter().map(with_old_library).fold(ProtocolSet::empty(), ProtocolSet::union);
        if assumed && !with_old.intersect(dead).is_empty() {
            // `implicit-protocols` says so of the same line.
            continue;
        }
        let without_suites = places.iter().all(|p| has_no_old_suite(p, surface, dead));
        let unknown = dead.difference(openssl.protocols());
        let why = match dead.iter().find(|v| openssl.protocols().contains(*v)) {
            _ if without_suites => "the list of suites holds none for such old versions".to_owned(),
            None => format!("OpenSSL {openssl} has no {}", gather::versions(unknown)),
            Some(v) if protocol_allowed(v, *level, openssl) => {
                "the list of suites holds none that such old versions could use".to_owned()
            }
            Some(_) => format!("OpenSSL {openssl} at security level {level} refuses such old versions"),
        };
        let assumption = assumed && !without_suites;
        let servers = gather::servers(&places);
        let message = match assumption {
            true => format!(
                "{names} cannot be negotiated with {servers} on OpenSSL 1.1.1 and later, which is assumed"
            ),
            false => format!("{names} can never be negotiated with {servers}"),
        };
        let words = surface.words(places[0].listener.deployment);
        // Another setting may mean all versions there are, without naming any.
        let mut written = places[0].server.server.tls.written.iter().filter(|word| word.span == span);
        if written.any(|word| word.name != words.protocols) {
            continue;
        }
        let finding = findings
            .report(span, message)
            .because(why)
            .help(format!("leave them out: `{}`", words.modern_protocols));
        if assumption {
            finding.severity(Severity::Note);
        }
    }
}

/// Whether the list of suites names none that these versions could use, whatever the library's level.
fn has_no_old_suite(place: &Place, surface: &Surface, old: ProtocolSet) -> bool {
    let tls = &place.listener.deciding(place.server, Decides::Name).tls;
    let Some(ciphers) = tls.ciphers.known() else { return false };
    let Ok(list) = surface.expand(&ciphers.text) else { return false };
    list.promised && !list.suites.iter().any(|a| Some(a.suite.min_protocol) <= old.max())
}

fn everything() -> ProtocolSet {
    ProtocolVersion::ALL.into_iter().collect()
}

/// The versions that one server lists in vain; none where no version works at all, which is worse.
/// TLS 1.2 without a suite is a fault of the list of suites.
fn idle(place: &Place, surface: &Surface) -> Option<ProtocolSet> {
    let available = surface.target.openssl.protocols();
    let (enabled, works) = (*place.server.enabled.known()?, *place.server.protocols.known()?);
    let idle = enabled
        .difference(works)
        .iter()
        .filter(|v| *v < ProtocolVersion::Tls12 || !available.contains(*v))
        .collect();
    if works.is_empty() { None } else { Some(idle) }
}

/// 0-RTT data is part of TLS 1.3.
fn early_data_without_tls13(surface: &Surface, findings: &mut Findings) {
    let on = gather::served(surface)
        .filter(|p| p.server.early_data.is(&true))
        .filter_map(|p| Some((p.server.early_data.span()?, p)));
    for (span, places) in gather::by_cause(on) {
        let without =
            |p: &Place| p.server.protocols.known().is_some_and(|set| !set.contains(ProtocolVersion::Tls13));
        if places.iter().all(without) {
            let message = format!("{} can never be sent 0-RTT data", gather::servers(&places));
            findings
                .report(span, message)
                .because("0-RTT data is part of TLS 1.3 (RFC 8446 section 2.3), which cannot be negotiated")
                .also_if(places[0].server.enabled.span(), "these versions are allowed");
        }
    }
}

/// Details of stapling, where nobody switched it on.
fn stapling_off(surface: &Surface, findings: &mut Findings) {
    let off = gather::served(surface).filter(|p| {
        let stapling = &p.server.server.tls.stapling;
        stapling.is(&false) && stapling.origin().is_default() && p.server.borrows_from.is_none()
    });
    let words = off.flat_map(|p| p.server.server.tls.written.iter().map(move |word| (word, p)));
    let details =
        words.filter(|(word, _)| word.kind == WordKind::Stapling).map(|(word, p)| (word.span, (word, p)));
    let effective = stapling_lines(surface);
    for (span, found) in gather::by_cause(details) {
        if effective.contains(&span) {
            continue;
        }
        let places: Vec<Place> = found.iter().map(|(_, place)| *place).collect();
        let (word, _) = found[0];
        findings
            .report(span, format!("`{}` of {} has no effect", word.name, gather::servers(&places)))
            .because("stapling is not switched on")
            .help("switch stapling on, or take the line out");
    }
}

/// The lines of servers that do staple: by way of a shared file they may stand in others as well.
fn stapling_lines(surface: &Surface) -> HashSet<Span> {
    let servers = surface.deployments.iter().flat_map(|d| &d.servers).filter(|s| !s.tls.stapling.is(&false));
    servers.flat_map(|s| &s.tls.written).map(|word| word.span).collect()
}

/// TLS towards a backend that is spoken to without it, or in another protocol.
fn dead_words(surface: &Surface, findings: &mut Findings) {
    // What keeps the server from starting has an effect.
    let hops = surface.upstreams.iter().filter(|hop| !hop.upstream.refuses_without_trust);
    let dead = hops.filter_map(|hop| Some((hop.upstream.dead_words.first()?.word.span, hop)));
    for (span, hops) in gather::by_cause(dead) {
        let hop = &hops[0].upstream;
        let [first, rest @ ..] = hop.dead_words.as_slice() else { continue };
        let why = match &first.foreign {
            Some(foreign) => format!("`{}` does not apply to `{}`", foreign.family, foreign.statement),
            None => "the backend is spoken to in plaintext".to_owned(),
        };
        let message = format!("`{}` has no effect in {}", first.word.name, hop.from);
        let finding = findings.report(span, message).because(why);
        for dead in rest {
            finding.also(dead.word.span, "nor has this");
        }
        finding.also(hop.span, "this leads there");
        let foreign: Vec<_> = hop.dead_words.iter().filter_map(|word| word.foreign.as_ref()).collect();
        if !foreign.is_empty() {
            let instead: Vec<_> =
                foreign.iter().filter_map(|word| Some(format!("`{}`", word.instead.as_ref()?))).collect();
            let what = match instead.is_empty() {
                true => "take the line out".to_owned(),
                false => format!("write {}", instead.join(", ")),
            };
            let switch = match hop.tls.is(&false) && !instead.is_empty() {
                true => format!(", and switch TLS on with `{}`", hop.words.switch),
                false => String::new(),
            };
            finding.help(format!("{what}{switch}"));
        } else if hop.tls.is(&false) {
            finding.help(match &hop.scheme {
                Some(scheme) => {
                    format!("speak TLS to the backend instead of `{}`, or take the line out", scheme.text)
                }
                None => "switch TLS on towards the backend, or take the line out".to_owned(),
            });
        }
    }
}
