//! Why headlines changed: the mixed cases, run one after another in a fixed order (data, options, prices, seed), and what each
//! step did. Numbers are taken to nine digits that count, as whole units, so that the parts add up to the digit.

use crate::report::View;
use crate::results::{Bundle, Status};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Digits of the larger of two numbers that are kept.
const DIGITS: i32 = 9;

/// Why the headlines changed.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Why {
    /// The parts, in the order in which they were taken over from the new result.
    pub parts: Vec<String>,
    /// Whether the program that made the old result was run too (`--old-binary`).
    pub old_binary: bool,
    /// What a reader must know: files that are not those of a result, cases that could not be mixed.
    pub notes: Vec<String>,
    /// The headlines.
    pub headlines: Vec<Split>,
}

/// One number of a headline and what moved it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Split {
    /// Outcome; empty for money.
    pub outcome: String,
    /// Estimand.
    pub estimand: String,
    /// Item, such as the account.
    pub item: String,
    /// Arm.
    pub arm: String,
    /// Column of `estimates`.
    pub column: &'static str,
    /// In the old result.
    pub old: f64,
    /// What each part did, in the order of `parts`; they add up to `new` less `old`.
    pub moved: Vec<f64>,
    /// In the new result.
    pub new: f64,
    /// Decimals to which all of these are taken.
    pub decimals: i32,
}

/// A run of the chain, by what it took from the new result.
pub struct Step {
    /// What it took over beside what the runs before it have, in words: `data`.
    pub part: String,
    /// The numbers.
    pub numbers: Numbers,
}

/// Numbers of the headlines, by what they are about and the column.
pub type Numbers = BTreeMap<(Headline, &'static str), f64>;

/// What a headline is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Headline {
    /// Place among the outcomes; money comes last.
    place: usize,
    outcome: String,
    estimand: String,
    item: String,
    arm: String,
}

/// The headlines of a result: the main difference of each outcome, and the accounts.
pub fn numbers(bundle: &Bundle) -> Numbers {
    let mut numbers = Numbers::new();
    for (place, row) in View::of(bundle).headline_rows() {
        let about = Headline {
            place: place.unwrap_or(usize::MAX),
            outcome: row.outcome.to_string(),
            estimand: row.estimand.to_string(),
            item: row.item.to_string(),
            arm: row.arm.to_string(),
        };
        let cells = [
            ("estimate", row.estimate),
            ("conf_low", row.conf_low),
            ("conf_high", row.conf_high),
        ];
        let shown = cells.into_iter().filter(|_| row.status == Status::Ok);
        for (column, value) in shown.filter_map(|(column, value)| Some((column, value?))) {
            numbers.insert((about.clone(), column), value);
        }
    }
    numbers
}

/// The runs, all of the current program but `old_program`.
pub struct Chain {
    /// As the old result says.
    pub old: Numbers,
    /// The old study by the program that made the old result.
    pub old_program: Option<Numbers>,
    /// The old study by this program.
    pub first: Numbers,
    /// One step after the other, the last with everything of the new study.
    pub steps: Vec<Step>,
    /// As the new result says.
    pub new: Numbers,
}

/// Splits the change of each headline that both results have. What the steps leave is the code: measured between the two
/// programs when the old one was run, and then what is left besides is told as `not explained`.
pub fn split(chain: &Chain, notes: Vec<String>) -> Why {
    let mut parts: Vec<String> = chain.steps.iter().map(|step| step.part.clone()).collect();
    parts.push("code".to_owned());
    if chain.old_program.is_some() {
        parts.push("not explained".to_owned());
    }
    let mut headlines = Vec::new();
    for (key @ (about, column), old) in &chain.old {
        let Some(new) = chain.new.get(key) else {
            continue;
        };
        let Some(moved) = parts_of(chain, key, *old, *new) else {
            continue;
        };
        headlines.push(Split {
            outcome: about.outcome.clone(),
            estimand: about.estimand.clone(),
            item: about.item.clone(),
            arm: about.arm.clone(),
            column,
            old: moved.unit.value(moved.old),
            moved: moved
                .moved
                .iter()
                .map(|part| moved.unit.value(*part))
                .collect(),
            new: moved.unit.value(moved.new),
            decimals: moved.unit.decimals,
        });
    }
    Why {
        parts,
        old_binary: chain.old_program.is_some(),
        notes,
        headlines,
    }
}

struct Parts {
    unit: Unit,
    old: i128,
    new: i128,
    moved: Vec<i128>,
}

/// `None` when a run lacks the number.
fn parts_of(chain: &Chain, key: &(Headline, &'static str), old: f64, new: f64) -> Option<Parts> {
    let unit = Unit::of(old, new);
    let (old, new) = (unit.whole(old)?, unit.whole(new)?);
    let mut before = unit.whole(*chain.first.get(key)?)?;
    let first = before;
    let mut parts = Vec::new();
    for step in &chain.steps {
        let after = unit.whole(*step.numbers.get(key)?)?;
        parts.push(after - before);
        before = after;
    }
    let left = (new - old) - parts.iter().sum::<i128>();
    match &chain.old_program {
        None => parts.push(left),
        Some(numbers) => {
            let code = first - unit.whole(*numbers.get(key)?)?;
            parts.extend([code, left - code]);
        }
    }
    Some(Parts {
        unit,
        old,
        new,
        moved: parts,
    })
}

/// The unit in which a headline is split.
#[derive(Clone, Copy)]
struct Unit {
    decimals: i32,
}

impl Unit {
    fn of(a: f64, b: f64) -> Self {
        let size = a.abs().max(b.abs());
        let digits = if size > 0.0 {
            libm::floor(libm::log10(size)) as i32 + 1
        } else {
            1
        };
        Self {
            decimals: (DIGITS - digits).clamp(0, 12),
        }
    }

    fn whole(self, value: f64) -> Option<i128> {
        let units = value * libm::pow(10.0, f64::from(self.decimals));
        // Beyond this a float is no whole number of units.
        (units.abs() < 1e18).then(|| units.round() as i128)
    }

    /// The nearest float to so many units: read from their digits, so that it prints as they do.
    fn value(self, units: i128) -> f64 {
        let text = format!("{units}e-{}", self.decimals);
        text.parse().unwrap_or(f64::NAN)
    }
}
