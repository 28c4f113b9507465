//! The outer order statistics of a column of replicates, and where in them a quantile lies.
//!
//! Only the two tails are sorted. The quantile of probability a among n values is the order statistic of rank
//! a (n + 1), linear between neighbours; there is none when that rank is below 1. Its Monte Carlo standard error is
//! half the distance between the order statistics sqrt(n a (1 - a)) ranks to each side, the standard deviation of the
//! number of replicates below the true quantile (Woodruff 1952, JASA 47, 635-646); at the edge of the sample the slope
//! over the ranks that exist is used.

/// Ranks closer than this to a whole number are that number: 0.025 x 2000 must be 50.
const SAME_RANK: f64 = 1e-9;

/// A rank counted from one end, with its Monte Carlo standard error in ranks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rank {
    /// Rank, at least 1.
    pub at: f64,
    /// Standard error, in ranks.
    pub error: f64,
}

impl Rank {
    /// The rank of a tail of probability `tail` among `count` values; `None` below the first.
    pub(crate) fn of_tail(tail: f64, count: usize) -> Option<Self> {
        let exact = tail * (count as f64 + 1.0);
        let whole = exact.round();
        let at = if (exact - whole).abs() < SAME_RANK {
            whole
        } else {
            exact
        };
        (at >= 1.0).then(|| Self {
            at,
            error: (count as f64 * tail * (1.0 - tail)).sqrt(),
        })
    }

    /// How many order statistics of the tail are needed for the quantile and its error.
    pub(crate) fn depth(self) -> usize {
        (self.at + self.error).ceil() as usize + 1
    }
}

/// Order statistics from the low end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Counted from the smallest value.
    Low,
    /// Counted from the largest value.
    High,
}

/// Both tails of a column, sorted; reused from column to column.
#[derive(Debug, Default)]
pub(crate) struct Ordered {
    keys: Vec<u64>,
    low: Vec<f64>,
    high: Vec<f64>,
}

impl Ordered {
    /// Takes the values that are not NaN and sorts the outer `depth` of each end.
    pub(crate) fn load(&mut self, values: &[f64], depth: usize) {
        self.keys.clear();
        self.keys
            .extend(values.iter().filter(|x| !x.is_nan()).map(|&x| key_of(x)));
        let count = self.keys.len();
        let depth = depth.min(count);
        if 2 * depth >= count {
            self.keys.sort_unstable();
        } else {
            let (below, _, rest) = self.keys.select_nth_unstable(depth);
            below.sort_unstable();
            let last = rest.len();
            // `rest` lacks the pivot, which is at most each of its values, so the top `depth` lie in it.
            if last > depth {
                rest.select_nth_unstable(last - depth);
            }
            rest[last.saturating_sub(depth)..].sort_unstable();
        }
        self.low.clear();
        self.high.clear();
        self.low
            .extend(self.keys[..depth].iter().map(|&k| value_of(k)));
        self.high.extend(
            self.keys[count - depth..]
                .iter()
                .rev()
                .map(|&k| value_of(k)),
        );
    }

    /// The outer values of one end, the outermost first.
    pub(crate) fn tail(&self, end: End) -> &[f64] {
        match end {
            End::Low => &self.low,
            End::High => &self.high,
        }
    }
}

/// The order statistic at a rank of `tail` (outermost first), linear between; ranks outside it are brought to its ends.
pub(crate) fn value_at(tail: &[f64], rank: f64) -> f64 {
    let rank = rank.clamp(1.0, tail.len() as f64);
    let whole = rank.floor();
    let part = rank - whole;
    let value = tail[whole as usize - 1];
    if part > 0.0 {
        value + part * (tail[whole as usize] - value)
    } else {
        value
    }
}

