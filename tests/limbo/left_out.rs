//! The cases that are left out, and why.

/// How `docs/limbo.md` begins.
pub const PREFACE: &str = "# Chains made to be accepted or refused

[x509-limbo](https://github.com/C2SP/x509-limbo) holds chains that a validator must accept or refuse, by RFC 5280 and by the rules of
the web PKI. tlslint is no validator: it builds the paths that clients can build, and says what keeps clients from believing them. `tests/limbo.rs` replays
every case that applies to that and expects the recorded result. What follows lists the others; the test fails if one of them would
agree after all, and writes this page (`UPDATE_LIMBO=1 cargo test --test limbo`).
";

/// Why cases with these features are left out, whatever their result.
pub fn feature(features: &[String], kind: &str) -> Option<&'static str> {
    let has = |name: &str| features.iter().any(|feature| feature == name);
    if kind == "CLIENT" {
        return Some("Client certificates with mail addresses: servers have none");
    }
    has("has-crl").then_some("Revocation: of a CRL, only whose it is and for how long is read")
}

/// Cases that end otherwise here, by reason.
pub const CASES: &[(&str, &[&str])] = &[
    (
        "Key identifiers that are missing or contradict each other: names and signatures decide here. OpenSSL 3.0 minds none that is missing, but a root that contradicts itself",
        &[
            "rfc5280::aki::leaf-missing-aki",
            "rfc5280::aki::intermediate-missing-aki",
            "rfc5280::aki::cross-signed-root-missing-aki",
            "rfc5280::ski::root-missing-ski",
            "rfc5280::ski::intermediate-missing-ski",
            "webpki::aki::root-with-aki-missing-keyidentifier",
            "webpki::aki::root-with-aki-authoritycertissuer",
            "webpki::aki::root-with-aki-authoritycertserialnumber",
            "webpki::aki::root-with-aki-all-fields",
            "webpki::aki::root-with-aki-ski-mismatch",
        ],
    ),
    (
        "The form of a certificate, on which no path depends: what is marked critical, serial numbers, empty subjects and sets, malformed names. OpenSSL 3.0 takes most of them too",
        &[
            "rfc5280::nc::permitted-dns-match-noncritical",
            "rfc5280::nc::not-allowed-in-ee-noncritical",
            "rfc5280::nc::not-allowed-in-ee-critical",
            "rfc5280::nc::nc-permits-invalid-dns-san",
            "rfc5280::nc::nc-permits-invalid-ip-san",
            "rfc5280::pc::ica-noncritical-pc",
            "rfc5280::san::noncritical-with-empty-subject",
            "rfc5280::serial::too-long",
            "rfc5280::serial::zero",
            "rfc5280::serial::negative",
            "rfc5280::ca-empty-subject",
            "rfc5280::root-non-critical-basic-constraints",
            "rfc5280::leaf-ku-keycertsign",
            "webpki::nc::intermediate-permitted-excluded-subtrees-both-null",
            "webpki::nc::intermediate-permitted-excluded-subtrees-both-empty-sequences",
            "webpki::san::san-critical-with-nonempty-subject",
        ],
    ),
    (
        "The common name: nobody compares it with the alternative names, and it is not looked at where there are some",
        &[
            "webpki::cn::ipv4-hex-mismatch",
            "webpki::cn::ipv4-leading-zeros-mismatch",
            "webpki::cn::ipv6-uppercase-mismatch",
            "webpki::cn::ipv6-uncompressed-mismatch",
            "webpki::cn::ipv6-non-rfc5952-mismatch",
            "webpki::cn::punycode-not-in-san",
            "webpki::cn::utf8-vs-punycode-mismatch",
            "webpki::cn::not-in-san",
            "webpki::cn::case-mismatch",
        ],
    ),
    (
        "What the CA/Browser Forum forbids and OpenSSL 3.0 takes: other uses beside `serverAuth`, none at all, a leaf that is a CA",
        &[
            "webpki::eku::ee-anyeku",
            "webpki::eku::ee-critical-eku",
            "webpki::eku::ee-without-eku",
            "webpki::eku::root-has-eku",
            "webpki::ee-basicconstraints-ca",
        ],
    ),
    (
        "Keys: sizes and curves are facts of each certificate, judged on their own",
        &[
            "webpki::forbidden-p192-root",
            "webpki::forbidden-p192-leaf",
            "webpki::forbidden-dsa-root",
            "webpki::forbidden-dsa-leaf",
            "webpki::forbidden-weak-rsa-key-in-root",
            "webpki::forbidden-weak-rsa-in-leaf",
            "webpki::forbidden-rsa-not-divisible-by-8-in-root",
            "webpki::forbidden-rsa-key-not-divisible-by-8-in-leaf",
        ],
    ),
    (
        "TLS asks for more than RFC 5280: a key usage that allows no handshake is a fault here (RFC 8446 §4.4.2.2)",
        &["pathlen::validation-ignores-pathlen-in-leaf", "rfc5280::ca-as-leaf"],
    ),
    (
        "Public suffixes: no list of them is at hand",
        &[
            "webpki::san::public-suffix-multi-label-wildcard-san",
            "webpki::san::public-suffix-private-namespace-wildcard-san",
        ],
    ),
    (
        "Length of paths: all intermediates count, as they do for OpenSSL and so for `ssl_verify_depth`; self-issued ones too",
        &["pathlen::max-chain-depth-1-self-issued"],
    ),
    ("Name constraints on names that servers do not have", &["rfc5280::nc::nc-forbids-othername"]),
];
