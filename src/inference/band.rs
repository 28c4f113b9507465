//! What makes an interval simultaneous: the critical value of the largest deviation, and the common rank.
//!
//! **Sup-t.** Of each replicate, the largest |g(replicate) - g(estimate)| / s over the weeks, where s is the standard
//! deviation of the week's replicates on the scale g. The critical value is the quantile of these at the confidence
//! level. A replicate at the end of the scale (survival of 1) counts as infinitely far, and is left out of s. For
//! studentized bands each deviation is in units of the replicate's own standard error instead.
//! Source: Montiel Olea and Plagborg-Moller (2019), J. Applied Econometrics 34(1), <https://doi.org/10.1002/jae.2656>.
//!
//! **Common rank.** Each replicate is judged against the others: with rank r it is outside when in some week fewer
//! than r + 1 replicates, itself counted, are at most (or at least) its value. So one that ties with others is judged
//! as they are. Let M(r) be the number outside, M(0) = 0, linear between whole ranks. The common rank is the largest
//! r with M(r) <= alpha (B + 1), and not above the interval's own rank alpha (B + 1) / 2. With one week M(r) = 2 r, so
//! that the band is the interval. Below rank 1 there is no band: more replicates are needed. Counting as outside only
//! those strictly beyond the limits, which their own values helped to set, would give too narrow bands: for 26
//! independent weeks and 1,999 replicates they would hold 93 instead of 95 % of new draws.
//! Source: Davison and Hinkley (1997), Bootstrap Methods and their Application, equation 4.17, as in `envelope` of R's
//! boot; ours differs in going between whole ranks, in ties (there by mean rank), and in refusing where it gives the
//! extremes.

use super::ordered::{End, Ordered, Rank, error_at, value_at};
use super::{Reason, Scale};
use crate::units::ConfidenceLevel;

/// The most replicates ever named as needed.
const MANY: f64 = 1e9;

/// A critical value and its Monte Carlo standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Critical {
    pub value: f64,
    pub error: Option<f64>,
}

/// Gathers the largest standardised deviation of each replicate.
#[derive(Debug, Default)]
pub(crate) struct SupT {
    largest: Vec<f64>,
    on_scale: Vec<f64>,
}

impl SupT {
    /// Adds a week; gives the replicates' standard deviation on the scale, or `None` (and adds nothing) without one.
    pub(crate) fn add(&mut self, scale: Scale, estimate: f64, column: &[f64]) -> Option<f64> {
        let centre = scale.apply(estimate);
        let (values, sd) = if scale == Scale::Identity {
            (column, deviation(column)?)
        } else {
            self.on_scale.clear();
            self.on_scale.extend(column.iter().map(|&x| scale.apply(x)));
            (&self.on_scale[..], finite_deviation(&self.on_scale)?)
        };
        if sd <= 0.0 {
            return None;
        }
        self.largest.resize(column.len(), 0.0);
        let per_sd = 1.0 / sd;
        for (largest, x) in self.largest.iter_mut().zip(values) {
            let far = (x - centre).abs() * per_sd;
            // NaN lies beyond the end of the scale.
            *largest = if far.is_nan() {
                f64::INFINITY
            } else {
                largest.max(far)
            };
        }
        Some(sd)
    }

    /// Adds a week of deviations that are standardised already, all of them finite.
    pub(crate) fn add_standardised(&mut self, column: &[f64]) {
        self.largest.resize(column.len(), 0.0);
        for (largest, t) in self.largest.iter_mut().zip(column) {
            *largest = largest.max(t.abs());
        }
    }

    /// The critical value over the weeks added.
    pub(crate) fn critical(
        &self,
        confidence: ConfidenceLevel,
        ordered: &mut Ordered,
    ) -> Result<Critical, Reason> {
        let rank = Rank::of_tail(confidence.alpha(), self.largest.len())
            .ok_or(Reason::TooFewReplicates)?;
        ordered.load(&self.largest, rank.depth());
        let tail = ordered.tail(End::High);
        let value = value_at(tail, rank.at);
        if !value.is_finite() {
            return Err(Reason::NotFinite);
        }
        Ok(Critical {
            value,
            error: error_at(tail, rank, |x| x),
        })
    }
}

