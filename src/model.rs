//! What the files say once includes and inheritance are worked out, in the words of the field and
//! the same for every platform.
//!
//! Nothing here is guessed: a value that cannot be known offline is [`Setting::Unknown`] with the
//! reason, and no rule fires on it.

mod client_auth;
mod library_commands;
mod listener;
mod problem;
mod refusal;
mod setting;
mod site;
mod tls_settings;
mod upstream;
mod words;

pub use client_auth::{ClientAuth, ClientAuthMode};
pub use library_commands::LibraryCommands;
pub use listener::{
    Alpn, Binding, Decides, Listener, NameScope, ServerId, ServerName, SocketAddress, Transport,
    VirtualServer,
};
pub use problem::{Problem, ProblemKind, UnknownFact};
pub use refusal::{FileRole, Refusal, Weakness};
pub use setting::{BlockName, Origin, Setting};
pub use site::{Answer, Astray, Hsts, Scope, Site};
pub use tls_settings::{
    CertificateRef, FileRef, GroupList, LibraryText, SessionCache, TlsSettings, TlsWord, WordKind,
};
pub use upstream::{DeadWord, ForeignWord, Trust, Upstream, UpstreamLabel, UpstreamTarget, UpstreamWords};

pub use words::Words;

use crate::source::{FileId, Span};

/// The software or service that reads a configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Platform {
    /// NGINX and its forks.
    Nginx,
    /// HAProxy.
    Haproxy,
}

impl Platform {
    /// The name in every format.
    pub fn name(self) -> &'static str {
        match self {
            Platform::Nginx => "nginx",
            Platform::Haproxy => "haproxy",
        }
    }
}

/// Everything one running instance reads: for nginx, a main file with what it includes.
#[derive(Debug)]
pub struct Deployment {
    /// Who reads it.
    pub platform: Platform,
    /// The software and version assumed, for messages: `nginx 1.30.6`.
    pub software: std::sync::Arc<str>,
    /// The file it begins with.
    pub entry: FileId,
    /// Whether this version of the software can be told to speak TLS 1.3, given a library that can.
    pub knows_tls13: bool,
    /// Whether rules judge what was read: not where their words are not made for the platform yet.
    pub judged: bool,
    /// Whether the files are only a part, so that nothing may be said about what is absent.
    pub fragment: bool,
    /// Sockets, in the order they are first written.
    pub listeners: Vec<Listener>,
    /// Virtual servers, in the order they are written.
    pub servers: Vec<std::sync::Arc<VirtualServer>>,
    /// Hops to backends.
    pub upstreams: Vec<Box<Upstream>>,
    /// What is wrong with the text itself.
    pub problems: Vec<Problem>,
    /// What could not be known offline.
    pub unknowns: Vec<UnknownFact>,
    /// Statements that bring in files which are not at hand and may set anything.
    pub gaps: Vec<Span>,
    /// Files that a template engine runs over first: of what stands in them, not everything will stand
    /// in the file that comes out, nor at once.
    pub templates: Vec<FileId>,
    /// Every file that was read for it, the entry first.
    pub files: Vec<FileId>,
    /// Where only some of its files were asked for: findings elsewhere are not reported.
    pub only: Option<Vec<FileId>>,
}

impl Deployment {
    /// A deployment in which nothing was found yet.
    pub fn empty(platform: Platform, software: std::sync::Arc<str>, entry: FileId) -> Self {
        Deployment {
            platform,
            software,
            entry,
            knows_tls13: true,
            judged: true,
            fragment: false,
            listeners: Vec::new(),
            servers: Vec::new(),
            upstreams: Vec::new(),
            problems: Vec::new(),
            unknowns: Vec::new(),
            gaps: Vec::new(),
            templates: Vec::new(),
            files: vec![entry],
            only: None,
        }
    }

    /// One like it in which nothing was found yet, to read a part of the servers into.
    pub fn empty_part(&self) -> Self {
        let Deployment { platform, entry, knows_tls13, judged, fragment, .. } = *self;
        let software = self.software.clone();
        let templates = self.templates.clone();
        Deployment {
            knows_tls13,
            judged,
            fragment,
            templates,
            ..Deployment::empty(platform, software, entry)
        }
    }

    /// Takes what was found in a part of the servers; what several parts found is told once.
    pub fn absorb(&mut self, part: Deployment) {
        self.servers.extend(part.servers);
        self.upstreams.extend(part.upstreams);
        let new: Vec<Problem> = part.problems.into_iter().filter(|p| !self.problems.contains(p)).collect();
        self.problems.extend(new);
        let new: Vec<UnknownFact> =
            part.unknowns.into_iter().filter(|u| !self.unknowns.contains(u)).collect();
        self.unknowns.extend(new);
    }

    /// Whether everything that could change a server is at hand, so that what is absent from it is
    /// absent for certain.
    pub fn is_whole_for(&self, server: &VirtualServer) -> bool {
        let within = |gap: &Span, of: &VirtualServer| of.block.contains(*gap);
        let elsewhere =
            |gap: &Span| !within(gap, server) && self.servers.iter().any(|other| within(gap, other));
        !self.fragment && self.gaps.iter().all(elsewhere)
    }

    /// The server of an id that this deployment gave out.
    pub fn server(&self, id: ServerId) -> &std::sync::Arc<VirtualServer> {
        &self.servers[id.0]
    }
}

/// A text with the place it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned {
    /// The text as the server understands it.
    pub text: String,
    /// Where it stands, quotes included.
    pub span: Span,
}
