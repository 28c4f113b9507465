//! # What it estimates
//! The mean of an outcome in one week over the persons of a group who are followed that week; for `share_among` the
//! share with an event among those in the state that week. `weekly_difference` is treated minus control.
//!
//! # Formula
//! m_t = sum_i F_it y_it / sum_i F_it, with F_it = 1 when person i is followed (or in the state) in week t.
//!
//! # Units and shape
//! The weekly unit of the outcome (a share for weeks in a state), one value per week 1..horizon.
//!
//! # Undefined when
//! Nobody of the group is followed (or in the state) in the week.
//!
//! # Source
//! Neyman (1923), On the application of probability theory to agricultural experiments, for the variance:
//! n / (n - 1) sum_i psi_i^2 with psi_i = F_it (y_it - m_t) / n_t.

use super::tile::ratio;
use super::variance::{binomial, centred};
use super::{
    ArmScale, Card, Counts, Curve, Factor, GroupTile, GroupTotals, Influence, Item, OutcomeClass,
    Products, Source, Standing, Support, Unit, Weekly,
};
use crate::panel::{Kind, Shape, Value};
use crate::totals::squares::{Order, Wanted};

/// The estimand.
pub(super) struct WeeklyMean;

static CARD: Card = Card {
    slug: "weekly_mean",
    contrast: Some("weekly_difference"),
    title: "mean of the outcome in the week over the persons followed that week; for share_among the share with an event among those in the state",
    formula: "m_t = Σ_i F_it y_it / Σ_i F_it; difference = treated − control",
    std_error: "√(n / (n − 1) Σ ψ_i^2), ψ_i = F_it (y_it − m_t) / Σ F_it (Neyman); clusters: ψ summed by cluster, G / (G − 1)",
    undefined: "nobody of the group is followed (or in the state) that week",
    source: "Neyman 1923; linearisation: Särndal, Swensson and Wretman 1992, ch. 5",
    method: "mean of those followed",
    kinds: &[OutcomeClass::Mean, OutcomeClass::Share],
    scale: ArmScale::Identity,
    factor: Factor::Always,
};

impl Curve for WeeklyMean {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn items(&self, _: &Shape) -> Vec<Item> {
        vec![Item::Any]
    }

    fn evaluate_tile(&self, group: &GroupTile<'_>, _: Item, out: &mut [f64]) {
        let divisor = group.shape.divisor;
        for ((value, &n), &y) in out.iter_mut().zip(group.channel(0)).zip(group.channel(1)) {
            *value = ratio(y, n, f64::NAN) / divisor;
        }
    }

    fn of_weekly(&self) -> Option<Weekly> {
        Some(Weekly::Itself)
    }

    fn influence<'a>(&self, group: GroupTotals<'a>, item: Item) -> Option<Influence<'a>> {
        let ticks = group.shape.ticks;
        let divisor = group.shape.divisor;
        let mut means = vec![0.0; ticks];
        self.evaluate(group, item, &mut means);
        let n = group.channel(0);
        Some(Box::new(move |history, out| {
            let (followed, values) = history.split_at(ticks);
            let weeks = followed.iter().zip(values).zip(n.iter().zip(&means));
            if divisor == 1.0 {
                // Dividing by 1 changes no bit.
                for (((&f, &y), (&n, &mean)), out) in weeks.zip(out) {
                    *out = (y as f64 - f as f64 * mean) / n;
                }
            } else {
                for (((&f, &y), (&n, &mean)), out) in weeks.zip(out) {
                    *out = (y as f64 / divisor - f as f64 * mean) / n;
                }
            }
        }))
    }

    fn variance_source(&self, shape: &Shape, standing: Standing) -> Source {
        match (shape.kind, standing.unit) {
            // Nobody counts more than once in a week.
            (
                Kind::Share
                | Kind::Mean {
                    value: Value::State,
                },
                Unit::Person,
            ) => Source::Totals,
            // Nobody has a value without being followed.
            (_, Unit::Person) => Source::Products(Order::Weekly, Wanted::Squares),
            (_, Unit::Cluster) => Source::Products(Order::Weekly, Wanted::Products),
        }
    }

    fn variance(&self, group: GroupTotals<'_>, _: Item, out: &mut [f64]) {
        for ((value, &n), &y) in out.iter_mut().zip(group.channel(0)).zip(group.channel(1)) {
            *value = binomial(y / n, n);
        }
    }

    fn variance_of_products(
        &self,
        group: GroupTotals<'_>,
        products: Products<'_>,
        out: &mut [f64],
    ) {
        let divisor = group.shape.divisor;
        let weeks = group.channel(0).iter().zip(group.channel(1));
        for (tick, (value, (&n, &y))) in out.iter_mut().zip(weeks).enumerate() {
            let scale = n * divisor;
            *value = centred(products.at(tick, (y, n)), y / n) / (scale * scale);
        }
    }

    fn counts(&self, group: GroupTotals<'_>, _: Item, tick: usize) -> Counts {
        Counts {
            n: group.channel(0)[tick] as u64,
            events: group
                .shape
                .is_counted()
                .then(|| group.channel(1)[tick] as i64),
        }
    }

    fn support(&self, group: GroupTotals<'_>, support: &Support, _: Item, tick: usize) -> u64 {
        match group.shape.kind {
            Kind::Mean {
                value: Value::Count | Value::Amount,
            } => support.nonzero[tick],
            Kind::Mean {
                value: Value::State,
            } => support.nonzero[tick].min(support.zero[tick]),
            Kind::Share | Kind::Exit { .. } | Kind::Ledger => {
                let (n, y) = (group.channel(0)[tick], group.channel(1)[tick]);
                y.min(n - y) as u64
            }
        }
    }

    fn unit(&self, shape: &Shape, weekly: &str, _: &str) -> String {
        match shape.kind {
            Kind::Mean {
                value: Value::Count | Value::Amount,
            } => weekly.to_owned(),
            _ => "share".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_is_over_those_followed_and_undefined_with_nobody() {
        // Three persons: followed 2, 1, 1 weeks of 3; y = (1, 0), (1), (0).
        let shape = Shape {
            kind: Kind::Mean {
                value: Value::State,
            },
            first_tick: 1,
            ticks: 3,
            channels: 2,
            destinations: vec![],
            divisor: 1.0,
            horizon: 3,
        };
        let values = [3.0, 1.0, 0.0, 2.0, 0.0, 0.0];
        let group = GroupTotals {
            shape: &shape,
            values: &values,
        };
        let mut out = [0.0; 3];
        WeeklyMean.evaluate(group, Item::Any, &mut out);
        assert!((out[0] - 2.0 / 3.0).abs() < 1e-15 && out[1] == 0.0 && out[2].is_nan());
        // Influence of the first person in week 1: (1 - 2/3) / 3 = 1/9.
        let influence = WeeklyMean
            .influence(group, Item::Any)
            .expect("a mean has one");
        influence(&[1, 1, 0, 1, 0, 0], &mut out);
        assert!((out[0] - 1.0 / 9.0).abs() < 1e-15);
    }
}
