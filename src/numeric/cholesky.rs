//! Symmetric systems by Cholesky's method, in a fixed order of operations: the same bits on every machine.
//!
//! A column that depends on those before it is left out: its coefficient is 0 and the others are those of a system
//! without it.

/// Place of (row, column) in a lower triangle by rows.
pub fn place(row: usize, column: usize) -> usize {
    row * (row + 1) / 2 + column
}

/// Of a column's sum of squares, what must be left once those before it are taken out.
const DEPENDENT: f64 = 1e-10;

/// The factor of a symmetric matrix.
#[derive(Clone, Debug, Default)]
pub struct Cholesky {
    size: usize,
    /// Lower triangle by rows; a row and column of zeros where a column is left out.
    factor: Vec<f64>,
    kept: Vec<bool>,
}

impl Cholesky {
    /// Factors the matrix whose lower triangle by rows is given.
    pub fn new(triangle: &[f64], size: usize) -> Self {
        let mut factor = vec![0.0; place(size, 0)];
        let mut kept = vec![true; size];
        for row in 0..size {
            let (above, own) = factor.split_at_mut(place(row, 0));
            for column in 0..row {
                if !kept[column] {
                    continue;
                }
                let other = &above[place(column, 0)..=place(column, column)];
                let mut sum = triangle[place(row, column)];
                for (a, b) in own[..column].iter().zip(other) {
                    sum -= a * b;
                }
                own[column] = sum / other[column];
            }
            let whole = triangle[place(row, row)];
            let mut left = whole;
            for a in &own[..row] {
                left -= a * a;
            }
            // NaN is no pivot either.
            if left > DEPENDENT * whole {
                own[row] = left.sqrt();
            } else {
                kept[row] = false;
                own[..=row].fill(0.0);
            }
        }
        Self { size, factor, kept }
    }

    /// Whether a column is independent of those before it.
    pub fn keeps(&self, column: usize) -> bool {
        self.kept[column]
    }

    /// Columns that depend on those before them.
    pub fn dependent(&self) -> impl Iterator<Item = usize> {
        (0..self.size).filter(|&column| !self.kept[column])
    }

    /// Columns that are kept.
    pub fn rank(&self) -> usize {
        self.kept.iter().filter(|&&kept| kept).count()
    }

    /// L^-1 x in place: sums of products of such vectors are those of the inverse matrix.
    pub fn forward(&self, x: &mut [f64]) {
        for row in 0..self.size {
            if !self.kept[row] {
                x[row] = 0.0;
                continue;
            }
            let own = &self.factor[place(row, 0)..=place(row, row)];
            let (before, at) = x.split_at_mut(row);
            let mut sum = at[0];
            for (a, b) in own.iter().zip(&*before) {
                sum -= a * b;
            }
            at[0] = sum / own[row];
        }
    }

    /// A^-1 x in place; 0 for a column that is left out.
    pub fn solve(&self, x: &mut [f64]) {
        self.forward(x);
        for row in (0..self.size).rev() {
            if !self.kept[row] {
                continue;
            }
            let mut sum = x[row];
            for (below, value) in x.iter().enumerate().skip(row + 1) {
                sum -= self.factor[place(below, row)] * value;
            }
            x[row] = sum / self.factor[place(row, row)];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_system_worked_by_hand() {
        // [4 2; 2 3] x = [10; 8] has x = [7/4; 3/2].
        let factor = Cholesky::new(&[4.0, 2.0, 3.0], 2);
        let mut x = [10.0, 8.0];
        factor.solve(&mut x);
        assert!((x[0] - 1.75).abs() < 1e-15 && (x[1] - 1.5).abs() < 1e-15);
    }

    #[test]
    fn a_column_that_repeats_another_is_left_out() {
        // Columns 0 and 1 are equal, column 2 is not.
        let factor = Cholesky::new(&[2.0, 2.0, 2.0, 1.0, 1.0, 2.0], 3);
        assert_eq!(factor.dependent().collect::<Vec<_>>(), [1]);
        assert_eq!(factor.rank(), 2);
        let mut x = [3.0, 3.0, 3.0];
        factor.solve(&mut x);
        assert!((x[0] - 1.0).abs() < 1e-15 && x[1] == 0.0 && (x[2] - 1.0).abs() < 1e-15);
    }

    proptest! {
        #[test]
        fn what_is_solved_gives_back_the_right_side(
            rows in proptest::collection::vec(proptest::collection::vec(-5.0_f64..5.0, 4), 8..20),
            right in proptest::collection::vec(-5.0_f64..5.0, 4),
        ) {
            let product = |i: usize, j: usize| rows.iter().map(|r| r[i] * r[j]).sum::<f64>();
            let triangle: Vec<f64> = (0..4).flat_map(|i| (0..=i).map(move |j| (i, j)))
                .map(|(i, j)| product(i, j) + f64::from(u8::from(i == j)))
                .collect();
            let factor = Cholesky::new(&triangle, 4);
            let mut x = right.clone();
            factor.solve(&mut x);
            for (i, &r) in right.iter().enumerate() {
                let sum: f64 = (0..4).map(|j| triangle[place(i.max(j), i.min(j))] * x[j]).sum();
                prop_assert!((sum - r).abs() < 1e-9, "{sum} {r}");
            }
            let mut half = right.clone();
            factor.forward(&mut half);
            let square: f64 = half.iter().map(|h| h * h).sum();
            let form: f64 = right.iter().zip(&x).map(|(r, x)| r * x).sum();
            prop_assert!((square - form).abs() < 1e-9 * form.abs().max(1.0));
        }
    }
}
