//! The lines: quantity, price, who pays whom, the money per person; and where every price comes from.

use super::{index_of, number_cell, table};
use crate::cost_benefit::{
    Basis, Flow, Line as PriceLine, Prices, Quantity, Side, quantity, shares_refunded,
};
use crate::report::amounts::{Amounts, sentence_middle};
use crate::report::chapters::context::Context;
use crate::report::document::{Block, Cell, Column, Inline, Line, Table, Value};
use crate::report::money_terms::{decimals_of, percent, uncertainty, unit_of_price};
use crate::report::words::numbers;

/// The table of lines of a treatment arm.
pub(super) fn blocks(context: &Context<'_>, prices: &Prices, arm: &str) -> Option<Block> {
    let quantities = context.bundle.quantities.as_ref()?;
    let contrast = quantities.contrasts.iter().find(|c| c.treated.arm == arm)?;
    let has_refund = prices.lines.iter().any(|line| line.refund.is_some());
    let mut columns = vec![
        Column::left(context.say("money-line")),
        Column::left(context.say("money-flow")),
        Column::right(context.say("money-quantity")),
        Column::right(context.say("money-price")),
    ];
    columns.extend(has_refund.then(|| Column::right(context.say("money-refunded"))));
    columns.extend([
        Column::right(super::accounts::caption(context, "money-amount")),
        Column::right(context.interval_head(&quantities.analysis)),
    ]);
    let rows = prices.lines.iter().map(|line| {
        let index = index_of(context, "ledger_line", &line.name, arm);
        let difference = quantity(line, &quantities.cells, contrast);
        let mut cells = vec![
            context.label(&line.name).into(),
            flow(context, line).into(),
            counted(context, line, difference),
            price(context, line),
        ];
        let shares = shares_refunded(prices, line, &quantities.cells);
        cells.extend(has_refund.then(|| refunded(context, shares)));
        cells.extend([context.estimate(index), context.interval(index)]);
        Line { cells }
    });
    let rows = rows.collect();
    let caption = super::accounts::caption(context, "money-caption-lines");
    Some(Block::Table(Table {
        columns,
        rows,
        notes: notes(context, prices),
        ..table(context, caption, arm)
    }))
}

/// What an amount is beside its price and its quantity.
fn notes(context: &Context<'_>, prices: &Prices) -> Vec<Vec<Inline>> {
    let mut keys = vec!["money-note-lines"];
    let is_moved = prices.vintage.is_some() || prices.price_level.is_some();
    if is_moved || prices.lines.iter().any(|line| line.uplift != 0.0) {
        keys.push("money-note-worth");
    }
    if prices.lines.iter().any(|line| line.refund.is_some()) {
        keys.push("money-note-refund");
    }
    let notes = keys.into_iter();
    notes
        .map(|key| vec![Inline::Text(context.say(key))])
        .collect()
}

/// Where the prices come from, with unit, year and basis.
pub(super) fn sources(context: &Context<'_>, prices: &Prices) -> Vec<Block> {
    // Only where a line has one.
    let has_uplift = prices.lines.iter().any(|line| line.uplift != 0.0);
    let has_uncertainty = prices.lines.iter().any(|line| line.uncertainty.is_some());
    let when = |has: bool, key: &str| has.then(|| Column::left(context.say(key)));
    let columns = [
        Some(Column::left(context.say("money-line"))),
        Some(Column::right(context.say("money-price"))),
        Some(Column::left(context.say("report-unit"))),
        Some(Column::left(context.say("money-year"))),
        Some(Column::left(context.say("money-basis-head"))),
        when(has_uplift, "money-uplift"),
        when(has_uncertainty, "money-uncertainty"),
        Some(Column::left(context.say("money-source"))),
    ];
    let columns = columns.into_iter().flatten().collect();
    let rows = prices.lines.iter().map(|line| {
        let basis = match line.basis {
            Basis::Factor => "money-factor",
            Basis::Market => "money-market",
        };
        let uplift = || match line.uplift {
            0.0 => "–".into(),
            uplift => plain_percent(context, uplift),
        };
        let spread = || match &line.uncertainty {
            Some(spread) => uncertainty(&context.words, spread).into(),
            None => context.say("money-certain").into(),
        };
        let cells = [
            Some(context.label(&line.name).into()),
            Some(price(context, line)),
            Some(unit_of_price(&context.view, &context.words, &line.unit).into()),
            Some(Cell {
                value: Some(Value::Year(line.price_year)),
                ..line.price_year.to_string().into()
            }),
            Some(context.say(basis).into()),
            has_uplift.then(uplift),
            has_uncertainty.then(spread),
            Some(source(context, line).into()),
        ];
        Line {
            cells: cells.into_iter().flatten().collect(),
        }
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

/// Where a price comes from; of a refund the rule it follows.
fn source(context: &Context<'_>, line: &PriceLine) -> String {
    match &line.refund {
        Some(refund) => {
            let of = sentence_middle(&context.label(&refund.of));
            context.tell(
                "money-refund-source",
                &[("of", &of), ("rule", &refund.rule)],
            )
        }
        None => line.source.clone(),
    }
}

/// The share of a line that is refunded, or its lowest and highest; nothing of what is no refund.
fn refunded(context: &Context<'_>, shares: Option<(f64, f64)>) -> Cell {
    match shares {
        None => "".into(),
        Some((low, high)) if low == high => plain_percent(context, low),
        Some((low, high)) => {
            let (low, high) = (percent(low, &context.words), percent(high, &context.words));
            let ends = [("low", low.as_str()), ("high", high.as_str())];
            context.tell("cell-to", &ends).into()
        }
    }
}

/// A share as percent, with the decimals it has.
fn plain_percent(context: &Context<'_>, share: f64) -> Cell {
    let percent = (share * 1e8).round() / 1e6;
    let decimals = decimals_of(percent);
    let amounts = Amounts {
        unit: "percent".to_owned(),
        scale: 1.0,
    };
    Cell {
        text: numbers::percent(share, decimals, context.language()),
        ..number_cell(context, percent, decimals, &amounts)
    }
}

/// A price as it is given, with the decimals it has.
pub(super) fn price(context: &Context<'_>, line: &PriceLine) -> Cell {
    let amounts = Amounts::in_unit(&line.unit);
    number_cell(
        context,
        line.value,
        decimals_of(line.value).min(4),
        &amounts,
    )
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
