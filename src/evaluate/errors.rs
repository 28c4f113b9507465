//! The standard error of each replicate, for studentized intervals: the same linearisation as that of the estimate, at the
//! replicate's own totals.
//!
//! A replicate picks m units where the sample has n, each pick counting w (1, or n / (n - 1) of n - 1 picks under Rao-Wu).
//! A pick of influence psi moves the replicate by w psi, so that the variance over picks is estimated by sum w^2 psi^2 over
//! the picks, times m / (m - 1) where the curve has the finite-sample factor. Totals, sums of products and the pass over
//! units all carry the weight once; the other w is n / m, the average over the cells of the group. For one cell and a mean
//! its expectation is then the variance of the replicates (tested over all draws of a small sample). In a subgroup n and m
//! are the persons, and the picks expected, of the level.
//!
//! A draw of whole picks only: shares of a Bayesian bootstrap are no sample, and have no standard error.
//!
//! The cheapest exact way is taken, by curve: totals alone, totals and sums of products, or every unit drawn with its
//! influence written out ([`Source`]). The last is the plain oracle of the others and costs what its name says.

use super::division::Division;
use super::regression::{Regression, Room, of_curve};
use super::table::{Part, Path, Table};
use super::tally::Tallied;
use crate::estimand::{GroupTotals, Influence, Products, Source, Standing, Unit};
use crate::panel::classes::Classes;
use crate::panel::{OutcomePanel, Shape};
use crate::resample::Draw;
use crate::study::Adjustment;
use crate::totals::squares::{SquareTotals, Squares};
use crate::totals::{NO_CELL, expand};

/// How the standard errors of a table's replicates are computed.
pub(super) struct Errors<'a> {
    outcome: &'a OutcomePanel,
    classes: &'a Classes,
    unit: Unit,
    /// By path, and for products which of `sums`.
    sources: Vec<(Source, usize)>,
    sums: Vec<Squares>,
    /// Units with a member in each cell of the division.
    units: Vec<Vec<u32>>,
    /// How many persons or clusters these are.
    sizes: Vec<f64>,
}

/// Buffers of one thread.
#[derive(Default)]
pub(super) struct ErrorScratch {
    /// By draw and sum.
    products: Vec<Vec<SquareTotals>>,
    tile: Vec<f64>,
    totals: Vec<f64>,
    merged: Vec<f64>,
    single: Vec<Vec<f64>>,
    /// By arm and path of the part.
    arms: Vec<Vec<Vec<f64>>>,
    side: Vec<Vec<f64>>,
    sum: Vec<Vec<f64>>,
    regressed: Room,
}

/// A tile of draws with its totals.
#[derive(Clone, Copy)]
pub(super) struct Drawn<'a> {
    pub draws: &'a [Draw],
    pub tallied: &'a Tallied,
}

/// Whether to take every unit even where totals would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Effort {
    Cheapest,
    /// The plain oracle.
    #[cfg(test)]
    EveryUnit,
}

impl Effort {
    fn of(self, cheapest: Source) -> Source {
        match self {
            Self::Cheapest => cheapest,
            #[cfg(test)]
            Self::EveryUnit if cheapest == Source::Nothing => cheapest,
            #[cfg(test)]
            Self::EveryUnit => Source::Units,
        }
    }
}

