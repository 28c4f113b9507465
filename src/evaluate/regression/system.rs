//! The normal equations of one contrast in one draw, and the weekly differences they give.
//!
//! Strata are taken out first (each person's numbers less the mean of the group they stand in), so that a study with many
//! strata has no column for each. `ancova` is one system over both arms, whose groups are strata and whose last column is
//! the treatment; `lin` is one system for each arm, whose groups are the strata of that arm. In both the difference in week
//! t is
//!
//! ```text
//! sum over systems of sign x (base_t + g_e' r_t),   A_e g_e = d_e
//! ```
//! with `A_e` the products of the columns within groups in the epoch e of week t, `r_t` those with the values, and the
//! direction `d_e`: of `ancova` the treatment's column (base 0), of `lin` what the strata's mean covariates lack to the
//! centre (base: the weighted stratum means).

use super::super::division::Contrast;
use crate::numeric::cholesky::{Cholesky, place};
use crate::totals::{CellProducts, CrossProducts};

/// Cells whose mean is taken out together.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// Cells, each with 1 for the treatment arm and 0 for the control.
    pub cells: Vec<(usize, f64)>,
    /// Share of the stratum among the compared persons.
    pub weight: f64,
}

/// What a system is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// The coefficient of its last column. Dependent columns before it leave it what it is.
    Last,
    /// The prediction at the centre.
    Centre,
}

/// One system of a contrast.
#[derive(Clone, Debug)]
pub(super) struct System {
    /// +1, or -1 for what is subtracted.
    pub sign: f64,
    pub groups: Vec<Group>,
    /// Whether the treatment is a column, the last one.
    pub treatment: bool,
    pub target: Target,
}

/// The systems of a contrast, with the columns they keep.
#[derive(Clone, Debug)]
pub(super) struct Model {
    pub systems: Vec<System>,
    /// Columns of the design.
    pub columns: Vec<usize>,
    /// Columns that are left out because nobody differs in them here.
    pub left_out: Vec<usize>,
    /// Mean of the kept columns over the compared persons, for `lin`.
    pub centre: Vec<f64>,
}

/// How a draw's sums are had.
pub(super) trait Sums {
    /// Those of a cell, and what a count of it is worth.
    fn cell(&self, cell: usize) -> (&CellProducts, f64);
    /// Whose rows a cell has, and how often each unit counts there.
    fn counted(&self, cell: usize) -> (usize, &[u32]);
}

/// The products of one system in one draw.
#[derive(Clone, Debug, Default)]
pub(super) struct Products {
    pub size: usize,
    /// Persons, `groups x epochs`.
    pub n: Vec<f64>,
    /// Sums of columns, `groups x epochs x size`.
    pub z: Vec<f64>,
    /// Sums of values, `groups x ticks`.
    pub y: Vec<f64>,
    /// Within groups, `epochs x triangle`.
    pub normal: Vec<f64>,
    /// Within groups, `ticks x size`.
    pub right: Vec<f64>,
}

impl System {
    /// Columns, with the treatment.
    pub fn size(&self, columns: &[usize]) -> usize {
        columns.len() + usize::from(self.treatment)
    }

    /// Adds the cells up and takes the group means out.
    pub fn products(&self, cross: &CrossProducts, columns: &[usize], sums: &impl Sums) -> Products {
        let (epochs, ticks, width) = (cross.epochs(), cross.ticks(), cross.width());
        let size = self.size(columns);
        let (triangle, wide) = (place(size, 0), place(width, 0));
        let groups = self.groups.len();
        let mut out = Products {
            size,
            n: vec![0.0; groups * epochs],
            z: vec![0.0; groups * epochs * size],
            y: vec![0.0; groups * ticks],
            normal: vec![0.0; epochs * triangle],
            right: vec![0.0; ticks * size],
        };
        for (g, group) in self.groups.iter().enumerate() {
            for &(cell, treated) in &group.cells {
                let (cell, worth) = sums.cell(cell);
                for epoch in 0..epochs {
                    let n = worth * cell.n[epoch] as f64;
                    out.n[g * epochs + epoch] += n;
                    let z = &mut out.z[(g * epochs + epoch) * size..][..size];
                    let normal = &mut out.normal[epoch * triangle..][..triangle];
                    let products = &cell.xx[epoch * wide..];
                    for (i, &column) in columns.iter().enumerate() {
                        let x = worth * cell.x[epoch * width + column] as f64;
                        z[i] += x;
                        for (j, &other) in columns[..=i].iter().enumerate() {
                            normal[place(i, j)] += worth * products[place(column, other)] as f64;
                        }
                        if self.treatment {
                            normal[place(size - 1, i)] += treated * x;
                        }
                    }
                    if self.treatment {
                        z[size - 1] += treated * n;
                        normal[triangle - 1] += treated * n;
                    }
                }
                for tick in 0..ticks {
                    let y = worth * cell.y[tick] as f64;
                    out.y[g * ticks + tick] += y;
                    let right = &mut out.right[tick * size..][..size];
                    for (r, &column) in right.iter_mut().zip(columns) {
                        *r += worth * cell.xy[tick * width + column] as f64;
                    }
                    if self.treatment {
                        right[size - 1] += treated * y;
                    }
                }
            }
            centre(cross, g, &mut out);
        }
        out
    }
}

