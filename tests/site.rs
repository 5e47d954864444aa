//! What `GET /` meets on a site: redirects, index files, fallbacks, refusals and the HSTS header.

use std::path::PathBuf;
use tlslint::analysis::{Analysis, Options};
use tlslint::clock::Timestamp;
use tlslint::model::Answer;
use tlslint::target::Target;

/// 2026-11-21T00:00:00Z: tests do not depend on the day on which they run.
const PRESENT: Timestamp = Timestamp(1_795_219_200);

/// The answer of a server with these statements, and the value of its HSTS header.
fn site(statements: &str) -> (String, String) {
    let text = format!("events {{}}\nhttp {{ server {{ listen 8080; {statements} }} }}\n");
    let analysis = Analysis::of(Options {
        stdin: Some((PathBuf::from("nginx.conf"), text.into_bytes())),
        ..Options::new(Target::assumed(), PRESENT)
    });
    let server = analysis.surface.deployments[0].servers[0].clone();
    let site = server.site.as_ref().expect("a server of http has a site");
    let answer = match &site.answer {
        Answer::Redirect { code, to } => format!("{code} {}", to.text),
        Answer::Local => "local".to_owned(),
        Answer::Refused => "refused".to_owned(),
        Answer::Proxied(_) => "proxied".to_owned(),
        Answer::Unknown(_) => "unknown".to_owned(),
    };
    let hsts = match site.hsts.known() {
        Some(Some(hsts)) => hsts.value.clone(),
        Some(None) => "none".to_owned(),
        None => "unknown".to_owned(),
    };
    (answer, hsts)
}

fn answer(statements: &str) -> String {
    site(statements).0
}

#[test]
fn rewrites_are_held_against_the_root() {
    assert_eq!(answer("rewrite ^/?(.*)$ https://x.test/$1 permanent;"), "301 https://x.test/$1");
    assert_eq!(answer("rewrite ^/old$ https://x.test/new permanent;"), "local");
    assert_eq!(answer("location / { rewrite ^ /index.php last; }"), "unknown");
    assert_eq!(answer("location / { rewrite ^ /index.php break; proxy_pass http://b; }"), "proxied");
}

#[test]
fn errors_and_closed_connections_serve_nothing() {
    assert_eq!(answer("return 444;"), "refused");
    assert_eq!(answer("location / { return 404; } location /.well-known/ { root /w; }"), "refused");
    assert_eq!(answer("location / { deny all; }"), "refused");
    assert_eq!(answer("allow 10.0.0.0/8; deny all;"), "local");
    assert_eq!(answer("deny all; location / { satisfy any; auth_basic x; }"), "local");
    assert_eq!(answer("return 200 ok;"), "local");
}

#[test]
fn fallbacks_and_index_files_are_followed() {
    assert_eq!(answer("location / { try_files $uri $uri/ /index.html; }"), "local");
    assert_eq!(answer("location / { try_files $uri =404; }"), "local");
    let php = "location ~ \\.php$ { fastcgi_pass unix:/php; }";
    assert_eq!(answer(&format!("location / {{ try_files $uri $uri/ /index.php?$args; }} {php}")), "proxied");
    assert_eq!(answer(&format!("index index.html index.php; {php}")), "proxied");
    assert_eq!(answer(&format!("location / {{ index app.php; }} {php}")), "proxied");
    let app = "location @app { proxy_pass http://b; }";
    assert_eq!(answer(&format!("location / {{ try_files $uri @app; }} {app}")), "proxied");
    assert_eq!(answer(&format!("location / {{ error_page 404 = @app; }} {app}")), "proxied");
    assert_eq!(answer("location / { try_files $uri $fallback; }"), "unknown");
    assert_eq!(answer("location / { if (!-f $request_filename) { proxy_pass http://b; } }"), "proxied");
}

#[test]
fn a_fallback_of_the_server_counts_only_where_no_location_does() {
    let app = "location @app { proxy_pass http://b; }";
    assert_eq!(answer(&format!("try_files $uri @app; location / {{ root /w; }} {app}")), "local");
    assert_eq!(answer(&format!("try_files $uri @app; {app}")), "proxied");
}

#[test]
fn headers_are_known_where_every_possible_answer_agrees() {
    let add = "add_header Strict-Transport-Security max-age=9 always;";
    assert_eq!(site(add).1, "max-age=9");
    assert_eq!(site(&format!("{add} location / {{ add_header A b; }}")).1, "none");
    assert_eq!(
        site(&format!(
            "{add} location / {{ try_files $uri /index.html; }} location = /index.html {{ add_header A b; }}"
        ))
        .1,
        "unknown"
    );
    assert_eq!(site(&format!("{add} location / {{ if ($x) {{ add_header A b; }} }}")).1, "unknown");
    assert_eq!(site("rewrite_by_lua_block { ngx.header['Strict-Transport-Security'] = 'x' }").1, "unknown");
}

#[test]
fn rewrites_and_error_pages_are_followed_to_the_header() {
    let hsts = |statements: &str| site(&format!("{statements} location /b {{ {STS} return 200 b; }}")).1;
    const STS: &str = "add_header Strict-Transport-Security max-age=9;";
    assert_eq!(hsts("location / { rewrite ^ /b last; }"), "max-age=9");
    assert_eq!(hsts("location / { rewrite ^/(.*)$ /b$1; }"), "max-age=9");
    assert_eq!(hsts("location / { rewrite ^ /b break; return 200 ok; }"), "none");
    assert_eq!(hsts("rewrite ^/$ /b; location / { return 200 ok; }"), "max-age=9");
    assert_eq!(hsts("rewrite ^/(?<x>.*)$ /b/$x; location / { return 200 ok; }"), "unknown");
    assert_eq!(hsts("location / { rewrite ^ /x last; } location /x { rewrite ^ / last; }"), "unknown");
    assert_eq!(hsts("location / { error_page 404 =200 /b; return 404; }"), "max-age=9");
    assert_eq!(hsts("location / { error_page 403 =200 /b; return 404; }"), "none");
    assert_eq!(hsts("location / { error_page 404 =200 /b; return 404 text; }"), "none");
    assert_eq!(hsts("location / { if ($x) { rewrite ^ /b last; } return 200 ok; }"), "unknown");
    assert_eq!(answer("location / { error_page 404 https://x.test/; return 404; }"), "302 https://x.test/");
}
