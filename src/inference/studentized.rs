//! Studentized limits (bootstrap-t): each replicate's deviation in units of its own standard error.
//!
//! On the path's scale g, t* = (g(replicate) - g(estimate)) / (|g'(replicate)| x the replicate's standard error), and the
//! limits are g(estimate) - q x s with s = |g'(estimate)| x standard error and q the quantiles of t*, carried back: where
//! standard errors grow with the estimate, the limits do so too. A replicate without a positive standard error has no t*:
//! it is undefined for this interval, as one beyond the end of the scale is, and counted.
//!
//! The band is estimate -+ c x s, c the quantile of the largest |t*| over the weeks, widened to the interval where needed.
//!
//! Source: Davison and Hinkley (1997), Bootstrap Methods and their Application, section 5.2.1; Hall (1988), Annals of
//! Statistics 16, 927-953. `boot.ci(type = "stud")` of R's boot is the same on its own rule of ranks.

use super::interval::Limits;
use super::ordered::{End, Ordered, Rank, error_at, value_at};
use super::{Reason, Scale};

/// A replicate's standard error below this share of the observed one is rounding: 0.
const ROUNDING: f64 = 1e-9;

/// Writes t* of every replicate; NaN where there is none.
pub(crate) fn pivots(
    scale: Scale,
    (estimate, std_error): (f64, f64),
    (column, errors): (&[f64], &[f64]),
    out: &mut Vec<f64>,
) {
    let centre = scale.apply(estimate);
    let least = ROUNDING * std_error;
    out.clear();
    out.extend(column.iter().zip(errors).map(|(&x, &error)| {
        let t = (scale.apply(x) - centre) / (scale.slope(x) * error);
        if error > least && t.is_finite() {
            t
        } else {
            f64::NAN
        }
    }));
}

/// The limits from the outer t* at `rank` from each end.
pub(crate) fn studentized(
    scale: Scale,
    (estimate, std_error): (f64, f64),
    ordered: &Ordered,
    rank: Rank,
) -> Result<Limits, Reason> {
    let centre = scale.apply(estimate);
    if !centre.is_finite() {
        return Err(Reason::OffScale);
    }
    let spread = std_error * scale.slope(estimate);
    let limit = |t: f64| scale.invert(centre - t * spread);
    // The largest t* gives the lower limit, but on a decreasing scale.
    let (of_low, of_high) = match scale {
        Scale::LogLog => (End::Low, End::High),
        Scale::Identity | Scale::Log => (End::High, End::Low),
    };
    let (lower, upper) = (ordered.tail(of_low), ordered.tail(of_high));
    Limits {
        low: limit(value_at(lower, rank.at)),
        high: limit(value_at(upper, rank.at)),
        mc_low: error_at(lower, rank, limit),
        mc_high: error_at(upper, rank, limit),
    }
    .finite()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_by_hand() {
        // t* = (1 - 4) / 1, (3 - 4) / 2, (6 - 4) / 1, (8 - 4) / 4 = -3, -0.5, 2, 1; 4 - 2 x (2, -3) = 0, 10.
        let mut column = Vec::new();
        let replicates = ([1.0, 3.0, 6.0, 8.0, 5.0], [1.0, 2.0, 1.0, 4.0, 0.0]);
        pivots(
            Scale::Identity,
            (4.0, 2.0),
            (&replicates.0, &replicates.1),
            &mut column,
        );
        assert_eq!(column[..4], [-3.0, -0.5, 2.0, 1.0]);
        assert!(column[4].is_nan());
        let mut ordered = Ordered::default();
        ordered.load(&column, 4);
        let rank = Rank {
            at: 1.0,
            error: 1.0,
        };
        let limits = studentized(Scale::Identity, (4.0, 2.0), &ordered, rank).unwrap();
        assert_eq!((limits.low, limits.high), (0.0, 10.0));
        // One rank further in: 4 - 2 x 1 and 4 + 2 x 0.5.
        assert_eq!((limits.mc_low, limits.mc_high), (Some(2.0), Some(5.0)));
    }

    #[test]
    fn survival_of_one_in_a_replicate_is_undefined() {
        let mut column = Vec::new();
        let replicates = ([1.0, 0.7], [0.0, 0.1]);
        pivots(
            Scale::LogLog,
            (0.8, 0.05),
            (&replicates.0, &replicates.1),
            &mut column,
        );
        assert!(column[0].is_nan());
        // Fewer left means a larger ln(-ln S).
        assert!(column[1] > 0.0);
        assert_eq!(
            studentized(
                Scale::LogLog,
                (1.0, 0.1),
                &Ordered::default(),
                Rank {
                    at: 1.0,
                    error: 1.0
                }
            ),
            Err(Reason::OffScale)
        );
    }
}
