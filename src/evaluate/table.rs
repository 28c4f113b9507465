//! One table of totals with everything that is read off it: an outcome, a division, the curves asked for; and the one
//! path from a draw to numbers that the observed sample and every replicate share.
//!
//! Draws go through it side by side, up to [`LANES`](crate::totals::LANES) in a tile; the observed sample is a tile of
//! one.

use super::division::Division;
use super::errors::{Drawn, ErrorScratch, Errors};
use super::regression::{Regression, Room};
use super::tally::{Tallied, Tally};
use crate::estimand::{Curve, Estimand, Item, Product, Weekly};
use crate::panel::Shape;
use crate::resample::Draw;
use crate::study::{Adjustment, Study};
use crate::trial::Trial;

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
    /// What makes the differences, where it is a regression.
    pub regression: Option<Regression>,
    /// Division.
    pub division: Division,
    /// What units add.
    pub tally: Tally<'a>,
    /// Curves.
    pub paths: Vec<Path>,
    /// Tests and models.
    pub tests: Vec<(Estimand, Item)>,
    /// Standard errors of replicates, for studentized intervals.
    pub errors: Option<Errors<'a>>,
}

/// Buffers of one thread.
#[derive(Default)]
pub(super) struct Scratch {
    tallied: Tallied,
    groups: Vec<Vec<f64>>,
    products: Vec<Product>,
    values: Vec<Vec<f64>>,
    sums: Vec<Vec<f64>>,
    regressed: Room,
    sides: [Vec<f64>; 2],
    curves: [Vec<f64>; 2],
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
    /// How its totals are added up.
    pub fn note(&self, study: &Study, trial: &Trial) -> String {
        let by = self.division.subgroup;
        let who = by.map_or("all", |column| trial.subgroups[column].column.as_str());
        format!(
            "{}, {}, {who}: {}{}",
            study.analyses[self.analysis].name,
            study.outcomes[self.outcome].name,
            self.tally.note(),
            (self.errors.as_ref())
                .map_or_else(String::new, |errors| format!("; {}", errors.note()))
                + &(self.regression.as_ref()).map_or_else(String::new, |made| {
                    let drawn = match self.errors {
                        Some(_) => {
                            ", in every replicate with its own standard errors, which is slow"
                        }
                        None => "",
                    };
                    format!("; regression, {}{drawn}", made.note())
                }),
        )
    }

    /// Totals of a tile of draws.
    pub fn total(&self, draws: &[Draw], scratch: &mut Scratch) {
        (self.tally).total(&self.division, draws, &mut scratch.tallied);
        if let Some(regression) = &self.regression {
            let tallied = &scratch.tallied;
            let worth = |cell: usize, lane: usize| tallied.worth(cell, lane);
            regression.total(draws, worth, &mut scratch.regressed);
        }
    }

    /// Totals of some cells as they stand in the scratch, which holds one draw.
    pub fn group(&self, scratch: &Scratch, cells: &[usize]) -> Vec<f64> {
        let mut out = vec![0.0; self.shape.slots()];
        scratch.tallied.merge(cells, &mut out);
        out
    }

    /// Totals of a tile of replicates, with what their standard errors need.
    pub fn total_replicates(&self, draws: &[Draw], scratch: &mut Scratch) {
        self.total(draws, scratch);
        if let Some(errors) = &self.errors {
            errors.total(draws, &mut scratch.errors);
        }
    }

