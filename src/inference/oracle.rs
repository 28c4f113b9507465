//! The definitions again, as plainly as they can be written, and laws over random paths.

use super::*;
use crate::numeric::normal::{normal_cdf, normal_quantile};
use crate::study::model::IntervalKind;
use crate::units::ConfidenceLevel;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// A path that owns its numbers.
#[derive(Clone, Debug)]
pub(super) struct Owned {
    pub estimates: Vec<f64>,
    pub std_errors: Vec<f64>,
    pub accelerations: Vec<f64>,
    pub columns: Vec<Vec<f64>>,
    /// The replicates' own standard errors.
    pub errors: Vec<Vec<f64>>,
    pub scale: Scale,
    pub kind: IntervalKind,
    pub level: f64,
}

impl Owned {
    pub fn infer(&self) -> PathInference {
        let replicates: Vec<f64> = self.columns.concat();
        infer(&PathInput {
            estimates: &self.estimates,
            std_errors: &self.std_errors,
            accelerations: &self.accelerations,
            freedom: &[],
            replicates: &replicates,
            errors: &self.errors.concat(),
            replicate_count: self.columns[0].len(),
            in_band: &vec![true; self.estimates.len()],
            scale: self.scale,
            interval: self.kind,
            confidence: ConfidenceLevel::new(self.level).unwrap(),
        })
    }

    fn map(&self, f: impl Fn(f64) -> f64, times: f64) -> Self {
        let all = |xs: &[f64]| xs.iter().map(|&x| f(x)).collect::<Vec<f64>>();
        Self {
            estimates: all(&self.estimates),
            std_errors: self.std_errors.iter().map(|se| se * times.abs()).collect(),
            columns: self.columns.iter().map(|c| all(c)).collect(),
            errors: (self.errors.iter())
                .map(|e| e.iter().map(|se| se * times.abs()).collect())
                .collect(),
            accelerations: self
                .accelerations
                .iter()
                .map(|a| a * times.signum())
                .collect(),
            ..self.clone()
        }
    }
}

fn quantile(values: &[f64], p: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = p * (sorted.len() as f64 + 1.0);
    let below = (rank + 1e-9).floor();
    let part = (rank - below).max(0.0);
    let x = sorted[below as usize - 1];
    if part < 1e-8 {
        x
    } else {
        x + part * (sorted[below as usize] - x)
    }
}

fn sd(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0)).sqrt()
}

/// How many replicates lie outside at a whole rank, each judged against the others alone.
fn outside(columns: &[Vec<f64>], rank: usize) -> usize {
    let count = columns[0].len();
    (0..count)
        .filter(|&b| {
            columns.iter().any(|column| {
                let mut others = column.clone();
                let x = others.remove(b);
                others.sort_by(f64::total_cmp);
                rank > others.len() || x < others[rank - 1] || x > others[others.len() - rank]
            })
        })
        .count()
}

/// Shares of the replicates below the limits of a bca interval; `None` beyond the first order statistic.
fn plain_bca(path: &Owned, t: usize, tail: f64) -> Option<(f64, f64)> {
    let (column, x) = (&path.columns[t], path.estimates[t]);
    let n = column.len() as f64;
    let below = column.iter().filter(|&&v| v < x).count() as f64;
    let ties = column
        .iter()
        .filter(|&&v| v.to_bits() == x.to_bits())
        .count() as f64;
    let z0 = normal_quantile((below + 0.5 * ties) / n);
    let at = |z: f64| {
        let shrink = 1.0 - path.accelerations[t] * (z0 + z);
        let p = normal_cdf(z0 + (z0 + z) / shrink);
        let rank = p * (n + 1.0);
        (shrink > 0.0 && rank >= 1.0 && rank <= n).then_some(p)
    };
    Some((at(normal_quantile(tail))?, at(-normal_quantile(tail))?))
}

