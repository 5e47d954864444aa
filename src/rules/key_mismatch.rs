//! A private key that is not the one of its certificate.

use super::loads::{self, Loader};
use crate::finding::Findings;
use crate::model::{CertificateRef, FileRef, FileRole, Refusal};
use crate::pki::{Certificate, Key, PrivateKey};
use crate::surface::Surface;
use std::collections::HashSet;

/// Reports each key that the library refuses beside the certificate, and each certificate that is left
/// without a key.
pub fn check(surface: &Surface, findings: &mut Findings) {
    let mut seen = HashSet::new();
    for loader in loads::loaders(surface) {
        let pairs: Vec<Pair> = loader.pairs().filter_map(|pair| Pair::of(surface, pair)).collect();
        for verdict in judge(&pairs) {
            let pair = match verdict {
                Verdict::Refused { key, .. } => &pairs[key],
                Verdict::Keyless { certificate } => &pairs[certificate],
            };
            if seen.insert((pair.certificate_file.span, pair.key_file.span)) {
                report(surface, &loader, &pairs, verdict, findings);
            }
        }
    }
}

/// A certificate and the key that is named for it, as far as they are at hand.
struct Pair<'s> {
    certificate_file: &'s FileRef,
    key_file: &'s FileRef,
    leaf: Option<&'s Certificate>,
    key: Option<&'s PrivateKey>,
}

impl<'s> Pair<'s> {
    fn of(surface: &'s Surface, pair: &'s CertificateRef) -> Option<Pair<'s>> {
        let (certificate_file, key_file) = (pair.certificate.known()?, pair.key.as_ref()?.known()?);
        // What cannot be loaded is a fault of its own.
        let loaded = loads::certificates(surface, certificate_file).filter(|file| file.error.is_none());
        let leaf = loaded.and_then(|file| file.leaf());
        let key = loads::private_key(surface, key_file).and_then(|file| file.key());
        Some(Pair { certificate_file, key_file, leaf, key })
    }
}

/// What OpenSSL makes of the pairs; indices.
#[derive(Clone, Copy)]
enum Verdict {
    /// It refuses this pair's key beside that pair's certificate, and nothing starts.
    Refused { key: usize, certificate: usize },
    /// This pair's certificate is left without a key; everything starts, and nobody ever gets it.
    Keyless { certificate: usize },
}

/// Plays the loading of the pairs, one after the other. OpenSSL has one place for each kind of key, where
/// certificate and key must fit (`ssl_set_pkey`); a certificate drops a key that does not fit it
/// (`ssl_set_cert`). What is not at hand ends all that can be said.
fn judge(pairs: &[Pair]) -> Vec<Verdict> {
    let mut places: Vec<Place> = Vec::new();
    for (index, pair) in pairs.iter().enumerate() {
        let (Some(leaf), Some(key)) = (pair.leaf, pair.key) else { return refused_at_home(pairs) };
        let (Some(of_leaf), Some(of_key)) = (place(&mut places, &leaf.key), place(&mut places, &key.key))
        else {
            return refused_at_home(pairs);
        };
        let there = &mut places[of_leaf];
        there.certificate = Some((index, leaf));
        match there.key.map(|held| held.belongs_to(&leaf.key)) {
            Some(Some(false)) => there.key = None,
            Some(None) => return refused_at_home(pairs),
            Some(Some(true)) | None => {}
        }
        let there = &mut places[of_key];
        match there.certificate.map(|(at, leaf)| (at, key.belongs_to(&leaf.key))) {
            Some((certificate, Some(false))) => return vec![Verdict::Refused { key: index, certificate }],
            Some((_, None)) => return refused_at_home(pairs),
            Some((_, Some(true))) | None => there.key = Some(key),
        }
    }
    let keyless = places.iter().filter(|place| place.key.is_none()).filter_map(|place| place.certificate);
    keyless.map(|(certificate, _)| Verdict::Keyless { certificate }).collect()
}

