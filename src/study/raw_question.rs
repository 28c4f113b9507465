//! `[estimation]`, `[[analysis]]` and `[resampling]` as they are written.

pub(super) use super::raw_randomisation::*;

use super::written::{At, Label, Texts, Weeks};
use super::written_or::TextOr;
use schemars::JsonSchema;
use serde::Deserialize;

/// `[estimation]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEstimation {
    /// Adjustment of contrasts.
    pub adjustment: Option<At<RawAdjustment>>,
    /// Standard errors of contrasts adjusted by regression; over clusters they are CR2.
    pub standard_errors: Option<At<RawStandardErrors>>,
    /// Confidence level, for instance 0.95.
    #[schemars(range(min = 0.5, max = 0.9999))]
    pub confidence: Option<At<f64>>,
    /// Kind of interval.
    pub interval: Option<At<RawInterval>>,
    /// How the p-values of a family are adjusted together.
    pub multiplicity: Option<At<RawMultiplicity>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawMultiplicity {
    WestfallYoung,
    RomanoWolf,
    Holm,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawAdjustment {
    None,
    Strata,
    Weights,
    Ancova,
    Lin,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawStandardErrors {
    Hc0,
    Hc1,
    Hc2,
    Hc3,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawInterval {
    Normal,
    Percentile,
    Basic,
    Bca,
    Studentized,
}

/// `[[analysis]]`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawAnalysis {
    /// Name of the analysis.
    #[schemars(required)]
    pub name: Option<At<String>>,
    /// Outcomes; default: all.
    pub outcomes: Option<Texts>,
    /// Estimands; default: the standard list of each outcome's kind.
    pub estimands: Option<Texts>,
    /// Adjustment of contrasts.
    pub adjustment: Option<At<RawAdjustment>>,
    /// Standard errors of contrasts adjusted by regression; over clusters they are CR2.
    pub standard_errors: Option<At<RawStandardErrors>>,
    /// Subgroup columns; default: those of `[persons]`.
    pub subgroups: Option<Texts>,
    /// Weeks to report; default: all.
    pub weeks: Option<Vec<At<i64>>>,
    /// Kind of interval.
    pub interval: Option<At<RawInterval>>,
    /// Confidence level.
    #[schemars(range(min = 0.5, max = 0.9999))]
    pub confidence: Option<At<f64>>,
    /// Covariates that are numbers, each in an interaction with the treatment: how the effect changes with it.
    pub moderators: Option<Texts>,
    /// Differences that are tested together: their p-values are adjusted for how many they are.
    pub family: Option<Vec<RawMember>>,
    /// How the p-values of the family are adjusted.
    pub multiplicity: Option<At<RawMultiplicity>>,
    /// What was offered by lot and could be taken up: an outcome, or a table that says more. Effects per unit of it are then
    /// reported as well.
    pub take_up: Option<At<TextOr<RawTakeUp>>>,
}

/// What was taken up, when the name of the outcome is not enough.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawTakeUp {
    /// Outcome.
    #[schemars(required)]
    pub outcome: Option<String>,
    /// `ever` (the default): whether taken up at all so far; `amount`: how much so far.
    pub measure: Option<RawMeasure>,
    /// Outcome of another source for the same, to be held against it.
    pub also: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawMeasure {
    Ever,
    Amount,
}

/// One or more members of a family.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMember {
    /// Outcome.
    #[schemars(required)]
    pub outcome: Option<At<String>>,
    /// Difference; default: the main one of the outcome's kind.
    pub estimand: Option<At<String>>,
    /// `last` (the default), a week, or a list of weeks.
    pub week: Option<Weeks>,
    /// `all` (the default), or a subgroup column: each of its levels is a member.
    pub subgroup: Option<At<String>>,
    /// Destination of an exit; default: any exit.
    pub item: Option<At<Label>>,
    /// Treatment arm; default: each of them.
    pub arm: Option<At<Label>>,
}

/// `[resampling]`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawResampling {
    /// How a replicate is drawn.
    pub scheme: Option<At<RawScheme>>,
    /// Number of replicates; 0 switches resampling off.
    #[schemars(range(max = 1_000_000))]
    pub replicates: Option<At<u32>>,
    /// Number of permutations of the arms for the permutation tests; 0, the default, makes none.
    #[schemars(range(max = 1_000_000))]
    pub permutations: Option<At<u32>>,
    /// Seed.
    #[schemars(range(max = 9_007_199_254_740_991_i64))]
    pub seed: Option<At<u64>>,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawScheme {
    Bootstrap,
    Bayesian,
}
