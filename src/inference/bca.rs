//! Bias-corrected and accelerated limits (BCa): which order statistics of the replicates they are.
//!
//! With z0 = Phi^-1((#{t* < t} + #{t* = t} / 2) / B), acceleration a and nominal tail p, the lower limit leaves
//! Phi(z0 + (z0 + z_p) / (1 - a (z0 + z_p))) of the replicates below it, and the upper limit is its mirror image: the
//! same with -z0 and -a, counted from above. With z0 = a = 0 these are the percentile limits. Replicates that differ
//! from the estimate by rounding only count as ties.
//!
//! **Acceleration** over the cells g that are drawn from separately: a = sum_g sum_i (l_gi / n_g)^3 /
//! 6 [sum_g sum_i (l_gi / n_g)^2]^(3/2), l the empirical influence. It has mean 0 in each cell, because a cell's share of
//! the sample is fixed in every draw: influences that were formed over several cells are centred in each ([`centred`]).
//! Rescaled (Rao-Wu) draws change how often units are picked, not the derivative of the estimate: l and a stay, and z0
//! counts the rescaled replicates, as do the limits. (Their skewness is that of the plain draw times
//! sqrt(n_g / (n_g - 1)) in each cell: of lower order than what BCa corrects.)
//!
//! **Monte Carlo error.** A limit errs because its order statistic does and because z0 does. Both are counts of the same
//! replicates, so that with F the share below the limit, q that at or below the estimate and p' = dF / dz0 its variance in
//! shares is [F (1 - F) + (p' / phi(z0))^2 q (1 - q) - 2 p' / phi(z0) (min(F, q) - F q)] / B. The acceleration has none.
//!
//! Sources: Efron (1987), JASA 82, 171-185; Davison and Hinkley (1997), Bootstrap Methods and their Application, section
//! 5.3 and equation 5.27 for several samples.

use super::Reason;
use super::ordered::Rank;
use crate::numeric::normal::{normal_cdf, normal_quantile};

/// Replicates closer to the estimate than this share of a standard error are ties ...
const TIE_OF_ERROR: f64 = 1e-9;
/// ... or than this share of the estimate.
const TIE_OF_ESTIMATE: f64 = 1e-13;
/// Variation within cells below this share of the uncentred one is rounding.
const ROUNDING: f64 = 1e-9;

/// Second and third central sums of a cell of `n` units from the sums of its influences, their squares and their cubes.
pub fn centred(n: f64, [first, second, third]: [f64; 3]) -> (f64, f64) {
    let mean = first / n;
    let squares = second - n * mean * mean;
    if squares <= ROUNDING * second {
        return (0.0, 0.0);
    }
    let cubes = third - 3.0 * mean * second + 2.0 * n * mean * mean * mean;
    (squares, cubes)
}

/// The acceleration from the sums of squares and cubes of l / n over all cells; NaN without variation.
pub fn acceleration(squares: f64, cubes: f64) -> f64 {
    cubes / (6.0 * squares * squares.sqrt())
}

/// How a column's limits are corrected.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Correction {
    z0: f64,
    acceleration: f64,
    /// Defined replicates.
    count: usize,
}

/// The order statistic of one limit, counted from its own end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Corrected {
    /// Rank with the error of the order statistic and of z0.
    pub rank: Rank,
    /// Ranks by nominal rank, to carry over the error of a common rank.
    pub slope: f64,
}

impl Correction {
    /// From a column of replicates.
    pub(crate) fn of(
        column: &[f64],
        (estimate, std_error): (f64, f64),
        acceleration: f64,
    ) -> Result<Self, Reason> {
        if !std_error.is_finite() {
            return Err(Reason::NoStandardError);
        }
        let tie = (TIE_OF_ERROR * std_error).max(TIE_OF_ESTIMATE * estimate.abs());
        let (mut below, mut above, mut count) = (0_usize, 0_usize, 0_usize);
        for x in column.iter().filter(|x| !x.is_nan()) {
            count += 1;
            below += usize::from(*x < estimate - tie);
            above += usize::from(*x > estimate + tie);
        }
        let ties = (count - below - above) as f64;
        let share = |n: usize| (n as f64 + 0.5 * ties) / count as f64;
        Self::of_shares((share(below), share(above)), acceleration, count)
    }

