//! The Bayesian bootstrap: every person (or cluster) of a cell gets a random share of it instead of a whole number of
//! picks, so that nobody is ever left out and no weekly hazard loses its risk set.
//!
//! A slot's count is a standard exponential number in fixed point; a unit of k slots takes one gamma number of shape k,
//! which is the sum of k exponentials. Within a cell the counts are then worth `n / their sum`, so that the weights of
//! its n slots are n times a flat Dirichlet number. Units take their numbers in canonical order, one exponential from
//! each uniform: -ln of a product of up to [`CHUNK`] uniforms at a time. The variance of a mean is sigma^2 / (n + 1) with
//! sigma^2 over n: smaller than the bootstrap's in very small cells.
//!
//! Source: Rubin (1981), "The Bayesian bootstrap", Annals of Statistics 9(1), 130-134,
//! <https://doi.org/10.1214/aos/1176345338>.

use super::{Draw, Scheme, Streams};
use crate::panel::classes::Classes;
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// Uniforms multiplied before a logarithm is taken: 16 x 53 bits stay far from underflow.
const CHUNK: u32 = 16;

/// Most bits of a count behind the point.
const MOST_BITS: u32 = 16;

/// The scheme, prepared for one class table.
#[derive(Clone, Debug)]
pub struct Bayesian {
    streams: Streams,
    sizes: Vec<u32>,
    /// Units of each cell, and its slots.
    cells: Vec<(std::ops::Range<usize>, u32)>,
    /// One person's count is around 2^bits.
    bits: u32,
}

impl Bayesian {
    /// Prepares the cells.
    pub fn new(classes: &Classes, seed: u64) -> Self {
        // A count must fit 32 bits; a gamma number of shape k lies below 2 k + 64 in any run there will ever be.
        let largest = classes.sizes.iter().copied().max().unwrap_or(1);
        let room = (u64::from(largest) * 2 + 64)
            .next_power_of_two()
            .trailing_zeros();
        Self {
            streams: Streams::new(seed),
            sizes: classes.sizes.clone(),
            cells: classes
                .cells
                .iter()
                .map(|cell| (cell.units.0 as usize..cell.units.1 as usize, cell.slots))
                .collect(),
            bits: MOST_BITS.min(31_u32.saturating_sub(room)),
        }
    }
}

impl Scheme for Bayesian {
    /// Cost: one uniform per slot.
    fn fill(&self, replicate: u64, draw: &mut Draw) {
        let scale = f64::from(1_u32 << self.bits);
        let mut rng = self.streams.of(replicate);
        draw.counts.clear();
        draw.sums.clear();
        draw.worth.clear();
        for (units, slots) in &self.cells {
            let mut sum = 0;
            for &size in &self.sizes[units.clone()] {
                let count = (gamma(&mut rng, size) * scale + 0.5) as u32;
                draw.counts.push(count);
                sum += u64::from(count);
            }
            // Never nothing: 53 bits of a uniform cannot make a whole cell round to 0 but in a cell of one.
            let sum = sum.max(1);
            draw.sums.push(sum);
            draw.worth.push(f64::from(*slots) / sum as f64);
        }
    }

    fn name(&self) -> &'static str {
        "bayesian"
    }

    fn method(&self, units: &str) -> String {
        format!("bayesian bootstrap of {units}")
    }

    fn rescales(&self) -> bool {
        true
    }

    fn most(&self, slots: u64) -> u64 {
        (slots.saturating_mul(2).saturating_add(64)).saturating_mul(1 << self.bits)
    }
}

