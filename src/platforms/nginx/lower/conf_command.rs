//! `ssl_conf_command`: OpenSSL's own configuration language, applied last and so overriding the rest.

mod known;

use super::Lowering;
use crate::model::{CertificateRef, GroupList, LibraryText, ProblemKind, Setting, TlsSettings};
use crate::platforms::nginx::config::Statement;
use crate::platforms::nginx::level::{Found, Level, spanned};
use crate::platforms::nginx::syntax::Word;
use crate::source::Span;
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};
use known::Known;

/// The two words of each command that applies, as nginx hands them to OpenSSL. Unknown commands are
/// reported where they are handed over at all.
pub(super) fn commands<'p>(
    lowering: &mut Lowering,
    level: &Level<'p>,
    name: &str,
    applies: bool,
) -> Option<(Found<'p>, Vec<Command<'p>>)> {
    let found = level.find(name)?;
    let mut commands = Vec::new();
    for statement in &found.statements {
        let [command, value] = statement.args() else { continue };
        let key = command.text().to_ascii_lowercase();
        let openssl = lowering.target.openssl;
        let refusal = match known::command(&key, openssl) {
            _ if command.opaque => None,
            Known::Here if value.opaque => None,
            Known::Here => known::value(&key, &value.text(), openssl).map(|(part, known)| {
                (
                    value.span,
                    format!("OpenSSL {} `{part}` for `{}`", known.does_not_know(openssl), command.text()),
                    known,
                )
            }),
            known => {
                let text =
                    format!("OpenSSL {} the command `{}`", known.does_not_know(openssl), command.text());
                Some((command.span, text, known))
            }
        };
        // What only another release knows may well be known, where the release is not stated.
        let target = &lowering.target;
        let counts = |known: Known| match known {
            Known::Nowhere => true,
            Known::Foreign => target.is_plain_openssl(),
            _ => target.is_stated(),
        };
        if let Some((span, message, known)) = refusal.filter(|r| counts(r.2)) {
            if applies {
                tell(lowering, span, message, known);
            }
            continue;
        }
        commands.push(Command { key, word: command, value, statement });
    }
    Some((found, commands))
}

/// Tells of a word that is wrong anywhere, or in this release.
fn tell(lowering: &mut Lowering, span: Span, message: String, known: Known) {
    if known == Known::Nowhere {
        return lowering.invalid(span, message, "see SSL_CONF_cmd(3) for what there is");
    }
    let help = match known {
        Known::Foreign => "no OpenSSL knows it by itself, other libraries and providers might: leave it out",
        _ => "a later OpenSSL knows it: leave it out here, or upgrade the library",
    };
    let help = Some(help.to_owned());
    lowering.problem(span, message, true, ProblemKind::Unsupported { help });
}

/// One command.
pub(super) struct Command<'p> {
    /// Its name in lower case.
    pub(super) key: String,
    /// Its name as written.
    pub(super) word: &'p Word<'p>,
    /// Its value.
    pub(super) value: &'p Word<'p>,
    /// Where it is written.
    pub(super) statement: &'p Statement<'p>,
}

