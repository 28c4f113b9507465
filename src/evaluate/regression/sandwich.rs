//! Standard errors of the adjusted differences: heteroskedasticity-robust over persons (HC0 to HC3), and CR2 over clusters.
//!
//! Person i adds `psi_i(t) = a_i l_i e_it` to the difference of week t: `l_i = w / n + g' z_i` (w only in `lin`), with
//! `z_i` and `e_it` within the group, and `a_i` 1, 1 / sqrt(1 - h_i) or 1 / (1 - h_i) by kind. The variance is the sum of
//! squares; of the accumulated difference that of the persons' sums over weeks, which with everybody followed is the one
//! of a regression of the accumulated outcome.
//!
//! Over persons the degrees of freedom of HC2 are those of CR2 with a cluster for everybody (Bell and McCaffrey 2002; Imbens and
//! Kolesár 2016): few where one arm, or few persons in it, decide. The other kinds have persons less parameters.

use super::clusters::{Cluster, Freedom};
use super::system::{Model, Products, Solved, Sums, System, Target};
use crate::numeric::parallel;
use crate::study::StandardErrors;
use crate::totals::CrossProducts;

/// Units summed by one task; fixed, so that the order of the float sums never depends on the threads.
pub(super) const BLOCK: usize = 1024;

/// Variances by week, of the week's difference and of the accumulated one.
#[derive(Clone, Debug)]
pub(in crate::evaluate) struct Sandwich {
    pub weekly: Vec<f64>,
    pub accumulated: Vec<f64>,
    /// Degrees of freedom by week; infinite for means.
    pub freedom: Vec<f64>,
}

impl Sandwich {
    /// In units of the outcome.
    pub(super) fn in_units(mut self, divisor: f64) -> Self {
        let square = divisor * divisor;
        for variance in self.weekly.iter_mut().chain(&mut self.accumulated) {
            *variance /= square;
        }
        self
    }
}

/// A leverage above this leaves nothing of the person's residual.
const FULL: f64 = 1.0 - 1e-9;

/// One system of the observed sample, solved.
pub(super) struct Fitted<'a> {
    pub cross: &'a CrossProducts,
    pub system: &'a System,
    pub columns: &'a [usize],
    pub products: Products,
    pub solved: Vec<Solved>,
    /// Coefficients, `ticks x size`.
    beta: Vec<f64>,
}

/// Rows of a unit in one group: `size` identical persons, or the persons of a cluster, as often as they are drawn.
pub(super) struct Unit {
    pub group: usize,
    pub treated: f64,
    pub rows: std::ops::Range<usize>,
    pub size: f64,
    /// What one of them is worth in the sums.
    pub worth: f64,
}

/// Whether degrees of freedom are wanted beside the variances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    Everything,
    Variances,
}

/// Sums of squares, added up over units in a fixed order.
struct Squares {
    weekly: Vec<f64>,
    accumulated: Vec<f64>,
    freedom: Vec<Freedom>,
}

impl<'a> Fitted<'a> {
    pub fn new(
        cross: &'a CrossProducts,
        model: &'a Model,
        system: &'a System,
        sums: &impl Sums,
    ) -> Self {
        let products = system.products(cross, &model.columns, sums);
        let epochs = cross.epochs();
        let solved: Vec<Solved> = (0..epochs)
            .map(|epoch| model.solve(system, &products, (epoch, epochs)))
            .collect();
        let mut beta = products.right.clone();
        for (epoch, solved) in solved.iter().enumerate() {
            for tick in cross.span(epoch) {
                (solved.factor).solve(&mut beta[tick * products.size..][..products.size]);
            }
        }
        Self {
            cross,
            system,
            columns: &model.columns,
            products,
            solved,
            beta,
        }
    }

