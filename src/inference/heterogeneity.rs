//! Effects of several groups of persons held beside each other: are they equal, how much do they differ, and what is each
//! worth in the light of the others.
//!
//! The groups are disjoint, so their effects are taken as independent, each with its own squared standard error v. With
//! w = 1 / v and the mean m weighted by it, Q = sum w (d - m)^2 is chi-squared with one degree of freedom less than there are
//! groups when all effects are equal. The spread tau between the true effects is Paule and Mandel's, which is also the
//! empirical Bayes estimate of Morris: the tau^2 for which the same sum with w = 1 / (v + tau^2) is its expectation. Given
//! tau, the best guess at a group's effect lies between its own estimate and the mean, the closer to the mean the less it
//! knows.
//!
//! Sources: Cochran (1954), Biometrics 10, 101-129; Paule and Mandel (1982), J. Res. Natl. Bur. Stand. 87, 377-385; Morris
//! (1983), JASA 78, 47-55; Raudenbush and Bryk (1985), J. Educ. Stat. 10, 75-98; Viechtbauer (2007), Stat. Med. 26, 37-52
//! for the limits of tau^2 (Q-profile). The numbers are those of `rma(method = "PM")`, `blup` and `confint` of R's metafor.

use crate::numeric::normal::{chi_squared_tail, normal_quantile};
use crate::units::ConfidenceLevel;

/// An effect with its standard error, both finite, the latter positive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// Estimate.
    pub estimate: f64,
    /// Standard error.
    pub std_error: f64,
}

impl Effect {
    /// Of numbers that can take part.
    pub fn new(estimate: f64, std_error: f64) -> Option<Self> {
        let fits = estimate.is_finite() && std_error.is_finite() && std_error > 0.0;
        fits.then_some(Self {
            estimate,
            std_error,
        })
    }

    fn variance(self) -> f64 {
        self.std_error * self.std_error
    }

    /// estimate -+ z x standard error.
    pub fn interval(self, confidence: ConfidenceLevel) -> (f64, f64) {
        let half = normal_quantile(1.0 - confidence.alpha() / 2.0) * self.std_error;
        (self.estimate - half, self.estimate + half)
    }
}

/// A test that all effects are equal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Equality {
    /// Q.
    pub statistic: f64,
    /// Effects less one.
    pub freedom: u32,
    /// p.
    pub p: f64,
}

/// How effects spread around their mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Spread {
    /// Standard deviation of the true effects.
    pub tau: f64,
    /// Its limits.
    pub limits: (f64, f64),
    /// Mean of the true effects.
    pub mean: Effect,
    /// Each effect, drawn towards the mean.
    pub shrunken: Vec<Effect>,
}

/// Mean weighted by 1 / (v + tau^2), the sum of weights, and the weighted sum of squares around the mean.
fn weighted(effects: &[Effect], tau2: f64) -> (f64, f64, f64) {
    let weight = |e: &Effect| 1.0 / (e.variance() + tau2);
    let total: f64 = effects.iter().map(weight).sum();
    let mean = effects.iter().map(|e| weight(e) * e.estimate).sum::<f64>() / total;
    let squares = (effects.iter())
        .map(|e| weight(e) * (e.estimate - mean) * (e.estimate - mean))
        .sum();
    (mean, total, squares)
}

/// Cochran's Q; `None` with fewer than two effects.
pub fn cochran_q(effects: &[Effect]) -> Option<f64> {
    (effects.len() > 1).then(|| weighted(effects, 0.0).2)
}

/// Tests that all effects are equal; `None` with fewer than two.
pub fn equality(effects: &[Effect]) -> Option<Equality> {
    let statistic = cochran_q(effects)?;
    let freedom = effects.len() as u32 - 1;
    Some(Equality {
        statistic,
        freedom,
        p: chi_squared_tail(statistic, freedom),
    })
}

/// How the effects spread; `None` with fewer than two.
pub fn spread(effects: &[Effect], confidence: ConfidenceLevel) -> Option<Spread> {
    if effects.len() < 2 {
        return None;
    }
    let tau2 = paule_mandel(effects);
    let (mean, total, _) = weighted(effects, tau2);
    let mean = Effect {
        estimate: mean,
        std_error: (1.0 / total).sqrt(),
    };
    let shrunken = effects.iter().map(|effect| {
        let own = tau2 / (tau2 + effect.variance());
        let rest = 1.0 - own;
        Effect {
            estimate: own * effect.estimate + rest * mean.estimate,
            std_error: (own * effect.variance() + rest * rest * mean.variance()).sqrt(),
        }
    });
    Some(Spread {
        tau: tau2.sqrt(),
        limits: limits(effects, confidence),
        shrunken: shrunken.collect(),
        mean,
    })
}

