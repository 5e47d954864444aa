//! The `ssl_*` directives of a server in `http`, `stream` or `mail`.

use super::listen::Layer;
use super::{Lowering, certificates, client_auth, conf_command, file_setting};
use crate::model::{
    GroupList, LibraryCommands, LibraryText, SessionCache, Setting, TlsSettings, TlsWord, WordKind,
};
use crate::platforms::nginx::config::Statement;
use crate::platforms::nginx::level::{HOLE, Level, spanned};
use crate::platforms::nginx::syntax::Word;
use crate::platforms::nginx::{defaults, directives};
use crate::source::Span;
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};
use std::borrow::Cow;

/// The TLS settings of a server, merged with those of the blocks around it.
pub(super) fn settings(
    lowering: &mut Lowering,
    level: &Level,
    block: &[Statement],
    layer: Layer,
) -> TlsSettings {
    let default_protocols = defaults::ssl_protocols(lowering.target.nginx);
    let list = ciphers(level, "ssl_ciphers", defaults::SSL_CIPHERS);
    let mut settings = TlsSettings {
        protocols: protocols(level, "ssl_protocols", default_protocols),
        min_protocol: None,
        max_protocol: None,
        ciphers: list.clone(),
        ciphersuites: None,
        signatures: None,
        groups: groups(level),
        server_preference: level.flag("ssl_prefer_server_ciphers", false),
        prioritize_chacha: false,
        certificates: certificates::pairs(lowering, level),
        loads_files: client_auth::has_context(lowering, level, layer)
            || (layer == Layer::Stream && level.find("ssl_certificate").is_some()),
        pass_phrases: file_setting(lowering, level, "ssl_password_file"),
        ciphers_at_load: (lowering.target.nginx >= defaults::CIPHERS_FIRST).then(|| list.clone()),
        ciphers_at_dh: list,
        dh_params: file_setting(lowering, level, "ssl_dhparam"),
        builtin_dh_bits: defaults::dh_bits(lowering.target.nginx),
        builtin_dh_replaces: false,
        dh_params_must_load: lowering.target.nginx >= defaults::DH_MUST_LOAD,
        client_auth: client_auth::settings(lowering, level, block, layer),
        session_tickets: level.flag("ssl_session_tickets", true),
        ticket_keys: certificates::files(lowering, level, "ssl_session_ticket_key"),
        ticket_key_sizes: &defaults::TICKET_KEY_SIZES,
        session_cache: session_cache(level),
        early_data: match layer {
            Layer::Http => level.flag("ssl_early_data", false),
            Layer::Stream | Layer::Mail => level.default(false),
        },
        replay_guard: replay_guard(level, block),
        stapling: level.flag("ssl_stapling", false),
        stapling_file: file_setting(lowering, level, "ssl_stapling_file"),
        stapling_responder: level
            .optional("ssl_stapling_responder", |word| Some(spanned(word)))
            .or_else(|| level.hole().map(|span| Setting::unknown(HOLE, span))),
        reject_handshake: level.flag("ssl_reject_handshake", false),
        scripted: scripted(level, block),
        commands: LibraryCommands::default(),
        written: words(level.statements()),
        incomplete: level.hole(),
    };
    if layer == Layer::Mail {
        settings.stapling = level.default(false);
        settings.reject_handshake = level.default(false);
    }
    conf_command::apply(lowering, level, &mut settings);
    settings
}

/// A `*_protocols` directive: repeated in one block it adds up, an inner one replaces an outer one.
pub(super) fn protocols(level: &Level, name: &str, default: ProtocolSet) -> Setting<ProtocolSet> {
    let Some(found) = level.find(name) else { return level.default(default) };
    let mut set = ProtocolSet::empty();
    for statement in &found.statements {
        for word in statement.args() {
            match protocol(word) {
                Some(version) => set.insert(version),
                None if word.opaque => return found.unknown("filled in by a template", statement),
                None => return found.unknown(format!("`{}` is no protocol", word.text()), statement),
            }
        }
    }
    match found.statements.as_slice() {
        [] => level.default(default),
        [.., last] => found.setting(set, last),
    }
}

fn protocol(word: &Word) -> Option<ProtocolVersion> {
    if word.opaque {
        return None;
    }
    match word.text().to_ascii_lowercase().as_str() {
        "sslv2" => Some(ProtocolVersion::Ssl2),
        "sslv3" => Some(ProtocolVersion::Ssl3),
        "tlsv1" => Some(ProtocolVersion::Tls10),
        "tlsv1.1" => Some(ProtocolVersion::Tls11),
        "tlsv1.2" => Some(ProtocolVersion::Tls12),
        "tlsv1.3" => Some(ProtocolVersion::Tls13),
        _ => None,
    }
}

/// A `*_ciphers` directive. The text goes to OpenSSL as it is, variables are not expanded.
pub(super) fn ciphers(level: &Level, name: &str, default: &str) -> Setting<LibraryText> {
    level.value(name, LibraryText::default_of(default), |word| Some(LibraryText::written(spanned(word))))
}

fn groups(level: &Level) -> Setting<GroupList> {
    level.value("ssl_ecdh_curve", GroupList::Auto, |word| {
        Some(match &*word.text() {
            "auto" => GroupList::Auto,
            _ => GroupList::List(LibraryText::written(spanned(word))),
        })
    })
}