    /// From the shares of the replicates below and above the estimate, ties at half weight in each.
    pub(crate) fn of_shares(
        (below, above): (f64, f64),
        acceleration: f64,
        count: usize,
    ) -> Result<Self, Reason> {
        // The smaller share, so that the other sign of everything gives exactly the other sign of z0.
        let z0 = if below <= above {
            normal_quantile(below)
        } else {
            -normal_quantile(above)
        };
        if !z0.is_finite() {
            return Err(Reason::OneSided);
        }
        if !acceleration.is_finite() {
            return Err(Reason::NoAcceleration);
        }
        Ok(Self {
            z0,
            acceleration,
            count,
        })
    }

    /// The lower limit at a nominal rank, counted from the smallest replicate.
    pub(crate) fn low(&self, nominal: f64) -> Result<Corrected, Reason> {
        let n = self.count as f64;
        let tail = nominal / (n + 1.0);
        let level = self.level(tail)?;
        let mut rank = if self.z0 == 0.0 && self.acceleration == 0.0 {
            Rank {
                at: nominal,
                error: 0.0,
            }
        } else {
            Rank::of_tail(level.share, self.count).ok_or(Reason::TooFewReplicates)?
        };
        if rank.at > n {
            return Err(Reason::TooFewReplicates);
        }
        let (f, q) = (level.share, normal_cdf(self.z0));
        let by_count = level.by_z0 / density(self.z0);
        let variance = f * (1.0 - f) + by_count * by_count * q * (1.0 - q)
            - 2.0 * by_count * (f.min(q) - f * q);
        rank.error = (n * variance.max(0.0)).sqrt();
        Ok(Corrected {
            rank,
            slope: level.by_tail,
        })
    }

    /// The upper limit at a nominal rank, counted from the largest replicate.
    pub(crate) fn high(&self, nominal: f64) -> Result<Corrected, Reason> {
        let mirrored = Self {
            z0: -self.z0,
            acceleration: -self.acceleration,
            count: self.count,
        };
        mirrored.low(nominal)
    }

    /// The share below the lower limit of nominal tail `tail`.
    fn level(&self, tail: f64) -> Result<Level, Reason> {
        let z = normal_quantile(tail);
        let shifted = self.z0 + z;
        let shrink = 1.0 - self.acceleration * shifted;
        if shrink <= 0.0 || shrink.is_nan() {
            return Err(Reason::TooSkew);
        }
        let at = self.z0 + shifted / shrink;
        let per_shift = 1.0 / (shrink * shrink);
        Ok(Level {
            share: normal_cdf(at),
            by_z0: density(at) * (1.0 + per_shift),
            by_tail: density(at) * per_shift / density(z),
        })
    }
}

/// An adjusted level and how it moves.
struct Level {
    share: f64,
    by_z0: f64,
    by_tail: f64,
}

/// The standard normal density.
fn density(z: f64) -> f64 {
    libm::exp(-0.5 * z * z) / core::f64::consts::TAU.sqrt()
}

#[cfg(test)]
impl Correction {
    /// z0 and the shares of the replicates below the lower and above the upper limit of nominal tail `tail`.
    pub(super) fn shares(&self, tail: f64) -> (f64, f64, f64) {
        let mirrored = Self {
            z0: -self.z0,
            acceleration: -self.acceleration,
            count: self.count,
        };
        let share = |c: &Self| c.level(tail).map_or(f64::NAN, |level| level.share);
        (self.z0, share(self), share(&mirrored))
    }
}
