//! Revocation lists are checked, and that of an authority is missing or out of date: whoever it signed for is refused.

use super::loads::{self, Loader};
use super::trust::Verifier;
use crate::clock;
use crate::finding::{Findings, Severity};
use crate::model::FileRef;
use crate::pki::{Certificate, RevocationList};
use crate::source::Span;
use crate::surface::{Surface, UpstreamSurface};
use std::collections::HashSet;
use std::path::Path;

/// Reports each file of revocation lists that lacks the one of a trusted authority, or of one that a backend
/// at hand depends on (OpenSSL is told to check the whole chain, `X509_V_FLAG_CRL_CHECK_ALL`).
pub fn check(surface: &Surface, findings: &mut Findings) {
    let verifier = Verifier::new(surface);
    let mut seen = HashSet::new();
    for loader in loads::loaders(surface).filter(|loader| loader.verifies()) {
        let Some(lists) = loader.revocations().filter(|lists| !seen.contains(&lists.span)) else { continue };
        let Some(lacking) = lacking(surface, &verifier, &loader, lists) else { continue };
        let Some(first) = lacking.without.first() else { continue };
        seen.insert(lists.span);
        report(surface.now.0, &loader, lists, &lacking, first, findings);
    }
}

fn report(
    now: i64,
    loader: &Loader,
    lists: &FileRef,
    lacking: &Lacking,
    first: &Without,
    findings: &mut Findings,
) {
    let (whom, refused) = match loader.is_server() {
        true => ("client certificates", "every client certificate"),
        false => ("a backend", "the backend"),
    };
    let (name, subject) = (loader.name(), first.subject);
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
    finding.because(match (&first.stale, lacking.all) {
        (None, _) => "with revocation lists, every CA of the chain needs one, roots included",
        (Some(_), true) => "a list that is not in force is as good as none: nobody is let through",
        (Some(_), false) => {
            "a list that is not in force is as good as none: nobody whom that CA certified is let through"
        }
    });
    if lacking.unsure {
        finding.severity(Severity::Warning);
    }
    let mut pointed_at = HashSet::new();
    for Without { file, subject, ca, stale } in lacking.without.iter().take(3) {
        let fault = if stale.is_some() { "no list that is in force" } else { "no list" };
        if let Some(file) = file.filter(|file| pointed_at.insert(file.span)) {
            finding.also(file.span, format!("a CA that this file trusts has {fault}"));
        }
        match (stale, ca) {
            (Some(stale), _) => finding.also(stale.span, format!("the list of `{subject}`")),
            (None, Some(ca)) => finding.also(ca.span, format!("no list of `{subject}`")),
            (None, None) => finding,
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
            Some(_) if lacking.unsure => {
                "fetch the current list from the CA, reload, and have that done again in time; if nobody depends on that CA any longer, take its list out"
            }
            Some(_) => "fetch the current list from the CA, reload, and have that done again in time",
        })
        .symptom(match loader.is_server() {
            true => format!("400 \"The SSL certificate error\"; in the log: client SSL certificate verify error: ({error})"),
            false => format!("502 Bad Gateway; in the log: upstream SSL certificate verify error: ({error})"),
        });
}

/// The authorities that have no list that is in force.
struct Lacking<'s> {
    without: Vec<Without<'s>>,
    /// Whether nothing can be verified without them.
    all: bool,
    /// Whether they are known by their lists alone, so that nobody may depend on them.
    unsure: bool,
}

/// An authority without a list that is in force.
struct Without<'s> {
    /// The file that trusts it.
    file: Option<&'s FileRef>,
    subject: &'s str,
    ca: Option<&'s Certificate>,
    stale: Option<Stale>,
}

/// A list that is not in force.
struct Stale {
    span: Span,
    made: i64,
    due: i64,
}

impl Stale {
    fn of(list: &RevocationList) -> Stale {
        Stale { span: list.span, made: list.made, due: list.due.unwrap_or(i64::MAX) }
    }
}

