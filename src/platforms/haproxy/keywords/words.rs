//! The words behind the first one on lines that carry TLS: options of `bind` and `server`, of a crt-list's lines
//! and of `load`.

mod bind;
mod crt_list;
mod load;
mod options;
mod server;

use super::super::version::HaproxyVersion;
use super::lifetime::{Lifetime, Presence};

/// A kind of line that options follow on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// `bind`, and `default-bind` of `peers`.
    Bind,
    /// `server`, `server-template`, and `peer` with its TLS options.
    Server,
    /// `default-server`.
    DefaultServer,
    /// Between the brackets of a line of a crt-list (configuration manual 3.4, `crt-list`).
    CrtList,
    /// `load` of a `crt-store` (configuration manual 3.4, chapter 12.7).
    Load,
    /// `ssl-default-bind-options` of `global`.
    BindDefaults,
    /// `ssl-default-server-options` of `global`.
    ServerDefaults,
}

/// How many values follow a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// None: the word says all.
    None,
    /// The next word belongs to it, whatever it is.
    One,
    /// `source ADDRESS`, with `usesrc ADDRESS` and `interface NAME` behind it.
    Source,
}

/// What a word decides about TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum About {
    /// Nothing.
    Nothing,
    /// Whether there is TLS at all: `ssl`, `no-ssl`.
    On,
    /// The lowest or highest version: `ssl-min-ver`, `ssl-max-ver`.
    Bound,
    /// The only version: `force-tlsv12`.
    Force,
    /// A version left out: `no-tlsv10`.
    Without,
    /// Cipher suites.
    Suites,
    /// Whose order of suites rules.
    Preference,
    /// Groups of the key exchange.
    Groups,
    /// Signature algorithms.
    Signatures,
    /// Certificates and keys to show.
    Certificate,
    /// Stapled answers of OCSP.
    Stapling,
    /// Authorities to believe in.
    Trust,
    /// Revocation lists.
    Revocation,
    /// Whether the peer's certificate is looked at, and what is forgiven.
    Verify,
    /// The name a server's certificate must have, and the one it is asked for.
    PeerName,
    /// ALPN.
    Alpn,
    /// NPN, which came before ALPN and which no OpenSSL speaks in TLS 1.3.
    Npn,
    /// What clients get that name no known certificate.
    StrictSni,
    /// 0-RTT data.
    EarlyData,
    /// Session tickets.
    Tickets,
    /// Resumption of sessions.
    Resumption,
    /// Renegotiation.
    Renegotiation,
    /// Whether the kernel encrypts.
    Offload,
    /// Encrypted ClientHello.
    Ech,
    /// The TLS of health checks.
    Check,
    /// Facts about TLS in the PROXY protocol.
    ProxyProtocol,
}

/// What HAProxy says of a word without its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Nothing that is known: claim nothing.
    Nothing,
    /// It refuses, in words that differ between versions.
    Untold,
    /// `'WORD' : TEXT`
    Colon(&'static str),
    /// `'WORD' TEXT`
    Plain(&'static str),
}

/// One word with one meaning.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    /// The word, which HAProxy compares byte by byte, up to a `(`.
    pub name: &'static str,
    /// What follows it.
    pub values: Values,
    /// What it decides.
    pub about: About,
    /// When it came and went.
    pub lifetime: Lifetime,
    /// What is said when its value is missing.
    pub missing: Missing,
    /// Whether `default-server` takes it (source: `srv_kw.default_ok`). If it does not, HAProxy says so and
    /// starts without the word.
    pub in_default_server: bool,
    /// Whether it depends on how HAProxy was built.
    pub build: bool,
    /// Whether `expose-experimental-directives` must stand in `global` before.
    pub experimental: bool,
}

/// All words of a place, in byte order.
pub fn all(place: Place) -> &'static [Word] {
    match place {
        Place::Bind => bind::TABLE,
        Place::Server | Place::DefaultServer => server::TABLE,
        Place::CrtList => crt_list::TABLE,
        Place::Load => load::TABLE,
        Place::BindDefaults => options::BIND,
        Place::ServerDefaults => options::SERVER,
    }
}

/// The word a configuration has in a place, whatever the version; a `(` ends it.
pub fn find(place: Place, written: &str) -> Option<&'static Word> {
    let name = written.split('(').next().unwrap_or(written);
    let table = all(place);
    let row = table.get(table.partition_point(|row| row.name < name))?;
    (row.name == name).then_some(row)
}

impl Word {
    /// Whether `version` has the word.
    pub fn presence(&self, version: Option<HaproxyVersion>) -> Presence {
        self.lifetime.presence(version)
    }

    const fn new(name: &'static str, values: Values) -> Self {
        Self {
            name,
            values,
            about: About::Nothing,
            lifetime: Lifetime::ALWAYS,
            missing: Missing::Nothing,
            in_default_server: true,
            build: false,
            experimental: false,
        }
    }

    const fn about(mut self, about: About) -> Self {
        self.about = about;
        self
    }

    const fn missing(mut self, text: &'static str) -> Self {
        self.missing = Missing::Colon(text);
        self
    }

    const fn expects(mut self, text: &'static str) -> Self {
        self.missing = Missing::Plain(text);
        self
    }

    const fn wanted(mut self) -> Self {
        self.missing = Missing::Untold;
        self
    }

    const fn since(mut self, major: u16, minor: u16) -> Self {
        self.lifetime.since = Some(HaproxyVersion::new(major, minor, 0));
        self
    }

    const fn not_in_default_server(mut self) -> Self {
        self.in_default_server = false;
        self
    }

    const fn build(mut self) -> Self {
        self.build = true;
        self
    }

    const fn experimental(mut self) -> Self {
        self.experimental = true;
        self
    }
}

const fn flag(name: &'static str) -> Word {
    Word::new(name, Values::None)
}

const fn value(name: &'static str) -> Word {
    Word::new(name, Values::One)
}

const fn source(name: &'static str) -> Word {
    Word::new(name, Values::Source)
}
