//! A certificate whose time is over.

use super::client_cas::{self, Judges};
use super::hops::{self, Cause};
use super::sent::{self, Sent};
use super::{loads, prose};
use crate::clock;
use crate::finding::{Findings, Severity};
use crate::model::FileRef;
use crate::pki::Certificate;
use crate::surface::{Surface, UpstreamSurface};

/// Reports each certificate that is sent and no longer valid.
///
/// What clients can do without, such as an old root's certificate for a new root, breaks only old ones.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let now = surface.now;
    for file in sent::files(surface) {
        let over = file.certificates().filter(|(_, certificate)| certificate.valid_until < now.0);
        for (index, certificate) in over {
            let needed = file.counts(index, now);
            if needed || file.issued_the_leaf(index) {
                report(&file, index, certificate, needed, now.0 - certificate.valid_until, findings);
            }
        }
    }
    shown_expired(surface, findings);
    for judges in client_cas::all(surface) {
        judge_expired(surface, &judges, findings);
    }
}

/// Reports certificates that proxies show to their backends.
fn shown_expired(surface: &Surface, findings: &mut Findings) {
    let now = surface.now.0;
    let shown = |hop: &UpstreamSurface| {
        let written =
            hop.upstream.certificate.as_ref().filter(|_| hop.is_tls() && hop.upstream.loads_files)?;
        Some(Cause::of(&written.certificate, hop)).filter(|_| expired(surface, hop).is_some())
    };
    for hops in hops::by_cause(surface, shown) {
        let hop = hops.first();
        let Some((file, leaf)) = expired(surface, hop) else { continue };
        let message = format!(
            "the certificate that {} shows to {} expired {} ago, on {}",
            hop.upstream.from,
            hops::backend(hop),
            clock::length(now - leaf.valid_until),
            sent::date(&leaf.not_after)
        );
        let finding = findings.report(file.span, message);
        finding
            .severity(Severity::Warning)
            .because("a backend that asks for it and verifies it refuses it")
            .also(sent::begin(leaf.span), sent::facts(leaf))
            .help("renew it, and see why it was not renewed in time")
            .symptom("502 Bad Gateway, or what the backend answers clients that it does not know; in its log: certificate has expired");
        hops.point_at(finding, "a hop that shows it");
    }
}

/// The expired certificate that a hop shows.
fn expired<'s>(surface: &'s Surface, hop: &'s UpstreamSurface) -> Option<(&'s FileRef, &'s Certificate)> {
    let file = hop.upstream.certificate.as_ref()?.certificate.known()?;
    let held = loads::certificates(surface, file).filter(|held| held.error.is_none())?;
    Some((file, held.leaf().filter(|leaf| leaf.valid_until < surface.now.0)?))
}

/// Reports authorities by which clients are verified, where none of them is valid any longer.
fn judge_expired(surface: &Surface, judges: &Judges, findings: &mut Findings) {
    let now = surface.now.0;
    let last = judges.roots().max_by_key(|(_, root)| root.valid_until);
    let Some((file, root)) = last.filter(|(_, root)| root.valid_until < now) else { return };
    let message = format!(
        "`{}`, by which {} verifies clients, expired {} ago, on {}: every client certificate is refused",
        sent::title(root),
        prose::server(judges.server),
        clock::length(now - root.valid_until),
        sent::date(&root.not_after)
    );
    let server = judges.server;
    findings
        .report(file.span, message)
        .because(match judges.roots().count() {
            1 => "no other root is there, and what a root has issued ends with it",
            _ => "no root there is valid, and what a root has issued ends with it",
        })
        .also_if((!server.block.contains(file.span)).then_some(server.span), "for this server")
        .also(sent::begin(root.span), sent::facts(root))
        .help("name the current certificate of the CA, and have the clients' certificates issued by a CA that is in force")
        .symptom("400 \"The SSL certificate error\"; in the log: client SSL certificate verify error: (10:certificate has expired)");
}

fn report(
    file: &Sent,
    index: usize,
    certificate: &Certificate,
    needed: bool,
    ago: i64,
    findings: &mut Findings,
) {
    let message = format!(
        "{} expired {} ago, on {}",
        file.subject(index),
        clock::length(ago),
        sent::date(&certificate.not_after)
    );
    let unsure = index > 0 && needed && file.may_be_root(index);
    let why = match (index, needed) {
        (0, _) => "clients refuse a certificate whose time is over (RFC 5280 section 6.1.3)",
        (_, true) if unsure => {
            "clients need it to get from the certificate to a root, and refuse it, unless they have a root of that name and key themselves"
        }
        (_, true) => {
            "clients need it to get from the certificate to a root, and refuse it (RFC 5280 section 6.1.3)"
        }
        (_, false) => "clients go another way, but OpenSSL 1.0.2 and GnuTLS before 3.6.14 stop here",
    };
    let finding = file.report(findings, index, message, why);
    match (index, needed) {
        (0, _) => finding.help("renew it, and see why it was not renewed in time"),
        (_, true) if unsure => finding.severity(Severity::Warning).help(
            "take the current chain from the CA that issued the certificate; where all clients have the CA as a root, leave this out",
        ),
        (_, true) => finding.help("take the current chain from the CA that issued the certificate"),
        (_, false) => finding.severity(Severity::Warning).help("take it out of the file"),
    };
    if file.given && sent::is_ca(certificate) && certificate.self_issued {
        // Nobody has to send roots, and bundles of them have old ones.
        finding.severity(Severity::Note);
    }
    if !needed {
        finding.symptom("\"certificate has expired\" on old clients only");
    } else {
        finding.symptom("ERR_CERT_DATE_INVALID, SEC_ERROR_EXPIRED_CERTIFICATE, \"certificate has expired\"");
    }
}
