//! The name that is checked is in no certificate of a backend that is at hand.

use super::super::hops::{self, Cause};
use super::super::{prose, sent};
use super::{is_reported, verifies};
use crate::finding::Findings;
use crate::pki::Certificate;
use crate::pki::name::{Client, Match, matches};
use crate::surface::{Backend, Surface, UpstreamSurface};
use std::net::IpAddr;

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
                true => format!("that certificate carries no DNS name at all{}", addresses(leaf, name)),
                false => {
                    format!("that certificate is for {}{}", prose::list(&carried), addresses(leaf, name))
                }
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

/// What becomes of the address that a certificate carries in vain.
fn addresses(leaf: &Certificate, name: &str) -> &'static str {
    let is_carried = name.parse().is_ok_and(|address: IpAddr| leaf.addresses.contains(&address));
    if is_carried { "; the IP addresses in it are not consulted" } else { "" }
}

/// Whether the certificates of everyone that a hop leads to are at hand.
pub(super) fn is_judged(surface: &Surface, hop: &UpstreamSurface) -> bool {
    let targets = hop.upstream.targets.known().map_or(0, Vec::len);
    let backends = surface.backends(hop);
    let is_known = |backend: &Backend| backend.files.iter().all(|file| file.leaf().is_some());
    targets > 0 && backends.len() == targets && backends.iter().all(is_known)
}

/// A name that the backend's certificate carries, where there is one of each at hand.
pub(super) fn own_name<'s>(surface: &'s Surface, hop: &'s UpstreamSurface) -> Option<&'s str> {
    match surface.backends(hop).as_slice() {
        [only] if hop.upstream.targets.known().is_some_and(|targets| targets.len() == 1) => {
            match &*only.files {
                [file] => file.leaf()?.dns_names().find(|name| !name.contains('*')),
                _ => None,
            }
        }
        _ => None,
    }
}

/// A backend none of whose certificates OpenSSL takes for the name that is checked.
fn mismatch<'s>(surface: &'s Surface, hop: &'s UpstreamSurface) -> Option<(Backend<'s>, &'s Certificate)> {
    let name = hop.upstream.name.known().filter(|_| hop.is_tls() && verifies(hop))?.as_deref()?;
    let is_address = name.starts_with('[') || name.parse::<IpAddr>().is_ok();
    match is_address {
        true if hop.upstream.checks_ip_sans => return None,
        false if is_reported(hop) => return None,
        _ => {}
    }
    let refuses = |leaf: &Certificate| match matches(leaf, name) {
        _ if is_address => !is_spelled(leaf, name),
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

/// Whether a DNS name is spelled like an address, for software that looks at no others (`X509_check_host`);
/// the common name counts where there is no DNS name. What a pattern stands for is not looked at.
fn is_spelled(leaf: &Certificate, address: &str) -> bool {
    let is = |name: &str| name.contains('*') || name.eq_ignore_ascii_case(address);
    let is_written = |name: &&String| name.eq_ignore_ascii_case(address);
    let as_address = leaf.addresses.iter().map(ToString::to_string).filter(|name| is_written(&name)).count();
    let mut names = leaf.dns_names().peekable();
    match names.peek() {
        _ if leaf.names.iter().filter(is_written).count() > as_address => true,
        Some(_) => names.any(is),
        None => leaf.common_name.as_deref().is_some_and(is),
    }
}
