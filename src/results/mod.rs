//! The rows, the bundle, their schema; reading and writing.

mod aside;
pub mod bundle;
pub(crate) mod cell;
pub mod codes;
mod contents;
pub mod csv;
pub mod parquet;
pub(crate) mod quantities;
mod release;
pub mod row;
#[cfg(test)]
pub(crate) mod sample;
pub mod support;
pub mod write;

pub use bundle::Bundle;
pub use cell::{Cell, ColumnKind, column_kind};
pub use quantities::{Quantities, QuantityCell, QuantityContrast, QuantitySide};
pub use release::MayLeave;
pub(crate) use release::Sealed;
pub use row::{Row, Status};

use crate::error::Diagnostic;
use crate::study::prices::Prices;
use crate::trial::AccountingLine;
use schemars::JsonSchema;
use std::collections::BTreeMap;

/// Everything a run found out, before disclosure control.
#[derive(Clone, Debug)]
pub struct Results {
    /// The numbers, in fixed order.
    pub rows: Vec<Row>,
    /// The accounting.
    pub accounting: Vec<AccountingLine>,
    /// Warnings and notes a reader must know.
    pub findings: Vec<Diagnostic>,
    /// Facts of the run that the report needs.
    pub facts: Facts,
    /// Exact support of the displayed curves: see [`OutcomeFacts`].
    pub outcomes: Vec<OutcomeFacts>,
    /// Quantities that prices are put on, when the study has `[cost_benefit]`.
    pub quantities: Option<Quantities>,
    /// The prices, when it names a price file.
    pub prices: Option<Prices>,
    /// Exact counts for the gate, when the study asks for a smallest cell. They end there.
    pub support: Option<support::Support>,
}

/// Whether two hashes of checked trials are of one trial. `None`: one of them stays inside, or they are of different
/// definitions (the sign before `-`; the first has none) and cannot be compared.
///
/// ```
/// use rettevej::results::same_trial;
/// assert_eq!(same_trial("2-0f1e", "2-0f1e"), Some(true));
/// assert_eq!(same_trial("2-0f1e", "2-77aa"), Some(false));
/// assert_eq!(same_trial("0f1e", "2-77aa"), None);
/// assert_eq!(same_trial("", "2-77aa"), None);
/// ```
pub fn same_trial(a: &str, b: &str) -> Option<bool> {
    let [one, other] = [a, b].map(|hash| hash.split_once('-').map(|(sign, _)| sign));
    (![a, b].contains(&"") && one == other).then_some(a == b)
}

/// Facts of the run.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize, JsonSchema)]
#[serde(default)]
pub struct Facts {
    /// Arm labels, control first.
    pub arms: Vec<String>,
    /// Persons by arm.
    pub persons: Vec<u64>,
    /// Stratum labels.
    pub strata: Vec<String>,
    /// Number of clusters, when there are clusters.
    pub clusters: Option<u64>,
    /// Keyed hash of the trial, behind the sign of its definition; empty where it stays inside.
    pub trial_hash: String,
    /// Hashes of the files that were read, by their names in the study, under the key that the study names; else they stay inside.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub inputs: BTreeMap<String, String>,
    /// Replicates drawn.
    pub replicates: u32,
    /// Seed.
    pub seed: u64,
    /// `bootstrap` or `bootstrap_rao_wu`.
    pub scheme: String,
    /// Version of the draw function.
    pub draw_version: u32,
    /// Share followed by arm and week (`[arm][week - 1]`) for the first table.
    #[serde(with = "undefined_as_null")]
    #[schemars(with = "Vec<Vec<Option<f64>>>")]
    pub followed_share: Vec<Vec<f64>>,
    /// How many persons are in each state each week, by table of spells.
    pub occupancy: Vec<Occupancy>,
    /// Permutations asked for.
    pub permutations: u32,
    /// Differences whose p-values are adjusted together, by analysis.
    pub families: Vec<FamilyFacts>,
    /// The tables that gave codes of the registers their meaning, as CSV, by table of spells.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub code_tables: BTreeMap<String, String>,
}

/// How the p-values of a family were adjusted.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, JsonSchema,
)]
#[serde(default)]
pub struct FamilyFacts {
    /// Analysis.
    pub analysis: String,
    /// `westfall_young`, `romano_wolf` or `holm`.
    pub multiplicity: String,
    /// Differences in the family.
    pub members: u64,
    /// Of these, how many have an adjusted p.
    pub adjusted: u64,
    /// Whether there are permutations, whose p Holm then adjusts.
    pub permuted: bool,
}

/// The name of several states that are told together because one of them has too few persons; reports have words for it.
pub const OTHER_STATES: &str = "other states";

/// Persons in each state of one table of spells, by arm and week: counts, so subject to disclosure control.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, JsonSchema,
)]
#[serde(default)]
pub struct Occupancy {
    /// Name of the table.
    pub table: String,
    /// States, in ascending order.
    pub states: Vec<String>,
    /// Persons in a state: `[arm][state][week - 1]`, for weeks 1 to the horizon.
    pub persons: Vec<Vec<Vec<u64>>>,
    /// Persons followed: `[arm][week - 1]`; the sum over the states.
    pub followed: Vec<Vec<u64>>,
}

/// What the report must know of an outcome.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize, JsonSchema)]
#[serde(default)]
pub struct OutcomeFacts {
    /// Key in the study.
    pub name: String,
    /// `weeks_in`, `amount`, `events`, `share_among` or `exit`.
    pub kind: String,
    /// Unit of a weekly value.
    pub unit: String,
    /// `week` or `day`.
    pub tick: String,
    /// Destinations of an exit.
    pub destinations: Vec<String>,
    /// Required level.
    pub target: Option<f64>,
    /// Whether its contrasts compare groups as randomised.
    pub randomised: bool,
}

/// JSON has no word for not-a-number: an undefined share is null there.
mod undefined_as_null {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(
        shares: &[Vec<f64>],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let finite = |share: &f64| share.is_finite().then_some(*share);
        let lists: Vec<Vec<Option<f64>>> = shares
            .iter()
            .map(|list| list.iter().map(finite).collect())
            .collect();
        lists.serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Vec<f64>>, D::Error> {
        let lists = Vec::<Vec<Option<f64>>>::deserialize(deserializer)?;
        let share = |share: Option<f64>| share.unwrap_or(f64::NAN);
        Ok(lists
            .into_iter()
            .map(|list| list.into_iter().map(share).collect())
            .collect())
    }
}
