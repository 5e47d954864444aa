//! What `global` has said by the time a line is read: it acts on what stands below it, and on nothing above
//! (configuration manual, chapter 3).

use super::value::Value;
use crate::platforms::haproxy::config::{Config, DefaultPath};
use crate::platforms::haproxy::keywords::versions::Limits;
use crate::source::Span;

/// The settings of `global` that listeners depend on.
#[derive(Debug, Clone, Default)]
pub(super) struct Globals {
    /// The words about versions of `ssl-default-bind-options`.
    pub(super) limits: Limits<Span>,
    /// A word among those options that is not known.
    pub(super) open: Option<Value>,
    /// `prefer-client-ciphers` among them.
    pub(super) client_order: Option<Span>,
    /// `no-tls-tickets`
    pub(super) no_tickets: Option<Span>,
    /// `strict-sni`
    pub(super) strict_sni: Option<Span>,
    /// `ssl-default-bind-ciphers`
    pub(super) ciphers: Option<Value>,
    /// `ssl-default-bind-ciphersuites`
    pub(super) ciphersuites: Option<Value>,
    /// `ssl-default-bind-curves`
    pub(super) curves: Option<Value>,
    /// `ssl-default-bind-sigalgs`
    pub(super) sigalgs: Option<Value>,
    /// `crt-base`
    pub(super) crt_base: Option<Value>,
    /// `ca-base`
    pub(super) ca_base: Option<Value>,
    /// `key-base`
    pub(super) key_base: Option<Value>,
    /// `ssl-load-extra-files`; all of them without it.
    pub(super) extra_files: Option<Vec<Value>>,
    /// `ssl-load-extra-del-ext`
    pub(super) deletes_extension: Option<Value>,
    /// `issuers-chain-path`
    pub(super) chains: Option<Value>,
    /// `ssl-skip-self-issued-ca`
    pub(super) skips_self_issued: Option<Value>,
    /// `ssl-dh-param-file`
    pub(super) dh_file: Option<Value>,
    /// `tune.ssl.default-dh-param`
    pub(super) dh_bits: Option<Value>,
    /// `ssl-security-level`
    pub(super) security_level: Option<Value>,
    /// What relative paths are relative to.
    pub(super) directory: Option<DefaultPath>,
}

impl Globals {
    /// What is in force at a place in the order of reading.
    pub(super) fn at(config: &Config<'_>, place: usize) -> Self {
        let mut globals = Globals { directory: Some(config.default_path(place)), ..Globals::default() };
        let here = config.reading.statements.get(place).and_then(|statement| statement.arm);
        for (_, line) in config.global_before(place) {
            if config.reading.exclude(here, line.arm) {
                continue;
            }
            let certain = config.reading.implies(here, line.arm);
            let value = |value: Value| if certain { value } else { value.conditional() };
            let words: Vec<Value> = line.words.iter().map(|word| value(Value::of(word))).collect();
            if let Some((first, args)) = words.split_first() {
                globals.line(&first.text, first, args);
            }
        }
        globals
    }

    fn line(&mut self, name: &str, word: &Value, args: &[Value]) {
        let value = || args.first().cloned();
        match name {
            "ssl-default-bind-options" => self.options(args),
            "ssl-default-bind-ciphers" => self.ciphers = value(),
            "ssl-default-bind-ciphersuites" => self.ciphersuites = value(),
            "ssl-default-bind-curves" => self.curves = value(),
            "ssl-default-bind-sigalgs" => self.sigalgs = value(),
            "crt-base" => self.crt_base = value(),
            "ca-base" => self.ca_base = value(),
            "key-base" => self.key_base = value(),
            "ssl-load-extra-files" => self.extra_files = Some(args.to_vec()),
            "ssl-load-extra-del-ext" => self.deletes_extension = Some(word.clone()),
            "issuers-chain-path" => self.chains = value(),
            "ssl-skip-self-issued-ca" => self.skips_self_issued = Some(word.clone()),
            "ssl-dh-param-file" => self.dh_file = value(),
            "tune.ssl.default-dh-param" => self.dh_bits = value(),
            "ssl-security-level" => self.security_level = value(),
            _ => {}
        }
    }

    fn options(&mut self, words: &[Value]) {
        let mut rest = words;
        while let Some((word, behind)) = rest.split_first() {
            rest = behind;
            if word.open.is_some() {
                self.open.get_or_insert(word.clone());
                continue;
            }
            let takes_value = matches!(word.text.as_str(), "ssl-min-ver" | "ssl-max-ver");
            let value = if takes_value { behind.first() } else { None };
            if takes_value {
                rest = behind.get(1..).unwrap_or_default();
            }
            let known = value.filter(|value| value.open.is_none()).map(|value| value.text.as_str());
            if self.limits.word(&word.text, known, word.span) {
                continue;
            }
            match word.text.as_str() {
                "prefer-client-ciphers" => self.client_order = Some(word.span),
                "no-tls-tickets" => self.no_tickets = Some(word.span),
                "tls-tickets" => self.no_tickets = None,
                "strict-sni" => self.strict_sni = Some(word.span),
                "no-strict-sni" => self.strict_sni = None,
                _ => {
                    if let Some(value) = value {
                        self.open.get_or_insert(value.clone());
                    }
                }
            }
        }
    }

    /// Whether files beside a certificate are looked for: `key`, `ocsp`, `bundle` (configuration manual,
    /// "ssl-load-extra-files").
    pub(super) fn looks_for(&self, kind: &str) -> bool {
        match &self.extra_files {
            None => true,
            Some(words) => words.iter().any(|word| word.is("all") || word.is(kind)),
        }
    }
}
