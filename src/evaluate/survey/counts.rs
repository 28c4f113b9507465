//! Counts of answers by arm, and what is read off them.

use super::Question;
use crate::trial::Trial;
use std::collections::BTreeMap;

/// Persons by arm and answer.
pub(super) struct Counts {
    pub by_arm: Vec<Vec<u64>>,
    /// By arm: answers of each cluster, where clusters were randomised.
    clusters: Option<Vec<Vec<Vec<u64>>>>,
}

/// A mean over the persons of one arm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Mean {
    pub n: u64,
    /// NaN where nobody answered.
    pub value: f64,
    /// NaN with fewer than two persons or clusters.
    pub variance: f64,
}

impl Counts {
    pub fn of(question: &Question<'_>, trial: &Trial) -> Self {
        let (arms, answers) = (trial.arms.len(), question.answers.len());
        let mut by_arm = vec![vec![0; answers]; arms];
        let mut clusters: Vec<BTreeMap<u32, Vec<u64>>> = vec![BTreeMap::new(); arms];
        for (person, answer) in question.answer.iter().enumerate() {
            let Some(answer) = answer.map(usize::from) else {
                continue;
            };
            let arm = usize::from(trial.arm[person]);
            by_arm[arm][answer] += 1;
            if let Some(cluster) = &trial.cluster {
                let own = clusters[arm].entry(cluster[person]);
                own.or_insert_with(|| vec![0; answers])[answer] += 1;
            }
        }
        Self {
            by_arm,
            clusters: trial.cluster.is_some().then(|| {
                let lists = clusters.into_iter();
                // In an order that the names of clusters do not make.
                lists
                    .map(|list| {
                        let mut list: Vec<Vec<u64>> = list.into_values().collect();
                        list.sort_unstable();
                        list
                    })
                    .collect()
            }),
        }
    }

    /// The mean of a number that goes with each answer.
    pub fn mean(&self, arm: usize, values: &[f64]) -> Mean {
        let counts = &self.by_arm[arm];
        let n: u64 = counts.iter().sum();
        let whole = n as f64;
        let value = weighted(counts, |k| values[k]) / whole;
        let variance = match &self.clusters {
            None => {
                let squares = weighted(counts, |k| (values[k] - value) * (values[k] - value));
                squares / (whole * (whole - 1.0))
            }
            Some(clusters) => {
                let clusters = &clusters[arm];
                let squares: f64 = (clusters.iter())
                    .map(|own| {
                        let sum = weighted(own, |k| values[k] - value) / whole;
                        sum * sum
                    })
                    .sum();
                let count = clusters.len() as f64;
                squares * count / (count - 1.0)
            }
        };
        Mean {
            n,
            value,
            variance: if variance.is_finite() {
                variance
            } else {
                f64::NAN
            },
        }
    }
}

fn weighted(counts: &[u64], of: impl Fn(usize) -> f64) -> f64 {
    (counts.iter().enumerate())
        .filter(|(_, count)| **count > 0)
        .map(|(k, &count)| count as f64 * of(k))
        .sum()
}

/// Pearson's chi-square of rows of counts, and its degrees of freedom; `None` with fewer than two rows or columns that
/// hold anybody.
pub(super) fn chi_square(rows: &[Vec<u64>]) -> Option<(f64, u32)> {
    let width = rows.first().map_or(0, Vec::len);
    let columns: Vec<u64> = (0..width)
        .map(|k| rows.iter().map(|row| row[k]).sum())
        .collect();
    let sums: Vec<u64> = rows.iter().map(|row| row.iter().sum()).collect();
    let whole: u64 = sums.iter().sum();
    let held = |sums: &[u64]| sums.iter().filter(|sum| **sum > 0).count();
    let (r, c) = (held(&sums), held(&columns));
    if r < 2 || c < 2 {
        return None;
    }
    let mut statistic = 0.0;
    for (row, &sum) in rows.iter().zip(&sums) {
        for (&count, &column) in row.iter().zip(&columns) {
            if sum > 0 && column > 0 {
                let expected = sum as f64 * column as f64 / whole as f64;
                let off = count as f64 - expected;
                statistic += off * off / expected;
            }
        }
    }
    Some((statistic, (r as u32 - 1) * (c as u32 - 1)))
}

/// The answers of a row in two groups: those that agree, and the others.
pub(super) fn agreeing(row: &[u64], agree: &[u16]) -> Vec<u64> {
    let yes: u64 = agree.iter().map(|&k| row[usize::from(k)]).sum();
    vec![yes, row.iter().sum::<u64>() - yes]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chi_square_of_two_shares_is_the_square_of_their_pooled_z() {
        // 94 of 134 against 47 of 88: z = 2.534 (the report on page 17), p = 0.0113.
        let (found, freedom) = chi_square(&[vec![94, 40], vec![47, 41]]).unwrap();
        assert_eq!(freedom, 1);
        assert!((found.sqrt() - 2.534).abs() < 5e-4, "{found}");
        let p = crate::numeric::normal::chi_squared_tail(found, 1);
        assert!((p - 0.011_263_505_393_317_6).abs() < 1e-13, "{p}");
    }

    #[test]
    fn answers_that_nobody_gave_are_no_columns() {
        assert_eq!(
            chi_square(&[vec![3, 0, 1], vec![1, 0, 3]]),
            chi_square(&[vec![3, 1], vec![1, 3]])
        );
        assert_eq!(chi_square(&[vec![3, 0], vec![1, 0]]), None);
        assert_eq!(chi_square(&[vec![3, 1], vec![0, 0]]), None);
        assert_eq!(agreeing(&[1, 2, 3, 4], &[0, 3]), [5, 5]);
    }
}