/// The tau^2 at which the weighted sum of squares is the number of effects less one; 0 where it is smaller already. The sum
/// falls and is convex in tau^2, so that Newton's steps from 0 come nearer from below and never pass it.
fn paule_mandel(effects: &[Effect]) -> f64 {
    let wanted = effects.len() as f64 - 1.0;
    let mut tau2 = 0.0;
    for _ in 0..500 {
        let (mean, _, squares) = weighted(effects, tau2);
        let excess = squares - wanted;
        let slope: f64 = (effects.iter())
            .map(|e| {
                let weighted = (e.estimate - mean) / (e.variance() + tau2);
                weighted * weighted
            })
            .sum();
        if excess <= 0.0 || slope <= 0.0 {
            break;
        }
        let next = tau2 + excess / slope;
        if next <= tau2 * (1.0 + 1e-15) {
            break;
        }
        tau2 = next;
    }
    tau2
}

/// Limits of tau: those values at which the weighted sum of squares is a likely chi-squared number.
fn limits(effects: &[Effect], confidence: ConfidenceLevel) -> (f64, f64) {
    let freedom = effects.len() as u32 - 1;
    let half = confidence.alpha() / 2.0;
    // P of the sum at tau^2 grows with tau^2.
    let reached = |tau2: f64| chi_squared_tail(weighted(effects, tau2).2, freedom);
    let root = |p: f64| {
        if reached(0.0) >= p {
            return 0.0;
        }
        let mut high = effects.iter().map(|e| e.variance()).fold(0.0, f64::max);
        for _ in 0..2000 {
            if reached(high) >= p {
                break;
            }
            high *= 2.0;
        }
        let mut low = 0.0;
        for _ in 0..200 {
            let middle = f64::midpoint(low, high);
            if reached(middle) >= p {
                high = middle;
            } else {
                low = middle;
            }
        }
        f64::midpoint(low, high).sqrt()
    };
    (root(half), root(1.0 - half))
}

/// An effect less the mean of the others, weighted by `weights`: the coefficients of all effects, by effect.
pub fn against_rest(own: usize, weights: &[f64]) -> Vec<f64> {
    let others: f64 = (weights.iter().enumerate())
        .filter(|(k, _)| *k != own)
        .map(|(_, w)| w)
        .sum();
    (weights.iter().enumerate())
        .map(|(k, w)| if k == own { 1.0 } else { -w / others })
        .collect()
}

/// The critical value of the largest of `count` independent standardised effects (Sidak).
pub fn independent_maximum(count: usize, confidence: ConfidenceLevel) -> f64 {
    let each = libm::pow(1.0 - confidence.alpha(), 1.0 / count.max(1) as f64);
    normal_quantile(f64::midpoint(1.0, each))
}

