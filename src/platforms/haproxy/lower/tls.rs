//! The TLS settings of a `bind`, and of a certificate with options of its own.

use super::binds::Bind;
use super::load::Loader;
use super::loaded::Loaded;
use super::options::Options;
use super::value::Value;
use crate::model::{
    ClientAuth, ClientAuthMode, FileRef, GroupList, LibraryCommands, LibraryText, SessionCache, Setting,
    Spanned, TlsSettings, Transport,
};
use crate::platforms::haproxy::keywords::versions::{Outcome, Side};
use crate::source::Span;
use crate::target::Target;
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};
use std::sync::Arc;

/// What settings come from.
pub(super) struct Source<'s> {
    pub(super) bind: &'s Bind,
    pub(super) transport: Transport,
    pub(super) target: &'s Target,
    pub(super) software: &'s Arc<str>,
}

/// OpenSSL's own list of suites, which HAProxy leaves in place.
const LIBRARY_LIST: &str = "DEFAULT";

/// Suites and groups of QUIC where none are named (source: `qc_ssl_sess_init`, `quic_ciphers`, `quic_groups`).
const QUIC_SUITES: &str =
    "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_CCM_SHA256";
const QUIC_GROUPS: &str = "X25519:P-256:P-384:P-521";

/// The settings with a certificate; those of the `bind` itself without.
pub(super) fn settings(
    source: &Source<'_>,
    certificate: Option<&Loaded>,
    loader: &Loader<'_>,
) -> TlsSettings {
    let bind = source.bind;
    let none = Options::default();
    let entry = certificate.and_then(|certificate| certificate.entry.as_deref()).unwrap_or(&none);
    let own = &bind.options;
    let before = security_level(source);
    let list = ciphers(source, entry, before.as_ref());
    let at_load =
        LibraryText { before: before.clone().map(Arc::new), ..LibraryText::default_of(LIBRARY_LIST) };
    let at_load = Setting::default_of(at_load, source.software);
    let dh_params = dh_params(source, certificate, loader);
    let flag = |span: Option<Span>, written: bool| match span {
        Some(span) => Setting::written(written, span),
        None => Setting::default_of(!written, source.software),
    };
    TlsSettings {
        protocols: protocols(source, Some(entry)),
        min_protocol: None,
        max_protocol: None,
        ciphers: list.clone(),
        ciphersuites: ciphersuites(source, entry),
        signatures: entry
            .sigalgs
            .as_ref()
            .or(own.sigalgs.as_ref())
            .or(defaults(bind).and_then(|globals| globals.sigalgs.as_ref()))
            .map(|value| value.setting(library_text)),
        groups: groups(source, entry),
        server_preference: flag(own.client_order, false),
        prioritize_chacha: own.client_order.is_none(),
        certificates: certificate.map(|certificate| certificate.reference.clone()).into_iter().collect(),
        loads_files: true,
        pass_phrases: None,
        ciphers_at_load: before.is_some().then(|| at_load.clone()),
        // Up to 2.5 HAProxy's own parameters are made for each handshake, and nothing is loaded.
        ciphers_at_dh: if dh_params.is_none() && !source.target.haproxy.since(2, 6) { list } else { at_load },
        dh_params,
        builtin_dh_bits: dh_bits(source),
        builtin_dh_replaces: true,
        dh_params_must_load: false,
        client_auth: client_auth(source, entry, loader),
        session_tickets: flag(own.no_tickets, false),
        ticket_keys: Vec::new(),
        ticket_key_sizes: &[],
        session_cache: Setting::default_of(SessionCache::Shared, source.software),
        early_data: flag(entry.early_data.or(own.early_data), true),
        replay_guard: None,
        stapling: match certificate {
            Some(certificate) => certificate.stapling.clone(),
            None => Setting::default_of(false, source.software),
        },
        stapling_file: None,
        stapling_responder: None,
        reject_handshake: Setting::default_of(false, source.software),
        scripted: None,
        commands: LibraryCommands::default(),
        written: Vec::new(),
        incomplete: None,
    }
}

/// What `global` has said, which the word `ssl` takes; QUIC without it takes nothing.
fn defaults(bind: &Bind) -> Option<&super::globals::Globals> {
    bind.options.ssl.map(|_| &*bind.globals)
}