/// The Monte Carlo standard error of `limit(order statistic at rank)`; `None` when it is not finite.
pub(crate) fn error_at(tail: &[f64], rank: Rank, limit: impl Fn(f64) -> f64) -> Option<f64> {
    let outer = (rank.at - rank.error).max(1.0);
    let inner = (rank.at + rank.error).min(tail.len() as f64);
    if inner <= outer {
        return None;
    }
    let rise = (limit(value_at(tail, inner)) - limit(value_at(tail, outer))).abs();
    let error = rise / (inner - outer) * rank.error;
    error.is_finite().then_some(error)
}

/// Orders as the number does; -0 becomes 0.
fn key_of(x: f64) -> u64 {
    let bits = (x + 0.0).to_bits();
    bits ^ (((bits as i64 >> 63) as u64) | (1 << 63))
}

fn value_of(key: u64) -> f64 {
    f64::from_bits(key ^ (((!key as i64 >> 63) as u64) | (1 << 63)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_keep_the_order_and_give_the_number_back() {
        let values = [
            f64::NEG_INFINITY,
            -1e300,
            -2.0,
            -1e-300,
            0.0,
            1e-300,
            0.5,
            2.0,
            f64::INFINITY,
        ];
        for pair in values.windows(2) {
            assert!(key_of(pair[0]) < key_of(pair[1]));
        }
        for x in values {
            assert_eq!(value_of(key_of(x)).to_bits(), x.to_bits());
        }
        assert_eq!(key_of(-0.0), key_of(0.0));
    }

    #[test]
    fn quantiles_by_hand() {
        // Nine values 10, 20, ..., 90: rank a x 10.
        let values: Vec<f64> = (1..=9).rev().map(|i| f64::from(i) * 10.0).collect();
        let mut ordered = Ordered::default();
        ordered.load(&values, 9);
        let at = |tail: f64| Rank::of_tail(tail, 9).map(|r| value_at(ordered.tail(End::Low), r.at));
        assert_eq!(at(0.1), Some(10.0));
        assert_eq!(at(0.25), Some(25.0));
        assert_eq!(at(0.5), Some(50.0));
        assert_eq!(at(0.09), None);
        let high = Rank::of_tail(0.25, 9).map(|r| value_at(ordered.tail(End::High), r.at));
        assert_eq!(high, Some(75.0));
    }

    #[test]
    fn the_usual_numbers_of_replicates_hit_a_whole_rank() {
        for (level, count, rank) in [
            (0.95, 1999, 50.0),
            (0.95, 999, 25.0),
            (0.9, 19, 1.0),
            (0.99, 1999, 10.0),
        ] {
            let tail = (1.0 - level) / 2.0;
            assert_eq!(Rank::of_tail(tail, count).map(|r| r.at), Some(rank));
        }
        assert_eq!(Rank::of_tail(0.025, 38), None);
    }

    #[test]
    fn selected_tails_are_those_of_a_full_sort() {
        let values: Vec<f64> = (0..501).map(|i| f64::from((i * 37) % 101) - 50.0).collect();
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        let mut ordered = Ordered::default();
        for depth in [1, 2, 30, 249, 250, 251, 501, 900] {
            ordered.load(&values, depth);
            let depth = depth.min(501);
            assert_eq!(ordered.tail(End::Low), &sorted[..depth]);
            let top: Vec<f64> = sorted[501 - depth..].iter().rev().copied().collect();
            assert_eq!(ordered.tail(End::High), top);
        }
    }

    #[test]
    fn the_error_of_a_quantile_is_half_the_distance_over_its_ranks() {
        let tail: Vec<f64> = (1..=20).map(f64::from).collect();
        let rank = Rank {
            at: 10.0,
            error: 4.0,
        };
        assert_eq!(error_at(&tail, rank, |x| 3.0 * x), Some(12.0));
        // At the edge, the slope over the ranks that exist.
        let edge = Rank {
            at: 1.0,
            error: 2.0,
        };
        assert_eq!(error_at(&tail, edge, |x| x), Some(2.0));
    }
}
