//! A certificate that only the library's security level forbids to load.

use super::refused;
use crate::finding::Findings;
use crate::model::Weakness;
use crate::surface::Surface;

/// Reports each certificate that is refused when it is loaded, and that would do at a lower level: what is
/// too weak for everyone is a matter of `weak-key` and `weak-signature`.
pub fn check(surface: &Surface, findings: &mut Findings) {
    for refused in refused::refused(surface).iter().filter(|refused| !refused.is_weak_anyway()) {
        let certificate = refused.certificate;
        let (what, wanted) = match refused.weakness {
            Weakness::LeafKey | Weakness::ChainKey => (
                format!("the key of `{}`, {}, is too short", certificate.subject, certificate.key.label),
                "request a certificate for a longer key: `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`",
            ),
            Weakness::LeafDigest | Weakness::ChainDigest => (
                format!("the signature of `{}` uses too weak a hash", certificate.subject),
                "use certificates that are signed with SHA-256 or better",
            ),
        };
        let message = format!(
            "OpenSSL {} refuses the certificate `{}` of {}: {what}",
            surface.target.openssl, refused.file.text, refused.loader.name
        );
        let level = refused.level;
        let finding = findings.report(refused.file.span, message);
        finding
            .because(format!("security level {level} counts when certificates are loaded, and forbids it"))
            .also(certificate.span, what)
            .help(wanted);
        refused.refuse(surface, finding);
    }
}
