//! Which certificates a client can get for a name (source: `ssl_sock_chose_sni_ctx`).
//!
//! Of all certificates that fit, those of the exact name before those of a wildcard, the first with an ECDSA key is
//! for clients that take one, the first with an RSA key for the others. What is chosen brings its own settings.

use super::loaded::{Loaded, Name};
use crate::platforms::haproxy::version::HaproxyVersion;
use crate::tls::negotiable::KeyKind;
use std::collections::{HashMap, HashSet};

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
    let mut groups = Groups::default();
    let mut seen = HashSet::new();
    for (place, certificate) in loaded.iter().enumerate() {
        let Some(names) = &certificate.names else {
            groups.list.push(Group { names: Vec::new(), hidden: true, chosen: vec![place] });
            continue;
        };
        for name in names.iter().filter(|name| is_served(&name.text)) {
            if seen.insert(name.text.as_str()) {
                groups.add(name.clone(), index.chosen(&name.text));
            }
        }
        for name in &certificate.excluded {
            let wildcard = parent(&name.text).filter(|parent| index.has_wildcard(parent));
            let Some(wildcard) = wildcard.filter(|_| seen.insert(name.text.as_str())) else { continue };
            match index.chosen(&name.text) {
                chosen if chosen.is_empty() => {
                    let of = index.chosen(&format!("*{wildcard}"));
                    groups.add(Name { text: format!("!{}", name.text), span: name.span }, of);
                }
                chosen => groups.add(name.clone(), chosen),
            }
        }
    }
    groups.list
}

/// Groups, found by what they get.
#[derive(Default)]
struct Groups {
    list: Vec<Group>,
    places: HashMap<Vec<usize>, usize>,
}

impl Groups {
    fn add(&mut self, name: Name, chosen: Vec<usize>) {
        let next = self.list.len();
        match *self.places.entry(chosen.clone()).or_insert(next) {
            place if place < next => self.list[place].names.push(name),
            _ => self.list.push(Group { names: vec![name], hidden: false, chosen }),
        }
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
    /// The certificates with a name as it is written, in the order in which they are loaded.
    with: HashMap<&'l str, Vec<usize>>,
}

impl<'l> Index<'l> {
    fn of(loaded: &'l [Loaded]) -> Self {
        let mut with: HashMap<&str, Vec<usize>> = HashMap::new();
        for (place, certificate) in loaded.iter().enumerate() {
            for name in certificate.names.iter().flatten() {
                with.entry(&name.text).or_default().push(place);
            }
        }
        Index { loaded, with }
    }

    fn has_wildcard(&self, parent: &str) -> bool {
        !self.with(&format!("*{parent}")).is_empty()
    }

    fn with(&self, name: &str) -> &[usize] {
        self.with.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// The certificates for a name that a client asks for, or for all names of a wildcard.
    fn chosen(&self, name: &str) -> Vec<usize> {
        let wildcard = match name.starts_with('*') {
            true => None,
            false => parent(name).map(|parent| format!("*{parent}")),
        };
        let serves =
            |place: &&usize| self.loaded[**place].excluded.iter().all(|excluded| excluded.text != name);
        let wildcards = wildcard.iter().flat_map(|wildcard| self.with(wildcard)).filter(serves);
        by_kind(self.loaded, self.with(name).iter().chain(wildcards).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CertificateRef, Setting};
    use crate::source::{FileId, Span};
    use std::sync::Arc;

    /// `e:` or `r:` for the kind of key, then names, `!name` for one that is excluded.
    fn loaded(certificates: &[&str]) -> Vec<Loaded> {
        let span = Span::new(FileId(0), 0..0);
        let one = |(bundle, text): (usize, &&str)| {
            let (kind, names) = text.split_once(':').unwrap_or(("r", text));
            let name = |text: &str| Name { text: text.trim_start_matches('!').to_owned(), span };
            let all = || names.split(' ').filter(|name| !name.is_empty());
            Loaded {
                reference: CertificateRef::new(Setting::unknown("a test", span), None),
                kind: Some(if kind == "e" { KeyKind::Ecdsa } else { KeyKind::Rsa }),
                names: Some(all().filter(|n| !n.starts_with('!')).map(name).collect()),
                excluded: all().filter(|n| n.starts_with('!')).map(name).collect(),
                default: false,
                bundle,
                entry: None,
                span,
                has_dh: false,
                stapling: Setting::default_of(false, &Arc::from("a test")),
                fault: None,
            }
        };
        certificates.iter().enumerate().map(one).collect()
    }

    fn shown(certificates: &[&str]) -> String {
        let group = |group: &Group| {
            let names: Vec<&str> = group.names.iter().map(|name| name.text.as_str()).collect();
            format!("{} {:?}", names.join(","), group.chosen)
        };
        groups(&loaded(certificates)).iter().map(group).collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn names_that_get_the_same_certificates_stand_together() {
        assert_eq!(shown(&["r:a b", "r:b c"]), "a,b [0] | c [1]");
        assert_eq!(shown(&["r:a.x", "e:a.x b.x"]), "a.x [1, 0] | b.x [1]");
    }

    #[test]
    fn an_ecdsa_wildcard_stands_beside_an_exact_rsa_name() {
        assert_eq!(shown(&["r:a.x", "e:*.x"]), "a.x [1, 0] | *.x [1]");
        assert_eq!(shown(&["r:*.x", "r:a.x"]), "*.x [0] | a.x [1]");
        assert_eq!(shown(&["r:*a.x"]), "");
    }

    #[test]
    fn an_excluded_name_falls_to_others_or_to_the_default() {
        assert_eq!(shown(&["r:*.x !s.x"]), "*.x,!s.x [0]");
        assert_eq!(shown(&["r:*.x !s.x", "r:s.x"]), "*.x [0] | s.x [1]");
        assert_eq!(shown(&["r:a.x !s.y"]), "a.x [0]");
    }

    #[test]
    fn one_certificate_is_the_default_up_to_2_9() {
        let mut bundle = loaded(&["e:a", "r:a", "r:b"]);
        bundle[1].bundle = 0;
        bundle[2].default = true;
        let of = |major, minor| default(&bundle, HaproxyVersion::new(major, minor, 0));
        assert_eq!(of(2, 2), [0, 1]);
        assert_eq!(of(2, 6), [0]);
        assert_eq!(of(3, 0), [0, 1]);
        assert_eq!(default(&loaded(&[]), HaproxyVersion::new(3, 0, 0)), [0; 0]);
    }
}
