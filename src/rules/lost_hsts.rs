//! HSTS is written, but some responses, or all that count, come without it.

use super::{prose, shadowed_server_name};
use crate::finding::{Applicability, Findings, Severity};
use crate::model::{Answer, Deployment, Hsts, Origin, Scope, ServerId, Site, VirtualServer, Words};
use crate::surface::{ServerSurface, Surface};
use std::collections::HashSet;

/// Reports blocks that drop the header by adding others, headers that error pages lack, and headers
/// that only plaintext carries.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut seen = HashSet::new();
    let unanswering = shadowed_server_name::unanswering(surface);
    for (index, deployment) in surface.deployments.iter().enumerate() {
        let words = deployment.platform.words();
        for (id, server) in deployment.servers.iter().enumerate() {
            let Some(site) = &server.site else { continue };
            let mut tls =
                surface.sockets_of(index, ServerId(id)).filter(|(l, s)| l.is_tls() && s.may_serve_tls());
            let Some((_, at_socket)) = tls.next() else { continue };
            if unanswering.contains(&(index, ServerId(id))) {
                continue;
            }
            dropped(deployment, server, site, words, &mut seen, findings);
            astray(deployment, server, site, &mut seen, findings);
            not_on_errors(server, site, words, &mut seen, findings);
            if let Some(hsts) = over_plaintext(surface, index, at_socket)
                && seen.insert((hsts.span, hsts.span))
            {
                let message = format!("HSTS of {} is sent over plaintext only", prose::server(server));
                findings
                    .report(hsts.span, message)
                    .because("browsers ignore the header unless it comes over TLS (RFC 6797 section 8.1)")
                    .also(server.span, "the same name is served with TLS here, without it")
                    .help("move this line to the server that speaks TLS");
            }
        }
    }
}

/// Places that were reported: where the header is lost, and where it is written.
type Seen = HashSet<(crate::source::Span, crate::source::Span)>;

/// Blocks that add headers of their own and so inherit none.
fn dropped(
    deployment: &Deployment,
    server: &VirtualServer,
    site: &Site,
    words: &Words,
    seen: &mut Seen,
    findings: &mut Findings,
) {
    let lost = |scope: &Scope| Some((scope.drops_inherited?, scope.lost_hsts.as_ref()?.span));
    let mut losers: Vec<&Scope> = site.scopes.iter().filter(|s| s.answer != Answer::Refused).collect();
    losers.retain(|scope| lost(scope).is_some_and(|places| !seen.contains(&places)));
    losers.sort_by_key(|scope| scope.conditional);
    let Some((by, from)) = losers.first().and_then(|s| lost(s)).filter(|_| deployment.is_whole_for(server))
    else {
        return;
    };
    seen.extend(losers.iter().filter_map(|s| lost(s)));
    let labels = losers.iter().take(3).map(|scope| match scope.parent.and_then(|p| site.scopes.get(p)) {
        Some(around) if scope.conditional => format!("`{}` of `{}`", scope.label, around.label),
        Some(_) => format!("`{}`", scope.label),
        None => "the whole server".to_owned(),
    });
    let mut places: Vec<String> = labels.collect();
    if losers.len() > places.len() {
        places.push(format!("{} more", losers.len() - places.len()));
    }
    let message = format!("{} loses its HSTS header in {}", prose::server(server), prose::list(places));
    let finding = findings.report(by, message);
    finding
        .because("a block that adds a header of its own inherits none")
        .also(from, "the header that is lost")
        .help(format!("repeat the header in each of these blocks, or keep both: {}", words.merge_headers));
    for (by, _) in losers.iter().skip(1).filter_map(|scope| lost(scope)) {
        finding.also(by, "drops it, too");
    }
    if losers.iter().all(|scope| scope.conditional) {
        finding.severity(Severity::Note);
    }
}

/// `location /` has the header, but another location answers the file that `/` stands for.
fn astray(
    deployment: &Deployment,
    server: &VirtualServer,
    site: &Site,
    seen: &mut Seen,
    findings: &mut Findings,
) {
    let Some(astray) = site.astray.as_ref().filter(|_| deployment.is_whole_for(server)) else { return };
    let Some(by) = site.scopes.get(astray.scope).filter(|by| seen.insert((astray.hsts.span, by.span))) else {
        return;
    };
    let name = prose::server(server);
    let message = format!("the first page of {name} comes without HSTS: `{}` answers it", by.label);
    findings
        .report(astray.hsts.span, message)
        .because(format!("`/` leads to `{}`, for which another block is chosen", astray.uri))
        .also(by.span, "this block answers the file, and has no such header")
        .help("move the header to the server, outside of its blocks")
        .symptom("scanners report HSTS as missing");
}

/// Headers that stand on successful responses only.
fn not_on_errors(
    server: &VirtualServer,
    site: &Site,
    words: &Words,
    seen: &mut Seen,
    findings: &mut Findings,
) {
    if matches!(site.redirects_all, Some(Answer::Redirect { .. })) {
        return;
    }
    let headers = site.scopes.iter().filter_map(|scope| scope.hsts.known()?.as_ref());
    for hsts in headers.filter(|h| !h.always) {
        if seen.insert((hsts.span, hsts.span)) {
            let finding = findings
                .report(hsts.span, format!("error pages of {} come without HSTS", prose::server(server)));
            finding
                .because(format!(
                    "without `{}` the header stands on successful responses and redirects only",
                    words.always
                ))
                .help(format!("add `{}` before the `;`", words.always));
            if let Some(append) = hsts.append {
                finding.replace(Applicability::Safe, append, format!(" {}", words.always));
            }
        }
    }
}

/// The header that a plaintext server writes for a name of this TLS server, which has none.
pub(super) fn over_plaintext<'s>(
    surface: &'s Surface,
    deployment: usize,
    tls: &ServerSurface,
) -> Option<&'s Hsts> {
    let site = tls.server.site.as_ref()?;
    let is_certain = matches!(site.answer, Answer::Local | Answer::Redirect { .. })
        && matches!(site.hsts.known(), Some(None))
        && surface.deployment(deployment).is_whole_for(&tls.server);
    let shares = |server: &ServerSurface| {
        server.server.literal_names().any(|n| tls.server.literal_names().any(|own| own.text == n.text))
    };
    let sockets = surface.listeners.iter().filter(|l| l.deployment == deployment && l.is_plaintext());
    let public = sockets.filter(|l| !l.listener.address.is_local() && l.listener.proxy_protocol.is_none());
    let mut servers = public.flat_map(|l| &l.servers).filter(|s| {
        is_certain
            && shares(s)
            && s.server.block != tls.server.block
            && matches!(s.hsts.origin(), Origin::Written(_))
            && surface.sockets_of(deployment, s.binding.server).all(|(l, _)| l.is_plaintext())
    });
    servers.find_map(|s| s.server.site.as_ref()?.hsts.known()?.as_ref())
}
