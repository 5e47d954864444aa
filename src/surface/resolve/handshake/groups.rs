//! The groups of a handshake: what a list names, what the library refuses, what is of use.

use super::super::super::Suites;
use super::{Handshakes, Refused, known};
use crate::model::{GroupList, Setting, Spanned, TlsSettings};
use crate::tls::cipher_suite::KeyExchange;
use crate::tls::group::{self, GroupListErrorKind, NamedGroup};
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};
use crate::tls::security_level;
use std::sync::Arc;

impl Handshakes<'_> {
    pub(super) fn groups(&self, groups: &Setting<GroupList>) -> Result<Vec<&'static NamedGroup>, Refused> {
        match known(groups)? {
            GroupList::Auto => Ok(self.target.openssl.default_groups()),
            GroupList::List(list) => group::parse_list(&list.text, self.target.openssl)
                .map_err(|_| Refused::Error("the list of groups is refused".into())),
        }
    }

    /// The word for which the library refuses a server's list of groups. Without a certificate there
    /// is nothing that loads the list, unless handshakes are refused.
    pub(in super::super) fn refused_group(&self, tls: &TlsSettings) -> Option<Spanned> {
        if tls.certificates.is_empty() && !tls.reject_handshake.is(&true) {
            return None;
        }
        let GroupList::List(list) = tls.groups.known()? else { return None };
        let error = group::parse_list(&list.text, self.target.openssl).err()?;
        let text = list.text[error.at.clone()].to_owned();
        // Names that other libraries and providers bring are theirs to judge, unless OpenSSL is stated.
        let foreign = error.kind == GroupListErrorKind::Unknown
            && !self.target.is_plain_openssl()
            && group::is_foreign(&text);
        let span = list.part(error.at).or_else(|| tls.groups.span())?;
        (!foreign).then_some(Spanned { text, span })
    }

    /// The groups that the versions and suites left over have a use for.
    pub(super) fn usable_groups(
        &self,
        written: &Setting<GroupList>,
        groups: Result<Vec<&'static NamedGroup>, Refused>,
        protocols: &Setting<ProtocolSet>,
        suites: &Setting<Arc<Suites>>,
        level: &Setting<u8>,
    ) -> Setting<Vec<&'static str>> {
        let origin = match written.known() {
            Some(GroupList::Auto) => written.origin().clone().defaulting_to(&self.openssl_name),
            _ => written.origin().clone(),
        };
        let groups = match groups {
            Ok(groups) => groups,
            Err(Refused::Unknown(why) | Refused::Error(why)) => return Setting::Unknown { why, origin },
        };
        let Some(protocols) = protocols.known() else {
            return Setting::Unknown { why: "the protocols are not known".into(), origin };
        };
        let tls13 = protocols.contains(ProtocolVersion::Tls13);
        let exchanges = |kx: KeyExchange| match suites.known() {
            Some(suites) => {
                let mut older = suites.iter().filter(|(version, _)| **version < ProtocolVersion::Tls13);
                older.any(|(_, suites)| suites.iter().any(|s| s.kx == kx))
            }
            None => protocols.iter().any(|v| v < ProtocolVersion::Tls13),
        };
        let curves = exchanges(KeyExchange::Ecdhe);
        let fields = self.target.openssl.finite_fields_before_tls13() && exchanges(KeyExchange::Dhe);
        let level = level.known().copied().unwrap_or_default();
        let allowed = |g: &NamedGroup| security_level::group_allowed(g, level, self.target.openssl);
        let usable = groups
            .into_iter()
            .filter(|g| (tls13 && g.tls13) || (curves && g.tls12) || (fields && g.finite_field()));
        let usable = usable.filter(|g| allowed(g));
        Setting::Known { value: usable.map(|g| g.name).collect(), origin }
    }
}
