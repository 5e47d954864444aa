//! The verdicts below are those of real servers: Debian's nginx 1.18.0, 1.22.1, 1.26.3 and 1.30.6.

use super::*;

/// `check` at a version, as the message nginx prints, or nothing.
fn verdict(name: &str, context: Contexts, count: usize, is_block: bool, version: [u16; 3]) -> Option<String> {
    let version = NginxVersion::new(version[0], version[1], version[2]);
    check(name, context, count, is_block, Some(version)).err().map(|refusal| refusal.message(name))
}

fn unknown(name: &str) -> Option<String> {
    Some(format!("unknown directive \"{name}\""))
}

fn not_here(name: &str) -> Option<String> {
    Some(format!("\"{name}\" directive is not allowed here"))
}

fn wrong_count(name: &str) -> Option<String> {
    Some(format!("invalid number of arguments in \"{name}\" directive"))
}

#[test]
fn rows_are_sorted() {
    assert!(table::TABLE.is_sorted_by_key(|row| row.name));
}

#[test]
fn a_name_has_one_row_per_context_and_version() {
    for row in table::TABLE {
        for other in lookup(row.name).iter().filter(|other| other.contexts.meets(row.contexts)) {
            let since = row.since.unwrap_or(OLDEST);
            assert!(std::ptr::eq(row, other) || !other.is_in(since), "{row:?} and {other:?}");
        }
    }
}

#[test]
fn rows_come_and_go_inside_the_versions_read() {
    for row in table::TABLE {
        let ends = [row.since, row.removed];
        assert!(ends.into_iter().flatten().all(|version| OLDEST < version && version <= NEWEST), "{row:?}");
        assert!(row.removed.is_none_or(|removed| row.since.is_none_or(|since| since < removed)), "{row:?}");
    }
}

#[test]
fn names_come_and_go_with_versions() {
    use Contexts as C;
    assert_eq!(verdict("ssl", C::HTTP_SERVER, 1, false, [1, 22, 1]), None);
    assert_eq!(verdict("ssl", C::HTTP_SERVER, 1, false, [1, 26, 3]), unknown("ssl"));
    assert_eq!(
        verdict("ssl_conf_command", C::HTTP_SERVER, 2, false, [1, 18, 0]),
        unknown("ssl_conf_command")
    );
    assert_eq!(verdict("ssl_conf_command", C::HTTP_SERVER, 2, false, [1, 22, 1]), None);
    assert_eq!(verdict("http2", C::HTTP_SERVER, 1, false, [1, 22, 1]), unknown("http2"));
    assert_eq!(verdict("http2", C::HTTP_SERVER, 1, false, [1, 26, 3]), None);
    assert_eq!(verdict("add_header_inherit", C::HTTP, 1, false, [1, 26, 3]), unknown("add_header_inherit"));
    assert_eq!(verdict("add_header_inherit", C::HTTP, 1, false, [1, 30, 6]), None);
    assert_eq!(verdict("ssl_protocol", C::HTTP, 1, false, [1, 30, 6]), unknown("ssl_protocol"));
    assert_eq!(verdict("Listen", C::HTTP_SERVER, 1, false, [1, 30, 6]), unknown("Listen"));
}

#[test]
fn a_name_is_known_even_where_it_may_not_stand() {
    use Contexts as C;
    assert_eq!(verdict("ssl_protocols", C::HTTP_LOCATION, 1, false, [1, 22, 1]), not_here("ssl_protocols"));
    assert_eq!(verdict("ssl_protocols", C::MAIN, 1, false, [1, 22, 1]), not_here("ssl_protocols"));
    assert_eq!(
        verdict("proxy_ssl_verify", C::HTTP_UPSTREAM, 1, false, [1, 22, 1]),
        not_here("proxy_ssl_verify")
    );
    assert_eq!(
        verdict("proxy_ssl_name", C::HTTP_IF_LOCATION, 1, false, [1, 22, 1]),
        not_here("proxy_ssl_name")
    );
    assert_eq!(verdict("add_header", C::HTTP_IF_SERVER, 2, false, [1, 22, 1]), not_here("add_header"));
    assert_eq!(verdict("add_header", C::HTTP_IF_LOCATION, 2, false, [1, 22, 1]), None);
    assert_eq!(verdict("listen", C::HTTP, 1, false, [1, 22, 1]), not_here("listen"));
    assert_eq!(verdict("server_name", C::STREAM_SERVER, 1, false, [1, 22, 1]), not_here("server_name"));
    assert_eq!(verdict("server_name", C::STREAM_SERVER, 1, false, [1, 26, 3]), None);
    assert_eq!(verdict("proxy_ssl", C::HTTP_LOCATION, 1, false, [1, 26, 3]), not_here("proxy_ssl"));
    assert_eq!(verdict("starttls", C::HTTP_SERVER, 1, false, [1, 22, 1]), not_here("starttls"));
    // The context is looked at before the end and the count.
    assert_eq!(verdict("ssl_protocols", C::MAIN, 0, true, [1, 22, 1]), not_here("ssl_protocols"));
}

