//! Why HAProxy does not start over a `bind` line, beside what is wrong with its words.

use super::binds::Bind;
use super::loaded::{Fault, Loaded};
use super::tls::{self, Source};
use super::value::Value;
use crate::model::{Problem, ProblemKind, Setting, TlsSettings, Transport};
use crate::source::Span;
use crate::tls::cipher_string;

/// What HAProxy refuses about a line, its settings and its certificates; nothing of what depends on a condition.
pub(super) fn find(source: &Source<'_>, settings: &TlsSettings, loaded: &[Loaded]) -> Vec<Problem> {
    let bind = source.bind;
    if bind.condition.is_some() || bind.options.open.is_some() {
        return Vec::new();
    }
    let mut problems = Vec::new();
    if let Some(span) = without_versions(source) {
        problems.push(problem(
            span,
            "no version of TLS is left on this line",
            "ssl-min-ver TLSv1.2",
            "all SSL/TLS versions are disabled for bind",
        ));
    }
    without_certificate(bind, &mut problems);
    without_authority(bind, &mut problems);
    lists(source, settings, &mut problems);
    if source.transport == Transport::Quic && !source.target.haproxy.since(2, 4) {
        let message = "this version does not know addresses of QUIC";
        problems.push(problem(bind.span, message, "HAProxy 2.6 and later listen on QUIC", "invalid address"));
    }
    problems.extend(loaded.iter().filter_map(|certificate| fault(certificate, source)));
    problems
}

fn problem(
    span: Span,
    message: impl Into<String>,
    help: impl Into<String>,
    says: impl Into<String>,
) -> Problem {
    let kind = ProblemKind::Invalid { help: Some(help.into()) };
    Problem { kind, span, message: message.into(), fatal: true, says: Some(says.into()) }
}

fn without_versions(source: &Source<'_>) -> Option<Span> {
    let versions = tls::protocols(source, None);
    versions
        .known()
        .is_some_and(|versions| versions.is_empty())
        .then(|| versions.span().unwrap_or(source.bind.span))
}

/// `ssl` without a certificate; with `strict-sni` HAProxy only warns.
fn without_certificate(bind: &Bind, problems: &mut Vec<Problem>) {
    let Some(ssl) = bind.options.ssl.filter(|_| bind.options.strict_sni.is_none()) else { return };
    if bind.options.certificates.is_empty() {
        let message =
            format!("TLS is switched on for `bind` of {}, and no certificate is named", bind.section);
        problems.push(problem(
            ssl,
            message,
            "crt /etc/haproxy/site.pem",
            "no SSL certificate specified for bind",
        ));
    }
}

/// `verify` without authorities.
fn without_authority(bind: &Bind, problems: &mut Vec<Problem>) {
    let options = &bind.options;
    let verifies = |value: &&Value| value.is("optional") || value.is("required");
    let Some(verify) = options.verify.as_ref().filter(verifies).filter(|_| options.ssl.is_some()) else {
        return;
    };
    if options.ca_file.is_none() && options.ca_verify_file.is_none() {
        let message =
            format!("client certificates are verified on `bind` of {}, and no CA is named", bind.section);
        let says = "verify is enabled but no CA file specified for bind";
        problems.push(problem(verify.span, message, "ca-file /etc/haproxy/client-ca.pem", says));
    }
}

/// Lists of suites that the library refuses.
fn lists(source: &Source<'_>, settings: &TlsSettings, problems: &mut Vec<Problem>) {
    if let Setting::Known { value: list, .. } = &settings.ciphers
        && let Some(span) = list.span
        && let Err(error) = source.target.expand(&list.text)
        && error.promised
    {
        let message = format!("OpenSSL refuses the list of suites: {}", error.kind.reason());
        let help = "name at least one suite of TLS 1.2; those of TLS 1.3 belong to `ciphersuites`";
        problems.push(problem(span, message, help, "unable to set SSL cipher list"));
    }
    if let Some(Setting::Known { value: list, .. }) = &settings.ciphersuites
        && let Some(span) = list.span
        && let Err(error) = cipher_string::ciphersuites(&list.text, source.target.openssl)
    {
        let message = format!("OpenSSL refuses the suites of TLS 1.3: {}", error.kind.reason());
        let help = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
        problems.push(problem(span, message, help, "unable to set TLS 1.3 cipher suites"));
    }
}

/// What is wrong with a certificate.
fn fault(certificate: &Loaded, source: &Source<'_>) -> Option<Problem> {
    let file = certificate.reference.certificate.known()?;
    let name = &file.text;
    let (message, help, says) = match certificate.fault? {
        Fault::Missing => (
            format!("the certificate `{name}` is not there"),
            "name a file that holds the certificate, its chain and its key".to_owned(),
            format!("unable to stat SSL certificate from file '{name}' : No such file or directory."),
        ),
        Fault::NoKey => (
            format!("there is no private key for the certificate `{name}`"),
            format!("append the key to `{name}`, or put it into `{name}.key` beside it"),
            "No Private Key found".to_owned(),
        ),
        Fault::Mismatch => (
            format!("the private key is not that of the first certificate in `{name}`"),
            "put the server's own certificate first, and those that issued it behind".to_owned(),
            format!("inconsistencies between private key and certificate loaded '{name}'"),
        ),
        Fault::WeakKey(bits) => (
            format!("the key of `{name}` has {bits} bits, too few for the security level of OpenSSL"),
            format!("make a key that OpenSSL {} takes: 2048 bits of RSA or more", source.target.openssl),
            format!("unable to load SSL certificate into SSL Context '{name}'"),
        ),
    };
    Some(problem(certificate.span, message, help, says))
}
