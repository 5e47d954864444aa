//! Revocation lists are checked, and that of an authority is missing: whoever it signed for is refused.

use super::loads::{self, Loader};
use crate::finding::Findings;
use crate::model::FileRef;
use crate::pki::Certificate;
use crate::surface::Surface;
use std::collections::HashSet;
use std::path::Path;

/// Reports each file of revocation lists that lacks the one of a trusted authority (OpenSSL is told to
/// check the whole chain, `X509_V_FLAG_CRL_CHECK_ALL`).
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut seen = HashSet::new();
    for loader in loads::loaders(surface).filter(|loader| loader.verifies()) {
        let Some((lists, without, all)) = lacking(surface, &loader) else { continue };
        let Some((_, first)) = without.first().filter(|_| seen.insert(lists.span)) else { continue };
        let (whom, refused) = match loader.is_server() {
            true => ("client certificates", "every client certificate"),
            false => ("a backend", "the backend"),
        };
        let message = match all {
            true => format!(
                "{} refuses {refused}: `{}` holds no revocation list of `{}`",
                loader.name(),
                lists.text,
                first.subject
            ),
            false => format!(
                "{} refuses {whom} certified by `{}`: `{}` holds no revocation list of it",
                loader.name(),
                first.subject,
                lists.text
            ),
        };
        let finding = findings.report(lists.span, message);
        finding.because("with revocation lists, every CA of the chain needs one, roots included");
        let mut pointed_at = HashSet::new();
        for (file, ca) in without.iter().take(3) {
            if pointed_at.insert(file.span) {
                finding.also(file.span, "a CA that this file trusts has no list");
            }
            finding.also(ca.span, format!("no list of `{}`", ca.subject));
        }
        finding
            .help("put the current lists of all these CAs into one file, one after the other, or leave the setting out")
            .symptom(match loader.is_server() {
                true => "400 \"The SSL certificate error\"; in the log: unable to get certificate CRL",
                false => "502 Bad Gateway; in the log: unable to get certificate CRL",
            });
    }
}

type Lacking<'s> = (&'s FileRef, Vec<(&'s FileRef, &'s Certificate)>, bool);

/// The authorities whose list is missing, and whether nothing can be verified without them.
fn lacking<'s>(surface: &'s Surface, loader: &Loader<'s>) -> Option<Lacking<'s>> {
    let lists = loader.revocations()?;
    let of = |file: &FileRef| surface.store.get(file.path.as_deref().unwrap_or(Path::new("")));
    let mut held = of(lists).filter(|file| file.revocations_error.is_none())?.revocations.clone();
    let mut authorities = Vec::new();
    for (file, _) in loader.authorities() {
        // Where one file of authorities is not at hand, lists may stand in it.
        let holds = of(file).filter(|holds| holds.error.is_none())?;
        held.extend(holds.revocations.iter().cloned());
        authorities.extend(holds.certificates.iter().map(|ca| (file, ca)));
    }
    let lacks = |ca: &Certificate| !held.iter().any(|list| list.is_of(&ca.subject));
    let roots = || authorities.iter().filter(|(_, ca)| ca.self_issued);
    // Every chain ends at a root.
    let all = roots().next().is_some() && roots().all(|(_, ca)| lacks(ca));
    Some((lists, authorities.iter().copied().filter(|(_, ca)| lacks(ca)).collect(), all))
}
