//! Quantities to be priced, in neutral cells: outcome x period of trial weeks x half-year of the calendar x band of cumulated
//! benefit weeks.
//!
//! Nothing in a cell depends on a price or a rule; everything that is priced later is linear in the cells. They are cut
//! where rules change: the state's refund to municipalities changed with the year 2011, and since 2016 it depends on
//! how many weeks a person has been on benefit, in the bands of [`BANDS`]. Only weeks in states are cut by half-years: rules of
//! refund are about them.
//!
//! A history runs over the weeks, so that each week can be divided by those followed in it, as the accumulated effect does. The
//! periods are cut when quantities are read off ([`Piece`]): as fine as the bundle can carry.

mod walk;

use super::{Kind, OutcomePanel, Shape, collect, mean};
use crate::error::{Class, Diagnostic, Error, Result};
use crate::study::{BenefitBefore, CostBenefit, OutcomeKind, Study};
use crate::trial::{self, CovariateValues, Trial};
use std::collections::BTreeMap;
use walk::{Active, Calendar, Walk};

/// First cumulated benefit week of each band that is always cut: the rungs of the refund of 2016 (weeks 1-4, 5-26, 27-52, later).
pub const BANDS: [i32; 4] = [1, 5, 27, 53];

/// Weeks of a trial year.
pub const YEAR: i32 = 52;

/// Lengths of periods that are chosen from, in weeks.
const PERIODS: [i32; 6] = [1, 2, 4, 13, 26, YEAR];

/// Pieces that a study gets without asking, at most: their covariance has so many squared.
const USUAL: usize = 400;

/// Pieces at most.
const MOST: usize = 1500;

/// Most benefit weeks before the trial: a working life.
const MOST_BEFORE: i64 = 5200;

/// Code of persons whose benefit weeks before the trial are not known.
pub(crate) const BEFORE_UNKNOWN: &str = "RV0440";

/// Code of a study whose periods are too short.
pub(crate) const TOO_MANY: &str = "RV0432";

/// What of an outcome is counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Counted {
    /// All of it.
    #[default]
    All,
    /// One in the first week in which a person has any of it: who has taken it up.
    First,
}

/// What is counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// Index of the outcome in the study.
    pub outcome: usize,
    /// What of it is counted.
    pub counted: Counted,
    /// Half-year of the calendar: 2 x year + 0 or 1; absent without a calendar, and for what is not weeks in a state.
    pub half_year: Option<i32>,
    /// First and last cumulated benefit week; absent for outcomes that are not weeks on benefit.
    pub band: Option<(i32, Option<i32>)>,
    /// Whether the weeks count as active; absent where the study does not say which do, and for what is not weeks on benefit.
    pub active: Option<bool>,
}

impl Cell {
    /// `2011H1`, or empty.
    pub fn half_year_label(&self) -> String {
        self.half_year.map_or_else(String::new, |half| {
            format!("{}H{}", half.div_euclid(2), half.rem_euclid(2) + 1)
        })
    }

    /// `5-26`, `53-`, or empty.
    pub fn band_label(&self) -> String {
        self.band.map_or_else(String::new, |(first, last)| {
            let last = last.map_or_else(String::new, |last| last.to_string());
            format!("{first}-{last}")
        })
    }

    /// `active`, `passive`, or empty.
    pub fn activity_label(&self) -> String {
        let word = |active| if active { "active" } else { "passive" };
        self.active.map_or_else(String::new, |a| word(a).to_owned())
    }
}

/// The quantities of all persons.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// Channels: the followed of each spell table in `followed`, then the cells.
    pub histories: OutcomePanel,
    /// Spell tables whose follow-up divides a cell.
    pub followed: Vec<usize>,
    /// Cells in order.
    pub cells: Vec<Cell>,
    /// For each cell the place of its table in `followed`.
    pub divisor: Vec<usize>,
    /// By what the totals of a cell are divided: 10^decimals of an amount.
    pub scale: Vec<f64>,
    /// Weeks of a period.
    pub period: i32,
    /// What is told of the cells.
    pub pieces: Vec<Piece>,
}

/// A cell in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Index of the cell.
    pub cell: usize,
    /// First week of the period.
    pub first: i32,
    /// Its last week.
    pub last: i32,
    /// Whether all weeks of the cell count as of this period: small quantities were put into it.
    pub whole: bool,
}

impl Piece {
    /// Weeks that are summed, as ticks from 0.
    pub fn ticks(&self, horizon: usize) -> std::ops::Range<usize> {
        if self.whole {
            0..horizon
        } else {
            self.first as usize - 1..self.last as usize
        }
    }
}

