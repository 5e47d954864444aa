//! `add_header`, as far as it carries HSTS.

use super::Lowering;
use crate::model::{BlockName, Hsts, Setting};
use crate::platforms::nginx::config::Statement;
use crate::platforms::nginx::defaults;
use crate::platforms::nginx::level::Level;
use crate::platforms::nginx::variables::{Request, Variables};
use crate::source::Span;

const NAME: &str = "strict-transport-security";

/// The HSTS header of responses made at a level, over TLS.
pub(super) fn hsts(lowering: &Lowering, level: &Level, variables: &Variables) -> Setting<Option<Hsts>> {
    if let Some(code) = set_by_code(lowering, level) {
        return Setting::unknown("set by a module or by code", code);
    }
    let headers = effective(lowering, level);
    if let Some(name) = headers.iter().find_map(|(s, _)| s.arg().filter(|name| name.opaque)) {
        return Setting::unknown("which header is added cannot be told", name.span);
    }
    for (statement, from) in headers.into_iter().filter(|(s, _)| is_hsts(s)) {
        let [_, word, rest @ ..] = statement.args() else { continue };
        let wrap = |value| match from {
            None => Setting::written(value, statement.span()),
            Some(block) => Setting::written(value, statement.span()).inherited(block),
        };
        match variables.expand(word, level, Request::Tls) {
            Ok(value) if value.is_empty() => continue,
            Ok(value) => {
                let always = rest.first().is_some_and(|w| *w.text() == *"always");
                return wrap(Some(Hsts {
                    value,
                    span: statement.span(),
                    always,
                    append: statement.append(),
                }));
            }
            Err(why) => return Setting::unknown(format!("the value holds {why}"), word.span),
        }
    }
    // Headers of its own drop all that an outer file could bring.
    let is_open = dropping(lowering, level).is_none() && level.hole().is_some();
    if level.is_partial() || is_open {
        level.default(None)
    } else {
        Setting::default_of(None, &lowering.deployment.software)
    }
}

/// The HSTS header that a level would inherit if it added no header by itself. In a part of a
/// configuration, `add_header_inherit merge` may stand in another file.
pub(super) fn lost(lowering: &Lowering, level: &Level, variables: &Variables) -> Option<Hsts> {
    let may_merge = level.is_partial()
        && lowering.target.nginx >= defaults::HEADER_INHERIT
        && level.find("add_header_inherit").is_none();
    if may_merge || dropping(lowering, level).is_none() || set_by_code(lowering, level).is_some() {
        return None;
    }
    let has_hsts = effective(lowering, level).into_iter().any(|(s, _)| is_hsts(s));
    let outer = level.chain().nth(1).filter(|_| !has_hsts)?;
    hsts(lowering, outer, variables).known().cloned().flatten()
}

/// The first header of this very level, which drops all that would be inherited.
pub(super) fn dropping(lowering: &Lowering, level: &Level) -> Option<Span> {
    let first = level.own("add_header").next()?;
    (inherit(lowering, level) != Inherit::Merge).then(|| first.span())
}

/// Where the HSTS header of a level's backend is taken away (`proxy_hide_header`).
pub(super) fn hidden_from_backend(level: &Level) -> Option<Span> {
    let pass =
        level.chain().flat_map(|l| l.statements()).find(|s| super::pass::PASSES.contains(&&*s.name()))?;
    let module = pass.name().strip_suffix("_pass")?.to_owned();
    let find = |name: &str| {
        let found = level.find(&format!("{module}_{name}_header"));
        found.and_then(|f| f.statements.into_iter().find(|s| is_hsts(s)))
    };
    // What a level passes on is taken from what it hides (ngx_http_upstream_hide_headers_hash).
    find("hide").filter(|_| find("pass").is_none() && level.hole().is_none()).map(Statement::span)
}

fn is_hsts(statement: &Statement) -> bool {
    statement.arg().is_some_and(|name| name.text().eq_ignore_ascii_case(NAME))
}

#[derive(PartialEq, Eq)]
enum Inherit {
    On,
    Off,
    Merge,
}

fn inherit(lowering: &Lowering, level: &Level) -> Inherit {
    if lowering.target.nginx < defaults::HEADER_INHERIT {
        return Inherit::On;
    }
    let found = level.find("add_header_inherit");
    let word = found.as_ref().and_then(|f| f.statements.first()).and_then(|s| s.arg());
    match word.map(|w| w.text().to_ascii_lowercase()).as_deref() {
        Some("off") => Inherit::Off,
        Some("merge") => Inherit::Merge,
        _ => Inherit::On,
    }
}

/// The headers in force at a level: its own, else the nearest outer ones; both where merged.
fn effective<'p>(lowering: &Lowering, level: &Level<'p>) -> Vec<(&'p Statement<'p>, Option<BlockName>)> {
    let mut headers = Vec::new();
    for (distance, outer) in level.chain().enumerate() {
        let from = (distance > 0).then_some(outer.block);
        let before = headers.len();
        headers.extend(outer.own("add_header").map(|s| (s, from)));
        match inherit(lowering, outer) {
            Inherit::Merge => {}
            Inherit::Off => break,
            Inherit::On if headers.len() > before => break,
            Inherit::On => {}
        }
    }
    headers
}

/// Where the headers-more module or code may set the header.
fn set_by_code(lowering: &Lowering, level: &Level) -> Option<Span> {
    let mentions = |text: &str| text.to_ascii_lowercase().contains(NAME);
    level.chain().find_map(|outer| {
        let simple = outer.statements().find(|s| match &*s.name() {
            "more_set_headers" | "more_clear_headers" => s.args().iter().any(|w| mentions(&w.text())),
            "js_header_filter" => true,
            name if name.ends_with("_by_lua_file") => !name.starts_with("ssl_"),
            name if name.ends_with("_by_lua") => s.args().iter().any(|w| mentions(&w.text())),
            _ => false,
        });
        let answers = |s: &Statement| {
            !["ssl_", "log_", "init_", "balancer_"].iter().any(|prefix| s.name().starts_with(prefix))
        };
        let blocks = outer.code().filter(|s| answers(s)).find(|s| {
            let code = s.lua().map(|span| lowering.files.sources.text(span));
            // Modules may do anything.
            code.is_some_and(|code| mentions(&code) || code.contains("require"))
        });
        simple.or(blocks).map(Statement::span)
    })
}
