//! The rows of two results: paired by what they are about, each told as identical, apart by chance, within tolerance,
//! changed, new or gone.

use super::noise::{allowed, drawn, errors_allowed};
use crate::results::row::COLUMNS;
use crate::results::{Cell, Row};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashMap;

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub enum Fate {
    /// Every cell is the same.
    #[serde(rename = "identical")]
    Identical,
    /// What differs was drawn, and differs no more than two draws do.
    #[serde(rename = "within Monte Carlo error")]
    WithinMonteCarlo,
    /// What differs is arithmetic, and differs by less than the tolerance.
    #[serde(rename = "within tolerance")]
    WithinTolerance,
    /// Something else differs.
    #[serde(rename = "changed")]
    Changed,
    /// Only the new result has it.
    #[serde(rename = "new")]
    New,
    /// Only the old result has it.
    #[serde(rename = "gone")]
    Gone,
}

impl Fate {
    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identical => "identical",
            Self::WithinMonteCarlo => "within Monte Carlo error",
            Self::WithinTolerance => "within tolerance",
            Self::Changed => "changed",
            Self::New => "new",
            Self::Gone => "gone",
        }
    }

    /// Whether it is a difference between the results.
    pub fn differs(self) -> bool {
        matches!(self, Self::Changed | Self::New | Self::Gone)
    }
}

/// How many rows have each fate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Counts {
    /// Every cell is the same.
    pub identical: usize,
    /// Apart by chance.
    pub within_monte_carlo_error: usize,
    /// Apart by less than the tolerance.
    pub within_tolerance: usize,
    /// Changed.
    pub changed: usize,
    /// Only in the new result.
    pub new: usize,
    /// Only in the old result.
    pub gone: usize,
}

impl Counts {
    fn count(&mut self, fate: Fate) {
        *match fate {
            Fate::Identical => &mut self.identical,
            Fate::WithinMonteCarlo => &mut self.within_monte_carlo_error,
            Fate::WithinTolerance => &mut self.within_tolerance,
            Fate::Changed => &mut self.changed,
            Fate::New => &mut self.new,
            Fate::Gone => &mut self.gone,
        } += 1;
    }

    /// All rows.
    pub fn all(&self) -> usize {
        let Self {
            identical,
            within_monte_carlo_error,
            within_tolerance,
            changed,
            new,
            gone,
        } = self;
        identical + within_monte_carlo_error + within_tolerance + changed + new + gone
    }
}

/// A row that is not the same.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Moved {
    /// What became of it.
    pub fate: Fate,
    /// What it is about, in the order of the columns of `estimates`, from `analysis` to `week`.
    pub about: Vec<String>,
    /// The cells that decide its fate; empty for a row that is new or gone.
    pub cells: Vec<MovedCell>,
}

/// A cell that is not the same.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct MovedCell {
    /// Column of `estimates`.
    pub column: &'static str,
    /// In the old result; empty: the cell is.
    pub old: String,
    /// In the new result; empty: the cell is.
    pub new: String,
    /// New less old, of two numbers.
    pub difference: Option<f64>,
    /// How far they may lie apart, of two numbers.
    pub allowed: Option<f64>,
    /// The difference of an estimate or a limit in standard errors of the old row.
    pub in_errors: Option<f64>,
}

/// Columns that say what a row is about.
const ABOUT: usize = 9;
/// Columns that only say how well the others are known: they decide nothing.
const OF_ERRORS: [&str; 5] = [
    "replicates",
    "mc_conf_low",
    "mc_conf_high",
    "mc_band",
    "mc_p",
];

/// Columns on the scale of the estimate.
const ON_THE_SCALE: [&str; 5] = ["estimate", "conf_low", "conf_high", "band_low", "band_high"];

/// Columns that are empty where too few replicates are defined, and what says so.
const MAY_BE_EMPTY: [&str; 8] = [
    "conf_low",
    "conf_high",
    "band_low",
    "band_high",
    "p_value",
    "p_adjusted",
    "reason",
    "interval_method",
];

type About<'a> = ([&'a str; 8], Option<i32>);

fn about(row: &Row) -> About<'_> {
    (row.identity(), row.week)
}

fn told(row: &Row) -> Vec<String> {
    (0..ABOUT).map(|column| shown(row.cell(column))).collect()
}

fn shown(cell: Cell<'_>) -> String {
    match cell {
        Cell::Text(text) => text.to_owned(),
        Cell::Integer(number) => number.map(|n| n.to_string()).unwrap_or_default(),
        Cell::Number(number) => number.map(|n| format!("{n:?}")).unwrap_or_default(),
    }
}

