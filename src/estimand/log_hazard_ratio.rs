//! # What it estimates
//! How many times as fast a treatment arm leaves as the control, as one number over the horizon: the logarithm of the hazard
//! ratio of a Cox model with the arms alone, by any exit or cause-specific to one destination. Only on request, by its name in
//! `estimands`.
//!
//! # Formula
//! The b (b = 0 for the control) that maximise sum over ticks and strata of sum_g d_g b_g - d ln(sum_g n_g exp(b_g)); all arms in one model.
//!
//! # Units and shape
//! A natural logarithm, one value per treatment arm; below 0 the treated leave more slowly.
//!
//! # Undefined when
//! The likelihood has no maximum: an arm or the control never leaves while the other is at risk.
//!
//! # Source
//! Cox (1972), ties and tick 0 as Breslow (1974); the cause-specific model of Prentice et al. (1978). The variance is the inverse
//! information; with every spell at risk, or with clusters, the sandwich of Lin and Wei (1989).

use super::exits::any_and_destinations;
use super::{ArmScale, Card, Factor, Fit, GroupTotals, Item, Model, OutcomeClass, Share, exits_of};
use crate::numeric::cholesky::{Cholesky, place};
use crate::panel::Shape;
use ndarray::Array2;

/// The model.
pub(super) struct LogHazardRatio;

static CARD: Card = Card {
    slug: "log_hazard_ratio",
    contrast: None,
    title: "logarithm of the hazard ratio over the horizon, by any exit (empty item) or cause-specific to one destination; a Cox model of all arms, stratified under adjustment = strata; by name only",
    formula: "b that maximise Σ_t (Σ_g d_g b_g − d ln(Σ_g n_g exp(b_g))), b = 0 for the control",
    std_error: "inverse of the information Σ_t d (diag(p) − p p′), p_g = n_g exp(b_g) / Σ_g n_g exp(b_g); with every spell at risk or with clusters the sandwich of Lin and Wei",
    undefined: "an arm or the control never leaves while the other is at risk: the likelihood has no maximum",
    source: "Cox 1972; Breslow 1974; Prentice et al. 1978; Lin and Wei 1989",
    method: "Cox, Breslow ties",
    kinds: &[OutcomeClass::Exit],
    scale: ArmScale::Identity,
    factor: Factor::ClustersOnly,
};

/// Steps of Newton's method at most; the likelihood is concave and a few are enough.
const STEPS: usize = 60;
/// A step this small changes no digit that is shown.
const SMALL: f64 = 1e-13;

/// Those at risk and the exits of every group at a tick with exits.
struct Moment {
    at_risk: Vec<f64>,
    exits: Vec<f64>,
}

impl Moment {
    /// Each group's part in the next exit, and the sum it is a part of.
    fn parts(&self, b: &[f64]) -> (Vec<f64>, f64) {
        let weighed = self.at_risk.iter().zip(b).map(|(n, b)| n * libm::exp(*b));
        let weighed: Vec<f64> = weighed.collect();
        let sum: f64 = weighed.iter().sum();
        (weighed.into_iter().map(|w| w / sum).collect(), sum)
    }
}

