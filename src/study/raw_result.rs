//! What becomes of the numbers, as it is written: prices, what may be shown, the forms of the result.

use super::written::{At, Texts};
use schemars::JsonSchema;
use serde::Deserialize;

/// `[cost_benefit]`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCostBenefit {
    /// Price file (.toml, .csv or .xlsx), relative to the study's folder or `NAME:path`; without one the quantities are
    /// counted, and can be priced from the result.
    pub prices: Option<At<String>>,
    /// Analysis whose contrasts are priced; default: the first.
    pub analysis: Option<At<String>>,
    /// State or states of the first spell table that are weeks on benefit: the quantities are then also cut by the
    /// number of such weeks so far.
    pub benefit: Option<Texts>,
    /// Benefit weeks so far at which quantities are cut besides 5, 27 and 53, where rates of a rule of refund change.
    #[schemars(inner(range(min = 2, max = 1040)))]
    pub bands: Option<Vec<At<u32>>>,
    /// Weeks before trial week 1 whose benefit weeks count as benefit weeks so far; read from the first spell table.
    #[schemars(range(min = 1, max = 520))]
    pub look_back: Option<At<u32>>,
    /// Covariate that holds each person's benefit weeks before trial week 1, in place of `look_back`.
    pub benefit_before: Option<At<String>>,
    /// Outcome of weeks, amounts or events: benefit weeks in which a person has any of it count as active.
    pub active: Option<At<String>>,
    /// Weeks of the periods that quantities are counted by, and discounted as of; default: as short as a result can carry, and a
    /// year where small cells are hidden.
    #[schemars(range(min = 1, max = 520))]
    pub period: Option<At<u32>>,
}

/// `[disclosure]`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawDisclosure {
    /// Smallest cell that may be shown; 1 = off, for public or synthetic data.
    #[schemars(range(min = 1, max = 100_000))]
    pub min_cell: Option<At<u32>>,
    /// House whose machine the result leaves, by its key in the table of sites: what is written at the top of the result
    /// follows its endings, and `min_cell` may not be below its own. `rettevej sites` lists them.
    pub site: Option<At<String>>,
    /// A table of sites of one's own (.toml), relative to the study's folder or `NAME:path`; default: the shipped one.
    pub sites: Option<At<String>>,
    /// A file of 16 bytes or more that stays inside (.key), relative to the study's folder or `NAME:path`: hashes of the data leave keyed by it.
    pub key: Option<At<String>>,
}

/// `[report]`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawReport {
    /// Forms of the result besides `bundle.json`, `estimates.csv` and `accounting.csv`, which are always written;
    /// default: all but `md`.
    pub formats: Option<Vec<At<RawFormat>>>,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum RawFormat {
    Html,
    Md,
    Xlsx,
    Parquet,
    Svg,
    Png,
}
