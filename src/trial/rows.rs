//! The rows of a spell table: read from all its files part by part, on all threads, and checked one by one on the way.

use super::clock::Clock;
use super::codes;
use super::columns::{Blank, Must, add_bad, check_cells, empty_cell, no_rows};
use super::employment::Months;
use super::findings::{Finding, Findings, list};
use super::identifiers;
use super::meaning::{Meaning, Strangers};
use super::overlap::{OPEN, UNRANKED};
use super::part::{Part, Reading, Row, Side, turn};
use super::refusals;
use super::spells::Context;
use super::wide;
use crate::error::Severity;
use crate::numeric::parallel::map_mut;
use crate::registers::{self, BadCells, Kind, Table, Want};
use crate::study::{AmountSource, ExitSource, Layout, OutcomeKind, Outsiders, Study};

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
    /// By person and start, in parts of any size.
    pub(crate) spells: Vec<Vec<RawSpell>>,
    pub(crate) amounts: Vec<Amounts>,
    /// Persons with a row that cannot be read: nothing more is said of them.
    pub(crate) suspect: Vec<bool>,
    pub(crate) rows: usize,
    /// Last week of the data, in the unit of the file, when its columns say it.
    pub(crate) data_end: Option<i32>,
    /// First week of the data, likewise.
    pub(crate) data_start: Option<i32>,
    /// Files that were read besides.
    pub(crate) others: Vec<Table>,
    /// What was made of the rows before they were followed.
    pub(crate) counts: Counts,
    /// Months with wages, when employment is told by them.
    pub(crate) wages: Option<Months>,
    /// Whether each part is sorted.
    pub(crate) ascending: bool,
}

/// What was made of rows before they were followed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    /// Spells found: rows, or runs of cells.
    pub(crate) read: u64,
    /// Rows of somebody outside the trial.
    pub(crate) outsiders: u64,
    /// Rows with a code that stands for no state.
    pub(crate) without_state: u64,
    /// Spells that went on with the one before.
    pub(crate) joined: u64,
    /// Cells of weeks that were read, and those with a state; 0 when weeks are not cells.
    pub(crate) cells: u64,
    pub(crate) filled: u64,
    /// Spells of employment that were made, and runs of weeks at an edge of the data that may be employment.
    pub(crate) employed: u64,
    pub(crate) undecided: u64,
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
            | OutcomeKind::Inflow {
                table,
                states: named,
            }
            | OutcomeKind::Lasting {
                table,
                states: named,
                ..
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
            .chain(file.form.employment.iter().map(|rule| &rule.state))
            .cloned(),
    );
    states.extend(file.states.iter().flatten().cloned());
    states.extend(asked_states(context));
    states.sort_unstable();
    states.dedup();
    states
}

/// A part of a file, placed among all rows of the table.
pub(crate) struct Placed {
    pub(crate) part: Part,
    /// Its first row.
    pub(crate) first: usize,
    /// Whether an empty end is one that cannot be read, somewhere in the file.
    pub(crate) bad_end: bool,
}

/// Reads the files of a table; `None` when it could not be read far enough.
pub(crate) fn read_rows(context: &Context, clock: &Clock, findings: &mut Findings) -> Option<Raw> {
    let file = context.file();
    let meaning = Meaning::of(file, findings)?;
    let meaning = meaning.as_ref();
    let row = match &file.form.layout {
        Layout::Spells => Row::Spell,
        Layout::Weeks => Row::Week,
        Layout::Wide(wide) => return wide::read(context, clock, (wide, meaning), findings),
    };
    let want = |column: &String, kind| Want {
        column: column.clone(),
        kind,
    };
    let mut wants = vec![want(&file.person, Kind::Id)];
    wants.push(want(&file.start, Kind::Week(file.weeks)));
    if row == Row::Spell {
        wants.push(want(&file.end, Kind::Week(file.weeks)));
    }
    wants.push(want(&file.state, Kind::Category));
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
    let accepted = EARLIEST..=latest(context.study);
    let mut placed: Vec<Placed> = Vec::new();
    for data in &file.files {
        let reading = Reading {
            index: &context.persons.index,
            clock,
            accepted: &accepted,
            meaning,
            row,
            amounts: amount_columns.len(),
        };
        let turn = |rows| turn(rows, &reading);
        match registers::read_parts(data, &wants, turn) {
            Ok((table, mut parts)) => {
                let bad_end =
                    check_columns(context, &table, (&mut parts, &amount_columns), findings);
                for (first, part) in &mut parts {
                    for (amounts, (values, _)) in raw.amounts.iter_mut().zip(&mut part.amounts) {
                        amounts.values.append(values);
                    }
                    *first += raw.rows;
                }
                raw.rows += table.rows;
                raw.files.push(table);
                placed.extend(parts.into_iter().map(|(first, part)| Placed {
                    part,
                    first,
                    bad_end,
                }));
            }
            Err(error) => findings.absorb(error),
        }
    }
    if raw.files.len() < file.files.len() {
        return None;
    }
    raw.counts.read = raw.rows as u64;
    assemble(context, raw, (placed, meaning), findings)
}

