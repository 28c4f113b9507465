//! Bca by complete enumeration of every possible draw of two published data sets, and against R's `boot.ci`.

use super::bca::{Correction, acceleration, centred};
use super::*;

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
    let ratio = POPULATION_1930.iter().sum::<u64>() as f64 / POPULATION_1920.iter().sum::<u64>() as f64;
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
    let correction =
        Correction::of_shares((below + 0.5 * ties, above + 0.5 * ties), a, 92_378).unwrap();
    let (z0, low, high) = correction.shares(0.025);
    assert_eq!(printed(a, 6), "0.002209");
    assert_eq!(printed(z0, 8), "0.00217523");
    let limits = (weighted(&values, low), weighted(&values, 1.0 - high));
    assert_eq!((printed(limits.0, 6), printed(limits.1, 6)), ("1.252437".into(), "2.112710".into()));
    let plain = (weighted(&values, 0.025), weighted(&values, 0.975));
    assert_eq!((printed(plain.0, 6), printed(plain.1, 6)), ("1.251116".into(), "2.106977".into()));
    // With the jackknife's acceleration instead.
    let jackknife =
        Correction::of_shares((below + 0.5 * ties, above + 0.5 * ties), -0.011_203, 92_378).unwrap();
    let (_, low, high) = jackknife.shares(0.025);
    let limits = (weighted(&values, low), weighted(&values, 1.0 - high));
    assert_eq!((printed(limits.0, 6), printed(limits.1, 6)), ("1.246787".into(), "2.088825".into()));
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
    assert_eq!(printed((square / total - mean * mean).sqrt(), 7), "0.1335598");
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
    println!("law school: z0 {z0}, levels {low} {high}, limits {} {}", quantile(low), quantile(1.0 - high));
    assert!((z0 + 0.0969).abs() < 2e-4, "{z0}");
    assert!(low < 0.025 && high > 0.025);
}

/// The correlation's influence is z w - r (z^2 + w^2) / 2 in standardised values.
fn law_acceleration(r: f64) -> f64 {
    let standard = |values: &[i64; 15]| -> Vec<f64> {
        let mean = values.iter().sum::<i64>() as f64 / 15.0;
        let variance = values.iter().map(|&x| (x as f64 - mean).powi(2)).sum::<f64>() / 15.0;
        values.iter().map(|&x| (x as f64 - mean) / variance.sqrt()).collect()
    };
    let mut sums = [0.0; 3];
    for (z, w) in standard(&LSAT).iter().zip(standard(&GPA)) {
        let l = (z * w - 0.5 * r * (z * z + w * w)) / 15.0;
        sums = [sums[0] + l, sums[1] + l * l, sums[2] + l * l * l];
    }
    let (squares, cubes) = centred(15.0, sums);
    acceleration(squares, cubes)
}
