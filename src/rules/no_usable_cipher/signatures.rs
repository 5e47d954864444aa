//! A list of signature algorithms by which no certificate can sign.

use super::gather::{self, Place};
use crate::finding::Findings;
use crate::model::{Decides, LibraryText, Setting};
use crate::pki::Key;
use crate::source::Span;
use crate::surface::{ListenerSurface, ServerSurface, Surface};
use crate::tls::negotiable::KeyKind;
use crate::tls::protocol::ProtocolSet;
use crate::tls::protocol::ProtocolVersion::Tls12;
use crate::tls::signature;

/// What one edit would mend.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Cause {
    deployment: usize,
    list: Span,
    /// The versions in which nobody can sign.
    idle: ProtocolSet,
}

/// What a server has to sign with.
struct Signing<'s> {
    list: &'s LibraryText,
    keys: Vec<(Span, &'s Key)>,
    idle: ProtocolSet,
}

/// Reports each such list.
pub(super) fn check(surface: &Surface, findings: &mut Findings) {
    let found = surface.tls_servers().filter_map(|(listener, server)| {
        let signing = signing(surface, listener, server)?;
        let cause = Cause { deployment: listener.deployment, list: signing.list.span?, idle: signing.idle };
        Some((cause, (Place { listener, server }, signing)))
    });
    for (cause, found) in gather::by_cause(found) {
        let (places, signing): (Vec<Place>, Vec<Signing>) = found.into_iter().unzip();
        let versions = gather::versions(cause.idle);
        let message = format!(
            "no handshake of {versions} with {} can succeed: no signature algorithm is left for the certificate",
            gather::servers(&places)
        );
        let keys = &signing[0].keys;
        let wanted: Vec<String> = keys.iter().map(|(_, key)| format!("`{}`", wanted(key))).collect();
        let finding = findings.report(cause.list, message);
        finding.because(match cause.idle.contains(Tls12) {
            true => "none of these goes with the key",
            false => "TLS 1.3 signs with PSS where the key is RSA, and with the hash of the curve where it is ECDSA (RFC 8446 section 4.2.3); who offers it is refused, TLS 1.2 or not",
        });
        for (span, key) in keys {
            finding.also(*span, format!("its key is {}", key.label));
        }
        finding
            .help(format!("add {}, or take the line out: the library's own list is good", wanted.join(" or ")))
            .symptom("handshake_failure (alert 40), \"no suitable signature algorithm\", ERR_SSL_VERSION_OR_CIPHER_MISMATCH");
    }
}

fn signing<'s>(
    surface: &'s Surface,
    listener: &'s ListenerSurface,
    server: &'s ServerSurface,
) -> Option<Signing<'s>> {
    let tls = &listener.deciding(server, Decides::Name).tls;
    let list = tls.signatures.as_ref().and_then(Setting::known)?;
    let place = Place { listener, server };
    if place.is_scripted() || !server.may_serve_tls() || tls.certificates.is_empty() {
        return None;
    }
    let key = |certificate: &'s crate::model::CertificateRef| {
        let file = certificate.certificate.known()?;
        Some((file.span, &surface.certificates_in(file)?.leaf()?.key))
    };
    let keys: Vec<(Span, &Key)> = tls.certificates.iter().map(key).collect::<Option<_>>()?;
    let works = server.protocols.known()?;
    let signs = |version| {
        keys.iter()
            .any(|(_, key)| key.kind.is_none_or(|kind| signature::signs(&list.text, kind, key.bits, version)))
    };
    let enabled = server.enabled.known()?.intersect(surface.target.openssl.protocols());
    let idle: ProtocolSet =
        enabled.iter().filter(|v| *v >= Tls12 && !works.contains(*v) && !signs(*v)).collect();
    (!idle.is_empty()).then_some(Signing { list, keys, idle })
}

/// An algorithm by which a key can sign in TLS 1.2 and 1.3.
fn wanted(key: &Key) -> &'static str {
    match (key.kind, key.bits) {
        (Some(KeyKind::RsaPss), _) => "rsa_pss_pss_sha256",
        (Some(KeyKind::Ecdsa), 384) => "ECDSA+SHA384",
        (Some(KeyKind::Ecdsa), 521) => "ECDSA+SHA512",
        (Some(KeyKind::Ecdsa), _) => "ECDSA+SHA256",
        (Some(KeyKind::EdDsa), 456) => "ed448",
        (Some(KeyKind::EdDsa), _) => "ed25519",
        _ => "RSA-PSS+SHA256",
    }
}
