//! What rules about single certificates share: the files that listeners present or that were given by
//! themselves, each once, and how messages point at a certificate in them.

use super::gather::{self, Place};
use super::prose;
use crate::clock::Timestamp;
use crate::finding::{Finding, Findings};
use crate::model::Answer;
use crate::pki::chain::Role;
use crate::pki::{Certificate, CertificateFile, Chain};
use crate::source::Span;
use crate::surface::Surface;
use foldhash::{HashMap, HashSet};

/// A file of certificates, and who presents it.
#[derive(Debug)]
pub(super) struct Sent<'s> {
    /// What it holds: a leaf at least, and nothing that keeps it from being loaded.
    pub(super) file: &'s CertificateFile,
    /// The lines that name it; none where it was given by itself.
    pub(super) lines: Vec<Span>,
    /// The servers that present it, for whose clients it matters.
    pub(super) places: Vec<Place<'s>>,
    /// What clients can make of it.
    pub(super) chain: Option<&'s Chain>,
    /// Whether it was given by itself and nothing presents it: what it is for is not known then.
    pub(super) given: bool,
}

/// Every file that clients can get certificates from, in the order in which they are met.
///
/// Left out are servers whose certificates code chooses at run time, and those that merely catch names
/// that nobody serves and refuse every request: whom they present what to is nobody's concern.
pub(super) fn files(surface: &Surface) -> Vec<Sent<'_>> {
    files_that(surface, is_sound)
}

/// The same of files with more certificates than are looked at; none that was given by itself.
pub(super) fn endless(surface: &Surface) -> Vec<Sent<'_>> {
    let mut files = files_that(surface, |file| file.is_cut_short() && !file.certificates.is_empty());
    files.retain(|file| !file.given);
    files
}

fn files_that(surface: &Surface, is_meant: fn(&CertificateFile) -> bool) -> Vec<Sent<'_>> {
    let mut files: Vec<Sent> = Vec::new();
    let (mut index, mut seen) = (HashMap::default(), HashSet::default());
    let places = surface.tls_servers().map(|(listener, server)| Place { listener, server });
    for place in places.filter(|p| p.server.may_serve_tls() && !p.is_scripted() && !is_catch_all(p)) {
        for presented in &place.server.certificates {
            let Some(file) = presented.file.as_deref().filter(|file| is_meant(file)) else { continue };
            let at = *index.entry(file.file).or_insert(files.len());
            if at == files.len() {
                files.push(Sent::new(file, surface, false));
            }
            let Some(sent) = files.get_mut(at) else { continue };
            sent.places.push(place);
            let line = presented.written.certificate.known().map(|file| file.span);
            sent.lines.extend(line.filter(|line| seen.insert((file.file, *line))));
        }
    }
    for sent in &mut files {
        // What was asked for comes first: in other files, nothing is reported.
        let only = |p: &Place| surface.deployment(p.listener.deployment).only.as_ref();
        let asked = |line: &Span| sent.places.iter().any(|p| only(p).is_none_or(|o| o.contains(&line.file)));
        sent.lines.sort_by_cached_key(|line| (!asked(line), *line));
    }
    for file in surface.given.iter().filter(|file| !file.certificates.is_empty()) {
        if !index.contains_key(&file.file) {
            files.push(Sent::new(file, surface, true));
        }
    }
    files
}

fn is_sound(file: &CertificateFile) -> bool {
    file.error.is_none() && !file.certificates.is_empty()
}

/// Whether a server only takes what nobody else serves, and serves nothing.
fn is_catch_all(place: &Place) -> bool {
    let server = place.server;
    server.binding.default
        && server.server.literal_names().next().is_none()
        && server.answer().is_some_and(|answer| *answer == Answer::Refused)
}

/// Whether a server answers for this machine's own name (RFC 6761 section 6.3) and no other.
fn is_for_localhost(place: &Place) -> bool {
    let own = |name: &str| {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        name == "localhost" || name.ends_with(".localhost")
    };
    let mut names = place.server.server.names.iter().filter(|name| !name.text.is_empty()).peekable();
    names.peek().is_some() && names.all(|name| own(&name.text))
}

