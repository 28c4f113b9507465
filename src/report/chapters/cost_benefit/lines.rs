//! The lines: quantity, price, who pays whom, the money per person; and where every price comes from.

use super::{index_of, number_cell};
use crate::cost_benefit::{Basis, Flow, Line as PriceLine, Prices, Quantity, Side, quantity};
use crate::report::amounts::{Amounts, sentence_middle};
use crate::report::chapters::context::Context;
use crate::report::chapters::outcomes::versus;
use crate::report::document::{Block, Cell, Column, Inline, Line, Table, Value};
use crate::report::words::numbers;

/// The table of lines of a treatment arm.
pub(super) fn blocks(context: &Context<'_>, prices: &Prices, arm: &str) -> Option<Block> {
    let quantities = context.bundle.quantities.as_ref()?;
    let contrast = quantities.contrasts.iter().find(|c| c.treated.arm == arm)?;
    let columns = vec![
        Column::left(context.say("money-line")),
        Column::left(context.say("money-flow")),
        Column::right(context.say("money-quantity")),
        Column::right(context.say("money-price")),
        Column::right(super::accounts::caption(context, "money-amount")),
        Column::right(context.interval_head(&quantities.analysis)),
    ];
    let rows = prices.lines.iter().map(|line| {
        let index = index_of(context, "ledger_line", &line.name, arm);
        let difference = quantity(line, &quantities.cells, contrast);
        Line {
            cells: vec![
                context.label(&line.name).into(),
                flow(context, line).into(),
                counted(context, line, difference),
                price(context, line),
                context.estimate(index),
                context.interval(index),
            ],
        }
    });
    let rows = rows.collect();
    let (id, number) = context.next_table();
    let caption = super::accounts::caption(context, "money-caption-lines");
    Some(Block::Table(Table {
        id,
        number,
        caption: versus(context, caption, arm),
        groups: Vec::new(),
        columns,
        rows,
        notes: vec![vec![Inline::Text(context.say("money-note-lines"))]],
    }))
}

/// Where the prices come from, with unit, year and basis.
pub(super) fn sources(context: &Context<'_>, prices: &Prices) -> Vec<Block> {
    let columns = vec![
        Column::left(context.say("money-line")),
        Column::right(context.say("money-price")),
        Column::left(context.say("report-unit")),
        Column::left(context.say("money-year")),
        Column::left(context.say("money-basis-head")),
        Column::left(context.say("money-source")),
    ];
    let rows = prices.lines.iter().map(|line| {
        let basis = match line.basis {
            Basis::Factor => "money-factor",
            Basis::Market => "money-market",
        };
        let cells: Vec<Cell> = vec![
            context.label(&line.name).into(),
            price(context, line),
            line.unit.as_str().into(),
            Cell {
                value: Some(Value::Year(line.price_year)),
                ..line.price_year.to_string().into()
            },
            context.say(basis).into(),
            line.source.as_str().into(),
        ];
        Line { cells }
    });
    let rows = rows.collect();
    let (id, number) = context.next_table();
    vec![
        Block::Heading {
            id: "money-sources".to_owned(),
            text: context.say("money-sources"),
        },
        Block::Table(Table {
            id,
            number,
            caption: prices
                .title
                .clone()
                .unwrap_or_else(|| context.say("money-caption-sources")),
            groups: Vec::new(),
            columns,
            rows,
            notes: Vec::new(),
        }),
    ]
}

/// A price as it is given, with the decimals it has.
pub(super) fn price(context: &Context<'_>, line: &PriceLine) -> Cell {
    let decimals = (0..4).find(|d| {
        let scaled = line.value * [1.0, 10.0, 100.0, 1000.0][*d];
        (scaled - scaled.round()).abs() < 1e-9 * scaled.abs().max(1.0)
    });
    let amounts = Amounts::in_unit(&line.unit);
    number_cell(context, line.value, decimals.unwrap_or(4), &amounts)
}

/// Who pays whom, or who makes or uses up resources.
fn flow(context: &Context<'_>, line: &PriceLine) -> String {
    match line.flow {
        Flow::Transfer { from, to } => context.tell(
            "money-transfer",
            &[
                ("from", &super::party(context, from.as_str())),
                ("to", &super::party(context, to.as_str())),
            ],
        ),
        Flow::Resource { party, side } => {
            let key = match side {
                Side::Gain => "money-gain",
                Side::Cost => "money-cost",
            };
            let party = sentence_middle(&super::party(context, party.as_str()));
            context.tell(key, &[("party", &party)])
        }
    }
}

/// The difference in a line's quantity per person, in its unit.
fn counted(context: &Context<'_>, line: &PriceLine, difference: f64) -> Cell {
    if !difference.is_finite() {
        return "–".into();
    }
    let (amounts, decimals) = match &line.quantity {
        Quantity::Person => (Amounts::in_unit("person"), 0),
        Quantity::Outcome(name) => {
            let amounts = match context.view.outcome(name) {
                Some(outcome) => Amounts::of(&context.view, outcome),
                None => Amounts::in_unit(""),
            };
            (amounts, numbers::decimals(difference))
        }
    };
    Cell {
        text: amounts.quantity(&context.words, difference, decimals),
        ..number_cell(context, difference, decimals, &amounts)
    }
}
