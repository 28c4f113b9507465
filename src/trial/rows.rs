//! The rows of a spell table: read from all its files and checked one by one.

use super::clock::Clock;
use super::codes;
use super::columns::{
    Blank, Columns, Must, check_categories, check_numbers, empty_cell, is_empty, no_rows,
};
use super::findings::{Finding, Findings, list};
use super::identifiers::refuse_cpr_in_states;
use super::overlap::{OPEN, UNRANKED};
use super::refusals;
use super::spells::Context;
use crate::error::Severity;
use crate::registers::{self, EMPTY, Kind, Table, Want};
use crate::study::{AmountSource, ExitSource, OutcomeKind, Study};

/// Earliest accepted week.
pub(crate) const EARLIEST: i32 = -520;
/// Weeks are accepted up to this many horizons.
const HORIZONS: i32 = 10;
/// Latest accepted week.
pub(crate) fn latest(study: &Study) -> i32 {
    i32::try_from(study.horizon)
        .unwrap_or(i32::MAX / HORIZONS)
        .saturating_mul(HORIZONS)
}

/// A spell of a person as the file has it, in the unit of the file, inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RawSpell {
    pub(crate) person: u32,
    pub(crate) from: i32,
    /// Or [`OPEN`].
    pub(crate) to: i32,
    pub(crate) state: u16,
    /// Row, numbered through all files of the table.
    pub(crate) row: u32,
}

/// Numbers of a column of a spell table, by row.
#[derive(Debug, Default)]
pub(crate) struct Amounts {
    pub(crate) outcome: usize,
    pub(crate) values: Vec<Option<i64>>,
}

/// The rows of a table.
#[derive(Default)]
pub(crate) struct Raw {
    pub(crate) files: Vec<Table>,
    /// Labels that stand in the files, ascending.
    pub(crate) labels: Vec<String>,
    /// These and the labels the study names, ascending.
    pub(crate) states: Vec<String>,
    /// By person and start.
    pub(crate) spells: Vec<RawSpell>,
    pub(crate) amounts: Vec<Amounts>,
    /// Persons with a row that cannot be read: nothing more is said of them.
    pub(crate) suspect: Vec<bool>,
    pub(crate) rows: usize,
}

/// States the outcomes of a table ask for.
fn asked_states(context: &Context) -> Vec<String> {
    let mut states = Vec::new();
    for outcome in &context.study.outcomes {
        match &outcome.kind {
            OutcomeKind::WeeksIn {
                table,
                states: named,
            }
            | OutcomeKind::ShareAmong {
                table,
                among: named,
                ..
            } if *table == context.table => states.extend(named.iter().cloned()),
            OutcomeKind::Exit {
                source: ExitSource::Spells { table, from },
                to,
                ..
            } if *table == context.table => states.extend(from.iter().chain(to).cloned()),
            _ => {}
        }
    }
    states
}

/// States in ascending order: those of the data and those the study names.
fn all_states(context: &Context, data: &[String]) -> Vec<String> {
    let file = context.file();
    let mut states = data.to_vec();
    states.extend(
        file.gap
            .iter()
            .chain(&file.censor)
            .chain(&file.absorbing)
            .cloned(),
    );
    states.extend(file.states.iter().flatten().cloned());
    states.extend(asked_states(context));
    states.sort_unstable();
    states.dedup();
    states
}

