//! What is said about a server or an upstream, line by line: a word, its value, and where the value
//! comes from.

use super::ciphers_text::named;
use super::{line, printable, show_certificate};
use crate::analysis::Analysis;
use crate::model::{ClientAuthMode, FileRef, Origin, Setting, Trust};
use crate::pki::CertificateFile;
use crate::source::Sources;
use crate::surface::{
    ListenerSurface, Mode, ServerSurface, Suites, SuitesByKey, Surface, UpstreamSurface, Verify, Why,
};
use crate::tls::CipherSuite;
use crate::tls::negotiable::Obstacle;
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};

/// One line of a description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// What it is about.
    pub(super) word: &'static str,
    /// The value; long lists are cut into lines later.
    pub(super) value: Vec<String>,
    /// Lists that spell the value out, each with its heading first.
    pub(super) lists: Vec<Vec<String>>,
    /// Where it comes from; empty when that says nothing.
    pub(super) origin: String,
    /// Whether the value is a reason for not knowing it.
    pub(super) unknown: bool,
    /// Whether the socket's default server decides it.
    by_socket: bool,
}

impl Row {
    /// Whether it tells nothing that the same row of another server of the socket does not tell.
    pub(super) fn says_the_same(&self, other: &Row) -> bool {
        let value = |row: &'_ Row| (row.word, row.value.clone(), row.lists.clone(), row.unknown);
        value(self) == value(other) && (self.origin == other.origin || self.by_socket)
    }

    fn plain(word: &'static str, value: Vec<String>, origin: String) -> Self {
        Row { word, value, lists: Vec::new(), origin, unknown: false, by_socket: false }
    }
}

/// Collects rows.
pub(super) struct Rows<'a> {
    surface: &'a Surface,
    sources: &'a Sources,
    /// Whether it is asked why suites are there.
    why: bool,
    rows: Vec<Row>,
}

impl<'a> Rows<'a> {
    fn new(analysis: &'a Analysis, why: bool) -> Self {
        Rows { surface: &analysis.surface, sources: &analysis.files.sources, why, rows: Vec::new() }
    }

    /// What a file of certificates holds that was given by itself.
    pub(super) fn of_given(analysis: &Analysis, file: &CertificateFile) -> Vec<Row> {
        let mut row = Row::plain("certificate", Vec::new(), String::new());
        row.value = file.leaf().map(|leaf| printable(&leaf.subject).into_owned()).into_iter().collect();
        row.lists = show_certificate::lists(&analysis.surface, file);
        vec![row]
    }

    /// What clients of a server meet.
    pub(super) fn of_server(
        analysis: &'a Analysis,
        why: bool,
        l: &ListenerSurface,
        s: &ServerSurface,
    ) -> Vec<Row> {
        let mut rows = Rows::new(analysis, why);
        let sources = rows.sources;
        match l.mode.known() {
            Some(Mode::Tls) => rows.tls(l, s),
            Some(Mode::Plaintext) => {}
            Some(Mode::Passthrough) | None => return Vec::new(),
        }
        if l.listener.http && !(l.is_tls() && s.rejects_handshake.is(&true)) {
            rows.one("hsts", &s.hsts, |hsts| hsts.as_ref().map_or("none".to_owned(), |h| h.value.clone()));
        }
        for ignored in &s.overridden {
            let value = format!("{}: the default server has {}", ignored.word, ignored.effective);
            let written = line(sources, ignored.written);
            rows.rows.push(Row::plain("no effect", vec![printable(&value).into_owned()], written));
        }
        rows.rows
    }

    /// What a backend meets.
    pub(super) fn of_upstream(analysis: &'a Analysis, why: bool, u: &UpstreamSurface) -> Vec<Row> {
        let mut rows = Rows::new(analysis, why);
        rows.one("tls", &u.upstream.tls, |on| yes(*on));
        if u.is_tls() {
            rows.one("protocols", &u.protocols, protocols);
            rows.suites(&u.suites, u.suites_error.as_deref());
            if rows.why && u.suites_error.is_none() {
                rows.explain(analysis.surface.why_offered(u), &[("", u.suites.known().map(AsRef::as_ref))]);
            }
            rows.one("verifies", &u.verify, |verify| match verify {
                Verify::None => "nothing: any certificate is accepted".to_owned(),
                Verify::Chain => "the chain, but not the name".to_owned(),
                Verify::ChainAndName => "the chain and the name".to_owned(),
            });
            if !u.verify.is(&Verify::None) {
                rows.one("trusts", &u.upstream.trust, trust);
                rows.one("name", &u.upstream.name, |name| name.clone().unwrap_or_else(|| "none".to_owned()));
            }
            rows.one("sni", &u.sni, |sni| sni.clone().unwrap_or_else(|| "none sent".to_owned()));
        }
        rows.rows
    }

