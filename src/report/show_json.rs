//! `show --format json`: the schema `tlslint.surface/1`. What cannot be known offline is absent from
//! its field and named in `unknown` with the reason; nothing is guessed.

use super::json::TargetJson;
use super::show_certificate::CertificateJson;
use crate::analysis::Analysis;
use crate::model::{ClientAuthMode, FileRef, Setting, SocketAddress, Transport, Trust};
use crate::pki::CertificateFile;
use crate::source::{Sources, Span};
use crate::surface::{
    ListenerSurface, Mode, Presented, ServerSurface, Suites, Surface, UpstreamSurface, Verify, Why,
};
use crate::tls::CipherSuite;
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Document {
    schema: &'static str,
    version: &'static str,
    /// Absent where inputs are taken to run on different ones.
    target: Option<TargetJson>,
    listeners: Vec<ListenerJson>,
    upstreams: Vec<UpstreamJson>,
    /// Those that were given by themselves.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    certificates: Vec<CertificateJson>,
}

#[derive(Default, Serialize)]
struct Place {
    file: String,
    line: usize,
    column: usize,
}

impl Place {
    fn of(sources: &Sources, span: Span) -> Self {
        let source = sources.get(span.file);
        let start = source.position(span.start);
        Place { file: source.name().into_owned(), line: start.line, column: start.column }
    }
}

#[derive(Serialize)]
struct ListenerJson {
    platform: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    transport: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    mode: Option<&'static str>,
    #[serde(flatten)]
    place: Place,
    proxy_protocol: bool,
    servers: Vec<ServerJson>,
    unknown: Vec<String>,
}

type Ciphers = BTreeMap<&'static str, Vec<&'static str>>;

/// Fields are absent where they are unknown, or where they would mean nothing.
#[derive(Default, Serialize)]
struct ServerJson {
    names: Vec<String>,
    default: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    protocols: Option<Vec<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ciphers: Option<Ciphers>,
    #[serde(skip_serializing_if = "Option::is_none")]
    server_preference: Option<Preference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    groups: Option<Vec<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alpn: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certificates: Option<Vec<CertificateJson>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_auth: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session_tickets: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    early_data: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stapling: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hsts: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rejects_handshake: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<WhyJson>,
    unknown: Vec<String>,
}

#[derive(Default, Serialize)]
struct UpstreamJson {
    platform: &'static str,
    #[serde(flatten)]
    place: Place,
    from: String,
    from_listener: Option<String>,
    from_listeners: Vec<String>,
    from_server: Option<String>,
    from_path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    targets: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tls: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    protocols: Option<Vec<&'static str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ciphers: Option<Ciphers>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verify: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trust: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verify_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sni: Option<Option<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<WhyJson>,
    unknown: Vec<String>,
}

/// The reasons why fields are absent.
#[derive(Default)]
struct Gaps(Vec<String>);

impl Gaps {
    /// The value of a field as the format writes it, or a reason noted.
    fn take<T, U>(&mut self, field: &str, setting: &Setting<T>, write: impl FnOnce(&T) -> U) -> Option<U> {
        match setting {
            Setting::Known { value, .. } => Some(write(value)),
            Setting::Unknown { why, .. } => {
                self.note(field, why);
                None
            }
        }
    }

    fn note(&mut self, field: &str, why: &str) {
        self.0.push(format!("{field}: {why}"));
    }
}

/// Why suites are there, where that is asked: the word of a list that lets each in, or `default list`;
/// and what keeps handshakes from others that are listed.
#[derive(Serialize)]
struct WhyJson {
    ciphers: BTreeMap<&'static str, String>,
    never: BTreeMap<&'static str, String>,
}

impl WhyJson {
    fn of<'s>(why: &Why, suites: impl Iterator<Item = &'s Suites>) -> Self {
        let word = |suite: &CipherSuite| why.word(suite).unwrap_or("default list").to_owned();
        let suites = suites.flat_map(|suites| suites.values().flatten());
        let never = why.never.iter().map(|(suite, o)| (suite.name(), o.describe(why.level)));
        WhyJson { ciphers: suites.map(|s| (s.name(), word(s))).collect(), never: never.collect() }
    }
}

/// One JSON object.
pub fn render(analysis: &Analysis) -> String {
    render_all(std::slice::from_ref(analysis), false)
}

/// [`render`] with the words behind the suites.
pub fn render_why(analysis: &Analysis) -> String {
    render_all(std::slice::from_ref(analysis), true)
}

