//! What it comes to in ratios: benefits per krone, the marginal value of public funds, what an extra unit of the effect costs, the
//! effect that would pay, and what certainty would be worth.

use super::{heading, index_of, limits, number_cell, table};
use crate::cost_benefit::PROGRAMME;
use crate::report::amounts::{Amounts, sentence_start};
use crate::report::chapters::context::Context;
use crate::report::document::{Block, Cell, Column, Inline, Line, Table, Value};
use crate::report::money_terms::unit_in_words;
use crate::report::words::numbers;
use crate::results::Row;

/// Estimand and item of each line of the table; an empty item is any outcome.
const LINES: [(&str, &str); 10] = [
    ("programme_cost", PROGRAMME),
    ("cost_per_unit", ""),
    ("cost_effectiveness_ratio", ""),
    ("benefit_cost_ratio", "society"),
    ("mvpf", "participant"),
    ("break_even_effect", ""),
    ("value_of_information", "society"),
    ("value_of_information", "trial"),
    ("value_of_information", "prices"),
    ("break_even_week", "society"),
];

/// The table of an arm; nothing where there is none of it.
pub(super) fn blocks(context: &Context<'_>, arm: &str) -> Vec<Block> {
    let Some(quantities) = &context.bundle.quantities else {
        return Vec::new();
    };
    let all = context.all_series();
    // An effect that would pay is told of each outcome that has one.
    let of_any = |estimand: &str| -> Vec<usize> {
        let own = all
            .iter()
            .filter(|(key, _)| key.estimand == estimand && key.arm == arm && key.subgroup == "all");
        own.filter_map(|(_, rows)| rows.first().copied()).collect()
    };
    let found: Vec<usize> = (LINES.iter())
        .flat_map(|(estimand, item)| match *item {
            "" => of_any(estimand),
            item => index_of(context, estimand, item, arm).into_iter().collect(),
        })
        .collect();
    if found.is_empty() {
        return Vec::new();
    }
    let rows = found.iter().map(|index| line(context, *index)).collect();
    let table = Table {
        columns: vec![
            Column::left(context.say("column-measure")),
            Column::left(context.say("report-unit")),
            Column::right(context.say("report-value")),
            Column::right(context.interval_head(&quantities.analysis)),
        ],
        rows,
        notes: notes(context, &found),
        ..table(context, context.say("money-caption-results"), arm)
    };
    vec![heading(context, "money-results", arm), Block::Table(table)]
}

fn line(context: &Context<'_>, index: usize) -> Line {
    let row = context.row(index);
    let mut name = match &*row.estimand {
        "break_even_week" => context.say("money-society-week"),
        "value_of_information" if &*row.item != "society" => {
            sentence_start(&context.say(&format!("money-information-{}", row.item)))
        }
        estimand => sentence_start(&context.estimand(estimand, None)),
    };
    if matches!(
        &*row.estimand,
        "cost_per_unit" | "cost_effectiveness_ratio" | "break_even_effect"
    ) {
        name = format!("{name} ({})", context.view.name(&row.item));
    }
    Line {
        cells: vec![
            name.into(),
            unit_in_words(&context.words, &row.unit).into(),
            value(context, index, row),
            spread(context, index, row),
        ],
    }
}

/// A number, or the word that stands for it: a value of public funds without end is another thing than one that is not defined.
pub(super) fn value(context: &Context<'_>, index: usize, row: &Row) -> Cell {
    let word = match (&*row.estimand, row.estimate) {
        ("mvpf", None) if row.reason.starts_with("infinite") => "money-infinite",
        ("mvpf", None) if row.reason.contains("undefined: ") => "money-undefined-ratio",
        ("break_even_week", None) if row.reason.contains("not reached within") => {
            "money-not-reached"
        }
        ("break_even_week", Some(week)) => {
            let text = numbers::number(week, 0, context.language());
            return Cell {
                text: context.tell("describe-week", &[("n", &text)]),
                row: Some(index),
                value: Some(Value::Number {
                    value: week,
                    decimals: 0,
                    unit: Amounts::in_unit("week").axis(&context.words),
                }),
            };
        }
        ("mvpf" | "benefit_cost_ratio", Some(ratio)) => {
            let amounts = Amounts::in_unit(&row.unit);
            let decimals = ratio_decimals(&amounts, row);
            return Cell {
                row: Some(index),
                ..number_cell(context, ratio, decimals, &amounts)
            };
        }
        _ => return context.estimate(Some(index)),
    };
    Cell {
        text: context.say(word),
        row: Some(index),
        value: None,
    }
}

/// The interval; of a week in which an account breaks even the weeks of the draws, of which some may never be.
pub(super) fn spread(context: &Context<'_>, index: usize, row: &Row) -> Cell {
    if matches!(&*row.estimand, "mvpf" | "benefit_cost_ratio")
        && let Some((low, high)) = row.conf_low.zip(row.conf_high)
    {
        let amounts = Amounts::in_unit(&row.unit);
        let decimals = ratio_decimals(&amounts, row);
        let text = |value| amounts.text(&context.words, value, decimals);
        return Cell {
            text: context.tell("cell-to", &[("low", &text(low)), ("high", &text(high))]),
            row: None,
            value: Some(Value::Limits {
                low,
                high,
                decimals,
                unit: amounts.axis(&context.words),
            }),
        };
    }
    if &*row.estimand != "break_even_week" {
        return limits(context, Some(index));
    }
    let never = || context.say("money-never");
    let week = |week: f64| numbers::number(week, 0, context.language());
    match (row.estimate, row.conf_low, row.conf_high) {
        (None, ..) | (Some(_), None, None) => "–".into(),
        (_, low, high) => {
            let low = low.map_or_else(never, week);
            let high = high.map_or_else(never, week);
            context
                .tell("cell-to", &[("low", &low), ("high", &high)])
                .into()
        }
    }
}

/// A krone per krone has two decimals at least.
fn ratio_decimals(amounts: &Amounts, row: &Row) -> usize {
    amounts.decimals(row).max(2)
}

/// What the words of the table mean, where they stand in it.
fn notes(context: &Context<'_>, found: &[usize]) -> Vec<Vec<Inline>> {
    let has = |estimand: &str| found.iter().any(|i| &*context.row(*i).estimand == estimand);
    let mut notes = Vec::new();
    for (estimand, key) in [
        ("mvpf", "money-note-mvpf"),
        ("cost_effectiveness_ratio", "money-note-ratio"),
        ("break_even_effect", "money-note-effect"),
        ("value_of_information", "money-note-information"),
        ("break_even_week", "money-note-week"),
    ] {
        if has(estimand) {
            notes.push(vec![Inline::Text(context.say(key))]);
        }
    }
    let mvpf = found.iter().map(|i| context.row(*i));
    let mvpf = mvpf.filter(|row| &*row.estimand == "mvpf" && row.estimate.is_none());
    for row in mvpf.filter(|row| !row.reason.is_empty()) {
        let text = format!("MVPF: {}.", context.reason(&row.reason));
        notes.push(vec![Inline::Text(text)]);
    }
    notes
}
