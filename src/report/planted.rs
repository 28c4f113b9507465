//! Planted bundles for the tests of this room: no statistics, only rows with known numbers.

use super::view::{AnalysisView, FindingView, View};
use crate::results::{Facts, OutcomeFacts, Row};
use crate::study::model::{FirstWeek, IntervalKind, Labels};
use crate::units::Language;
use std::sync::Arc;

/// Owns what a [`View`] borrows.
pub(crate) struct Planted {
    pub name: String,
    pub language: Language,
    pub labels: Labels,
    pub horizon: u32,
    pub headline: String,
    pub synthetic: bool,
    pub not_cleared: bool,
    pub facts: Facts,
    pub outcomes: Vec<OutcomeFacts>,
    pub rows: Vec<Row>,
    pub findings: Vec<FindingView>,
    pub covariates: Vec<String>,
}

impl Planted {
    pub(crate) fn new(language: Language) -> Self {
        Self {
            name: "På rette vej i job".to_owned(),
            language,
            labels: Labels::default(),
            horizon: 64,
            headline: "employment".to_owned(),
            synthetic: false,
            not_cleared: false,
            facts: Facts {
                arms: vec!["kontrol".to_owned(), "deltager".to_owned()],
                persons: vec![1480, 1523],
                strata: (0..18).map(|i| format!("site {i}")).collect(),
                replicates: 1999,
                seed: 20_130_901,
                scheme: "bootstrap".to_owned(),
                followed_share: vec![vec![1.0; 64], vec![0.98; 64]],
                ..Facts::default()
            },
            outcomes: vec![outcome("employment", "weeks_in", "week")],
            rows: Vec::new(),
            findings: Vec::new(),
            covariates: Vec::new(),
        }
    }

    pub(crate) fn view(&self) -> View<'_> {
        View {
            name: &self.name,
            language: self.language,
            labels: self.labels.clone(),
            horizon: self.horizon,
            first_week: FirstWeek::Assignment,
            headline: &self.headline,
            synthetic: self.synthetic,
            synthetic_prices: false,
            priced: None,
            not_cleared: self.not_cleared,
            smallest: None,
            analyses: vec![AnalysisView {
                name: "main".to_owned(),
                confidence: 0.95,
                interval: IntervalKind::Percentile,
                covariates: self.covariates.clone(),
            }],
            facts: &self.facts,
            outcomes: &self.outcomes,
            rows: &self.rows,
            findings: self.findings.clone(),
        }
    }
}

pub(crate) fn outcome(name: &str, kind: &str, unit: &str) -> OutcomeFacts {
    OutcomeFacts {
        name: name.to_owned(),
        kind: kind.to_owned(),
        unit: unit.to_owned(),
        tick: "week".to_owned(),
        randomised: kind != "share_among",
        ..OutcomeFacts::default()
    }
}

/// A contrast of `deltager` with `kontrol` in the analysis `main`.
pub(crate) fn contrast(estimand: &str, outcome: &str, week: i32, numbers: [f64; 4]) -> Row {
    let [estimate, low, high, p] = numbers;
    Row {
        estimand: Arc::from(estimand),
        outcome: Arc::from(outcome),
        arm: Arc::from("deltager"),
        reference: Arc::from("kontrol"),
        estimate: Some(estimate),
        conf_low: Some(low),
        conf_high: Some(high),
        p_value: Some(p),
        ..blank(week)
    }
}

/// An empty row of everybody in the analysis `main`.
pub(crate) fn blank(week: i32) -> Row {
    Row {
        analysis: Arc::from("main"),
        subgroup: Arc::from("all"),
        week: Some(week),
        replicates: Some(1999),
        undefined_replicates: Some(0),
        ..Row::blank()
    }
}
