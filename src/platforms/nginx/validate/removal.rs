//! Directives that are gone, or that nginx warns about before they go.

use crate::model::ProblemKind;
use crate::platforms::nginx::config::Statement;
use crate::platforms::nginx::defaults;
use crate::platforms::nginx::version::NginxVersion;

/// Why a directive is gone, and what took its place.
pub(super) fn removed(name: &str, version: &str) -> (String, Option<String>) {
    let help = match name {
        "ssl" => Some("write `ssl` on the socket instead: `listen 443 ssl;`"),
        "spdy_headers_comp" | "spdy_chunk_size" | "spdy_recv_buffer_size" | "spdy_pool_size" => {
            Some("SPDY is gone; write `http2 on;`")
        }
        _ => None,
    };
    (format!("nginx {version} and later refuse to start with it"), help.map(str::to_owned))
}

/// What still works in a version that warns about it: `ssl on`, and `ssl off` as well.
pub(super) fn announced(name: &str, statement: &Statement, nginx: NginxVersion) -> Option<ProblemKind> {
    if name != "ssl" || nginx < defaults::SSL_SWITCH_DEPRECATED {
        return None;
    }
    let is_on = statement.arg().is_some_and(|word| word.text().eq_ignore_ascii_case("on"));
    Some(ProblemKind::Deprecated {
        why: format!(
            "nginx warns about it since {}, and refuses to start with it since 1.25.1",
            defaults::SSL_SWITCH_DEPRECATED
        ),
        help: match is_on {
            true => removed(name, "").1,
            false => Some("take it out: where `listen` has no `ssl`, there is no TLS".to_owned()),
        },
        still_works: true,
    })
}
