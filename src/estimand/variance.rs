//! Squared standard errors without influence values: what a replicate needs for its own.
//!
//! The sum of squared influences of a curve is a function of few sums where persons are drawn one by one and stand in the
//! table throughout. Who leaves a risk set leaves it for good, so the excess of a tick adds to zero over those who come so
//! far, all of whom have the same influence: sums of squares add up over ticks (Greenwood's formula, and its kin). Where
//! that does not hold, [`Source`] says what is needed instead.

use super::Factor;
use crate::panel::Presence;

/// Where the sum of squared influences of a curve comes from, the cheapest way there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// From the totals of the group: [`super::Curve::variance`].
    Totals,
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

/// Sum of squared excesses of a share `p` of `n` persons, over n squared; 0 / 0 where there is nobody.
pub(super) fn binomial(p: f64, n: f64) -> f64 {
    p * (1.0 - p) / n
}

/// The same where nobody at risk means that nothing happens.
pub(super) fn binomial_or_none(p: f64, inverse: f64) -> f64 {
    p * (1.0 - p) * inverse
}
