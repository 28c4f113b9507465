//! What became of events, by group: planned, held, not turned up for; of a share, in the states it is among and outside them.

use super::context::Context;
use crate::report::document::{Column, Inline, Line, Table};
use crate::results::OutcomeFacts;

/// Places of an event, as the accounting names them, and the key of their words.
const PLACES: [(&str, &str); 3] = [
    ("events: ", ""),
    ("events in state: ", "report-status-in"),
    ("events outside state: ", "report-status-outside"),
];

/// The table; nothing when the study does not say what became of events.
pub(super) fn table(context: &Context<'_>, outcome: &OutcomeFacts) -> Option<Table> {
    let arms = &context.view.facts.arms;
    let lines = || {
        let all = context.bundle.accounting.iter();
        all.filter(|line| {
            line.table == outcome.name && line.unit == "events" && !line.arm.is_empty()
        })
    };
    let mut rows = Vec::new();
    for (place, words) in PLACES {
        let mut statuses: Vec<&str> = lines()
            .filter_map(|line| line.key.strip_prefix(place))
            .collect();
        statuses.sort_unstable();
        statuses.dedup();
        for status in statuses {
            let count = |arm: &String| {
                let own = lines().filter(|line| {
                    line.arm == *arm && line.key.strip_prefix(place) == Some(status)
                });
                own.map(|line| line.count).sum()
            };
            let word = context.label(status);
            let name = match words {
                "" => word,
                words => context.tell(words, &[("status", &word)]),
            };
            let mut cells = vec![name.into()];
            cells.extend(arms.iter().map(|arm| context.whole(count(arm))));
            rows.push(Line { cells });
        }
    }
    if rows.is_empty() {
        return None;
    }
    let (id, number) = context.next_table();
    let mut columns = vec![Column::left(context.say("report-status"))];
    columns.extend(arms.iter().map(|arm| Column::right(context.view.word(arm))));
    Some(Table {
        id,
        number,
        caption: context.tell(
            "report-caption-statuses",
            &[("label", &context.label(&outcome.name))],
        ),
        groups: Vec::new(),
        columns,
        rows,
        notes: vec![vec![Inline::Text(context.say("report-note-statuses"))]],
    })
}
