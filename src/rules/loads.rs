//! What rules about files share: who loads which file when the software starts, and what keeps it from it.

use super::prose;
use crate::files::ReadError;
use crate::finding::{Finding, Findings};
use crate::model::{
    CertificateRef, ClientAuthMode, FileRef, FileRole, LibraryText, Refusal, Setting, TlsSettings, Trust,
};
use crate::pki::{CertificateFile, FileErrorKind, Held, PrivateKeyFile};
use crate::source::Span;
use crate::surface::{Surface, UpstreamSurface};
use std::collections::HashMap;
use std::sync::Arc;

/// Someone who loads files when the software starts: a server, or a hop to a backend.
#[derive(Debug, Clone)]
pub(super) struct Loader<'s> {
    /// Index into [`Surface::deployments`].
    pub(super) deployment: usize,
    /// How messages call it.
    pub(super) name: String,
    /// The line that opens it.
    pub(super) span: Span,
    /// All of it.
    block: Span,
    /// Whether it is a server, rather than a hop.
    pub(super) is_server: bool,
    /// Its certificates with their keys; none where some of them are only chosen at run time.
    pub(super) pairs: Vec<&'s CertificateRef>,
    /// Pass phrases for the keys.
    pub(super) pass_phrases: Option<&'s Setting<FileRef>>,
    /// The authorities that it trusts, and whether it verifies anyone by them.
    pub(super) authorities: Vec<(&'s FileRef, bool)>,
    /// Its revocation lists.
    pub(super) revocations: Option<&'s FileRef>,
    /// What else it opens.
    others: Vec<(FileRole, &'s FileRef)>,
    /// How many bytes a key for session tickets may have.
    pub(super) ticket_key_sizes: &'static [u64],
    /// The list of suites whose security level counts while certificates are loaded.
    ciphers: Option<&'s Setting<LibraryText>>,
}

/// A file and those who load it because of the same word.
#[derive(Debug)]
pub(super) struct Load<'s> {
    /// What it is for.
    pub(super) role: FileRole,
    /// The word that names it.
    pub(super) file: &'s FileRef,
    /// Whether anyone is verified by it.
    pub(super) verifies: bool,
    /// At least one; the first is one that verifies, if any does.
    pub(super) loaders: Vec<&'s Loader<'s>>,
}

/// What keeps a file from being loaded, and the line of the file where it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) refusal: Refusal,
    pub(super) at: Option<Span>,
}

/// The levels that lists set, each list once; none for those that are refused.
pub(super) type Levels = HashMap<Arc<str>, Option<Option<u8>>>;

impl Loader<'_> {
    /// Whether it verifies anyone.
    pub(super) fn verifies(&self) -> bool {
        self.authorities.iter().any(|(_, verifies)| *verifies)
    }

    /// The security level while certificates are loaded, and the list that says so.
    pub(super) fn level(&self, surface: &Surface, levels: &mut Levels) -> Option<(u8, Option<Span>)> {
        let target = &surface.target;
        let Some(ciphers) = self.ciphers else { return Some((target.security_level, None)) };
        let list = ciphers.known()?;
        let expand = || target.expand(&list.text).ok().map(|expansion| expansion.security_level);
        match (*levels.entry(list.text.clone()).or_insert_with(expand))? {
            Some(level) => Some((level, list.span)),
            None => Some((target.security_level, None)),
        }
    }
}

/// Everyone who loads files, in the order written.
pub(super) fn loaders(surface: &Surface) -> Vec<Loader<'_>> {
    let mut loaders = Vec::new();
    for (deployment, read) in surface.deployments.iter().enumerate() {
        for server in read.servers.iter().filter(|server| server.tls.loads_files) {
            let auth = &server.tls.client_auth;
            let verifies = !auth.mode.is(&ClientAuthMode::None) && auth.mode.known().is_some();
            let ca = known(&auth.ca).filter(|_| verifies).into_iter();
            loaders.push(Loader {
                deployment,
                name: prose::server(server),
                span: server.span,
                block: server.block,
                is_server: true,
                pairs: at_start(&server.tls.certificates),
                pass_phrases: server.tls.pass_phrases.as_ref(),
                authorities: ca.chain(known(&auth.trusted)).map(|file| (file, verifies)).collect(),
                revocations: known(&auth.crl),
                others: others(&server.tls),
                ticket_key_sizes: server.tls.ticket_key_sizes,
                ciphers: server.tls.ciphers_at_load.as_ref(),
            });
        }
    }
    loaders.extend(surface.upstreams.iter().filter(|hop| hop.upstream.loads_files).map(hop));
    loaders
}

fn hop(hop: &UpstreamSurface) -> Loader<'_> {
    let upstream = &hop.upstream;
    let verifies = upstream.verify.is(&true);
    let trust = match upstream.trust.known() {
        Some(Trust::File(file) | Trust::System(file)) if verifies => Some((file, true)),
        _ => None,
    };
    Loader {
        deployment: hop.deployment,
        name: upstream.from.clone(),
        span: upstream.span,
        block: upstream.span,
        is_server: false,
        pairs: at_start(upstream.certificate.as_slice()),
        pass_phrases: upstream.pass_phrases.as_ref(),
        authorities: trust.into_iter().collect(),
        revocations: known(&upstream.crl).filter(|_| verifies),
        others: known(&upstream.pass_phrases).map(|file| (FileRole::PassPhrases, file)).into_iter().collect(),
        ticket_key_sizes: &[],
        ciphers: upstream.ciphers_at_load.as_ref(),
    }
}