fn lacking<'s>(
    surface: &'s Surface,
    verifier: &Verifier<'s>,
    loader: &Loader<'s>,
    lists: &FileRef,
) -> Option<Lacking<'s>> {
    let of = |file: &FileRef| surface.store.get(file.path.as_deref().unwrap_or(Path::new("")));
    let file = of(lists).filter(|file| file.revocations_error.is_none())?;
    // With an empty file the software does not start, which is said elsewhere.
    if file.revocations.is_empty() && file.certificates.is_empty() {
        return None;
    }
    let mut held: Vec<&'s RevocationList> = file.revocations.iter().collect();
    let mut authorities = Vec::new();
    for (file, _) in loader.authorities() {
        // Where one file of authorities is not at hand, lists may stand in it.
        let holds = of(file).filter(|holds| holds.error.is_none())?;
        held.extend(&holds.revocations);
        authorities.extend(holds.certificates.iter().map(|ca| (file, ca)));
    }
    let now = surface.now.0;
    let look = |file: Option<&'s FileRef>, ca: &'s Certificate| {
        let mut own = held.iter().filter(|list| list.is_of(&ca.subject)).peekable();
        let stale = own.peek().map(|list| Stale::of(list));
        let lacks = !own.any(|list| list.counts_at(now));
        lacks.then_some(Without { file, subject: &ca.subject, ca: Some(ca), stale })
    };
    if let Some(hop) = loader.hop().filter(|hop| !surface.backends(hop).is_empty()) {
        let file = |ca: &Certificate| {
            let is_it = |(_, other): &&(&FileRef, &Certificate)| other.fingerprint == ca.fingerprint;
            authorities.iter().find(is_it).map(|(file, _)| *file)
        };
        let without = ways(verifier, hop)?.into_iter().filter_map(|ca| look(file(ca), ca)).collect();
        return Some(Lacking { without, all: true, unsure: false });
    }
    // One whose time is over vouches for nobody, list or not.
    let counting: Vec<_> = authorities.iter().copied().filter(|(_, ca)| ca.valid_until >= now).collect();
    let without: Vec<Without> = counting.iter().filter_map(|(file, ca)| look(Some(file), ca)).collect();
    let roots = counting.iter().filter(|(_, ca)| ca.self_issued).count();
    // Every chain ends at a root.
    let is_root = |without: &&Without| without.ca.is_some_and(|ca| ca.self_issued);
    let all = roots > 0 && without.iter().filter(is_root).count() == roots;
    if !without.is_empty() {
        return Some(Lacking { without, all, unsure: false });
    }
    // An intermediate that is not trusted comes with the certificates that it issued.
    let is_known = |list: &RevocationList| authorities.iter().any(|(_, ca)| list.is_of(&ca.subject));
    let renewed = |list: &RevocationList| held.iter().any(|l| l.is_of(&list.issuer) && l.counts_at(now));
    let stale = held.iter().filter(|list| list.due.is_some_and(|due| due < now));
    let stale = stale.filter(|list| !is_known(list) && !renewed(list));
    let without = stale.map(|list| Without {
        file: None,
        subject: &list.issuer,
        ca: None,
        stale: Some(Stale::of(list)),
    });
    Some(Lacking { without: without.collect(), all: false, unsure: true })
}

/// The authorities that the way of a backend at hand leads over, of the first whose certificate is good
/// otherwise; none where no such backend is at hand or one may present several certificates.
fn ways<'s>(verifier: &Verifier<'s>, hop: &'s UpstreamSurface) -> Option<Vec<&'s Certificate>> {
    let trusted = verifier.trusted(hop)?;
    let backends = verifier.backends(hop, &trusted, None);
    let mut attempts = backends.iter().filter(|(_, attempts)| attempts.len() == 1);
    let (_, attempts) = attempts.find(|(_, attempts)| attempts.iter().all(|a| a.errors.is_empty()))?;
    let way = &attempts.first()?.way;
    // A root is on the list that it makes itself.
    let above = if way.len() == 1 { way.get(..1) } else { way.get(1..) };
    above.map(<[_]>::to_vec)
}
