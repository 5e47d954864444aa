//! Whether a file is nginx's language: decided by what it consists of, as dozens of programs call
//! their configurations `*.conf`. A wrong yes floods people with errors about foreign files, so a
//! part of a configuration must show something that only nginx has.

use super::syntax::{self, Body, Directive};
use crate::platforms::Shape;
use crate::source::{FileId, Source};
use memchr::memmem;

/// Blocks that stand only at the top of a main file.
const MAIN_BLOCKS: &[&str] = &["events", "http", "stream", "mail"];

/// What a file looks like.
pub fn recognise(file: FileId, source: &Source) -> Shape {
    if syntax::split_dump(&source.bytes).is_some() {
        return Shape::Main { complete: true };
    }
    let tree = syntax::parse(file, source);
    let top = &tree.directives;
    let mains = || top.iter().filter(|d| is_main_block(d));
    if mains().next().is_some() {
        let complete = mains().any(|d| d.is("events"));
        let at_home = complete || mains().any(|d| d.children().iter().any(|d| weight(d) > 0));
        return if at_home { Shape::Main { complete } } else { Shape::Foreign };
    }
    let certain = top.iter().filter(|d| weight(d) == 2).count();
    let possible = top.iter().filter(|d| weight(d) >= 1).count();
    if certain > 0 && possible * 2 >= top.len() { Shape::Part } else { Shape::Foreign }
}

/// Whether a file may be a main file, told without parsing it: one of the blocks seems to open.
pub fn may_be_main(source: &Source) -> bool {
    let opens = |after: &[u8]| matches!(after.trim_ascii_start().first(), Some(b'{' | b'#'));
    let name = |name: &str| {
        memmem::find_iter(&source.bytes, name).any(|at| {
            let rest = &source.bytes[at + name.len()..];
            opens(rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest))
        })
    };
    source.bytes.starts_with(b"#") && syntax::split_dump(&source.bytes).is_some()
        || MAIN_BLOCKS.iter().any(|n| name(n))
}

fn is_main_block(directive: &Directive) -> bool {
    let is_block = matches!(directive.body, Body::Block { .. });
    is_block && MAIN_BLOCKS.iter().any(|name| directive.is(name))
}

/// How much a statement speaks for nginx: 2 only nginx has it, 1 others have it too, 0 unknown.
fn weight(directive: &Directive) -> u8 {
    let name = directive.name.text();
    let args = &directive.args;
    // `ssl_cert = …` is somebody else's.
    if args.first().is_some_and(|arg| matches!(&*arg.value, b"=" | b":" | b"=>")) {
        return 0;
    }
    match &directive.body {
        Body::Lua { .. } => 2,
        Body::Block { children, .. } => match &*name {
            "server" if args.is_empty() => 2 * u8::from(children.iter().any(|d| weight(d) > 0)),
            "location" if !args.is_empty() => 2,
            "upstream" if args.len() == 1 => 2 * u8::from(children.iter().any(|d| d.is("server"))),
            "if" if args.first().is_some_and(|arg| arg.value.starts_with(b"(")) => 1,
            "limit_except" | "types" => 1,
            _ => 0,
        },
        Body::Data { .. } => match &*name {
            "map" | "geo" | "split_clients" if args.iter().any(|arg| arg.value.starts_with(b"$")) => 2,
            "types" => 1,
            _ => 0,
        },
        Body::Simple if args.is_empty() => u8::from(PLAIN.contains(&&*name)),
        Body::Simple => simple_weight(&name),
    }
}

fn simple_weight(name: &str) -> u8 {
    if CERTAIN.contains(&name) || CERTAIN_PREFIXES.iter().any(|prefix| name.starts_with(prefix)) {
        2
    } else {
        u8::from(PLAIN.contains(&name) || PLAIN_PREFIXES.iter().any(|prefix| name.starts_with(prefix)))
    }
}

const CERTAIN: &[&str] = &[
    "server_name",
    "server_names_hash_bucket_size",
    "server_tokens",
    "add_header",
    "add_trailer",
    "try_files",
    "proxy_pass",
    "fastcgi_pass",
    "grpc_pass",
    "uwsgi_pass",
    "scgi_pass",
    "log_format",
    "limit_req_zone",
    "limit_conn_zone",
    "proxy_set_header",
    "client_max_body_size",
    "worker_processes",
    "load_module",
];