fn others(tls: &TlsSettings) -> Vec<(FileRole, &FileRef)> {
    let staples = known(&tls.stapling_file).filter(|_| tls.stapling.is(&true));
    let roles = [
        (FileRole::DhParams, known(&tls.dh_params)),
        (FileRole::Stapling, staples),
        (FileRole::PassPhrases, known(&tls.pass_phrases)),
    ];
    let tickets = tls.ticket_keys.iter().filter_map(Setting::known).map(|file| (FileRole::TicketKey, file));
    roles.into_iter().filter_map(|(role, file)| Some((role, file?))).chain(tickets).collect()
}

fn known(file: &Option<Setting<FileRef>>) -> Option<&FileRef> {
    file.as_ref()?.known().filter(|file| !file.text.is_empty())
}

/// Certificates that are loaded at start: where one path is only known at run time, none is.
fn at_start(written: &[CertificateRef]) -> Vec<&CertificateRef> {
    let is_static = |c: &CertificateRef| {
        c.certificate.known().is_some() && c.key.as_ref().is_none_or(|key| key.known().is_some())
    };
    match written.iter().all(is_static) {
        true => written.iter().filter(|c| !c.by_command).collect(),
        false => Vec::new(),
    }
}

/// Every file that is loaded, by the words that name them.
pub(super) fn loads<'s>(loaders: &'s [Loader<'s>]) -> Vec<Load<'s>> {
    let mut loads: Vec<Load<'s>> = Vec::new();
    let mut places: HashMap<(FileRole, Span), usize> = HashMap::new();
    for loader in loaders {
        let certificates = loader
            .pairs
            .iter()
            .filter_map(|pair| Some((FileRole::Certificate, pair.certificate.known()?, false)));
        let keys =
            loader.pairs.iter().filter_map(|pair| Some((FileRole::Key, pair.key.as_ref()?.known()?, false)));
        let authorities =
            loader.authorities.iter().map(|(file, verifies)| (FileRole::Authorities, *file, *verifies));
        let revocations = loader.revocations.iter().map(|file| (FileRole::Revocations, *file, false));
        let others = loader.others.iter().map(|(role, file)| (*role, *file, false));
        for (role, file, verifies) in
            certificates.chain(keys).chain(authorities).chain(revocations).chain(others)
        {
            let index = *places.entry((role, file.span)).or_insert(loads.len());
            match loads.get_mut(index) {
                Some(load) => {
                    let first = verifies && !load.verifies;
                    load.verifies |= verifies;
                    load.loaders.insert(if first { 0 } else { load.loaders.len() }, loader);
                }
                None => loads.push(Load { role, file, verifies, loaders: vec![loader] }),
            }
        }
    }
    loads
}

impl Load<'_> {
    /// The one that messages speak of.
    pub(super) fn loader(&self) -> &Loader<'_> {
        self.loaders[0]
    }

    /// What keeps the software from loading the file, for certain.
    pub(super) fn fault(&self, surface: &Surface) -> Option<Fault> {
        let path = self.file.path.as_deref()?;
        match surface.store.error(path) {
            Some(ReadError::Missing) => {
                return self.file.certain.then_some(Fault { refusal: Refusal::Missing, at: None });
            }
            Some(ReadError::Directory) => return Some(Fault { refusal: Refusal::Empty, at: None }),
            Some(_) => return None,
            None => {}
        }
        match self.role {
            FileRole::Key => of_key(surface.store.key(path)?),
            FileRole::Certificate => of_certificate(surface.store.get(path)?),
            FileRole::Authorities => {
                let file = surface.store.get(path)?;
                let may_do = !file.revocations.is_empty() || file.has_trust_settings;
                let fault = of_certificate(file)?;
                (fault.refusal != Refusal::Empty || !may_do).then_some(fault)
            }
            FileRole::Revocations => of_revocations(surface.store.get(path)?),
            FileRole::TicketKey => {
                let size = surface.store.size(path)?;
                let fits = self.loader().ticket_key_sizes.contains(&size);
                (!fits).then_some(Fault { refusal: Refusal::Size, at: None })
            }
            FileRole::DhParams | FileRole::Stapling | FileRole::PassPhrases => None,
        }
    }

    /// Says that the software does not start over the file, in its own words.
    pub(super) fn refuse(&self, surface: &Surface, fault: Fault, finding: &mut Finding) {
        let loader = self.loader();
        finding.symptom(surface.says(loader.deployment, self.role, &self.file.text, fault.refusal));
        if !surface.deployment(loader.deployment).fragment {
            finding.fatal();
        }
        self.point_at_loaders(finding);
    }

    /// Points at who loads the file, where that is written elsewhere.
    pub(super) fn point_at_loaders(&self, finding: &mut Finding) {
        const SHOWN: usize = 3;
        let elsewhere: Vec<_> = self.loaders.iter().filter(|l| !l.block.contains(self.file.span)).collect();
        for (index, loader) in elsewhere.iter().take(SHOWN).enumerate() {
            match elsewhere.len().saturating_sub(SHOWN) {
                more @ 1.. if index + 1 == SHOWN => {
                    finding.also(loader.span, format!("for this one, and {more} more"))
                }
                _ => finding.also(loader.span, "for this one"),
            };
        }
    }

    /// Where the file was looked for, in words.
    fn place(&self) -> String {
        match &self.file.path {
            Some(path) => format!("there is nothing at `{}`", path.display()),
            None => "it is not there".to_owned(),
        }
    }
}

