//! Families stepped down over the bootstrap: the replicates of their members are kept as the passes go by.

use super::Tests;
use crate::evaluate::context::Context;
use crate::evaluate::replicates::Columns;
use crate::evaluate::table::{Part, Table};
use crate::inference::stepdown::{Draws, SimulatedP, Steps};
use crate::results::Row;
use crate::study::Multiplicity;

/// Above this share of undefined replicates there is no adjusted p.
const MOST_UNDEFINED: f64 = 0.01;

impl Context<'_> {
    /// Keeps the columns of a part that belong to members of such families; `place` tells where a value of the part stands,
    /// if it does.
    pub fn keep(
        self,
        tests: &mut Tests,
        (table, part): (&Table<'_>, &Part),
        columns: &Columns,
        place: impl Fn(usize) -> Option<usize>,
    ) {
        for (asked, kept) in tests.asked.iter().zip(&mut tests.replicates) {
            if self.multiplicity(asked) != Some(Multiplicity::RomanoWolf) {
                continue;
            }
            for (hypothesis, kept) in asked.all.iter().zip(kept) {
                let here = (
                    table.analysis,
                    table.outcome,
                    table.division.subgroup,
                    part.level,
                ) == (
                    hypothesis.analysis,
                    hypothesis.outcome,
                    hypothesis.subgroup,
                    hypothesis.level,
                );
                if !here {
                    continue;
                }
                let arms = table.division.arms;
                let mut value = 0;
                for path in &table.paths[part.paths.clone()] {
                    let is_own = path.curve.card().slug == hypothesis.curve.card().slug
                        && path.item == hypothesis.item
                        && path.contrast_rows;
                    let reported = path
                        .reported
                        .iter()
                        .position(|&tick| tick == hypothesis.tick);
                    if let (true, Some(week)) = (is_own, reported) {
                        let width = path.reported.len();
                        let before = if path.arm_rows { arms * width } else { 0 };
                        let own = value + before + (hypothesis.arm - 1) * width + week;
                        if let Some(column) = place(own) {
                            columns.gather(column, kept);
                        }
                    }
                    value += path.columns(arms);
                }
            }
        }
    }
}

/// Adjusted p of a family from the replicates of its members, given each member's row.
pub(super) fn stepped_down(
    replicates: &[Vec<f64>],
    samples: Draws,
    rows: &[Option<&Row>],
) -> Vec<Option<SimulatedP>> {
    let found: Vec<Option<(f64, f64)>> = (rows.iter().zip(replicates))
        .map(|(row, replicates)| {
            let row = (*row)?;
            let (estimate, error) = (row.estimate?, row.std_error.filter(|se| *se > 0.0)?);
            let undefined = replicates.iter().filter(|value| value.is_nan()).count() as f64;
            let many = undefined > MOST_UNDEFINED * replicates.len() as f64;
            (!many && !replicates.is_empty()).then_some((estimate, error))
        })
        .collect();
    let observed: Vec<Option<f64>> = (found.iter())
        .map(|found| found.map(|(estimate, error)| estimate.abs() / error))
        .collect();
    let steps = Steps::of(&observed);
    let mut counts = steps.start();
    let count = replicates.iter().map(Vec::len).max().unwrap_or(0);
    let deviation = |member: usize, b: usize| match found[member] {
        Some((estimate, error)) => (replicates[member][b] - estimate).abs() / error,
        None => f64::NAN,
    };
    for b in 0..count {
        steps.count(&mut counts, |member| deviation(member, b));
    }
    // The estimate is no replicate of itself: it is counted with them in either case.
    let mut adjusted = steps.adjusted(&counts, Draws::Sampled, rows.len());
    if samples == Draws::All {
        (adjusted.iter_mut().flatten()).for_each(|p| p.error = None);
    }
    adjusted
}
