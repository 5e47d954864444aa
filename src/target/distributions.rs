//! What the common distributions ship: the versions in their own package archives, and what their
//! system-wide OpenSSL configuration adds.

use crate::platforms::haproxy::version::HaproxyVersion;
use crate::platforms::nginx::version::NginxVersion;
use crate::tls::openssl::OpenSslVersion;
use crate::tls::protocol::ProtocolVersion;

/// A distribution release with the servers of its own archive.
#[derive(Debug)]
pub(super) struct Distribution {
    /// The name on the command line.
    pub(super) name: &'static str,
    /// Other names for the same.
    aliases: &'static [&'static str],
    /// nginx of its archive.
    pub(super) nginx: NginxVersion,
    /// HAProxy of its archive.
    pub(super) haproxy: HaproxyVersion,
    /// OpenSSL of its archive.
    pub(super) openssl: OpenSslVersion,
    /// The level of its build or its `openssl.cnf`.
    pub(super) security_level: u8,
    /// `MinProtocol` of its `openssl.cnf`. Ubuntu has none there: its patch forbids the versions
    /// below at level 2, also to programs that choose by themselves.
    pub(super) min_protocol: Option<ProtocolVersion>,
    /// The highest level at which its build speaks versions below TLS 1.2, where a patch says so.
    pub(super) old_versions_up_to: Option<u8>,
    /// Whether its OpenSSL takes `PROFILE=SYSTEM` for a list of suites.
    pub(super) crypto_policies: bool,
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
    haproxy: (u16, u16, u16),
    openssl: (u8, u8, u8),
    min_protocol: Option<ProtocolVersion>,
) -> Distribution {
    Distribution {
        name,
        aliases,
        nginx: NginxVersion::new(nginx.0, nginx.1, nginx.2),
        haproxy: HaproxyVersion::new(haproxy.0, haproxy.1, haproxy.2),
        openssl: OpenSslVersion::new(openssl.0, openssl.1, openssl.2),
        // Debian 12 and Ubuntu build with level 2, Debian 11 sets it in `openssl.cnf`, Red Hat and
        // Amazon Linux 2023 in their crypto-policies (nginx resets the minimum version, the level
        // stays); elsewhere it is upstream's own default from OpenSSL 3.2 on.
        security_level: 2,
        min_protocol,
        old_versions_up_to: None,
        crypto_policies: false,
    }
}

impl Distribution {
    /// The same with Ubuntu's patch of 1.1.1: nothing below TLS 1.2 from level 2 on.
    const fn without_old_versions(self) -> Self {
        Distribution { old_versions_up_to: Some(1), ..self }
    }

    /// The same with Red Hat's crypto-policies.
    const fn with_policies(self) -> Self {
        Distribution { crypto_policies: true, ..self }
    }

    /// The same with another security level.
    const fn at_level(self, security_level: u8) -> Self {
        Distribution { security_level, ..self }
    }
}

const TLS12: Option<ProtocolVersion> = Some(ProtocolVersion::Tls12);

/// Releases that are still in use, as of November 2026. Where an archive moves within a release (Red
/// Hat, Alpine, Amazon), the row holds what its newest update ships.
///
/// Of HAProxy those of Debian are confirmed. Not confirmed: the third number everywhere else, and the branch of
/// Ubuntu 26.04, Alpine and Amazon Linux; Red Hat moved 9 to 2.8 in a later update.
pub(super) static DISTRIBUTIONS: &[Distribution] = &[
    row("debian-11", &["debian-bullseye"], (1, 18, 0), (2, 2, 9), (1, 1, 1), TLS12),
    // Since Debian 12 nothing is set in openssl.cnf.
    row("debian-12", &["debian-bookworm"], (1, 22, 1), (2, 6, 12), (3, 0, 22), None),
    row("debian-13", &["debian-trixie"], (1, 26, 3), (3, 0, 11), (3, 5, 7), None),
    row("ubuntu-20.04", &["ubuntu-focal"], (1, 18, 0), (2, 0, 33), (1, 1, 1), TLS12).without_old_versions(),
    row("ubuntu-22.04", &["ubuntu-jammy"], (1, 18, 0), (2, 4, 24), (3, 0, 2), TLS12),
    row("ubuntu-24.04", &["ubuntu-noble"], (1, 24, 0), (2, 8, 5), (3, 0, 13), TLS12),
    // Not confirmed: that the patch is still there.
    row("ubuntu-26.04", &["ubuntu-resolute"], (1, 28, 3), (3, 2, 9), (3, 5, 5), TLS12),
    // The default module stream; others go up to 1.24. Not confirmed: that the default has not moved.
    row("rhel-8", &["alma-8", "rocky-8"], (1, 14, 1), (1, 8, 27), (1, 1, 1), TLS12).with_policies(),
    // Without a module stream, which go up to 1.26. Not confirmed: OpenSSL of 9.9 (9.8 has 3.5.5, CentOS
    // Stream 3.5.7).
    row("rhel-9", &["alma-9", "rocky-9"], (1, 20, 1), (2, 4, 22), (3, 5, 7), TLS12).with_policies(),
    // Not confirmed: OpenSSL of 10.3 (10.2 has 3.5.5); taken to be that of 9.9.
    row("rhel-10", &["alma-10", "rocky-10"], (1, 26, 3), (3, 0, 5), (3, 5, 7), TLS12).with_policies(),
    // Not confirmed: nginx (1.26.2 is; the fix of early 2025 is taken to have come as in 3.21).
    row("alpine-3.20", &[], (1, 26, 3), (2, 8, 10), (3, 3, 7), None),
    row("alpine-3.21", &[], (1, 26, 3), (3, 0, 7), (3, 3, 7), None),
    row("alpine-3.22", &[], (1, 28, 3), (3, 2, 0), (3, 5, 9), None),
    row("alpine-3.23", &[], (1, 28, 3), (3, 2, 9), (3, 5, 9), None),
    // The extra nginx1, which links openssl11; there are no crypto-policies. Not confirmed: nginx after
    // 1.30.1, and the level, taken to be upstream's.
    row("amazon-linux-2", &["al2"], (1, 30, 1), (1, 5, 18), (1, 1, 1), None).at_level(1),
    // Not confirmed: nginx after 1.30.5, OpenSSL after 3.5.5, and the policy (Fedora's default).
    row("amazon-linux-2023", &["al2023"], (1, 30, 5), (2, 8, 3), (3, 5, 5), TLS12).with_policies(),
    // The image of HAProxy. Not confirmed: that it is on Debian 13, whose nginx stands here.
    row("haproxy-image", &["haproxy-official"], (1, 26, 3), (3, 4, 7), (3, 5, 7), None),
    // Both on Debian 13. Not confirmed: that the images follow the releases of 18 November already.
    row("nginx-stable", &["nginx-image", "nginx-official"], (1, 30, 7), (3, 4, 7), (3, 5, 7), None),
    row("nginx-mainline", &[], (1, 31, 9), (3, 4, 7), (3, 5, 7), None),
];
