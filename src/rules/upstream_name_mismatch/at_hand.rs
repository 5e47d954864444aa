//! The name that is checked is in no certificate of a backend that is at hand.

use super::super::hops::{self, Cause};
use super::super::{prose, sent};
use super::{is_reported, verifies};
use crate::finding::Findings;
use crate::pki::Certificate;
use crate::pki::name::{Client, Match, matches};
use crate::surface::{Backend, Surface, UpstreamSurface};

/// Reports each hop whose backend shows certificates for other names.
pub(super) fn check(surface: &Surface, findings: &mut Findings) {
    let cause = |hop: &UpstreamSurface| {
        mismatch(surface, hop)?;
        Some(if hop.upstream.name_written { Cause::of(&hop.upstream.name, hop) } else { Cause::name(hop) })
    };
    for hops in hops::by_cause(surface, cause) {
        let hop = hops.first();
        let (Some((backend, leaf)), Some(Some(name))) = (mismatch(surface, hop), hop.upstream.name.known())
        else {
            continue;
        };
        let message = format!(
            "{} checks the certificate of `{}` for the name `{name}`, which it does not carry",
            hop.upstream.from,
            backend.target.display()
        );
        let carried: Vec<String> = leaf.dns_names().take(3).map(|name| format!("`{name}`")).collect();
        let span = hop.upstream.name.span().filter(|_| hop.upstream.name_written);
        let finding = findings.report(span.unwrap_or(hop.upstream.span), message);
        finding
            .because(match carried.is_empty() {
                true => "that certificate carries no DNS name at all".to_owned(),
                false => format!("that certificate is for {}", prose::list(&carried)),
            })
            .also(backend.server.binding.listen, "the backend listens here")
            .also(sent::begin(leaf.span), sent::facts(leaf))
            .help(match leaf.dns_names().find(|name| !name.contains('*')) {
                None => "say a name that it carries, or have a certificate issued for this one".to_owned(),
                Some(own) => format!("say a name that it carries: `{} {own};`", hop.upstream.words.name_word),
            })
            .symptom(format!(
                "502 Bad Gateway; the server logs: upstream SSL certificate does not match \"{name}\""
            ));
        hops.point_at(finding, "a hop that goes by this name");
    }
}

/// A backend none of whose certificates OpenSSL takes for the name that is checked.
fn mismatch<'s>(surface: &'s Surface, hop: &'s UpstreamSurface) -> Option<(Backend<'s>, &'s Certificate)> {
    let name = hop.upstream.name.known().filter(|_| hop.is_tls() && verifies(hop) && !is_reported(hop))?;
    let name = name.as_deref().filter(|name| name.parse::<std::net::IpAddr>().is_err())?;
    let refuses = |leaf: &Certificate| match matches(leaf, name) {
        Match::NoMatch => true,
        Match::Match => false,
        Match::Differs(accepting) => !accepting.contains(&Client::OpenSsl),
    };
    surface.backends(hop).into_iter().find_map(|backend| {
        let leaves: Option<Vec<&'s Certificate>> = backend.files.iter().map(|file| file.leaf()).collect();
        let leaves = leaves.filter(|leaves| leaves.iter().all(|leaf| refuses(leaf)))?;
        let first = leaves.first().copied()?;
        Some((backend, first))
    })
}