const CERTAIN_PREFIXES: &[&str] = &[
    "ssl_certificate",
    "ssl_protocols",
    "ssl_ciphers",
    "ssl_prefer_server_ciphers",
    "ssl_session_",
    "ssl_stapling",
    "ssl_trusted_certificate",
    "ssl_client_certificate",
    "ssl_verify_",
    "ssl_dhparam",
    "ssl_ecdh_curve",
    "ssl_conf_command",
    "ssl_reject_handshake",
    "ssl_early_data",
    "proxy_ssl_",
    "grpc_ssl_",
    "uwsgi_ssl_",
    "fastcgi_param",
    "fastcgi_buffer",
    "http2_",
];

const PLAIN: &[&str] = &[
    "listen",
    "server",
    "root",
    "index",
    "include",
    "return",
    "rewrite",
    "set",
    "if",
    "user",
    "pid",
    "alias",
    "expires",
    "etag",
    "deny",
    "allow",
    "internal",
    "access_log",
    "error_log",
    "error_page",
    "resolver",
    "types",
    "charset",
    "default_type",
    "sendfile",
    "tcp_nopush",
    "tcp_nodelay",
    "http2",
    "http3",
    "ssl",
    "auth_basic",
    "satisfy",
    "autoindex",
    "real_ip_header",
    "set_real_ip_from",
    "ip_hash",
    "least_conn",
    "zone",
    "break",
    "location",
    "upstream",
    "map",
    "geo",
];

const PLAIN_PREFIXES: &[&str] = &[
    "ssl_",
    "proxy_",
    "fastcgi_",
    "uwsgi_",
    "scgi_",
    "grpc_",
    "gzip",
    "brotli",
    "client_",
    "keepalive",
    "limit_",
    "auth_",
    "large_client_",
    "open_file_cache",
    "send_timeout",
    "resolver_",
    "sub_filter",
    "more_",
    "js_",
    "map_",
    "types_",
    "server_name",
    "access_by_",
    "content_by_",
    "log_",
    "worker_",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Shape {
        recognise(FileId(0), &Source::new("x.conf", text.as_bytes().to_vec()))
    }

    #[test]
    fn main_files_are_told_by_their_blocks() {
        assert_eq!(shape("events {}\nhttp { server { listen 443 ssl; } }\n"), Shape::Main { complete: true });
        assert_eq!(
            shape("stream { server { listen 443 ssl; proxy_pass x:1; } }\n"),
            Shape::Main { complete: false }
        );
    }

    #[test]
    fn parts_are_told_by_what_only_nginx_has() {
        for text in [
            "server { listen 80; }",
            "ssl_protocols TLSv1.2;",
            "upstream u { server a:1; }",
            "location / { root /x; }",
            "map $a $b { default 1; }",
            "# a comment\ninclude x;\nadd_header A b;",
        ] {
            assert_eq!(shape(text), Shape::Part, "{text}");
        }
    }

    #[test]
    fn configurations_of_other_programs_are_left_alone() {
        for text in [
            "",
            "# nothing\n",
            "<VirtualHost *:443>\n  ServerName x\n  SSLEngine on\n</VirtualHost>\n",
            "SSLProtocol all -SSLv3\nSSLCipherSuite HIGH\n",
            "global\n  log /dev/log local0\nfrontend x\n  bind :443 ssl crt /x.pem\n",
            "[Unit]\nDescription=x\n[Service]\nExecStart=/bin/x\n",
            "[program:x]\ncommand=/bin/x ; comment\n",
            "port 6379\ntls-port 6380\n",
            "ssl = required\nssl_cert = </etc/x.pem\nssl_min_protocol = TLSv1.2\n",
            "options { directory \"/var\"; };\nzone \"x\" { type master; file \"x\"; };\n",
            "table inet filter {\n chain input { type filter hook input priority 0; }\n}\n",
            "subnet 10.0.0.0 netmask 255.0.0.0 { range 10.0.0.1 10.0.0.2; }\n",
            "http {\n  port = 8080\n}\n",
            "server default {\n listen {\n  type = auth\n }\n}\n",
            "Host *\n  ForwardAgent no\n",
            "; php\n[www]\nlisten = 127.0.0.1:9000\n",
            "{\"server\": {\"listen\": 443}}",
            "<html>{{#if x}}<p>;</p>{{/if}}</html>",
        ] {
            assert_eq!(shape(text), Shape::Foreign, "{text}");
        }
    }
}
