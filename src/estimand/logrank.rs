//! # What it estimates
//! Whether the hazards of the arms differ over the whole horizon: each treatment arm against the control, and all
//! arms at once (`arm = all`); by any exit or cause-specific to one destination.
//!
//! # Formula
//! Over ticks and strata: O_g - E_g = sum d_g - d n_g / n, with covariance sum d (n - d) / (n - 1) (n_g / n)
//! (delta_gh - n_h / n); chi-square = (O - E)' V^- (O - E) over all groups but one.
//!
//! # Units and shape
//! A chi-square statistic in `estimate`, its p-value in `p_value`.
//!
//! # Undefined when
//! No exit happens while two groups are at risk.
//!
//! # Source
//! Mantel (1966); stratified as in Kalbfleisch and Prentice (2002), sec. 1.4. Tick 0 of durations counts.

use super::exits::any_and_destinations;
use super::{ArmScale, Card, Factor, GroupTotals, Item, OutcomeClass, Test};
use crate::panel::Shape;

/// The test.
pub(super) struct LogRank;

static CARD: Card = Card {
    slug: "logrank",
    contrast: None,
    title: "log-rank test that the hazards of the arms are equal over the horizon; stratified under adjustment = strata",
    formula: "chi-square = (O - E)' V^- (O - E), O - E = sum_t (d_g - d n_g / n), V hypergeometric with ties",
    std_error: "none: a chi-square statistic with its p-value",
    undefined: "no exit happens while two arms are at risk",
    source: "Mantel 1966; Kalbfleisch and Prentice 2002, sec. 1.4",
    method: "log-rank",
    kinds: &[OutcomeClass::Exit],
    scale: ArmScale::Identity,
    factor: Factor::ClustersOnly,
};

impl Test for LogRank {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn items(&self, shape: &Shape) -> Vec<Item> {
        any_and_destinations(shape)
    }

    fn statistic(&self, strata: &[Vec<GroupTotals<'_>>], item: Item) -> Option<(f64, u32)> {
        let groups = strata.first()?.len();
        let mut excess = vec![0.0; groups];
        let mut covariance = vec![vec![0.0; groups]; groups];
        for stratum in strata {
            for tick in 0..stratum.first()?.shape.ticks {
                let at_risk: Vec<f64> = stratum.iter().map(|g| g.channel(0)[tick]).collect();
                let exits: Vec<f64> = stratum.iter().map(|g| g.exits(item, tick)).collect();
                let (n, d): (f64, f64) = (at_risk.iter().sum(), exits.iter().sum());
                if n < 2.0 || d == 0.0 {
                    continue;
                }
                let scale = d * (n - d) / (n - 1.0);
                for g in 0..groups {
                    let share = at_risk[g] / n;
                    excess[g] += exits[g] - d * share;
                    for h in 0..groups {
                        let same = if g == h { 1.0 } else { 0.0 };
                        covariance[g][h] += scale * share * (same - at_risk[h] / n);
                    }
                }
            }
        }
        // A group that was never compared adds nothing; the last of the others is given by the rest.
        let mut kept: Vec<usize> = (0..groups).filter(|&g| covariance[g][g] > 0.0).collect();
        kept.pop()?;
        if kept.is_empty() {
            return None;
        }
        let statistic = quadratic_form(&covariance, &excess, &kept)?;
        Some((statistic, kept.len() as u32))
    }
}

/// x' V^-1 x over the kept groups, by Cholesky in fixed order; `None` when V is singular.
fn quadratic_form(covariance: &[Vec<f64>], x: &[f64], kept: &[usize]) -> Option<f64> {
    let k = kept.len();
    let mut factor = vec![vec![0.0; k]; k];
    let mut form = 0.0;
    let mut solved = vec![0.0; k];
    for i in 0..k {
        for j in 0..=i {
            let mut sum = covariance[kept[i]][kept[j]];
            let earlier = factor[i].iter().zip(&factor[j]).take(j);
            sum -= earlier.map(|(a, b)| a * b).sum::<f64>();
            if i == j {
                if sum <= 1e-12 * covariance[kept[i]][kept[i]] {
                    return None;
                }
                factor[i][i] = f64::sqrt(sum);
            } else {
                factor[i][j] = sum / factor[j][j];
            }
        }
        let mut rest = x[kept[i]];
        for m in 0..i {
            rest -= factor[i][m] * solved[m];
        }
        solved[i] = rest / factor[i][i];
        form += solved[i] * solved[i];
    }
    Some(form)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::{Kind, Survival};

    #[test]
    fn two_small_arms_by_hand() {
        let shape = Shape {
            kind: Kind::Exit {
                survival: Survival::Defined,
            },
            first_tick: 1,
            ticks: 2,
            channels: 2,
            destinations: vec!["other".into()],
            divisor: 1.0,
            horizon: 2,
        };
        // Control: 3 at risk, exits 2 then 1 of 1. Treated: 3 at risk, 1 exit, then 0 of 2.
        let control = [3.0, 1.0, 2.0, 1.0];
        let treated = [3.0, 2.0, 1.0, 0.0];
        let strata = [vec![
            GroupTotals {
                shape: &shape,
                values: &control,
            },
            GroupTotals {
                shape: &shape,
                values: &treated,
            },
        ]];
        let (chi, df) = LogRank.statistic(&strata, Item::Any).expect("defined");
        // O - E (treated) = (1 - 3/2) + (0 - 2/3) = -7/6.
        // V = 3 x 3/5 x 1/4 + 1 x 2/2 x (2/3)(1/3) = 9/20 + 2/9 = 121/180. Chi-square = (49/36)(180/121) = 245/121.
        assert!((chi - 245.0 / 121.0).abs() < 1e-14);
        assert_eq!(df, 1);
    }
}
