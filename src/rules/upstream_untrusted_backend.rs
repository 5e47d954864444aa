//! A backend at hand whose certificate the proxy does not trust.

use super::hops::{self, Cause};
use super::trust::{self, Trusted};
use super::{prose, sent};
use crate::finding::Findings;
use crate::pki::CertificateFile;
use crate::pki::chain::End;
use crate::surface::{Backend, Surface, UpstreamSurface};

/// Reports each hop that trusts authorities by which its backend's certificate cannot be verified.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let cause = |hop: &UpstreamSurface| untrusted(surface, hop).map(|_| Cause::of(&hop.upstream.trust, hop));
    for hops in hops::by_cause(surface, cause) {
        let hop = hops.first();
        let Some((backend, trusted, dead)) = untrusted(surface, hop) else { continue };
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
        let why = match dead.end {
            _ if !trusted.has_roots() => {
                "there is no root in it: only a certificate that signed itself ends a way".to_owned()
            }
            Ends::Here => format!(
                "the way from that certificate ends at `{}`, which signed itself and is not in this file",
                dead.last
            ),
            Ends::Sent | Ends::Trusted => format!(
                "the way from that certificate to a root ends at `{}`, whose issuer is neither sent nor in this file",
                dead.last
            ),
        };
        let error = match dead.end {
            Ends::Here if dead.is_leaf => "18:self-signed certificate",
            Ends::Here => "19:self-signed certificate in certificate chain",
            Ends::Sent => "20:unable to get local issuer certificate",
            Ends::Trusted => "2:unable to get issuer certificate",
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
                format!("what is trusted: {}", prose::list(names)),
            )
            .help(match file.certificates.len() {
                1 => "name a file with the root of the backend's certificate; and let the backend send its intermediate, if there is one",
                _ => "name a file with the root of the backend's certificate",
            })
            .symptom(format!("502 Bad Gateway; the server logs: upstream SSL certificate verify error: ({error})"));
        hops.point_at(finding, "a hop that trusts them");
    }
}

type Untrusted<'s> = (Backend<'s>, Trusted<'s>, DeadEnd);

/// Where the way from a certificate ends that nobody trusts.
struct DeadEnd {
    last: String,
    is_leaf: bool,
    end: Ends,
}

/// What kind of certificate a way ends at.
enum Ends {
    /// One that signed itself.
    Here,
    /// One that the backend sends, without its issuer.
    Sent,
    /// One of those trusted, without its issuer.
    Trusted,
}

/// A backend of which no certificate can be verified.
fn untrusted<'s>(surface: &'s Surface, hop: &'s UpstreamSurface) -> Option<Untrusted<'s>> {
    let trusted = trust::of(surface, hop)?;
    for backend in surface.backends(hop) {
        let ends: Option<Vec<DeadEnd>> = backend.files.iter().map(|file| dead_end(&trusted, file)).collect();
        if let Some(first) = ends.and_then(|ends| ends.into_iter().next()) {
            return Some((backend, trusted, first));
        }
    }
    None
}

/// Where the way from a file's certificate ends, if not at a root that is trusted.
fn dead_end(trusted: &Trusted, file: &CertificateFile) -> Option<DeadEnd> {
    let (all, chain) = trusted.chain(file)?;
    let last = *chain.path.certificates.last()?;
    let end = match &chain.path.end {
        End::SelfSigned | End::UnknownRoot => Ends::Here,
        End::IssuerNotSent if last < file.certificates.len() => Ends::Sent,
        End::IssuerNotSent => Ends::Trusted,
        End::PublicRoot(_) | End::Private(_) | End::Unchecked => return None,
    };
    Some(DeadEnd { last: sent::title(all.get(last)?).to_owned(), is_leaf: last == 0, end })
}
