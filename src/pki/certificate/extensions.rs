//! What a certificate's extensions say (RFC 5280 §4.2).

use super::{address, printable};
use std::net::IpAddr;
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::{GeneralName, GeneralSubtree, ParsedExtension, X509Extension};

/// The extensions that chains and names depend on. Of an extension that is there twice the last counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extensions {
    /// The identifier of its own key (§4.2.1.2).
    pub subject_key_id: Option<Box<[u8]>>,
    /// The identifier of its issuer's key (§4.2.1.1).
    pub authority_key_id: Option<Box<[u8]>>,
    /// Whether it may issue, and how many others may stand between it and the leaf (§4.2.1.9).
    pub basic_constraints: Option<BasicConstraints>,
    /// What its key may do; `None` where nothing is said, which allows all (§4.2.1.3).
    pub key_usage: Option<KeyUsage>,
    /// What it may be used for, alike (§4.2.1.12).
    pub extended_key_usage: Option<ExtendedKeyUsage>,
    /// URLs of OCSP responders (§4.2.2.1).
    pub ocsp: Vec<String>,
    /// URLs of the issuer's certificate (§4.2.2.1).
    pub ca_issuers: Vec<String>,
    /// Whether it demands a stapled OCSP response (RFC 7633, `status_request`).
    pub must_staple: bool,
    /// Whether signed certificate timestamps are in it (RFC 6962 §3.3): a public CA issued it, or one that acts so.
    pub has_timestamps: bool,
    /// Names that those it issues may have (§4.2.1.10).
    pub name_constraints: Option<NameConstraints>,
    /// The first critical extension, by object identifier, that is not known here or that nobody expects
    /// to be critical: clients that cannot process it must refuse the certificate (§4.2).
    pub unknown_critical: Option<String>,
    /// Whether one of the extensions above is there but cannot be read.
    pub damaged: bool,
}

/// Basic constraints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BasicConstraints {
    /// Whether it is a CA.
    pub ca: bool,
    /// How many intermediates may follow, self-issued ones not counted; `None` is any number.
    pub path_len: Option<u32>,
}

/// Key usage, as far as servers and their issuers need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyUsage {
    /// Signs handshakes: all of TLS 1.3, (EC)DHE before.
    pub digital_signature: bool,
    /// Decrypts keys: static RSA.
    pub key_encipherment: bool,
    /// Static ECDH.
    pub key_agreement: bool,
    /// Signs certificates.
    pub key_cert_sign: bool,
    /// Signs CRLs.
    pub crl_sign: bool,
}

/// Extended key usage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExtendedKeyUsage {
    /// `id-kp-serverAuth`.
    pub server_auth: bool,
    /// `id-kp-clientAuth`.
    pub client_auth: bool,
    /// `anyExtendedKeyUsage`.
    pub any: bool,
}

/// Name constraints.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NameConstraints {
    /// Where names of a kind are in here, each name of that kind must lie in one of them.
    pub permitted: Subtrees,
    /// No name may lie in one of these.
    pub excluded: Subtrees,
}

/// Sets of names. Directory names, mail addresses and URIs are not looked at: servers have none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subtrees {
    /// Those of DNS names and addresses.
    pub known: Vec<Subtree>,
}

/// A set of names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subtree {
    /// A domain and all below it; empty for all names.
    Dns(String),
    /// A network: address and mask of the same length.
    Ip(Box<[u8]>, Box<[u8]>),
    /// What can hold no name: a wildcard, an address with a part of a mask.
    Malformed,
}

/// The extension of RFC 7633.
const TLS_FEATURE: &str = "1.3.6.1.5.5.7.1.24";
/// `status_request` as a DER INTEGER.
const STATUS_REQUEST: [u8; 3] = [0x02, 0x01, 0x05];

impl Extensions {
    pub(super) fn of(x509: &X509Certificate<'_>) -> Extensions {
        let mut all = Extensions::default();
        for extension in x509.extensions() {
            all.add(extension);
        }
        all
    }

