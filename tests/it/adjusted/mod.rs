//! Standard errors, intervals, bands and Anderson-Rubin sets of what regression gives (`ancova`, `lin`, the effect on those who
//! took it up), on simulated trials with known truth, through the whole engine.
//!
//! `fixtures/coverage/{adjusted,take-up}.csv` counts by blocks of trials; [`table`] makes the tables of `src/docs/coverage.md` of
//! them, and one block of some designs is run again by the suite and must give the same counts.

mod designs;
mod offers;
mod table;

use crate::coverage_table::Counts;
use crate::support::trials::{Seen, seen};
use designs::{DESIGNS, HORIZON};
use offers::OFFERS;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use rettevej::evaluate::{Options, Silent, evaluate};
use rettevej::numeric::normal::normal_quantile;
use rettevej::results::Row;
use rettevej::study::{Adjustment, Analysis, IntervalKind, Study};
use rettevej::trial::Trial;
use std::collections::BTreeMap;

pub(crate) const BLOCKS: u64 = 10;
/// Trials of a block.
pub(crate) const TRIALS: u64 = 200;
const REPLICATES: u32 = 499;
/// Of the first trial.
const SEED: u64 = 20_130_901;
const INTERVALS: [IntervalKind; 2] = [IntervalKind::Normal, IntervalKind::Percentile];
/// A method of its own beside the kinds of interval.
const SET: &str = "anderson_rubin";

/// Design, block, adjustment, method, estimand, truth.
type Key = (
    &'static str,
    u64,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// What a contrast is, by week.
struct Truth {
    name: &'static str,
    estimand: &'static str,
    weeks: Vec<Option<f64>>,
}

/// A trial that was drawn, what is asked of it, and what is true.
struct Case {
    trial: Trial,
    study: Study,
    truth: Vec<Truth>,
}

/// Random numbers by addition and multiplication alone, so that they are the same everywhere.
struct Uniform(ChaCha8Rng);

impl Uniform {
    fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    fn below(&mut self, n: u64) -> u64 {
        self.0.next_u64() % n
    }

    fn uniform(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Twelve uniform numbers less six: nearly normal.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.uniform()).sum::<f64>() - 6.0
    }
}

/// Weekly numbers, or their sums.
fn weeks_of(weekly: &[f64], accumulated: bool) -> Vec<Option<f64>> {
    let mut sum = 0.0;
    let week = |value: &f64| {
        sum = if accumulated { sum + value } else { *value };
        Some(sum)
    };
    weekly.iter().map(week).collect()
}

/// Every adjustment with every usual kind of interval.
fn analyses(adjustments: &[Adjustment], made: &Analysis) -> Vec<Analysis> {
    analyses_by(adjustments, &INTERVALS, made)
}

fn analyses_by(
    adjustments: &[Adjustment],
    intervals: &[IntervalKind],
    made: &Analysis,
) -> Vec<Analysis> {
    let ways = adjustments
        .iter()
        .flat_map(|adjustment| intervals.iter().map(|interval| (*adjustment, *interval)));
    ways.map(|(adjustment, interval)| Analysis {
        name: format!("{} {}", adjustment.name(), interval.name()),
        outcomes: vec![0],
        subgroups: vec![],
        adjustment,
        interval,
        ..made.clone()
    })
    .collect()
}

/// The families of designs: differences, other kinds of interval of some of these, and effects on those who took it up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    Adjusted,
    Kinds,
    TakeUp,
}

const FAMILIES: [Family; 3] = [Family::Adjusted, Family::Kinds, Family::TakeUp];
/// Kinds of interval that cost more, on designs of each sort of difficulty.
const KINDS: [IntervalKind; 2] = [IntervalKind::Bca, IntervalKind::Studentized];
const KIND_DESIGNS: [&str; 4] = ["few", "many", "skewed", "clusters-12"];

impl Family {
    fn name(self) -> &'static str {
        match self {
            Self::Adjusted => "adjusted",
            Self::Kinds => "adjusted-kinds",
            Self::TakeUp => "take-up",
        }
    }

    fn designs(self) -> Vec<&'static str> {
        match self {
            Self::Adjusted => DESIGNS.iter().map(|d| d.name).collect(),
            Self::Kinds => KIND_DESIGNS.to_vec(),
            Self::TakeUp => OFFERS.iter().map(|o| o.name).collect(),
        }
    }

    fn draw(self, design: &str, seed: u64) -> Case {
        let kinds = |mut case: Case| {
            let regressions = |a: &&Analysis| {
                a.adjustment != Adjustment::None && a.interval == IntervalKind::Normal
            };
            let asked: Vec<Analysis> = (case.study.analyses.iter().filter(regressions))
                .flat_map(|made| analyses_by(&[made.adjustment], &KINDS, made))
                .collect();
            case.study.analyses = asked;
            case
        };
        match self {
            Self::Adjusted | Self::Kinds => DESIGNS
                .iter()
                .find(|d| d.name == design)
                .map(|d| d.draw(seed))
                .map(|case| {
                    if self == Self::Kinds {
                        kinds(case)
                    } else {
                        case
                    }
                }),
            Self::TakeUp => OFFERS
                .iter()
                .find(|o| o.name == design)
                .map(|o| o.draw(seed)),
        }
        .expect("a design of the family")
    }
}

