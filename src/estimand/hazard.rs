//! # What it estimates
//! The weekly hazard: the share of those at risk in week t who exit in week t, by any exit or to one destination.
//! `hazard_difference` is treated minus control; after week 1 it conditions on still being at risk.
//!
//! # Formula
//! h_t = d_t / n_t, with d_t exits and n_t persons at risk.
//!
//! # Units and shape
//! A probability per week, one value per tick and destination.
//!
//! # Undefined when
//! Nobody of the group is at risk.
//!
//! # Source
//! Binomial variance h (1 - h) / n, as the sum of squared psi_i = (dN_i - h Y_i) / n. With every spell at risk
//! (`at_risk = "all"`) a person is at risk in a week at most once, so the same sum is clustered on persons.

use super::exits::{any_and_destinations, counts_at, inverse};
use super::tile::ratio;
use super::variance::binomial;
use super::{
    ArmScale, Card, Counts, Curve, Factor, GroupTile, GroupTotals, Influence, Item, OutcomeClass,
    Source, Standing, Support, Unit, exits_of,
};
use crate::panel::Shape;

/// The estimand.
pub(super) struct Hazard;

static CARD: Card = Card {
    slug: "hazard",
    contrast: Some("hazard_difference"),
    title: "share of those at risk in the week who exit in the week, by any exit (empty item) or to one destination",
    formula: "h_t = d_t / n_t; difference = treated − control",
    std_error: "√(h (1 − h) / n), as the sum of squared person influences; clusters: ψ summed by cluster, G / (G − 1)",
    undefined: "nobody of the group is at risk that week",
    source: "Kalbfleisch and Prentice 2002, ch. 1 (discrete time)",
    method: "exits / at risk",
    kinds: &[OutcomeClass::Exit],
    scale: ArmScale::Identity,
    factor: Factor::ClustersOnly,
};

impl Curve for Hazard {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn items(&self, shape: &Shape) -> Vec<Item> {
        any_and_destinations(shape)
    }

    fn evaluate_tile(&self, group: &GroupTile<'_>, item: Item, out: &mut [f64]) {
        let exits = group.exits(item).iter().zip(group.channel(0));
        for (value, (&d, &n)) in out.iter_mut().zip(exits) {
            *value = ratio(d, n, f64::NAN);
        }
    }

    fn influence<'a>(&self, group: GroupTotals<'a>, item: Item) -> Option<Influence<'a>> {
        let mut hazard = vec![0.0; group.shape.ticks];
        self.evaluate(group, item, &mut hazard);
        let inverse = inverse(group);
        let shape = group.shape;
        Some(Box::new(move |history, out| {
            for t in 0..shape.ticks {
                let at_risk = history[t] as f64;
                out[t] = (exits_of(shape, history, item, t) - hazard[t] * at_risk) * inverse[t];
            }
        }))
    }

    fn variance_source(&self, _: &Shape, standing: Standing) -> Source {
        // A person is at risk once in a tick, whenever the spell began.
        match standing.unit {
            Unit::Person => Source::Totals,
            Unit::Cluster => Source::Units,
        }
    }

    fn variance(&self, group: GroupTotals<'_>, item: Item, out: &mut [f64]) {
        for (tick, (value, &n)) in out.iter_mut().zip(group.channel(0)).enumerate() {
            *value = binomial(group.exits(item, tick) / n, n);
        }
    }

    fn counts(&self, group: GroupTotals<'_>, item: Item, tick: usize) -> Counts {
        counts_at(group, item, tick)
    }

    fn support(&self, group: GroupTotals<'_>, _: &Support, item: Item, tick: usize) -> u64 {
        group.exits(item, tick) as u64
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
    fn hazard_is_undefined_when_no_one_is_at_risk() {
        let (shape, values) = example();
        let group = GroupTotals {
            shape: &shape,
            values: &values,
        };
        let mut out = [0.0; 5];
        Hazard.evaluate(group, Item::Any, &mut out);
        assert_eq!(out[..4], [1.0 / 6.0, 0.4, 0.5, 1.0]);
        assert!(out[4].is_nan());
        Hazard.evaluate(group, Item::Destination(1), &mut out);
        assert_eq!(out[..4], [0.0, 0.2, 0.5, 1.0]);
    }
}
