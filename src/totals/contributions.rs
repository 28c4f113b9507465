//! What each unit adds to the table of one outcome and one division into cells.
//!
//! Every unit of a cell of the draw (an arm in a stratum) usually shares some changes: followed from week 1, at risk in
//! week 1. Where all persons of a cell of the draw fall into one cell of the table, a change that most of its slots
//! share is taken out: it is added once, times the sum of the cell's counts, and the units that lack it subtract it.
//! Units with nothing left to add are not visited at all.

use super::NO_CELL;
use crate::panel::classes::Classes;
use crate::panel::{OutcomePanel, Shape};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A unit's step of +-1 as one number: the slot, and in the highest bit whether it is a step down.
pub(super) const DOWN: u32 = 1 << 31;

/// What each unit adds.
#[derive(Clone, Debug)]
pub struct Contributions {
    /// Shape of one cell.
    pub(super) shape: Arc<Shape>,
    /// Units that add something, in order.
    pub(super) units: Vec<u32>,
    /// `steps[offsets[k].0..offsets[k + 1].0]` and `jumps[offsets[k].1..offsets[k + 1].1]` are those of `units[k]`.
    pub(super) offsets: Vec<(u32, u32)>,
    /// Changes by one.
    pub(super) steps: Vec<u32>,
    /// Changes by another amount: slot, delta.
    pub(super) jumps: Vec<(u32, i32)>,
    /// Changes shared by a whole cell of the draw: the cell, the slot, the delta.
    pub(super) shared: Vec<(u32, u32, i64)>,
    pub(super) cells: usize,
    /// The largest total any draw of `n` counts can reach is this times `n`.
    per_count: i64,
    /// Slots of the whole class table.
    slots: u64,
}

impl Contributions {
    /// Lays the histories of all units out for one division: `cell[person]` is the person's cell or [`NO_CELL`].
    pub fn build(classes: &Classes, outcome: &OutcomePanel, cell: &[u32], cells: usize) -> Self {
        let mut out = Self {
            shape: Arc::new(outcome.shape.clone()),
            units: Vec::new(),
            offsets: vec![(0, 0)],
            steps: Vec::new(),
            jumps: Vec::new(),
            shared: Vec::new(),
            cells,
            per_count: 0,
            slots: classes.sizes.iter().map(|&size| u64::from(size)).sum(),
        };
        let mut changes = Vec::new();
        for (index, drawn) in classes.cells.iter().enumerate() {
            let units = drawn.units.0 as usize..drawn.units.1 as usize;
            let base = if classes.clustered {
                BTreeMap::new()
            } else {
                shared(classes, outcome, cell, units.clone())
            };
            for unit in units {
                gather(classes, outcome, cell, unit, &mut changes);
                let reach: i64 = changes.iter().map(|change| change.1.abs()).sum();
                out.per_count = out.per_count.max(reach);
                changes.extend(base.iter().map(|(&slot, &delta)| (slot, -delta)));
                out.push(unit as u32, &mut changes);
            }
            let shared = base
                .iter()
                .map(|(&slot, &delta)| (index as u32, slot, delta));
            out.shared.extend(shared);
        }
        out
    }

    /// Adds a unit's changes: those of one slot together, nothing for a sum of 0.
    fn push(&mut self, unit: u32, changes: &mut [(u32, i64)]) {
        changes.sort_unstable_by_key(|change| change.0);
        let before = (self.steps.len(), self.jumps.len());
        for change in changes.chunk_by(|a, b| a.0 == b.0) {
            let slot = change[0].0;
            let mut sum: i64 = change.iter().map(|c| c.1).sum();
            match sum {
                0 => {}
                1 => self.steps.push(slot),
                -1 => self.steps.push(slot | DOWN),
                _ => {
                    while sum != 0 {
                        let part = sum.clamp(i64::from(i32::MIN), i64::from(i32::MAX));
                        self.jumps.push((slot, part as i32));
                        sum -= part;
                    }
                }
            }
        }
        if (self.steps.len(), self.jumps.len()) != before {
            self.units.push(unit);
            self.offsets
                .push((self.steps.len() as u32, self.jumps.len() as u32));
        }
    }

    /// Number of cells.
    pub fn cells(&self) -> usize {
        self.cells
    }

    /// Slots of one cell.
    pub fn stride(&self) -> usize {
        self.shape.slots()
    }

    /// Changes that are added for each draw.
    pub fn changes(&self) -> usize {
        self.steps.len() + self.jumps.len() + self.shared.len()
    }

    /// The largest absolute value any total can reach when counts sum to at most `most(slots)`. Levels are sums of a
    /// unit's changes, so the bound of all of them holds for a level too. On the way there sums may be larger, since
    /// what is shared is added for all and taken back from some: they wrap, and come back.
    pub(super) fn reach(&self, most: impl Fn(u64) -> u64) -> i128 {
        i128::from(self.per_count) * i128::from(most(self.slots))
    }
}

/// All changes of a unit's members, unsorted: `(cell x stride + slot, delta)`.
fn gather(
    classes: &Classes,
    outcome: &OutcomePanel,
    cell: &[u32],
    unit: usize,
    changes: &mut Vec<(u32, i64)>,
) {
    let stride = outcome.shape.slots() as u32;
    changes.clear();
    for &person in classes.members(unit) {
        let person = person as usize;
        let own = cell[person];
        if own == NO_CELL {
            continue;
        }
        let entries = outcome.of(person).iter();
        changes.extend(entries.map(|e| (own * stride + e.slot, i64::from(e.delta))));
    }
}

/// The changes that more than half of the slots of a cell of the draw share, if all of them fall into one cell.
fn shared(
    classes: &Classes,
    outcome: &OutcomePanel,
    cell: &[u32],
    units: std::ops::Range<usize>,
) -> BTreeMap<u32, i64> {
    let cell_of = |unit: usize| cell[classes.members(unit)[0] as usize];
    let Some(own) = units.clone().next().map(cell_of) else {
        return BTreeMap::new();
    };
    if own == NO_CELL || units.clone().any(|unit| cell_of(unit) != own) {
        return BTreeMap::new();
    }
    // A majority is found by one pass of votes per slot and confirmed by a second that counts.
    let stride = outcome.shape.slots();
    let mut votes: Vec<(i64, u64)> = vec![(0, 0); stride];
    let entries = |unit: usize| outcome.of(classes.members(unit)[0] as usize);
    for unit in units.clone() {
        let size = u64::from(classes.sizes[unit]);
        for entry in entries(unit) {
            let (delta, votes) = &mut votes[entry.slot as usize];
            if *delta == i64::from(entry.delta) {
                *votes += size;
            } else if *votes >= size {
                *votes -= size;
            } else {
                (*delta, *votes) = (i64::from(entry.delta), size - *votes);
            }
        }
    }
    let mut counted = vec![0_u64; stride];
    let mut all = 0;
    for unit in units {
        let size = u64::from(classes.sizes[unit]);
        all += size;
        for entry in entries(unit) {
            if votes[entry.slot as usize].0 == i64::from(entry.delta) {
                counted[entry.slot as usize] += size;
            }
        }
    }
    let base = own * stride as u32;
    (0..stride)
        .filter(|&slot| 2 * counted[slot] > all)
        .map(|slot| (base + slot as u32, votes[slot].0))
        .collect()
}
