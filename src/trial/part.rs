//! Some rows of a spell table, as they come from the file: each person found, each row checked. This runs on any thread
//! while the file is read, so that the columns never stand in memory as a whole.

use super::clock::Clock;
use super::columns::{Columns, empty_rows, is_empty, rows_of};
use super::identifiers::cpr_in_states;
use super::overlap::OPEN;
use super::rows::RawSpell;
use crate::registers::{BadCells, EMPTY, IdIndex, Rows};
use std::ops::RangeInclusive;

/// The spells of some rows, and what is wrong with them; rows are numbered from the first of these.
#[derive(Debug, Default)]
pub(crate) struct Part {
    /// In the order of the rows; states are places in `labels`.
    pub(crate) spells: Vec<RawSpell>,
    /// Labels of states, ascending.
    pub(crate) labels: Vec<String>,
    /// Persons with a row that cannot be read.
    pub(crate) suspect: Vec<u32>,
    /// Rows of nobody in the persons file.
    pub(crate) unknown: Vec<usize>,
    /// Rows without an identifier.
    pub(crate) empty: Vec<usize>,
    /// Rows without a start.
    pub(crate) no_start: Vec<usize>,
    /// Rows without a state.
    pub(crate) no_state: Vec<usize>,
    /// Rows with a CPR number as their state.
    pub(crate) cpr: Vec<usize>,
    /// Rows that end before they start.
    pub(crate) reversed: Vec<usize>,
    /// Rows with a week that cannot belong to the trial.
    pub(crate) far: Vec<Far>,
    /// Starts and ends that cannot be read.
    pub(crate) bad: [BadCells; 2],
    /// Amounts by row, and those that cannot be read.
    pub(crate) amounts: Vec<(Vec<Option<i64>>, BadCells)>,
}

/// A week that cannot belong to the trial.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Far {
    pub(crate) row: usize,
    pub(crate) week: i32,
    pub(crate) side: Side,
    /// Whether the row has no end.
    pub(crate) open: bool,
}

/// The start or the end of a spell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Start,
    End,
}

/// Makes spells of rows.
pub(crate) fn turn(
    rows: Rows,
    index: &IdIndex,
    clock: &Clock,
    accepted: &RangeInclusive<i32>,
) -> Part {
    let count = rows.rows;
    let amounts = rows.columns.len().saturating_sub(4);
    let mut columns = Columns::of(rows);
    let ids = columns.ids();
    let (starts, ends) = (columns.numbers(), columns.numbers());
    let states = columns.categories();
    let mut part = Part {
        spells: Vec::with_capacity(count),
        no_start: rows_of(starts.empty.as_deref().unwrap_or_default()),
        no_state: empty_rows(&states),
        cpr: cpr_in_states(&states),
        ..Part::default()
    };
    for _ in 0..amounts {
        let numbers = columns.numbers();
        let value = |row: usize| (!is_empty(&numbers, row)).then(|| numbers.values[row]);
        part.amounts
            .push(((0..count).map(value).collect(), numbers.bad.clone()));
    }
    let mut row = 0;
    index.lookup_rows(&ids, 0..count, |person| {
        let here = row;
        row += 1;
        let Some(person) = person else {
            if ids.is_empty_at(here) {
                part.empty.push(here);
            } else {
                part.unknown.push(here);
            }
            return;
        };
        let code = states.codes[here];
        if code == EMPTY || is_empty(&starts, here) {
            part.suspect.push(person);
            return;
        }
        let spell = RawSpell {
            person,
            from: Clock::keep(starts.values[here]),
            to: if is_empty(&ends, here) {
                OPEN
            } else {
                Clock::keep(ends.values[here])
            },
            state: code as u16,
            row: here as u32,
        };
        part.check(&spell, clock, accepted);
        part.spells.push(spell);
    });
    part.bad = [starts.bad, ends.bad];
    part.labels = states.levels;
    part
}

impl Part {
    /// What can be wrong with one row.
    fn check(&mut self, spell: &RawSpell, clock: &Clock, accepted: &RangeInclusive<i32>) {
        let (person, row) = (spell.person as usize, spell.row as usize);
        let open = spell.to == OPEN;
        let far = |week, side| Far {
            row,
            week,
            side,
            open,
        };
        if !clock.runs_for(person) {
            self.suspect.push(spell.person);
            return;
        }
        if spell.to < spell.from {
            self.reversed.push(row);
            self.suspect.push(spell.person);
            return;
        }
        let start = clock.weeks(person, spell.from, spell.from).0;
        if !accepted.contains(&start) {
            self.far.push(far(start, Side::Start));
            self.suspect.push(spell.person);
            return;
        }
        let end = (!open).then(|| clock.last(person, spell.to));
        if let Some(end) = end.filter(|end| end > accepted.end()) {
            self.far.push(far(end, Side::End));
            self.suspect.push(spell.person);
        }
    }
}
