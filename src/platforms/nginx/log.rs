//! What nginx logs when it does not start over a file, `[emerg]` (`ngx_event_openssl.c` and
//! `ngx_event_openssl_cache.c`; the words were taken from 1.18.0, 1.22.1, 1.26.3 and 1.30.6).
//!
//! nginx prints the path below its prefix, which is not known here; the path is given as it is written.

use super::defaults;
use crate::model::{FileRole, Refusal, Weakness};
use crate::target::Target;

/// The line, without time and level.
pub fn says(role: FileRole, file: &str, refusal: Refusal, target: &Target) -> String {
    let cached = target.nginx >= defaults::OBJECT_CACHE;
    let says = |call: &str, why: &str| match why {
        "" => format!("{call}(\"{file}\") failed"),
        why => format!("{call}(\"{file}\") failed (SSL: {why})"),
    };
    let cannot_load = |what: &str, call: &str, why: &str| match why {
        "" => format!("cannot load {what} \"{file}\": {call}() failed"),
        why => format!("cannot load {what} \"{file}\": {call}() failed (SSL: {why})"),
    };
    match (role, refusal) {
        (_, Refusal::Mismatch) => {
            let call = match target.nginx >= defaults::LOADS_KEYS {
                true => "SSL_CTX_use_PrivateKey",
                false => "SSL_CTX_use_PrivateKey_file",
            };
            let routines = "x509 certificate routines";
            let function = "X509_check_private_key";
            says(call, &error(target, ["0B080074", "05800074"], routines, function, "key values mismatch"))
        }
        (_, Refusal::Weak(weakness)) => {
            let (call, codes, function, why) = weak(weakness);
            says(call, &error(target, codes, "SSL routines", function, why))
        }
        (_, Refusal::Nameless) => {
            says("SSL_load_client_CA_file", &format!("{}:Expecting: CERTIFICATE", no_start_line(target)))
        }
        (FileRole::TicketKey, Refusal::Size | Refusal::Empty) => {
            format!("\"{file}\" must be 48 or 80 bytes")
        }
        // The word is read when the configuration is, whoever needs it.
        (FileRole::PassPhrases, Refusal::Empty) => format!("read() \"{file}\" failed (21: Is a directory)"),
        (FileRole::PassPhrases | FileRole::TicketKey, _) => {
            format!("open() \"{file}\" failed (2: No such file or directory)")
        }
        (FileRole::DhParams | FileRole::Stapling, Refusal::Missing) => says("BIO_new_file", "… no such file"),
        (FileRole::DhParams, refusal) => says("PEM_read_bio_DHparams", &old_reason(refusal, target)),
        (FileRole::Stapling, _) => says("d2i_OCSP_RESPONSE_bio", ""),
        (FileRole::Key, Refusal::Missing) => cannot_load("certificate key", "BIO_new_file", ""),
        (_, Refusal::Locked) => cannot_load("certificate key", "PEM_read_bio_PrivateKey", "… bad decrypt …"),
        (FileRole::Key, refusal) => {
            let why = match (target.openssl.at_least(3, 0, 0), refusal) {
                (_, Refusal::Broken { reason: reason @ "not proc type", .. }) => format!("… {reason}"),
                (true, _) => {
                    "error:1E08010C:DECODER routines::unsupported:No supported data to decode. Input type: PEM".to_owned()
                }
                (false, Refusal::Broken { reason, .. }) => format!("… {reason}"),
                (false, _) => format!("{}:Expecting: ANY PRIVATE KEY", no_start_line(target)),
            };
            cannot_load("certificate key", "PEM_read_bio_PrivateKey", &why)
        }
        (FileRole::Certificate, Refusal::Missing) => cannot_load("certificate", "BIO_new_file", ""),
        (FileRole::Authorities, Refusal::Missing) if cached => cannot_load("certificate", "BIO_new_file", ""),
        (FileRole::Revocations, Refusal::Missing) if cached => cannot_load("CRL", "BIO_new_file", ""),
        (FileRole::Authorities, _) if !cached => {
            says("SSL_CTX_load_verify_locations", &old_reason(refusal, target))
        }
        (FileRole::Revocations, _) if !cached => says("X509_LOOKUP_load_file", &old_reason(refusal, target)),
        (FileRole::Revocations, refusal) => {
            let why = match refusal {
                Refusal::Broken { reason, .. } => format!("… {reason}"),
                _ => format!("{}:Expecting: X509 CRL", no_start_line(target)),
            };
            cannot_load("CRL", "PEM_read_bio_X509_CRL", &why)
        }
        (FileRole::Certificate | FileRole::Authorities, Refusal::Broken { first, reason }) => {
            let call = if first { "PEM_read_bio_X509_AUX" } else { "PEM_read_bio_X509" };
            cannot_load("certificate", call, &format!("… {reason}"))
        }
        (FileRole::Certificate | FileRole::Authorities, _) => {
            let why = format!("{}:Expecting: TRUSTED CERTIFICATE", no_start_line(target));
            cannot_load("certificate", "PEM_read_bio_X509_AUX", &why)
        }
    }
}

/// What `X509_load_cert_crl_file` says.
fn old_reason(refusal: Refusal, target: &Target) -> String {
    match refusal {
        Refusal::Missing => "… no such file …".to_owned(),
        Refusal::Broken { reason, .. } => format!("… {reason} …"),
        _ => {
            let (routines, function) = ("x509 certificate routines", "X509_load_cert_crl_file");
            error(target, ["0B084088", "05800088"], routines, function, "no certificate or crl found")
        }
    }
}

fn no_start_line(target: &Target) -> String {
    error(target, ["0909006C", "0480006C"], "PEM routines", "get_name", "no start line")
}

fn weak(weakness: Weakness) -> (&'static str, [&'static str; 2], &'static str, &'static str) {
    const LEAF: &str = "SSL_CTX_use_certificate";
    const CHAIN: &str = "SSL_CTX_set0_chain";
    const IN_CHAIN: &str = "ssl_cert_set0_chain";
    match weakness {
        Weakness::LeafKey => (LEAF, ["140AB18F", "0A00018F"], LEAF, "ee key too small"),
        Weakness::LeafDigest => (LEAF, ["140AB18E", "0A00018E"], LEAF, "ca md too weak"),
        Weakness::ChainKey => (CHAIN, ["1415418D", "0A00018D"], IN_CHAIN, "ca key too small"),
        Weakness::ChainDigest => (CHAIN, ["1415418E", "0A00018E"], IN_CHAIN, "ca md too weak"),
    }
}

/// An entry of OpenSSL's queue of errors; 3.0 gave up the names of functions.
fn error(target: &Target, [old, new]: [&str; 2], routines: &str, function: &str, why: &str) -> String {
    match target.openssl.at_least(3, 0, 0) {
        true => format!("error:{new}:{routines}::{why}"),
        false => format!("error:{old}:{routines}:{function}:{why}"),
    }
}
