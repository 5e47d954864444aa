//! What rules about files share: who loads which file when the software starts, and what keeps it from it.

mod faults;

use super::prose;
use crate::files::ReadError;
use crate::finding::{Finding, Findings};
use crate::model::{
    CertificateRef, ClientAuthMode, FileRef, FileRole, Refusal, Setting, Trust, VirtualServer,
};
use crate::pki::{CertificateFile, PrivateKeyFile};
use crate::source::Span;
use crate::surface::{Surface, UpstreamSurface};
use faults::{of_certificate, of_key, of_revocations};
use foldhash::HashMap;
use std::sync::Arc;

/// Someone who loads files when the software starts: a server, or a hop to a backend.
#[derive(Debug, Clone, Copy)]
pub(super) struct Loader<'s> {
    /// Index into [`Surface::deployments`].
    pub(super) deployment: usize,
    who: Who<'s>,
}

#[derive(Debug, Clone, Copy)]
enum Who<'s> {
    Server(&'s VirtualServer),
    Hop(&'s UpstreamSurface),
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
    pub(super) loaders: Vec<Loader<'s>>,
}

/// What keeps a file from being loaded, and the line of the file where it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) refusal: Refusal,
    pub(super) at: Option<Span>,
}

impl<'s> Loader<'s> {
    /// How messages call it.
    pub(super) fn name(&self) -> String {
        match self.who {
            Who::Server(server) => prose::server(server),
            Who::Hop(hop) => hop.upstream.from.clone(),
        }
    }

    /// The line that opens it.
    pub(super) fn span(&self) -> Span {
        match self.who {
            Who::Server(server) => server.span,
            Who::Hop(hop) => hop.upstream.span,
        }
    }

    /// All of it.
    fn block(&self) -> Span {
        match self.who {
            Who::Server(server) => server.block,
            Who::Hop(hop) => hop.upstream.span,
        }
    }

    /// Whether it is a server, rather than a hop.
    pub(super) fn is_server(&self) -> bool {
        matches!(self.who, Who::Server(_))
    }

