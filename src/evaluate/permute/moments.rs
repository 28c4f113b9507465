//! Means whose variance follows from sums: a weekly mean, or an accumulated one when everybody is followed to its week.
//!
//! With n persons of whom f are followed, A a person's value and m = sum A / f, the influence of a person is (A - m) / f,
//! so the sum of squares is (sum A^2 - (sum A)^2 / f) / f^2; with N followed persons of a cluster and A their sum it is
//! (sum A^2 - 2 m sum A N + m^2 sum N^2) / f^2. Numerators are whole numbers: a group without variation has exactly none.

use super::grid::Grid;
use super::reader::{Ground, Score, Side, add_everywhere};
use crate::estimand::Item;
use crate::panel::{Kind, OutcomePanel};
use crate::totals::NO_CELL;
use crate::totals::planes::Addition;
use std::collections::BTreeMap;

/// Sums of a cell: persons, units, followed, A, then N^2, A N and A^2 (for persons A^2 only, at the place of N^2).
const PERSONS: usize = 0;
const UNITS: usize = 1;
const FOLLOWED: usize = 2;
const VALUE: usize = 3;

/// Sums of products may not pass this.
const LARGEST: f64 = 4e18;

pub(super) struct Moments {
    clustered: bool,
    divisor: f64,
    /// Sums per cell.
    width: usize,
    atoms: usize,
    /// First cell of each grid.
    starts: Vec<usize>,
    cells: usize,
    /// Cells of each atom.
    members: Vec<Vec<u32>>,
}

/// What a person adds: followed, and the value.
fn own(score: Score<'_>, person: usize) -> (i64, i64) {
    let ticks = score.shape().ticks;
    let accumulated = is_accumulated(score);
    let (mut followed, mut value) = (0, 0);
    for entry in score.outcome.of(person) {
        let (channel, tick) = (entry.slot as usize / ticks, entry.slot as usize % ticks);
        if tick > score.tick {
            continue;
        }
        let weeks = if accumulated {
            (score.tick - tick + 1) as i64
        } else {
            1
        };
        let sum = if channel == 0 {
            &mut followed
        } else {
            &mut value
        };
        *sum += weeks * i64::from(entry.delta);
    }
    (followed, value)
}

fn is_accumulated(score: Score<'_>) -> bool {
    score.curve.card().slug == "cumulative_mean"
}

impl Moments {
    /// `None` when the score is another one, when somebody is not followed all the way, or when sums could overflow.
    pub fn build(
        ground: Ground<'_>,
        score: Score<'_>,
        grids: &[Grid],
        additions: &mut Vec<Addition>,
    ) -> Option<Self> {
        let OutcomePanel { shape, .. } = score.outcome;
        let fits = matches!(shape.kind, Kind::Mean { .. })
            && score.item == Item::Any
            && matches!(score.curve.card().slug, "cumulative_mean" | "weekly_mean");
        if !fits {
            return None;
        }
        let whole = score.tick as i64 + 1;
        let mut products = 0.0;
        for (unit, &size) in ground.classes.sizes.iter().enumerate() {
            let (mut n, mut a) = (0_i64, 0_i64);
            for &person in ground.classes.members(unit) {
                let (followed, value) = own(score, person as usize);
                if is_accumulated(score) && followed != whole {
                    return None;
                }
                n += 1;
                a += value.abs();
            }
            products += f64::from(size) * (n as f64 * n as f64 + a as f64 * a as f64);
        }
        if products > LARGEST {
            return None;
        }
        let clustered = ground.classes.clustered;
        let mut starts = Vec::new();
        let mut cells = 0;
        for grid in grids {
            starts.push(cells);
            cells += grid.cells();
        }
        let mut out = Self {
            clustered,
            divisor: shape.divisor,
            width: if clustered { 7 } else { 5 },
            atoms: 0,
            starts,
            cells,
            members: Vec::new(),
        };
        if clustered {
            out.members = (0..cells as u32).map(|cell| vec![cell]).collect();
            add_everywhere(ground, additions, |unit, own| {
                out.of_cluster(ground, score, (unit, grids), own);
            });
        } else {
            let mut atoms: BTreeMap<Vec<u32>, u32> = BTreeMap::new();
            add_everywhere(ground, additions, |unit, sums| {
                let person = ground.classes.members(unit as usize)[0] as usize;
                let cells: Vec<u32> = (grids.iter().zip(&out.starts))
                    .map(|(grid, &start)| (start as u32, grid.cell(ground.trial, person)))
                    .filter(|(_, cell)| *cell != NO_CELL)
                    .map(|(start, cell)| start + cell)
                    .collect();
                let next = atoms.len() as u32;
                let atom = *atoms.entry(cells).or_insert(next) * out.width as u32;
                let (followed, value) = own(score, person);
                let followed = if is_accumulated(score) { 1 } else { followed };
                sums.extend([
                    (atom, 1),
                    (atom + FOLLOWED as u32, followed),
                    (atom + VALUE as u32, value),
                    (atom + 4, value * value),
                ]);
                sums.retain(|(_, value)| *value != 0);
            });
            out.members = vec![Vec::new(); atoms.len()];
            for (cells, atom) in atoms {
                out.members[atom as usize] = cells;
            }
        }
        out.atoms = out.members.len();
        Some(out)
    }

