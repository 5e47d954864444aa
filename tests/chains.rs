//! Chains from the certificates that are sent. `testdata/pki/chains/truth.json` records what OpenSSL made
//! of each file; `testdata/pki/make_chains.py` makes both.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;
use tlslint::pki::chain::openssl::{self, Conditions, Stock};
use tlslint::pki::chain::{End, Fault, Origin, Role};
use tlslint::pki::name::{Client, Match, matches};
use tlslint::pki::{Anchors, Certificate, CertificateFile, Chain, Signatures, roots};
use tlslint::source::FileId;
use tlslint::tls::openssl::OpenSslVersion;

#[derive(Deserialize)]
struct Truth {
    at: i64,
    files: BTreeMap<String, Case>,
}

#[derive(Deserialize)]
struct Case {
    certificates: Vec<String>,
    verify: BTreeMap<String, Verdict>,
    #[serde(default)]
    hosts: BTreeMap<String, bool>,
}

/// Error and depth of `openssl verify`; error 0 where all is well.
#[derive(Deserialize, Debug, PartialEq, Eq)]
struct Verdict {
    error: u32,
    #[serde(default)]
    depth: usize,
}

fn truth() -> Truth {
    let text = std::fs::read_to_string("testdata/pki/chains/truth.json").expect("truth.json");
    serde_json::from_str(&text).expect("truth.json")
}

fn read(name: &str) -> Vec<Certificate> {
    let bytes = std::fs::read(Path::new("testdata/pki/chains").join(name)).expect(name);
    let file = CertificateFile::read(&bytes, FileId(0), OpenSslVersion::new(3, 0, 0));
    assert_eq!(file.error, None, "{name}");
    file.certificates
}

fn sent(name: &str) -> Vec<Certificate> {
    read(&format!("{name}.pem"))
}

fn trusting(names: &[&str]) -> Anchors {
    let mut anchors = Anchors::default();
    for name in names {
        for certificate in read(&format!("{name}.root.pem")) {
            anchors.add(certificate, Origin::Configured);
        }
    }
    anchors
}

fn chain(name: &str, anchors: &Anchors) -> Chain {
    Chain::of(&sent(name), anchors, &Signatures::default()).expect(name)
}

/// What is found here, in OpenSSL's numbers (`X509_verify_cert_error_string`).
fn verdict(name: &str, root: &str, at: i64) -> Verdict {
    let sent = sent(name);
    let chain = Chain::of(&sent, &trusting(&[root]), &Signatures::default()).expect(name);
    let path = &chain.path;
    let last = path.certificates.len() - 1;
    match path.end {
        End::IssuerNotSent => return Verdict { error: 20, depth: last },
        End::UnknownRoot => return Verdict { error: 19, depth: last },
        End::SelfSigned => return Verdict { error: 18, depth: 0 },
        End::Unchecked => panic!("{name} has too many paths"),
        End::PublicRoot(_) | End::Private(_) => {}
    }
    let depth = |place: Option<usize>| {
        place.map_or(last + 1, |index| {
            path.certificates.iter().position(|i| *i == index).expect("on the path")
        })
    };
    let number = |fault: &Fault| match *fault {
        Fault::NotYetValid(place) => (9, depth(place)),
        Fault::Expired(place) => (10, depth(place)),
        Fault::PathTooLong(place) => (25, depth(place)),
        Fault::NotForServers(place) => (26, depth(place)),
        // OpenSSL counts the certificate that has the name.
        Fault::ForbidsName(place) => (47, depth(place) - 1),
        Fault::ExcludesName(place) => (48, depth(place) - 1),
        Fault::NotACa(place) => (79, depth(place)),
        other => panic!("{name}: no case for {other:?}"),
    };
    let (error, depth) = path.faults(&sent, at).first().map_or((0, 0), number);
    Verdict { error, depth }
}

#[test]
fn paths_end_as_they_do_for_openssl() {
    let truth = truth();
    let mut compared = 0;
    for (name, case) in &truth.files {
        assert_eq!(sent(name).len(), case.certificates.len(), "{name}");
        for (root, expected) in &case.verify {
            // OpenSSL goes from `int2` to the first certificate of its issuer's name and turns back no more:
            // here to the root that it does not trust, not to the cross-signed certificate behind it. Clients
            // that try all paths find the one that is there.
            if (name.as_str(), root.as_str()) == ("both-roots", "root") {
                assert_eq!((expected.error, verdict(name, root, truth.at).error), (19, 0));
                continue;
            }
            assert_eq!(&verdict(name, root, truth.at), expected, "{name}.pem with {root}");
            compared += 1;
        }
    }
    assert_eq!(compared, truth.files.len() * 4 - 1);
}

