//! The weekly numbers of amounts and events: rows to runs of weeks, cut to the weeks followed.
//!
//! An amount in a spell table stays with its spell's own weeks, as far as the spell's state won them; one in an own
//! file stays with its week or month. Parts add up exactly, the remainder goes to the earliest weeks. Weeks outside
//! follow-up, past the horizon or in an absorbing state are cut, and the rows that lose all their weeks are counted.

use super::accounting::Sheet;
use super::clock::Clock;
use super::codes;
use super::columns::{Blank, Columns, check_numbers, empty_cell, is_empty};
use super::findings::{Finding, Findings};
use super::model::{AccountingLine, Run, SpellTable, WeeklyRuns};
use super::overlap::OPEN;
use super::persons::Persons;
use super::refusals;
use super::spells::{Amounts, EARLIEST, Followed, latest};
use crate::registers::calendar::Month;
use crate::registers::{self, EMPTY, Kind, Table, Want};
use crate::study::{
    AmountSource, DataFile, DateRule, EventSource, OutcomeKind, Per, Study, WeekUnit,
};

/// One value of a person before it is split: `value` belongs to the weeks `start..=end` as a whole.
#[derive(Clone, Copy, Debug)]
struct Whole {
    person: u32,
    start: i32,
    end: i32,
    value: i64,
    per: Per,
}

/// A run of a person: `value` in each of the weeks `start..end`.
type Piece = (u32, i32, i32, i64);

/// Counts of rows from read to used.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    read: u64,
    filtered: u64,
    unknown_person: u64,
    without_value: u64,
    before_week_1: u64,
    after_horizon: u64,
    after_follow_up: u64,
    in_absorbing: u64,
    overridden: u64,
    without_week: u64,
    used: u64,
    shortened: u64,
}

impl Tally {
    fn write(&self, accounting: &mut Vec<AccountingLine>, outcome: &str, unit: &'static str) {
        let mut sheet = Sheet::new(accounting, outcome, unit);
        sheet.read(self.read);
        sheet.left_out("filtered", self.filtered);
        sheet.left_out("unknown_person", self.unknown_person);
        sheet.left_out("without_value", self.without_value);
        sheet.left_out("before_week_1", self.before_week_1);
        sheet.left_out("after_follow_up", self.after_follow_up);
        sheet.left_out("after_horizon", self.after_horizon);
        sheet.left_out("absorbing", self.in_absorbing);
        sheet.left_out("overridden_by_priority", self.overridden);
        sheet.left_out("without_thursday", self.without_week);
        sheet.used("", self.used);
        sheet.remark("shortened", self.shortened);
    }
}

/// Everything records depend on.
pub(crate) struct Context<'a> {
    pub(crate) study: &'a Study,
    pub(crate) persons: &'a Persons,
    /// The followed tables; some may be missing when they failed.
    pub(crate) tables: &'a [Option<Followed>],
}

/// The weekly numbers of every outcome that has any.
pub(crate) fn read(
    context: &Context,
    findings: &mut Findings,
    accounting: &mut Vec<AccountingLine>,
    files: &mut Vec<Table>,
) -> Vec<Option<WeeklyRuns>> {
    let mut records = Vec::new();
    for (i, outcome) in context.study.outcomes.iter().enumerate() {
        let own = |file| OwnFile::new(file, Per::Week);
        let (file, table) = match &outcome.kind {
            OutcomeKind::Amount {
                source: AmountSource::Spells { table, column },
                per,
                ..
            } => {
                let amounts = context.tables[*table].as_ref().and_then(|table| {
                    table
                        .raw
                        .amounts
                        .iter()
                        .find(|one| one.outcome == i)
                        .map(|one| (table, one))
                });
                if *per == Per::Month {
                    let finding = Finding::error(
                        codes::MONTHS_OF_SPELLS,
                        column.as_str(),
                        "amounts per month need an own file with months",
                        "use `per = \"spell\"`, or an own file",
                    );
                    findings.of_file(&context.study.tables[*table].files[0].shown, &finding);
                }
                records.push(amounts.map(|(table, amounts)| {
                    let (runs, tally) = of_spells(context, *per, table, (amounts, i));
                    tally.write(accounting, &outcome.name, "amounts");
                    runs
                }));
                continue;
            }
            OutcomeKind::Amount {
                source:
                    AmountSource::File {
                        file,
                        person,
                        time,
                        column,
                        weeks,
                        filter,
                    },
                per,
                decimals,
            } => {
                let file = OwnFile {
                    file,
                    person,
                    time,
                    number: Some((column, *decimals)),
                    weeks: *weeks,
                    filter,
                    per: *per,
                };
                (file, 0)
            }
            OutcomeKind::Events { source } => (own(source), 0),
            OutcomeKind::ShareAmong { source, table, .. } => (own(source), *table),
            OutcomeKind::WeeksIn { .. } | OutcomeKind::Exit { .. } => {
                records.push(None);
                continue;
            }
        };
        let followed = context
            .tables
            .get(table)
            .and_then(Option::as_ref)
            .map(|followed| &followed.table);
        let unit = if file.number.is_some() {
            "amounts"
        } else {
            "events"
        };
        let read = of_file(context, &file, followed, (findings, files));
        records.push(read.map(|(runs, tally)| {
            tally.write(accounting, &outcome.name, unit);
            runs
        }));
    }
    records
}

