//! How far two simulations of one number may lie apart. The rule is that of decision 0026: so many standard errors that all
//! numbers of two results together give a false alarm once in a million, and room for what a bootstrap of few events does.

use crate::cost_benefit::MONTE_CARLO;
use crate::numeric::normal::{normal_cdf, normal_quantile};
use crate::results::Row;

/// Chance that a re-seed of a whole result is called a change.
pub(super) const FALSE_ALARM: f64 = 1e-6;
/// A stated error below this share of that of a smooth distribution is one of a lumpy distribution.
const LUMPY: f64 = 0.8;
/// One person is a large step from this share of a standard error on: fewer than 25 events.
const LARGE_STEP: f64 = 0.2;
/// Limits lie between so many standard errors, for their smooth Monte Carlo error.
const NEAREST: f64 = 1.0;
const FARTHEST: f64 = 4.0;

/// How many standard errors two of `comparisons` simulated numbers may lie apart.
pub(super) fn errors_allowed(comparisons: usize) -> f64 {
    -normal_quantile(FALSE_ALARM / (2.0 * comparisons.max(1) as f64))
}

/// A column that draws decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Drawn {
    /// A limit of an interval or a band: an order statistic of the replicates.
    Limit,
    /// A p-value of permutations, or one adjusted over draws.
    Share,
    /// A share of replicates.
    ShareOfReplicates,
    /// A standard error from replicates, and what is made of it and the estimate.
    OfReplicates,
    /// An estimate read off the draws, whose standard error is its Monte Carlo error.
    OwnError,
}

/// How the draws decide a column of a row; `None`: they do not.
pub(super) fn drawn(row: &Row, column: &str) -> Option<Drawn> {
    let of_replicates = row.se_method.contains("of replicates");
    let by = |error: Option<f64>, drawn| error.map(|_| drawn);
    match column {
        "estimate" | "std_error" if row.se_method.starts_with(MONTE_CARLO) => Some(Drawn::OwnError),
        "estimate" => matches!(&*row.estimand, "surplus_share" | "acceptability")
            .then_some(Drawn::ShareOfReplicates),
        "std_error" => of_replicates.then_some(Drawn::OfReplicates),
        "conf_low" => {
            by(row.mc_conf_low, Drawn::Limit).or(of_replicates.then_some(Drawn::OfReplicates))
        }
        "conf_high" => {
            by(row.mc_conf_high, Drawn::Limit).or(of_replicates.then_some(Drawn::OfReplicates))
        }
        "band_low" | "band_high" => {
            by(row.mc_band, Drawn::Limit).or(of_replicates.then_some(Drawn::OfReplicates))
        }
        "p_value" | "p_adjusted" => {
            by(row.mc_p, Drawn::Share).or(of_replicates.then_some(Drawn::OfReplicates))
        }
        "undefined_replicates" => {
            (row.replicates.unwrap_or(0) > 0).then_some(Drawn::ShareOfReplicates)
        }
        _ => None,
    }
}

/// How far the column may lie apart in two rows of one number; `z` is from [`errors_allowed`].
pub(super) fn allowed(old: &Row, new: &Row, column: &str, drawn: Drawn, z: f64) -> f64 {
    match drawn {
        Drawn::Limit => limits(old, new, column, z),
        Drawn::Share => shares(old, new, column, z),
        Drawn::ShareOfReplicates => counts(old, new, column, z),
        Drawn::OfReplicates => of_replicates(old, new, column, z),
        // Of a quantile the error itself is an estimate from few order statistics: it may double.
        Drawn::OwnError => {
            let error = |row: &Row| row.std_error.unwrap_or(0.0);
            let both = error(old).hypot(error(new));
            if column == "estimate" {
                z * both
            } else {
                both.max(error(old).max(error(new)))
            }
        }
    }
}

