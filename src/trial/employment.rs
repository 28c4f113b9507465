//! Employment from wages: weeks without a state are employment when enough of them follow each other, each with wages in
//! its month (that of its Thursday). A shorter run at the edge of the data may be part of a longer one that nobody sees: it
//! keeps the state of weeks without benefit and is counted, and is never made a week on benefit.

use super::clock::Clock;
use super::codes;
use super::columns::{Blank, Columns, Must, check_numbers, is_empty};
use super::findings::{Finding, Findings};
use super::rows::{Raw, RawSpell};
use super::spells::{self, Context};
use crate::numeric::parallel::{concat, map_ordered};
use crate::registers::calendar::{IsoWeek, Month};
use crate::registers::{self, Kind, Table, Want};
use crate::study::{DataFile, Employment, WAGE_DECIMALS, Wages};
use std::ops::Range;

/// Persons whose weeks are looked at at a time.
const PIECE: usize = 1 << 12;

/// Which months of each person have wages.
#[derive(Clone, Debug)]
pub(crate) struct Months {
    first: i32,
    words: usize,
    bits: Vec<u64>,
}

impl Months {
    /// No wages in the months `first..end`.
    pub(crate) fn new(first: i32, end: i32, persons: usize) -> Self {
        let words = Self::words(&(first..end));
        Self {
            first,
            words,
            bits: vec![0; words * persons],
        }
    }

    /// Words that hold a bit for each month.
    pub(crate) fn words(months: &Range<i32>) -> usize {
        months.len().div_ceil(64)
    }

    /// Adds the months of some persons.
    pub(crate) fn add(&mut self, persons: &[u32], bits: &[u64]) {
        for (person, bits) in persons.iter().zip(bits.chunks(self.words.max(1))) {
            let own = &mut self.bits[*person as usize * self.words..][..self.words];
            own.iter_mut()
                .zip(bits)
                .for_each(|(own, bits)| *own |= bits);
        }
    }

    fn set(&mut self, person: usize, month: i32) {
        let place = (month - self.first) as usize;
        self.bits[person * self.words + place / 64] |= 1 << (place % 64);
    }

    fn has(&self, person: usize, month: i32) -> bool {
        let place = month - self.first;
        if place < 0 || place as usize >= self.words * 64 {
            return false;
        }
        let place = place as usize;
        self.bits[person * self.words + place / 64] >> (place % 64) & 1 == 1
    }
}

/// How cells of wages are read: with a threshold as numbers, else whether they hold anything.
pub(crate) fn wage_kind(rule: Option<&Employment>) -> Kind {
    match rule.and_then(|rule| rule.above) {
        Some(_) => Kind::Decimal {
            decimals: WAGE_DECIMALS,
        },
        None => Kind::Category,
    }
}

/// Makes spells of employment, when the study has a rule of it; `ends` are the last known weeks of the file by person.
pub(crate) fn derive(
    context: &Context,
    clock: &Clock,
    ends: &[Option<i32>],
    raw: &mut Raw,
    findings: &mut Findings,
) {
    let file = context.file();
    let Some(rule) = &file.form.employment else {
        return;
    };
    if let Wages::File {
        file: data,
        person,
        month,
        column,
    } = &rule.wages
    {
        let own = OwnFile {
            data,
            names: [person, month, column],
            above: rule.above,
        };
        raw.wages = wages_of_file(context, clock, &own, (raw, findings));
    }
    let (Some(wages), Ok(state)) = (&raw.wages, raw.states.binary_search(&rule.state)) else {
        return;
    };
    let all = concat(&raw.spells);
    let persons = context.persons.len();
    let stays: Vec<bool> = (raw.states.iter())
        .map(|state| file.absorbing.contains(state) || file.censor.contains(state))
        .collect();
    let margin = spells::margin(context);
    let own = 1 - spells::lookback(context)..spells::keep(context).saturating_add(margin + 1);
    let least = rule.weeks as i32;
    let pieces = persons.div_ceil(PIECE);
    let done = map_ordered(pieces, |piece| {
        let (mut spells, mut undecided, mut made) = (Vec::new(), 0, 0);
        let mut free = Vec::new();
        let own_persons = piece * PIECE..persons.min((piece + 1) * PIECE);
        for (person, &end) in own_persons.clone().zip(&ends[own_persons]) {
            let first = all.partition_point(|spell| (spell.person as usize) < person);
            let count = all[first..]
                .iter()
                .take_while(|s| s.person as usize == person)
                .count();
            let of = &all[first..first + count];
            let start = spells.len();
            spells.extend_from_slice(of);
            if raw.suspect[person] || !clock.runs_for(person) {
                continue;
            }
            let week_of = |week| clock.week_of(person, week);
            let known = end.map_or(i32::MAX, |end| end.saturating_add(1));
            let mut span = week_of(own.start)..week_of(own.end).min(known);
            span.start = span.start.max(raw.data_start.unwrap_or(i32::MIN));
            free_weeks(of, &stays, &span, &mut free);
            for run in &free {
                let mut from = run.start;
                while from < run.end {
                    let paid = |week: &i32| {
                        IsoWeek(*week)
                            .month()
                            .is_some_and(|month| wages.has(person, month.0))
                    };
                    let to = from + (from..run.end).take_while(paid).count() as i32;
                    if to - from >= least {
                        made += 1;
                        spells.push(RawSpell {
                            person: person as u32,
                            from,
                            to: to - 1,
                            state: state as u16,
                            row: of.first().map_or(0, |spell| spell.row),
                        });
                    } else if to > from {
                        let at_start = from == span.start && raw.data_start == Some(from);
                        let at_end = to == span.end && to == known;
                        undecided += u64::from(at_start || at_end);
                    }
                    from = to + 1;
                }
            }
            spells[start..].sort_unstable();
        }
        (spells, made, undecided)
    });
    let mut parts = Vec::with_capacity(done.len());
    for (spells, made, undecided) in done {
        raw.counts.employed += made;
        raw.counts.undecided += undecided;
        parts.push(spells);
    }
    raw.spells = parts.into_iter().filter(|part| !part.is_empty()).collect();
}