    fn tls(&mut self, l: &ListenerSurface, s: &ServerSurface) {
        if s.rejects_handshake.is(&true) {
            return self.one("handshake", &s.rejects_handshake, |_| "always refused".to_owned());
        }
        self.one("protocols", &s.protocols, protocols);
        self.suites(&s.suites, s.suites_error.as_deref());
        if self.why && s.suites_error.is_none() {
            let why = self.surface.why(l, s);
            match &s.suites_by_key {
                None => self.explain(why, &[("", s.suites.known().map(AsRef::as_ref))]),
                Some(SuitesByKey { rsa, ecdsa }) => self
                    .explain(why, &[("with an RSA key, ", Some(rsa)), ("with an ECDSA key, ", Some(ecdsa))]),
            }
        }
        let order = |server: &bool| if *server { "the server's" } else { "the client's" }.to_owned();
        self.one("order", &s.server_preference, order);
        let tls13 = s.protocols.known().is_some_and(|p| p.contains(ProtocolVersion::Tls13));
        if tls13 && s.server_preference13.known() != s.server_preference.known() {
            self.one("order in 1.3", &s.server_preference13, order);
        }
        self.add("groups", &s.groups, |groups| groups.iter().map(|g| (*g).to_owned()).collect());
        self.one("alpn", &s.alpn, |alpn| if alpn.is_empty() { "none".to_owned() } else { alpn.join(" ") });
        self.certificates(s);
        self.one("client cert", &s.client_auth, |mode| {
            match mode {
                ClientAuthMode::None => "not asked for",
                ClientAuthMode::Optional => "optional, verified if sent",
                ClientAuthMode::OptionalUnverified => "optional, not verified",
                ClientAuthMode::Required => "required",
            }
            .to_owned()
        });
        self.one("tickets", &s.session_tickets, |on| yes(*on));
        self.one("0-rtt", &s.early_data, |on| yes(*on));
        self.one("stapling", &s.server.tls.stapling, |on| {
            if *on { "on, as far as there is a response" } else { "no" }.to_owned()
        });
    }

    fn certificates(&mut self, s: &ServerSurface) {
        for certificate in &s.certificates {
            let content = certificate.file.as_deref();
            let readable = content.is_some_and(|file| file.leaf().is_some());
            self.one("certificate", &certificate.written.certificate, |file| match readable {
                true => file.text.to_string(),
                false => format!("{} (not readable here)", file.text),
            });
            if let (Some(row), Some(content)) = (self.rows.last_mut(), content) {
                row.lists = show_certificate::lists(self.surface, content);
            }
        }
        match (&s.borrows_from, s.certificates.is_empty()) {
            (Some(lender), _) => {
                self.say("certificate", format!("none of its own: that of {}", lender.label()))
            }
            (None, true) => self.say("certificate", "none".to_owned()),
            (None, false) => {}
        }
    }

    /// Suites below a line that counts them, by version, the newest first.
    fn suites(&mut self, suites: &Setting<std::sync::Arc<Suites>>, error: Option<&str>) {
        if let Some(error) = error {
            self.say("ciphers", format!("refused by the library: {error}"));
            return;
        }
        let count = |suites: &std::sync::Arc<Suites>| {
            let each: Vec<String> =
                suites.iter().rev().map(|(v, all)| format!("{} of {}", all.len(), v.prose())).collect();
            if each.is_empty() { "none".to_owned() } else { each.join(", ") }
        };
        self.one("ciphers", suites, count);
        let lists =
            suites.known().into_iter().flat_map(|suites| suites.iter().rev()).map(|(version, all)| {
                let names = all.iter().map(|suite| suite.name().to_owned());
                std::iter::once(format!("{}:", version.name())).chain(names).collect()
            });
        if let Some(row) = self.rows.last_mut() {
            row.lists = lists.collect();
        }
    }