fn limits(old: &Row, new: &Row, column: &str, z: f64) -> f64 {
    let [a, b] = [old, new].map(|row| stated(row, column).unwrap_or(0.0));
    // Half-way between the two: a limit that has moved far out must not make all its own room.
    let away = 0.5 * (errors_away(old, column) + errors_away(new, column));
    let [smooth_a, smooth_b] = [old, new].map(|row| smooth(row, away));
    let error = a.max(smooth_a).hypot(b.max(smooth_b));
    // Few events, few values: two runs may fall on neighbours, and an order statistic among equal ones states no error. One
    // event is at most one standard error of a number that at least one event decides.
    let lumpy = a < LUMPY * smooth_a || b < LUMPY * smooth_b || of_few(old) || of_few(new);
    let lump = if lumpy {
        spread(old).max(spread(new))
    } else {
        0.0
    };
    z * error + lump
}

/// Whether one person more or less is a large step: then few events decide the number.
fn of_few(row: &Row) -> bool {
    let fewest = row.n.into_iter().chain(row.n_reference).min();
    let step = fewest.map_or(0.0, |n| 1.0 / n.max(1) as f64);
    row.std_error
        .is_some_and(|error| step >= LARGE_STEP * error)
}

fn stated(row: &Row, column: &str) -> Option<f64> {
    match column {
        "conf_low" => row.mc_conf_low,
        "conf_high" => row.mc_conf_high,
        "band_low" | "band_high" => row.mc_band,
        _ => row.mc_p,
    }
}

/// The standard error, or what the interval says of it; of a number of ticks at least one tick.
fn spread(row: &Row) -> f64 {
    let width = row
        .conf_low
        .zip(row.conf_high)
        .map(|(low, high)| 0.5 * (high - low));
    let spread = row.std_error.or(width).unwrap_or(0.0);
    if &*row.estimand == "median_time" {
        spread.max(1.0)
    } else {
        spread
    }
}

/// How many standard errors a limit lies from its estimate, within bounds.
fn errors_away(row: &Row, column: &str) -> f64 {
    let (limit, spread) = (row.number(column), spread(row));
    let away = limit
        .zip(row.estimate)
        .map(|(limit, estimate)| (limit - estimate).abs());
    away.filter(|_| spread > 0.0)
        .map_or(NEAREST, |away| (away / spread).clamp(NEAREST, FARTHEST))
}

/// The Monte Carlo error of a limit `z` standard errors out, if the replicates were normal: sqrt(a (1 - a) / B) / density,
/// a the tail beyond it.
fn smooth(row: &Row, z: f64) -> f64 {
    let count = row.replicates.unwrap_or(0);
    if count == 0 {
        return 0.0;
    }
    let spread = spread(row);
    let tail = 1.0 - normal_cdf(z);
    let density = libm::exp(-0.5 * z * z) / (2.0 * std::f64::consts::PI).sqrt();
    spread * (tail * (1.0 - tail) / f64::from(count)).sqrt() / density
}

/// A share of draws that are counted: its variance, and what a count of few adds in the tails (Bernstein).
fn shares(old: &Row, new: &Row, column: &str, z: f64) -> f64 {
    let draws = |row: &Row| {
        let (p, error) = (row.number(column)?, row.mc_p?);
        (error > 0.0).then(|| p * (1.0 - p) / (error * error))
    };
    let fewest = match (draws(old), draws(new)) {
        (Some(a), Some(b)) => a.min(b),
        (Some(n), None) | (None, Some(n)) => n,
        (None, None) => return 0.0,
    };
    let [a, b] = [old, new].map(|row| row.mc_p.unwrap_or(0.0));
    z * a.hypot(b).hypot(1.0 / fewest) + z * z / (3.0 * fewest)
}

fn counts(old: &Row, new: &Row, column: &str, z: f64) -> f64 {
    let fewest = old.replicates.unwrap_or(0).min(new.replicates.unwrap_or(0));
    if fewest == 0 {
        return 0.0;
    }
    let count = f64::from(fewest);
    if column == "undefined_replicates" {
        let [a, b] = [old, new].map(|row| f64::from(row.undefined_replicates.unwrap_or(0)));
        return z * (a + b + 1.0).sqrt() + z * z / 3.0;
    }
    let variance = |row: &Row| {
        let p = row.estimate.unwrap_or(0.5);
        (p * (1.0 - p) + 1.0 / count) / count
    };
    z * (variance(old) + variance(new)).sqrt() + z * z / (3.0 * count)
}

