//! Name constraints (RFC 5280 §4.2.1.10) as they bear on servers: DNS names and addresses.

use crate::pki::Certificate;
use crate::pki::certificate::{NameConstraints, Subtree, Subtrees};
use std::net::IpAddr;

/// What constraints say of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Constrained {
    Allowed,
    /// A name lies in none of the sets that are permitted.
    NotPermitted,
    /// A name lies in a set that is excluded.
    Excluded,
    /// A wildcard stands for a name in a set that is excluded. Some clients refuse it; to OpenSSL the wildcard
    /// is a name like others, and lies elsewhere.
    Overlaps,
    /// A constraint is malformed.
    Unclear,
}

/// How many names are held against constraints, as in OpenSSL (`NAME_CHECK_MAX` of `v3_ncons.c`), which
/// refuses what has more.
const MOST: usize = 1 << 20;

/// Whether a certificate's names keep the constraints.
pub(super) fn allows(constraints: &NameConstraints, certificate: &Certificate) -> Constrained {
    let (permitted, excluded) = (&constraints.permitted, &constraints.excluded);
    let trees = permitted.known.len() + excluded.known.len();
    let malformed = permitted.known.iter().chain(&excluded.known).any(|tree| *tree == Subtree::Malformed);
    if malformed || trees.saturating_mul(certificate.names.len()) > MOST {
        return Constrained::Unclear;
    }
    let dns = |name: &str| {
        let name = name.to_ascii_lowercase();
        let constrained = look(permitted, excluded, |tree| match tree {
            Subtree::Dns(domain) => Some(lies_in(&name, domain)),
            _ => None,
        });
        let overlaps = |tree: &Subtree| matches!(tree, Subtree::Dns(domain) if may_lie_in(&name, domain));
        match constrained {
            Constrained::Allowed if excluded.known.iter().any(overlaps) => Constrained::Overlaps,
            constrained => constrained,
        }
    };
    let ip = |address: &IpAddr| {
        let octets = match address {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets().to_vec(),
        };
        look(permitted, excluded, |tree| match tree {
            Subtree::Ip(network, mask) => Some(contains(network, mask, &octets)),
            _ => None,
        })
    };
    let all = certificate.dns_names().map(dns).chain(certificate.addresses.iter().map(ip));
    let mut overlaps = Constrained::Allowed;
    for constrained in all {
        match constrained {
            Constrained::Allowed => {}
            Constrained::Overlaps => overlaps = Constrained::Overlaps,
            broken => return broken,
        }
    }
    overlaps
}

/// Whether a name lies in a permitted set, if any is of its kind, and in no excluded one. `within` says
/// whether it lies in a set, `None` for sets of another kind.
fn look(permitted: &Subtrees, excluded: &Subtrees, within: impl Fn(&Subtree) -> Option<bool>) -> Constrained {
    let mut permits = permitted.known.iter().filter_map(&within).peekable();
    if permits.peek().is_some() && !permits.any(|lies| lies) {
        return Constrained::NotPermitted;
    }
    match excluded.known.iter().filter_map(&within).any(|lies| lies) {
        true => Constrained::Excluded,
        false => Constrained::Allowed,
    }
}

fn lies_in(name: &str, domain: &str) -> bool {
    domain.is_empty() || name.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whether a wildcard stands for a name that lies in the domain: `*.example.com` for `bar.example.com`.
fn may_lie_in(name: &str, domain: &str) -> bool {
    let parent = domain.split_once('.').map(|(_, parent)| parent);
    parent.is_some() && parent == name.strip_prefix("*.")
}

fn contains(network: &[u8], mask: &[u8], octets: &[u8]) -> bool {
    network.len() == octets.len()
        && octets.iter().zip(network).zip(mask).all(|((octet, n), mask)| octet & mask == n & mask)
}