    /// Spells the lists out by the words that let suites in, and names what no handshake ends on.
    fn explain(&mut self, why: Option<Why>, each: &[(&str, Option<&Suites>)]) {
        let (Some(why), Some(row)) = (why, self.rows.last_mut()) else { return };
        let suites = each.iter().filter_map(|(with, suites)| Some((*with, (*suites)?)));
        let by_version =
            suites.flat_map(|(with, suites)| suites.iter().rev().map(move |(v, all)| (with, v, all)));
        let lists = by_version.flat_map(|(with, version, all)| {
            let runs = all.chunk_by(|a, b| cause(&why, a) == cause(&why, b));
            runs.map(|run| {
                let heading = format!(
                    "{with}{}, {}:",
                    version.name(),
                    run.first().map(|s| cause(&why, s)).unwrap_or_default()
                );
                let names = run.iter().map(|suite| suite.name().to_owned());
                std::iter::once(printable(&heading).into_owned()).chain(names).collect()
            })
            .collect::<Vec<Vec<String>>>()
        });
        row.lists = lists.collect();
        let mut reasons: Vec<(Obstacle, Vec<&CipherSuite>)> = Vec::new();
        for (suite, obstacle) in &why.never {
            match reasons.iter_mut().find(|(known, _)| known == obstacle) {
                Some((_, suites)) => suites.push(suite),
                None => reasons.push((*obstacle, vec![suite])),
            }
        }
        row.lists.extend(reasons.into_iter().map(|(obstacle, suites)| {
            let text = format!("never ({}){}", obstacle.describe(why.level), named(&suites));
            text.split(' ').map(str::to_owned).collect()
        }));
    }

    fn one<T>(&mut self, word: &'static str, setting: &Setting<T>, text: impl FnOnce(&T) -> String) {
        self.add(word, setting, |value| vec![text(value)]);
    }

    fn add<T>(&mut self, word: &'static str, setting: &Setting<T>, words: impl FnOnce(&T) -> Vec<String>) {
        let (value, unknown) = match setting {
            Setting::Known { value, .. } => (words(value), false),
            Setting::Unknown { why, .. } => (vec![format!("unknown: {why}")], true),
        };
        let value = if value.is_empty() { vec!["none".to_owned()] } else { value };
        let value = value.iter().map(|v| printable(v).into_owned()).collect();
        let origin = origin(self.sources, setting.origin());
        let by_socket = matches!(setting.origin(), Origin::Socket(_));
        self.rows.push(Row { unknown, by_socket, ..Row::plain(word, value, origin) });
    }

    fn say(&mut self, word: &'static str, text: String) {
        let value = vec![printable(&text).into_owned()];
        self.rows.push(Row::plain(word, value, String::new()));
    }
}

/// The word that lets a suite in, or what stands for it.
fn cause(why: &Why, suite: &CipherSuite) -> String {
    match why.word(suite) {
        None => "default list".to_owned(),
        Some(word) if word == suite.name() || word == suite.iana => "by name".to_owned(),
        Some(word) => format!("`{word}`"),
    }
}

/// Where a value comes from, in words.
fn origin(sources: &Sources, origin: &Origin) -> String {
    match origin {
        Origin::Written(span) => line(sources, *span),
        Origin::Inherited(span, from) => format!("{} ({from})", line(sources, *span)),
        // A part of a configuration has no defaults: the rest may say otherwise.
        Origin::Default(software) if software.is_empty() => String::new(),
        Origin::Default(software) => format!("default of {software}"),
        Origin::Socket(inner) => match self::origin(sources, inner) {
            place if place.is_empty() => "by the default server".to_owned(),
            place => format!("by the default server: {place}"),
        },
    }
}

fn yes(on: bool) -> String {
    if on { "yes" } else { "no" }.to_owned()
}

fn protocols(set: &ProtocolSet) -> String {
    let all: Vec<&str> = set.iter().map(|version| version.name()).collect();
    if all.is_empty() { "none: no handshake can succeed".to_owned() } else { all.join(" ") }
}

fn trust(trust: &Trust) -> String {
    match trust {
        Trust::None => "no one".to_owned(),
        Trust::File(FileRef { text, .. }) => text.to_string(),
        Trust::System(_) => "every authority of the system".to_owned(),
    }
}
