//! The share of draws in which the effect is worth its net cost to the public, by what a unit of it is worth.

use super::{number_cell, table};
use crate::report::amounts::Amounts;
use crate::report::chapters::context::{Context, Key};
use crate::report::chapters::drawings;
use crate::report::document::{Block, Cell, Column, Inline, Line, Table, Value};
use crate::report::figures::worth_of_money;
use crate::report::money_terms::{WORTH, decimals_of, each, worth_of};
use crate::report::words::numbers;

/// The curve and its numbers; nothing without draws.
pub(super) fn blocks(context: &Context<'_>, arm: &str) -> Vec<Block> {
    let Some(quantities) = &context.bundle.quantities else {
        return Vec::new();
    };
    let (analysis, outcome) = (&quantities.analysis, &quantities.effect);
    let all = context.all_series().into_iter();
    let found: Vec<(usize, f64)> = all
        .filter(|(key, _)| {
            *key == Key {
                item: key.item,
                ..Key::all(analysis, "", WORTH, arm)
            }
        })
        .filter_map(|(key, rows)| {
            let (name, worth) = worth_of(key.item)?;
            (name == outcome).then_some((*rows.first()?, worth))
        })
        .collect();
    if found.is_empty() {
        return Vec::new();
    }
    let draw = || worth_of_money(&context.view, arm).into_iter().collect();
    let mut blocks = drawings::blocks(context, draw, None);
    let currency = (context.bundle.prices.as_ref()).map_or("", |p| p.currency.as_str());
    let amounts = Amounts::in_unit(currency);
    let percent = Amounts {
        unit: "percent".to_owned(),
        scale: 1.0,
    };
    let rows = found.iter().map(|(index, worth)| {
        let row = context.row(*index);
        let share = match row.estimate {
            Some(share) => Cell {
                text: numbers::percent(share, 1, context.language()),
                row: Some(*index),
                ..number_cell(context, 100.0 * share, 1, &percent)
            },
            None => context.absent(row).into(),
        };
        let decimals = decimals_of(*worth);
        let worth = Cell {
            value: Some(Value::Number {
                value: *worth,
                decimals,
                unit: amounts.axis(&context.words),
            }),
            ..amounts.text(&context.words, *worth, decimals).into()
        };
        Line {
            cells: vec![worth, share],
        }
    });
    let rows = rows.collect();
    let unit = quantities.outcome_units.get(outcome);
    let unit = each(&context.words, unit.map_or("", String::as_str));
    let axis = amounts.axis(&context.words);
    let label = context.view.name(outcome);
    let caption = context.tell("money-caption-worth", &[("label", &label)]);
    blocks.push(Block::Table(Table {
        columns: vec![
            Column::right(
                context.tell("money-axis-worth", &[("each", &unit), ("currency", &axis)]),
            ),
            Column::right(context.say("money-share-worth")),
        ],
        rows,
        notes: vec![vec![Inline::Text(context.say("money-note-acceptability"))]],
        ..table(context, caption, arm)
    }));
    blocks
}
