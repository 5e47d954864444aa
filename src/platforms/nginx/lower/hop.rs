//! The second hop: `proxy_pass` and its kin with the TLS settings that apply to them.

mod refusals;

use super::pass::{self, FAMILIES, Family, Pass};
use super::{Lowering, certificates, conf_command, file_setting, tls};
use crate::model::{
    DeadWord, ForeignWord, LibraryCommands, LibraryText, ServerId, Setting, SocketAddress, TlsWord, Trust,
    Upstream, UpstreamLabel, UpstreamTarget, WordKind,
};
use crate::platforms::nginx::config::Statement;
use crate::platforms::nginx::defaults;
use crate::platforms::nginx::level::{HOLE, Level, flag};
use crate::platforms::nginx::variables::{Request, Variables, first_variable};
use crate::source::Span;
use std::borrow::Cow;
use std::collections::HashMap;

/// What hops of one server have in common.
pub(super) struct Hops<'c> {
    /// The variables of the block around the server.
    pub(super) variables: &'c Variables<'c>,
    /// The `upstream` blocks, by name in lower case.
    pub(super) groups: &'c HashMap<String, Group>,
    /// The server; `None` in a part of a configuration that has none.
    pub(super) server: Option<ServerId>,
    /// How messages call the server.
    pub(super) server_label: String,
    /// The server's first name, for `$server_name`.
    pub(super) server_name: Option<String>,
    /// Sockets that lead to the server.
    pub(super) listeners: Vec<SocketAddress>,
}

/// An `upstream` block.
#[derive(Debug, Clone)]
pub(super) struct Group {
    name: String,
    span: Span,
    servers: Vec<UpstreamTarget>,
    /// Why the servers cannot be listed.
    unknown: Option<String>,
}

/// The `upstream` blocks of `http` or `stream`.
pub(super) fn groups(block: &[Statement]) -> HashMap<String, Group> {
    let blocks = block.iter().filter(|s| s.is("upstream") && s.is_block());
    blocks.filter_map(|s| s.arg().map(|name| (name.text().to_ascii_lowercase(), group(s)))).collect()
}

fn group(statement: &Statement) -> Group {
    let mut group = Group {
        name: statement.arg().map(|w| w.text().into_owned()).unwrap_or_default(),
        span: statement.span(),
        servers: Vec::new(),
        unknown: None,
    };
    if statement.children.iter().any(Statement::is_hole) {
        group.unknown = Some(HOLE.to_owned());
    }
    for server in statement.children.iter().filter(|s| s.is("server")) {
        let Some(word) = server.arg() else { continue };
        match first_variable(&word.text()) {
            _ if word.opaque => group.unknown = Some("filled in by a template".to_owned()),
            Some(variable) => group.unknown = Some(format!("the address holds {variable}")),
            // Servers of a group default to port 80, whatever scheme leads there.
            None => group.servers.push(pass::target(&word.text(), Some(80), word.span)),
        }
    }
    group
}

/// Adds the hops that a level's pass directives lead to.
pub(super) fn read(lowering: &mut Lowering, hops: &Hops, level: &Level, label: &str, path: Option<&str>) {
    for family in FAMILIES {
        for statement in level.own(family.pass) {
            let Some(word) = statement.arg() else { continue };
            let pass = pass::read(word, family, level, hops.variables);
            let from = format!("{label} of {}", hops.server_label);
            let mut upstream = upstream(lowering, hops, level, statement, family, pass, from);
            upstream.from_path = path.map(str::to_owned);
            lowering.deployment.upstreams.push(Box::new(upstream));
        }
    }
}

