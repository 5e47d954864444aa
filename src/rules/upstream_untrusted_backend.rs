//! A backend at hand whose certificate the proxy does not trust.

use super::hops::{self, Cause};
use super::{sent, trust};
use crate::finding::Findings;
use crate::surface::{Surface, UpstreamSurface};

/// Reports each hop that trusts authorities by which its backend's certificate cannot be verified.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let cause = |hop: &UpstreamSurface| untrusted(surface, hop).map(|_| Cause::of(&hop.upstream.trust, hop));
    for hops in hops::by_cause(surface, cause) {
        let hop = hops.first();
        let Some((backend, trusted, lacks)) = untrusted(surface, hop) else { continue };
        let (Some(file), leaf) = (backend.files.first(), backend.files.first().and_then(|f| f.leaf())) else {
            continue;
        };
        let Some(leaf) = leaf else { continue };
        let name = &trusted.file.text;
        let message = format!(
            "{} trusts the authorities in `{name}`, by which the certificate of `{}` cannot be verified",
            hop.upstream.from,
            backend.target.display()
        );
        let why = match trusted.has_roots() {
            true => format!(
                "the way from that certificate to a root ends at `{lacks}`, whose issuer is neither sent nor in this file"
            ),
            false => "there is no root in it: only a certificate that signed itself ends a way".to_owned(),
        };
        let names: Vec<String> =
            trusted.holds.certificates.iter().take(3).map(|c| format!("`{}`", sent::title(c))).collect();
        let finding = findings.report(trusted.file.span, message);
        finding
            .because(why)
            .also(backend.server.binding.listen, "the backend listens here")
            .also(sent::begin(leaf.span), format!("{}, issued by {}", sent::facts(leaf), leaf.issuer))
            .also_if(
                trusted.holds.leaf().map(|c| sent::begin(c.span)),
                format!("what is trusted: {}", super::prose::list(names)),
            )
            .help(match file.certificates.len() {
                1 => "name a file with the root of the backend's certificate; and let the backend send its intermediate, if there is one",
                _ => "name a file with the root of the backend's certificate",
            })
            .symptom("502 Bad Gateway; the server logs: upstream SSL certificate verify error: (20:unable to get local issuer certificate)");
        hops.point_at(finding, "a hop that trusts them");
    }
}

type Untrusted<'s> = (crate::surface::Backend<'s>, trust::Trusted<'s>, String);

/// A backend of which no certificate can be verified, and the last certificate on the way.
fn untrusted<'s>(surface: &'s Surface, hop: &'s UpstreamSurface) -> Option<Untrusted<'s>> {
    let trusted = trust::of(surface, hop)?;
    for backend in surface.backends(hop) {
        let mut last = None;
        let all = backend.files.iter().all(|file| {
            let Some((all, chain)) = trusted.chain(file) else { return false };
            let end = chain.path.certificates.last().and_then(|index| all.get(*index));
            last = last.take().or_else(|| end.map(|c| sent::title(c).to_owned()));
            !chain.is_complete()
        });
        if let Some(last) = last.filter(|_| all) {
            return Some((backend, trusted, last));
        }
    }
    None
}
