//! What must hold whatever is offered: the outcome lies in both sides' lists, nothing breaks on empty lists,
//! and the suites that `show` prints are those that clients can end on.

use crate::PRESENT;
use crate::draw::Draw;
use std::path::{Path, PathBuf};
use tlslint::analysis::{Analysis, Options};
use tlslint::surface::negotiate::{
    Agreed, ClientHello, Held, HeldKey, Missing, Outcome, ServerSide, What, negotiate, server_side,
};
use tlslint::surface::{ListenerSurface, ServerSurface};
use tlslint::target::Target;
use tlslint::tls::cipher_suite::{self, KeyExchange};
use tlslint::tls::group;
use tlslint::tls::protocol::{ProtocolSet, ProtocolVersion};
use tlslint::tls::signature::scheme;
use tlslint::tls::{CipherSuite, OpenSslVersion};

const RELEASES: [OpenSslVersion; 7] = [
    OpenSslVersion::new(1, 0, 2),
    OpenSslVersion::new(1, 1, 0),
    OpenSslVersion::new(1, 1, 1),
    OpenSslVersion::new(3, 0, 22),
    OpenSslVersion::new(3, 2, 2),
    OpenSslVersion::new(3, 5, 7),
    OpenSslVersion::new(4, 0, 3),
];

#[test]
fn outcomes_lie_in_the_lists_of_both_sides() {
    let mut draw = Draw(1);
    let mut agreed_on = 0;
    for _ in 0..30_000 {
        let (hello, server) = (draw_hello(&mut draw), draw_server(&mut draw));
        if let Outcome::Agreed(agreed) = negotiate(&hello, &server) {
            check(&hello, &server, &agreed);
            agreed_on += 1;
        }
    }
    assert!(agreed_on > 1000, "{agreed_on}");
}

fn check(hello: &ClientHello, server: &ServerSide, agreed: &Agreed) {
    let what = format!("{hello:?}\n{server:?}\n{agreed:?}");
    assert!(hello.versions.contains(agreed.version), "{what}");
    assert!(server.versions.as_ref().map_or(true, |v| v.contains(agreed.version)), "{what}");
    assert!(hello.suites.contains(&agreed.suite.id), "{what}");
    let tls13 = agreed.version == ProtocolVersion::Tls13;
    let listed = if tls13 { &server.suites13 } else { &server.suites };
    assert!(listed.as_ref().unwrap().contains(&agreed.suite), "{what}");
    assert!(agreed.suite.min_protocol <= agreed.version && agreed.version <= agreed.suite.max_protocol);
    if let Some(group) = agreed.group {
        assert!(hello.groups.contains(&group.id), "{what}");
        assert!(server.groups.as_ref().unwrap().iter().flatten().any(|g| *g == group), "{what}");
        let sent = hello.shares.as_ref().is_some_and(|shares| shares.contains(&group.id));
        assert!(!tls13 || sent != agreed.retried, "{what}");
    } else {
        assert!(!tls13 && agreed.suite.kx != KeyExchange::Ecdhe, "{what}");
    }
    if let Some(scheme) = agreed.signature {
        assert!(hello.signatures.contains(&scheme.id) || hello.signatures.is_empty(), "{what}");
    }
    if let Some(index) = agreed.certificate {
        assert!(server.certificates.iter().any(|held| held.index == index), "{what}");
    }
    if let Some(alpn) = &agreed.alpn {
        assert!(hello.alpn.contains(alpn) && server.alpn.as_ref().unwrap().contains(alpn), "{what}");
    }
}

/// What is not known may leave the outcome open, but never makes it another one.
#[test]
fn not_knowing_never_misleads() {
    let mut draw = Draw(2);
    let mut known = 0;
    for _ in 0..10_000 {
        let (hello, server) = (draw_hello(&mut draw), draw_server(&mut draw));
        let told = negotiate(&hello, &hide(&mut draw, server.clone()));
        let truth = negotiate(&hello, &server);
        known += usize::from(!matches!(told, Outcome::Unknown { .. }));
        match (told, truth) {
            (Outcome::Unknown { .. }, _) => {}
            (Outcome::Agreed(told), Outcome::Agreed(truth)) => {
                assert_eq!((told.version, told.suite, told.group), (truth.version, truth.suite, truth.group));
                assert!(told.certificate.is_none() || told.certificate == truth.certificate);
                assert!(told.signature.is_none() || told.signature == truth.signature);
            }
            (told, truth) => assert_eq!(told, truth, "{hello:?}\n{server:?}"),
        }
    }
    assert!(known > 3000, "{known}");
}

