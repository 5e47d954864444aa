//! Settings of a virtual server that have no effect, since the socket's default server decides.

use super::super::Overridden;
use crate::model::{Binding, Decides, GroupList, Listener, Setting, TlsSettings, VirtualServer, WordKind};
use crate::source::Span;
use std::sync::Arc;

/// What a server writes in its own block without effect on this socket.
pub(super) fn find(
    listener: &Listener,
    binding: &Binding,
    server: &Arc<VirtualServer>,
    default: Option<&Arc<VirtualServer>>,
) -> Vec<Overridden> {
    let Some(default) = default.filter(|d| !binding.default && !Arc::ptr_eq(d, server)) else {
        return Vec::new();
    };
    let scope = &listener.name_scope;
    let (own, socket) = (&server.tls, &default.tls);
    let words = own.written.iter().filter_map(|word| {
        let effective = match word.kind {
            WordKind::Protocols if scope.protocols == Decides::Socket => protocols(own, socket),
            WordKind::ProtocolBounds if scope.protocol_bounds == Decides::Socket => bounds(own, socket),
            WordKind::Groups if scope.groups == Decides::Socket => groups(own, socket),
            WordKind::Tls13Suites if scope.tls13_suites == Decides::Socket => suites13(own, socket),
            WordKind::EarlyData if scope.early_data == Decides::Socket => early_data(own, socket),
            _ => None,
        }?;
        Some(Overridden {
            word: word.name.to_string(),
            kind: word.kind,
            written: word.span,
            effective: effective.words,
            decided_at: effective.span,
            decided_by: default.clone(),
            stricter: effective.stricter,
        })
    });
    words.collect()
}

/// The value that counts.
struct Effective {
    words: String,
    span: Option<Span>,
    stricter: bool,
}

impl Effective {
    fn of<T>(setting: &Setting<T>, words: String, stricter: bool) -> Option<Self> {
        Some(Effective { words, span: setting.span(), stricter })
    }
}

fn protocols(own: &TlsSettings, socket: &TlsSettings) -> Option<Effective> {
    let (mine, theirs) = (own.protocols.known()?, socket.protocols.known()?);
    let stricter = !theirs.difference(*mine).is_empty();
    (mine != theirs).then(|| Effective::of(&socket.protocols, theirs.to_string(), stricter))?
}

fn bounds(own: &TlsSettings, socket: &TlsSettings) -> Option<Effective> {
    let value = |s: &TlsSettings| {
        let known = |bound: &Option<Setting<_>>| bound.as_ref().and_then(|b| b.known().copied());
        (known(&s.min_protocol), known(&s.max_protocol))
    };
    if value(own) == value(socket) {
        return None;
    }
    let (min, max) = value(socket);
    let words = match (min, max) {
        (None, None) => "no such bound".to_owned(),
        (min, max) => {
            [min, max].into_iter().flatten().map(|v| v.to_string()).collect::<Vec<_>>().join(" to ")
        }
    };
    let span = socket.min_protocol.as_ref().or(socket.max_protocol.as_ref()).and_then(Setting::span);
    Some(Effective { words, span, stricter: value(own).0 > min })
}

fn groups(own: &TlsSettings, socket: &TlsSettings) -> Option<Effective> {
    let text = |groups: &GroupList| match groups {
        GroupList::Auto => "the library's own list".to_owned(),
        GroupList::List(list) => list.text.to_string(),
    };
    let (mine, theirs) = (text(own.groups.known()?), text(socket.groups.known()?));
    (mine != theirs).then(|| Effective::of(&socket.groups, theirs, false))?
}

fn suites13(own: &TlsSettings, socket: &TlsSettings) -> Option<Effective> {
    let text = |s: &TlsSettings| s.ciphersuites.as_ref().and_then(|c| c.known()).map(|c| c.text.to_string());
    let (mine, theirs) = (text(own), text(socket));
    if mine == theirs {
        return None;
    }
    let span = socket.ciphersuites.as_ref().and_then(Setting::span);
    Some(Effective {
        words: theirs.unwrap_or_else(|| "the library's own list".to_owned()),
        span,
        stricter: false,
    })
}

fn early_data(own: &TlsSettings, socket: &TlsSettings) -> Option<Effective> {
    let (mine, theirs) = (own.early_data.known()?, socket.early_data.known()?);
    let words = if *theirs { "on" } else { "off" };
    (mine != theirs).then(|| Effective::of(&socket.early_data, words.to_owned(), *theirs))?
}
