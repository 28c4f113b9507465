//! The columns of a regression: covariates as whole numbers around a centre, factors as indicators, missing values as
//! indicators of their own.
//!
//! The difference between the arms does not change when a column is shifted or scaled, so columns are shifted to whole
//! numbers around their mean; one that is too wide for exact sums is scaled to the width that fits (some six digits of
//! its range at a million persons).

use crate::trial::{Covariate, CovariateValues, Trial};

/// Columns of all persons, before they are made to fit.
#[derive(Clone, Debug, Default)]
pub(in crate::evaluate) struct Design {
    /// What each column is, for people.
    pub names: Vec<String>,
    /// `columns[j][person]`: around 0.
    columns: Vec<Vec<i64>>,
}

impl Design {
    /// The covariates of a trial.
    pub fn new(trial: &Trial) -> Self {
        Self::without(trial, None)
    }

    /// The covariates of a trial but one.
    pub fn without(trial: &Trial, one: Option<usize>) -> Self {
        let mut design = Self::default();
        for (index, covariate) in trial.covariates.iter().enumerate() {
            if Some(index) != one {
                design.add(covariate);
            }
        }
        design
    }

    /// Adds a column.
    pub fn push(&mut self, name: String, column: Vec<i64>) {
        self.names.push(name);
        self.columns.push(column);
    }

    fn add(&mut self, covariate: &Covariate) {
        let missing: Vec<i64> = match &covariate.values {
            CovariateValues::Number { values, .. } => {
                let known = || values.iter().flatten();
                let sum: i128 = known().map(|&v| i128::from(v)).sum();
                let count = known().count().max(1) as i128;
                // Rounded down: any whole number near the mean will do.
                let centre = sum.div_euclid(count) as i64;
                let around = |v: &Option<i64>| v.map_or(0, |v| v - centre);
                self.push(covariate.name.clone(), values.iter().map(around).collect());
                values.iter().map(|v| i64::from(v.is_none())).collect()
            }
            CovariateValues::Factor {
                levels,
                reference,
                level,
            } => {
                let others = (0..levels.len() as u16).filter(|l| l != reference);
                for other in others {
                    let is = |l: &Option<u16>| i64::from(*l == Some(other));
                    self.push(
                        format!("{} = {}", covariate.name, levels[usize::from(other)]),
                        level.iter().map(is).collect(),
                    );
                }
                level.iter().map(|l| i64::from(l.is_none())).collect()
            }
        };
        if missing.contains(&1) {
            self.push(format!("{} missing", covariate.name), missing);
        }
    }

    /// The columns in at most so many bits each.
    pub fn in_bits(&self, bits: u32) -> Vec<Vec<i32>> {
        self.columns
            .iter()
            .map(|column| {
                let scale = scale(column, bits);
                if scale == 1.0 {
                    return column.iter().map(|&v| v as i32).collect();
                }
                let scaled = |&v: &i64| (v as f64 * scale).round() as i32;
                column.iter().map(scaled).collect()
            })
            .collect()
    }
}

/// What a column is multiplied by so that it fits so many bits.
pub(super) fn scale(column: &[i64], bits: u32) -> f64 {
    let most = (1_i64 << bits) - 1;
    let largest = column.iter().map(|v| v.abs()).max().unwrap_or(0);
    if largest <= most {
        1.0
    } else {
        most as f64 / largest as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trial() -> Trial {
        let number = CovariateValues::Number {
            decimals: 1,
            values: vec![Some(105), None, Some(300), Some(-6)],
        };
        let factor = CovariateValues::Factor {
            levels: ["a", "b", "c"].map(str::to_owned).to_vec(),
            reference: 1,
            level: vec![Some(0), Some(1), Some(2), Some(2)],
        };
        let covariate = |name: &str, values| Covariate {
            name: name.to_owned(),
            values,
        };
        Trial {
            covariates: vec![covariate("age", number), covariate("kind", factor)],
            ..Trial::default()
        }
    }

    #[test]
    fn numbers_are_centred_factors_and_missing_values_are_indicators() {
        let design = Design::new(&trial());
        assert_eq!(design.names, ["age", "age missing", "kind = a", "kind = c"]);
        // The mean of 105, 300 and -6 is 133; a missing value stands at the centre.
        let columns = design.in_bits(20);
        assert_eq!(columns[0], [-28, 0, 167, -139]);
        assert_eq!(columns[1], [0, 1, 0, 0]);
        assert_eq!(columns[2], [1, 0, 0, 0]);
        assert_eq!(columns[3], [0, 0, 1, 1]);
    }

    #[test]
    fn a_column_that_is_too_wide_is_scaled() {
        let columns = Design::new(&trial()).in_bits(4);
        assert_eq!(columns[0], [-3, 0, 15, -12]);
    }
}
