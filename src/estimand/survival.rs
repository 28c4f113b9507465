//! # What it estimates
//! The probability of still being in `from` after week t. `survival_difference` is treated minus control.
//!
//! # Formula
//! S(t) = product over s <= t of (1 - d_s / n_s) (Kaplan and Meier); S(0) = 1 for weekly spells, which start at 1.
//!
//! # Units and shape
//! A probability, one value per tick (from 0 for durations).
//!
//! # Undefined when
//! From the first tick with nobody at risk while S > 0. Once S is 0 it stays 0.
//!
//! # Source
//! Kaplan and Meier (1958); Greenwood (1926) for the variance S^2 sum d / (n (n - d)), which is exactly the sum of
//! squared influence values psi_i(t) = psi_i(t-1) (1 - h_t) - S(t-1) (dN_it - h_t Y_it) / n_t.

use super::exits::{counts_at, exits_through, has_survival, inverse, steps, walk};
use super::{
    ArmScale, Card, Counts, Curve, Factor, GroupTile, GroupTotals, Influence, Item, OutcomeClass,
    Source, Standing, Support, exits_of,
};
use crate::panel::Shape;

/// The estimand.
pub(super) struct Survival;

static CARD: Card = Card {
    slug: "survival",
    contrast: Some("survival_difference"),
    title: "probability of still being in the state after week t",
    formula: "S(t) = Π_s≤t (1 − d_s / n_s); difference = treated − control",
    std_error: "Greenwood: S √(Σ d / (n (n − d))), as the sum of squared person influences; clusters: ψ summed by cluster, G / (G − 1)",
    undefined: "from the first week with nobody at risk while S > 0",
    source: "Kaplan and Meier 1958; Greenwood 1926",
    method: "Kaplan-Meier",
    kinds: &[OutcomeClass::Exit],
    scale: ArmScale::LogLog,
    factor: Factor::ClustersOnly,
};

impl Curve for Survival {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn items(&self, shape: &Shape) -> Vec<Item> {
        if has_survival(shape) {
            vec![Item::Any]
        } else {
            Vec::new()
        }
    }

    fn evaluate_tile(&self, group: &GroupTile<'_>, _: Item, out: &mut [f64]) {
        out.copy_from_slice(group.after());
    }

    fn influence<'a>(&self, group: GroupTotals<'a>, _: Item) -> Option<Influence<'a>> {
        let steps = steps(group);
        let inverse = inverse(group);
        let shape = group.shape;
        Some(Box::new(move |history, out| {
            let mut psi = 0.0;
            for (t, step) in steps.iter().enumerate() {
                let at_risk = history[t] as f64;
                let excess = exits_of(shape, history, Item::Any, t) - step.hazard * at_risk;
                psi = psi * (1.0 - step.hazard) - step.before * excess * inverse[t];
                out[t] = psi;
            }
        }))
    }

    fn variance_source(&self, _: &Shape, standing: Standing) -> Source {
        standing.of_exits()
    }

    fn variance(&self, group: GroupTotals<'_>, _: Item, out: &mut [f64]) {
        let mut sum = 0.0;
        walk(group, |tick, step| {
            sum = step.carried(sum) + step.added(group.channel(0)[tick]);
            out[tick] = sum;
        });
    }

    fn counts(&self, group: GroupTotals<'_>, item: Item, tick: usize) -> Counts {
        counts_at(group, item, tick)
    }

    fn support(&self, group: GroupTotals<'_>, _: &Support, item: Item, tick: usize) -> u64 {
        exits_through(group, item, tick)
    }

    fn unit(&self, _: &Shape, _: &str, _: &str) -> String {
        "probability".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::super::exits::example;
    use super::*;

    #[test]
    fn squared_influences_add_up_to_greenwood() {
        let (shape, values) = example();
        let group = GroupTotals {
            shape: &shape,
            values: &values,
        };
        let influence = Survival.influence(group, Item::Any).expect("has one");
        // Histories: at risk (5), to a (5), to b (5).
        let persons = [
            [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0], // exit 1 to a
            [1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0], // exit 2 to a
            [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0], // exit 2 to b
            [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], // censored after 2
            [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0], // exit 3 to b
            [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0], // exit 4 to b
        ];
        let mut sums = [0.0; 5];
        let mut psi = [0.0; 5];
        for person in &persons {
            influence(person, &mut psi);
            for t in 0..5 {
                sums[t] += psi[t] * psi[t];
            }
        }
        // Greenwood at week 2: S = 1/2, sum = 1/(6 x 5) + 2/(5 x 3) = 1/6, variance 1/24.
        assert!((sums[1] - 1.0 / 24.0).abs() < 1e-15);
        // At week 3: S = 1/4, sum = 1/6 + 1/(2 x 1) = 2/3, variance 1/24.
        assert!((sums[2] - 1.0 / 24.0).abs() < 1e-15);
        assert_eq!(sums[3], 0.0);
    }
}
