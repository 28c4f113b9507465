//! From what is kept of the levels to numbers: intervals over all of them at once, each against the rest, how unequal they
//! are, and how many stand out by chance.

use super::Kept;
use crate::inference::heterogeneity::{
    Effect, Equality, Spread, against_rest, any_maximum, equality, independent_maximum, spread,
};
use crate::inference::{
    ColumnInference, PathInput, Scale, infer, standard_deviation, wald_p, wald_t,
};
use crate::numeric::binomial::binomial_tail;
use crate::study::IntervalKind;
use crate::units::{ConfidenceLevel, is_significant};

/// Above this share of undefined replicates a level has no p.
const MOST_UNDEFINED: f64 = 0.01;

/// How levels depend on each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dependence {
    /// Every randomised unit lies within one level.
    Apart,
    /// Some clusters have persons at several levels.
    Shared,
}

/// How intervals are made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Manner {
    pub interval: IntervalKind,
    pub confidence: ConfidenceLevel,
    /// Replicates.
    pub count: usize,
    pub dependence: Dependence,
}

/// How a band over levels was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Over {
    Replicates,
    /// Independent standardised effects.
    Sidak,
    /// Any standardised effects.
    Bonferroni,
}

/// One number per level: its value and standard error, and what is inferred of it.
pub(super) struct Column {
    pub estimate: f64,
    pub std_error: f64,
    pub freedom: f64,
    pub found: ColumnInference,
}

/// How many levels are significant, each on its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Count {
    /// Levels with a p.
    pub tested: u64,
    pub significant: u64,
    pub positive: u64,
    /// Expected by chance, and P of at least so many.
    pub any: (f64, f64),
    /// The same of positive ones.
    pub upwards: (f64, f64),
}

/// What is found of one question.
pub(super) struct Numbers {
    pub over: Over,
    /// By level; `None` where nobody is kept.
    pub effects: Vec<Option<Column>>,
    /// By level; `None` for those that take no part.
    pub against: Vec<Option<Column>>,
    /// By level.
    pub shrunken: Vec<Option<Effect>>,
    pub equality: Option<Equality>,
    pub spread: Option<Spread>,
    pub count: Count,
}

impl Numbers {
    pub fn of(levels: &[Option<Kept>], manner: Manner) -> Self {
        let taking = |kept: &Kept| {
            let varies = wald_p(kept.estimate, kept.std_error).is_some();
            Effect::new(kept.estimate, kept.std_error).filter(|_| varies)
        };
        let parts: Vec<Option<Effect>> = (levels.iter())
            .map(|kept| kept.as_ref().and_then(taking))
            .collect();
        let members: Vec<usize> = (0..levels.len()).filter(|&l| parts[l].is_some()).collect();
        let effects: Vec<Effect> = parts.iter().copied().flatten().collect();
        let over = match (manner.count > 0, manner.dependence) {
            (true, _) => Over::Replicates,
            (false, Dependence::Apart) => Over::Sidak,
            (false, Dependence::Shared) => Over::Bonferroni,
        };
        let apart = manner.dependence == Dependence::Apart;
        let spread = spread(&effects, manner.confidence).filter(|_| apart);
        let mut shrunken = vec![None; levels.len()];
        for (place, &level) in members.iter().enumerate() {
            shrunken[level] = spread.as_ref().map(|spread| spread.shrunken[place]);
        }
        Self {
            over,
            effects: inferred(levels.iter().map(Option::as_ref), manner, over),
            against: against(levels, &members, manner, over),
            shrunken,
            equality: equality(&effects).filter(|_| apart),
            spread,
            count: Count::of(levels, manner),
        }
    }
}

/// Intervals and the band over some numbers.
fn inferred<'k>(
    kept: impl Iterator<Item = Option<&'k Kept>>,
    manner: Manner,
    over: Over,
) -> Vec<Option<Column>> {
    let kept: Vec<Option<&Kept>> = kept.collect();
    let present: Vec<&Kept> = kept.iter().copied().flatten().collect();
    let column = |of: fn(&Kept) -> f64| present.iter().map(|k| of(k)).collect::<Vec<f64>>();
    let (estimates, std_errors) = (column(|k| k.estimate), column(|k| k.std_error));
    // Bands over weeks leave thin weeks out, since their neighbours tell of them. A level has no neighbours.
    let in_band = vec![true; present.len()];
    let all = |of: fn(&Kept) -> &[f64]| present.iter().flat_map(|k| of(k)).copied().collect();
    let (replicates, errors): (Vec<f64>, Vec<f64>) = (all(|k| &k.replicates), all(|k| &k.errors));
    let freedom = Some(column(|k| k.freedom)).filter(|f| f.iter().any(|f| f.is_finite()));
    let found = infer(&PathInput {
        freedom: freedom.as_deref().unwrap_or_default(),
        estimates: &estimates,
        std_errors: &std_errors,
        accelerations: &column(|k| k.acceleration),
        replicates: &replicates,
        errors: &errors,
        replicate_count: manner.count,
        in_band: &in_band,
        scale: Scale::Identity,
        interval: manner.interval,
        confidence: manner.confidence,
    });
    let mut columns = found.columns;
    if over != Over::Replicates {
        let fits = |k: &Kept| wald_p(k.estimate, k.std_error).is_some();
        let members = present.iter().filter(|k| fits(k)).count();
        let critical = match over {
            Over::Sidak => independent_maximum(members, manner.confidence),
            _ => any_maximum(members, manner.confidence),
        };
        for (column, kept) in columns.iter_mut().zip(&present) {
            column.band_reason = None;
            if fits(kept) {
                column.band_low = Some(kept.estimate - critical * kept.std_error);
                column.band_high = Some(kept.estimate + critical * kept.std_error);
            }
        }
    }
    let mut columns = columns.into_iter();
    (kept.into_iter())
        .map(|kept| {
            let found = columns.next().filter(|_| kept.is_some());
            let (kept, found) = (kept?, found?);
            Some(Column {
                estimate: kept.estimate,
                std_error: kept.std_error,
                freedom: kept.freedom,
                found,
            })
        })
        .collect()
}

