//! What rules share: the places where handshakes succeed, findings gathered by their cause, and the
//! words that name many things in one line.

use crate::finding::Finding;
use crate::model::{Decides, GroupList, LibraryText, Origin, VirtualServer};
use crate::source::Span;
use crate::surface::{ListenerSurface, ServerSurface, Surface};
use crate::tls::protocol::ProtocolSet;
use foldhash::{HashMap, HashSet};
use std::hash::Hash;

/// Things that a line names one by one.
const SHOWN: usize = 3;

/// Places that are pointed at.
const POINTED_AT: usize = 6;

/// A server on one of its sockets.
#[derive(Debug, Clone, Copy)]
pub struct Place<'s> {
    /// The socket.
    pub listener: &'s ListenerSurface,
    /// The server there.
    pub server: &'s ServerSurface,
}

/// Every server on every socket where TLS ends with a certificate. Of a part of a configuration, only
/// servers about which no other file decides.
pub fn served(surface: &Surface) -> impl Iterator<Item = Place<'_>> {
    surface.tls_servers().map(|(listener, server)| Place { listener, server }).filter(|place| {
        let fragment = surface.deployment(place.listener.deployment).fragment;
        let by_name = place.listener.listener.name_scope.protocols == Decides::Name;
        place.server.may_serve_tls()
            && (fragment || !place.server.certificates.is_empty() || place.is_scripted())
            && (!fragment || by_name || place.server.binding.default_written)
    })
}

impl<'s> Place<'s> {
    /// The list of groups that counts, where one is written.
    pub fn listed_groups(&self) -> Option<&'s LibraryText> {
        let decides = self.listener.listener.name_scope.groups;
        match self.listener.deciding(self.server, decides).tls.groups.known()? {
            GroupList::List(list) => Some(list),
            GroupList::Auto => None,
        }
    }

    /// Whether code decides at run time.
    pub fn is_scripted(&self) -> bool {
        let default = self.listener.default_server();
        self.server.server.tls.scripted.is_some()
            || default.is_some_and(|default| default.server.tls.scripted.is_some())
    }
}

/// Gathers items by what causes them, in the order in which causes are first met.
pub fn by_cause<K: Hash + Eq + Clone, T>(items: impl IntoIterator<Item = (K, T)>) -> Vec<(K, Vec<T>)> {
    let mut index: HashMap<K, usize> = HashMap::default();
    let mut groups: Vec<(K, Vec<T>)> = Vec::new();
    for (cause, item) in items {
        let at = *index.entry(cause.clone()).or_insert_with(|| {
            groups.push((cause, Vec::new()));
            groups.len() - 1
        });
        groups[at].1.push(item);
    }
    groups
}

/// A server in a sentence: its name in backticks, or words where it has none.
pub fn title(server: &VirtualServer) -> String {
    match server.names.iter().any(|name| !name.text.is_empty()) {
        true => format!("`{}`", server.label()),
        false => server.label(),
    }
}

/// Servers whose protocol versions the default server of a socket decides, each once, few enough to be
/// shown.
pub fn overruled<'p, 's>(places: &'p [Place<'s>]) -> impl Iterator<Item = &'p Place<'s>> {
    let mut seen = HashSet::default();
    let overruled = places.iter().filter(|p| matches!(p.server.enabled.origin(), Origin::Socket(_)));
    overruled.filter(move |p| seen.insert(p.server.binding.server)).take(3)
}

/// The servers of some places: `` `a` and `b` ``, `` `a`, `b` and 38 more ``.
///
/// Of those without a name it says how many there are.
pub fn servers(places: &[Place]) -> String {
    let (mut named, mut seen) = (Vec::new(), HashSet::default());
    let mut anonymous = HashSet::default();
    for place in places {
        let server = &place.server.server;
        if server.is_anonymous() {
            anonymous.insert((place.listener.deployment, place.server.binding.server));
            continue;
        }
        let title = title(server);
        if seen.insert(title.clone()) {
            named.push(title);
        }
    }
    let all = named.len() + anonymous.len();
    match anonymous.len() {
        0 => {}
        1 => named
            .extend(places.iter().map(|p| &p.server.server).find(|s| s.is_anonymous()).map(|s| s.label())),
        several => named.push(format!("{several} servers without a name")),
    }
    if named.len() > SHOWN {
        named.truncate(SHOWN - 1);
        named.push(format!("{} more", all - (SHOWN - 1)));
    }
    join(&named)
}

/// Points at the places that a finding does not stand at, as far as there is room.
pub fn point_at(finding: &mut Finding, places: &[Place], what: &str) {
    let mut seen = HashSet::from_iter([finding.primary.span]);
    let spans = places.iter().map(|place| place.server.binding.listen);
    let others: Vec<Span> = spans.filter(|span| seen.insert(*span)).collect();
    for (index, span) in others.iter().take(POINTED_AT).enumerate() {
        let hidden = others.len() - POINTED_AT.min(others.len());
        match hidden {
            1.. if index + 1 == POINTED_AT => finding.also(*span, format!("{what}, and {hidden} more")),
            _ => finding.also(*span, what),
        };
    }
}

/// The sockets of some places.
pub fn sockets(places: &[Place]) -> String {
    some(places.iter().map(|place| place.listener.listener.address.to_string()))
}

/// Versions as the standards write them: `TLS 1.0 and TLS 1.1`.
pub fn versions(set: ProtocolSet) -> String {
    join(&set.iter().map(|version| version.prose().to_owned()).collect::<Vec<_>>())
}

/// A statement in a headline, or only its name where the statement is long.
pub fn short<'t>(statement: &'t str, name: &'t str) -> &'t str {
    if statement.len() > 60 || statement.chars().any(char::is_control) { name } else { statement }
}

/// Each once; many are cut after two.
fn some(items: impl IntoIterator<Item = String>) -> String {
    let mut once: Vec<String> = Vec::new();
    let mut seen = HashSet::default();
    once.extend(items.into_iter().filter(|item| seen.insert(item.clone())));
    if once.len() > SHOWN {
        let more = format!("{} more", once.len() - (SHOWN - 1));
        once.truncate(SHOWN - 1);
        once.push(more);
    }
    join(&once)
}

fn join(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [only] => only.clone(),
        [start @ .., last] => format!("{} and {last}", start.join(", ")),
    }
}

/// The verb for what [`servers`] names.
pub fn verb<'v>(places: &[Place], one: &'v str, many: &'v str) -> &'v str {
    let mut called = places.iter().map(|place| {
        let server = &place.server.server;
        let id = (place.listener.deployment, place.server.binding.server);
        (title(server), server.is_anonymous().then_some(id))
    });
    let first = called.next();
    if called.all(|other| Some(other) == first) { one } else { many }
}
