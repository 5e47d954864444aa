//! Hops to backends as rules report them: one finding for one cause.

use super::gather;
use crate::finding::{Finding, Severity};
use crate::model::{ServerId, Setting, UpstreamTarget};
use crate::source::Span;
use crate::surface::{Surface, UpstreamSurface};
use std::collections::HashSet;

/// More places than these are counted rather than shown.
const SHOWN: usize = 6;

/// What the findings about several hops would have in common.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Cause {
    /// One line of the configuration.
    Line(Span),
    /// The same backend of the same server, by the same words.
    Backend(Option<ServerId>, String),
    /// What the software does unless told otherwise.
    Default,
}

impl Cause {
    /// The line that sets a value; where there is none, the backend that goes without.
    pub(super) fn of<T>(setting: &Setting<T>, hop: &UpstreamSurface) -> Self {
        setting.span().map_or_else(|| Cause::backend(hop), Cause::Line)
    }

    /// The backend.
    pub(super) fn backend(hop: &UpstreamSurface) -> Self {
        let targets = hop.upstream.targets.known().into_iter().flatten().chain(&hop.upstream.target_by_port);
        let targets: Vec<_> = targets.map(|t| t.display()).collect();
        let words = &hop.upstream.words.verify;
        Cause::Backend(hop.upstream.from_server, format!("{} {words}", targets.join(" ")))
    }

    /// The name that a backend is taken to have.
    pub(super) fn name(hop: &UpstreamSurface) -> Self {
        let name = hop.upstream.name.known().cloned().flatten();
        Cause::Backend(hop.upstream.from_server, name.unwrap_or_default())
    }
}

/// Hops that share a cause; at least one.
pub(super) struct Hops<'s> {
    hops: Vec<&'s UpstreamSurface>,
}

/// The hops that have a cause, each statement once, by cause in the order written.
pub(super) fn by_cause<'s>(
    surface: &'s Surface,
    cause: impl Fn(&'s UpstreamSurface) -> Option<Cause>,
) -> impl Iterator<Item = Hops<'s>> {
    let mut seen = HashSet::new();
    let caused = surface.upstreams.iter().filter_map(|hop| {
        let key = (hop.deployment, cause(hop)?);
        // A snippet that several servers include is one statement.
        seen.insert(hop.upstream.span).then_some((key, hop))
    });
    gather::by_cause(caused).into_iter().map(|(_, hops)| Hops { hops })
}

impl<'s> Hops<'s> {
    /// The one that the message speaks of: one that leaves this machine, if any does.
    pub(super) fn first(&self) -> &'s UpstreamSurface {
        self.hops.iter().find(|hop| !hop.is_local()).unwrap_or(&self.hops[0])
    }

    /// Worth a note at most where no hop leaves this machine.
    pub(super) fn severity(&self, elsewhere: Severity) -> Severity {
        if self.hops.iter().all(|hop| hop.is_local()) { Severity::Note } else { elsewhere }
    }

    /// Points at the statements that the finding does not stand at.
    pub(super) fn point_at(&self, finding: &mut Finding, what: &str) {
        let spans: Vec<Span> = self.hops.iter().map(|hop| hop.upstream.span).collect();
        let others: Vec<Span> = spans.into_iter().filter(|span| *span != finding.primary.span).collect();
        for (index, span) in others.iter().take(SHOWN).enumerate() {
            match others.len() - SHOWN.min(others.len()) {
                hidden @ 1.. if index + 1 == SHOWN => {
                    finding.also(*span, format!("{what}, and {hidden} more like it"))
                }
                _ => finding.also(*span, what),
            };
        }
    }
}

/// How messages call a backend.
pub(super) fn backend(hop: &UpstreamSurface) -> String {
    let upstream = &hop.upstream;
    match (&upstream.label, upstream.targets.known().map(Vec::as_slice)) {
        (Some(label), _) => format!("upstream `{}`", label.name),
        (None, Some([target, ..])) => format!("`{}`", target.display()),
        (None, _) => "its backend".to_owned(),
    }
}

/// What the name for a group of different hosts must be: each of them is checked for it.
pub(super) const SHARED_NAME: &str = "a name that the certificates of all of them carry";

/// Whether a hop leads to several hosts, so that no host's own name will do.
pub(super) fn is_several(hop: &UpstreamSurface) -> bool {
    hop.upstream.targets.known().is_some_and(|targets| UpstreamTarget::differ(targets))
}

/// Whether the name that is checked could stand in a certificate.
pub(super) fn has_checkable_name(hop: &UpstreamSurface) -> bool {
    let upstream = &hop.upstream;
    let Some(Some(name)) = upstream.name.known() else { return true };
    let is_ip = name.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>().is_ok();
    !(name.is_empty() || name.starts_with('/') || is_ip || is_bare_label(hop))
}

/// Whether the name is only the label of a group of backends, and no host of that group goes by it.
/// A label with a dot in it is taken for a host name that somebody chose.
pub(super) fn is_bare_label(hop: &UpstreamSurface) -> bool {
    let upstream = &hop.upstream;
    let (Some(label), Some(targets)) = (&upstream.label, upstream.targets.known()) else { return false };
    let is_host = targets.iter().all(|target| target.host.eq_ignore_ascii_case(&label.name));
    !upstream.name_written && !label.name.contains('.') && !is_host
}
