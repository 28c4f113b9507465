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
    /// Official parameters of the file's own, instead of a name in `prices`.
    vintage: Option<OwnVintage>,
    /// Index of prices by year, by which prices are moved to `price_level`.
    deflator: Option<DeflatorTable>,
    /// What is assumed of the weeks after the horizon; without it they do not count.
    extrapolation: Option<ExtrapolationTable>,
    /// Rules of refund of the file's own, by name.
    refunds: Option<BTreeMap<String, RefundTable>>,
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
    /// Official parameters by date, such as `dk-fm-2013`: rates of discount, tax distortion, net-tax factor. Default: none.
    vintage: Option<String>,
    /// Where in its period money falls; default: middle.
    discounted_at: Option<MomentWord>,
    /// Year whose price level everything is moved to. Default: prices stay at their own.
    #[schemars(range(min = 1900, max = 2100))]
    price_level: Option<i32>,
    /// Index of prices that is shipped, such as `dk-cpi`, by which prices are moved to `price_level`; or write your own under `[deflator]`.
    price_index: Option<String>,
    /// Participants that the municipality's case is told for; default: the persons of the treatment arm.
    #[schemars(range(min = 1, max = 10_000_000))]
    participants: Option<u32>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "the words are the schema")]
enum MomentWord {
    Middle,
    End,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "the fields are the schema")]
struct OwnVintage {
    /// Its name; default: own.
    #[schemars(length(min = 1, max = 80))]
    name: Option<String>,
    /// Rates of discount, each from a year on, the first from year 0.
    #[schemars(length(min = 1))]
    discount: Vec<Step>,
    /// Where the rates come from.
    #[schemars(length(min = 1, max = 2000))]
    discount_source: String,
    /// What a krone of public outlay costs society: 1.2 is a fifth more than the krone.
    tax_distortion: SourcedNumber,
    /// What lifts factor prices to market prices; market prices are left alone.
    net_tax_factor: SourcedNumber,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "the fields are the schema")]
struct Step {
    /// Years after the start from which the rate holds.
    #[schemars(range(max = 1000))]
    from_year: u32,
    /// The rate a year: 0.04 is 4 %.
    #[schemars(range(min = 0, max = 0.5))]
    rate: f64,
}

/// A number with its source.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "the fields are the schema")]
struct SourcedNumber {
    /// The number.
    #[schemars(range(min = 0.5, max = 3))]
    value: f64,
    /// Where it comes from.
    #[schemars(length(min = 1, max = 2000))]
    source: String,
    /// True when nobody has looked it up. Default: false.
    assumed: Option<bool>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "the fields are the schema")]
struct DeflatorTable {
    /// Which index, and where it was published.
    #[schemars(length(min = 1, max = 2000))]
    source: String,
    /// The index by year, such as `index.2012 = 100`.
    index: BTreeMap<String, f64>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "the fields are the schema")]
struct ExtrapolationTable {
    /// none: later weeks do not count; constant: the difference stays as in the base weeks; fade_out: it shrinks in a straight line
    /// to nothing.
    rule: BeyondWord,
    /// For how many weeks after the horizon.
    #[schemars(range(min = 1, max = 2600))]
    weeks: Option<u32>,
    /// The last weeks before the horizon whose average goes on.
    #[schemars(range(min = 1, max = 2600))]
    base: Option<u32>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "the words are the schema")]
enum BeyondWord {
    None,
    Constant,
    FadeOut,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "the fields are the schema")]
struct RefundTable {
    /// Its rates; what none covers is refused.
    #[schemars(length(min = 1))]
    rates: Vec<RateTable>,
}

#[derive(JsonSchema)]
#[schemars(deny_unknown_fields)]
#[expect(dead_code, reason = "the fields are the schema")]
struct RateTable {
    /// First half-year, such as `2011H1`; default: from ever.
    #[schemars(regex(pattern = "^[0-9]{4}H[12]$"))]
    from: Option<String>,
    /// Last half-year; default: for ever.
    #[schemars(regex(pattern = "^[0-9]{4}H[12]$"))]
    to: Option<String>,
    /// First benefit week so far from which the rate holds; default: any.
    #[schemars(range(min = 1, max = 2600))]
    first_benefit_week: Option<u32>,
    /// Share refunded of weeks with an offer that counts as active.
    #[schemars(range(min = 0, max = 1))]
    active: f64,
    /// Share refunded of other weeks.
    #[schemars(range(min = 0, max = 1))]
    passive: f64,
    /// Where it is written.
    #[schemars(length(min = 1, max = 2000))]
    source: String,
}

