//! CR2 against whole matrices.

use super::dense::{dense, inverse, matrix, value};
use super::{close, found, rows, study_of, trial};
use crate::evaluate::random_trial::{FollowUp, Units};
use crate::study::{Adjustment, StandardErrors};

/// CR2 with its degrees of freedom from whole matrices: A = (I - H)^(-1/2) by cluster, and p = (I - H)' A X M c.
#[test]
fn over_clusters_the_error_is_that_of_whole_matrices() {
    use crate::numeric::student::two_sided_t;
    use crate::numeric::symmetric::eigen;
    for seed in 0..4 {
        let trial = trial(seed, 2, FollowUp::Whole, Units::Clusters);
        for adjustment in [Adjustment::Ancova, Adjustment::Lin] {
            let rows = rows(&study_of(&trial, adjustment, StandardErrors::Hc2), &trial);
            let (persons, x) = matrix(&trial, 1, adjustment);
            let y: Vec<f64> = (persons.iter())
                .map(|&p| (1..=6).filter_map(|w| value(&trial, p, w)).sum())
                .collect();
            let fit = dense(&x, &y, &vec![1.0; y.len()]);
            let n = persons.len();
            let k = x[0].len();
            let product = |i: usize, j: usize| x.iter().map(|r| r[i] * r[j]).sum::<f64>();
            let a: Vec<Vec<f64>> = (0..k)
                .map(|i| (0..k).map(|j| product(i, j)).collect())
                .collect();
            let m = inverse(&a);
            let hat = |i: usize, j: usize| -> f64 {
                (0..k)
                    .map(|a| (0..k).map(|b| x[i][a] * m[a][b] * x[j][b]).sum::<f64>())
                    .sum()
            };
            let clusters = trial.cluster.as_ref().expect("clusters");
            let mut ids: Vec<u32> = persons.iter().map(|&p| clusters[p]).collect();
            ids.dedup();
            let mut variance = 0.0;
            let mut vectors: Vec<Vec<f64>> = Vec::new();
            for &id in &ids {
                let own: Vec<usize> = (0..n).filter(|&i| clusters[persons[i]] == id).collect();
                let size = own.len();
                let block: Vec<f64> = (0..size * size)
                    .map(|c| {
                        let (i, j) = (own[c / size], own[c % size]);
                        f64::from(u8::from(i == j)) - hat(i, j)
                    })
                    .collect();
                let e = eigen(&block, size);
                let root = |r: usize, c: usize| -> f64 {
                    (0..size)
                        .filter(|&k| e.values[k] > 1e-9)
                        .map(|k| {
                            e.vectors[r * size + k] * e.vectors[c * size + k] / e.values[k].sqrt()
                        })
                        .sum()
                };
                let adjusted: Vec<f64> = (0..size)
                    .map(|r| (0..size).map(|c| root(r, c) * fit.worth[own[c]]).sum())
                    .collect();
                let psi: f64 = own
                    .iter()
                    .zip(&adjusted)
                    .map(|(&i, a)| a * fit.residuals[i])
                    .sum();
                variance += psi * psi;
                vectors.push(
                    (0..n)
                        .map(|i| {
                            let whole = own.iter().zip(&adjusted);
                            let hatted: f64 = whole.clone().map(|(&j, a)| hat(i, j) * a).sum();
                            let own: f64 = whole.filter(|(j, _)| **j == i).map(|(_, a)| a).sum();
                            own - hatted
                        })
                        .collect(),
                );
            }
            let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
            let trace: f64 = vectors.iter().map(|v| dot(v, v)).sum();
            let squares: f64 = (vectors.iter())
                .flat_map(|a| vectors.iter().map(move |b| dot(a, b)))
                .map(|d| d * d)
                .sum();
            let freedom = trace * trace / squares;
            let own = found(&rows, "cumulative_effect", "deltager", 6);
            assert!(close(own.0, fit.coefficient));
            assert!(
                (own.1 - variance.sqrt()).abs() < 1e-8,
                "{} {}",
                own.1,
                variance.sqrt()
            );
            let row = rows
                .iter()
                .find(|r| {
                    (&*r.estimand, &*r.subgroup, r.week) == ("cumulative_effect", "all", Some(6))
                })
                .expect("a row");
            let p = two_sided_t(own.0 / own.1, freedom);
            assert!(
                (row.p_value.unwrap_or(f64::NAN) - p).abs() < 1e-7,
                "{:?} {p}",
                row.p_value
            );
        }
    }
}
