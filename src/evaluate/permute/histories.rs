//! Any curve of any follow-up: persons are counted by history, and the curve itself is asked.
//!
//! Totals of an arm are counts of histories times what each adds. The variance comes from the totals where they are
//! enough. Else it is the sum of squared influences, as for the observed sample; since an influence is the derivative of
//! the value in the totals, that of a history is a sum over its changes, and no history need be written out.

use super::grid::Grid;
use super::reader::{Ground, Score, Side, add_everywhere};
use crate::estimand::{GroupTotals, Source, Standing, Unit};
use crate::panel::Entry;
use crate::totals::NO_CELL;
use crate::totals::planes::Addition;
use std::collections::BTreeMap;
use std::ops::Range;

/// Slot and change, by slot.
type Changes = Vec<(u32, i64)>;

/// One history in one cell: of a person, or of all members of a cluster together.
struct Class {
    cell: u32,
    persons: u64,
    changes: Changes,
}

pub(super) struct Histories<'a> {
    score: Score<'a>,
    unit: Unit,
    source: Source,
    classes: Vec<Class>,
    /// Classes of each cell of all grids.
    of_cell: Vec<Range<usize>>,
    /// First cell of each grid.
    starts: Vec<usize>,
}

impl<'a> Histories<'a> {
    pub fn build(
        ground: Ground<'a>,
        score: Score<'a>,
        grids: &[Grid],
        additions: &mut Vec<Addition>,
    ) -> Self {
        let mut starts = Vec::new();
        let mut cells = 0;
        for grid in grids {
            starts.push(cells);
            cells += grid.cells();
        }
        // Every unit's part in every cell, then the same parts together.
        let mut index: BTreeMap<(u32, u64, Changes), Vec<u32>> = BTreeMap::new();
        for unit in 0..ground.classes.units() as u32 {
            let mut parts: BTreeMap<u32, (u64, Vec<Entry>)> = BTreeMap::new();
            for &person in ground.classes.members(unit as usize) {
                for (grid, &start) in grids.iter().zip(&starts) {
                    let cell = grid.cell(ground.trial, person as usize);
                    if cell != NO_CELL {
                        let part = parts.entry(start as u32 + cell).or_default();
                        part.0 += 1;
                        part.1.extend(score.outcome.of(person as usize));
                    }
                }
            }
            for (cell, (persons, entries)) in parts {
                let key = (cell, persons, merged(entries));
                index.entry(key).or_default().push(unit);
            }
        }
        let mut classes = Vec::with_capacity(index.len());
        let mut of_unit: Vec<Vec<u32>> = vec![Vec::new(); ground.classes.units()];
        for ((cell, persons, changes), units) in index {
            for unit in units {
                of_unit[unit as usize].push(classes.len() as u32);
            }
            classes.push(Class {
                cell,
                persons,
                changes,
            });
        }
        let of_cell = (0..cells as u32)
            .map(|cell| {
                let first = classes.partition_point(|class| class.cell < cell);
                first..classes.partition_point(|class| class.cell <= cell)
            })
            .collect();
        add_everywhere(ground, additions, |unit, own| {
            own.extend(of_unit[unit as usize].iter().map(|&class| (class, 1)));
        });
        let unit = if ground.classes.clustered {
            Unit::Cluster
        } else {
            Unit::Person
        };
        let standing = Standing {
            unit,
            presence: score.outcome.presence(),
        };
        Self {
            score,
            unit,
            source: score.curve.variance_source(score.shape(), standing),
            classes,
            of_cell,
            starts,
        }
    }

    pub fn columns(&self) -> usize {
        self.classes.len()
    }

    /// Persons, units and totals of each cell.
    pub fn spread(&self, counts: &[i64], cells: &mut Vec<i64>) {
        let slots = self.score.shape().slots();
        let width = slots + 2;
        cells.clear();
        cells.resize(self.of_cell.len() * width, 0);
        for (class, &count) in self.classes.iter().zip(counts) {
            if count == 0 {
                continue;
            }
            let cell = &mut cells[class.cell as usize * width..][..width];
            cell[slots] += count * class.persons as i64;
            cell[slots + 1] += count;
            for &(slot, delta) in &class.changes {
                cell[slot as usize] += count * delta;
            }
        }
        for cell in cells.chunks_exact_mut(width) {
            self.score.shape().accumulate_levels(&mut cell[..slots]);
        }
    }

