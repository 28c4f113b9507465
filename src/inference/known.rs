//! Bca by complete enumeration of every possible draw of two published data sets, and against R's `boot.ci`.

use super::bca::{Correction, acceleration, centred};
use super::ordered::{End, Ordered, value_at};
use super::*;
use crate::numeric::normal::normal_quantile;
use crate::study::model::IntervalKind;
use crate::units::ConfidenceLevel;

/// Every multiset of `n` picks of `n` observations, with its number of orders; `leaf` gets the picks and the number.
fn every_draw(n: usize, leaf: &mut impl FnMut(&[u32], u64)) {
    fn deal(
        counts: &mut Vec<u32>,
        (n, left): (usize, u32),
        orders: u64,
        binomial: &[Vec<u64>],
        leaf: &mut impl FnMut(&[u32], u64),
    ) {
        if counts.len() + 1 == n {
            counts.push(left);
            leaf(counts, orders);
            counts.pop();
            return;
        }
        for picks in 0..=left {
            counts.push(picks);
            let more = orders * binomial[left as usize][picks as usize];
            deal(counts, (n, left - picks), more, binomial, leaf);
            counts.pop();
        }
    }
    let mut binomial = vec![vec![1_u64; n + 1]; n + 1];
    for i in 1..=n {
        for j in 1..i {
            binomial[i][j] = binomial[i - 1][j - 1] + binomial[i - 1][j];
        }
    }
    deal(&mut Vec::new(), (n, n as u32), 1, &binomial, leaf);
}

/// The smallest value with at least this share of the weight at or below it.
fn weighted(sorted: &[(f64, u64)], share: f64) -> f64 {
    let total: u64 = sorted.iter().map(|v| v.1).sum();
    let mut sum = 0_u64;
    for &(x, weight) in sorted {
        sum += weight;
        if sum as f64 >= share * total as f64 {
            return x;
        }
    }
    f64::NAN
}

fn printed(x: f64, digits: usize) -> String {
    format!("{x:.digits$}")
}

const POPULATION_1920: [u64; 10] = [138, 93, 61, 179, 48, 37, 29, 23, 30, 2];
const POPULATION_1930: [u64; 10] = [143, 104, 69, 260, 75, 63, 50, 48, 111, 50];

fn city_acceleration() -> f64 {
    let mean = POPULATION_1920.iter().sum::<u64>() as f64 / 10.0;
    let ratio =
        POPULATION_1930.iter().sum::<u64>() as f64 / POPULATION_1920.iter().sum::<u64>() as f64;
    let mut sums = [0.0; 3];
    for (&u, &x) in POPULATION_1920.iter().zip(&POPULATION_1930) {
        let l = (x as f64 - ratio * u as f64) / mean / 10.0;
        sums = [sums[0] + l, sums[1] + l * l, sums[2] + l * l * l];
    }
    let (squares, cubes) = centred(10.0, sums);
    acceleration(squares, cubes)
}

