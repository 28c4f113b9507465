//! The bundle: all that may leave, in one self-describing file, enough to render, compare and check without micro data.
//!
//! It holds no clock, no timings, no paths: equal inputs give equal bytes. Schema `major.minor`: a reader opens every
//! earlier file and every newer minor, and refuses a newer major.

mod build;
mod card;
mod columns;
mod json;
mod open;
mod seal;
mod signature;

pub use build::{commit, lock};
pub use open::{BUNDLE_FILE, BUNDLE_TEXT};
pub use seal::{Seal, seal_of};
pub use signature::{
    PublicKey, SIGNATURE_FILE, SIGNATURE_TEXT, Signed, SigningKey, public_key, signature_at,
    signature_file, signature_inside, signed, signed_page,
};

pub use card::{AnalysisCard, Finding, OutcomeCard, StudyCard, WordsCard};

use super::{Facts, OutcomeFacts, Quantities, Results, Row};
use crate::error::Diagnostic;
use crate::study::model::Study;
use crate::study::prices::Prices;
use crate::trial::AccountingLine;
use crate::units::Language;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Schema of the bundles this version writes.
pub const SCHEMA: &str = "1.2";

/// Name of the program in its files.
pub const PROGRAM: &str = "rettevej";

/// Everything that may leave.
///
/// Made in two ways only: by `disclosure::clear`, or by [`Bundle::open`] from a file that once was cleared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
#[schemars(title = "rettevej bundle")]
pub struct Bundle {
    /// Schema of this file, `major.minor`.
    #[schemars(extend("pattern" = r"^[0-9]+\.[0-9]+$"))]
    pub schema: String,
    /// `rettevej`.
    pub program: String,
    /// Version of the program that made it.
    pub version: String,
    /// Commit it was built from; empty when it was built from a working tree.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub commit: String,
    /// Hash of the lock file it was built with; empty where an early version wrote it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub lock: String,
    /// Hash of everything else in this file; empty where an early version wrote it.
    #[serde(default)]
    pub seal: String,
    /// What stands between these numbers and the micro data.
    pub disclosure: Disclosure,
    /// What the report needs of the study.
    pub study: StudyCard,
    /// The study file as it was read.
    pub study_source: String,
    /// Facts of the run.
    pub facts: Facts,
    /// What is known of each outcome.
    pub outcomes: Vec<OutcomeFacts>,
    /// Warnings and notes a reader must know.
    pub findings: Vec<Finding>,
    /// From persons and spells read to persons and spells used.
    #[schemars(with = "Vec<AccountingSchema>")]
    pub accounting: Vec<AccountingLine>,
    /// Quantities that prices are put on, when the study asked for them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantities: Option<Quantities>,
    /// The prices behind the money, when there is any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prices: Option<Prices>,
    /// The numbers, by column.
    #[serde(with = "columns")]
    #[schemars(with = "columns::Rows")]
    rows: Vec<Row>,
}

/// Under which rule the numbers may be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Disclosure {
    /// Which gate the numbers passed: `none` in this version.
    pub gate: String,
    /// False when the study asks for a smallest cell that no gate has enforced.
    pub cleared: bool,
}

/// Other prices and what they make of the quantities in a bundle.
pub(crate) struct Money {
    pub prices: Prices,
    pub rows: Vec<Row>,
    pub findings: Vec<Diagnostic>,
}

/// The words that mark an output nobody has cleared.
pub const NOT_CLEARED: &str = "not cleared for release";

impl Disclosure {
    /// The mark for tables and metadata, when there is one.
    pub fn mark(&self) -> Option<&'static str> {
        (!self.cleared).then_some(NOT_CLEARED)
    }

    /// The mark for a figure's caption or a page, when there is one.
    pub fn caption(&self, language: Language) -> Option<&'static str> {
        (!self.cleared).then_some(match language {
            Language::Da => "Ikke godkendt til offentliggørelse",
            Language::En => "Not cleared for release",
        })
    }
}

#[expect(
    dead_code,
    reason = "the written shape of an accounting line, for the schema only"
)]
#[derive(JsonSchema)]
#[schemars(rename = "AccountingLine")]
struct AccountingSchema {
    /// File or table it belongs to.
    table: String,
    /// What is counted.
    unit: String,
    /// Stable key such as `read` or `used`.
    key: String,
    /// Arm, or empty for the whole.
    arm: String,
    /// `+` opens a sum, `-` takes away, `=` closes it, a blank is a remark.
    sign: String,
    /// How many; 0 where it is hidden.
    count: u64,
    /// Whether the gate hides how many.
    #[serde(default)]
    hidden: bool,
}

