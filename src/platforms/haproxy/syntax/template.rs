//! Configurations that are templates of Jinja, ERB or Go.

use crate::platforms::template::{Mask, front_matter, is_named_so};
use crate::source::Source;

/// A file, with the work of template engines painted over if it is a template.
pub(super) fn mask(source: &Source) -> (Mask<'_>, bool) {
    let bytes = &source.bytes[..];
    let is_template = is_named_so(&source.path) || front_matter(bytes).is_some() || has_tags(bytes);
    match is_template {
        true => (Mask::painted_except(bytes, is_sample), true),
        false => (Mask::plain(bytes), false),
    }
}

/// `{%[src]}` and `<%[src]>` are text with a sample in it.
fn is_sample(rest: &[u8]) -> bool {
    matches!(rest, [b'{' | b'<', b'%', b'[', ..])
}

/// Whether a line holds a tag that HAProxy's own language would not.
fn has_tags(bytes: &[u8]) -> bool {
    memchr::memmem::find_iter(bytes, b"{{").any(|at| is_value(&bytes[at..]))
        || memchr::memmem::find_iter(bytes, b"{%").any(|at| is_control(&bytes[at..], b"%}"))
        || memchr::memmem::find_iter(bytes, b"<%").any(|at| is_control(&bytes[at..], b"%>"))
}

/// How far the end of a tag is looked for.
const LONGEST_TAG: usize = 256;

/// What stands between the first two bytes and `close`, on one line.
fn inside<'t>(rest: &'t [u8], close: &[u8]) -> Option<&'t [u8]> {
    let line = rest[2..rest.len().min(LONGEST_TAG)].split(|b| *b == b'\n').next()?;
    let end = line.windows(close.len()).position(|w| w == close)?;
    Some(&line[..end])
}

/// `{{ name }}`, `{{- .Name }}`: something with a name in it. A regular expression has digits there.
fn is_value(rest: &[u8]) -> bool {
    inside(rest, b"}}").is_some_and(|body| {
        let body = body.strip_prefix(b"-").unwrap_or(body).trim_ascii_start();
        body.first()
            .is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'.' | b'$' | b'_' | b'#' | b'/' | b'"'))
    })
}

/// `{% if … %}`, `<% if … %>`, `<%= … %>`.
fn is_control(rest: &[u8], close: &[u8]) -> bool {
    !is_sample(rest)
        && inside(rest, close)
            .is_some_and(|body| body.first().is_some_and(|b| b.is_ascii_whitespace() || b"-=#+".contains(b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_and_regular_expressions_are_no_tags() {
        for text in [
            "http-request return lf-string \"{%[src]}\"",
            "x <%[src]>",
            "acl a path_reg a{{2}}b",
            "if { a } { b }",
            "log-format %{+Q}o\\ {%hr}\\ {%hs}",
            "log-format \"{{%ci}}\"",
            "lf-string \"<%ci>%>\"",
        ] {
            assert!(!has_tags(text.as_bytes()), "{text}");
        }
        for text in
            ["bind {{ ip }}:80", "{% for x in y %}", "{%- if x -%}", "<% if x %>", "a <%= b %>", "{{- .A }}"]
        {
            assert!(has_tags(text.as_bytes()), "{text}");
        }
    }
}
