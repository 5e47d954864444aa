//! A backend at hand whose certificate the proxy does not trust.

use super::hops::{self, Cause};
use super::trust::{Trusted, Verifier};
use super::{prose, refusals, sent};
use crate::finding::Findings;
use crate::pki::CertificateFile;
use crate::pki::chain::openssl::{Attempt, VerifyError};
use crate::surface::{Backend, Surface, UpstreamSurface};
use std::rc::Rc;

/// Reports each hop that trusts authorities by which its backend's certificate cannot be verified.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let verifier = Verifier::new(surface);
    let cause = |hop| untrusted(&verifier, hop).map(|_| Cause::of(&hop.upstream.trust, hop));
    for hops in hops::by_cause(surface, cause) {
        let hop = hops.first();
        let Some((backend, trusted, attempt, error)) = untrusted(&verifier, hop) else { continue };
        let (Some(file), Some(leaf)) = (backend.files.first(), attempt.way.first()) else { continue };
        let name = &trusted.file.text;
        let message = format!(
            "{} trusts the authorities in `{name}`, by which the certificate of `{}` cannot be verified",
            hop.upstream.from,
            backend.target.display()
        );
        // nginx goes on after an error, and logs the last.
        let logged = attempt.errors.last().copied().unwrap_or(error);
        let all = &trusted.holds.certificates;
        let names = all.iter().take(3).map(|c| format!("`{}`", sent::title(c)));
        let names = names.chain((all.len() > 3).then(|| format!("{} more", all.len() - 3)));
        let at_fault = attempt.way.get(error.depth).filter(|_| error.depth > 0 && !is_dead_end(error));
        let finding = findings.report(trusted.file.span, message);
        finding
            .because(why(&trusted, &attempt, error))
            .also(backend.server.binding.listen, "the backend listens here")
            .also(sent::begin(leaf.span), format!("{}, issued by {}", sent::facts(leaf), leaf.issuer));
        match at_fault {
            Some(certificate) => {
                finding.also(sent::begin(certificate.span), format!("this one: {}", sent::facts(certificate)))
            }
            None => finding.also_if(
                trusted.holds.leaf().map(|c| sent::begin(c.span)),
                format!("what is trusted: {}", prose::list(names)),
            ),
        };
        finding.help(help(&trusted, &attempt, error, file)).symptom(format!(
            "502 Bad Gateway; the server logs: upstream SSL certificate verify error: ({logged})"
        ));
        hops.point_at(finding, "a hop that trusts them");
    }
}

/// Whether an error says that no way leads to a root that is trusted.
fn is_dead_end(error: VerifyError) -> bool {
    matches!(error.number, 2 | 18..=21)
}

fn why(trusted: &Trusted, attempt: &Attempt, error: VerifyError) -> String {
    let last = attempt.way.last().map(|c| sent::title(c)).unwrap_or_default();
    match error.number {
        2 | 18..=21 if !trusted.has_roots() => {
            "there is no root in it: only a certificate that signed itself ends a way".to_owned()
        }
        18 | 19 => {
            format!(
                "the way from that certificate ends at `{last}`, which signed itself and is not in this file"
            )
        }
        2 | 20 | 21 => format!(
            "the way from that certificate to a root ends at `{last}`, whose issuer is neither sent nor in this file{}",
            untried(attempt)
        ),
        _ => refusals::of_error(&attempt.way, error),
    }
}

/// That OpenSSL did not look at another certificate of the same name.
fn untried(attempt: &Attempt) -> &'static str {
    match attempt.passed_by {
        true => ": of several certificates with one name OpenSSL tries the first alone",
        false => "",
    }
}

fn help(trusted: &Trusted, attempt: &Attempt, error: VerifyError, file: &CertificateFile) -> &'static str {
    let at_fault = attempt.way.get(error.depth);
    match error.number {
        9 | 10 => "name a file with the root that is in force",
        2 if attempt.passed_by && attempt.way.last().is_some_and(|c| trusted.has_root_like(c)) => {
            "put the root before the certificate that another CA gave it, or take that one out of the file"
        }
        2 | 20 if attempt.passed_by => {
            "let the backend send first the certificate whose root is trusted, or trust the other one's root"
        }
        2 | 18..=21 if file.certificates.len() == 1 => {
            "name a file with the root of the backend's certificate; and let the backend send its intermediate, if there is one"
        }
        2 | 18..=21 => "name a file with the root of the backend's certificate",
        _ if attempt.passed_by => {
            "let the backend send the other certificate of that issuer first, or alone: OpenSSL tries no second one"
        }
        _ if at_fault.is_some_and(|c| trusted.has(c)) => {
            "trust a CA that may issue this certificate, or have the certificate issued by another"
        }
        _ => "have the backend's certificate issued by a CA that may, and send that CA's certificate with it",
    }
}

type Untrusted<'s> = (Backend<'s>, Trusted<'s>, Rc<Attempt<'s>>, VerifyError);

/// A backend of which no certificate can be verified, and why.
fn untrusted<'s>(verifier: &Verifier<'s>, hop: &'s UpstreamSurface) -> Option<Untrusted<'s>> {
    let trusted = verifier.trusted(hop)?;
    for (backend, attempts) in verifier.backends(hop, &trusted, None) {
        let errors: Option<Vec<_>> = attempts.iter().map(|attempt| error(attempt)).collect();
        let first = errors.and_then(|errors| errors.into_iter().next());
        if let (Some(error), Some(attempt)) = (first, attempts.into_iter().next()) {
            return Some((backend, trusted, attempt, error));
        }
    }
    None
}

/// What is wrong, apart from the dates of what the backend sends, which are its own fault and are reported
/// there, unless other clients find another way.
fn error(attempt: &Attempt) -> Option<VerifyError> {
    let only_here = |error: &VerifyError| error.depth > 0 && attempt.passed_by;
    let is_its_own =
        |error: &VerifyError| error.is_of_time() && error.depth < attempt.sent && !only_here(error);
    attempt.errors.iter().copied().find(|error| !is_its_own(error))
}
