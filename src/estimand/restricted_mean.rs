//! # What it estimates
//! The mean number of weeks in `from` before the exit, within the horizon h. `restricted_mean_difference` is treated
//! minus control.
//!
//! # Formula
//! RM(h) = sum of S(t) for t = 0..h-1, the mean of min(T, h) when nobody is censored.
//!
//! # Units and shape
//! Weeks (or days) per person, one value at the horizon.
//!
//! # Undefined when
//! S is undefined somewhere before the horizon.
//!
//! # Source
//! Irwin (1949); variance as the sum of squared influence values sum_{t<h} psi_S(t), which equals the Greenwood form
//! sum A_s^2 d_s / (n_s (n_s - d_s)) of Klein and Moeschberger (2003), eq. 4.5.3.

use super::exits::{has_survival, inverse, steps, walk, whole_counts};
use super::{
    ArmScale, Card, Counts, Curve, Factor, GroupTile, GroupTotals, Influence, Item, OutcomeClass,
    Source, Standing, Support, exits_of,
};
use crate::panel::Shape;

/// The estimand.
pub(super) struct RestrictedMean;

static CARD: Card = Card {
    slug: "restricted_mean",
    contrast: Some("restricted_mean_difference"),
    title: "mean number of weeks in the state before the exit, within the horizon",
    formula: "RM(h) = Σ_t<h S(t), from t = 0; difference = treated − control",
    std_error: "√(Σ ψ_i^2), ψ_i = Σ_t<h ψ_Si(t), the Greenwood form; clusters: ψ summed by cluster, G / (G − 1)",
    undefined: "S is undefined somewhere before the horizon",
    source: "Irwin 1949; Klein and Moeschberger 2003, eq. 4.5.3",
    method: "area under Kaplan-Meier",
    kinds: &[OutcomeClass::Exit],
    scale: ArmScale::Identity,
    factor: Factor::ClustersOnly,
};

/// Whether S at this tick index is one of the terms t = 0..h-1.
fn counts_in(shape: &Shape, tick: usize) -> bool {
    shape.first_tick + (tick as i32) < shape.horizon
}

/// The term of t = 0 when spells start at 1: S(0) = 1.
fn start(shape: &Shape) -> f64 {
    f64::from(shape.first_tick)
}

impl Curve for RestrictedMean {
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

    fn ticks(&self, shape: &Shape) -> Vec<i32> {
        vec![shape.horizon]
    }

    fn evaluate_tile(&self, group: &GroupTile<'_>, _: Item, out: &mut [f64]) {
        // With nobody at risk at all there is no mean, not even of week 0: survival before the first tick is NaN then.
        for (value, before) in out.iter_mut().zip(group.before()) {
            *value = if before.is_nan() {
                f64::NAN
            } else {
                start(group.shape)
            };
        }
        for (tick, after) in group.after().chunks_exact(group.lanes).enumerate() {
            if counts_in(group.shape, tick) {
                for (sum, s) in out.iter_mut().zip(after) {
                    *sum += s;
                }
            }
        }
    }

    fn influence<'a>(&self, group: GroupTotals<'a>, _: Item) -> Option<Influence<'a>> {
        let steps = steps(group);
        let inverse = inverse(group);
        let shape = group.shape;
        Some(Box::new(move |history, out| {
            let (mut psi, mut sum) = (0.0, 0.0);
            for (t, step) in steps.iter().enumerate() {
                let at_risk = history[t] as f64;
                let excess = exits_of(shape, history, Item::Any, t) - step.hazard * at_risk;
                psi = psi * (1.0 - step.hazard) - step.before * excess * inverse[t];
                if counts_in(shape, t) {
                    sum += psi;
                }
            }
            out[0] = sum;
        }))
    }

    fn variance_source(&self, _: &Shape, standing: Standing) -> Source {
        standing.of_exits()
    }

    /// Of the area, of S, and their covariance.
    fn variance(&self, group: GroupTotals<'_>, _: Item, out: &mut [f64]) {
        let (mut of_area, mut both, mut of_s) = (0.0, 0.0, 0.0);
        walk(group, |tick, step| {
            both *= 1.0 - step.hazard;
            of_s = step.carried(of_s) + step.added(group.channel(0)[tick]);
            if counts_in(group.shape, tick) {
                of_area += 2.0 * both + of_s;
                both += of_s;
            }
        });
        let anyone = group.channel(0).iter().any(|&n| n > 0.0);
        out[0] = if anyone { of_area } else { f64::NAN };
    }

    fn counts(&self, group: GroupTotals<'_>, _: Item, _: usize) -> Counts {
        whole_counts(group)
    }

    fn support(&self, group: GroupTotals<'_>, _: &Support, _: Item, _: usize) -> u64 {
        whole_counts(group).events.unwrap_or(0) as u64
    }

    fn unit(&self, _: &Shape, _: &str, tick: &str) -> String {
        format!("{tick}s")
    }
}

#[cfg(test)]
mod tests {
    use super::super::exits::example;
    use super::*;

    #[test]
    fn it_is_the_area_under_survival_before_the_horizon() {
        let (shape, values) = example();
        let mut out = [0.0];
        RestrictedMean.evaluate(
            GroupTotals {
                shape: &shape,
                values: &values,
            },
            Item::Any,
            &mut out,
        );
        // 1 + 5/6 + 1/2 + 1/4 + 0 = 31/12.
        assert!((out[0] - 31.0 / 12.0).abs() < 1e-14);
    }
}
