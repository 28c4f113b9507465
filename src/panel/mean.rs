//! Outcomes with a value per week: weeks in a state, amounts, events. Channel 0 is followed, channel 1 the value.

use super::{Kind, OutcomePanel, Shape, Value, collect};
use crate::study::{AmountSource, OutcomeKind};
use crate::trial::{SpellTable, Trial};

/// Followed and value, by week.
pub(super) fn shape(trial: &Trial, kind: Kind, divisor: f64) -> Shape {
    Shape {
        kind,
        first_tick: 1,
        ticks: trial.horizon as usize,
        channels: 2,
        destinations: Vec::new(),
        divisor,
        horizon: trial.horizon as i32,
    }
}

/// Marks of the states of a table that are in a list.
pub(super) fn members(table: &SpellTable, states: &[String]) -> Vec<bool> {
    table.states.iter().map(|s| states.contains(s)).collect()
}

/// 1 in each followed week spent in one of `states`.
pub(super) fn weeks_in(trial: &Trial, table: usize, states: &[String]) -> OutcomePanel {
    let table = &trial.tables[table];
    let inside = members(table, states);
    let shape = shape(
        trial,
        Kind::Mean {
            value: Value::State,
        },
        1.0,
    );
    collect(trial.persons(), shape, |person, shape, history| {
        history.level(shape, 0, (1, table.followed[person] + 1), 1);
        for spell in table.of(person) {
            if inside[usize::from(spell.state)] {
                history.level(shape, 1, (spell.start, spell.end), 1);
            }
        }
    })
}

/// The spell table whose follow-up an amount or a list of events shares.
pub(super) fn table_of(kind: &OutcomeKind) -> usize {
    match kind {
        OutcomeKind::Amount {
            source: AmountSource::Spells { table, .. },
            ..
        } => *table,
        _ => 0,
    }
}

/// The recorded value of each followed week.
pub(super) fn records(
    trial: &Trial,
    table: usize,
    outcome: usize,
    (value, divisor): (Value, f64),
) -> OutcomePanel {
    let table = &trial.tables[table];
    let records = trial.records[outcome].as_ref();
    let shape = shape(trial, Kind::Mean { value }, divisor);
    collect(trial.persons(), shape, |person, shape, history| {
        history.level(shape, 0, (1, table.followed[person] + 1), 1);
        if let Some(records) = records {
            for run in records.of(person) {
                history.level(shape, 1, (run.start, run.end), run.value);
            }
        }
    })
}
