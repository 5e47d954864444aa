//! The second hop: from the load balancer to a backend.

use super::{
    CertificateRef, FileRef, LibraryCommands, LibraryText, ServerId, Setting, SocketAddress, Spanned,
};
use crate::source::Span;
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};

/// One address behind a hop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamTarget {
    /// Host, IP address or path, as written, without the port.
    pub host: String,
    /// The port; `None` for a socket of the file system or where it cannot be known.
    pub port: Option<u16>,
    /// Where it stands.
    pub span: Span,
}

impl UpstreamTarget {
    /// Whether it lies on this machine.
    pub fn is_local(&self) -> bool {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        self.host == "localhost"
            || self.host.starts_with("unix:")
            || bare.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }

    /// Whether it is an IP address rather than a name.
    pub fn is_ip(&self) -> bool {
        self.host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>().is_ok()
    }

    /// Whether it goes by a DNS name of several labels, as certificates carry them.
    pub fn is_named(&self) -> bool {
        !self.is_ip() && !self.host.contains(['/', ':']) && self.host.trim_end_matches('.').contains('.')
    }

    /// Whether it goes by a name that a public authority may well have signed for.
    pub fn looks_public(&self) -> bool {
        const PRIVATE: [&str; 11] = [
            "internal",
            "local",
            "lan",
            "svc",
            "home",
            "corp",
            "intranet",
            "localhost",
            "test",
            "invalid",
            "example",
        ];
        let host = self.host.trim_end_matches('.').to_ascii_lowercase();
        let labels: Vec<&str> = host.rsplit('.').collect();
        let is_example = labels.get(1) == Some(&"example") && ["com", "net", "org"].contains(&labels[0]);
        self.is_named() && !PRIVATE.contains(&labels[0]) && !is_example
    }

    /// Whether several hosts are among the targets, which then need a name in common.
    pub fn differ(targets: &[UpstreamTarget]) -> bool {
        targets.windows(2).any(|pair| !pair[0].host.eq_ignore_ascii_case(&pair[1].host))
    }

    /// `host:port` as a person writes it.
    pub fn display(&self) -> String {
        match self.port {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.clone(),
        }
    }
}

/// The name of a group of backends, which some software takes for a host name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamLabel {
    /// The name.
    pub name: String,
    /// Where the group is defined.
    pub span: Span,
}

/// Which authorities are trusted to sign the backend's certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trust {
    /// No one: nothing is configured.
    None,
    /// The authorities in this file.
    File(FileRef),
    /// Every authority of the system.
    System(FileRef),
}

/// A TLS word without effect on the hop it stands at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadWord {
    /// The word.
    pub word: super::TlsWord,
    /// Where it is another kind of hop's word: whose, and what this one needs.
    pub foreign: Option<ForeignWord>,
}

/// A word of another kind of hop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignWord {
    /// The words it is one of: `proxy_ssl_*`.
    pub family: String,
    /// What it does not apply to: `grpc_pass`.
    pub statement: String,
    /// What to write: `grpc_ssl_verify`; `None` where that is written already.
    pub instead: Option<String>,
}

