//! One row per number: the columns of `estimates`, in their fixed order.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a row's number is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// A number.
    Ok,
    /// No such number exists here; `reason` says why.
    Undefined,
    /// Not shown, to protect persons.
    Hidden,
    /// Does not apply.
    NotApplicable,
}

impl Status {
    /// As printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Undefined => "undefined",
            Self::Hidden => "hidden",
            Self::NotApplicable => "not_applicable",
        }
    }
}

/// One number and all that belongs to it. Empty text = empty cell; `None` = empty cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(
    missing_docs,
    reason = "the columns are documented in the contract of `estimates`"
)]
pub struct Row {
    pub analysis: Arc<str>,
    pub estimand: Arc<str>,
    pub outcome: Arc<str>,
    pub item: Arc<str>,
    pub subgroup: Arc<str>,
    pub level: Arc<str>,
    pub arm: Arc<str>,
    pub reference: Arc<str>,
    pub week: Option<i32>,
    pub estimate: Option<f64>,
    pub std_error: Option<f64>,
    pub conf_low: Option<f64>,
    pub conf_high: Option<f64>,
    pub band_low: Option<f64>,
    pub band_high: Option<f64>,
    pub p_value: Option<f64>,
    pub p_adjusted: Option<f64>,
    pub n: Option<u64>,
    pub n_reference: Option<u64>,
    pub events: Option<i64>,
    pub events_reference: Option<i64>,
    pub unit: Arc<str>,
    pub status: Status,
    pub reason: Arc<str>,
    pub method: Arc<str>,
    pub se_method: Arc<str>,
    pub interval_method: Arc<str>,
    pub replicates: Option<u32>,
    pub undefined_replicates: Option<u32>,
    pub mc_conf_low: Option<f64>,
    pub mc_conf_high: Option<f64>,
    pub mc_band: Option<f64>,
    pub mc_p: Option<f64>,
}

impl Row {
    /// What a number is of, apart from its week: analysis, estimand, outcome, item, subgroup, level, arm, reference.
    pub fn identity(&self) -> [&str; 8] {
        [
            &self.analysis,
            &self.estimand,
            &self.outcome,
            &self.item,
            &self.subgroup,
            &self.level,
            &self.arm,
            &self.reference,
        ]
    }

    /// A row with nothing in it.
    pub fn blank() -> Self {
        let empty: Arc<str> = Arc::from("");
        Self {
            analysis: empty.clone(),
            estimand: empty.clone(),
            outcome: empty.clone(),
            item: empty.clone(),
            subgroup: empty.clone(),
            level: empty.clone(),
            arm: empty.clone(),
            reference: empty.clone(),
            week: None,
            estimate: None,
            std_error: None,
            conf_low: None,
            conf_high: None,
            band_low: None,
            band_high: None,
            p_value: None,
            p_adjusted: None,
            n: None,
            n_reference: None,
            events: None,
            events_reference: None,
            unit: empty.clone(),
            status: Status::Ok,
            reason: empty.clone(),
            method: empty.clone(),
            se_method: empty.clone(),
            interval_method: empty,
            replicates: None,
            undefined_replicates: None,
            mc_conf_low: None,
            mc_conf_high: None,
            mc_band: None,
            mc_p: None,
        }
    }
}

/// Column names in order.
pub const COLUMNS: [&str; 33] = [
    "analysis",
    "estimand",
    "outcome",
    "item",
    "subgroup",
    "level",
    "arm",
    "reference",
    "week",
    "estimate",
    "std_error",
    "conf_low",
    "conf_high",
    "band_low",
    "band_high",
    "p_value",
    "p_adjusted",
    "n",
    "n_reference",
    "events",
    "events_reference",
    "unit",
    "status",
    "reason",
    "method",
    "se_method",
    "interval_method",
    "replicates",
    "undefined_replicates",
    "mc_conf_low",
    "mc_conf_high",
    "mc_band",
    "mc_p",
];
