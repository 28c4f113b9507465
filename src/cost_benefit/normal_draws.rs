//! Normal draws of the quantities of a result: what stands in for replicates where there is nobody to draw.
//!
//! A quantity per person is a mean over many persons, and a bundle has its covariance with every other. So the quantities of a
//! side are drawn as `q + L z` with `L L'` their covariance and `z` standard normal, each side of a contrast by itself, and
//! priced as replicates are.
//!
//! The numbers `z` are quantiles at uniform numbers: those of the ChaCha8 stream with key BLAKE3("rettevej quantity 1" + seed as
//! 8 bytes, least first + `t` or `c` + name of the treatment arm) and the replicate as the number of the stream.

use super::book::Book;
use super::price_draws::{key, stream, uniform_of};
use crate::numeric::cholesky::place;
use crate::numeric::normal::normal_quantile;
use crate::numeric::parallel::{both, concat, map_ordered};
use crate::numeric::semidefinite::factor;
use crate::results::{Quantities, QuantityContrast, QuantitySide};
use rand_chacha::ChaCha8Rng;

/// How many are drawn: a share of draws has a Monte Carlo error of one point in a hundred at most.
pub const DRAWS: u32 = 2_000;

/// Draws that one thread makes at a time.
const BLOCK: usize = 50;

/// The amounts of every book in each draw, as [`Replicates`](super::Replicates) have them.
pub(super) fn amounts(quantities: &Quantities, books: &[Book<'_>], seed: u64) -> Vec<Vec<f64>> {
    let contrasts = quantities.contrasts.iter().zip(books);
    contrasts
        .map(|(contrast, book)| of_contrast(contrast, book, seed))
        .collect()
}

fn of_contrast(contrast: &QuantityContrast, book: &Book<'_>, seed: u64) -> Vec<f64> {
    let (treated, control) = both(
        || Factor::new(&contrast.treated),
        || Factor::new(&contrast.control),
    );
    let arm = &contrast.treated.arm;
    let keys = ["t", "c"].map(|side| key("rettevej quantity 1", seed, &format!("{side}{arm}")));
    let blocks = map_ordered((DRAWS as usize).div_ceil(BLOCK), |block| {
        let draws = block * BLOCK..((block + 1) * BLOCK).min(DRAWS as usize);
        let mut out = vec![0.0; draws.len() * book.width()];
        let (mut own, mut other, mut normal) = (Vec::new(), Vec::new(), Vec::new());
        for (b, out) in draws.zip(out.chunks_exact_mut(book.width().max(1))) {
            treated.draw(stream(keys[0], b as u32), &mut normal, &mut own);
            control.draw(stream(keys[1], b as u32), &mut normal, &mut other);
            book.amounts(&own, &other, out);
        }
        out
    });
    concat(&blocks)
}

/// The quantities of a side, and the factor of their covariance.
struct Factor<'a> {
    values: &'a [f64],
    /// Rows of the factor, one per quantity, each of `rank` numbers.
    rows: Vec<f64>,
    rank: usize,
}

impl<'a> Factor<'a> {
    /// The factor of the correlations, each row of the length of its standard deviation, so that every quantity has its own
    /// variance whatever was rounded. A quantity without a covariance is undefined in every draw.
    fn new(side: &'a QuantitySide) -> Self {
        let size = side.values.len();
        let at = |i: usize, j: usize| {
            let at = place(i.max(j), i.min(j));
            side.covariance.get(at).copied().unwrap_or(f64::NAN)
        };
        let spreads: Vec<f64> = (0..size).map(|i| at(i, i).sqrt()).collect();
        let varies = |i: &usize| spreads[*i].is_finite() && spreads[*i] > 0.0;
        let varying: Vec<usize> = (0..size).filter(varies).collect();
        let columns = factor(varying.len(), &|k, l| {
            let (i, j) = (varying[k], varying[l]);
            at(i, j) / (spreads[i] * spreads[j])
        });
        // At least one, which holds what is undefined where nothing varies.
        let rank = columns.len().max(1);
        let mut rows = vec![0.0; size * rank];
        for (i, row) in rows.chunks_exact_mut(rank).enumerate() {
            if !spreads[i].is_finite() {
                row.fill(f64::NAN);
            }
        }
        for (k, &i) in varying.iter().enumerate() {
            let of_row = || columns.iter().map(|column| column[k]);
            let length = spreads[i] / of_row().map(|x| x * x).sum::<f64>().sqrt();
            for (x, own) in rows[i * rank..].iter_mut().zip(of_row()) {
                *x = own * length;
            }
        }
        Self {
            values: &side.values,
            rows,
            rank,
        }
    }

