//! The plain oracle: every person's weeks written out and added one by one.

use super::NO_CELL;
use crate::panel::OutcomePanel;
use crate::panel::classes::Classes;
use crate::resample::Draw;

/// Totals of a draw, cell after cell: `cells x channels x ticks`.
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
