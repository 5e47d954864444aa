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

pub(super) fn rules(_: &mut SchemaGenerator) -> Schema {
    let level = json!({ "type": "string", "enum": Level::ALL.map(Level::name) });
    let rule = |name: &str| {
        let mut keys = Map::new();
        keys.insert("level".to_owned(), level.clone());
        for option in OPTIONS.iter().filter(|option| option.rule == name) {
            let number = json!({
                "description": option.about,
                "type": "integer",
                "minimum": option.least,
                "maximum": option.most,
                "default": option.default,
            });
            keys.insert(option.key.to_owned(), number);
        }
        let table = json!({ "type": "object", "properties": keys, "additionalProperties": false });
        json!({ "anyOf": [level, table] })
    };
    let properties: Map<String, Value> = RULES.iter().map(|r| (r.name.to_owned(), rule(r.name))).collect();
    json_schema!({ "type": "object", "properties": properties, "additionalProperties": false })
}

#[test]
fn the_schema_in_the_documentation_is_that_of_the_types() {
    let schema = SchemaSettings::draft07().into_generator().into_root_schema_for::<Config>();
    let text = format!("{:#}\n", schema.to_value());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/tlslint.schema.json");
    if std::env::var_os("UPDATE_PAGES").is_some() {
        std::fs::write(&path, text).expect("the schema can be written");
        return;
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap_or_default(), text, "run with UPDATE_PAGES=1");
}
