//! # What it estimates
//! The accumulated hazard up to week t, by any exit or cause-specific to one destination.
//!
//! # Formula
//! H(t) = sum over s <= t of d_s / n_s (Nelson and Aalen).
//!
//! # Units and shape
//! Expected exits per person kept at risk throughout; one value per tick and destination.
//!
//! # Undefined when
//! From the first tick with nobody at risk while S > 0.
//!
//! # Source
//! Nelson (1972), Aalen (1978); discrete-time variance sum d (n - d) / n^3 (Klein 1991), as the sum of squared
//! influence values; with every spell at risk it is clustered on persons.

use super::exits::{
    any_and_destinations, counts_at, exits_through, has_survival, inverse, inverse_of,
};
use super::tile::{accumulate, ratio};
use super::variance::binomial_or_none;
use super::{
    ArmScale, Card, Counts, Curve, Factor, GroupTile, GroupTotals, Influence, Item, OutcomeClass,
    Product, Source, Standing, Support, exits_of,
};
use crate::panel::Shape;

/// The estimand.
pub(super) struct CumulativeHazard;

static CARD: Card = Card {
    slug: "cumulative_hazard",
    contrast: None,
    title: "accumulated hazard up to week t, by any exit (empty item) or to one destination",
    formula: "H(t) = Σ_s≤t d_s / n_s",
    std_error: "√(Σ d (n − d) / n^3), as the sum of squared person influences; clusters: ψ summed by cluster, G / (G − 1)",
    undefined: "from the first week with nobody at risk while S > 0",
    source: "Nelson 1972; Aalen 1978; Klein 1991 for the variance with ties",
    method: "Nelson-Aalen",
    kinds: &[OutcomeClass::Exit],
    scale: ArmScale::Identity,
    factor: Factor::ClustersOnly,
};

/// Hazards to accumulate: 0 where nothing can happen, NaN from where it is undefined.
fn increments(group: &GroupTile<'_>, item: Item, out: &mut [f64]) {
    let exits = group.exits(item).iter().zip(group.channel(0));
    if has_survival(group.shape) {
        let walked = group.hazard().iter().zip(group.before());
        for ((value, (&d, &n)), (&hazard, before)) in out.iter_mut().zip(exits).zip(walked) {
            let usable = n > 0.0 && !before.is_nan();
            *value = if usable { d / n } else { hazard };
        }
    } else {
        for (value, (&d, &n)) in out.iter_mut().zip(exits) {
            *value = ratio(d, n, f64::NAN);
        }
    }
}

impl Curve for CumulativeHazard {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn items(&self, shape: &Shape) -> Vec<Item> {
        any_and_destinations(shape)
    }

    fn evaluate_tile(&self, group: &GroupTile<'_>, item: Item, out: &mut [f64]) {
        increments(group, item, out);
        accumulate(out, group.lanes);
    }

    fn influence<'a>(&self, group: GroupTotals<'a>, item: Item) -> Option<Influence<'a>> {
        let mut hazards = vec![0.0; group.shape.ticks];
        let mut product = Product::default();
        increments(
            &product.of(group.shape, group.values, 1),
            item,
            &mut hazards,
        );
        let inverse = inverse(group);
        let shape = group.shape;
        Some(Box::new(move |history, out| {
            let mut psi = 0.0;
            for t in 0..shape.ticks {
                let at_risk = history[t] as f64;
                psi += (exits_of(shape, history, item, t) - hazards[t] * at_risk) * inverse[t];
                out[t] = psi;
            }
        }))
    }

    fn variance_source(&self, _: &Shape, standing: Standing) -> Source {
        standing.of_exits()
    }

    fn variance(&self, group: GroupTotals<'_>, item: Item, out: &mut [f64]) {
        let mut product = Product::default();
        increments(&product.of(group.shape, group.values, 1), item, out);
        let mut sum = 0.0;
        for (value, &n) in out.iter_mut().zip(group.channel(0)) {
            sum += binomial_or_none(*value, inverse_of(n));
            *value = sum;
        }
    }

    fn counts(&self, group: GroupTotals<'_>, item: Item, tick: usize) -> Counts {
        counts_at(group, item, tick)
    }

    fn support(&self, group: GroupTotals<'_>, _: &Support, item: Item, tick: usize) -> u64 {
        exits_through(group, item, tick)
    }

    fn unit(&self, _: &Shape, _: &str, _: &str) -> String {
        "cumulative hazard".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::super::exits::example;
    use super::*;

    #[test]
    fn it_adds_hazards_and_stays_once_everybody_has_left() {
        let (shape, values) = example();
        let group = GroupTotals {
            shape: &shape,
            values: &values,
        };
        let mut out = [0.0; 5];
        CumulativeHazard.evaluate(group, Item::Any, &mut out);
        // 1/6; + 2/5 = 17/30; + 1/2 = 16/15; + 1 = 31/15; unchanged.
        for (value, expected) in out.iter().zip([
            1.0 / 6.0,
            17.0 / 30.0,
            16.0 / 15.0,
            31.0 / 15.0,
            31.0 / 15.0,
        ]) {
            assert!((value - expected).abs() < 1e-14);
        }
    }
}
