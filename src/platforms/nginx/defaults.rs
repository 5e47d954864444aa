//! Defaults of nginx by version, and behaviour that changed; from the source of every release.

use super::version::NginxVersion;
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};

use ProtocolVersion::{Ssl2, Ssl3, Tls10, Tls11, Tls12, Tls13};

/// `ssl_protocols`, newest first: the version from which a set is the default.
///
/// nginx CHANGES: 1.9.1 (SSLv3 out), 1.23.4 (TLSv1.3 in), 1.27.3 (TLSv1 and TLSv1.1 out).
const SSL_PROTOCOLS: &[(NginxVersion, &[ProtocolVersion])] = &[
    (NginxVersion::new(1, 27, 3), &[Tls12, Tls13]),
    (NginxVersion::new(1, 23, 4), &[Tls10, Tls11, Tls12, Tls13]),
    (NginxVersion::new(1, 9, 1), &[Tls10, Tls11, Tls12]),
    (NginxVersion::new(1, 1, 13), &[Ssl3, Tls10, Tls11, Tls12]),
    (NginxVersion::new(0, 8, 19), &[Ssl3, Tls10]),
    (NginxVersion::new(0, 0, 0), &[Ssl2, Ssl3, Tls10]),
];

/// `proxy_ssl_protocols` and its kin, since 1.5.6.
const PROXY_SSL_PROTOCOLS: &[(NginxVersion, &[ProtocolVersion])] = &[
    (NginxVersion::new(1, 27, 3), &[Tls12, Tls13]),
    (NginxVersion::new(1, 23, 4), &[Tls10, Tls11, Tls12, Tls13]),
    (NginxVersion::new(1, 9, 1), &[Tls10, Tls11, Tls12]),
    (NginxVersion::new(0, 0, 0), &[Ssl3, Tls10, Tls11, Tls12]),
];

/// `ssl_ciphers`, since 1.0.5.
pub const SSL_CIPHERS: &str = "HIGH:!aNULL:!MD5";

/// `proxy_ssl_ciphers` and its kin.
pub const PROXY_SSL_CIPHERS: &str = "DEFAULT";

/// The default of `ssl_protocols`.
pub fn ssl_protocols(version: NginxVersion) -> ProtocolSet {
    pick(SSL_PROTOCOLS, version)
}

/// The default of `proxy_ssl_protocols`, `grpc_ssl_protocols` and `uwsgi_ssl_protocols`.
pub fn proxy_ssl_protocols(version: NginxVersion) -> ProtocolSet {
    pick(PROXY_SSL_PROTOCOLS, version)
}

/// The prime of the parameters that nginx used for DHE where `ssl_dhparam` named none, up to 1.11.0.
pub fn dh_bits(version: NginxVersion) -> Option<u32> {
    (version < NginxVersion::new(1, 11, 0)).then_some(1024)
}

fn pick(table: &[(NginxVersion, &[ProtocolVersion])], version: NginxVersion) -> ProtocolSet {
    let row = table.iter().find(|(since, _)| *since <= version);
    row.map(|(_, versions)| ProtocolSet::of(versions)).unwrap_or_default()
}

/// `TLSv1.3` is a protocol from here on.
pub const TLS13: NginxVersion = NginxVersion::new(1, 13, 0);
/// Protocols and TLS 1.3 suites follow the SNI from here on, thanks to the ClientHello callback.
pub const CLIENT_HELLO_CALLBACK: NginxVersion = NginxVersion::new(1, 29, 2);
/// Clients whose application protocols are all foreign are refused from here on (CHANGES).
pub const ALPN_INSISTED_ON: NginxVersion = NginxVersion::new(1, 21, 4);
/// A TLS socket whose default server has no certificate refuses to start from here on.
pub const CERTIFICATE_REQUIRED: NginxVersion = NginxVersion::new(1, 15, 0);
/// nginx warns about `ssl on` and `ssl off` from here on.
pub const SSL_SWITCH_DEPRECATED: NginxVersion = NginxVersion::new(1, 15, 0);
/// `http2 on`, and `listen … http2` is deprecated, from here on.
pub const HTTP2_DIRECTIVE: NginxVersion = NginxVersion::new(1, 25, 1);
/// `listen … quic` works from here on.
pub const QUIC: NginxVersion = NginxVersion::new(1, 25, 0);
/// `listen … http2` works from here on.
pub const LISTEN_HTTP2: NginxVersion = NginxVersion::new(1, 9, 5);
/// `listen … spdy` is refused from here on.
pub const SPDY_REFUSED: NginxVersion = NginxVersion::new(1, 19, 7);
/// Virtual servers by SNI in stream from here on.
pub const STREAM_SERVER_NAME: NginxVersion = NginxVersion::new(1, 25, 5);
/// `ssl_trusted_certificate` alone is enough for `ssl_verify_client` from here on.
pub const TRUSTED_SUFFICES: NginxVersion = NginxVersion::new(1, 27, 2);
/// Certificates, keys, authorities and revocation lists are loaded through a cache, in other words, from
/// here on.
pub const OBJECT_CACHE: NginxVersion = NginxVersion::new(1, 27, 2);
/// The sizes of a file for `ssl_session_ticket_key`, for AES-128 and AES-256.
pub const TICKET_KEY_SIZES: [u64; 2] = [48, 80];
/// `ssl_ciphers` is handed to OpenSSL before certificates are loaded from here on.
pub const CIPHERS_FIRST: NginxVersion = NginxVersion::new(1, 21, 2);
/// Keys are loaded by nginx itself, not by OpenSSL from their files, from here on.
pub const LOADS_KEYS: NginxVersion = NginxVersion::new(1, 15, 9);
/// Parameters for DHE that OpenSSL refuses are fatal from here on, and were passed over before.
pub const DH_MUST_LOAD: NginxVersion = NginxVersion::new(1, 21, 2);
/// `add_header_inherit` works from here on.
pub const HEADER_INHERIT: NginxVersion = NginxVersion::new(1, 29, 3);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stable_branches_have_the_defaults_of_their_branch_point() {
        let at = |text: &str| ssl_protocols(NginxVersion::parse(text).unwrap_or(NginxVersion::new(0, 0, 0)));
        assert_eq!(at("1.18.0"), ProtocolSet::of(&[Tls10, Tls11, Tls12]));
        assert_eq!(at("1.22.1"), ProtocolSet::of(&[Tls10, Tls11, Tls12]));
        assert_eq!(at("1.26.3"), ProtocolSet::of(&[Tls10, Tls11, Tls12, Tls13]));
        assert_eq!(at("1.28.0"), ProtocolSet::of(&[Tls12, Tls13]));
    }
}
