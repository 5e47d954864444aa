//! Reading single values. An error is one sentence; what stands behind `; ` in it is the help.

use crate::globs::Glob;
use crate::profile::Choice;
use crate::report::SYNTAX_ERROR;
use crate::rules::{self, Rule};
use crate::target::Target;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

pub(super) fn target<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Target>, D::Error> {
    let text = String::deserialize(value)?;
    Target::parse(&text).map(Some).map_err(D::Error::custom)
}

pub(super) fn profile<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Choice>, D::Error> {
    let text = String::deserialize(value)?;
    Choice::parse(&text).map(Some).map_err(D::Error::custom)
}

/// A pattern; a type of its own so that an error points at the one of several.
struct Text(Glob);

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        let text = String::deserialize(value)?;
        Glob::parse(&text).map(Text).map_err(D::Error::custom)
    }
}

pub(super) fn glob<'de, D: Deserializer<'de>>(value: D) -> Result<Option<Glob>, D::Error> {
    Text::deserialize(value).map(|text| Some(text.0))
}

pub(super) fn globs<'de, D: Deserializer<'de>>(value: D) -> Result<Vec<Glob>, D::Error> {
    let texts = Vec::<Text>::deserialize(value)?;
    Ok(texts.into_iter().map(|text| text.0).collect())
}

/// A rule by its name.
pub(super) struct RuleName(pub(super) &'static Rule);

impl<'de> Deserialize<'de> for RuleName {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        let name = String::deserialize(value)?;
        rules::named(&name).map(RuleName).map_err(D::Error::custom)
    }
}

/// A rule that may be ignored: what could not be read must never pass for checked.
pub(super) fn ignorable<'de, D: Deserializer<'de>>(value: D) -> Result<&'static Rule, D::Error> {
    let RuleName(rule) = RuleName::deserialize(value)?;
    readable(rule)
}

/// A rule that may be left out.
pub(super) fn readable<E: Error>(rule: &'static Rule) -> Result<&'static Rule, E> {
    if rule.name == SYNTAX_ERROR {
        return Err(E::custom(
            "text that cannot be read fails the run, and no setting hides it; \
             leave a file that is no configuration out with `exclude`",
        ));
    }
    Ok(rule)
}

/// An absolute path of a configuration.
struct From(PathBuf);

impl<'de> Deserialize<'de> for From {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        let text = String::deserialize(value)?;
        if text.starts_with('/') {
            return Ok(From(text.into()));
        }
        Err(D::Error::custom(format!(
            "`{text}` is not absolute; only absolute paths of a configuration are mapped"
        )))
    }
}

pub(super) fn map<'de, D: Deserializer<'de>>(value: D) -> Result<BTreeMap<PathBuf, PathBuf>, D::Error> {
    value.deserialize_map(Maps)
}

struct Maps;

impl<'de> Visitor<'de> for Maps {
    type Value = BTreeMap<PathBuf, PathBuf>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table of paths")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<Self::Value, A::Error> {
        let mut maps = BTreeMap::new();
        while let Some(From(from)) = table.next_key()? {
            maps.insert(from, table.next_value()?);
        }
        Ok(maps)
    }
}
