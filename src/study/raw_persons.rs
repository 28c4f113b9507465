//! `[persons]` as it is written.

use super::written::{At, Label, Texts};
use super::written_or::TextOr;
use schemars::JsonSchema;
use serde::Deserialize;

/// `[persons]`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPersons {
    /// Data file, relative to the study's folder or `NAME:path`.
    #[schemars(required)]
    pub file: Option<At<String>>,
    /// Column of the person's identifier.
    #[schemars(required)]
    pub id: Option<At<String>>,
    /// Column of the arm.
    #[schemars(required)]
    pub arm: Option<At<String>>,
    /// Column of the date or ISO week of assignment; leave out when all weeks are trial weeks.
    pub assigned: Option<At<String>>,
    /// Column or columns that together are the blocks of the randomisation.
    pub strata: Option<Texts>,
    /// Column of the randomised unit, when it is not the person.
    pub cluster: Option<At<String>>,
    /// Column of the last followed week, in the unit of the first spell table.
    pub followed_until: Option<At<String>>,
    /// Column or columns of subgroups.
    pub subgroups: Option<Texts>,
    /// What was known of each person before the draw, for adjustment and balance: columns, or tables that say more.
    pub covariates: Option<Vec<At<TextOr<RawCovariate>>>>,
}

/// A covariate when the name of its column is not enough.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCovariate {
    /// Column of the persons file.
    pub column: Option<String>,
    /// What its values are; default: numbers when all of them are, else levels of a factor.
    pub kind: Option<RawCovariateKind>,
    /// Level of a factor the others are compared with; default: the first.
    pub reference: Option<Label>,
    /// Instead of a column: weeks in the states of this outcome before trial week 1.
    pub outcome: Option<String>,
    /// In so many weeks before trial week 1.
    #[schemars(range(min = 1, max = 520))]
    pub weeks: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawCovariateKind {
    Number,
    Factor,
}
