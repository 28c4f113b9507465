//! The summary: the sentence of every outcome, the headline first, and one table of the main differences.

use super::context::Context;
use super::cost_benefit;
use super::sentences::{Mark, main_index, main_sentence, main_slug};
use crate::report::document::{Block, Cell, Column, Inline, Line, Table};
use crate::results::OutcomeFacts;

pub(super) fn blocks(context: &Context<'_>) -> Vec<Block> {
    let view = &context.view;
    let mut blocks = Vec::new();
    let mut others = Vec::new();
    let headline = view.outcome(view.headline);
    let rest = view.outcomes.iter().filter(|o| o.name != view.headline);
    for (i, outcome) in headline.into_iter().chain(rest).enumerate() {
        for (j, arm) in view.treatments().iter().enumerate() {
            let first = i == 0 && j == 0 && headline.is_some();
            let mark = if first {
                Mark::Said
            } else {
                Mark::LeftToThePage
            };
            let sentence = main_sentence(context, outcome, arm, mark);
            if first {
                blocks.push(Block::Paragraph(vec![Inline::Strong(
                    context.say("report-headline"),
                )]));
                blocks.push(Block::Paragraph(sentence));
            } else {
                others.push(sentence);
            }
        }
    }
    if let Some(prices) = &context.bundle.prices {
        for arm in view.treatments() {
            blocks.push(Block::Paragraph(cost_benefit::sentence(
                context, prices, arm,
            )));
        }
    }
    if !others.is_empty() {
        blocks.push(Block::text(context.say("report-other-outcomes")));
        blocks.push(Block::List(others));
    }
    if !view.outcomes.is_empty() && !view.treatments().is_empty() {
        blocks.push(Block::Table(table(context)));
    }
    blocks
}

fn table(context: &Context<'_>) -> Table {
    let view = &context.view;
    let several = view.treatments().len() > 1;
    let analysis = view.analyses.first().map_or("", |a| a.name.as_str());
    let mut columns = vec![
        Column::left(context.say("column-outcome")),
        Column::left(context.say("column-measure")),
    ];
    if several {
        columns.push(Column::left(context.say("column-arm")));
    }
    columns.extend([
        Column::right(context.say("column-estimate")),
        Column::left(context.say("report-unit")),
        Column::right(context.interval_head(analysis)),
        Column::right(context.say("column-p")),
    ]);
    let mut rows = Vec::new();
    for outcome in view.outcomes {
        for arm in view.treatments() {
            let mut cells: Vec<Cell> = vec![
                context.label(&outcome.name).into(),
                context
                    .estimand(main_slug(context, outcome), Some(outcome))
                    .into(),
            ];
            if several {
                cells.push(context.label(arm).into());
            }
            cells.extend(main_cells(context, outcome, arm));
            rows.push(Line { cells });
        }
    }
    let mut notes = vec![vec![Inline::Text(context.say("report-note-summary"))]];
    let tested = |outcome: &OutcomeFacts| main_slug(context, outcome) == "logrank";
    if view.outcomes.iter().any(tested) {
        notes.push(vec![Inline::Text(context.say("report-note-waiting"))]);
    }
    let (id, number) = context.next_table();
    let week = context.week(None, view.horizon);
    Table {
        id,
        number,
        caption: context.tell("report-caption-summary", &[("week", &week)]),
        groups: Vec::new(),
        columns,
        rows,
        notes,
    }
}

/// Estimate, unit, interval and p of the main number.
fn main_cells(context: &Context<'_>, outcome: &OutcomeFacts, arm: &str) -> [Cell; 4] {
    let Some(index) = main_index(context, outcome, arm) else {
        let missing = context.say("cell-missing");
        return [missing.into(), "".into(), "–".into(), "–".into()];
    };
    [
        context.estimate(Some(index)),
        context.unit(context.row(index)).into(),
        context.interval(Some(index)),
        context.p(Some(index)),
    ]
}
