//! Sums of squares and cubes of influences within the cells that are drawn from: what the acceleration of bca is made of.
//!
//! A pass of its own over the units, made only for analyses with bca intervals. Influences are formed over a group (an
//! arm, or a stratum of one), draws are made within arm and stratum: so they are centred in each cell of the draw, where
//! units of other levels count as 0.

use super::point::{GroupInput, units_of};
use super::table::Table;
use crate::estimand::{GroupTotals, Influence};
use crate::inference::{acceleration, centred};
use crate::numeric::parallel;
use crate::panel::classes::Cell;
use crate::totals::{NO_CELL, expand};

/// Sums over the cells of an arm, a side or a contrast, by path and tick; NaN where there is no influence.
pub(super) struct Skew {
    squares: Vec<Vec<f64>>,
    cubes: Vec<Vec<f64>>,
}

/// By path and tick: the sums of the influences, of their squares and of their cubes.
type Sums = Vec<Vec<[f64; 3]>>;

impl Skew {
    /// Over no cells.
    pub fn nothing(table: &Table<'_>) -> Self {
        let zeros = || (table.paths.iter().map(|p| vec![0.0; p.ticks.len()])).collect();
        Self {
            squares: zeros(),
            cubes: zeros(),
        }
    }

    /// Over the cells of a group.
    pub fn of(input: &GroupInput<'_>) -> Self {
        let table = input.table;
        let group = GroupTotals {
            shape: table.shape,
            values: input.totals,
        };
        let influences: Vec<Option<Influence<'_>>> = (table.paths.iter())
            .map(|path| path.curve.influence(group, path.item))
            .collect();
        let units = units_of(input.classes, &table.division, input.cells);
        // Units stand in the order of the cells.
        let drawn: Vec<(&Cell, &[usize])> = (input.classes.cells.iter())
            .map(|cell| {
                let at = |unit: u32| units.partition_point(|&u| u < unit as usize);
                (cell, &units[at(cell.units.0)..at(cell.units.1)])
            })
            .filter(|(_, units)| !units.is_empty())
            .collect();
        let sums = parallel::map_ordered(drawn.len(), |c| sum(input, &influences, drawn[c].1));
        let mut out = Self::nothing(table);
        for ((cell, _), sums) in drawn.iter().zip(sums) {
            for (p, path) in sums.iter().enumerate() {
                for (t, tick) in path.iter().enumerate() {
                    let (squares, cubes) = centred(f64::from(cell.slots), *tick);
                    out.squares[p][t] += squares;
                    out.cubes[p][t] += cubes;
                }
            }
        }
        out
    }

    /// Adds another's cells, which enter the estimate `weight` times (a control with the other sign).
    pub fn add(&mut self, other: &Self, weight: f64) {
        let (square, cube) = (weight * weight, weight * weight * weight);
        for (mine, more, factor) in [
            (&mut self.squares, &other.squares, square),
            (&mut self.cubes, &other.cubes, cube),
        ] {
            for (mine, more) in mine.iter_mut().flatten().zip(more.iter().flatten()) {
                *mine += factor * more;
            }
        }
    }

    /// Accelerations of some ticks of a path.
    pub fn accelerations(&self, path: usize, ticks: &[usize]) -> Vec<f64> {
        let at = |&t: &usize| acceleration(self.squares[path][t], self.cubes[path][t]);
        ticks.iter().map(at).collect()
    }
}

/// Sums over the units of one cell; a unit adds its size times the powers of its members' sum.
fn sum(input: &GroupInput<'_>, influences: &[Option<Influence<'_>>], units: &[usize]) -> Sums {
    let table = input.table;
    let mut sums: Sums = (table.paths.iter())
        .map(|p| vec![[0.0; 3]; p.ticks.len()])
        .collect();
    let mut history = vec![0_i64; table.shape.slots()];
    let mut psi = vec![0.0; table.shape.ticks];
    let mut units_psi: Vec<Vec<f64>> = (table.paths.iter())
        .map(|p| vec![0.0; p.ticks.len()])
        .collect();
    for &unit in units {
        let size = f64::from(input.classes.sizes[unit]);
        for unit_psi in &mut units_psi {
            unit_psi.fill(0.0);
        }
        for &person in input.classes.members(unit) {
            let cell = table.division.cell[person as usize];
            if cell == NO_CELL || !input.cells.contains(&(cell as usize)) {
                continue;
            }
            expand(input.outcome, person as usize, &mut history);
            for (influence, unit_psi) in influences.iter().zip(&mut units_psi) {
                let Some(influence) = influence else {
                    unit_psi.fill(f64::NAN);
                    continue;
                };
                let psi = &mut psi[..unit_psi.len()];
                influence(&history, psi);
                for (sum, p) in unit_psi.iter_mut().zip(&*psi) {
                    *sum += p;
                }
            }
        }
        for (path, unit_psi) in sums.iter_mut().zip(&units_psi) {
            for ([first, second, third], &l) in path.iter_mut().zip(unit_psi) {
                *first += size * l;
                *second += size * l * l;
                *third += size * l * l * l;
            }
        }
    }
    sums
}
