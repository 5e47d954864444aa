//! The address in `proxy_pass`, `grpc_pass`, `uwsgi_pass` and the `server` lines of an upstream.

use crate::model::{Setting, Spanned, UpstreamTarget, UpstreamWords};
use crate::platforms::nginx::level::Level;
use crate::platforms::nginx::syntax::Word;
use crate::platforms::nginx::variables::{Request, Variables, holds_variable};
use crate::source::Span;

/// A family of directives that speak TLS to backends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Family {
    /// `proxy_pass`
    pub(super) pass: &'static str,
    /// `proxy_ssl`
    pub(super) prefix: &'static str,
    /// The names of its directives.
    pub(super) names: &'static Names,
    /// What to write to change a hop of the family.
    pub(super) words: &'static UpstreamWords,
    /// The scheme that means TLS; empty where a directive decides instead.
    pub(super) secure: &'static str,
    /// The scheme that means plaintext.
    pub(super) plain: &'static str,
    /// Default ports, plaintext and TLS.
    pub(super) ports: Option<(u16, u16)>,
    /// Whether bytes are relayed as they come, rather than requests.
    pub(super) relays_bytes: bool,
}

/// The names of a family's directives.
#[derive(Debug)]
pub(super) struct Names {
    pub(super) certificate: &'static str,
    pub(super) certificate_key: &'static str,
    pub(super) ciphers: &'static str,
    pub(super) conf_command: &'static str,
    pub(super) crl: &'static str,
    pub(super) name: &'static str,
    pub(super) password_file: &'static str,
    pub(super) protocols: &'static str,
    pub(super) server_name: &'static str,
    pub(super) trusted_certificate: &'static str,
    pub(super) verify: &'static str,
    pub(super) verify_depth: &'static str,
}

/// The names of the directives that begin with a prefix.
macro_rules! names {
    ($prefix:literal) => {
        &Names {
            certificate: concat!($prefix, "_certificate"),
            certificate_key: concat!($prefix, "_certificate_key"),
            ciphers: concat!($prefix, "_ciphers"),
            conf_command: concat!($prefix, "_conf_command"),
            crl: concat!($prefix, "_crl"),
            name: concat!($prefix, "_name"),
            password_file: concat!($prefix, "_password_file"),
            protocols: concat!($prefix, "_protocols"),
            server_name: concat!($prefix, "_server_name"),
            trusted_certificate: concat!($prefix, "_trusted_certificate"),
            verify: concat!($prefix, "_verify"),
            verify_depth: concat!($prefix, "_verify_depth"),
        }
    };
}

/// What to write to change a hop whose directives begin with a prefix, and which `switch` makes TLS.
macro_rules! words {
    ($prefix:literal, $switch:expr) => {
        &UpstreamWords {
            verify: concat!($prefix, "_verify on;"),
            trust: concat!($prefix, "_trusted_certificate /path/to/ca.pem;"),
            public_trust: STORES[0],
            verify_depth: concat!($prefix, "_verify_depth"),
            name_word: concat!($prefix, "_name"),
            name: concat!($prefix, "_name NAME;"),
            sni: concat!($prefix, "_server_name on;"),
            protocols: concat!($prefix, "_protocols"),
            modern_protocols: concat!($prefix, "_protocols TLSv1.2 TLSv1.3;"),
            ciphers: concat!($prefix, "_ciphers"),
            ciphersuites: concat!($prefix, "_conf_command Ciphersuites"),
            switch: $switch,
            no_trust: concat!("no ", $prefix, "_trusted_certificate for ", $prefix, "_verify"),
        }
    };
}

/// The families of `http`.
pub(super) const FAMILIES: [Family; 3] = [
    Family {
        pass: "proxy_pass",
        prefix: "proxy_ssl",
        names: names!("proxy_ssl"),
        words: words!("proxy_ssl", "https://"),
        secure: "https://",
        plain: "http://",
        ports: Some((80, 443)),
        relays_bytes: false,
    },
    Family {
        pass: "grpc_pass",
        prefix: "grpc_ssl",
        names: names!("grpc_ssl"),
        words: words!("grpc_ssl", "grpcs://"),
        secure: "grpcs://",
        plain: "grpc://",
        ports: Some((80, 443)),
        relays_bytes: false,
    },
    Family {
        pass: "uwsgi_pass",
        prefix: "uwsgi_ssl",
        names: names!("uwsgi_ssl"),
        words: words!("uwsgi_ssl", "suwsgi://"),
        secure: "suwsgi://",
        plain: "uwsgi://",
        ports: None,
        relays_bytes: false,
    },
];

/// The family of `stream`, where `proxy_ssl on` decides.
pub(super) const STREAM: Family = Family {
    pass: "proxy_pass",
    prefix: "proxy_ssl",
    names: names!("proxy_ssl"),
    words: words!("proxy_ssl", "proxy_ssl on;"),
    secure: "",
    plain: "",
    ports: None,
    relays_bytes: true,
};

/// Where distributions keep the authorities that browsers trust.
const STORES: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/ssl/cert.pem",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/tls/cert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/usr/local/share/certs/ca-root-nss.crt",
];

/// Whether a path leads to the authorities that browsers trust.
pub(super) fn is_system_store(path: &str) -> bool {
    STORES.contains(&path)
}

