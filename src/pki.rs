//! Facts read from certificate files as OpenSSL reads them for a server: which certificates there
//! are, what they say, and what keeps a file from being read. No judgement and no clock.
//!
//! Private keys are never decoded or copied: all that is known of them is that a file has one.

pub mod certificate;
pub mod chain;
pub mod dh;
pub mod file;
pub mod key;
pub mod name;
pub mod pem;
pub mod roots;
pub mod store;

pub use certificate::Certificate;
pub use chain::{Anchors, Chain, Signatures};
pub use file::{CertificateFile, FileError, FileErrorKind};
pub use key::Key;
pub use store::Store;
