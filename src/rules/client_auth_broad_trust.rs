//! Client certificates are verified by the authorities that browsers trust, from whom anyone can get one.

use super::loads;
use crate::finding::Findings;
use crate::model::{ClientAuthMode, FileRef};
use crate::pki::roots;
use crate::source::FileId;
use crate::surface::Surface;
use std::collections::{HashMap, HashSet};

/// Reports each place that trusts the public authorities to say who a client is.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let (mut seen, mut known) = (HashSet::new(), HashMap::new());
    for (index, deployment) in surface.deployments.iter().enumerate() {
        for server in &deployment.servers {
            let auth = &server.tls.client_auth;
            let verifies = auth.mode.is(&ClientAuthMode::Required) || auth.mode.is(&ClientAuthMode::Optional);
            let Some(ca) = auth.ca.as_ref().and_then(|ca| ca.known()) else { continue };
            if !verifies || !server.tls.loads_files || !seen.insert(ca.span) {
                continue;
            }
            if !auth.ca_is_public && !holds_public(surface, ca, &mut known) {
                continue;
            }
            let mode = auth.mode.span().filter(|span| *span != ca.span);
            let name = super::prose::server(server);
            let message = match auth.ca_is_public {
                true => format!("{name} takes client certificates from every public CA: `{}`", ca.text),
                false => format!(
                    "{name} takes client certificates from the public CAs, most of which stand in `{}`",
                    ca.text
                ),
            };
            findings
                .report(ca.span, message)
                .because("these CAs sign for anyone who holds a domain name: it says nothing about who may come in")
                .also_if(mode, "client certificates are verified here")
                .also_if((!server.block.contains(ca.span)).then_some(server.span), "for this server")
                .help(format!("name the one CA that signs your clients' certificates:\n{}", surface.words(index).client_ca));
        }
    }
}

/// Whether a file holds most of the public roots, whatever it is called.
fn holds_public(surface: &Surface, ca: &FileRef, known: &mut HashMap<FileId, bool>) -> bool {
    let held = loads::certificates(surface, ca).filter(|held| held.error.is_none());
    held.is_some_and(|held| *known.entry(held.file).or_insert_with(|| roots::are_most_of(&held.certificates)))
}
