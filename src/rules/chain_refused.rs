//! A certificate in the chain keeps every client from believing it.

use super::sent::{self, Sent};
use super::{issuers, prose, refusals};
use crate::finding::Findings;
use crate::pki::Certificate;
use crate::pki::chain::{Fault, Refusal};
use crate::surface::Surface;
use crate::tls::protocol::ProtocolVersion;

/// What OpenSSL and BoringSSL take at most for a list of certificates (`SSL_MAX_CERT_LIST_DEFAULT`).
pub(super) const LONGEST: usize = 102_400;

/// Reports each file that clients refuse, whatever roots they know.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let endless = sent::endless(surface);
    for file in sent::files(surface).iter().chain(&endless).filter(|file| file.is_for_servers()) {
        if !issuers::is_loaded(surface, file) {
            continue;
        }
        let length = length(file);
        if length > LONGEST {
            report_length(file, length, findings);
        } else if let Some(refusal) = file.chain.and_then(|chain| chain.refusal(&file.file.certificates)) {
            report(file, refusal, findings);
        }
    }
}

/// The length of the handshake message with all these certificates.
pub(super) fn length(file: &Sent) -> usize {
    let mut enabled = file.places.iter().filter_map(|place| place.server.enabled.known());
    let newer = enabled.any(|versions| versions.contains(ProtocolVersion::Tls13));
    // RFC 5246 section 7.4.2: three bytes of length for each and for all; RFC 8446 section 4.4.2: two more
    // for the extensions of each, and one for the context.
    let (each, all) = if newer { (5, 4) } else { (3, 3) };
    let lengths = file.file.certificates.iter().map(|certificate| certificate.der().len() + each);
    lengths.sum::<usize>() + all
}

fn report_length(file: &Sent, length: usize, findings: &mut Findings) {
    let count = file.file.certificates.len().saturating_sub(1);
    // Of what is behind the last that was looked at, nothing is known.
    let (count, length) = match file.file.more {
        true => (format!("at least {count}"), format!("at least {length}")),
        false => (count.to_string(), length.to_string()),
    };
    let message = format!(
        "{} comes with {count} more, {length} bytes in all: OpenSSL and browsers take {LONGEST}",
        file.subject(0)
    );
    let why =
        "OpenSSL and what is made of it end a handshake over a longer list (`SSL_MAX_CERT_LIST_DEFAULT`)";
    file.report(findings, 0, message, why)
        .help("send the certificate and its intermediates, and nothing else: a bundle of CAs is for clients to have")
        .symptom("\"excessive message size\", ERR_SSL_PROTOCOL_ERROR; at a proxy before it: 502 Bad Gateway");
}

fn report(file: &Sent, refusal: Refusal, findings: &mut Findings) {
    let (index, fault) = match refusal {
        Refusal::Signature(index) => return report_signature(file, index, findings),
        Refusal::Fault(fault) => (fault.place().unwrap_or_default(), fault),
    };
    let Some(certificate) = file.file.certificates.get(index) else { return };
    let subject = file.subject(index);
    let help = match index {
        _ if matches!(fault, Fault::ExplicitCurve(_)) => {
            "make a key on a named curve, `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`, and have it certified"
        }
        0 => "have it issued without that extension",
        _ => "have the certificate issued by a CA that may, and send that CA's certificate behind it",
    };
    let words = words(certificate, fault);
    file.report(findings, index, format!("{subject} {}", words.what), &words.why)
        .help(help)
        .symptom(words.symptom);
}

fn report_signature(file: &Sent, index: usize, findings: &mut Findings) {
    let Some(certificate) = file.file.certificates.get(index) else { return };
    let message = format!("the signature of {} is broken", file.subject(index));
    let why = format!(
        "`{}` has the name and the key identifier of its issuer, but its key did not make this signature: the certificate was altered",
        certificate.issuer
    );
    file.report(findings, index, message, &why)
        .help("take the certificate anew from the CA that issued it")
        .symptom("\"certificate signature failure\", SEC_ERROR_BAD_SIGNATURE, ERR_CERT_AUTHORITY_INVALID");
}

struct Words {
    what: String,
    why: String,
    symptom: &'static str,
}

fn words(certificate: &Certificate, fault: Fault) -> Words {
    let constraints = certificate.extensions.name_constraints.as_ref();
    let (what, why, symptom) = match fault {
        Fault::NotACa(_) => (
            "issued another certificate and may issue none".to_owned(),
            format!("{} (RFC 5280 section 6.1.4)", refusals::no_ca(certificate)),
            "\"invalid CA certificate\", SEC_ERROR_CA_CERT_INVALID, ERR_CERT_INVALID",
        ),
        Fault::MayNotSign(_) => (
            "issued another certificate and may issue none".to_owned(),
            format!("{} (RFC 5280 section 4.2.1.3)", refusals::no_ca(certificate)),
            "\"invalid CA certificate\", \"key usage does not include certificate signing\", SEC_ERROR_INADEQUATE_KEY_USAGE, ERR_CERT_INVALID",
        ),
        Fault::PathTooLong(_) => (
            format!("allows {} below it, and there are more", refusals::intermediates(certificate)),
            "its path length constraint (RFC 5280 section 4.2.1.9) counts the CAs between it and the server's certificate".to_owned(),
            "\"path length constraint exceeded\", SEC_ERROR_PATH_LEN_CONSTRAINT_INVALID, ERR_CERT_INVALID",
        ),
        Fault::NotForServers(_) => (
            "may not issue certificates for servers".to_owned(),
            format!("{}, which limits all that it issues", refusals::no_servers(certificate)),
            "\"unsuitable certificate purpose\", SEC_ERROR_INADEQUATE_CERT_TYPE, ERR_CERT_INVALID",
        ),
        Fault::ForbidsName(_) => (
            "does not permit a name in what it issued".to_owned(),
            format!(
                "its name constraints (RFC 5280 section 4.2.1.10) permit {}",
                prose::list(constraints.map(|c| refusals::names(&c.permitted)).unwrap_or_default())
            ),
            "\"permitted subtree violation\", ERR_CERT_NAME_CONSTRAINT_VIOLATION, SEC_ERROR_CERT_NOT_IN_NAME_SPACE",
        ),
        Fault::ExcludesName(_) => (
            "excludes a name in what it issued".to_owned(),
            format!(
                "its name constraints (RFC 5280 section 4.2.1.10) exclude {}",
                prose::list(constraints.map(|c| refusals::names(&c.excluded)).unwrap_or_default())
            ),
            "\"excluded subtree violation\", ERR_CERT_NAME_CONSTRAINT_VIOLATION, SEC_ERROR_CERT_NOT_IN_NAME_SPACE",
        ),
        Fault::ExplicitCurve(_) => (
            "has a key on a curve that is written out in numbers".to_owned(),
            "curves are named (RFC 5480 section 2.1.1): OpenSSL since 3.0 and all browsers refuse others".to_owned(),
            "\"Certificate public key has explicit ECC parameters\", ERR_CERT_INVALID",
        ),
        _ => (
            format!("has {}", refusals::critical(certificate)),
            "who does not know a critical extension must refuse the certificate (RFC 5280 section 4.2)".to_owned(),
            "\"unhandled critical extension\", SEC_ERROR_UNKNOWN_CRITICAL_EXTENSION, ERR_CERT_INVALID",
        ),
    };
    Words { what, why, symptom }
}
