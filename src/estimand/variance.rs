//! Squared standard errors without influence values: what a replicate needs for its own.
//!
//! The sum of squared influences of a curve is a function of few sums where persons are drawn one by one and stand in the
//! table throughout. Who leaves a risk set leaves it for good, so the excess of a tick adds to zero over those who come so
//! far, all of whom have the same influence: sums of squares add up over ticks (Greenwood's formula, and its kin). Where
//! that does not hold, [`Source`] says what is needed instead.

use super::Factor;
use crate::panel::Presence;
use crate::totals::squares::{Order, Wanted};

/// A sum of squared deviations below this share of the sum of squares is rounding: 0.
const ROUNDING: f64 = 1e-13;

/// Where the sum of squared influences of a curve comes from, the cheapest way there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// From the totals of the group: [`super::Curve::variance`].
    Totals,
    /// From the sums of these products as well: [`super::Curve::variance_of_products`].
    Products(Order, Wanted),
    /// From each unit drawn: [`super::Curve::influence`] at the group's totals.
    Units,
    /// There is none.
    Nothing,
}

/// What is drawn, and how persons stand in the table of an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// What is drawn.
    pub unit: Unit,
    /// Whether persons are there from the first tick on.
    pub presence: Presence,
}

/// What is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Persons.
    Person,
    /// Whole clusters.
    Cluster,
}

impl Standing {
    /// For curves of exits whose influences at different ticks belong together.
    pub(super) fn of_exits(self) -> Source {
        match (self.unit, self.presence) {
            (Unit::Person, Presence::Throughout) => Source::Totals,
            _ => Source::Units,
        }
    }
}

impl Factor {
    /// What the sum of squared influences of `units` persons or clusters is multiplied by; NaN below two.
    pub fn of(self, unit: Unit, units: f64) -> f64 {
        match (self, unit) {
            _ if units < 2.0 => f64::NAN,
            (Self::Always, _) | (Self::ClustersOnly, Unit::Cluster) => units / (units - 1.0),
            (Self::ClustersOnly, Unit::Person) => 1.0,
        }
    }
}

/// Sums of products over the units of one group, by tick.
#[derive(Clone, Copy, Debug)]
pub struct Products<'a> {
    /// As [`Wanted`], side by side.
    pub values: &'a [f64],
    /// Ticks of each.
    pub ticks: usize,
}

impl<'a> Products<'a> {
    fn channel(&self, channel: usize) -> Option<&'a [f64]> {
        self.values
            .get(channel * self.ticks..(channel + 1) * self.ticks)
    }

    /// Of the value with itself, with the base, and of the base, at a tick; the last two as `known` where only squares
    /// were summed.
    pub(super) fn at(&self, tick: usize, known: (f64, f64)) -> [f64; 3] {
        let of = |channel| self.channel(channel).map(|values| values[tick]);
        [
            of(0).unwrap_or(f64::NAN),
            of(1).unwrap_or(known.0),
            of(2).unwrap_or(known.1),
        ]
    }
}

/// Sum over units of (p - ratio q)^2 from the sums of their products.
pub(super) fn centred([pp, pq, qq]: [f64; 3], ratio: f64) -> f64 {
    let sum = pp - 2.0 * ratio * pq + ratio * ratio * qq;
    if sum <= ROUNDING * pp { 0.0 } else { sum }
}

/// Sum of squared excesses of a share `p` of `n` persons, over n squared; 0 / 0 where there is nobody.
pub(super) fn binomial(p: f64, n: f64) -> f64 {
    p * (1.0 - p) / n
}

/// The same where nobody at risk means that nothing happens.
pub(super) fn binomial_or_none(p: f64, inverse: f64) -> f64 {
    p * (1.0 - p) * inverse
}
