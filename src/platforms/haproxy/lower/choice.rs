//! Which certificates a client can get for a name (source: `ssl_sock_chose_sni_ctx`).
//!
//! Of all certificates that fit, those of the exact name before those of a wildcard, the first with an ECDSA key is
//! for clients that take one, the first with an RSA key for the others. What is chosen brings its own settings.

use super::load::{Loaded, Name};
use crate::platforms::haproxy::version::HaproxyVersion;
use crate::tls::negotiable::KeyKind;
use std::collections::HashSet;

/// Names that get the same certificates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    /// The names; `!name` for one that a wildcard of the group does not serve.
    pub(super) names: Vec<Name>,
    /// What the certificates would say, if they could be read here.
    pub(super) hidden: bool,
    /// The certificates, as places among those loaded.
    pub(super) chosen: Vec<usize>,
}

/// Sorts the names of a `bind` by the certificates that they get, in the order in which they are loaded.
pub(super) fn groups(loaded: &[Loaded]) -> Vec<Group> {
    let index = Index::of(loaded);
    let mut groups: Vec<Group> = Vec::new();
    let mut seen = HashSet::new();
    for (place, certificate) in loaded.iter().enumerate() {
        let Some(names) = &certificate.names else {
            groups.push(Group { names: Vec::new(), hidden: true, chosen: vec![place] });
            continue;
        };
        for name in names.iter().filter(|name| is_served(&name.text)) {
            if seen.insert(name.text.as_str()) {
                add(&mut groups, name.clone(), index.chosen(&name.text));
            }
        }
        for name in &certificate.excluded {
            let wildcard = parent(&name.text).filter(|parent| index.has_wildcard(parent));
            let Some(wildcard) = wildcard.filter(|_| seen.insert(name.text.as_str())) else { continue };
            match index.chosen(&name.text) {
                chosen if chosen.is_empty() => {
                    let of = index.chosen(&format!("*{wildcard}"));
                    add(&mut groups, Name { text: format!("!{}", name.text), span: name.span }, of);
                }
                chosen => add(&mut groups, name.clone(), chosen),
            }
        }
    }
    groups
}

fn add(groups: &mut Vec<Group>, name: Name, chosen: Vec<usize>) {
    match groups.iter_mut().find(|group| group.chosen == chosen && !group.hidden) {
        Some(group) => group.names.push(name),
        None => groups.push(Group { names: vec![name], hidden: false, chosen }),
    }
}

/// The certificates for clients that ask for no name, or one that nobody has: up to 2.9 the first that is loaded,
/// then that and those written down as defaults.
pub(super) fn default(loaded: &[Loaded], version: HaproxyVersion) -> Vec<usize> {
    let Some(first) = loaded.first() else { return Vec::new() };
    let of_bundle = |(place, other): (usize, &Loaded)| (other.bundle == first.bundle).then_some(place);
    if !version.since(2, 3) {
        // The members of a bundle make one certificate.
        return loaded.iter().enumerate().filter_map(of_bundle).collect();
    }
    if !version.since(3, 0) {
        return vec![0];
    }
    let is_default =
        |(place, other): (usize, &Loaded)| (other.default || other.bundle == first.bundle).then_some(place);
    by_kind(loaded, loaded.iter().enumerate().filter_map(is_default))
}

/// Whether a client can ask for a name: of wildcards, only `*.` and a domain.
fn is_served(name: &str) -> bool {
    name.strip_prefix('*').is_none_or(|rest| rest.starts_with('.'))
}

/// The part of a name from its first dot.
fn parent(name: &str) -> Option<&str> {
    name.find('.').map(|dot| &name[dot..])
}

/// Of each kind of key the first, and all whose kind is not known.
fn by_kind(loaded: &[Loaded], fitting: impl Iterator<Item = usize>) -> Vec<usize> {
    let (mut ecdsa, mut rsa, mut others, mut unknown) = (None, None, None, Vec::new());
    for place in fitting {
        match loaded[place].kind {
            None => unknown.push(place),
            Some(KeyKind::Ecdsa) => ecdsa = ecdsa.or(Some(place)),
            Some(KeyKind::Rsa | KeyKind::RsaPss) => rsa = rsa.or(Some(place)),
            Some(_) => others = others.or(Some(place)),
        }
    }
    let mut chosen: Vec<usize> = [ecdsa, rsa].into_iter().flatten().chain(unknown).collect();
    if chosen.is_empty() {
        chosen.extend(others);
    }
    chosen
}

/// The names of all certificates.
struct Index<'l> {
    loaded: &'l [Loaded],
}

impl<'l> Index<'l> {
    fn of(loaded: &'l [Loaded]) -> Self {
        Index { loaded }
    }

    fn has_wildcard(&self, parent: &str) -> bool {
        self.with(&format!("*{parent}")).next().is_some()
    }

    /// The certificates with a name as it is written.
    fn with(&self, name: &str) -> impl Iterator<Item = (usize, &'l Loaded)> {
        let has = move |certificate: &Loaded, name: &str| {
            certificate.names.as_ref().is_some_and(|names| names.iter().any(|own| own.text == name))
        };
        let name = name.to_owned();
        self.loaded.iter().enumerate().filter(move |(_, certificate)| has(certificate, &name))
    }

    /// The certificates for a name that a client asks for, or for all names of a wildcard.
    fn chosen(&self, name: &str) -> Vec<usize> {
        let exact = self.with(name).map(|(place, _)| place);
        let wildcard = match name.starts_with('*') {
            true => None,
            false => parent(name).map(|parent| format!("*{parent}")),
        };
        let serves = |certificate: &Loaded| certificate.excluded.iter().all(|excluded| excluded.text != name);
        let wildcards = wildcard.iter().flat_map(|wildcard| self.with(wildcard));
        let wildcards = wildcards.filter(|(_, certificate)| serves(certificate)).map(|(place, _)| place);
        let mut fitting: Vec<usize> = exact.collect();
        fitting.extend(wildcards);
        by_kind(self.loaded, fitting.into_iter())
    }
}