/// Gathers how far out each replicate lies in its most extreme week.
#[derive(Debug)]
pub(crate) struct CommonRank {
    /// The interval's rank.
    own: Rank,
    replicates: usize,
    /// Smallest count of replicates at least as extreme, itself counted; above `deepest` all are the same.
    depth: Vec<u32>,
    deepest: usize,
}

impl CommonRank {
    /// For intervals at rank `own` of `replicates`.
    pub(crate) fn new(own: Rank, replicates: usize) -> Self {
        Self {
            own,
            replicates,
            depth: vec![u32::MAX; replicates],
            deepest: own.at.ceil() as usize,
        }
    }

    /// Adds a week, whose tails `ordered` holds to at least one more than the interval's rank.
    pub(crate) fn add(&mut self, column: &[f64], ordered: &Ordered) {
        let (low, high) = (ordered.tail(End::Low), ordered.tail(End::High));
        let edge = self.deepest.min(low.len()) - 1;
        let (lowest, highest) = (low[edge], high[edge]);
        for (depth, &x) in self.depth.iter_mut().zip(column) {
            if x <= lowest {
                let count = low.partition_point(|&v| v <= x) as u32;
                *depth = (*depth).min(count);
            }
            if x >= highest {
                let count = high.partition_point(|&v| v >= x) as u32;
                *depth = (*depth).min(count);
            }
        }
    }

    /// The common rank over the weeks added, with its error: that of an order statistic at this rank, or that of the
    /// number of replicates outside, whichever is larger.
    ///
    /// # Errors
    /// The number of replicates (about) that would be enough, when the rank is below 1.
    pub(crate) fn rank(&self) -> Result<Rank, usize> {
        let mut at_depth = vec![0_u32; self.deepest + 1];
        for &depth in &self.depth {
            if let Some(count) = at_depth.get_mut(depth as usize) {
                *count += 1;
            }
        }
        let allowed = 2.0 * self.own.at;
        let n = self.replicates as f64;
        let at = largest_rank(&at_depth, allowed).min(self.own.at);
        if at < 1.0 {
            // The rank grows with B; rounded up to a number that hits whole ranks.
            let enough = ((n + 1.0) / at).min(MANY);
            return Err((enough / 100.0).ceil() as usize * 100 - 1);
        }
        let share = allowed / (n + 1.0);
        let fewer = (allowed - (n * share * (1.0 - share)).sqrt()).max(0.0);
        let of_count = at - largest_rank(&at_depth, fewer).min(at);
        let tail = at / (n + 1.0);
        let of_rank = (n * tail * (1.0 - tail)).sqrt();
        Ok(Rank {
            at,
            error: of_rank.max(of_count),
        })
    }
}

/// The largest rank with at most `allowed` replicates outside, linear between whole ranks.
fn largest_rank(at_depth: &[u32], allowed: f64) -> f64 {
    let mut outside = 0.0;
    for (rank, &more) in at_depth.iter().enumerate().skip(1) {
        let more = f64::from(more);
        if outside + more > allowed {
            return rank as f64 - 1.0 + (allowed - outside) / more;
        }
        outside += more;
    }
    at_depth.len() as f64 - 1.0
}

/// The standard deviation (divisor n - 1) of values without NaN; `None` when it is not finite. Summed in four lanes of
/// fixed order.
pub(crate) fn deviation(values: &[f64]) -> Option<f64> {
    if values.len() < 2 {
        return None;
    }
    let n = values.len() as f64;
    let mean = sum_in_lanes(values, |x| x) / n;
    let sd = (sum_in_lanes(values, |x| (x - mean) * (x - mean)) / (n - 1.0)).sqrt();
    sd.is_finite().then_some(sd)
}

