//! The catalogue: every rule on one screen.
//!
//! A rule is a pure function over the [`Surface`]; its page in `rules/` explains it to people and is
//! executed as a test. Adding one: a file below, a page, a `mod` line and a row.

use crate::finding::{Findings, Severity};
use crate::surface::Surface;

mod below_security_level;
mod borrowed_certificate;
mod certificate_expired;
mod certificate_expiring;
mod certificate_missing;
mod certificate_name_mismatch;
mod certificate_not_yet_valid;
mod certificate_unreadable;
mod chain_in_wrong_directive;
mod chain_includes_root;
mod chain_incomplete;
mod chain_out_of_order;
mod chain_refused;
mod chain_unrelated;
mod cipher_string_error;
mod client_auth_broad_trust;
mod client_auth_optional_unchecked;
mod client_auth_unverified;
mod client_auth_without_ca;
mod client_cas;
mod commands;
mod deprecated_directive;
mod dhe;
mod duplicate_certificate_type;
mod duplicate_default_server;
mod duplicate_directive;
mod early_data;
mod encrypted_key_without_passphrase;
mod gather;
mod groups;
mod hops;
mod http2_blocked_cipher;
mod implicit_protocols;
mod include_cycle;
mod include_not_found;
mod incomplete_crl;
mod ineffective_setting;
mod invalid_setting;
mod issuers;
mod key_mismatch;
mod key_missing;
mod listener_without_certificate;
mod lists;
mod loads;
mod lost_hsts;
mod lowered_security_level;
mod missing_dh_params;
mod missing_hsts;
mod missing_san;
mod missing_tls13;
mod misspelled_setting;
mod mixed_proxy_protocol;
mod must_staple_not_stapled;
mod no_forward_secrecy;
mod no_https_redirect;
mod no_post_quantum_group;
mod no_usable_cipher;
mod not_a_server_certificate;
pub mod options;
mod plaintext_on_tls_port;
mod private_key_exposed;
mod profile_mismatch;
mod prose;
mod protocol_gap;
mod refusals;
mod refused;
mod self_signed;
mod sent;
mod session_cache;
mod session_ticket_key;
mod shadowed_server_name;
mod short_hsts;
mod stapling;
mod stapling_ineffective;
mod syntax_error;
mod tls13_suite_in_cipher_list;
mod tls_not_enabled;
mod trust;
mod unknown_name_gets_default_certificate;
mod unsupported_setting;
mod upstream_broad_trust;
mod upstream_name_mismatch;
mod upstream_plaintext;
mod upstream_sni_missing;
mod upstream_tls_port_plaintext;
mod upstream_untrusted_backend;
mod upstream_unverified;
mod upstream_verify_depth;
mod upstream_weak_cipher;
mod upstream_weak_protocol;
mod upstream_without_ca;
mod validity_too_long;
mod weak_cipher;
mod weak_dh_params;
mod weak_group;
mod weak_key;
mod weak_protocol;
mod weak_signature;
mod weakness;