/// The versions of the line, and of a line in a crt-list within it.
pub(super) fn protocols(source: &Source<'_>, entry: Option<&Options>) -> Setting<ProtocolSet> {
    let Source { bind, target, .. } = source;
    if source.transport == Transport::Quic {
        return Setting::written(ProtocolSet::of(&[ProtocolVersion::Tls13]), bind.span);
    }
    let own = &bind.options;
    let open = own.open.as_ref().or(defaults(bind).and_then(|globals| globals.open.as_ref()));
    if let Some(open) = open {
        return Setting::unknown("a word of the line is not known", open.span);
    }
    let built = target.openssl.protocols();
    let limits = match defaults(bind) {
        Some(globals) => own.limits.clone().or(&globals.limits),
        None => own.limits.clone(),
    };
    let of_line: Outcome<Span> = limits.resolve(Side::Bind, target.haproxy, target.openssl, built);
    let of_entry = entry.map(|entry| &entry.limits).filter(|own| own.min.is_some() || own.max.is_some());
    let (limits, outcome) = match of_entry {
        Some(own) => (own, own.of_entry(&of_line, built)),
        None => (&limits, of_line),
    };
    let bound = limits.min.as_ref().or(limits.max.as_ref()).or(limits.without.first());
    match bound {
        Some((_, span)) => Setting::written(outcome.versions, *span),
        None => Setting::default_of(outcome.versions, source.software),
    }
}

fn library_text(value: &Value) -> LibraryText {
    LibraryText::written(Spanned { text: value.text.clone(), span: value.span })
}

/// `ssl-security-level`, as the list in force before any other (since 3.0).
fn security_level(source: &Source<'_>) -> Option<LibraryText> {
    let value = source.bind.globals.security_level.as_ref()?;
    let level = value.text.parse::<u8>().ok().filter(|level| *level <= 5 && value.open.is_none())?;
    Some(LibraryText { text: format!("ALL:@SECLEVEL={level}").into(), span: Some(value.span), before: None })
}

fn ciphers(source: &Source<'_>, entry: &Options, before: Option<&LibraryText>) -> Setting<LibraryText> {
    let own = entry.ciphers.as_ref().or(source.bind.options.ciphers.as_ref());
    let value = own.or(defaults(source.bind).and_then(|globals| globals.ciphers.as_ref()));
    match value {
        Some(value) => value.setting(|value| library_text(value).after(before)),
        None => Setting::default_of(LibraryText::default_of(LIBRARY_LIST).after(before), source.software),
    }
}

fn ciphersuites(source: &Source<'_>, entry: &Options) -> Option<Setting<LibraryText>> {
    let own = entry.ciphersuites.as_ref().or(source.bind.options.ciphersuites.as_ref());
    let value = own.or(defaults(source.bind).and_then(|globals| globals.ciphersuites.as_ref()));
    match value {
        Some(value) => Some(value.setting(library_text)),
        None if source.transport == Transport::Quic => {
            Some(Setting::default_of(LibraryText::default_of(QUIC_SUITES), source.software))
        }
        None => None,
    }
}

/// The groups: before 3.2 those of the line count whatever a line of a crt-list says, as they are set before the name is
/// looked at.
fn groups(source: &Source<'_>, entry: &Options) -> Setting<GroupList> {
    let own = &source.bind.options;
    let of_entry = entry.curves.as_ref().or(entry.ecdhe.as_ref());
    let of_entry = of_entry.filter(|_| source.target.haproxy.since(3, 2));
    let of_global = defaults(source.bind).and_then(|globals| globals.curves.as_ref());
    match of_entry
        .or(own.curves.as_ref())
        .or(own.ecdhe.as_ref().filter(|_| of_global.is_none()))
        .or(of_global)
    {
        Some(value) => value.setting(|value| GroupList::List(library_text(value))),
        None if source.transport == Transport::Quic => {
            Setting::default_of(GroupList::List(LibraryText::default_of(QUIC_GROUPS)), source.software)
        }
        None => Setting::default_of(GroupList::Auto, source.software),
    }
}

/// Parameters for DHE: those beside the certificate, else those of `ssl-dh-param-file`.
fn dh_params(
    source: &Source<'_>,
    certificate: Option<&Loaded>,
    loader: &Loader<'_>,
) -> Option<Setting<FileRef>> {
    if let Some(certificate) = certificate.filter(|certificate| certificate.has_dh) {
        return Some(certificate.reference.certificate.clone());
    }
    let file = source.bind.globals.dh_file.as_ref()?;
    Some(file.setting(|file| loader.locate(file, None, &source.bind.globals)))
}

