//! Some rows of a spell table, as they come from the file: each person found, each row checked. This runs on any thread
//! while the file is read, so that the columns never stand in memory as a whole.

use super::clock::Clock;
use super::columns::{Columns, empty_rows, is_empty, rows_of};
use super::identifiers::cpr_in_states;
use super::meaning::{Meaning, NOTHING, STRANGER, Strangers};
use super::overlap::OPEN;
use super::rows::RawSpell;
use crate::registers::{BadCells, EMPTY, IdIndex, Rows};
use std::ops::RangeInclusive;

/// The spells of some rows, and what is wrong with them; rows are numbered from the first of these.
#[derive(Debug, Default)]
pub(crate) struct Part {
    /// In the order of the rows; states are places in `labels`.
    pub(crate) spells: Vec<RawSpell>,
    /// Labels of states.
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
    /// Cells that are not mapped to a state.
    pub(crate) strangers: Strangers,
    /// Rows with a code that stands for no state.
    pub(crate) without_state: u64,
    /// Rows that went on with the spell before.
    pub(crate) joined: u64,
    /// Of weeks in columns: cells read, and those with a state.
    pub(crate) cells: u64,
    pub(crate) filled: u64,
    /// Rows with a cell in a column of a week that does not exist.
    pub(crate) odd: Vec<Vec<usize>>,
    /// Persons with columns of wages, and their months with wages.
    pub(crate) wage_of: Vec<u32>,
    pub(crate) wage_bits: Vec<u64>,
}

/// How rows become spells.
pub(crate) struct Reading<'a> {
    pub(crate) index: &'a IdIndex,
    pub(crate) clock: &'a Clock<'a>,
    /// Weeks that can belong to the trial.
    pub(crate) accepted: &'a RangeInclusive<i32>,
    /// Which cells are which state, when labels are not their own.
    pub(crate) meaning: Option<&'a Meaning>,
    pub(crate) row: Row,
    /// Number of columns of amounts.
    pub(crate) amounts: usize,
}

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Row {
    /// A spell, with an end.
    Spell,
    /// A week.
    Week,
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
pub(crate) fn turn(rows: Rows, reading: &Reading) -> Part {
    let count = rows.rows;
    let mut columns = Columns::of(rows);
    let ids = columns.ids();
    let starts = columns.numbers();
    let ends = (reading.row == Row::Spell).then(|| columns.numbers());
    let states = columns.categories();
    let coded = reading.meaning.is_some_and(Meaning::is_of_codes);
    let mut part = Part {
        spells: Vec::with_capacity(count),
        no_start: rows_of(starts.empty.as_deref().unwrap_or_default()),
        no_state: if coded {
            Vec::new()
        } else {
            empty_rows(&states)
        },
        cpr: cpr_in_states(&states),
        ..Part::default()
    };
    for _ in 0..reading.amounts {
        let numbers = columns.numbers();
        let value = |row: usize| (!is_empty(&numbers, row)).then(|| numbers.values[row]);
        part.amounts
            .push(((0..count).map(value).collect(), numbers.bad.clone()));
    }
    let joins = reading.row == Row::Week && reading.amounts == 0;
    // The state of each level.
    let level = |(place, label): (usize, &String)| match reading.meaning {
        Some(meaning) => meaning.of_label(label),
        None => place as u16,
    };
    let places: Vec<u16> = states.levels.iter().enumerate().map(level).collect();
    let mut row = 0;
    reading.index.lookup_rows(&ids, 0..count, |person| {
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
        let state = match code {
            EMPTY if coded => NOTHING,
            EMPTY => STRANGER,
            code => places[code as usize],
        };
        if state == STRANGER && code != EMPTY {
            part.strangers.note(&states.levels[code as usize], here);
        }
        if state == STRANGER || is_empty(&starts, here) {
            part.suspect.push(person);
            return;
        }
        if state == NOTHING {
            part.without_state += 1;
            return;
        }
        let from = Clock::keep(starts.values[here]);
        let to = match &ends {
            None => from,
            Some(ends) if is_empty(ends, here) => OPEN,
            Some(ends) => Clock::keep(ends.values[here]),
        };
        let spell = RawSpell {
            person,
            from,
            to,
            state,
            row: here as u32,
        };
        part.check(&spell, reading.clock, reading.accepted);
        match part.spells.last_mut() {
            Some(last) if joins && last.goes_on_with(&spell) => {
                last.to = to;
                part.joined += 1;
            }
            _ => part.spells.push(spell),
        }
    });
    part.bad = [starts.bad, ends.map(|ends| ends.bad).unwrap_or_default()];
    part.labels = match reading.meaning {
        Some(meaning) => used(&mut part.spells, &meaning.states),
        None => states.levels,
    };
    part
}

/// The labels of states that are used, and the spells with their places among them.
pub(crate) fn used(spells: &mut [RawSpell], states: &[String]) -> Vec<String> {
    let mut places = vec![None; states.len()];
    let mut labels = Vec::new();
    for spell in spells {
        let place = &mut places[usize::from(spell.state)];
        spell.state = *place.get_or_insert_with(|| {
            labels.push(states[usize::from(spell.state)].clone());
            (labels.len() - 1) as u16
        });
    }
    labels
}

impl Part {
    /// What can be wrong with one row.
    #[inline]
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