impl<'s> Sent<'s> {
    fn new(file: &'s CertificateFile, surface: &'s Surface, given: bool) -> Self {
        let chain = surface.chains.get(file.file);
        Sent { file, lines: Vec::new(), places: Vec::new(), chain, given }
    }

    /// The certificate that a server proves to be its own.
    pub(super) fn leaf(&self) -> Option<&'s Certificate> {
        self.file.leaf()
    }

    /// All certificates with their places in the file.
    pub(super) fn certificates(&self) -> impl Iterator<Item = (usize, &'s Certificate)> {
        self.file.certificates.iter().enumerate()
    }

    /// Whether it is a server's: what is given by itself may be an authority's or a client's.
    pub(super) fn is_for_servers(&self) -> bool {
        let Some(leaf) = self.leaf() else { return false };
        self.begins_with_leaf() && (!self.given || !is_authority(leaf) && !is_for_clients(leaf))
    }

    /// Whether the first certificate is not merely the issuer of another one, which is a fault of their order.
    pub(super) fn begins_with_leaf(&self) -> bool {
        self.chain.is_none_or(|chain| chain.with_role(Role::BelowLeaf).next().is_none())
    }

    /// The same without the places that only programs on this machine meet; none where no other is left.
    pub(super) fn for_others(mut self) -> Option<Self> {
        self.places.retain(|place| !place.listener.listener.address.is_local() && !is_for_localhost(place));
        (self.given || !self.places.is_empty()).then_some(self)
    }

    /// How a headline begins: whose certificate it is.
    pub(super) fn subject(&self, index: usize) -> String {
        let Some(certificate) = self.file.certificates.get(index) else { return String::new() };
        let servers = gather::servers(&self.places);
        let kind = if index > 0 { kind(certificate) } else { "certificate" };
        match (index, self.places.is_empty()) {
            (0, false) => format!("the certificate of {servers}"),
            (0, true) => format!("the certificate `{}`", title(certificate)),
            (_, false) => format!("the {kind} `{}` that {servers} {}", title(certificate), self.sends()),
            (_, true) => format!("the {kind} `{}`", title(certificate)),
        }
    }

    fn sends(&self) -> &'static str {
        gather::verb(&self.places, "sends", "send")
    }

    /// Reports a certificate of the file, at the line that names the file and at the certificate's own.
    pub(super) fn report<'f>(
        &self,
        findings: &'f mut Findings,
        index: usize,
        message: String,
        why: &str,
    ) -> &'f mut Finding {
        let certificate = self.file.certificates.get(index);
        let block =
            certificate.map_or(Span::new(self.file.file, 0..0), |certificate| begin(certificate.span));
        let facts = certificate.map(facts).unwrap_or_default();
        let Some((first, others)) = self.lines.split_first() else {
            return findings.report(block, message).because(format!("{facts}: {why}"));
        };
        let finding = findings.report(*first, message).because(why);
        for line in others.iter().take(2) {
            finding.also(*line, "named here, too");
        }
        finding.also(block, facts)
    }

    /// Whether a certificate is judged by itself: the first, and in a file that was given by itself every one
    /// that has nothing to do with the first.
    pub(super) fn stands_alone(&self, index: usize) -> bool {
        index == 0 || self.given && !self.issued_the_leaf(index)
    }

    /// Whether its faults are those of what clients need: [`Sent::stands_alone`] and [`Sent::is_needed`].
    pub(super) fn counts(&self, index: usize, now: Timestamp) -> bool {
        self.stands_alone(index) || self.is_needed(index, now)
    }

    /// Whether clients come by a certificate on every way from the leaf to a root that is known; where none
    /// is known, whether it stands on the way that what is sent allows, and nothing else sent can stand for it.
    pub(super) fn is_needed(&self, index: usize, now: Timestamp) -> bool {
        let all = &self.file.certificates;
        let (Some(certificate), Some(chain)) = (all.get(index), self.chain) else { return index == 0 };
        let in_force = |c: &Certificate| c.valid_from <= now.0 && now.0 <= c.valid_until;
        let twin = |c: &Certificate| {
            c.subject_der() == certificate.subject_der() && c.key_info() == certificate.key_info()
        };
        let replaced = all.iter().enumerate().any(|(i, c)| i != index && twin(c) && in_force(c));
        let passed_by = chain.complete_paths().any(|path| !path.certificates.contains(&index));
        chain.path.certificates.contains(&index) && !certificate.self_issued && !replaced && !passed_by
            || index == 0
    }

    /// Whether a certificate may be one for a root that clients have themselves: [`Chain::may_be_root`].
    pub(super) fn may_be_root(&self, index: usize) -> bool {
        self.chain.is_some_and(|chain| chain.may_be_root(index, &self.file.certificates))
    }

    /// Whether a certificate other than the leaf issued it, directly or not.
    pub(super) fn issued_the_leaf(&self, index: usize) -> bool {
        let role = self.chain.and_then(|chain| chain.roles.get(index));
        matches!(role, Some(Role::Issuer | Role::Root | Role::CrossSigned | Role::Alternative))
    }
}

