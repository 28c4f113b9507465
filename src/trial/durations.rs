//! Single-spell data: one time and one event per person.

use super::accounting::Sheet;
use super::codes;
use super::columns::{Blank, Columns, Must, check_categories, check_numbers, empty_cell, is_empty};
use super::findings::{Finding, Findings, list};
use super::identifiers::refuse_cpr_in_states;
use super::model::{AccountingLine, DurationTable};
use super::persons::Persons;
use super::refusals;
use super::rows::latest;
use crate::registers::{self, EMPTY, Kind, Table, Want};
use crate::study::{DurationsFile, ExitSource, OutcomeKind, Study};

/// Reads the durations file; `None` when it cannot be read.
pub(crate) fn read(
    study: &Study,
    file: &DurationsFile,
    persons: &Persons,
    (findings, accounting, files): (&mut Findings, &mut Vec<AccountingLine>, &mut Vec<Table>),
) -> Option<DurationTable> {
    let want = |column: &String, kind| Want {
        column: column.clone(),
        kind,
    };
    let wants = [
        want(&file.person, Kind::Id),
        want(&file.time, Kind::Integer),
        want(&file.event, Kind::Category),
    ];
    let mut table = registers::read(&file.file, &wants)
        .map_err(|error| findings.absorb(error))
        .ok()?;
    let mut columns = Columns::take(&mut table);
    let (ids, times, events) = (columns.ids(), columns.numbers(), columns.categories());
    let must = Must {
        be: Kind::Integer,
        blank: Blank::Refused,
    };
    check_numbers(findings, &table, &file.time, &times, must);
    check_categories(findings, &table, &file.event, &events);
    refuse_cpr_in_states(findings, &table, &file.event, &events);
    let destinations: Vec<String> = events
        .levels
        .iter()
        .filter(|level| !file.censored.contains(level))
        .cloned()
        .collect();
    check_labels(study, file, &events.levels, (&table, findings));
    let mut sorted = destinations;
    sorted.sort_unstable();
    let place = |level: &String| sorted.binary_search(level).ok().map(|place| place as u16);
    let places: Vec<Option<u16>> = events.levels.iter().map(place).collect();
    if sorted.len() >= usize::from(u16::MAX) {
        let finding = Finding::error(
            codes::TOO_LARGE,
            file.event.as_str(),
            "more destinations than can be numbered",
            "check that this is the column of the event",
        );
        findings.of_file(&table.file, &finding);
    }
    let mut durations = DurationTable {
        time: vec![0; persons.len()],
        event: vec![None; persons.len()],
        destinations: sorted,
    };
    let mut seen = vec![false; persons.len()];
    let (mut unknown, mut no_id, mut twice, mut far) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut example = None;
    for (row, person) in persons.index.lookup(&ids).into_iter().enumerate() {
        let Some(person) = person.map(|person| person as usize) else {
            if ids.is_empty_at(row) {
                no_id.push(row);
            } else {
                unknown.push(row);
            }
            continue;
        };
        if std::mem::replace(&mut seen[person], true) {
            twice.push(row);
            continue;
        }
        if is_empty(&times, row) || events.codes[row] == EMPTY {
            continue;
        }
        if let Some(time) = u32::try_from(times.values[row])
            .ok()
            .filter(|time| i64::from(*time) <= i64::from(latest(study)))
        {
            durations.time[person] = time;
        } else {
            far.push(row);
            example.get_or_insert(times.values[row].clamp(-1, i64::from(i32::MAX)) as i32);
        }
        durations.event[person] = places[events.codes[row] as usize];
    }
    let these = std::slice::from_ref(&table);
    findings.at_rows(these, &no_id, &empty_cell(&file.person));
    findings.at_rows(these, &unknown, &refusals::unknown_person(&file.person));
    let finding = Finding::error(
        codes::DUPLICATE_DURATION,
        file.person.as_str(),
        "the person stands in an earlier row already",
        "remove the extra rows, or use `[spells]`",
    );
    findings.at_rows(these, &twice, &finding);
    let finding = Finding::error(
        codes::WEEK_OUT_OF_RANGE,
        file.time.as_str(),
        format!(
            "the time cannot belong to this trial; first: {}",
            refusals::moment("tick", example.unwrap_or_default())
        ),
        "check the unit of the time against `tick` and `horizon`",
    );
    findings.at_rows(
        these,
        &far,
        &finding.allowed(format!("ticks 0 to {}", latest(study))),
    );
    let nothing: Vec<usize> = (0..persons.len())
        .filter(|person| !seen[*person])
        .map(|person| persons.row(person))
        .collect();
    let finding = Finding::error(
        codes::NO_FOLLOW_UP,
        None,
        "the person is not in the durations file",
        "add the person's row to the durations file",
    );
    findings.at_rows(persons.files(), &nothing, &finding);

    let after = durations
        .time
        .iter()
        .filter(|time| **time > study.horizon)
        .count();
    let mut sheet = Sheet::new(accounting, "durations", "spells");
    sheet.read(table.rows as u64);
    sheet.used("", persons.len() as u64);
    sheet.remark("after_horizon", after as u64);
    files.push(table);
    Some(durations)
}

/// Warns of values the study names that no row has: most often a spelling mistake, and censored persons would else
/// count as exits.
fn check_labels(
    study: &Study,
    file: &DurationsFile,
    levels: &[String],
    (table, findings): (&Table, &mut Findings),
) {
    let named = study
        .outcomes
        .iter()
        .filter_map(|outcome| match &outcome.kind {
            OutcomeKind::Exit {
                source: ExitSource::Durations,
                to,
                ..
            } => Some(to),
            _ => None,
        });
    let named: Vec<&String> = file.censored.iter().chain(named.flatten()).collect();
    let mut never: Vec<&&String> = named.iter().filter(|l| !levels.contains(**l)).collect();
    never.sort_unstable();
    never.dedup();
    if never.is_empty() || levels.is_empty() {
        return;
    }
    let finding = Finding::error(
        codes::STATE_NEVER_SEEN,
        file.event.as_str(),
        format!("no row has the value {}", list(&never)),
        "check the spelling of `censored` and `to` against the values of the file",
    );
    findings.of_file(&table.file, &finding.allowed(list(levels)).warning());
}
