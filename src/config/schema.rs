//! The JSON Schema of the configuration file, from its types: `docs/tlslint.schema.json`, for editors.

use super::{Config, Level};
use crate::rules::RULES;
use crate::rules::options::OPTIONS;
use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};
use std::path::Path;

pub(super) fn map(_: &mut SchemaGenerator) -> Schema {
    json_schema!({
        "type": "object",
        "propertyNames": { "pattern": "^/" },
        "additionalProperties": { "type": "string" },
    })
}

pub(super) fn rule_name(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "enum": RULES.iter().map(|rule| rule.name).collect::<Vec<_>>() })
}

pub(super) fn rules(generator: &mut SchemaGenerator) -> Schema {
    let level = json!({ "type": "string", "enum": Level::ALL.map(Level::name) });
    let definitions = generator.definitions_mut();
    definitions.insert("Level".to_owned(), level);
    definitions.insert("Rule".to_owned(), rule(""));
    let properties: Map<String, Value> = RULES
        .iter()
        .map(|r| match OPTIONS.iter().any(|option| option.rule == r.name) {
            true => (r.name.to_owned(), rule(r.name)),
            false => (r.name.to_owned(), json!({ "$ref": "#/definitions/Rule" })),
        })
        .collect();
    json_schema!({ "type": "object", "properties": properties, "additionalProperties": false })
}

/// What may be written about a rule.
fn rule(name: &str) -> Value {
    let level = json!({ "$ref": "#/definitions/Level" });
    let options = OPTIONS.iter().filter(|option| option.rule == name).map(|option| {
        let number = json!({
            "description": option.about,
            "type": "integer",
            "minimum": option.least,
            "maximum": option.most,
            "default": option.default,
        });
        (option.key.to_owned(), number)
    });
    let keys: Map<String, Value> =
        std::iter::once(("level".to_owned(), level.clone())).chain(options).collect();
    let table = json!({ "type": "object", "properties": keys, "additionalProperties": false });
    json!({ "anyOf": [level, table] })
}

/// TOML has no null: what is optional is left out.
fn without_null(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.retain(|key, value| key != "default" || !value.is_null());
            if let Some(Value::Array(types)) = object.get("type")
                && let [only, Value::String(null)] = types.as_slice()
                && null == "null"
            {
                let only = only.clone();
                object.insert("type".to_owned(), only);
            }
            object.values_mut().for_each(without_null);
        }
        Value::Array(values) => values.iter_mut().for_each(without_null),
        _ => {}
    }
}

#[test]
fn the_schema_in_the_documentation_is_that_of_the_types() {
    let schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<Config>();
    let mut schema = schema.to_value();
    without_null(&mut schema);
    let text = format!("{schema:#}\n");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/tlslint.schema.json");
    if std::env::var_os("UPDATE_PAGES").is_some() {
        std::fs::write(&path, text).expect("the schema can be written");
        return;
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), text, "run with UPDATE_PAGES=1");
}