/// Deviations of the replicates of a week on the scale, in units of their own standard errors there.
fn plain_pivots(path: &Owned, t: usize) -> Vec<f64> {
    let (g, x) = (|x| path.scale.apply(x), path.estimates[t]);
    (path.columns[t].iter().zip(&path.errors[t]))
        .map(|(&r, se)| (g(r) - g(x)) / (path.scale.slope(r) * se))
        .collect()
}

/// Weeks with an interval, which alone can have a band.
fn members(path: &Owned) -> Vec<usize> {
    (0..path.estimates.len())
        .filter(|&t| plain_interval(path, t).is_some())
        .collect()
}

/// Band limits by week with an interval, straight from the definitions; `None` when there is no band.
fn plain_band(path: &Owned) -> Option<Vec<Option<(f64, f64)>>> {
    let (count, alpha) = (path.columns[0].len(), 1.0 - path.level);
    let g = |x| path.scale.apply(x);
    let weeks = members(path).into_iter();
    if weeks.len() == 0 {
        return None;
    }
    let columns: Vec<Vec<f64>> = weeks.clone().map(|t| path.columns[t].clone()).collect();
    let sds: Vec<f64> = path
        .columns
        .iter()
        .map(|c| sd(&c.iter().map(|&x| g(x)).collect::<Vec<f64>>()))
        .collect();
    if matches!(path.kind, IntervalKind::Percentile | IntervalKind::Bca) {
        // Free of rounding: the levels are whole per cents.
        let allowed = (alpha * 100.0).round() * (count as f64 + 1.0) / 100.0;
        let own = allowed / 2.0;
        let mut rank = own;
        let mut before = 0.0;
        for whole in 1..=own.ceil() as usize {
            let now = outside(&columns, whole) as f64;
            if now > allowed {
                rank = rank.min(whole as f64 - 1.0 + (allowed - before) / (now - before));
                break;
            }
            before = now;
        }
        let p = rank / (count as f64 + 1.0);
        return (rank >= 1.0).then(|| {
            weeks
                .map(|t| {
                    let (low, high) = match path.kind {
                        IntervalKind::Bca => plain_bca(path, t, p)?,
                        _ => (p, 1.0 - p),
                    };
                    let column = &path.columns[t];
                    Some((quantile(column, low), quantile(column, high)))
                })
                .collect()
        });
    }
    let pivots: Vec<Vec<f64>> = weeks.clone().map(|t| plain_pivots(path, t)).collect();
    let largest: Vec<f64> = (0..count)
        .map(|b| {
            weeks
                .clone()
                .enumerate()
                .map(|(k, t)| match path.kind {
                    IntervalKind::Studentized => pivots[k][b].abs(),
                    _ => (g(path.columns[t][b]) - g(path.estimates[t])).abs() / sds[t],
                })
                .fold(0.0, f64::max)
        })
        .collect();
    let c = quantile(&largest, path.level);
    Some(
        weeks
            .map(|t| {
                let x = path.estimates[t];
                let half = match path.kind {
                    IntervalKind::Normal => {
                        let z = normal_quantile(1.0 - alpha / 2.0);
                        c.max(z) * path.std_errors[t] * path.scale.slope(x)
                    }
                    IntervalKind::Studentized => c * path.std_errors[t] * path.scale.slope(x),
                    _ => c * sds[t],
                };
                let a = path.scale.invert(g(x) - half);
                let b = path.scale.invert(g(x) + half);
                let (mut low, mut high) = (a.min(b), a.max(b));
                if matches!(path.kind, IntervalKind::Basic | IntervalKind::Studentized) {
                    let (from, to) = plain_interval(path, t)?;
                    (low, high) = (low.min(from), high.max(to));
                }
                Some((low, high))
            })
            .collect(),
    )
}