/// Takes the means of a group out of the products.
fn centre(cross: &CrossProducts, g: usize, out: &mut Products) {
    let (epochs, ticks, size) = (cross.epochs(), cross.ticks(), out.size);
    let triangle = place(size, 0);
    for epoch in 0..epochs {
        let n = out.n[g * epochs + epoch];
        if n <= 0.0 {
            continue;
        }
        let z = &out.z[(g * epochs + epoch) * size..][..size];
        let normal = &mut out.normal[epoch * triangle..][..triangle];
        for (i, zi) in z.iter().enumerate() {
            for (j, zj) in z[..=i].iter().enumerate() {
                normal[place(i, j)] -= zi * zj / n;
            }
        }
        for tick in cross.span(epoch) {
            let y = out.y[g * ticks + tick];
            let right = &mut out.right[tick * size..][..size];
            for (r, z) in right.iter_mut().zip(z) {
                *r -= z * y / n;
            }
        }
    }
}

/// A solved epoch of a system.
#[derive(Clone, Debug)]
pub(super) struct Solved {
    pub factor: Cholesky,
    /// A^-1 d.
    pub g: Vec<f64>,
    /// Whether the difference is defined.
    pub defined: bool,
}

impl Model {
    /// Solves a system in an epoch.
    pub fn solve(
        &self,
        system: &System,
        products: &Products,
        (epoch, epochs): (usize, usize),
    ) -> Solved {
        let size = products.size;
        let triangle = place(size, 0);
        let factor = Cholesky::new(&products.normal[epoch * triangle..][..triangle], size);
        let mut g = vec![0.0; size];
        let defined = match system.target {
            Target::Last => {
                g[size - 1] = 1.0;
                factor.keeps(size - 1)
            }
            Target::Centre => {
                g.copy_from_slice(&self.centre);
                let mut whole = true;
                for (k, group) in system.groups.iter().enumerate() {
                    let n = products.n[k * epochs + epoch];
                    whole &= n > 0.0;
                    let z = &products.z[(k * epochs + epoch) * size..][..size];
                    for (g, z) in g.iter_mut().zip(z) {
                        *g -= group.weight * z / n;
                    }
                }
                whole && factor.rank() == size
            }
        };
        factor.solve(&mut g);
        Solved { factor, g, defined }
    }

    /// The weekly differences of a draw; NaN where they are undefined.
    pub fn weekly(&self, cross: &CrossProducts, sums: &impl Sums, out: &mut [f64]) {
        out.fill(if self.systems.is_empty() {
            f64::NAN
        } else {
            0.0
        });
        let (epochs, ticks) = (cross.epochs(), cross.ticks());
        for system in &self.systems {
            let products = system.products(cross, &self.columns, sums);
            for epoch in 0..epochs {
                let solved = self.solve(system, &products, (epoch, epochs));
                for tick in cross.span(epoch) {
                    if !solved.defined {
                        out[tick] = f64::NAN;
                        continue;
                    }
                    let mut sum = 0.0;
                    if system.target == Target::Centre {
                        for (k, group) in system.groups.iter().enumerate() {
                            let n = products.n[k * epochs + epoch];
                            sum += group.weight * products.y[k * ticks + tick] / n;
                        }
                    }
                    let right = &products.right[tick * products.size..][..products.size];
                    for (g, r) in solved.g.iter().zip(right) {
                        sum += g * r;
                    }
                    out[tick] += system.sign * sum;
                }
            }
        }
    }

    /// Parameters of the regression: columns that are kept, and group means.
    pub fn parameters(&self) -> usize {
        let each = |s: &System| s.size(&self.columns) + s.groups.len();
        self.systems.iter().map(each).sum()
    }
}

/// The systems of a contrast for `ancova`: strata over both arms, the treatment a column.
pub(super) fn pooled(contrast: &Contrast) -> Vec<System> {
    let groups = contrast.groups.iter().map(|group| Group {
        cells: (group.treated.iter().map(|&cell| (cell, 1.0)))
            .chain(group.control.iter().map(|&cell| (cell, 0.0)))
            .collect(),
        weight: group.weight,
    });
    vec![System {
        sign: 1.0,
        groups: groups.collect(),
        treatment: true,
        target: Target::Last,
    }]
}

/// The systems of a contrast for `lin`: strata of each arm.
pub(super) fn by_arm(contrast: &Contrast) -> Vec<System> {
    let side = |sign: f64, cells: fn(&super::super::division::StratumGroup) -> &[usize]| System {
        sign,
        groups: (contrast.groups.iter())
            .map(|group| Group {
                cells: cells(group).iter().map(|&cell| (cell, 0.0)).collect(),
                weight: group.weight,
            })
            .collect(),
        treatment: false,
        target: Target::Centre,
    };
    vec![side(1.0, |g| &g.treated), side(-1.0, |g| &g.control)]
}
