//! Those in a state that week, with an event: channel 0 is in the state, channel 1 in the state with an event.

use super::mean::members;
use super::{Kind, OutcomePanel, Shape, collect};
use crate::trial::Trial;

/// Builds it; a week with several events of a person counts once.
pub(super) fn build(trial: &Trial, table: usize, among: &[String], outcome: usize) -> OutcomePanel {
    let table = &trial.tables[table];
    let inside = members(table, among);
    let records = trial.records[outcome].as_ref();
    let shape = Shape {
        kind: Kind::Share,
        first_tick: 1,
        ticks: trial.horizon as usize,
        channels: 2,
        destinations: Vec::new(),
        divisor: 1.0,
        horizon: trial.horizon as i32,
    };
    collect(trial.persons(), shape, |person, shape, history| {
        let last = shape.last_tick();
        let mut seen = 0;
        for spell in table.of(person) {
            if !inside[usize::from(spell.state)] {
                continue;
            }
            history.level(shape, 0, (spell.start, spell.end), 1);
            let Some(records) = records else { continue };
            for run in records.of(person) {
                let from = run.start.max(spell.start).max(1);
                for week in from..run.end.min(spell.end).min(last + 1) {
                    if run.value > 0 && week > seen {
                        history.add(shape.slot(1, week), 1);
                        seen = week;
                    }
                }
            }
        }
    })
}
