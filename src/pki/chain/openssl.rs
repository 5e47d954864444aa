//! The one way that OpenSSL tries, and what it finds wrong with it: `build_chain`, `check_extensions`,
//! `internal_verify` and `check_name_constraints` of `crypto/x509/x509_vfy.c`, as they are since 1.1.0.
//!
//! Unlike browsers it never turns back: of several issuers with one name and key identifier it takes the
//! first that is in force, those that are trusted before those that are sent ([`Conditions::in_order`]).

use super::constraints::{Constrained, allows};
use super::links::{name_key, names_other_key};
use super::{Signature, Signatures};
use crate::pki::Certificate;
use crate::pki::certificate::SignatureAlgorithm;
use crate::tls::negotiable::KeyKind;
use crate::tls::openssl::OpenSslVersion;
use std::collections::HashMap;

/// Longer ways are not followed.
const LENGTH: usize = 32;

/// Certificates that can be found by their subject: a file of authorities, or what a server sends.
#[derive(Debug, Default)]
pub struct Stock<'c> {
    by_subject: HashMap<String, Vec<&'c Certificate>>,
}

impl<'c> Stock<'c> {
    /// Takes certificates in their order, each once.
    pub fn of(certificates: impl IntoIterator<Item = &'c Certificate>) -> Self {
        let mut by_subject: HashMap<String, Vec<&Certificate>> = HashMap::new();
        for certificate in certificates {
            let namesakes = by_subject.entry(name_key(&certificate.subject)).or_default();
            // More of one name than this are no chain; to compare them all would take long.
            if namesakes.len() < LENGTH && namesakes.iter().all(|c| c.fingerprint != certificate.fingerprint)
            {
                namesakes.push(certificate);
            }
        }
        Stock { by_subject }
    }

    /// Those that may have issued a certificate, by what they say (`ossl_x509_likely_issued`).
    fn issuers(&self, certificate: &Certificate) -> impl Iterator<Item = &'c Certificate> {
        let named = self.by_subject.get(&name_key(&certificate.issuer)).map(Vec::as_slice);
        named.unwrap_or_default().iter().copied().filter(|issuer| may_have_issued(issuer, certificate))
    }
}

/// How a certificate is verified.
#[derive(Debug, Clone, Copy)]
pub struct Conditions {
    /// How many intermediates are allowed; `None` for as many as there are.
    pub depth: Option<usize>,
    /// The time, in seconds since 1970.
    pub at: i64,
    /// Whose words and habits count.
    pub openssl: OpenSslVersion,
    /// Whether trusted namesakes are looked at in the order of their file. OpenSSL sorts them by name with
    /// `qsort`, which keeps that order in the GNU C library and may not elsewhere.
    pub in_order: bool,
}

/// The way that was tried.
#[derive(Debug)]
pub struct Attempt<'c> {
    /// From the certificate upwards.
    pub way: Vec<&'c Certificate>,
    /// How many of these were sent rather than found among the trusted ones.
    pub sent: usize,
    /// Whether another issuer of one on the way, by name and key identifier, was sent or trusted and left out.
    pub passed_by: bool,
    /// What is wrong, in the order in which it is found: most clients stop at the first, and nginx, which
    /// goes on, logs the last.
    pub errors: Vec<VerifyError>,
}

/// One error of a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerifyError {
    /// Its number (`X509_V_ERR_…`).
    pub number: u16,
    /// Whose error it is, by its place on the way.
    pub depth: usize,
    openssl: OpenSslVersion,
}

impl VerifyError {
    /// The words for it (`X509_verify_cert_error_string`).
    pub fn words(&self) -> &'static str {
        words(self.number, self.openssl)
    }

    /// Whether it is that a certificate is not in force.
    pub fn is_of_time(&self) -> bool {
        matches!(self.number, 9 | 10)
    }
}

impl std::fmt::Display for VerifyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.number, self.words())
    }
}

/// OpenSSL's words for an error of verification.
pub(crate) fn words(number: u16, openssl: OpenSslVersion) -> &'static str {
    let old = openssl < OpenSslVersion::new(3, 0, 0);
    match number {
        2 => "unable to get issuer certificate",
        7 => "certificate signature failure",
        9 => "certificate is not yet valid",
        10 => "certificate has expired",
        18 if old => "self signed certificate",
        18 => "self-signed certificate",
        19 if old => "self signed certificate in certificate chain",
        19 => "self-signed certificate in certificate chain",
        20 => "unable to get local issuer certificate",
        21 => "unable to verify the first certificate",
        22 => "certificate chain too long",
        24 | 79 => "invalid CA certificate",
        25 => "path length constraint exceeded",
        26 if old => "unsupported certificate purpose",
        26 => "unsuitable certificate purpose",
        32 => "key usage does not include certificate signing",
        34 => "unhandled critical extension",
        47 => "permitted subtree violation",
        48 => "excluded subtree violation",
        94 => "Certificate public key has explicit ECC parameters",
        _ => "certificate verify failed",
    }
}

