//! SSL 2.0, SSL 3.0, TLS 1.0 or TLS 1.1 can really be negotiated.

use crate::finding::Findings;
use crate::surface::Surface;
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};
use std::collections::HashSet;

/// Reports each listener where a handshake can end on a deprecated version.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut reported = HashSet::new();
    for (listener, server) in surface.tls_servers().filter(|(_, s)| s.may_serve_tls()) {
        let Some(protocols) = server.protocols.known() else { continue };
        let weak: ProtocolSet = protocols.iter().filter(|v| *v < ProtocolVersion::Tls12).collect();
        let span = server.enabled.span().unwrap_or(server.server.span);
        if weak.is_empty() || !reported.insert((span, listener.listener.address.clone())) {
            continue;
        }
        let names: Vec<_> = weak.iter().map(ProtocolVersion::prose).collect();
        let message =
            format!("`{}` accepts {} on {}", server.label(), names.join(" and "), listener.listener.address);
        findings
            .report(span, message)
            .because("deprecated by RFC 8996 (TLS 1.0, 1.1) and RFC 7568 (SSL 3.0)")
            .also_if((server.server.span != span).then_some(server.server.span), "this server accepts it")
            .help(format!(
                "allow TLS 1.2 and 1.3 only: `{}`",
                surface.words(listener.deployment).modern_protocols
            ))
            .symptom("TLS 1.0/1.1 enabled: scanners cap the grade, PCI DSS 4.0.1 fails the site");
    }
}
