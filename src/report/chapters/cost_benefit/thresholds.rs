//! What the programme may cost: the price at which society's account is zero.

use super::lines::price;
use super::{index_of, number_cell};
use crate::cost_benefit::{PROGRAMME, Prices};
use crate::report::amounts::Amounts;
use crate::report::chapters::context::Context;
use crate::report::chapters::outcomes::versus;
use crate::report::document::{Block, Cell, Column, Inline, Line, Table};

/// The table of break-even prices; nothing without lines of the programme.
pub(super) fn blocks(context: &Context<'_>, prices: &Prices, arm: &str) -> Option<Block> {
    let whole = index_of(context, "break_even_price", PROGRAMME, arm)?;
    let analysis = &context.bundle.quantities.as_ref()?.analysis;
    let amounts = Amounts::in_unit(&prices.currency);
    let cost: f64 = (prices.lines.iter().filter(|line| line.programme))
        .filter_map(|line| {
            let index = index_of(context, "ledger_line", &line.name, arm)?;
            Some(-line.society_sign() * context.row(index).estimate?)
        })
        .sum();
    let unit = amounts.axis(&context.words);
    let per_person = context.tell("money-per-person", &[("unit", &unit)]);
    let mut rows = vec![Line {
        cells: vec![
            context.say("money-programme").into(),
            per_person.into(),
            number_cell(context, cost, 0, &amounts),
            context.estimate(Some(whole)),
            limits(context, whole),
        ],
    }];
    for line in &prices.lines {
        let Some(index) = index_of(context, "break_even_price", &line.name, arm) else {
            continue;
        };
        rows.push(Line {
            cells: vec![
                context.label(&line.name).into(),
                line.unit.as_str().into(),
                price(context, line),
                context.estimate(Some(index)),
                limits(context, index),
            ],
        });
    }
    let (id, number) = context.next_table();
    Some(Block::Table(Table {
        id,
        number,
        caption: versus(context, context.say("money-caption-break-even"), arm),
        groups: Vec::new(),
        columns: vec![
            Column::left(context.say("money-line")),
            Column::left(context.say("report-unit")),
            Column::right(context.say("money-price-used")),
            Column::right(context.say("money-break-even")),
            Column::right(context.interval_head(analysis)),
        ],
        rows,
        notes: vec![vec![Inline::Text(context.say("money-note-break-even"))]],
    }))
}

/// The interval, or why there is none.
fn limits(context: &Context<'_>, index: usize) -> Cell {
    let row = context.row(index);
    if row.conf_low.is_none() && !row.reason.is_empty() {
        return context.reason(&row.reason).into();
    }
    context.interval(Some(index))
}