/// Puts the parts of all files together and checks their rows.
pub(crate) fn assemble(
    context: &Context,
    mut raw: Raw,
    (mut placed, meaning): (Vec<Placed>, Option<&Meaning>),
    findings: &mut Findings,
) -> Option<Raw> {
    let file = context.file();
    raw.labels = (placed.iter())
        .flat_map(|placed| placed.part.labels.iter())
        .cloned()
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
    let mut strangers = Strangers::default();
    for placed in &mut placed {
        strangers.add(std::mem::take(&mut placed.part.strangers), placed.first);
        raw.counts.without_state += placed.part.without_state;
        raw.counts.joined += placed.part.joined;
    }
    if let Some(meaning) = meaning.filter(|_| !strangers.is_empty()) {
        meaning.refuse(&strangers, &file.state, &raw.files, findings);
    }
    check_rows(context, &mut raw, &mut placed, findings);
    raw.spells = (placed.into_iter())
        .map(|placed| placed.part.spells)
        .filter(|spells| !spells.is_empty())
        .collect();
    Some(raw)
}

/// A column of amounts, and how it is read.
type AmountColumn<'a> = (&'a String, Kind);

/// Checks of the columns of one file; whether some end cannot be read.
fn check_columns(
    context: &Context,
    table: &Table,
    (parts, amounts): (&mut [(usize, Part)], &[AmountColumn]),
    findings: &mut Findings,
) -> bool {
    let file = context.file();
    let mut bad = [BadCells::default(), BadCells::default()];
    let mut bad_amounts = vec![BadCells::default(); amounts.len()];
    let (mut no_start, mut no_state, mut cpr) = (Vec::new(), Vec::new(), Vec::new());
    for (first, part) in parts {
        for (all, more) in bad.iter_mut().zip(&mut part.bad) {
            add_bad(all, std::mem::take(more), *first);
        }
        for (all, (_, more)) in bad_amounts.iter_mut().zip(&mut part.amounts) {
            add_bad(all, std::mem::take(more), *first);
        }
        no_start.extend(part.no_start.iter().map(|row| *first + row));
        no_state.extend(part.no_state.iter().map(|row| *first + row));
        cpr.extend(part.cpr.iter().map(|row| *first + row));
    }
    let must = |blank| Must {
        be: Kind::Week(file.weeks),
        blank,
    };
    let [starts, ends] = &bad;
    let refused = must(Blank::Refused);
    check_cells(findings, table, &file.start, (starts, || no_start), refused);
    let allowed = must(Blank::Allowed);
    if matches!(file.form.layout, Layout::Spells) {
        check_cells(findings, table, &file.end, (ends, Vec::new), allowed);
    }
    let files = std::slice::from_ref(table);
    findings.at_rows(files, &no_state, &empty_cell(&file.state));
    identifiers::refuse(findings, table, &file.state, &cpr);
    for (bad, (column, be)) in bad_amounts.iter().zip(amounts) {
        let must = Must {
            be: *be,
            blank: Blank::Allowed,
        };
        check_cells(findings, table, column, (bad, Vec::new), must);
    }
    ends.count > 0
}

