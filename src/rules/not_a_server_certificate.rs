//! A certificate that is not meant for servers.

use super::sent::{self, Sent};
use crate::finding::{Findings, Severity};
use crate::pki::Certificate;
use crate::surface::Surface;
use crate::tls::cipher_suite::KeyExchange;
use crate::tls::negotiable::KeyKind;

/// Reports each leaf that says of itself that servers shall not use it.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for file in sent::files(surface) {
        let Some(leaf) = file.leaf().filter(|_| file.begins_with_leaf()) else { continue };
        let Some(fault) = fault(&file, leaf) else { continue };
        let finding = file.report(findings, 0, format!("{} {}", file.subject(0), fault.what), fault.why);
        finding.help(fault.help).symptom(fault.symptom);
        if !file.is_for_servers() {
            // Whoever gave it alone may want to know, and may well mean it for clients.
            finding.severity(Severity::Note);
        }
    }
}

struct Fault {
    what: &'static str,
    why: &'static str,
    help: &'static str,
    symptom: &'static str,
}

fn fault(file: &Sent, leaf: &Certificate) -> Option<Fault> {
    let help = "issue one for servers: extended key usage `serverAuth`, key usage `digitalSignature`, no CA";
    let usage = leaf.extensions.extended_key_usage;
    if usage.is_some_and(|usage| !usage.server_auth && !usage.any) {
        let client = usage.is_some_and(|usage| usage.client_auth);
        return Some(Fault {
            what: if client { "is for clients, not for servers" } else { "is not for servers" },
            why: "its extended key usage lacks `serverAuth` (RFC 5280 section 4.2.1.12)",
            help,
            symptom: "ERR_CERT_INVALID, SEC_ERROR_INADEQUATE_CERT_TYPE, \"unsuitable certificate purpose\"",
        });
    }
    // One that signed itself is no CA's, whatever it says: `openssl req -x509` makes them all alike.
    if sent::is_ca(leaf) && !sent::is_self_signed(leaf) && file.is_for_servers() {
        return Some(Fault {
            what: "is a CA's",
            why: "it says `CA:TRUE`, and with its key, which lies on the server, anyone can be impersonated",
            help,
            symptom: "MOZILLA_PKIX_ERROR_CA_CERT_USED_AS_END_ENTITY, ERR_CERT_INVALID",
        });
    }
    (file.is_for_servers() && cannot_sign(file, leaf)).then_some(Fault {
        what: "may not sign handshakes",
        why: "its key usage lacks `digitalSignature` (RFC 5280 section 4.2.1.3), which (EC)DHE and TLS 1.3 need",
        help,
        symptom: "ERR_SSL_KEY_USAGE_INCOMPATIBLE, SEC_ERROR_INADEQUATE_KEY_USAGE",
    })
}

/// Whether handshakes want a signature that the key usage forbids. A server that offers nothing but
/// static RSA needs `keyEncipherment` alone.
fn cannot_sign(file: &Sent, leaf: &Certificate) -> bool {
    let Some(usage) = leaf.extensions.key_usage.filter(|usage| !usage.digital_signature) else {
        return false;
    };
    let decrypts = matches!(leaf.key.kind, Some(KeyKind::Rsa)) && usage.key_encipherment;
    let signs = |p: &super::gather::Place| {
        let suites = p.server.suites.known();
        suites.is_some_and(|all| all.values().flatten().any(|suite| suite.kx != KeyExchange::Rsa))
    };
    !decrypts || file.given || file.places.iter().any(signs)
}