/// Applies the commands of a server to its settings.
pub(super) fn apply(lowering: &mut Lowering, level: &Level, settings: &mut TlsSettings) {
    // Without a certificate, nginx never hands anything to OpenSSL.
    let applies = !settings.certificates.is_empty() || settings.reject_handshake.is(&true);
    let Some((found, commands)) = commands(lowering, level, "ssl_conf_command", applies) else { return };
    for Command { key, word, value, statement } in commands {
        settings.commands.push(format!("ssl_conf_command {}", word.text()), statement.span());
        let text = || Setting::Known {
            value: LibraryText::written(spanned(value)),
            origin: found.setting((), statement).origin().clone(),
        };
        if value.opaque {
            unknown(&key, &found, statement, settings);
            continue;
        }
        match key.as_str() {
            "cipherstring" => settings.ciphers = text().map(|list| list.after(settings.ciphers.known())),
            "ciphersuites" => settings.ciphersuites = Some(text()),
            "signaturealgorithms" => settings.signatures = Some(text()),
            "curves" | "groups" => settings.groups = text().map(GroupList::List),
            "minprotocol" if *value.value == *b"None" => settings.min_protocol = None,
            "maxprotocol" if *value.value == *b"None" => settings.max_protocol = None,
            "minprotocol" => settings.min_protocol = Some(bound(value, &found, statement)),
            "maxprotocol" => settings.max_protocol = Some(bound(value, &found, statement)),
            "protocol" => {
                let set = settings.protocols.known().copied();
                settings.protocols = protocols(set, all(lowering), value, &found, statement);
            }
            "options" => options(value, &found, statement, settings),
            "verifymode" => {
                settings.client_auth.mode = found.unknown("set by OpenSSL's `VerifyMode`", statement);
            }
            "certificate" => {
                let certificate = found.setting(lowering.file_ref(value), statement);
                settings
                    .certificates
                    .push(CertificateRef { by_command: true, ..CertificateRef::new(certificate, None) });
            }
            "privatekey" => {
                let key = found.setting(lowering.file_ref(value), statement);
                if let Some(last) = settings.certificates.iter_mut().rev().find(|c| c.key.is_none()) {
                    last.key = Some(key);
                }
            }
            "dhparameters" => {
                settings.dh_params = Some(found.setting(lowering.file_ref(value), statement));
                settings.dh_params_must_load = true;
                // Commands are applied in the order written.
                settings.ciphers_at_dh = settings.ciphers.clone();
            }
            _ => {}
        }
    }
}

fn unknown(key: &str, found: &Found, statement: &Statement, settings: &mut TlsSettings) {
    let why = "filled in by a template";
    match key {
        "cipherstring" => settings.ciphers = found.unknown(why, statement),
        "ciphersuites" => settings.ciphersuites = Some(found.unknown(why, statement)),
        "curves" | "groups" => settings.groups = found.unknown(why, statement),
        "minprotocol" | "maxprotocol" | "protocol" => settings.protocols = found.unknown(why, statement),
        _ => {}
    }
}

/// `MinProtocol` and `MaxProtocol`; `None` lifts the bound.
pub(super) fn bound(value: &Word, found: &Found, statement: &Statement) -> Setting<ProtocolVersion> {
    match ProtocolVersion::parse(&value.text()) {
        Some(version) => found.setting(version, statement),
        None => found.unknown(format!("`{}` is no protocol", value.text()), statement),
    }
}

/// What `ALL` means: whatever the library has.
pub(super) fn all(lowering: &Lowering) -> ProtocolSet {
    lowering.target.openssl.protocols()
}

/// `Protocol`: an edit script on what is switched on, `ALL,-TLSv1.2,+TLSv1.3`.
pub(super) fn protocols(
    set: Option<ProtocolSet>,
    all: ProtocolSet,
    value: &Word,
    found: &Found,
    statement: &Statement,
) -> Setting<ProtocolSet> {
    let mut set = set.unwrap_or_default();
    for part in value.text().split(',').map(str::trim).filter(|p| !p.is_empty()) {
        let (on, name) = match part.strip_prefix('-') {
            Some(name) => (false, name),
            None => (true, part.strip_prefix('+').unwrap_or(part)),
        };
        let versions: Vec<ProtocolVersion> = match ProtocolVersion::parse(name) {
            Some(version) => vec![version],
            None if name.eq_ignore_ascii_case("all") => all.iter().collect(),
            None => return found.unknown(format!("`{name}` is no protocol"), statement),
        };
        for version in versions {
            if on { set.insert(version) } else { set.remove(version) }
        }
    }
    found.setting(set, statement)
}

/// `Options`: a list of flags, those with a leading `-` cleared.
fn options(value: &Word, found: &Found, statement: &Statement, settings: &mut TlsSettings) {
    for part in value.text().split(',').map(str::trim) {
        let (on, name) = match part.strip_prefix('-') {
            Some(name) => (false, name),
            None => (true, part.strip_prefix('+').unwrap_or(part)),
        };
        match name.to_ascii_lowercase().as_str() {
            "sessionticket" => settings.session_tickets = found.setting(on, statement),
            "serverpreference" => settings.server_preference = found.setting(on, statement),
            "prioritizechacha" => settings.prioritize_chacha = on,
            "antireplay" if on => settings.replay_guard = Some(statement.span()),
            _ => {}
        }
    }
}