/// Checks of single rows, and their final numbers of row and state.
fn check_rows(context: &Context, raw: &mut Raw, placed: &mut [Placed], findings: &mut Findings) {
    let file = context.file();
    let named = file.states.as_ref();
    let known: Vec<bool> = (raw.states.iter())
        .map(|state| named.is_none_or(|named| named.contains(state)))
        .collect();
    let states = &raw.states;
    let passed = map_mut(
        placed,
        |_,
         Placed {
             part,
             first,
             bad_end,
         }| {
            if *bad_end {
                // It may be an open end, or one that cannot be read.
                let (spells, suspect) = (&mut part.spells, &mut part.suspect);
                spells.retain(|spell| {
                    if spell.to == OPEN {
                        suspect.push(spell.person);
                    }
                    spell.to != OPEN
                });
            }
            let place = |level: &String| states.binary_search(level).unwrap_or_default() as u16;
            let places: Vec<u16> = part.labels.iter().map(place).collect();
            let mut strangers = Vec::new();
            for spell in &mut part.spells {
                spell.row += *first as u32;
                spell.state = places[usize::from(spell.state)];
                if !known[usize::from(spell.state)] {
                    strangers.push(spell.row as usize);
                }
            }
            (part.spells.is_sorted(), strangers)
        },
    );
    raw.ascending = passed.iter().all(|(ascending, _)| *ascending);
    let strangers: Vec<usize> = passed.into_iter().flat_map(|(_, rows)| rows).collect();

    let (mut unknown, mut empty) = (Vec::new(), Vec::new());
    let (mut reversed, mut far_start, mut far_end) = (Vec::new(), Vec::new(), Vec::new());
    let mut example = None;
    for placed in placed.iter() {
        let (part, first) = (&placed.part, placed.first);
        unknown.extend(part.unknown.iter().map(|row| first + row));
        empty.extend(part.empty.iter().map(|row| first + row));
        reversed.extend(part.reversed.iter().map(|row| first + row));
        for far in part.far.iter().filter(|far| !(placed.bad_end && far.open)) {
            example.get_or_insert(far.week);
            match far.side {
                Side::Start => far_start.push(first + far.row),
                Side::End => far_end.push(first + far.row),
            }
        }
        for &person in &part.suspect {
            raw.suspect[person as usize] = true;
        }
    }
    findings.at_rows(&raw.files, &empty, &empty_cell(&file.person));
    if file.form.outsiders == Outsiders::Refused {
        let finding = refusals::unknown_person(&file.person);
        findings.at_rows(&raw.files, &unknown, &finding);
    } else {
        raw.counts.outsiders = unknown.len() as u64;
    }
    let finding = Finding::error(
        codes::END_BEFORE_START,
        file.end.as_str(),
        "the spell ends before it starts",
        "correct the rows; leave the end empty when the spell is still open",
    );
    findings.at_rows(&raw.files, &reversed, &finding);
    let accepted = EARLIEST..=latest(context.study);
    for (column, rows) in [(&file.start, far_start), (&file.end, far_end)] {
        let finding = refusals::out_of_range(column, example.unwrap_or_default(), accepted.clone());
        findings.at_rows(&raw.files, &rows, &finding);
    }
    if let Some(named) = &file.states {
        let finding = Finding::error(
            codes::UNKNOWN_STATE,
            file.state.as_str(),
            format!(
                "not a state of the study: {}",
                list(raw.labels.iter().filter(|label| !named.contains(label)))
            ),
            "add the state to the list, or correct the cells",
        );
        findings.at_rows(&raw.files, &strangers, &finding.allowed(list(named)));
    }
}

/// Warns of states an outcome asks for that the files do not have: most often a spelling mistake. Of censoring and
/// absorbing states it is a note: few trials have all of them.
pub(crate) fn check_states(context: &Context, raw: &Raw, findings: &mut Findings) {
    let file = context.file();
    let derived = |state: &String| {
        let mut rules = file.form.employment.iter();
        file.gap.as_ref() == Some(state) || rules.any(|rule| rule.state == *state)
    };
    let missing = |state: &&String| !raw.labels.contains(state) && !derived(state);
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
