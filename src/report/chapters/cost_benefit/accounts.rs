//! The accounts: what each party gains or loses, and how every line falls on the parties.

use super::{benefit, index_of, number_cell, party, table};
use crate::cost_benefit::book::distortion;
use crate::cost_benefit::perspectives::{REGISTRY, society_weight};
use crate::cost_benefit::{BALANCE, Flow, Line as PriceLine, Party, Prices};
use crate::report::amounts::Amounts;
use crate::report::chapters::context::Context;
use crate::report::document::{Cell, Column, Inline, Line, Table};
use crate::report::money_terms::{is_distorted, plain};
use crate::report::words::numbers;

/// Net benefit by account, society first.
pub(super) fn parties(context: &Context<'_>, prices: &Prices, arm: &str) -> Table {
    let analysis = context
        .bundle
        .quantities
        .as_ref()
        .map_or("", |q| q.analysis.as_str());
    let has_shares = index_of(context, "surplus_share", "society", arm).is_some();
    let mut columns = vec![
        Column::left(context.say("money-party")),
        Column::right(context.say("money-net")),
        Column::right(context.interval_head(analysis)),
    ];
    if has_shares {
        columns.push(Column::right(context.say("money-share")));
    }
    let rows = REGISTRY.iter().map(|perspective| {
        let index = index_of(context, "net_benefit", perspective.slug, arm);
        // Where no line that varies falls on an account, there is nothing to be uncertain of.
        let varies = index.is_some_and(|i| context.row(i).std_error != Some(0.0));
        let mut cells = vec![
            party(context, perspective.slug).into(),
            benefit(context, index),
            context.interval(index),
        ];
        if has_shares {
            let index = index_of(context, "surplus_share", perspective.slug, arm);
            cells.push(share(context, index.filter(|_| varies)));
        }
        Line { cells }
    });
    let rows = rows.collect();
    let note = if is_distorted(prices) {
        let factor = plain(distortion(prices), &context.words);
        context.tell("money-note-parties-distorted", &[("factor", &factor)])
    } else {
        context.say("money-note-parties")
    };
    let mut notes = vec![vec![Inline::Text(note)]];
    if has_shares {
        notes.push(vec![Inline::Text(context.say("money-note-share"))]);
    }
    Table {
        columns,
        rows,
        notes,
        ..table(context, caption(context, "money-caption-parties"), arm)
    }
}

/// A share of draws is shown as percent, not as a difference in points.
pub(super) fn share(context: &Context<'_>, index: Option<usize>) -> Cell {
    let percent = Amounts {
        unit: "percent".to_owned(),
        scale: 1.0,
    };
    match index.and_then(|index| context.row(index).estimate) {
        Some(share) => Cell {
            text: numbers::percent(share, 1, context.language()),
            row: index,
            ..number_cell(context, 100.0 * share, 1, &percent)
        },
        None => "–".into(),
    }
}

pub(super) fn caption(context: &Context<'_>, key: &str) -> String {
    let currency = context
        .bundle
        .prices
        .as_ref()
        .map_or("", |p| p.currency.as_str());
    let unit = Amounts::in_unit(currency).axis(&context.words);
    context.tell(key, &[("unit", &unit)])
}

/// Each line on the accounts it moves; the columns add up to the net benefits.
pub(super) fn matrix(context: &Context<'_>, prices: &Prices, arm: &str) -> Table {
    let mut columns = vec![Column::left(context.say("money-line"))];
    let shown: Vec<Party> = (Party::ALL.into_iter())
        .filter(|party| prices.lines.iter().any(|line| line.sign(*party) != 0.0))
        .collect();
    columns.extend(
        shown
            .iter()
            .map(|p| Column::right(party(context, p.as_str()))),
    );
    columns.push(Column::right(party(context, "society")));
    let amounts = Amounts::in_unit(&prices.currency);
    let value_of = |line: &PriceLine| {
        index_of(context, "ledger_line", &line.name, arm).and_then(|i| context.row(i).estimate)
    };
    let largest = (prices.lines.iter().filter_map(value_of)).fold(0.0_f64, |a, b| a.max(b.abs()));
    let decimals = if largest >= 100.0 { 0 } else { 2 };
    let mut rows: Vec<Line> = (prices.lines.iter())
        .map(|line| {
            let value = value_of(line);
            let cell = |sign: f64| -> Cell {
                match value {
                    _ if sign == 0.0 => "".into(),
                    Some(value) => number_cell(context, sign * value, decimals, &amounts),
                    None => "–".into(),
                }
            };
            let mut cells: Vec<Cell> = vec![context.label(&line.name).into()];
            cells.extend(shown.iter().map(|party| cell(line.sign(*party))));
            // A transfer stands with a zero: that it cancels is the point. One that the public pays has to be financed.
            cells.push(match (society_weight(line, distortion(prices)), value) {
                (0.0, Some(_)) => number_cell(context, 0.0, decimals, &amounts),
                (weight, _) => cell(weight),
            });
            Line { cells }
        })
        .collect();
    let sum = |slug: &str| {
        let index = index_of(context, "net_benefit", slug, arm);
        match index.and_then(|i| context.row(i).estimate) {
            Some(value) => Cell {
                row: index,
                ..number_cell(context, value, decimals, &amounts)
            },
            None => "–".into(),
        }
    };
    let mut cells: Vec<Cell> = vec![context.say("money-sum").into()];
    cells.extend(shown.iter().map(|party| sum(party.as_str())));
    cells.push(sum("society"));
    rows.push(Line { cells });
    let mut notes = vec![vec![Inline::Text(context.say("money-note-matrix"))]];
    let balance = index_of(context, BALANCE, "society", arm);
    if let Some(off) = balance.and_then(|index| context.row(index).estimate) {
        let resources: Option<f64> = (prices.lines.iter())
            .filter(|line| matches!(line.flow, Flow::Resource { .. }))
            .map(|line| value_of(line).map(|value| line.society_sign() * value))
            .sum();
        let text = |value: f64| amounts.text(&context.words, value, decimals);
        let (sum, off) = (text(resources.unwrap_or(f64::NAN)), text(off));
        let told = context.tell("money-note-balance", &[("sum", &sum), ("off", &off)]);
        notes.push(vec![Inline::Text(told)]);
    }
    Table {
        columns,
        rows,
        notes,
        ..table(context, caption(context, "money-caption-matrix"), arm)
    }
}
