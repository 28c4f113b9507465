//! What if: one uncertain price at a time at its low and its high, and the weeks after the horizon by a named rule beside the
//! accounts without them.

use super::lines::price;
use super::{benefit, heading, index_of, limits, number_cell, party, table};
use crate::cost_benefit::perspectives::REGISTRY;
use crate::cost_benefit::{Prices, price_draws};
use crate::report::amounts::Amounts;
use crate::report::chapters::context::Context;
use crate::report::chapters::drawings;
use crate::report::document::{Block, Column, Inline, Line, Table};
use crate::report::figures::prices_of_money;
use crate::report::money_terms::unit_of_price;
use crate::report::words::numbers;

/// Both; nothing where all prices are certain and nothing is assumed.
pub(super) fn blocks(context: &Context<'_>, prices: &Prices, arm: &str) -> Vec<Block> {
    let mut blocks = uncertain(context, prices, arm);
    blocks.extend(beyond(context, prices, arm));
    blocks
}

/// Society's account with each price at its low and its high.
fn uncertain(context: &Context<'_>, prices: &Prices, arm: &str) -> Vec<Block> {
    let mut rows = Vec::new();
    for line in &prices.lines {
        let ends = ["net_benefit_at_low_price", "net_benefit_at_high_price"]
            .map(|estimand| index_of(context, estimand, &line.name, arm));
        let (Some(uncertainty), [Some(low), Some(high)]) = (&line.uncertainty, ends) else {
            continue;
        };
        let range = price_draws::range(uncertainty, line.value);
        let amounts = Amounts::in_unit(&line.unit);
        let decimals = numbers::decimals(range.1 - range.0);
        rows.push(Line {
            cells: vec![
                context.label(&line.name).into(),
                unit_of_price(&context.view, &context.words, &line.unit).into(),
                price(context, line),
                number_cell(context, range.0, decimals, &amounts),
                context.estimate(Some(low)),
                number_cell(context, range.1, decimals, &amounts),
                context.estimate(Some(high)),
            ],
        });
    }
    if rows.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![heading(context, "money-uncertain", arm)];
    let draw = || prices_of_money(&context.view, arm).into_iter().collect();
    blocks.extend(drawings::blocks(context, draw, None));
    let caption = super::accounts::caption(context, "money-caption-uncertain");
    blocks.push(Block::Table(Table {
        columns: vec![
            Column::left(context.say("money-line")),
            Column::left(context.say("report-unit")),
            Column::right(context.say("money-price-used")),
            Column::right(context.say("money-low-price")),
            Column::right(context.say("money-at-low")),
            Column::right(context.say("money-high-price")),
            Column::right(context.say("money-at-high")),
        ],
        rows,
        notes: vec![vec![Inline::Text(context.say("money-note-uncertain"))]],
        ..table(context, caption, arm)
    }));
    blocks
}

/// Every account within the horizon and with what is assumed after it.
fn beyond(context: &Context<'_>, prices: &Prices, arm: &str) -> Vec<Block> {
    let Some(rule) = prices.extrapolation else {
        return Vec::new();
    };
    let Some(first) = index_of(context, "net_benefit_beyond", "society", arm) else {
        return Vec::new();
    };
    let analysis = &context.row(first).analysis;
    let rows = REGISTRY.iter().map(|perspective| {
        let at = |estimand: &str| index_of(context, estimand, perspective.slug, arm);
        let (without, with) = (at("net_benefit"), at("net_benefit_beyond"));
        Line {
            cells: vec![
                party(context, perspective.slug).into(),
                benefit(context, without),
                limits(context, without),
                benefit(context, with),
                limits(context, with),
            ],
        }
    });
    let rows = rows.collect();
    let weeks = |n: u32| {
        let n = numbers::count(u64::from(n), context.language());
        context.words.quantity(&n, "week")
    };
    let (horizon, more) = (weeks(context.view.horizon), weeks(rule.weeks));
    let within = context.tell("money-within", &[("horizon", &horizon)]);
    let beyond = context.tell("money-beyond", &[("weeks", &more)]);
    let caption = super::accounts::caption(context, "money-caption-beyond");
    let table = Table {
        groups: vec![(String::new(), 1), (within, 2), (beyond, 2)],
        columns: vec![
            Column::left(context.say("money-party")),
            Column::right(context.say("money-net")),
            Column::right(context.interval_head(analysis)),
            Column::right(context.say("money-net")),
            Column::right(context.interval_head(analysis)),
        ],
        rows,
        notes: vec![vec![Inline::Text(context.say("money-note-beyond"))]],
        ..table(context, caption, arm)
    };
    vec![
        heading(context, "money-afterwards", arm),
        Block::Table(table),
    ]
}
