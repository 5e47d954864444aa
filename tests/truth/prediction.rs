//! What tlslint says about a configuration, as its machine formats say it.

use serde_json::Value;
use std::path::Path;
use tlslint::analysis::{Analysis, Options};
use tlslint::clock::Timestamp;
use tlslint::report::{Report, json, show_json};
use tlslint::target::Target;

/// 2026-11-21T00:00:00Z: tests do not depend on the day on which they run.
const PRESENT: Timestamp = Timestamp(1_795_219_200);

/// The documents of `check` and of `show`.
pub struct Prediction {
    pub checked: Value,
    pub shown: Value,
}

/// Runs `check --no-config` and `show --no-config` on a file.
pub fn predict(path: &Path, target: &str) -> Prediction {
    let analysis = Analysis::of(Options {
        paths: vec![path.to_path_buf()],
        ..Options::new(Target::parse(target).expect("the target can be read"), PRESENT)
    });
    let findings = analysis.findings(false, |rule| !rule.pedantic);
    Prediction {
        checked: parse(&json::render(&Report::new(&analysis, findings))),
        shown: parse(&show_json::render(&analysis)),
    }
}

fn parse(text: &str) -> Value {
    // Recordings call it so; documents may say either.
    serde_json::from_str(&text.replace("\"TLSv1\"", "\"TLSv1.0\"")).expect("a document is JSON")
}

/// What is predicted for one field.
#[derive(Debug, Clone)]
pub enum Said {
    /// It is said to be unknown, or belongs to something that is.
    Silent,
    /// Neither given nor said to be unknown.
    Missing,
    Value(Value),
}

/// The value of `key`; silent where nothing can be said.
pub fn say(entry: Option<&Value>, key: &str) -> Said {
    say_or(entry, key, Said::Missing)
}

/// The same, with what it means when `key` is absent.
pub fn say_or(entry: Option<&Value>, key: &str, absent: Said) -> Said {
    match entry {
        None => Said::Silent,
        Some(entry) if is_unknown(entry, key) => Said::Silent,
        Some(entry) => match &entry[key] {
            Value::Null => absent,
            value => Said::Value(value.clone()),
        },
    }
}

/// The value of `key`, or its part for a version; silent where that version is not predicted.
pub fn say_for(version: &str, entry: Option<&Value>, key: &str) -> Said {
    if let Some(entry) = entry
        && !texts(&entry["protocols"]).contains(&version)
        && !is_unknown(entry, "protocols")
    {
        return Said::Silent;
    }
    match say(entry, key) {
        Said::Value(Value::Object(versions)) => {
            versions.get(version).cloned().map_or(Said::Missing, Said::Value)
        }
        said => said,
    }
}

/// Whether `key` is among the things that an entry declares unknown (`"key: why"`).
pub fn is_unknown(entry: &Value, key: &str) -> bool {
    texts(&entry["unknown"]).iter().any(|unknown| {
        let rest = unknown.strip_prefix(key);
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    })
}

/// The objects listed under `key`.
pub fn entries<'v>(value: &'v Value, key: &str) -> Vec<&'v Value> {
    value[key].as_array().into_iter().flatten().filter(|entry| entry.is_object()).collect()
}

/// The texts in a list.
pub fn texts(list: &Value) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}