fn plain_interval(path: &Owned, t: usize) -> Option<(f64, f64)> {
    let (x, tail) = (path.estimates[t], (1.0 - path.level) / 2.0);
    let low = quantile(&path.columns[t], tail);
    let high = quantile(&path.columns[t], 1.0 - tail);
    let g = |x| path.scale.apply(x);
    let pair = match path.kind {
        IntervalKind::Percentile => (low, high),
        IntervalKind::Bca => {
            let (low, high) = plain_bca(path, t, tail)?;
            (
                quantile(&path.columns[t], low),
                quantile(&path.columns[t], high),
            )
        }
        IntervalKind::Basic => (
            path.scale.invert(2.0 * g(x) - g(high)),
            path.scale.invert(2.0 * g(x) - g(low)),
        ),
        IntervalKind::Studentized => {
            let (pivots, s) = (
                plain_pivots(path, t),
                path.std_errors[t] * path.scale.slope(x),
            );
            let limit = |p| path.scale.invert(g(x) - quantile(&pivots, p) * s);
            (limit(1.0 - tail), limit(tail))
        }
        IntervalKind::Normal => {
            let half = normal_quantile(1.0 - tail) * path.std_errors[t] * path.scale.slope(x);
            (
                path.scale.invert(g(x) - half),
                path.scale.invert(g(x) + half),
            )
        }
    };
    Some((pair.0.min(pair.1), pair.0.max(pair.1)))
}

fn near(a: Option<f64>, b: f64) -> bool {
    a.is_some_and(|a| (a - b).abs() <= 1e-9 * (1.0 + b.abs()))
}