#[test]
fn the_city_ratio_over_all_92378_draws_has_the_known_limits() {
    let ratio = |u: u64, x: u64| x as f64 / u as f64;
    let t = ratio(POPULATION_1920.iter().sum(), POPULATION_1930.iter().sum());
    let mut values: Vec<(f64, u64)> = Vec::new();
    every_draw(10, &mut |counts, orders| {
        let (mut u, mut x) = (0, 0);
        for (i, &count) in counts.iter().enumerate() {
            u += u64::from(count) * POPULATION_1920[i];
            x += u64::from(count) * POPULATION_1930[i];
        }
        values.push((ratio(u, x), orders));
    });
    assert_eq!(values.len(), 92_378);
    values.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total = values.iter().map(|v| v.1).sum::<u64>() as f64;
    assert!((total - 1e10).abs() < 0.5);
    let weight = |side: &dyn Fn(f64) -> bool| {
        let sum: u64 = values.iter().filter(|v| side(v.0)).map(|v| v.1).sum();
        sum as f64 / total
    };
    let (below, above) = (weight(&|x| x < t), weight(&|x| x > t));
    let ties = 1.0 - below - above;
    let a = city_acceleration();
    // The printed reference counts replicates strictly below the estimate (as R's boot.ci does): so here, by the same code.
    let correction = Correction::of_shares((below, 1.0 - below), a, 92_378).unwrap();
    let (z0, low, high) = correction.shares(0.025);
    assert_eq!(printed(a, 6), "0.002209");
    // 0.0021752249: the reference has one more in the eighth decimal.
    assert!((z0 - 0.002_175_23).abs() < 1e-8, "{z0}");
    let limits = (weighted(&values, low), weighted(&values, 1.0 - high));
    assert_eq!(
        (printed(limits.0, 6), printed(limits.1, 6)),
        ("1.252437".into(), "2.112710".into())
    );
    let plain = (weighted(&values, 0.025), weighted(&values, 0.975));
    assert_eq!(
        (printed(plain.0, 6), printed(plain.1, 6)),
        ("1.251116".into(), "2.106977".into())
    );
    // With the jackknife's acceleration instead.
    let jackknife = Correction::of_shares((below, 1.0 - below), -0.011_203, 92_378).unwrap();
    let (_, low, high) = jackknife.shares(0.025);
    let limits = (weighted(&values, low), weighted(&values, 1.0 - high));
    assert_eq!(
        (printed(limits.0, 6), printed(limits.1, 6)),
        ("1.246787".into(), "2.088825".into())
    );
    // The house's rule, ties at half weight: one draw in 2,756 is a tie and moves the limits in the fourth decimal. These
    // numbers are our own, from a second program.
    let halves = (below + 0.5 * ties, above + 0.5 * ties);
    let (z0, low, high) = Correction::of_shares(halves, a, 92_378)
        .unwrap()
        .shares(0.025);
    assert_eq!(printed(z0, 8), "0.00263003");
    let limits = (weighted(&values, low), weighted(&values, 1.0 - high));
    assert_eq!(
        (printed(limits.0, 6), printed(limits.1, 6)),
        ("1.252551".into(), "2.112805".into())
    );
}

const LSAT: [i64; 15] = [
    576, 635, 558, 578, 666, 580, 555, 661, 651, 605, 653, 575, 545, 572, 594,
];
/// Hundredths of a point.
const GPA: [i64; 15] = [
    339, 330, 281, 303, 344, 307, 300, 343, 336, 313, 312, 274, 276, 288, 296,
];

/// Correlation from n and five integer sums; `None` when one does not vary.
fn correlation([x, y, xx, yy, xy]: [i64; 5]) -> Option<f64> {
    let (sxx, syy) = (15 * xx - x * x, 15 * yy - y * y);
    (sxx > 0 && syy > 0).then(|| (15 * xy - x * y) as f64 / ((sxx as f64) * (syy as f64)).sqrt())
}

/// Runs over the 77,558,760 draws with the sums carried along.
fn every_law_school(leaf: &mut impl FnMut(f64, f64)) {
    const SCALE: f64 = 437_893_890_380_859_375.0; // 15^15
    fn deal(i: usize, left: i64, sums: [i64; 5], share: f64, leaf: &mut impl FnMut(f64, f64)) {
        // Centred, so that the sums stay small.
        let (x, y) = (LSAT[i] - 600, GPA[i] - 310);
        let add = |k: i64| {
            [
                sums[0] + k * x,
                sums[1] + k * y,
                sums[2] + k * x * x,
                sums[3] + k * y * y,
                sums[4] + k * x * y,
            ]
        };
        if i == 14 {
            if let Some(r) = correlation(add(left)) {
                leaf(r, share);
            }
            return;
        }
        let mut choose = 1.0;
        for k in 0..=left {
            deal(i + 1, left - k, add(k), share * choose, leaf);
            choose = choose * (left - k) as f64 / (k + 1) as f64;
        }
    }
    deal(0, 15, [0; 5], 1.0 / SCALE, leaf);
}