/// OpenSSL's own way, step by step, has no exceptions.
#[test]
fn openssl_is_followed_to_the_number() {
    let truth = truth();
    let conditions =
        Conditions { depth: None, at: truth.at, openssl: OpenSslVersion::new(3, 0, 0), in_order: true };
    for (name, case) in &truth.files {
        let sent = sent(name);
        for (root, expected) in &case.verify {
            let trusted = read(&format!("{root}.root.pem"));
            let attempt = openssl::verify(&sent, &Stock::of(&trusted), conditions, &Signatures::default())
                .expect("nothing is unclear");
            let (error, depth) = attempt.errors.first().map_or((0, 0), |e| (u32::from(e.number), e.depth));
            assert_eq!(&Verdict { error, depth }, expected, "{name}.pem with {root}");
        }
    }
}

#[test]
fn hosts_are_matched_as_openssl_matches_them() {
    let mut compared = 0;
    for (name, case) in truth().files {
        for (host, expected) in case.hosts {
            let leaf = sent(&name).swap_remove(0);
            let accepts = match matches(&leaf, &host) {
                Match::Match => true,
                Match::NoMatch => false,
                Match::Differs(clients) => clients.contains(&Client::OpenSsl),
            };
            assert_eq!(accepts, expected, "{name} for {host}");
            compared += 1;
        }
    }
    assert!(compared > 20, "{compared}");
}

#[test]
fn every_certificate_that_is_sent_has_its_part() {
    use Role::{Alternative, BelowLeaf, CrossSigned, Duplicate, Issuer, Leaf, Root, Unrelated};
    let one = trusting(&["root"]);
    let both = trusting(&["root", "root2"]);
    let none = Anchors::default();
    type Parts<'a> = (&'a str, &'a Anchors, &'a [Role], &'a [usize]);
    let cases: &[Parts<'_>] = &[
        ("good", &one, &[Leaf, Issuer], &[]),
        ("good", &none, &[Leaf, Issuer], &[]),
        ("missing-intermediate", &one, &[Leaf], &[]),
        ("two-intermediates", &one, &[Leaf, Issuer, Issuer], &[]),
        ("out-of-order", &one, &[Leaf, Issuer, Issuer], &[1]),
        ("leaf-last", &one, &[Leaf, BelowLeaf], &[]),
        ("leaf-in-the-middle", &one, &[Leaf, BelowLeaf, Issuer], &[]),
        ("root-included", &one, &[Leaf, Issuer, Root], &[]),
        ("root-included", &none, &[Leaf, Issuer, Root], &[]),
        ("root-before-intermediate", &one, &[Leaf, Root, Issuer], &[1]),
        ("root-only", &one, &[Leaf, Unrelated], &[]),
        ("duplicate-leaf", &one, &[Leaf, Duplicate, Issuer], &[]),
        ("duplicate-intermediate", &one, &[Leaf, Issuer, Duplicate], &[]),
        ("wrong-intermediate", &one, &[Leaf, Unrelated], &[]),
        ("unrelated", &one, &[Leaf, Issuer, Unrelated], &[]),
        ("unrelated-leaf", &one, &[Leaf, Unrelated, Issuer], &[]),
        ("namesake", &one, &[Leaf, Unrelated], &[]),
        ("namesake-first", &one, &[Leaf, Unrelated, Issuer], &[]),
        ("direct-with-root", &one, &[Leaf, Root], &[]),
        ("cross-signed", &both, &[Leaf, Issuer, CrossSigned], &[]),
        // Without its own root the cross-signed certificate is what completes the path.
        ("cross-signed", &one, &[Leaf, Issuer, Issuer], &[]),
        ("cross-signed-and-root", &one, &[Leaf, Issuer, Issuer, Root], &[]),
        ("both-roots", &both, &[Leaf, Issuer, Root, CrossSigned], &[]),
        ("under-p521-with-root", &none, &[Leaf, Root], &[]),
        ("self-signed", &none, &[Leaf], &[]),
        ("self-signed-with-others", &one, &[Leaf, Unrelated], &[]),
    ];
    for (name, anchors, roles, misplaced) in cases {
        let chain = chain(name, anchors);
        assert_eq!(chain.roles, *roles, "{name}");
        assert_eq!(chain.misplaced, *misplaced, "{name}");
        assert_eq!(chain.with_role(Alternative).count(), 0, "{name}");
    }
}

