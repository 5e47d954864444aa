//! Which software a configuration will run on: defaults depend on versions, so a target names them.

mod distributions;

use crate::nearest::nearest;
use crate::platforms::haproxy::version::HaproxyVersion;
use crate::platforms::nginx::version::NginxVersion;
use crate::tls::cipher_string::{self, CipherStringError, Expansion};
use crate::tls::openssl::OpenSslVersion;
use crate::tls::protocol::ProtocolVersion;
use distributions::{DISTRIBUTIONS, Distribution};
use std::fmt;

/// Server version, TLS library and what the system adds to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// As given on the command line; `None` when today's upstream versions are assumed.
    pub stated: Option<String>,
    /// nginx.
    pub nginx: NginxVersion,
    /// HAProxy.
    pub haproxy: HaproxyVersion,
    /// OpenSSL.
    pub openssl: OpenSslVersion,
    /// The security level of the library's build and its system-wide configuration, 0 to 5.
    pub security_level: u8,
    /// The lowest version that the system-wide configuration allows to programs that do not choose
    /// one by themselves. nginx chooses by itself (facts: it resets the system's minimum).
    pub min_protocol: Option<ProtocolVersion>,
    /// The highest level at which the build speaks versions below TLS 1.2, where a vendor's patch
    /// says so, beyond what the release itself does.
    pub old_versions_up_to: Option<u8>,
    /// Whether the build is patched to take `PROFILE=SYSTEM` for a list of suites; `None` where the
    /// build is not known.
    pub crypto_policies: Option<bool>,
    /// Whether it is said, by a version or by a distribution, that the library is OpenSSL.
    pub is_openssl: bool,
    /// Whether it is known that the C library sorts without changing the order of what is equal, as that of GNU
    /// does: the distribution is named, and built on it.
    pub sorts_stably: bool,
}

impl Target {
    /// Today's upstream stable versions on a stock OpenSSL (November 2026): nginx 1.30, HAProxy 3.4, and the
    /// long-term release of OpenSSL that the image of nginx carries.
    pub fn assumed() -> Self {
        Target {
            stated: None,
            nginx: NginxVersion::new(1, 30, 6),
            haproxy: HaproxyVersion::new(3, 4, 7),
            openssl: OpenSslVersion::new(3, 5, 7),
            security_level: 2,
            min_protocol: None,
            old_versions_up_to: None,
            crypto_policies: None,
            is_openssl: false,
            sorts_stably: false,
        }
    }

    /// Whether it is said that the library is OpenSSL, of a build that no vendor's patches add names to.
    pub fn is_plain_openssl(&self) -> bool {
        self.is_openssl && self.crypto_policies != Some(true)
    }

    /// Whether the user said what the configuration will run on.
    pub fn is_stated(&self) -> bool {
        self.stated.is_some()
    }

    /// Reads `debian-12`, or `nginx=1.24,openssl=3.0.2,seclevel=2,min-protocol=TLSv1.2`; a name may
    /// come first and be amended: `debian-12,nginx=1.28.0`. What is not said stays as assumed.
    ///
    /// # Errors
    /// A sentence that says which part cannot be read and what would be possible.
    pub fn parse(text: &str) -> Result<Self, TargetError> {
        let mut target = Target { stated: Some(text.to_owned()), ..Target::assumed() };
        let mut level_said = false;
        for (index, part) in text.split(',').map(str::trim).enumerate() {
            match part.split_once('=') {
                None if index == 0 => {
                    target.adopt(Distribution::find(part).ok_or_else(|| TargetError::unknown(part))?);
                    level_said = true;
                }
                None => return Err(TargetError(format!("`{part}` is no `key=value`"))),
                Some((key, value)) => {
                    target.set(key.trim(), value.trim())?;
                    level_said |= key.trim() == "seclevel";
                }
            }
        }
        if !level_said {
            target.security_level = target.openssl.default_security_level();
        }
        Ok(target)
    }

