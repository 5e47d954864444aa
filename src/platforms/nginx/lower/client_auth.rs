//! `ssl_verify_client` and who reads its outcome.

use super::listen::Layer;
use super::site::PASSES;
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
        ca: authorities("ssl_client_certificate"),
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
    if !auth.mode.is(&ClientAuthMode::None) {
        let mut readers = Readers { lowering, auth: &mut auth };
        readers.block(block);
        for outer in level.chain() {
            outer.statements().for_each(|s| readers.statement(s));
            for table in outer.data() {
                readers.statement(table);
                readers.block(&table.children);
            }
        }
        auth.result_read.extend(level.hole());
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
    let rejects = level.flag("ssl_reject_handshake", false).is(&true);
    let listens = level.own("listen").any(|s| s.args().iter().any(|w| *w.value == *b"ssl"));
    let starttls = level.optional("starttls", |w| Some(!w.text().eq_ignore_ascii_case("off")));
    let starttls = starttls.is_some_and(|s| s.is(&true));
    let has_context = match layer {
        Layer::Stream if lowering.target.nginx < defaults::STREAM_SERVER_NAME => listens,
        Layer::Http | Layer::Stream => level.find("ssl_certificate").is_some() || rejects,
        Layer::Mail => listens || starttls,
    };
    (verifies && !has_ca && has_context && !lowering.deployment.fragment).then_some(
        match auth.trusted_suffices {
            true => "no ssl_client_certificate or ssl_trusted_certificate for ssl_verify_client",
            false => "no ssl_client_certificate for ssl_verify_client",
        },
    )
}

/// Finds who looks at a client's certificate.
struct Readers<'r, 'l> {
    lowering: &'r Lowering<'l>,
    auth: &'r mut ClientAuth,
}

impl Readers<'_, '_> {
    fn block(&mut self, block: &[Statement]) {
        for statement in block {
            self.statement(statement);
            self.block(&statement.children);
        }
    }

    fn statement(&mut self, statement: &Statement) {
        let name = statement.name();
        // These record a value rather than look at it.
        if matches!(&*name, "log_format" | "access_log" | "add_header" | "add_trailer" | "error_log") {
            return;
        }
        if let Some(lua) = statement.lua() {
            let text = self.lowering.files.sources.get(lua.file).slice(lua);
            self.code(text, lua);
        } else if name.contains("_by_lua") && !name.ends_with("_file") {
            statement.args().iter().for_each(|word| self.code(&word.value, word.span));
        }
        let hides = name.ends_with("_by_lua_file") || name.starts_with("js_") || name.starts_with("perl");
        // A mail server tells its authentication server the outcome (`Auth-SSL-Verify`).
        if hides || statement.is_opaque() || statement.is_hole() || statement.is("auth_http") {
            self.auth.result_read.push(statement.span());
        }
        let passes_on = name.ends_with("_header") || name.ends_with("_param") || name.as_ref() == "if";
        for word in statement.args() {
            self.text(&word.value, b"$", word.span);
            self.text(&word.value, b"${", word.span);
            if word.opaque && (passes_on || statement.is("set")) {
                self.auth.result_read.push(word.span);
            }
        }
    }

    /// Code reads what it names; what it loads from elsewhere may read anything.
    fn code(&mut self, text: &[u8], span: Span) {
        self.text(text, b"", span);
        let loads: [&[u8]; 3] = [b"require", b"dofile", b"loadfile"];
        if loads.iter().any(|word| text.windows(word.len()).any(|window| window == *word)) {
            self.auth.result_read.push(span);
        }
    }

    fn text(&mut self, text: &[u8], before: &[u8], span: Span) {
        /// The outcome, the certificate as a whole, or its fingerprint, which only its own key can go with.
        const WHOLE: [&[u8]; 5] = [b"verify", b"cert", b"raw_cert", b"escaped_cert", b"fingerprint"];
        let needle = [before, b"ssl_client_"].concat();
        for (at, _) in text.windows(needle.len()).enumerate().filter(|(_, window)| *window == needle) {
            let rest = &text[at + needle.len()..];
            let end =
                rest.iter().position(|b| !b.is_ascii_alphanumeric() && *b != b'_').unwrap_or(rest.len());
            let read = match WHOLE.contains(&&rest[..end]) {
                true => &mut self.auth.result_read,
                false => &mut self.auth.contents_read,
            };
            read.push(span);
        }
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
