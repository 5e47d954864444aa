//! Client certificates are verified by the authorities that browsers trust, from whom anyone can get one.

use crate::finding::Findings;
use crate::model::ClientAuthMode;
use crate::surface::Surface;
use std::collections::HashSet;

/// Reports each place that trusts the public authorities to say who a client is.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut seen = HashSet::new();
    for (index, deployment) in surface.deployments.iter().enumerate() {
        for server in &deployment.servers {
            let auth = &server.tls.client_auth;
            let verifies = auth.mode.is(&ClientAuthMode::Required) || auth.mode.is(&ClientAuthMode::Optional);
            let Some(ca) = auth.ca.as_ref().and_then(|ca| ca.known()) else { continue };
            if !verifies || !auth.ca_is_public || !server.tls.loads_files || !seen.insert(ca.span) {
                continue;
            }
            let mode = auth.mode.span().filter(|span| *span != ca.span);
            let message = format!(
                "{} takes client certificates from every public CA: `{}`",
                super::prose::server(server),
                ca.text
            );
            findings
                .report(ca.span, message)
                .because("these CAs sign for anyone who holds a domain name: it says nothing about who may come in")
                .also_if(mode, "client certificates are verified here")
                .also_if((!server.block.contains(ca.span)).then_some(server.span), "for this server")
                .help(format!("name the one CA that signs your clients' certificates:\n{}", surface.words(index).client_ca));
        }
    }
}
