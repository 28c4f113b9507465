//! What the lines of a ledger are priced from: quantities per person in neutral cells, with their covariance.
//!
//! The cells are neutral: nothing in them depends on a price or a rule. Weeks stand in cells by half-year of the
//! calendar and by band of cumulated benefit weeks, because rules that share a bill between state and municipality
//! change there.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Quantities of a trial, for one analysis.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Quantities {
    /// The analysis whose contrasts these are.
    pub analysis: String,
    /// Confidence level of that analysis' intervals.
    pub confidence: f64,
    /// Horizon in weeks.
    pub horizon: u32,
    /// `none` or `strata`: how a contrast is made.
    pub adjustment: String,
    /// What stands for itself in the covariance: `persons` or `clusters`.
    pub units: String,
    /// The outcome that is the effect where money is set against one: the headline, if it accumulates.
    #[serde(default)]
    pub effect: String,
    /// Units of the outcomes that are counted, by outcome.
    #[serde(default)]
    pub outcome_units: BTreeMap<String, String>,
    /// Cells, in canonical order.
    pub cells: Vec<QuantityCell>,
    /// Each treatment arm against the control.
    pub contrasts: Vec<QuantityContrast>,
}

impl Quantities {
    /// Only some of the cells.
    pub(crate) fn keep(&mut self, is_kept: impl Fn(&QuantityCell) -> bool) {
        let kept: Vec<usize> = (0..self.cells.len())
            .filter(|cell| is_kept(&self.cells[*cell]))
            .collect();
        for contrast in &mut self.contrasts {
            for side in [&mut contrast.treated, &mut contrast.control] {
                let place = |i: usize, j: usize| i * (i + 1) / 2 + j;
                let pairs = (kept.iter().enumerate())
                    .flat_map(|(row, i)| kept[..=row].iter().map(move |j| place(*i, *j)));
                side.covariance = pairs
                    .map(|at| side.covariance.get(at).copied().unwrap_or(f64::NAN))
                    .collect();
                side.values = kept.iter().map(|cell| side.values[*cell]).collect();
            }
        }
        self.cells = kept.iter().map(|cell| self.cells[*cell].clone()).collect();
    }
}

/// One neutral cell.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct QuantityCell {
    /// Outcome whose quantity it is.
    pub outcome: String,
    /// `take_up`: persons in the first week in which they have any of it; empty: all of the outcome.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub item: String,
    /// First trial week of its period.
    pub first_week: u32,
    /// Last trial week of its period.
    pub last_week: u32,
    /// Half-year of the calendar, such as `2011H1`; empty when the study has no calendar, and for what is not weeks in a state.
    pub half_year: String,
    /// Band of cumulated benefit weeks, such as `5-26`; empty when the outcome is not cut by them.
    pub band: String,
    /// `active` or `passive`: whether the weeks count as active; empty when the outcome is not cut by it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub activity: String,
}

/// A cell as it is read: results of schema 1.0 have years of 52 weeks.
#[derive(Deserialize)]
struct WrittenCell {
    outcome: String,
    #[serde(default)]
    item: String,
    trial_year: Option<u32>,
    first_week: Option<u32>,
    last_week: Option<u32>,
    half_year: String,
    band: String,
    #[serde(default)]
    activity: String,
}

impl<'de> Deserialize<'de> for QuantityCell {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let written = WrittenCell::deserialize(deserializer)?;
        let year = written.trial_year.unwrap_or(1).max(1);
        Ok(Self {
            outcome: written.outcome,
            item: written.item,
            first_week: written.first_week.unwrap_or((year - 1) * 52 + 1),
            last_week: written.last_week.unwrap_or(year * 52),
            half_year: written.half_year,
            band: written.band,
            activity: written.activity,
        })
    }
}

/// A treatment arm against the control.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QuantityContrast {
    /// The treatment arm's side.
    pub treated: QuantitySide,
    /// What a reader must know of the contrast, such as strata outside it; mostly empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// The control's side. Within strata both sides are weighted alike, so it differs from contrast to contrast.
    pub control: QuantitySide,
}

/// The coarsest step of a standard deviation or correlation behind the gate.
const COARSEST: f64 = 0.25;