    /// A row's columns within its group.
    pub fn within(&self, unit: &Unit, row: usize, epoch: usize, z: &mut [f64]) {
        let (epochs, size) = (self.cross.epochs(), self.products.size);
        let n = self.products.n[unit.group * epochs + epoch];
        let x = self.cross.x(row);
        for (z, &column) in z.iter_mut().zip(self.columns) {
            *z = f64::from(x[column]);
        }
        if self.system.treatment {
            z[size - 1] = unit.treated;
        }
        let sums = &self.products.z[(unit.group * epochs + epoch) * size..][..size];
        for (z, sum) in z.iter_mut().zip(sums) {
            *z -= sum / n;
        }
    }

    /// Persons of a group in an epoch.
    pub fn persons(&self, group: usize, epoch: usize) -> f64 {
        self.products.n[group * self.cross.epochs() + epoch]
    }

    /// l_i: what a person's residual is worth in the difference.
    pub fn worth(&self, unit: &Unit, epoch: usize, z: &[f64]) -> f64 {
        let mut sum = match self.system.target {
            Target::Last => 0.0,
            Target::Centre => {
                self.system.groups[unit.group].weight / self.persons(unit.group, epoch)
            }
        };
        for (g, z) in self.solved[epoch].g.iter().zip(z) {
            sum += g * z;
        }
        sum
    }

    /// The residual of a value in a week.
    pub fn residual(
        &self,
        unit: &Unit,
        (epoch, tick): (usize, usize),
        value: f64,
        z: &[f64],
    ) -> f64 {
        let mean = self.products.y[unit.group * self.cross.ticks() + tick]
            / self.persons(unit.group, epoch);
        let size = self.products.size;
        let mut residual = value - mean;
        for (b, z) in self.beta[tick * size..][..size].iter().zip(z) {
            residual -= b * z;
        }
        residual
    }

    /// Units of the system in canonical order: within a cell, rows of one unit stand together. Those that count nothing are
    /// left out.
    pub(super) fn units(&self, sums: &impl Sums) -> Vec<Unit> {
        let mut units = Vec::new();
        for (group, cells) in self.system.groups.iter().enumerate() {
            for &(cell, treated) in &cells.cells {
                let (of, counts) = sums.counted(cell);
                let worth = sums.cell(cell).1;
                let rows = self.cross.rows(of);
                let mut first = rows.start;
                while first < rows.end {
                    let unit = self.cross.unit(first);
                    let mut end = first + 1;
                    while end < rows.end && self.cross.unit(end) == unit {
                        end += 1;
                    }
                    if counts[unit] > 0 {
                        units.push(Unit {
                            group,
                            treated,
                            rows: first..end,
                            size: f64::from(counts[unit]),
                            worth,
                        });
                    }
                    first = end;
                }
            }
        }
        units
    }
}

/// Whose squares are added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::evaluate) enum Over {
    /// Persons, without a regression: means have the quantiles of the normal distribution everywhere.
    Means(StandardErrors),
    /// Persons.
    Persons(StandardErrors),
    /// Clusters: CR2 with Satterthwaite's degrees of freedom.
    Clusters,
}

impl Model {
    /// Of one draw, linearised at its own sums; units are its picks.
    pub fn sandwich(
        &self,
        cross: &CrossProducts,
        sums: &impl Sums,
        (over, wanted): (Over, Wanted),
    ) -> Sandwich {
        let (ticks, epochs) = (cross.ticks(), cross.epochs());
        let mut total = Squares::nothing(ticks, epochs);
        let mut persons = vec![0.0; epochs];
        let mut defined = vec![!self.systems.is_empty(); epochs];
        for system in &self.systems {
            let fitted = Fitted::new(cross, self, system, sums);
            for (epoch, (persons, defined)) in persons.iter_mut().zip(&mut defined).enumerate() {
                *persons += (0..system.groups.len())
                    .map(|g| fitted.persons(g, epoch))
                    .sum::<f64>();
                *defined &= fitted.solved[epoch].defined;
            }
            let units = fitted.units(sums);
            let blocks = parallel::blocks(units.len(), BLOCK);
            let freedoms = if wanted == Wanted::Everything {
                epochs
            } else {
                0
            };
            let parts = parallel::map_ordered(blocks.len(), |b| {
                let units = &units[blocks[b].clone()];
                sums_over(&fitted, units, (over, freedoms))
            });
            let mut own = Squares::nothing(ticks, freedoms);
            for part in parts {
                own.add(part);
            }
            for freedom in &mut own.freedom {
                freedom.close();
            }
            total.add(own);
        }
        let mut freedom = vec![f64::INFINITY; ticks];
        for (epoch, &persons) in persons.iter().enumerate() {
            let factor = self.factor(persons, over);
            let factor = if defined[epoch] { factor } else { f64::NAN };
            for tick in cross.span(epoch) {
                total.weekly[tick] *= factor;
                total.accumulated[tick] *= factor;
                if wanted == Wanted::Everything {
                    freedom[tick] = self.degrees(persons, over, &total.freedom[epoch]);
                }
            }
        }
        Sandwich {
            weekly: total.weekly,
            accumulated: total.accumulated,
            freedom,
        }
    }
}

