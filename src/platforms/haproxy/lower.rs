//! From lines to the common model: what HAProxy's listeners will do.
//!
//! Reading needs no file but those of the configuration; what their lines say is kept by itself ([`binds`]), then
//! the certificates are read ([`load`]), and the names in them tell who gets which ([`choice`]).

mod address;
mod binds;
mod choice;
mod globals;
mod listeners;
mod load;
mod loaded;
mod options;
mod paths;
mod refusals;
mod tls;
mod value;

use super::config::Config;
use crate::files::Files;
use crate::model::Deployment;
use crate::target::Target;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// What the lines say, without anything borrowed from the files.
#[derive(Debug)]
pub(super) struct Lines {
    binds: Vec<binds::Bind>,
    stores: Vec<binds::Store>,
    buffer_size: Option<value::Value>,
}

impl Lines {
    /// Takes out of a configuration what listeners depend on.
    pub(super) fn of(config: &Config<'_>) -> Self {
        Lines {
            binds: binds::read(config),
            stores: binds::stores(config),
            buffer_size: binds::buffer_size(config),
        }
    }
}

/// Lowers the listeners of a configuration.
pub(super) fn lower(lines: &Lines, files: &mut Files, target: &Target, deployment: &mut Deployment) {
    let home = files.sources.get(deployment.entry).path.parent().map(Path::to_path_buf);
    let home: PathBuf = home.unwrap_or_default();
    let mut loader = load::Loader::new(files, home, target, &lines.stores);
    for bind in &lines.binds {
        listeners::add(bind, lines, &mut loader, target, deployment);
    }
    let load::Loader { lists, unknowns, secret, .. } = loader;
    deployment.files.extend(lists);
    deployment.unknowns.extend(unknowns);
    // What servers name is read again, and forgotten then.
    let named = named(deployment);
    let others = secret.into_iter().filter(|(path, _)| !named.contains(path));
    others.for_each(|(_, file)| files.sources.forget_keys(file));
}

/// Where the certificates and keys lie that servers hold.
fn named(deployment: &Deployment) -> HashSet<PathBuf> {
    let certificates = deployment.servers.iter().flat_map(|server| &server.tls.certificates);
    let files = certificates.flat_map(|c| [Some(&c.certificate), c.key.as_ref()].into_iter().flatten());
    files.filter_map(|file| Some(file.known()?.path.as_deref()?.to_path_buf())).collect()
}