/// The standard deviation of B replicates has an error of about s / sqrt(2 B), and of replicates with heavy tails twice that.
fn of_replicates(old: &Row, new: &Row, column: &str, z: f64) -> f64 {
    let share = |row: &Row| {
        row.replicates
            .filter(|b| *b > 0)
            .map(|b| 2.0 / (2.0 * f64::from(b)).sqrt())
    };
    let (Some(a), Some(b)) = (share(old), share(new)) else {
        return 0.0;
    };
    let error = a.hypot(b) * spread(old).max(spread(new));
    match column {
        "std_error" => z * error,
        // p of a Wald test: its slope in the standard error is 2 phi(t) t / s, at most 0.49 / s.
        "p_value" | "p_adjusted" => 0.49 * z * a.hypot(b),
        _ => z * error * FARTHEST,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(estimate: f64, low: f64, error: f64) -> Row {
        let mut row = Row::blank();
        row.estimate = Some(estimate);
        row.std_error = Some(1.0);
        row.conf_low = Some(low);
        row.mc_conf_low = Some(error);
        row.replicates = Some(1999);
        row
    }

    #[test]
    fn more_numbers_may_lie_farther_apart() {
        // 1e-6 over two tails, and over two tails of 100,000 numbers.
        assert!((errors_allowed(1) - 4.891_638).abs() < 1e-5);
        assert!((errors_allowed(100_000) - 6.806_502).abs() < 1e-5);
    }

    #[test]
    fn a_limit_has_at_least_the_error_of_a_normal_distribution() {
        // sqrt(0.025 x 0.975 / 1999) / phi(1.96) = 0.003491894 / 0.05844507.
        let smooth = smooth(&row(0.0, -1.96, 0.0), 1.959_963_985);
        assert!((smooth - 0.059_746_6).abs() < 1e-6, "{smooth}");
        let [a, b] = [row(0.0, -1.96, 0.06), row(0.0, -2.0, 0.06)];
        let within = allowed(&a, &b, "conf_low", Drawn::Limit, 5.0);
        assert!((0.42..0.45).contains(&within), "{within}");
        // No error stated: equal values around the rank, so one lump more.
        let lumpy = allowed(&a, &row(0.0, -2.0, 0.0), "conf_low", Drawn::Limit, 5.0);
        assert!((lumpy - within - 1.0).abs() < 0.01, "{lumpy}");
    }

    #[test]
    fn what_is_not_drawn_has_no_room() {
        let mut row = row(0.0, -1.96, 0.06);
        assert_eq!(drawn(&row, "conf_low"), Some(Drawn::Limit));
        for column in ["estimate", "std_error", "conf_high", "p_value", "n"] {
            assert_eq!(drawn(&row, column), None, "{column}");
        }
        row.se_method = "standard deviation of replicates".into();
        assert_eq!(drawn(&row, "p_value"), Some(Drawn::OfReplicates));
        row.mc_p = Some(0.01);
        assert_eq!(drawn(&row, "p_value"), Some(Drawn::Share));
    }

    #[test]
    fn two_counts_of_permutations_may_differ_by_chance() {
        let of = |hits: f64| {
            let mut row = Row::blank();
            let p = (1.0 + hits) / 1000.0;
            row.p_value = Some(p);
            row.mc_p = Some((p * (1.0 - p) / 1000.0).sqrt());
            row
        };
        let away = |a: f64, b: f64| {
            let within = allowed(&of(a), &of(b), "p_value", Drawn::Share, 5.0);
            ((a - b).abs() / 1000.0) <= within
        };
        assert!(away(0.0, 9.0) && away(300.0, 380.0) && away(499.0, 500.0));
        assert!(!away(0.0, 60.0) && !away(300.0, 450.0));
    }
}
