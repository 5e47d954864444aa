//! `ssl_verify_client` and who reads its outcome.

use super::{Lowering, file_setting};
use crate::model::{ClientAuth, ClientAuthMode};
use crate::platforms::nginx::config::Statement;
use crate::platforms::nginx::defaults;
use crate::platforms::nginx::level::{Level, flag};
use crate::source::Span;

/// Client certificates of a server; `block` is everything in it.
pub(super) fn settings(lowering: &Lowering, level: &Level, block: &[Statement]) -> ClientAuth {
    let mode = level.value("ssl_verify_client", ClientAuthMode::None, |word| {
        Some(match word.text().to_ascii_lowercase().as_str() {
            "off" => ClientAuthMode::None,
            "on" => ClientAuthMode::Required,
            "optional" => ClientAuthMode::Optional,
            "optional_no_ca" => ClientAuthMode::OptionalUnverified,
            _ => return None,
        })
    });
    let mut result_read = Vec::new();
    let mut error_page = None;
    if !mode.is(&ClientAuthMode::None) {
        readers(lowering, block, &mut result_read);
        level.chain().for_each(|outer| outer.statements().for_each(|s| reader(s, &mut result_read)));
        error_page = softening_error_page(level);
    }
    ClientAuth {
        mode,
        ca: file_setting(lowering, level, "ssl_client_certificate"),
        trusted: file_setting(lowering, level, "ssl_trusted_certificate"),
        trusted_suffices: lowering.target.nginx >= defaults::TRUSTED_SUFFICES,
        crl: file_setting(lowering, level, "ssl_crl"),
        ocsp: level.optional("ssl_ocsp", |word| flag(word).or(Some(true))).is_some_and(|s| s.is(&true)),
        depth: level.number("ssl_verify_depth", 1),
        result_read,
        softened: error_page,
    }
}

/// Directives that look at a value rather than record it.
fn reader(statement: &Statement, found: &mut Vec<Span>) {
    let name = statement.name();
    if matches!(&*name, "log_format" | "access_log" | "add_header" | "add_trailer" | "error_log") {
        return;
    }
    // Code in a file elsewhere may read anything.
    let is_code = name.ends_with("_by_lua_file") || name.starts_with("js_") || name.starts_with("perl");
    if is_code {
        found.push(statement.span());
    }
    found.extend(statement.args().iter().filter(|w| mentions(&w.value)).map(|w| w.span));
}

fn readers(lowering: &Lowering, block: &[Statement], found: &mut Vec<Span>) {
    for statement in block {
        reader(statement, found);
        if let Some(lua) = statement.lua() {
            let text = lowering.files.sources.get(lua.file).slice(lua);
            if contains(text, b"ssl_client_") {
                found.push(lua);
            }
        }
        readers(lowering, &statement.children, found);
    }
}

fn mentions(value: &[u8]) -> bool {
    contains(value, b"$ssl_client_") || contains(value, b"${ssl_client_")
}

fn contains(text: &[u8], needle: &[u8]) -> bool {
    text.windows(needle.len()).any(|window| window == needle)
}

/// `error_page 495 496 =200 …` turns a refusal into an ordinary answer.
fn softening_error_page(level: &Level) -> Option<Span> {
    let found = level.find("error_page")?;
    let softens = |statement: &&&Statement| {
        let texts: Vec<_> = statement.args().iter().map(|w| w.text()).collect();
        texts.iter().any(|t| matches!(&**t, "495" | "496" | "400"))
            && texts.iter().any(|t| t.starts_with('='))
    };
    found.statements.iter().find(softens).map(|s| s.span())
}
