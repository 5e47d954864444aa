//! The options of a `bind` line, and those of a line of a crt-list, which knows some of them (configuration manual,
//! section 5.1).

use super::globals::Globals;
use super::value::Value;
use crate::platforms::haproxy::keywords::versions::Limits;
use crate::platforms::haproxy::keywords::{Place, Values, find_word};
use crate::source::Span;

/// What the words of a line say about its TLS; what stands last counts.
#[derive(Debug, Clone, Default)]
pub(super) struct Options {
    /// `ssl`
    pub(super) ssl: Option<Span>,
    /// What certificates are loaded, in the order of the words.
    pub(super) certificates: Vec<Crt>,
    /// The words about versions.
    pub(super) limits: Limits<Span>,
    /// `ciphers`
    pub(super) ciphers: Option<Value>,
    /// `ciphersuites`
    pub(super) ciphersuites: Option<Value>,
    /// `curves`
    pub(super) curves: Option<Value>,
    /// `ecdhe`, which counts without `curves`.
    pub(super) ecdhe: Option<Value>,
    /// `sigalgs`
    pub(super) sigalgs: Option<Value>,
    /// `prefer-client-ciphers`
    pub(super) client_order: Option<Span>,
    /// `alpn`, or an empty list for `no-alpn`.
    pub(super) alpn: Option<Value>,
    /// `npn`, which keeps HAProxy from offering ALPN by default.
    pub(super) npn: Option<Span>,
    /// `proto`
    pub(super) proto: Option<Value>,
    /// `verify`
    pub(super) verify: Option<Value>,
    /// `ca-file`
    pub(super) ca_file: Option<Value>,
    /// `ca-verify-file`
    pub(super) ca_verify_file: Option<Value>,
    /// `crl-file`
    pub(super) crl_file: Option<Value>,
    /// `crt-ignore-err`, `ca-ignore-err`
    pub(super) ignores_errors: Option<Span>,
    /// `no-tls-tickets`
    pub(super) no_tickets: Option<Span>,
    /// `tls-ticket-keys`
    pub(super) ticket_keys: Option<Value>,
    /// `allow-0rtt`
    pub(super) early_data: Option<Span>,
    /// `strict-sni`
    pub(super) strict_sni: Option<Span>,
    /// `accept-proxy`
    pub(super) accept_proxy: Option<Span>,
    /// `generate-certificates`
    pub(super) generates: Option<Span>,
    /// `ocsp-update`
    pub(super) ocsp_update: Option<Value>,
    /// `key` of `load` and, since 3.0, of a crt-list.
    pub(super) key: Option<Value>,
    /// `ocsp`, likewise.
    pub(super) ocsp: Option<Value>,
    /// `alias` of `load`
    pub(super) alias: Option<Value>,
    /// The first word that may be any option, or the value of one.
    pub(super) open: Option<Value>,
    /// The last word.
    pub(super) end: Option<Span>,
}

/// A word that loads certificates.
#[derive(Debug, Clone)]
pub(super) struct Crt {
    /// Which.
    pub(super) kind: CrtKind,
    /// A file, a directory, a name in a store.
    pub(super) value: Value,
    /// The options of `ssl-f-use`.
    pub(super) options: Option<std::sync::Arc<Options>>,
}

/// What kind of word that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CrtKind {
    /// `crt`
    Crt,
    /// `default-crt`
    Default,
    /// `crt-list`
    List,
}

impl Options {
    /// Reads the words from the left; the word `ssl` takes what `global` has set so far.
    pub(super) fn read(place: Place, words: &[Value], globals: Option<&Globals>) -> Self {
        let mut options = Options::default();
        let mut rest = words;
        while let Some((word, behind)) = rest.split_first() {
            options.end = Some(word.span);
            if word.open.is_some() {
                options.open.get_or_insert(word.clone());
            }
            let values = match find_word(place, &word.text).map(|known| known.values) {
                Some(Values::One) => 1,
                _ => 0,
            };
            let value = if values == 1 { behind.first() } else { None };
            rest = behind.get(values..).unwrap_or_default();
            if let Some(value) = value {
                options.end = Some(value.span);
                if value.several {
                    options.open.get_or_insert(value.clone());
                }
            }
            options.word(word, value.cloned(), globals);
        }
        options
    }

    fn word(&mut self, word: &Value, value: Option<Value>, globals: Option<&Globals>) {
        let here = Some(word.span);
        let text = value.as_ref().filter(|value| value.open.is_none()).map(|value| value.text.as_str());
        if self.limits.word(&word.text, text, word.span) {
            return;
        }
        match word.text.as_str() {
            "ssl" => {
                self.ssl = here;
                if let Some(globals) = globals {
                    self.client_order = self.client_order.or(globals.client_order);
                    self.no_tickets = self.no_tickets.or(globals.no_tickets);
                    self.strict_sni = self.strict_sni.or(globals.strict_sni);
                }
            }
            "ssl-min-ver" | "ssl-max-ver" => self.open = self.open.take().or(value),
            "crt" => self.crt(CrtKind::Crt, value),
            "default-crt" => self.crt(CrtKind::Default, value),
            "crt-list" => self.crt(CrtKind::List, value),
            "ciphers" => self.ciphers = value,
            "ciphersuites" => self.ciphersuites = value,
            "curves" => self.curves = value,
            "ecdhe" => self.ecdhe = value,
            "sigalgs" => self.sigalgs = value,
            "prefer-client-ciphers" => self.client_order = here,
            "alpn" => self.alpn = value,
            "no-alpn" => self.alpn = Some(Value { text: String::new(), ..word.clone() }),
            "npn" => self.npn = here,
            "proto" => self.proto = value,
            "verify" => self.verify = value,
            "ca-file" => self.ca_file = value,
            "ca-verify-file" => self.ca_verify_file = value,
            "crl-file" => self.crl_file = value,
            "crt-ignore-err" | "ca-ignore-err" => self.ignores_errors = here,
            "no-tls-tickets" => self.no_tickets = here,
            "tls-tickets" => self.no_tickets = None,
            "tls-ticket-keys" => self.ticket_keys = value,
            "allow-0rtt" => self.early_data = here,
            "strict-sni" => self.strict_sni = here,
            "no-strict-sni" => self.strict_sni = None,
            "accept-proxy" => self.accept_proxy = here,
            "generate-certificates" => self.generates = here,
            "ocsp-update" => self.ocsp_update = value,
            "key" => self.key = value,
            "ocsp" => self.ocsp = value,
            "alias" => self.alias = value,
            _ => {}
        }
    }

    fn crt(&mut self, kind: CrtKind, value: Option<Value>) {
        self.certificates.extend(value.map(|value| Crt { kind, value, options: None }));
    }
}