/// Paths of up to five weeks; a grid of values makes ties, and all values lie strictly between 0 and 1.
fn paths() -> impl Strategy<Value = Owned> {
    let kinds = [
        IntervalKind::Normal,
        IntervalKind::Percentile,
        IntervalKind::Basic,
        IntervalKind::Bca,
        IntervalKind::Studentized,
    ];
    let scales = [Scale::Identity, Scale::LogLog, Scale::Log];
    (1_usize..5, 60_usize..160, 5_u32..2000).prop_flat_map(move |(weeks, count, grid)| {
        let value = (1..grid).prop_map(move |i| f64::from(i) / f64::from(grid));
        let column = prop::collection::vec(value, count);
        let errors = prop::collection::vec(0.01..0.3_f64, count);
        (
            prop::collection::vec(0.3..0.7_f64, weeks),
            prop::collection::vec((0.01..0.2_f64, -0.1..0.1_f64), weeks),
            (
                prop::collection::vec(column, weeks),
                prop::collection::vec(errors, weeks),
            ),
            prop::sample::select(kinds.to_vec()),
            prop::sample::select(scales.to_vec()),
            prop::sample::select(vec![0.8, 0.9, 0.95]),
        )
            .prop_map(
                |(estimates, spreads, (columns, errors), kind, scale, level)| Owned {
                    estimates,
                    std_errors: spreads.iter().map(|s| s.0).collect(),
                    accelerations: spreads.iter().map(|s| s.1).collect(),
                    columns,
                    errors,
                    scale,
                    kind,
                    level,
                },
            )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, rng_seed: RngSeed::Fixed(20_130_901), ..ProptestConfig::default() })]

    #[test]
    fn limits_are_those_of_the_definitions(path in paths()) {
        let found = path.infer();
        for (t, column) in found.columns.iter().enumerate() {
            let Some((low, high)) = plain_interval(&path, t) else {
                prop_assert_eq!(column.interval_reason, Some(Reason::TooFewReplicates));
                prop_assert_eq!(column.band_low, None);
                continue;
            };
            prop_assert!(near(column.conf_low, low), "{t}: {column:?} {low}");
            prop_assert!(near(column.conf_high, high), "{t}: {column:?} {high}");
        }
        let members: Vec<&ColumnInference> = members(&path).into_iter().map(|t| &found.columns[t]).collect();
        match plain_band(&path) {
            Some(band) => for (column, limits) in members.into_iter().zip(band) {
                let Some((low, high)) = limits else {
                    prop_assert_eq!(column.band_reason, Some(Reason::TooFewForBcaBand));
                    continue;
                };
                prop_assert!(near(column.band_low, low), "{column:?} {low}");
                prop_assert!(near(column.band_high, high), "{column:?} {high}");
            },
            None => prop_assert!(members.into_iter().all(|c| c.band_reason == Some(Reason::TooFewForBand))),
        }
    }

    #[test]
    fn a_band_never_lies_inside_its_interval(path in paths()) {
        for column in path.infer().columns {
            if let (Some(low), Some(high)) = (column.band_low, column.band_high) {
                prop_assert!(Some(low) <= column.conf_low && Some(high) >= column.conf_high, "{column:?}");
            }
        }
    }

    #[test]
    fn more_confidence_never_narrows(path in paths()) {
        let narrow = Owned { level: 0.8, ..path.clone() }.infer();
        let wide = Owned { level: 0.95, ..path }.infer();
        for (a, b) in narrow.columns.iter().zip(&wide.columns) {
            if b.conf_low.is_some() {
                prop_assert!(b.conf_low <= a.conf_low && b.conf_high >= a.conf_high);
            }
            if b.band_low.is_some() {
                prop_assert!(b.band_low <= a.band_low && b.band_high >= a.band_high);
            }
        }
    }

    #[test]
    fn the_order_of_replicates_means_nothing(path in paths(), by in 1_usize..50) {
        let mut turned = path.clone();
        for column in turned.columns.iter_mut().chain(&mut turned.errors) {
            column.rotate_left(by);
            column.reverse();
        }
        for (a, b) in path.infer().columns.iter().zip(&turned.infer().columns) {
            prop_assert_eq!((a.conf_low, a.conf_high), (b.conf_low, b.conf_high));
            prop_assert_eq!(a.band_low.is_some(), b.band_low.is_some());
            if let (Some(x), Some(y)) = (b.band_low, b.band_high) {
                prop_assert!(near(a.band_low, x) && near(a.band_high, y));
            }
        }
    }

    #[test]
    fn shifting_and_scaling_move_the_limits_along(path in paths(), shift in -5.0..5.0_f64, times in 0.1..9.0_f64) {
        let path = Owned { scale: Scale::Identity, ..path };
        let moved = path.map(|x| shift + times * x, times).infer();
        for (a, b) in path.infer().columns.iter().zip(&moved.columns) {
            let pairs = [(a.conf_low, b.conf_low), (a.conf_high, b.conf_high), (a.band_low, b.band_low), (a.band_high, b.band_high)];
            for (before, after) in pairs {
                prop_assert_eq!(before.is_some(), after.is_some());
                if let Some(x) = before {
                    prop_assert!(near(after, shift + times * x));
                }
            }
        }
    }

    #[test]
    fn bca_limits_follow_an_increasing_transformation(path in paths()) {
        // Between whole ranks limits are linear on the scale at hand: close, not equal.
        let path = Owned { kind: IntervalKind::Bca, scale: Scale::Identity, ..path };
        let bent = path.map(libm::exp, 1.0).infer();
        for (t, (a, b)) in path.infer().columns.iter().zip(&bent.columns).enumerate() {
            prop_assert_eq!(a.interval_reason, b.interval_reason);
            for (before, after) in [(a.conf_low, b.conf_low), (a.conf_high, b.conf_high), (a.band_low, b.band_low)] {
                prop_assert_eq!(before.is_some(), after.is_some());
                let Some((x, y)) = before.zip(after) else { continue };
                let column = &path.columns[t];
                let below = column.iter().copied().filter(|&v| v <= x + 1e-12).fold(0.0, f64::max);
                let above = column.iter().copied().filter(|&v| v >= x - 1e-12).fold(1.0, f64::min);
                prop_assert!(libm::exp(below) - 1e-9 <= y && y <= libm::exp(above) + 1e-9, "{x} {y} {below} {above}");
            }
        }
    }

    #[test]
    fn without_bias_and_skewness_bca_is_percentile(path in paths()) {
        let mut path = Owned { kind: IntervalKind::Bca, scale: Scale::Identity, ..path };
        path.accelerations.fill(0.0);
        for (estimate, column) in path.estimates.iter_mut().zip(&mut path.columns) {
            if column.len() % 2 == 0 {
                column.pop();
            }
            let mut sorted = column.clone();
            sorted.sort_by(f64::total_cmp);
            *estimate = sorted[column.len() / 2];
            // As many above as below, whatever the ties.
            let (low, high) = (*estimate - 0.5, *estimate + 0.5);
            for (i, x) in sorted.iter_mut().enumerate() {
                let shift = if 2 * i < column.len() - 1 { low } else { high };
                *x = if 2 * i == column.len() - 1 { *estimate } else { shift + 0.1 * *x };
            }
            column.copy_from_slice(&sorted);
        }
        let plain = Owned { kind: IntervalKind::Percentile, ..path.clone() }.infer();
        let corrected = path.infer();
        prop_assert_eq!(plain.common_rank, corrected.common_rank);
        for (a, b) in plain.columns.iter().zip(&corrected.columns) {
            prop_assert_eq!((a.conf_low, a.conf_high), (b.conf_low, b.conf_high));
            prop_assert_eq!((a.band_low, a.band_high, a.band_reason), (b.band_low, b.band_high, b.band_reason));
        }
    }

    #[test]
    fn the_other_sign_mirrors_the_limits(path in paths()) {
        let path = Owned { scale: Scale::Identity, ..path };
        let mirrored = path.map(|x| -x, -1.0).infer();
        for (a, b) in path.infer().columns.iter().zip(&mirrored.columns) {
            prop_assert_eq!((a.conf_low, a.conf_high), (b.conf_high.map(|x| -x), b.conf_low.map(|x| -x)));
            prop_assert_eq!((a.band_low, a.band_high), (b.band_high.map(|x| -x), b.band_low.map(|x| -x)));
            prop_assert_eq!(a.mc_conf_low, b.mc_conf_high);
        }
    }
}

