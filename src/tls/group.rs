//! Groups for key agreement: curves, finite fields, ML-KEM and its hybrids.

use super::openssl::OpenSslVersion;
use std::fmt;
use std::ops::Range;

mod table;

/// A named group (RFC 8446 section 4.2.7, IANA "TLS Supported Groups").
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct NamedGroup {
    /// Its number on the wire.
    pub id: u16,
    /// The name to show: `P-256`, `X25519`, `ffdhe2048`, `X25519MLKEM768`.
    pub name: &'static str,
    /// Other names OpenSSL takes for it, since 3.0.
    pub aliases: &'static [&'static str],
    /// Whether ECDHE in TLS 1.2 and older can agree on it.
    pub tls12: bool,
    /// Whether TLS 1.3 can agree on it.
    pub tls13: bool,
    /// Whether it holds against a quantum computer.
    pub post_quantum: bool,
    /// The names OpenSSL 1.1.1 and older know it by, in exactly this case.
    old_names: &'static [&'static str],
    since: (u8, u8, u8),
    gone: Option<(u8, u8, u8)>,
}

impl NamedGroup {
    /// Bits of security by OpenSSL's count (`providers/common/capabilities.c`), which levels compare.
    pub fn strength_bits(&self) -> u16 {
        match self.id {
            1..=5 | 15..=19 => 80,
            6..=8 | 20 | 21 | 256 => 112,
            11 | 12 | 24 | 27 | 32 | 260 | 513 | 0x11eb | 0x11ec | 0x11ee => 192,
            30 => 224,
            13 | 14 | 25 | 28 | 33 | 514 | 0x11ed => 256,
            _ => 128,
        }
    }

    /// The releases that have it, in words: `OpenSSL 3.5 and later`.
    pub fn releases(&self) -> String {
        let (since, gone) = (self.since, self.gone);
        match gone {
            Some((major, minor, _)) => format!("OpenSSL before {major}.{minor}"),
            None if since.0 < 3 => format!("OpenSSL {}.{}.{} and later", since.0, since.1, since.2),
            None => format!("OpenSSL {}.{} and later", since.0, since.1),
        }
    }

    /// Whether it is a finite field of RFC 7919.
    pub fn finite_field(&self) -> bool {
        is_finite_field(self.id)
    }

    /// Whether a default build of this release has it.
    pub fn in_openssl(&self, openssl: OpenSslVersion) -> bool {
        let at_least = |(a, b, c): (u8, u8, u8)| openssl.at_least(a, b, c);
        at_least(self.since) && !self.gone.is_some_and(at_least)
    }
}

impl fmt::Display for NamedGroup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name)
    }
}

/// Whether a number belongs to the finite fields (RFC 7919 section 2), known here or not.
pub fn is_finite_field(id: u16) -> bool {
    (0x100..0x200).contains(&id)
}

/// Finds a group by any of its names, in any case.
pub fn by_name(name: &str) -> Option<&'static NamedGroup> {
    table::GROUPS.iter().find(|g| names(g).any(|n| n.eq_ignore_ascii_case(name)))
}

/// Every group known here, by ascending number.
pub fn all() -> impl Iterator<Item = &'static NamedGroup> {
    table::GROUPS.iter()
}

/// Finds a group by its number.
pub fn by_id(id: u16) -> Option<&'static NamedGroup> {
    table::GROUPS.iter().find(|g| g.id == id)
}

/// The groups offered when nothing is configured, most preferred first (`ssl/t1_lib.c`).
///
/// Before 1.1.0 a server takes no curve of its own accord; the list is then that of a client.
pub fn default_list(openssl: OpenSslVersion) -> Vec<&'static NamedGroup> {
    default_tuples(openssl).concat()
}

/// The same in tuples: a server of 3.5 or later takes what it can from the first tuple before it looks at
/// the next, whatever the client prefers (`TLS_DEFAULT_GROUP_LIST`).
pub fn default_tuples(openssl: OpenSslVersion) -> Vec<Vec<&'static NamedGroup>> {
    let tuples: &[&[u16]] = match () {
        () if openssl.at_least(4, 0, 0) => {
            &[&[0x11ec, 0x11eb, 0x11ee], &[29, 23], &[30, 24, 25], &[41], &[256, 257]]
        }
        () if openssl.at_least(3, 5, 0) => &[&[0x11ec], &[29, 23], &[30, 24, 25], &[256, 257]],
        () if openssl.at_least(3, 0, 0) => &[&[29, 23, 30, 25, 24, 256, 257, 258, 259, 260]],
        () if openssl.at_least(1, 1, 1) => &[&[29, 23, 30, 25, 24]],
        () if openssl.at_least(1, 1, 0) => &[&[29, 23, 25, 24]],
        () => &[&[23, 25, 28, 27, 24, 26, 22, 14, 13, 11, 12, 9, 10]],
    };
    tuples.iter().map(|ids| ids.iter().filter_map(|id| by_id(*id)).collect()).collect()
}

/// Why OpenSSL refuses a list of groups; servers do not start then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupListError {
    /// What is wrong.
    pub kind: GroupListErrorKind,
    /// Where.
    pub at: Range<usize>,
}

/// What can be wrong with a list of groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GroupListErrorKind {
    /// This release knows no such group.
    Unknown,
    /// The group stands there already, which releases before 3.3 refuse.
    Duplicate,
    /// An element without a name, or signs that this release does not know there.
    Syntax,
    /// The whole list is empty, which releases before 3.5 refuse.
    Empty,
}

/// The groups a list names, most preferred first.
///
/// Up to 3.2 names and colons; from 3.3 `?` before a name that may be unknown; from 3.5 also `*` (send
/// a key share), `-` (take out again), `/` between tuples, `DEFAULT` and names in any case.
pub fn parse_list(string: &str, openssl: OpenSslVersion) -> Result<Vec<&'static NamedGroup>, GroupListError> {
    parse_tuples(string, openssl).map(|tuples| tuples.concat())
}

