//! Totals of one group in several draws at once, and the product-limit walk over them that the curves of exits share.
//!
//! Draws stand side by side in *lanes*: the value of slot s in draw r is `values[s * lanes + r]`. Every lane goes
//! through the same operations in the same order, so a draw has the same bits in a tile of one and in a tile of many.

use super::Item;
use crate::panel::{Kind, Shape};

/// One group of persons in `lanes` draws.
#[derive(Clone, Copy, Debug)]
pub struct GroupTile<'a> {
    /// Shape.
    pub shape: &'a Shape,
    /// Draws side by side.
    pub lanes: usize,
    /// `channels x ticks x lanes`.
    values: &'a [f64],
    /// Of exits only: any exit, hazard, survival before and after, each `ticks x lanes`.
    walk: &'a [f64],
}

impl<'a> GroupTile<'a> {
    /// One channel over all ticks and lanes.
    pub fn channel(&self, channel: usize) -> &'a [f64] {
        let size = self.shape.ticks * self.lanes;
        &self.values[channel * size..(channel + 1) * size]
    }

    /// Exits to one destination, or any.
    pub fn exits(&self, item: Item) -> &'a [f64] {
        match item {
            Item::Destination(k) => self.channel(1 + k),
            Item::Any => self.walked(0),
        }
    }

    /// The hazard of any exit: 0 before anybody has entered and once survival is 0, NaN from where it is undefined.
    pub fn hazard(&self) -> &'a [f64] {
        self.walked(1)
    }

    /// Survival just before the tick's exits.
    pub fn before(&self) -> &'a [f64] {
        self.walked(2)
    }

    /// Survival after them.
    pub fn after(&self) -> &'a [f64] {
        self.walked(3)
    }

    fn walked(&self, row: usize) -> &'a [f64] {
        let size = self.shape.ticks * self.lanes;
        &self.walk[row * size..(row + 1) * size]
    }
}

/// Buffers of the walk; kept from tile to tile.
#[derive(Clone, Debug, Default)]
pub struct Product {
    walk: Vec<f64>,
    entered: Vec<f64>,
}

impl Product {
    /// Prepares a group: for exits, walks all ticks once for every curve.
    pub fn of<'a>(
        &'a mut self,
        shape: &'a Shape,
        values: &'a [f64],
        lanes: usize,
    ) -> GroupTile<'a> {
        if matches!(shape.kind, Kind::Exit { .. }) {
            self.walk(shape, values, lanes);
        } else {
            self.walk.clear();
        }
        GroupTile {
            shape,
            lanes,
            values,
            walk: &self.walk,
        }
    }

    /// Before anybody has entered nothing happens; once survival is 0 it stays 0; with nobody at risk while it is
    /// positive it is undefined from there on. With nobody ever at risk it is undefined throughout.
    fn walk(&mut self, shape: &Shape, values: &[f64], lanes: usize) {
        let size = shape.ticks * lanes;
        self.walk.resize(4 * size, 0.0);
        let (any, rest) = self.walk.split_at_mut(size);
        let (hazards, rest) = rest.split_at_mut(size);
        let (befores, afters) = rest.split_at_mut(size);
        any.copy_from_slice(&values[size..2 * size]);
        for channel in 2..shape.channels {
            let more = &values[channel * size..(channel + 1) * size];
            for (sum, x) in any.iter_mut().zip(more) {
                *sum += x;
            }
        }
        let at_risk = &values[..size];
        // Survival so far: 1, or NaN where nobody is ever at risk.
        self.entered.clear();
        self.entered.resize(2 * lanes, 0.0);
        let (entered, survival) = self.entered.split_at_mut(lanes);
        for (lane, s) in survival.iter_mut().enumerate() {
            let ever = at_risk[lane..].iter().step_by(lanes).any(|&n| n > 0.0);
            *s = if ever { 1.0 } else { f64::NAN };
        }
        for tick in 0..shape.ticks {
            let span = tick * lanes..(tick + 1) * lanes;
            let (n, d) = (&at_risk[span.clone()], &any[span.clone()]);
            let (h, b, a) = (
                &mut hazards[span.clone()],
                &mut befores[span.clone()],
                &mut afters[span],
            );
            for lane in 0..lanes {
                let before = survival[lane];
                let somebody = n[lane] > 0.0;
                if somebody {
                    entered[lane] = 1.0;
                }
                let waiting = entered[lane] == 0.0 && before == 1.0;
                let hazard = if before == 0.0 || waiting {
                    0.0
                } else if somebody {
                    d[lane] / n[lane]
                } else {
                    f64::NAN
                };
                let after = before * (1.0 - hazard);
                h[lane] = hazard;
                b[lane] = before;
                a[lane] = after;
                survival[lane] = after;
            }
        }
    }
}

