//! The municipality's own case: the same numbers seen as an investment, per person and for all of the treatment arm.

use super::results::{spread, value};
use super::{heading, index_of, limits, number_cell, table};
use crate::report::amounts::{Amounts, sentence_start};
use crate::report::chapters::context::Context;
use crate::report::document::{Block, Cell, Column, Inline, Line, Table};

/// The table; nothing where the municipality pays nothing of the programme.
pub(super) fn blocks(context: &Context<'_>, arm: &str) -> Vec<Block> {
    let item = "municipality";
    let Some(outlay) = index_of(context, "outlay", item, arm) else {
        return Vec::new();
    };
    let analysis = &context.row(outlay).analysis;
    let prices = context.bundle.prices.as_ref();
    let asked = prices.and_then(|prices| prices.participants);
    let persons = asked.map_or_else(|| context.row(outlay).n.unwrap_or(0), u64::from);
    let currency = prices.map_or("", |prices| prices.currency.as_str());
    let amounts = Amounts::in_unit(currency);
    let total = |index: usize| -> Cell {
        match context.row(index).estimate {
            Some(value) => number_cell(context, value * persons as f64, 0, &amounts),
            None => "–".into(),
        }
    };
    let mut rows = Vec::new();
    for (estimand, name) in [
        ("outlay", "money-outlay"),
        ("saving", "money-saving"),
        ("net_benefit", "money-net"),
    ] {
        let Some(index) = index_of(context, estimand, item, arm) else {
            continue;
        };
        rows.push(Line {
            cells: vec![
                context.say(name).into(),
                context.estimate(Some(index)),
                limits(context, Some(index)),
                total(index),
            ],
        });
    }
    if let Some(index) = index_of(context, "break_even_week", item, arm) {
        let row = context.row(index);
        rows.push(Line {
            cells: vec![
                sentence_start(&context.say("money-pay-back")).into(),
                value(context, index, row),
                spread(context, index, row),
                "".into(),
            ],
        });
    }
    let n = context.count(persons);
    let caption = super::accounts::caption(context, "money-caption-municipality");
    let table = Table {
        columns: vec![
            Column::left(context.say("column-measure")),
            Column::right(context.say("money-per-participant")),
            Column::right(context.interval_head(analysis)),
            Column::right(context.tell("money-for-all", &[("n", &n)])),
        ],
        rows,
        notes: vec![vec![Inline::Text(context.say("money-note-municipality"))]],
        ..table(context, caption, arm)
    };
    vec![
        heading(context, "money-municipality", arm),
        Block::Table(table),
    ]
}
