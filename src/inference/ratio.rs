//! A ratio of two differences with their covariance: by linearisation, and the set of Anderson and Rubin.

/// A difference in an outcome (reduced form) and in what was taken up (first stage), with variances and covariance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stages {
    /// Difference in the outcome.
    pub reduced: f64,
    /// Difference in what was taken up.
    pub first: f64,
    /// Variance of the first, covariance, variance of the second.
    pub variance: [f64; 3],
}

/// Values of the ratio that are not rejected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Set {
    /// Between two numbers.
    Between(f64, f64),
    /// All up to the first and all from the second on.
    Outside(f64, f64),
    /// All up to a number.
    UpTo(f64),
    /// All from a number on.
    From(f64),
    /// Every number.
    Everything,
}

impl Stages {
    /// The ratio; `None` where nothing more was taken up.
    pub fn ratio(&self) -> Option<f64> {
        let ratio = self.reduced / self.first;
        ratio.is_finite().then_some(ratio)
    }

    /// Its standard error by linearisation: that of reduced - ratio x first, over |first|.
    pub fn std_error(&self) -> Option<f64> {
        let ratio = self.ratio()?;
        let [aa, ab, bb] = self.variance;
        let variance = aa - 2.0 * ratio * ab + ratio * ratio * bb;
        // Rounding may leave a little less than nothing.
        (variance.is_finite()).then(|| variance.max(0.0).sqrt() / self.first.abs())
    }

    /// How strong the first stage is: its squared ratio to its own standard error. Infinite where it does not vary.
    pub fn strength(&self) -> Option<f64> {
        let f = self.first * self.first / self.variance[2];
        (!f.is_nan()).then_some(f)
    }

    /// The set of Anderson and Rubin (1949): those t for which reduced - t first is within `quantile` of its standard errors.
    /// It holds its level however weak the first stage is.
    pub fn anderson_rubin(&self, quantile: f64) -> Option<Set> {
        let (y, d, q) = (self.reduced, self.first, quantile * quantile);
        let [aa, ab, bb] = self.variance;
        // a t^2 + 2 b t + c <= 0.
        let a = d * d - q * bb;
        let b = q * ab - y * d;
        let c = y * y - q * aa;
        if !(a.is_finite() && b.is_finite() && c.is_finite()) {
            return None;
        }
        let within = b * b - a * c;
        if a == 0.0 {
            return Some(match b {
                _ if b > 0.0 => Set::UpTo(-c / (2.0 * b)),
                _ if b < 0.0 => Set::From(-c / (2.0 * b)),
                _ => Set::Everything,
            });
        }
        if a < 0.0 && within <= 0.0 {
            return Some(Set::Everything);
        }
        let root = within.max(0.0).sqrt();
        let ends = [(-b - root) / a, (-b + root) / a];
        let (low, high) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
        Some(if a > 0.0 {
            Set::Between(low, high)
        } else {
            Set::Outside(low, high)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_strong_first_stage_gives_an_interval_around_the_ratio() {
        let stages = Stages {
            reduced: 2.0,
            first: 0.5,
            variance: [0.25, 0.0, 0.01],
        };
        assert_eq!(stages.ratio(), Some(4.0));
        // (0.25 + 16 x 0.01) / 0.25
        let error = stages.std_error().unwrap_or(f64::NAN);
        assert!((error - (0.41_f64 / 0.25).sqrt()).abs() < 1e-15);
        assert_eq!(stages.strength(), Some(25.0));
        // (2 - t/2)^2 = 1/4 + t^2/100 has 0.24 t^2 - 2 t + 3.75 = 0.
        let Some(Set::Between(low, high)) = stages.anderson_rubin(1.0) else {
            panic!("an interval");
        };
        let root = (4.0_f64 - 4.0 * 0.24 * 3.75).sqrt();
        assert!((low - (2.0 - root) / 0.48).abs() < 1e-12, "{low}");
        assert!((high - (2.0 + root) / 0.48).abs() < 1e-12, "{high}");
    }

    #[test]
    fn a_weak_one_excludes_little_or_nothing() {
        let weak = |reduced| Stages {
            reduced,
            first: 0.1,
            variance: [0.25, 0.0, 0.01],
        };
        assert_eq!(weak(0.1).anderson_rubin(2.0), Some(Set::Everything));
        assert!(matches!(
            weak(3.0).anderson_rubin(2.0),
            Some(Set::Outside(..))
        ));
        let none = Stages {
            reduced: 1.0,
            first: 0.0,
            variance: [1.0, 0.0, 0.0],
        };
        assert_eq!(none.ratio(), None);
    }

    proptest! {
        #[test]
        fn a_number_is_in_the_set_when_it_is_not_rejected(
            reduced in -3.0_f64..3.0, first in -1.0_f64..1.0, a in 0.05_f64..1.0, b in 0.01_f64..0.5,
            r in -0.95_f64..0.95, t in -20.0_f64..20.0,
        ) {
            let stages = Stages { reduced, first, variance: [a * a, r * a * b, b * b] };
            let set = stages.anderson_rubin(1.96);
            let variance = a * a - 2.0 * t * r * a * b + t * t * b * b;
            let distance = (reduced - t * first).abs() / variance.sqrt();
            prop_assume!((distance - 1.96).abs() > 1e-9);
            let inside = match set {
                Some(Set::Between(l, h)) => (l..=h).contains(&t),
                Some(Set::Outside(l, h)) => t <= l || t >= h,
                Some(Set::UpTo(h)) => t <= h,
                Some(Set::From(l)) => t >= l,
                Some(Set::Everything) => true,
                None => false,
            };
            prop_assert_eq!(inside, distance < 1.96);
        }
    }
}
