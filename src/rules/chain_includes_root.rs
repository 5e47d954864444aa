//! The root is sent along with what it issued.

use super::sent::{self, Sent};
use super::{issuers, stapling};
use crate::finding::Findings;
use crate::pki::chain::Role;
use crate::surface::Surface;

/// Reports each file that goes up to the root.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for file in sent::files(surface).iter().filter(|file| issuers::is_loaded(surface, file)) {
        let Some(root) = file.chain.and_then(|chain| chain.with_role(Role::Root).next()) else { continue };
        if !file.is_for_servers() || serves_stapling(file, root) {
            continue;
        }
        let message = format!("{} is sent in vain", file.subject(root));
        let why = "clients trust the root that they have, not one that is sent to them: it may be omitted (RFC 8446 section 4.4.2)";
        file.report(findings, root, message, why)
            .help("take it out of the file: each full handshake gets smaller by its size");
    }
}

/// Whether stapling needs the root, as it issued the leaf itself.
fn serves_stapling(file: &Sent, root: usize) -> bool {
    let all = &file.file.certificates;
    let issued = file.leaf().zip(all.get(root)).is_some_and(|(leaf, root)| sent::may_have_issued(root, leaf));
    issued && file.places.iter().any(|place| !stapling::settings(place).stapling.is(&false))
}