/// An own file of amounts, or of events (without a number).
struct OwnFile<'a> {
    file: &'a DataFile,
    person: &'a String,
    time: &'a String,
    number: Option<(&'a String, u32)>,
    weeks: WeekUnit,
    filter: &'a [(String, String)],
    per: Per,
}

impl<'a> OwnFile<'a> {
    fn new(source: &'a EventSource, per: Per) -> Self {
        Self {
            file: &source.file,
            person: &source.person,
            time: &source.week,
            number: None,
            weeks: source.weeks,
            filter: &source.filter,
            per,
        }
    }
}

fn of_file(
    context: &Context,
    own: &OwnFile,
    followed: Option<&SpellTable>,
    (findings, files): (&mut Findings, &mut Vec<Table>),
) -> Option<(WeeklyRuns, Tally)> {
    let want = |column: &String, kind| Want {
        column: column.clone(),
        kind,
    };
    let month = own.per == Per::Month;
    let kind = if month {
        Kind::Month
    } else {
        Kind::Week(own.weeks)
    };
    let mut wants = vec![want(own.person, Kind::Id), want(own.time, kind)];
    wants.extend(
        own.number
            .map(|(column, decimals)| want(column, Kind::Decimal { decimals })),
    );
    wants.extend(
        own.filter
            .iter()
            .map(|(column, _)| want(column, Kind::Category)),
    );
    let mut table = registers::read(own.file, &wants)
        .map_err(|error| findings.absorb(error))
        .ok()?;
    let mut columns = Columns::take(&mut table);
    let (ids, times) = (columns.ids(), columns.numbers());
    let numbers = own.number.map(|_| columns.numbers());
    let filters: Vec<_> = own.filter.iter().map(|_| columns.categories()).collect();
    let wanted: Vec<u32> = own
        .filter
        .iter()
        .zip(&filters)
        .map(|((_, value), column)| {
            column
                .levels
                .iter()
                .position(|level| level == value)
                .map_or(EMPTY, |level| level as u32)
        })
        .collect();
    let kept = |row: usize| {
        filters
            .iter()
            .zip(&wanted)
            .all(|(column, code)| *code != EMPTY && column.codes[row] == *code)
    };

    check_numbers(findings, &table, own.time, &times, Blank::Allowed);
    if let (Some(numbers), Some((column, _))) = (&numbers, own.number) {
        check_numbers(findings, &table, column, numbers, Blank::Allowed);
    }
    let assigned = context.persons.assigned.as_deref();
    let unit = if month { WeekUnit::Iso } else { own.weeks };
    let Some(clock) = Clock::new(unit, DateRule::Any, context.study.first_week, assigned) else {
        refusals::no_assignment(findings, &own.file.shown);
        files.push(table);
        return None;
    };
    let persons = context.persons.index.lookup(&ids);
    let mut tally = Tally {
        read: table.rows as u64,
        ..Tally::default()
    };
    let (mut unknown, mut no_id, mut no_week, mut far) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let accepted = EARLIEST..=latest(context.study);
    let mut example = None;
    let mut cutter = Cutter::new(context.study.horizon, followed);
    for (row, person) in persons.iter().enumerate() {
        if !kept(row) {
            tally.filtered += 1;
            continue;
        }
        let Some(person) = *person else {
            if ids.is_empty_at(row) {
                no_id.push(row)
            } else {
                unknown.push(row)
            }
            continue;
        };
        if is_empty(&times, row) {
            // Bad cells count as empty too and are reported already.
            if times.bad.count == 0 {
                no_week.push(row)
            }
            continue;
        }
        let value = match &numbers {
            Some(numbers) if is_empty(numbers, row) => {
                tally.without_value += 1;
                continue;
            }
            Some(numbers) => numbers.values[row],
            None => 1,
        };
        if !clock.runs_for(person as usize) {
            continue;
        }
        let time = Clock::keep(times.values[row]);
        let weeks = if month {
            Month(time).weeks().map(|(first, last)| {
                (
                    clock.of_iso(person as usize, first.0),
                    clock.of_iso(person as usize, last.0),
                )
            })
        } else {
            Some(clock.weeks(person as usize, time, time))
        };
        match weeks.filter(|(start, end)| accepted.contains(start) && accepted.contains(end)) {
            Some((start, end)) => cutter.add(
                Whole {
                    person,
                    start,
                    end,
                    value,
                    per: own.per,
                },
                &mut tally,
            ),
            None => {
                far.push(row);
                example.get_or_insert(weeks.map_or(0, |(start, _)| start));
            }
        }
    }
    tally.unknown_person = unknown.len() as u64;
    let these = std::slice::from_ref(&table);
    findings.at_rows(these, &no_id, &empty_cell(own.person));
    findings.at_rows(these, &no_week, &empty_cell(own.time));
    findings.at_rows(
        these,
        &far,
        &refusals::out_of_range(own.time, example.unwrap_or(0), accepted),
    );
    let outside = Finding::error(
        codes::UNKNOWN_PERSON,
        own.person.as_str(),
        "the person is not in the persons file; the rows are left out and counted",
        "check the identifiers if these rows should count",
    );
    findings.at_rows(these, &unknown, &outside.warning());
    files.push(table);
    Some((cutter.finish(context.persons.len()), tally))
}