/// The periods of a horizon.
pub fn periods(horizon: i32, length: i32) -> impl Iterator<Item = (i32, i32)> {
    (0..)
        .map(move |k| (k * length + 1, (k * length + length).min(horizon)))
        .take_while(move |(first, _)| *first <= horizon)
}

/// Outcomes that accumulate, with their tables and scales.
struct Source {
    outcome: usize,
    counted: Counted,
    table: usize,
    scale: f64,
    /// States, for weeks in them.
    inside: Option<Vec<bool>>,
    /// Whether its weeks are weeks on benefit.
    banded: bool,
}

/// Builds the quantities, when the study has `[cost_benefit]`.
///
/// # Errors
/// Where the periods that are asked for make too many quantities.
pub(super) fn build(study: &Study, trial: &Trial) -> Result<Option<Ledger>> {
    let Some(asked) = study.cost_benefit.as_ref() else {
        return Ok(None);
    };
    let sources = sources(study, trial, asked);
    let benefit = trial
        .tables
        .first()
        .map(|table| mean::members(table, &asked.benefit));
    let calendar = Calendar::of(trial);
    let walk = Walk {
        trial,
        sources: &sources,
        benefit: benefit.as_deref().unwrap_or_default(),
        bands: bands(&asked.bands),
        before: &before(study, trial, asked)?,
        active: Active::of(study, trial, asked),
        calendar: &calendar,
    };
    let horizon = trial.horizon as i32;
    let found = walk.cells(horizon as usize);
    let mut followed: Vec<usize> = sources.iter().map(|source| source.table).collect();
    followed.sort_unstable();
    followed.dedup();
    let cells: Vec<Cell> = found.keys().copied().collect();
    let channels: BTreeMap<Cell, usize> = (cells.iter().enumerate())
        .map(|(place, cell)| (*cell, followed.len() + place))
        .collect();
    let shape = Shape {
        kind: Kind::Ledger,
        first_tick: 1,
        ticks: horizon as usize,
        channels: followed.len() + cells.len(),
        destinations: Vec::new(),
        divisor: 1.0,
        horizon,
    };
    let histories = collect(trial.persons(), shape, |person, shape, history| {
        for (channel, &table) in followed.iter().enumerate() {
            let last = trial.tables[table].followed[person].min(horizon);
            history.level(shape, channel, (1, last + 1), 1);
        }
        walk.runs(person, &mut |run| {
            let channel = channels[&run.cell];
            history.level(shape, channel, (run.start, run.end), run.value);
        });
    });
    let source_of = |cell: &Cell| {
        let mut own = sources.iter();
        own.find(|s| (s.outcome, s.counted) == (cell.outcome, cell.counted))
    };
    let place_of = |table: usize| followed.iter().position(|&t| t == table).unwrap_or(0);
    let divisor = (cells.iter())
        .map(|cell| source_of(cell).map_or(0, |source| place_of(source.table)))
        .collect();
    let scale = (cells.iter())
        .map(|cell| source_of(cell).map_or(1.0, |source| source.scale))
        .collect();
    let occupied: Vec<&Vec<bool>> = found.values().collect();
    let cut = |length: i32| pieces(&occupied, horizon, length);
    let (period, pieces) = match asked.period {
        Some(weeks) => (weeks as i32, cut(weeks as i32)),
        None => PERIODS
            .map(|length| (length, cut(length)))
            .into_iter()
            .find(|(length, pieces)| pieces.len() <= USUAL || *length == YEAR)
            .unwrap_or((YEAR, cut(YEAR))),
    };
    if pieces.len() > MOST {
        return Err(Error::one(
            Class::Study,
            Diagnostic::error(
                TOO_MANY,
                format!(
                    "periods of {period} weeks make {} quantities, more than {MOST}",
                    pieces.len()
                ),
                "ask for longer periods with `period` in `[cost_benefit]`, or leave it out",
            ),
        ));
    }
    Ok(Some(Ledger {
        histories,
        followed,
        cells,
        divisor,
        scale,
        period,
        pieces,
    }))
}

/// First benefit weeks of all bands.
fn bands(more: &[u32]) -> Vec<i32> {
    let more = more.iter().filter_map(|week| i32::try_from(*week).ok());
    let mut bands: Vec<i32> = BANDS.into_iter().chain(more).collect();
    bands.sort_unstable();
    bands.dedup();
    bands
}