/// A hop to a backend.
#[derive(Debug, Clone)]
pub struct Upstream {
    /// The statement that sends requests there.
    pub span: Span,
    /// Where it belongs, in prose: `location /api of shop.example.com`.
    pub from: String,
    /// The server whose requests go there.
    pub from_server: Option<ServerId>,
    /// The path of the location, where there is one.
    pub from_path: Option<String>,
    /// Sockets that lead to it.
    pub from_listeners: Vec<SocketAddress>,
    /// Where it leads; empty when it cannot be known.
    pub targets: Setting<Vec<UpstreamTarget>>,
    /// The address as written, where its host cannot be known but its port can: `$backend:443`.
    pub target_by_port: Option<UpstreamTarget>,
    /// The group's name when it leads to a group.
    pub label: Option<UpstreamLabel>,
    /// Whether the hop is TLS.
    pub tls: Setting<bool>,
    /// The word that names the protocol (`http://`, `https://`), for fixes.
    pub scheme: Option<Spanned>,
    /// Versions that are switched on.
    pub protocols: Setting<ProtocolSet>,
    /// A minimum given to the library apart from the list.
    pub min_protocol: Option<Setting<ProtocolVersion>>,
    /// A maximum given to the library apart from the list.
    pub max_protocol: Option<Setting<ProtocolVersion>>,
    /// Suites up to TLS 1.2.
    pub ciphers: Setting<LibraryText>,
    /// Suites of TLS 1.3; `None` for the library's default.
    pub ciphersuites: Option<Setting<LibraryText>>,
    /// Whether the backend's certificate is checked against `trust`.
    pub verify: Setting<bool>,
    /// Whether its name is checked too, where `verify` is on.
    pub verifies_name: bool,
    /// The name that is checked (and sent, if any is).
    pub name: Setting<Option<String>>,
    /// Whether a name that is an IP address is looked for among the certificate's IP addresses (RFC 9525
    /// section 6.4); where it is not, such a certificate never matches.
    pub checks_ip_sans: bool,
    /// Whether the name is one written for this purpose, rather than taken from the address.
    pub name_written: bool,
    /// Whether the name is sent as SNI. IP addresses never are (RFC 6066 section 3).
    pub sends_sni: Setting<bool>,
    /// The certificate shown to the backend; none where none is named.
    pub certificate: Option<CertificateRef>,
    /// Whether the software loads what is named for the hop when it starts, which it does not do without.
    pub loads_files: bool,
    /// The list of suites whose security level counts while the certificate is loaded; `None` where that
    /// is the system's.
    pub ciphers_at_load: Option<Setting<LibraryText>>,
    /// Pass phrases for its key.
    pub pass_phrases: Option<Setting<FileRef>>,
    /// Who is trusted.
    pub trust: Setting<Trust>,
    /// Where the trusted authorities are named, even if nothing is verified.
    pub trust_written: Option<Span>,
    /// Whether the server refuses to start, since it shall verify but nobody is trusted.
    pub refuses_without_trust: bool,
    /// How many intermediates are allowed.
    pub verify_depth: Setting<u32>,
    /// Revocation lists.
    pub crl: Option<Setting<FileRef>>,
    /// Whether code may replace verification at run time.
    pub scripted: Option<Span>,
    /// What is told to the library after everything else.
    pub commands: LibraryCommands,
    /// The words this platform uses, for help texts.
    pub words: &'static UpstreamWords,
    /// TLS words that stand at this hop but have no effect on it: it is not TLS, or they are another kind's.
    pub dead_words: Vec<DeadWord>,
    /// Sends the traffic of a TLS listener.
    pub behind_tls: bool,
    /// Whether bytes are relayed as they come, which may be TLS already, rather than requests.
    pub relays_bytes: bool,
}

impl Upstream {
    /// The statement that names the certificate's name, to paste; with a placeholder where the targets are
    /// different hosts, whose common name nobody here knows.
    pub fn name_statement(&self) -> String {
        let targets = self.targets.known().map(Vec::as_slice).unwrap_or_default();
        let name = match targets {
            targets if UpstreamTarget::differ(targets) => "NAME",
            [target, ..] if target.is_named() => &target.host,
            _ => "backend.example.com",
        };
        self.words.name.replace("NAME", name)
    }
}

/// What to write on this platform to change a hop; statements to paste.
#[derive(Debug, PartialEq, Eq)]
pub struct UpstreamWords {
    /// Switch on verification: `proxy_ssl_verify on;`.
    pub verify: &'static str,
    /// Name the trusted authorities.
    pub trust: &'static str,
    /// The file of the authorities that browsers trust.
    pub public_trust: &'static str,
    /// The word that says how many intermediates are allowed.
    pub verify_depth: &'static str,
    /// The word that names the certificate's name.
    pub name_word: &'static str,
    /// Name the certificate's name, which stands for `NAME`: `proxy_ssl_name NAME;`.
    pub name: &'static str,
    /// Send SNI.
    pub sni: &'static str,
    /// The word that lists protocols.
    pub protocols: &'static str,
    /// TLS 1.2 and 1.3 and nothing else.
    pub modern_protocols: &'static str,
    /// The word that holds the list of suites.
    pub ciphers: &'static str,
    /// The words for TLS 1.3 suites.
    pub ciphersuites: &'static str,
    /// The word that switches TLS on: `https://`, `proxy_ssl on;`.
    pub switch: &'static str,
    /// What the log says where verification is on and nobody is trusted.
    pub no_trust: &'static str,
}
