//! What a server answers over HTTP: its locations, their headers and redirects, and the hops that
//! they pass requests to.

mod index;
mod way;

use super::location::{Match, Node};
use super::pass::PASSES;
use super::{Lowering, headers, hop};
use crate::model::{Answer, BlockName, Scope, Site};
use crate::platforms::nginx::config::Statement;
use crate::platforms::nginx::level::{HOLE, Level};
use crate::platforms::nginx::syntax::Word;
use index::{Ends, Fallback, Ways};
use way::{Steps, Way};

/// Reads a server's site; hops to backends are added to the deployment.
pub(super) fn read(lowering: &mut Lowering, hops: &hop::Hops, level: &Level, server: &Statement) -> Site {
    let mut builder = Builder { lowering, hops, scopes: Vec::new(), ways: Vec::new() };
    let root = builder.scope("server", server.span(), level, None, false);
    let nodes = builder.blocks(&server.children, level, root);
    let Builder { mut scopes, ways, .. } = builder;
    scopes.shrink_to_fit();
    let redirects_all = ways[root].steps.answer();
    let sought = index::Sought { nodes: &nodes, scopes: &scopes, ways: &ways, root };
    let mut astray = None;
    let ends = match ways[root].steps.walk("/") {
        Way::Here(uri) | Way::To(uri) => {
            let ends = index::find(&sought, &uri);
            astray = sought.astray(&ends).filter(|_| uri == "/");
            ends
        }
        Way::Unknown(why) => {
            Ends { index: Some(root), at: Vec::new(), answer: Answer::Unknown(why.to_owned()) }
        }
        Way::Answered(answer) => Ends { index: Some(root), at: vec![root], answer },
        Way::Refused(code) => index::refused(&sought, code),
    };
    let hsts = index::hsts(&scopes, &ends);
    let hides_backend_hsts = index::hides_backend_hsts(&ways, &ends);
    let conditional_redirect = conditional_redirect(server);
    Site {
        scopes,
        index: ends.index,
        hsts,
        answer: ends.answer,
        hides_backend_hsts,
        astray,
        redirects_all,
        conditional_redirect,
    }
}