    pub fn persons(&self, cells: &[i64], (grid, cell): (usize, usize)) -> u64 {
        let width = self.score.shape().slots() + 2;
        cells[(self.starts[grid] + cell) * width + width - 2] as u64
    }

    pub fn side(&self, (counts, cells): (&[i64], &[i64]), grid: usize, members: &[usize]) -> Side {
        let Score {
            curve, item, tick, ..
        } = self.score;
        let shape = self.score.shape();
        let (slots, width) = (shape.slots(), shape.slots() + 2);
        let mut sums = vec![0_i64; width];
        for &cell in members {
            let own = &cells[(self.starts[grid] + cell) * width..][..width];
            for (sum, value) in sums.iter_mut().zip(own) {
                *sum += value;
            }
        }
        let totals: Vec<f64> = sums[..slots].iter().map(|&sum| sum as f64).collect();
        let group = GroupTotals {
            shape,
            values: &totals,
        };
        let mut values = vec![0.0; curve.ticks(shape).len()];
        curve.evaluate(group, item, &mut values);
        let units = match self.unit {
            Unit::Cluster => sums[width - 1],
            Unit::Person => sums[width - 2],
        };
        let factor = curve.card().factor.of(self.unit, units as f64);
        let value = values[tick];
        let squares = match self.source {
            Source::Totals => {
                curve.variance(group, item, &mut values);
                values[tick]
            }
            Source::Units | Source::Products(..) => self.squares(counts, group, (grid, members)),
            Source::Nothing => f64::NAN,
        };
        // Differences of products may leave a little less than nothing where nobody varies.
        let squares = if squares < 0.0 { 0.0 } else { squares };
        Side {
            persons: sums[width - 2] as u64,
            value,
            variance: factor * squares,
        }
    }

    /// Sum of squared influences over the histories of some cells.
    fn squares(
        &self,
        counts: &[i64],
        group: GroupTotals<'_>,
        (grid, members): (usize, &[usize]),
    ) -> f64 {
        let Some(gradient) = self.gradient(group) else {
            return f64::NAN;
        };
        let mut sum = 0.0;
        for &cell in members {
            for class in self.of_cell[self.starts[grid] + cell].clone() {
                if counts[class] == 0 {
                    continue;
                }
                let changes = self.classes[class].changes.iter();
                let psi: f64 = changes
                    .map(|&(slot, delta)| gradient[slot as usize] * delta as f64)
                    .sum();
                sum += counts[class] as f64 * psi * psi;
            }
        }
        sum
    }

    /// What one unit of change at a slot does to the value: the influence of a history that is 1 there alone, and, where
    /// a change lasts, of all slots from there on.
    fn gradient(&self, group: GroupTotals<'_>) -> Option<Vec<f64>> {
        let shape = self.score.shape();
        let influence = self.score.curve.influence(group, self.score.item)?;
        let mut out = vec![0.0; self.score.curve.ticks(shape).len()];
        let mut history = vec![0_i64; shape.slots()];
        let mut gradient = vec![0.0; shape.slots()];
        for (slot, value) in gradient.iter_mut().enumerate() {
            history[slot] = 1;
            influence(&history, &mut out);
            *value = out[self.score.tick];
            history[slot] = 0;
        }
        for channel in (0..shape.channels).filter(|&channel| shape.differenced(channel)) {
            let values = &mut gradient[channel * shape.ticks..(channel + 1) * shape.ticks];
            let mut sum = 0.0;
            for value in values.iter_mut().rev() {
                sum += *value;
                *value = sum;
            }
        }
        Some(gradient)
    }
}

/// Sorted by slot, equal slots summed.
fn merged(mut entries: Vec<Entry>) -> Vec<(u32, i64)> {
    entries.sort_unstable();
    entries
        .chunk_by(|a, b| a.slot == b.slot)
        .map(|run| (run[0].slot, run.iter().map(|e| i64::from(e.delta)).sum()))
        .filter(|(_, delta): &(u32, i64)| *delta != 0)
        .collect()
}
