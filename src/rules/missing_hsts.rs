//! A TLS site that does not tell browsers to stay with TLS.

use super::{lost_hsts, prose, shadowed_server_name};
use crate::finding::Findings;
use crate::model::{Answer, Site};
use crate::surface::{ListenerSurface, Mode, ServerSurface, Surface};
use std::collections::HashSet;

/// Reports each named TLS site whose first page comes without HSTS.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut seen = HashSet::new();
    let told = Told::of(surface);
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
        if told.covers(listener, server)
            || lost_hsts::over_plaintext(surface, listener.deployment, server).is_some()
            || !seen.insert(server.server.block)
        {
            continue;
        }
        let words = surface.words(listener.deployment);
        let finding = findings
            .report(server.server.span, format!("{} sends no HSTS header", prose::server(&server.server)));
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

/// Names that hear of HSTS from elsewhere, by the deployment that serves them.
struct Told<'s> {
    /// Hosts that send it for all names below them.
    parents: HashSet<(usize, &'s str)>,
    /// Names that are told on port 443: the header binds every port of a host (RFC 6797 section 8.3).
    entrances: HashSet<(usize, &'s str)>,
}

impl<'s> Told<'s> {
    fn of(surface: &'s Surface) -> Self {
        let mut told = Told { parents: HashSet::new(), entrances: HashSet::new() };
        for (listener, server) in surface.tls_servers() {
            let Some(Some(hsts)) = server.hsts.known() else { continue };
            if hsts.max_age().is_none_or(|age| age == 0) {
                continue;
            }
            let names = || server.server.literal_names().map(|n| (listener.deployment, n.text.as_str()));
            if hsts.include_subdomains() {
                told.parents.extend(names().filter(|(_, name)| name.contains('.')));
            }
            if listener.listener.address.port() == Some(443) && server.may_serve_tls() {
                told.entrances.extend(names());
            }
        }
        told
    }

    /// Whether every name of a server is told.
    fn covers(&self, listener: &ListenerSurface, server: &ServerSurface) -> bool {
        let is_side_entrance = listener.listener.address.port() != Some(443);
        let known = |set: &HashSet<(usize, &str)>, name: &str| set.contains(&(listener.deployment, name));
        server.server.literal_names().all(|name| {
            let mut above = name.text.match_indices('.').map(|(dot, _)| &name.text[dot + 1..]);
            above.any(|parent| known(&self.parents, parent))
                || is_side_entrance && known(&self.entrances, &name.text)
        })
    }
}