/// A positive number in steps of about so much of itself, and with three digits at most; rounded up, so that no interval gets narrower.
fn in_steps(value: f64, of_itself: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let step = libm::pow(10.0, libm::log10(value).floor() - 2.0).max(value * of_itself);
    // A step that does not tell the value: a power of two.
    let step = libm::exp2(libm::ceil(libm::log2(step)));
    (value / step).ceil() * step
}

/// One side of a contrast.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QuantitySide {
    /// Arm.
    pub arm: String,
    /// Persons.
    pub n: u64,
    /// Quantity per person by cell; null where it is undefined, because nobody is followed any more.
    #[serde(with = "undefined_as_null")]
    #[schemars(with = "Vec<Option<f64>>")]
    pub values: Vec<f64>,
    /// Covariance of `values`, lower triangle by rows: (0,0), (1,0), (1,1), (2,0), ...; null where there is none.
    #[serde(with = "undefined_as_null")]
    #[schemars(with = "Vec<Option<f64>>")]
    pub covariance: Vec<f64>,
}

impl QuantitySide {
    /// The covariance without the digits that count persons: it is a sum of products over persons, so its digits tell how many have
    /// a bit of two quantities. Standard deviations and correlations keep the steps in which `smallest` persons move them, of those
    /// who have any of a quantity (`persons`, by cell).
    pub(crate) fn coarsened(mut self, smallest: u32, persons: &[u64]) -> Self {
        if smallest <= 1 {
            return self;
        }
        let diagonal = |i: usize| self.covariance[i * (i + 1) / 2 + i];
        let spreads: Vec<f64> = (0..self.values.len()).map(|i| diagonal(i).sqrt()).collect();
        let moved = |i: usize| (f64::from(smallest) / persons[i].max(1) as f64).min(COARSEST);
        let told: Vec<f64> = spreads
            .iter()
            .enumerate()
            .map(|(i, s)| in_steps(*s, moved(i)))
            .collect();
        let mut at = 0;
        for row in 0..spreads.len() {
            for column in 0..=row {
                let own = spreads[row] * spreads[column];
                let step = (moved(row) * moved(column)).sqrt();
                let correlation = match row == column {
                    _ if own == 0.0 => 0.0,
                    true => 1.0,
                    false => (self.covariance[at] / own / step).round() * step,
                };
                self.covariance[at] = correlation * told[row] * told[column];
                at += 1;
            }
        }
        self
    }

    /// Covariance of two sums over the cells, each given by its coefficients. Cells without a coefficient do not enter,
    /// so that an undefined quantity spoils only what needs it.
    pub fn covariance_of(&self, a: &[f64], b: &[f64]) -> f64 {
        let mut sum = 0.0;
        for (i, x) in a.iter().enumerate() {
            for (j, y) in b.iter().enumerate() {
                if *x != 0.0 && *y != 0.0 {
                    let (row, column) = (i.max(j), i.min(j));
                    let place = row * (row + 1) / 2 + column;
                    sum += x * y * self.covariance.get(place).copied().unwrap_or(f64::NAN);
                }
            }
        }
        sum
    }

    /// A sum over the cells, given by its coefficients.
    pub fn sum(&self, coefficients: &[f64]) -> f64 {
        sum(coefficients, &self.values)
    }
}

/// `coefficients` x `values`, in order; what has no coefficient does not enter.
pub(crate) fn sum(coefficients: &[f64], values: &[f64]) -> f64 {
    (coefficients.iter().zip(values))
        .filter(|(coefficient, _)| **coefficient != 0.0)
        .fold(0.0, |sum, (coefficient, value)| sum + coefficient * value)
}

/// JSON has no word for not-a-number: an undefined quantity is null there.
mod undefined_as_null {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(list: &[f64], serializer: S) -> Result<S::Ok, S::Error> {
        let finite = |value: &f64| value.is_finite().then_some(*value);
        list.iter()
            .map(finite)
            .collect::<Vec<Option<f64>>>()
            .serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<f64>, D::Error> {
        let list = Vec::<Option<f64>>::deserialize(deserializer)?;
        Ok(list.into_iter().map(|v| v.unwrap_or(f64::NAN)).collect())
    }
}
