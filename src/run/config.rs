//! `tlslint config`: the settings that hold for a path, and where each comes from.

use super::settings::{Said, Settings, Source, file_of};
use super::{Outcome, input, output, profile};
use crate::cli::{ConfigArgs, ConfigFormat};
use crate::model::Platform;
use crate::profile::Choice;
use crate::report::printable;
use crate::target::Target;
use serde_json::{Value, json};
use std::fmt::Write;
use std::io;

/// Prints them. What they name is read as `check` would read it, so that faults are found here, too.
pub(super) fn run(args: ConfigArgs) -> io::Result<Outcome> {
    if !args.path.exists() {
        return Err(io::Error::other(format!("{}: no such file or directory", args.path.display())));
    }
    input::check_folders(&args.settings)?;
    let file = file_of(&args.path, &args.settings.file);
    let settings = Settings::read(file.as_ref(), &args.settings, &args.levels)?;
    settings.profile.value.as_ref().map(profile::load).transpose()?;
    settings.anchors()?;
    let text = match args.format {
        ConfigFormat::Text => text(&settings),
        ConfigFormat::Json => document(&args, &settings),
    };
    output::write(&text, args.output.output.as_deref())?;
    Ok(Outcome::Fine)
}

/// One value: the way to it, the value, and who says so.
struct Row {
    keys: Vec<String>,
    value: Value,
    source: Source,
}

impl Row {
    fn new(keys: &[&str], value: Value, source: Source) -> Self {
        Row { keys: keys.iter().map(|key| (*key).to_owned()).collect(), value, source }
    }
}

/// All values but what is ignored.
fn rows(settings: &Settings) -> Vec<Row> {
    let mut rows = Vec::new();
    let Said { value: target, source } = &settings.target;
    rows.push(Row::new(&["target"], json!(spelled(target)), *source));
    let chosen = settings.profile.value.as_ref().map(|choice| match choice {
        Choice::Known(profile) => match &profile.version {
            Some(version) => format!("{}@{version}", profile.name),
            None => profile.name.clone(),
        },
        Choice::File(path) if path.components().count() == 1 => format!("./{}", path.display()),
        Choice::File(path) => path.display().to_string(),
    });
    rows.push(Row::new(&["profile"], json!(chosen), settings.profile.source));
    rows.push(Row::new(&["root"], json!(settings.root.value), settings.root.source));
    for (from, to) in &settings.maps {
        rows.push(Row::new(&["map", &from.to_string_lossy()], json!(to.value), to.source));
    }
    rows.push(list(&["exclude"], settings.exclude.iter().map(|said| (json!(said.value.text), said.source))));
    // No other platform's entry points can be named.
    let entries = settings.entries.iter().filter(|said| said.value.0 == Platform::Nginx);
    let entries = entries.map(|said| (json!(said.value.1), said.source));
    rows.push(list(&["entry", "nginx"], entries));
    rows.push(list(&["trust", "roots"], settings.roots.iter().map(|said| (json!(said.value), said.source))));
    for said in &settings.levels {
        let (rule, level) = said.value;
        rows.push(Row::new(&["rules", rule.name, "level"], json!(level.name()), said.source));
    }
    for said in &settings.options {
        let (option, number) = said.value;
        rows.push(Row::new(&["rules", option.rule, option.key], json!(number), said.source));
    }
    rows
}

/// A list as one value; of several lines, the first is where it comes from.
fn list(keys: &[&str], items: impl Iterator<Item = (Value, Source)>) -> Row {
    let (values, sources): (Vec<Value>, Vec<Source>) = items.unzip();
    Row::new(keys, Value::Array(values), sources.first().copied().unwrap_or(Source::Default))
}

/// The target as it can be said.
fn spelled(target: &Target) -> String {
    target.stated.clone().unwrap_or_else(|| {
        format!("nginx={},openssl={},seclevel={}", target.nginx, target.openssl, target.security_level)
    })
}

/// A configuration file, its comments saying where values come from.
fn text(settings: &Settings) -> String {
    let file = settings.file.as_ref().map(|file| file.path.display().to_string());
    let from = |source: Source| match (source, &file) {
        (Source::CommandLine, _) => "command line".to_owned(),
        (Source::File(line), Some(file)) => format!("{}:{line}", printable(file)),
        _ => "default".to_owned(),
    };
    let mut out = match &file {
        Some(file) => format!("# configuration file: {}\n", printable(file)),
        None => "# configuration file: none\n".to_owned(),
    };
    for row in rows(settings) {
        let keys: Vec<String> = row.keys.iter().map(|key| bare_or_quoted(key)).collect();
        // What nobody says need not be said, and there is no word for nothing.
        let line = match (&row.value, row.source) {
            (Value::Null, _) => format!("# {}: none", keys.join(".")),
            (value, Source::Default) => format!("# {} = {}", keys.join("."), in_toml(value)),
            (value, _) => format!("{} = {}", keys.join("."), in_toml(value)),
        };
        let _ = writeln!(out, "{:40} # {}", printable(&line), from(row.source));
    }
    for ignore in &settings.ignores {
        let _ = writeln!(out, "\n{:40} # {}", "[[ignore]]", from(Source::File(ignore.line)));
        let _ = writeln!(out, "rule = {}", json!(ignore.rule.name));
        if let Some(path) = &ignore.path {
            let _ = writeln!(out, "path = {}", json!(path.text));
        }
        if let Some(reason) = &ignore.reason {
            let _ = writeln!(out, "reason = {}", json!(reason));
        }
    }
    out
}

/// A value in the words of TOML, which are JSON's for texts and numbers.
fn in_toml(value: &Value) -> String {
    match value {
        Value::Array(values) => {
            let values: Vec<String> = values.iter().map(in_toml).collect();
            format!("[{}]", values.join(", "))
        }
        one => one.to_string(),
    }
}

fn bare_or_quoted(key: &str) -> String {
    let is_bare = key.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if is_bare && !key.is_empty() { key.to_owned() } else { json!(key).to_string() }
}

/// The same as one JSON object.
fn document(args: &ConfigArgs, settings: &Settings) -> String {
    let file = settings.file.as_ref().map(|file| file.path.display().to_string());
    let row = |row: Row| {
        let mut object = json!({ "key": row.keys, "value": row.value });
        let (from, line) = match row.source {
            Source::CommandLine => ("command-line", None),
            Source::File(line) => ("file", Some(line)),
            Source::Default => ("default", None),
        };
        object["from"] = json!(from);
        if let Some(line) = line {
            object["file"] = json!(file);
            object["line"] = json!(line);
        }
        object
    };
    let mut all: Vec<Value> = rows(settings).into_iter().map(row).collect();
    all.extend(settings.ignores.iter().map(|ignore| {
        let value = json!({
            "rule": ignore.rule.name,
            "path": ignore.path.as_ref().map(|glob| &glob.text),
            "reason": ignore.reason,
        });
        row(Row::new(&["ignore"], value, Source::File(ignore.line)))
    }));
    let document = json!({
        "schema": "tlslint.config/1",
        "version": env!("CARGO_PKG_VERSION"),
        "path": args.path.display().to_string(),
        "file": file,
        "settings": all,
    });
    format!("{document:#}\n")
}
