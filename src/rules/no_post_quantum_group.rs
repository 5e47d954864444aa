//! No group holds against a quantum computer, although the TLS library has one.

use super::gather;
use super::groups::{self, HYBRID};
use super::{commands, lists};
use crate::finding::{Applicability, Findings};
use crate::surface::Surface;

/// Reports each written list of groups that leaves out what the library would offer of its own accord.
pub fn check(surface: &Surface, findings: &mut Findings) {
    if !groups::is_hybrid_possible(surface) {
        return;
    }
    let openssl = surface.target.openssl;
    let classical = gather::served(surface).filter_map(|place| {
        let list = place.listed_groups().filter(|_| groups::is_classical(place))?;
        Some(((place.listener.deployment, list.span?), (list, place)))
    });
    for ((_, span), found) in gather::by_cause(classical) {
        let (list, places): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        let list = list[0];
        let message = format!("{} {} no post-quantum group", gather::servers(&places), {
            gather::verb(&places, "offers", "offer")
        });
        // What `weak-group` takes out of the same list is not put back.
        let weak = groups::weak(surface, places[0]);
        let new = match weak.is_empty() {
            true => groups::with_hybrid(&list.text),
            false => groups::with_hybrid(&groups::without(surface, &list.text, &weak)),
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
