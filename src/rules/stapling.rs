//! Whether a server can staple an OCSP response to a certificate, as `ngx_event_openssl_stapling.c` and
//! its like decide when they start.

use super::gather::Place;
use super::sent::may_have_issued;
use crate::model::{ClientAuthMode, Decides, TlsSettings};
use crate::pki::CertificateFile;
use crate::surface::Surface;

/// Why nothing is ever stapled although it is switched on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Obstacle {
    /// Neither the certificate nor the configuration names a responder.
    NoResponder,
    /// The responder is not reached by plain HTTP.
    NotHttp,
    /// The issuer's certificate, by whose key the question is asked, is nowhere.
    NoIssuer,
}

/// The TLS settings that count for the names of a place.
pub(super) fn settings<'s>(place: &Place<'s>) -> &'s TlsSettings {
    &place.listener.deciding(place.server, Decides::Name).tls
}

/// What keeps stapling from working for a certificate, for certain.
///
/// A `resolver` is not needed: without one, the addresses found at start are used.
pub(super) fn obstacle(surface: &Surface, place: &Place, file: &CertificateFile) -> Option<Obstacle> {
    let tls = settings(place);
    let deployment = surface.deployment(place.listener.deployment);
    let whole = deployment.is_whole_for(place.listener.deciding(place.server, Decides::Name));
    if !whole || !tls.stapling.is(&true) || tls.stapling_file.is_some() {
        return None;
    }
    let named = file.leaf()?.extensions.ocsp.first().map(String::as_str);
    let responder = match &tls.stapling_responder {
        Some(written) => Some(written.known()?.text.as_str()),
        None => named,
    };
    let is_http = |url: &str| url.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"));
    match responder {
        None => Some(Obstacle::NoResponder),
        Some(url) if !is_http(url) => Some(Obstacle::NotHttp),
        Some(_) => (has_issuer(surface, tls, file) == Some(false)).then_some(Obstacle::NoIssuer),
    }
}

/// Whether the issuer's certificate is sent or trusted (`X509_check_issued`); `None` where a file that may
/// hold it is not at hand.
fn has_issuer(surface: &Surface, tls: &TlsSettings, file: &CertificateFile) -> Option<bool> {
    let (leaf, chain) = file.certificates.split_first()?;
    if chain.iter().any(|issuer| may_have_issued(issuer, leaf)) {
        return Some(true);
    }
    let auth = &tls.client_auth;
    // Authorities for clients are loaded where clients are asked.
    let asks = auth.mode.known()? != &ClientAuthMode::None;
    let stores = [auth.trusted.as_ref(), auth.ca.as_ref().filter(|_| asks)];
    for store in stores.into_iter().flatten() {
        let trusted = surface.certificates_in(store.known()?)?;
        if trusted.certificates.iter().any(|issuer| may_have_issued(issuer, leaf)) {
            return Some(true);
        }
    }
    Some(false)
}
