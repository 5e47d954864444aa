//! Certificates that do not stand in the order from the leaf to its issuers.

use super::sent::{self, Sent};
use super::{issuers, prose};
use crate::finding::Findings;
use crate::pki::chain::Role;
use crate::surface::Surface;

/// Reports each file in which an issuer stands before what it issued.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for file in sent::files(surface).iter().filter(|file| issuers::is_loaded(surface, file)) {
        let Some(chain) = file.chain else { continue };
        let leaf_behind = chain.with_role(Role::BelowLeaf).last();
        // What was given by itself may be a collection of authorities in any order.
        let ends_at_host = |i: usize| file.file.certificates.get(i).is_some_and(|c| !sent::is_ca(c));
        if let Some(below) = leaf_behind.filter(|below| !file.given || ends_at_host(*below)) {
            report_leaf(file, below, findings);
        } else if let Some(first) = chain.misplaced.first().filter(|_| file.is_for_servers()) {
            report(file, *first, findings);
        }
    }
}

fn report(file: &Sent, index: usize, findings: &mut Findings) {
    let all = &file.file.certificates;
    let (Some(issuer), Some(chain)) = (all.get(index), file.chain) else { return };
    let is_its = |c: &&crate::pki::Certificate| sent::may_have_issued(issuer, c);
    let Some(issued) = all.iter().skip(index + 1).find(is_its) else { return };
    let message = format!("{} stands before `{}`, which it issued", file.subject(index), sent::title(issued));
    let why = "each certificate must certify the one before it (RFC 5246 section 7.4.2; RFC 8446 section 4.4.2 recommends it): old and small clients go by that";
    let ordered = chain
        .path
        .certificates
        .iter()
        .chain(chain.misplaced.iter().filter(|i| !chain.path.certificates.contains(i)));
    let ordered = ordered.filter_map(|index| all.get(*index)).map(|c| format!("`{}`", sent::title(c)));
    let finding = file.report(findings, index, message, why);
    finding
        .also(sent::begin(issued.span), "this one must stand before its issuer")
        .help(format!("put them in this order: {}", prose::list(ordered)))
        .symptom("\"unable to get local issuer certificate\", \"unable to find valid certification path\" on some clients");
}

fn report_leaf(file: &Sent, below: usize, findings: &mut Findings) {
    let all = &file.file.certificates;
    let (Some(first), Some(issued)) = (all.first(), all.get(below)) else { return };
    let name = issuers::name(file).map_or_else(|| "the file".to_owned(), |name| format!("`{name}`"));
    let is_direct = sent::may_have_issued(first, issued);
    let place = if is_direct { "the issuer of" } else { "an authority above" };
    let message = format!("{name} begins with `{}`, {place} `{}`", sent::title(first), sent::title(issued));
    let label = if is_direct { "issued by the first" } else { "issued below the first" };
    let why = "the first certificate in the file is taken for the server's own";
    file.report(findings, 0, message, why)
        .also(sent::begin(issued.span), format!("{label}: {}", sent::facts(issued)))
        .help("put the server's own certificate first, then its issuer, then that one's issuer");
}
