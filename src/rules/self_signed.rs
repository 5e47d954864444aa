//! A certificate that nobody but itself vouches for.

use super::sent::{self, Sent};
use crate::finding::Findings;
use crate::pki::chain::End;
use crate::surface::Surface;

/// Reports each leaf that signed itself, where others than this machine meet it.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for mut file in sent::files(surface).into_iter().filter_map(Sent::for_others) {
        // Whoever has none of its own needs one, whatever it is that is lent.
        file.places.retain(|place| place.server.borrows_from.is_none());
        if file.places.is_empty() && !file.given {
            continue;
        }
        let signed = file.chain.is_some_and(|chain| chain.path.end == End::SelfSigned);
        if !signed || !file.is_for_servers() {
            continue;
        }
        let message = format!("{} is signed by itself", file.subject(0));
        file.report(findings, 0, message, "no client trusts it unless it was told to, one by one")
            .help("get one from a CA that the clients trust; for one's own clients, from a CA of one's own")
            .symptom("ERR_CERT_AUTHORITY_INVALID, MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT, \"self-signed certificate\"");
    }
}
