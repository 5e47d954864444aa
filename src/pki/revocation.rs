//! Certificate revocation lists (`ssl_crl`): whose they are, and for how long.

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
    /// When it was made, in seconds since 1970.
    pub made: i64,
    /// When the next one is due, alike; that second is the last. None where nothing is said of that.
    pub due: Option<i64>,
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
        Ok(RevocationList {
            issuer: list.issuer().to_string().chars().map(printable).collect(),
            made: list.last_update().timestamp(),
            due: list.next_update().map(|time| time.timestamp()),
            span,
        })
    }

    /// Whether it is in force at a time: OpenSSL takes no other, unless it is the only one, and refuses whom it
    /// is about then.
    pub fn counts_at(&self, time: i64) -> bool {
        self.made <= time && self.due.is_none_or(|due| time <= due)
    }

    /// Whether it is the list of the authority with this subject. OpenSSL compares names without case and
    /// with blanks as one (`x509_name_canon`).
    pub fn is_of(&self, subject: &str) -> bool {
        let words = |name: &str| name.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>();
        words(&self.issuer) == words(subject)
    }
}
