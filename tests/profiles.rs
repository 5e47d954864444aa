//! Profiles against what Mozilla's own generator prints for nginx: silent under the profile it was
//! generated for, and exactly so much outside of others as the documents say.
//!
//! The tables below were written from the documents, not from the output: where one fails, either the
//! profile's data or the prediction is wrong.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tlslint::analysis::{Analysis, Options};
use tlslint::clock::Timestamp;
use tlslint::files::PathMap;
use tlslint::finding::Finding;
use tlslint::profile;
use tlslint::target::Target;

/// 2026-11-21T00:00:00Z: tests do not depend on the day on which they run.
const PRESENT: Timestamp = Timestamp(1_795_219_200);

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

/// A configuration held against a profile, where there is one, with these files of `testdata` at hand: what
/// they are called in the configuration, and where they lie.
fn analyse(name: &str, profile: Option<&str>, files: &[(&str, &str)]) -> Analysis {
    let path = testdata().join("profiles").join(format!("{name}.conf"));
    let text = std::fs::read_to_string(&path).expect("the configuration is there");
    let target = text.lines().next().and_then(|line| line.strip_prefix("# target: ")).expect("a target");
    let map = |(from, to): &(&str, &str)| (Path::new("/etc/nginx").join(from), testdata().join(to));
    Analysis::of(Options {
        paths: vec![path],
        profile: profile.map(|name| profile::find(name).expect("the profile exists").clone()),
        paths_map: PathMap { root: None, maps: files.iter().map(map).collect() },
        ..Options::new(Target::parse(target).expect("the target exists"), PRESENT)
    })
}

/// The setting that a finding points at.
fn setting(analysis: &Analysis, finding: &Finding) -> String {
    let source = analysis.files.sources.get(finding.primary.span.file);
    let line = source.line(source.position(finding.primary.span.start).line);
    String::from_utf8_lossy(line).split_whitespace().next().unwrap_or_default().to_owned()
}

/// What the rule has to say: the setting, and what is outside.
fn mismatches(name: &str, profile: &str, files: &[(&str, &str)]) -> BTreeSet<(String, String)> {
    let analysis = analyse(name, Some(profile), files);
    let findings = analysis.findings(false, |rule| rule.name == "profile-mismatch");
    let short = |finding: &Finding| {
        let message = finding.message.replace("the server without a name ", "");
        let message = message.replace(" on 0.0.0.0:443 and [::]:443", "");
        message.rsplit_once(", outside ").expect("it names the profile").0.to_owned()
    };
    findings.iter().map(|finding| (setting(&analysis, finding), short(finding))).collect()
}

/// A certificate with an RSA key of 2048 bits, and one with a key on P-256.
const RSA: (&str, &str) = ("fullchain.pem", "pki/www.fullchain.pem");
const EC: (&str, &str) = ("fullchain.pem", "pki/www-ec.fullchain.pem");

const GENERATED: [(&str, &str); 8] = [
    ("mozilla-5.7-modern", "modern@5.7"),
    ("mozilla-5.7-intermediate", "intermediate@5.7"),
    ("mozilla-5.7-old", "old@5.7"),
    ("mozilla-5.8-modern", "modern@5.8"),
    ("mozilla-5.8-intermediate", "intermediate@5.8"),
    ("mozilla-5.8-old", "old@5.8"),
    ("mozilla-6.0-modern", "modern@6.0"),
    ("mozilla-6.0-intermediate", "intermediate@6.0"),
];

