//! What the curves of exits share.

use super::variance::binomial_or_none;
use super::{GroupTotals, Item, Product};
use crate::panel::{Kind, Shape, Survival};

/// One tick of the walk.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Step {
    /// Hazard of any exit; NaN from where it is undefined.
    pub hazard: f64,
    /// Survival just before the tick's exits.
    pub before: f64,
    /// Survival after them.
    pub after: f64,
}

impl Step {
    /// A sum of squares of survival's influences carried over the tick.
    pub(super) fn carried(self, sum: f64) -> f64 {
        sum * (1.0 - self.hazard) * (1.0 - self.hazard)
    }

    /// What the exits of the tick add to it, with `n` at risk.
    pub(super) fn added(self, n: f64) -> f64 {
        self.before * self.before * binomial_or_none(self.hazard, inverse_of(n))
    }
}

/// 1 / n, 0 where nobody is at risk.
pub(super) fn inverse_of(n: f64) -> f64 {
    if n > 0.0 { 1.0 / n } else { 0.0 }
}

/// What remains of a variance where `d` of `n` leave in the same tick; one who leaves alone counts in full.
pub(super) fn tied(d: f64, n: f64) -> f64 {
    if d > 1.0 {
        1.0 - (d - 1.0) / (n - 1.0)
    } else {
        1.0
    }
}

/// The walk of one draw, tick by tick.
pub(super) fn steps(group: GroupTotals<'_>) -> Vec<Step> {
    let mut product = Product::default();
    let tile = product.of(group.shape, group.values, 1);
    (0..group.shape.ticks)
        .map(|tick| Step {
            hazard: tile.hazard()[tick],
            before: tile.before()[tick],
            after: tile.after()[tick],
        })
        .collect()
}

/// Visits the walk of one draw, tick by tick.
pub(super) fn walk(group: GroupTotals<'_>, mut visit: impl FnMut(usize, Step)) {
    for (tick, step) in steps(group).into_iter().enumerate() {
        visit(tick, step);
    }
}

/// Derivative factor 1 / n, 0 where nobody is at risk (there nobody has influence either).
pub(super) fn inverse(group: GroupTotals<'_>) -> Vec<f64> {
    group.channel(0).iter().map(|&n| inverse_of(n)).collect()
}

/// Any exit, and each destination.
pub(super) fn any_and_destinations(shape: &Shape) -> Vec<Item> {
    let mut items = vec![Item::Any];
    items.extend(destinations(shape));
    items
}

/// Each destination; none where the study names none, since "other" would then be any exit.
pub(super) fn destinations(shape: &Shape) -> Vec<Item> {
    if shape.destinations == ["other"] {
        return Vec::new();
    }
    (0..shape.destinations.len())
        .map(Item::Destination)
        .collect()
}

/// Whether the outcome has survival curves at all.
pub(super) fn has_survival(shape: &Shape) -> bool {
    matches!(
        shape.kind,
        Kind::Exit {
            survival: Survival::Defined
        }
    )
}

/// Persons at risk and exits at a tick.
pub(super) fn counts_at(group: GroupTotals<'_>, item: Item, tick: usize) -> super::Counts {
    super::Counts {
        n: group.channel(0)[tick] as u64,
        events: Some(group.exits(item, tick) as i64),
    }
}

/// Exits up to and with a tick.
pub(super) fn exits_through(group: GroupTotals<'_>, item: Item, tick: usize) -> u64 {
    (0..=tick).map(|t| group.exits(item, t)).sum::<f64>() as u64
}

/// Everybody who was ever at risk from the start, with all exits before the horizon.
pub(super) fn whole_counts(group: GroupTotals<'_>) -> super::Counts {
    let n = group.channel(0).iter().copied().fold(0.0, f64::max);
    super::Counts {
        n: n as u64,
        events: Some(exits_through(group, Item::Any, group.shape.ticks - 1) as i64),
    }
}

#[cfg(test)]
pub(super) fn example() -> (Shape, Vec<f64>) {
    // Six persons at risk from week 1: exits in weeks 1 (to 0), 2 (to 1), 2 (to 0); censored after 2; two left in 3,
    // of whom one exits to 1 in week 3 and one in week 4.
    let shape = Shape {
        kind: Kind::Exit {
            survival: Survival::Defined,
        },
        first_tick: 1,
        ticks: 5,
        channels: 3,
        destinations: vec!["a".into(), "b".into()],
        divisor: 1.0,
        horizon: 5,
    };
    let values = vec![
        6.0, 5.0, 2.0, 1.0, 0.0, // at risk
        1.0, 1.0, 0.0, 0.0, 0.0, // to a
        0.0, 1.0, 1.0, 1.0, 0.0, // to b
    ];
    (shape, values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn survival_stays_zero_once_it_is_zero() {
        let (shape, values) = example();
        let after: Vec<f64> = steps(GroupTotals {
            shape: &shape,
            values: &values,
        })
        .iter()
        .map(|s| s.after)
        .collect();
        // 5/6; 5/6 x 3/5 = 1/2; 1/2 x 1/2 = 1/4; 0; 0.
        assert!((after[0] - 5.0 / 6.0).abs() < 1e-15);
        assert!((after[1] - 0.5).abs() < 1e-15);
        assert!((after[2] - 0.25).abs() < 1e-15);
        assert_eq!(after[3..], [0.0, 0.0]);
    }

    #[test]
    fn survival_is_undefined_with_nobody_at_risk_while_it_is_positive() {
        let (shape, mut values) = example();
        values[3] = 0.0; // nobody left in week 4
        values[13] = 0.0;
        let after: Vec<f64> = steps(GroupTotals {
            shape: &shape,
            values: &values,
        })
        .iter()
        .map(|s| s.after)
        .collect();
        assert!(after[2] > 0.0 && after[3].is_nan() && after[4].is_nan());
    }
}
