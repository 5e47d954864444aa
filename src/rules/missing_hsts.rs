//! A TLS site that does not tell browsers to stay with TLS.

use super::{lost_hsts, shadowed_server_name};
use crate::finding::Findings;
use crate::model::{Answer, Hsts, Site};
use crate::surface::{ListenerSurface, Mode, ServerSurface, Surface};
use std::collections::HashSet;

/// Reports each named TLS site whose first page comes without HSTS.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut seen = HashSet::new();
    let unanswering = shadowed_server_name::unanswering(surface);
    for (listener, server) in surface.tls_servers().filter(|(l, s)| is_public_site(l, s)) {
        let Some(site) = &server.server.site else { continue };
        let is_whole = surface.deployment(listener.deployment).is_whole_for(&server.server);
        let is_absent = matches!(site.hsts.known(), Some(None)) && !loses(site);
        let sends_to_plaintext =
            matches!(&site.answer, Answer::Redirect { to, .. } if to.text.starts_with("http://"));
        let nothing_to_protect = matches!(site.answer, Answer::Refused | Answer::Unknown(_));
        let is_asked = !unanswering.contains(&(listener.deployment, server.binding.server));
        if !is_whole || !is_absent || sends_to_plaintext || nothing_to_protect || !is_asked {
            continue;
        }
        if is_covered(surface, listener, server)
            || lost_hsts::over_plaintext(surface, listener.deployment, server).is_some()
            || !seen.insert(server.server.block)
        {
            continue;
        }
        let words = surface.words(listener.deployment);
        let finding =
            findings.report(server.server.span, format!("`{}` sends no HSTS header", server.label()));
        finding
            .because("a browser that was never told may start the next visit in plaintext (RFC 6797)")
            .help(format!("add to this server: `{}`", words.hsts))
            .symptom("the first request of a visit can be downgraded; scanners report HSTS as missing");
        match (&site.answer, site.hides_backend_hsts) {
            (Answer::Proxied(_), Some(span)) => {
                finding.also(span, "takes the header away that the backend may send");
            }
            (Answer::Proxied(span), None) => {
                finding.pedantic().also(*span, "unless the backend sends it");
            }
            _ => {}
        }
    }
}

fn is_public_site(listener: &ListenerSurface, server: &ServerSurface) -> bool {
    listener.listener.http
        && listener.mode.is(&Mode::Tls)
        // The header binds every port of a host; on other ports TLS may be a side entrance.
        && matches!(listener.listener.address.port(), Some(443 | 8443))
        && !listener.listener.address.is_local()
        && !server.certificates.is_empty()
        && server.rejects_handshake.is(&false)
        && server.server.literal_names().next().is_some()
}

/// Whether the header is written, but lost on the way to the first page: another rule's.
fn loses(site: &Site) -> bool {
    let mut scope = site.index.and_then(|index| site.scopes.get(index));
    while let Some(at) = scope {
        if at.lost_hsts.is_some() {
            return true;
        }
        scope = at.parent.and_then(|parent| site.scopes.get(parent));
    }
    false
}

/// Whether every name lies below a host that sends HSTS for all names below it, or is told on port 443
/// to stay with TLS: the header binds every port of a host (RFC 6797 section 8.3).
fn is_covered(surface: &Surface, listener: &ListenerSurface, server: &ServerSurface) -> bool {
    let covers = |hsts: &Hsts| hsts.include_subdomains() && hsts.max_age().is_some_and(|age| age > 0);
    let tls = || surface.tls_servers().filter(|(l, _)| l.deployment == listener.deployment);
    let sends = |s: &ServerSurface| s.hsts.known().and_then(Option::as_ref).and_then(Hsts::max_age);
    let parents = || tls().filter(|(_, s)| s.hsts.known().is_some_and(|h| h.as_ref().is_some_and(covers)));
    let is_side_entrance = listener.listener.address.port() != Some(443);
    let main_entrances = || {
        let entrances = tls().filter(|(l, s)| l.listener.address.port() == Some(443) && s.may_serve_tls());
        entrances.filter(|(_, s)| is_side_entrance && sends(s).is_some_and(|age| age > 0))
    };
    server.server.literal_names().all(|name| {
        let is_below = |parent: &str| {
            name.text.strip_suffix(parent).is_some_and(|rest| rest.ends_with('.') && parent.contains('.'))
        };
        parents().any(|(_, parent)| parent.server.literal_names().any(|n| is_below(&n.text)))
            || main_entrances().any(|(_, main)| main.server.literal_names().any(|n| n.text == name.text))
    })
}