    fn of_cluster(
        &self,
        ground: Ground<'_>,
        score: Score<'_>,
        (unit, grids): (u32, &[Grid]),
        sums: &mut Vec<(u32, i64)>,
    ) {
        let mut cells: BTreeMap<u32, (i64, i64, i64)> = BTreeMap::new();
        for &person in ground.classes.members(unit as usize) {
            let (followed, value) = own(score, person as usize);
            let followed = if is_accumulated(score) { 1 } else { followed };
            for (grid, &start) in grids.iter().zip(&self.starts) {
                let cell = grid.cell(ground.trial, person as usize);
                if cell != NO_CELL {
                    let sum = cells.entry(start as u32 + cell).or_default();
                    *sum = (sum.0 + 1, sum.1 + followed, sum.2 + value);
                }
            }
        }
        for (cell, (persons, n, a)) in cells {
            let products = [persons, 1, n, a, n * n, a * n, a * a];
            for (number, value) in products.into_iter().enumerate() {
                if value != 0 {
                    sums.push((cell * self.width as u32 + number as u32, value));
                }
            }
        }
    }

    pub fn columns(&self) -> usize {
        self.atoms * self.width
    }

    /// Cells from atoms.
    pub fn spread(&self, columns: &[i64], cells: &mut Vec<i64>) {
        cells.clear();
        cells.resize(self.cells * self.width, 0);
        for (atom, members) in columns.chunks_exact(self.width).zip(&self.members) {
            for &cell in members {
                let sums = &mut cells[cell as usize * self.width..][..self.width];
                for (sum, value) in sums.iter_mut().zip(atom) {
                    *sum = sum.wrapping_add(*value);
                }
            }
        }
    }

    pub fn persons(&self, cells: &[i64], (grid, cell): (usize, usize)) -> u64 {
        cells[(self.starts[grid] + cell) * self.width + PERSONS] as u64
    }

    pub fn side(&self, cells: &[i64], grid: usize, members: &[usize]) -> Side {
        let mut sums = [0_i64; 7];
        for &cell in members {
            let own = &cells[(self.starts[grid] + cell) * self.width..][..self.width];
            for (sum, value) in sums.iter_mut().zip(own) {
                *sum = sum.wrapping_add(*value);
            }
        }
        let (followed, value) = (sums[FOLLOWED], sums[VALUE]);
        let (f, a) = (i128::from(followed), i128::from(value));
        if !self.clustered {
            let centred = (i128::from(sums[4]) * f - a * a) as f64;
            return mean_of_persons((sums[PERSONS], followed, value), centred, self.divisor);
        }
        let [nn, an, aa] = [sums[4], sums[5], sums[6]].map(i128::from);
        let centred = exact(aa, an, nn, (f, a));
        mean(
            (sums[PERSONS], sums[UNITS]),
            (followed, value),
            centred,
            self.divisor,
        )
    }
}

/// The mean of persons of whom some are followed, and its variance; `centred` is f sum A^2 - (sum A)^2.
#[inline]
pub(super) fn mean_of_persons(
    (persons, followed, value): (i64, i64, i64),
    centred: f64,
    divisor: f64,
) -> Side {
    let centred = centred / followed as f64;
    mean((persons, persons), (followed, value), centred, divisor)
}

/// The same of units, with their sum of squares about the mean.
#[inline]
fn mean(
    (persons, units): (i64, i64),
    (followed, value): (i64, i64),
    centred: f64,
    divisor: f64,
) -> Side {
    let (units, f) = (units as f64, followed as f64);
    let factor = if units < 2.0 {
        f64::NAN
    } else {
        units / (units - 1.0)
    };
    Side {
        persons: persons as u64,
        // 0 / 0: nobody is followed.
        value: value as f64 / f / divisor,
        variance: factor * centred / (f * f) / (divisor * divisor),
    }
}

/// sum A^2 - 2 m sum A N + m^2 sum N^2, m = a / f: in whole numbers where they fit.
fn exact(aa: i128, an: i128, nn: i128, (f, a): (i128, i128)) -> f64 {
    let whole = || {
        let first = aa.checked_mul(f)?.checked_mul(f)?;
        let second = an.checked_mul(2)?.checked_mul(a)?.checked_mul(f)?;
        let third = nn.checked_mul(a)?.checked_mul(a)?;
        first.checked_sub(second)?.checked_add(third)
    };
    let (ff, mean) = (f as f64 * f as f64, a as f64 / f as f64);
    match whole() {
        Some(sum) => sum as f64 / ff,
        None => aa as f64 - 2.0 * mean * an as f64 + mean * mean * nn as f64,
    }
}