impl<'a> Errors<'a> {
    /// Decides for each path.
    pub fn new(
        (outcome, classes): (&'a OutcomePanel, &'a Classes),
        division: &Division,
        paths: &[Path],
        effort: Effort,
    ) -> Self {
        let unit = if classes.clustered {
            Unit::Cluster
        } else {
            Unit::Person
        };
        let standing = Standing {
            unit,
            presence: outcome.presence(),
        };
        let mut sums: Vec<Squares> = Vec::new();
        let cells = (&*division.cell, division.cells.len());
        let sources = paths
            .iter()
            .map(|path| {
                let cheapest = path.curve.variance_source(&outcome.shape, standing);
                let wanted = effort.of(cheapest);
                match wanted {
                    Source::Products(order, products) => {
                        let same = |s: &Squares| (s.order(), s.wanted()) == (order, products);
                        if let Some(place) = sums.iter().position(same) {
                            return (wanted, place);
                        }
                        match Squares::build(classes, outcome, cells, (order, products)) {
                            Some(built) => {
                                sums.push(built);
                                (wanted, sums.len() - 1)
                            }
                            // Squares of such amounts are no whole numbers that fit.
                            None => (Source::Units, 0),
                        }
                    }
                    _ => (wanted, 0),
                }
            })
            .collect();
        let mut units = vec![Vec::new(); division.cells.len()];
        let mut inside: Vec<u32> = Vec::new();
        for number in 0..classes.units() {
            let own = classes
                .members(number)
                .iter()
                .map(|&p| division.cell[p as usize]);
            inside.clear();
            inside.extend(own.filter(|&cell| cell != NO_CELL));
            inside.sort_unstable();
            inside.dedup();
            for &cell in &inside {
                units[cell as usize].push(number as u32);
            }
        }
        let sizes = (units.iter())
            .map(|units| {
                units
                    .iter()
                    .map(|&u| f64::from(classes.sizes[u as usize]))
                    .sum()
            })
            .collect();
        Self {
            outcome,
            classes,
            unit,
            sources,
            sums,
            units,
            sizes,
        }
    }

    /// How it is done, for those who want to know why a run takes its time.
    pub fn note(&self) -> String {
        let count = |of: fn(&Source) -> bool| self.sources.iter().filter(|s| of(&s.0)).count();
        let ways = [
            (count(|s| *s == Source::Totals), "totals"),
            (
                count(|s| matches!(s, Source::Products(..))),
                "sums of products",
            ),
            (
                count(|s| *s == Source::Units),
                "every unit drawn, which is slow",
            ),
        ];
        let told: Vec<String> = (ways.iter())
            .filter(|way| way.0 > 0)
            .map(|(curves, from)| {
                let plural = if *curves == 1 { "" } else { "s" };
                format!("{curves} curve{plural} from {from}")
            })
            .collect();
        format!("standard errors of replicates: {}", told.join(", "))
    }

    /// Sums of products of a tile of draws; once for all parts of the table.
    pub fn total(&self, draws: &[Draw], scratch: &mut ErrorScratch) {
        scratch.products.resize_with(draws.len(), Vec::new);
        for (draw, own) in draws.iter().zip(&mut scratch.products) {
            own.resize_with(self.sums.len(), SquareTotals::default);
            for (squares, totals) in self.sums.iter().zip(own) {
                squares.total(draw, totals);
            }
        }
    }

