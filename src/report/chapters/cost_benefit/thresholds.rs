//! What the programme may cost: the price at which society's account is zero, and the highest one that keeps a surplus in most draws.

use super::lines::price;
use super::{index_of, limits, number_cell, table};
use crate::cost_benefit::{KEPT, PROGRAMME, Prices};
use crate::report::amounts::Amounts;
use crate::report::chapters::context::Context;
use crate::report::document::{Block, Column, Inline, Line, Table};
use crate::report::money_terms::unit_of_price;
use crate::report::words::numbers;

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
    // Only where there are draws.
    let has_highest = index_of(context, "highest_price", PROGRAMME, arm).is_some();
    let highest = |item: &str| {
        let index = index_of(context, "highest_price", item, arm);
        has_highest.then(|| context.estimate(index))
    };
    let unit = amounts.axis(&context.words);
    let per_person = context.tell("money-per-person", &[("unit", &unit)]);
    let mut rows = vec![Line {
        cells: vec![
            context.say("money-programme").into(),
            per_person.into(),
            number_cell(context, cost, 0, &amounts),
            context.estimate(Some(whole)),
            limits(context, Some(whole)),
        ]
        .into_iter()
        .chain(highest(PROGRAMME))
        .collect(),
    }];
    for line in &prices.lines {
        let Some(index) = index_of(context, "break_even_price", &line.name, arm) else {
            continue;
        };
        rows.push(Line {
            cells: vec![
                context.label(&line.name).into(),
                unit_of_price(&context.view, &context.words, &line.unit).into(),
                price(context, line),
                context.estimate(Some(index)),
                limits(context, Some(index)),
            ]
            .into_iter()
            .chain(highest(&line.name))
            .collect(),
        });
    }
    let kept = numbers::percent(KEPT, 0, context.language());
    let kept = [("share", kept.as_str())];
    let mut columns = vec![
        Column::left(context.say("money-line")),
        Column::left(context.say("report-unit")),
        Column::right(context.say("money-price-used")),
        Column::right(context.say("money-break-even")),
        Column::right(context.interval_head(analysis)),
    ];
    let mut notes = vec![vec![Inline::Text(context.say("money-note-break-even"))]];
    if has_highest {
        columns.push(Column::right(context.tell("money-highest", &kept)));
        notes.push(vec![Inline::Text(
            context.tell("money-note-highest", &kept),
        )]);
    }
    Some(Block::Table(Table {
        columns,
        rows,
        notes,
        ..table(context, context.say("money-caption-break-even"), arm)
    }))
}
