//! # What it estimates
//! Whether the cumulative incidences of one destination differ between the arms: each treatment arm against the control,
//! and all arms at once (`arm = all`). Only on request, by its name in `estimands`.
//!
//! # Formula
//! O_g - E_g = sum over ticks of d_g - d R_g / R with R_g = n_g (1 - F_g) / S_g just before the tick: who left elsewhere stays
//! at risk, as far as censoring lets them. Chi-square = (O - E)' V^- (O - E) over all groups but one.
//!
//! # Units and shape
//! A chi-square statistic in `estimate`, its p-value in `p_value`.
//!
//! # Undefined when
//! No exit to the destination happens while two groups are at risk. With clusters there is no covariance for it.
//!
//! # Source
//! Gray (1988), with weight 1 (rho = 0) and V for one subdistribution under equality, tied exits of each kind as in R cmprsk;
//! strata are summed.

use super::exits::{Step, destinations, has_survival, inverse_of, steps, tied};
use super::{ArmScale, Card, Factor, GroupTotals, Item, OutcomeClass, Score, Share, Test};
use crate::panel::Shape;
use ndarray::Array2;

/// The test.
pub(super) struct Gray;

static CARD: Card = Card {
    slug: "gray",
    contrast: None,
    title: "Gray's test that the cumulative incidences of a destination are equal; stratified under adjustment = strata; by name only",
    formula: "χ^2 = (O − E)′ V^− (O − E), O − E = Σ_t (d_g − d R_g / R), R_g = n_g (1 − F_g(t − 1)) / S_g(t − 1)",
    std_error: "none: a chi-square statistic with its p-value",
    undefined: "no exit to the destination happens while two arms are at risk, or the trial is by clusters",
    source: "Gray 1988; R cmprsk, cuminc",
    method: "Gray",
    kinds: &[OutcomeClass::Exit],
    scale: ArmScale::Identity,
    factor: Factor::ClustersOnly,
};

/// What is summed over the ticks of a stratum.
struct Walk {
    /// The part of group i's excess that moves with the incidence of group k.
    drift: Array2<f64>,
    /// Over the jumps of group k: sums of x_i x_j, of x_i times the jump's weight, and of squared weights.
    squares: Array2<f64>,
    crossed: Array2<f64>,
    weights: Vec<f64>,
}

impl Walk {
    fn new(groups: usize) -> Self {
        Self {
            drift: Array2::zeros((groups, groups)),
            squares: Array2::zeros((groups, groups)),
            crossed: Array2::zeros((groups, groups)),
            weights: vec![0.0; groups],
        }
    }

    /// A jump of group k with variance v: it moves the excesses by x at once, and later ones by `weight` times the drift to come.
    fn jump(&mut self, k: usize, x: &[f64], weight: f64, v: f64) {
        for (i, a) in x.iter().enumerate() {
            for (j, b) in x.iter().enumerate() {
                self.squares[[i, j]] += a * b * v;
            }
            self.crossed[[i, k]] += a * weight * v;
        }
        self.weights[k] += weight * weight * v;
    }

    /// The covariance once all drift is known.
    fn covariance(&self, i: usize, j: usize) -> f64 {
        let groups = 0..self.weights.len();
        let later = groups.map(|k| {
            let (a, b) = (self.drift[[i, k]], self.drift[[j, k]]);
            a * b * self.weights[k] + a * self.crossed[[j, k]] + b * self.crossed[[i, k]]
        });
        self.squares[[i, j]] + later.sum::<f64>()
    }
}

/// One group at one tick.
struct Side {
    /// At risk; 0 from where nothing is known of the group.
    n: f64,
    step: Step,
    /// Exits to the destination and to the others.
    own: f64,
    other: f64,
    /// n / S just before the tick.
    inflated: f64,
}

