//! The model seen through a [`Target`]: what a handshake with each listener and each name would
//! really meet, and what each hop to a backend offers, sends and checks.
//!
//! `check`, `show`, `simulate`, `diff` and the editor's hovers are views of this one thing, and it is
//! what is held against live servers.

mod accepts;
mod backend;
mod chains;
mod expansions;
pub mod names;
pub mod negotiate;
mod open;
mod resolve;
mod why;

pub use backend::Backend;
pub use chains::{Chains, Verdict};
pub use expansions::Expanded;
pub use resolve::resolve;
pub use why::Why;

use crate::clock::Timestamp;
use crate::model::{
    Alpn, Answer, Binding, CertificateRef, ClientAuthMode, Decides, Deployment, FileRef, FileRole, Hsts,
    Listener, Problem, Refusal, ServerId, Setting, Spanned, Upstream, VirtualServer, WordKind,
};
use crate::pki::{Certificate, CertificateFile, Store};
use crate::profile::Profile;
use crate::rules::options::RuleOptions;
use crate::source::Span;
use crate::target::Target;
use crate::tls::cipher_suite::CipherSuite;
use crate::tls::negotiable::Shortfall;
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};
use expansions::Expansions;
use foldhash::HashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything that was found, resolved.
#[derive(Debug)]
pub struct Surface {
    /// What it is resolved for.
    pub target: Target,
    /// The time that counts as now: nothing here asks for it, rules about dates do.
    pub now: Timestamp,
    /// The profile that it is held against.
    pub profile: Option<Arc<Profile>>,
    /// Roots that the user trusts beside the public ones.
    pub roots: Vec<Certificate>,
    /// Numbers of rules that were changed.
    pub rule_options: RuleOptions,
    /// What was read, one for each running instance. Its listeners and upstreams stand below.
    pub deployments: Vec<Deployment>,
    /// Every socket.
    pub listeners: Vec<ListenerSurface>,
    /// Every hop to a backend.
    pub upstreams: Vec<UpstreamSurface>,
    /// Files of certificates that were given by themselves, whatever server may present them.
    pub given: Vec<Arc<CertificateFile>>,
    /// What clients can make of what is sent from each file.
    pub chains: Chains,
    /// What the files hold that are named.
    pub store: Store,
    /// What the lists of suites expand to.
    expansions: Expansions,
    /// Where the servers of each deployment listen: listener, and place among its servers.
    places: Places,
}

/// Where each server listens.
type Places = HashMap<(usize, ServerId), Vec<(usize, usize)>>;

fn places(listeners: &[ListenerSurface]) -> Places {
    let mut places = Places::default();
    for (l, listener) in listeners.iter().enumerate() {
        for (s, server) in listener.servers.iter().enumerate() {
            places.entry((listener.deployment, server.binding.server)).or_default().push((l, s));
        }
    }
    places
}

/// What a listener does with a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// TLS ends here.
    Tls,
    /// No TLS at all.
    Plaintext,
    /// TLS passes through.
    Passthrough,
}

impl Mode {
    /// The name in every format.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Tls => "tls",
            Mode::Plaintext => "plaintext",
            Mode::Passthrough => "passthrough",
        }
    }
}

/// A socket as a client meets it.
#[derive(Debug)]
pub struct ListenerSurface {
    /// Index into [`Surface::deployments`].
    pub deployment: usize,
    /// The socket as written.
    pub listener: Listener,
    /// What it does with a connection; unknown where the switch cannot be read.
    pub mode: Setting<Mode>,
    /// One for each server that listens here, in the order written.
    pub servers: Vec<ServerSurface>,
}

impl ListenerSurface {
    /// Whether TLS handshakes end here, from the first byte or after STARTTLS.
    pub fn is_tls(&self) -> bool {
        self.mode.is(&Mode::Tls) || self.listener.starttls.is_some()
    }

    /// Whether it speaks plaintext and nothing else, for certain.
    pub fn is_plaintext(&self) -> bool {
        self.mode.is(&Mode::Plaintext) && self.listener.starttls.is_none()
    }

    /// The server whose value of a setting counts for the names of `server`.
    pub fn deciding<'s>(&'s self, server: &'s ServerSurface, decides: Decides) -> &'s VirtualServer {
        let own = server.borrows_from.as_ref().unwrap_or(&server.server);
        match decides {
            Decides::Socket => self.default_server().map_or(own, |default| &default.server),
            Decides::Name => own,
        }
    }

