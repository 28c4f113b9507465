//! Weeks in columns: a row for each person, a cell for each week. Runs of one state become spells, and from there on the
//! table is as any other.
//!
//! Only the columns that some person's weeks need are read, and of each row only the person's own weeks.

use super::clock::Clock;
use super::codes;
use super::columns::{Blank, Must, check_cells, no_rows};
use super::employment::{Months, wage_kind};
use super::findings::{Finding, Findings};
use super::meaning::{Meaning, NOTHING, STRANGER};
use super::part::{Part, used};
use super::rows::{Placed, Raw, RawSpell, assemble};
use super::spells::{self, Context};
use super::wide_columns::{FileColumns, Found, find};
use crate::registers::calendar::IsoWeek;
use crate::registers::{self, BadCells, Categories, Column, EMPTY, IdIndex, Kind, Rows, Want};
use crate::study::{Wages, WeekUnit, Wide};
use std::ops::Range;

/// Reads the files of a table with weeks in columns; `None` when it could not be read far enough.
pub(crate) fn read(
    context: &Context,
    clock: &Clock,
    (wide, meaning): (&Wide, Option<&Meaning>),
    findings: &mut Findings,
) -> Option<Raw> {
    let file = context.file();
    let needed = needed(context, clock)?;
    let found = find(context, wide, &needed, findings)?;
    let pattern = wide.columns.as_str();
    let mut raw = Raw {
        suspect: vec![false; context.persons.len()],
        data_end: Some(found.last),
        data_start: Some(found.first),
        wages: found
            .months
            .as_ref()
            .map(|months| Months::new(months.start, months.end, context.persons.len())),
        ..Raw::default()
    };
    let mut placed: Vec<Placed> = Vec::new();
    for (data, columns) in file.files.iter().zip(&found.files) {
        let kind = cell_kind(meaning);
        let mut wants = vec![Want {
            column: file.person.clone(),
            kind: Kind::Id,
        }];
        let mut want = |names: &[String], kind: Kind| {
            wants.extend(names.iter().map(|column| Want {
                column: column.clone(),
                kind,
            }));
        };
        want(&columns.weeks, kind);
        want(&columns.odd, kind);
        want(&columns.months, wage_kind(file.form.employment.as_ref()));
        let reading = Reading {
            index: &context.persons.index,
            clock,
            meaning,
            columns,
            needed: &needed,
            above: file.form.employment.as_ref().and_then(|rule| rule.above),
            months: found.months.clone(),
            gap: (file.gap.as_ref()).filter(|_| spells::stays(context) > 0),
        };
        match registers::read_parts(data, &wants, |rows| turn(rows, &reading)) {
            Ok((table, parts)) => {
                let mut odd = vec![Vec::new(); columns.odd.len()];
                let mut bad = BadCells::default();
                for (first, mut part) in parts {
                    bad.append(std::mem::take(&mut part.bad[0]), first);
                    for (all, rows) in odd.iter_mut().zip(&part.odd) {
                        all.extend(rows.iter().map(|row| first + row));
                    }
                    raw.counts.read += part.spells.len() as u64;
                    raw.counts.cells += part.cells;
                    raw.counts.filled += part.filled;
                    if let Some(wages) = &mut raw.wages {
                        wages.add(&part.wage_of, &part.wage_bits);
                    }
                    part.wage_of = Vec::new();
                    part.wage_bits = Vec::new();
                    placed.push(Placed {
                        part,
                        first: raw.rows + first,
                        bad_end: false,
                    });
                }
                refuse_odd(&columns.odd, &odd, &table, findings);
                let must = Must {
                    be: kind,
                    blank: Blank::Allowed,
                };
                check_cells(findings, &table, pattern, (&bad, Vec::new), must);
                raw.rows += table.rows;
                raw.files.push(table);
            }
            Err(error) => findings.absorb(error),
        }
    }
    if raw.files.len() < file.files.len() {
        return None;
    }
    if raw.rows == 0 {
        let finding = no_rows("nobody has a week");
        findings.of_file(&file.files[0].shown, &finding.warning());
    }
    say_data_end(context, &found, pattern, findings);
    assemble(context, raw, (placed, meaning), findings)
}

/// How cells of weeks are read: codes as such, labels as texts.
fn cell_kind(meaning: Option<&Meaning>) -> Kind {
    match meaning {
        Some(meaning) if meaning.is_of_codes() => Kind::Code,
        _ => Kind::Category,
    }
}

