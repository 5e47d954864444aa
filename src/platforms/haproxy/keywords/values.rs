//! Values that come from a list, and values that are missing.

use super::super::section::SectionKind;
use super::super::version::HaproxyVersion;
use super::check::{Line, Problem, Remark};
use super::words::{Place, Values, Word};

/// What `ssl-min-ver` and `ssl-max-ver` take, letter by letter (source: `methodVersions`).
pub const VERSIONS: [&str; 5] = ["SSLv3", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"];

/// What HAProxy minds about the value of an option at `at`.
pub(super) fn mind(
    word: &Word,
    place: Place,
    words: &[&str],
    at: usize,
    version: Option<HaproxyVersion>,
) -> Option<Remark> {
    let value = words.get(at + 1).copied();
    let refused = |at, problem| Some(Remark { at, problem, effect: super::Effect::Refused });
    if word.name == "process" && version.is_some_and(|version| version.since(2, 7)) {
        return refused(at, Problem::ProcessRetired);
    }
    if word.name == "usesrc" {
        return refused(at, Problem::UsesrcAlone);
    }
    let Some(value) = value else {
        let missing = word.values != Values::None && word.missing.is_known();
        return missing.then_some(Remark {
            at: at + 1,
            problem: Problem::MissingValue(place),
            effect: super::Effect::Refused,
        });
    };
    match word.name {
        "ssl-min-ver" | "ssl-max-ver" if !VERSIONS.contains(&value) => {
            refused(at + 1, Problem::UnknownVersion(place))
        }
        "verify" if !methods(place).contains(&value) => refused(at + 1, Problem::UnknownMethod(place)),
        _ => None,
    }
}

/// What `verify` takes.
pub fn methods(place: Place) -> &'static [&'static str] {
    match place {
        Place::Server | Place::DefaultServer => &["none", "required"],
        _ => &["none", "optional", "required"],
    }
}

/// How many words must follow the first, for settings of TLS that take one value.
pub(super) fn least(line: &Line<'_>) -> Option<usize> {
    let first = line.words.first()?;
    let wants_one =
        *first == "ssl-f-use" || line.section == SectionKind::Global && expectation(first).is_some();
    wants_one.then_some(1)
}

/// What a setting of `global` expects, in HAProxy's words.
pub(super) fn expectation(name: &str) -> Option<String> {
    let statement = |what: &str| Some(format!("global statement '{name}' expects {what}"));
    let plain = |what: &str| Some(format!("'{name}' expects {what}"));
    match name {
        "ca-base" | "crt-base" | "key-base" | "issuers-chain-path" | "ssl-provider-path" => {
            statement("a directory path as an argument.")
        }
        "ssl-default-bind-ciphers"
        | "ssl-default-server-ciphers"
        | "ssl-default-bind-ciphersuites"
        | "ssl-default-server-ciphersuites" => statement("a cipher suite as an argument."),
        // These two share a text.
        "ssl-default-bind-curves"
        | "ssl-default-server-curves"
        | "ssl-default-bind-sigalgs"
        | "ssl-default-server-sigalgs" => statement("a curves suite as an arguments."),
        "ssl-default-bind-client-sigalgs" | "ssl-default-server-client-sigalgs" => {
            statement("signature algorithms as an arguments.")
        }
        "ssl-propquery" => statement("a property string as an argument."),
        "ssl-dh-param-file" => plain("a file path as an argument."),
        "ssl-server-verify"
        | "maxsslconn"
        | "tune.ssl.cachesize"
        | "tune.ssl.default-dh-param"
        | "tune.ssl.maxrecord"
        | "tune.ssl.hard-maxrecord"
        | "tune.ssl.ssl-ctx-cache-size" => plain("an integer argument."),
        "tune.ssl.keylog" => plain("either 'on' or 'off' but got ''."),
        "tune.ssl.lifetime" => plain("ssl sessions <lifetime> in seconds as argument."),
        "ssl-load-extra-files" => plain("one or multiple arguments (none, all, bundle, sctl, ocsp, issuer)."),
        _ => None,
    }
}
