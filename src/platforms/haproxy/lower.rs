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
mod options;
mod paths;
mod tls;
mod value;

use super::config::Config;
use crate::files::Files;
use crate::model::Deployment;
use crate::target::Target;
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
    deployment.files.extend(loader.lists);
    deployment.unknowns.extend(loader.unknowns);
}
