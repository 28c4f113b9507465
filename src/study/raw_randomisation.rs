//! `[randomisation]` as it is written.

use super::written::{At, Named};
use schemars::JsonSchema;
use serde::Deserialize;

/// `[randomisation]`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRandomisation {
    /// How the units of a block get their arms: exact numbers of each (`complete`), or each by itself (`simple`). Blocks
    /// are the strata of `[persons]`, units its clusters, or the persons.
    pub method: Option<At<RawMethod>>,
    /// The published seed: `randomize` draws with it, `validate` replays the draw.
    #[schemars(range(max = 9_007_199_254_740_991_i64))]
    pub seed: Option<At<u64>>,
    /// Whole numbers by arm, in proportion to which units are assigned, such as 1 and 2; default: 1 each.
    pub ratio: Option<Named<At<RawPart>>>,
    /// Probability of each arm instead of `ratio`: up to nine decimals that add up to 1.
    pub probabilities: Option<Named<At<RawProbability>>>,
    /// Number of units of each arm in a block instead of `ratio`.
    pub counts: Option<Named<At<RawPart>>>,
    /// Strata with shares of their own, by their label.
    pub strata: Option<Named<RawShares>>,
}

/// `[randomisation.strata.LABEL]`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawShares {
    /// Whole numbers by arm, in proportion to which units are assigned.
    pub ratio: Option<Named<At<RawPart>>>,
    /// Probability of each arm: up to nine decimals that add up to 1.
    pub probabilities: Option<Named<At<RawProbability>>>,
    /// Number of units of each arm.
    pub counts: Option<Named<At<RawPart>>>,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawMethod {
    Simple,
    Complete,
}

/// A whole number of units.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub(super) struct RawPart(#[schemars(range(max = 10_000_000))] pub u32);

/// A probability.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub(super) struct RawProbability(#[schemars(range(min = 0.0, max = 1.0))] pub f64);
