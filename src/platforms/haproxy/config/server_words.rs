//! The words of `server` and `default-server` with the number of values that follow each (source: the tables of
//! `srv_kw_list` from 2.2 to 3.5-dev, and `srv_settings_cpy`).

/// How many values follow a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Values {
    None,
    One,
    /// `source ADDRESS`, with `usesrc ADDRESS` and `interface NAME` behind it.
    Source,
}

/// How many values follow this word; `None` for a word that no version knows.
pub(super) fn values(word: &[u8]) -> Option<Values> {
    let listed = |words: &[&str]| words.iter().any(|known| known.as_bytes() == word);
    match word {
        b"source" => Some(Values::Source),
        _ if listed(WITHOUT) => Some(Values::None),
        _ if listed(WITH_ONE) => Some(Values::One),
        // `set-proxy-v2-tlv-fmt(0xE1) %[…]`
        _ if word.starts_with(b"set-proxy-v2-tlv-fmt(") => Some(Values::One),
        _ => None,
    }
}

/// Whether `default-server` refuses this word; it says so, and starts without it.
pub(super) fn is_refused_in_defaults(word: &[u8]) -> bool {
    REFUSED.iter().any(|known| known.as_bytes() == word)
}

/// Whether `default-server` takes this word without giving it to servers (measured for `curves`, 3.2 to 3.5-dev).
pub(super) fn is_not_copied(word: &[u8]) -> bool {
    matches!(word, b"curves" | b"sigalgs" | b"client-sigalgs")
}

#[rustfmt::skip]
const REFUSED: &[&str] = &[
    "guid", "id", "no-sslv3", "no-tlsv10", "no-tlsv11", "no-tlsv12", "no-tlsv13",
];

#[rustfmt::skip]
const WITHOUT: &[&str] = &[
    "agent-check", "allow-0rtt", "backup", "check", "check-reuse-pool", "check-send-proxy",
    "check-sni-auto", "check-ssl", "check-via-socks4", "disabled", "enabled", "force-sslv3", "force-tlsv10",
    "force-tlsv11", "force-tlsv12", "force-tlsv13", "no-agent-check", "no-backup", "no-check",
    "no-check-reuse-pool", "no-check-send-proxy", "no-check-sni-auto", "no-check-ssl", "no-renegotiate",
    "no-send-proxy", "no-send-proxy-v2", "no-send-proxy-v2-ssl", "no-send-proxy-v2-ssl-cn", "no-sni-auto",
    "no-ssl", "no-ssl-reuse", "no-sslv3", "no-tfo", "no-tls-tickets", "no-tlsv10", "no-tlsv11", "no-tlsv12",
    "no-tlsv13", "non-stick", "renegotiate", "send-proxy", "send-proxy-v2", "send-proxy-v2-ssl",
    "send-proxy-v2-ssl-cn", "sni-auto", "ssl", "ssl-reuse", "stick", "strict-maxconn", "tfo", "tls-tickets",
];

#[rustfmt::skip]
const WITH_ONE: &[&str] = &[
    "addr", "agent-addr", "agent-inter", "agent-port", "agent-send", "alpn", "ca-file", "cc", "check-alpn",
    "check-pool-conn-name", "check-proto", "check-sni", "ciphers", "ciphersuites", "client-sigalgs",
    "cookie", "crl-file", "crt", "curves", "downinter", "error-limit", "fall", "fastinter", "guid",
    "hash-key", "healthcheck", "id", "idle-ping", "init-addr", "init-state", "inter", "ktls", "log-bufsize",
    "log-proto", "max-reuse", "maxconn", "maxqueue", "minconn", "namespace", "npn", "observe", "on-error",
    "on-marked-down", "on-marked-up", "pool-conn-name", "pool-low-conn", "pool-max-conn",
    "pool-purge-delay", "port", "proto", "proxy-v2-options", "redir", "resolve-net", "resolve-opts",
    "resolve-prefer", "resolvers", "rise", "shard", "sigalgs", "slowstart", "sni", "socks4", "ssl-max-ver",
    "ssl-min-ver", "tcp-md5sig", "tcp-ut", "track", "usesrc", "verify", "verifyhost", "weight", "ws",
];