#[test]
fn what_the_generator_prints_is_silent_under_its_own_profile_whatever_the_rule() {
    let mut wrong = Vec::new();
    for (name, profile) in GENERATED {
        for finding in analyse(name, Some(profile), &[]).findings(false, |rule| !rule.pedantic) {
            wrong.push(format!("{name}: {}: {}", finding.rule.name, finding.message));
        }
        let key = if profile.starts_with("modern") { EC } else { RSA };
        wrong
            .extend(mismatches(name, profile, &[key]).into_iter().map(|(_, what)| format!("{name}: {what}")));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// A row: configuration, profile, and (setting, what is outside).
type Row<'r> = (&'r str, &'r str, &'r [(&'r str, &'r str)]);

fn hold(rows: &[Row], files: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (name, profile, expected) in rows {
        let own = |(setting, what): &(&str, &str)| ((*setting).to_owned(), (*what).to_owned());
        let expected: BTreeSet<_> = expected.iter().map(own).collect();
        let found = mismatches(name, profile, files);
        wrong.extend(expected.difference(&found).map(|m| format!("{name} under {profile}: missing {m:?}")));
        wrong.extend(
            found.difference(&expected).map(|m| format!("{name} under {profile}: not expected {m:?}")),
        );
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

const TLS12: (&str, &str) = ("ssl_protocols", "accepts TLS 1.2");
const TLS10_11: (&str, &str) = ("ssl_protocols", "accepts TLS 1.0 and TLS 1.1");
const TLS10_11_12: (&str, &str) = ("ssl_protocols", "accepts TLS 1.0, TLS 1.1 and TLS 1.2");
const CLIENTS_ORDER: (&str, &str) =
    ("ssl_prefer_server_ciphers", "leaves the choice of the suite to the client");

#[test]
fn levels_of_mozilla_differ_as_the_guidelines_do() {
    // Suites are counted over both kinds of key where the certificate is not at hand.
    hold(
        &[
            // TLS 1.2 is all that intermediate adds to modern; suites below TLS 1.3 go with it.
            ("mozilla-5.7-intermediate", "modern@5.7", &[TLS12]),
            ("mozilla-5.8-intermediate", "modern@5.8", &[TLS12]),
            ("mozilla-6.0-intermediate", "modern@6.0", &[TLS12]),
            ("mozilla-5.7-old", "modern@5.7", &[TLS10_11_12]),
            ("mozilla-5.8-old", "modern@5.8", &[TLS10_11_12]),
            // Of the 26 suites of old 5.7, 9 are in intermediate, and OpenSSL 3.4 has no 3DES: 16 are left.
            (
                "mozilla-5.7-old",
                "intermediate@5.7",
                &[TLS10_11, ("ssl_ciphers", "accepts ECDHE-RSA-AES128-SHA256 and 15 more")],
            ),
            // Of the 21 of old 5.8, 6; 14 are left.
            (
                "mozilla-5.8-old",
                "intermediate@5.8",
                &[TLS10_11, ("ssl_ciphers", "accepts ECDHE-RSA-AES128-SHA256 and 13 more")],
            ),
            // Less than a profile allows is no matter; old asks for the server's order, which modern, without
            // versions below TLS 1.3, does not need.
            ("mozilla-5.7-modern", "intermediate@5.7", &[]),
            ("mozilla-5.7-modern", "old@5.7", &[]),
            ("mozilla-6.0-modern", "intermediate@6.0", &[]),
            ("mozilla-5.7-intermediate", "old@5.7", &[CLIENTS_ORDER]),
            ("mozilla-5.8-intermediate", "old@5.8", &[CLIENTS_ORDER]),
        ],
        &[],
    );
}

#[test]
fn guidelines_of_mozilla_differ_as_their_history_says() {
    hold(
        &[
            // 5.8 took DHE out, and brought the hybrid group.
            (
                "mozilla-5.7-intermediate",
                "intermediate@5.8",
                &[("ssl_ciphers", "with an RSA certificate, accepts DHE-RSA-AES128-GCM-SHA256 and 2 more")],
            ),
            (
                "mozilla-5.8-intermediate",
                "intermediate@5.7",
                &[("ssl_ecdh_curve", "accepts the group X25519MLKEM768")],
            ),
            // 5.7 had brought DHE-RSA-CHACHA20-POLY1305.
            (
                "mozilla-5.7-intermediate",
                "intermediate@5.6",
                &[("ssl_ciphers", "with an RSA certificate, accepts DHE-RSA-CHACHA20-POLY1305")],
            ),
            // 5.8 and 6.0 are alike, but for old.
            ("mozilla-5.8-intermediate", "intermediate", &[]),
            ("mozilla-5.8-modern", "modern", &[]),
        ],
        &[],
    );
}

#[test]
fn other_documents_differ_as_their_lists_do() {
    let chacha13 = ("listen", "accepts TLS_CHACHA20_POLY1305_SHA256");
    let chacha12 = ("ssl_ciphers", "accepts ECDHE-RSA-CHACHA20-POLY1305 and ECDHE-ECDSA-CHACHA20-POLY1305");
    let x25519 = ("ssl_ecdh_curve", "accepts the group X25519");
    hold(
        &[
            ("mozilla-6.0-intermediate", "pci-dss-4", &[]),
            ("mozilla-5.7-intermediate", "pci-dss-4", &[]),
            ("mozilla-5.8-old", "pci-dss-4", &[TLS10_11]),
            // No ChaCha20, no X25519 by itself.
            ("mozilla-6.0-modern", "nist-sp-800-52r2", &[chacha13, x25519]),
            ("mozilla-6.0-intermediate", "nist-sp-800-52r2", &[chacha13, chacha12, x25519]),
            ("mozilla-6.0-intermediate", "fips", &[chacha13, chacha12, x25519]),
            ("mozilla-6.0-intermediate", "bsi-tr-02102-2", &[chacha13, chacha12, x25519]),
            // Two of ChaCha20, and six with RSA key exchange.
            (
                "mozilla-5.8-old",
                "nist-sp-800-52r2",
                &[
                    chacha13,
                    x25519,
                    TLS10_11,
                    ("ssl_ciphers", "accepts ECDHE-RSA-CHACHA20-POLY1305 and 7 more"),
                ],
            ),
            // Beyond these, four of CBC with SHA-1.
            (
                "mozilla-5.8-old",
                "bsi-tr-02102-2",
                &[
                    chacha13,
                    x25519,
                    TLS10_11,
                    ("ssl_ciphers", "accepts ECDHE-RSA-CHACHA20-POLY1305 and 11 more"),
                ],
            ),
            ("mozilla-6.0-intermediate", "anssi-tls", &[]),
            ("mozilla-6.0-intermediate", "ncsc-nl", &[]),
            (
                "mozilla-6.0-modern",
                "cnsa-2.0",
                &[
                    ("listen", "accepts TLS_CHACHA20_POLY1305_SHA256 and TLS_AES_128_GCM_SHA256"),
                    ("ssl_ecdh_curve", "accepts the groups X25519MLKEM768, X25519, P-256 and P-384"),
                ],
            ),
            ("mozilla-6.0-intermediate", "crypto-policies-default", &[]),
            // The policies take CBC with SHA-384 out.
            (
                "mozilla-5.8-old",
                "crypto-policies-legacy",
                &[("ssl_ciphers", "accepts ECDHE-RSA-AES256-SHA384 and ECDHE-ECDSA-AES256-SHA384")],
            ),
        ],
        &[],
    );
}

#[test]
fn certificates_at_hand_are_looked_at() {
    let key = |file: &str, profile: &str| {
        let found =
            mismatches("mozilla-6.0-intermediate", profile, &[("fullchain.pem", &format!("pki/{file}"))]);
        let certificates = found.into_iter().filter(|(setting, _)| setting == "ssl_certificate");
        certificates
            .map(|(_, what)| what.replace("presents a certificate ", ""))
            .collect::<Vec<_>>()
            .join("; ")
    };
    assert_eq!(key("www.fullchain.pem", "intermediate"), "");
    assert_eq!(key("www-ec.fullchain.pem", "intermediate"), "");
    assert_eq!(key("rsa1024.crt", "intermediate"), "with the key RSA-1024");
    assert_eq!(key("rsa1024.crt", "pci-dss-4"), "with the key RSA-1024");
    assert_eq!(key("sha1.crt", "intermediate"), "signed with SHA-1");
    assert_eq!(key("p521.crt", "intermediate"), "with the key ECDSA-P-521");
    assert_eq!(key("p521.crt", "nist-sp-800-52r2"), "");
    assert_eq!(key("ed.combined.pem", "intermediate"), "with the key Ed25519");
    assert_eq!(key("ed.combined.pem", "fips"), "");
    assert_eq!(key("www.fullchain.pem", "modern"), "with the key RSA-2048");
    assert_eq!(key("www-ec.fullchain.pem", "old"), "with the key ECDSA-P-256");
    assert_eq!(key("www.fullchain.pem", "bsi-tr-02102-2"), "with the key RSA-2048");
    assert_eq!(key("www.fullchain.pem", "cnsa-1.0"), "signed with SHA-256; with the key RSA-2048");
}

#[test]
fn a_known_key_settles_which_suites_count() {
    // With an RSA key the four ECDHE-ECDSA suites with CBC come to nothing.
    let rsa = [TLS10_11, ("ssl_ciphers", "accepts ECDHE-RSA-AES128-SHA256 and 9 more")];
    hold(&[("mozilla-5.8-old", "intermediate@5.8", &rsa)], &[RSA]);
}

#[test]
fn what_a_profile_allows_by_name_is_accepted_and_nothing_else() {
    let rules = |profile| {
        let analysis = analyse("mozilla-5.7-old", profile, &[RSA]);
        let findings = analysis.findings(false, |rule| !rule.pedantic);
        findings.iter().map(|finding| finding.rule.name).collect::<BTreeSet<_>>()
    };
    // PCI DSS forbids no suite without forward secrecy, but names none either.
    for rule in ["weak-protocol", "no-forward-secrecy"] {
        assert!(rules(None).contains(rule), "{rule} is reported without a profile");
        assert!(rules(Some("pci-dss-4")).contains(rule), "{rule} is not accepted by PCI DSS");
        assert!(!rules(Some("old@5.7")).contains(rule), "{rule} is accepted by the profile");
    }
}

#[test]
fn parameters_at_hand_are_measured() {
    let short = [RSA, ("dhparam.pem", "truth/nginx/cases/pki/dh1024.pem")];
    let says = ("ssl_dhparam", "uses Diffie-Hellman parameters of 1024 bits");
    hold(
        &[("mozilla-5.7-old", "old@5.7", &[]), ("mozilla-5.7-intermediate", "intermediate@5.7", &[])],
        &[RSA],
    );
    // `old` up to 5.7 asks for 1024 bits only.
    hold(&[("mozilla-5.7-old", "old@5.7", &[])], &short);
    hold(&[("mozilla-5.7-old", "old@5.6", &[])], &short);
    let rules = |profile: &str| {
        let findings = analyse("mozilla-5.7-old", Some(profile), &short).findings(false, |_| true);
        findings.iter().map(|finding| finding.rule.name).collect::<BTreeSet<_>>()
    };
    assert!(!rules("old@5.7").contains("weak-dh-params"));
    assert!(
        mismatches("mozilla-5.7-old", "intermediate@5.7", &short).contains(&(says.0.into(), says.1.into()))
    );
    assert!(rules("intermediate@5.7").contains("weak-dh-params"));
}

#[test]
fn the_documentation_lists_every_profile_and_its_example_is_one() {
    let page = include_str!("../docs/profiles.md");
    for profile in profile::all() {
        let version = profile.version.as_ref().map(|version| format!("@{version}")).unwrap_or_default();
        let document = profile.document.as_deref().unwrap_or_default();
        let row = format!("| `{}{version}` | {} | ", profile.name, profile.title);
        let row = page.lines().find(|line| line.starts_with(&row));
        let row = row.unwrap_or_else(|| panic!("{} is not in the table", profile.title));
        assert!(
            row.contains(document) && row.ends_with(&format!("| {} |", profile.confidence.name())),
            "{row}"
        );
        if let Some(caveat) = &profile.caveat {
            assert!(page.contains(caveat.as_str()), "{}: {caveat}", profile.title);
        }
    }
    let (_, example) = page.split_once("```toml\n").expect("an example");
    let (example, _) = example.split_once("```").expect("its end");
    assert_eq!(
        profile::read(example, "house").map(|profile| profile.title),
        Ok("House rules 2026".to_owned())
    );
}
