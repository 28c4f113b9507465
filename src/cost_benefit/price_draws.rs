//! Draws of uncertain prices. Each is a quantile of its distribution at a uniform number of its own, so that the draw of
//! a line depends on the seed, the line's name and the replicate, and on no other line.
//!
//! The uniform number is the first of the ChaCha8 stream with key BLAKE3("rettevej price 1" + seed as 8 bytes, least first +
//! name of the line) and the replicate as the number of the stream: its upper 53 bits, in the middle of their step, so that it
//! is never 0 or 1.

use crate::numeric::gamma::gamma_quantile;
use crate::numeric::normal::{normal_cdf, normal_quantile};
use crate::study::prices::{Line, Prices, Uncertainty};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::f64::consts::PI;

/// The prices of every line in every replicate.
#[derive(Clone, Debug, Default)]
pub struct PriceDraws {
    lines: usize,
    values: Vec<f64>,
}

impl PriceDraws {
    /// Of the replicates of a study with this seed.
    pub fn of(prices: &Prices, seed: u64, replicates: u32) -> Self {
        let of_replicate = |b| (prices.lines.iter()).map(move |line| draw(line, seed, b));
        Self {
            lines: prices.lines.len(),
            values: (0..replicates).flat_map(of_replicate).collect(),
        }
    }

    /// Prices by line of a replicate.
    pub fn of_replicate(&self, replicate: usize) -> &[f64] {
        &self.values[replicate * self.lines..][..self.lines]
    }
}

/// The price of a line in a replicate: its value where it is certain.
pub fn draw(line: &Line, seed: u64, replicate: u32) -> f64 {
    match &line.uncertainty {
        Some(uncertainty) => quantile(
            uncertainty,
            line.value,
            uniform(&line.name, seed, replicate),
        ),
        None => line.value,
    }
}

/// The uniform number of a line in a replicate, between 0 and 1 and neither of them.
pub fn uniform(line: &str, seed: u64, replicate: u32) -> f64 {
    uniform_of(&mut stream(key("rettevej price 1", seed, line), replicate))
}

/// The key of what is drawn under a name.
pub(super) fn key(purpose: &str, seed: u64, name: &str) -> [u8; 32] {
    let mut input = purpose.as_bytes().to_vec();
    input.extend(seed.to_le_bytes());
    input.extend(name.as_bytes());
    *blake3::hash(&input).as_bytes()
}

/// The stream of a replicate.
pub(super) fn stream(key: [u8; 32], replicate: u32) -> ChaCha8Rng {
    let mut rng = ChaCha8Rng::from_seed(key);
    rng.set_stream(u64::from(replicate));
    rng
}

/// The next number of a stream between 0 and 1 and neither of them: the upper 53 bits, in the middle of their step.
pub(super) fn uniform_of(rng: &mut ChaCha8Rng) -> f64 {
    ((rng.next_u64() >> 11) as f64 + 0.5) * (1.0 / 9_007_199_254_740_992.0)
}

/// Mean and standard deviation of the logarithm, of a log-normal price with this mean.
fn logs(mean: f64, std_error: f64) -> (f64, f64) {
    let ratio = std_error / mean;
    let variance = libm::log1p(ratio * ratio);
    (libm::log(mean) - 0.5 * variance, variance.sqrt())
}

/// Whether a distribution has no width, so that the price is its value.
fn is_a_point(uncertainty: &Uncertainty, value: f64) -> bool {
    match *uncertainty {
        Uncertainty::Uniform { .. } => false,
        Uncertainty::Triangular { low, high } => low == high,
        Uncertainty::Normal { std_error } => std_error == 0.0,
        Uncertainty::LogNormal { std_error } | Uncertainty::Gamma { std_error } => {
            std_error == 0.0 || value == 0.0
        }
    }
}

/// The price below which a share `p` of its distribution lies, about the price that is stated.
pub fn quantile(uncertainty: &Uncertainty, value: f64, p: f64) -> f64 {
    if is_a_point(uncertainty, value) {
        return value;
    }
    match *uncertainty {
        Uncertainty::Uniform { low, high } => low + p * (high - low),
        Uncertainty::Triangular { low, high } => {
            let (below, above) = (value - low, high - value);
            let width = high - low;
            // The share below the likeliest value.
            if p * width < below {
                low + (p * width * below).sqrt()
            } else {
                high - ((1.0 - p) * width * above).sqrt()
            }
        }
        Uncertainty::Normal { std_error } => {
            // Of the normal distribution that part that is not below 0: its upper tail is the one with all its digits.
            let kept = normal_cdf(value / std_error);
            (value - std_error * normal_quantile((1.0 - p) * kept)).max(0.0)
        }
        Uncertainty::LogNormal { std_error } => {
            let (mean, deviation) = logs(value, std_error);
            libm::exp(mean + deviation * normal_quantile(p))
        }
        Uncertainty::Gamma { std_error } => {
            let scale = std_error * std_error / value;
            scale * gamma_quantile(value / scale, p)
        }
    }
}

