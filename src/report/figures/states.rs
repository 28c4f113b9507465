//! From the counts of a run to the stacked figures: where persons are, by table of spells.

use super::stack::{Panel, Stack};
use super::text::slug;
use super::wording::{frame, time_label};
use crate::report::amounts::sentence_start;
use crate::report::view::View;
use crate::report::words::{Words, numbers};
use crate::results::{OTHER_STATES, Occupancy};
use std::cmp::Reverse;

/// File name and drawing of each table of spells.
pub(crate) fn states_of(view: &View<'_>) -> Vec<(String, String)> {
    let words = Words::new(view.language);
    let tables = &view.facts.occupancy;
    let figures = tables.iter().filter_map(|table| {
        let several = (tables.len() > 1).then_some(table.table.as_str());
        let stack = stack(view, &words, table, several)?;
        Some((format!("{}.svg", stack.frame.id), stack.render()))
    });
    figures.collect()
}

/// The figure; none where nobody is in any state, or the counts do not fit the arms.
fn stack(
    view: &View<'_>,
    words: &Words,
    table: &Occupancy,
    several: Option<&str>,
) -> Option<Stack> {
    let arms = view.facts.arms.as_slice();
    if arms.is_empty() || table.persons.len() != arms.len() || table.followed.len() != arms.len() {
        return None;
    }
    let states = order(table);
    if states.is_empty() {
        return None;
    }
    let panels = arms.iter().zip(&table.persons).zip(&table.followed);
    let panels = panels.map(|((arm, persons), followed)| {
        let weeks = followed.iter().enumerate().map(|(week, all)| {
            let count = |state: &usize| persons[*state].get(week).copied().unwrap_or(0);
            let share = |state: &usize| count(state) as f64 / *all as f64;
            (*all > 0).then(|| states.iter().map(share).collect())
        });
        Panel {
            name: view.word(arm).to_owned(),
            weeks: weeks.collect(),
        }
    });
    let panels: Vec<Panel> = panels.collect();
    let (id, title) = match several {
        Some(name) => (
            format!("states-{}", slug(name)),
            words.tell(
                "title-states-of",
                &[("table", &sentence_start(&view.name(name)))],
            ),
        ),
        None => ("states".to_owned(), words.say("title-states")),
    };
    let last = numbers::count(u64::from(view.horizon), view.language);
    let week = words.tell("describe-week", &[("n", &last)]);
    let mut notes = vec![words.say("note-states")];
    if panels.iter().any(|panel| panel.weeks.contains(&None)) {
        notes.push(words.say("note-gaps"));
    }
    let names = states
        .iter()
        .map(|state| match table.states[*state].as_str() {
            OTHER_STATES => words.say("states-others"),
            name => sentence_start(&view.name(name)),
        });
    let percent = words.say("axis-percent");
    let mut stack = Stack {
        frame: frame(view, words, (id, title), notes),
        y_label: sentence_start(&words.tell("y-share", &[("unit", &percent)])),
        x_label: time_label(view, words, false),
        last_label: words.tell("states-last", &[("week", &week)]),
        states: names.collect(),
        panels,
        language: view.language,
    };
    stack.frame.description = describe(&stack, view);
    Some(stack)
}

/// States somebody was in, the fullest at the bottom: it has the steadiest ground, and thin layers lie together on top.
fn order(table: &Occupancy) -> Vec<usize> {
    let total = |state: usize| -> u64 {
        let arms = table.persons.iter().filter_map(|arm| arm.get(state));
        arms.flatten().sum()
    };
    let mut states: Vec<usize> = (0..table.states.len())
        .filter(|state| total(*state) > 0)
        .filter(|state| table.persons.iter().all(|arm| arm.len() > *state))
        .collect();
    states.sort_by_key(|state| (Reverse(total(*state)), *state));
    states
}

/// The shares of the last week in words.
fn describe(stack: &Stack, view: &View<'_>) -> String {
    let arms = stack.panels.iter().map(|panel| {
        let shares = panel.weeks.last().and_then(Option::as_ref);
        let list = stack.states.iter().enumerate().map(|(i, state)| {
            let share = shares.and_then(|s| s.get(i));
            let share = share.map_or_else(
                || "–".to_owned(),
                |share| numbers::percent(*share, 1, view.language),
            );
            format!("{state} {share}")
        });
        format!("{}: {}", panel.name, list.collect::<Vec<_>>().join(", "))
    });
    let arms: Vec<String> = arms.collect();
    format!(
        "{}. {}: {}.",
        stack.frame.title,
        stack.last_label,
        arms.join("; ")
    )
}