    /// Writes the columns of a part for a tile of replicates: the values, and their standard errors after them where the
    /// table has any.
    pub fn replicates(&self, part: &Part, draws: &[Draw], scratch: &mut Scratch, out: &mut [f64]) {
        let (values, standard) = out.split_at_mut(self.values(part) * draws.len());
        self.evaluate(part, scratch, values);
        if let Some(errors) = &self.errors {
            let mut own = std::mem::take(&mut scratch.errors);
            let drawn = Drawn {
                draws,
                tallied: &scratch.tallied,
            };
            errors.write((self, part), drawn, &mut own, standard);
            scratch.errors = own;
        }
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

    /// Writes the values of a part from the totals in the scratch: path by path, arms then contrasts, by tick, the
    /// draws of the tile side by side in each column.
    pub fn evaluate(&self, part: &Part, scratch: &mut Scratch, out: &mut [f64]) {
        let (arms, lanes) = (self.division.arms, scratch.tallied.lanes());
        let size = self.shape.slots() * lanes;
        let paths = &self.paths[part.paths.clone()];
        scratch.groups.resize_with(arms, Vec::new);
        scratch.products.resize_with(arms.max(2), Product::default);
        scratch.values.resize_with(arms, Vec::new);
        let adjusted = (self.adjustment != Adjustment::None).then(|| {
            let mut sums = std::mem::take(&mut scratch.sums);
            match &self.regression {
                Some(regression) => self.regressed(part, regression, scratch, &mut sums),
                None => self.adjusted(part, scratch, &mut sums),
            }
            sums
        });
        for (arm, group) in scratch.groups.iter_mut().enumerate() {
            group.resize(size, 0.0);
            let cells = self.division.arm_cells(part.level, arm);
            scratch.tallied.merge(cells, group);
        }
        let tiles: Vec<_> = scratch
            .products
            .iter_mut()
            .zip(&scratch.groups)
            .map(|(product, group)| product.of(self.shape, group, lanes))
            .collect();
        let mut column = 0;
        let mut put = |values: &[f64], tick: usize| {
            out[column..column + lanes].copy_from_slice(&values[tick * lanes..(tick + 1) * lanes]);
            column += lanes;
        };
        for (p, path) in paths.iter().enumerate() {
            for (tile, values) in tiles.iter().zip(&mut scratch.values) {
                values.resize(path.ticks.len() * lanes, 0.0);
                path.curve.evaluate_tile(tile, path.item, values);
            }
            if path.arm_rows {
                for values in &scratch.values {
                    path.reported.iter().for_each(|&tick| put(values, tick));
                }
            }
            if !path.contrast_rows {
                continue;
            }
            for arm in 1..arms {
                if let Some(sums) = &adjusted {
                    let sum = &sums[p * (arms - 1) + arm - 1];
                    path.reported.iter().for_each(|&tick| put(sum, tick));
                } else {
                    let (control, others) = scratch.values.split_at_mut(1);
                    let difference = &mut others[arm - 1];
                    for (t, c) in difference.iter_mut().zip(&control[0]) {
                        *t -= c;
                    }
                    path.reported.iter().for_each(|&tick| put(difference, tick));
                }
            }
        }
        drop(tiles);
        scratch.sums = adjusted.unwrap_or_default();
    }

    /// Differences of the regressions: `[path x contrast]`, each `ticks x lanes`.
    fn regressed(
        &self,
        part: &Part,
        regression: &Regression,
        scratch: &Scratch,
        sums: &mut Vec<Vec<f64>>,
    ) {
        let (arms, lanes) = (self.division.arms, scratch.tallied.lanes());
        let paths = &self.paths[part.paths.clone()];
        sums.resize_with(paths.len() * (arms - 1), Vec::new);
        for (p, path) in paths.iter().enumerate() {
            for arm in 1..arms {
                let weekly = regression.weekly(&scratch.regressed, (part.level, arm), lanes);
                let sum = &mut sums[p * (arms - 1) + arm - 1];
                sum.clear();
                sum.extend_from_slice(weekly);
                match path.curve.of_weekly() {
                    Some(Weekly::Itself) => {}
                    Some(Weekly::Accumulated) => {
                        for at in lanes..sum.len() {
                            sum[at] += sum[at - lanes];
                        }
                    }
                    None => sum.fill(f64::NAN),
                }
            }
        }
    }

    /// Weighted sums of differences within strata: `[path x contrast]`, each `ticks x lanes`.
    fn adjusted(&self, part: &Part, scratch: &mut Scratch, sums: &mut Vec<Vec<f64>>) {
        let (arms, lanes) = (self.division.arms, scratch.tallied.lanes());
        let size = self.shape.slots() * lanes;
        let paths = &self.paths[part.paths.clone()];
        sums.resize_with(paths.len() * (arms - 1), Vec::new);
        for side in &mut scratch.sides {
            side.resize(size, 0.0);
        }
        for arm in 1..arms {
            let contrast = &self.division.contrasts[part.level][arm - 1];
            let empty = if contrast.groups.is_empty() {
                f64::NAN
            } else {
                0.0
            };
            for (p, path) in paths.iter().enumerate() {
                let sum = &mut sums[p * (arms - 1) + arm - 1];
                sum.clear();
                sum.resize(path.ticks.len() * lanes, empty);
            }
            for group in &contrast.groups {
                for (side, cells) in scratch
                    .sides
                    .iter_mut()
                    .zip([&group.treated, &group.control])
                {
                    scratch.tallied.merge(cells, side);
                }
                let [first, second, ..] = &mut scratch.products[..] else {
                    continue;
                };
                let treated = first.of(self.shape, &scratch.sides[0], lanes);
                let control = second.of(self.shape, &scratch.sides[1], lanes);
                for (p, path) in paths
                    .iter()
                    .enumerate()
                    .filter(|(_, path)| path.contrast_rows)
                {
                    let size = path.ticks.len() * lanes;
                    for (curve, tile) in scratch.curves.iter_mut().zip([&treated, &control]) {
                        curve.resize(size, 0.0);
                        path.curve.evaluate_tile(tile, path.item, curve);
                    }
                    let sum = &mut sums[p * (arms - 1) + arm - 1];
                    let [t, c] = &scratch.curves;
                    for ((sum, t), c) in sum.iter_mut().zip(t).zip(c) {
                        *sum += group.weight * (t - c);
                    }
                }
            }
        }
    }
}
