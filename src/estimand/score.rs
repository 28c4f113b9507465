//! From an excess and its covariance to a chi-square statistic.

use super::Score;
use ndarray::Array2;

/// Variances below this are rounding dust: an excess counts events, so with n persons a real one is at least about 1 / n^2.
const DUST: f64 = 1e-20;

impl Score {
    /// x' V^- x and its degrees of freedom; `None` when no two groups were compared.
    pub fn statistic(&self) -> Option<(f64, u32)> {
        let covariance = &self.covariance;
        // A group that was never compared adds nothing; the last of the others is given by the rest.
        let mut kept: Vec<usize> = (0..self.excess.len())
            .filter(|&g| covariance[[g, g]] > DUST)
            .collect();
        kept.pop()?;
        if kept.is_empty() {
            return None;
        }
        let statistic = quadratic_form(covariance, &self.excess, &kept)?;
        Some((statistic, kept.len() as u32))
    }
}

/// x' V^-1 x over the kept groups, by Cholesky in fixed order; `None` when V is singular.
fn quadratic_form(covariance: &Array2<f64>, x: &[f64], kept: &[usize]) -> Option<f64> {
    let k = kept.len();
    let mut factor = Array2::<f64>::zeros((k, k));
    let mut form = 0.0;
    let mut solved = vec![0.0; k];
    for i in 0..k {
        for j in 0..=i {
            let mut sum = covariance[[kept[i], kept[j]]];
            sum -= (0..j).map(|m| factor[[i, m]] * factor[[j, m]]).sum::<f64>();
            if i == j {
                if sum <= 1e-12 * covariance[[kept[i], kept[i]]] {
                    return None;
                }
                factor[[i, i]] = f64::sqrt(sum);
            } else {
                factor[[i, j]] = sum / factor[[j, j]];
            }
        }
        let mut rest = x[kept[i]];
        for (m, earlier) in solved[..i].iter().enumerate() {
            rest -= factor[[i, m]] * earlier;
        }
        solved[i] = rest / factor[[i, i]];
        form += solved[i] * solved[i];
    }
    Some(form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_dust_is_no_comparison() {
        // Where everybody at risk leaves in the same week, excess and covariance are 0 but for rounding.
        let score = Score {
            excess: vec![1.1e-16, 5.6e-17],
            covariance: ndarray::arr2(&[[1.7e-33, -1.7e-33], [-1.7e-33, 1.7e-33]]),
        };
        assert_eq!(score.statistic(), None);
    }

    #[test]
    fn three_groups_use_two_degrees_of_freedom() {
        // x = (1, 1, -2), V = [[2, -1, -1], [-1, 2, -1], [-1, -1, 2]]: V^- over the first two is
        // [[2, 1], [1, 2]] / 3, so the form is (2 + 1 + 1 + 2) / 3 = 2.
        let score = Score {
            excess: vec![1.0, 1.0, -2.0],
            covariance: ndarray::arr2(&[[2.0, -1.0, -1.0], [-1.0, 2.0, -1.0], [-1.0, -1.0, 2.0]]),
        };
        let (statistic, freedom) = score.statistic().expect("defined");
        assert!((statistic - 2.0).abs() < 1e-14);
        assert_eq!(freedom, 2);
    }
}