/// Weeks of the file that somebody needs.
pub(crate) struct Needed {
    /// Earliest first week of a person.
    pub(crate) start: i32,
    /// All weeks, with those that are looked at before and after.
    pub(crate) weeks: Range<i32>,
    /// The same in trial weeks.
    pub(crate) own: Range<i32>,
}

fn needed(context: &Context, clock: &Clock) -> Option<Needed> {
    let margin = spells::margin(context);
    let own = 1 - spells::lookback(context)..spells::keep(context).saturating_add(margin + 1);
    let persons = (0..context.persons.len()).filter(|person| clock.runs_for(*person));
    let base = persons.map(|person| clock.week_of(person, 0));
    let (first, last) = base.fold((i32::MAX, i32::MIN), |(first, last), week| {
        (first.min(week), last.max(week))
    });
    (first <= last).then(|| Needed {
        start: first + 1,
        weeks: first + own.start..last + own.end,
        own,
    })
}

/// How a part of a file is read.
struct Reading<'a> {
    index: &'a IdIndex,
    clock: &'a Clock<'a>,
    meaning: Option<&'a Meaning>,
    columns: &'a FileColumns,
    needed: &'a Needed,
    above: Option<i64>,
    months: Option<Range<i32>>,
    /// State of empty cells before week 1, where these are looked at: a cell is known, other than a week without a spell.
    gap: Option<&'a String>,
}

/// An empty cell before week 1.
const GAP: u16 = u16::MAX - 2;

/// A column of weeks.
enum Cells<'a> {
    Labels {
        /// State of each level.
        states: Vec<u16>,
        labels: Categories,
    },
    Codes {
        /// State of each code.
        states: &'a [u16],
        codes: Vec<u16>,
    },
}

impl Cells<'_> {
    #[inline]
    fn at(&self, row: usize) -> u16 {
        match self {
            Self::Labels { states, labels } => match labels.codes[row] {
                EMPTY => NOTHING,
                code => states[code as usize],
            },
            Self::Codes { states, codes } => match codes[row] {
                0 => NOTHING,
                code => states[usize::from(code)],
            },
        }
    }

    /// A cell as it stands in the file.
    fn text(&self, row: usize) -> String {
        match self {
            Self::Labels { labels, .. } => match labels.codes[row] {
                EMPTY => String::new(),
                code => labels.levels[code as usize].clone(),
            },
            Self::Codes { codes, .. } => codes[row].to_string(),
        }
    }
}