/// `y / n` where somebody is, else `otherwise`.
pub(super) fn ratio(y: f64, n: f64, otherwise: f64) -> f64 {
    if n > 0.0 { y / n } else { otherwise }
}

/// Running sums along ticks, lane by lane, in place.
pub(super) fn accumulate(values: &mut [f64], lanes: usize) {
    for tick in 1..values.len() / lanes {
        let (done, rest) = values.split_at_mut(tick * lanes);
        let last = &done[(tick - 1) * lanes..];
        for (value, sum) in rest[..lanes].iter_mut().zip(last) {
            *value += sum;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::exits::example;
    use super::super::{Estimand, GroupTotals, OutcomeClass, REGISTRY};
    use super::*;
    use crate::panel::Value;

    /// Draws that reach every branch: nobody ever, late entry, survival of 0, a gap while it is positive.
    fn draws() -> Vec<Vec<f64>> {
        let (shape, first) = example();
        let ticks = shape.ticks;
        let mut gap = first.clone();
        (gap[3], gap[13]) = (0.0, 0.0);
        let mut late = first.clone();
        (late[0], late[ticks]) = (0.0, 0.0);
        let thirds = first.iter().map(|x| x * 4.0 / 3.0).collect();
        vec![first, vec![0.0; shape.slots()], gap, late, thirds]
    }

    #[test]
    fn a_draw_has_the_same_bits_alone_and_among_others() {
        let draws = draws();
        let lanes = draws.len();
        let (exit, _) = example();
        let mut mean = exit.clone();
        mean.kind = Kind::Mean {
            value: Value::State,
        };
        let mut share = exit.clone();
        share.kind = Kind::Share;
        let mut compared = 0;
        for shape in [exit, mean, share] {
            let mut tile = vec![0.0; shape.slots() * lanes];
            for (lane, draw) in draws.iter().enumerate() {
                for (slot, x) in draw.iter().enumerate() {
                    tile[slot * lanes + lane] = *x;
                }
            }
            for estimand in REGISTRY {
                let Estimand::Curve(curve) = estimand else {
                    continue;
                };
                if !curve.card().kinds.contains(&OutcomeClass::of(shape.kind)) {
                    continue;
                }
                for item in curve.items(&shape) {
                    let ticks = curve.ticks(&shape).len();
                    let mut product = Product::default();
                    let mut together = vec![0.0; ticks * lanes];
                    let group = product.of(&shape, &tile, lanes);
                    curve.evaluate_tile(&group, item, &mut together);
                    for (lane, draw) in draws.iter().enumerate() {
                        let mut alone = vec![0.0; ticks];
                        let values = draw;
                        let shape = &shape;
                        curve.evaluate(GroupTotals { shape, values }, item, &mut alone);
                        for (tick, x) in alone.iter().enumerate() {
                            let y = together[tick * lanes + lane];
                            assert!(x.to_bits() == y.to_bits() || (x.is_nan() && y.is_nan()));
                            compared += 1;
                        }
                    }
                }
            }
        }
        assert!(compared > 300, "{compared}");
    }
}