/// The same in tuples, which `/` separates (`tls1_set_groups_list`).
pub fn parse_tuples(
    string: &str,
    openssl: OpenSslVersion,
) -> Result<Vec<Vec<&'static NamedGroup>>, GroupListError> {
    let in_tuples = openssl.at_least(3, 5, 0);
    let err = |kind, at| Err(GroupListError { kind, at });
    let mut tuples: Vec<Vec<&'static NamedGroup>> = vec![Vec::new()];
    if string.is_empty() {
        return if in_tuples { Ok(Vec::new()) } else { err(GroupListErrorKind::Empty, 0..0) };
    }
    let mut next = 0;
    for element in string.split(|c| c == ':' || (in_tuples && c == '/')) {
        if next > 0 && string.as_bytes()[next - 1] == b'/' {
            tuples.push(Vec::new());
        }
        let start = next + element.len() - element.trim_ascii_start().len();
        next += element.len() + 1;
        let at = start..start + element.trim_ascii().len();
        let (prefix, name) = split_prefix(element.trim_ascii(), openssl);
        let preset = preset(name, openssl);
        if name.is_empty() || !prefix_allowed(prefix) || (preset.is_some() && !prefix.is_empty()) {
            return err(GroupListErrorKind::Syntax, at);
        }
        let optional = prefix.contains('?');
        let remove = prefix.contains('-');
        let listed =
            |tuples: &[Vec<&'static NamedGroup>], group| tuples.iter().flatten().any(|g| *g == group);
        if let Some(mut preset) = preset {
            preset.iter_mut().for_each(|tuple| tuple.retain(|g| !listed(&tuples, *g)));
            append(&mut tuples, preset, openssl);
            continue;
        }
        match find(name, openssl) {
            Some(group) if remove => tuples.iter_mut().for_each(|tuple| tuple.retain(|g| *g != group)),
            Some(group) if listed(&tuples, group) => {
                if !openssl.at_least(3, 3, 0) {
                    return err(GroupListErrorKind::Duplicate, at);
                }
            }
            Some(group) => tuples.last_mut().into_iter().for_each(|tuple| tuple.push(group)),
            None if optional => {}
            None => return err(GroupListErrorKind::Unknown, at),
        }
    }
    tuples.retain(|tuple| !tuple.is_empty());
    Ok(tuples)
}

/// Adds a preset: its first tuple joins the one that is being read, and its last one is read on. Until 3.5.6
/// and 3.6.2 all of it fell into one (CVE-2026-2673).
fn append(
    tuples: &mut Vec<Vec<&'static NamedGroup>>,
    mut preset: Vec<Vec<&'static NamedGroup>>,
    openssl: OpenSslVersion,
) {
    let is_whole = openssl.at_least(3, 6, 2) || (openssl.at_least(3, 5, 6) && !openssl.at_least(3, 6, 0));
    if !is_whole {
        preset = vec![preset.concat()];
    }
    let mut preset = preset.into_iter();
    if let (Some(reading), Some(first)) = (tuples.last_mut(), preset.next()) {
        reading.extend(first);
    }
    tuples.extend(preset);
}

/// The group that an element of a list stands for, whatever the release, and whatever signs are before it.
pub fn of_element(element: &str) -> Option<&'static NamedGroup> {
    by_name(element.trim().trim_start_matches(['?', '*', '-']))
}

/// Whether a name belongs to BoringSSL or to a provider for post-quantum experiments, so that a
/// server at hand may well know what OpenSSL does not.
pub fn is_foreign(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["kyber", "frodo", "bike", "hqc", "cecpq", "_mlkem", "ntru"].iter().any(|part| name.contains(part))
}

/// The signs before a name that this release reads as signs, and the name.
fn split_prefix(element: &str, openssl: OpenSslVersion) -> (&str, &str) {
    let signs: &[char] = match () {
        () if openssl.at_least(3, 5, 0) => &['?', '*', '-'],
        () if openssl.at_least(3, 3, 0) => &['?'],
        () => &[],
    };
    element.split_at(element.len() - element.trim_start_matches(signs).len())
}

/// Each sign once, in any order.
fn prefix_allowed(prefix: &str) -> bool {
    let times = |sign: char| prefix.chars().filter(|c| *c == sign).count();
    ['?', '*', '-'].iter().all(|sign| times(*sign) <= 1)
}

/// The lists that have a name of their own, since 3.5.
fn preset(name: &str, openssl: OpenSslVersion) -> Option<Vec<Vec<&'static NamedGroup>>> {
    if !openssl.at_least(3, 5, 0) {
        None
    } else if name.eq_ignore_ascii_case("DEFAULT") {
        Some(default_tuples(openssl))
    } else if name.eq_ignore_ascii_case("DEFAULT_SUITE_B") {
        Some(vec![[23, 24].iter().filter_map(|id| by_id(*id)).collect()])
    } else {
        None
    }
}

fn find(name: &str, openssl: OpenSslVersion) -> Option<&'static NamedGroup> {
    let known = |g: &&NamedGroup| {
        if openssl.at_least(3, 5, 0) {
            names(g).any(|n| n.eq_ignore_ascii_case(name))
        } else if openssl.at_least(3, 0, 0) {
            names(g).any(|n| n == name)
        } else {
            g.old_names.contains(&name)
        }
    };
    table::GROUPS.iter().find(|g| g.in_openssl(openssl) && known(g))
}

fn names(group: &NamedGroup) -> impl Iterator<Item = &'static str> {
    std::iter::once(group.name).chain(group.aliases.iter().copied())
}
