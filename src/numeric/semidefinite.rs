//! A factor of correlations that may be singular, or of no distribution because they were rounded.

use super::symmetric::eigen;

/// Of a correlation's diagonal, what must be left once the columns before are taken out.
const DEPENDENT: f64 = 1e-9;

/// Where less than this is left, an eigenvalue is below 0 by more than rounding.
const LACK: f64 = 1e-6;

/// So many rows have their eigenvalues taken where the matrix is indefinite; of more, what Cholesky's factor leaves.
const SMALL: usize = 128;

/// L with L L' the correlations, as columns of `size` numbers each; there are as many as the rank. A row with an undefined
/// correlation is undefined, the others are not. Where the correlations are of no distribution (an eigenvalue below 0), L is that of
/// others near them, and rows have to be brought to length 1: the spectral decomposition of Rebonato & Jäckel (2000, "The most
/// general methodology to create a valid correlation matrix", Journal of Risk 2(2)).
pub fn factor(size: usize, correlation: &dyn Fn(usize, usize) -> f64) -> Vec<Vec<f64>> {
    let found = pivoted(size, correlation);
    let found = if found.is_indefinite && size <= SMALL {
        clipped(size, correlation)
    } else {
        found
    };
    found.columns
}

/// Columns of a factor.
struct Columns {
    columns: Vec<Vec<f64>>,
    /// Whether the matrix has eigenvalues below 0, so that the factor is not quite its own.
    is_indefinite: bool,
}

/// Cholesky's factor, the row with the most left first.
fn pivoted(size: usize, correlation: &dyn Fn(usize, usize) -> f64) -> Columns {
    let mut left = vec![1.0; size];
    let mut open: Vec<usize> = (0..size).collect();
    // By row, so that what is taken out is a product of two rows.
    let mut rows: Vec<Vec<f64>> = vec![Vec::new(); size];
    let mut pivots = Vec::new();
    while let Some(pivot) = largest(&open, &left) {
        let length = left[pivot].sqrt();
        let own = std::mem::take(&mut rows[pivot]);
        open.retain(|i| *i != pivot);
        for &i in &open {
            let taken: f64 = rows[i].iter().zip(&own).map(|(a, b)| a * b).sum();
            let x = (correlation(i, pivot) - taken) / length;
            rows[i].push(x);
            left[i] -= x * x;
        }
        rows[pivot] = own;
        rows[pivot].push(length);
        pivots.push(pivot);
    }
    let column = |k: usize| {
        rows.iter()
            .map(|row| row.get(k).copied().unwrap_or(0.0))
            .collect()
    };
    Columns {
        is_indefinite: open.iter().any(|i| left[*i] < -LACK),
        columns: (0..pivots.len()).map(column).collect(),
    }
}

/// The first of those with the most left; none where nothing is.
fn largest(open: &[usize], left: &[f64]) -> Option<usize> {
    let something = open.iter().copied().filter(|i| left[*i] > DEPENDENT);
    something.reduce(|a, b| if left[b] > left[a] { b } else { a })
}

/// Eigenvectors of the length that their eigenvalue says, without those below 0.
fn clipped(size: usize, correlation: &dyn Fn(usize, usize) -> f64) -> Columns {
    let pairs = (0..size).flat_map(|i| (0..size).map(move |j| correlation(i, j)));
    let found = eigen(&pairs.collect::<Vec<f64>>(), size);
    let column = |(k, value): (usize, &f64)| {
        let length = value.sqrt();
        (0..size)
            .map(|i| found.vectors[i * size + k] * length)
            .collect()
    };
    let kept = found
        .values
        .iter()
        .enumerate()
        .filter(|(_, value)| **value > 0.0);
    Columns {
        columns: kept.map(column).collect(),
        is_indefinite: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(columns: &[Vec<f64>], i: usize, j: usize) -> f64 {
        columns.iter().map(|column| column[i] * column[j]).sum()
    }

    /// By hand: of two that are one and a third beside them, the rank is 2.
    #[test]
    fn a_singular_matrix_is_the_product_of_its_factor() {
        let matrix = [[1.0, 1.0, 0.5], [1.0, 1.0, 0.5], [0.5, 0.5, 1.0]];
        let columns = factor(3, &|i, j| matrix[i][j]);
        assert_eq!(columns.len(), 2);
        for (i, row) in matrix.iter().enumerate() {
            for (j, expected) in row.iter().enumerate() {
                assert!((product(&columns, i, j) - expected).abs() < 1e-15);
            }
        }
        assert!(factor(0, &|_, _| 1.0).is_empty());
    }

    /// By hand: 0.9, 0.9 and 0 have the eigenvalues 1, 1 + 0.9 x 2^0.5 and 1 - 0.9 x 2^0.5, the last below 0.
    #[test]
    fn an_indefinite_matrix_loses_the_eigenvalue_below_0() {
        let matrix = [[1.0, 0.9, 0.0], [0.9, 1.0, 0.9], [0.0, 0.9, 1.0]];
        let columns = factor(3, &|i, j| matrix[i][j]);
        assert_eq!(columns.len(), 2);
        let trace: f64 = (0..3).map(|i| product(&columns, i, i)).sum();
        assert!(
            (trace - (2.0 + 0.9 * 2.0_f64.sqrt())).abs() < 1e-12,
            "{trace}"
        );
    }
}
