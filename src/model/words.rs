//! How each platform writes what rules recommend: statements to paste, so that rules need not know
//! which platform they look at.

use super::Platform;
use crate::tls::protocol::{ProtocolSet, ProtocolVersion};

/// Statements to paste, and the names of settings, in one platform's language.
#[derive(Debug)]
pub struct Words {
    /// The setting that lists protocol versions.
    pub protocols: &'static str,
    /// What is accepted where no protocol version is named, by version of the software.
    pub protocol_defaults: &'static str,
    /// TLS 1.2 and 1.3 and nothing else.
    pub modern_protocols: &'static str,
    /// The setting that holds the cipher list.
    pub ciphers: &'static str,
    /// The setting for TLS 1.3 suites.
    pub ciphersuites: &'static str,
    /// The setting that lists groups.
    pub groups: &'static str,
    /// Parameters for DHE.
    pub dh_params: &'static str,
    /// These versions and nothing else.
    pub only_protocols: fn(ProtocolSet) -> String,
    /// A setting with a value.
    pub set: fn(&str, &str) -> String,
    /// Let the server's order of suites rule.
    pub server_preference: &'static str,
    /// HSTS for so many seconds, on every response.
    pub hsts_for: fn(u64) -> String,
    /// Keep sessions where all workers find them.
    pub session_cache: &'static str,
    /// How ticket keys come to change.
    pub ticket_keys: &'static str,
    /// The word that switches TLS on for a socket.
    pub tls_switch: &'static str,
    /// A certificate with its key.
    pub certificate: &'static str,
    /// Give the pass phrases of private keys.
    pub pass_phrases: &'static str,
    /// Staple OCSP responses.
    pub stapling: &'static str,
    /// How the log begins when stapling is switched on and cannot work.
    pub stapling_ignored: &'static str,
    /// Refuse handshakes for names that nobody serves.
    pub reject_handshake: &'static str,
    /// HSTS for two years, on every response.
    pub hsts: &'static str,
    /// The word that puts a header on error responses, too.
    pub always: &'static str,
    /// How to keep the headers of the outer block beside those of an inner one, and since when.
    pub merge_headers: &'static str,
    /// Send every request to the same URL over TLS.
    pub redirect: &'static str,
    /// Trust authorities for client certificates.
    pub client_ca: &'static str,
    /// Demand a verified client certificate.
    pub client_verify: &'static str,
    /// Refuse requests whose client certificate was not verified.
    pub client_check: &'static str,
    /// Tell the application of 0-RTT data.
    pub early_data_header: &'static str,
    /// Switch 0-RTT off.
    pub no_early_data: &'static str,
}

impl Platform {
    /// The platform's own words.
    pub fn words(self) -> &'static Words {
        match self {
            Platform::Nginx => &NGINX,
            Platform::Haproxy => &HAPROXY,
        }
    }
}

static NGINX: Words = Words {
    protocols: "ssl_protocols",
    protocol_defaults: "nginx 1.27.3 and later accept TLS 1.2 and 1.3 by default, 1.23.4 to 1.27.2 also TLS 1.0 and 1.1, older ones no TLS 1.3",
    modern_protocols: "ssl_protocols TLSv1.2 TLSv1.3;",
    ciphers: "ssl_ciphers",
    ciphersuites: "ssl_conf_command Ciphersuites",
    groups: "ssl_ecdh_curve",
    dh_params: "ssl_dhparam dhparam.pem;",
    only_protocols: |versions| {
        let words = versions.iter().map(|version| match version {
            ProtocolVersion::Tls10 => "TLSv1",
            other => other.name(),
        });
        format!("ssl_protocols {};", words.collect::<Vec<_>>().join(" "))
    },
    set: |word, value| format!("{word} {value};"),
    server_preference: "ssl_prefer_server_ciphers on;",
    hsts_for: |seconds| format!("add_header Strict-Transport-Security \"max-age={seconds}\" always;"),
    session_cache: "ssl_session_cache shared:tls:10m;",
    ticket_keys: "leave the setting out: nginx makes keys of its own, which with `ssl_session_cache shared:tls:10m;` change by themselves (1.23.2 and later); where machines share keys, change them in turn: `ssl_session_ticket_key new.key; ssl_session_ticket_key old.key;`",
    tls_switch: "ssl",
    certificate: "ssl_certificate …; ssl_certificate_key …;",
    pass_phrases: "name a file with the pass phrase, readable by root alone: `ssl_password_file …;`, for a hop `proxy_ssl_password_file …;`; or take the pass phrase away: `openssl pkey -in … -out …`",
    stapling: "ssl_stapling on;",
    stapling_ignored: "\"ssl_stapling\" ignored",
    reject_handshake: "ssl_reject_handshake on;",
    hsts: "add_header Strict-Transport-Security \"max-age=63072000\" always;",
    always: "always",
    merge_headers: "`add_header_inherit merge;` (nginx 1.29.3 and later)",
    redirect: "return 301 https://$host$request_uri;",
    client_ca: "ssl_client_certificate /etc/nginx/client-ca.pem;",
    client_verify: "ssl_verify_client on;",
    client_check: "if ($ssl_client_verify != SUCCESS) { return 403; }",
    early_data_header: "proxy_set_header Early-Data $ssl_early_data;",
    no_early_data: "ssl_early_data off;",
};

static HAPROXY: Words = Words {
    protocols: "ssl-min-ver",
    protocol_defaults: "HAProxy 2.2 and later accept TLS 1.2 and 1.3 by default, 1.8 to 2.1 also TLS 1.0 and 1.1",
    modern_protocols: "ssl-min-ver TLSv1.2",
    ciphers: "ciphers",
    ciphersuites: "ciphersuites",
    groups: "curves",
    dh_params: "ssl-dh-param-file dhparam.pem",
    only_protocols: |versions| match (versions.min(), versions.max()) {
        (Some(min), Some(max)) => format!("ssl-min-ver {} ssl-max-ver {}", min.name(), max.name()),
        _ => "ssl-min-ver TLSv1.2".to_owned(),
    },
    set: |word, value| format!("{word} {value}"),
    server_preference: "leave `prefer-client-ciphers` out",
    hsts_for: |seconds| {
        format!("http-after-response set-header Strict-Transport-Security \"max-age={seconds}\"")
    },
    session_cache: "tune.ssl.cachesize 20000",
    ticket_keys: "leave the setting out: HAProxy makes keys of its own when it starts",
    tls_switch: "ssl",
    certificate: "crt site.pem",
    pass_phrases: "take the pass phrase away: `openssl pkey -in … -out …`; since HAProxy 3.3 `ssl-passphrase-cmd` can tell it",
    stapling: "ocsp-update on",
    stapling_ignored: "OCSP",
    reject_handshake: "strict-sni",
    hsts: "http-after-response set-header Strict-Transport-Security \"max-age=63072000\"",
    always: "http-after-response",
    merge_headers: "http-after-response",
    redirect: "http-request redirect scheme https code 301",
    client_ca: "ca-file /etc/haproxy/client-ca.pem",
    client_verify: "verify required",
    client_check: "http-request deny unless { ssl_c_used } { ssl_c_verify 0 }",
    early_data_header: "http-request set-header Early-Data 1 if { ssl_fc_has_early }",
    no_early_data: "leave `allow-0rtt` out",
};
