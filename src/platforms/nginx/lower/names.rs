//! `server_name`: exact names, wildcards on either side, regexes.

use super::Lowering;
use crate::model::ServerName;
use crate::platforms::nginx::config::Statement;
use crate::platforms::nginx::syntax::Word;

/// The names of a server's block, in the order written.
pub(super) fn read<'c>(
    lowering: &mut Lowering,
    own: impl Iterator<Item = &'c Statement<'c>>,
) -> Vec<ServerName> {
    let words = own.flat_map(|statement| statement.args());
    words.filter_map(|word| name(lowering, word)).collect()
}

fn name(lowering: &mut Lowering, word: &Word) -> Option<ServerName> {
    let text = word.text();
    let opaque = word.opaque || *text == *"$hostname";
    if !opaque && !text.starts_with('~') && is_invalid(&text) {
        let help = "a wildcard stands for whole labels at one end: `*.example.com` or `www.example.*`";
        lowering.invalid(word.span, format!("`{text}` is no server name"), help);
        return None;
    }
    let text = if text.starts_with('~') { text.into_owned() } else { text.to_ascii_lowercase() };
    Some(ServerName { literal: !opaque && is_literal(&text), text, span: word.span, opaque })
}

/// What nginx refuses while it reads a name (others are refused only where servers share a socket).
fn is_invalid(name: &str) -> bool {
    let is_wildcard = name.starts_with("*.") && name.len() > 2;
    name == "." || (name.starts_with('*') && !is_wildcard) || name.contains('\0')
}

/// A name that a client could ask for: not `_`, a pattern, or an address.
fn is_literal(name: &str) -> bool {
    let host = name.trim_end_matches('.');
    let characters =
        host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.' || b == b'_' || b >= 0x80);
    host.contains('.')
        && characters
        && !host.starts_with('.')
        && host.split('.').all(|label| !label.is_empty() && label != "_")
        && host.parse::<std::net::IpAddr>().is_err()
}