struct Builder<'b, 'l> {
    lowering: &'b mut Lowering<'l>,
    hops: &'b hop::Hops<'b>,
    scopes: Vec<Scope>,
    /// Where each scope sends requests.
    ways: Vec<Ways>,
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
        let steps = Steps::of(level);
        let content = content(level);
        self.scopes.push(Scope {
            label: label.to_owned(),
            span,
            parent,
            conditional,
            hsts: headers::hsts(self.lowering, level, self.hops.variables),
            drops_inherited: headers::dropping(self.lowering, level),
            lost_hsts: headers::lost(self.lowering, level, self.hops.variables),
            answer: steps.answer().unwrap_or_else(|| content.clone()),
        });
        let hides_hsts = headers::hidden_from_backend(level);
        self.ways.push(Ways {
            steps,
            content,
            fallbacks: fallbacks(level),
            landing: landing(level),
            hides_hsts,
        });
        self.scopes.len() - 1
    }

    /// The blocks within a block; the locations among them as a tree to search.
    fn blocks(&mut self, statements: &[Statement], outer: &Level, parent: usize) -> Vec<Node> {
        let mut nodes = Vec::new();
        for statement in statements.iter().filter(|s| s.is_block()) {
            let (block, conditional): (BlockName, _) = match &*statement.name() {
                "location" => (&"location", false),
                "if" => (&"if", true),
                "limit_except" => (&"limit_except", true),
                _ => continue,
            };
            let level = Level::new(block, &statement.children, Some(outer), self.lowering.defaults);
            let label = statement.text();
            let scope = self.scope(&label, statement.span(), &level, Some(parent), conditional);
            hop::read(self.lowering, self.hops, &level, &self.label_of(scope), path_of(statement).as_deref());
            let nested = self.blocks(&statement.children, &level, scope);
            if *block == "location" {
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

/// What a level answers by its own directives to what its rewrites let through.
fn content(level: &Level) -> Answer {
    if denies_all(level) {
        return Answer::Refused;
    }
    let names_code = |s: &Statement| {
        matches!(&*s.name(), "content_by_lua" | "content_by_lua_file" | "js_content" | "perl")
    };
    if level.statements().any(names_code) || level.code().any(|s| s.is("content_by_lua_block")) {
        return Answer::Unknown("code answers".to_owned());
    }
    let pass = level.statements().find(|s| PASSES.contains(&&*s.name()));
    let inherited = (*level.block == "if" || *level.block == "limit_except")
        .then(|| level.chain().nth(1)?.statements().find(|s| PASSES.contains(&&*s.name())))
        .flatten();
    match pass.or(inherited) {
        Some(pass) => Answer::Proxied(pass.span()),
        None if level.own_hole().is_some() => Answer::Unknown(HOLE.to_owned()),
        None => Answer::Local,
    }
}

/// Whether the access module lets nobody through. Its rules are inherited as one list.
fn denies_all(level: &Level) -> bool {
    let is_rule = |s: &&Statement| s.is("allow") || s.is("deny");
    let Some(nearest) = level.chain().find(|outer| outer.statements().any(|s| is_rule(&s))) else {
        return false;
    };
    let all = |s: &Statement| s.arg().is_some_and(|w| *w.text() == *"all");
    let first = nearest.statements().find(is_rule);
    first.is_some_and(|s| s.is("deny") && all(s)) && level.find("satisfy").is_none()
}

/// Where else a level's answer to a directory may come from: index files, whose names are looked up
/// among the locations again, the last word of `try_files`, and what stands in for missing files.
fn fallbacks(level: &Level) -> Vec<Fallback> {
    let tried = level.own("try_files").filter_map(|s| s.args().last());
    let missing = level.find("error_page").map(|found| found.statements).unwrap_or_default();
    let missing = missing.into_iter().filter(|s| {
        // What stays an error is no answer of the site.
        let becomes_page = s.args().iter().any(|w| w.value.starts_with(b"="));
        let leads_on = |to: &Word| to.value.starts_with(b"@") || becomes_page && to.value.starts_with(b"/");
        s.args().iter().any(|w| matches!(&*w.text(), "403" | "404")) && s.args().last().is_some_and(leads_on)
    });
    let words = tried.chain(missing.filter_map(|s| s.args().last()));
    words.filter_map(Fallback::of).chain(index_files(level)).collect()
}

/// The files of which one is sure to be looked for when a level answers `/`; none where that cannot be told.
fn landing(level: &Level) -> Vec<String> {
    let has_handler = |s: &Statement| matches!(&*s.name(), "stub_status" | "empty_gif" | "random_index");
    let tried: Vec<&Statement> = level.own("try_files").collect();
    let words = tried.first().map_or(&[][..], |s| s.args());
    let words: Vec<_> = words.iter().map(|w| w.text()).collect();
    let (last, before) = match words.split_last() {
        Some((last, before)) => (Some(last), before),
        None => (None, &[][..]),
    };
    if level.statements().any(has_handler) || before.iter().any(|w| !matches!(&**w, "$uri" | "$uri/")) {
        return Vec::new();
    }
    let (all, files) = match last {
        // Without `$uri/` a directory is no match, and index files are not looked for.
        Some(last) if !before.iter().any(|w| *w == "$uri/") => {
            let file = last.split('?').next().unwrap_or_default();
            (1, vec![Fallback::Uri(file.to_owned())].into_iter().filter(|_| file.starts_with('/')).collect())
        }
        _ => {
            let words = level.find("index").map_or(1, |f| f.statements.iter().flat_map(|s| s.args()).count());
            (words, index_files(level))
        }
    };
    let uris = files.into_iter().filter_map(|file| match file {
        Fallback::Uri(uri) if !uri.contains('$') && !uri.ends_with('/') => Some(uri),
        _ => None,
    });
    Some(uris.collect::<Vec<_>>()).filter(|uris| uris.len() == all).unwrap_or_default()
}

fn index_files(level: &Level) -> Vec<Fallback> {
    let Some(found) = level.find("index") else { return vec![Fallback::Uri("/index.html".to_owned())] };
    let words = found.statements.iter().flat_map(|s| s.args()).map(|w| w.text());
    let files = words.filter(|file| !file.contains('$'));
    files.map(|file| Fallback::Uri(format!("/{}", file.trim_start_matches('/')))).collect()
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