    fn draw(&self, mut rng: ChaCha8Rng, normal: &mut Vec<f64>, out: &mut Vec<f64>) {
        normal.clear();
        normal.extend((0..self.rank).map(|_| normal_quantile(uniform_of(&mut rng))));
        out.clear();
        let rows = self.rows.chunks_exact(self.rank);
        out.extend(self.values.iter().zip(rows).map(|(value, row)| {
            let moved: f64 = row.iter().zip(&*normal).map(|(l, z)| l * z).sum();
            value + moved
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(values: &[f64], covariance: &[f64]) -> QuantitySide {
        QuantitySide {
            arm: "a".to_owned(),
            n: 1,
            values: values.to_vec(),
            covariance: covariance.to_vec(),
        }
    }

    fn drawn(side: &QuantitySide, count: usize) -> Vec<Vec<f64>> {
        let factor = Factor::new(side);
        let (mut normal, mut out) = (Vec::new(), Vec::new());
        let each = (0..count).map(|b| {
            factor.draw(
                stream(key("a test", 7, "a"), b as u32),
                &mut normal,
                &mut out,
            );
            out.clone()
        });
        each.collect()
    }

    /// The third is the sum of the others in every draw, since their covariance says so; the fourth does not vary.
    #[test]
    fn draws_keep_what_the_covariance_says() {
        let side = side(
            &[1.0, 2.0, 3.0, 9.0],
            &[4.0, 1.0, 1.0, 5.0, 2.0, 7.0, 0.0, 0.0, 0.0, 0.0],
        );
        let draws = drawn(&side, 20_000);
        assert!(
            draws
                .iter()
                .all(|x| (x[0] + x[1] - x[2]).abs() < 1e-12 && x[3] == 9.0)
        );
        for (i, j, covariance) in [(0, 0, 4.0), (1, 0, 1.0), (1, 1, 1.0), (2, 0, 5.0)] {
            let centred = |x: &Vec<f64>| (x[i] - side.values[i]) * (x[j] - side.values[j]);
            let found = draws.iter().map(centred).sum::<f64>() / draws.len() as f64;
            assert!((found - covariance).abs() < 0.15, "{i}, {j}: {found}");
        }
    }

    /// Correlations of 0.9, 0.9 and 0 are those of nothing; every quantity still has its own variance.
    #[test]
    fn rounded_correlations_of_nothing_leave_every_variance() {
        let side = side(&[0.0; 3], &[1.0, 3.6, 16.0, 0.0, 3.6, 1.0]);
        let factor = Factor::new(&side);
        let lengths = factor
            .rows
            .chunks(factor.rank)
            .map(|row| row.iter().map(|x| x * x).sum());
        let lengths: Vec<f64> = lengths.collect();
        for (found, variance) in lengths.iter().zip([1.0, 16.0, 1.0]) {
            assert!((found - variance).abs() < 1e-12, "{lengths:?}");
        }
    }

    #[test]
    fn what_is_undefined_is_undefined_in_every_draw() {
        let none = f64::NAN;
        let defined = |values: &[f64], covariance: &[f64]| -> Vec<bool> {
            let draws = drawn(&side(values, covariance), 3);
            let is = |i: usize| draws.iter().all(|x| x[i].is_finite());
            let each: Vec<bool> = (0..values.len()).map(is).collect();
            for (i, is) in each.iter().enumerate() {
                assert!(*is || draws.iter().all(|x| x[i].is_nan()));
            }
            each
        };
        let found = defined(&[1.0, none, 3.0], &[1.0, 0.0, 1.0, none, none, none]);
        assert_eq!(found, [true, false, false]);
        // Without any covariance, and without one of two.
        assert_eq!(defined(&[1.0, 3.0], &[none, none, none]), [false, false]);
        let found = defined(&[1.0, 3.0, 5.0], &[1.0, none, 1.0, 0.5, 0.0, 1.0]);
        assert_eq!(found, [true, false, true]);
    }
}
