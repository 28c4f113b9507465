//! Take-up and the effect on those who took it up: what it is the effect of, by week, with how strong the first stage is.

use super::context::Context;
use crate::report::document::{Block, Column, Line, Table};
use crate::results::Row;
use std::collections::BTreeSet;

pub(super) fn blocks(context: &Context<'_>) -> Vec<Block> {
    let mut seen = BTreeSet::new();
    let mut blocks = Vec::new();
    for row in context.view.rows {
        if &*row.estimand != "take_up" || !seen.insert((row.analysis.clone(), row.outcome.clone()))
        {
            continue;
        }
        blocks.push(Block::text(
            context.tell("report-take-up", &[("label", &context.label(&row.outcome))]),
        ));
        blocks.push(Block::Table(taken(context, row)));
        for arm in context.view.treatments() {
            blocks.extend(late(context, row, arm).map(Block::Table));
        }
        blocks.extend(sources(context, row).map(Block::Table));
    }
    if !blocks.is_empty() {
        blocks.push(Block::text(context.say("report-take-up-assumes")));
    }
    blocks
}

/// The row of everybody with these words.
fn find(
    context: &Context<'_>,
    of: &Row,
    (estimand, outcome, arm): (&str, &str, &str),
    week: u32,
) -> Option<usize> {
    let week = i32::try_from(week).ok();
    context.view.rows.iter().position(|row| {
        (&*row.estimand, &*row.outcome, &*row.arm, &*row.subgroup)
            == (estimand, outcome, arm, "all")
            && row.analysis == of.analysis
            && row.week == week
    })
}

fn weeks(context: &Context<'_>, outcome: &str) -> Vec<u32> {
    let found = context.view.outcome(outcome);
    found.map_or_else(Vec::new, |outcome| context.weeks_of(outcome))
}

/// Who has taken it up, by arm and week.
fn taken(context: &Context<'_>, of: &Row) -> Table {
    let arms: Vec<&str> = std::iter::once(context.view.control())
        .chain(context.view.treatments().iter().map(String::as_str))
        .collect();
    let tick = context.tick(context.view.outcome(&of.outcome));
    let mut columns = vec![Column::left(tick)];
    for arm in &arms {
        columns.push(Column::right(context.view.word(arm).to_owned()));
        columns.push(Column::right(context.interval_head(&of.analysis)));
    }
    let lines = weeks(context, &of.outcome).into_iter().filter_map(|week| {
        let mut cells = vec![context.whole(u64::from(week))];
        for arm in &arms {
            let index = find(context, of, ("take_up", &of.outcome, arm), week)?;
            cells.push(context.estimate(Some(index)));
            cells.push(context.interval(Some(index)));
        }
        Some(Line { cells })
    });
    let label = context.label(&of.outcome);
    let unit = context.unit(of);
    let caption = [("label", label.as_str()), ("unit", unit.as_str())];
    let (id, number) = context.next_table();
    Table {
        id,
        number,
        caption: context.tell("report-caption-take-up", &caption),
        groups: Vec::new(),
        columns,
        rows: context.even(lines.collect()),
        notes: Vec::new(),
    }
}

/// The effect per unit taken up of each outcome at the horizon.
fn late(context: &Context<'_>, of: &Row, arm: &str) -> Option<Table> {
    let horizon = context.view.horizon;
    let lines: Vec<Line> = (context.view.outcomes.iter())
        .filter_map(|outcome| {
            let at = |slug: &str| find(context, of, (slug, &outcome.name, arm), horizon);
            let late = at("cumulative_late")?;
            Some(Line {
                cells: vec![
                    context.label(&outcome.name).into(),
                    context.unit(context.row(late)).into(),
                    context.estimate(Some(late)),
                    context.interval(Some(late)),
                    context.interval(at("anderson_rubin")),
                    context.estimate(at("first_stage_f")),
                ],
            })
        })
        .collect();
    if lines.is_empty() {
        return None;
    }
    let label = context.label(&of.outcome);
    let week = context.week(None, horizon);
    let caption = [("label", label.as_str()), ("week", week.as_str())];
    let caption = context.tell("report-caption-late", &caption);
    let (id, number) = context.next_table();
    Some(Table {
        id,
        number,
        caption: super::outcomes::versus(context, caption, arm),
        groups: Vec::new(),
        columns: vec![
            Column::left(context.say("column-outcome")),
            Column::left(context.say("report-unit")),
            Column::right(context.say("column-estimate")),
            Column::right(context.interval_head(&of.analysis)),
            Column::right(context.say("report-anderson-rubin")),
            Column::right("F".to_owned()),
        ],
        rows: lines,
        notes: Vec::new(),
    })
}

/// Two sources side by side.
fn sources(context: &Context<'_>, of: &Row) -> Option<Table> {
    let arms: Vec<&str> = std::iter::once(context.view.control())
        .chain(context.view.treatments().iter().map(String::as_str))
        .collect();
    let rows = context.view.rows;
    let of_arm = |arm: &str| -> Vec<usize> {
        let here = |row: &Row| {
            &*row.estimand == "take_up_sources" && row.analysis == of.analysis && &*row.arm == arm
        };
        (0..rows.len()).filter(|&i| here(&rows[i])).collect()
    };
    let by_arm: Vec<Vec<usize>> = arms.iter().map(|arm| of_arm(arm)).collect();
    let lines: Vec<Line> = (by_arm.first()?.iter().enumerate())
        .map(|(k, &index)| {
            let item = &rows[index].item;
            let name = match item.strip_prefix("only ") {
                Some(source) => {
                    let label = context.label(source);
                    context.tell("report-only-source", &[("label", &label)])
                }
                None => context.say(&format!("report-source-{item}")),
            };
            let mut cells = vec![name.into()];
            for arm in &by_arm {
                let index = arm.get(k).copied();
                let count = index.and_then(|i| rows[i].events).unwrap_or_default();
                cells.push(context.whole(u64::try_from(count).unwrap_or_default()));
                cells.push(context.estimate(index));
            }
            Line { cells }
        })
        .collect();
    if lines.is_empty() {
        return None;
    }
    let mut columns = vec![Column::left(context.say("report-sources"))];
    for arm in &arms {
        columns.push(Column::right(context.view.word(arm).to_owned()));
        columns.push(Column::right(context.say("axis-percent")));
    }
    let label = context.label(&of.outcome);
    let (id, number) = context.next_table();
    Some(Table {
        id,
        number,
        caption: context.tell("report-caption-sources", &[("label", &label)]),
        groups: Vec::new(),
        columns,
        rows: context.even(lines),
        notes: Vec::new(),
    })
}
