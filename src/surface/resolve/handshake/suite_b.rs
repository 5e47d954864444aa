//! Which certificates a list of Suite B takes (`tls1_check_chain`, RFC 6460): measured with real servers.

use super::super::super::Presented;
use super::super::presented::has_foreign_chain;
use crate::tls::negotiable::KeyKind;
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};

/// The curves that a list allows, by their bits; none for a list that is not one of Suite B. The word
/// counts at the beginning only.
pub(super) fn curves(list: &str) -> Option<&'static [u32]> {
    let level = list.strip_prefix("SUITEB")?;
    match level {
        _ if level.starts_with("128ONLY") => Some(&[256]),
        _ if level.starts_with("128") => Some(&[256, 384]),
        _ if level.starts_with("192") => Some(&[384]),
        _ => None,
    }
}

/// Whether none of the certificates will do, for certain: none has an ECDSA key on one of the curves, or
/// there is no TLS 1.3, the one version that does not look at the rest of the chain, and all have an RSA
/// certificate in theirs.
pub(super) fn takes_none(certificates: &[Presented], curves: &[u32], enabled: ProtocolSet) -> bool {
    let fits = |c: &Presented| {
        let Some(leaf) = c.file.as_ref().and_then(|file| file.leaf()) else { return true };
        let (kind, bits) = (leaf.key.kind, leaf.key.bits);
        kind.is_none_or(|kind| kind == KeyKind::Ecdsa && (bits == 0 || curves.contains(&bits)))
    };
    let tls13 = enabled.contains(ProtocolVersion::Tls13);
    !certificates.iter().any(fits) || (!tls13 && certificates.iter().all(has_foreign_chain))
}
