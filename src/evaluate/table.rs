//! One table of totals with everything that is read off it: an outcome, a division, the curves asked for; and the one
//! path from a draw to numbers that the observed sample and every replicate share.

use super::division::{Division, merge};
use super::errors::{Drawn, ErrorScratch, Errors};
use crate::estimand::{Curve, GroupTotals, Item, Test};
use crate::panel::Shape;
use crate::resample::Draw;
use crate::study::Adjustment;
use crate::totals::Contributions;

/// One curve of one item, with the ticks that are reported.
#[derive(Clone)]
pub(super) struct Path {
    /// The curve.
    pub curve: &'static dyn Curve,
    /// The item.
    pub item: Item,
    /// Tick labels of the whole curve.
    pub ticks: Vec<i32>,
    /// Indices into `ticks` that are reported.
    pub reported: Vec<usize>,
    /// Whether arm rows are asked for.
    pub arm_rows: bool,
    /// Whether contrast rows are asked for.
    pub contrast_rows: bool,
}

impl Path {
    /// Columns of one level: each arm's reported ticks, then each contrast's.
    pub fn columns(&self, arms: usize) -> usize {
        let series =
            if self.arm_rows { arms } else { 0 } + if self.contrast_rows { arms - 1 } else { 0 };
        series * self.reported.len()
    }
}

/// A table.
pub(super) struct Table<'a> {
    /// Index into the study's analyses.
    pub analysis: usize,
    /// Index into the study's outcomes.
    pub outcome: usize,
    /// Shape.
    pub shape: &'a Shape,
    /// Adjustment.
    pub adjustment: Adjustment,
    /// Division.
    pub division: Division,
    /// What units add.
    pub contributions: Contributions,
    /// Curves.
    pub paths: Vec<Path>,
    /// Tests.
    pub tests: Vec<(&'static dyn Test, Item)>,
    /// Standard errors of replicates, for studentized intervals.
    pub errors: Option<Errors<'a>>,
}

/// Which draw is evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sample {
    /// The observed one: every person counts once.
    Observed,
    /// A replicate: picks count what the division says.
    Replicate,
}

/// Buffers of one thread.
#[derive(Default)]
pub(super) struct Scratch {
    totals: Vec<i64>,
    groups: Vec<Vec<f64>>,
    values: Vec<Vec<f64>>,
    sums: Vec<Vec<f64>>,
    side: Vec<f64>,
    other: Vec<f64>,
    errors: ErrorScratch,
}

/// Some paths of some levels of a table: what one pass evaluates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Index of the table.
    pub table: usize,
    /// Level.
    pub level: usize,
    /// Indices of paths.
    pub paths: std::ops::Range<usize>,
}

