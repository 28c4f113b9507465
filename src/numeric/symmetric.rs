//! Eigenvalues and eigenvectors of a small symmetric matrix, by Jacobi's rotations in a fixed order.

/// Sweeps over all pairs; a small matrix is done after some six.
const SWEEPS: usize = 60;

/// Eigenvalues, and the eigenvectors as columns: `vectors[row * size + column]`.
#[derive(Clone, Debug)]
pub struct Eigen {
    /// In no order.
    pub values: Vec<f64>,
    /// Orthonormal.
    pub vectors: Vec<f64>,
}

/// Of the full matrix by rows, of which only the symmetric part is meant.
pub fn eigen(matrix: &[f64], size: usize) -> Eigen {
    let mut a = matrix.to_vec();
    let mut v = vec![0.0; size * size];
    for i in 0..size {
        v[i * size + i] = 1.0;
    }
    let whole: f64 = a.iter().map(|x| x * x).sum();
    for _ in 0..SWEEPS {
        let off: f64 = (0..size)
            .flat_map(|i| (0..i).map(move |j| (i, j)))
            .map(|(i, j)| a[i * size + j] * a[i * size + j])
            .sum();
        // NaN ends it as well.
        if off.partial_cmp(&(1e-32 * whole)) != Some(std::cmp::Ordering::Greater) {
            break;
        }
        for p in 0..size {
            for q in p + 1..size {
                rotate(&mut a, &mut v, size, (p, q));
            }
        }
    }
    Eigen {
        values: (0..size).map(|i| a[i * size + i]).collect(),
        vectors: v,
    }
}

/// Turns the plane of two axes so that their product vanishes.
fn rotate(a: &mut [f64], v: &mut [f64], size: usize, (p, q): (usize, usize)) {
    let apq = a[p * size + q];
    if apq == 0.0 {
        return;
    }
    let theta = (a[q * size + q] - a[p * size + p]) / (2.0 * apq);
    let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
    let t = if theta == 0.0 { 1.0 } else { t };
    let c = 1.0 / (t * t + 1.0).sqrt();
    let s = t * c;
    for k in 0..size {
        let (x, y) = (a[k * size + p], a[k * size + q]);
        a[k * size + p] = c * x - s * y;
        a[k * size + q] = s * x + c * y;
    }
    for k in 0..size {
        let (x, y) = (a[p * size + k], a[q * size + k]);
        a[p * size + k] = c * x - s * y;
        a[q * size + k] = s * x + c * y;
    }
    for k in 0..size {
        let (x, y) = (v[k * size + p], v[k * size + q]);
        v[k * size + p] = c * x - s * y;
        v[k * size + q] = s * x + c * y;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn vectors_and_values_make_the_matrix_again(
            half in proptest::collection::vec(-3.0_f64..3.0, 15),
        ) {
            let size = 5;
            let at = |i: usize, j: usize| half[crate::numeric::cholesky::place(i.max(j), i.min(j))];
            let matrix: Vec<f64> = (0..25).map(|k| at(k / 5, k % 5)).collect();
            let found = eigen(&matrix, size);
            for i in 0..size {
                for j in 0..size {
                    let sum: f64 = (0..size)
                        .map(|k| found.vectors[i * size + k] * found.values[k] * found.vectors[j * size + k])
                        .sum();
                    prop_assert!((sum - matrix[i * size + j]).abs() < 1e-10);
                }
            }
        }
    }
}
