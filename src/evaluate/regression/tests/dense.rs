//! The oracle: a regression with a column for everything, solved by elimination.

use super::{close, found, rows, study_of, trial};
use crate::evaluate::random_trial::{self, FollowUp, Units};
use crate::study::{Adjustment, StandardErrors};
use crate::trial::{CovariateValues, Spell, Trial};

/// A regression with a column for everything, by elimination.
pub(super) struct Dense {
    pub coefficient: f64,
    /// c = row of the treatment of (X'X)^-1 X', residuals, leverages.
    pub worth: Vec<f64>,
    pub residuals: Vec<f64>,
    pub leverages: Vec<f64>,
    parameters: usize,
}

pub(super) fn inverse(a: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let n = a.len();
    let mut m: Vec<Vec<f64>> = (0..n)
        .map(|i| {
            let unit = (0..n).map(|j| f64::from(u8::from(i == j)));
            a[i].iter().copied().chain(unit).collect()
        })
        .collect();
    for i in 0..n {
        let pivot = (i..n)
            .max_by(|&p, &q| m[p][i].abs().total_cmp(&m[q][i].abs()))
            .expect("a row");
        m.swap(i, pivot);
        let d = m[i][i];
        m[i].iter_mut().for_each(|v| *v /= d);
        for r in 0..n {
            if r != i {
                let f = m[r][i];
                let own = m[i].clone();
                m[r].iter_mut().zip(&own).for_each(|(a, b)| *a -= f * b);
            }
        }
    }
    m.into_iter().map(|row| row[n..].to_vec()).collect()
}

/// Column 0 is the one asked for.
pub(super) fn dense(x: &[Vec<f64>], y: &[f64], weights: &[f64]) -> Dense {
    let k = x[0].len();
    let rows = || x.iter().zip(weights);
    let product = |i: usize, j: usize| rows().map(|(r, w)| w * r[i] * r[j]).sum::<f64>();
    let a: Vec<Vec<f64>> = (0..k)
        .map(|i| (0..k).map(|j| product(i, j)).collect())
        .collect();
    let m = inverse(&a);
    let right: Vec<f64> = (0..k)
        .map(|i| rows().zip(y).map(|((r, w), y)| w * r[i] * y).sum())
        .collect();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let beta: Vec<f64> = m.iter().map(|row| dot(row, &right)).collect();
    Dense {
        coefficient: beta[0],
        worth: x.iter().map(|r| dot(&m[0], r)).collect(),
        residuals: x.iter().zip(y).map(|(r, y)| y - dot(r, &beta)).collect(),
        leverages: x
            .iter()
            .map(|r| m.iter().zip(r).map(|(row, v)| v * dot(row, r)).sum())
            .collect(),
        parameters: k,
    }
}

/// Columns of person: treatment, covariates, strata but the first, constant; `lin` with all but the treatment centred and
/// interacted.
pub(super) fn matrix(
    trial: &Trial,
    arm: u16,
    adjustment: Adjustment,
) -> (Vec<usize>, Vec<Vec<f64>>) {
    let persons: Vec<usize> = (0..trial.persons())
        .filter(|&p| trial.arm[p] == 0 || trial.arm[p] == arm)
        .collect();
    let mut columns: Vec<Vec<f64>> = Vec::new();
    for covariate in &trial.covariates {
        match &covariate.values {
            CovariateValues::Number { values, .. } => {
                // At the same whole number near the mean of all persons.
                let known: Vec<i64> = values.iter().flatten().copied().collect();
                let centre = known.iter().sum::<i64>().div_euclid(known.len() as i64);
                let value = |&p: &usize| values[p].map_or(0.0, |v| (v - centre) as f64 / 100.0);
                columns.push(persons.iter().map(value).collect());
                let missing = |&p: &usize| f64::from(u8::from(values[p].is_none()));
                columns.push(persons.iter().map(missing).collect());
            }
            CovariateValues::Factor { level, .. } => {
                for other in 0..2 {
                    let is = |&p: &usize| f64::from(u8::from(level[p] == Some(other)));
                    columns.push(persons.iter().map(is).collect());
                }
            }
        }
    }
    for stratum in 1..trial.strata.len() as u32 {
        let is = |&p: &usize| f64::from(u8::from(trial.stratum[p] == stratum));
        columns.push(persons.iter().map(is).collect());
    }
    if adjustment == Adjustment::Lin {
        for column in &mut columns {
            let mean = column.iter().sum::<f64>() / column.len() as f64;
            for value in column.iter_mut() {
                *value -= mean;
            }
        }
    }
    let rows = (persons.iter().enumerate())
        .map(|(i, &p)| {
            let d = f64::from(u8::from(trial.arm[p] == arm));
            let own: Vec<f64> = columns.iter().map(|column| column[i]).collect();
            let mut row = vec![d, 1.0];
            row.extend(&own);
            if adjustment == Adjustment::Lin {
                row.extend(own.iter().map(|v| v * d));
            }
            row
        })
        .collect();
    (persons, rows)
}

