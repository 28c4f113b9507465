//! What the rows of one table and level have in common.

use super::context::Context;
use super::regression::Regression;
use super::table::Table;
use crate::results::Row;
use crate::study::{IntervalKind, Outcome, OutcomeKind};
use std::sync::Arc;

/// Labels shared by the rows of one level of a table.
pub(super) struct Labels {
    analysis: Arc<str>,
    outcome: Arc<str>,
    subgroup: Arc<str>,
    level: Arc<str>,
    pub arms: Vec<Arc<str>>,
    pub se_method: Arc<str>,
    /// Of differences by regression.
    pub se_regression: Arc<str>,
    pub interval_method: Arc<str>,
    /// A row with nothing in it, whose empty texts all rows share.
    blank: Row,
}

impl Labels {
    pub fn new(context: &Context<'_>, table: &Table<'_>, level: usize) -> Self {
        let place = (
            table.analysis,
            table.outcome,
            table.division.subgroup,
            level,
        );
        let regression = table.regression.as_ref().map(Regression::se_method);
        Self {
            se_regression: regression.unwrap_or_default().into(),
            ..Self::at(context, place)
        }
    }

    /// Of an analysis, an outcome, a subgroup column and a level.
    pub fn at(
        context: &Context<'_>,
        (analysis, outcome, subgroup, level): (usize, usize, Option<usize>, usize),
    ) -> Self {
        let analysis = &context.study.analyses[analysis];
        let (subgroup, level) = match subgroup {
            None => ("all".into(), "".into()),
            Some(column) => {
                let subgroup = &context.trial.subgroups[column];
                (
                    subgroup.column.as_str().into(),
                    subgroup.levels[level].as_str().into(),
                )
            }
        };
        let draw = if context.classes.clustered {
            "clusters"
        } else {
            "persons"
        };
        Self {
            analysis: analysis.name.as_str().into(),
            outcome: context.study.outcomes[outcome].name.as_str().into(),
            subgroup,
            level,
            arms: context
                .trial
                .arms
                .iter()
                .map(|arm| arm.as_str().into())
                .collect(),
            se_method: format!("linearisation over {draw}").into(),
            se_regression: "".into(),
            interval_method: match analysis.interval {
                IntervalKind::Normal => "normal".into(),
                kind => format!("{} {}", kind.name(), context.scheme.method(draw)).into(),
            },
            blank: Row::blank(),
        }
    }

    /// Why nothing can be said of arms with nobody at the level.
    pub fn nobody_in(&self, arms: &[usize]) -> Option<String> {
        let words: Vec<&str> = arms.iter().map(|&arm| &*self.arms[arm]).collect();
        (!words.is_empty()).then(|| format!("nobody here in {}", words.join(", ")))
    }

    pub fn row(&self, estimand: &Arc<str>, item: &Arc<str>, unit: &Arc<str>) -> Row {
        Row {
            analysis: self.analysis.clone(),
            estimand: estimand.clone(),
            outcome: self.outcome.clone(),
            item: item.clone(),
            subgroup: self.subgroup.clone(),
            level: self.level.clone(),
            unit: unit.clone(),
            ..self.blank.clone()
        }
    }
}

/// Unit of a weekly value.
pub(super) fn weekly_unit(outcome: &Outcome) -> String {
    match (&outcome.unit, &outcome.kind) {
        (Some(unit), _) => unit.clone(),
        (
            None,
            OutcomeKind::WeeksIn { .. } | OutcomeKind::Lasting { .. } | OutcomeKind::Exit { .. },
        ) => "weeks".to_owned(),
        (None, OutcomeKind::Inflow { .. }) => "cases".to_owned(),
        (None, OutcomeKind::Events { .. }) => "events".to_owned(),
        (None, OutcomeKind::Amount { .. }) => "units".to_owned(),
        (None, OutcomeKind::ShareAmong { .. }) => "share".to_owned(),
    }
}
