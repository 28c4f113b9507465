//! What the acceleration of bca needs: sums of the units' influences on an adjusted difference, their squares and cubes,
//! within the cells that are drawn from.
//!
//! The influence of a person is the derivative of the difference in the person's weight, l_i e_it; a cluster has the sum of
//! its persons'. Weights of strata and the centre stay what they are, as they do in every replicate.

use super::super::context::Context;
use super::Regression;
use super::draws::{Cells, Room};
use super::sandwich::{Fitted, Numbers};
use crate::inference::centred;
use crate::resample::Draw;

/// Sums of squares and of cubes of the centred influences, by tick.
pub(in crate::evaluate) type Powers = [Vec<f64>; 2];

impl Regression {
    /// Of a contrast of the observed sample: of the week's difference, and of the accumulated one.
    pub fn influences(&self, context: &Context<'_>, (level, arm): (usize, usize)) -> [Powers; 2] {
        let cells = &context.classes.cells;
        let observed = Draw::observed(context.classes);
        let mut room = Room::default();
        self.sum(&observed, &mut room);
        let sums = Cells::observed(&room, &observed);
        let model = &self.models[level][arm - 1];
        let ticks = self.cross.ticks();
        // By drawn cell, kind and tick: sums of the first three powers.
        let mut powers = vec![[0.0; 3]; cells.len() * 2 * ticks];
        for system in &model.systems {
            let fitted = Fitted::new(&self.cross, model, system, &sums);
            let mut numbers = Numbers::of(&fitted);
            for unit in fitted.units(&sums) {
                numbers.influence(&fitted, &unit);
                let index = self.cross.unit(unit.rows.start) as u32;
                let cell = cells.partition_point(|cell| cell.units.1 <= index);
                let mut sum = 0.0;
                for (tick, psi) in numbers.psi.iter().enumerate() {
                    let psi = system.sign * psi;
                    sum += psi;
                    for (kind, l) in [psi, sum].into_iter().enumerate() {
                        let [first, second, third] = &mut powers[(cell * 2 + kind) * ticks + tick];
                        *first += unit.size * l;
                        *second += unit.size * l * l;
                        *third += unit.size * l * l * l;
                    }
                }
            }
        }
        [0, 1].map(|kind| {
            let mut out = [vec![0.0; ticks], vec![0.0; ticks]];
            for (c, cell) in cells.iter().enumerate() {
                for tick in 0..ticks {
                    let own = powers[(c * 2 + kind) * ticks + tick];
                    if own == [0.0; 3] {
                        continue;
                    }
                    let (squares, cubes) = centred(f64::from(cell.slots), own);
                    out[0][tick] += squares;
                    out[1][tick] += cubes;
                }
            }
            if model.systems.is_empty() {
                for powers in &mut out {
                    powers.fill(f64::NAN);
                }
            }
            out
        })
    }
}