/// Mean of the distribution. It is the price that is stated for log-normal and gamma; a normal one that is cut at 0 lies
/// higher, and low and high may lie unevenly about it.
pub fn mean(uncertainty: &Uncertainty, value: f64) -> f64 {
    if is_a_point(uncertainty, value) {
        return value;
    }
    match *uncertainty {
        Uncertainty::Uniform { low, high } => 0.5 * (low + high),
        Uncertainty::Triangular { low, high } => (low + value + high) / 3.0,
        Uncertainty::Normal { std_error } => value + std_error * cut(value / std_error),
        Uncertainty::LogNormal { .. } | Uncertainty::Gamma { .. } => value,
    }
}

/// Variance of the distribution.
pub fn variance(uncertainty: &Uncertainty, value: f64) -> f64 {
    if is_a_point(uncertainty, value) {
        return 0.0;
    }
    match *uncertainty {
        Uncertainty::Uniform { low, high } => (high - low) * (high - low) / 12.0,
        Uncertainty::Triangular { low, high } => {
            // Of the distances from the lowest, so that nothing large is subtracted.
            let (a, b) = (value - low, high - low);
            (a * a + b * b - a * b) / 18.0
        }
        Uncertainty::Normal { std_error } => {
            let distance = value / std_error;
            let more = cut(distance);
            std_error * std_error * (1.0 - distance * more - more * more)
        }
        Uncertainty::LogNormal { std_error } | Uncertainty::Gamma { std_error } => {
            std_error * std_error
        }
    }
}

/// By how many standard errors the mean of a normal distribution rises when what lies below 0 is cut off, 0 being so many
/// below its middle.
fn cut(distance: f64) -> f64 {
    let density = libm::exp(-0.5 * distance * distance) / (2.0 * PI).sqrt();
    density / normal_cdf(distance)
}

