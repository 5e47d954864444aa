//! Why software does not start over a file that it is to load, for its own words about it.

/// What a file is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileRole {
    /// A certificate with its chain.
    Certificate,
    /// The private key of a certificate.
    Key,
    /// Authorities that are trusted.
    Authorities,
    /// Lists of certificates that are revoked.
    Revocations,
    /// Parameters for DHE.
    DhParams,
    /// A response to staple.
    Stapling,
    /// Pass phrases of private keys.
    PassPhrases,
    /// A key for session tickets.
    TicketKey,
}

impl FileRole {
    /// How messages call such a file.
    pub fn prose(self) -> &'static str {
        match self {
            FileRole::Certificate => "certificate",
            FileRole::Key => "private key",
            FileRole::Authorities => "CA file",
            FileRole::Revocations => "revocation list",
            FileRole::DhParams => "file of DHE parameters",
            FileRole::Stapling => "OCSP response",
            FileRole::PassPhrases => "file of pass phrases",
            FileRole::TicketKey => "key for session tickets",
        }
    }
}

/// What is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It is not there.
    Missing,
    /// It holds nothing of its kind.
    Empty,
    /// It holds no certificate whose name could be told to clients.
    Nameless,
    /// It cannot be read up to the end; whether that strikes what stands first in it, and OpenSSL's reason.
    Broken {
        /// Whether nothing stands before what cannot be read.
        first: bool,
        /// Why it cannot be read.
        reason: &'static str,
    },
    /// The key takes a pass phrase, and the file that is to hold it is empty.
    Locked,
    /// It is longer or shorter than such files are.
    Size,
    /// The key is not the certificate's.
    Mismatch,
    /// The library's security level forbids it.
    Weak(Weakness),
}

/// What a security level forbids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weakness {
    /// The key of the server's own certificate is too short.
    LeafKey,
    /// The hash in the signature of the server's own certificate is too weak.
    LeafDigest,
    /// The key of another certificate that is sent is too short.
    ChainKey,
    /// The hash in the signature of another certificate that is sent is too weak.
    ChainDigest,
}
