//! Sections, inheritance and the options of servers.

use super::*;
use crate::platforms::haproxy::syntax::{self, Environment};
use crate::source::{Source, Sources};
use crate::target::Target;

/// Reads a configuration and shows something of it.
fn with<T>(text: &str, target: &str, show: impl Fn(&Config<'_>) -> T) -> T {
    let target = Target::parse(target).unwrap_or_else(|_| Target::assumed());
    let mut sources = Sources::default();
    let file = sources.add(Source::new("haproxy.cfg", text.as_bytes().to_vec()));
    let reading = syntax::read(&[file], &sources, &target, &Environment::unknown());
    show(&Config::of(reading, target.haproxy))
}

/// The line of the `defaults` that each proxy inherits from; 0 for none, -1 where it is not known.
fn inherited(text: &str) -> Vec<i64> {
    with(text, "haproxy=3.2", |config| {
        let proxies = config.sections.iter().filter(|section| section.kind.is_proxy());
        let line = |section: &Section| match (section.inherits.certain, section.inherits.candidates.first()) {
            (false, _) => -1,
            (true, None) => 0,
            (true, Some(id)) => config.section(*id).map_or(-1, |found| i64::from(config.header(found).line)),
        };
        proxies.map(line).collect()
    })
}

/// The options of the last server, with a mark on those that do not reach it for certain.
fn options(text: &str) -> String {
    with(text, "haproxy=3.2", |config| {
        let Some((id, section)) = config.iter().next_back() else { return String::new() };
        let mut servers =
            config.lines(section).filter(|(_, line)| line.is("server") || line.is("server-template"));
        let Some((place, _)) = servers.next_back() else { return String::new() };
        let found = config.server_options(id, place);
        let show = |option: &ServerOption<'_>| {
            let mark = match option.passed {
                Passed::Yes => "",
                Passed::Perhaps => "?",
                Passed::NotCopied => "~",
                Passed::Refused => "!",
            };
            let words = std::iter::once(option.word).chain(option.values).map(|word| word.text());
            format!("{mark}{}", words.collect::<Vec<_>>().join(" "))
        };
        let options = found.options.iter().map(show).collect::<Vec<_>>().join(", ");
        if found.complete { options } else { format!("{options} …") }
    })
}

#[test]
fn a_proxy_inherits_the_last_defaults_or_those_it_names() {
    assert_eq!(inherited("frontend a\ndefaults\ndefaults\nfrontend b\n"), [0, 3]);
    assert_eq!(inherited("defaults x\ndefaults\nbackend b from x\nbackend c\n"), [1, 2]);
    assert_eq!(inherited("defaults x\ndefaults from x\nbackend b\n"), [2]);
    assert_eq!(inherited("defaults\n.if defined(A)\ndefaults\n.endif\nfrontend f\n"), [-1]);
    assert_eq!(inherited("defaults\n.if defined(A)\ndefaults\nfrontend f\n.endif\n"), [3]);
    assert_eq!(inherited("defaults\n.if defined(A)\ndefaults\n.else\nfrontend f\n.endif\n"), [1]);
    assert_eq!(inherited("defaults x\nbackend b from \"$X\"\n"), [-1]);
}

#[test]
fn anonymous_defaults_take_nothing_from_those_before() {
    let text =
        "defaults\n default-server ssl\ndefaults\n default-server check\nbackend b\n server s 1.1.1.1:1\n";
    assert_eq!(options(text), "check");
    let text = "defaults x\n default-server ssl\ndefaults y from x\n default-server check\nbackend b from y\n server s 1.1.1.1:1 weight 1\n";
    assert_eq!(options(text), "ssl, check, weight 1");
}