/// Low and high of a price in a table of one price at a time: those that are stated, else the 2.5 and 97.5 % quantiles.
pub fn range(uncertainty: &Uncertainty, value: f64) -> (f64, f64) {
    match *uncertainty {
        Uncertainty::Uniform { low, high } | Uncertainty::Triangular { low, high } => (low, high),
        _ => (
            quantile(uncertainty, value, 0.025),
            quantile(uncertainty, value, 0.975),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const VALUE: f64 = 200.0;

    fn all(std_error: f64) -> [Uncertainty; 5] {
        [
            Uncertainty::Uniform {
                low: 150.0,
                high: 300.0,
            },
            Uncertainty::Triangular {
                low: 150.0,
                high: 300.0,
            },
            Uncertainty::Normal { std_error },
            Uncertainty::LogNormal { std_error },
            Uncertainty::Gamma { std_error },
        ]
    }

    fn line(name: &str, uncertainty: Option<Uncertainty>) -> Line {
        Line {
            name: name.to_owned(),
            value: VALUE,
            uncertainty,
            ..Line::default()
        }
    }

    #[test]
    fn mean_and_variance_of_the_draws_are_those_of_the_distribution() {
        let n = 20_000_u32;
        for uncertainty in all(60.0) {
            let line = line("hour", Some(uncertainty));
            let draws: Vec<f64> = (0..n).map(|b| draw(&line, 7, b)).collect();
            let mean_of = draws.iter().sum::<f64>() / f64::from(n);
            let spread: f64 = draws.iter().map(|x| (x - mean_of) * (x - mean_of)).sum();
            let variance_of = spread / f64::from(n - 1);
            let (mean, variance) = (mean(&uncertainty, VALUE), variance(&uncertainty, VALUE));
            // Four standard errors of the mean; a fixed seed, so that the test is the same every time.
            let error = (variance / f64::from(n)).sqrt();
            assert!(
                (mean_of - mean).abs() < 4.0 * error,
                "{uncertainty:?}: {mean_of} {mean}"
            );
            assert!(
                (variance_of / variance - 1.0).abs() < 0.05,
                "{uncertainty:?}"
            );
        }
    }

    /// The same moments, as integrals over the quantiles.
    #[test]
    fn mean_and_variance_are_those_of_the_quantiles() {
        let n = 40_000_u32;
        for uncertainty in all(60.0).into_iter().chain(all(250.0)) {
            let step = |k: u32| quantile(&uncertainty, VALUE, (f64::from(k) + 0.5) / f64::from(n));
            let values: Vec<f64> = (0..n).map(step).collect();
            let mean_of = values.iter().sum::<f64>() / f64::from(n);
            let variance_of = values
                .iter()
                .map(|x| (x - mean_of) * (x - mean_of))
                .sum::<f64>()
                / f64::from(n);
            let (mean, variance) = (mean(&uncertainty, VALUE), variance(&uncertainty, VALUE));
            assert!(
                (mean_of / mean - 1.0).abs() < 1e-3,
                "{uncertainty:?}: {mean_of} {mean}"
            );
            // The far tail of the log-normal one is cut by the steps.
            assert!(
                (variance_of / variance - 1.0).abs() < 2e-2,
                "{uncertainty:?}"
            );
        }
    }

    #[test]
    fn a_line_has_draws_of_its_own_that_only_seed_name_and_replicate_move() {
        let price = |name: &str, seed, b| draw(&line(name, Some(all(60.0)[0])), seed, b);
        assert_eq!(price("a", 1, 3), price("a", 1, 3));
        assert_ne!(price("a", 1, 3), price("b", 1, 3));
        assert_ne!(price("a", 1, 3), price("a", 2, 3));
        assert_ne!(price("a", 1, 3), price("a", 1, 4));
        // Two lines are not drawn together.
        let n = 4000;
        let product = |b| (uniform("a", 1, b) - 0.5) * (uniform("b", 1, b) - 0.5) * 12.0;
        let correlation = (0..n).map(product).sum::<f64>() / f64::from(n);
        assert!(
            correlation.abs() < 4.0 / f64::from(n).sqrt(),
            "{correlation}"
        );
        assert_eq!(draw(&line("a", None), 1, 3), VALUE);
    }

    /// The first numbers, so that they stay what they are from one version to the next (our own output).
    #[test]
    fn draws_stay_the_same_from_version_to_version() {
        let found: Vec<u64> = (0..3)
            .map(|b| (uniform("overhead", 2013, b) * 1e9) as u64)
            .collect();
        assert_eq!(found, PINNED);
    }

    const PINNED: [u64; 3] = [552_306_301, 160_161_928, 822_241_630];

    #[test]
    fn low_and_high_are_those_stated_or_hold_95_percent() {
        assert_eq!(range(&all(60.0)[0], VALUE), (150.0, 300.0));
        assert_eq!(range(&all(60.0)[1], VALUE), (150.0, 300.0));
        // Far from 0 a normal price is 1.96 standard errors away.
        let (low, high) = range(&Uncertainty::Normal { std_error: 10.0 }, VALUE);
        assert!((low - 180.400_36).abs() < 1e-4 && (high - 219.599_64).abs() < 1e-4);
    }

    #[test]
    fn without_width_a_price_is_its_value() {
        for uncertainty in &all(0.0)[2..] {
            assert_eq!(quantile(uncertainty, VALUE, 0.9), VALUE);
            assert_eq!(mean(uncertainty, VALUE), VALUE);
            assert_eq!(variance(uncertainty, VALUE), 0.0);
        }
        assert_eq!(
            quantile(&Uncertainty::Gamma { std_error: 3.0 }, 0.0, 0.9),
            0.0
        );
    }

    /// By hand: from 0 over 1 to 4, the share below 1 is a quarter; the density there is a half.
    #[test]
    fn a_triangle_has_its_shares_where_the_areas_say() {
        let triangle = Uncertainty::Triangular {
            low: 0.0,
            high: 4.0,
        };
        assert_eq!(quantile(&triangle, 1.0, 0.25), 1.0);
        assert_eq!(quantile(&triangle, 1.0, 0.0625), 0.5);
        assert_eq!(quantile(&triangle, 1.0, 0.812_5), 2.5);
        assert_eq!(variance(&triangle, 1.0), 13.0 / 18.0);
    }

    proptest! {
        #[test]
        fn a_higher_share_is_a_higher_price_and_none_is_below_nought(
            which in 0..5usize,
            std_error in 0.1..400.0f64,
            p in 0.001..0.998f64,
        ) {
            let uncertainty = all(std_error)[which];
            let (low, high) = (quantile(&uncertainty, VALUE, p), quantile(&uncertainty, VALUE, p + 0.001));
            prop_assert!(0.0 <= low && low <= high && high.is_finite(), "{low} {high}");
        }
    }
}