fn moments(strata: &[Vec<GroupTotals<'_>>], item: Item) -> Vec<Moment> {
    let mut out = Vec::new();
    for stratum in strata {
        for tick in 0..stratum.first().map_or(0, |group| group.shape.ticks) {
            let exits: Vec<f64> = stratum.iter().map(|g| g.exits(item, tick)).collect();
            if exits.iter().any(|&d| d > 0.0) {
                let at_risk = stratum.iter().map(|g| g.channel(0)[tick]).collect();
                out.push(Moment { at_risk, exits });
            }
        }
    }
    out
}

/// Groups that beat the first and are beaten by it, directly or through others (Ford 1957): only those have a finite ratio to it.
fn comparable(moments: &[Moment], groups: usize) -> Vec<bool> {
    let mut left_before = vec![false; groups * groups];
    for moment in moments {
        for (g, &d) in moment.exits.iter().enumerate() {
            for (h, &n) in moment.at_risk.iter().enumerate() {
                left_before[g * groups + h] |= d > 0.0 && n > 0.0;
            }
        }
    }
    let reached = |edge: &dyn Fn(usize, usize) -> bool| {
        let mut seen = vec![false; groups];
        let mut next = vec![0];
        while let Some(g) = next.pop() {
            if !std::mem::replace(&mut seen[g], true) {
                next.extend((0..groups).filter(|&h| edge(g, h)));
            }
        }
        seen
    };
    let forward = reached(&|g, h| left_before[g * groups + h]);
    let backward = reached(&|g, h| left_before[h * groups + g]);
    forward.iter().zip(backward).map(|(a, b)| *a && b).collect()
}

/// Log likelihood at b.
fn likelihood(moments: &[Moment], b: &[f64]) -> f64 {
    let mut sum = 0.0;
    for moment in moments {
        let (_, whole) = moment.parts(b);
        let d: f64 = moment.exits.iter().sum();
        let own: f64 = moment.exits.iter().zip(b).map(|(d, b)| d * b).sum();
        sum += own - d * libm::log(whole);
    }
    sum
}

/// Its slope, and the lower triangle of the information.
fn derivatives(moments: &[Moment], b: &[f64], free: &[usize]) -> (Vec<f64>, Vec<f64>) {
    let mut slope = vec![0.0; free.len()];
    let mut information = vec![0.0; place(free.len(), 0)];
    for moment in moments {
        let (p, _) = moment.parts(b);
        let d: f64 = moment.exits.iter().sum();
        for (row, &g) in free.iter().enumerate() {
            slope[row] += moment.exits[g] - d * p[g];
            for (column, &h) in free[..=row].iter().enumerate() {
                let same = if g == h { 1.0 } else { 0.0 };
                information[place(row, column)] += d * p[g] * (same - p[h]);
            }
        }
    }
    (slope, information)
}

impl Model for LogHazardRatio {
    fn card(&self) -> &'static Card {
        &CARD
    }

    fn items(&self, shape: &Shape) -> Vec<Item> {
        any_and_destinations(shape)
    }

    fn fit(&self, strata: &[Vec<GroupTotals<'_>>], item: Item) -> Fit {
        let groups = strata.first().map_or(0, Vec::len);
        let mut moments = moments(strata, item);
        let kept = comparable(&moments, groups);
        for moment in &mut moments {
            for (g, _) in kept.iter().enumerate().filter(|(_, kept)| !**kept) {
                (moment.at_risk[g], moment.exits[g]) = (0.0, 0.0);
            }
        }
        moments.retain(|moment| moment.at_risk.iter().any(|&n| n > 0.0));
        let free: Vec<usize> = (1..groups).filter(|&g| kept[g]).collect();
        let mut b = vec![0.0; groups];
        let mut best = likelihood(&moments, &b);
        for _ in 0..STEPS {
            let (mut step, information) = derivatives(&moments, &b, &free);
            Cholesky::new(&information, free.len()).solve(&mut step);
            let mut share = 1.0;
            // Half as far while it goes downhill by more than rounding.
            while share > 1e-6 {
                let mut tried = b.clone();
                for (&g, step) in free.iter().zip(&step) {
                    tried[g] += share * step;
                }
                let here = likelihood(&moments, &tried);
                if here >= best - 1e-12 * best.abs() {
                    (b, best) = (tried, here);
                    break;
                }
                share /= 2.0;
            }
            if step.iter().all(|step| step.abs() < SMALL) {
                break;
            }
        }
        let (_, information) = derivatives(&moments, &b, &free);
        let factor = Cholesky::new(&information, free.len());
        let mut covariance = Array2::from_elem((groups, groups), f64::NAN);
        for (column, &h) in free.iter().enumerate() {
            let mut unit = vec![0.0; free.len()];
            unit[column] = 1.0;
            factor.solve(&mut unit);
            for (&g, value) in free.iter().zip(unit) {
                covariance[[g, h]] = value;
            }
        }
        for (g, value) in b.iter_mut().enumerate() {
            if !kept[g] {
                *value = f64::NAN;
            }
        }
        Fit {
            estimates: b,
            covariance,
        }
    }

    fn share<'a>(&self, stratum: &[GroupTotals<'a>], item: Item, fit: &Fit) -> Option<Share<'a>> {
        let shape = stratum.first()?.shape;
        let kept: Vec<bool> = fit.estimates.iter().map(|b| !b.is_nan()).collect();
        let ratios: Vec<f64> = (fit.estimates.iter())
            .map(|b| if b.is_nan() { 0.0 } else { libm::exp(*b) })
            .collect();
        // Exits of the kept groups over the sum of weights, and each group's part in it.
        let ticks: Vec<(f64, Vec<f64>)> = (0..shape.ticks)
            .map(|tick| {
                let weighed = stratum.iter().zip(&ratios);
                let weighed: Vec<f64> = weighed.map(|(g, r)| r * g.channel(0)[tick]).collect();
                let sum: f64 = weighed.iter().sum();
                let exits = stratum.iter().zip(&kept).filter(|(_, kept)| **kept);
                let d: f64 = exits.map(|(g, _)| g.exits(item, tick)).sum();
                if sum > 0.0 {
                    (d / sum, weighed.iter().map(|w| w / sum).collect())
                } else {
                    (0.0, vec![0.0; weighed.len()])
                }
            })
            .collect();
        Some(Box::new(move |group, history, out| {
            out.fill(0.0);
            if !kept[group] {
                return;
            }
            for (tick, (hazard, parts)) in ticks.iter().enumerate() {
                let expected = hazard * ratios[group] * history[tick] as f64;
                let excess = exits_of(shape, history, item, tick) - expected;
                for (g, value) in out.iter_mut().enumerate() {
                    let same = if g == group { 1.0 } else { 0.0 };
                    *value += excess * (same - parts[g]);
                }
            }
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::panel::{Kind, Survival};

    fn shape(ticks: usize) -> Shape {
        Shape {
            kind: Kind::Exit {
                survival: Survival::Defined,
            },
            first_tick: 1,
            ticks,
            channels: 2,
            destinations: vec!["other".into()],
            divisor: 1.0,
            horizon: ticks as i32,
        }
    }

    fn fit(groups: &[&[f64]]) -> Fit {
        let shape = shape(groups[0].len() / 2);
        let stratum = groups.iter().map(|values| GroupTotals {
            shape: &shape,
            values,
        });
        LogHazardRatio.fit(&[stratum.collect()], Item::Any)
    }

    #[test]
    fn with_equal_numbers_at_risk_it_is_the_ratio_of_exits() {
        // 4, 3, 2, 1 at risk in both arms. Control leaves once, treated three times: b = ln 3, information 4 x 3/4 x 1/4 = 3/4.
        let at_risk = [4.0, 3.0, 2.0, 1.0];
        let control = [&at_risk[..], &[0.0, 0.0, 0.0, 1.0]].concat();
        let treated = [&at_risk[..], &[1.0, 1.0, 1.0, 0.0]].concat();
        let found = fit(&[&control, &treated]);
        assert!((found.estimates[1] - libm::log(3.0)).abs() < 1e-14);
        assert!((found.covariance[[1, 1]] - 4.0 / 3.0).abs() < 1e-13);
    }

    #[test]
    fn an_arm_that_never_leaves_is_left_out_and_changes_no_other() {
        let control = [5.0, 3.0, 1.0, 1.0];
        let treated = [6.0, 5.0, 1.0, 2.0];
        let staying = [4.0, 4.0, 0.0, 0.0];
        let two = fit(&[&control, &treated]);
        let three = fit(&[&control, &treated, &staying]);
        assert!(three.estimates[2].is_nan());
        assert_eq!(two.estimates[1].to_bits(), three.estimates[1].to_bits());
        assert!(fit(&[&staying, &treated]).estimates[1].is_nan());
    }
}