impl Model {
    /// n / (n - k) for HC1.
    pub(super) fn factor(&self, persons: f64, over: Over) -> f64 {
        match over {
            Over::Persons(StandardErrors::Hc1) | Over::Means(StandardErrors::Hc1) => {
                let left = persons - self.parameters() as f64;
                if left > 0.0 { persons / left } else { f64::NAN }
            }
            _ => 1.0,
        }
    }

    /// Degrees of freedom of so many persons, whose units were added up.
    pub(super) fn degrees(&self, persons: f64, over: Over, units: &Freedom) -> f64 {
        match over {
            Over::Means(_) => f64::INFINITY,
            Over::Clusters | Over::Persons(StandardErrors::Hc2) => units.degrees(),
            Over::Persons(_) => (persons - self.parameters() as f64).max(0.0),
        }
    }
}

impl Squares {
    fn nothing(ticks: usize, epochs: usize) -> Self {
        Self {
            weekly: vec![0.0; ticks],
            accumulated: vec![0.0; ticks],
            freedom: vec![Freedom::default(); epochs],
        }
    }

    fn add(&mut self, other: Self) {
        for (mine, more) in [
            (&mut self.weekly, other.weekly),
            (&mut self.accumulated, other.accumulated),
        ] {
            for (mine, more) in mine.iter_mut().zip(more) {
                *mine += more;
            }
        }
        for (mine, more) in self.freedom.iter_mut().zip(other.freedom) {
            mine.add(more);
        }
    }

    /// Adds a unit's numbers by week.
    fn push(&mut self, size: f64, psi: &[f64]) {
        let mut sum = 0.0;
        for ((weekly, accumulated), psi) in
            (self.weekly.iter_mut().zip(&mut self.accumulated)).zip(psi)
        {
            sum += psi;
            *weekly += size * psi * psi;
            *accumulated += size * sum * sum;
        }
    }
}

/// Room for one unit's numbers.
pub(super) struct Numbers {
    values: Vec<f64>,
    pub(super) psi: Vec<f64>,
    z: Vec<f64>,
    /// 1 / sqrt(n), then L^-1 z.
    half: Vec<f64>,
    followed: Vec<bool>,
}

impl Numbers {
    pub(super) fn of(fitted: &Fitted<'_>) -> Self {
        let (ticks, size) = (fitted.cross.ticks(), fitted.products.size);
        Self {
            values: vec![0.0; ticks],
            psi: vec![0.0; ticks],
            z: vec![0.0; size],
            half: vec![0.0; size + 1],
            followed: vec![false; fitted.cross.epochs()],
        }
    }

