//! Exact integer draws: a binomial count and a uniform pick, the same on every processor.
//!
//! The binomial is inverted from its mode outwards with one 53-bit uniform: the probability of the mode comes from
//! the saddle-point form, every other from its neighbour by the ratio of the two. Only the basic IEEE operations,
//! `sqrt` and `libm` are used, so a draw is the same bits everywhere. Its distance from the exact distribution is that
//! of the 53 bits and of rounding, below 1e-12 in any probability.
//!
//! Source: Kemp (1986), "A modal method for generating binomial variables", Communications in Statistics 15, 805-813;
//! Loader (2000), "Fast and accurate computation of binomial probabilities" (mode); Lemire (2019), "Fast random
//! integer generation in an interval", ACM TOMACS 29(1), <https://doi.org/10.1145/3230636> (uniform).

use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// Terms below this add up to less than one step of the uniform and end the walk from the mode.
const NEGLIGIBLE: f64 = 1e-25;

/// A draw of the number of successes in `n` trials, each with probability `numerator / denominator`.
///
/// A certain result (`n` = 0, probability 0 or 1; a numerator above the denominator counts as 1) takes nothing from
/// `rng`; any other draw takes exactly one 64-bit number. Cost: about 1.6 standard deviations of the count in steps.
pub fn binomial(rng: &mut ChaCha8Rng, n: u64, numerator: u64, denominator: u64) -> u64 {
    if n == 0 || numerator == 0 {
        return 0;
    }
    if numerator >= denominator {
        return n;
    }
    let failures = denominator - numerator;
    let uniform = (rng.next_u64() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64);
    if numerator <= failures {
        invert_from_mode(uniform, n, numerator, failures)
    } else {
        n - invert_from_mode(uniform, n, failures, numerator)
    }
}

/// A draw from 0..`m`, every value with the same probability; 0 when `m` is 0. Takes 32-bit numbers from `rng`, one
/// almost always.
#[inline]
pub fn uniform_below(rng: &mut ChaCha8Rng, m: u32) -> u32 {
    let mut product = u64::from(rng.next_u32()) * u64::from(m);
    if (product as u32) < m {
        // 2^32 mod m: the low halves below it would give some values one draw too many.
        let surplus = m.wrapping_neg() % m;
        while (product as u32) < surplus {
            product = u64::from(rng.next_u32()) * u64::from(m);
        }
    }
    (product >> 32) as u32
}

/// The count whose turn it is when the values are listed mode, mode + 1, mode - 1, mode + 2, ... and each takes its
/// probability of the unit interval. `successes : failures` are the odds of one trial, at most 1.
fn invert_from_mode(uniform: f64, n: u64, successes: u64, failures: u64) -> u64 {
    let total = u128::from(successes) + u128::from(failures);
    let mode = ((u128::from(n) + 1) * u128::from(successes) / total) as u64;
    let odds = successes as f64 / failures as f64;
    let inverse_odds = failures as f64 / successes as f64;
    let mut left = uniform;
    let at_mode = probability_of_mode(n, mode, successes, failures);
    left -= at_mode;
    if left < 0.0 {
        return mode;
    }
    let (mut above, mut below) = (mode, mode);
    let (mut p_above, mut p_below) = (at_mode, at_mode);
    // The counts as floats: exact, and cheaper to step than to convert.
    let (mut to_go_up, mut next_up) = ((n - mode) as f64, mode as f64 + 1.0);
    let (mut to_go_down, mut next_down) = (mode as f64, (n - mode) as f64 + 1.0);
    loop {
        // At the ends the ratio is 0 / x = 0, and the term stays 0.
        p_above *= odds * to_go_up / next_up;
        left -= p_above;
        above += 1;
        if left < 0.0 {
            return above;
        }
        to_go_up -= 1.0;
        next_up += 1.0;
        p_below *= inverse_odds * to_go_down / next_down;
        left -= p_below;
        if left < 0.0 {
            return below - 1;
        }
        if p_above + p_below < NEGLIGIBLE {
            // Only rounding is left of the unit interval.
            return mode;
        }
        below = below.saturating_sub(1);
        to_go_down -= 1.0;
        next_down += 1.0;
    }
}

/// P(X = mode), by Loader's saddle-point form; the mode lies within 1 of the mean, so that both deviances are small.
fn probability_of_mode(n: u64, mode: u64, successes: u64, failures: u64) -> f64 {
    let total = successes as f64 + failures as f64;
    let p = successes as f64 / total;
    let q = failures as f64 / total;
    let trials = n as f64;
    if mode == 0 {
        return libm::exp(trials * libm::log1p(-p));
    }
    if mode == n {
        // Only n = 1 with even odds gets here: the mode is at most (n + 1) / 2.
        return libm::exp(trials * libm::log(p));
    }
    let (hits, misses) = (mode as f64, (n - mode) as f64);
    let exponent = stirling_error(trials)
        - stirling_error(hits)
        - stirling_error(misses)
        - deviance(hits, trials * p)
        - deviance(misses, trials * q);
    libm::exp(exponent) * (trials / (core::f64::consts::TAU * hits * misses)).sqrt()
}

/// x ln(x / m) + m - x, without cancellation for x near m.
fn deviance(x: f64, m: f64) -> f64 {
    let v = (x - m) / (x + m);
    if v.abs() > 0.1 {
        return x * libm::log(x / m) + m - x;
    }
    // ln(x/m) = 2 atanh(v): (x - m) v + 2 x (v^3/3 + v^5/5 + ...).
    let mut sum = (x - m) * v;
    let squared = v * v;
    let mut power = 2.0 * x * v;
    let mut odd = 1.0;
    loop {
        power *= squared;
        odd += 2.0;
        let next = sum + power / odd;
        if next.to_bits() == sum.to_bits() {
            return next;
        }
        sum = next;
    }
}

/// ln(n!) less Stirling's formula: from a table for small n, then from its series.
fn stirling_error(n: f64) -> f64 {
    if n < TABLE.len() as f64 {
        return TABLE[n as usize];
    }
    let s = n * n;
    (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - 1.0 / (1188.0 * s)) / s) / s) / s)
        / n
}

/// ln(n!) - ln(sqrt(2 pi n) (n/e)^n) for n = 0 (not used), 1, ..., 15; computed with 50 digits from the definition.
const TABLE: [f64; 16] = [
    0.0,
    0.081_061_466_795_327_26,
    0.041_340_695_955_409_3,
    0.027_677_925_684_998_34,
    0.020_790_672_103_765_093,
    0.016_644_691_189_821_193,
    0.013_876_128_823_070_748,
    0.011_896_709_945_891_77,
    0.010_411_265_261_972_096,
    0.009_255_462_182_712_733,
    0.008_330_563_433_362_87,
    0.007_573_675_487_951_841,
    0.006_942_840_107_209_53,
    0.006_408_994_188_004_207,
    0.005_951_370_112_758_847_5,
    0.005_554_733_551_962_801,
];

#[cfg(test)]
mod tests {
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
}
