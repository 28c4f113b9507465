//! The interval of one number, and its two-sided Wald p.

use super::bca::Corrected;
use super::ordered::{End, Ordered, Rank, error_at, value_at};
use super::{Reason, Scale};
use crate::numeric::student::two_sided_t;

/// A standard error below this share of the estimate is rounding, not variation.
const ROUNDING: f64 = 1e-12;

/// Two limits and their Monte Carlo standard errors.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Limits {
    pub low: f64,
    pub high: f64,
    pub mc_low: Option<f64>,
    pub mc_high: Option<f64>,
}

impl Limits {
    /// Limits without simulation in them.
    pub(crate) fn plain((low, high): (f64, f64)) -> Result<Self, Reason> {
        Self {
            low,
            high,
            mc_low: None,
            mc_high: None,
        }
        .finite()
    }

    pub(crate) fn finite(self) -> Result<Self, Reason> {
        if self.low.is_finite() && self.high.is_finite() {
            Ok(self)
        } else {
            Err(Reason::NotFinite)
        }
    }
}

/// The two-sided p of a Wald test that the number is 0; `None` without a positive standard error.
pub fn wald_p(estimate: f64, std_error: f64) -> Option<f64> {
    wald_t(estimate, std_error, f64::INFINITY)
}

/// The same by the t distribution with so many degrees of freedom.
pub fn wald_t(estimate: f64, std_error: f64, freedom: f64) -> Option<f64> {
    (estimate.is_finite() && std_error.is_finite() && varies(estimate, std_error))
        .then(|| two_sided_t(estimate / std_error, freedom))
        .filter(|p| p.is_finite())
}

/// Whether the standard error is more than rounding. True when there is none.
pub(crate) fn varies(estimate: f64, std_error: f64) -> bool {
    std_error.is_nan() || std_error > ROUNDING * estimate.abs()
}

/// estimate -+ `multiplier` x standard error, on the scale.
pub(crate) fn normal(
    scale: Scale,
    estimate: f64,
    std_error: f64,
    multiplier: f64,
) -> Result<Limits, Reason> {
    if !std_error.is_finite() {
        return Err(Reason::NoStandardError);
    }
    if !scale.apply(estimate).is_finite() {
        return Err(Reason::OffScale);
    }
    Limits::plain(scale.limits(estimate, multiplier * std_error * scale.slope(estimate)))
}

/// The order statistics at `rank` from each end.
pub(crate) fn percentile(ordered: &Ordered, rank: Rank) -> Result<Limits, Reason> {
    let (low, high) = (ordered.tail(End::Low), ordered.tail(End::High));
    Limits {
        low: value_at(low, rank.at),
        high: value_at(high, rank.at),
        mc_low: error_at(low, rank, |x| x),
        mc_high: error_at(high, rank, |x| x),
    }
    .finite()
}

/// The order statistics at the corrected ranks of each end.
pub(crate) fn corrected(
    ordered: &Ordered,
    low: Corrected,
    high: Corrected,
) -> Result<Limits, Reason> {
    let (lowest, highest) = (ordered.tail(End::Low), ordered.tail(End::High));
    Limits {
        low: value_at(lowest, low.rank.at),
        high: value_at(highest, high.rank.at),
        mc_low: error_at(lowest, low.rank, |x| x),
        mc_high: error_at(highest, high.rank, |x| x),
    }
    .finite()
}

/// The same, mirrored in the estimate on the scale: the upper order statistic gives the lower limit.
pub(crate) fn basic(
    scale: Scale,
    estimate: f64,
    ordered: &Ordered,
    rank: Rank,
) -> Result<Limits, Reason> {
    if !scale.apply(estimate).is_finite() {
        return Err(Reason::OffScale);
    }
    let mirror = |x| scale.reflect(estimate, x);
    let (low, high) = (ordered.tail(End::Low), ordered.tail(End::High));
    Limits {
        low: mirror(value_at(high, rank.at)),
        high: mirror(value_at(low, rank.at)),
        mc_low: error_at(high, rank, mirror),
        mc_high: error_at(low, rank, mirror),
    }
    .finite()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_log_limits_of_survival_are_those_of_the_formula() {
        // S = 0.8, se = 0.05, z = 1.96: 0.8^exp(-+1.96 x 0.05 / (0.8 x 0.22314355)) = 0.6793, 0.8791 by hand.
        let limits = normal(Scale::LogLog, 0.8, 0.05, 1.96).unwrap();
        let theta = 1.96 * 0.05 / (0.8 * 0.223_143_551_314_209_76);
        let hand = |sign: f64| libm::pow(0.8, libm::exp(sign * theta));
        assert!((limits.low - hand(1.0)).abs() < 1e-14);
        assert!((limits.high - hand(-1.0)).abs() < 1e-14);
    }

    #[test]
    fn survival_of_one_has_no_limits() {
        assert_eq!(
            normal(Scale::LogLog, 1.0, 0.05, 1.96),
            Err(Reason::OffScale)
        );
    }

    #[test]
    fn wald_p_is_that_of_the_normal() {
        let p = wald_p(-1.959_963_984_540_054, 1.0).unwrap();
        assert!((p - 0.05).abs() < 1e-12);
        assert_eq!(wald_p(1.0, 0.0), None);
        assert_eq!(wald_p(0.0, 0.0), None);
        assert_eq!(wald_p(37.25, 1e-15), None);
        assert_eq!(wald_p(f64::NAN, 1.0), None);
        assert_eq!(wald_p(1.0, f64::NAN), None);
    }
}