    fn add(&mut self, extension: &X509Extension<'_>) {
        let oid = || extension.oid.to_id_string();
        let unexpected = matches!(
            extension.parsed_extension(),
            ParsedExtension::SubjectKeyIdentifier(_)
                | ParsedExtension::AuthorityKeyIdentifier(_)
                | ParsedExtension::AuthorityInfoAccess(_)
        );
        if unexpected && extension.critical {
            self.unknown_critical.get_or_insert_with(oid);
        }
        match extension.parsed_extension() {
            ParsedExtension::SubjectKeyIdentifier(id) => self.subject_key_id = Some(id.0.into()),
            ParsedExtension::AuthorityKeyIdentifier(id) => {
                self.authority_key_id = id.key_identifier.as_ref().map(|id| id.0.into());
            }
            ParsedExtension::BasicConstraints(constraints) => {
                let path_len = constraints.path_len_constraint;
                self.basic_constraints = Some(BasicConstraints { ca: constraints.ca, path_len });
            }
            ParsedExtension::KeyUsage(usage) => {
                self.key_usage = Some(KeyUsage {
                    digital_signature: usage.digital_signature(),
                    key_encipherment: usage.key_encipherment(),
                    key_agreement: usage.key_agreement(),
                    key_cert_sign: usage.key_cert_sign(),
                    crl_sign: usage.crl_sign(),
                });
            }
            ParsedExtension::ExtendedKeyUsage(usage) => {
                self.extended_key_usage = Some(ExtendedKeyUsage {
                    server_auth: usage.server_auth,
                    client_auth: usage.client_auth,
                    any: usage.any,
                });
            }
            ParsedExtension::AuthorityInfoAccess(access) => {
                for description in access.iter() {
                    let GeneralName::URI(url) = description.access_location else { continue };
                    match description.access_method.to_id_string().as_str() {
                        "1.3.6.1.5.5.7.48.1" => self.ocsp.push(printable(url)),
                        "1.3.6.1.5.5.7.48.2" => self.ca_issuers.push(printable(url)),
                        _ => {}
                    }
                }
            }
            ParsedExtension::NameConstraints(constraints) => {
                let read = |trees: &Option<Vec<GeneralSubtree<'_>>>| Subtrees {
                    known: trees.iter().flatten().filter_map(subtree).collect(),
                };
                let permitted = read(&constraints.permitted_subtrees);
                let excluded = read(&constraints.excluded_subtrees);
                self.name_constraints = Some(NameConstraints { permitted, excluded });
            }
            ParsedExtension::SCT(_) => self.has_timestamps = true,
            ParsedExtension::ParseError { .. } => self.damaged = true,
            ParsedExtension::UnsupportedExtension { .. } if oid() == TLS_FEATURE => {
                self.must_staple |= extension.value.windows(3).any(|w| w == STATUS_REQUEST);
            }
            ParsedExtension::UnsupportedExtension { .. } if extension.critical => {
                self.unknown_critical.get_or_insert_with(oid);
            }
            _ => {}
        }
    }
}

/// A set of DNS names or addresses; `None` for sets of other names.
fn subtree(tree: &GeneralSubtree<'_>) -> Option<Subtree> {
    Some(match &tree.base {
        GeneralName::DNSName(name) if name.contains('*') || name.starts_with('.') => Subtree::Malformed,
        GeneralName::DNSName(name) => Subtree::Dns(name.to_ascii_lowercase()),
        GeneralName::IPAddress(octets) => {
            let (network, mask) = octets.split_at(octets.len() / 2);
            match (address(network), address(mask)) {
                (Some(IpAddr::V4(_)), Some(IpAddr::V4(_))) | (Some(IpAddr::V6(_)), Some(IpAddr::V6(_))) => {
                    Subtree::Ip(network.into(), mask.into())
                }
                _ => Subtree::Malformed,
            }
        }
        _ => return None,
    })
}
