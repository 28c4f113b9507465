//! Sums over the quantities of both sides of a contrast.

use crate::results::{QuantityContrast, QuantitySide};

/// `sum treated[c] x Qt[c] - sum control[c] x Qc[c] + constant`, with the coefficients that are not 0, in the order of the cells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Linear {
    /// Coefficients of the treated side, by cell.
    pub treated: Vec<(usize, f64)>,
    /// Coefficients of the control's side.
    pub control: Vec<(usize, f64)>,
    /// What every person counts as.
    pub constant: f64,
}

impl Linear {
    /// Its value for the quantities of both sides. What has no coefficient does not enter, so that an undefined quantity spoils
    /// only what needs it.
    pub fn value(&self, treated: &[f64], control: &[f64]) -> f64 {
        let sum = |terms: &[(usize, f64)], values: &[f64]| {
            terms.iter().fold(0.0, |sum, (cell, coefficient)| {
                sum + coefficient * values[*cell]
            })
        };
        sum(&self.treated, treated) - sum(&self.control, control) + self.constant
    }
}

/// A sum of [`Linear`]s, written out over all cells: for its variance.
#[derive(Clone, Debug)]
pub struct Dense {
    treated: Vec<f64>,
    control: Vec<f64>,
}

impl Dense {
    /// Nothing yet.
    pub fn zero(cells: usize) -> Self {
        Self {
            treated: vec![0.0; cells],
            control: vec![0.0; cells],
        }
    }

    /// Adds a multiple.
    pub fn add(&mut self, weight: f64, linear: &Linear) {
        for (sums, terms) in [
            (&mut self.treated, &linear.treated),
            (&mut self.control, &linear.control),
        ] {
            for (cell, coefficient) in terms {
                sums[*cell] += weight * coefficient;
            }
        }
    }

    /// Covariance with another: the arms are independent.
    pub fn covariance(&self, other: &Self, contrast: &QuantityContrast) -> f64 {
        let of = |side: &QuantitySide, a: &[f64], b: &[f64]| side.covariance_of(a, b);
        of(&contrast.treated, &self.treated, &other.treated)
            + of(&contrast.control, &self.control, &other.control)
    }
}
