//! # What it estimates
//! The probability of having left to one destination by week t, when the other destinations compete.
//! `cumulative_incidence_difference` is treated minus control.
//!
//! # Formula
//! F_k(t) = sum over s <= t of S(s-1) d_ks / n_s (Aalen and Johansen). Over all destinations F sums to 1 - S.
//!
//! # Units and shape
//! A probability, one value per tick and destination. One minus the Kaplan-Meier curve of a single destination is
//! shown nowhere: it would answer what happens in a world without the other exits.
//!
//! # Undefined when
//! From the first tick with nobody at risk while S > 0.
//!
//! # Source
//! Aalen and Johansen (1978); variance by the infinitesimal jackknife, psi_F(t) = psi_F(t-1) + psi_S(t-1) h_kt +
//! S(t-1) (dN_ikt - h_kt Y_it) / n_t.

use super::exits::{
    counts_at, destinations, exits_through, has_survival, inverse, inverse_of, steps, walk,
};
use super::tile::{accumulate, ratio};
use super::variance::binomial_or_none;
use super::{
    ArmScale, Card, Counts, Curve, Factor, GroupTile, GroupTotals, Influence, Item, OutcomeClass,
    Source, Standing, Support, exits_of,
};
use crate::panel::Shape;

/// The estimand.
pub(super) struct CumulativeIncidence;

static CARD: Card = Card {
    slug: "cumulative_incidence",
    contrast: Some("cumulative_incidence_difference"),
    title: "probability of having left to one destination by week t, with the other destinations competing",
    formula: "F_k(t) = Σ_s≤t S(s − 1) d_ks / n_s; difference = treated − control",
    std_error: "infinitesimal jackknife: √(Σ ψ_i(t)^2); clusters: ψ summed by cluster, G / (G − 1)",
    undefined: "from the first week with nobody at risk while S > 0",
    source: "Aalen and Johansen 1978; R survival, vignette on the infinitesimal jackknife",
    method: "Aalen-Johansen",
    kinds: &[OutcomeClass::Exit],
    scale: ArmScale::Identity,
    factor: Factor::ClustersOnly,
};

/// Hazard of the destination where somebody is at risk; else what the walk says (0 or NaN).
fn part(group: GroupTotals<'_>, item: Item, tick: usize, hazard: f64) -> f64 {
    let n = group.channel(0)[tick];
    if n > 0.0 {
        group.exits(item, tick) / n
    } else {
        hazard
    }
}

impl Curve for CumulativeIncidence {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn items(&self, shape: &Shape) -> Vec<Item> {
        if has_survival(shape) {
            destinations(shape)
        } else {
            Vec::new()
        }
    }

    fn evaluate_tile(&self, group: &GroupTile<'_>, item: Item, out: &mut [f64]) {
        let exits = group.exits(item).iter().zip(group.channel(0));
        let walked = group.hazard().iter().zip(group.before());
        for ((value, (&d, &n)), (&hazard, &before)) in out.iter_mut().zip(exits).zip(walked) {
            *value = before * ratio(d, n, hazard);
        }
        accumulate(out, group.lanes);
    }

    fn influence<'a>(&self, group: GroupTotals<'a>, item: Item) -> Option<Influence<'a>> {
        let steps = steps(group);
        let inverse = inverse(group);
        let shape = group.shape;
        let parts: Vec<f64> = steps
            .iter()
            .enumerate()
            .map(|(tick, step)| part(group, item, tick, step.hazard))
            .collect();
        Some(Box::new(move |history, out| {
            let (mut psi, mut psi_survival) = (0.0, 0.0);
            for (t, step) in steps.iter().enumerate() {
                let at_risk = history[t] as f64;
                let excess = exits_of(shape, history, item, t) - parts[t] * at_risk;
                psi += psi_survival * parts[t] + step.before * excess * inverse[t];
                out[t] = psi;
                let any = exits_of(shape, history, Item::Any, t) - step.hazard * at_risk;
                psi_survival = psi_survival * (1.0 - step.hazard) - step.before * any * inverse[t];
            }
        }))
    }

    fn variance_source(&self, _: &Shape, standing: Standing) -> Source {
        standing.of_exits()
    }

    /// Of F, of S, and their covariance: an exit to another destination lowers S and leaves F.
    fn variance(&self, group: GroupTotals<'_>, item: Item, out: &mut [f64]) {
        let (mut of_f, mut both, mut of_s) = (0.0, 0.0, 0.0);
        walk(group, |tick, step| {
            let n = group.channel(0)[tick];
            let h = part(group, item, tick, step.hazard);
            let weight = step.before * step.before * inverse_of(n);
            of_f += h * h * of_s + 2.0 * h * both + binomial_or_none(h, weight);
            both = (both + h * of_s) * (1.0 - step.hazard) - h * (1.0 - step.hazard) * weight;
            of_s = step.carried(of_s) + step.added(n);
            out[tick] = of_f;
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
    fn incidences_of_all_destinations_sum_to_one_minus_survival() {
        let (shape, values) = example();
        let group = GroupTotals {
            shape: &shape,
            values: &values,
        };
        let (mut a, mut b) = ([0.0; 5], [0.0; 5]);
        CumulativeIncidence.evaluate(group, Item::Destination(0), &mut a);
        CumulativeIncidence.evaluate(group, Item::Destination(1), &mut b);
        // To a: 1/6 + 5/6 x 1/5 = 1/3. To b: 1/6; + 1/2 x 1/2 = 5/12; + 1/4 = 2/3.
        assert!((a[4] - 1.0 / 3.0).abs() < 1e-15);
        assert!((b[1] - 1.0 / 6.0).abs() < 1e-15 && (b[2] - 5.0 / 12.0).abs() < 1e-15);
        assert!((a[4] + b[4] - 1.0).abs() < 1e-15);
    }
}