/// One rule.
pub struct Rule {
    /// Kebab-case; says what is wrong.
    pub name: &'static str,
    /// The severity unless the command line or the configuration says otherwise.
    pub severity: Severity,
    /// Whether it is off until asked for.
    pub pedantic: bool,
    /// Reports what is wrong with a surface.
    pub check: fn(&Surface, &mut Findings),
    /// The page that explains it, in Markdown.
    pub page: &'static str,
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

macro_rules! rule {
    ($name:literal, $severity:ident, $module:ident) => {
        rule!($name, $severity, $module, false)
    };
    ($name:literal, $severity:ident, $module:ident, pedantic) => {
        rule!($name, $severity, $module, true)
    };
    ($name:literal, $severity:ident, $module:ident, $pedantic:literal) => {
        Rule {
            name: $name,
            severity: Severity::$severity,
            pedantic: $pedantic,
            check: $module::check,
            page: include_str!(concat!("../rules/", $name, ".md")),
        }
    };
}

/// Every rule, by subject.
pub static RULES: &[Rule] = &[
    // protocols and ciphers
    rule!("weak-protocol", Error, weak_protocol),
    rule!("missing-tls13", Warning, missing_tls13),
    rule!("implicit-protocols", Warning, implicit_protocols),
    rule!("protocol-gap", Error, protocol_gap),
    rule!("weak-cipher", Error, weak_cipher),
    rule!("no-forward-secrecy", Warning, no_forward_secrecy),
    rule!("cipher-string-error", Error, cipher_string_error),
    rule!("tls13-suite-in-cipher-list", Warning, tls13_suite_in_cipher_list),
    rule!("no-usable-cipher", Error, no_usable_cipher),
    rule!("weak-dh-params", Error, weak_dh_params),
    rule!("missing-dh-params", Warning, missing_dh_params),
    rule!("profile-mismatch", Warning, profile_mismatch),
    rule!("weak-group", Warning, weak_group),
    rule!("no-post-quantum-group", Note, no_post_quantum_group, pedantic),
    rule!("session-ticket-key", Warning, session_ticket_key, pedantic),
    rule!("session-cache", Warning, session_cache, pedantic),
    rule!("http2-blocked-cipher", Warning, http2_blocked_cipher),
    rule!("lowered-security-level", Warning, lowered_security_level),
    rule!("early-data", Warning, early_data),
    rule!("ineffective-setting", Warning, ineffective_setting),
    // listeners and names
    rule!("plaintext-on-tls-port", Error, plaintext_on_tls_port),
    rule!("tls-not-enabled", Error, tls_not_enabled),
    rule!("listener-without-certificate", Error, listener_without_certificate),
    rule!("borrowed-certificate", Error, borrowed_certificate),
    rule!("certificate-name-mismatch", Error, certificate_name_mismatch),
    rule!("unknown-name-gets-default-certificate", Note, unknown_name_gets_default_certificate, pedantic),
    rule!("shadowed-server-name", Warning, shadowed_server_name),
    rule!("mixed-proxy-protocol", Warning, mixed_proxy_protocol),
    rule!("no-https-redirect", Warning, no_https_redirect),
    rule!("missing-hsts", Warning, missing_hsts),
    rule!("short-hsts", Warning, short_hsts),
    rule!("lost-hsts", Warning, lost_hsts),
    // certificates and keys
    rule!("certificate-missing", Error, certificate_missing),
    rule!("certificate-unreadable", Error, certificate_unreadable),
    rule!("key-missing", Error, key_missing),
    rule!("key-mismatch", Error, key_mismatch),
    rule!("encrypted-key-without-passphrase", Warning, encrypted_key_without_passphrase),
    rule!("private-key-exposed", Warning, private_key_exposed),
    rule!("duplicate-certificate-type", Warning, duplicate_certificate_type),
    rule!("below-security-level", Error, below_security_level),
    rule!("certificate-expired", Error, certificate_expired),
    rule!("certificate-not-yet-valid", Error, certificate_not_yet_valid),
    rule!("certificate-expiring", Warning, certificate_expiring),
    rule!("chain-incomplete", Error, chain_incomplete),
    rule!("chain-in-wrong-directive", Error, chain_in_wrong_directive),
    rule!("chain-refused", Error, chain_refused),
    rule!("chain-out-of-order", Warning, chain_out_of_order),
    rule!("chain-unrelated", Warning, chain_unrelated),
    rule!("chain-includes-root", Note, chain_includes_root),
    rule!("weak-key", Error, weak_key),
    rule!("weak-signature", Error, weak_signature),
    rule!("self-signed", Warning, self_signed),
    rule!("missing-san", Error, missing_san),
    rule!("not-a-server-certificate", Error, not_a_server_certificate),
    rule!("validity-too-long", Warning, validity_too_long),
    rule!("must-staple-not-stapled", Error, must_staple_not_stapled),
    rule!("stapling-ineffective", Warning, stapling_ineffective),
    // client authentication
    rule!("client-auth-unverified", Error, client_auth_unverified),
    rule!("client-auth-optional-unchecked", Warning, client_auth_optional_unchecked),
    rule!("client-auth-without-ca", Error, client_auth_without_ca),
    rule!("client-auth-broad-trust", Warning, client_auth_broad_trust),
    rule!("incomplete-crl", Error, incomplete_crl),
    // the second hop
    rule!("upstream-unverified", Error, upstream_unverified),
    rule!("upstream-name-mismatch", Error, upstream_name_mismatch),
    rule!("upstream-sni-missing", Warning, upstream_sni_missing),
    rule!("upstream-without-ca", Error, upstream_without_ca),
    rule!("upstream-untrusted-backend", Error, upstream_untrusted_backend),
    rule!("upstream-verify-depth", Error, upstream_verify_depth),
    rule!("upstream-broad-trust", Warning, upstream_broad_trust, pedantic),
    rule!("upstream-weak-protocol", Warning, upstream_weak_protocol),
    rule!("upstream-weak-cipher", Warning, upstream_weak_cipher),
    rule!("upstream-plaintext", Warning, upstream_plaintext, pedantic),
    rule!("upstream-tls-port-plaintext", Error, upstream_tls_port_plaintext),
    // the text itself
    rule!("syntax-error", Error, syntax_error),
    rule!("include-not-found", Error, include_not_found),
    rule!("include-cycle", Error, include_cycle),
    rule!("duplicate-directive", Error, duplicate_directive),
    rule!("duplicate-default-server", Error, duplicate_default_server),
    rule!("misspelled-setting", Error, misspelled_setting),
    rule!("invalid-setting", Error, invalid_setting),
    rule!("unsupported-setting", Error, unsupported_setting),
    rule!("deprecated-directive", Warning, deprecated_directive),
];

/// The rule of a name.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name)
}

/// The rule of a name that somebody wrote.
///
/// # Errors
/// Names the nearest rule where there is none of this name.
pub fn named(name: &str) -> Result<&'static Rule, String> {
    find(name).ok_or_else(|| match crate::nearest::nearest(name, RULES.iter().map(|rule| rule.name)) {
        Some(near) => format!("there is no rule of this name; did you mean `{near}`?"),
        None => "there is no rule of this name; `tlslint rules` lists all".to_owned(),
    })
}
