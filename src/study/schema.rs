//! The JSON Schema of the study file, from the raw types: only what works.

use super::raw::RawStudy;
use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use serde_json::Value;

/// The JSON Schema (draft 2020-12) of a study file.
pub fn schema() -> Value {
    SchemaSettings::draft2020_12()
        .with(|settings| settings.inline_subschemas = true)
        .with_transform(RecursiveTransform(drop_null))
        .into_generator()
        .into_root_schema_for::<RawStudy>()
        .to_value()
}

/// TOML has no null: an optional key is one that may be left out.
pub(crate) fn drop_null(schema: &mut schemars::Schema) {
    if let Some(Value::Array(types)) = schema.get_mut("type") {
        types.retain(|t| t != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            schema.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(words)) = schema.get_mut("enum") {
        words.retain(|w| !w.is_null());
    }
    if let Some(Value::Array(branches)) = schema.get_mut("anyOf") {
        branches.retain(|b| b.get("type").is_none_or(|t| t != "null"));
        if let [Value::Object(only)] = branches.as_slice() {
            let only = only.clone();
            schema.remove("anyOf");
            for (key, value) in only {
                schema.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(value: &Value, look: &mut impl FnMut(&Value)) {
        look(value);
        match value {
            Value::Array(items) => items.iter().for_each(|v| visit(v, look)),
            Value::Object(map) => map.values().for_each(|v| visit(v, look)),
            _ => {}
        }
    }

    #[test]
    fn every_table_refuses_unknown_keys_and_nothing_may_be_null() {
        let schema = schema();
        let mut tables = 0;
        visit(&schema, &mut |v| {
            assert_ne!(v, &Value::from("null"));
            assert!(v.get("$ref").is_none());
            if v.get("properties").is_some_and(Value::is_object) && v.get("type").is_some() {
                tables += 1;
                assert_eq!(v["additionalProperties"], false, "{v}");
            }
        });
        assert!(tables > 15, "{tables}");
    }

    #[test]
    fn the_schema_holds_only_words_that_work() {
        let text = schema().to_string();
        for later in ["discount_rate", "permutation\""] {
            assert!(!text.contains(later), "{later}");
        }
    }
}