impl Side {
    fn of(group: GroupTotals<'_>, step: Step, (item, tick): (Item, usize)) -> Self {
        let n = group.channel(0)[tick];
        let known = n > 0.0 && step.before > 0.0;
        let own = group.exits(item, tick);
        let side = Self {
            n,
            step,
            own,
            other: group.exits(Item::Any, tick) - own,
            inflated: n / step.before,
        };
        if known {
            side
        } else {
            Self {
                n: 0.0,
                own: 0.0,
                other: 0.0,
                inflated: 0.0,
                ..side
            }
        }
    }
}

fn add_stratum(stratum: &[GroupTotals<'_>], item: Item, score: &mut Score) {
    let groups = stratum.len();
    let walks: Vec<Vec<Step>> = stratum.iter().map(|&group| steps(group)).collect();
    let mut walk = Walk::new(groups);
    // Just before the tick: of each group, and of all under equality.
    let (mut incidence, mut pooled) = (vec![0.0; groups], 0.0);
    for tick in 0..stratum.first().map_or(0, |group| group.shape.ticks) {
        let sides: Vec<Side> = (stratum.iter().zip(&walks))
            .map(|(&group, steps)| Side::of(group, steps[tick], (item, tick)))
            .collect();
        let d: f64 = sides.iter().map(|side| side.own).sum();
        let others: f64 = sides.iter().map(|side| side.other).sum();
        if d + others == 0.0 {
            continue;
        }
        let inflated: f64 = sides.iter().map(|side| side.inflated).sum();
        let subdistribution: f64 = (sides.iter().zip(&incidence))
            .map(|(side, f)| side.inflated * (1.0 - f))
            .sum();
        let share = |i: usize| sides[i].inflated / inflated;
        let at_once = |i: usize, k: usize| {
            let same = if i == k { 1.0 } else { 0.0 };
            sides[i].inflated * (same - share(k))
        };
        let after = pooled + d / inflated;
        if d > 0.0 {
            for (i, side) in sides.iter().enumerate() {
                let expected = d * side.inflated * (1.0 - incidence[i]) / subdistribution;
                score.excess[i] += side.own - expected;
                for k in 0..groups {
                    walk.drift[[i, k]] += at_once(i, k) * d / (inflated * (1.0 - pooled));
                }
            }
        }
        for (k, side) in sides.iter().enumerate().filter(|(_, side)| side.n > 0.0) {
            let left = side.step.after > 0.0;
            let weight = if left {
                (1.0 - after) / side.step.after
            } else {
                0.0
            };
            if d > 0.0 {
                // Under equality the exits of all stand behind a group's jump.
                let kept = inflated * side.step.before;
                let v = tied(d, kept) * side.step.before * d / (inflated * side.n);
                let x: Vec<f64> = (0..groups)
                    .map(|i| at_once(i, k) - (1.0 - weight) * walk.drift[[i, k]])
                    .collect();
                walk.jump(k, &x, 1.0 - weight, v);
            }
            if side.other > 0.0 && left {
                let before = side.step.before * inverse_of(side.n);
                let v = tied(side.other, side.n) * before * before * side.other;
                let x: Vec<f64> = (0..groups).map(|i| weight * walk.drift[[i, k]]).collect();
                walk.jump(k, &x, -weight, v);
            }
        }
        for (f, side) in incidence.iter_mut().zip(&sides) {
            if side.n > 0.0 {
                *f += side.step.before * side.own / side.n;
            }
        }
        pooled = after;
    }
    for ((i, j), value) in score.covariance.indexed_iter_mut() {
        *value += walk.covariance(i, j);
    }
}

impl Test for Gray {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn items(&self, shape: &Shape) -> Vec<Item> {
        if has_survival(shape) {
            destinations(shape)
        } else {
            Vec::new()
        }
    }

    fn score(&self, strata: &[Vec<GroupTotals<'_>>], item: Item) -> Score {
        let groups = strata.first().map_or(0, Vec::len);
        let mut score = Score {
            excess: vec![0.0; groups],
            covariance: Array2::zeros((groups, groups)),
        };
        for stratum in strata {
            add_stratum(stratum, item, &mut score);
        }
        score
    }

    fn share<'a>(&self, _: &[GroupTotals<'a>], _: Item) -> Option<Share<'a>> {
        None
    }
}