pub(crate) fn read_rows(context: &Context, findings: &mut Findings) -> Option<Raw> {
    let file = context.file();
    let want = |column: &String, kind| Want {
        column: column.clone(),
        kind,
    };
    let mut wants = vec![
        want(&file.person, Kind::Id),
        want(&file.start, Kind::Week(file.weeks)),
        want(&file.end, Kind::Week(file.weeks)),
        want(&file.state, Kind::Category),
    ];
    let mut raw = Raw {
        suspect: vec![false; context.persons.len()],
        ..Raw::default()
    };
    let mut amount_columns = Vec::new();
    for (i, outcome) in context.study.outcomes.iter().enumerate() {
        if let OutcomeKind::Amount {
            source: AmountSource::Spells { table, column },
            decimals,
            ..
        } = &outcome.kind
            && *table == context.table
        {
            let kind = Kind::Decimal {
                decimals: *decimals,
            };
            wants.push(want(column, kind));
            amount_columns.push((column, kind));
            raw.amounts.push(Amounts {
                outcome: i,
                values: Vec::new(),
            });
        }
    }
    let mut read = Vec::new();
    for data in &file.files {
        match registers::read(data, &wants) {
            Ok(mut table) => {
                let mut columns = Columns::take(&mut table);
                let parts = (
                    columns.ids(),
                    columns.numbers(),
                    columns.numbers(),
                    columns.categories(),
                );
                let must = |blank| Must {
                    be: Kind::Week(file.weeks),
                    blank,
                };
                check_numbers(
                    findings,
                    &table,
                    &file.start,
                    &parts.1,
                    must(Blank::Refused),
                );
                check_numbers(findings, &table, &file.end, &parts.2, must(Blank::Allowed));
                check_categories(findings, &table, &file.state, &parts.3);
                refuse_cpr_in_states(findings, &table, &file.state, &parts.3);
                for (amounts, (column, be)) in raw.amounts.iter_mut().zip(&amount_columns) {
                    let numbers = columns.numbers();
                    let must = Must {
                        be: *be,
                        blank: Blank::Allowed,
                    };
                    check_numbers(findings, &table, column, &numbers, must);
                    let value =
                        |row: usize| (!is_empty(&numbers, row)).then(|| numbers.values[row]);
                    amounts.values.extend((0..table.rows).map(value));
                }
                raw.files.push(table);
                read.push(parts);
            }
            Err(error) => findings.absorb(error),
        }
    }
    if read.len() < file.files.len() {
        return None;
    }
    raw.rows = raw.files.iter().map(|table| table.rows).sum();
    raw.labels = read
        .iter()
        .flat_map(|part| part.3.levels.iter().cloned())
        .collect();
    raw.labels.sort_unstable();
    raw.labels.dedup();
    if raw.rows == 0 {
        let finding = no_rows("nobody has a spell");
        findings.of_file(&file.files[0].shown, &finding.warning());
    }
    raw.states = all_states(context, &raw.labels);
    if u32::try_from(raw.rows).is_err() || raw.states.len() >= usize::from(UNRANKED) {
        let finding = Finding::error(
            codes::TOO_LARGE,
            None,
            "too many rows or states",
            "split the study",
        );
        findings.of_file(&file.files[0].shown, &finding);
        return None;
    }
    let (mut unknown, mut empty) = (Vec::new(), Vec::new());
    raw.spells.reserve_exact(raw.rows);
    let mut first = 0;
    for (ids, starts, ends, states) in read {
        let persons = context.persons.index.lookup(&ids);
        let place = |level: &String| raw.states.binary_search(level).unwrap_or_default() as u16;
        let places: Vec<u16> = states.levels.iter().map(place).collect();
        let bad_end = ends.bad.count > 0;
        for (row, person) in persons.iter().enumerate() {
            let Some(person) = *person else {
                if ids.is_empty_at(row) {
                    empty.push(first + row);
                } else {
                    unknown.push(first + row);
                }
                continue;
            };
            let code = states.codes[row];
            let open = is_empty(&ends, row);
            if code == EMPTY || is_empty(&starts, row) || (bad_end && open) {
                raw.suspect[person as usize] = true;
                continue;
            }
            raw.spells.push(RawSpell {
                person,
                from: Clock::keep(starts.values[row]),
                to: if open {
                    OPEN
                } else {
                    Clock::keep(ends.values[row])
                },
                state: places[code as usize],
                row: (first + row) as u32,
            });
        }
        first += persons.len();
    }
    findings.at_rows(&raw.files, &empty, &empty_cell(&file.person));
    findings.at_rows(
        &raw.files,
        &unknown,
        &refusals::unknown_person(&file.person),
    );
    Some(raw)
}

