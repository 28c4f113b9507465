//! Claims about published numbers alone, as they stand in a claims file: no result is needed. The meaning of each key is
//! in the schema. Unless `rounded` says otherwise, a number is rounded to the decimals it is written with.

use super::printed::Printed;
use schemars::JsonSchema;
use serde::Deserialize;

/// Whether two shares differ significantly.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProportionsClaim {
    /// Name of the claim in reports, used once.
    pub id: String,
    /// Page or table.
    #[serde(rename = "where")]
    pub location: Option<String>,
    /// As published.
    pub text: Option<String>,
    /// `two_proportions`.
    #[schemars(extend("const" = "two_proportions"))]
    pub kind: String,
    /// Share in the first group.
    #[schemars(with = "f64", range(min = 0, max = 1))]
    pub p1: Printed,
    /// Share in the second group.
    #[schemars(with = "f64", range(min = 0, max = 1))]
    pub p2: Printed,
    /// Persons in both groups together, when the split is not published: every split within `split` is tried.
    pub n: Option<u32>,
    /// Persons in the first group.
    pub n1: Option<u32>,
    /// Persons in the second group.
    pub n2: Option<u32>,
    /// Smallest and largest share of the persons in the first group; left out: 0.3 and 0.7.
    pub split: Option<[f64; 2]>,
    /// Whether the publication calls the difference significant.
    pub significant: Option<bool>,
    /// Level of confidence of the published test; left out: 0.95.
    pub confidence: Option<f64>,
    /// The published p-value.
    #[schemars(with = "Option<f64>", range(min = 0, max = 1))]
    pub p_value: Option<Printed>,
    /// The published bound of the p-value: 0.001 of "p < 0.001".
    pub p_below: Option<f64>,
    /// The test; left out: `pooled` or `yates`, whichever agrees.
    pub test: Option<Test>,
    /// Decimals of the shares as printed; left out: as written.
    #[schemars(range(min = -9, max = 9))]
    pub rounded: Option<i32>,
}

/// A test of two shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Test {
    /// The z test with the pooled share: the chi-square test without continuity correction.
    Pooled,
    /// The chi-square test with Yates' correction.
    Yates,
    /// Fisher's exact test, two-sided; needs n1 and n2.
    Fisher,
}

/// Whether parts add up to a total.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SumClaim {
    /// Name of the claim in reports, used once.
    pub id: String,
    /// Page or table.
    #[serde(rename = "where")]
    pub location: Option<String>,
    /// As published.
    pub text: Option<String>,
    /// `sum`.
    #[schemars(extend("const" = "sum"))]
    pub kind: String,
    /// The parts.
    #[schemars(with = "Vec<f64>", length(min = 2))]
    pub parts: Vec<Printed>,
    /// The total.
    #[schemars(with = "f64")]
    pub total: Printed,
    /// Which of `parts` and `total` are not rounded: counts, or the 100 of per cents.
    pub exact: Option<Vec<String>>,
    /// Decimals as printed; left out: as written.
    #[schemars(range(min = -9, max = 9))]
    pub rounded: Option<i32>,
}

/// Whether a ratio or a difference is that of two published numbers.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PairClaim {
    /// Name of the claim in reports, used once.
    pub id: String,
    /// Page or table.
    #[serde(rename = "where")]
    pub location: Option<String>,
    /// As published.
    pub text: Option<String>,
    /// `ratio` (first divided by second) or `difference` (first less second).
    #[schemars(extend("enum" = ["ratio", "difference"]))]
    pub kind: String,
    /// The first number.
    #[schemars(with = "f64")]
    pub first: Printed,
    /// The second number.
    #[schemars(with = "f64")]
    pub second: Printed,
    /// The published ratio or difference.
    #[schemars(with = "f64")]
    pub value: Printed,
    /// Which of `first`, `second` and `value` are not rounded.
    pub exact: Option<Vec<String>>,
    /// Decimals as printed; left out: as written.
    #[schemars(range(min = -9, max = 9))]
    pub rounded: Option<i32>,
}

/// Whether one number is printed as the same number everywhere.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SameClaim {
    /// Name of the claim in reports, used once.
    pub id: String,
    /// Pages or tables.
    #[serde(rename = "where")]
    pub location: Option<String>,
    /// As published.
    pub text: Option<String>,
    /// `same`.
    #[schemars(extend("const" = "same"))]
    pub kind: String,
    /// The number, as printed in each place.
    #[schemars(with = "Vec<f64>", length(min = 2))]
    pub values: Vec<Printed>,
    /// Decimals as printed; left out: as written.
    #[schemars(range(min = -9, max = 9))]
    pub rounded: Option<i32>,
}

/// Whether some whole number of persons gives a printed share (or of points a mean).
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CountClaim {
    /// Name of the claim in reports, used once.
    pub id: String,
    /// Page or table.
    #[serde(rename = "where")]
    pub location: Option<String>,
    /// As published.
    pub text: Option<String>,
    /// `count`.
    #[schemars(extend("const" = "count"))]
    pub kind: String,
    /// The share, or a mean of whole numbers.
    #[schemars(with = "f64")]
    pub share: Printed,
    /// Persons it is a share of.
    #[schemars(range(min = 1))]
    pub n: u32,
    /// Whole numbers each person gives, for a mean of sums or scales of several questions; left out: 1.
    #[schemars(range(min = 1))]
    pub items: Option<u32>,
    /// The published count, when there is one.
    pub count: Option<u32>,
    /// Decimals of the share as printed; left out: as written.
    #[schemars(range(min = -9, max = 9))]
    pub rounded: Option<i32>,
}

/// Whether an estimate, its standard error, its interval and its p-value agree with each other.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EstimateClaim {
    /// Name of the claim in reports, used once.
    pub id: String,
    /// Page or table.
    #[serde(rename = "where")]
    pub location: Option<String>,
    /// As published.
    pub text: Option<String>,
    /// `estimate`.
    #[schemars(extend("const" = "estimate"))]
    pub kind: String,
    /// The estimate.
    #[schemars(with = "f64")]
    pub estimate: Printed,
    /// Its standard error (of its logarithm with scale = "log").
    #[schemars(with = "Option<f64>")]
    pub std_error: Option<Printed>,
    /// Lower limit of its interval.
    #[schemars(with = "Option<f64>")]
    pub conf_low: Option<Printed>,
    /// Upper limit of its interval.
    #[schemars(with = "Option<f64>")]
    pub conf_high: Option<Printed>,
    /// The published p-value, two-sided.
    #[schemars(with = "Option<f64>", range(min = 0, max = 1))]
    pub p_value: Option<Printed>,
    /// The published bound of the p-value: 0.001 of "p < 0.001".
    pub p_below: Option<f64>,
    /// Whether the publication calls it significant.
    pub significant: Option<bool>,
    /// Level of confidence of interval and test; left out: 0.95.
    pub confidence: Option<f64>,
    /// Degrees of freedom of the t distribution; left out: the normal distribution.
    pub freedom: Option<f64>,
    /// `log` for ratios, whose intervals are symmetric in the logarithm and whose test is of 1; left out: `plain`.
    pub scale: Option<EstimateScale>,
    /// False for an interval that need not lie around the estimate (percentile, bca, exact); left out: true.
    pub symmetric: Option<bool>,
    /// Decimals as printed; left out: as written.
    #[schemars(range(min = -9, max = 9))]
    pub rounded: Option<i32>,
}

/// Where an interval is symmetric.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EstimateScale {
    /// As printed.
    #[default]
    Plain,
    /// In the logarithm.
    Log,
}
