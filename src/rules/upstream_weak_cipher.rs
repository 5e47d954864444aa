//! Weak suites are offered to a backend.

use super::hops::{self, Cause};
use super::lists::{self, Expansions, SuiteList};
use super::weakness::{Weakness, is_weak};
use super::{prose, weak_cipher};
use crate::finding::{Findings, Severity};
use crate::surface::{Surface, UpstreamSurface};

/// Reports each hop whose ClientHello offers suites that are weak whatever the backend.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut expansions = Expansions::new(surface);
    let cause = |hop: &UpstreamSurface| {
        let is_weak = hop.is_tls() && !weak(hop).is_empty();
        is_weak.then(|| hop.upstream.ciphers.span().map_or(Cause::Default, Cause::Line))
    };
    for hops in hops::by_cause(surface, cause) {
        let hop = hops.first();
        let upstream = &hop.upstream;
        let suites = weak(hop);
        let kinds = Weakness::among(&suites);
        let (Some(worst), Some(list)) = (kinds.first(), upstream.ciphers.known()) else { continue };
        let Some(expansion) = expansions.of(&list.text) else { continue };
        let message = format!(
            "{} offers {} cipher suites to {}",
            upstream.from,
            prose::list(kinds.iter().map(|kind| kind.adjective())),
            hops::backend(hop)
        );
        let finding = findings.report(upstream.span, message);
        finding.severity(hops.severity(Severity::Warning));
        let words = lists::words(&expansion, &list.text, &suites);
        match list.span {
            Some(_) => lists::explain(finding, list, &words, weak_cipher::why),
            None => {
                let software = &surface.deployment(hop.deployment).software;
                finding.because(format!("{}; {software} offers them by default", worst.why()));
            }
        }
        if let Some(level) =
            lists::level(&mut expansions, list).filter(|_| weak_cipher::needs_lower_level(surface, &suites))
        {
            finding.also_if(lists::level_word(list, level), LETS_IN);
        }
        let forbidding: Vec<_> = kinds.iter().map(|kind| kind.keyword()).collect();
        let remedy = lists::remedy(&mut expansions, &list.text, &words, &forbidding, is_weak);
        let setting = upstream.commands.setting(upstream.ciphers.span(), upstream.words.ciphers);
        remedy.offer(finding, list, setting);
        hops.point_at(finding, "a hop that offers them");
    }
}

/// What is said of the word that lowers the library's own level.
pub(super) const LETS_IN: &str = "lets them in: the TLS library would not offer them otherwise";

/// Whether a weak suite is offered that the library's own security level would keep back.
pub(super) fn is_let_in(surface: &Surface, hop: &UpstreamSurface) -> bool {
    weak_cipher::needs_lower_level(surface, &weak(hop))
}

fn weak(hop: &UpstreamSurface) -> SuiteList {
    hop.suites.known().map(|suites| lists::older(suites, is_weak)).unwrap_or_default()
}