/// With few degrees of freedom a normal band is at the level of its critical value in the t distribution, and its interval inside.
#[test]
fn a_normal_band_has_the_quantile_of_t_at_its_own_level() {
    use crate::numeric::student::t_quantile;
    let column = |k: u64| -> Vec<f64> {
        let step = |b: u64| (b * (2 * k + 7919) % 1009) as f64 / 1009.0 - 0.5;
        (0..999).map(step).collect()
    };
    let replicates = [column(1), column(2), column(3)].concat();
    let with = |freedom: &[f64]| {
        infer(&PathInput {
            estimates: &[0.0; 3],
            std_errors: &[0.3, 0.2, 0.4],
            accelerations: &[0.0; 3],
            freedom,
            replicates: &replicates,
            errors: &[],
            replicate_count: 999,
            in_band: &[true; 3],
            scale: Scale::Identity,
            interval: IntervalKind::Normal,
            confidence: ConfidenceLevel::new(0.95).unwrap(),
        })
    };
    let plain = with(&[]);
    let critical = plain.critical_value.unwrap();
    let few = with(&[5.0, f64::INFINITY, 12.5]);
    assert_eq!(few.critical_value, plain.critical_value);
    for (week, freedom) in [5.0, f64::INFINITY, 12.5].into_iter().enumerate() {
        let own = [0.3, 0.2, 0.4][week] * t_quantile(normal_cdf(critical), freedom);
        let column = &few.columns[week];
        let high = column.band_high.unwrap();
        assert!((high - own).abs() < 1e-9, "{high} {own}");
        assert!(high >= column.conf_high.unwrap());
        assert!(high >= plain.columns[week].band_high.unwrap() - 1e-12);
    }
}