/// Pairs of which both halves are at hand, are of one kind, and do not fit: nothing else matters to them.
fn refused_at_home(pairs: &[Pair]) -> Vec<Verdict> {
    let is_refused = |pair: &Pair| {
        let (leaf, key) = (pair.leaf?, pair.key?);
        Some(key.key.shares_place(&leaf.key)? && key.belongs_to(&leaf.key) == Some(false))
    };
    let first = pairs.iter().position(|pair| is_refused(pair) == Some(true));
    first.map(|index| Verdict::Refused { key: index, certificate: index }).into_iter().collect()
}

/// A place for the keys of one kind.
struct Place<'s> {
    kind: &'s Key,
    certificate: Option<(usize, &'s Certificate)>,
    key: Option<&'s PrivateKey>,
}

/// The place of a key's kind; none for kinds that are not known.
fn place<'s>(places: &mut Vec<Place<'s>>, kind: &'s Key) -> Option<usize> {
    kind.shares_place(kind)?;
    let found = places.iter().position(|place| place.kind.shares_place(kind) == Some(true));
    Some(found.unwrap_or_else(|| {
        places.push(Place { kind, certificate: None, key: None });
        places.len() - 1
    }))
}

fn report(surface: &Surface, loader: &Loader, pairs: &[Pair], verdict: Verdict, findings: &mut Findings) {
    let (key, certificate) = match verdict {
        Verdict::Refused { key, certificate } => (&pairs[key], &pairs[certificate]),
        Verdict::Keyless { certificate } => (&pairs[certificate], &pairs[certificate]),
    };
    let (Some(leaf), Some(private)) = (certificate.leaf, key.key) else { return };
    let (key_name, file_name) = (&key.key_file.text, &certificate.certificate_file.text);
    let message = format!(
        "the private key `{key_name}` does not belong to the certificate `{file_name}` of {}",
        loader.name()
    );
    let finding = findings.report(key.key_file.span, message);
    finding
        .also(
            certificate.certificate_file.span,
            format!("its first certificate is that of `{}`", leaf.subject),
        )
        .also(leaf.span, format!("its key is {}", leaf.key.label))
        .also(private.span, format!("this private key is another one, {}", private.key.label));
    if let Verdict::Keyless { .. } = verdict {
        finding
            .because(format!(
                "it is {}, the certificate wants {}: the software starts, and never uses the certificate",
                private.key.label, leaf.key.label
            ))
            .symptom("ERR_SSL_VERSION_OR_CIPHER_MISMATCH, SSL_ERROR_NO_CYPHER_OVERLAP, \"no shared cipher\"");
    } else {
        let refusal = surface.says(loader.deployment, FileRole::Key, key_name, Refusal::Mismatch);
        finding.because("the library compares them when they are loaded, and refuses both").symptom(refusal);
        if !surface.deployment(loader.deployment).fragment {
            finding.fatal();
        }
    }
    let in_file = loads::certificates(surface, certificate.certificate_file);
    let later = in_file
        .and_then(|file| file.certificates.iter().skip(1).find(|c| private.belongs_to(&c.key) == Some(true)));
    let elsewhere = || {
        let leaves = surface.store.iter().filter_map(|(path, file)| Some((path, file.leaf()?)));
        leaves.into_iter().find(|(_, leaf)| private.belongs_to(&leaf.key) == Some(true)).map(|(path, _)| path)
    };
    match (later, elsewhere()) {
        (Some(own), _) => finding.also(own.span, "the certificate that the key belongs to must come first").help(format!(
            "move the certificate of `{}` to the beginning of `{file_name}`, before the certificates of its authorities",
            own.subject
        )),
        (None, Some(path)) => finding.help(format!("the key belongs to the certificate in `{}`: name that one, or the other key", path.display())),
        (None, None) => finding.help(format!(
            "name the key that the certificate was requested with; these print the same for a pair:\n\
             openssl x509 -in {file_name} -noout -pubkey\nopenssl pkey -in {key_name} -pubout"
        )),
    };
}
