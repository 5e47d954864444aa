//! Facts read from certificate files as OpenSSL reads them for a server: which certificates there
//! are, what they say, and what keeps a file from being read. No judgement and no clock.
//!
//! Of private keys only the public half is known, and which file has one; [`crate::secrets`] keeps the private
//! half out of everything that is shown.

pub mod certificate;
pub mod chain;
pub mod dh;
pub mod exposure;
pub mod file;
pub mod key;
pub mod name;
mod outline;
pub mod pem;
pub mod private_key;
pub mod revocation;
pub mod roots;
pub mod store;

pub use certificate::Certificate;
pub use chain::{Anchors, Chain, Signatures};
pub use exposure::Exposure;
pub use file::{CertificateFile, FileError, FileErrorKind, PassedOver, Wrapping};
pub use key::{Key, KeyId};
pub use private_key::{Held, KeyError, KeyErrorKind, PrivateKey, PrivateKeyFile};
pub use revocation::RevocationList;
pub use store::Store;
