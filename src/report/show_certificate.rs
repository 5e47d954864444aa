//! What `show` says of a file of certificates.

use super::printable;
use crate::clock;
use crate::pki::chain::{Fault, Refusal};
use crate::pki::pem::MAX_BLOCKS;
use crate::pki::{Certificate, CertificateFile, Chain};
use crate::surface::{Surface, Verdict};
use serde::Serialize;

/// The certificate of a server, as `show --format json` writes it.
#[derive(Serialize)]
pub(super) struct CertificateJson {
    file: String,
    key: String,
    subject: String,
    issuer: String,
    names: Vec<String>,
    not_before: String,
    not_after: String,
    days_left: i64,
    chain_sha256: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    chain: Option<&'static str>,
}

impl CertificateJson {
    /// What a file holds; none where a server could not load it.
    pub(super) fn of(surface: &Surface, file: String, content: &CertificateFile) -> Option<Self> {
        let leaf = content.leaf().filter(|_| content.error.is_none())?;
        Some(CertificateJson {
            file,
            key: leaf.key.label.clone(),
            subject: leaf.subject.clone(),
            issuer: leaf.issuer.clone(),
            names: leaf.names.clone(),
            not_before: leaf.not_before.clone(),
            not_after: leaf.not_after.clone(),
            days_left: surface.now.days_until(leaf.valid_until),
            chain_sha256: content.certificates.iter().map(|c| c.sha256.clone()).collect(),
            chain: verdict(surface, content).map(Verdict::name),
        })
    }
}

/// What a file of certificates holds, line by line.
pub(super) fn lists(surface: &Surface, file: &CertificateFile) -> Vec<Vec<String>> {
    let Some(leaf) = file.leaf() else { return Vec::new() };
    let row = |heading: &str, words: Vec<String>| {
        let words = words.iter().map(|word| printable(word).into_owned());
        std::iter::once(format!("{heading}:")).chain(words).collect::<Vec<String>>()
    };
    let none = || vec!["none".to_owned()];
    let left = leaf.valid_until.saturating_sub(surface.now.0);
    let state = match (left, leaf.valid_from.saturating_sub(surface.now.0)) {
        (_, wait @ 1..) => format!("valid in {}", clock::length(wait)),
        (0.., _) => format!("{} left", clock::length(left)),
        _ => format!("expired {} ago", clock::length(-left)),
    };
    let dates = vec![leaf.not_before.clone(), "to".to_owned(), leaf.not_after.clone() + ",", state];
    let mut lists = vec![
        row("names", if leaf.names.is_empty() { none() } else { leaf.names.clone() }),
        row("key", vec![leaf.key.label.clone()]),
        row("valid", dates),
    ];
    if let Some(chain) = surface.chains.get(file.file) {
        lists.push(row("chain", vec![chain_words(chain, file, verdict(surface, file))]));
    }
    lists
}

fn verdict(surface: &Surface, file: &CertificateFile) -> Option<Verdict> {
    Verdict::of(surface.chains.get(file.file)?, &file.certificates, surface.now)
}

/// The chain that is sent, and where it leads.
fn chain_words(chain: &Chain, file: &CertificateFile, verdict: Option<Verdict>) -> String {
    if file.more {
        return format!("more than {MAX_BLOCKS} certificates, which are not looked at as a whole");
    }
    let sent = match file.certificates.len() {
        1 => "1 certificate".to_owned(),
        n => format!("{n} certificates"),
    };
    let last = chain.path.certificates.last().and_then(|index| file.certificates.get(*index));
    let verdict = match verdict {
        Some(Verdict::Complete) => match chain.path.root() {
            Some(root) => format!("complete, to the root {}", title(root)),
            None => "complete".to_owned(),
        },
        Some(Verdict::Incomplete) => {
            format!("not complete without {}", last.map(|c| c.issuer.clone()).unwrap_or_default())
        }
        Some(Verdict::SelfSigned) => "signed by itself".to_owned(),
        Some(Verdict::UnknownRoot) => {
            format!("to {}, which is not known", last.map(|c| c.issuer.clone()).unwrap_or_default())
        }
        Some(Verdict::Refused(refusal)) => format!("refused: {}", refusal_words(refusal, chain, file)),
        None => "too many to tell where they lead".to_owned(),
    };
    format!("{sent}, {verdict}")
}

fn title(certificate: &Certificate) -> String {
    certificate.common_name.clone().unwrap_or_else(|| certificate.subject.clone())
}

/// Why clients refuse a chain.
fn refusal_words(refusal: Refusal, chain: &Chain, file: &CertificateFile) -> String {
    let fault = match refusal {
        Refusal::Signature(index) => {
            let certificate = file.certificates.get(index).map(title).unwrap_or_default();
            return format!("the signature of {certificate} is broken");
        }
        Refusal::Fault(fault) => fault,
    };
    let at_fault = match fault.place() {
        Some(index) => file.certificates.get(index).map(title),
        None => chain.path.root().map(|root| format!("the root {}", title(root))),
    };
    let what = match fault {
        Fault::Expired(_) => "has expired",
        Fault::NotYetValid(_) => "is not yet valid",
        Fault::NotACa(_) => "is no CA's",
        Fault::MayNotSign(_) => "may not sign certificates by its key usage",
        Fault::PathTooLong(_) => "allows fewer intermediates below it",
        Fault::NotForServers(_) => "may not issue certificates for servers",
        Fault::ForbidsName(_) => "does not permit a name of what it issued",
        Fault::ExcludesName(_) => "excludes a name of what it issued",
        Fault::UnclearConstraints(_) => "has name constraints that cannot be applied",
        Fault::UnknownCritical(_) => "has a critical extension that clients do not know",
        Fault::ExplicitCurve(_) => "has a key on a curve without a name",
        Fault::Damaged(_) => "has an extension that cannot be read",
    };
    format!("{} {what}", at_fault.unwrap_or_default())
}
