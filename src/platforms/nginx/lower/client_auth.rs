//! `ssl_verify_client` and who reads its outcome.

mod outcome;
mod readers;

use super::listen::Layer;
use super::pass::{PASSES, is_system_store};
use super::{Lowering, file_setting};
use crate::model::{ClientAuth, ClientAuthMode, FileRef, Setting};
use crate::platforms::nginx::config::Statement;
use crate::platforms::nginx::defaults;
use crate::platforms::nginx::level::{Level, flag};
use crate::source::Span;

/// Client certificates of a server; `block` is everything in it.
pub(super) fn settings(lowering: &Lowering, level: &Level, block: &[Statement], layer: Layer) -> ClientAuth {
    let mode = level.value("ssl_verify_client", ClientAuthMode::None, |word| {
        Some(match word.text().to_ascii_lowercase().as_str() {
            "off" => ClientAuthMode::None,
            "on" => ClientAuthMode::Required,
            "optional" => ClientAuthMode::Optional,
            "optional_no_ca" => ClientAuthMode::OptionalUnverified,
            _ => return None,
        })
    });
    // `""` cancels what is inherited.
    let authorities = |name: &str| {
        file_setting(lowering, level, name).filter(|f| f.known().is_none_or(|f| !f.text.is_empty()))
    };
    let mut auth = ClientAuth {
        mode,
        ca_is_public: false,
        ca: authorities("ssl_client_certificate"),
        ca_names_plain: lowering.target.nginx < defaults::OBJECT_CACHE,
        trusted: authorities("ssl_trusted_certificate"),
        trusted_suffices: lowering.target.nginx >= defaults::TRUSTED_SUFFICES,
        refuses_without_ca: None,
        crl: file_setting(lowering, level, "ssl_crl"),
        ocsp: level.optional("ssl_ocsp", |word| flag(word).or(Some(true))).is_some_and(|s| s.is(&true)),
        depth: level.number("ssl_verify_depth", 1),
        result_read: Vec::new(),
        contents_read: Vec::new(),
        softened: None,
    };
    let ca = auth.ca.as_ref().and_then(Setting::known);
    auth.ca_is_public = ca.is_some_and(|ca| is_system_store(&ca.text));
    if !auth.mode.is(&ClientAuthMode::None) {
        readers::find(lowering, &mut auth, level, block);
        auth.softened = softening_error_page(level, block);
        auth.refuses_without_ca = refusal(lowering, level, layer, &auth);
    }
    auth
}

/// What `ngx_http_ssl_merge_srv_conf` and its kin say where no CA is named. They look at nothing in a
/// server that has no TLS context of its own.
fn refusal(lowering: &Lowering, level: &Level, layer: Layer, auth: &ClientAuth) -> Option<&'static str> {
    let verifies = auth.mode.is(&ClientAuthMode::Required) || auth.mode.is(&ClientAuthMode::Optional);
    let is_named = |ca: &Option<Setting<FileRef>>| ca.is_some();
    let has_ca = is_named(&auth.ca) || (auth.trusted_suffices && is_named(&auth.trusted));
    (verifies && !has_ca && has_context(lowering, level, layer) && !lowering.deployment.fragment).then_some(
        match auth.trusted_suffices {
            true => "no ssl_client_certificate or ssl_trusted_certificate for ssl_verify_client",
            false => "no ssl_client_certificate for ssl_verify_client",
        },
    )
}

/// Whether the server has a TLS context of its own.
pub(super) fn has_context(lowering: &Lowering, level: &Level, layer: Layer) -> bool {
    let rejects = level.flag("ssl_reject_handshake", false).is(&true);
    let listens = level.own("listen").any(|s| s.args().iter().any(|w| *w.value == *b"ssl"));
    let starttls = level.optional("starttls", |w| Some(!w.text().eq_ignore_ascii_case("off")));
    let starttls = starttls.is_some_and(|s| s.is(&true));
    match layer {
        Layer::Stream if lowering.target.nginx < defaults::STREAM_SERVER_NAME => listens,
        Layer::Http | Layer::Stream => level.find("ssl_certificate").is_some() || rejects,
        Layer::Mail => listens || starttls,
    }
}

/// `error_page 495 496 = …` that leads to what was asked for: the same path again, or a named location
/// with the backend of an ordinary one. The server's own `error_page` counts, as no location has been
/// looked for yet when a certificate is refused; and `error_page 400` does not match these codes.
fn softening_error_page(level: &Level, block: &[Statement]) -> Option<Span> {
    let found = level.find("error_page")?;
    let leads_back = |target: &str| match target.strip_prefix('@') {
        Some(_) => named_backend(block, target).is_some_and(|backend| serves(block, &backend)),
        None => matches!(target, "$request_uri" | "${request_uri}" | "$uri" | "${uri}"),
    };
    let softens = |statement: &&&Statement| {
        let [codes @ .., target] = statement.args() else { return false };
        codes.iter().any(|code| matches!(&*code.value, b"495" | b"496")) && leads_back(&target.text())
    };
    found.statements.iter().find(softens).map(|s| s.span())
}

fn named_backend(block: &[Statement], name: &str) -> Option<String> {
    let is_named = |s: &&Statement| s.is("location") && s.arg().is_some_and(|w| *w.text() == *name);
    let location = block.iter().find(is_named)?;
    location.children.iter().find(|s| PASSES.contains(&&*s.name())).map(Statement::text)
}

/// Whether an ordinary location has this backend.
fn serves(block: &[Statement], backend: &str) -> bool {
    let is_named = |s: &Statement| s.arg().is_some_and(|w| w.value.starts_with(b"@"));
    let mut locations = block.iter().filter(|s| s.is("location") && !is_named(s));
    locations.any(|s| s.children.iter().any(|c| c.text() == backend) || serves(&s.children, backend))
}