impl Bundle {
    /// Puts a bundle together. Only `disclosure` calls this (a test keeps it): nothing else makes results leave.
    pub(crate) fn assemble(results: Results, study: &Study, disclosure: Disclosure) -> Self {
        let mut rows = results.rows;
        rows.iter_mut().for_each(Row::keep_finite);
        Self {
            schema: SCHEMA.to_owned(),
            program: PROGRAM.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            commit: commit().to_owned(),
            lock: lock(),
            seal: String::new(),
            disclosure,
            study: StudyCard::of(study),
            // One study, whichever system's line ends it was saved with.
            study_source: study.source.replace("\r\n", "\n"),
            facts: results.facts,
            outcomes: results.outcomes,
            findings: results.findings.iter().map(Finding::of).collect(),
            accounting: results.accounting,
            quantities: results.quantities,
            prices: results.prices,
            rows,
        }
    }

    /// The same with other prices: rows of the estimands `replaced` give way to `rows`, findings whose code starts with
    /// `told` to `findings`. Only `disclosure` calls this (a test keeps it).
    pub(crate) fn with_money(mut self, money: Money, (replaced, told): (&[&str], &str)) -> Self {
        let is_money = |row: &Row| replaced.contains(&&*row.estimand);
        let place = (self.rows.iter().position(is_money)).unwrap_or(self.rows.len());
        let mut rows = money.rows;
        rows.iter_mut().for_each(Row::keep_finite);
        self.rows.retain(|row| !is_money(row));
        self.rows.splice(place..place, rows);
        self.findings.retain(|f| !f.code.starts_with(told));
        self.findings.extend(money.findings.iter().map(Finding::of));
        self.prices = Some(money.prices);
        self
    }

    /// The numbers, in fixed order.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// What is known of an outcome, by name.
    pub fn outcome(&self, name: &str) -> Option<&OutcomeFacts> {
        self.outcomes.iter().find(|o| o.name == name)
    }

    /// The smallest number of persons behind a number shown, when there is one.
    pub fn smallest_n(&self) -> Option<u64> {
        (self.rows.iter())
            .filter(|row| row.estimate.is_some())
            .flat_map(|row| [row.n, row.n_reference])
            .flatten()
            .min()
    }
}

/// Whether a text is a bundle of this program, of whatever version.
pub(super) use open::in_folder;

pub(super) fn is_ours(text: &str) -> bool {
    open::Header::read(text).is_some()
}

/// The JSON Schema of a bundle.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Bundle).to_value()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::sample;

    #[test]
    fn a_bundle_read_back_is_the_same() {
        let bundle = sample::bundle(false);
        let text = bundle.to_json();
        let back = Bundle::from_json(&text, "bundle.json").expect("our own bundle opens");
        assert_eq!(back.rows(), bundle.rows());
        assert_eq!(back.study, bundle.study);
        assert_eq!(back.findings, bundle.findings);
        assert_eq!(back.accounting, bundle.accounting);
        assert!(back.facts.followed_share[0][2].is_nan());
        assert_eq!(back.to_json(), text);
        assert!(
            bundle.study.labels().words["deltager"]
                .more
                .contains_key("da")
        );
    }

    #[test]
    fn a_written_bundle_follows_the_schema() {
        let validator = jsonschema::validator_for(&schema()).expect("the schema is a schema");
        let mut value: serde_json::Value =
            serde_json::from_str(&sample::bundle(true).to_json()).expect("a bundle is JSON");
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|e| e.to_string())
            .collect();
        assert!(errors.is_empty(), "{errors:?}");
        value["rows"]["count"] = serde_json::json!("many");
        assert!(!validator.is_valid(&value));
    }

    #[test]
    fn the_text_holds_no_path_and_no_row_numbers() {
        let text = sample::bundle(false).to_json();
        assert!(!text.contains("somewhere"));
        let findings = &Bundle::from_json(&text, "x").expect("opens").findings;
        assert_eq!(
            findings[0].place.as_deref(),
            Some("spells.csv, column `state`")
        );
        assert_eq!(findings[0].count, Some(2));
    }

    #[test]
    fn columns_stand_on_lines_of_their_own_and_empty_ones_are_left_out() {
        let text = sample::bundle(true).to_json();
        assert!(
            text.lines()
                .any(|l| l.starts_with(r#"{"name":"estimate","numbers":[0.13333333333333333,"#))
        );
        assert!(text.lines().any(|l| {
            l.starts_with(r#"{"name":"analysis","table":["main","by stratum"],"codes":[0,0,"#)
        }));
        assert!(!text.contains("band_low"));
    }

    #[test]
    fn a_hundred_thousand_rows_stay_small() {
        let mut bundle = sample::bundle(true);
        let rows = bundle.rows().to_vec();
        bundle.rows = rows.iter().cycle().take(100_000).cloned().collect();
        let text = bundle.to_json();
        assert!(text.len() < 25_000_000, "{} bytes", text.len());
        assert_eq!(
            Bundle::from_json(&text, "x").expect("opens").rows().len(),
            100_000
        );
    }

    #[test]
    fn the_smallest_n_is_of_numbers_shown() {
        assert_eq!(sample::bundle(true).smallest_n(), Some(17));
    }
}
