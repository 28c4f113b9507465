//! Known truth: independent normals, whose critical value is known, and brute force for the Monte Carlo errors. And the
//! rules about what is refused.

use super::oracle::Owned;
use super::*;
use crate::numeric::normal::normal_quantile;
use crate::study::model::IntervalKind;
use crate::units::ConfidenceLevel;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use std::time::Instant;

fn normal_draw(rng: &mut ChaCha8Rng) -> f64 {
    normal_quantile(((rng.next_u64() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64)
}

/// `weeks` columns of `count` replicates around 0: independent weeks, or sums of them.
fn simulate(rng: &mut ChaCha8Rng, weeks: usize, count: usize, path: Dependence) -> Vec<Vec<f64>> {
    let mut columns: Vec<Vec<f64>> = (0..weeks)
        .map(|_| (0..count).map(|_| normal_draw(rng)).collect())
        .collect();
    if path == Dependence::Sums {
        for t in 1..weeks {
            let (before, now) = columns.split_at_mut(t);
            for (x, y) in now[0].iter_mut().zip(&before[t - 1]) {
                *x += y;
            }
        }
    }
    columns
}

#[derive(Clone, Copy, PartialEq)]
enum Dependence {
    Independent,
    Sums,
}

fn owned(columns: Vec<Vec<f64>>, kind: IntervalKind) -> Owned {
    let weeks = columns.len();
    Owned {
        estimates: vec![0.0; weeks],
        std_errors: vec![1.0; weeks],
        accelerations: vec![0.0; weeks],
        errors: columns.iter().map(|c| vec![1.0; c.len()]).collect(),
        columns,
        scale: Scale::Identity,
        kind,
        level: 0.95,
    }
}

/// The critical value over simulated weeks, and how far it is from a known one in its own Monte Carlo errors.
fn critical(
    rng: &mut ChaCha8Rng,
    (weeks, path): (usize, Dependence),
    kind: IntervalKind,
    count: usize,
) -> (f64, f64) {
    let found = owned(simulate(rng, weeks, count, path), kind).infer();
    let (c, error) = (found.critical_value, found.mc_critical_value);
    let (c, error) = (c.unwrap(), error.unwrap());
    assert!(error < 0.02, "{error}");
    (c, error)
}

#[test]
fn the_critical_value_of_independent_normals_is_the_closed_form() {
    // c solves (2 Phi(c) - 1)^H = 0.95.
    let mut rng = ChaCha8Rng::seed_from_u64(14);
    for (weeks, known) in [
        (2, 2.2365),
        (10, 2.7996),
        (26, 3.0946),
        (52, 3.2945),
        (104, 3.4845),
    ] {
        let closed = normal_quantile(f64::midpoint(1.0, libm::pow(0.95, 1.0 / f64::from(weeks))));
        assert!((closed - known).abs() < 5e-5);
        for kind in [IntervalKind::Normal, IntervalKind::Studentized] {
            let path = (weeks as usize, Dependence::Independent);
            let (c, error) = critical(&mut rng, path, kind, 60_000);
            assert!(
                (c - closed).abs() < 4.0 * error,
                "{weeks} {kind:?}: {c} +- {error}, {closed}"
            );
        }
    }
}

#[test]
fn the_critical_value_of_a_random_walk_is_the_published_one() {
    // Partial sums: +- 0.002 (own simulation of four million draws).
    let mut rng = ChaCha8Rng::seed_from_u64(26);
    for (weeks, known) in [(26, 2.712), (52, 2.801), (104, 2.878)] {
        let path = (weeks, Dependence::Sums);
        let (c, error) = critical(&mut rng, path, IntervalKind::Basic, 60_000);
        assert!(
            (c - known).abs() < 4.0 * error + 0.002,
            "{weeks}: {c} +- {error}"
        );
    }
}

/// Share of new draws inside a band, over many bands.
fn joint_coverage(weeks: usize, count: usize, path: Dependence, kind: IntervalKind) -> f64 {
    let mut rng = ChaCha8Rng::seed_from_u64(99);
    let (mut inside, mut all) = (0_u32, 0_u32);
    for _ in 0..60 {
        let found = owned(simulate(&mut rng, weeks, count, path), kind).infer();
        let new = simulate(&mut rng, weeks, 1000, path);
        for b in 0..1000 {
            all += 1;
            inside += u32::from(found.columns.iter().zip(&new).all(|(column, draws)| {
                Some(draws[b]) >= column.band_low && Some(draws[b]) <= column.band_high
            }));
        }
    }
    f64::from(inside) / f64::from(all)
}

#[test]
fn percentile_bands_hold_new_draws_jointly() {
    for (weeks, path) in [
        (1, Dependence::Independent),
        (5, Dependence::Independent),
        (26, Dependence::Independent),
        (26, Dependence::Sums),
    ] {
        let share = joint_coverage(weeks, 1999, path, IntervalKind::Percentile);
        assert!((share - 0.95).abs() < 0.006, "{weeks}: {share}");
    }
}

#[test]
fn basic_bands_hold_new_draws_jointly() {
    let share = joint_coverage(26, 1999, Dependence::Sums, IntervalKind::Basic);
    assert!((share - 0.95).abs() < 0.006, "{share}");
}

#[test]
fn monte_carlo_errors_are_those_of_repetition() {
    let mut rng = ChaCha8Rng::seed_from_u64(3);
    let rounds = 400;
    for kind in [
        IntervalKind::Bca,
        IntervalKind::Percentile,
        IntervalKind::Basic,
        IntervalKind::Studentized,
        IntervalKind::Normal,
    ] {
        let (mut limits, mut bands) = (Vec::new(), Vec::new());
        let (mut stated, mut stated_band) = (0.0, 0.0);
        for _ in 0..rounds {
            let found = owned(simulate(&mut rng, 8, 999, Dependence::Sums), kind).infer();
            let column = &found.columns[7];
            limits.push(column.conf_low.unwrap());
            bands.push(column.band_low.unwrap());
            stated += column.mc_conf_low.unwrap_or(0.0) / f64::from(rounds);
            stated_band += column.mc_band.unwrap() / f64::from(rounds);
        }
        let (seen, seen_band) = (spread(&limits), spread(&bands));
        println!("{kind:?}: limit {stated:.4} ({seen:.4}), band {stated_band:.4} ({seen_band:.4})");
        if kind == IntervalKind::Normal {
            assert!(seen < 1e-9);
        } else {
            assert!(
                (stated / seen - 1.0).abs() < 0.15,
                "{kind:?} {stated} {seen}"
            );
        }
        assert!(
            (0.9..1.45).contains(&(stated_band / seen_band)),
            "{kind:?} {stated_band} {seen_band}"
        );
    }
}

fn spread(values: &[f64]) -> f64 {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0)).sqrt()
}