/// That of any standardised effects (Bonferroni).
pub fn any_maximum(count: usize, confidence: ConfidenceLevel) -> f64 {
    normal_quantile(1.0 - confidence.alpha() / (2.0 * count.max(1) as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effects(estimates: &[f64], variances: &[f64]) -> Vec<Effect> {
        (estimates.iter().zip(variances))
            .map(|(&d, &v)| Effect::new(d, v.sqrt()).unwrap())
            .collect()
    }

    fn close(found: f64, known: f64, within: f64) {
        assert!((found - known).abs() <= within, "{found} is not {known}");
    }

    #[test]
    fn equal_variances_have_a_closed_form() {
        // v = 1, d = 0, 2, 4: Q = 8; (8 / (1 + tau^2)) = 2 gives tau^2 = 3, so three quarters of each are its own.
        let own = effects(&[0.0, 2.0, 4.0], &[1.0; 3]);
        let test = equality(&own).unwrap();
        close(test.statistic, 8.0, 1e-14);
        assert_eq!(test.freedom, 2);
        close(test.p, libm::exp(-4.0), 1e-15);
        let spread = spread(&own, ConfidenceLevel::default()).unwrap();
        close(spread.tau * spread.tau, 3.0, 1e-12);
        let found: Vec<f64> = spread.shrunken.iter().map(|e| e.estimate).collect();
        for (found, known) in found.iter().zip([0.5, 2.0, 3.5]) {
            close(*found, known, 1e-12);
        }
        // 3/4 x 1 + (1/4)^2 x 4/3 = 5/6.
        close(spread.shrunken[0].std_error, (5.0_f64 / 6.0).sqrt(), 1e-12);
        close(spread.mean.std_error, (4.0_f64 / 3.0).sqrt(), 1e-12);
    }

    #[test]
    fn without_more_spread_than_chance_every_effect_is_the_mean() {
        let own = effects(&[1.0, 1.5], &[1.0, 1.0]);
        let spread = spread(&own, ConfidenceLevel::default()).unwrap();
        assert_eq!(spread.tau, 0.0);
        for effect in &spread.shrunken {
            close(effect.estimate, 1.25, 1e-15);
            close(effect.std_error, 0.5_f64.sqrt(), 1e-15);
        }
        assert_eq!(spread.limits.0, 0.0);
        assert!(spread.limits.1 > 0.0);
    }

    #[test]
    fn numbers_are_those_of_metafor() {
        let file = include_str!("../../fixtures/reference/r-metafor/expected.csv");
        let lines: Vec<Vec<&str>> = file
            .lines()
            .skip(1)
            .map(|l| l.split(',').collect())
            .collect();
        for case in ["schools", "sites", "equal"] {
            let of = |quantity: &str| -> Vec<f64> {
                (lines.iter())
                    .filter(|line| line[0] == case && line[1] == quantity)
                    .map(|line| line[3].parse().unwrap())
                    .collect()
            };
            let own: Vec<Effect> = (of("estimate_in").into_iter())
                .zip(of("std_error_in"))
                .map(|(d, se)| Effect::new(d, se).unwrap())
                .collect();
            let test = equality(&own).unwrap();
            let spread = spread(&own, ConfidenceLevel::default()).unwrap();
            let same = |found: f64, quantity: &str, within: f64| {
                close(found, of(quantity)[0], within);
            };
            same(test.statistic, "q", 1e-11);
            same(test.p, "p", 1e-11);
            same(spread.tau, "tau", 1e-9);
            same(spread.limits.0, "tau_low", 1e-7);
            same(spread.limits.1, "tau_high", 1e-6);
            same(spread.mean.estimate, "mean", 1e-9);
            same(spread.mean.std_error, "mean_error", 1e-9);
            let known = of("shrunken").into_iter().zip(of("shrunken_error"));
            for (found, (estimate, error)) in spread.shrunken.iter().zip(known) {
                close(found.estimate, estimate, 1e-9);
                close(found.std_error, error, 1e-9);
            }
        }
    }

    #[test]
    fn shrinking_never_passes_the_mean_and_keeps_the_order_of_equal_errors() {
        use rand::{Rng, SeedableRng};
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(6);
        let mut uniform = || (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        for _ in 0..200 {
            let count = 2 + (uniform() * 20.0) as usize;
            let own: Vec<Effect> = (0..count)
                .map(|_| Effect::new(6.0 * uniform() - 3.0, 0.05 + uniform()).unwrap())
                .collect();
            let level = ConfidenceLevel::default();
            let spread = spread(&own, level).unwrap();
            let wanted = own.len() as f64 - 1.0;
            if spread.tau > 0.0 {
                close(
                    weighted(&own, spread.tau * spread.tau).2,
                    wanted,
                    1e-9 * wanted,
                );
            } else {
                assert!(cochran_q(&own).unwrap() <= wanted * (1.0 + 1e-12));
            }
            assert!(spread.limits.0 <= spread.tau + 1e-12 || spread.limits.1 == 0.0);
            for (raw, shrunken) in own.iter().zip(&spread.shrunken) {
                let (d, s, m) = (raw.estimate, shrunken.estimate, spread.mean.estimate);
                assert!((s - m) * (d - m) >= -1e-12 && (s - m).abs() <= (d - m).abs() + 1e-12);
            }
            // Units do not matter, nor does what all have in common.
            let moved: Vec<Effect> = (own.iter())
                .map(|e| Effect::new(10.0 * e.estimate + 7.0, 10.0 * e.std_error).unwrap())
                .collect();
            let other = super::spread(&moved, level).unwrap();
            close(other.tau, 10.0 * spread.tau, 1e-6);
            close(
                cochran_q(&moved).unwrap(),
                cochran_q(&own).unwrap(),
                1e-9 * cochran_q(&own).unwrap().max(1.0),
            );
        }
    }

    #[test]
    fn an_effect_against_the_rest_has_coefficients_that_sum_to_nought() {
        let found = against_rest(1, &[10.0, 7.0, 30.0]);
        for (found, known) in found.iter().zip([-0.25, 1.0, -0.75]) {
            close(*found, known, 1e-15);
        }
    }

    #[test]
    fn the_maximum_of_one_is_the_usual_quantile() {
        let level = ConfidenceLevel::default();
        close(independent_maximum(1, level), 1.959_963_984_540_054, 1e-12);
        close(any_maximum(1, level), 1.959_963_984_540_054, 1e-12);
        // (2 Phi(c) - 1)^10 = 0.95.
        close(independent_maximum(10, level), 2.7996, 5e-5);
        assert!(any_maximum(18, level) > independent_maximum(18, level));
    }
}