/// Whether names and key identifiers allow for one certificate to have issued another.
pub(super) fn may_have_issued(issuer: &Certificate, certificate: &Certificate) -> bool {
    let named = certificate.extensions.authority_key_id.as_ref();
    let own = issuer.extensions.subject_key_id.as_ref();
    issuer.subject_der() == certificate.issuer_der() && named.zip(own).is_none_or(|(named, own)| named == own)
}

/// Whether a certificate signed itself.
pub(super) fn is_self_signed(certificate: &Certificate) -> bool {
    certificate.self_issued && may_have_issued(certificate, certificate)
}

/// Whether a certificate is of a CA and names no host.
fn is_authority(certificate: &Certificate) -> bool {
    is_ca(certificate) && !certificate.has_alternative_names()
}

/// Whether a certificate says that it is a CA's.
pub(super) fn is_ca(certificate: &Certificate) -> bool {
    certificate.extensions.basic_constraints.is_some_and(|constraints| constraints.ca)
}

/// Whether a certificate is for clients and for no servers.
fn is_for_clients(certificate: &Certificate) -> bool {
    let usage = certificate.extensions.extended_key_usage;
    usage.is_some_and(|usage| usage.client_auth && !usage.server_auth && !usage.any)
}

/// What a certificate is in its file, and its name.
pub(super) fn part(file: &CertificateFile, index: usize) -> String {
    let Some(certificate) = file.certificates.get(index) else { return String::new() };
    let kind = if index > 0 { kind(certificate) } else { "certificate" };
    format!("the {kind} `{}`", title(certificate))
}

fn kind(certificate: &Certificate) -> &'static str {
    match (certificate.self_issued, is_ca(certificate)) {
        (true, _) => "root",
        (false, true) => "intermediate",
        (false, false) => "certificate",
    }
}

/// The shortest name of a certificate.
pub(super) fn title(certificate: &Certificate) -> &str {
    let name = certificate.common_name.as_deref().or(certificate.names.first().map(String::as_str));
    name.unwrap_or(&certificate.subject)
}

/// What a certificate says of itself: `CN=…, for a and b, 2026-07-01 to 2026-09-29`.
pub(super) fn facts(certificate: &Certificate) -> String {
    const SHOWN: usize = 3;
    let names = &certificate.names;
    let more = names.len().saturating_sub(SHOWN);
    let shown = names.iter().take(SHOWN).cloned();
    let names = match more {
        0 => prose::list(shown),
        more => prose::list(shown.chain([format!("{more} more")])),
    };
    let mut facts = Vec::new();
    if !certificate.subject.is_empty() {
        facts.push(certificate.subject.clone());
    }
    if !names.is_empty() {
        facts.push(format!("for {names}"));
    }
    facts.push(format!("{} to {}", date(&certificate.not_before), date(&certificate.not_after)));
    facts.join(", ")
}

/// The day of a time in RFC 3339.
pub(super) fn date(time: &str) -> &str {
    time.split('T').next().unwrap_or(time)
}

/// The line that begins a block of PEM.
pub(super) fn begin(block: Span) -> Span {
    const LINE: u32 = "-----BEGIN CERTIFICATE-----".len() as u32;
    Span { end: block.end.min(block.start.saturating_add(LINE)), ..block }
}
