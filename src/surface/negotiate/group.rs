//! The group of the key exchange.

use super::{Alert, ClientHello, Refusal, ServerSide, Step, Stop};
use crate::tls::cipher_suite::KeyExchange;
use crate::tls::group::{self, NamedGroup};
use crate::tls::security_level;

/// A group of TLS 1.3.
pub(super) struct Share {
    pub(super) group: &'static NamedGroup,
    /// Whether a key share for it must be asked for.
    pub(super) retried: bool,
}

/// Whether DHE up to TLS 1.2 is by a finite field of the client's (RFC 7919 section 4) rather than by the
/// server's own parameters.
pub(super) fn negotiates_fields(hello: &ClientHello, server: &ServerSide) -> bool {
    server.openssl.finite_fields_before_tls13() && hello.groups.iter().any(|id| group::is_finite_field(*id))
}

/// The group that an ECDHE or DHE suite up to TLS 1.2 uses, if there is one (`tls1_shared_group` in
/// `ssl/t1_lib.c`).
pub(super) fn shared(
    hello: &ClientHello,
    server: &ServerSide,
    exchange: KeyExchange,
) -> Result<Option<&'static NamedGroup>, Stop> {
    let level = server.then.level()?;
    let listed = server.groups.as_ref().map_err(Clone::clone)?;
    let usable = |group: &&&'static NamedGroup| {
        (if exchange == KeyExchange::Dhe { group.finite_field() } else { group.tls12 })
            && security_level::group_allowed(group, level, server.openssl)
            && hello.groups.contains(&group.id)
    };
    let mut common = listed.iter().flatten().filter(usable).copied();
    let Some(first) = common.next() else { return Ok(None) };
    let mut common: Vec<_> = std::iter::once(first).chain(common).collect();
    if common.len() > 1 && !server.then.server_rules()? {
        common.sort_by_key(|group| place(&hello.groups, group));
    }
    Ok(common.first().copied())
}

/// The group of TLS 1.3 (RFC 8446 sections 4.1.4 and 4.2.8); inside, the refusal of a client that has none
/// in common, which comes late: other reasons are looked at before (`final_key_share`).
pub(super) fn choose13(hello: &ClientHello, server: &ServerSide) -> Result<Result<Share, Stop>, Stop> {
    let missing = |logged| Refusal::of(Step::Group, Alert::MissingExtension, logged);
    let Some(shares) = &hello.shares else {
        return Ok(Err(missing("no suitable key share").into()));
    };
    if hello.groups.is_empty() {
        return Err(missing("missing supported groups extension").into());
    }
    let level = server.first.level()?;
    let tuples = server.groups.as_ref().map_err(Clone::clone)?;
    let usable = |group: &&'static NamedGroup| {
        group.tls13
            && security_level::group_allowed(group, level, server.openssl)
            && hello.groups.contains(&group.id)
    };
    let tuples: Vec<Vec<_>> =
        tuples.iter().map(|tuple| tuple.iter().copied().filter(usable).collect()).collect();
    let chosen = match server.openssl.at_least(3, 5, 0) {
        true => by_tuples(hello, shares, &tuples, server.first.server_rules())?,
        false => by_shares(shares, &tuples.concat()),
    };
    let refused = || Refusal::of(Step::Group, Alert::HandshakeFailure, "no suitable key share").into();
    Ok(chosen.ok_or_else(refused))
}

/// Before 3.5: the first of the client's key shares that can be used; without any, the first group of the
/// server's that the client has as well.
fn by_shares(shares: &[u16], usable: &[&'static NamedGroup]) -> Option<Share> {
    let shared = shares.iter().find_map(|id| usable.iter().copied().find(|group| group.id == *id));
    match shared {
        Some(group) => Some(Share { group, retried: false }),
        None => usable.first().map(|group| Share { group, retried: true }),
    }
}

/// Since 3.5: tuple by tuple, a key share before a retry, and within that the order of the side that rules
/// (`tls_parse_ctos_key_share` in `ssl/statem/extensions_srvr.c`).
fn by_tuples(
    hello: &ClientHello,
    shares: &[u16],
    tuples: &[Vec<&'static NamedGroup>],
    server_rules: Result<bool, super::Missing>,
) -> Result<Option<Share>, Stop> {
    for tuple in tuples {
        let sent: Vec<_> = tuple.iter().copied().filter(|group| shares.contains(&group.id)).collect();
        let (retried, candidates, order) = match sent.is_empty() {
            false => (false, &sent, shares),
            true => (true, tuple, hello.groups.as_slice()),
        };
        let chosen = match candidates.as_slice() {
            [] => continue,
            [only] => Some(only),
            [first, ..] if server_rules.clone()? => Some(first),
            _ => candidates.iter().min_by_key(|group| place(order, group)),
        };
        return Ok(chosen.map(|group| Share { group, retried }));
    }
    Ok(None)
}

fn place(order: &[u16], group: &NamedGroup) -> Option<usize> {
    order.iter().position(|id| *id == group.id)
}
