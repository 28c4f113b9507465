//! The trial and its accounting: who was assigned, how long they were followed, and what was read, left out and used.

use super::context::Context;
use super::drawings;
use super::sentences::linked;
use crate::report::amounts::{sentence_middle, sentence_start};
use crate::report::document::{Block, Cell, Column, Inline, Line, Table, Value};
use crate::report::words::numbers;
use crate::results::OutcomeFacts;

pub(super) fn blocks(context: &Context<'_>) -> Vec<Block> {
    let facts = context.view.facts;
    let total = context.count(facts.persons.iter().sum());
    let mut text = context.tell("report-trial-persons", &[("n", &total)]);
    if facts.strata.len() > 1 {
        let n = context.count(facts.strata.len() as u64);
        text = format!(
            "{text} {}",
            context.tell("report-trial-strata", &[("n", &n)])
        );
    }
    if let Some(clusters) = facts.clusters {
        let n = context.count(clusters);
        text = format!(
            "{text} {}",
            context.tell("report-trial-clusters", &[("n", &n)])
        );
    }
    // The number of persons leads to the table of persons.
    let arms = arms(context);
    let parts = linked(&text, std::slice::from_ref(&total), 0);
    let parts = parts.into_iter().map(|part| match part {
        Inline::Number { text, .. } => Inline::Link {
            text,
            to: arms.id.clone(),
        },
        other => other,
    });
    let mut blocks = vec![Block::Paragraph(parts.collect())];
    blocks.extend(drawings::flow(context));
    blocks.push(Block::Table(arms));
    if !context.bundle.accounting.is_empty() {
        blocks.push(Block::text(context.say("report-accounting")));
        blocks.push(Block::Table(accounting(context)));
    }
    blocks
}

/// Persons and the share followed, by arm.
fn arms(context: &Context<'_>) -> Table {
    let facts = context.view.facts;
    let outcome = OutcomeFacts {
        tick: context.bundle.study.tick.clone(),
        ..OutcomeFacts::default()
    };
    let weeks = context.chosen_weeks(&outcome);
    let mut columns = vec![
        Column::left(context.say("column-arm")),
        Column::right(context.say("summary-persons")),
    ];
    let followed = |w: &u32| {
        let week = context.week(None, *w);
        context.tell("summary-followed", &[("week", &week)])
    };
    columns.extend(weeks.iter().map(|w| Column::right(followed(w))));
    let share = |arm: usize, week: u32| {
        let shares = facts.followed_share.get(arm)?;
        let share = shares.get((week as usize).checked_sub(1)?)?;
        let share = share.is_finite().then_some(*share)?;
        if let Some(smallest) = context.view.smallest {
            // Losses are told in steps of so many persons.
            let persons = *facts.persons.get(arm)? as f64;
            let least = (share - (smallest - 1) as f64 / persons).max(0.0);
            let [least, most] = [least, share].map(|s| numbers::percent(s, 1, context.language()));
            let least = least.split([' ', '%', '\u{a0}']).next().unwrap_or_default();
            return Some(format!("{least}\u{2013}{most}").into());
        }
        Some(Cell {
            text: numbers::percent(share, 1, context.language()),
            row: None,
            value: Some(Value::Number {
                value: share * 100.0,
                decimals: 1,
                unit: context.say("axis-percent"),
            }),
        })
    };
    let rows = facts.arms.iter().enumerate().map(|(i, arm)| {
        let persons = facts.persons.get(i).map(|n| context.whole(*n));
        let mut cells = vec![context.label(arm).into(), persons.unwrap_or_default()];
        let missing = || context.say("cell-undefined").into();
        cells.extend(weeks.iter().map(|w| share(i, *w).unwrap_or_else(missing)));
        Line { cells }
    });
    let rows = rows.collect();
    let mut notes = vec![context.say("report-note-followed")];
    if let Some(smallest) = context.view.smallest {
        let n = context.count(smallest);
        notes.push(context.tell("report-limit-gate", &[("n", &n)]));
    }
    let (id, number) = context.next_table();
    Table {
        id,
        number,
        caption: context.say("report-caption-arms"),
        groups: Vec::new(),
        columns,
        rows,
        notes: notes
            .into_iter()
            .map(|note| vec![Inline::Text(note)])
            .collect(),
    }
}

/// Every counted line, by source.
fn accounting(context: &Context<'_>) -> Table {
    let word = |kind: &str, key: &str| {
        let found = context.words.find(&format!("accounting-{kind}-{key}"), &[]);
        // "without_sex": persons whose column is empty.
        let without = || {
            let column = key.strip_prefix("without_")?;
            let what = sentence_middle(&context.view.name(column));
            context.words.find("accounting-without", &[("what", &what)])
        };
        // What became of events is in the data, so only the rest of the key has words.
        let of_status = || {
            let (rest, status) = key
                .split_once("status ")
                .filter(|(rest, _)| rest.is_empty())
                .or_else(|| {
                    key.split_once(": ")
                        .filter(|(rest, _)| rest.starts_with("events"))
                })?;
            let rest = if rest.is_empty() { "status" } else { rest };
            let word = format!("accounting-status-{}", rest.replace(' ', "_"));
            context
                .words
                .find(&word, &[("status", context.view.word(status))])
        };
        found
            .or_else(without)
            .or_else(of_status)
            .unwrap_or_else(|| key.replace('_', " "))
    };
    let source = |table: &str| {
        if let Some(outcome) = table.strip_prefix("outcome ") {
            return context.label(outcome);
        }
        if let Some(name) = table.strip_prefix("analysis ") {
            return context.tell("accounting-analysis", &[("name", name)]);
        }
        let own = context
            .words
            .find(&format!("accounting-table-{table}"), &[]);
        own.filter(|_| context.view.outcome(table).is_none())
            .unwrap_or_else(|| context.label(table))
    };
    let mut last = (String::new(), String::new());
    let rows = context.bundle.accounting.iter().map(|line| {
        let here = (line.table.clone(), line.unit.clone());
        let first = std::mem::replace(&mut last, here.clone()) != here;
        let place = if first {
            format!("{}: {}", source(&line.table), word("unit", &line.unit))
        } else {
            String::new()
        };
        let mut what = sentence_start(&word("key", &line.key));
        if !line.arm.is_empty() {
            what = format!("{what}: {}", context.view.word(&line.arm));
        }
        let sign = match line.sign.as_str() {
            "-" => numbers::MINUS.to_string(),
            "+" | "=" => line.sign.clone(),
            _ => context.say("report-remark"),
        };
        Line {
            cells: vec![
                place.into(),
                what.into(),
                sign.into(),
                match line.shown() {
                    Some(count) => context.whole(count),
                    None => context.say("report-not-shown").into(),
                },
            ],
        }
    });
    let rows = rows.collect();
    let (id, number) = context.next_table();
    Table {
        id,
        number,
        caption: context.say("report-caption-accounting"),
        groups: Vec::new(),
        columns: vec![
            Column::left(context.say("report-source")),
            Column::left(context.say("report-line")),
            Column::left(context.say("report-sign")),
            Column::right(context.say("report-count")),
        ],
        rows,
        notes: vec![vec![Inline::Text(context.say("report-note-accounting"))]],
    }
}