#[test]
fn the_law_school_correlation_over_all_draws_has_the_known_quantiles() {
    const BINS: usize = 1 << 22;
    let bin = |r: f64| (((r + 1.0) * 0.5 * BINS as f64) as usize).min(BINS - 1);
    let mut sums = [0_i64; 5];
    for (&x, &y) in LSAT.iter().zip(&GPA) {
        let (x, y) = (x - 600, y - 310);
        for (sum, add) in sums.iter_mut().zip([x, y, x * x, y * y, x * y]) {
            *sum += add;
        }
    }
    let r = correlation(sums).unwrap();
    assert_eq!(printed(r, 7), "0.7763745");
    let mut weights = vec![0.0; BINS];
    let (mut total, mut mean, mut square, mut below, mut ties) = (0.0, 0.0, 0.0, 0.0, 0.0);
    every_law_school(&mut |x, share| {
        weights[bin(x)] += share;
        total += share;
        mean += share * x;
        square += share * x * x;
        if x < r {
            below += share;
        } else if x <= r {
            ties += share;
        }
    });
    mean /= total;
    assert_eq!(printed(mean, 7), "0.7706451");
    assert_eq!(
        printed((square / total - mean * mean).sqrt(), 7),
        "0.1335598"
    );
    assert_eq!(printed(below / total, 6), "0.461366");
    // Bins of half a millionth: the printed digits of a quantile are those of its bin, up to one in the last.
    let quantile = |share: f64| {
        let mut sum = 0.0;
        let found = weights.iter().position(|w| {
            sum += w;
            sum >= share * total
        });
        (found.unwrap() as f64 + 0.5) / BINS as f64 * 2.0 - 1.0
    };
    for (share, known) in [
        (0.025, 0.459_556),
        (0.05, 0.523_065),
        (0.5, 0.789_648),
        (0.95, 0.947_531),
        (0.975, 0.961_845),
    ] {
        let found = quantile(share);
        assert!((found - known).abs() < 0.8e-6, "{share}: {found} {known}");
    }
    // The corrected levels: z0 = Phi^-1(0.461366 and half the ties), a of the empirical influence.
    let below = (below + 0.5 * ties) / total;
    let correction = Correction::of_shares((below, 1.0 - below), law_acceleration(r), 1).unwrap();
    let (z0, low, high) = correction.shares(0.025);
    println!(
        "law school: z0 {z0}, levels {low} {high}, limits {} {}",
        quantile(low),
        quantile(1.0 - high)
    );
    assert!((z0 + 0.0969).abs() < 2e-4, "{z0}");
    assert!(low < 0.025 && high > 0.025);
}

/// The correlation's influence is z w - r (z^2 + w^2) / 2 in standardised values.
fn law_acceleration(r: f64) -> f64 {
    let standard = |values: &[i64; 15]| -> Vec<f64> {
        let mean = values.iter().sum::<i64>() as f64 / 15.0;
        let variance = values
            .iter()
            .map(|&x| (x as f64 - mean).powi(2))
            .sum::<f64>()
            / 15.0;
        values
            .iter()
            .map(|&x| (x as f64 - mean) / variance.sqrt())
            .collect()
    };
    let mut sums = [0.0; 3];
    for (z, w) in standard(&LSAT).iter().zip(standard(&GPA)) {
        let l = (z * w - 0.5 * r * (z * z + w * w)) / 15.0;
        sums = [sums[0] + l, sums[1] + l * l, sums[2] + l * l * l];
    }
    let (squares, cubes) = centred(15.0, sums);
    acceleration(squares, cubes)
}

const HOURS: [f64; 12] = [
    3.0, 5.0, 7.0, 18.0, 43.0, 85.0, 91.0, 98.0, 100.0, 130.0, 230.0, 487.0,
];
const HOURS_7: [f64; 24] = [
    3.0, 5.0, 5.0, 13.0, 14.0, 15.0, 22.0, 22.0, 23.0, 30.0, 36.0, 39.0, 44.0, 46.0, 50.0, 72.0,
    79.0, 88.0, 97.0, 102.0, 139.0, 188.0, 197.0, 210.0,
];

/// R's `norm.inter`: between two order statistics linear in the normal quantile of their rank.
fn as_boot(sorted: &[f64], rank: f64) -> f64 {
    let n = sorted.len() as f64 + 1.0;
    let k = rank.floor();
    let z = |rank: f64| normal_quantile(rank / n);
    let part = (z(rank) - z(k)) / (z(k + 1.0) - z(k));
    sorted[k as usize - 1] + part * (sorted[k as usize] - sorted[k as usize - 1])
}

