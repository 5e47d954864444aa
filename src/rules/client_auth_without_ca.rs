//! Client certificates shall be verified, but no CA is there to verify them.

use super::{loads, prose};
use crate::finding::Findings;
use crate::surface::Surface;
use std::collections::HashMap;

/// Reports each place that demands verified client certificates where the server refuses to start.
pub fn check(surface: &Surface, findings: &mut Findings) {
    unnamed(surface, findings);
    for load in loads::loads(surface).iter().filter(|load| load.loader().is_server()) {
        loads::without_authorities(surface, load, "clients", findings);
    }
}

/// No authority is named.
fn unnamed(surface: &Surface, findings: &mut Findings) {
    for (index, deployment) in surface.deployments.iter().enumerate() {
        let mut count: HashMap<_, usize> = HashMap::new();
        for server in &deployment.servers {
            let auth = &server.tls.client_auth;
            let (Some(log), Some(span)) = (auth.refuses_without_ca, auth.mode.span()) else { continue };
            // The server names the first one and stops.
            let seen = count.entry(span).or_default();
            *seen += 1;
            if *seen > 1 {
                continue;
            }
            let trusted = auth.trusted.as_ref().and_then(|trusted| trusted.span());
            let message = format!(
                "{} verifies client certificates, but no CA is named to do it",
                prose::server(server)
            );
            findings
                .report(span, message)
                .because("there is no default: a client's certificate must chain to a CA that is named")
                .also_if(trusted, format!("trusted, but no CA for clients in {}", deployment.software))
                .also_if((!server.block.contains(span)).then_some(server.span), "for this server")
                .help(format!(
                    "name the CA that signs the clients' certificates:\n{}",
                    surface.words(index).client_ca
                ))
                .symptom(log)
                .fatal();
        }
    }
}
