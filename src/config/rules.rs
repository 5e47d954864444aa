//! `[rules]`: a severity for a rule, or a table with a severity and its options.

use super::values::{RuleName, readable};
use crate::document;
use crate::finding::Severity;
use crate::nearest::nearest;
use crate::rules::Rule;
use crate::rules::options::{OPTIONS, RuleOption};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;

/// What is wanted of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Report it with this severity.
    Report(Severity),
    /// Do not report it.
    Allow,
}

impl Level {
    /// All of them, by the words of the configuration file.
    pub const ALL: [Level; 4] = [
        Level::Report(Severity::Error),
        Level::Report(Severity::Warning),
        Level::Report(Severity::Note),
        Level::Allow,
    ];

    /// The word in the configuration file.
    pub fn name(self) -> &'static str {
        match self {
            Level::Report(severity) => severity.name(),
            Level::Allow => "allow",
        }
    }

    fn find(word: &str) -> Result<Self, String> {
        Level::ALL.into_iter().find(|level| level.name() == word).ok_or_else(|| {
            let help = match nearest(word, Level::ALL.map(Level::name)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "there are `error`, `warning`, `note` and `allow`".to_owned(),
            };
            format!("`{word}` is no severity; {help}")
        })
    }
}

/// What is written about each rule.
#[derive(Debug, Default)]
pub struct Rules {
    /// Severities.
    pub levels: Vec<(&'static Rule, Level)>,
    /// Options.
    pub options: Vec<(&'static RuleOption, u32)>,
}

impl<'de> Deserialize<'de> for Rules {
    fn deserialize<D: Deserializer<'de>>(value: D) -> Result<Self, D::Error> {
        value.deserialize_map(RulesVisitor)
    }
}

struct RulesVisitor;

impl<'de> Visitor<'de> for RulesVisitor {
    type Value = Rules;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table of rules")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<Rules, A::Error> {
        let mut rules = Rules::default();
        while let Some(RuleName(rule)) = table.next_key()? {
            let Entry { level, options } = table.next_value_seed(EntrySeed(rule))?;
            rules.levels.extend(level.map(|level| (rule, level)));
            rules.options.extend(options);
        }
        Ok(rules)
    }
}

/// What is written about one rule.
#[derive(Default)]
struct Entry {
    level: Option<Level>,
    options: Vec<(&'static RuleOption, u32)>,
}

#[derive(Clone, Copy)]
struct EntrySeed(&'static Rule);

impl<'de> serde::de::DeserializeSeed<'de> for EntrySeed {
    type Value = Entry;

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<Entry, D::Error> {
        value.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for EntrySeed {
    type Value = Entry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a severity, or a table of options")
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<Entry, E> {
        Ok(Entry { level: Some(level(self.0, word)?), options: Vec::new() })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<Entry, A::Error> {
        let mut entry = Entry::default();
        while let Some(key) = table.next_key_seed(KeySeed(self.0))? {
            match key {
                Key::Level => entry.level = Some(table.next_value_seed(LevelSeed(self.0))?),
                Key::Option(option) => {
                    entry.options.push((option, table.next_value_seed(NumberSeed(option))?));
                }
            }
        }
        Ok(entry)
    }
}

fn level<E: Error>(rule: &'static Rule, word: &str) -> Result<Level, E> {
    let level = Level::find(word).map_err(E::custom)?;
    if level == Level::Allow {
        readable::<E>(rule)?;
    }
    Ok(level)
}

enum Key {
    Level,
    Option(&'static RuleOption),
}

struct KeySeed(&'static Rule);

impl<'de> serde::de::DeserializeSeed<'de> for KeySeed {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<Key, D::Error> {
        let key = String::deserialize(value)?;
        if key == "level" {
            return Ok(Key::Level);
        }
        let own = || OPTIONS.into_iter().filter(|option| option.rule == self.0.name);
        own().find(|option| option.key == key).map(Key::Option).ok_or_else(|| {
            let known = || std::iter::once("level").chain(own().map(|option| option.key));
            let help = document::help(&key, &known().collect::<Vec<_>>());
            D::Error::custom(format!("`{}` has no option `{key}`; {help}", self.0.name))
        })
    }
}

struct LevelSeed(&'static Rule);

impl<'de> serde::de::DeserializeSeed<'de> for LevelSeed {
    type Value = Level;

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<Level, D::Error> {
        level(self.0, &String::deserialize(value)?)
    }
}

struct NumberSeed(&'static RuleOption);

impl<'de> serde::de::DeserializeSeed<'de> for NumberSeed {
    type Value = u32;

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<u32, D::Error> {
        let RuleOption { key, least, most, .. } = *self.0;
        let number = i64::deserialize(value).ok().and_then(|number| u32::try_from(number).ok());
        let number = number.filter(|number| (least..=most).contains(number));
        number.ok_or_else(|| D::Error::custom(format!("`{key}` is a number from {least} to {most}")))
    }
}
