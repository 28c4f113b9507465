//! # What it estimates
//! For `share_among`: the share of person-weeks with an event among the person-weeks in the state, over weeks 1..T.
//! `period_difference` is treated minus control. It conditions on a state after assignment, so contrasts are
//! descriptive.
//!
//! # Formula
//! r_T = sum over t <= T of events_t / sum over t <= T of in-state_t.
//!
//! # Units and shape
//! A share, one value per week 1..horizon (the period up to that week).
//!
//! # Undefined when
//! Nobody of the group has been in the state up to that week.
//!
//! # Source
//! Linearised ratio (Saerndal, Swensson and Wretman 1992, ch. 5): psi_i = (num_i - r den_i) / sum den, with person
//! sums over weeks 1..T; Var = n / (n - 1) sum_i psi_i^2.

use super::tile::ratio;
use super::variance::centred;
use super::{
    ArmScale, Card, Counts, Curve, Factor, GroupTile, GroupTotals, Influence, Item, OutcomeClass,
    Products, Source, Standing, Support,
};
use crate::panel::Shape;
use crate::totals::squares::{Base, Order, Wanted};

/// The estimand.
pub(super) struct PeriodMean;

static CARD: Card = Card {
    slug: "period_mean",
    contrast: Some("period_difference"),
    title: "share of the person-weeks in the state, over weeks 1 to T, that have an event",
    formula: "r_T = Σ_t≤T num_t / Σ_t≤T den_t; difference = treated − control",
    std_error: "√(n / (n − 1) Σ ψ_i^2), ψ_i = (num_i − r den_i) / Σ den, person sums over weeks 1 to T; clusters: ψ summed by cluster, G / (G − 1)",
    undefined: "nobody of the group has been in the state up to that week",
    source: "Särndal, Swensson and Wretman 1992, ch. 5",
    method: "ratio of person-weeks",
    kinds: &[OutcomeClass::Share],
    scale: ArmScale::Identity,
    factor: Factor::Always,
};

impl Curve for PeriodMean {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn items(&self, _: &Shape) -> Vec<Item> {
        vec![Item::Any]
    }

    fn evaluate_tile(&self, group: &GroupTile<'_>, _: Item, out: &mut [f64]) {
        let (n, y) = (group.channel(0), group.channel(1));
        for lane in 0..group.lanes {
            let (mut den, mut num) = (0.0, 0.0);
            for at in (lane..out.len()).step_by(group.lanes) {
                den += n[at];
                num += y[at];
                out[at] = ratio(num, den, f64::NAN);
            }
        }
    }

    fn influence<'a>(&self, group: GroupTotals<'a>, item: Item) -> Option<Influence<'a>> {
        let ticks = group.shape.ticks;
        let mut ratio = vec![0.0; ticks];
        self.evaluate(group, item, &mut ratio);
        let n = group.channel(0);
        Some(Box::new(move |history, out| {
            let (mut den, mut num, mut total) = (0.0, 0.0, 0.0);
            for t in 0..ticks {
                den += history[t] as f64;
                num += history[ticks + t] as f64;
                total += n[t];
                out[t] = (num - ratio[t] * den) / total;
            }
        }))
    }

    fn variance_source(&self, _: &Shape, _: Standing) -> Source {
        Source::Products(Order::Accumulated(Base::Weeks), Wanted::Products)
    }

    fn variance_of_products(
        &self,
        group: GroupTotals<'_>,
        products: Products<'_>,
        out: &mut [f64],
    ) {
        let weeks = group.channel(0).iter().zip(group.channel(1));
        let (mut den, mut num) = (0.0, 0.0);
        for (tick, (value, (&n, &y))) in out.iter_mut().zip(weeks).enumerate() {
            den += n;
            num += y;
            *value = centred(products.at(tick, (f64::NAN, f64::NAN)), num / den) / (den * den);
        }
    }

    fn counts(&self, group: GroupTotals<'_>, _: Item, tick: usize) -> Counts {
        Counts {
            n: group.channel(0)[..=tick].iter().sum::<f64>() as u64,
            events: Some(group.channel(1)[..=tick].iter().sum::<f64>() as i64),
        }
    }

    fn support(&self, group: GroupTotals<'_>, _: &Support, _: Item, tick: usize) -> u64 {
        let n: f64 = group.channel(0)[..=tick].iter().sum();
        let y: f64 = group.channel(1)[..=tick].iter().sum();
        y.min(n - y) as u64
    }

    fn unit(&self, _: &Shape, _: &str, _: &str) -> String {
        "share".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::Kind;

    #[test]
    fn it_is_the_ratio_of_sums_not_the_mean_of_ratios() {
        let shape = Shape {
            kind: Kind::Share,
            first_tick: 1,
            ticks: 2,
            channels: 2,
            destinations: vec![],
            divisor: 1.0,
            horizon: 2,
        };
        let values = [4.0, 1.0, 1.0, 1.0];
        let mut out = [0.0; 2];
        PeriodMean.evaluate(
            GroupTotals {
                shape: &shape,
                values: &values,
            },
            Item::Any,
            &mut out,
        );
        assert_eq!(out, [0.25, 0.4]);
    }
}
