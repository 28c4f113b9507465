//! Draws against exact probabilities.

use super::*;
use crate::numeric::normal::chi_squared_tail;
use rand::SeedableRng;
use std::time::Instant;

fn exact(n: u64, k: u64, p: f64) -> f64 {
    let (n, k) = (n as f64, k as f64);
    let choose = libm::lgamma(n + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(n - k + 1.0);
    libm::exp(choose + k * libm::log(p) + (n - k) * libm::log1p(-p))
}

/// p-value of the fit; neighbouring values are pooled until 10 draws are expected.
fn fit(expected: &[f64], observed: &[u64]) -> f64 {
    let (mut statistic, mut cells) = (0.0, 0_u32);
    let (mut e, mut o) = (0.0, 0.0);
    let mut rest: f64 = expected.iter().sum();
    for (x, &y) in expected.iter().zip(observed) {
        e += x;
        o += y as f64;
        rest -= x;
        if e >= 10.0 && rest >= 10.0 {
            statistic += (o - e) * (o - e) / e;
            cells += 1;
            (e, o) = (0.0, 0.0);
        }
    }
    statistic += (o - e) * (o - e) / e.max(1e-9);
    chi_squared_tail(statistic, cells)
}

#[test]
fn binomial_draws_have_the_exact_probabilities() {
    let cases = [
        (1_u64, 1_u64, 2_u64),
        (1, 1, 3),
        (2, 1, 2),
        (5, 2, 3),
        (10, 1, 1000),
        (40, 1, 40),
        (100, 49, 50),
        (200, 3, 11),
        (1000, 1, 2),
        (1000, 7, 4000),
        (4000, 1999, 4000),
        (100_000, 1, 3),
    ];
    for (case, &(n, a, b)) in cases.iter().enumerate() {
        let mut rng = ChaCha8Rng::seed_from_u64(7 + case as u64);
        let draws = 200_000_u64;
        let mut observed = vec![0_u64; n as usize + 1];
        for _ in 0..draws {
            observed[binomial(&mut rng, n, a, b) as usize] += 1;
        }
        let p = a as f64 / b as f64;
        let expected: Vec<f64> = (0..=n).map(|k| exact(n, k, p) * draws as f64).collect();
        let fit = fit(&expected, &observed);
        assert!(fit > 1e-3, "n {n}, p {a}/{b}: fit {fit}");
    }
}

#[test]
fn the_probability_of_the_mode_agrees_with_a_product_of_exact_ratios() {
    // C(n, m) p^m q^(n-m) multiplied term by term, each step kept near 1: an independent way to the same number.
    for (n, a, b) in [
        (2_u64, 1_u64, 2_u64),
        (17, 1, 5),
        (300, 1, 3),
        (5000, 2, 5),
        (100_000, 1, 2),
    ] {
        let mode = (n + 1) * a / b;
        let p = a as f64 / b as f64;
        let (mut product, mut misses) = (1.0, 0);
        for k in 1..=mode {
            product *= (n - mode + k) as f64 / k as f64 * p;
            while product > 1.0 && misses < n - mode {
                product *= 1.0 - p;
                misses += 1;
            }
        }
        for _ in misses..n - mode {
            product *= 1.0 - p;
        }
        let ours = probability_of_mode(n, mode, a, b - a);
        assert!(
            (ours / product - 1.0).abs() < 1e-10,
            "{n}: {ours} {product}"
        );
    }
}

#[test]
fn a_table_gives_the_same_counts_from_the_same_numbers() {
    for (n, a, b) in [
        (1_u64, 1_u64, 2_u64),
        (3, 2, 3),
        (111, 103, 111),
        (2777, 2560, 2777),
        (200, 3, 11),
        (40_000, 39_000, 40_000),
        (100_000, 1, 3),
    ] {
        let table = Table::new(n, a, b).expect("not certain");
        let mut one = ChaCha8Rng::seed_from_u64(n);
        let mut other = one.clone();
        for _ in 0..20_000 {
            assert_eq!(table.draw(&mut one), binomial(&mut other, n, a, b));
        }
    }
    assert!(Table::new(0, 1, 2).is_none() && Table::new(5, 2, 2).is_none());
}

#[test]
fn the_probabilities_used_add_up_to_one_for_ten_million_trials() {
    // The last uniform below 1 must still be placed by the walk, far out, not fall through as rounding.
    let n = 10_000_000;
    let far = invert_from_mode(1.0 - 1e-10, n, 1, 2);
    let sd = (n as f64 * 2.0 / 9.0).sqrt();
    let z = (far as f64 - n as f64 / 3.0).abs() / sd;
    assert!((6.3..6.7).contains(&z), "{z}");
}

#[test]
fn a_certain_result_takes_nothing_from_the_stream() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    let untouched = rng.clone();
    assert_eq!(binomial(&mut rng, 0, 1, 2), 0);
    assert_eq!(binomial(&mut rng, 9, 0, 2), 0);
    assert_eq!(binomial(&mut rng, 9, 2, 2), 9);
    assert_eq!(binomial(&mut rng, 9, 3, 2), 9);
    assert_eq!(rng, untouched);
}

