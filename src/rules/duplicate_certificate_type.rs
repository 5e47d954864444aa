//! Two certificates of one kind in one server, of which only the last is ever presented.

use super::loads;
use crate::finding::Findings;
use crate::surface::Surface;
use std::collections::HashSet;

/// Reports each certificate that a later one of the same kind of key replaces.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut seen = HashSet::new();
    for loader in loads::loaders(surface) {
        let files = loader.pairs().filter_map(|pair| pair.certificate.known());
        let leaves: Vec<_> =
            files.filter_map(|file| Some((file, loads::certificates(surface, file)?.leaf()?))).collect();
        for (index, (file, leaf)) in leaves.iter().enumerate() {
            let replaces = |(_, other): &&(_, &crate::pki::Certificate)| {
                leaf.key.shares_place(&other.key) == Some(true) && leaf.sha256 != other.sha256
            };
            let Some((by, other)) = leaves.iter().skip(index + 1).rfind(replaces) else { continue };
            if !seen.insert((file.span, by.span)) {
                continue;
            }
            let message = format!(
                "no client ever gets the certificate `{}`: `{}` of {} replaces it",
                file.text,
                by.text,
                loader.name()
            );
            findings
                .report(file.span, message)
                .because(format!("its key is {}, and the library keeps one certificate of each kind of key", leaf.key.label))
                .also(by.span, format!("the last one counts: its key is {}", other.key.label))
                .also(leaf.span, format!("`{}` is never presented", leaf.subject))
                .help("take one of the two out; two certificates make sense with keys of two kinds, RSA and ECDSA");
        }
    }
}