/// What OpenSSL makes of the first of the certificates that a server sends, for a client that trusts these
/// authorities; none where that cannot be told.
pub fn verify<'c>(
    sent: &'c [Certificate],
    trusted: &Stock<'c>,
    conditions: Conditions,
    signatures: &Signatures,
) -> Option<Attempt<'c>> {
    let first = attempt(sent, trusted, conditions, signatures, false)?;
    if conditions.in_order {
        return Some(first);
    }
    let last = attempt(sent, trusted, conditions, signatures, true)?;
    (first.errors.is_empty() == last.errors.is_empty()).then_some(first)
}

fn attempt<'c>(
    sent: &'c [Certificate],
    trusted: &Stock<'c>,
    conditions: Conditions,
    signatures: &Signatures,
    backwards: bool,
) -> Option<Attempt<'c>> {
    let mut builder =
        Builder { trusted, conditions, way: vec![sent.first()?], sent: 1, errors: Vec::new(), backwards };
    builder.build(sent)?;
    // What OpenSSL makes of an extension that cannot be read here is not known.
    if builder.way.iter().any(|certificate| certificate.extensions.damaged) {
        return None;
    }
    builder.check_extensions();
    builder.check_signatures(signatures);
    builder.check_names()?;
    let others = Stock::of(sent);
    let is_on_way = |c: &Certificate| builder.way.iter().any(|on| on.fingerprint == c.fingerprint);
    let left_out = |on: &&Certificate| {
        let mut issuers = others.issuers(on).chain(trusted.issuers(on));
        !is_self_signed(on) && issuers.any(|issuer| !is_on_way(issuer))
    };
    let passed_by = builder.way.iter().any(left_out);
    Some(Attempt { way: builder.way, sent: builder.sent, passed_by, errors: builder.errors })
}

struct Builder<'s, 'c> {
    trusted: &'s Stock<'c>,
    conditions: Conditions,
    way: Vec<&'c Certificate>,
    sent: usize,
    errors: Vec<VerifyError>,
    backwards: bool,
}

impl<'c> Builder<'_, 'c> {
    fn fail(&mut self, number: u16, depth: usize) {
        self.errors.push(VerifyError { number, depth, openssl: self.conditions.openssl });
    }

    fn in_force(&self, certificate: &Certificate) -> bool {
        (certificate.valid_from..=certificate.valid_until).contains(&self.conditions.at)
    }

    /// The first that is in force, else the one that was last.
    fn best(&self, issuers: impl Iterator<Item = &'c Certificate>) -> Option<&'c Certificate> {
        let mut late: Option<&Certificate> = None;
        for issuer in issuers {
            if self.in_force(issuer) {
                return Some(issuer);
            }
            if late.is_none_or(|late| issuer.valid_until > late.valid_until) {
                late = Some(issuer);
            }
        }
        late
    }

    fn trusted_issuer(&self, of: &Certificate) -> Option<&'c Certificate> {
        let mut issuers: Vec<&Certificate> = self.trusted.issuers(of).collect();
        if self.backwards {
            issuers.reverse();
        }
        self.best(issuers.into_iter())
    }

    /// Finds the way; none where it is too long to be followed.
    fn build(&mut self, sent: &'c [Certificate]) -> Option<()> {
        let most = self.conditions.depth.map_or(LENGTH, |depth| depth.saturating_add(1).min(LENGTH));
        let others = Stock::of(sent);
        let mut from_sent = true;
        let is_trusted = loop {
            let top = *self.way.last()?;
            let short = self.way.len() <= most;
            if let Some(issuer) = self.trusted_issuer(top).filter(|_| short) {
                if !is_self_signed(top) {
                    self.way.push(issuer);
                    from_sent = false;
                    if is_self_signed(issuer) {
                        break true;
                    }
                    continue;
                }
                if issuer.fingerprint == top.fingerprint && self.sent == self.way.len() {
                    self.sent -= 1;
                    break true;
                }
            }
            if !from_sent {
                break false;
            }
            let is_new = |c: &&Certificate| {
                let alone = self.way.len() == 1 && top.self_issued;
                alone || self.way.iter().all(|on| on.fingerprint != c.fingerprint)
            };
            let issuer = match is_self_signed(top) || !short {
                true => None,
                false => self.best(others.issuers(top).filter(is_new)),
            };
            match issuer {
                Some(issuer) => {
                    self.way.push(issuer);
                    self.sent += 1;
                }
                // The trusted ones have just been looked through.
                None => break false,
            }
        };
        if is_trusted {
            return Some(());
        }
        let (length, top) = (self.way.len(), *self.way.last()?);
        if length > most {
            self.conditions.depth.filter(|depth| *depth < LENGTH)?;
            self.fail(22, length - 1);
        }
        if is_self_signed(top) {
            self.fail(if length == 1 { 18 } else { 19 }, length - 1);
        } else {
            self.fail(if self.sent < length { 2 } else { 20 }, length - 1);
        }
        Some(())
    }

    fn check_extensions(&mut self) {
        let is_new = self.conditions.openssl >= OpenSslVersion::new(3, 0, 0);
        let (way, mut below) = (self.way.clone(), 0);
        for (depth, certificate) in way.iter().enumerate() {
            let extensions = &certificate.extensions;
            let is_last = depth + 1 == way.len();
            if extensions.unknown_critical.is_some() {
                self.fail(34, depth);
            }
            let ca = ca(certificate);
            if depth > 0 && (ca == Ca::No || !is_last && ca != Ca::Yes) {
                self.fail(if is_new { 79 } else { 24 }, depth);
            }
            if is_new && way.len() > 1 && certificate.key.has_explicit_curve() {
                self.fail(94, depth);
            }
            let serves = extensions.extended_key_usage.is_none_or(|usage| usage.server_auth);
            let may_shake_hands = extensions
                .key_usage
                .is_none_or(|usage| usage.digital_signature || usage.key_encipherment || usage.key_agreement);
            if !serves || depth > 0 && ca == Ca::No || depth == 0 && !may_shake_hands {
                self.fail(26, depth);
            }
            let allowed = extensions.basic_constraints.and_then(|constraints| constraints.path_len);
            if depth > 1 && allowed.is_some_and(|allowed| below > allowed) {
                self.fail(25, depth);
            }
            below += u32::from(depth > 0 && !certificate.self_issued);
        }
    }

    fn check_signatures(&mut self, signatures: &Signatures) {
        let way = self.way.clone();
        let Some((depth, top)) = way.iter().copied().enumerate().next_back() else { return };
        match may_have_issued(top, top) {
            true => self.check_time(top, depth),
            false if depth == 0 => return self.fail(21, 0),
            false => {}
        }
        for (depth, pair) in way.windows(2).enumerate().rev() {
            let [certificate, issuer] = pair else { continue };
            if issuer.extensions.key_usage.is_some_and(|usage| !usage.key_cert_sign) {
                self.fail(32, depth + 1);
            }
            if signatures.look(certificate, issuer) == Signature::Invalid {
                self.fail(7, depth);
            }
            self.check_time(certificate, depth);
        }
    }

    fn check_time(&mut self, certificate: &Certificate, depth: usize) {
        if self.conditions.at < certificate.valid_from {
            self.fail(9, depth);
        } else if self.conditions.at > certificate.valid_until {
            self.fail(10, depth);
        }
    }

    /// Holds names against constraints; none where these cannot be applied here.
    fn check_names(&mut self) -> Option<()> {
        let way = self.way.clone();
        for (depth, certificate) in way.iter().enumerate().rev() {
            if depth > 0 && certificate.self_issued {
                continue;
            }
            let above = way.iter().skip(depth + 1).rev();
            for constraints in above.filter_map(|c| c.extensions.name_constraints.as_ref()) {
                match allows(constraints, certificate) {
                    Constrained::Allowed | Constrained::Overlaps => {}
                    Constrained::NotPermitted => self.fail(47, depth),
                    Constrained::Excluded => self.fail(48, depth),
                    Constrained::Unclear => return None,
                }
            }
        }
        Some(())
    }
}

