//! What a client offers.

use crate::tls::protocol::ProtocolSet;

/// What a ClientHello (RFC 8446 section 4.1.2) says, in code points, so that what nobody here knows can be
/// offered as well.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientHello {
    /// The versions. A client that offers TLS 1.3 says them one by one (`supported_versions`); another one
    /// says the highest, and breaks off where the server takes one below that it does not have.
    pub versions: ProtocolSet,
    /// Those of the versions with which it breaks off later, by its own security level: OpenSSL 3.0 and 3.1
    /// offer TLS 1.0 and 1.1 so.
    pub unfinished: ProtocolSet,
    /// The suites, most wanted first.
    pub suites: Vec<u16>,
    /// The groups, most wanted first; empty where the extension is not sent.
    pub groups: Vec<u16>,
    /// The groups that a key share is sent for; none where the extension is not sent.
    pub shares: Option<Vec<u16>>,
    /// The signature schemes, most wanted first; empty where the extension is not sent.
    pub signatures: Vec<u16>,
    /// The name that is asked for (SNI, RFC 6066 section 3).
    pub name: Option<String>,
    /// The application protocols (RFC 7301), most wanted first; empty where the extension is not sent.
    pub alpn: Vec<String>,
    /// Whether it says that it has fallen back from a higher version (`TLS_FALLBACK_SCSV`, RFC 7507).
    pub fallback: bool,
}
