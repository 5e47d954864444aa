//! The public roots: those that Mozilla trusts for servers, in the binary.

use super::Certificate;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// The day on which the bundled set was published (`webpki-root-certs` 1.0.11). Roots come and go a few
/// times a year: the older the set, the less a root's absence says.
pub const DATE: &str = "2026-10-23";

/// The roots by subject. They are read when a chain is looked at for the first time.
static ROOTS: LazyLock<HashMap<Box<[u8]>, Vec<Certificate>>> = LazyLock::new(|| {
    let mut roots: HashMap<Box<[u8]>, Vec<Certificate>> = HashMap::new();
    for der in webpki_root_certs::TLS_SERVER_ROOT_CERTS {
        if let Some(root) = Certificate::from_der(der) {
            roots.entry(root.subject_der().into()).or_default().push(root);
        }
    }
    roots
});

/// The roots with this subject in DER.
pub fn named(subject: &[u8]) -> &'static [Certificate] {
    ROOTS.get(subject).map(Vec::as_slice).unwrap_or_default()
}

/// The root with the name and key of a certificate, which need not be the root's own: one that another
/// root cross-signed is as good to clients.
pub fn same_authority(certificate: &Certificate) -> Option<&'static Certificate> {
    named(certificate.subject_der()).iter().find(|root| root.key_info() == certificate.key_info())
}

/// Whether most of the roots stand among these certificates, byte for byte.
pub fn are_most_of(certificates: &[Certificate]) -> bool {
    let least = webpki_root_certs::TLS_SERVER_ROOT_CERTS.len() / 2;
    // To read the roots takes longer than to count.
    if certificates.len() <= least {
        return false;
    }
    let is_root = |c: &&Certificate| named(c.subject_der()).iter().any(|r| r.fingerprint == c.fingerprint);
    let found: HashSet<_> = certificates.iter().filter(is_root).map(|c| c.fingerprint).collect();
    found.len() > least
}

/// How many roots there are.
pub fn count() -> usize {
    ROOTS.values().map(Vec::len).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bundled_root_can_be_read() {
        assert_eq!(count(), webpki_root_certs::TLS_SERVER_ROOT_CERTS.len());
        for root in ROOTS.values().flatten() {
            assert_eq!(same_authority(root), Some(root), "{}", root.subject);
            assert!(root.self_issued, "{}", root.subject);
        }
    }

    #[test]
    fn the_date_is_that_of_the_version_in_use() {
        let manifest = include_str!("../../Cargo.toml");
        assert!(manifest.contains("webpki-root-certs = \"=1.0.11\""), "set DATE to the new version's day");
    }
}
