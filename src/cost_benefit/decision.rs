//! From draws to a decision: what a unit of effect costs, how often it pays at a threshold, what it would be worth to know
//! for sure, and the marginal value of public funds.
//!
//! Draws are pairs of an effect and a cost, both as differences between the arms. A pair in which one is undefined is left
//! out. Shares of draws are properties of the draws, not probabilities.

use std::fmt;

/// An effect and a cost of one draw, as differences between the arms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// More of it is better.
    pub effect: f64,
    /// What is paid for it; negative when money is saved.
    pub cost: f64,
}

fn defined(pairs: &[Pair]) -> impl Iterator<Item = Pair> {
    let pairs = pairs.iter().copied();
    pairs.filter(|pair| pair.effect.is_finite() && pair.cost.is_finite())
}

fn mean_of(values: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.fold((0.0, 0_u32), |(sum, count), x| (sum + x, count + 1));
    (count > 0).then(|| sum / f64::from(count))
}

/// What an effect is worth at a threshold, less its cost.
pub fn net_benefit(pair: Pair, threshold: f64) -> f64 {
    threshold * pair.effect - pair.cost
}

/// Incremental cost-effectiveness ratio: mean cost per mean effect. Absent when the mean effect is 0 or nothing is defined.
/// It is a price only where both means have the same sign: see [`Quadrant`].
pub fn ratio(pairs: &[Pair]) -> Option<f64> {
    let effect = mean_of(defined(pairs).map(|pair| pair.effect))?;
    let cost = mean_of(defined(pairs).map(|pair| pair.cost))?;
    (effect != 0.0).then(|| cost / effect)
}

/// The mean of the net benefit at a threshold.
pub fn expected_net_benefit(pairs: &[Pair], threshold: f64) -> Option<f64> {
    mean_of(defined(pairs).map(|pair| net_benefit(pair, threshold)))
}

/// The share of draws that pay at a threshold: one point of the acceptability curve.
pub fn acceptability(pairs: &[Pair], threshold: f64) -> Option<f64> {
    mean_of(defined(pairs).map(|pair| f64::from(u8::from(net_benefit(pair, threshold) > 0.0))))
}

/// Expected value of perfect information of net benefits: what is gained on average by choosing in each draw, instead of
/// once for all of them. Never below 0.
pub fn perfect_information(net_benefits: &[f64]) -> Option<f64> {
    let finite = || net_benefits.iter().copied().filter(|x| x.is_finite());
    let chosen_each = mean_of(finite().map(|x| x.max(0.0)))?;
    let chosen_once = mean_of(finite())?.max(0.0);
    Some((chosen_each - chosen_once).max(0.0))
}

/// Where a pair lies in the plane of effects and costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quadrant {
    /// Better and dearer: it depends on what an effect is worth.
    BetterDearer,
    /// Better and not dearer: it dominates.
    Dominates,
    /// Not better and dearer: it is dominated.
    Dominated,
    /// Not better and not dearer: it depends on what a loss of effect is worth.
    WorseCheaper,
}

impl Quadrant {
    /// All four, in the order of tables.
    pub const ALL: [Self; 4] = [
        Self::BetterDearer,
        Self::Dominates,
        Self::Dominated,
        Self::WorseCheaper,
    ];

    /// Of a pair; a difference of exactly 0 is neither better nor dearer.
    pub fn of(pair: Pair) -> Self {
        match (pair.effect > 0.0, pair.cost > 0.0) {
            (true, true) => Self::BetterDearer,
            (true, false) => Self::Dominates,
            (false, true) => Self::Dominated,
            (false, false) => Self::WorseCheaper,
        }
    }

    /// As in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BetterDearer => "better and dearer",
            Self::Dominates => "better and not dearer",
            Self::Dominated => "not better and dearer",
            Self::WorseCheaper => "not better and not dearer",
        }
    }
}

/// Shares of the draws in the four quadrants, in the order of [`Quadrant::ALL`]; absent when nothing is defined.
pub fn plane(pairs: &[Pair]) -> Option<[f64; 4]> {
    let mut shares = [0.0; 4];
    for (share, quadrant) in shares.iter_mut().zip(Quadrant::ALL) {
        let here = |pair| f64::from(u8::from(Quadrant::of(pair) == quadrant));
        *share = mean_of(defined(pairs).map(here))?;
    }
    Some(shares)
}

/// The marginal value of public funds: what those it is for would pay, per krone that it costs the public in the end.
///
/// | they would pay | it costs the public | |
/// |---|---|---|
/// | any | more than 0 | finite, the ratio; below 0 where they would pay to be spared |
/// | more than 0 | 0 or less | infinite: it pays for itself, and somebody gains |
/// | 0 or less | 0 or less | undefined: the public saves and nobody gains; the ratio would be that of undoing it |
///
/// Hendren and Sprung-Keyser, Quarterly Journal of Economics 135 (2020), 1209-1318, section II. They print a ratio in the
/// last case too, as the value lost per dollar raised; it reads the other way round, so it has another word here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mvpf {
    /// The ratio.
    Finite(f64),
    /// It pays for itself.
    Infinite,
    /// There is no ratio to read.
    Undefined,
}

impl Mvpf {
    /// Of what they would pay and what it costs the public, net of what comes back.
    pub fn of(willing_to_pay: f64, net_cost: f64) -> Self {
        if !willing_to_pay.is_finite() || !net_cost.is_finite() {
            return Self::Undefined;
        }
        if net_cost > 0.0 {
            Self::Finite(willing_to_pay / net_cost)
        } else if willing_to_pay > 0.0 {
            Self::Infinite
        } else {
            Self::Undefined
        }
    }

    /// The number, infinity included; absent when it is undefined.
    pub fn number(self) -> Option<f64> {
        match self {
            Self::Finite(ratio) => Some(ratio),
            Self::Infinite => Some(f64::INFINITY),
            Self::Undefined => None,
        }
    }
}

impl fmt::Display for Mvpf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Finite(ratio) => write!(f, "{ratio}"),
            Self::Infinite => write!(f, "infinite: it pays for itself"),
            Self::Undefined => write!(f, "undefined"),
        }
    }
}

#[cfg(test)]
#[path = "decision_tests.rs"]
mod tests;