/// The hop of one pass directive.
pub(super) fn upstream(
    lowering: &mut Lowering,
    hops: &Hops,
    level: &Level,
    statement: &Statement,
    family: Family,
    pass: Pass,
    from: String,
) -> Upstream {
    let names = family.names;
    let named = pass.target.known().and_then(|t| hops.groups.get(&t.host.to_ascii_lowercase()));
    if let Some(group) = named.filter(|_| pass.writes_port && !pass.has_variable) {
        refusals::port_of_group(lowering, &pass, group, statement.span());
    }
    // With a port it is a host's name, which is looked up at run time where variables are.
    let group = named.filter(|_| !pass.writes_port);
    refusals::certificate_without_key(lowering, level, family, &pass);
    let targets = match (group, &pass.target) {
        (Some(Group { unknown: Some(why), span, .. }), _) => Setting::unknown(why.clone(), *span),
        (Some(group), _) => Setting::written(group.servers.clone(), group.span),
        (None, target) => target.clone().map(|t| vec![t]),
    };
    // A socket of the file system goes by its path.
    let host = pass.target.clone().map(|t| t.host.strip_prefix("unix:").map(str::to_owned).unwrap_or(t.host));
    let (name, name_written) = name(hops, level, names.name, host);
    let trust = trust(lowering, level, names.trusted_certificate);
    let verify = level.flag(names.verify, false);
    let verifies_without_trust = verify.is(&true) && trust.is(&Trust::None);
    let list = tls::ciphers(level, names.ciphers, defaults::PROXY_SSL_CIPHERS);
    let mut upstream = Upstream {
        span: statement.span(),
        from,
        from_server: hops.server,
        from_path: None,
        from_listeners: hops.listeners.clone(),
        targets,
        target_by_port: pass.by_port,
        label: group.map(|g| UpstreamLabel { name: g.name.clone(), span: g.span }),
        scheme: pass.scheme,
        protocols: tls::protocols(
            level,
            names.protocols,
            defaults::proxy_ssl_protocols(lowering.target.nginx),
        ),
        min_protocol: None,
        max_protocol: None,
        ciphers: list.clone(),
        ciphersuites: None,
        verifies_name: true,
        // `ngx_ssl_check_host` asks X509_check_host() alone.
        checks_ip_sans: false,
        name,
        name_written,
        sends_sni: level.flag(names.server_name, false),
        certificate: certificates::of_hop(lowering, level, names),
        loads_files: pass.secure.is(&true) || (pass.has_variable && !family.secure.is_empty()),
        ciphers_at_load: (lowering.target.nginx >= defaults::CIPHERS_FIRST).then_some(list),
        pass_phrases: file_setting(lowering, level, names.password_file),
        trust_written: trust.span().filter(|_| !trust.is(&Trust::None)),
        trust,
        verify_depth: level.number(names.verify_depth, 1),
        crl: file_setting(lowering, level, names.crl),
        refuses_without_trust: verifies_without_trust && (pass.secure.is(&true) || pass.has_variable),
        verify,
        scripted: scripted(level),
        commands: LibraryCommands::default(),
        words: family.words,
        relays_bytes: family.relays_bytes,
        dead_words: dead_words(level, statement, family, &pass.secure),
        tls: pass.secure,
        behind_tls: false,
    };
    // What keeps nginx from starting has an effect.
    let problems = &lowering.deployment.problems;
    upstream.dead_words.retain(|DeadWord { word, .. }| {
        !lowering.refused.contains(&word.span) && problems.iter().all(|p| p.span != word.span)
    });
    conf_commands(lowering, level, family, &mut upstream);
    upstream
}

/// The name that is checked and sent: the directive's, else the host of the address; that is the
/// block's name where the address is an `upstream` block.
fn name(
    hops: &Hops,
    level: &Level,
    directive: &str,
    host: Setting<String>,
) -> (Setting<Option<String>>, bool) {
    let Some(found) = level.find(directive) else { return (host.map(Some), false) };
    let Some((statement, word)) = found.statements.first().and_then(|s| Some((*s, s.arg()?))) else {
        return (host.map(Some), false);
    };
    let name = match (&*word.text(), &hops.server_name) {
        ("$proxy_host", _) => return (host.map(Some), false),
        ("$server_name", Some(name)) => Ok(name.clone()),
        _ => hops.variables.expand(word, level, Request::Any),
    };
    match name {
        Ok(name) => (found.setting(Some(without_port(&name).to_owned()), statement), true),
        Err(why) => (found.unknown(format!("the name holds {why}"), statement), true),
    }
}

/// nginx cuts off what follows the first colon, unless brackets hold it.
fn without_port(name: &str) -> &str {
    let bracket = if name.starts_with('[') { name.find(']').unwrap_or(0) } else { 0 };
    name[bracket..].find(':').map_or(name, |colon| &name[..bracket + colon])
}