/// Amounts of a spell table.
fn of_spells(
    context: &Context,
    per: Per,
    followed: &Followed,
    (amounts, _): (&Amounts, usize),
) -> (WeeklyRuns, Tally) {
    let mut tally = Tally {
        read: amounts.values.len() as u64,
        ..Tally::default()
    };
    let mut cutter = Cutter::new(context.study.horizon, Some(&followed.table));
    let study_table = context
        .study
        .tables
        .iter()
        .find(|table| table.name == followed.table.name);
    let clock = study_table.and_then(|table| {
        Clock::new(
            table.weeks,
            table.date_rule,
            context.study.first_week,
            context.persons.assigned.as_deref(),
        )
    });
    let Some(clock) = clock else {
        return (cutter.finish(context.persons.len()), tally);
    };
    for spell in &followed.raw.spells {
        let person = spell.person as usize;
        let Some(value) = amounts.values[spell.row as usize] else {
            tally.without_value += 1;
            continue;
        };
        if !clock.runs_for(person) || followed.raw.suspect[person] {
            continue;
        }
        let (start, end) = match spell.to {
            OPEN => {
                let start = clock.weeks(person, spell.from, spell.from).0;
                let limit = followed.limits[person].unwrap_or(followed.table.followed[person]);
                (start, limit.max(start))
            }
            to => clock.weeks(person, spell.from, to),
        };
        let whole = Whole {
            person: spell.person,
            start,
            end,
            value,
            per,
        };
        cutter.add_in_state(whole, spell.state, &mut tally);
    }
    (cutter.finish(context.persons.len()), tally)
}

/// Cuts values to the weeks that count and collects their runs.
struct Cutter<'a> {
    horizon: i32,
    followed: Option<&'a SpellTable>,
    pieces: Vec<Piece>,
}

impl<'a> Cutter<'a> {
    fn new(horizon: u32, followed: Option<&'a SpellTable>) -> Self {
        Self {
            horizon: i32::try_from(horizon).unwrap_or(i32::MAX - 1),
            followed,
            pieces: Vec::new(),
        }
    }

    /// Last week followed, and last week before an absorbing state.
    fn ends(&self, person: u32) -> (i32, i32) {
        let Some(table) = self.followed else {
            return (self.horizon, self.horizon);
        };
        let followed = table.followed[person as usize];
        let absorbing = |state: u16| table.absorbing[usize::from(state)];
        let spells = table.of(person as usize);
        let absorbed = spells.iter().find(|spell| absorbing(spell.state));
        (followed, absorbed.map_or(followed, |spell| spell.start - 1))
    }

    /// Adds a value over all its weeks that count.
    fn add(&mut self, whole: Whole, tally: &mut Tally) {
        let (followed, alive) = self.ends(whole.person);
        let last = alive.min(self.horizon);
        let (from, to) = (whole.start.max(1), whole.end.min(last));
        let count = if whole.start > whole.end {
            &mut tally.without_week
        } else if whole.end < 1 {
            &mut tally.before_week_1
        } else if from <= to {
            tally.shortened += u64::from(whole.start < 1 || whole.end > last);
            self.cut(&whole, from, to);
            &mut tally.used
        } else if from > self.horizon {
            &mut tally.after_horizon
        } else if from > followed {
            &mut tally.after_follow_up
        } else {
            &mut tally.in_absorbing
        };
        *count += 1;
    }

