//! NGINX: `nginx.conf` and what it includes.
//!
//! [`syntax`] cuts bytes into statements as nginx does, [`include`] and [`config`] join the files,
//! [`validate`] says what nginx would refuse, [`level`] knows inheritance, and [`lower`] turns it all
//! into the common model.

mod config;
mod context;
mod defaults;
pub mod directives;
mod include;
mod level;
mod log;
mod lower;
mod paths;
mod recognise;
pub mod syntax;
mod validate;
mod variables;
pub mod version;

pub use log::says;
pub use recognise::{may_be_main, recognise};

use crate::files::Files;
use crate::model::{Deployment, Platform, UnknownFact};
use crate::platforms::EntryPoint;
use crate::target::Target;

/// Reads a main file, a dump of `nginx -T`, or a part of a configuration.
pub fn read(entry: &EntryPoint, files: &mut Files, target: &Target) -> Deployment {
    let loaded = include::load(entry, files);
    let trees = config::Trees::parse(&loaded, &files.sources, files.threads());
    let (statements, expansion) = config::Expansion::of(&trees, &loaded, &files.sources);
    let software = format!("nginx {}", target.nginx).into();
    let mut deployment = Deployment::empty(Platform::Nginx, software, loaded.main);
    if let Some(problem) = validate::utf16(files.sources.get(loaded.main), loaded.main) {
        deployment.problems.push(problem);
        return deployment;
    }
    deployment.files = loaded.files.clone();
    deployment.templates = trees.iter().filter(|(_, tree)| tree.template).map(|(file, _)| file).collect();
    deployment.templates.sort();
    deployment.fragment = entry.fragment || !deployment.templates.is_empty();
    deployment.knows_tls13 = target.nginx >= defaults::TLS13;
    deployment.problems = validate::syntax_errors(&trees);
    deployment.gaps = expansion.gaps();
    deployment.problems.extend(expansion.problems);
    deployment.unknowns = expansion.unknowns;
    if entry.fragment
        && let Some(first) = statements.first()
    {
        let why = "what other files set for it is not at hand, so what is absent from it is not judged";
        let fact = UnknownFact {
            span: first.name_span(),
            what: "part of a configuration".to_owned(),
            why: why.to_owned(),
        };
        deployment.unknowns.push(fact);
    }
    let root = context::root_of(&statements, entry.fragment);
    validate::validate(&statements, root, &trees, target, &mut deployment);
    lower::lower(&statements, root, &loaded, files, target, &mut deployment);
    deployment
}
