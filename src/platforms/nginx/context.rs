//! Which block a directive stands in, and in which block a part of a configuration belongs.

use super::config::Statement;
use super::directives::{Contexts, lookup};

/// The context inside a block that opens in `outer`.
///
/// `None` for blocks that nginx's own modules do not define, whose bodies are not judged.
pub(super) fn inside(outer: Contexts, block: &Statement) -> Option<Contexts> {
    let name = block.name();
    let is = |context: Contexts| outer.meets(context);
    Some(match &*name {
        "events" if is(Contexts::MAIN) => Contexts::EVENTS,
        "http" if is(Contexts::MAIN) => Contexts::HTTP,
        "stream" if is(Contexts::MAIN) => Contexts::STREAM,
        "mail" if is(Contexts::MAIN) => Contexts::MAIL,
        "server" if is(Contexts::HTTP) => Contexts::HTTP_SERVER,
        "server" if is(Contexts::STREAM) => Contexts::STREAM_SERVER,
        "server" if is(Contexts::MAIL) => Contexts::MAIL_SERVER,
        "upstream" if is(Contexts::HTTP) => Contexts::HTTP_UPSTREAM,
        "upstream" if is(Contexts::STREAM) => Contexts::STREAM_UPSTREAM,
        "location" if is(Contexts::HTTP_SERVER | Contexts::HTTP_LOCATION) => Contexts::HTTP_LOCATION,
        "if" if is(Contexts::HTTP_SERVER) => Contexts::HTTP_IF_SERVER,
        "if" if is(Contexts::HTTP_LOCATION) => Contexts::HTTP_IF_LOCATION,
        "limit_except" if is(Contexts::HTTP_LOCATION) => Contexts::HTTP_LIMIT_EXCEPT,
        _ => return None,
    })
}

/// The contexts a file can begin in, the likeliest first.
const ROOTS: &[Contexts] = &[
    Contexts::MAIN,
    Contexts::HTTP,
    Contexts::HTTP_SERVER,
    Contexts::HTTP_LOCATION,
    Contexts::STREAM,
    Contexts::STREAM_SERVER,
    Contexts::HTTP_UPSTREAM,
];

/// The context of the top of a file: for a part of a configuration, the one that the most of its
/// directives allow.
pub(super) fn root_of(statements: &[Statement], fragment: bool) -> Contexts {
    if !fragment {
        return Contexts::MAIN;
    }
    if statements.iter().any(is_stream_server) {
        return Contexts::STREAM;
    }
    let fits = |context: &Contexts| {
        statements.iter().filter(|s| lookup(&s.name()).iter().any(|row| row.contexts.meets(*context))).count()
    };
    // Of several that fit alike, the first: `max_by_key` keeps the last, hence the reversal.
    ROOTS.iter().rev().copied().max_by_key(fits).unwrap_or(Contexts::HTTP)
}

/// A `server` that passes bytes rather than requests.
fn is_stream_server(statement: &Statement) -> bool {
    statement.is("server")
        && statement.is_block()
        && statement.children.iter().any(|s| {
            s.is("ssl_preread")
                || (s.is("proxy_pass") && s.arg().is_some_and(|to| !to.text().contains("://")))
        })
        && !statement.children.iter().any(|s| s.is("location") || s.is("server_name") && s.args().len() > 3)
}