/// Each level less the mean of the others, weighted by their persons as they were assigned.
fn against(
    levels: &[Option<Kept>],
    members: &[usize],
    manner: Manner,
    over: Over,
) -> Vec<Option<Column>> {
    let none = || levels.iter().map(|_| None).collect::<Vec<Option<Column>>>();
    let parts: Vec<&Kept> = members.iter().filter_map(|&l| levels[l].as_ref()).collect();
    if parts.len() < 2 {
        return none();
    }
    let weights: Vec<f64> = parts.iter().map(|k| k.persons as f64).collect();
    let combined: Vec<Kept> = (0..parts.len())
        .map(|own| combine(&parts, &against_rest(own, &weights), manner))
        .collect();
    let mut out = none();
    let found = inferred(combined.iter().map(Some), manner, over);
    for (&level, column) in members.iter().zip(found) {
        out[level] = column;
    }
    out
}

/// A linear combination of independent effects; of dependent ones the standard error is that of its replicates.
fn combine(parts: &[&Kept], coefficients: &[f64], manner: Manner) -> Kept {
    let terms = || parts.iter().zip(coefficients);
    let squares = |of: &dyn Fn(&Kept) -> f64| -> f64 {
        terms().map(|(k, c)| (c * of(k)) * (c * of(k))).sum()
    };
    let mut replicates = Vec::new();
    let mut errors = Vec::new();
    for b in 0..manner.count {
        replicates.push(terms().map(|(k, c)| c * k.replicates[b]).sum());
        if parts.iter().all(|k| k.errors.len() == manner.count) {
            errors.push(squares(&|k| k.errors[b]).sqrt());
        }
    }
    let variance = squares(&|k| k.std_error);
    // a = sum of cubes / 6 (sum of squares)^(3/2), and sums of independent parts add up.
    let cubes: f64 = terms()
        .map(|(k, c)| k.acceleration * libm::pow((c * k.std_error).abs(), 3.0) * c.signum())
        .sum();
    let std_error = match manner.dependence {
        Dependence::Apart => variance.sqrt(),
        Dependence::Shared => standard_deviation(&replicates).unwrap_or(f64::NAN),
    };
    // Welch and Satterthwaite; infinite where all are.
    let noise: f64 = terms()
        .map(|(k, c)| libm::pow(c * k.std_error, 4.0) / k.freedom)
        .sum();
    Kept {
        freedom: variance * variance / noise,
        estimate: terms().map(|(k, c)| c * k.estimate).sum(),
        std_error,
        acceleration: cubes / (variance * variance.sqrt()),
        persons: parts.iter().map(|k| k.persons).sum(),
        replicates,
        errors,
        ..Kept::default()
    }
}

impl Count {
    fn of(levels: &[Option<Kept>], manner: Manner) -> Self {
        // 0.05, and not what is left of 1 - 0.95 in floating point.
        let alpha = (manner.confidence.alpha() * 1e12).round() / 1e12;
        let (mut tested, mut significant, mut positive) = (0, 0, 0);
        for kept in levels.iter().flatten() {
            let undefined = kept.replicates.iter().filter(|x| x.is_nan()).count() as f64;
            let few = undefined <= MOST_UNDEFINED * manner.count as f64;
            let p = wald_t(kept.estimate, kept.std_error, kept.freedom);
            let Some(p) = p.filter(|_| few) else {
                continue;
            };
            tested += 1;
            if is_significant(p, manner.confidence.get()) {
                significant += 1;
                positive += u64::from(kept.estimate > 0.0);
            }
        }
        let chance = |k: u64, p: f64| (tested as f64 * p, binomial_tail(k, tested, p));
        Self {
            tested,
            significant,
            positive,
            any: chance(significant, alpha),
            upwards: chance(positive, alpha / 2.0),
        }
    }
}
