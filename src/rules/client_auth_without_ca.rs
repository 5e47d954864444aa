//! Client certificates shall be verified, but no CA is there to verify them.

use super::client_cas::{self, Judges};
use super::{loads, prose, sent};
use crate::finding::Findings;
use crate::surface::Surface;
use std::collections::HashMap;

/// Reports each place that demands verified client certificates where the server refuses to start.
pub fn check(surface: &Surface, findings: &mut Findings) {
    unnamed(surface, findings);
    for load in loads::loads(surface).iter().filter(|load| load.loader().is_server()) {
        loads::without_authorities(surface, load, "clients", findings);
    }
    for judges in client_cas::all(surface).iter().filter(|judges| judges.roots().next().is_none()) {
        rootless(judges, findings);
    }
}

/// Authorities are named, and nobody can be verified by them.
fn rootless(judges: &Judges, findings: &mut Findings) {
    let name = &judges.file.text;
    let server = prose::server(judges.server);
    let Some((_, first)) = judges.authorities.first() else { return };
    let title = sent::title(first);
    let message = format!("{server} refuses every client certificate: no root is in `{name}`");
    let holds = match sent::is_ca(first) {
        true => format!("`{title}` is an intermediate, issued by `{}`", first.issuer),
        false => format!("`{title}` is no CA, and was issued by `{}`", first.issuer),
    };
    findings
        .report(judges.file.span, message)
        .because("clients are verified up to a certificate that signed itself: what stands here is not enough")
        .also_if((!judges.server.block.contains(judges.file.span)).then_some(judges.server.span), "for this server")
        .also(sent::begin(first.span), holds)
        .help("put the root into the file as well; intermediates that clients do not send may stay beside it")
        .symptom("400 \"The SSL certificate error\"; in the log: client SSL certificate verify error: (2:unable to get issuer certificate), (20:unable to get local issuer certificate) or (21:unable to verify the first certificate)");
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