/// What one trial says: adjustment, method, estimand, truth.
fn one(family: Family, design: &str, seed: u64) -> Vec<([&'static str; 4], Seen)> {
    let Case {
        trial,
        mut study,
        truth,
    } = family.draw(design, seed);
    study.resampling.seed = seed;
    let options = Options {
        threads: 1,
        ..Options::default()
    };
    let evaluated = evaluate(&study, &trial, &options, &Silent);
    let rows = evaluated.expect("the trial can be evaluated").0.rows;
    let mut out = Vec::new();
    for analysis in &study.analyses {
        let (adjustment, method) = (analysis.adjustment.name(), analysis.interval.name());
        let of = |estimand: &'static str| {
            rows.iter().filter(move |row| {
                *row.analysis == *analysis.name
                    && &*row.estimand == estimand
                    && &*row.arm == "treated"
                    && !row.reference.is_empty()
                    && row.item.is_empty()
            })
        };
        for truth in &truth {
            let found = seen(of(truth.estimand), &truth.weeks, HORIZON as i32);
            out.push(([adjustment, method, truth.estimand, truth.name], found));
        }
        if family == Family::TakeUp && analysis.interval == IntervalKind::Normal {
            let truth = &truth[1];
            let last = |estimand| {
                let mut rows = of(estimand);
                rows.find(|row| row.week == Some(HORIZON as i32))
                    .expect("a row of the last week")
            };
            let rows = [
                SET,
                "cumulative_effect",
                "take_up_difference",
                truth.estimand,
            ]
            .map(last);
            let at = truth.weeks[HORIZON - 1].expect("it has a truth");
            out.push(([adjustment, SET, truth.estimand, truth.name], set(rows, at)));
        }
    }
    out
}

/// Whether the set holds the truth; `band` says whether it has two ends.
fn set([set, reduced, first, ratio]: [&Row; 4], truth: f64) -> Seen {
    let above = set.conf_low.is_none_or(|low| low <= truth);
    let below = set.conf_high.is_none_or(|high| truth <= high);
    let inside = above && below;
    let holds = if set.reason.contains("but those of an interval") {
        outside([reduced, first, ratio], truth)
    } else {
        Some(inside)
    };
    let is_one = !set.reason.contains("no set");
    let whole = set.conf_low.is_some() && set.conf_high.is_some();
    Seen {
        covered: holds.filter(|_| is_one),
        band: whole.then_some(inside),
        ..Seen::default()
    }
}

/// Whether the truth lies in a set that leaves an interval out. The row does not tell which: the variances follow from the
/// standard errors of its three parts, where the ratio is defined.
fn outside([reduced, first, ratio]: [&Row; 3], truth: f64) -> Option<bool> {
    let (b, d) = (ratio.estimate?, first.estimate?);
    let (aa, bb) = (reduced.std_error?.powi(2), first.std_error?.powi(2));
    let ab = (aa + b * b * bb - (ratio.std_error? * d).powi(2)) / (2.0 * b);
    let apart = reduced.estimate? - truth * d;
    let variance = aa - 2.0 * truth * ab + truth * truth * bb;
    Some(apart * apart <= normal_quantile(0.975).powi(2) * variance)
}

/// Runs one block of a design, half of it on a thread of its own.
fn block(family: Family, design: &'static str, block: u64) -> BTreeMap<Key, Counts> {
    let first = SEED + block * TRIALS;
    let middle = first + TRIALS / 2;
    let parts = [first..middle, middle..first + TRIALS];
    let all: Vec<Vec<_>> = std::thread::scope(|scope| {
        let part = |seeds: std::ops::Range<u64>| {
            scope.spawn(move || {
                seeds
                    .map(|seed| one(family, design, seed))
                    .collect::<Vec<_>>()
            })
        };
        let parts = parts.map(part);
        let join = |part: std::thread::ScopedJoinHandle<'_, _>| part.join().expect("no panic");
        parts.into_iter().flat_map(join).collect()
    });
    let mut by_key: BTreeMap<Key, Vec<Seen>> = BTreeMap::new();
    for ([adjustment, method, estimand, truth], found) in all.into_iter().flatten() {
        let key = (design, block, adjustment, method, estimand, truth);
        by_key.entry(key).or_default().push(found);
    }
    let counted = by_key.into_iter().map(|(key, found)| {
        let counts = Counts::of(&found);
        // Standard errors do not depend on the method: they are written down once.
        let whole = key.3 == INTERVALS[0].name();
        (key, if whole { counts } else { counts.of_intervals() })
    });
    counted.collect()
}
