//! What the lines of a ledger are priced from: quantities per person in neutral cells, with their covariance.
//!
//! The cells are neutral: nothing in them depends on a price or a rule. Weeks stand in cells by half-year of the
//! calendar and by band of cumulated benefit weeks, because rules that share a bill between state and municipality
//! change there.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Quantities of a trial, for one analysis.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Quantities {
    /// The analysis whose contrasts these are.
    pub analysis: String,
    /// Confidence level of that analysis' intervals.
    pub confidence: f64,
    /// Horizon in weeks.
    pub horizon: u32,
    /// Cells, in canonical order.
    pub cells: Vec<QuantityCell>,
    /// Each treatment arm against the control.
    pub contrasts: Vec<QuantityContrast>,
}

/// One neutral cell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct QuantityCell {
    /// Outcome whose quantity it is.
    pub outcome: String,
    /// Trial year: 1 is weeks 1 to 52.
    pub trial_year: u32,
    /// Half-year of the calendar, such as `2011H1`; empty when the study has no calendar.
    pub half_year: String,
    /// Band of cumulated benefit weeks, such as `5-26`; empty when the outcome is not cut by them.
    pub band: String,
}

/// A treatment arm against the control.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QuantityContrast {
    /// The treatment arm's side.
    pub treated: QuantitySide,
    /// The control's side. Within strata both sides are weighted alike, so it differs from contrast to contrast.
    pub control: QuantitySide,
}

/// One side of a contrast.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QuantitySide {
    /// Arm.
    pub arm: String,
    /// Persons.
    pub n: u64,
    /// Quantity per person by cell.
    pub values: Vec<f64>,
    /// Covariance of `values`, lower triangle by rows: (0,0), (1,0), (1,1), (2,0), ...
    pub covariance: Vec<f64>,
}