fn hide(draw: &mut Draw, mut server: ServerSide) -> ServerSide {
    let missing = |what| Missing::new(what, "not known");
    match draw.below(7) {
        // That there is none at all is no possibility worth a thought.
        0 if !server.versions.as_ref().unwrap().intersect(server.openssl.protocols()).is_empty() => {
            server.versions = Err(missing(What::Versions));
        }
        1 => server.first.server_preference = Err(missing(What::FirstPreference)),
        2 => server.then.server_preference = Err(missing(What::Preference)),
        3 => server.dh_params = Err(missing(What::DhParams)),
        4 => server.rejects = Err(missing(What::Rejects)),
        5 => server.suites = Err(missing(What::Open)),
        _ => {
            let usual = [HeldKey::rsa(2048), HeldKey::ecdsa("P-256"), HeldKey::ecdsa("P-384")];
            for held in &mut server.certificates {
                if held.key.as_ref().is_ok_and(|key| usual.contains(key)) {
                    held.key = Err(missing(What::Key(held.index)));
                }
            }
        }
    }
    server
}

fn draw_hello(draw: &mut Draw) -> ClientHello {
    let groups = draw.some(&group_ids());
    ClientHello {
        versions: draw.some(&ProtocolVersion::ALL).into_iter().collect(),
        suites: draw.some(&suite_ids()),
        shares: draw.chance(95).then(|| draw.some(&groups)),
        groups,
        signatures: draw.some(&scheme_ids()),
        alpn: draw.some(&["h2", "http/1.1", "other"].map(str::to_owned)),
        fallback: draw.chance(5),
        ..ClientHello::default()
    }
}

fn draw_server(draw: &mut Draw) -> ServerSide {
    let openssl = RELEASES[draw.below(RELEASES.len())];
    let mut server = ServerSide::new(openssl, u8::try_from(draw.below(4)).unwrap());
    let suites: Vec<_> = suite_ids().into_iter().filter_map(cipher_suite::by_id).collect();
    let (newer, older): (Vec<_>, Vec<_>) = draw.some(&suites).into_iter().partition(|suite| suite.tls13());
    server.versions = Ok(draw.some(&ProtocolVersion::ALL).into_iter().collect());
    server.suites = Ok(older);
    if draw.chance(70) {
        server.suites13 = Ok(newer);
    }
    if draw.chance(70) {
        let groups: Vec<_> = group_ids().into_iter().filter_map(group::by_id).collect();
        server.groups = Ok(vec![draw.some(&groups), draw.some(&groups)]);
    }
    let keys = [
        HeldKey::rsa(2048),
        HeldKey::rsa(1024),
        HeldKey::ecdsa("P-256"),
        HeldKey::ecdsa("P-384"),
        HeldKey::ecdsa("secp256k1"),
        HeldKey::rsa_pss(2048),
        HeldKey::ed25519(),
    ];
    let keys = draw.some(&keys).into_iter().take(2).enumerate();
    server.certificates = keys.map(|(index, key)| Held { index, key: Ok(key) }).collect();
    server.dh_params = Ok(draw.chance(50));
    for phase in [&mut server.first, &mut server.then] {
        phase.server_preference = Ok(draw.chance(50));
        phase.prioritize_chacha = draw.chance(50);
    }
    server.alpn = Ok(draw.some(&["h2", "http/1.1"].map(str::to_owned)));
    server.insists_on_alpn = draw.chance(50);
    server.rejects = Ok(draw.chance(5));
    server.rejects_first = draw.chance(50);
    server
}

fn suite_ids() -> Vec<u16> {
    let known = cipher_suite::all().map(|suite| suite.id);
    let usual =
        [0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xcca8, 0xcca9, 0xc013, 0x009c, 0x002f, 0x009e, 0xaaaa];
    usual.into_iter().chain(known.step_by(9)).collect()
}