/// Of a person in a week: in the first state or not, `None` when not followed.
pub(super) fn value(trial: &Trial, person: usize, week: i32) -> Option<f64> {
    let table = &trial.tables[0];
    (week <= table.followed[person]).then(|| {
        let spells = table.of(person).iter();
        let inside = |s: &&Spell| s.state == 0 && s.start <= week && week < s.end;
        f64::from(u8::from(spells.clone().find(inside).is_some()))
    })
}

fn robust(dense: &Dense, kind: StandardErrors) -> f64 {
    let n = dense.residuals.len() as f64;
    let each = |i: usize| {
        let left = 1.0 - dense.leverages[i];
        let psi = dense.worth[i] * dense.residuals[i];
        match kind {
            StandardErrors::Hc0 => psi * psi,
            StandardErrors::Hc1 => psi * psi * n / (n - dense.parameters as f64),
            StandardErrors::Hc2 => psi * psi / left,
            StandardErrors::Hc3 => psi * psi / (left * left),
        }
    };
    // A person whom the regression follows exactly has no residual to weigh.
    let full = dense.leverages.iter().any(|h| *h > 1.0 - 1e-7);
    if full && matches!(kind, StandardErrors::Hc2 | StandardErrors::Hc3) {
        return f64::NAN;
    }
    (0..dense.residuals.len()).map(each).sum::<f64>().sqrt()
}

#[test]
fn weeks_and_sums_are_those_of_a_dense_regression() {
    let kinds = [
        StandardErrors::Hc1,
        StandardErrors::Hc2,
        StandardErrors::Hc3,
    ];
    for seed in 0..6 {
        for follow_up in [FollowUp::Whole, FollowUp::Partly] {
            let arms = 2 + seed % 2;
            let trial = trial(seed, arms, follow_up, Units::Persons);
            for adjustment in [Adjustment::Ancova, Adjustment::Lin] {
                let kind = kinds[seed as usize % 3];
                let rows = rows(&study_of(&trial, adjustment, kind), &trial);
                for arm in 1..arms as u16 {
                    let (persons, x) = matrix(&trial, arm, adjustment);
                    let label = trial.arms[usize::from(arm)].as_str();
                    let mut sum = 0.0;
                    for week in 1..=random_trial::HORIZON {
                        let y: Vec<Option<f64>> =
                            persons.iter().map(|&p| value(&trial, p, week)).collect();
                        let kept: Vec<Vec<f64>> = (x.iter().zip(&y))
                            .filter(|(_, y)| y.is_some())
                            .map(|(x, _)| x.clone())
                            .collect();
                        let y: Vec<f64> = y.into_iter().flatten().collect();
                        let fit = dense(&kept, &y, &vec![1.0; y.len()]);
                        sum += fit.coefficient;
                        let own = found(&rows, "weekly_difference", label, week);
                        assert!(
                            close(own.0, fit.coefficient),
                            "{} {}",
                            own.0,
                            fit.coefficient
                        );
                        let error = robust(&fit, kind);
                        assert!(close(own.1, error), "{kind:?} {} {error}", own.1);
                        let accumulated = found(&rows, "cumulative_effect", label, week);
                        assert!(close(accumulated.0, sum), "{} {sum}", accumulated.0);
                        if follow_up == FollowUp::Whole {
                            let total: Vec<f64> = (persons.iter())
                                .map(|&p| (1..=week).filter_map(|w| value(&trial, p, w)).sum())
                                .collect();
                            let error = robust(&dense(&x, &total, &vec![1.0; total.len()]), kind);
                            assert!(close(accumulated.1, error), "{} {error}", accumulated.1);
                        }
                    }
                }
            }
        }
    }
}