/// Several as one object; `why`: with the words behind the suites.
pub fn render_all(analyses: &[Analysis], why: bool) -> String {
    let mut document = Document {
        schema: "tlslint.surface/1",
        version: env!("CARGO_PKG_VERSION"),
        target: TargetJson::of_all(analyses),
        listeners: Vec::new(),
        upstreams: Vec::new(),
        certificates: Vec::new(),
    };
    for analysis in analyses {
        let platform = |deployment: usize| analysis.surface.deployment(deployment).platform.name();
        let listeners = analysis.listeners().map(|l| listener(analysis, platform(l.deployment), why, l));
        document.listeners.extend(listeners);
        let upstreams = analysis.upstreams().map(|u| upstream(analysis, platform(u.deployment), why, u));
        document.upstreams.extend(upstreams);
        let given = analysis.surface.given.iter().filter_map(|file| given(analysis, file));
        document.certificates.extend(given);
    }
    super::to_json(&document)
}

fn given(analysis: &Analysis, file: &CertificateFile) -> Option<CertificateJson> {
    let name = analysis.files.sources.get(file.file).name().into_owned();
    CertificateJson::of(&analysis.surface, name, file)
}

fn listener(analysis: &Analysis, platform: &'static str, why: bool, l: &ListenerSurface) -> ListenerJson {
    let mut gaps = Gaps::default();
    let mode = gaps.take("mode", &l.mode, |mode| mode.name());
    let address = match &l.listener.address {
        SocketAddress::Opaque(text) => {
            gaps.note("address", &format!("it is written as `{text}`"));
            None
        }
        address => Some(address.to_string()),
    };
    ListenerJson {
        platform,
        address,
        transport: match l.listener.transport {
            Transport::Tcp => "tcp",
            Transport::Quic => "quic",
            Transport::Udp => "udp",
        },
        mode,
        place: Place::of(&analysis.files.sources, l.listener.span),
        proxy_protocol: l.listener.proxy_protocol.is_some(),
        servers: l.servers.iter().map(|s| server(&analysis.surface, why, l, s)).collect(),
        unknown: gaps.0,
    }
}

fn server(surface: &Surface, why: bool, l: &ListenerSurface, s: &ServerSurface) -> ServerJson {
    let mode = l.mode.known().copied();
    let mut gaps = Gaps::default();
    let names = s.server.names.iter().map(|name| name.text.clone()).collect();
    let mut json = ServerJson { names, default: s.binding.default, ..ServerJson::default() };
    if matches!(mode, Some(Mode::Tls | Mode::Plaintext)) {
        json.hsts = gaps.take("hsts", &s.hsts, |hsts| hsts.as_ref().map(|h| h.value.clone()));
    }
    if mode == Some(Mode::Tls) {
        add_tls(surface, s, &mut json, &mut gaps);
        let by_key = s.suites_by_key.iter().flat_map(|by| [by.rsa.as_ref(), by.ecdsa.as_ref()]);
        let suites = s.suites.known().map(AsRef::as_ref).into_iter().chain(by_key);
        json.why = why.then(|| surface.why(l, s)).flatten().map(|why| WhyJson::of(&why, suites));
    }
    json.unknown = gaps.0;
    json
}

fn add_tls(surface: &Surface, s: &ServerSurface, json: &mut ServerJson, gaps: &mut Gaps) {
    json.protocols = gaps.take("protocols", &s.protocols, versions);
    json.ciphers = gaps.take("ciphers", &s.suites, |suites| ciphers(suites));
    json.server_preference = preference(s, gaps);
    json.groups = gaps.take("groups", &s.groups, Clone::clone);
    json.alpn = gaps.take("alpn", &s.alpn, Clone::clone).filter(|alpn| !alpn.is_empty());
    json.certificates = certificates(surface, s, gaps);
    json.client_auth = gaps.take("client_auth", &s.client_auth, |mode| client_auth(*mode));
    json.session_tickets = gaps.take("session_tickets", &s.session_tickets, |on| *on);
    json.early_data = gaps.take("early_data", &s.early_data, |on| *on);
    json.stapling = gaps.take("stapling", &s.server.tls.stapling, |on| *on).filter(|on| {
        // A response from a file is sent unchecked; any other depends on a responder.
        let certain = !on || s.server.tls.stapling_file.is_some();
        if !certain {
            gaps.note("stapling", "switched on, and whether there is a response shows at run time");
        }
        certain
    });
    json.rejects_handshake = gaps.take("rejects_handshake", &s.rejects_handshake, |on| *on);
}

