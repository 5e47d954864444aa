//! What the chosen profile allows by name. Whoever chose the profile has accepted it, so that rules with
//! a baseline of their own ask here before they report it; what a profile merely does not forbid is not
//! accepted.

use super::Surface;
use crate::tls::cipher_suite::CipherSuite;
use crate::tls::group::NamedGroup;
use crate::tls::protocol::ProtocolVersion;
use crate::tls::security_level::protocol_allowed;

impl Surface {
    /// Whether the chosen profile allows a version by name.
    pub fn accepts_protocol(&self, version: ProtocolVersion) -> bool {
        self.profile.as_ref().is_some_and(|profile| profile.accepts_protocol(version))
    }

    /// Whether the chosen profile allows a suite by name.
    pub fn accepts_suite(&self, suite: &CipherSuite) -> bool {
        self.profile.as_ref().is_some_and(|profile| profile.accepts_suite(suite))
    }

    /// Whether the chosen profile allows a group by name.
    pub fn accepts_group(&self, group: &NamedGroup) -> bool {
        self.profile.as_ref().is_some_and(|profile| profile.accepts_group(group))
    }

    /// Whether the chosen profile allows DHE parameters of this size.
    pub fn accepts_dh_bits(&self, bits: u32) -> bool {
        let dh = self.profile.as_ref().and_then(|profile| profile.dh.as_ref());
        dh.is_some_and(|dh| bits >= dh.min_bits)
    }

    /// Whether the chosen profile allows versions by name that the TLS library speaks only where its
    /// security level is lowered.
    pub fn accepts_lowered_level(&self) -> bool {
        let (target, level) = (&self.target, self.target.security_level.max(1));
        let refused = |v: &ProtocolVersion| !protocol_allowed(*v, level, target.openssl);
        ProtocolVersion::ALL.iter().any(|v| refused(v) && self.accepts_protocol(*v))
    }
}
