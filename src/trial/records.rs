//! The weekly numbers of amounts and events: rows to runs of weeks, cut to the weeks followed.
//!
//! An amount in a spell table stays with its spell's own weeks, as far as the spell's state won them; one in an own
//! file stays with its week or month. Parts add up exactly, the remainder goes to the earliest weeks. Weeks outside
//! follow-up, past the horizon or in an absorbing state are cut, and the rows that lose all their weeks are counted.

use super::clock::Clock;
use super::codes;
use super::columns::{Blank, Columns, Must, check_numbers, empty_cell, is_empty};
use super::cut::{Cutter, Tally, Whole};
use super::findings::{Finding, Findings};
use super::model::{AccountingLine, SpellTable, WeeklyRuns};
use super::overlap::OPEN;
use super::persons::Persons;
use super::refusals;
use super::rows::{Amounts, EARLIEST, latest};
use super::spells::Followed;
use super::sums::{Flags, Statuses, add_up};
use crate::registers::calendar::Month;
use crate::registers::{self, EMPTY, Kind, Table, Want};
use crate::study::{
    AmountRules, AmountSource, DataFile, DateRule, EventSource, EventStatus, OutcomeKind, Per,
    Study, WeekUnit,
};

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
                        rules,
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
                    rules: Some(rules),
                    status: None,
                    among: &[],
                };
                (file, 0)
            }
            OutcomeKind::Events { source } => (own(source), 0),
            OutcomeKind::ShareAmong {
                source,
                table,
                among,
                ..
            } => {
                let file = OwnFile {
                    among,
                    ..own(source)
                };
                (file, *table)
            }
            OutcomeKind::WeeksIn { .. }
            | OutcomeKind::Inflow { .. }
            | OutcomeKind::Lasting { .. }
            | OutcomeKind::Exit { .. } => {
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
    /// What is looked at in amounts.
    rules: Option<&'a AmountRules>,
    /// What became of events.
    status: Option<&'a EventStatus>,
    /// States that a share is among.
    among: &'a [String],
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
            rules: None,
            status: source.status.as_ref(),
            among: &[],
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
    let flag = own.rules.and_then(|rules| rules.flag.as_ref());
    let beside = flag.or(own.status.map(|status| &status.column));
    wants.extend(beside.map(|column| want(column, Kind::Category)));
    let mut table = registers::read(own.file, &wants)
        .map_err(|error| findings.absorb(error))
        .ok()?;
    let mut columns = Columns::take(&mut table);
    let (ids, times) = (columns.ids(), columns.numbers());
    let numbers = own.number.map(|_| columns.numbers());
    let filters: Vec<_> = own.filter.iter().map(|_| columns.categories()).collect();
    let beside = beside.map(|_| columns.categories());
    let wanted: Vec<u32> = own
        .filter
        .iter()
        .zip(&filters)
        .map(|((_, value), column)| {
            column
                .levels
                .iter()
                .position(|level| *level == registers::parse_label(value))
                .map_or(EMPTY, |level| level as u32)
        })
        .collect();
    for ((column, _), _) in own
        .filter
        .iter()
        .zip(&wanted)
        .filter(|(_, code)| **code == EMPTY)
    {
        let finding = Finding::error(
            codes::FILTER_NEVER,
            column.as_str(),
            "no row has the value the filter asks for, so all are left out",
            "check the spelling of the filter's value against the file",
        );
        findings.of_file(&table.file, &finding.warning());
    }
    let kept = |row: usize| {
        filters
            .iter()
            .zip(&wanted)
            .all(|(column, code)| *code != EMPTY && column.codes[row] == *code)
    };

    let must = |be| Must {
        be,
        blank: Blank::Allowed,
    };
    check_numbers(findings, &table, own.time, &times, must(kind));
    if let (Some(numbers), Some((column, decimals))) = (&numbers, own.number) {
        let must = must(Kind::Decimal { decimals });
        check_numbers(findings, &table, column, numbers, must);
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
    let mut flags = beside.as_ref().filter(|_| flag.is_some()).map(Flags::of);
    let arms = &context.persons.arms;
    let mut statuses = (beside.as_ref().zip(own.status))
        .map(|(column, status)| Statuses::of(column, status, arms));
    if let Some(status) = own
        .status
        .filter(|_| statuses.as_ref().is_some_and(Statuses::none_held))
    {
        let finding = Finding::error(
            codes::FILTER_NEVER,
            status.column.as_str(),
            "no row has a value that `held` names, so no event has happened",
            "check the spelling of `held` against the file",
        );
        findings.of_file(&table.file, &finding.warning());
    }
    // The rows of a month are one amount; so are those of a week where amounts are compared.
    let adds_up = month
        || own
            .rules
            .is_some_and(|rules| rules.cap.is_some() || rules.outlier.is_some());
    let mut wholes = Vec::with_capacity(if adds_up { table.rows } else { 0 });
    let among: Vec<bool> = followed.map_or_else(Vec::new, |table| {
        table
            .states
            .iter()
            .map(|state| own.among.contains(state))
            .collect()
    });
    let accepted = EARLIEST..=latest(context.study);
    let mut example = None;
    let mut negative = Vec::new();
    let mut cutter = Cutter::new(context.study.horizon, followed);
    for (row, person) in persons.iter().enumerate() {
        if !kept(row) {
            tally.filtered += 1;
            continue;
        }
        if numbers
            .as_ref()
            .is_some_and(|numbers| numbers.values[row] < 0)
        {
            negative.push(row);
        }
        let Some(person) = *person else {
            if ids.is_empty_at(row) {
                no_id.push(row);
            } else {
                unknown.push(row);
            }
            continue;
        };
        if is_empty(&times, row) {
            // Bad cells count as empty too and are reported already.
            if times.bad.count == 0 {
                no_week.push(row);
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
        if let Some((start, end)) =
            weeks.filter(|(start, end)| accepted.contains(start) && accepted.contains(end))
        {
            if let Some(flags) = &mut flags {
                flags.count(row);
            }
            if let Some(statuses) = &mut statuses {
                if cutter.counts(person, start) {
                    let state = cutter.state_of(person, start);
                    let among = state.is_some_and(|state| among[usize::from(state)]);
                    statuses.count(row, context.persons.arm[person as usize], among);
                }
                if !statuses.is_held(row, &mut tally) {
                    continue;
                }
            }
            let whole = Whole {
                person,
                start,
                end,
                value,
                per: own.per,
            };
            if adds_up {
                wholes.push(whole);
            } else {
                cutter.add(whole, &mut tally);
            }
        } else {
            far.push(row);
            example.get_or_insert(weeks.map_or(0, |(start, _)| start));
        }
    }
    // A register of months has tens of millions of rows: its columns are let go before the weeks are made.
    drop((persons, ids, times, numbers));
    if let Some(rules) = own.rules.filter(|_| adds_up) {
        add_up(wholes, rules, &mut cutter, &mut tally);
    }
    if let (Some(flags), Some(flag)) = (flags, flag) {
        flags.tell(flag, &mut tally);
    }
    if let Some(statuses) = statuses {
        statuses.tell(!own.among.is_empty(), &mut tally);
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
    if let Some((column, _)) = own.number {
        let below = Finding::error(
            codes::NEGATIVE_AMOUNT,
            column.as_str(),
            "the amount is below zero; it is added as it stands",
            "check the rows: a correction is fine, a wrong sign is not",
        );
        findings.at_rows(these, &negative, &below.warning());
    }
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
    for spell in followed.raw.spells.iter().flatten() {
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
