//! Values of TLS directives that are more than one of a few words: numbers, times, sizes, caches.

use crate::platforms::nginx::syntax::Word;

/// What is wrong with the arguments of a directive, if its values are known here: the argument, and
/// what it should be.
pub(super) fn wrong<'w, 'c>(name: &str, args: &'w [Word<'c>]) -> Option<(&'w Word<'c>, &'static str)> {
    let (is_right, help): (fn(&str) -> bool, _) = match name {
        "ssl_verify_depth"
        | "proxy_ssl_verify_depth"
        | "grpc_ssl_verify_depth"
        | "uwsgi_ssl_verify_depth" => (is_number, "write a number of intermediates, such as `2`"),
        "ssl_session_timeout" | "ssl_handshake_timeout" => (is_time, "write a time, such as `10m` or `1d`"),
        "ssl_buffer_size" => (is_size, "write a size, such as `16k`"),
        "ssl_session_cache" => (
            is_session_cache,
            "write `off`, `none`, `builtin`, or `shared:NAME:SIZE` such as `shared:tls:10m`",
        ),
        "ssl_ocsp_cache" => (is_ocsp_cache, "write `off`, or `shared:NAME:SIZE` such as `shared:ocsp:10m`"),
        "ssl_ocsp_responder" => (is_plain_url, "nginx asks responders by `http://` only"),
        "add_header" => {
            let third = args.get(2)?;
            return (*third.text() != *"always")
                .then_some((third, "the third word can be `always`, nothing else"));
        }
        _ => return None,
    };
    args.iter().find(|word| !word.opaque && !is_right(&word.text())).map(|word| (word, help))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) && text.parse::<u64>().is_ok()
}

/// `ngx_parse_size`: digits, then `k`, `K`, `m` or `M`, if anything.
fn is_size(text: &str) -> bool {
    is_number(text.strip_suffix(['k', 'K', 'm', 'M']).unwrap_or(text))
}

/// `ngx_parse_time` in seconds: numbers with units from years down to seconds, each unit once and in
/// this order; the last number may go without.
fn is_time(text: &str) -> bool {
    const UNITS: &str = "yMwdhms";
    let (mut rest, mut least) = (text.trim_end_matches(' '), 0);
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if digits == 0 {
            return false;
        }
        rest = &rest[digits..];
        let Some(unit) = rest.chars().next() else { return true };
        match UNITS.find(unit) {
            Some(at) if at >= least && !rest.starts_with("ms") => (rest, least) = (&rest[1..], at + 1),
            _ => return false,
        }
        rest = rest.trim_start_matches(' ');
    }
    true
}

/// Eight pages of 4 KiB is the least that nginx takes.
const SMALLEST_ZONE: u64 = 8 * 4096;

/// Name and size of a shared zone.
pub(super) fn zone(text: &str) -> Option<(String, u64)> {
    let (name, size) = text.strip_prefix("shared:")?.split_once(':')?;
    let number = size.trim_end_matches(['k', 'K', 'm', 'M']);
    let unit = match size.bytes().last() {
        Some(b'k' | b'K') => 1 << 10,
        Some(b'm' | b'M') => 1 << 20,
        _ => 1,
    };
    let bytes = number.parse::<u64>().ok()?.checked_mul(unit)?;
    is_size(size).then(|| (name.to_owned(), bytes))
}

fn is_zone(text: &str) -> bool {
    zone(text).is_some_and(|(name, bytes)| !name.is_empty() && bytes >= SMALLEST_ZONE)
}

fn is_session_cache(text: &str) -> bool {
    matches!(text, "off" | "none" | "builtin")
        || text.strip_prefix("builtin:").is_some_and(is_number)
        || is_zone(text)
}

fn is_ocsp_cache(text: &str) -> bool {
    text == "off" || is_zone(text)
}

fn is_plain_url(text: &str) -> bool {
    text.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_nginx_reads_them() {
        for good in ["5m", "1d", "30", "1h30m", "1h 30m", "10s"] {
            assert!(is_time(good), "{good}");
        }
        for bad in ["", "x", "5x", "30m1h", "5ms", "-1"] {
            assert!(!is_time(bad), "{bad}");
        }
    }

    #[test]
    fn caches_need_a_name_and_room() {
        for good in ["off", "none", "builtin", "builtin:1000", "shared:tls:10m", "shared:a:32768"] {
            assert!(is_session_cache(good), "{good}");
        }
        for bad in ["on", "NONE", "shared", "shared:a", "shared::1m", "shared:a:1k", "builtin:x"] {
            assert!(!is_session_cache(bad), "{bad}");
        }
    }
}