impl Raw {
    /// Sorts by person and start; registers most often come that way.
    pub(crate) fn sort(&mut self) {
        if !self.spells.is_sorted() {
            self.spells.sort_unstable();
        }
    }
}

/// Checks of single rows.
pub(crate) fn check_rows(context: &Context, clock: &Clock, raw: &mut Raw, findings: &mut Findings) {
    let file = context.file();
    let accepted = EARLIEST..=latest(context.study);
    let (mut reversed, mut far_start, mut far_end) = (Vec::new(), Vec::new(), Vec::new());
    let mut example = None;
    for spell in &raw.spells {
        let (person, row) = (spell.person as usize, spell.row as usize);
        if !clock.runs_for(person) {
            raw.suspect[person] = true;
            continue;
        }
        if spell.to < spell.from {
            reversed.push(row);
            raw.suspect[person] = true;
            continue;
        }
        let start = clock.weeks(person, spell.from, spell.from).0;
        let end = (spell.to != OPEN).then(|| clock.last(person, spell.to));
        if !accepted.contains(&start) {
            far_start.push(row);
            example.get_or_insert(start);
            raw.suspect[person] = true;
        } else if let Some(end) = end.filter(|end| end > accepted.end()) {
            far_end.push(row);
            example.get_or_insert(end);
            raw.suspect[person] = true;
        }
    }
    let finding = Finding::error(
        codes::END_BEFORE_START,
        file.end.as_str(),
        "the spell ends before it starts",
        "correct the rows; leave the end empty when the spell is still open",
    );
    findings.at_rows(&raw.files, &reversed, &finding);
    for (column, rows) in [(&file.start, far_start), (&file.end, far_end)] {
        let finding = refusals::out_of_range(column, example.unwrap_or_default(), accepted.clone());
        findings.at_rows(&raw.files, &rows, &finding);
    }
    if let Some(named) = &file.states {
        let known: Vec<bool> = raw
            .states
            .iter()
            .map(|state| named.contains(state))
            .collect();
        let stranger = |spell: &&RawSpell| !known[usize::from(spell.state)];
        let spells = raw.spells.iter().filter(stranger);
        let rows: Vec<usize> = spells.map(|spell| spell.row as usize).collect();
        let finding = Finding::error(
            codes::UNKNOWN_STATE,
            file.state.as_str(),
            format!(
                "not a state of the study: {}",
                list(raw.labels.iter().filter(|label| !named.contains(label)))
            ),
            "add the state to the list, or correct the cells",
        );
        findings.at_rows(&raw.files, &rows, &finding.allowed(list(named)));
    }
}

/// Warns of states an outcome asks for that the files do not have: most often a spelling mistake. Of censoring and
/// absorbing states it is a note: few trials have all of them.
pub(crate) fn check_states(context: &Context, raw: &Raw, findings: &mut Findings) {
    let file = context.file();
    let missing = |state: &&String| !raw.labels.contains(state) && file.gap.as_ref() != Some(state);
    let asked = asked_states(context);
    let named: Vec<String> = file.censor.iter().chain(&file.absorbing).cloned().collect();
    for (states, severity) in [(asked, Severity::Warning), (named, Severity::Note)] {
        let mut never: Vec<&String> = states.iter().filter(missing).collect();
        never.sort_unstable();
        never.dedup();
        if !never.is_empty() {
            let finding = Finding::error(
                codes::STATE_NEVER_SEEN,
                file.state.as_str(),
                format!("no spell has the state {}", list(&never)),
                "check the spelling against the states of the file",
            );
            let finding = Finding {
                severity,
                ..finding.allowed(list(&raw.labels))
            };
            findings.of_file(&file.files[0].shown, &finding);
        }
    }
}
