//! Clients that ask for no name, or for one that nobody serves, are shown a site's certificate.

use super::gather::{self, Place};
use crate::finding::Findings;
use crate::surface::Surface;
use foldhash::HashMap;

/// Reports each default server that is a site of its own.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut sites: Vec<(Place, Vec<Place>)> = Vec::new();
    let mut index = HashMap::default();
    for place in gather::served(surface).filter(|place| is_site(surface, place)) {
        let at = *index.entry(place.server.server.block).or_insert(sites.len());
        match sites.get_mut(at) {
            Some((_, places)) => places.push(place),
            None => sites.push((place, vec![place])),
        }
    }
    for (place, places) in sites {
        let words = surface.words(place.listener.deployment);
        let name = gather::title(&place.server.server);
        let message = format!(
            "clients of {} that ask for an unknown name, or for none, get the certificate of {name}",
            gather::sockets(&places)
        );
        let why = match place.server.binding.default_written {
            true => "this server answers for all names that nobody claims",
            false => "the first server of a socket answers for all names that nobody claims",
        };
        let certificate = place.server.certificates.first().and_then(|c| c.written.certificate.span());
        findings
            .report(place.server.binding.listen, message)
            .because(why)
            .also_if(certificate, "who scans addresses learns the names in it")
            .help(format!(
                "give the socket a default server of its own that refuses them: `{}`",
                words.reject_handshake
            ));
    }
}

/// Whether names that nobody claims lead to a site with a certificate of its own.
fn is_site(surface: &Surface, place: &Place) -> bool {
    let deployment = surface.deployment(place.listener.deployment);
    place.server.binding.default
        && place.server.rejects_handshake.is(&false)
        && !place.is_scripted()
        && !place.server.certificates.is_empty()
        && place.server.server.literal_names().next().is_some()
        && !place.server.server.names.iter().any(|name| matches!(name.text.as_str(), "" | "_"))
        && deployment.is_whole_for(&place.server.server)
        && deployment.templates.is_empty()
}
