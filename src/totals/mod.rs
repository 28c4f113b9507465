//! From a draw to totals by cell and tick: the hot loop, and its plain oracle.
//!
//! A *cell* here is one arm x stratum x subgroup level of a table of one outcome. Totals are integers; the sum of a
//! draw does not depend on the order in which units are added.

pub mod planes;

use crate::panel::classes::Classes;
use crate::panel::{OutcomePanel, Shape};
use crate::resample::Draw;

/// Marks a person who belongs to no cell.
pub const NO_CELL: u32 = u32::MAX;

/// What each unit adds to the table of one outcome and one division into cells.
#[derive(Clone, Debug)]
pub struct Contributions {
    offsets: Vec<u32>,
    slots: Vec<u32>,
    deltas: Vec<i32>,
    cells: usize,
    stride: usize,
}

impl Contributions {
    /// Lays the histories of all units out for one division: `cell[person]` is the person's cell or [`NO_CELL`].
    pub fn build(classes: &Classes, outcome: &OutcomePanel, cell: &[u32], cells: usize) -> Self {
        let stride = outcome.shape.slots();
        let mut out = Self {
            offsets: Vec::with_capacity(classes.units() + 1),
            slots: Vec::new(),
            deltas: Vec::new(),
            cells,
            stride,
        };
        out.offsets.push(0);
        let mut merged: Vec<(u32, i64)> = Vec::new();
        for unit in 0..classes.units() {
            merged.clear();
            for &person in classes.members(unit) {
                let person = person as usize;
                if cell[person] == NO_CELL {
                    continue;
                }
                let base = cell[person] * stride as u32;
                for entry in outcome.of(person) {
                    merged.push((base + entry.slot, i64::from(entry.delta)));
                }
            }
            if classes.members(unit).len() > 1 {
                merged.sort_unstable_by_key(|change| change.0);
            }
            for change in merged.chunk_by(|a, b| a.0 == b.0) {
                let mut sum: i64 = change.iter().map(|c| c.1).sum();
                while sum != 0 {
                    let part = sum.clamp(i64::from(i32::MIN), i64::from(i32::MAX));
                    out.slots.push(change[0].0);
                    out.deltas.push(part as i32);
                    sum -= part;
                }
            }
            out.offsets.push(out.slots.len() as u32);
        }
        out
    }

    /// Size of a buffer of totals.
    pub fn len(&self) -> usize {
        self.cells * self.stride
    }

    /// Whether there is nothing to add up.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Totals of a draw, difference-coded channels turned into levels. `totals` has [`Contributions::len`] places.
    pub fn total(&self, shape: &Shape, draw: &Draw, totals: &mut [i64]) {
        totals.fill(0);
        for (unit, &count) in draw.counts.iter().enumerate() {
            if count == 0 {
                continue;
            }
            let span = self.offsets[unit] as usize..self.offsets[unit + 1] as usize;
            let count = i64::from(count);
            for (&slot, &delta) in self.slots[span.clone()].iter().zip(&self.deltas[span]) {
                totals[slot as usize] += count * i64::from(delta);
            }
        }
        for cell in totals.chunks_exact_mut(self.stride) {
            shape.accumulate_levels(cell);
        }
    }
}

/// The plain oracle: every person's weeks written out and added one by one.
pub fn total_plainly(
    classes: &Classes,
    outcome: &OutcomePanel,
    cell: &[u32],
    cells: usize,
    draw: &Draw,
) -> Vec<i64> {
    let stride = outcome.shape.slots();
    let mut totals = vec![0_i64; cells * stride];
    let mut weeks = vec![0_i64; stride];
    for unit in 0..classes.units() {
        for &person in classes.members(unit) {
            let person = person as usize;
            if cell[person] == NO_CELL {
                continue;
            }
            expand(outcome, person, &mut weeks);
            let base = cell[person] as usize * stride;
            for (total, week) in totals[base..base + stride].iter_mut().zip(&weeks) {
                *total += i64::from(draw.counts[unit]) * week;
            }
        }
    }
    totals
}

/// One person's history written out: every channel, every tick.
pub fn expand(outcome: &OutcomePanel, person: usize, weeks: &mut [i64]) {
    weeks.fill(0);
    for entry in outcome.of(person) {
        weeks[entry.slot as usize] += i64::from(entry.delta);
    }
    outcome.shape.accumulate_levels(weeks);
}