    /// The hop that it is.
    pub(super) fn hop(&self) -> Option<&'s UpstreamSurface> {
        match self.who {
            Who::Server(_) => None,
            Who::Hop(hop) => Some(hop),
        }
    }

    /// Whether it verifies anyone.
    pub(super) fn verifies(&self) -> bool {
        match self.who {
            Who::Server(server) => {
                server.tls.client_auth.mode.known().is_some_and(|mode| *mode != ClientAuthMode::None)
            }
            Who::Hop(hop) => hop.upstream.verify.is(&true),
        }
    }

    /// Its certificates with their keys; none where some of them are only chosen at run time.
    pub(super) fn pairs(&self) -> impl Iterator<Item = &'s CertificateRef> + use<'s> {
        let written: &'s [CertificateRef] = match self.who {
            Who::Server(server) => &server.tls.certificates,
            Who::Hop(hop) => hop.upstream.certificate.as_slice(),
        };
        let is_static = |c: &CertificateRef| {
            c.certificate.known().is_some() && c.key.as_ref().is_none_or(|key| key.known().is_some())
        };
        let known: &'s [CertificateRef] = if written.iter().all(is_static) { written } else { &[] };
        known.iter().filter(|pair| !pair.by_command)
    }

    /// Pass phrases for the keys.
    pub(super) fn pass_phrases(&self) -> Option<&'s Setting<FileRef>> {
        match self.who {
            Who::Server(server) => server.tls.pass_phrases.as_ref(),
            Who::Hop(hop) => hop.upstream.pass_phrases.as_ref(),
        }
    }

    /// Whether the names in a file of authorities are read in a way that passes trust settings over.
    fn names_plainly(&self, file: &FileRef) -> bool {
        let Who::Server(server) = self.who else { return false };
        let auth = &server.tls.client_auth;
        auth.ca_names_plain && known(&auth.ca).is_some_and(|ca| ca.span == file.span)
    }

    /// The authorities that it trusts, and whether it verifies anyone by them.
    pub(super) fn authorities(&self) -> impl Iterator<Item = (&'s FileRef, bool)> + use<'s> {
        let verifies = self.verifies();
        let files = match self.who {
            Who::Server(server) => {
                let auth = &server.tls.client_auth;
                [known(&auth.ca).filter(|_| verifies), known(&auth.trusted)]
            }
            Who::Hop(hop) => match hop.upstream.trust.known() {
                Some(Trust::File(file) | Trust::System(file)) if verifies => [Some(file), None],
                _ => [None, None],
            },
        };
        files.into_iter().flatten().map(move |file| (file, verifies))
    }

    /// Its revocation lists.
    pub(super) fn revocations(&self) -> Option<&'s FileRef> {
        match self.who {
            Who::Server(server) => known(&server.tls.client_auth.crl),
            Who::Hop(hop) => known(&hop.upstream.crl).filter(|_| self.verifies()),
        }
    }

    /// What else it opens.
    fn others(&self) -> impl Iterator<Item = (FileRole, &'s FileRef)> + use<'s> {
        let pass_phrases = self.pass_phrases().and_then(Setting::known).filter(|file| !file.text.is_empty());
        let tickets = match self.who {
            Who::Server(server) => server.tls.ticket_keys.as_slice(),
            Who::Hop(_) => &[],
        };
        let tickets = tickets.iter().filter_map(Setting::known).map(|file| (FileRole::TicketKey, file));
        let (dh_params, staples) = match self.who {
            Who::Server(VirtualServer { tls, .. }) => {
                let staples = known(&tls.stapling_file).filter(|_| tls.stapling.is(&true));
                (known(&tls.dh_params), staples)
            }
            Who::Hop(_) => (None, None),
        };
        let roles = [
            (FileRole::DhParams, dh_params),
            (FileRole::Stapling, staples),
            (FileRole::PassPhrases, pass_phrases),
        ];
        roles.into_iter().filter_map(|(role, file)| Some((role, file?))).chain(tickets)
    }

    /// How many bytes a key for session tickets may have.
    pub(super) fn ticket_key_sizes(&self) -> &'static [u64] {
        match self.who {
            Who::Server(server) => server.tls.ticket_key_sizes,
            Who::Hop(_) => &[],
        }
    }

    /// Every file that it opens, with whether anyone is verified by it.
    fn files(&self) -> impl Iterator<Item = (FileRole, &'s FileRef, bool)> + use<'s> {
        let certificates =
            self.pairs().filter_map(|pair| Some((FileRole::Certificate, pair.certificate.known()?, false)));
        let keys = self.pairs().filter_map(|pair| Some((FileRole::Key, pair.key.as_ref()?.known()?, false)));
        let authorities = self.authorities().map(|(file, verifies)| (FileRole::Authorities, file, verifies));
        let revocations = self.revocations().map(|file| (FileRole::Revocations, file, false));
        let others = self.others().map(|(role, file)| (role, file, false));
        certificates.chain(keys).chain(authorities).chain(revocations).chain(others)
    }

    /// The security level while certificates are loaded, and the list that says so.
    pub(super) fn level(&self, surface: &Surface) -> Option<(u8, Option<Span>)> {
        let target = &surface.target;
        let ciphers = match self.who {
            Who::Server(server) => &server.tls.ciphers_at_load,
            Who::Hop(hop) => &hop.upstream.ciphers_at_load,
        };
        let Some(ciphers) = ciphers else { return Some((target.security_level, None)) };
        let list = ciphers.known()?;
        match surface.expand(&list.text).ok()?.security_level {
            Some(level) => Some((level, list.span)),
            None => Some((target.security_level, None)),
        }
    }
}

