//! # What it estimates
//! The same number as `cumulative_incidence`, with the standard error and the limits that SAS and R cmprsk print: for who must
//! give their numbers again. Only on request, by its name in `estimands`.
//!
//! # Formula
//! F_k(t) = sum over s <= t of S(s-1) d_ks / n_s (Aalen and Johansen).
//!
//! # Units and shape
//! A probability, one value per tick and destination. Normal limits are on the scale ln(-ln F).
//!
//! # Undefined when
//! From the first tick with nobody at risk while S > 0. With clusters it has no standard error: the counting process has
//! a jump for each person.
//!
//! # Source
//! Aalen (1978) for the variance: sum over s <= t of (1 - (F(t) - F(s)) / S(s))^2 v_ks + ((F(t) - F(s)) / S(s))^2 v_os, where
//! v = S(s-1)^2 d / n^2 (1 - (d - 1) / (n - 1)) of exits to k and to the others (Gray 1988 for ties).

use super::cumulative_incidence::CumulativeIncidence;
use super::exits::{tied, walk};
use super::{
    ArmScale, Card, Counts, Curve, Factor, GroupTile, GroupTotals, Influence, Item, OutcomeClass,
    Source, Standing, Support,
};
use crate::panel::Shape;

/// The estimand.
pub(super) struct CumulativeIncidenceAalen;

static CARD: Card = Card {
    slug: "cumulative_incidence_aalen",
    contrast: None,
    title: "the cumulative incidence with Aalen's standard error and limits on the scale ln(-ln F), as SAS and R cmprsk print them; by name only",
    formula: "F_k(t) = Σ_s≤t S(s − 1) d_ks / n_s",
    std_error: "√(Σ_s≤t (1 − (F(t) − F(s)) / S(s))^2 v_ks + ((F(t) − F(s)) / S(s))^2 v_os), v = S(s − 1)^2 d / n^2 (1 − (d − 1) / (n − 1)), k this destination, o the others; none with clusters",
    undefined: "from the first week with nobody at risk while S > 0",
    source: "Aalen 1978; Gray 1988; R cmprsk, cuminc; SAS, proc lifetest with eventcode",
    method: "Aalen-Johansen",
    kinds: &[OutcomeClass::Exit],
    scale: ArmScale::LogLog,
    factor: Factor::ClustersOnly,
};

/// Sums of v, of v u and of v u^2, where u is a jump's weight in F(t) apart from F(t) itself: the weight is u - F(t) w.
#[derive(Default)]
struct Sums {
    constant: f64,
    crossed: f64,
    squared: f64,
}

impl Sums {
    fn jump(&mut self, v: f64, u: f64, w: f64) {
        self.constant += u * u * v;
        self.crossed += u * w * v;
        self.squared += w * w * v;
    }

    fn at(&self, f: f64) -> f64 {
        self.constant - 2.0 * f * self.crossed + f * f * self.squared
    }
}

impl Curve for CumulativeIncidenceAalen {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn items(&self, shape: &Shape) -> Vec<Item> {
        CumulativeIncidence.items(shape)
    }

    fn evaluate_tile(&self, group: &GroupTile<'_>, item: Item, out: &mut [f64]) {
        CumulativeIncidence.evaluate_tile(group, item, out);
    }

    fn influence<'a>(&self, _: GroupTotals<'a>, _: Item) -> Option<Influence<'a>> {
        None
    }

    fn variance_source(&self, _: &Shape, _: Standing) -> Source {
        Source::Nothing
    }

    fn se_method(&self) -> Option<&'static str> {
        Some("Aalen's variance")
    }

    fn variance(&self, group: GroupTotals<'_>, item: Item, out: &mut [f64]) {
        let (mut sums, mut incidence) = (Sums::default(), 0.0);
        walk(group, |tick, step| {
            let n = group.channel(0)[tick];
            let own = group.exits(item, tick);
            let other = group.exits(Item::Any, tick) - own;
            if n > 0.0 {
                incidence += step.before * own / n;
                let v = |d: f64| step.before * step.before * d * tied(d, n) / (n * n);
                // The last who leave have nobody behind them.
                let w = if step.after > 0.0 {
                    1.0 / step.after
                } else {
                    0.0
                };
                sums.jump(v(own), 1.0 + incidence * w, w);
                sums.jump(v(other), incidence * w, w);
            }
            out[tick] = if step.after.is_nan() {
                f64::NAN
            } else {
                sums.at(incidence)
            };
        });
    }

    fn counts(&self, group: GroupTotals<'_>, item: Item, tick: usize) -> Counts {
        CumulativeIncidence.counts(group, item, tick)
    }

    fn support(&self, group: GroupTotals<'_>, support: &Support, item: Item, tick: usize) -> u64 {
        CumulativeIncidence.support(group, support, item, tick)
    }

    fn unit(&self, shape: &Shape, weekly: &str, tick: &str) -> String {
        CumulativeIncidence.unit(shape, weekly, tick)
    }
}

#[cfg(test)]
mod tests {
    use super::super::exits::example;
    use super::*;

    #[test]
    fn it_adds_the_jumps_of_both_kinds() {
        let (shape, values) = example();
        let group = GroupTotals {
            shape: &shape,
            values: &values,
        };
        let mut out = [0.0; 5];
        CumulativeIncidenceAalen.variance(group, Item::Destination(0), &mut out);
        // Week 1: one of six leaves to a: v = 1/36, and F(t) - F(s) = 0, so 1/36.
        assert!((out[0] - 1.0 / 36.0).abs() < 1e-15);
        // Week 2: n = 5, S(1) = 5/6, one to a and one to b: v = (25/36)/25 = 1/36 each. The jump of week 1 has
        // (F(2) - F(1)) / S(1) = (1/6) / (5/6) = 1/5, so (4/5)^2; that to b has weight 0 yet: (16/25 + 1) / 36.
        assert!((out[1] - 41.0 / 900.0).abs() < 1e-15);
    }
}
