//! What a server answers over HTTP: its locations, their headers and redirects, and the hops that
//! they pass requests to.

use super::location::{Match, Node, find};
use super::{Lowering, headers, hop};
use crate::model::{Answer, Scope, Setting, Site};
use crate::platforms::nginx::config::Statement;
use crate::platforms::nginx::level::{HOLE, Level, spanned};
use crate::platforms::nginx::syntax::Word;

/// Directives that hand a request to a backend.
pub(super) const PASSES: &[&str] =
    &["proxy_pass", "grpc_pass", "uwsgi_pass", "fastcgi_pass", "scgi_pass", "memcached_pass", "tunnel_pass"];

/// Reads a server's site; hops to backends are added to the deployment.
pub(super) fn read(lowering: &mut Lowering, hops: &hop::Hops, level: &Level, server: &Statement) -> Site {
    let mut builder = Builder { lowering, hops, scopes: Vec::new() };
    let root = builder.scope("server", server.span(), level, None, false);
    let nodes = builder.blocks(&server.children, level, root);
    let mut scopes = builder.scopes;
    let redirects_all =
        (scopes[root].answer != Answer::Local || answers_itself(level)).then(|| scopes[root].answer.clone());
    let index = match redirects_all {
        Some(_) => Some(root),
        None => index_of(&nodes, &scopes, root, level),
    };
    if let Some(index) = index {
        settle_conditions(&mut scopes, index);
    }
    let conditional_redirect = conditional_redirect(server);
    Site { scopes, index, redirects_all, conditional_redirect }
}

struct Builder<'b, 'l> {
    lowering: &'b mut Lowering<'l>,
    hops: &'b hop::Hops<'b>,
    scopes: Vec<Scope>,
}

impl Builder<'_, '_> {
    fn scope(
        &mut self,
        label: &str,
        span: crate::source::Span,
        level: &Level,
        parent: Option<usize>,
        conditional: bool,
    ) -> usize {
        self.scopes.push(Scope {
            label: label.to_owned(),
            span,
            parent,
            conditional,
            hsts: headers::hsts(self.lowering, level, &self.hops.variables),
            drops_inherited: headers::dropping(self.lowering, level),
            answer: answer(level),
        });
        self.scopes.len() - 1
    }

    /// The blocks within a block; the locations among them as a tree to search.
    fn blocks(&mut self, statements: &[Statement], outer: &Level, parent: usize) -> Vec<Node> {
        let mut nodes = Vec::new();
        for statement in statements.iter().filter(|s| s.is_block()) {
            let (block, conditional) = match &*statement.name() {
                "location" => ("location", false),
                "if" => ("if", true),
                "limit_except" => ("limit_except", true),
                _ => continue,
            };
            let level = Level::new(block, &statement.children, Some(outer), self.lowering.defaults);
            let label = statement.text();
            let scope = self.scope(&label, statement.span(), &level, Some(parent), conditional);
            hop::read(self.lowering, self.hops, &level, &self.label_of(scope), path_of(statement).as_deref());
            let nested = self.blocks(&statement.children, &level, scope);
            if block == "location" {
                nodes.push(Node { scope, matches: Match::of(statement), nested });
            }
        }
        nodes
    }

    /// `location /api`, or for a condition the location around it.
    fn label_of(&self, scope: usize) -> String {
        let mut at = &self.scopes[scope];
        let inner = &at.label;
        while let (true, Some(parent)) = (at.conditional, at.parent) {
            at = &self.scopes[parent];
        }
        if std::ptr::eq(inner, &at.label) { at.label.clone() } else { format!("{inner} in {}", at.label) }
    }
}

/// The path of a location that has one.
fn path_of(statement: &Statement) -> Option<String> {
    match Match::of(statement) {
        Match::Exact(path) | Match::Prefix { path, .. } if statement.is("location") => Some(path),
        _ => None,
    }
}