/// A gamma number of whole shape: minus the logarithm of a product of uniforms of (0, 1].
fn gamma(rng: &mut ChaCha8Rng, shape: u32) -> f64 {
    let (mut sum, mut left) = (0.0, shape);
    while left > 0 {
        let now = left.min(CHUNK);
        let mut product = 1.0;
        for _ in 0..now {
            product *= ((rng.next_u64() >> 11) + 1) as f64 * (1.0 / (1_u64 << 53) as f64);
        }
        sum -= libm::log(product);
        left -= now;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::classes::Cell;
    use statrs::distribution::{Beta, ContinuousCDF};

    /// Two cells: of 3 slots in two units (2 and 1), and of 100 slots in one and 1.
    fn classes() -> Classes {
        let cell = |arm, slots, units| Cell {
            arm,
            stratum: 0,
            slots,
            units,
        };
        Classes {
            cells: vec![cell(0, 3, (0, 2)), cell(1, 101, (2, 4))],
            sizes: vec![2, 1, 100, 1],
            offsets: vec![0, 1, 2, 3, 4],
            members: vec![0, 1, 2, 3],
            clustered: false,
        }
    }

    #[test]
    fn shares_of_a_cell_have_the_beta_distribution_of_a_flat_dirichlet() {
        let scheme = Bayesian::new(&classes(), 4);
        let mut draw = Draw::default();
        let draws = 40_000;
        for (unit, cell, size, rest) in [(0, 0, 2.0, 1.0), (2, 1, 100.0, 1.0), (3, 1, 1.0, 100.0)] {
            let beta = Beta::new(size, rest).unwrap();
            let mut bins = [0_u32; 20];
            for b in 0..draws {
                scheme.fill(b, &mut draw);
                let share = f64::from(draw.counts[unit]) / draw.sums[cell] as f64;
                bins[((beta.cdf(share) * 20.0) as usize).min(19)] += 1;
            }
            let expected = draws as f64 / 20.0;
            let chi: f64 = (bins.iter())
                .map(|&seen| (f64::from(seen) - expected).powi(2) / expected)
                .sum();
            assert!(chi < 43.8, "unit {unit}: chi-square {chi} on 19");
        }
    }

    #[test]
    fn the_weights_of_a_cell_sum_to_its_slots() {
        let scheme = Bayesian::new(&classes(), 9);
        let mut draw = Draw::default();
        scheme.fill(17, &mut draw);
        for (cell, slots) in [(0, 3.0), (1, 101.0)] {
            assert!((draw.worth[cell] * draw.sums[cell] as f64 - slots).abs() < 1e-9);
        }
        assert_eq!(u64::from(draw.counts[0] + draw.counts[1]), draw.sums[0]);
    }

    #[test]
    fn a_mean_has_the_variance_of_rubin() {
        // Five persons with x = 1, 2, 4, 7, 11: sum (x - 5)^2 = 66, variance 66 / (5 x 6) = 2.2.
        let mut classes = classes();
        classes.cells.truncate(1);
        (classes.cells[0].slots, classes.cells[0].units) = (5, (0, 5));
        classes.sizes = vec![1; 5];
        let scheme = Bayesian::new(&classes, 3);
        let mut draw = Draw::default();
        let draws = 40_000;
        let (mut sum, mut squares) = (0.0, 0.0);
        for b in 0..draws {
            scheme.fill(b, &mut draw);
            let total: f64 = (draw.counts.iter().zip([1.0, 2.0, 4.0, 7.0, 11.0]))
                .map(|(&count, x)| f64::from(count) * x)
                .sum();
            let mean = total * draw.worth[0] / 5.0;
            sum += mean;
            squares += (mean - 5.0) * (mean - 5.0);
        }
        let n = draws as f64;
        assert!((sum / n - 5.0).abs() < 4.0 * (2.2 / n).sqrt());
        assert!((squares / n - 2.2).abs() < 0.07, "{}", squares / n);
    }

    #[test]
    fn draws_are_pinned() {
        // Our own numbers: they may only change together with the version of the draw.
        let mut draw = Draw::default();
        Bayesian::new(&classes(), 20_130_901).fill(3, &mut draw);
        assert_eq!(draw.counts.len(), 4);
        assert_eq!(draw.counts, PINNED);
    }

    const PINNED: [u32; 4] = [160_610, 14_661, 6_023_766, 144_645];

    #[test]
    fn counts_of_a_very_large_class_still_fit() {
        let mut classes = classes();
        classes.sizes[2] = 4_000_000;
        classes.cells[1].slots = 4_000_001;
        let scheme = Bayesian::new(&classes, 1);
        let mut draw = Draw::default();
        scheme.fill(0, &mut draw);
        let mean = draw.sums[1] as f64 * draw.worth[1] / 4_000_001.0;
        assert!((mean - 1.0).abs() < 1e-12);
        let count = f64::from(draw.counts[2]) * draw.worth[1];
        assert!((count / 4_000_000.0 - 1.0).abs() < 1e-5, "{count}");
    }
}
