//! The configuration file, `tlslint.toml`: its keys, as they are written. What comes of them together with
//! the command line is worked out in `run/settings.rs`.

mod file;
mod find;
mod rules;
#[cfg(test)]
mod schema;
mod values;

pub use file::{ConfigFile, Fault, Places};
pub use find::{Found, NAMES, find};
pub use rules::{Level, Rules};

use crate::globs::Glob;
use crate::profile::Choice;
use crate::rules::Rule;
use crate::target::Target;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The keys of a configuration file. Paths in it are relative to the directory that it lies in.
// The comments are the descriptions in the schema, which editors show.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(rename = "tlslint.toml"))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    /// What the configuration will run on: `debian-12`, or `nginx=1.24,openssl=3.0.2,seclevel=2`.
    #[serde(default, deserialize_with = "values::target")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub target: Option<Target>,
    /// The profile to hold listeners against: `intermediate`, `intermediate@5.7`, `pci-dss-4`, or `./own.toml`.
    #[serde(default, deserialize_with = "values::profile")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub profile: Option<Choice>,
    /// The directory below which the absolute paths of a configuration lie.
    pub root: Option<PathBuf>,
    /// Where the absolute paths below a path lie: `"/etc/ssl" = "certs"`; the longest wins.
    #[serde(default, deserialize_with = "values::map")]
    #[cfg_attr(test, schemars(schema_with = "schema::map"))]
    pub map: BTreeMap<PathBuf, PathBuf>,
    /// Files and directories that are not looked into, as patterns: `vendor/**`. A file that is named on the
    /// command line is always read, and so is what a configuration includes.
    #[serde(default, deserialize_with = "values::globs")]
    #[cfg_attr(test, schemars(with = "Vec<String>"))]
    pub exclude: Vec<Glob>,
    /// Files that begin a configuration, where they are not found by themselves.
    #[serde(default)]
    pub entry: Entry,
    /// The severity of rules, and their options.
    #[serde(default)]
    #[cfg_attr(test, schemars(schema_with = "schema::rules"))]
    pub rules: Rules,
    /// Who is trusted beside the public authorities.
    #[serde(default)]
    pub trust: Trust,
    /// Findings that are known, and meant to be so.
    #[serde(default)]
    pub ignore: Vec<Ignore>,
}

/// Files that begin a configuration, where they are not found by themselves.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Entry {
    /// Main files of nginx.
    #[serde(default)]
    pub nginx: Vec<PathBuf>,
}

/// Who is trusted beside the public authorities.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Trust {
    /// PEM files, each certificate in which ends a chain as a public root does.
    #[serde(default)]
    pub roots: Vec<PathBuf>,
}

/// Findings that are known, and meant to be so.
#[derive(Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Ignore {
    /// The rule that is not reported.
    #[serde(deserialize_with = "values::ignorable")]
    #[cfg_attr(test, schemars(schema_with = "schema::rule_name"))]
    pub rule: &'static Rule,
    /// The files in which it is not, as a pattern; everywhere where there is none.
    #[serde(default, deserialize_with = "values::glob")]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub path: Option<Glob>,
    /// Why that is right.
    pub reason: Option<String>,
}