/// What a level answers by its own directives.
fn answer(level: &Level) -> Answer {
    for statement in level.statements() {
        match &*statement.name() {
            "return" => return returned(statement),
            "rewrite" => {
                if let Some(answer) = rewritten(statement) {
                    return answer;
                }
            }
            "content_by_lua" | "content_by_lua_file" | "js_content" | "perl" => {
                return Answer::Unknown("code answers".to_owned());
            }
            "try_files" if statement.args().last().is_some_and(|last| !last.value.starts_with(b"=")) => {
                return Answer::Unknown("`try_files` may lead elsewhere".to_owned());
            }
            _ => {}
        }
    }
    let pass = level.statements().find(|s| PASSES.contains(&&*s.name()));
    let inherited = (level.block == "if" || level.block == "limit_except")
        .then(|| level.chain().nth(1)?.statements().find(|s| PASSES.contains(&&*s.name())))
        .flatten();
    if let Some(pass) = pass.or(inherited) {
        return Answer::Proxied(pass.span());
    }
    if level.code().any(|s| s.is("content_by_lua_block")) {
        return Answer::Unknown("code answers".to_owned());
    }
    if level.own_hole().is_some() {
        return Answer::Unknown(HOLE.to_owned());
    }
    Answer::Local
}

fn answers_itself(level: &Level) -> bool {
    level.own("return").next().is_some()
}

fn returned(statement: &Statement) -> Answer {
    let is_url = |w: &Word| {
        let text = w.text();
        ["http://", "https://", "$scheme://"].iter().any(|s| text.starts_with(s))
    };
    match statement.args() {
        [word, ..] if word.opaque => Answer::Unknown("filled in by a template".to_owned()),
        [url] if is_url(url) => Answer::Redirect { code: 302, to: spanned(url) },
        [code, url] => match code.text().parse() {
            Ok(code @ (301 | 302 | 303 | 307 | 308)) => Answer::Redirect { code, to: spanned(url) },
            _ => Answer::Local,
        },
        _ => Answer::Local,
    }
}

/// A rewrite that turns every request into a redirect.
fn rewritten(statement: &Statement) -> Option<Answer> {
    let [regex, to, flags @ ..] = statement.args() else { return None };
    let everything = ["^", ".*", "^.*", "^(.*)", "(.*)", "^(.*)$", "^.*$", "^/", "^/(.*)$", "^/(.*)", "^ "];
    if !everything.contains(&&*regex.text()) {
        return None;
    }
    let flag = flags.first().map(|f| f.text().into_owned());
    let target = to.text();
    let absolute = ["http://", "https://", "$scheme"].iter().any(|s| target.starts_with(s));
    match flag.as_deref() {
        Some("permanent") => Some(Answer::Redirect { code: 301, to: spanned(to) }),
        Some("redirect") => Some(Answer::Redirect { code: 302, to: spanned(to) }),
        _ if absolute => Some(Answer::Redirect { code: 302, to: spanned(to) }),
        _ => None,
    }
}

/// The scope that answers `GET /`. A directory is answered by its index file, and that file's name
/// is looked up among the locations again.
fn index_of(nodes: &[Node], scopes: &[Scope], root: usize, level: &Level) -> Option<usize> {
    let scope = find(nodes, "/").ok()?.unwrap_or(root);
    if scopes[scope].answer != Answer::Local {
        return Some(scope);
    }
    let found = level.find("index");
    let words = found.iter().flat_map(|f| &f.statements).flat_map(|s| s.args());
    let mut files: Vec<String> = words.map(|w| format!("/{}", w.text())).collect();
    if files.is_empty() {
        files.push("/index.html".to_owned());
    }
    for file in files.iter().filter(|file| !file.contains('$')) {
        let other = find(nodes, file).ok()?.unwrap_or(root);
        if scopes[other].hsts.known() != scopes[scope].hsts.known() {
            return None;
        }
    }
    Some(scope)
}

/// Where a condition within the scope answers with another header, the header cannot be told.
fn settle_conditions(scopes: &mut [Scope], index: usize) {
    let value = |scope: &Scope| scope.hsts.known().map(|h| h.as_ref().map(|h| h.value.clone()));
    let own = value(&scopes[index]);
    let differs = |scope: &&Scope| scope.conditional && scope.parent == Some(index) && value(scope) != own;
    if let Some(span) = scopes.iter().find(differs).map(|scope| scope.span) {
        scopes[index].hsts = Setting::unknown("depends on a condition", span);
    }
}

/// A redirect that holds only under a condition, such as `if ($scheme = http)`.
fn conditional_redirect(server: &Statement) -> Option<crate::source::Span> {
    fn search(statements: &[Statement], within_if: bool) -> Option<crate::source::Span> {
        statements.iter().find_map(|s| {
            let redirects = within_if && (s.is("return") || s.is("rewrite"));
            let scripted = s.lua().is_some() || s.name().contains("_by_lua");
            if redirects || scripted { Some(s.span()) } else { search(&s.children, within_if || s.is("if")) }
        })
    }
    search(&server.children, false)
}