/// Reports a file that is not where it must be.
pub(super) fn missing(surface: &Surface, load: &Load, findings: &mut Findings) {
    let Some(fault) = load.fault(surface).filter(|fault| fault.refusal == Refusal::Missing) else { return };
    let (name, what, file) = (&load.loader().name, load.role.prose(), &load.file.text);
    let message = format!("{name} names the {what} `{file}`, which does not exist");
    let finding = findings.report(load.file.span, message);
    finding.because(load.place()).help(
        "put the file there, or correct the path: a relative one begins at the directory of the main file",
    );
    load.refuse(surface, fault, finding);
}

/// Reports a file of authorities that someone is to be verified by, and that cannot be loaded.
pub(super) fn without_authorities(surface: &Surface, load: &Load, whom: &str, findings: &mut Findings) {
    if load.role != FileRole::Authorities || !load.verifies {
        return;
    }
    let Some(fault) = load.fault(surface).filter(|fault| fault.refusal != Refusal::Missing) else { return };
    let (name, file) = (&load.loader().name, &load.file.text);
    let message = match fault.refusal {
        Refusal::Broken { reason, .. } => {
            format!("the CA file `{file}`, by which {name} verifies {whom}, cannot be read: {reason}")
        }
        _ => format!("the CA file `{file}`, by which {name} verifies {whom}, holds no certificate"),
    };
    let finding = findings.report(load.file.span, message);
    match fault.refusal {
        Refusal::Broken { reason, .. } => finding
            .because("one block that cannot be read is enough, wherever it stands")
            .also_if(fault.at, format!("this block: {reason}")),
        _ => finding.because("no line in it begins a certificate in PEM"),
    };
    finding.help("name a file with the certificates of the CAs, up to a root that signs itself");
    load.refuse(surface, fault, finding);
}

/// What the file holds that a word names.
pub(super) fn certificates<'s>(surface: &'s Surface, file: &FileRef) -> Option<&'s Arc<CertificateFile>> {
    surface.store.get(file.path.as_deref()?)
}

/// What the file of a private key holds that a word names.
pub(super) fn private_key<'s>(surface: &'s Surface, file: &FileRef) -> Option<&'s Arc<PrivateKeyFile>> {
    surface.store.key(file.path.as_deref()?)
}

fn of_key(file: &PrivateKeyFile) -> Option<Fault> {
    let Held::Nothing(error) = &file.held else { return None };
    use crate::pki::KeyErrorKind::{Asn1, Header, NoStartLine, Pem};
    let reason = match error.kind {
        NoStartLine => return Some(Fault { refusal: Refusal::Empty, at: None }),
        Pem(error) => error.words(),
        Header => "not proc type",
        Asn1 => "ASN1 lib",
    };
    Some(Fault { refusal: Refusal::Broken { first: true, reason }, at: Some(error.span) })
}

fn of_certificate(file: &CertificateFile) -> Option<Fault> {
    let error = file.error.filter(|error| error.kind.certain())?;
    let first = file.certificates.is_empty();
    Some(match reason(error.kind) {
        Some(reason) => Fault { refusal: Refusal::Broken { first, reason }, at: Some(error.span) },
        None => Fault { refusal: Refusal::Empty, at: None },
    })
}

fn of_revocations(file: &CertificateFile) -> Option<Fault> {
    if let Some(error) = file.revocations_error {
        let reason = reason(error.kind).filter(|_| error.kind.certain())?;
        let first = file.revocations.is_empty();
        return Some(Fault { refusal: Refusal::Broken { first, reason }, at: Some(error.span) });
    }
    // Up to nginx 1.27.1 a certificate will do.
    let holds_nothing = file.error.is_some_and(|error| error.kind == FileErrorKind::NoStartLine);
    let is_empty = file.revocations.is_empty() && holds_nothing && !file.has_trust_settings;
    is_empty.then_some(Fault { refusal: Refusal::Empty, at: None })
}

/// OpenSSL's reason; none where there is nothing in the file.
fn reason(kind: FileErrorKind) -> Option<&'static str> {
    match kind {
        FileErrorKind::NoStartLine => None,
        FileErrorKind::Pem(error) => Some(error.words()),
        FileErrorKind::Header => Some("header lines"),
        FileErrorKind::Asn1 | FileErrorKind::NotUnderstood => Some("ASN1 lib"),
    }
}