fn reasons(path: &Owned) -> Vec<(Option<Reason>, Option<Reason>)> {
    let columns = path.infer().columns;
    columns
        .iter()
        .map(|c| (c.interval_reason, c.band_reason))
        .collect()
}

#[test]
fn undefined_replicates_are_counted_and_above_one_per_cent_refused() {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let mut path = owned(
        simulate(&mut rng, 3, 1000, Dependence::Independent),
        IntervalKind::Percentile,
    );
    path.columns[1][..10].fill(f64::NAN);
    path.columns[2][..11].fill(f64::NAN);
    for kind in [
        IntervalKind::Percentile,
        IntervalKind::Basic,
        IntervalKind::Normal,
    ] {
        path.kind = kind;
        let found = path.infer();
        let counts: Vec<u32> = found
            .columns
            .iter()
            .map(|c| c.undefined_replicates)
            .collect();
        assert_eq!(counts, [0, 10, 11]);
        let refused = Some(Reason::TooManyUndefined);
        assert_eq!(
            reasons(&path),
            [
                (None, None),
                (None, Some(Reason::SomeUndefined)),
                (refused, refused)
            ]
        );
        assert!(found.columns[1].allows_p() && !found.columns[2].allows_p());
        assert_eq!(found.columns[2].conf_low, None);
        assert_eq!(found.weeks_in_band, 1);
    }
}

#[test]
fn replicates_without_a_standard_error_are_undefined_for_studentized_limits() {
    let mut rng = ChaCha8Rng::seed_from_u64(4);
    let mut path = owned(
        simulate(&mut rng, 4, 1000, Dependence::Independent),
        IntervalKind::Studentized,
    );
    path.errors[1][..10].fill(0.0);
    path.errors[2][..11].fill(f64::NAN);
    path.std_errors[3] = 0.0;
    let found = path.infer();
    let counts: Vec<u32> = (found.columns.iter())
        .map(|c| c.undefined_replicates)
        .collect();
    assert_eq!(counts, [0, 10, 11, 0]);
    let (refused, constant) = (Some(Reason::TooManyUndefined), Some(Reason::NoVariation));
    assert_eq!(
        reasons(&path),
        [
            (None, None),
            (None, Some(Reason::SomeUndefined)),
            (refused, refused),
            (constant, constant)
        ]
    );
    path.std_errors[3] = f64::NAN;
    let none = Some(Reason::NoStandardError);
    assert_eq!(reasons(&path)[3], (none, none));
}

