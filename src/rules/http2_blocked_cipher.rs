//! HTTP/2 is offered, and a handshake can end on a suite that RFC 9113 forbids it.

use super::commands;
use super::gather::{self, Place};
use super::lists::{self, Expansions};
use crate::finding::{Findings, Severity};
use crate::source::Span;
use crate::surface::{Suites, Surface};
use crate::tls::CipherSuite;
use crate::tls::protocol::ProtocolVersion;

/// What is wrong with the suites of TLS 1.2, the worst last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Fault {
    /// A client without any better could end on a forbidden one.
    Possible,
    /// The one that RFC 9113 section 9.2.2 demands is missing.
    Mandatory,
    /// The server prefers a forbidden one to all that are allowed.
    Preferred(&'static CipherSuite),
    /// None is allowed.
    NoneAllowed,
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Cause {
    deployment: usize,
    list: Option<Span>,
    fault: Fault,
    /// The certificate it takes, where that cannot be looked at.
    with: Option<&'static str>,
    /// Only clients without TLS 1.3 are affected.
    tls13: bool,
}

/// Reports each list of suites that HTTP/2 cannot be spoken over as it should.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut expansions = Expansions::new(surface);
    let faulty = gather::served(surface).filter_map(|place| Some((cause(place)?, place)));
    for (cause, places) in gather::by_cause(faulty) {
        let first = places[0];
        let Some(list) = lists::list(first) else { continue };
        let names = gather::servers(&places);
        let with = cause.with.map(|certificate| format!("with {certificate}, ")).unwrap_or_default();
        let browsers = if cause.tls13 { "browsers without TLS 1.3" } else { "browsers" };
        let offers = gather::verb(&places, "offers", "offer");
        let message = match cause.fault {
            Fault::NoneAllowed => format!("{names} {offers} HTTP/2 over TLS 1.2 with forbidden suites alone"),
            Fault::Preferred(suite) => format!("{names} {offers} HTTP/2, and {browsers} end on {suite}"),
            Fault::Mandatory => {
                format!("{names} {offers} HTTP/2 without the suite that it demands of TLS 1.2")
            }
            Fault::Possible => format!("{names} {offers} HTTP/2, and suites that it forbids"),
        };
        let span = list.span.unwrap_or(first.server.binding.listen);
        let finding = findings.report(span, format!("{with}{message}"));
        match cause.fault {
            Fault::NoneAllowed => {
                finding.because("none of these is an ephemeral key exchange with authenticated encryption (RFC 9113 section 9.2.2)");
            }
            Fault::Preferred(suite) => {
                if let Some(expansion) = expansions.of(&list.text) {
                    let words = lists::words(&expansion, &list.text, &[suite]);
                    lists::explain(finding, list, &words, |_| PROHIBITED.to_owned());
                }
                finding.also_if(first.server.server_preference.span(), "the server's order rules");
            }
            Fault::Mandatory => {
                finding.because("lets in neither ECDHE-RSA-AES128-GCM-SHA256 nor ECDHE-ECDSA-AES128-GCM-SHA256 (RFC 9113 section 9.2.2)");
            }
            Fault::Possible => {
                finding.severity(Severity::Note).pedantic().because(PROHIBITED);
            }
        }
        finding.also_if(first.server.alpn.span(), "HTTP/2 is offered");
        let setting = commands::ciphers(surface, first);
        finding.help(match cause.fault {
            Fault::Mandatory => format!("let it in: `{setting} {};`", lists::MODERN),
            _ => format!("let in what HTTP/2 may use and nothing else: `{setting} {};`", lists::MODERN),
        });
        if matches!(cause.fault, Fault::NoneAllowed | Fault::Preferred(_)) {
            finding.symptom(match cause.tls13 {
                true => "ERR_HTTP2_INADEQUATE_TRANSPORT_SECURITY, in browsers without TLS 1.3",
                false => "ERR_HTTP2_INADEQUATE_TRANSPORT_SECURITY, NS_ERROR_NET_INADEQUATE_SECURITY",
            });
        }
    }
}

const PROHIBITED: &str = "prohibited for HTTP/2 by RFC 9113 appendix A";

fn cause(place: Place) -> Option<Cause> {
    let server = place.server;
    if !server.alpn.known()?.iter().any(|name| name == "h2") {
        return None;
    }
    let judge = |suites| judge(suites, server.server_preference.is(&true));
    let (fault, with) = match (server.suites.known(), &server.suites_by_key) {
        (Some(suites), _) => (judge(suites)??, None),
        (None, Some(by_key)) => either(judge(&by_key.rsa), judge(&by_key.ecdsa))?,
        (None, None) => return None,
    };
    let list = lists::list(place)?.span;
    let tls13 = server.protocols.known().is_some_and(|p| p.contains(ProtocolVersion::Tls13));
    let counts = with.is_none() || list.is_some();
    counts.then_some(Cause { deployment: place.listener.deployment, list, fault, with, tls13 })
}

/// What holds with either key for certain; what holds with one of them where the other leaves no TLS 1.2,
/// or where browsers would fail.
fn either(rsa: Option<Option<Fault>>, ecdsa: Option<Option<Fault>>) -> Option<(Fault, Option<&'static str>)> {
    const RSA: Option<&str> = Some("an RSA certificate");
    const ECDSA: Option<&str> = Some("an ECDSA certificate");
    match (rsa, ecdsa) {
        (rsa, None) => Some((rsa??, RSA)),
        (None, ecdsa) => Some((ecdsa??, ECDSA)),
        (Some(rsa), Some(ecdsa)) => match (rsa, ecdsa) {
            (Some(rsa @ Fault::Preferred(_)), ecdsa) if rank(ecdsa) < rank(Some(rsa)) => Some((rsa, RSA)),
            (rsa, Some(ecdsa @ Fault::Preferred(_))) if rank(rsa) < rank(Some(ecdsa)) => Some((ecdsa, ECDSA)),
            (rsa, ecdsa) if rank(rsa) <= rank(ecdsa) => Some((rsa?, None)),
            (_, ecdsa) => Some((ecdsa?, None)),
        },
    }
}

fn rank(fault: Option<Fault>) -> u8 {
    match fault {
        None => 0,
        Some(Fault::Possible) => 1,
        Some(Fault::Mandatory) => 2,
        Some(Fault::Preferred(_)) => 3,
        Some(Fault::NoneAllowed) => 4,
    }
}

/// What every current browser offers of TLS 1.2, the last one Firefox and Safari only.
const BROWSERS: [u16; 13] =
    [0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035, 0xc00a];

/// The one suite that has to be there, for RSA keys and for ECDSA keys.
const MANDATORY: [u16; 2] = [0xc02f, 0xc02b];

/// What is wrong with the suites of TLS 1.2, if anything; none where there is no TLS 1.2.
fn judge(suites: &Suites, prefers: bool) -> Option<Option<Fault>> {
    let suites = suites.get(&ProtocolVersion::Tls12)?;
    let allowed = |suite: &CipherSuite| suite.aead() && suite.forward_secrecy() && !suite.http2_prohibited();
    let offered = suites.iter().copied().find(|suite| BROWSERS.contains(&suite.id));
    Some(match offered.filter(|suite| prefers && !allowed(suite)) {
        _ if !suites.iter().any(|suite| allowed(suite)) => Some(Fault::NoneAllowed),
        Some(preferred) => Some(Fault::Preferred(preferred)),
        None if !suites.iter().any(|suite| MANDATORY.contains(&suite.id)) => Some(Fault::Mandatory),
        None => suites.iter().any(|suite| !allowed(suite)).then_some(Fault::Possible),
    })
}