fn group_ids() -> Vec<u16> {
    vec![29, 23, 24, 25, 30, 22, 26, 256, 257, 0x11ec, 0x1a1a]
}

fn scheme_ids() -> Vec<u16> {
    scheme::default_list(OpenSslVersion::new(4, 0, 0)).iter().map(|scheme| scheme.id).collect()
}

/// A suite is shown exactly where a client that offers nothing else ends on it.
#[test]
fn the_suites_shown_are_those_that_clients_end_on() {
    let fixtures = &fixtures();
    let outcomes: Vec<(usize, Vec<String>)> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            targets().into_iter().map(|target| scope.spawn(move || compare_all(fixtures, &target))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let seen: usize = outcomes.iter().map(|(seen, _)| seen).sum();
    let wrong: Vec<_> = outcomes.into_iter().flat_map(|(_, wrong)| wrong).collect();
    assert!(seen > 1000, "{seen}");
    assert!(wrong.is_empty(), "{} in {seen}:\n{}", wrong.len(), wrong[..wrong.len().min(30)].join("\n"));
}

fn compare_all(fixtures: &[PathBuf], target: &Target) -> (usize, Vec<String>) {
    let (mut seen, mut wrong) = (0, Vec::new());
    let everything = &everything();
    for file in fixtures {
        let analysis =
            Analysis::of(Options { paths: vec![file.clone()], ..Options::new(target.clone(), PRESENT) });
        // One file opens a thousand sockets.
        for (listener, server) in analysis.surface.tls_servers().take(30) {
            seen += 1;
            for difference in differences(listener, server, target, everything) {
                wrong.push(format!("{} {}: {difference}", file.display(), server.label()));
            }
        }
    }
    (seen, wrong)
}

fn differences(
    listener: &ListenerSurface,
    server: &ServerSurface,
    target: &Target,
    everything: &ClientHello,
) -> Vec<String> {
    let Some(shown) = server.suites.known() else { return Vec::new() };
    let mut side = server_side(listener, server, target);
    if server.suites_error.is_some() || server.groups_error.is_some() {
        return Vec::new();
    }
    // Names that are turned away have suites all the same, and others agree on no version with everybody.
    side.rejects = Ok(false);
    let mut different = Vec::new();
    let listed = side.suites.iter().chain(&side.suites13).flatten().copied();
    let mut suites: Vec<_> = listed.chain(shown.values().flatten().copied()).collect();
    suites.sort_by_key(|suite| suite.id);
    suites.dedup();
    for version in target.openssl.protocols().iter() {
        for suite in suites.iter().copied() {
            let is_shown = shown.get(&version).is_some_and(|suites| suites.contains(&suite));
            let ends_on = match negotiate(&only(version, suite, everything), &side) {
                Outcome::Agreed(agreed) => agreed.version == version && agreed.suite == suite,
                Outcome::Refused(_) => false,
                Outcome::Unknown { .. } => continue,
            };
            if is_shown != ends_on {
                different.push(format!("{target} {version} {suite}: shown {is_shown}, ends on it {ends_on}"));
            }
        }
    }
    different
}

/// A client that offers one version and one suite, and all else there is.
fn only(version: ProtocolVersion, suite: &CipherSuite, everything: &ClientHello) -> ClientHello {
    ClientHello { versions: ProtocolSet::of(&[version]), suites: vec![suite.id], ..everything.clone() }
}

fn everything() -> ClientHello {
    let groups: Vec<u16> = (1..=0x11ee).filter(|id| group::by_id(*id).is_some()).collect();
    ClientHello { shares: Some(groups.clone()), groups, signatures: scheme_ids(), ..ClientHello::default() }
}

fn targets() -> Vec<Target> {
    let names = ["debian-11", "debian-12", "nginx=1.31.4,openssl=4.0.3"];
    names.iter().map(|name| Target::parse(name).unwrap()).chain([Target::assumed()]).collect()
}

fn fixtures() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let folders = ["nginx", "clean", "truth/nginx/cases"].map(|folder| root.join(folder));
    let entries = folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap());
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "conf"));
    files.sort();
    files
}