/// What a certificate says of being a CA's (`check_ca` in `crypto/x509/v3_purp.c`).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ca {
    No,
    Yes,
    /// By an old habit; good for the last of a way.
    Somehow,
}

fn ca(certificate: &Certificate) -> Ca {
    let extensions = &certificate.extensions;
    match (extensions.key_usage, extensions.basic_constraints) {
        (Some(usage), _) if !usage.key_cert_sign => Ca::No,
        (_, Some(constraints)) => {
            if constraints.ca {
                Ca::Yes
            } else {
                Ca::No
            }
        }
        (_, None) if certificate.version == 1 && is_self_signed(certificate) => Ca::Somehow,
        (Some(_), None) => Ca::Somehow,
        (None, None) => Ca::No,
    }
}

/// What OpenSSL takes for self-signed without looking at the signature (`EXFLAG_SS`).
pub fn is_self_signed(certificate: &Certificate) -> bool {
    may_have_issued(certificate, certificate)
}

fn may_have_issued(issuer: &Certificate, certificate: &Certificate) -> bool {
    let same_name = certificate.issuer_der() == issuer.subject_der()
        || name_key(&certificate.issuer) == name_key(&issuer.subject);
    same_name && !names_other_key(certificate, issuer) && may_have_signed(issuer, &certificate.signature)
}

/// Whether a key is of the kind that makes such signatures.
fn may_have_signed(issuer: &Certificate, signature: &SignatureAlgorithm) -> bool {
    use SignatureAlgorithm::{Ecdsa, Ed25519, RsaPkcs1, RsaPss, RsaPssUnusual};
    let Some(kind) = issuer.key.kind else { return true };
    match signature {
        RsaPkcs1(_) => kind == KeyKind::Rsa,
        RsaPss(_) | RsaPssUnusual(_) => matches!(kind, KeyKind::Rsa | KeyKind::RsaPss),
        Ecdsa(_) => kind == KeyKind::Ecdsa,
        Ed25519 => kind == KeyKind::EdDsa,
        _ => true,
    }
}
