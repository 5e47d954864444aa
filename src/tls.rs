//! Facts of the standards and of OpenSSL: no spans, no files, no clock.

pub mod cipher_string;
pub mod cipher_suite;
pub mod group;
pub mod negotiable;
pub mod openssl;
pub mod protocol;
pub mod security_level;
pub mod signature;

pub use cipher_suite::CipherSuite;
pub use group::NamedGroup;
pub use openssl::OpenSslVersion;
pub use protocol::{ProtocolSet, ProtocolVersion};
