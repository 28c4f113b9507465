//! Effect and net cost to the public as a point of the plane, with their covariance: what the figure of the plane is drawn from. It
//! follows from the quantities alone, so that a result that was priced again has it too.

use super::Prices;
use super::book::Book;
use super::numbers::{Observed, Sum, net_public_cost};
use crate::error::Result;
use crate::results::{Quantities, QuantityContrast};
use std::f64::consts::{FRAC_PI_2, TAU};

/// A point with its spread.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plane {
    /// Difference in the effect, per person.
    pub effect: f64,
    /// Difference in the net cost to the public, per person.
    pub cost: f64,
    /// Variance of the effect.
    pub var_effect: f64,
    /// Variance of the cost, that of uncertain prices included.
    pub var_cost: f64,
    /// Covariance of both.
    pub covariance: f64,
}

/// The plane of a contrast; none where no outcome is the effect, nothing falls on the public, or a number is not defined.
///
/// # Errors
/// Where a rule changes inside a cell of the quantities.
pub fn plane(
    quantities: &Quantities,
    prices: &Prices,
    contrast: &QuantityContrast,
) -> Result<Option<Plane>> {
    let book = Book::new(prices, quantities, contrast)?;
    let cost = net_public_cost(&book);
    if book.effect.is_none() || cost.0.is_empty() {
        return Ok(None);
    }
    let observed = Observed::new(&book, contrast);
    let effect = Sum::effect(&book);
    let (var_effect, var_cost) = (observed.variance(&effect), observed.variance(&cost));
    let together = observed.variance(&effect.plus(1.0, &cost));
    let plane = Plane {
        effect: observed.sum(&effect),
        cost: observed.sum(&cost),
        var_effect,
        var_cost,
        // By polarisation.
        covariance: (together - var_effect - var_cost) / 2.0,
    };
    let all = [plane.effect, plane.cost, var_effect, var_cost];
    let is_known = all.iter().all(|x| x.is_finite()) && plane.covariance.is_finite();
    Ok((is_known && var_effect > 0.0 && var_cost > 0.0).then_some(plane))
}

impl Plane {
    /// Points of the ellipse that holds a share of a normal distribution with this covariance: `chi-square with two degrees of freedom`
    /// has the quantile `-2 ln(1 - share)`.
    pub fn ellipse(&self, share: f64, points: u32) -> Vec<(f64, f64)> {
        let radius = (-2.0 * libm::log1p(-share)).sqrt();
        let across = self.var_effect.sqrt();
        let shared = self.covariance / across;
        // What of the cost the effect does not say; never below 0 but for rounding.
        let own = (self.var_cost - shared * shared).max(0.0).sqrt();
        let at = |k: u32| {
            let turn = TAU * f64::from(k) / f64::from(points);
            let (cos, sin) = (libm::sin(turn + FRAC_PI_2), libm::sin(turn));
            (
                self.effect + radius * across * cos,
                self.cost + radius * (shared * cos + own * sin),
            )
        };
        (0..points).map(at).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLANE: Plane = Plane {
        effect: 2.0,
        cost: -1.0,
        var_effect: 4.0,
        var_cost: 9.0,
        covariance: 3.0,
    };

    /// Every point is as far away in the metric of the covariance: `d' V^-1 d = -2 ln(1 - share)`, with V^-1 by hand: its determinant
    /// is 4 x 9 - 3 x 3 = 27.
    #[test]
    fn the_ellipse_holds_its_share() {
        for share in [0.5, 0.95] {
            for (x, y) in PLANE.ellipse(share, 24) {
                let (dx, dy) = (x - 2.0, y + 1.0);
                let far = (9.0 * dx * dx - 6.0 * dx * dy + 4.0 * dy * dy) / 27.0;
                assert!((far + 2.0 * libm::log(1.0 - share)).abs() < 1e-12, "{far}");
            }
        }
    }

    #[test]
    fn its_ends_are_those_of_the_marginal_distributions() {
        let points = PLANE.ellipse(0.95, 3600);
        let most = points.iter().map(|p| p.0).fold(f64::MIN, f64::max);
        let dearest = points.iter().map(|p| p.1).fold(f64::MIN, f64::max);
        let radius = (-2.0 * libm::log(0.05)).sqrt();
        assert!((most - (2.0 + 2.0 * radius)).abs() < 1e-9);
        assert!((dearest - (-1.0 + 3.0 * radius)).abs() < 1e-4);
    }
}
