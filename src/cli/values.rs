//! Reading the values of single flags.

use crate::clock::Timestamp;
use crate::rules::{self, Rule};
use std::path::PathBuf;

/// A rule by its name; a name that is none is answered with the nearest.
pub(super) fn rule(name: &str) -> Result<&'static Rule, String> {
    rules::named(name)
}

/// `FROM=TO` of `--map`.
pub(super) fn map(text: &str) -> Result<(PathBuf, PathBuf), String> {
    let (from, to) = text.split_once('=').ok_or("expected FROM=TO, such as `/etc/ssl=certs`")?;
    if !from.starts_with('/') {
        return Err(format!("`{from}` is not absolute: only absolute paths of a configuration are mapped"));
    }
    Ok((from.into(), if to.is_empty() { ".".into() } else { to.into() }))
}

/// A time for `--now`.
pub(super) fn timestamp(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text)
        .ok_or_else(|| "expected a time of RFC 3339, such as `2026-11-21T12:00:00Z`".to_owned())
}
