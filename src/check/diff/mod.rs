//! Two results against each other: what they were made from, then every row, then, with mixed runs, why. A re-seed alone is
//! never a change.

mod inputs;
mod noise;
mod render;
mod rows;
#[cfg(test)]
mod tests;
pub mod why;

pub use inputs::{Input, Kind};
pub use render::text;
pub use rows::{Counts, Fate, Moved, MovedCell};

use crate::results::Bundle;
use schemars::JsonSchema;
use serde::Serialize;
use why::Why;

/// Version of the form of a difference as JSON: `major.minor`.
pub const SCHEMA: &str = "1.0";

/// Share of a number that arithmetic may move it by.
pub const TOLERANCE: f64 = 1e-9;

/// What `rettevej diff --json` answers.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(title = "Answer of rettevej diff --json")]
pub struct Difference {
    /// Version of this form, `major.minor`.
    pub schema: &'static str,
    /// Name of the old study.
    pub old: String,
    /// Name of the new study.
    pub new: String,
    /// Whether some row changed, is new or is gone.
    pub differs: bool,
    /// Inputs that differ.
    pub inputs: Vec<Input>,
    /// How many rows have each fate.
    pub rows: Counts,
    /// Every row that is not identical.
    pub moved: Vec<Moved>,
    /// Why the headlines changed; null without the studies.
    pub why: Option<Why>,
}

/// Compares two results. `tolerance` is a share of a number, or of its standard error where that is larger, by which numbers
/// that are not drawn may differ.
pub fn diff(old: &Bundle, new: &Bundle, tolerance: f64) -> Difference {
    let (rows, moved) = rows::compare(old.rows(), new.rows(), tolerance);
    Difference {
        schema: SCHEMA,
        old: old.study.name.clone(),
        new: new.study.name.clone(),
        differs: moved.iter().any(|row| row.fate.differs()),
        inputs: inputs::compare(old, new),
        rows,
        moved,
        why: None,
    }
}

/// The JSON Schema of a difference.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Difference).to_value()
}
