//! The JSON Schema of a price file in TOML, for editors. The file itself is read by its keys (see [`super::entry`]); a test
//! holds the two together.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;
use std::collections::BTreeMap;

/// Prices for a study of rettevej.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "the fields are the schema")]
struct PriceFile {
    /// About the whole file.
    prices: Option<Head>,
    /// The lines of the account, by name.
    lines: BTreeMap<String, PriceLine>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "the fields are the schema")]
struct Head {
    /// What the prices are called in tables and notes.
    #[schemars(length(min = 1, max = 2000))]
    title: Option<String>,
    /// Currency of all values; default: DKK.
    #[schemars(length(min = 1, max = 12))]
    currency: Option<String>,
    /// True when the prices are made up; everything that is made of them then says so. Default: false.
    synthetic: Option<bool>,
}

/// A line: what is counted, who gains and who pays, at which price.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "the fields are the schema")]
struct PriceLine {
    /// What is counted: an outcome of the study that accumulates (weeks, an amount, events). This or `per`.
    outcome: Option<String>,
    /// One per assigned person.
    per: Option<Person>,
    /// Whether real resources are made or used up, or money goes from one party to another.
    kind: Kind,
    /// Who pays. Needed of a transfer; of a resource, this or `to`.
    from: Option<PartyWord>,
    /// Who gains. Needed of a transfer; of a resource, this or `from`.
    to: Option<PartyWord>,
    /// Price of one unit.
    #[schemars(range(min = 0))]
    value: f64,
    /// What the price is for, such as `DKK per hour`.
    #[schemars(length(min = 1, max = 80))]
    unit: String,
    /// Year of the price level.
    #[schemars(range(min = 1900, max = 2100))]
    price_year: i32,
    /// Without indirect taxes (factor), or as paid by consumers (market).
    basis: BasisWord,
    /// Where the price comes from.
    #[schemars(length(min = 1, max = 2000))]
    source: String,
    /// Whether this is a cost of the programme itself; default: false.
    programme: Option<bool>,
    /// Arms in which it counts; default: all, for a line per person the treatment arms.
    arms: Option<Vec<String>>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "the words are the schema")]
enum Person {
    Person,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "the words are the schema")]
enum Kind {
    Resource,
    Transfer,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "the words are the schema")]
enum BasisWord {
    Factor,
    Market,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "the words are the schema")]
enum PartyWord {
    Participant,
    Employer,
    Municipality,
    Region,
    State,
    Other,
}

/// The JSON Schema (draft 2020-12) of a price file in TOML.
pub fn schema() -> Value {
    SchemaSettings::draft2020_12()
        .with(|settings| settings.inline_subschemas = true)
        .with_transform(schemars::transform::RecursiveTransform(
            crate::study::drop_null,
        ))
        .into_generator()
        .into_root_schema_for::<PriceFile>()
        .to_value()
}

#[cfg(test)]
mod tests {
    use super::super::entry::{KEYS, WHOLE};
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_schema_has_the_keys_that_are_read() {
        let schema = schema();
        let keys = |path: &str| -> BTreeSet<String> {
            let properties = schema.pointer(path).and_then(Value::as_object);
            properties.expect("properties").keys().cloned().collect()
        };
        let set = |keys: &[&str]| keys.iter().map(|k| (*k).to_owned()).collect();
        let line = keys("/properties/lines/additionalProperties/properties");
        let read: BTreeSet<String> = set(&KEYS[1..]);
        assert_eq!(line, read);
        let read: BTreeSet<String> = set(&WHOLE);
        assert_eq!(keys("/properties/prices/properties"), read);
        assert!(!schema.to_string().contains("null"));
    }
}
