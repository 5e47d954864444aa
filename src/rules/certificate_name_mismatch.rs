//! A name that a server answers for, and no certificate that it presents.

use super::gather::{self, Place};
use super::sent::{self, Sent};
use super::{issuers, prose};
use crate::finding::Findings;
use crate::model::{Answer, ServerId, ServerName};
use crate::pki::chain::Role;
use crate::pki::name::{Coverage, covers};
use crate::pki::{Certificate, Chain};
use crate::source::FileId;
use crate::surface::{ListenerSurface, Surface};
use foldhash::{HashMap, HashSet};

/// Reports each server with names that none of its certificates is for.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut owners = Owners::default();
    let mut judged = HashMap::default();
    let misread = misread(surface);
    let places = gather::served(surface).filter(|place| presents_its_own(surface, place));
    let uncovered = places.filter_map(|place| {
        let leaves: Option<Vec<&Certificate>> = place
            .server
            .certificates
            .iter()
            .map(|c| c.file.as_ref().filter(|f| f.error.is_none() && !misread.contains(&f.file))?.leaf())
            .collect();
        // Without any name in it, the certificate has a fault of its own.
        let leaves = leaves.filter(|leaves| leaves.iter().any(|leaf| leaf.has_alternative_names()))?;
        let names = place.server.server.names.iter().filter(|n| owners.answers(&place, n));
        // What one socket has found serves the others.
        let missing = names.filter(|name| {
            let known = judged.entry((name.span, leaves.first().map(|leaf| leaf.fingerprint)));
            *known.or_insert_with(|| is_missing(&name.text, &leaves))
        });
        let missing: Vec<&ServerName> = missing.collect();
        let first = missing.first()?.span;
        Some(((place.server.server.block, first), (place, leaves, missing)))
    });
    for (_, found) in gather::by_cause(uncovered.collect::<Vec<_>>()) {
        let Some((place, leaves, missing)) = found.first() else { continue };
        report(place, leaves, missing, findings);
    }
}

/// Files of which the first certificate is not the one that was meant: that is what must be put right.
fn misread(surface: &Surface) -> HashSet<FileId> {
    let is_misread = |file: &&Sent| {
        let begins_above = |chain: &Chain| chain.with_role(Role::BelowLeaf).next().is_some();
        file.chain.is_some_and(begins_above) || !issuers::is_loaded(surface, file)
    };
    sent::files(surface).iter().filter(is_misread).map(|file| file.file.file).collect()
}

/// Whether it is certain which certificates clients get, and that they are this server's own. A server
/// without one is another rule's.
fn presents_its_own(surface: &Surface, place: &Place) -> bool {
    let server = place.server;
    server.rejects_handshake.is(&false)
        && server.borrows_from.is_none()
        && !place.is_scripted()
        && server.server.tls.incomplete.is_none()
        && server.answer().is_none_or(|answer| *answer != Answer::Refused)
        && surface.deployment(place.listener.deployment).templates.is_empty()
}

/// Who answers for names that several servers of a socket list: the first.
#[derive(Default)]
struct Owners<'s> {
    of: Option<(*const ListenerSurface, HashMap<&'s str, ServerId>)>,
}

impl<'s> Owners<'s> {
    fn answers(&mut self, place: &Place<'s>, name: &ServerName) -> bool {
        let listener: *const ListenerSurface = place.listener;
        if self.of.as_ref().is_none_or(|(known, _)| *known != listener) {
            let mut names = HashMap::default();
            for server in &place.listener.servers {
                for name in &server.server.names {
                    names.entry(name.text.as_str()).or_insert(server.binding.server);
                }
            }
            self.of = Some((listener, names));
        }
        let owner = self.of.as_ref().and_then(|(_, names)| names.get(name.text.as_str()));
        is_asked_for(name) && owner == Some(&place.server.binding.server)
    }
}

/// Whether clients ask for the name, or for names of its pattern, over the internet or at home.
fn is_asked_for(name: &ServerName) -> bool {
    let domain = name.text.strip_prefix("*.").or_else(|| name.text.strip_prefix('.'));
    let host = |domain: &str| {
        domain.contains('.')
            && !domain.starts_with('.')
            && !domain.ends_with(".localhost")
            && domain.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b) || b >= 0x80)
    };
    !name.opaque && (name.literal && host(&name.text) || domain.is_some_and(host))
}

/// Whether all clients find the name, or something that the pattern stands for, in no certificate.
fn is_missing(name: &str, leaves: &[&Certificate]) -> bool {
    let nowhere = |name: &str| leaves.iter().all(|leaf| covers(leaf, name) == Coverage::NotCovered);
    match name.strip_prefix('.') {
        Some(domain) => nowhere(domain) || nowhere(&format!("*.{domain}")),
        None => nowhere(name),
    }
}

fn report(place: &Place, leaves: &[&Certificate], missing: &[&ServerName], findings: &mut Findings) {
    const SHOWN: usize = 3;
    let Some(first) = missing.first() else { return };
    let count = missing.len();
    let mut names: Vec<String> = missing.iter().take(SHOWN).map(|n| format!("`{}`", n.text)).collect();
    if count > SHOWN {
        names.push(format!("{} more names", count - SHOWN));
    }
    let verb = if count == 1 { "is" } else { "are" };
    let message = format!("{} {verb} {}", prose::list(names), nowhere(place, leaves));
    let finding = findings.report(first.span, message);
    finding
        .because("this server answers for it, and its clients refuse the certificate (RFC 9525 section 6)");
    for name in missing.iter().skip(1).take(SHOWN) {
        finding.also(name.span, "nor this name");
    }
    let mut seen = HashSet::default();
    for (presented, leaf) in place.server.certificates.iter().zip(leaves) {
        if seen.insert(leaf.fingerprint) {
            finding.also_if(presented.written.certificate.span(), "this is what its clients get");
            finding.also(sent::begin(leaf.span), sent::facts(leaf));
        }
    }
    let below = missing.iter().find_map(|n| n.text.strip_prefix("*."));
    finding
        .help(match below {
            Some(domain) => format!("have a certificate issued for `*.{domain}` too, or list only the names that it has"),
            None => "have a certificate issued for these names too, or name the one that has them; names that nobody shall be served under can go".to_owned(),
        })
        .symptom("ERR_CERT_COMMON_NAME_INVALID, SSL_ERROR_BAD_CERT_DOMAIN, \"no alternative certificate subject name matches target host name\"");
}

/// Which certificates have not got the names, by their files and what they are for.
fn nowhere(place: &Place, leaves: &[&Certificate]) -> String {
    let files =
        place.server.certificates.iter().filter_map(|presented| presented.written.certificate.known());
    let mut files: Vec<String> = files.map(|file| format!("`{}`", file.text)).collect();
    files.dedup();
    match (files.as_slice(), leaves) {
        ([file], [leaf]) => {
            let mut names = leaf.names.iter();
            let first = names.next().map_or_else(String::new, |name| format!(", which is for `{name}`"));
            let more = match names.len() {
                0 => String::new(),
                1 => " and one more name".to_owned(),
                more => format!(" and {more} more names"),
            };
            format!("not in the certificate {file}{first}{more}")
        }
        _ => format!("in none of the certificates {}", prose::list(files)),
    }
}
