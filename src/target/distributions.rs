//! What the common distributions ship: the versions in their own package archives, and what their
//! system-wide OpenSSL configuration adds.

use crate::platforms::nginx::version::NginxVersion;
use crate::tls::openssl::OpenSslVersion;
use crate::tls::protocol::ProtocolVersion;

/// A distribution release with the nginx of its own archive.
#[derive(Debug)]
pub(super) struct Distribution {
    /// The name on the command line.
    pub(super) name: &'static str,
    /// Other names for the same.
    aliases: &'static [&'static str],
    /// nginx of its archive.
    pub(super) nginx: NginxVersion,
    /// OpenSSL of its archive.
    pub(super) openssl: OpenSslVersion,
    /// The level of its build or its `openssl.cnf`.
    pub(super) security_level: u8,
    /// `MinProtocol` of its `openssl.cnf`.
    pub(super) min_protocol: Option<ProtocolVersion>,
}

impl Distribution {
    /// The distribution of a name or alias.
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        let name = name.to_ascii_lowercase();
        DISTRIBUTIONS.iter().find(|d| d.name == name || d.aliases.contains(&name.as_str()))
    }
}

const fn row(
    name: &'static str,
    aliases: &'static [&'static str],
    nginx: (u16, u16, u16),
    openssl: (u8, u8, u8),
    min_protocol: Option<ProtocolVersion>,
) -> Distribution {
    Distribution {
        name,
        aliases,
        nginx: NginxVersion::new(nginx.0, nginx.1, nginx.2),
        openssl: OpenSslVersion::new(openssl.0, openssl.1, openssl.2),
        // Debian and Ubuntu build with level 2, Red Hat's and Amazon's policies set it, and it is
        // upstream's own default from OpenSSL 3.2 on, which is what Alpine ships.
        security_level: 2,
        min_protocol,
    }
}

const TLS12: Option<ProtocolVersion> = Some(ProtocolVersion::Tls12);

/// Releases that are still in use. Where an archive moves within a release (Red Hat, Alpine,
/// Amazon), the row holds what its newest update ships.
pub(super) static DISTRIBUTIONS: &[Distribution] = &[
    row("debian-11", &["debian-bullseye"], (1, 18, 0), (1, 1, 1), TLS12),
    row("debian-12", &["debian-bookworm"], (1, 22, 1), (3, 0, 22), None),
    row("debian-13", &["debian-trixie"], (1, 26, 3), (3, 5, 7), None),
    row("ubuntu-20.04", &["ubuntu-focal"], (1, 18, 0), (1, 1, 1), TLS12),
    row("ubuntu-22.04", &["ubuntu-jammy"], (1, 18, 0), (3, 0, 2), TLS12),
    row("ubuntu-24.04", &["ubuntu-noble"], (1, 24, 0), (3, 0, 13), TLS12),
    row("ubuntu-26.04", &["ubuntu-resolute"], (1, 28, 2), (3, 5, 5), TLS12),
    row("rhel-8", &["alma-8", "rocky-8"], (1, 14, 1), (1, 1, 1), TLS12),
    row("rhel-9", &["alma-9", "rocky-9"], (1, 20, 1), (3, 2, 2), TLS12),
    row("rhel-10", &["alma-10", "rocky-10"], (1, 26, 3), (3, 2, 2), TLS12),
    row("alpine-3.20", &[], (1, 26, 2), (3, 3, 2), None),
    row("alpine-3.21", &[], (1, 26, 3), (3, 3, 3), None),
    row("alpine-3.22", &[], (1, 28, 0), (3, 5, 0), None),
    row("alpine-3.23", &[], (1, 28, 0), (3, 5, 4), None),
    row("amazon-linux-2", &["al2"], (1, 22, 1), (1, 1, 1), None),
    row("amazon-linux-2023", &["al2023"], (1, 28, 0), (3, 2, 2), TLS12),
    row("nginx-stable", &["nginx-image", "nginx-official"], (1, 30, 6), (3, 5, 7), None),
    row("nginx-mainline", &[], (1, 31, 4), (3, 5, 7), None),
];