fn certificates(surface: &Surface, s: &ServerSurface, gaps: &mut Gaps) -> Option<Vec<CertificateJson>> {
    let read = |presented: &Presented| {
        let file =
            presented.written.certificate.known().ok_or_else(|| {
                presented.written.certificate.why_unknown().unwrap_or("not known").to_owned()
            })?;
        let unreadable = || format!("{} cannot be read here", file.text);
        let content = presented.file.as_ref().ok_or_else(unreadable)?;
        CertificateJson::of(surface, path(file), content).ok_or_else(unreadable)
    };
    let all: Result<Vec<CertificateJson>, String> = s.certificates.iter().map(read).collect();
    all.map_err(|why| gaps.note("certificates", &why)).ok()
}

fn path(file: &FileRef) -> String {
    file.path.as_ref().map_or_else(|| file.text.to_string(), |path| path.to_string_lossy().into_owned())
}

fn versions(set: &ProtocolSet) -> Vec<&'static str> {
    set.iter().map(|version| version.name()).collect()
}

fn ciphers(suites: &Suites) -> Ciphers {
    suites
        .iter()
        .map(|(version, suites)| (version.name(), suites.iter().map(|s| s.name()).collect()))
        .collect()
}

/// One answer for every version, or where TLS 1.3 differs one for each.
#[derive(Serialize)]
#[serde(untagged)]
enum Preference {
    All(bool),
    Each(BTreeMap<&'static str, bool>),
}

fn preference(s: &ServerSurface, gaps: &mut Gaps) -> Option<Preference> {
    let versions = s.protocols.known().copied().unwrap_or_default();
    let tls13 = versions.contains(ProtocolVersion::Tls13);
    let older = gaps.take("server_preference", &s.server_preference, |on| *on)?;
    let newer = match tls13 {
        true => gaps.take("server_preference", &s.server_preference13, |on| *on)?,
        false => older,
    };
    if older == newer {
        return Some(Preference::All(older));
    }
    let rules = |v: ProtocolVersion| if v == ProtocolVersion::Tls13 { newer } else { older };
    Some(Preference::Each(versions.iter().map(|v| (v.name(), rules(v))).collect()))
}

fn client_auth(mode: ClientAuthMode) -> &'static str {
    match mode {
        ClientAuthMode::None => "none",
        ClientAuthMode::Optional | ClientAuthMode::OptionalUnverified => "optional",
        ClientAuthMode::Required => "required",
    }
}

fn upstream(
    analysis: &Analysis,
    platform: &'static str,
    why: bool,
    surface: &UpstreamSurface,
) -> UpstreamJson {
    let mut gaps = Gaps::default();
    let u = &surface.upstream;
    let from_listeners: Vec<String> = u.from_listeners.iter().map(ToString::to_string).collect();
    let server = u.from_server.map(|id| analysis.surface.deployment(surface.deployment).server(id));
    let mut json = UpstreamJson {
        platform,
        place: Place::of(&analysis.files.sources, u.span),
        from: u.from.clone(),
        from_listener: from_listeners.first().cloned(),
        from_listeners,
        from_server: server.and_then(|s| s.names.first()).map(|name| name.text.clone()),
        from_path: u.from_path.clone(),
        targets: gaps.take("targets", &u.targets, |all| all.iter().map(|t| t.display()).collect()),
        tls: gaps.take("tls", &u.tls, |on| *on),
        ..UpstreamJson::default()
    };
    if json.tls == Some(true) {
        json.protocols = gaps.take("protocols", &surface.protocols, versions);
        json.ciphers = gaps.take("ciphers", &surface.suites, |suites| ciphers(suites));
        let suites = surface.suites.known().map(AsRef::as_ref).into_iter();
        json.why =
            why.then(|| analysis.surface.why_offered(surface)).flatten().map(|why| WhyJson::of(&why, suites));
        json.verify = gaps.take("verify", &surface.verify, |verify| verify.name());
        json.trust = gaps.take("trust", &u.trust, trust);
        if !matches!(surface.verify.known(), Some(Verify::None | Verify::Chain)) {
            json.verify_name = gaps.take("verify_name", &u.name, Clone::clone).flatten();
        }
        json.sni = gaps.take("sni", &surface.sni, Clone::clone);
    }
    json.unknown = gaps.0;
    json
}

fn trust(trust: &Trust) -> String {
    match trust {
        Trust::None => "none".to_owned(),
        Trust::File(file) => path(file),
        Trust::System(_) => "system".to_owned(),
    }
}
