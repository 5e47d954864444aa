//! What one certificate says.

use super::key::Key;
use crate::source::Span;
use crate::tls::security_level::Digest;
use sha2::{Digest as _, Sha256};
use std::net::{Ipv4Addr, Ipv6Addr};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;
use x509_parser::signature_algorithm::RsaSsaPssParams;
use x509_parser::time::ASN1Time;
use x509_parser::x509::{AlgorithmIdentifier, X509Name};

/// A certificate's facts. Control characters in its texts are replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// SHA-256 of its DER in hexadecimal: what is sent, without trust settings behind it.
    pub sha256: String,
    /// Who it is for, as people read it: `CN=www.example.com`.
    pub subject: String,
    /// Who issued it, alike.
    pub issuer: String,
    /// The last common name of the subject.
    pub common_name: Option<String>,
    /// DNS names and IP addresses it is valid for, as written, in its order; never the common name.
    pub names: Vec<String>,
    /// Valid from, as in `2026-11-20T02:28:39Z`; such texts sort by time.
    pub not_before: String,
    /// Valid until, that second included.
    pub not_after: String,
    /// Its public key.
    pub key: Key,
    /// The hash its issuer signed; `None` for signatures without one, such as Ed25519, and unknown ones.
    pub signature_digest: Option<Digest>,
    /// Whether subject and issuer are the same; whether it signed itself is not looked at.
    pub self_issued: bool,
    /// Its block in the file.
    pub span: Span,
}

/// Why there are no facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unread {
    /// OpenSSL cannot read it either.
    Broken,
    /// OpenSSL may be able to read it.
    NotUnderstood,
}

impl Certificate {
    /// Reads a certificate; what follows its DER is not looked at.
    pub(super) fn read(der: &[u8], span: Span) -> Result<Certificate, Unread> {
        if !begins_a_certificate(der) {
            return Err(Unread::Broken);
        }
        let (_, x509) = X509Certificate::from_der(der).map_err(|_| Unread::NotUnderstood)?;
        let common_name = x509.subject().iter_common_name().last().and_then(|name| name.as_str().ok());
        Ok(Certificate {
            sha256: hex(&Sha256::digest(x509.as_raw())),
            subject: name(x509.subject()),
            issuer: name(x509.issuer()),
            common_name: common_name.map(printable),
            names: names(&x509).ok_or(Unread::NotUnderstood)?,
            not_before: rfc3339(x509.validity().not_before),
            not_after: rfc3339(x509.validity().not_after),
            key: Key::of(x509.public_key()).ok_or(Unread::NotUnderstood)?,
            signature_digest: signature_digest(&x509.signature_algorithm),
            self_issued: x509.subject().as_raw() == x509.issuer().as_raw(),
            span,
        })
    }
}

/// Whether these bytes begin with a SEQUENCE that begins with another, as certificates do, and that
/// is there as a whole or says not how long it is.
fn begins_a_certificate(der: &[u8]) -> bool {
    let [0x30, length, rest @ ..] = der else { return false };
    let (length, content) = match length {
        0..=0x7F => (usize::from(*length), rest),
        0x80 => (0, rest),
        _ => {
            let Some((digits, content)) = rest.split_at_checked(usize::from(length & 0x7F)) else {
                return false;
            };
            let add = |sum: usize, b: &u8| sum.saturating_mul(256).saturating_add(usize::from(*b));
            (digits.iter().fold(0, add), content)
        }
    };
    length <= content.len() && content.first() == Some(&0x30)
}

fn name(name: &X509Name<'_>) -> String {
    printable(&name.to_string())
}

fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// The alternative names that TLS clients look at; none where they cannot be read.
fn names(x509: &X509Certificate<'_>) -> Option<Vec<String>> {
    let Some(extension) = x509.subject_alternative_name().ok()? else { return Some(Vec::new()) };
    let read = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(name) => Some(printable(name)),
        GeneralName::IPAddress(octets) => address(octets),
        _ => None,
    };
    Some(extension.value.general_names.iter().filter_map(read).collect())
}

fn address(octets: &[u8]) -> Option<String> {
    let four = <[u8; 4]>::try_from(octets).map(|o| Ipv4Addr::from(o).to_string());
    four.or_else(|_| <[u8; 16]>::try_from(octets).map(|o| Ipv6Addr::from(o).to_string())).ok()
}

fn rfc3339(time: ASN1Time) -> String {
    let time = time.to_datetime();
    let ((year, month, day), (hour, minute, second)) = (time.to_calendar_date(), time.to_hms());
    format!("{year:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z", u8::from(month))
}

fn signature_digest(algorithm: &AlgorithmIdentifier<'_>) -> Option<Digest> {
    Some(match algorithm.algorithm.to_id_string().as_str() {
        "1.2.840.113549.1.1.4" => Digest::Md5,
        "1.2.840.113549.1.1.5" | "1.3.14.3.2.29" | "1.2.840.10045.4.1" | "1.2.840.10040.4.3" => Digest::Sha1,
        "1.2.840.113549.1.1.14" | "1.2.840.10045.4.3.1" | "2.16.840.1.101.3.4.3.1" => Digest::Sha224,
        "1.2.840.113549.1.1.11" | "1.2.840.10045.4.3.2" | "2.16.840.1.101.3.4.3.2" => Digest::Sha256,
        "1.2.840.113549.1.1.12" | "1.2.840.10045.4.3.3" | "2.16.840.1.101.3.4.3.3" => Digest::Sha384,
        "1.2.840.113549.1.1.13" | "1.2.840.10045.4.3.4" | "2.16.840.1.101.3.4.3.4" => Digest::Sha512,
        "1.2.840.113549.1.1.10" => {
            let parameters = RsaSsaPssParams::try_from(algorithm.parameters.as_ref()?).ok()?;
            match parameters.hash_algorithm_oid().to_id_string().as_str() {
                "1.3.14.3.2.26" => Digest::Sha1,
                "2.16.840.1.101.3.4.2.4" => Digest::Sha224,
                "2.16.840.1.101.3.4.2.1" => Digest::Sha256,
                "2.16.840.1.101.3.4.2.2" => Digest::Sha384,
                "2.16.840.1.101.3.4.2.3" => Digest::Sha512,
                _ => return None,
            }
        }
        _ => return None,
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