    /// Writes the standard errors of a part, laid out as its values are.
    pub fn write(
        &self,
        (table, part): (&Table<'_>, &Part),
        drawn: Drawn<'_>,
        scratch: &mut ErrorScratch,
        out: &mut [f64],
    ) {
        let division = &table.division;
        let (arms, lanes) = (division.arms, drawn.draws.len());
        let mut by_arm = std::mem::take(&mut scratch.arms);
        by_arm.resize_with(arms, Vec::new);
        for (arm, variances) in by_arm.iter_mut().enumerate() {
            let cells = division.arm_cells(part.level, arm);
            self.group((table, part), drawn, cells, scratch, variances);
        }
        let adjusted: Vec<Vec<Vec<f64>>> = match (table.adjustment, &table.regression) {
            (Adjustment::None, _) => Vec::new(),
            (_, Some(made)) => Self::regressed((table, part), made, drawn, scratch),
            _ => (1..arms)
                .map(|arm| self.within_strata((table, part), arm, drawn, scratch))
                .collect(),
        };
        let mut values = out.iter_mut();
        for (p, path) in table.paths[part.paths.clone()].iter().enumerate() {
            let mut put = |variance: &dyn Fn(usize) -> f64| {
                for &tick in &path.reported {
                    for lane in 0..lanes {
                        if let Some(value) = values.next() {
                            *value = variance(tick * lanes + lane).sqrt();
                        }
                    }
                }
            };
            if path.arm_rows {
                for arm in &by_arm {
                    put(&|place| arm[p][place]);
                }
            }
            if path.contrast_rows {
                for arm in 1..arms {
                    match adjusted.get(arm - 1) {
                        Some(sum) => put(&|place| sum[p][place]),
                        None => put(&|place| by_arm[arm][p][place] + by_arm[0][p][place]),
                    }
                }
            }
        }
        scratch.arms = by_arm;
    }

    /// Variances of the differences by regression, by treatment arm, path of the part, tick and draw.
    fn regressed(
        (table, part): (&Table<'_>, &Part),
        made: &Regression,
        drawn: Drawn<'_>,
        scratch: &mut ErrorScratch,
    ) -> Vec<Vec<Vec<f64>>> {
        let worth = |cell: usize, lane: usize| drawn.tallied.worth(cell, lane);
        let found = made.variances(part.level, (drawn.draws, &worth), &mut scratch.regressed);
        let paths = &table.paths[part.paths.clone()];
        let of_path = |found: &[Vec<f64>; 2], path: &Path| match path.curve.of_weekly() {
            Some(curve) => of_curve(found.each_ref(), curve).clone(),
            None => vec![f64::NAN; path.ticks.len() * drawn.draws.len()],
        };
        (found.iter())
            .map(|found| paths.iter().map(|path| of_path(found, path)).collect())
            .collect()
    }

    fn within_strata(
        &self,
        (table, part): (&Table<'_>, &Part),
        arm: usize,
        drawn: Drawn<'_>,
        scratch: &mut ErrorScratch,
    ) -> Vec<Vec<f64>> {
        let contrast = &table.division.contrasts[part.level][arm - 1];
        let empty = if contrast.groups.is_empty() {
            f64::NAN
        } else {
            0.0
        };
        let mut sum: Vec<Vec<f64>> = (table.paths[part.paths.clone()].iter())
            .map(|path| vec![empty; path.ticks.len() * drawn.draws.len()])
            .collect();
        let mut side = std::mem::take(&mut scratch.side);
        for group in &contrast.groups {
            for cells in [&group.treated, &group.control] {
                self.group((table, part), drawn, cells, scratch, &mut side);
                for (sum, side) in sum.iter_mut().zip(&side) {
                    for (sum, variance) in sum.iter_mut().zip(side) {
                        *sum += group.weight * group.weight * variance;
                    }
                }
            }
        }
        scratch.side = side;
        sum
    }

    /// Variances of one group of persons, by path of the part, tick and draw.
    fn group(
        &self,
        (table, part): (&Table<'_>, &Part),
        drawn: Drawn<'_>,
        cells: &[usize],
        scratch: &mut ErrorScratch,
        out: &mut Vec<Vec<f64>>,
    ) {
        let paths = &table.paths[part.paths.clone()];
        let (shape, lanes) = (table.shape, drawn.draws.len());
        let mut tile = std::mem::take(&mut scratch.tile);
        let mut totals = std::mem::take(&mut scratch.totals);
        let mut single = std::mem::take(&mut scratch.single);
        tile.resize(shape.slots() * lanes, 0.0);
        drawn.tallied.merge(cells, &mut tile);
        out.resize_with(paths.len(), Vec::new);
        for (path, out) in paths.iter().zip(&mut *out) {
            out.clear();
            out.resize(path.ticks.len() * lanes, 0.0);
        }
        for lane in 0..lanes {
            totals.clear();
            totals.extend(tile.iter().skip(lane).step_by(lanes));
            let values = &totals;
            let group = GroupTotals { shape, values };
            self.one(
                (table, part),
                (drawn, lane),
                (group, cells),
                scratch,
                &mut single,
            );
            for (out, variances) in out.iter_mut().zip(&single) {
                for (tick, variance) in variances.iter().enumerate() {
                    out[tick * lanes + lane] = *variance;
                }
            }
        }
        scratch.tile = tile;
        scratch.totals = totals;
        scratch.single = single;
    }

    /// The same in one draw, by path and tick.
    fn one(
        &self,
        (table, part): (&Table<'_>, &Part),
        (drawn, lane): (Drawn<'_>, usize),
        (group, cells): (GroupTotals<'_>, &[usize]),
        scratch: &mut ErrorScratch,
        out: &mut Vec<Vec<f64>>,
    ) {
        let paths = &table.paths[part.paths.clone()];
        let sources = &self.sources[part.paths.clone()];
        let ticks = table.shape.ticks;
        out.resize_with(paths.len(), Vec::new);
        for ((path, &(source, place)), out) in paths.iter().zip(sources).zip(&mut *out) {
            out.clear();
            out.resize(path.ticks.len(), 0.0);
            match source {
                Source::Totals => path.curve.variance(group, path.item, out),
                Source::Products(..) => {
                    let stride = self.sums[place].stride();
                    scratch.merged.clear();
                    scratch.merged.resize(stride, 0.0);
                    for &cell in cells {
                        let weight = drawn.tallied.worth(cell, lane);
                        let own = &scratch.products[lane][place].values[cell * stride..];
                        for (sum, value) in scratch.merged.iter_mut().zip(own) {
                            *sum += weight * value;
                        }
                    }
                    let values = &scratch.merged;
                    let products = Products { values, ticks };
                    path.curve.variance_of_products(group, products, out);
                }
                Source::Units => {}
                Source::Nothing => out.fill(f64::NAN),
            }
        }
        if sources.iter().any(|source| source.0 == Source::Units) {
            let influences: Vec<Option<Influence<'_>>> = (paths.iter().zip(sources))
                .map(|(path, source)| match source.0 {
                    Source::Units => path.curve.influence(group, path.item),
                    _ => None,
                })
                .collect();
            for &cell in cells {
                let weight = drawn.tallied.worth(cell, lane);
                let draw = &drawn.draws[lane];
                self.add_units(table, (cell, weight), (draw, &influences), scratch, out);
            }
        }
        let sampled: f64 = cells.iter().map(|&cell| self.sizes[cell]).sum();
        let picked: f64 = (cells.iter())
            .map(|&cell| self.sizes[cell] / drawn.tallied.worth(cell, lane))
            .sum();
        for (path, variances) in paths.iter().zip(out) {
            let factor = sampled / picked * path.curve.card().factor.of(self.unit, picked);
            for variance in variances {
                *variance *= factor;
            }
        }
    }

    /// Adds the squared influences of the units of one cell, as often as they were drawn.
    fn add_units(
        &self,
        table: &Table<'_>,
        (cell, weight): (usize, f64),
        (draw, influences): (&Draw, &[Option<Influence<'_>>]),
        scratch: &mut ErrorScratch,
        out: &mut [Vec<f64>],
    ) {
        let shape: &Shape = table.shape;
        let mut history = vec![0_i64; shape.slots()];
        let mut psi = vec![0.0; shape.ticks];
        let mut sums = std::mem::take(&mut scratch.sum);
        sums.resize_with(out.len(), Vec::new);
        for &unit in &self.units[cell] {
            let count = draw.counts[unit as usize];
            if count == 0 {
                continue;
            }
            for (sum, out) in sums.iter_mut().zip(&*out) {
                sum.clear();
                sum.resize(out.len(), 0.0);
            }
            for &person in self.classes.members(unit as usize) {
                if table.division.cell[person as usize] as usize != cell {
                    continue;
                }
                expand(self.outcome, person as usize, &mut history);
                for (influence, sum) in influences.iter().zip(&mut sums) {
                    if let Some(influence) = influence {
                        let psi = &mut psi[..sum.len()];
                        influence(&history, psi);
                        for (sum, psi) in sum.iter_mut().zip(&*psi) {
                            *sum += psi;
                        }
                    }
                }
            }
            let times = weight * f64::from(count);
            for ((sum, out), influence) in sums.iter().zip(&mut *out).zip(influences) {
                if influence.is_some() {
                    for (variance, sum) in out.iter_mut().zip(sum) {
                        *variance += times * sum * sum;
                    }
                }
            }
        }
        scratch.sum = sums;
    }
}
