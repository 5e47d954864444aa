//! Values of OpenSSL's commands that every release refuses (`ssl/ssl_conf.c`).

/// Flags of `Options` in any release from 1.0.2 to 3.5; matched without case.
const OPTIONS: &[&str] = &[
    "AllowNoDHEKEX",
    "AntiReplay",
    "Bugs",
    "CANames",
    "ClientRenegotiation",
    "Compression",
    "DHSingle",
    "ECDHSingle",
    "EmptyFragments",
    "EncryptThenMac",
    "ExtendedMasterSecret",
    "KTLS",
    "KTLSTxZerocopySendfile",
    "MiddleboxCompat",
    "NoRenegotiation",
    "NoResumptionOnRenegotiation",
    "PreferNoDHEKEX",
    "PrioritizeChaCha",
    "RxCertificateCompression",
    "ServerPreference",
    "SessionTicket",
    "StrictCertCheck",
    "TxCertificateCompression",
    "UnsafeLegacyRenegotiation",
    "UnsafeLegacyServerConnect",
];

/// What `MinProtocol` and `MaxProtocol` take.
const BOUNDS: &[&str] = &["None", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3", "DTLSv1", "DTLSv1.2"];

/// What `Protocol` switches on and off.
const PROTOCOLS: &[&str] =
    &["ALL", "SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3", "DTLSv1", "DTLSv1.2"];

/// What a value should be, if OpenSSL refuses it. Names are compared without case throughout, though
/// most releases are stricter about bounds.
pub(super) fn wrong(key: &str, value: &str) -> Option<&'static str> {
    let one_of = |names: &[&str], text: &str| names.iter().any(|name| name.eq_ignore_ascii_case(text));
    // A list is cut at commas; an empty element is refused like an unknown one.
    let each = |names: &[&str]| {
        value
            .split(',')
            .map(str::trim)
            .all(|flag| one_of(names, flag.strip_prefix(['+', '-']).unwrap_or(flag)))
    };
    match key {
        "options" => {
            (!each(OPTIONS)).then_some("see SSL_CONF_cmd(3) for the flags, such as `PrioritizeChaCha`")
        }
        "protocol" => (!each(PROTOCOLS)).then_some("write versions such as `-TLSv1.2`, joined by commas"),
        "minprotocol" | "maxprotocol" => (!one_of(BOUNDS, value))
            .then_some("write one of `TLSv1`, `TLSv1.1`, `TLSv1.2`, `TLSv1.3`, `None`"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::wrong;

    #[test]
    fn only_what_every_release_refuses_is_wrong() {
        for (key, value) in [
            ("options", "PrioritizeChaCha"),
            ("options", "+Bugs, -sessionticket"),
            ("protocol", "ALL,-TLSv1.2,+TLSv1.3"),
            ("minprotocol", "TLSv1.2"),
            ("maxprotocol", "None"),
            ("ciphersuites", "Foo"),
        ] {
            assert_eq!(wrong(key, value), None, "{key} {value}");
        }
        for (key, value) in [
            ("options", "Foo"),
            ("options", "Bugs,-Foo"),
            ("options", ""),
            ("protocol", "TLSv1.4"),
            ("minprotocol", "TLSv1.4"),
            ("maxprotocol", "TLSv1.0"),
        ] {
            assert!(wrong(key, value).is_some(), "{key} {value}");
        }
    }
}