    /// The server that answers for names that nobody claims.
    pub fn default_server(&self) -> Option<&ServerSurface> {
        self.servers.iter().find(|s| s.binding.default)
    }
}

/// Suites that a handshake can end on, by version, in the server's order.
pub type Suites = BTreeMap<ProtocolVersion, Vec<&'static CipherSuite>>;

/// The suites with each kind of key that a certificate which is not at hand may have.
#[derive(Debug, Clone)]
pub struct SuitesByKey {
    /// With an RSA key.
    pub rsa: Arc<Suites>,
    /// With an ECDSA key.
    pub ecdsa: Arc<Suites>,
}

/// Why versions that are switched on, and that the library would speak, have no suite.
pub type Shortfalls = BTreeMap<ProtocolVersion, Shortfall>;

/// A virtual server as a client of one socket meets it.
///
/// Fields that describe TLS are meaningful where [`ListenerSurface::is_tls`].
#[derive(Debug)]
pub struct ServerSurface {
    /// Its place on the socket.
    pub binding: Binding,
    /// The server as written.
    pub server: Arc<VirtualServer>,
    /// Versions switched on for its names on this socket, whether or not they can be negotiated.
    pub enabled: Setting<ProtocolSet>,
    /// Versions that a handshake can really end on.
    pub protocols: Setting<ProtocolSet>,
    /// The library's security level in force.
    pub security_level: Setting<u8>,
    /// Suites that a handshake can really end on.
    pub suites: Setting<Arc<Suites>>,
    /// What the suites come to where only a certificate that is not at hand keeps them from being known.
    pub suites_by_key: Option<SuitesByKey>,
    /// Why the suites are refused by the library at start, if they are.
    pub suites_error: Option<Arc<str>>,
    /// Why versions are left without a suite, where that is known.
    pub shortfalls: Shortfalls,
    /// The parameters for DHE.
    pub dh_params: DhParams,
    /// Groups that a handshake can really end on.
    pub groups: Setting<Vec<&'static str>>,
    /// The word for which the library refuses the server's own list of groups at start, if it does.
    pub groups_error: Option<Spanned>,
    /// Whether the server's order of suites rules, up to TLS 1.2.
    pub server_preference: Setting<bool>,
    /// Whether it rules in TLS 1.3, whose suite may be chosen before SNI switches over.
    pub server_preference13: Setting<bool>,
    /// Application protocols.
    pub alpn: Setting<Alpn>,
    /// The certificates that its clients can get, its own or the default server's, in the order the
    /// server holds them.
    pub certificates: Vec<Presented>,
    /// The default server whose certificate it uses, having none of its own.
    pub borrows_from: Option<Arc<VirtualServer>>,
    /// What is asked of the client.
    pub client_auth: Setting<ClientAuthMode>,
    /// Whether session tickets are issued.
    pub session_tickets: Setting<bool>,
    /// Whether 0-RTT data is accepted.
    pub early_data: Setting<bool>,
    /// Whether every handshake for its names is refused.
    pub rejects_handshake: Setting<bool>,
    /// The HSTS header of `GET /`.
    pub hsts: Setting<Option<Hsts>>,
    /// Settings written for this server that the socket's default server overrides.
    pub overridden: Vec<Overridden>,
}

impl ServerSurface {
    /// How messages call it.
    pub fn label(&self) -> String {
        self.server.label()
    }

    /// Whether TLS handshakes for its names can succeed at all, as far as is known.
    pub fn may_serve_tls(&self) -> bool {
        !self.rejects_handshake.is(&true)
    }

    /// What `GET /` meets.
    pub fn answer(&self) -> Option<&Answer> {
        self.server.site.as_ref().map(|site| &site.answer)
    }
}

/// The parameters for DHE that handshakes use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DhParams {
    /// None are named, nor does the software bring any along.
    None,
    /// These; the bits of their prime, where that can be read here.
    Used(Option<u32>),
    /// None, as the prime, of so many bits, is too short for the security level.
    PassedOver(u32),
    /// The server does not start, as the prime, of so many bits, is too short for the security level at
    /// which it is loaded.
    Refused {
        /// The bits.
        bits: u32,
        /// That level.
        level: u8,
    },
    /// These are loaded, but the prime, of so many bits, is too short for the level in force by the time
    /// of a handshake: one that comes to DHE fails.
    Failing(u32),
}