/// Makes spells of rows.
fn turn(rows: Rows, reading: &Reading) -> Part {
    let count = rows.rows;
    let mut columns = rows.columns.into_iter();
    let weeks = reading.columns.weeks.len();
    let mut part = Part::default();
    let Some(Column::Ids(ids)) = columns.next() else {
        unreachable!("registers give the columns that were asked for");
    };
    // Labels that are their own states are collected as they come.
    let mut own: Vec<String> = Vec::new();
    let mut bad = BadCells::default();
    let mut cells = |column: Column| match column {
        Column::Categories(labels) => {
            let state = |label: &String| match reading.meaning {
                Some(meaning) => meaning.of_label(label),
                None => {
                    let place = own.iter().position(|one| one == label);
                    place.unwrap_or_else(|| {
                        own.push(label.clone());
                        own.len() - 1
                    }) as u16
                }
            };
            Cells::Labels {
                states: labels.levels.iter().map(state).collect(),
                labels,
            }
        }
        Column::Codes(codes) => {
            bad.append(codes.bad, 0);
            Cells::Codes {
                states: reading.meaning.map_or(&[], Meaning::by_code),
                codes: codes.values,
            }
        }
        Column::Ids(_) | Column::Numbers(_) => {
            unreachable!("registers give the columns that were asked for")
        }
    };
    let states: Vec<Cells> = columns.by_ref().take(weeks).map(&mut cells).collect();
    let odd: Vec<Cells> = columns
        .by_ref()
        .take(reading.columns.odd.len())
        .map(&mut cells)
        .collect();
    part.odd = odd
        .iter()
        .map(|cells| (0..count).filter(|row| cells.at(*row) != NOTHING).collect())
        .collect();
    bad.first.sort();
    part.bad[0] = bad;
    let wages: Vec<Column> = columns.collect();
    let words = reading.months.as_ref().map_or(0, Months::words);
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
        if !reading.clock.runs_for(person as usize) {
            part.suspect.push(person);
            return;
        }
        let at = |week: i32| {
            let week = reading.clock.week_of(person as usize, week);
            (week - reading.columns.first).clamp(0, weeks as i32) as usize
        };
        let own = at(reading.needed.own.start)..at(reading.needed.own.end);
        let week_1 = at(1);
        part.cells += own.len() as u64;
        let mut open: Option<RawSpell> = None;
        for place in own {
            let state = match states[place].at(here) {
                NOTHING if place < week_1 && reading.gap.is_some() => GAP,
                state => state,
            };
            let week = reading.columns.first + place as i32;
            match &mut open {
                Some(spell) if spell.state == state => {
                    spell.to = week;
                    part.filled += 1;
                    continue;
                }
                _ => part.spells.extend(open.take()),
            }
            if state == NOTHING {
                continue;
            }
            part.filled += 1;
            if state == STRANGER {
                part.strangers.note(&states[place].text(here), here);
                part.suspect.push(person);
                continue;
            }
            open = Some(RawSpell {
                person,
                from: week,
                to: week,
                state,
                row: here as u32,
            });
        }
        part.spells.extend(open);
        if words > 0 && !wages.is_empty() {
            let start = part.wage_bits.len();
            part.wage_of.push(person);
            part.wage_bits.resize(start + words, 0);
            for (place, column) in wages.iter().enumerate() {
                if has_wages(column, here, reading.above) {
                    let place = reading.columns.months_at + place;
                    part.wage_bits[start + place / 64] |= 1 << (place % 64);
                }
            }
        }
    });
    let mut names = reading
        .meaning
        .map_or(own, |meaning| meaning.states.clone());
    names.extend(reading.gap.cloned());
    for spell in part.spells.iter_mut().filter(|spell| spell.state == GAP) {
        spell.state = (names.len() - 1) as u16;
    }
    part.labels = used(&mut part.spells, &names);
    part
}

/// Whether a month's cell tells of wages.
fn has_wages(column: &Column, row: usize, above: Option<i64>) -> bool {
    match column {
        Column::Categories(labels) => labels.codes[row] != EMPTY,
        Column::Numbers(numbers) => {
            let present = !numbers.empty.as_ref().is_some_and(|empty| empty[row]);
            present && above.is_none_or(|above| numbers.values[row] > above)
        }
        Column::Ids(_) | Column::Codes(_) => false,
    }
}

/// Week 53 of a year with 52 weeks.
fn refuse_odd(
    names: &[String],
    rows: &[Vec<usize>],
    table: &registers::Table,
    findings: &mut Findings,
) {
    for (name, rows) in names.iter().zip(rows) {
        let finding = Finding::error(
            codes::NO_SUCH_WEEK,
            name.as_str(),
            "the column is of week 53 of a year that has 52, and it is not empty",
            "check how the file counts weeks; empty the column if it is a copy",
        );
        findings.at_rows(std::slice::from_ref(table), rows, &finding);
    }
}

/// Says where the data end, when only the columns say it.
fn say_data_end(context: &Context, found: &Found, pattern: &str, findings: &mut Findings) {
    let file = context.file();
    let last = match file.weeks {
        WeekUnit::Trial => format!("week {}", found.last),
        _ => IsoWeek(found.last).to_string(),
    };
    if let Some(end) = &file.data_end {
        let end = registers::parse_number(end, Kind::Week(file.weeks));
        if end.is_some_and(|end| end > i64::from(found.last)) {
            let finding = Finding::error(
                codes::PAST_THE_COLUMNS,
                None,
                format!(
                    "`data_end` is after {last}, the last week that is known; the weeks after it count as weeks without a spell"
                ),
                "leave out `data_end`, or add the columns",
            );
            findings.of_file(&file.files[0].shown, &finding.warning());
        }
        return;
    }
    let by_wages = matches!(
        file.form.employment.as_ref().map(|rule| &rule.wages),
        Some(Wages::Columns(_))
    );
    let message = if by_wages {
        format!(
            "the data end with {last}, the last week with both a column `{pattern}` and wages of its month"
        )
    } else {
        format!("the data end with {last}, the last of the columns `{pattern}`")
    };
    let finding = Finding::error(
        codes::DATA_END_OF_COLUMNS,
        None,
        message,
        "give `data_end` if the last columns are not complete",
    );
    findings.of_file(&file.files[0].shown, &finding.note());
}