/// The bits of HAProxy's own parameters: 2048 since 2.2, none since 2.6 unless `tune.ssl.default-dh-param` says so.
fn dh_bits(source: &Source<'_>) -> Option<u32> {
    if let Some(value) = &source.bind.globals.dh_bits {
        return value.text.parse().ok();
    }
    match source.target.haproxy {
        version if version.since(2, 6) => None,
        version if version.since(2, 2) => Some(2048),
        _ => Some(1024),
    }
}

fn client_auth(source: &Source<'_>, entry: &Options, loader: &Loader<'_>) -> ClientAuth {
    let (bind, own) = (source.bind, &source.bind.options);
    let verify = entry.verify.as_ref().or(own.verify.as_ref());
    let ignores = own.ignores_errors.is_some();
    let mode = match verify {
        Some(value) => value.setting(|value| match value.text.as_str() {
            "optional" if ignores => ClientAuthMode::OptionalUnverified,
            "optional" => ClientAuthMode::Optional,
            "required" => ClientAuthMode::Required,
            _ => ClientAuthMode::None,
        }),
        None => Setting::default_of(ClientAuthMode::None, source.software),
    };
    let file = |value: Option<&Value>| {
        let file = |value: &Value| loader.locate(value, bind.globals.ca_base.as_ref(), &bind.globals);
        // `@system-ca`, and what is only known to a running HAProxy.
        value.filter(|value| !value.text.starts_with('@')).map(|value| value.setting(file))
    };
    let ca = entry.ca_file.as_ref().or(own.ca_file.as_ref());
    let trusted = entry.ca_verify_file.as_ref().or(own.ca_verify_file.as_ref());
    let crl = entry.crl_file.as_ref().or(own.crl_file.as_ref());
    ClientAuth {
        mode,
        ca: file(ca),
        ca_names_plain: true,
        ca_is_public: ca.is_some_and(|value| value.is("@system-ca")),
        trusted: file(trusted),
        trusted_suffices: true,
        crl: file(crl),
        ocsp: false,
        depth: Setting::default_of(100, source.software),
        refuses_without_ca: None,
        result_read: Vec::new(),
        contents_read: Vec::new(),
        softened: None,
    }
}

/// Why a setting is not the same for all clients of a name.
const BY_KEY: &str = "it depends on which kind of certificate the client takes";

/// The settings of a name whose clients get one certificate or another: what differs between them is not known.
pub(super) fn in_common(mut all: Vec<TlsSettings>) -> Option<TlsSettings> {
    let certificates = all.iter().flat_map(|tls| tls.certificates.clone()).collect();
    let dh_params = all.iter().find_map(|tls| tls.dh_params.clone());
    if all.is_empty() {
        return None;
    }
    let mut common = all.remove(0);
    for other in &all {
        agree(&mut common.protocols, &other.protocols);
        agree(&mut common.ciphers, &other.ciphers);
        agree(&mut common.groups, &other.groups);
        agree(&mut common.client_auth.mode, &other.client_auth.mode);
        agree(&mut common.early_data, &other.early_data);
        agree(&mut common.stapling, &other.stapling);
        if common.ciphersuites != other.ciphersuites || common.signatures != other.signatures {
            let span = common.ciphers.span().or(other.ciphers.span());
            if let Some(span) = span.or(common.certificates.first().and_then(|c| c.certificate.span())) {
                common.ciphers = Setting::unknown(BY_KEY, span);
            }
        }
    }
    // The certificate is chosen by what the client can do, whatever `sigalgs` leaves of its key.
    if let Some(span) = common.signatures.as_ref().filter(|_| !all.is_empty()).and_then(Setting::span) {
        common.protocols = Setting::unknown(BY_KEY, span);
        common.ciphers = Setting::unknown(BY_KEY, span);
    }
    common.certificates = certificates;
    common.dh_params = dh_params;
    Some(common)
}

fn agree<T: PartialEq + Clone>(one: &mut Setting<T>, other: &Setting<T>) {
    if one.known().is_some() && one.known() != other.known() {
        *one = Setting::Unknown { why: BY_KEY.into(), origin: other.origin().clone() };
    }
}