/// Weeks of a span in which no spell lies, up to the first state that stays.
fn free_weeks(spells: &[RawSpell], stays: &[bool], span: &Range<i32>, free: &mut Vec<Range<i32>>) {
    free.clear();
    let mut next = span.start;
    for spell in spells {
        if spell.from > next {
            free.push(next..spell.from.min(span.end));
        }
        if stays[usize::from(spell.state)] {
            next = span.end;
            break;
        }
        next = next.max(spell.to.saturating_add(1));
        if next >= span.end {
            break;
        }
    }
    free.push(next.min(span.end)..span.end);
    free.retain(|run| run.start < run.end);
}

/// A file with a row for each job and month.
struct OwnFile<'a> {
    data: &'a DataFile,
    names: [&'a String; 3],
    above: Option<i64>,
}

/// Months with wages of a file: the rows of a person's month are added, then compared.
fn wages_of_file(
    context: &Context,
    clock: &Clock,
    own: &OwnFile,
    (raw, findings): (&mut Raw, &mut Findings),
) -> Option<Months> {
    let [person, month, column] = own.names;
    let kind = Kind::Decimal {
        decimals: WAGE_DECIMALS,
    };
    let want = |column: &String, kind| Want {
        column: column.clone(),
        kind,
    };
    let wants = [
        want(person, Kind::Id),
        want(month, Kind::Month),
        want(column, kind),
    ];
    let margin = spells::margin(context);
    let weeks = (0..context.persons.len())
        .filter(|person| clock.runs_for(*person))
        .map(|person| clock.week_of(person, 0))
        .fold(None, |range: Option<(i32, i32)>, week| {
            Some(range.map_or((week, week), |(a, b)| (a.min(week), b.max(week))))
        });
    let (first, last) = weeks?;
    let start = IsoWeek(first + 1 - spells::lookback(context)).month()?.0;
    let end = IsoWeek(last + spells::keep(context) + margin).month()?.0 + 1;
    let mut table = registers::read(own.data, &wants)
        .map_err(|error| findings.absorb(error))
        .ok()?;
    let mut columns = Columns::take(&mut table);
    let (ids, months, numbers) = (columns.ids(), columns.numbers(), columns.numbers());
    let must = |be| Must {
        be,
        blank: Blank::Allowed,
    };
    check_numbers(findings, &table, month, &months, must(Kind::Month));
    check_numbers(findings, &table, column, &numbers, must(kind));
    let width = (end - start) as usize;
    let mut sums = vec![0i64; width * context.persons.len()];
    let mut present = vec![false; sums.len()];
    let (mut strangers, mut no_month) = (0, Vec::new());
    for (row, person) in context.persons.index.lookup(&ids).iter().enumerate() {
        let Some(person) = person else {
            strangers += 1;
            continue;
        };
        if is_empty(&months, row) {
            if months.bad.count == 0 {
                no_month.push(row);
            }
            continue;
        }
        let at = Month(Clock::keep(months.values[row])).0 - start;
        if (0..width as i32).contains(&at) && !is_empty(&numbers, row) {
            let place = *person as usize * width + at as usize;
            sums[place] = sums[place].saturating_add(numbers.values[row]);
            present[place] = true;
        }
    }
    let these = std::slice::from_ref(&table);
    findings.at_rows(these, &no_month, &super::columns::empty_cell(month));
    if strangers > 0 {
        let finding = Finding::error(
            codes::UNKNOWN_PERSON,
            person.as_str(),
            format!(
                "{strangers} rows are of persons who are not in the persons file; they are left out"
            ),
            "check the identifiers if these rows should count",
        );
        findings.of_file(&own.data.shown, &finding.note());
    }
    let mut wages = Months::new(start, end, context.persons.len());
    for place in 0..sums.len() {
        if present[place] && own.above.is_none_or(|above| sums[place] > above) {
            wages.set(place / width, start + (place % width) as i32);
        }
    }
    raw.others.push(Table {
        columns: Vec::new(),
        ..table
    });
    Some(wages)
}
