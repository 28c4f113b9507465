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
//! Mantel (1966); stratified as in Kalbfleisch and Prentice (2002), sec. 1.4. Tick 0 of durations counts. With every
//! spell at risk, or with clusters, the covariance is the sum of squared parts u_i = sum_t (dN_i - d/n Y_i)
//! (1[g] - n_g / n) by person or cluster (Lin and Wei 1989: the robust score test of a Cox model at zero).

use super::exits::any_and_destinations;
use super::{
    ArmScale, Card, Factor, GroupTotals, Item, OutcomeClass, Score, Share, Test, exits_of,
};
use crate::panel::Shape;
use ndarray::Array2;

/// The test.
pub(super) struct LogRank;

static CARD: Card = Card {
    slug: "logrank",
    contrast: None,
    title: "log-rank test that the hazards of the arms are equal over the horizon; stratified under adjustment = strata",
    formula: "χ^2 = (O − E)′ V^− (O − E), O − E = Σ_t (d_g − d n_g / n), V hypergeometric with ties; with every spell at risk or with clusters V is the sum over persons or clusters i of squared parts Σ_t (dN_i − d / n Y_i) (1[g] − n_g / n)",
    std_error: "none: a chi-square statistic with its p-value",
    undefined: "no exit happens while two arms are at risk",
    source: "Mantel 1966; Kalbfleisch and Prentice 2002, sec. 1.4; Lin and Wei 1989 for the robust form",
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

    fn score(&self, strata: &[Vec<GroupTotals<'_>>], item: Item) -> Score {
        let groups = strata.first().map_or(0, Vec::len);
        let mut score = Score {
            excess: vec![0.0; groups],
            covariance: Array2::zeros((groups, groups)),
        };
        for stratum in strata {
            for tick in 0..stratum.first().map_or(0, |g| g.shape.ticks) {
                let at_risk: Vec<f64> = stratum.iter().map(|g| g.channel(0)[tick]).collect();
                let exits: Vec<f64> = stratum.iter().map(|g| g.exits(item, tick)).collect();
                let (n, d): (f64, f64) = (at_risk.iter().sum(), exits.iter().sum());
                if n < 2.0 || d == 0.0 {
                    continue;
                }
                let scale = d * (n - d) / (n - 1.0);
                for (g, (&own, &left)) in at_risk.iter().zip(&exits).enumerate() {
                    let share = own / n;
                    score.excess[g] += left - d * share;
                    for (h, &other) in at_risk.iter().enumerate() {
                        let same = if g == h { 1.0 } else { 0.0 };
                        score.covariance[[g, h]] += scale * share * (same - other / n);
                    }
                }
            }
        }
        score
    }

    fn share<'a>(&self, stratum: &[GroupTotals<'a>], item: Item) -> Option<Share<'a>> {
        let groups = stratum.len();
        let shape = stratum[0].shape;
        // Pooled hazard and each group's share of those at risk, by tick.
        let ticks: Vec<(f64, Vec<f64>)> = (0..shape.ticks)
            .map(|tick| {
                let at_risk: Vec<f64> = stratum.iter().map(|g| g.channel(0)[tick]).collect();
                let n: f64 = at_risk.iter().sum();
                let d: f64 = stratum.iter().map(|g| g.exits(item, tick)).sum();
                if n > 0.0 {
                    (d / n, at_risk.iter().map(|a| a / n).collect())
                } else {
                    (0.0, vec![0.0; groups])
                }
            })
            .collect();
        Some(Box::new(move |group, history, out| {
            out.fill(0.0);
            for (tick, (hazard, shares)) in ticks.iter().enumerate() {
                let at_risk = history[tick] as f64;
                let part = exits_of(shape, history, item, tick) - hazard * at_risk;
                for (g, value) in out.iter_mut().enumerate() {
                    let same = if g == group { 1.0 } else { 0.0 };
                    *value += part * (same - shares[g]);
                }
            }
        }))
    }
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
        let (chi, df) = LogRank
            .score(&strata, Item::Any)
            .statistic()
            .expect("defined");
        // O - E (treated) = (1 - 3/2) + (0 - 2/3) = -7/6.
        // V = 3 x 3/5 x 1/4 + 1 x 2/2 x (2/3)(1/3) = 9/20 + 2/9 = 121/180. Chi-square = (49/36)(180/121) = 245/121.
        assert!((chi - 245.0 / 121.0).abs() < 1e-14);
        assert_eq!(df, 1);
    }
}