/// The builtin part and the shared zone are inherited apart from each other.
fn session_cache(level: &Level) -> Setting<SessionCache> {
    let mut builtin = None;
    for outer in level.chain() {
        // Repeated in one block, the last one counts.
        let Some(statement) = outer.own("ssl_session_cache").last() else { continue };
        for word in statement.args() {
            let text = word.text();
            if word.opaque {
                return Setting::unknown("filled in by a template", statement.span());
            }
            if text.starts_with("shared:") {
                return Setting::written(SessionCache::Shared, statement.span());
            }
            let part = match &*text {
                "off" | "none" => SessionCache::None,
                _ => SessionCache::Builtin,
            };
            builtin = builtin.or(Some(Setting::written(part, statement.span())));
        }
    }
    builtin.unwrap_or_else(|| level.default(SessionCache::None))
}

/// Where the application is told of 0-RTT data (RFC 8470), by a header or a condition; what outer
/// blocks set may be inherited, and a `map` may stand in between.
fn replay_guard(level: &Level, block: &[Statement]) -> Option<Span> {
    let told = |word: &Word| contains(word, "$ssl_early_data") || contains(word, "${ssl_early_data}");
    let outer = || level.chain().skip(1).flat_map(|l| l.statements().chain(l.data()));
    find_word(block, &told).or_else(|| {
        let records = |s: &Statement| matches!(&*s.name(), "log_format" | "access_log" | "add_header");
        let words = outer().filter(|s| !records(s)).flat_map(Statement::args);
        words.filter(|word| told(word)).map(|word| word.span).next()
    })
}

fn contains(word: &Word, text: &str) -> bool {
    word.text().contains(text)
}

/// The first word in a block, at any depth, that `wanted` accepts.
pub(super) fn find_word(block: &[Statement], wanted: &dyn Fn(&Word) -> bool) -> Option<Span> {
    block.iter().find_map(|statement| {
        let own = statement.args().iter().find(|word| wanted(word)).map(|word| word.span);
        own.or_else(|| find_word(&statement.children, wanted))
    })
}

/// Lua or another module that decides about certificates or versions at run time.
fn scripted(level: &Level, block: &[Statement]) -> Option<Span> {
    let decides = |statement: &Statement| {
        let name = statement.name();
        ["ssl_certificate_by_lua", "ssl_client_hello_by_lua"].iter().any(|prefix| name.starts_with(prefix))
    };
    let own = block.iter().find(|s| decides(s)).map(Statement::name_span);
    own.or_else(|| {
        level.chain().find_map(|outer| outer.statements().find(|s| decides(s)).map(Statement::span))
    })
}

/// The TLS words written in a block.
pub(super) fn words<'c>(own: impl Iterator<Item = &'c Statement<'c>>) -> Vec<TlsWord> {
    own.filter_map(|statement| {
        let name = statement.name();
        let kind = word_kind(&name, statement)?;
        Some(TlsWord { name: known(name), span: statement.span(), kind, text: statement.text() })
    })
    .collect()
}

/// A directive's name as the table has it, which takes no memory.
fn known(name: Cow<str>) -> Cow<'static, str> {
    match directives::lookup(&name) {
        [row, ..] => Cow::Borrowed(row.name),
        [] => Cow::Owned(name.into_owned()),
    }
}

/// What a directive of a listener's side sets; `None` for those that are not about its TLS.
fn word_kind(name: &str, statement: &Statement) -> Option<WordKind> {
    Some(match name {
        "ssl_certificate" => WordKind::Certificate,
        "ssl_certificate_key" => WordKind::Key,
        "ssl_protocols" => WordKind::Protocols,
        "ssl_ciphers" => WordKind::Ciphers,
        "ssl_ecdh_curve" => WordKind::Groups,
        "ssl_early_data" => WordKind::EarlyData,
        "ssl_session_tickets" => WordKind::SessionTickets,
        "ssl_session_cache" | "ssl_session_timeout" | "ssl_session_ticket_key" => WordKind::SessionCache,
        "ssl_stapling" | "ssl_stapling_file" | "ssl_stapling_verify" | "ssl_stapling_responder" => {
            WordKind::Stapling
        }
        "ssl_verify_client" | "ssl_client_certificate" | "ssl_verify_depth" | "ssl_crl" | "ssl_ocsp" => {
            WordKind::ClientAuth
        }
        "ssl_conf_command" => match statement.arg()?.text().to_ascii_lowercase().as_str() {
            "protocol" => WordKind::Protocols,
            "minprotocol" | "maxprotocol" => WordKind::ProtocolBounds,
            "cipherstring" => WordKind::Ciphers,
            "ciphersuites" => WordKind::Tls13Suites,
            "curves" | "groups" => WordKind::Groups,
            _ => WordKind::Other,
        },
        "ssl_prefer_server_ciphers"
        | "ssl_dhparam"
        | "ssl_trusted_certificate"
        | "ssl_buffer_size"
        | "ssl_password_file"
        | "ssl_reject_handshake"
        | "ssl_ech_file" => WordKind::Other,
        _ => return None,
    })
}