/// Pairs and judges the rows. The order is that of the new result, what is gone last; `tolerance` is a share of the number
/// or of its standard error, whichever is larger.
pub(super) fn compare(old: &[Row], new: &[Row], tolerance: f64) -> (Counts, Vec<Moved>) {
    // Rows about the same are paired in their order; there should be one of each.
    let mut there: HashMap<About<'_>, Vec<usize>> = HashMap::with_capacity(old.len());
    for (i, row) in old.iter().enumerate().rev() {
        there.entry(about(row)).or_default().push(i);
    }
    let mut gone = vec![true; old.len()];
    let mut pairs = Vec::with_capacity(new.len());
    for row in new {
        let partner = there.get_mut(&about(row)).and_then(Vec::pop);
        if let Some(i) = partner {
            gone[i] = false;
        }
        pairs.push((partner.map(|i| &old[i]), row));
    }
    let drawn_numbers = |(old, new): &(Option<&Row>, &Row)| {
        let Some(old) = old else { return 0 };
        let both = |column: &&str| drawn(old, column).is_some() && drawn(new, column).is_some();
        COLUMNS.iter().copied().filter(both).count()
    };
    let judge = Judge {
        z: errors_allowed(pairs.iter().map(drawn_numbers).sum()),
        tolerance,
    };
    let (mut counts, mut moved) = (Counts::default(), Vec::new());
    for (partner, row) in pairs {
        let (fate, cells) = match partner {
            None => (Fate::New, Vec::new()),
            Some(old) => judge.rows(old, row),
        };
        counts.count(fate);
        if fate != Fate::Identical {
            let about = told(row);
            moved.push(Moved { fate, about, cells });
        }
    }
    for (row, _) in old.iter().zip(&gone).filter(|(_, gone)| **gone) {
        counts.count(Fate::Gone);
        moved.push(Moved {
            fate: Fate::Gone,
            about: told(row),
            cells: Vec::new(),
        });
    }
    (counts, moved)
}

struct Judge {
    z: f64,
    tolerance: f64,
}

impl Judge {
    fn rows(&self, old: &Row, new: &Row) -> (Fate, Vec<MovedCell>) {
        if old == new {
            return (Fate::Identical, Vec::new());
        }
        let mut cells: Vec<(Fate, MovedCell)> = Vec::new();
        for (i, column) in COLUMNS.iter().copied().enumerate().skip(ABOUT) {
            let (a, b) = (old.cell(i), new.cell(i));
            if a == b || OF_ERRORS.contains(&column) {
                continue;
            }
            let (fate, allowed) = self.cell(old, new, column, (a, b));
            let difference = match (number(a), number(b)) {
                (Some(a), Some(b)) => Some(b - a),
                _ => None,
            };
            let in_errors = (difference.zip(old.std_error))
                .filter(|(_, error)| *error > 0.0 && ON_THE_SCALE.contains(&column))
                .map(|(difference, error)| difference / error);
            cells.push((
                fate,
                MovedCell {
                    column,
                    old: shown(a),
                    new: shown(b),
                    difference,
                    allowed,
                    in_errors,
                },
            ));
        }
        // Only errors of the numbers differ: the draws do.
        let worst = cells
            .iter()
            .map(|(fate, _)| *fate)
            .max()
            .unwrap_or(Fate::WithinMonteCarlo);
        cells.retain(|(fate, _)| *fate == worst);
        (worst, cells.into_iter().map(|(_, cell)| cell).collect())
    }

    fn cell(
        &self,
        old: &Row,
        new: &Row,
        column: &'static str,
        (a, b): (Cell<'_>, Cell<'_>),
    ) -> (Fate, Option<f64>) {
        // Whether there is a limit or a p at all can hang on the replicates that are defined, and then the reason says so.
        let hangs = |row: &Row| {
            row.undefined_replicates.unwrap_or(0) > 0 || row.reason.contains("replicates")
        };
        let by_chance = (hangs(old) || hangs(new)) && old.replicates == new.replicates;
        let how = drawn(old, column).or(drawn(new, column));
        match (number(a), number(b)) {
            (Some(x), Some(y)) => {
                let away = (y - x).abs();
                if let Some(how) = how {
                    let within = allowed(old, new, column, how, self.z);
                    if away <= within {
                        return (Fate::WithinMonteCarlo, Some(within));
                    }
                    return (Fate::Changed, Some(within));
                }
                let size = x.abs().max(y.abs()).max(old.std_error.unwrap_or(0.0));
                let within = match a {
                    Cell::Number(_) => self.tolerance * size,
                    _ => 0.0,
                };
                if away <= within {
                    (Fate::WithinTolerance, Some(within))
                } else {
                    (Fate::Changed, Some(within))
                }
            }
            _ if by_chance && MAY_BE_EMPTY.contains(&column) => (Fate::WithinMonteCarlo, None),
            _ => (Fate::Changed, None),
        }
    }
}

fn number(cell: Cell<'_>) -> Option<f64> {
    match cell {
        Cell::Text(_) => None,
        Cell::Integer(number) => number.map(|n| n as f64),
        Cell::Number(number) => number,
    }
}