/// A certificate that a server presents.
#[derive(Debug, Clone)]
pub struct Presented {
    /// As it is written.
    pub written: CertificateRef,
    /// What its file holds; `None` where it cannot be read here.
    pub file: Option<Arc<CertificateFile>>,
}

/// A setting of a virtual server that has no effect on a socket, as its default server decides.
#[derive(Debug, Clone)]
pub struct Overridden {
    /// The word as written in the virtual server: `ssl_protocols`.
    pub word: String,
    /// What it sets.
    pub kind: WordKind,
    /// Where it is written.
    pub written: Span,
    /// The value that counts, in words, and where it comes from.
    pub effective: String,
    /// Where the value that counts is written; `None` for a default.
    pub decided_at: Option<Span>,
    /// The default server.
    pub decided_by: Arc<VirtualServer>,
    /// Whether the ignored value is stricter than the one that counts.
    pub stricter: bool,
}

/// A hop to a backend as the backend meets it.
#[derive(Debug)]
pub struct UpstreamSurface {
    /// Index into [`Surface::deployments`].
    pub deployment: usize,
    /// The hop as written.
    pub upstream: Box<Upstream>,
    /// Versions switched on, whether or not they are offered.
    pub enabled: Setting<ProtocolSet>,
    /// Versions that handshakes would begin with, if there are suites for the newest of them: one unbroken
    /// range.
    pub begun: Setting<ProtocolSet>,
    /// Versions that a handshake can really end on.
    pub protocols: Setting<ProtocolSet>,
    /// Suites offered, by version.
    pub suites: Setting<Arc<Suites>>,
    /// Why the suites are refused by the library, if they are.
    pub suites_error: Option<Arc<str>>,
    /// What is verified.
    pub verify: Setting<Verify>,
    /// The name sent as SNI; `None` when none is sent.
    pub sni: Setting<Option<String>>,
}

impl UpstreamSurface {
    /// Whether the hop is TLS, for certain.
    pub fn is_tls(&self) -> bool {
        self.upstream.tls.is(&true)
    }

    /// Whether every known target lies on this machine.
    pub fn is_local(&self) -> bool {
        self.upstream.targets.known().is_some_and(|t| !t.is_empty() && t.iter().all(|t| t.is_local()))
    }
}

/// What is verified of a backend's certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verify {
    /// Nothing.
    None,
    /// That it chains to a trusted authority.
    Chain,
    /// That, and that it carries the expected name.
    ChainAndName,
}

impl Verify {
    /// The name in every format.
    pub fn name(self) -> &'static str {
        match self {
            Verify::None => "none",
            Verify::Chain => "chain",
            Verify::ChainAndName => "chain+name",
        }
    }
}

impl Surface {
    /// The deployment a listener or upstream belongs to.
    pub fn deployment(&self, index: usize) -> &Deployment {
        &self.deployments[index]
    }

    /// What a list of suites expands to on the target.
    pub fn expand(&self, list: &Arc<str>) -> Expanded {
        self.expansions.of(list, &self.target)
    }

    /// What is wrong with the text of the inputs itself.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.deployments.iter().flat_map(|d| &d.problems)
    }

    /// How the platform of a deployment writes what rules recommend.
    pub fn words(&self, deployment: usize) -> &'static crate::model::Words {
        self.deployments[deployment].platform.words()
    }

    /// What the log of a deployment's software says when it does not start over a file.
    pub fn says(&self, deployment: usize, role: FileRole, file: &str, refusal: Refusal) -> String {
        crate::platforms::says(self.deployments[deployment].platform, role, file, refusal, &self.target)
    }

    /// Every server on every socket where TLS ends, with the socket.
    pub fn tls_servers(&self) -> impl Iterator<Item = (&ListenerSurface, &ServerSurface)> {
        self.listeners.iter().filter(|l| l.is_tls()).flat_map(|l| l.servers.iter().map(move |s| (l, s)))
    }

    /// What a file of certificates holds; `None` where it cannot be read here.
    pub fn certificates_in(&self, file: &FileRef) -> Option<&Arc<CertificateFile>> {
        self.store.get(file.path.as_deref()?)
    }

    /// The sockets on which a server of a deployment listens.
    pub fn sockets_of(
        &self,
        deployment: usize,
        server: ServerId,
    ) -> impl Iterator<Item = (&ListenerSurface, &ServerSurface)> {
        let places = self.places.get(&(deployment, server)).map(Vec::as_slice).unwrap_or_default();
        places.iter().map(|(l, s)| (&self.listeners[*l], &self.listeners[*l].servers[*s]))
    }
}