#[test]
fn draws_stay_within_their_range_at_the_ends_of_the_uniform() {
    for n in 1..=40 {
        for a in 1..10 {
            for uniform in [0.0, 0.5, 1.0 - f64::EPSILON / 2.0] {
                assert!(invert_from_mode(uniform, n, a, 20 - a) <= n);
            }
        }
    }
}

#[test]
fn draws_are_pinned() {
    // Our own numbers: they may only change together with the version of the draw.
    let mut rng = ChaCha8Rng::seed_from_u64(20_130_901);
    let counts: Vec<u64> = [(10, 1, 2), (1000, 1, 3), (10_000_000, 2, 3)]
        .iter()
        .map(|&(n, a, b)| binomial(&mut rng, n, a, b))
        .collect();
    let picks: Vec<u32> = (0..4).map(|_| uniform_below(&mut rng, 1000)).collect();
    assert_eq!(counts, [4, 326, 6_664_565]);
    assert_eq!(picks, [71, 557, 474, 800]);
}

#[test]
fn every_pick_has_the_same_probability() {
    for m in [1_u32, 2, 3, 7, 100] {
        let mut rng = ChaCha8Rng::seed_from_u64(u64::from(m));
        let mut observed = vec![0_u64; m as usize];
        for _ in 0..200_000 {
            observed[uniform_below(&mut rng, m) as usize] += 1;
        }
        let expected = vec![200_000.0 / f64::from(m); m as usize];
        assert!(m == 1 || fit(&expected, &observed) > 1e-3, "{m}");
    }
    // Where rejection is common: of 3 x 2^30 values, each third of the range must come a third of the time.
    let mut rng = ChaCha8Rng::seed_from_u64(5);
    let mut thirds = vec![0_u64; 3];
    for _ in 0..200_000 {
        thirds[(uniform_below(&mut rng, 3 << 30) >> 30) as usize] += 1;
    }
    assert!(fit(&[200_000.0 / 3.0; 3], &thirds) > 1e-3, "{thirds:?}");
    assert_eq!(uniform_below(&mut rng, 0), 0);
}

#[test]
#[ignore = "prints the cost of one draw"]
fn speed_of_a_draw() {
    let mut rng = ChaCha8Rng::seed_from_u64(1);
    for (n, a, b) in [
        (1000_u64, 1_u64, 1000_u64),
        (100, 1, 3),
        (1000, 1, 2),
        (1000, 1, 10),
        (100_000, 1, 2),
        (10_000_000, 1, 2),
    ] {
        let start = Instant::now();
        let rounds = 200_000_000 / (n + 1000);
        let mut sum = 0;
        for i in 0..rounds {
            sum += binomial(&mut rng, n + i % 3, a, b);
        }
        let ns = start.elapsed().as_nanos() as f64 / rounds as f64;
        println!("n {n}, p {a}/{b}: {ns:.0} ns ({sum})");
    }
    let start = Instant::now();
    let sum: u64 = (0..20_000_000)
        .map(|_| u64::from(uniform_below(&mut rng, 4001)))
        .sum();
    println!(
        "pick: {:.1} ns ({sum})",
        start.elapsed().as_nanos() as f64 / 2e7
    );
}
