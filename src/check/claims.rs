//! `claims.toml`: what a publication says, as it stands in the file. The meaning of each key is in the schema.

use super::published::{
    CountClaim, EstimateClaim, PairClaim, ProportionsClaim, SameClaim, SumClaim,
};
use super::read;
use crate::error::Result;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// A claims file.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(title = "rettevej claims", deny_unknown_fields)]
pub struct Claims {
    /// Where the claims come from.
    #[schemars(default)]
    pub source: Source,
    /// The claims, in the order of the file.
    #[schemars(rename = "claim", length(min = 1))]
    pub claims: Vec<Claim>,
    /// Line of each claim, from 1, and the name of the file.
    #[schemars(skip)]
    pub(crate) places: Vec<crate::error::Place>,
}

/// `[source]`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Title of the publication.
    pub title: Option<String>,
    /// Year of it.
    pub year: Option<i32>,
    /// Hash of the trial the numbers were made from, as in the bundle's facts; another hash is reported.
    pub trial_hash: Option<String>,
}

/// `[[claim]]`.
#[derive(Clone, Debug, JsonSchema)]
#[schemars(untagged)]
pub enum Claim {
    /// About a row of the bundle.
    Row(Box<RowClaim>),
    /// About two shares and their difference.
    TwoProportions(Box<ProportionsClaim>),
    /// About parts and their total.
    Sum(SumClaim),
    /// About a ratio or a difference.
    Pair(PairClaim),
    /// About one number that is printed in several places.
    Same(SameClaim),
    /// About a share of whole persons.
    Count(CountClaim),
    /// About an estimate, its standard error, interval and p-value.
    Estimate(Box<EstimateClaim>),
}

/// What every claim has.
pub(super) struct Head<'a> {
    pub id: &'a str,
    pub location: Option<&'a String>,
    pub text: Option<&'a String>,
}

impl Claim {
    /// Its name in reports.
    pub fn id(&self) -> &str {
        self.head().id
    }

    pub(super) fn head(&self) -> Head<'_> {
        let (id, location, text) = match self {
            Self::Row(c) => (&c.id, &c.location, &c.text),
            Self::TwoProportions(c) => (&c.id, &c.location, &c.text),
            Self::Sum(c) => (&c.id, &c.location, &c.text),
            Self::Pair(c) => (&c.id, &c.location, &c.text),
            Self::Same(c) => (&c.id, &c.location, &c.text),
            Self::Count(c) => (&c.id, &c.location, &c.text),
            Self::Estimate(c) => (&c.id, &c.location, &c.text),
        };
        Head {
            id,
            location: location.as_ref(),
            text: text.as_ref(),
        }
    }
}

/// A number of a row. The row is selected by the keys from `estimand` on.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RowClaim {
    /// Name of the claim in reports, used once.
    pub id: String,
    /// Page or table.
    #[serde(rename = "where")]
    pub location: Option<String>,
    /// As published.
    pub text: Option<String>,
    /// `row`, which may be left out.
    #[schemars(extend("const" = "row"))]
    pub kind: Option<String>,
    /// Published value, on the row's own scale (82 per cent is 0.82); true or false for `significant`.
    pub value: Value,
    /// Decimals as printed; the value may lie half a unit of the last one away.
    #[schemars(range(min = -9, max = 15))]
    pub rounded: Option<i32>,
    /// How far the value may lie away; not together with `rounded`.
    #[schemars(range(min = 0))]
    pub tolerance: Option<f64>,
    /// Monte Carlo standard error of the published value, when it was simulated.
    #[schemars(range(min = 0))]
    pub mc: Option<f64>,
    /// Estimand of the row.
    pub estimand: String,
    /// Outcome; left out: any.
    pub outcome: Option<Label>,
    /// Arm; left out: any.
    pub arm: Option<Label>,
    /// Arm compared with, empty for an arm's own row; left out: any.
    pub reference: Option<Label>,
    /// Week, or `last`; left out: last.
    pub week: Option<Week>,
    /// Destination or other item; left out: empty.
    pub item: Option<Label>,
    /// Subgroup column; left out: `all`.
    pub subgroup: Option<Label>,
    /// Level of the subgroup; left out: any.
    pub level: Option<Label>,
    /// Analysis; left out: the first.
    pub analysis: Option<Label>,
    /// A numeric column of `estimates`, or `significant`; left out: `estimate`.
    pub column: Option<String>,
}

/// A published value.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a number, true or false")]
pub enum Value {
    /// Of a numeric column.
    Number(f64),
    /// Of `significant`.
    Truth(bool),
}

/// A label of the data, as text or as a whole number.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a text or a whole number")]
pub enum Label {
    /// As text.
    Text(String),
    /// As a number.
    Number(i64),
}

impl Label {
    /// As it stands in a row.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
        }
    }
}

/// A week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged, expecting = "a week number or \"last\"")]
pub enum Week {
    /// This one.
    Number(i32),
    /// The last one that the other keys leave.
    Last(Last),
}

/// The word `last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Last {
    /// `last`
    Last,
}

impl Claims {
    /// Reads a claims file.
    ///
    /// # Errors
    /// Class `Study`, with all that is wrong in it at once.
    pub fn open(path: &Path) -> Result<Self> {
        read::open(path)
    }

    /// Reads the text of a claims file; `shown` names it in messages.
    ///
    /// # Errors
    /// As [`Claims::open`].
    pub fn parse(text: &str, shown: &str) -> Result<Self> {
        read::parse(text, shown)
    }
}

/// The JSON Schema of a claims file.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Claims).to_value()
}
