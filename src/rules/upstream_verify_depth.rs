//! A backend at hand whose chain is longer than the proxy allows.

use super::hops::{self, Cause};
use super::sent;
use super::trust::Verifier;
use crate::finding::Findings;
use crate::surface::{Backend, Surface, UpstreamSurface};

/// Reports each hop whose depth is less than the intermediates of its backend's shortest chain.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let verifier = Verifier::new(surface);
    let cause = |hop| too_deep(&verifier, hop).map(|_| Cause::of(&hop.upstream.verify_depth, hop));
    for hops in hops::by_cause(surface, cause) {
        let hop = hops.first();
        let (Some((backend, needed)), Some(depth)) =
            (too_deep(&verifier, hop), hop.upstream.verify_depth.known())
        else {
            continue;
        };
        let Some(leaf) = backend.files.first().and_then(|file| file.leaf()) else { continue };
        let intermediates = |n: usize| match n {
            0 => "no intermediate".to_owned(),
            1 => "1 intermediate".to_owned(),
            n => format!("{n} intermediates"),
        };
        let message = format!(
            "{} allows {}, and the certificate of `{}` has {needed}",
            hop.upstream.from,
            intermediates(usize::try_from(*depth).unwrap_or(usize::MAX)),
            backend.target.display()
        );
        let finding = findings.report(hop.upstream.verify_depth.span().unwrap_or(hop.upstream.span), message);
        finding
            .because(match hop.upstream.verify_depth.span() {
                Some(_) => "intermediates between the certificate and the root are counted".to_owned(),
                None => format!("{depth} is the default; intermediates between the certificate and the root are counted"),
            })
            .also(backend.server.binding.listen, "the backend listens here")
            .also(sent::begin(leaf.span), format!("{}, issued by {}", sent::facts(leaf), leaf.issuer))
            .help(format!("allow as many: `{} {needed};`", hop.upstream.words.verify_depth))
            .symptom("502 Bad Gateway; the server logs: upstream SSL certificate verify error: (20:unable to get local issuer certificate)");
        hops.point_at(finding, "a hop with this depth");
    }
}

/// A backend whose every certificate needs more intermediates than the hop allows, and how many. Not where it
/// would be refused with more of them as well.
fn too_deep<'s>(verifier: &Verifier<'s>, hop: &'s UpstreamSurface) -> Option<(Backend<'s>, usize)> {
    let depth = usize::try_from(*hop.upstream.verify_depth.known()?).ok()?;
    let trusted = verifier.trusted(hop)?;
    let deep = verifier.backends(hop, &trusted, None).into_iter().filter_map(|(backend, attempts)| {
        let needed = attempts.iter().map(|attempt| {
            let is_refused = attempt.errors.iter().any(|error| !error.is_of_time());
            (!is_refused).then(|| attempt.way.len().saturating_sub(2))
        });
        let needed: Option<Vec<usize>> = needed.collect();
        Some((backend, needed?.into_iter().min()?))
    });
    deep.into_iter().find(|(_, needed)| *needed > depth)
}