#[test]
fn what_is_missing_is_named_with_its_address() {
    let sent = sent("missing-intermediate");
    let chain = Chain::of(&sent, &trusting(&["root"]), &Signatures::default()).expect("a chain");
    let lacking = chain.lacks_issuer_of(&sent).expect("the leaf");
    assert_eq!(lacking.issuer, "O=Chain Test, CN=Intermediate");
    assert_eq!(lacking.extensions.ca_issuers, ["http://ca.example.com/int.cer"]);
    assert_eq!(lacking.extensions.ocsp, ["http://ocsp.example.com/"]);
    let complete = Chain::of(&sent, &Anchors::default(), &Signatures::default()).expect("a chain");
    assert_eq!(complete.path.end, End::IssuerNotSent);
    assert!(!complete.is_complete());
}

#[test]
fn roots_are_known_by_who_names_them() {
    let good = chain("good", &trusting(&["root"]));
    let End::Private(anchor) = &good.path.end else { panic!("{:?}", good.path.end) };
    assert_eq!(
        (anchor.origin, anchor.certificate.subject.as_str()),
        (Origin::Configured, "O=Chain Test, CN=Root One")
    );
    let two = chain("cross-signed", &trusting(&["root", "root2"]));
    let names: Vec<&str> =
        two.complete_paths().filter_map(|path| path.root()).map(|root| root.subject.as_str()).collect();
    assert_eq!(names, ["O=Chain Test, CN=Root Two", "O=Chain Test, CN=Root One"]);
    let root = chain("self-signed", &{
        let mut anchors = Anchors::default();
        anchors.add(sent("self-signed").swap_remove(0), Origin::Linted);
        anchors
    });
    assert!(matches!(&root.path.end, End::Private(anchor) if anchor.origin == Origin::Linted));
}

#[test]
fn signatures_that_cannot_be_checked_are_said_to_be_so() {
    for (name, root, verified) in [
        ("good", "root", true),
        ("pss", "root", true),
        ("pss-unusual", "root", false),
        ("under-ed25519", "root-ed", true),
        ("under-p521", "root-p521", false),
        ("sha1", "root", true),
    ] {
        assert_eq!(chain(name, &trusting(&[root])).path.verified, verified, "{name}");
    }
}

#[test]
fn extensions_say_what_was_put_into_them() {
    let leaf = |name: &str| sent(name).swap_remove(0);
    let good = leaf("good");
    assert!(!good.extensions.must_staple && leaf("must-staple").extensions.must_staple);
    assert!(!good.extensions.has_timestamps && good.extensions.unknown_critical.is_none());
    assert_eq!(good.version, 3);
    assert_eq!(good.extensions.authority_key_id, sent("good")[1].extensions.subject_key_id);
    assert_eq!(good.valid_from, 1_790_812_800);
    assert_eq!(good.not_before, "2026-10-01T00:00:00Z");
    assert!(good.extensions.extended_key_usage.is_some_and(|usage| usage.server_auth && !usage.client_auth));
    assert!(leaf("no-eku").extensions.extended_key_usage.is_none());
    let client = leaf("client-only").extensions.extended_key_usage.expect("an extended key usage");
    assert!(client.client_auth && !client.server_auth);
    let ca = sent("good").swap_remove(1).extensions;
    assert!(ca.basic_constraints.is_some_and(|c| c.ca && c.path_len == Some(0)));
    assert!(ca.key_usage.is_some_and(|usage| usage.key_cert_sign && !usage.digital_signature));
    assert!(leaf("no-key-ids").extensions.authority_key_id.is_none());
    assert!(leaf("ip").addresses.len() == 2 && leaf("ip-as-dns").addresses.is_empty());
    assert_eq!(leaf("ip").dns_names().collect::<Vec<_>>(), ["ip.example.com"]);
}

#[test]
fn public_roots_complete_paths_without_being_named() {
    // ISRG Root X1 as somebody might send it alone.
    let x1 = webpki_root_certs::TLS_SERVER_ROOT_CERTS
        .iter()
        .filter_map(|der| Certificate::from_der(der))
        .find(|root| root.common_name.as_deref() == Some("ISRG Root X1"))
        .expect("ISRG Root X1");
    assert_eq!(roots::named(x1.issuer_der()).len(), 1);
    let chain =
        Chain::of(std::slice::from_ref(&x1), &Anchors::default(), &Signatures::default()).expect("a chain");
    assert!(matches!(chain.path.end, End::PublicRoot(root) if root.fingerprint == x1.fingerprint));
}

#[test]
fn crowds_of_one_name_take_no_time() {
    let mut crowd = sent("good");
    let namesake = sent("namesake").swap_remove(1);
    for _ in 0..20_000 {
        crowd.push(namesake.clone());
    }
    let started = std::time::Instant::now();
    let chain = Chain::of(&crowd, &trusting(&["root"]), &Signatures::default()).expect("a chain");
    assert!(chain.is_complete());
    assert_eq!(chain.with_role(Role::Duplicate).count(), 19_999);
    assert!(chain.searched);
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}
