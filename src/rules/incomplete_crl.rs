//! Revocation lists are checked, and that of an authority is missing or out of date: whoever it signed for is refused.

use super::loads::{self, Loader};
use crate::clock;
use crate::finding::Findings;
use crate::model::FileRef;
use crate::pki::{Certificate, RevocationList};
use crate::source::Span;
use crate::surface::Surface;
use std::collections::HashSet;
use std::path::Path;

/// Reports each file of revocation lists that lacks the one of a trusted authority (OpenSSL is told to
/// check the whole chain, `X509_V_FLAG_CRL_CHECK_ALL`).
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut seen = HashSet::new();
    for loader in loads::loaders(surface).filter(|loader| loader.verifies()) {
        let Some(lists) = loader.revocations().filter(|lists| !seen.contains(&lists.span)) else { continue };
        let Some(lacking) = lacking(surface, &loader, lists) else { continue };
        let Some(first) = lacking.without.first() else { continue };
        seen.insert(lists.span);
        let (whom, refused) = match loader.is_server() {
            true => ("client certificates", "every client certificate"),
            false => ("a backend", "the backend"),
        };
        let (name, subject, now) = (loader.name(), &first.ca.subject, surface.now.0);
        let whom = match lacking.all {
            true => refused.to_owned(),
            false => format!("{whom} certified by `{subject}`"),
        };
        let what = match &first.stale {
            None => format!(
                "`{}` holds no revocation list of {}",
                lists.text,
                match lacking.all {
                    true => format!("`{subject}`"),
                    false => "it".to_owned(),
                }
            ),
            Some(Stale { made, .. }) if *made > now => {
                format!("the revocation list of `{subject}` is only valid in {}", clock::length(made - now))
            }
            Some(Stale { due, .. }) => {
                format!("the revocation list of `{subject}` expired {} ago", clock::length(now - due))
            }
        };
        let finding = findings.report(lists.span, format!("{name} refuses {whom}: {what}"));
        finding.because(match first.stale {
            None => "with revocation lists, every CA of the chain needs one, roots included",
            Some(_) => "a list that is not in force is as good as none: nobody is let through",
        });
        let mut pointed_at = HashSet::new();
        for Without { file, ca, stale } in lacking.without.iter().take(3) {
            let fault = if stale.is_some() { "no list that is in force" } else { "no list" };
            if pointed_at.insert(file.span) {
                finding.also(file.span, format!("a CA that this file trusts has {fault}"));
            }
            match stale {
                Some(stale) => finding.also(stale.span, format!("the list of `{}`", ca.subject)),
                None => finding.also(ca.span, format!("no list of `{}`", ca.subject)),
            };
        }
        let error = match &first.stale {
            None => "3:unable to get certificate CRL",
            Some(Stale { made, .. }) if *made > now => "11:CRL is not yet valid",
            Some(_) => "12:CRL has expired",
        };
        finding
            .help(match first.stale {
                None => "put the current lists of all these CAs into one file, one after the other, or leave the setting out",
                Some(_) => "fetch the current list from the CA, reload, and have that done again in time",
            })
            .symptom(match loader.is_server() {
                true => format!("400 \"The SSL certificate error\"; in the log: client SSL certificate verify error: ({error})"),
                false => format!("502 Bad Gateway; in the log: upstream SSL certificate verify error: ({error})"),
            });
    }
}

/// The authorities that have no list that is in force, and whether nothing can be verified without them.
struct Lacking<'s> {
    without: Vec<Without<'s>>,
    all: bool,
}

/// An authority without a list that is in force.
struct Without<'s> {
    file: &'s FileRef,
    ca: &'s Certificate,
    stale: Option<Stale>,
}

/// A list that is not in force.
struct Stale {
    span: Span,
    made: i64,
    due: i64,
}

fn lacking<'s>(surface: &'s Surface, loader: &Loader<'s>, lists: &FileRef) -> Option<Lacking<'s>> {
    let of = |file: &FileRef| surface.store.get(file.path.as_deref().unwrap_or(Path::new("")));
    let file = of(lists).filter(|file| file.revocations_error.is_none())?;
    // With an empty file the software does not start, which is said elsewhere.
    if file.revocations.is_empty() && file.certificates.is_empty() {
        return None;
    }
    let mut held: Vec<&RevocationList> = file.revocations.iter().collect();
    let mut authorities = Vec::new();
    for (file, _) in loader.authorities() {
        // Where one file of authorities is not at hand, lists may stand in it.
        let holds = of(file).filter(|holds| holds.error.is_none())?;
        held.extend(&holds.revocations);
        authorities.extend(holds.certificates.iter().map(|ca| (file, ca)));
    }
    let look = |(file, ca): (&'s FileRef, &'s Certificate)| {
        let mut own = held.iter().filter(|list| list.is_of(&ca.subject)).peekable();
        let last = own.peek().map(|list| Stale {
            span: list.span,
            made: list.made,
            due: list.due.unwrap_or(i64::MAX),
        });
        let lacks = !own.any(|list| list.counts_at(surface.now.0));
        lacks.then_some(Without { file, ca, stale: last })
    };
    let without: Vec<Without> = authorities.iter().copied().filter_map(look).collect();
    let roots = authorities.iter().filter(|(_, ca)| ca.self_issued).count();
    // Every chain ends at a root.
    let all = roots > 0 && without.iter().filter(|without| without.ca.self_issued).count() == roots;
    Some(Lacking { without, all })
}