#[test]
fn limits_are_those_of_boot_ci_but_for_its_interpolation() {
    // fixtures/reference/r-boot: R 4.2.2, boot 1.3.28.1, boot.ci(b, conf, type = "bca", L = l / n).
    let text = include_str!("../../fixtures/reference/r-boot/replicates.csv");
    let replicates: Vec<f64> = text.lines().map(|line| line.parse().unwrap()).collect();
    let (mut squares, mut cubes, mut variance) = (0.0, 0.0, 0.0);
    let mut means = [0.0; 2];
    for (cell, (values, sign)) in [(&HOURS[..], 1.0), (&HOURS_7[..], -1.0)].iter().enumerate() {
        let n = values.len() as f64;
        means[cell] = values.iter().sum::<f64>() / n;
        let mut sums = [0.0; 3];
        for x in *values {
            // Not centred: `centred` does it.
            let l = sign * x / n;
            sums = [sums[0] + l, sums[1] + l * l, sums[2] + l * l * l];
        }
        let (square, cube) = centred(n, sums);
        squares += square;
        cubes += cube;
        variance += square * n / (n - 1.0);
    }
    let a = acceleration(squares, cubes);
    assert!((a - 0.078_883_015_038_944_2).abs() < 1e-14, "{a}");
    let estimate = means[0] - means[1];
    assert!((estimate - 43.958_333_333_333_3).abs() < 1e-12);
    let mut ordered = Ordered::default();
    ordered.load(&replicates, replicates.len());
    let sorted = ordered.tail(End::Low);
    for (level, ranks, limits) in [
        (
            0.80,
            (134.24, 932.67),
            (0.456_032_320_966_504, 109.319_782_703_192),
        ),
        (
            0.90,
            (80.77, 975.18),
            (-8.166_666_666_666_67, 137.596_599_846_599),
        ),
        (
            0.95,
            (50.24, 991.66),
            (-13.543_666_262_476_9, 159.978_984_893_472),
        ),
    ] {
        let errors = (estimate, f64::sqrt(variance));
        let correction = Correction::of(&replicates, errors, a).unwrap();
        let (z0, below, above) = correction.shares(0.5 - level / 2.0);
        assert!((z0 - 0.031_369_361_659_207_8).abs() < 1e-13, "{z0}");
        let (low, high) = (1000.0 * below, 1000.0 * (1.0 - above));
        assert!(
            (low - ranks.0).abs() < 0.006 && (high - ranks.1).abs() < 0.006,
            "{low} {high}"
        );
        assert!((as_boot(sorted, low) - limits.0).abs() < 1e-9);
        assert!((as_boot(sorted, high) - limits.1).abs() < 1e-9);
        // Ours are linear in the rank, so between the same two replicates.
        let found = infer(&PathInput {
            estimates: &[estimate],
            std_errors: &[errors.1],
            accelerations: &[a],
            freedom: &[],
            replicates: &replicates,
            errors: &[],
            replicate_count: 999,
            in_band: &[true],
            scale: Scale::Identity,
            interval: IntervalKind::Bca,
            confidence: ConfidenceLevel::new(level).unwrap(),
        });
        let column = &found.columns[0];
        for (limit, rank, reference) in [
            (column.conf_low, low, limits.0),
            (column.conf_high, high, limits.1),
        ] {
            let limit = limit.unwrap();
            assert!((limit - value_at(sorted, rank)).abs() < 1e-9);
            let gap = sorted[rank as usize] - sorted[rank as usize - 1];
            assert!(
                (limit - reference).abs() <= 0.1 * gap + 1e-9,
                "{limit} {reference}"
            );
        }
        // One week: the band is the interval.
        assert_eq!(
            (column.band_low, column.band_high),
            (column.conf_low, column.conf_high)
        );
    }
}

#[test]
fn what_has_no_bca_limits_has_its_reason() {
    let column: Vec<f64> = (1..=999).map(f64::from).collect();
    let of = |estimate: f64, a: f64| Correction::of(&column, (estimate, 1.0), a);
    assert_eq!(of(0.5, 0.0), Err(Reason::OneSided));
    assert_eq!(of(1000.0, 0.0), Err(Reason::OneSided));
    assert_eq!(of(500.0, f64::NAN), Err(Reason::NoAcceleration));
    assert!(
        Correction::of(&column, (500.0, f64::NAN), 0.0)
            .is_err_and(|r| r == Reason::NoStandardError)
    );
    // 1 - a (z0 + z) is below 0 at 1.96.
    assert_eq!(of(500.0, 0.6).unwrap().high(25.0), Err(Reason::TooSkew));
    assert_eq!(
        of(100.0, 0.0).unwrap().low(25.0),
        Err(Reason::TooFewReplicates)
    );
    // All replicates tie: they say nothing of bias.
    let tied = Correction::of(&[2.0; 99], (2.0, 1.0), 0.0).unwrap();
    assert_eq!(tied.shares(0.025).0.to_bits(), 0.0_f64.to_bits());
}
