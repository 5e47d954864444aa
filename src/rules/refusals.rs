//! Why clients refuse a certificate that leads to a root, in words.

use super::sent;
use crate::pki::Certificate;
use crate::pki::certificate::{Subtree, Subtrees};
use crate::pki::chain::openssl::VerifyError;

/// The reason of an error that OpenSSL finds on a way from a certificate upwards, for a label.
pub(super) fn of_error(way: &[&Certificate], error: VerifyError) -> String {
    let Some(certificate) = way.get(error.depth) else { return error.words().to_owned() };
    let title = sent::title(certificate);
    match error.number {
        7 => format!("the signature of `{title}` was not made by its issuer's key: it was altered"),
        9 => format!("`{title}` is not valid before {}", sent::date(&certificate.not_before)),
        10 => format!("`{title}` expired on {}", sent::date(&certificate.not_after)),
        24 | 79 | 32 => format!("`{title}` issued another certificate, but {}", no_ca(certificate)),
        25 => format!("`{title}` allows {} below it, and there are more", intermediates(certificate)),
        26 if error.depth > 0 => {
            format!("`{title}` may not issue certificates for servers: {}", no_servers(certificate))
        }
        26 => format!("it is not for servers: {}", no_servers(certificate)),
        34 => format!("`{title}` has {}", critical(certificate)),
        47 | 48 => {
            let above = way.iter().skip(error.depth + 1);
            let issuer = above.rev().find(|issuer| issuer.extensions.name_constraints.is_some());
            let issuer = issuer.map(|issuer| sent::title(issuer)).unwrap_or_default();
            let verb = if error.number == 47 { "does not permit" } else { "excludes" };
            format!("`{issuer}` {verb} a name of `{title}`, by its name constraints")
        }
        94 => format!("the curve of the key of `{title}` is written out in numbers instead of named"),
        _ => error.words().to_owned(),
    }
}

/// Why a certificate may issue none.
pub(super) fn no_ca(certificate: &Certificate) -> &'static str {
    let extensions = &certificate.extensions;
    match (extensions.basic_constraints, extensions.key_usage) {
        (Some(constraints), _) if !constraints.ca => "it is no CA's: its basic constraints say `CA:FALSE`",
        (_, Some(usage)) if !usage.key_cert_sign => "its key usage lacks `keyCertSign`",
        _ => "it is no CA's: it has no basic constraints",
    }
}

/// How many intermediates a CA allows below it.
pub(super) fn intermediates(certificate: &Certificate) -> String {
    match certificate.extensions.basic_constraints.and_then(|constraints| constraints.path_len) {
        None => "any number of intermediates".to_owned(),
        Some(0) => "no intermediate".to_owned(),
        Some(1) => "1 intermediate".to_owned(),
        Some(n) => format!("{n} intermediates"),
    }
}

/// Why nothing that a certificate issues, nor itself, is for servers.
pub(super) fn no_servers(certificate: &Certificate) -> &'static str {
    match certificate.extensions.extended_key_usage {
        Some(usage) if !usage.server_auth => "its extended key usage lacks `serverAuth`",
        _ if sent::is_ca(certificate) => "its key usage does not allow it",
        _ => "it is no CA's, and its key usage allows no handshake",
    }
}

/// The critical extension that nobody knows.
pub(super) fn critical(certificate: &Certificate) -> String {
    let oid = certificate.extensions.unknown_critical.as_deref().unwrap_or_default();
    format!("a critical extension that clients do not know, `{oid}`")
}

/// The DNS names and addresses of a CA's constraints.
pub(super) fn names(trees: &Subtrees) -> Vec<String> {
    let name = |tree: &Subtree| match tree {
        Subtree::Dns(domain) if domain.is_empty() => Some("all names".to_owned()),
        Subtree::Dns(domain) => Some(format!("`{domain}`")),
        Subtree::Ip(..) => Some("a network".to_owned()),
        Subtree::Malformed => None,
    };
    trees.known.iter().filter_map(name).collect()
}