    /// Adds the value of a spell over its weeks in which its state won.
    fn add_in_state(&mut self, whole: Whole, state: u16, tally: &mut Tally) {
        let Some(table) = self.followed else {
            return;
        };
        let (_, alive) = self.ends(whole.person);
        let last = alive.min(self.horizon).min(whole.end);
        let mut weeks = 0;
        for spell in table.of(whole.person as usize) {
            let (from, to) = (spell.start.max(whole.start), (spell.end - 1).min(last));
            if spell.state == state && from <= to {
                self.cut(&whole, from, to);
                weeks += to - from + 1;
            }
        }
        if weeks > 0 {
            tally.used += 1;
            tally.shortened += u64::from(weeks < whole.end - whole.start + 1);
        } else if whole.start <= last && last >= 1 && whole.end >= 1 && whole.start <= whole.end {
            tally.overridden += 1;
        } else {
            // No week of it counts, whatever the states: the same reasons as for a file of its own.
            self.add(whole, tally);
        }
    }

    /// The parts of a value in the weeks `from..=to`.
    fn cut(&mut self, whole: &Whole, from: i32, to: i32) {
        let mut push = |start: i32, end: i32, value: i64| {
            let (start, end) = (start.max(from), end.min(to + 1));
            if start < end && value != 0 {
                self.pieces.push((whole.person, start, end, value));
            }
        };
        if whole.per == Per::Week {
            push(from, to + 1, whole.value);
            return;
        }
        let weeks = i64::from(whole.end) - i64::from(whole.start) + 1;
        let (each, rest) = (whole.value.div_euclid(weeks), whole.value.rem_euclid(weeks));
        let edge = whole.start + rest as i32;
        push(whole.start, edge, each + i64::from(rest > 0));
        push(edge, whole.end.saturating_add(1), each);
    }

    /// The runs of all persons, in an order that does not depend on that of the rows; equal weeks are added up.
    fn finish(mut self, persons: usize) -> WeeklyRuns {
        if !self.pieces.is_sorted() {
            self.pieces.sort_unstable();
        }
        let mut runs = WeeklyRuns {
            offsets: Vec::with_capacity(persons + 1),
            runs: Vec::with_capacity(self.pieces.len()),
        };
        let mut owner = 0;
        runs.offsets.push(0);
        for (person, start, end, value) in self.pieces {
            let is_new = person != owner;
            while owner < person {
                runs.offsets.push(runs.runs.len() as u32);
                owner += 1;
            }
            let first_of_person = runs
                .offsets
                .last()
                .is_some_and(|first| *first as usize == runs.runs.len());
            match runs.runs.last_mut() {
                Some(last)
                    if !is_new && !first_of_person && (last.start, last.end) == (start, end) =>
                {
                    match last.value.checked_add(value) {
                        Some(sum) => last.value = sum,
                        None => runs.runs.push(Run { start, end, value }),
                    }
                }
                _ => runs.runs.push(Run { start, end, value }),
            }
        }
        while runs.offsets.len() <= persons {
            runs.offsets.push(runs.runs.len() as u32);
        }
        runs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(whole: Whole, horizon: u32) -> (Vec<(i32, i32, i64)>, Tally) {
        let mut cutter = Cutter::new(horizon, None);
        let mut tally = Tally::default();
        cutter.add(whole, &mut tally);
        let runs = cutter.finish(1);
        assert_eq!(runs.offsets, [0, runs.runs.len() as u32]);
        (
            runs.runs
                .iter()
                .map(|run| (run.start, run.end, run.value))
                .collect(),
            tally,
        )
    }

    #[test]
    fn parts_of_a_spell_add_up_with_the_remainder_first() {
        let whole = Whole {
            person: 0,
            start: 1,
            end: 4,
            value: 1003,
            per: Per::Spell,
        };
        let (parts, _) = runs(whole, 52);
        assert_eq!(parts, [(1, 4, 251), (4, 5, 250)]);
        let negative = Whole { value: -5, ..whole };
        let (parts, _) = runs(negative, 52);
        let sum: i64 = parts
            .iter()
            .map(|(start, end, value)| i64::from(end - start) * value)
            .sum();
        assert_eq!(sum, -5);
    }

    #[test]
    fn a_part_outside_the_weeks_that_count_is_cut() {
        let whole = Whole {
            person: 0,
            start: -1,
            end: 4,
            value: 8,
            per: Per::Spell,
        };
        let (parts, tally) = runs(whole, 2);
        assert_eq!(parts, [(1, 3, 1)]);
        assert_eq!((tally.used, tally.shortened), (1, 1));
        let (parts, tally) = runs(Whole { start: 3, ..whole }, 2);
        assert!(parts.is_empty());
        assert_eq!(tally.after_horizon, 1);
    }
}
