//! A backend at hand whose chain is longer than the proxy allows.

use super::hops::{self, Cause};
use super::{sent, trust};
use crate::finding::Findings;
use crate::surface::{Backend, Surface, UpstreamSurface};

/// Reports each hop whose depth is less than the intermediates of its backend's shortest chain.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let cause =
        |hop: &UpstreamSurface| too_deep(surface, hop).map(|_| Cause::of(&hop.upstream.verify_depth, hop));
    for hops in hops::by_cause(surface, cause) {
        let hop = hops.first();
        let (Some((backend, needed)), Some(depth)) =
            (too_deep(surface, hop), hop.upstream.verify_depth.known())
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

/// A backend whose every certificate needs more intermediates than the hop allows, and how many.
fn too_deep<'s>(surface: &'s Surface, hop: &'s UpstreamSurface) -> Option<(Backend<'s>, usize)> {
    let depth = usize::try_from(*hop.upstream.verify_depth.known()?).ok()?;
    let trusted = trust::of(surface, hop)?;
    for backend in surface.backends(hop) {
        let shortest = backend.files.iter().map(|file| {
            let (_, chain) = trusted.chain(file)?;
            chain.complete_paths().map(|path| path.intermediates()).min()
        });
        let shortest: Option<Vec<usize>> = shortest.collect();
        if let Some(needed) = shortest.and_then(|all| all.into_iter().min()).filter(|n| *n > depth) {
            return Some((backend, needed));
        }
    }
    None
}
