//! Finding the rows of a curve, and laying them out by week.

use crate::report::view::{AnalysisView, View};
use crate::results::{OutcomeFacts, Row, Status};
use std::collections::BTreeMap;

/// The weekly rows of everybody by analysis, outcome, estimand, arm and item.
pub(super) type Index<'a> = BTreeMap<String, Vec<&'a Row>>;

/// Joined with a mark that no label holds.
pub(super) fn key(parts: [&str; 5]) -> String {
    parts.join("\u{1F}")
}

pub(super) fn index<'a>(view: &View<'a>) -> Index<'a> {
    let mut index: Index<'a> = BTreeMap::new();
    for row in view.rows {
        if &*row.subgroup == "all" && row.week.is_some() {
            let key = key([
                &row.analysis,
                &row.outcome,
                &row.estimand,
                &row.arm,
                &row.item,
            ]);
            index.entry(key).or_default().push(row);
        }
    }
    index
}

/// The first analysis that reports the most weeks of an outcome: an analysis of a few chosen weeks makes no curve.
pub(super) fn analysis_of<'v>(
    view: &'v View<'_>,
    index: &Index<'_>,
    outcome: &OutcomeFacts,
) -> Option<&'v AnalysisView> {
    let mut best: Option<(usize, &AnalysisView)> = None;
    for analysis in &view.analyses {
        let start = format!("{}\u{1F}{}\u{1F}", analysis.name, outcome.name);
        let held = index.iter().filter(|(key, _)| key.starts_with(&start));
        let weeks = held.map(|(_, rows)| rows.len()).max().unwrap_or(0);
        if weeks > best.map_or(0, |(most, _)| most) {
            best = Some((weeks, analysis));
        }
    }
    best.map(|(_, analysis)| analysis)
}

/// Values by week from 0 to the horizon; what is undefined or hidden is a gap.
pub(super) fn points(rows: &[&Row], horizon: u32, start: Option<f64>) -> Vec<Option<f64>> {
    let mut points = lay(rows, horizon, |row| row.estimate.filter(|v| v.is_finite()));
    // Durations have a row at 0; weekly spells start at 1.
    points[0] = points[0].or(start);
    points
}

/// Limits by week from 0 to the horizon.
pub(super) fn limits(
    rows: &[&Row],
    horizon: u32,
    pick: impl Fn(&Row) -> Option<(f64, f64)>,
) -> Vec<Option<(f64, f64)>> {
    lay(rows, horizon, |row| {
        pick(row).filter(|(low, high)| low.is_finite() && high.is_finite())
    })
}

fn lay<T: Copy>(rows: &[&Row], horizon: u32, pick: impl Fn(&Row) -> Option<T>) -> Vec<Option<T>> {
    let mut slots = vec![None; horizon as usize + 1];
    for row in rows {
        let week = row.week.and_then(|week| usize::try_from(week).ok());
        if let Some(slot) = week.and_then(|week| slots.get_mut(week)) {
            *slot = pick(row).filter(|_| row.status == Status::Ok);
        }
    }
    slots
}