/// Everyone who loads files, in the order written.
pub(super) fn loaders(surface: &Surface) -> impl Iterator<Item = Loader<'_>> {
    let servers = surface.deployments.iter().enumerate().flat_map(|(deployment, read)| {
        let loading = read.servers.iter().filter(|server| server.tls.loads_files);
        loading.map(move |server| Loader { deployment, who: Who::Server(server) })
    });
    let hops = surface.upstreams.iter().filter(|hop| hop.upstream.loads_files);
    servers.chain(hops.map(|hop| Loader { deployment: hop.deployment, who: Who::Hop(hop) }))
}

fn known(file: &Option<Setting<FileRef>>) -> Option<&FileRef> {
    file.as_ref()?.known().filter(|file| !file.text.is_empty())
}

/// Every file that is loaded, by the words that name them.
pub(super) fn loads(surface: &Surface) -> Vec<Load<'_>> {
    let mut loads: Vec<Load> = Vec::new();
    let mut places: HashMap<(FileRole, Span), usize> = HashMap::default();
    for loader in loaders(surface) {
        for (role, file, verifies) in loader.files() {
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

impl<'s> Load<'s> {
    /// The one that messages speak of.
    pub(super) fn loader(&self) -> Loader<'s> {
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
                let names = self.loaders.iter().any(|loader| loader.names_plainly(self.file));
                let nameless = Fault { refusal: Refusal::Nameless, at: None };
                let fault = of_certificate(file).filter(|_| !file.is_followed_by_other());
                match fault {
                    Some(Fault { refusal: Refusal::Empty, .. }) | None if may_do => {
                        (names && !file.has_plain).then_some(nameless)
                    }
                    fault => fault,
                }
            }
            FileRole::Revocations => of_revocations(surface.store.get(path)?),
            FileRole::Stapling => {
                // `OCSPResponse` is a sequence.
                let begins = surface.store.begins_with(path)?;
                (begins != Some(0x30)).then_some(Fault { refusal: Refusal::Empty, at: None })
            }
            FileRole::TicketKey => {
                let size = surface.store.size(path)?;
                let fits = self.loader().ticket_key_sizes().contains(&size);
                (!fits).then_some(Fault { refusal: Refusal::Size, at: None })
            }
            FileRole::DhParams | FileRole::PassPhrases => None,
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
        let elsewhere: Vec<_> = self.loaders.iter().filter(|l| !l.block().contains(self.file.span)).collect();
        for (index, loader) in elsewhere.iter().take(SHOWN).enumerate() {
            match elsewhere.len().saturating_sub(SHOWN) {
                more @ 1.. if index + 1 == SHOWN => {
                    finding.also(loader.span(), format!("for this one, and {more} more"))
                }
                _ => finding.also(loader.span(), "for this one"),
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
    let (name, what, file) = (load.loader().name(), load.role.prose(), &load.file.text);
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
    let (name, file) = (load.loader().name(), &load.file.text);
    let error = certificates(surface, load.file).and_then(|holds| holds.error);
    let (short, block) = error.map(|error| error.kind.plain()).unwrap_or_default();
    let message = match fault.refusal {
        Refusal::Broken { .. } => {
            format!("the CA file `{file}`, by which {name} verifies {whom}, cannot be read: {short}")
        }
        Refusal::Nameless => format!(
            "the CA file `{file}`, by which {name} verifies {whom}, holds only `TRUSTED CERTIFICATE` blocks, which are not read here"
        ),
        _ => format!("the CA file `{file}`, by which {name} verifies {whom}, holds no certificate"),
    };
    let finding = findings.report(load.file.span, message);
    match fault.refusal {
        Refusal::Broken { .. } => finding
            .because("one block that cannot be read is enough, wherever it stands")
            .also_if(fault.at, format!("this block: {block}")),
        Refusal::Nameless => finding.because(
            "the names of the CAs, which are sent to clients, are only read from blocks labelled `CERTIFICATE`",
        ),
        _ => finding.because("no line in it begins a certificate in PEM"),
    };
    finding.help(match fault.refusal {
        Refusal::Nameless => "`openssl x509 -in … -out …` takes the trust settings off",
        _ => "name a file with the certificates of the CAs, up to a root that signs itself",
    });
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
