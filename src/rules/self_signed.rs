//! A certificate that nobody but itself vouches for.

use super::sent::{self, Sent};
use crate::finding::Findings;
use crate::pki::chain::End;
use crate::surface::Surface;

/// Reports each leaf that signed itself, where others than this machine meet it.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for file in sent::files(surface) {
        let signed = file.chain.is_some_and(|chain| chain.path.end == End::SelfSigned);
        if !signed || !file.is_for_servers() || file.is_internal() || is_localhost(&file) {
            continue;
        }
        let message = format!("{} is signed by itself", file.subject(0));
        file.report(findings, 0, message, "no client trusts it unless it was told to, one by one")
            .help("get one from a CA that the clients trust; for one's own clients, from a CA of one's own")
            .symptom("ERR_CERT_AUTHORITY_INVALID, MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT, \"self-signed certificate\"");
    }
}

/// Whether all servers answer for this machine's own name and no other.
fn is_localhost(file: &Sent) -> bool {
    let own = |name: &str| {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        name == "localhost" || name.ends_with(".localhost")
    };
    let names = |p: &super::gather::Place| {
        let mut names = p.server.server.names.iter().filter(|name| !name.text.is_empty()).peekable();
        names.peek().is_some() && names.all(|name| own(&name.text))
    };
    !file.places.is_empty() && file.places.iter().all(names)
}