/// A line: what is counted, who gains and who pays, at which price. A refund (`refund_of`) has only `rule`, `weeks`, `from`, `to` and
/// perhaps `source` beside: all else is that of the line it refunds.
#[derive(JsonSchema)]
#[schemars(
    deny_unknown_fields,
    extend("if" = { "required": ["refund_of"] }),
    extend("then" = { "required": ["rule", "weeks", "from", "to"] }),
    extend("else" = { "required": ["kind", "value", "unit", "price_year", "basis", "source"] })
)]
#[expect(dead_code, reason = "the fields are the schema")]
struct PriceLine {
    /// What is counted: an outcome of the study that accumulates (weeks, an amount, events). This or `per`.
    outcome: Option<String>,
    /// One per assigned person.
    per: Option<Person>,
    /// Whether real resources are made or used up, or money goes from one party to another. Needed but of a refund.
    kind: Option<Kind>,
    /// Who pays. Needed of a transfer; of a resource, this or `to`.
    from: Option<PartyWord>,
    /// Who gains. Needed of a transfer; of a resource, this or `from`.
    to: Option<PartyWord>,
    /// Price of one unit. Needed but of a refund.
    #[schemars(range(min = 0))]
    value: Option<f64>,
    /// What the price is for, such as `DKK per hour`. Needed but of a refund.
    #[schemars(length(min = 1, max = 80))]
    unit: Option<String>,
    /// Year of the price level. Needed but of a refund.
    #[schemars(range(min = 1900, max = 2100))]
    price_year: Option<i32>,
    /// Without indirect taxes (factor), or as paid by consumers (market). Needed but of a refund.
    basis: Option<BasisWord>,
    /// Where the price comes from. Needed but of a refund, whose rule has its sources.
    #[schemars(length(min = 1, max = 2000))]
    source: Option<String>,
    /// Whether this is a cost of the programme itself; default: false.
    programme: Option<bool>,
    /// Arms in which it counts; default: all, for a line per person the treatment arms.
    arms: Option<Vec<String>>,
    /// Added to the price because costs are mostly underestimated: 0.1 is a tenth more. Default: 0.
    #[schemars(range(min = 0, max = 5))]
    uplift: Option<f64>,
    /// How the price may lie; default with `low` and `high`: triangular. Without any of these the price is certain.
    distribution: Option<ShapeWord>,
    /// Lowest price, of uniform and triangular.
    #[schemars(range(min = 0))]
    low: Option<f64>,
    /// Highest price, of uniform and triangular.
    #[schemars(range(min = 0))]
    high: Option<f64>,
    /// Standard error of the price, of normal, log_normal and gamma.
    std_error: Option<f64>,
    /// First trial week in which the line counts; default: the first.
    #[schemars(range(min = 1, max = 5200))]
    first_week: Option<u32>,
    /// Last trial week in which the line counts; default: the last.
    #[schemars(range(min = 1, max = 5200))]
    last_week: Option<u32>,
    /// The line whose money is refunded in part.
    refund_of: Option<String>,
    /// The rule of refund: `dk-benefit`, or one under `refunds`.
    rule: Option<String>,
    /// Which rate of the rule: of weeks with an active offer, of others, or of each week by itself, where the study has counted them apart.
    weeks: Option<ActivityWord>,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "the words are the schema")]
enum ShapeWord {
    Uniform,
    Triangular,
    Normal,
    LogNormal,
    Gamma,
}

#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "the words are the schema")]
enum ActivityWord {
    Active,
    Passive,
    Each,
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
    use super::super::official;
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
        let read: BTreeSet<String> = set(&official::TABLES);
        let tables: BTreeSet<String> = (keys("/properties").into_iter())
            .filter(|key| !["prices", "lines"].contains(&key.as_str()))
            .collect();
        assert_eq!(tables, read);
        for (path, read) in [
            ("vintage", &official::VINTAGE[..]),
            ("vintage/properties/discount/items", &official::STEP),
            ("vintage/properties/tax_distortion", &official::PARAMETER),
            ("vintage/properties/net_tax_factor", &official::PARAMETER),
            ("deflator", &official::DEFLATOR),
            ("extrapolation", &official::EXTRAPOLATION),
            (
                "refunds/additionalProperties/properties/rates/items",
                &official::RATE,
            ),
        ] {
            let read: BTreeSet<String> = set(read);
            assert_eq!(
                keys(&format!("/properties/{path}/properties")),
                read,
                "{path}"
            );
        }
        assert!(!schema.to_string().contains("null"));
    }
}