/// Benefit weeks of each person before trial week 1; none where they do not count.
fn before(study: &Study, trial: &Trial, asked: &CostBenefit) -> Result<Vec<i32>> {
    let weeks: Vec<Option<i64>> = match &asked.before {
        BenefitBefore::Nowhere => return Ok(Vec::new()),
        BenefitBefore::Spells(weeks) => {
            trial::covariates::weeks_before(study, trial, 0, (&asked.benefit, *weeks))
        }
        BenefitBefore::Covariate(name) => {
            let own = trial.covariates.iter().find(|own| own.name == *name);
            match own.map(|own| &own.values) {
                Some(CovariateValues::Number { decimals, values }) => {
                    let scale = 10_i64.pow(*decimals);
                    let whole = |value: i64| (value % scale == 0).then_some(value / scale);
                    values.iter().map(|value| value.and_then(whole)).collect()
                }
                _ => vec![None; trial.persons()],
            }
        }
    };
    let is_known = |weeks: &&Option<i64>| weeks.is_some_and(|n| (0..=MOST_BEFORE).contains(&n));
    let unknown = weeks.iter().filter(|weeks| !is_known(weeks)).count();
    if unknown > 0 {
        return Err(Error::one(
            Class::Data,
            Diagnostic::error(
                BEFORE_UNKNOWN,
                format!(
                    "of {unknown} persons it is not known how many weeks on benefit they had before trial week 1"
                ),
                "let every person have a whole number of weeks, 0 or more, or leave out `benefit_before` and `look_back` in `[cost_benefit]`",
            ),
        ));
    }
    Ok(weeks.into_iter().flatten().map(|n| n as i32).collect())
}

/// Cells in periods in which somebody has a quantity.
fn pieces(occupied: &[&Vec<bool>], horizon: i32, length: i32) -> Vec<Piece> {
    let of_cell = |(cell, weeks): (usize, &&Vec<bool>)| {
        let weeks = (*weeks).clone();
        let filled = move |(first, last): &(i32, i32)| {
            weeks[*first as usize - 1..*last as usize].contains(&true)
        };
        periods(horizon, length)
            .filter(filled)
            .map(move |(first, last)| Piece {
                cell,
                first,
                last,
                whole: false,
            })
    };
    occupied.iter().enumerate().flat_map(of_cell).collect()
}

fn sources(study: &Study, trial: &Trial, asked: &CostBenefit) -> Vec<Source> {
    let source = |(outcome, kind): (usize, &OutcomeKind)| {
        let plain = |scale: f64| Source {
            outcome,
            counted: Counted::All,
            table: mean::table_of(kind),
            scale,
            inside: None,
            banded: false,
        };
        match kind {
            OutcomeKind::WeeksIn { table, states } => Some(Source {
                table: *table,
                inside: Some(mean::members(trial.tables.get(*table)?, states)),
                banded: *table == 0
                    && !asked.benefit.is_empty()
                    && states.iter().all(|state| asked.benefit.contains(state)),
                ..plain(1.0)
            }),
            OutcomeKind::Amount { decimals, .. } => Some(plain(10_f64.powi(*decimals as i32))),
            OutcomeKind::Events { .. } => Some(plain(1.0)),
            OutcomeKind::Inflow { .. }
            | OutcomeKind::Lasting { .. }
            | OutcomeKind::ShareAmong { .. }
            | OutcomeKind::Exit { .. } => None,
        }
    };
    let kinds = study.outcomes.iter().map(|outcome| &outcome.kind);
    let mut sources: Vec<Source> = kinds.enumerate().filter_map(source).collect();
    // Who takes the programme up: results per person who does.
    let taken = study.analyses[asked.analysis].take_up.as_ref();
    let taken = taken.map(|asked| asked.outcome);
    let taken = sources.iter().find(|source| Some(source.outcome) == taken);
    let first = taken.map(|source| Source {
        counted: Counted::First,
        inside: source.inside.clone(),
        scale: 1.0,
        banded: false,
        ..*source
    });
    sources.extend(first);
    sources
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_cover_the_horizon_and_empty_ones_are_left_out() {
        let all: Vec<(i32, i32)> = periods(64, 26).collect();
        assert_eq!(all, [(1, 26), (27, 52), (53, 64)]);
        let mut weeks = vec![false; 64];
        weeks[..30].fill(true);
        let found = pieces(&[&weeks], 64, 26);
        let spans: Vec<(i32, i32)> = found.iter().map(|p| (p.first, p.last)).collect();
        assert_eq!(spans, [(1, 26), (27, 52)]);
    }
}
