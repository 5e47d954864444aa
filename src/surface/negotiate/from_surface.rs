//! A server of a surface, made ready to negotiate.

use super::{Fact, Held, HeldKey, Missing, Phase, ServerSide, What};
use crate::model::{Decides, GroupList, LibraryText, Setting, TlsSettings};
use crate::surface::resolve::FOREIGN_LIST;
use crate::surface::{DhParams, ListenerSurface, Presented, ServerSurface};
use crate::target::Target;
use crate::tls::cipher_string::{self, CipherStringError, Expansion};
use crate::tls::cipher_suite::CipherSuite;
use crate::tls::group::{self, NamedGroup};
use crate::tls::openssl::OpenSslVersion;
use crate::tls::protocol::ProtocolSet;
use crate::tls::security_level;
use crate::tls::signature::{SignatureScheme, scheme};

/// What a server brings to the handshakes of one socket. Places among its certificates are those of
/// [`ServerSurface::certificates`].
pub fn server_side(listener: &ListenerSurface, server: &ServerSurface, target: &Target) -> ServerSide {
    let scope = &listener.listener.name_scope;
    let tls = |decides| &listener.deciding(server, decides).tls;
    let (own, first) = (tls(Decides::Name), tls(scope.protocols));
    let list = expand(own, target);
    let first_list = if std::ptr::eq(own, first) { list.clone() } else { expand(first, target) };
    let then = phase(own, &list, target, What::Preference);
    ServerSide {
        openssl: target.openssl,
        versions: versions(listener, server, &list),
        old_versions_up_to: target.old_versions_up_to,
        suites: suites(list),
        suites13: suites13(tls(scope.tls13_suites), target),
        groups: groups(tls(scope.groups), target),
        certificates: held(&server.certificates, then.level.clone().unwrap_or_default(), target.openssl),
        signatures: signatures(own, target),
        dh_params: match server.dh_params {
            // What is refused keeps the server from starting; as for suites, it is taken to be mended.
            DhParams::Used(_) | DhParams::Refused { .. } => Ok(true),
            DhParams::None | DhParams::PassedOver(_) => Ok(false),
            DhParams::Failing(_) => open("the parameters for DHE are too short for the security level"),
        },
        first: phase(first, &first_list, target, What::FirstPreference),
        then,
        alpn: fact(&server.alpn, What::Open).cloned(),
        insists_on_alpn: listener.listener.insists_on_alpn,
        rejects: fact(&server.rejects_handshake, What::Rejects).copied(),
        rejects_first: scope.protocols == Decides::Name,
    }
}

fn fact<T>(setting: &Setting<T>, what: What) -> Result<&T, Missing> {
    match setting {
        Setting::Known { value, .. } => Ok(value),
        Setting::Unknown { why, .. } => Err(Missing::new(what, &**why)),
    }
}

fn open<T>(why: &str) -> Fact<T> {
    Err(Missing::new(What::Open, why))
}

/// Without a word to say, a server does not start; that is no outcome of a handshake.
fn versions(listener: &ListenerSurface, server: &ServerSurface, list: &List) -> Fact<ProtocolSet> {
    let scripted = |s: &ServerSurface| s.server.tls.scripted.is_some();
    if scripted(server) || listener.default_server().is_some_and(scripted) {
        return open("code decides at run time");
    }
    if let Some(error) = &server.suites_error {
        return open(&format!("the server does not start: {error}"));
    }
    if server.groups_error.is_some() {
        return open("the server does not start: OpenSSL refuses its list of groups");
    }
    // A list in the dialect of another library stands for versions and levels as well.
    if let Some(why) = server.suites.why_unknown().filter(|why| *why == FOREIGN_LIST) {
        return open(why);
    }
    // It restricts groups, schemes and certificates of all versions (RFC 6460).
    if matches!(list, Ok(Ok(Expansion { suite_b: true, .. }))) {
        return open("Suite B also restricts the certificate chain");
    }
    fact(&server.enabled, What::Versions).copied()
}

/// A list of suites as the library reads it; inside, that it refuses it.
type List = Fact<Result<Expansion, CipherStringError>>;

fn expand(tls: &TlsSettings, target: &Target) -> List {
    fact(&tls.ciphers, What::Open).map(|list| target.expand(&list.text))
}

fn phase(tls: &TlsSettings, list: &List, target: &Target, preference: What) -> Phase {
    let level_of = |list: &LibraryText| target.expand(&list.text).ok()?.security_level;
    Phase {
        level: match list {
            Err(missing) => Err(Missing { what: What::Level, ..missing.clone() }),
            Ok(list) => {
                let own = list.as_ref().ok().and_then(|e| e.security_level);
                let before = || tls.ciphers.known()?.before.as_deref()?.and_before().find_map(level_of);
                Ok(own.or_else(before).unwrap_or(target.security_level))
            }
        },
        server_preference: fact(&tls.server_preference, preference).copied(),
        prioritize_chacha: tls.prioritize_chacha,
    }
}

fn suites(list: List) -> Fact<Vec<&'static CipherSuite>> {
    match list? {
        Ok(expansion) => Ok(expansion.suites.iter().map(|admitted| admitted.suite).collect()),
        Err(error) => open(error.kind.reason()),
    }
}

fn suites13(tls: &TlsSettings, target: &Target) -> Fact<Vec<&'static CipherSuite>> {
    let Some(list) = &tls.ciphersuites else { return Ok(target.openssl.default_ciphersuites()) };
    let list = fact(list, What::Open)?;
    cipher_string::ciphersuites(&list.text, target.openssl).or_else(|error| open(error.kind.reason()))
}

fn groups(tls: &TlsSettings, target: &Target) -> Fact<Vec<Vec<&'static NamedGroup>>> {
    match fact(&tls.groups, What::Open)? {
        GroupList::Auto => Ok(group::default_tuples(target.openssl)),
        GroupList::List(list) => {
            group::parse_tuples(&list.text, target.openssl).or_else(|_| open("the list of groups is refused"))
        }
    }
}

fn signatures(tls: &TlsSettings, target: &Target) -> Fact<Vec<&'static SignatureScheme>> {
    let Some(list) = &tls.signatures else { return Ok(scheme::default_list(target.openssl)) };
    let list = fact(list, What::Open)?;
    scheme::parse_list(&list.text).ok_or_else(|| {
        Missing::new(What::Open, "the list of signature algorithms names some that are not known here")
    })
}

/// The certificates whose keys the level takes: with others, nothing starts.
fn held(certificates: &[Presented], level: u8, openssl: OpenSslVersion) -> Vec<Held> {
    let held = certificates.iter().enumerate().map(|(index, certificate)| {
        let leaf = certificate.file.as_ref().and_then(|file| file.leaf());
        let key = match (leaf.map(|leaf| HeldKey::of(&leaf.key)), &certificate.written.certificate) {
            (Some(Some(key)), _) => Ok(key),
            (Some(None), _) => open("the kind of the certificate's key is not known"),
            // What is looked for at run time need not be there.
            (None, Setting::Unknown { why, .. }) => open(why),
            (None, Setting::Known { .. }) => {
                let why = "the type of the certificate's key is not known";
                Err(Missing::new(What::Key(index), why))
            }
        };
        Held { index, key }
    });
    let fits = |key: &HeldKey| security_level::key_allowed(key.kind, key.bits, level, openssl);
    held.filter(|held| held.key.as_ref().map_or(true, fits)).collect()
}
