//! # What it estimates
//! The mean of an outcome accumulated over weeks 1..T per person of a group. `cumulative_effect` is treated minus
//! control: how many more weeks, hours or events per person up to week T.
//!
//! # Formula
//! M_T = sum over t <= T of m_t, with m_t the weekly mean. With everybody followed M_T is the mean of person totals.
//!
//! # Units and shape
//! Weeks (or the unit of the outcome) per person, one value per week 1..horizon.
//!
//! # Undefined when
//! From the first week on in which nobody of the group is followed.
//!
//! # Source
//! psi_i(T) = sum over t <= T of F_it (y_it - m_t) / n_t; Var = n / (n - 1) sum_i psi_i^2, which is the formula of
//! Neyman (1923) on person totals when everybody is followed. Adding weekly variances would ignore that a person's
//! weeks belong together.

use super::tile::{accumulate, ratio};
use super::variance::centred;
use super::{
    ArmScale, Card, Counts, Curve, Factor, GroupTile, GroupTotals, Influence, Item, OutcomeClass,
    Products, Source, Standing, Support, Unit, Weekly,
};
use crate::panel::{Kind, Presence, Shape, Value};
use crate::totals::squares::{Base, Order, Wanted};

/// The estimand.
pub(super) struct CumulativeMean;

static CARD: Card = Card {
    slug: "cumulative_mean",
    contrast: Some("cumulative_effect"),
    title: "mean of the outcome accumulated over weeks 1 to T per person",
    formula: "M_T = Σ_t≤T Σ_i F_it y_it / Σ_i F_it; effect = treated − control",
    std_error: "√(n / (n − 1) Σ ψ_i(T)^2), ψ_i(T) = Σ_t≤T F_it (y_it − m_t) / n_t (Neyman on person totals when all are followed); clusters: ψ summed by cluster, G / (G − 1)",
    undefined: "from the first week in which nobody of the group is followed",
    source: "Neyman 1923; weekly design of the Danish evaluations, accumulated",
    method: "sum of weekly means",
    kinds: &[OutcomeClass::Mean],
    scale: ArmScale::Identity,
    factor: Factor::Always,
};

impl Curve for CumulativeMean {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn items(&self, _: &Shape) -> Vec<Item> {
        vec![Item::Any]
    }

    fn evaluate_tile(&self, group: &GroupTile<'_>, _: Item, out: &mut [f64]) {
        let divisor = group.shape.divisor;
        for ((value, &n), &y) in out.iter_mut().zip(group.channel(0)).zip(group.channel(1)) {
            *value = ratio(y, n, f64::NAN);
        }
        accumulate(out, group.lanes);
        if divisor != 1.0 {
            for value in out {
                *value /= divisor;
            }
        }
    }

    fn of_weekly(&self) -> Option<Weekly> {
        Some(Weekly::Accumulated)
    }

    fn influence<'a>(&self, group: GroupTotals<'a>, _: Item) -> Option<Influence<'a>> {
        let ticks = group.shape.ticks;
        let divisor = group.shape.divisor;
        let (n, y) = (group.channel(0), group.channel(1));
        let means: Vec<f64> = y.iter().zip(n).map(|(y, n)| y / n).collect();
        Some(Box::new(move |history, out| {
            let (followed, values) = history.split_at(ticks);
            let weeks = followed.iter().zip(values).zip(n.iter().zip(&means));
            let mut sum = 0.0;
            for (((&f, &y), (&n, &mean)), out) in weeks.zip(&mut *out) {
                sum += (y as f64 - f as f64 * mean) / n;
                *out = sum;
            }
            // Dividing by 1 changes no bit.
            if divisor != 1.0 {
                for psi in &mut *out {
                    *psi /= divisor;
                }
            }
        }))
    }

    fn variance_source(&self, _: &Shape, standing: Standing) -> Source {
        let order = Order::Accumulated(Base::Persons);
        match (standing.presence, standing.unit) {
            (Presence::Throughout, Unit::Person) => Source::Products(order, Wanted::Squares),
            (Presence::Throughout, Unit::Cluster) => Source::Products(order, Wanted::Products),
            // Weeks count by how many are followed, which differs from draw to draw.
            (Presence::Partly, _) => Source::Units,
        }
    }

    /// Everybody is followed throughout: the mean of the units' sums.
    fn variance_of_products(
        &self,
        group: GroupTotals<'_>,
        products: Products<'_>,
        out: &mut [f64],
    ) {
        let divisor = group.shape.divisor;
        let weeks = group.channel(0).iter().zip(group.channel(1));
        let mut sum = 0.0;
        for (tick, (value, (&n, &y))) in out.iter_mut().zip(weeks).enumerate() {
            sum += y;
            let scale = n * divisor;
            *value = centred(products.at(tick, (sum, n)), sum / n) / (scale * scale);
        }
    }

    fn counts(&self, group: GroupTotals<'_>, _: Item, tick: usize) -> Counts {
        Counts {
            n: group.channel(0)[tick] as u64,
            events: group
                .shape
                .is_counted()
                .then(|| group.channel(1)[..=tick].iter().sum::<f64>() as i64),
        }
    }

    fn support(&self, group: GroupTotals<'_>, support: &Support, _: Item, tick: usize) -> u64 {
        match group.shape.kind {
            Kind::Mean {
                value: Value::State,
            } => support.ever[tick].min(support.not_always[tick]),
            _ => support.ever[tick],
        }
    }

    fn unit(&self, shape: &Shape, weekly: &str, _: &str) -> String {
        match shape.kind {
            Kind::Mean {
                value: Value::State,
            } => "weeks".to_owned(),
            _ => weekly.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_adds_weekly_means_and_stays_undefined() {
        let shape = Shape {
            kind: Kind::Mean {
                value: Value::State,
            },
            first_tick: 1,
            ticks: 4,
            channels: 2,
            destinations: vec![],
            divisor: 1.0,
            horizon: 4,
        };
        // Followed 4, 3, 0, 0; in the state 1, 2.
        let values = [4.0, 3.0, 0.0, 0.0, 1.0, 2.0, 0.0, 0.0];
        let mut out = [0.0; 4];
        CumulativeMean.evaluate(
            GroupTotals {
                shape: &shape,
                values: &values,
            },
            Item::Any,
            &mut out,
        );
        assert_eq!(out[0], 0.25);
        assert!((out[1] - 11.0 / 12.0).abs() < 1e-15);
        assert!(out[2].is_nan() && out[3].is_nan());
    }
}
