//! The `bind` lines of a configuration, each with what `global` has said before it.

use super::address;
use super::globals::Globals;
use super::options::{Crt, CrtKind, Options};
use super::value::Value;
use crate::model::{SocketAddress, Transport};
use crate::platforms::haproxy::config::{Config, Section, SectionId};
use crate::platforms::haproxy::keywords::Place;
use crate::platforms::haproxy::section::SectionKind;
use crate::platforms::haproxy::syntax::Statement;
use crate::source::Span;
use std::sync::Arc;

/// One `bind` line.
#[derive(Debug)]
pub(super) struct Bind {
    /// The line.
    pub(super) span: Span,
    /// How messages call its section: `frontend web`.
    pub(super) section: String,
    /// Where it listens.
    pub(super) sockets: Vec<(SocketAddress, Transport)>,
    /// Its words.
    pub(super) options: Options,
    /// What `global` has said before it.
    pub(super) globals: Arc<Globals>,
    /// Whether HTTP is spoken behind it; `None` where that depends on what is not known.
    pub(super) http: Option<bool>,
    /// Where the ClientHello is looked into to choose a backend.
    pub(super) looks_into: Option<Span>,
    /// The condition that decides whether the line is read.
    pub(super) condition: Option<Span>,
}

/// A `crt-store` (configuration manual, section 12.7; since 3.0).
#[derive(Debug)]
pub(super) struct Store {
    /// Its name; empty for the one without.
    pub(super) name: String,
    /// Its `load` lines: the words, and the bases of relative paths at that place.
    pub(super) loads: Vec<(Options, Globals)>,
}

/// Every `bind` line with TLS words or without.
pub(super) fn read(config: &Config<'_>) -> Vec<Bind> {
    let mut binds = Vec::new();
    for (id, section) in config.iter() {
        let listens =
            section.kind.accepts() || matches!(section.kind, SectionKind::LogForward | SectionKind::Peers);
        if !listens {
            continue;
        }
        for (place, line) in config.lines(section).filter(|(_, line)| line.is("bind")) {
            binds.extend(bind(config, id, section, place, line));
        }
    }
    binds
}

fn bind(
    config: &Config<'_>,
    id: SectionId,
    section: &Section,
    place: usize,
    line: &Statement<'_>,
) -> Option<Bind> {
    let words: Vec<Value> = line.args().iter().map(Value::of).collect();
    let (address, words) = words.split_first()?;
    let globals = Arc::new(Globals::at(config, place));
    let mut options = Options::read(Place::Bind, words, Some(&globals));
    options.certificates.extend(used(config, section));
    let name = config.name(section).map(|word| word.text().into_owned()).unwrap_or_default();
    Some(Bind {
        span: line.span,
        section: format!("{} {name}", section.kind.word()).trim_end().to_owned(),
        sockets: address::sockets(address),
        options,
        globals,
        http: match section.kind.accepts() {
            true => mode(config, id),
            false => Some(false),
        },
        looks_into: looks_into(config, section),
        condition: config.conditions(section, line).first().copied(),
    })
}

/// `ssl-f-use` of a frontend, which counts for all its binds (since 3.2).
fn used(config: &Config<'_>, section: &Section) -> Vec<Crt> {
    let lines = config.lines(section).filter(|(_, line)| line.is("ssl-f-use"));
    let of_line = |(_, line): (usize, &Statement<'_>)| {
        let words: Vec<Value> = line.args().iter().map(Value::of).collect();
        let options = Options::read(Place::CrtList, &words, None);
        let value = options.certificates.first()?.value.clone();
        Some(Crt { kind: CrtKind::Crt, value, options: Some(Arc::new(options)) })
    };
    lines.filter_map(of_line).collect()
}

/// Whether the mode is HTTP: by the last word of the section, or of the `defaults` it inherits from; TCP without.
fn mode(config: &Config<'_>, id: SectionId) -> Option<bool> {
    let mut http = Some(false);
    for id in config.lineage(id)? {
        let section = config.section(id)?;
        for (_, line) in config.lines(section).filter(|(_, line)| line.is("mode")) {
            let word = line.args().first();
            let is_open = word.is_none_or(|word| word.opaque) || !config.surely_in(section, line);
            http = if is_open { None } else { word.map(|word| word.is("http")) };
        }
    }
    http
}

/// The words that look into a ClientHello that is not HAProxy's own business.
const LOOKS: &[&str] =
    &["req.ssl_sni", "req_ssl_sni", "req.ssl_hello_type", "req_ssl_hello_type", "req.ssl_ver"];

fn looks_into(config: &Config<'_>, section: &Section) -> Option<Span> {
    let mut words = config.lines(section).flat_map(|(_, line)| line.words.iter());
    let looks = |text: &str| LOOKS.iter().any(|look| text.contains(look));
    words.find(|word| looks(&word.text())).map(|word| word.span)
}

/// The stores of certificates.
pub(super) fn stores(config: &Config<'_>) -> Vec<Store> {
    let stores = config.iter().filter(|(_, section)| section.kind == SectionKind::CrtStore);
    let read = |(_, section): (SectionId, &Section)| {
        let name = config.name(section).map(|word| word.text().into_owned()).unwrap_or_default();
        let (mut crt_base, mut key_base) = (None, None);
        let mut loads = Vec::new();
        for (place, line) in config.lines(section) {
            let words: Vec<Value> = line.args().iter().map(Value::of).collect();
            match &*line.name() {
                "crt-base" => crt_base = words.first().cloned(),
                "key-base" => key_base = words.first().cloned(),
                "load" => {
                    let mut globals = Globals::at(config, place);
                    globals.crt_base = crt_base.clone().or(globals.crt_base);
                    globals.key_base = key_base.clone().or(globals.key_base);
                    loads.push((Options::read(Place::Load, &words, None), globals));
                }
                _ => {}
            }
        }
        Store { name, loads }
    };
    stores.map(read).collect()
}

/// Where `tune.bufsize` is set, without which HTTP/2 is offered by default.
pub(super) fn buffer_size(config: &Config<'_>) -> Option<Value> {
    let lines = config.global().filter(|(_, line)| line.is("tune.bufsize"));
    lines.filter_map(|(_, line)| line.args().first().map(Value::of)).next_back()
}
