//! The observed sample: variances from influence values, and how much data stands behind each number.

use super::division::Division;
use super::table::Table;
use crate::estimand::{GroupTotals, Influence, Support, Unit};
use crate::numeric::parallel;
use crate::panel::classes::Classes;
use crate::panel::{Kind, OutcomePanel};
use crate::totals::{NO_CELL, expand};

/// Units summed by one task; fixed, so that the order of the float sums never depends on the threads.
const BLOCK: usize = 1024;

/// Sums of squared influences of one group of persons.
pub(super) struct Spread {
    /// Variance by path and tick; NaN where there is none.
    pub variance: Vec<Vec<f64>>,
    /// Support of means.
    pub support: Support,
}

/// What a spread is computed from.
pub(super) struct GroupInput<'a> {
    /// Table.
    pub table: &'a Table<'a>,
    /// Histories.
    pub outcome: &'a OutcomePanel,
    /// Class table.
    pub classes: &'a Classes,
    /// Cells that form the group.
    pub cells: &'a [usize],
    /// Their observed totals.
    pub totals: &'a [f64],
}

struct Partial {
    squares: Vec<Vec<f64>>,
    support: Support,
    units: u64,
}

/// Variance of every path of the table for one group.
pub(super) fn spread(input: &GroupInput<'_>) -> Spread {
    let table = input.table;
    let group = GroupTotals {
        shape: table.shape,
        values: input.totals,
    };
    let influences: Vec<Option<Influence<'_>>> = table
        .paths
        .iter()
        .map(|path| path.curve.influence(group, path.item))
        .collect();
    let units = units_of(input.classes, &table.division, input.cells);
    let blocks = parallel::blocks(units.len(), BLOCK);
    let parts = parallel::map_ordered(blocks.len(), |b| {
        sum_block(input, &influences, &units[blocks[b].clone()])
    });
    let mut whole = empty(table);
    for part in parts {
        whole.units += part.units;
        for (sum, add) in whole.squares.iter_mut().zip(part.squares) {
            for (s, a) in sum.iter_mut().zip(add) {
                *s += a;
            }
        }
        whole.support.add(&part.support);
    }
    let persons = table.division.persons(input.cells);
    let (unit, units) = if input.classes.clustered {
        (Unit::Cluster, whole.units)
    } else {
        (Unit::Person, persons)
    };
    for (path, squares) in table.paths.iter().zip(&mut whole.squares) {
        let factor = path.curve.card().factor.of(unit, units as f64);
        if unit == Unit::Person && path.curve.se_method().is_some() {
            path.curve.variance(group, path.item, squares);
        }
        for square in squares {
            *square *= factor;
        }
    }
    Spread {
        variance: whole.squares,
        support: whole.support,
    }
}

/// Units with a member in the cells, in canonical order.
pub(super) fn units_of(classes: &Classes, division: &Division, cells: &[usize]) -> Vec<usize> {
    let mut inside = vec![false; division.cells.len()];
    for &cell in cells {
        inside[cell] = true;
    }
    let is_inside = |&person: &u32| {
        let cell = division.cell[person as usize];
        cell != NO_CELL && inside[cell as usize]
    };
    let has_member = |&unit: &usize| classes.members(unit).iter().any(is_inside);
    let mut units = Vec::new();
    for cell in &classes.cells {
        let all = cell.units.0 as usize..cell.units.1 as usize;
        if division.subgroup.is_some() {
            units.extend(all.filter(has_member));
        } else if all.clone().next().is_some_and(|unit| has_member(&unit)) {
            // Without levels all units of an arm and stratum go together.
            units.extend(all);
        }
    }
    units
}

fn empty(table: &Table<'_>) -> Partial {
    let ticks = table.shape.ticks;
    Partial {
        squares: table
            .paths
            .iter()
            .map(|p| vec![0.0; p.ticks.len()])
            .collect(),
        support: Support::nobody(ticks),
        units: 0,
    }
}

fn sum_block(
    input: &GroupInput<'_>,
    influences: &[Option<Influence<'_>>],
    units: &[usize],
) -> Partial {
    let table = input.table;
    let mut partial = empty(table);
    let mut history = vec![0_i64; table.shape.slots()];
    let mut psi = vec![0.0; table.shape.ticks];
    let mut sums: Vec<Vec<f64>> = partial.squares.clone();
    let mut inside = vec![false; table.division.cells.len()];
    for &cell in input.cells {
        inside[cell] = true;
    }
    for &unit in units {
        partial.units += 1;
        let size = input.classes.sizes[unit];
        for sum in &mut sums {
            sum.fill(0.0);
        }
        for &person in input.classes.members(unit) {
            let cell = table.division.cell[person as usize];
            if cell == NO_CELL || !inside[cell as usize] {
                continue;
            }
            expand(input.outcome, person as usize, &mut history);
            if matches!(table.shape.kind, Kind::Mean { .. }) {
                count_support(table, &history, u64::from(size), &mut partial.support);
            }
            for (influence, sum) in influences.iter().zip(&mut sums) {
                match influence {
                    Some(influence) => {
                        let psi = &mut psi[..sum.len()];
                        influence(&history, psi);
                        for (s, p) in sum.iter_mut().zip(&*psi) {
                            *s += p;
                        }
                    }
                    None => sum.fill(f64::NAN),
                }
            }
        }
        for (squares, sum) in partial.squares.iter_mut().zip(&sums) {
            for (square, s) in squares.iter_mut().zip(sum) {
                *square += f64::from(size) * s * s;
            }
        }
    }
    partial
}

fn count_support(table: &Table<'_>, history: &[i64], size: u64, support: &mut Support) {
    let ticks = table.shape.ticks;
    let (mut ever, mut not_always) = (false, false);
    for t in 0..ticks {
        let (followed, value) = (history[t] > 0, history[ticks + t]);
        if value != 0 {
            support.nonzero[t] += size;
            ever = true;
        } else if followed {
            support.zero[t] += size;
            not_always = true;
        }
        support.ever[t] += if ever { size } else { 0 };
        support.not_always[t] += if not_always { size } else { 0 };
    }
}