    /// What a person (or each of several alike) adds to the difference, by week.
    pub(super) fn person(
        &mut self,
        fitted: &Fitted<'_>,
        (unit, over): (&Unit, Over),
        freedom: &mut [Freedom],
    ) {
        let kind = match over {
            Over::Persons(kind) | Over::Means(kind) => kind,
            Over::Clusters => StandardErrors::default(),
        };
        let cross = fitted.cross;
        let row = unit.rows.start;
        cross.values(row, &mut self.values);
        cross.followed(row, &mut self.followed);
        for epoch in 0..cross.epochs() {
            if !self.followed[epoch] {
                self.psi[cross.span(epoch)].fill(0.0);
                continue;
            }
            fitted.within(unit, row, epoch, &mut self.z);
            let worth = fitted.worth(unit, epoch, &self.z);
            let adjusted = match kind {
                StandardErrors::Hc0 | StandardErrors::Hc1 => worth,
                StandardErrors::Hc2 | StandardErrors::Hc3 => {
                    self.half[0] = 1.0 / fitted.persons(unit.group, epoch).sqrt();
                    self.half[1..].copy_from_slice(&self.z);
                    (fitted.solved[epoch].factor).forward(&mut self.half[1..]);
                    let leverage = 1.0 / fitted.persons(unit.group, epoch)
                        + self.half[1..].iter().map(|h| h * h).sum::<f64>();
                    let leverage = unit.worth * leverage;
                    match kind {
                        _ if leverage > FULL => f64::NAN,
                        StandardErrors::Hc2 => worth / (1.0 - leverage).sqrt(),
                        _ => worth / (1.0 - leverage),
                    }
                }
            };
            let freedom = freedom.get_mut(epoch);
            if let (Over::Persons(StandardErrors::Hc2), Some(freedom)) = (over, freedom) {
                self.half.iter_mut().for_each(|h| *h *= adjusted);
                let own = (adjusted * adjusted, &self.half[..]);
                freedom.push_units(unit.group, unit.size, own);
            }
            for tick in cross.span(epoch) {
                let value = self.values[tick];
                self.psi[tick] = adjusted * fitted.residual(unit, (epoch, tick), value, &self.z);
            }
        }
    }

    /// What a cluster adds.
    pub(super) fn cluster(&mut self, fitted: &Fitted<'_>, unit: &Unit, freedom: &mut [Freedom]) {
        let cross = fitted.cross;
        self.psi.fill(0.0);
        for epoch in 0..cross.epochs() {
            let cluster = Cluster::new(fitted, unit, epoch);
            if let Some(freedom) = freedom.get_mut(epoch) {
                freedom.push(unit.group, &cluster);
            }
            for (row, worth, z) in cluster.rows() {
                cross.values(row, &mut self.values);
                for tick in cross.span(epoch) {
                    let value = self.values[tick];
                    self.psi[tick] += worth * fitted.residual(unit, (epoch, tick), value, z);
                }
            }
        }
    }
}

impl Numbers {
    /// What a unit moves the difference by, as it is: the derivative in its weight.
    pub(super) fn influence(&mut self, fitted: &Fitted<'_>, unit: &Unit) {
        let cross = fitted.cross;
        self.psi.fill(0.0);
        for row in unit.rows.clone() {
            cross.values(row, &mut self.values);
            cross.followed(row, &mut self.followed);
            for epoch in (0..cross.epochs()).filter(|&epoch| self.followed[epoch]) {
                fitted.within(unit, row, epoch, &mut self.z);
                let worth = fitted.worth(unit, epoch, &self.z);
                for tick in cross.span(epoch) {
                    let value = self.values[tick];
                    let residual = fitted.residual(unit, (epoch, tick), value, &self.z);
                    self.psi[tick] += worth * residual;
                }
            }
        }
    }
}

fn sums_over(fitted: &Fitted<'_>, units: &[Unit], (over, freedoms): (Over, usize)) -> Squares {
    let mut squares = Squares::nothing(fitted.cross.ticks(), freedoms);
    let mut numbers = Numbers::of(fitted);
    for unit in units {
        match over {
            Over::Persons(_) | Over::Means(_) => {
                numbers.person(fitted, (unit, over), &mut squares.freedom);
            }
            Over::Clusters => numbers.cluster(fitted, unit, &mut squares.freedom),
        }
        squares.push(unit.size * unit.worth * unit.worth, &numbers.psi);
    }
    squares
}