/// nginx never falls back to the system's authorities.
fn trust(lowering: &Lowering, level: &Level, directive: &str) -> Setting<Trust> {
    match file_setting(lowering, level, directive) {
        // `""` cancels what is inherited.
        Some(file) if file.known().is_some_and(|f| f.text.is_empty()) => file.map(|_| Trust::None),
        Some(file) => {
            file.map(|f| if pass::is_system_store(&f.text) { Trust::System(f) } else { Trust::File(f) })
        }
        None => level.default(Trust::None),
    }
}

/// Lua that may replace verification.
fn scripted(level: &Level) -> Option<Span> {
    let decides = |s: &Statement| s.name().starts_with("proxy_ssl_verify_by_lua");
    level.chain().find_map(|outer| {
        outer.statements().chain(outer.code()).find(|s| decides(s)).map(Statement::name_span)
    })
}

/// TLS words beside the pass directive that cannot affect it: it is plaintext, or another family's.
/// Words from another file are left alone, since a shared snippet serves several kinds of hop.
fn dead_words(level: &Level, pass: &Statement, family: Family, secure: &Setting<bool>) -> Vec<DeadWord> {
    let prefixes = FAMILIES.iter().map(|f| f.prefix).chain(["proxy_ssl"]);
    // What an inner block inherits may have its effect there.
    let is_alone = FAMILIES.iter().filter(|f| level.own(f.pass).next().is_some()).count() <= 1
        && !level.heirs().any(|inner| passes(&inner.children));
    let mut dead = Vec::new();
    for statement in level.statements().filter(|s| s.span().file == pass.span().file && is_alone) {
        let name = statement.name();
        let Some(prefix) =
            prefixes.clone().find(|p| name.strip_prefix(p).is_some_and(|rest| rest.starts_with('_')))
        else {
            continue;
        };
        // Whoever switches something off is not disappointed.
        let is_off = statement.arg().and_then(flag) == Some(false);
        if !is_off && (prefix != family.prefix || secure.is(&false)) {
            let foreign = (prefix != family.prefix).then(|| ForeignWord {
                family: format!("{prefix}_*"),
                statement: family.pass.to_owned(),
                instead: Some(format!("{}{}", family.prefix, &name[prefix.len()..]))
                    .filter(|own| level.find(own).is_none()),
            });
            let word = TlsWord {
                name: Cow::Owned(name.into_owned()),
                span: statement.span(),
                kind: WordKind::Other,
                text: statement.text(),
            };
            dead.push(DeadWord { word, foreign });
        }
    }
    dead
}

/// Whether a pass directive stands in a block, at any depth.
fn passes(block: &[Statement]) -> bool {
    block.iter().any(|s| FAMILIES.iter().any(|f| s.is(f.pass)) || passes(&s.children))
}

fn conf_commands(lowering: &mut Lowering, level: &Level, family: Family, upstream: &mut Upstream) {
    let name = family.names.conf_command;
    let Some((found, commands)) = conf_command::commands(lowering, level, name, upstream.tls.is(&true))
    else {
        return;
    };
    for command in commands {
        let (value, statement) = (command.value, command.statement);
        upstream.commands.push(format!("{name} {}", command.word.text()), statement.span());
        let text =
            || found.setting(LibraryText::written(crate::platforms::nginx::level::spanned(value)), statement);
        match command.key.as_str() {
            _ if value.opaque => upstream.protocols = found.unknown("filled in by a template", statement),
            "cipherstring" => upstream.ciphers = text().map(|list| list.after(upstream.ciphers.known())),
            "ciphersuites" => upstream.ciphersuites = Some(text()),
            "minprotocol" => upstream.min_protocol = Some(conf_command::bound(value, &found, statement)),
            "maxprotocol" => upstream.max_protocol = Some(conf_command::bound(value, &found, statement)),
            "protocol" => {
                let set = upstream.protocols.known().copied();
                upstream.protocols =
                    conf_command::protocols(set, conf_command::all(lowering), value, &found, statement);
            }
            "verifymode" => upstream.verify = found.unknown("set by OpenSSL's `VerifyMode`", statement),
            "verifycafile" => {
                upstream.trust = found.setting(Trust::File(lowering.file_ref(value)), statement);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_no_part_of_a_name() {
        assert_eq!(without_port("api.example.com:8443"), "api.example.com");
        assert_eq!(without_port("[2001:db8::1]:8443"), "[2001:db8::1]");
        assert_eq!(without_port("2001:db8::1"), "2001");
        assert_eq!(without_port(""), "");
    }
}