#[test]
fn a_server_gets_the_default_server_lines_above_it() {
    let text = "backend b\n default-server ssl verify none\n default-server no-ssl ciphers curves\n \
                server s 1.1.1.1:1 ssl\n default-server check\n";
    assert_eq!(options(text), "ssl, verify none, no-ssl, ciphers curves, ssl");
    let text = "backend b\n default-server ssl curves X25519 no-tlsv10 sigalgs x\n server-template s 1-3 h:1 check\n";
    assert_eq!(options(text), "ssl, ~curves X25519, !no-tlsv10, ~sigalgs x, check");
    let text = "backend b\n server s 1.1.1.1:1 source 1.1.1.2 usesrc clientip interface eth0 ssl\n";
    assert_eq!(options(text), "source 1.1.1.2 usesrc clientip interface eth0, ssl");
}

#[test]
fn what_is_not_known_of_a_server_shows() {
    let text = "backend b\n.if defined(A)\n default-server ssl\n.else\n default-server check\n.endif\n server s 1.1.1.1:1\n";
    assert_eq!(options(text), "?ssl, ?check");
    let text = "backend b\n.if defined(A)\n default-server ssl\n server s 1.1.1.1:1\n.endif\n";
    assert_eq!(options(text), "ssl");
    assert_eq!(options("backend b\n server s 1.1.1.1:1 \"${OPTIONS[*]}\" ssl\n"), "${OPTIONS[*]}, ssl …");
}

#[test]
fn a_peer_may_have_no_address() {
    let text = "peers p\n bind :1\n default-server ssl\n server me verify none\n";
    assert_eq!(options(text), "ssl, verify none");
}

#[test]
fn global_lines_above_a_place_are_found() {
    let text = "global\n a\nfrontend f\n bind :1\nglobal\n b\nfrontend g\n bind :2\n";
    let seen = with(text, "haproxy=3.2", |config| {
        let binds = config.reading.statements.iter().enumerate().filter(|(_, line)| line.is("bind"));
        binds.map(|(place, _)| config.global_before(place).count()).collect::<Vec<_>>()
    });
    assert_eq!(seen, [1, 2]);
}

#[test]
fn names_clash_by_version_and_not_across_arms() {
    let fatal = |text, target| {
        with(text, target, |config| config.errors.iter().filter(|e| e.fatal && e.arm.is_none()).count())
    };
    let both = "frontend f\nbackend f\n";
    assert_eq!((fatal(both, "haproxy=3.2"), fatal(both, "haproxy=3.3")), (0, 1));
    assert_eq!(fatal(".if defined(A)\nfrontend f\n.else\nfrontend f\n.endif\n", "haproxy=3.2"), 0);
    assert_eq!(fatal("frontend f\n.if defined(A)\nfrontend f\n.endif\n", "haproxy=3.2"), 0);
    assert_eq!(fatal("frontend f\n.if 1\nfrontend f\n.endif\n", "haproxy=3.2"), 1);
}

#[test]
fn a_line_may_belong_to_a_section_only_perhaps() {
    let text = "frontend a\n.if defined(A)\nfrontend b\n bind :1\n.endif\n bind :2\n";
    let sure = with(text, "haproxy=3.2", |config| {
        let lines = config.sections.iter().flat_map(|section| {
            config.lines(section).map(|(_, line)| config.surely_in(section, line)).collect::<Vec<_>>()
        });
        lines.collect::<Vec<_>>()
    });
    assert_eq!(sure, [true, false]);
}

#[test]
fn relative_paths_have_a_base() {
    let base =
        |text| with(text, "haproxy=3.2", |config| config.default_path(config.reading.statements.len() - 1));
    assert_eq!(base("frontend f\n bind :1\n"), DefaultPath::Current);
    assert_eq!(
        base("global\n default-path config\nfrontend f\n bind :1\n"),
        DefaultPath::Config(crate::source::FileId(0))
    );
    assert_eq!(base("global\n default-path origin /etc\nfrontend f\n"), DefaultPath::Origin("/etc".into()));
    assert_eq!(base("global\n default-path \"$P\"\nfrontend f\n"), DefaultPath::Unknown);
    assert_eq!(
        base("global\n.if defined(A)\n default-path config\n.endif\nfrontend f\n"),
        DefaultPath::Unknown
    );
}
