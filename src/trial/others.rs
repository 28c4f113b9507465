//! The files beside the persons file when that one cannot be read: nobody can be found in them, but what is wrong with
//! their cells is still told in the same pass.

use super::columns::{Blank, Columns, Must, check_categories, check_numbers, empty_cell};
use super::findings::Findings;
use super::identifiers::refuse_cpr_in_states;
use crate::registers::{self, Kind, Want};
use crate::study::{AmountSource, DataFile, EventSource, Layout, OutcomeKind, Per, Study};

/// A file and the columns that a study asks of it.
struct Asked<'a> {
    file: &'a DataFile,
    columns: Vec<(&'a String, Kind, Blank)>,
}

/// Reads every file but that of the persons, and tells what is wrong with each alone.
pub(crate) fn read(study: &Study, findings: &mut Findings) {
    for asked in asked(study) {
        check(&asked, findings);
    }
}

/// Every file of the registers of a study, each as often as it is read.
pub fn files(study: &Study) -> Vec<&DataFile> {
    let others = asked(study).into_iter().map(|asked| asked.file);
    std::iter::once(&study.persons.file).chain(others).collect()
}

fn asked(study: &Study) -> Vec<Asked<'_>> {
    let mut all = Vec::new();
    for table in &study.tables {
        let weeks = Kind::Week(table.weeks);
        let mut columns = vec![(&table.person, Kind::Id, Blank::Refused)];
        let empty = match table.form.codes {
            Some(_) => Blank::Allowed,
            None => Blank::Refused,
        };
        let state = (&table.state, Kind::Category, empty);
        match table.form.layout {
            Layout::Spells => columns.extend([
                (&table.start, weeks, Blank::Refused),
                (&table.end, weeks, Blank::Allowed),
                state,
            ]),
            Layout::Weeks => columns.extend([(&table.start, weeks, Blank::Refused), state]),
            // Its weeks are looked for once there are persons.
            Layout::Wide(_) => {}
        }
        all.extend(table.files.iter().map(|file| Asked {
            file,
            columns: columns.clone(),
        }));
    }
    all.extend(study.surveys.iter().map(|survey| Asked {
        file: &survey.file,
        columns: vec![(&survey.person, Kind::Id, Blank::Refused)],
    }));
    all.extend(study.durations.iter().map(|file| Asked {
        file: &file.file,
        columns: vec![
            (&file.person, Kind::Id, Blank::Refused),
            (&file.time, Kind::Integer, Blank::Refused),
            (&file.event, Kind::Category, Blank::Refused),
        ],
    }));
    for outcome in &study.outcomes {
        match &outcome.kind {
            OutcomeKind::Amount {
                source:
                    AmountSource::File {
                        file,
                        person,
                        time,
                        column,
                        weeks,
                        ..
                    },
                per,
                decimals,
            } => {
                let time_kind = if *per == Per::Month {
                    Kind::Month
                } else {
                    Kind::Week(*weeks)
                };
                let decimals = *decimals;
                all.push(Asked {
                    file,
                    columns: vec![
                        (person, Kind::Id, Blank::Refused),
                        (time, time_kind, Blank::Refused),
                        (column, Kind::Decimal { decimals }, Blank::Allowed),
                    ],
                });
            }
            OutcomeKind::Events { source } | OutcomeKind::ShareAmong { source, .. } => {
                all.push(of_events(source));
            }
            _ => {}
        }
    }
    all
}

fn of_events(source: &EventSource) -> Asked<'_> {
    Asked {
        file: &source.file,
        columns: vec![
            (&source.person, Kind::Id, Blank::Refused),
            (&source.week, Kind::Week(source.weeks), Blank::Refused),
        ],
    }
}

fn check(asked: &Asked<'_>, findings: &mut Findings) {
    let wants: Vec<Want> = (asked.columns.iter())
        .map(|(column, kind, _)| Want {
            column: (*column).clone(),
            kind: *kind,
        })
        .collect();
    let mut table = match registers::read(asked.file, &wants) {
        Ok(table) => table,
        Err(error) => return findings.absorb(error),
    };
    let mut columns = Columns::take(&mut table);
    for (column, kind, blank) in &asked.columns {
        match kind {
            Kind::Id => {
                let ids = columns.ids();
                let empty: Vec<usize> = (0..table.rows)
                    .filter(|row| ids.is_empty_at(*row))
                    .collect();
                findings.at_rows(std::slice::from_ref(&table), &empty, &empty_cell(column));
            }
            Kind::Category => {
                let labels = columns.categories();
                check_categories(findings, &table, column, &labels);
                refuse_cpr_in_states(findings, &table, column, &labels);
            }
            kind => {
                let must = Must {
                    be: *kind,
                    blank: *blank,
                };
                check_numbers(findings, &table, column, &columns.numbers(), must);
            }
        }
    }
}