/// The standard deviation of the finite values.
pub(crate) fn finite_deviation(values: &[f64]) -> Option<f64> {
    let finite = || values.iter().filter(|x| x.is_finite());
    let n = finite().count() as f64;
    if n < 2.0 {
        return None;
    }
    let mean = finite().sum::<f64>() / n;
    let sd = (finite().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0)).sqrt();
    sd.is_finite().then_some(sd)
}

fn sum_in_lanes(values: &[f64], term: impl Fn(f64) -> f64) -> f64 {
    let mut lanes = [0.0; 4];
    let chunks = values.chunks_exact(4);
    let rest: f64 = chunks.remainder().iter().map(|&x| term(x)).sum();
    for chunk in chunks {
        for (lane, &x) in lanes.iter_mut().zip(chunk) {
            *lane += term(x);
        }
    }
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]) + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn common(columns: &[Vec<f64>], at: f64) -> Result<f64, usize> {
        let own = Rank { at, error: 1.0 };
        let mut common = CommonRank::new(own, columns[0].len());
        let mut ordered = Ordered::default();
        for column in columns {
            ordered.load(column, own.depth());
            common.add(column, &ordered);
        }
        common.rank().map(|r| r.at)
    }

    #[test]
    fn with_one_week_the_common_rank_is_the_intervals_own() {
        let column: Vec<f64> = (0..199).map(|i| f64::from((i * 73) % 199)).collect();
        for at in [1.0, 2.5, 5.0, 7.25] {
            assert_eq!(common(std::slice::from_ref(&column), at), Ok(at));
            // A copy of the week adds nothing.
            assert_eq!(common(&[column.clone(), column.clone()], at), Ok(at));
        }
    }

    #[test]
    fn two_weeks_that_never_err_together_halve_the_rank() {
        // The extremes of the second week are the middle of the first: M(r) = 4 r.
        let first: Vec<f64> = (0..200).map(f64::from).collect();
        let second: Vec<f64> = (0..200).map(|i| f64::from((i + 100) % 200)).collect();
        assert_eq!(common(&[first.clone(), second.clone()], 5.0), Ok(2.5));
        // M(1) = 4 > 3: rank 0.75, and 201 / 0.75 = 268.
        assert_eq!(common(&[first, second], 1.5), Err(299));
    }

    #[test]
    fn tied_replicates_are_judged_together() {
        // 40 of 200 share the smallest value: none of them is outside at rank 5, so only the upper tail counts.
        let column: Vec<f64> = (0..200).map(|i| f64::from(i.max(39))).collect();
        assert_eq!(common(&[column], 5.0), Ok(5.0));
    }

    #[test]
    fn a_replicate_at_the_end_of_the_scale_is_infinitely_far() {
        let mut sup_t = SupT::default();
        let mut column: Vec<f64> = (0..99).map(|i| 0.8 + f64::from(i) * 0.001).collect();
        column[3] = 1.0;
        assert!(sup_t.add(Scale::LogLog, 0.85, &column).is_some());
        let mut ordered = Ordered::default();
        let level = |x| ConfidenceLevel::new(x).unwrap();
        assert!(sup_t.critical(level(0.95), &mut ordered).is_ok());
        assert_eq!(
            sup_t.critical(level(0.99), &mut ordered),
            Err(Reason::NotFinite)
        );
        assert_eq!(
            sup_t.critical(level(0.999), &mut ordered),
            Err(Reason::TooFewReplicates)
        );
    }

    #[test]
    fn the_deviation_is_that_of_the_definition() {
        let values = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0, 5.0];
        let expected = (32.0_f64 / 8.0).sqrt();
        assert!((deviation(&values).unwrap() - expected).abs() < 1e-15);
        assert!((finite_deviation(&values).unwrap() - expected).abs() < 1e-15);
        assert_eq!(deviation(&[1.0]), None);
    }
}
