//! What one certificate says.

mod algorithm;
mod extensions;
mod parts;

pub use algorithm::SignatureAlgorithm;
pub use extensions::{
    BasicConstraints, ExtendedKeyUsage, Extensions, KeyUsage, NameConstraints, Subtree, Subtrees,
};

use super::key::Key;
use super::outline::{self, Field};
use crate::source::{FileId, Span};
use crate::tls::security_level::Digest;
use parts::Parts;
use sha2::{Digest as _, Sha256};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::FromDer;
use x509_parser::time::ASN1Time;
use x509_parser::x509::X509Name;

/// A certificate's facts. Control characters in its texts are replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// SHA-256 of its DER in hexadecimal: what is sent, without trust settings behind it.
    pub sha256: String,
    /// The same, as bytes.
    pub fingerprint: [u8; 32],
    /// X.509's version: 3 for all that has extensions.
    pub version: u32,
    /// Who it is for, as people read it: `CN=www.example.com`.
    pub subject: String,
    /// Who issued it, alike.
    pub issuer: String,
    /// The last common name of the subject.
    pub common_name: Option<String>,
    /// DNS names and IP addresses it is valid for, as written, in its order; never the common name.
    pub names: Vec<String>,
    /// The IP addresses among them: a DNS name that looks like an address is none.
    pub addresses: Vec<IpAddr>,
    /// Valid from, as in `2026-11-20T02:28:39Z`; such texts sort by time.
    pub not_before: String,
    /// Valid until, that second included.
    pub not_after: String,
    /// Valid from, in seconds since 1970; fractions are not read.
    pub valid_from: i64,
    /// Valid until, alike; that second is the last.
    pub valid_until: i64,
    /// Its public key.
    pub key: Key,
    /// How its issuer signed it.
    pub signature: SignatureAlgorithm,
    /// The hash its issuer signed; `None` for signatures without one, such as Ed25519, and unknown ones.
    pub signature_digest: Option<Digest>,
    /// Whether subject and issuer are the same; whether it signed itself is not looked at.
    pub self_issued: bool,
    /// What its extensions say.
    pub extensions: Extensions,
    /// Its DER and where in it the parts stand that links of a chain are made of.
    parts: Parts,
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

impl Unread {
    /// Why content was not read that is to look like this.
    pub(super) fn of(der: &[u8], outline: &[Field]) -> Unread {
        if outline::fails(der, outline) { Unread::Broken } else { Unread::NotUnderstood }
    }
}

impl Certificate {
    /// Reads a certificate; what follows its DER is not looked at.
    pub(super) fn read(der: &[u8], span: Span) -> Result<Certificate, Unread> {
        if !begins_a_certificate(der) {
            return Err(Unread::Broken);
        }
        let (_, x509) = X509Certificate::from_der(der).map_err(|_| Unread::of(der, outline::CERTIFICATE))?;
        let common_name = x509.subject().iter_common_name().last().and_then(|name| name.as_str().ok());
        let fingerprint: [u8; 32] = Sha256::digest(x509.as_raw()).into();
        let signature = SignatureAlgorithm::of(&x509.signature_algorithm);
        let names = names(&x509).ok_or(Unread::NotUnderstood)?;
        Ok(Certificate {
            sha256: hex(&fingerprint),
            fingerprint,
            version: x509.version().0.saturating_add(1),
            subject: name(x509.subject()),
            issuer: name(x509.issuer()),
            common_name: common_name.map(printable),
            names: names.iter().map(|(text, _)| text.clone()).collect(),
            addresses: names.iter().filter_map(|(_, address)| *address).collect(),
            not_before: rfc3339(x509.validity().not_before),
            not_after: rfc3339(x509.validity().not_after),
            valid_from: x509.validity().not_before.timestamp(),
            valid_until: x509.validity().not_after.timestamp(),
            key: Key::of(x509.public_key()).ok_or(Unread::NotUnderstood)?,
            signature_digest: signature.digest(),
            signature,
            self_issued: x509.subject().as_raw() == x509.issuer().as_raw(),
            extensions: Extensions::of(&x509),
            parts: Parts::of(&x509).ok_or(Unread::NotUnderstood)?,
            span,
        })
    }

    /// Reads a certificate that stands in no file.
    pub fn from_der(der: &[u8]) -> Option<Certificate> {
        Certificate::read(der, Span::new(FileId(u32::MAX), 0..0)).ok()
    }

    /// All of it in DER, as it is sent.
    pub fn der(&self) -> &[u8] {
        self.parts.der()
    }

    /// The subject in DER.
    pub fn subject_der(&self) -> &[u8] {
        self.parts.subject()
    }

    /// The issuer in DER.
    pub fn issuer_der(&self) -> &[u8] {
        self.parts.issuer()
    }

    /// The public key and its algorithm in DER (`SubjectPublicKeyInfo`).
    pub fn key_info(&self) -> &[u8] {
        self.parts.key_info()
    }

    /// The public key alone: the content of the bit string in `SubjectPublicKeyInfo`.
    pub fn key_bits(&self) -> &[u8] {
        self.parts.key_bits()
    }

    /// What the issuer signed (`TBSCertificate`).
    pub fn signed_part(&self) -> &[u8] {
        self.parts.signed()
    }

    /// The issuer's signature.
    pub fn signature_bits(&self) -> &[u8] {
        self.parts.signature()
    }

    /// Whether it has any alternative name that TLS clients look at.
    pub fn has_alternative_names(&self) -> bool {
        !self.names.is_empty()
    }

    /// Its DNS names, as written.
    pub fn dns_names(&self) -> impl Iterator<Item = &str> {
        let is_address = |name: &str| name.parse().is_ok_and(|address| self.addresses.contains(&address));
        self.names.iter().map(String::as_str).filter(move |name| !is_address(name))
    }
}

/// Whether these bytes begin with a SEQUENCE that begins with another, as certificates do, and that
/// is there as a whole or says not how long it is.
fn begins_a_certificate(der: &[u8]) -> bool {
    outline::sequence(der).is_some_and(|content| content.first() == Some(&0x30))
}

fn name(name: &X509Name<'_>) -> String {
    printable(&name.to_string())
}

fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// The alternative names that TLS clients look at; none where they cannot be read.
fn names(x509: &X509Certificate<'_>) -> Option<Vec<(String, Option<IpAddr>)>> {
    let Some(extension) = x509.subject_alternative_name().ok()? else { return Some(Vec::new()) };
    let read = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(name) => Some((printable(name), None)),
        GeneralName::IPAddress(octets) => address(octets).map(|address| (address.to_string(), Some(address))),
        _ => None,
    };
    Some(extension.value.general_names.iter().filter_map(read).collect())
}

fn address(octets: &[u8]) -> Option<IpAddr> {
    let four = <[u8; 4]>::try_from(octets).map(|o| IpAddr::V4(Ipv4Addr::from(o)));
    four.or_else(|_| <[u8; 16]>::try_from(octets).map(|o| IpAddr::V6(Ipv6Addr::from(o)))).ok()
}

fn rfc3339(time: ASN1Time) -> String {
    let time = time.to_datetime();
    let ((year, month, day), (hour, minute, second)) = (time.to_calendar_date(), time.to_hms());
    format!("{year:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z", u8::from(month))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
