//! No group holds against a quantum computer, although the TLS library has one.

use super::gather::{self, Place};
use super::{commands, lists, weak_group};
use crate::finding::{Applicability, Findings};
use crate::surface::Surface;
use crate::tls::group::{self, NamedGroup};
use crate::tls::protocol::ProtocolVersion;

/// The hybrid that browsers offer.
const HYBRID: &str = "X25519MLKEM768";

/// Reports each written list of groups that leaves out what the library would offer of its own accord.
pub fn check(surface: &Surface, findings: &mut Findings) {
    if !is_possible(surface) {
        return;
    }
    let openssl = surface.target.openssl;
    let classical = gather::served(surface).filter_map(|place| {
        let list = place.listed_groups().filter(|_| is_classical(place))?;
        Some(((place.listener.deployment, list.span?), (list, place)))
    });
    for ((_, span), found) in gather::by_cause(classical) {
        let (list, places): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        let list = list[0];
        let message = format!("{} {} no post-quantum group", gather::servers(&places), {
            gather::verb(&places, "offers", "offer")
        });
        // What `weak-group` takes out of the same list is not put back.
        let weak = weak_group::agreed(surface, places[0]);
        let new = match weak.is_empty() {
            true => before(&list.text),
            false => before(&weak_group::without(surface, &list.text, &weak)),
        };
        let finding = findings.report(span, message);
        finding
            .because(format!(
                "without this list OpenSSL {openssl} agrees on {HYBRID} first: what is recorded today cannot be read later"
            ))
            .help(format!(
                "put it first: `{} {new};`, or leave the setting out",
                commands::groups(surface, places[0])
            ));
        // Two edits of one place would be one too many.
        if let Some((span, new)) = lists::edit(list, &new).filter(|_| weak.is_empty()) {
            finding.replace(Applicability::Unsafe, span, new);
        }
    }
}

/// A list with the hybrid in front.
pub(super) fn before(list: &str) -> String {
    format!("{HYBRID}:{list}")
}

/// Whether a written list of groups leaves out what the library would offer of its own accord.
pub(super) fn is_wanted(surface: &Surface, place: Place) -> bool {
    is_possible(surface) && is_classical(place)
}

/// Whether the library offers such a group, which the chosen profile does not exclude.
fn is_possible(surface: &Surface) -> bool {
    let profile = surface.profile.as_ref().and_then(|profile| profile.groups.as_ref());
    let is_within = |group: &&NamedGroup| profile.is_none_or(|groups| groups.allow.contains(group));
    surface.target.openssl.default_groups().iter().any(|group| group.post_quantum && is_within(group))
}

/// Whether handshakes with TLS 1.3, which alone has such groups, end on none of them.
fn is_classical(place: Place) -> bool {
    let tls13 = place.server.protocols.known().is_some_and(|p| p.contains(ProtocolVersion::Tls13));
    let holds = |name: &&str| group::by_name(name).is_some_and(|group| group.post_quantum);
    tls13 && place.server.groups.known().is_some_and(|groups| !groups.is_empty() && !groups.iter().any(holds))
}