    /// What a list of suites selects. Where the library is known, what other libraries would make of
    /// the list is no matter; a vendor's patch may still take `PROFILE=SYSTEM`.
    ///
    /// # Errors
    /// The library refuses the list.
    pub fn expand(&self, list: &str) -> Result<Expansion, CipherStringError> {
        let settled = match self.crypto_policies {
            None => self.is_openssl && !list.starts_with("PROFILE="),
            Some(true) => !list.starts_with("PROFILE="),
            Some(false) => true,
        };
        match cipher_string::expand(list, self.openssl) {
            Ok(expansion) => Ok(Expansion { promised: expansion.promised || settled, ..expansion }),
            Err(error) => Err(CipherStringError { promised: error.promised || settled, ..error }),
        }
    }

    fn adopt(&mut self, distribution: &Distribution) {
        self.nginx = distribution.nginx;
        self.haproxy = distribution.haproxy;
        self.openssl = distribution.openssl;
        self.security_level = distribution.security_level;
        self.min_protocol = distribution.min_protocol;
        self.old_versions_up_to = distribution.old_versions_up_to;
        self.crypto_policies = Some(distribution.crypto_policies);
        self.is_openssl = true;
        self.sorts_stably = !distribution.name.starts_with("alpine");
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), TargetError> {
        let bad = |what: &str| TargetError(format!("`{value}` is no {what}"));
        match key {
            "nginx" => {
                self.nginx = NginxVersion::parse(value).ok_or_else(|| bad("nginx version, such as 1.28.0"))?
            }
            "openssl" => {
                self.openssl = value.parse().map_err(|()| bad("OpenSSL version, such as 3.0.2"))?;
                self.crypto_policies = None;
                self.is_openssl = true;
            }
            "seclevel" => {
                self.security_level =
                    value.parse().ok().filter(|n| *n <= 5).ok_or_else(|| bad("security level, 0 to 5"))?;
            }
            "min-protocol" => {
                self.min_protocol = Some(
                    ProtocolVersion::parse(value).ok_or_else(|| bad("protocol version, such as TLSv1.2"))?,
                );
            }
            "haproxy" => {
                self.haproxy =
                    HaproxyVersion::parse(value).ok_or_else(|| bad("haproxy version, such as 3.2"))?;
            }
            _ => {
                return Err(TargetError(format!(
                    "`{key}` is no part of a target; there are nginx, haproxy, openssl, seclevel and min-protocol"
                )));
            }
        }
        Ok(())
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nginx {}, OpenSSL {} at security level {}", self.nginx, self.openssl, self.security_level)
    }
}

/// Why a target cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetError(String);

impl TargetError {
    fn unknown(name: &str) -> Self {
        let names: Vec<_> = DISTRIBUTIONS.iter().map(|d| d.name).collect();
        let near = match nearest(name, names.iter().copied()) {
            Some(near) => format!("did you mean `{near}`? There are"),
            None => "there are".to_owned(),
        };
        TargetError(format!(
            "no target is called `{name}`; {near} {}, or spell it out: nginx=1.24,openssl=3.0.2,seclevel=2",
            names.join(", ")
        ))
    }
}

impl fmt::Display for TargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TargetError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_named_spelled_out_or_both() {
        let debian = Target::parse("debian-12").map(|t| (t.nginx, t.security_level));
        assert_eq!(debian, Ok((NginxVersion::new(1, 22, 1), 2)));
        let amended = Target::parse("debian-12,nginx=1.28.0,seclevel=0")
            .map(|t| (t.nginx, t.openssl, t.security_level));
        assert_eq!(amended, Ok((NginxVersion::new(1, 28, 0), OpenSslVersion::new(3, 0, 22), 0)));
        // Upstream's own default level: 1 before OpenSSL 3.2, 2 from then on.
        assert_eq!(Target::parse("openssl=3.0.2").map(|t| t.security_level), Ok(1));
        assert_eq!(Target::parse("openssl=3.5.0").map(|t| t.security_level), Ok(2));
        let haproxy = |text| Target::parse(text).map(|t| t.haproxy);
        assert_eq!(haproxy("debian-13"), Ok(HaproxyVersion::new(3, 0, 11)));
        assert_eq!(haproxy("haproxy=2.6.12,openssl=3.0.22"), Ok(HaproxyVersion::new(2, 6, 12)));
        for wrong in [
            "haproxy=x",
            "debian-99",
            "nginx=x",
            "seclevel=6",
            "openssl",
            "debian-12,rhel-9",
            "min-protocol=4",
        ] {
            assert!(Target::parse(wrong).is_err(), "{wrong}");
        }
    }
}
