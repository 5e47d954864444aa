//! Certificates that are sent and that no client has a use for.

use super::sent::{self, Sent};
use super::{chain_refused, issuers};
use crate::finding::Findings;
use crate::pki::chain::{End, Role};
use crate::surface::Surface;

/// Reports each file with a certificate that issued nothing in it, or that stands in it twice.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for file in sent::files(surface).iter().filter(|file| issuers::is_loaded(surface, file)) {
        let Some(chain) = file.chain.filter(|chain| chain.searched && chain.broken.is_none()) else {
            continue;
        };
        // So many that nobody takes them are another fault.
        if chain_refused::length(file) > chain_refused::LONGEST {
            continue;
        }
        // Where the issuer is missing, what stands in its place is part of that fault.
        let in_its_place = chain.path.end == End::IssuerNotSent && chain.path.certificates.len() == 1;
        let useless = file.certificates().filter(|(index, certificate)| match chain.roles.get(*index) {
            Some(Role::Duplicate) => true,
            Some(Role::Unrelated) => !(in_its_place && sent::is_ca(certificate)),
            _ => false,
        });
        let useless: Vec<usize> = useless.map(|(index, _)| index).collect();
        // A file that was given by itself may be a collection of whatever was at hand.
        let is_ca = |index: &usize| file.file.certificates.get(*index).is_some_and(sent::is_ca);
        let is_chain = !file.given || file.is_for_servers() && useless.iter().all(is_ca);
        if let Some((first, others)) = useless.split_first().filter(|_| is_chain) {
            report(file, *first, others, findings);
        }
    }
}

fn report(file: &Sent, first: usize, others: &[usize], findings: &mut Findings) {
    let role = |index: usize| file.chain.and_then(|chain| chain.roles.get(index)).copied();
    let twice = role(first) == Some(Role::Duplicate);
    let subject = file.subject(first);
    let (message, why) = match twice {
        true => (
            format!("{subject} stands in the file twice"),
            "each handshake carries it once more, for nothing",
        ),
        false => (
            format!("{subject} issued no other certificate there"),
            "no client needs it, and each handshake carries it; under TLS 1.2 it is not even allowed (RFC 5246 section 7.4.2)",
        ),
    };
    let finding = file.report(findings, first, message, why);
    for other in others.iter().filter_map(|index| file.file.certificates.get(*index)).take(3) {
        finding.also(sent::begin(other.span), format!("nor is this one of use: {}", sent::facts(other)));
    }
    finding.help(match others.len() {
        0 => "take it out of the file".to_owned(),
        // There may be more than were looked at.
        _ if file.file.more => "take it and its like out of the file".to_owned(),
        more => format!(
            "take it and the {} out of the file",
            if more == 1 { "other one".to_owned() } else { format!("{more} others") }
        ),
    });
}
