//! Certificate revocation lists (`ssl_crl`): whose they are.

use super::certificate::Unread;
use super::outline;
use crate::source::Span;
use x509_parser::prelude::FromDer;
use x509_parser::revocation_list::CertificateRevocationList;

/// What a revocation list says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevocationList {
    /// Who issued it, as people read it. Control characters are replaced.
    pub issuer: String,
    /// The line that begins it.
    pub span: Span,
}

impl RevocationList {
    /// Reads a list; what follows its DER is not looked at.
    pub(super) fn read(der: &[u8], span: Span) -> Result<RevocationList, Unread> {
        if !matches!(der, [0x30, _, ..]) {
            return Err(Unread::Broken);
        }
        let (_, list) = CertificateRevocationList::from_der(der)
            .map_err(|_| Unread::of(der, outline::REVOCATION_LIST))?;
        let printable = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
        Ok(RevocationList { issuer: list.issuer().to_string().chars().map(printable).collect(), span })
    }

    /// Whether it is the list of the authority with this subject. OpenSSL compares names without case and
    /// with blanks as one (`x509_name_canon`).
    pub fn is_of(&self, subject: &str) -> bool {
        let words = |name: &str| name.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>();
        words(&self.issuer) == words(subject)
    }
}
