//! What to write instead of words that are gone, were never there, or belong elsewhere.

use super::words::Place;

/// What to write instead of an option, where this is known.
pub fn for_word(name: &str, place: Place) -> Option<&'static str> {
    use Place::{Bind, BindDefaults, DefaultServer, Server, ServerDefaults};
    Some(match (place, name) {
        (_, "no-sslv3" | "no-tlsv10" | "no-tlsv11" | "no-tlsv12") => "ssl-min-ver",
        (_, "no-tlsv13") => "ssl-max-ver TLSv1.2",
        (_, "npn") => "alpn",
        (Bind, "ecdhe") => "curves",
        (Bind, "process") => "thread",
        (Bind, "ocsp-update") => "`ocsp-update` on the line of a crt-list, or `ocsp-update.mode` in `global`",
        (Bind, "no-ssl" | "verifyhost" | "sni" | "check" | "check-ssl") => "this belongs on a `server` line",
        (Server | DefaultServer, "no-verify") => "verify none",
        (Server | DefaultServer, "no-verifyhost") => "a `server` line without `verifyhost`",
        (Server | DefaultServer, "strict-sni" | "crt-list" | "accept-proxy" | "generate-certificates") => {
            "this belongs on a `bind` line"
        }
        (BindDefaults, "ciphers") => "ssl-default-bind-ciphers",
        (BindDefaults, "ciphersuites") => "ssl-default-bind-ciphersuites",
        (BindDefaults, "curves" | "ecdhe") => "ssl-default-bind-curves",
        (BindDefaults, "sigalgs") => "ssl-default-bind-sigalgs",
        (BindDefaults | ServerDefaults, "alpn" | "ca-file" | "crt") => {
            "the word itself on each line: there is no default for it"
        }
        (ServerDefaults, "ciphers") => "ssl-default-server-ciphers",
        (ServerDefaults, "ciphersuites") => "ssl-default-server-ciphersuites",
        (ServerDefaults, "curves") => "ssl-default-server-curves",
        (ServerDefaults, "sigalgs") => "ssl-default-server-sigalgs",
        (ServerDefaults, "verify") => "ssl-server-verify",
        _ => return None,
    })
}

/// What to write instead of a first word, where this is known.
pub fn for_keyword(name: &str) -> Option<&'static str> {
    Some(match name {
        "nbproc" => "nbthread",
        "no-quic" => "tune.quic.listen off",
        "tune.chksize" => "tune.bufsize",
        "tune.ssl.capture-cipherlist-size" => "tune.ssl.capture-buffer-size",
        "tune.ssl.ocsp-update.mindelay" => "ocsp-update.mindelay",
        "tune.ssl.ocsp-update.maxdelay" => "ocsp-update.maxdelay",
        "ssl-engine" => "ssl-provider",
        "ssl-default-bind-curve" => "ssl-default-bind-curves",
        "ssl-min-ver" | "ssl-max-ver" => "ssl-default-bind-options, or the word on a `bind` line",
        "trace" => "a section `traces`",
        "redisp" | "redispatch" => "option redispatch",
        "clitimeout" => "timeout client",
        "srvtimeout" => "timeout server",
        "contimeout" => "timeout connect",
        "block" => "http-request deny",
        "rspadd" => "http-response add-header, or http-after-response for HAProxy's own responses",
        "reqadd" => "http-request add-header",
        _ => return None,
    })
}