#[test]
fn what_cannot_be_given_has_its_reason() {
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut path = owned(
        simulate(&mut rng, 4, 200, Dependence::Independent),
        IntervalKind::Percentile,
    );
    path.estimates = vec![f64::NAN, 1.0, 1.0, 0.0];
    path.std_errors = vec![1.0, 0.0, f64::NAN, 1.0];
    let undefined = Some(Reason::UndefinedEstimate);
    let constant = Some(Reason::NoVariation);
    let none = Some(Reason::NoStandardError);
    assert_eq!(
        reasons(&path),
        [
            (undefined, undefined),
            (constant, constant),
            (None, none),
            (None, None)
        ]
    );
    path.kind = IntervalKind::Normal;
    assert_eq!(reasons(&path)[2], (none, none));
    path.scale = Scale::Log;
    assert_eq!(
        reasons(&path)[3],
        (Some(Reason::OffScale), Some(Reason::OffScale))
    );
    path.scale = Scale::Identity;
    for column in &mut path.columns {
        column.truncate(38);
    }
    path.kind = IntervalKind::Basic;
    let few = Some(Reason::TooFewReplicates);
    assert_eq!(reasons(&path)[3], (few, few));
}

#[test]
fn without_resampling_only_normal_intervals_are_given() {
    let mut path = owned(vec![vec![]; 2], IntervalKind::Normal);
    let none = Some(Reason::NoReplicates);
    assert_eq!(reasons(&path), [(None, none), (None, none)]);
    let found = path.infer();
    assert!((found.columns[0].conf_high.unwrap() - 1.959_963_984_540_054).abs() < 1e-12);
    path.kind = IntervalKind::Percentile;
    assert_eq!(reasons(&path), [(none, none), (none, none)]);
}

#[test]
fn a_week_without_support_is_left_out_of_the_maximum() {
    let mut rng = ChaCha8Rng::seed_from_u64(6);
    let columns = simulate(&mut rng, 2, 999, Dependence::Independent);
    let alone = owned(vec![columns[0].clone()], IntervalKind::Basic).infer();
    let found = infer(&PathInput {
        estimates: &[0.0, 0.0],
        std_errors: &[1.0, 1.0],
        accelerations: &[],
        freedom: &[],
        replicates: &columns.concat(),
        errors: &[],
        replicate_count: 999,
        in_band: &[true, false],
        scale: Scale::Identity,
        interval: IntervalKind::Basic,
        confidence: ConfidenceLevel::default(),
    });
    assert_eq!(found.columns[0], alone.columns[0]);
    assert_eq!(found.columns[1].band_reason, Some(Reason::ThinSupport));
    assert_eq!(found.columns[1].band_low, None);
}

#[test]
#[ignore = "prints the cost of a replicate value"]
fn speed_of_a_path() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for count in [1999, 9999] {
        let mut path = owned(
            simulate(&mut rng, 64, count, Dependence::Sums),
            IntervalKind::Basic,
        );
        for column in &mut path.columns {
            for x in column.iter_mut() {
                *x = 0.5 + *x * 0.01;
            }
        }
        path.estimates.fill(0.5);
        let replicates = path.columns.concat();
        for (kind, scale) in [
            (IntervalKind::Percentile, Scale::Identity),
            (IntervalKind::Normal, Scale::Identity),
            (IntervalKind::Basic, Scale::Identity),
            (IntervalKind::Normal, Scale::LogLog),
        ] {
            let input = PathInput {
                estimates: &path.estimates,
                std_errors: &path.std_errors,
                accelerations: &path.accelerations,
                freedom: &[],
                replicates: &replicates,
                errors: &[],
                replicate_count: count,
                in_band: &[true; 64],
                scale,
                interval: kind,
                confidence: ConfidenceLevel::default(),
            };
            let start = Instant::now();
            let rounds = 20;
            let mut weeks = 0;
            for _ in 0..rounds {
                weeks += infer(&input).weeks_in_band;
            }
            let per_value =
                start.elapsed().as_nanos() as f64 / f64::from(rounds) / replicates.len() as f64;
            println!("{kind:?} {scale:?}, B = {count}: {per_value:.2} ns per value ({weeks})");
        }
    }
}