#[test]
fn the_end_is_looked_at_before_the_count() {
    use Contexts as C;
    let open = |name| Some(format!("directive \"{name}\" is not terminated by \";\""));
    assert_eq!(verdict("ssl_ciphers", C::HTTP, 1, true, [1, 22, 1]), open("ssl_ciphers"));
    assert_eq!(verdict("ssl_ciphers", C::HTTP, 0, true, [1, 22, 1]), open("ssl_ciphers"));
    let closed = Some("directive \"server\" has no opening \"{\"".to_owned());
    assert_eq!(verdict("server", C::HTTP, 1, false, [1, 22, 1]), closed);
    assert_eq!(verdict("server", C::HTTP, 1, true, [1, 22, 1]), wrong_count("server"));
    assert_eq!(verdict("server", C::HTTP_UPSTREAM, 0, false, [1, 22, 1]), wrong_count("server"));
}

#[test]
fn counts_are_nginx_s_own() {
    use Contexts as C;
    let count = |name, context, count| verdict(name, context, count, false, [1, 22, 1]).is_none();
    assert!([0, 2, 8].iter().all(|n| !count("ssl_certificate", C::HTTP_SERVER, *n)));
    assert!([1, 2, 8].iter().all(|n| count("ssl_protocols", C::HTTP_SERVER, *n)));
    assert!(!count("ssl_protocols", C::HTTP_SERVER, 0));
    assert!([2, 3].iter().all(|n| count("add_header", C::HTTP_LOCATION, *n)));
    assert!([1, 4].iter().all(|n| !count("add_header", C::HTTP_LOCATION, *n)));
    assert!(!count("ssl_session_tickets", C::HTTP, 0) && !count("ssl_session_tickets", C::HTTP, 2));
}

#[test]
fn modules_are_never_refused() {
    let refused =
        |name| check(name, Contexts::HTTP_SERVER, 3, false, Some(NginxVersion::new(1, 22, 1))).is_err();
    assert!(
        ["ssl_certificate_by_lua_file", "more_set_headers", "sticky", "max_headers"]
            .iter()
            .all(|n| !refused(n))
    );
    assert!(refused("ssl_verify"));
}

#[test]
fn without_a_version_only_what_all_versions_refuse_is_refused() {
    let check = |name, context, count| check(name, context, count, false, None);
    assert_eq!(check("ssl", Contexts::HTTP_SERVER, 1), Ok(()));
    assert_eq!(check("http2", Contexts::HTTP_SERVER, 1), Ok(()));
    assert_eq!(check("add_header", Contexts::HTTP, 3), Ok(()));
    assert_eq!(check("ssl_protocol", Contexts::HTTP, 1), Err(Refusal::Unknown));
    assert_eq!(check("ssl_ciphers", Contexts::HTTP_LOCATION, 1), Err(Refusal::NotAllowedHere(None)));
}

#[test]
fn a_refusal_knows_the_version_that_would_do() {
    let v = NginxVersion::new;
    let at = |name, context, version| check(name, context, 1, false, Some(version));
    assert_eq!(at("ssl", Contexts::HTTP, v(1, 25, 1)), Err(Refusal::RemovedIn(v(1, 25, 1))));
    assert_eq!(at("http3", Contexts::HTTP, v(1, 24, 0)), Err(Refusal::NotYet(v(1, 25, 0))));
    let later = Err(Refusal::NotAllowedHere(Some(v(1, 25, 5))));
    assert_eq!(at("server_name", Contexts::STREAM_SERVER, v(1, 22, 1)), later);
}

#[test]
fn repeats_and_values_follow_the_version() {
    let v = NginxVersion::new;
    let row = |name, version| find(lookup(name), Contexts::HTTP_SERVER, Some(version)).copied();
    let repeat = |name, version| row(name, version).map(|row| row.repeat);
    assert_eq!(repeat("ssl_certificate", v(1, 10, 3)), Some(Repeat::Error));
    assert_eq!(repeat("ssl_certificate", v(1, 22, 1)), Some(Repeat::Adds));
    assert_eq!(repeat("ssl_ciphers", v(1, 22, 1)), Some(Repeat::Error));
    assert_eq!(repeat("ssl_protocols", v(1, 22, 1)), Some(Repeat::Adds));
    let takes = |name, version, value| row(name, version).is_some_and(|row| row.values.allow(value));
    assert!(!takes("ssl_protocols", v(1, 12, 2), "TLSv1.3"));
    assert!(takes("ssl_protocols", v(1, 22, 1), "tlsv1.3"));
    assert!(!takes("ssl_verify_client", v(1, 22, 1), "required"));
    assert!(takes("ssl_session_tickets", v(1, 22, 1), "OFF"));
}

#[test]
fn sets_and_counts_read_well() {
    let words: Vec<_> = (Contexts::HTTP | Contexts::HTTP_SERVER).words().collect();
    assert_eq!(words, ["`http`", "`server` of `http`"]);
    let counts = [Arguments::Counts(0b10), Arguments::Counts(0b1110), Arguments::AtLeast(2)];
    assert_eq!(counts.map(|count| count.to_string()), ["1", "1, 2 or 3", "2 or more"]);
}
