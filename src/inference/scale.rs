//! The scale on which normal and basic limits are formed.

/// A monotone scale g.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scale {
    /// The number itself.
    #[default]
    Identity,
    /// g(S) = ln(-ln S), decreasing: for survival and shares, so that limits stay between 0 and 1.
    LogLog,
    /// g(x) = ln x: for ratios.
    Log,
}

impl Scale {
    /// g(x); infinite at the ends of the scale, NaN beyond them.
    pub(crate) fn apply(self, x: f64) -> f64 {
        match self {
            Self::Identity => x,
            Self::LogLog => libm::log(-libm::log(x)),
            Self::Log => libm::log(x),
        }
    }

    /// The number whose scale value is `y`.
    pub(crate) fn invert(self, y: f64) -> f64 {
        match self {
            Self::Identity => y,
            Self::LogLog => libm::exp(-libm::exp(y)),
            Self::Log => libm::exp(y),
        }
    }

    /// |g'(x)|, which carries a standard error to the scale.
    pub(crate) fn slope(self, x: f64) -> f64 {
        match self {
            Self::Identity => 1.0,
            Self::LogLog => 1.0 / (x * libm::log(x)).abs(),
            Self::Log => 1.0 / x.abs(),
        }
    }

    /// Limits in the number's own unit, `half` to each side of `estimate` on the scale.
    pub(crate) fn limits(self, estimate: f64, half: f64) -> (f64, f64) {
        let centre = self.apply(estimate);
        let below = self.invert(centre - half);
        let above = self.invert(centre + half);
        match self {
            Self::LogLog => (above, below),
            Self::Identity | Self::Log => (below, above),
        }
    }

    /// `value` mirrored in `estimate` on the scale.
    pub(crate) fn reflect(self, estimate: f64, value: f64) -> f64 {
        match self {
            Self::Identity => 2.0 * estimate - value,
            _ => self.invert(2.0 * self.apply(estimate) - self.apply(value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scale_carries_back_what_it_carried_over() {
        for scale in [Scale::Identity, Scale::LogLog, Scale::Log] {
            for x in [0.001, 0.3, 0.5, 0.97] {
                assert!((scale.invert(scale.apply(x)) - x).abs() < 1e-14);
                let step = 1e-6;
                let rise = (scale.apply(x + step) - scale.apply(x - step)) / (2.0 * step);
                assert!((rise.abs() / scale.slope(x) - 1.0).abs() < 1e-4);
                let (low, high) = scale.limits(x, 0.1);
                assert!(low < x && x < high);
            }
        }
    }

    #[test]
    fn the_ends_of_survival_lie_at_infinity() {
        assert!(Scale::LogLog.apply(1.0) < f64::MIN);
        assert!(Scale::LogLog.apply(0.0) > f64::MAX);
        assert_eq!(
            Scale::LogLog.invert(f64::NEG_INFINITY).to_bits(),
            1.0_f64.to_bits()
        );
        assert_eq!(
            Scale::LogLog.invert(f64::INFINITY).to_bits(),
            0.0_f64.to_bits()
        );
    }
}