/// Directives that hand a request to a backend.
pub(super) const PASSES: &[&str] =
    &["proxy_pass", "grpc_pass", "uwsgi_pass", "fastcgi_pass", "scgi_pass", "memcached_pass", "tunnel_pass"];

/// Where a pass directive leads.
#[derive(Debug)]
pub(super) struct Pass {
    /// Whether the scheme means TLS; unknown when it comes from a variable.
    pub(super) secure: Setting<bool>,
    /// The scheme as written.
    pub(super) scheme: Option<Spanned>,
    /// Host and port.
    pub(super) target: Setting<UpstreamTarget>,
    /// The address as written, where its host holds a variable and its port does not.
    pub(super) by_port: Option<UpstreamTarget>,
    /// Whether the address names a port.
    pub(super) writes_port: bool,
    /// Whether the directive holds variables.
    pub(super) has_variable: bool,
}

/// Reads the address of a pass directive.
pub(super) fn read(word: &Word, family: Family, level: &Level, variables: &Variables) -> Pass {
    let written = word.text().into_owned();
    let has_variable = holds_variable(&written);
    let expanded = variables.expand(word, level, Request::Any);
    let text = expanded.clone().unwrap_or_else(|_| written.clone());
    let secure = match () {
        () if !family.secure.is_empty() && starts_with(&text, family.secure) => {
            Setting::written(true, word.span)
        }
        () if family.secure.is_empty() || starts_with(&text, family.plain) => {
            Setting::written(false, word.span)
        }
        () if word.opaque || text.starts_with('$') => {
            Setting::unknown("the scheme is filled in later", word.span)
        }
        () => Setting::written(false, word.span),
    };
    let scheme_end = text.find("://").map_or(0, |at| at + 3);
    let scheme = (scheme_end > 0 && starts_with(&written, &text[..scheme_end])).then(|| {
        let start = word.span.start + u32::from(word.quoted.is_some());
        Spanned {
            text: text[..scheme_end].to_owned(),
            span: Span { start, end: start + scheme_end as u32, ..word.span },
        }
    });
    let rest = &text[scheme_end..];
    let authority = match rest.strip_prefix("unix:") {
        Some(path) => &rest[..5 + path.find(':').unwrap_or(path.len())],
        None => rest[..path_at(rest)].split(['/', '?']).next().unwrap_or_default(),
    };
    let target = match &expanded {
        Err(why) if holds_variable(authority) || word.opaque || authority.is_empty() => {
            Setting::unknown(format!("the address holds {why}"), word.span)
        }
        _ => {
            let ports = family.ports.map(|(plain, tls)| if secure.is(&true) { tls } else { plain });
            Setting::written(target(authority, ports, word.span), word.span)
        }
    };
    let by_port = match target {
        Setting::Unknown { .. } if !word.opaque => literal_port(authority, word.span),
        _ => None,
    };
    let writes_port = !authority.starts_with("unix:") && authority[after_bracket(authority)..].contains(':');
    Pass { secure, scheme, target, by_port, writes_port, has_variable }
}

/// An address whose whole host is a variable, with a port in digits.
fn literal_port(authority: &str, span: Span) -> Option<UpstreamTarget> {
    let (host, port) = authority.rsplit_once(':')?;
    let is_host = host.starts_with('$') && !host[1..].contains(['$', ':', '[', ']']);
    let port = port.parse().ok().filter(|_| is_host)?;
    Some(UpstreamTarget { host: host.to_owned(), port: Some(port), span })
}

/// Where a path in a variable begins: these always begin with a slash, and end the authority.
fn path_at(rest: &str) -> usize {
    const PATHS: [&str; 6] =
        ["$request_uri", "${request_uri}", "$uri", "${uri}", "$document_uri", "${document_uri}"];
    let starts = PATHS.iter().filter_map(|path| {
        let at = rest.find(path)?;
        let after = rest[at + path.len()..].bytes().next();
        let ends = path.ends_with('}') || !after.is_some_and(|b| b.is_ascii_alphanumeric() || b == b'_');
        ends.then_some(at)
    });
    starts.min().unwrap_or(rest.len())
}

fn starts_with(text: &str, scheme: &str) -> bool {
    text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

/// Where the brackets of an IPv6 address end.
fn after_bracket(authority: &str) -> usize {
    authority.rfind(']').map_or(0, |at| at + 1)
}

/// Host and port of an address.
pub(super) fn target(authority: &str, default_port: Option<u16>, span: Span) -> UpstreamTarget {
    if authority.starts_with("unix:") {
        return UpstreamTarget { host: authority.to_owned(), port: None, span };
    }
    let bracket = after_bracket(authority);
    match authority[bracket..].rfind(':') {
        Some(colon) => {
            let (host, port) = authority.split_at(bracket + colon);
            UpstreamTarget { host: host.to_owned(), port: port[1..].parse().ok().or(default_port), span }
        }
        None => UpstreamTarget { host: authority.to_owned(), port: default_port, span },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_in_a_variable_ends_the_authority() {
        assert_eq!(path_at("api.example.com$request_uri"), 15);
        assert_eq!(path_at("api.example.com${uri}?$args"), 15);
        assert_eq!(path_at("api.example.com$uri_suffix"), 26);
        assert_eq!(path_at("$host$request_uri"), 5);
    }
}