impl Table<'_> {
    /// Totals of a draw.
    pub fn total(&self, draw: &Draw, scratch: &mut Scratch) {
        scratch.totals.resize(self.contributions.len(), 0);
        self.contributions
            .total(self.shape, draw, &mut scratch.totals);
        if let Some(errors) = &self.errors {
            errors.total(draw, &mut scratch.errors);
        }
    }

    /// Writes a replicate's columns: the values, and their standard errors after them where the table has any.
    pub fn replicate(&self, part: &Part, draw: &Draw, scratch: &mut Scratch, out: &mut [f64]) {
        let (values, standard) = out.split_at_mut(self.values(part));
        self.evaluate(part, Sample::Replicate, scratch, values);
        if let Some(errors) = &self.errors {
            let mut own = std::mem::take(&mut scratch.errors);
            let totals = &scratch.totals;
            errors.write((self, part), Drawn { draw, totals }, &mut own, standard);
            scratch.errors = own;
        }
    }

    /// Totals of some cells as they stand in the scratch.
    pub fn group(&self, scratch: &Scratch, sample: Sample, cells: &[usize]) -> Vec<f64> {
        let mut out = vec![0.0; self.shape.slots()];
        self.merge_into(&scratch.totals, sample, cells, &mut out);
        out
    }

    fn merge_into(&self, totals: &[i64], sample: Sample, cells: &[usize], out: &mut [f64]) {
        let rescaled = sample == Sample::Replicate && self.division.rescaled;
        let weights = rescaled.then_some(&*self.division.cells);
        merge(totals, cells, weights, out);
    }

    /// Number of columns of a part: its values, and as many standard errors where the table has them.
    pub fn columns(&self, part: &Part) -> usize {
        self.values(part) * if self.errors.is_some() { 2 } else { 1 }
    }

    /// Number of values of a part.
    pub fn values(&self, part: &Part) -> usize {
        self.paths[part.paths.clone()]
            .iter()
            .map(|path| path.columns(self.division.arms))
            .sum()
    }

    /// Writes the values of a part from the totals in the scratch: path by path, arms then contrasts, by tick.
    pub fn evaluate(&self, part: &Part, sample: Sample, scratch: &mut Scratch, out: &mut [f64]) {
        let (arms, stride) = (self.division.arms, self.shape.slots());
        let paths = &self.paths[part.paths.clone()];
        scratch.groups.resize_with(arms, Vec::new);
        for arm in 0..arms {
            let mut group = std::mem::take(&mut scratch.groups[arm]);
            group.resize(stride, 0.0);
            let cells = self.division.arm_cells(part.level, arm);
            self.merge_into(&scratch.totals, sample, cells, &mut group);
            scratch.groups[arm] = group;
        }
        scratch.values.resize_with(arms, Vec::new);
        let adjusted =
            (self.adjustment == Adjustment::Strata).then(|| self.adjusted(part, sample, scratch));
        let mut column = 0;
        for (p, path) in paths.iter().enumerate() {
            for arm in 0..arms {
                let values = &mut scratch.values[arm];
                values.resize(path.ticks.len(), 0.0);
                let group = GroupTotals {
                    shape: self.shape,
                    values: &scratch.groups[arm],
                };
                path.curve.evaluate(group, path.item, values);
            }
            if path.arm_rows {
                for values in &scratch.values[..arms] {
                    for &tick in &path.reported {
                        out[column] = values[tick];
                        column += 1;
                    }
                }
            }
            if path.contrast_rows {
                for arm in 1..arms {
                    for &tick in &path.reported {
                        out[column] = match &adjusted {
                            Some(sums) => sums[p * (arms - 1) + arm - 1][tick],
                            None => scratch.values[arm][tick] - scratch.values[0][tick],
                        };
                        column += 1;
                    }
                }
            }
        }
    }

    /// Weighted sums of differences within strata: `[path x contrast]`.
    fn adjusted(&self, part: &Part, sample: Sample, scratch: &mut Scratch) -> Vec<Vec<f64>> {
        let arms = self.division.arms;
        let paths = &self.paths[part.paths.clone()];
        let mut sums: Vec<Vec<f64>> = std::mem::take(&mut scratch.sums);
        sums.resize_with(paths.len() * (arms - 1), Vec::new);
        let longest = paths.iter().map(|path| path.ticks.len()).max().unwrap_or(0);
        scratch.side.resize(longest, 0.0);
        scratch.other.resize(longest, 0.0);
        let mut treated = vec![0.0; self.shape.slots()];
        let mut control = vec![0.0; self.shape.slots()];
        for arm in 1..arms {
            let contrast = &self.division.contrasts[part.level][arm - 1];
            for (p, path) in paths.iter().enumerate() {
                let sum = &mut sums[p * (arms - 1) + arm - 1];
                sum.clear();
                let empty = if contrast.groups.is_empty() {
                    f64::NAN
                } else {
                    0.0
                };
                sum.resize(path.ticks.len(), empty);
            }
            for group in &contrast.groups {
                self.merge_into(&scratch.totals, sample, &group.treated, &mut treated);
                self.merge_into(&scratch.totals, sample, &group.control, &mut control);
                for (p, path) in paths.iter().enumerate() {
                    if !path.contrast_rows {
                        continue;
                    }
                    let ticks = path.ticks.len();
                    let (side, other) = (&mut scratch.side[..ticks], &mut scratch.other[..ticks]);
                    let shape = self.shape;
                    let totals = |values| GroupTotals { shape, values };
                    path.curve.evaluate(totals(&treated), path.item, side);
                    path.curve.evaluate(totals(&control), path.item, other);
                    let sum = &mut sums[p * (arms - 1) + arm - 1];
                    for ((sum, t), c) in sum.iter_mut().zip(&*side).zip(&*other) {
                        *sum += group.weight * (t - c);
                    }
                }
            }
        }
        sums
    }
}
